"""Runs of the story in which a victim dies at one point of it, and what must hold after each."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from tests.faults import story, story_judge
from tests.faults.story import Step
from tests.faults.story_linked import LinkedRun
from tests.faults.story_run import Run
from tests.faults.story_victim import POINTS, Begin, Server


class Point(NamedTuple):
    """The k-th call of a kind that a victim makes in its first life, from 1."""

    who: str
    kind: str
    k: int


def room() -> str | None:
    """Where directories are made: SIGKILL loses nothing that was written, so memory will do."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() else None


class Ended(NamedTuple):
    """How a run ended: the steps in which the victim died, and all names in its directory."""

    deaths: tuple[Step | None, ...]
    names: frozenset[str]


Over = Literal["frames", "called", "calling"]
"""What carries messages: a socket of the test's own, always the same; or `links`, with the victim called or
calling.
"""


def run(server: Server, begin: Begin, template: Path, over: Over) -> Ended:
    """The story from its beginning, in a copy of two directories. Raises: AssertionError."""
    shutil.copytree(template, begin.folder)
    if over == "frames":
        told = Run(server, begin.folder, begin)
    else:
        told = LinkedRun(server, begin.folder, begin, calls=over == "calling")
    try:
        told.tell()
        with told.pair.place(begin.who).open(told.time) as victim:
            story_judge.judge(told.pair, (victim, told.node))
    finally:
        told.close()
    home = told.pair.place(begin.who).path
    names = frozenset(str(each.relative_to(home)) for each in home.rglob("*"))
    return Ended(tuple(told.deaths), names)


class Counted(NamedTuple):
    """What a victim calls with nothing in its way: (kind, call, on what), in their order; and its files."""

    calls: tuple[tuple[str, str, str], ...]
    names: frozenset[str]

    def number(self, kind: str) -> int:
        return sum(each[0] == kind for each in self.calls)


class Sweep:
    """Runs at points of the story; one at a time."""

    def __init__(self, server: Server, folder: Path, over: Over) -> None:
        self.server, self.folder, self.over = server, folder, over
        self.template = folder / "template"
        story.begin(self.template)
        self._n = 0

    def count(self, who: str) -> Counted:
        listed = self.folder / f"calls of {who}"
        listed.unlink(missing_ok=True)
        folder = self._fresh()
        ended = self._run(Begin(who, folder, (), listed))
        assert ended.deaths == ()
        text = listed.read_text().replace(f"{folder / who}/", "")
        lines = [each.split(" ", 2) for each in text.splitlines()]
        return Counted(tuple((POINTS[int(a)], b, c) for a, b, c in lines), ended.names)

    def kill(self, *points: Point, names: frozenset[str], early: bool = False) -> bool:
        """Whether the victim died at the first point, and in its next life at the second; all held then.

        Raises: AssertionError, where something did not.
        """
        kills = tuple((each.kind, each.k) for each in points)
        ended = self._run(Begin(points[0].who, self._fresh(), kills, None, early))
        assert ended.names == names, ended.names ^ names
        return len(ended.deaths) == len(points)

    def _run(self, begin: Begin) -> Ended:
        try:
            return run(self.server, begin, self.template, self.over)
        finally:
            shutil.rmtree(begin.folder, ignore_errors=True)

    def _fresh(self) -> Path:
        self._n += 1
        return self.folder / str(self._n)


def points(who: str, counted: Counted, kind: str, most: int | None = None) -> list[Point]:
    """All of a kind, or so many of them, spread over the story."""
    number = counted.number(kind)
    ks = list(range(1, number + 1))
    if most is not None and most < number:
        ks = sorted({1 + i * (number - 1) // (most - 1) for i in range(most)})
    return [Point(who, kind, k) for k in ks]


@contextmanager
def sweep(over: Over = "frames") -> Iterator[Sweep]:
    with tempfile.TemporaryDirectory(dir=room(), prefix="story-") as folder, Server() as server:
        yield Sweep(server, Path(folder), over)
