"""How long a flash takes over a thin wire that carries a backlog of what is routine."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.story import net, whole
from tests.story.whole import NAMES

ROOT = Path(__file__).parent.parent.parent
WORDS = "corridor four is closed to all traffic until further notice " * 3
WITHIN_S = 240.0


class Flash(NamedTuple):
    """When it was said, after the backlog; how long it took; how much of the backlog was there by then."""

    after_s: float
    took_s: float
    before: int


class Seen(NamedTuple):
    """What came of a backlog: the flash before it, those during it, and how long all of it took."""

    idle: Flash
    loaded: list[Flash]
    backlog: int
    all_s: float


class Carrier:
    """One of the two programs, in its namespace."""

    def __init__(self, folder: Path, wire: net.Wire, at: int) -> None:
        hosts = net.HOSTS if at == 0 else net.HOSTS[::-1]
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        program = [sys.executable, "-m", "tests.story.carrier", str(folder), NAMES[at], *hosts]
        self.process = subprocess.Popen(
            [*wire.inside(at), *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
        )
        self.told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def do(self, **command: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def next(self, what: str, within_s: float = WITHIN_S) -> dict[str, Any]:
        """What it tells next of this kind; others are passed over."""
        end = time.monotonic() + within_s
        while True:
            found = self.told.get(timeout=max(0.0, end - time.monotonic()))
            if what in found:
                return found

    def close(self) -> None:
        self.do(stop=True)
        assert self.process.wait(WITHIN_S) == 0
        self._reading.join()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.put(json.loads(line))


@contextmanager
def carriers(folder: Path, wire: net.Wire) -> Iterator[tuple[Carrier, Carrier]]:
    whole.begin(folder)
    one, other = Carrier(folder, wire, 0), Carrier(folder, wire, 1)
    try:
        for each in (one, other):
            each.next("ready")
        yield one, other
        one.close()
        other.close()
    finally:
        for each in (one, other):
            if each.process.poll() is None:
                each.process.kill()


def flashes(folder: Path, wire: net.Wire, backlog: int, flashes: int, every_s: float) -> Seen:
    """A backlog is said at once, and some flashes while it is on its way."""
    with carriers(folder, wire) as (one, other):

        def flash(since: float) -> tuple[float, Flash]:
            one.do(say="urgent", words="flash", times=1)
            said = one.next("said")["at"]
            before = 0
            while (came := other.next("arrived"))["arrived"] == "main":
                before += 1
            return came["at"], Flash(said - since, came["at"] - said, before)

        flash(time.monotonic())  # the line begins with it
        _, idle = flash(time.monotonic())
        one.do(say="main", words=WORDS, times=backlog)
        began = one.next("said")["at"]
        arrived, last, found = 0, began, []
        for _ in range(flashes):
            time.sleep(max(0.0, last + every_s - time.monotonic()))
            last = time.monotonic()
            _, each = flash(began)
            arrived += each.before
            found.append(each._replace(before=arrived))
        for _ in range(backlog - arrived):
            last = other.next("arrived")["at"]
        return Seen(idle, found, backlog, last - began)
