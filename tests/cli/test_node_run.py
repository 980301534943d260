"""`wideberth node run` as a process: it begins, says so, is asked, stops in order, and begins again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import NamedTuple

import pytest
from msgspec import structs

from tests.cli.running import short_folder
from tests.cli.runs import SAMPLES, Ran, run
from tests.ledger.two import seed
from tests.store.peopled import WORDS
from tests.story import whole
from wideberth.cli import node_running
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.links import address
from wideberth.links.peer_client import Sender
from wideberth.node import directory
from wideberth.node.node import Node
from wideberth.store import keyfile
from wideberth.store.keyfile import Plain

SECONDS = 60
"""For anything: the machine may be busy."""


class Run(NamedTuple):
    """A node that runs as a process, and what it has said."""

    process: subprocess.Popen[str]
    lines: Queue[str | None]
    seen: list[str]

    def until(self, text: str) -> str:
        """Read on to a line that has this text."""
        while True:
            try:
                line = self.lines.get(timeout=SECONDS)
            except Empty:
                raise AssertionError(f"never said {text!r}: {self.seen}") from None
            if line is None:
                raise AssertionError(f"ended without {text!r}: {self.seen}")
            self.seen.append(line)
            if text in line:
                return line

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@contextmanager
def running(place: Path, *arguments: str) -> Iterator[Run]:
    key = place.with_name(f"{place.name}.journal.key")
    given = ["--data", str(place), "--key-file", str(key), "--api", "127.0.0.1:0", "--line", "127.0.0.1:0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "wideberth.cli", "node", "run", *given, *arguments],
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent.parent.parent), "WIDEBERTH_JOURNAL_KEY": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: Queue[str | None] = Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line.rstrip("\n"))
        lines.put(None)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield Run(process, lines, [])
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(SECONDS)
        reader.join(SECONDS)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def places() -> Iterator[tuple[whole.Place, whole.Place]]:
    with short_folder() as folder:
        found, _ = whole.begin(folder)
        for each in found:
            key = folder / f"{each.name}.journal.key"
            key.write_text(ids.base32(seed(f"{each.name} journal")))
            key.chmod(0o600)
        yield found


def asked(place: whole.Place, *arguments: str, token: str | None = None) -> str:
    ran = run(*arguments, "--data", str(place.path), WIDEBERTH_TOKEN=token, WIDEBERTH_URL=None)
    assert ran.code == 0, ran.err
    return ran.out


def secret(place: whole.Place) -> str:
    file = place.path.with_name("words")
    file.write_text(WORDS)
    file.chmod(0o600)
    return str(file)


@pytest.mark.slow
def test_it_begins_says_so_and_stops_in_order(places: tuple[whole.Place, whole.Place]) -> None:
    north, _ = places
    with running(north.path) as node:
        assert "-" in node.until("node    ")
        api = node.until("api     ")
        assert api.startswith("api     http://127.0.0.1:")
        port = api.split(":")[2].partition(",")[0]
        assert node.until("console ") == f"console http://localhost:{port}/, in a browser of this machine"
        assert node.until("line    ").startswith("line    https://127.0.0.1:")
        node.until("ready")
        assert any("admin init" in line for line in node.seen) and any(
            "no line yet" in line for line in node.seen
        )
        assert asked(north, "admin", "init", "chief", "--password-file", secret(north)) == "chief  admin\n"
        assert node.stop() == 0
        assert node.until("stopping") and node.until("stopped")
    assert list((north.path / directory.RUN).iterdir()) == []
    # nothing holds it any more: the files are worked on directly
    assert asked(north, "admin", "user", "list") == "chief  admin\n"


@pytest.mark.slow
def test_it_stops_in_order_although_nobody_reads_what_it_says(
    places: tuple[whole.Place, whole.Place],
) -> None:
    north, _ = places
    with running(north.path, "--line", "off") as node:
        node.until("ready")
        node.process.send_signal(signal.SIGSTOP)
        node.process.send_signal(signal.SIGTERM)
        assert node.process.stdout is not None
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, node.process.stdout.fileno())
        os.close(nothing)
        node.process.send_signal(signal.SIGCONT)
        assert node.process.wait(SECONDS) == 0


@pytest.mark.slow
def test_two_nodes_reach_each_other_and_again_after_a_kill(places: tuple[whole.Place, whole.Place]) -> None:
    north, south = places
    paired = {north.name: whole.paired(north, south), south.name: whole.paired(south, north)}
    tokens = {}
    for each in places:
        asked(each, "admin", "init", "chief", "--password-file", secret(each))
        tokens[each.name] = asked(each, "admin", "token", "add", "chief", "--name", "test").strip()
        file, key = each.path.with_name(f"{each.name}.line"), each.path.with_name(f"{each.name}.offer.key")
        file.write_bytes(paired[each.name])
        key.write_bytes(keyfile.write(Plain(keyfile.public(keyfile.PAIRING, each.private), each.private)))
        key.chmod(0o600)

    def add(place: whole.Place, *more: str) -> None:
        file, key = (str(place.path.with_name(f"{place.name}{end}")) for end in (".line", ".offer.key"))
        asked(place, "line", "add", file, "--pairing-key", key, *more, token=tokens[place.name])

    with running(north.path) as one:
        where = one.until("line    ").split()[1]
        one.until("ready")
        add(north)
        with running(south.path) as other:
            other.until("ready")
            add(south, "--address", where)
            one.until("line.stage (whole)")
            other.until("line.stage (whole)")
            other.process.kill()
            other.process.wait(SECONDS)
        # it was killed: the socket is left behind, and nothing else is in the way of a second start
        with running(south.path) as again:
            again.until("ready")
            again.until("line.stage (whole)")
            assert again.stop(signal.SIGINT) == 0
        assert one.stop() == 0


def begun(place: whole.Place, *arguments: str) -> Ran:
    """A start in this process, which fails."""
    key = str(place.path.with_name(f"{place.name}.journal.key"))
    given = ("--data", str(place.path), "--key-file", key, "--api", "127.0.0.1:0", "--line", "127.0.0.1:0")
    return run("node", "run", *given, *arguments, WIDEBERTH_JOURNAL_KEY=None)


def test_what_keeps_it_from_beginning_is_one_line_and_exit_code_3(
    places: tuple[whole.Place, whole.Place],
) -> None:
    north, south = places
    with socket.create_server(("127.0.0.1", 0)) as taken:
        at = f"127.0.0.1:{taken.getsockname()[1]}"
        failed = {
            "node.api_address": begun(north, "--api", at),
            "transport.listen": begun(north, "--line", at),
            "transport.plain": begun(north, "--plain", "--line", "0.0.0.0:0"),
        }
    with directory.held(north.path):
        failed["node.locked"] = begun(north)
    south.path.with_name("south.journal.key").write_text(ids.base32(seed("wrong")))
    failed["journal.key"] = begun(south)
    for code, ran in failed.items():
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (3, "", 1) and f"[{code}]" in ran.err, (
            ran.err
        )


def test_settings_that_are_wrong_are_bad_input(places: tuple[whole.Place, whole.Place]) -> None:
    (places[0].path / "node.toml").write_text('lime = "off"')
    ran = begun(places[0])
    assert ran.code == 2 and "[config.unknown_key]" in ran.err
    assert begun(places[1], "--api", "here").code == 2


class Heard:
    """What a node says in this process; it is told to stop at a word."""

    def __init__(self, last: str) -> None:
        self.said: list[str] = []
        self._last = last

    def __call__(self, line: str) -> None:
        self.said.append(line)
        if self._last in line:
            os.kill(os.getpid(), signal.SIGTERM)


def here(node: Node, heard: Heard, *, plain: bool = False) -> int:
    node.settings = structs.replace(node.settings, api="off", line="127.0.0.1:0")
    ending = asyncio.run(node_running.run(node, heard, heard, plain=plain))
    ending.last.cancel()
    return ending.signal


def test_in_this_process_it_serves_its_lines_and_says_what_to_do(tmp_path: Path) -> None:
    heard = Heard("ready")
    with short_folder() as folder, whole.two(folder) as two:
        assert here(two.one, heard, plain=True) == signal.SIGTERM
        assert two.one.status().trouble is None
    said = "\n".join(heard.said)
    assert "api     off, and the socket in run/" in said and "line    http://127.0.0.1:" in said
    assert "south: live" in said and "south: soon: wait for south" in said and said.endswith("stopping")


def test_a_line_that_cannot_be_called_is_told_once_and_the_node_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = Heard("is not called")

    def read(text: str) -> address.Address:
        raise Invalid("transport.address", "address", text, "another")

    with short_folder() as folder, whole.two(folder) as two:
        two.one.readdress(two.line, "https://south.example:7879")
        monkeypatch.setattr(address, "read", read)
        here(two.one, heard)
    assert sum("south is not called" in line for line in heard.said) == 1


def test_a_caller_that_fails_as_nobody_foresaw_is_told_and_begins_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard, begun = Heard("never"), list[int]()

    async def failing(sender: Sender) -> None:
        begun.append(1)
        if len(begun) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        raise RuntimeError("what nobody foresaw")

    monkeypatch.setattr(Sender, "run", failing)
    monkeypatch.setattr(node_running, "EVERY", 0.01)
    with short_folder() as folder, whole.two(folder) as two:
        two.one.readdress(two.line, "https://south.example:7879")
        here(two.one, heard)
    assert len(begun) >= 3
    assert [line for line in heard.said if "is not called" in line] == [
        "south is not called: RuntimeError: what nobody foresaw"
    ]


def test_what_fails_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard("it works again")
    monkeypatch.setattr(node_running, "EVERY", 0.01)
    with short_folder() as folder, whole.two(folder) as two:
        ticks = iter([OSError(28, "no room"), OSError(28, "no room"), Refused("journal.disk", "full")])
        tick = two.one.tick

        def failing() -> None:
            for error in ticks:
                raise error
            tick()

        monkeypatch.setattr(two.one, "tick", failing)
        here(two.one, heard)
    told = [line for line in heard.said if line.startswith("could not")]
    assert len(told) == 2 and "no room" in told[0] and "full" in told[1]


def test_what_happens_is_told_where_it_runs() -> None:
    heard = Heard("line.stage")
    with short_folder() as folder, whole.two(folder) as two:
        ready = Heard("never")

        def say(line: str) -> None:
            ready(line)
            if line == "ready":
                whole.settle(two)

        two.one.settings = structs.replace(two.one.settings, api="off", line="off")
        asyncio.run(node_running.run(two.one, say, heard)).last.cancel()
    assert any("line    off" in line for line in ready.said)
    assert any("line.stage (whole): signs" in line for line in heard.said)


def test_a_terminal_that_is_stopped_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_running, "LAST_WORDS", 0.01)
    stopped, freed = threading.Event(), threading.Event()
    waited: list[bool] = []

    def tell(line: str) -> None:
        if "line.stage" in line:
            # Ctrl-S; and somebody tells the node to end
            stopped.set()
            os.kill(os.getpid(), signal.SIGTERM)
            waited.append(freed.wait(SECONDS))

    with short_folder() as folder, whole.two(folder) as two:

        def say(line: str) -> None:
            if line == "ready":
                whole.settle(two)

        two.one.settings = structs.replace(two.one.settings, api="off", line="off")
        asyncio.run(node_running.run(two.one, say, tell)).last.cancel()
        assert stopped.is_set() and waited == [], "it ended while the terminal stood still"
        freed.set()


def test_whoever_read_what_it_says_may_leave() -> None:
    def tell(line: str) -> None:
        raise BrokenPipeError(line)

    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line == "ready":
            os.kill(os.getpid(), signal.SIGTERM)
        raise BrokenPipeError(line)

    with short_folder() as folder, whole.two(folder) as two:
        two.one.settings = structs.replace(two.one.settings, api="off", line="off")
        ending = asyncio.run(node_running.run(two.one, say, tell))
        ending.last.cancel()
    assert ending.signal == signal.SIGTERM and said[-1] == "ready"


def test_what_nobody_takes_is_counted_and_said_afterwards() -> None:
    first, freed = threading.Event(), threading.Event()
    heard: list[str] = []

    def tell(line: str) -> None:
        first.set()
        freed.wait(SECONDS)
        heard.append(line)

    aside = node_running.Aside()
    aside(tell, "0")
    assert first.wait(SECONDS)
    for n in range(1, node_running.LINES + 3):
        aside(tell, str(n))
    freed.set()
    aside.close()
    assert heard[:3] == ["0", "2 lines could not be said here; all is in the log", "1"]
    assert heard[2:] == [str(n) for n in range(1, node_running.LINES + 1)]


def test_a_second_signal_and_an_end_that_hangs_end_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(node_running, "LONGEST", 0.01)

    async def twice() -> int:
        stop: asyncio.Future[node_running.Ending] = asyncio.get_running_loop().create_future()
        node_running.heed(stop)
        os.kill(os.getpid(), signal.SIGINT)
        found = await stop
        while ended != [3]:
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)
        while len(ended) < 2:
            await asyncio.sleep(0.01)
        return found.signal

    assert asyncio.run(asyncio.wait_for(twice(), SECONDS)) == signal.SIGINT
    assert ended == [3, 128 + signal.SIGTERM]
