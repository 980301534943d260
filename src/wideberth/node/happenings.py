"""What happened in this start of a node, numbered, for its own people: the newest are remembered."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from typing import Final

from wideberth.node import views
from wideberth.node.log import Event, Level, Log
from wideberth.node.open_line import Found
from wideberth.node.views import Happened

KEPT = 10_000
"""How many are remembered, for whoever lost its place."""
_WARNINGS: Final = frozenset(
    {"entry.not_told", "entry.unable", "line.alarm", "line.check", "line.lost", "node.disk", "words.changed"}
)


class Happenings:
    """Told by one caller at a time; whoever follows is called in its thread. Any thread may read, and never
    waits for the node: who only listens must not stand still because a disk does.
    """

    def __init__(self, now: Callable[[], int], log: Log) -> None:
        """`now` is wall time in ms, UTC."""
        self._now, self._log = now, log
        self._kept: deque[Happened] = deque(maxlen=KEPT)
        self._count = 0
        self._followers: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def after(self, n: int) -> tuple[list[Happened], bool]:
        """What happened after this number, and whether some of it is forgotten already."""
        with self._lock:
            wanted = max(self._count - n, 0)
            # numbered without gaps: many readers ask for the newest few
            found = list(islice(reversed(self._kept), wanted))
        return found[::-1], len(found) < wanted

    def follow(self, follower: Callable[[], None]) -> Callable[[], None]:
        """Call this whenever something has happened; what is returned ends it."""
        with self._lock:
            self._followers.append(follower)

        def end() -> None:
            with self._lock, suppress(ValueError):
                self._followers.remove(follower)

        return end

    def tell(self, line: str | None, found: Found) -> None:
        """One more; written to the log as well, without its words."""
        with self._lock:
            self._count += 1
            self._kept.append(
                Happened(
                    n=self._count,
                    at=views.time(self._now()),
                    what=found.what,
                    line=line,
                    origin=found.origin.text if found.origin else None,
                    entry=found.entry,
                    type=found.type,
                    code=found.code,
                    words=found.words,
                    noun=found.noun,
                    loud=found.loud,
                )
            )
            followers = tuple(self._followers)
        level: Level = "warning" if found.what in _WARNINGS else "info"
        self._log.write(Event(level=level, code=found.what, line=line, entry=found.entry))
        for follower in followers:
            follower()
