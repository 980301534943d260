"""Two nodes on a line whose APIs really listen, each on the socket in its data directory."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.cli.runs import Ran, run
from tests.store.peopled import QUICK, WORDS
from tests.story import whole
from tests.story.whole import Two
from wideberth.node import directory
from wideberth.node.node import Node
from wideberth.store import accounts
from wideberth.store.accounts import DAY
from wideberth.web.serving import Serving

ROLES = ("admin", "observer", "officer", "planner", "releasing")
WAIT = 60.0
"""Seconds after which something has not happened: the machine may be busy."""


class Desk(NamedTuple):
    """Two nodes that run, a token of an account of each role, named like it, at each, and their URLs."""

    two: Two
    tokens: dict[str, dict[str, str]]
    config: Path
    urls: dict[str, str]

    def run(self, *arguments: str, role: str | None = "officer", at: str = "north", typed: str = "") -> Ran:
        """A command on one of the nodes."""
        path = next(str(each.path) for each in self.two.places if each.name == at)
        token = None if role is None else self.tokens[at][role]
        home = {"XDG_CONFIG_HOME": str(self.config), "WIDEBERTH_URL": None, "WIDEBERTH_DATA": None}
        return run(*arguments, "--data", path, typed=typed, WIDEBERTH_TOKEN=token, **home)

    def done(self, *arguments: str, role: str | None = "officer", at: str = "north", typed: str = "") -> Ran:
        """One that succeeds."""
        ran = self.run(*arguments, role=role, at=at, typed=typed)
        assert ran.code == 0, ran.err
        return ran

    def refused(
        self, code: str, *arguments: str, role: str | None = "officer", at: str = "north", exits: int = 2
    ) -> Ran:
        """One that does not."""
        ran = self.run(*arguments, role=role, at=at)
        assert (ran.code, f"[{code}]" in ran.err, ran.out) == (exits, True, ""), ran.err
        return ran

    def secret(self, text: str) -> str:
        """A file with a password in its first line."""
        file = self.config / f"secret-{len(list(self.config.iterdir()))}"
        file.write_text(text)
        file.chmod(0o600)
        return str(file)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket, whatever a test is called."""
    folder = Path(tempfile.mkdtemp(prefix="wb-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def quick(node: Node) -> dict[str, str]:
    """People whose passwords are cheap to check, one of each role, and a token of each."""
    node.people.close()
    node.people = accounts.open(node.path / directory.ACCOUNTS, QUICK)
    now = node.clock.now()
    node.people.begin("admin", WORDS, now)
    for role in ROLES[1:]:
        node.people.add(role, f"{role} {WORDS}", [role], now)
    return {role: node.people.new_token(role, "test", 30 * DAY, now) for role in ROLES}


@contextmanager
def served(node: Node) -> Iterator[Serving]:
    """Its API, in a thread, on its socket and on a port that the system chooses."""
    made = Serving(node, listen=("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: asyncio.run(made.serve()))
    thread.start()
    try:
        end = time.monotonic() + WAIT
        while not made.started:
            assert thread.is_alive() and time.monotonic() < end, "it does not answer"
            time.sleep(0.002)
        yield made
    finally:
        made.stop()
        thread.join(WAIT)
        assert not thread.is_alive()


@contextmanager
def desk(*, exercise: bool = False) -> Iterator[Desk]:
    """Both nodes, served."""
    with short_folder() as folder, whole.two(folder, exercise=exercise) as two, ExitStack() as stack:
        whole.settle(two)
        nodes = {"north": two.one, "south": two.other}
        tokens = {name: quick(node) for name, node in nodes.items()}
        urls = {}
        for name, node in nodes.items():
            stack.callback(node.people.close)
            address = stack.enter_context(served(node)).address
            assert address is not None
            urls[name] = f"http://127.0.0.1:{address[1]}"
        config = folder / "config"
        config.mkdir()
        yield Desk(two, tokens, config, urls)
