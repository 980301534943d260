"""Two parties as people run them: their files made by the command line, each node a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.cli.runs import Ran, run
from tests.story import whole
from tests.story.folds import shuffled
from wideberth.ledger.order import Placed
from wideberth.node import directory
from wideberth.node.clock import SYSTEM
from wideberth.node.config import Config
from wideberth.node.log import Log
from wideberth.node.node import Node
from wideberth.store import keys

ROOT = Path(__file__).parent.parent.parent
NAMES = ("north", "south")
PASSWORD = "quiet harbour lantern seven"
WITHIN_S = 120.0
"""For anything that happens by itself: a bound, not an expectation."""


class Party(NamedTuple):
    """One party: its files stand in `folder` under its name."""

    name: str
    folder: Path

    @property
    def other(self) -> str:
        return NAMES[1 - NAMES.index(self.name)]

    @property
    def data(self) -> Path:
        return self.folder / self.name

    def file(self, ending: str) -> str:
        return str(self.folder / f"{self.name}{ending}")

    def run(self, *arguments: str, role: str = "officer", typed: str | None = None) -> Ran:
        """A command about its node, as an account of this role."""
        home = {"XDG_CONFIG_HOME": str(self.folder / f"{self.name}-{role}"), "WIDEBERTH_TOKEN": None}
        return run(*arguments, "--data", str(self.data), typed=typed, **home)

    def done(self, *arguments: str, role: str = "officer") -> Ran:
        """One that succeeds."""
        ran = self.run(*arguments, role=role)
        assert ran.code == 0, (arguments, ran.out, ran.err)
        return ran

    def view(self) -> dict[str, Any]:
        """Its one line, as `line list` shows it."""
        rows: Any = self.done("line", "list", "--json").json["lines"]
        assert len(rows) == 1
        return dict(rows[0])

    def delivered(self) -> bool:
        """Whether the other party has confirmed all that this one has said."""
        found = self.view()
        feeds = [each for each in found["feeds"] if each["mine"]]
        whole = found["stage"] == "whole" and not found["not_told"]
        return whole and all(each["delivered"] == each["entries"] for each in feeds)

    def feeds(self) -> dict[str, int]:
        return {each["origin"]: each["entries"] for each in self.view()["feeds"]}

    def in_force(self) -> bool:
        return self.run("agreement", "status", self.other).code == 0

    def alarms(self) -> list[str]:
        return [each["code"] for each in self.view()["alarms"]]


def _plain(*arguments: str, typed: str | None = None) -> Ran:
    ran = run(*arguments, typed=typed)
    assert ran.code == 0, (arguments, ran.out, ran.err)
    return ran


def paired(folder: Path) -> tuple[Party, Party]:
    """Two data directories with people, four officers' keys, and the files of a pairing, all by commands."""
    parties = Party(NAMES[0], folder), Party(NAMES[1], folder)
    secret = folder / "password"
    secret.write_text(PASSWORD + "\n")
    secret.chmod(0o600)
    for each in parties:
        _plain("key", "new", "identity", "--out", each.file(".key"), "--no-passphrase")
        for n in (1, 2):
            _plain("key", "new", "officer", "--out", each.file(f"-{n}.key"), "--no-passphrase")
        made = ("--identity", each.file(".key.pub"), "--key-file", each.file("-journal.key"))
        _plain("node", "init", "--data", str(each.data), *made)
        offer = ("--identity", each.file(".key.pub"), "--out", each.file(".offer"))
        _plain("pair", "offer", *offer, "--no-passphrase")
        each.done("admin", "init", "chief", "--password-file", str(secret))
        add = ("duty-1", "--role", "officer", "--password-file", str(secret))
        each.done("admin", "user", "add", *add)
    for each, peer in (parties, parties[::-1]):
        out = ("--label", peer.name, "--out", each.file(".agreed"))
        _plain("pair", "accept", each.file(".offer"), peer.file(".offer"), *out, typed="yes\n")
        officers = [f"--officer=duty officer {n}={each.file(f'-{n}.key.pub')}" for n in (1, 2)]
        signed = ("--identity", each.file(".key"), "--data", str(each.data), "--out", each.file(".papers"))
        _plain("pair", "certify", each.file(".agreed"), *signed, *officers, "--yes")
    for each, peer in (parties, parties[::-1]):
        papers = (each.file(".papers"), peer.file(".papers"))
        _plain("pair", "finish", each.file(".agreed"), *papers, "--out", each.file(".line"))
    return parties


