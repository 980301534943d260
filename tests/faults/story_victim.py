"""A node in a process of its own, which dies at a given call to the system.

`Server` is a process that has imported everything, with story_calls.c before its libc; each victim is a fork
of it. The driver speaks with a victim over a socket that does not count, and carries its messages over TCP.
"""

from __future__ import annotations

import gc
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults import story, story_desk
from tests.faults.story import Pair
from tests.story.linked import Linked
from tests.story.whole import Time
from wideberth.ledger.ids import KINDS
from wideberth.links.address import Address
from wideberth.node.node import Node

POINTS = ("send", "sync", "commit", "name", "write")
"""As in story_calls.c: on a socket; fsync and its like; the write that ends a transaction; making, renaming
and removing a name; any other write to a file."""
ROOT = Path(__file__).parent.parent.parent
MOST = 64 << 10
HERE = "127.0.0.1"
LENGTH = 4


class Begin(NamedTuple):
    """A victim: whose node, where; at which call it dies, in each of its lives; what time it is.

    `listed`: its calls are written there; `early`: it is the planted fault (story.Early).
    """

    who: str
    folder: Path
    kills: tuple[tuple[str, int], ...] = ()
    listed: Path | None = None
    early: bool = False
    now: tuple[int, int] = (Time().wall_ms, Time().boot_ms)


class Died(Exception):
    """The victim is gone: its exit code, as waitpid has it."""


def why_not() -> str:
    """Why nothing can be counted here; empty where it can."""
    if not sys.platform.startswith("linux"):
        return "it needs Linux"
    return "" if shutil.which("gcc") else "gcc is not installed"


@cache
def _library() -> Path:
    """story_calls.c, compiled once a process."""
    folder = Path(tempfile.mkdtemp(prefix="story-calls-"))
    made = folder / "story_calls.so"
    source = Path(__file__).with_suffix("").with_name("story_calls.c")
    command = [
        "gcc",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-shared",
        "-fPIC",
        "-O2",
        "-o",
        str(made),
        str(source),
        "-ldl",
    ]
    subprocess.run(command, check=True)
    return made


class Server:
    """Forks victims, one at a time."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="story-")
        self._path = str(Path(self._folder.name) / "s")
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "scripts/long"), str(ROOT)])
        env = {**os.environ, "LD_PRELOAD": str(_library()), "PYTHONPATH": path}
        command = [sys.executable, "-m", "tests.faults.story_victim", self._path, str(_library())]
        self._process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    @property
    def pid(self) -> int:
        return self._process.pid

    def fork(self, begin: Begin) -> Connection:
        talk = socket.socket(socket.AF_UNIX)
        talk.connect(self._path)
        channel = Connection(talk.detach())
        channel.send(begin)
        return channel

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _serve(path: str, library: str) -> None:
    """Until whoever started it is gone."""
    import ctypes

    arm = ctypes.CDLL(library).story_arm
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    story_desk.warm()
    gc.collect()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        accepted, _ = listener.accept()
        channel = Connection(accepted.detach())
        begin: Begin = channel.recv()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _live(begin, channel, arm)
                code = 0
            except BaseException:  # noqa: BLE001 - whatever it is goes to the driver
                channel.send(("failed", traceback.format_exc()))
            finally:
                os._exit(code)
        # told by whoever outlives it: by then the system has given back its lock
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with suppress(OSError):
            channel.send(("exited", status))
        channel.close()


def _live(begin: Begin, channel: Connection, arm: Callable[[int, int, int, int], None]) -> None:
    listed = -1
    if begin.listed is not None:
        listed = os.open(begin.listed, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    kind, k = begin.kills[0] if begin.kills else ("", 0)
    arm(POINTS.index(kind) if kind else -1, k, listed, channel.fileno())
    pair, time = story.at(begin.folder), Time()
    time.wall_ms, time.boot_ms = begin.now
    with story.opened(pair.place(begin.who), time, early=begin.early) as node:
        channel.send(("opened", None))
        life = Life(node, pair)
        while True:
            verb, what, (time.wall_ms, time.boot_ms) = channel.recv()
            if verb == "close":
                break
            channel.send(("did", life.do(verb, what)))
        life.end()
    channel.send(("did", None))


class Life:
    """A victim's node, and what connects it with the other."""

    def __init__(self, node: Node, pair: Pair) -> None:
        self.node, self.pair = node, pair
        self.socket: socket.socket | None = None
        self.linked: Linked | None = None

    def do(self, verb: str, what: Any) -> Any:
        node, line = self.node, self.pair.line
        match verb:
            case "do":
                return story.do(node, self.pair, what)
            case "done":
                return story.done(node, self.pair, what)
            case "sizes":
                return story.sizes(node, line)
            case "told":
                return story.told(node, line)
            case "quiet":
                return story.quiet(node, line)
            case "join":
                self.socket = socket.create_connection((HERE, what))
            case "out":
                return _send(node, line, self.socket)
            case "take":
                assert self.socket is not None
                return node.incoming(line, list(frames(self.socket, what)))
            case "call":
                self.linked = Linked(node, line, call=Address(HERE, what, plain=True), plain=True).start()
            case "listen":
                self.linked = Linked(node, line, listen=(HERE, 0), plain=True).start()
                return self.linked.port
            case "part" | "unlink":
                self.part()
        return None

    def part(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        if self.linked is not None:
            self.linked.stop()
            self.linked = None

    def end(self) -> None:
        """What the planted fault still has is kept."""
        self.part()
        for talk in (each.talk for each in self.node._open.values()):
            if isinstance(talk, story.Early):
                talk.keep_now()


def _send(node: Node, name: str, line: socket.socket | None) -> int:
    """All that waits; over no line it is lost."""
    number = 0
    for slot in KINDS:
        while some := node.outgoing(name, slot, MOST):
            for each in some:
                number += 1
                if line is not None:
                    line.sendall(len(each).to_bytes(LENGTH, "big") + each)
    return number


def frames(line: socket.socket, number: int) -> Iterator[bytes]:
    """So many messages. Raises: Died where the other end is gone before."""
    for _ in range(number):
        yield _whole(line, int.from_bytes(_whole(line, LENGTH), "big"))


def _whole(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        some = line.recv(size - len(found))
        if not some:
            raise Died("the line is closed")
        found += some
    return found


if __name__ == "__main__":
    _serve(*sys.argv[1:])