def log_in(party: Party) -> None:
    """Both accounts, at a node that runs."""
    for name, role in (("chief", "admin"), ("duty-1", "officer")):
        party.done("login", name, "--password-file", str(party.folder / "password"), role=role)


def take_up(party: Party, address: str | None) -> None:
    where = () if address is None else ("--address", address)
    key = ("--pairing-key", party.file(".offer.key"))
    party.done("line", "add", party.file(".line"), *key, *where, role="admin")


def draft(parties: tuple[Party, Party]) -> str:
    """The terms of an agreement between them: the file."""
    out = parties[0].folder / "terms.toml"
    named = [f"--party={each.name}={each.file('.key.pub')}" for each in parties]
    _plain("agreement", "draft", "--title", "Trial terms", *named, "--out", str(out))
    return str(out)


def following(party: Party) -> str:
    """The version after it, with more room: the file."""
    out = party.folder / "terms-2.toml"
    _plain("agreement", "draft", "--after", str(party.folder / "terms.toml"), "--out", str(out))
    out.write_text(out.read_text().replace('"3NM"', '"5NM"'))
    return str(out)


def approvals(party: Party, terms: str) -> list[str]:
    """Both officers' signatures over terms: the files."""
    found = []
    for n in (1, 2):
        out = f"{terms}.{party.name}-{n}.approval"
        _plain("agreement", "sign", terms, "--officer", party.file(f"-{n}.key"), "--out", out, "--yes")
        found.append(out)
    return found


class Running(NamedTuple):
    """A node that runs, in a process of its own, and what it said until it was ready."""

    process: subprocess.Popen[str]
    said: list[str]

    @property
    def port(self) -> int:
        """Where it waits for the other party's."""
        [line] = [each for each in self.said if each.startswith("line ")]
        return int(line.rpartition(":")[2])

    def stop(self) -> None:
        """In good order."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(WITHIN_S) == 0


@contextmanager
def running(party: Party, *arguments: str, inside: Sequence[str] = ()) -> Iterator[Running]:
    """Its node, until the block ends."""
    key = ("--key-file", party.file("-journal.key"), "--api", "off")
    command = [*inside, sys.executable, "-m", "wideberth.cli", "node", "run", "--data", str(party.data), *key]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with (
        Path(party.file(".log")).open("a") as told,
        subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=told, text=True, env=environment
        ) as process,
    ):
        assert process.stdout is not None
        try:
            said: list[str] = []
            for line in process.stdout:
                said.append(line.rstrip("\n"))
                if said[-1] == "ready":
                    break
            assert said[-1:] == ["ready"], Path(party.file(".log")).read_text()
            yield Running(process, said)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(WITHIN_S)


def until(true: Callable[[], bool], what: str, every_s: float = 0.2) -> float:
    """How long it took, in s. Raises: AssertionError after WITHIN_S."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < WITHIN_S, what
        time.sleep(every_s)
    return time.monotonic() - began


@contextmanager
def opened(party: Party) -> Iterator[Node]:
    """Its node, in this process, to look at; the other one must have ended."""
    key = keys.from_file(Path(party.file("-journal.key")))
    with Node.open(party.data, Config(), key, SYSTEM, Log(party.data / directory.LOG, SYSTEM.now)) as node:
        yield node


def same(parties: tuple[Party, Party]) -> int:
    """Both hold the same, and it comes to the same: how many entries. Raises: AssertionError."""
    with opened(parties[0]) as one, opened(parties[1]) as other:
        # what either said of itself while both were stopped is carried first
        whole.deliver(one.lines()[0].line, one, other)
        lines = [node._open[node.lines()[0].line] for node in (one, other)]
        placed: list[list[Placed]] = [each.state.order.placed for each in lines]
        assert [each.entry.leaf for each in placed[0]] == [each.entry.leaf for each in placed[1]]
        folds = [*(each.fold for each in lines), *map(shuffled, lines)]
        for each in folds[1:]:
            assert each.state == folds[0].state
            assert each.standing == folds[0].standing
        return len(placed[0])
