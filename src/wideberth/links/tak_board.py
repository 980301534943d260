"""What a TAK server has been given, and what it must be given now. No sockets, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from wideberth.formats import cot_event
from wideberth.formats.cot_event import Event

MOST: Final = 10_000
"""Events that one server is given; of more the first."""
SPOT: Final = "b-"
"""How the types of alerts begin: they go first."""


class Due(NamedTuple):
    """Something to be written now; `of`: the uid that it is about, `gone`: whether it takes that back."""

    event: Event
    of: str
    gone: bool = False


class _Given(NamedTuple):
    event: Event
    at_ms: int | None
    """None: on a connection that is over."""


class Board:
    """Remembers what was given. What is written is told by `wrote`: only then it counts."""

    def __init__(self, again_ms: int, most: int = MOST) -> None:
        self._again_ms, self._most = again_ms, most
        self._given: dict[str, _Given] = {}
        self.shown = 0
        """How many events are to be seen now."""
        self.left_out = 0
        """How many more there are than one server is given."""

    def forget(self) -> None:
        """A new connection: all is to be given again, and what was withdrawn since, taken back."""
        self._given = {uid: each._replace(at_ms=None) for uid, each in self._given.items()}

    def due(self, events: Iterable[Event], now_ms: int) -> list[Due]:
        """What is to be written now: what is withdrawn or over first, then alerts, then the rest."""
        wanted: dict[str, Event] = {}
        self.left_out = 0
        for event in events:
            if event.until(now_ms) <= now_ms:
                continue
            if len(wanted) >= self._most and event.uid not in wanted:
                self.left_out += 1
                continue
            wanted[event.uid] = event
        self.shown = len(wanted)
        found = [
            Due(each, uid, gone=True)
            for uid, given in self._given.items()
            if uid not in wanted
            for each in cot_event.gone(given.event, now_ms)
        ]
        fresh = [event for uid, event in wanted.items() if self._is_due(event, self._given.get(uid), now_ms)]
        fresh.sort(key=lambda event: not event.type.startswith(SPOT))
        return found + [Due(event, event.uid) for event in fresh]

    def wrote(self, due: Due, now_ms: int) -> None:
        """It was written."""
        if not due.gone:
            self._given[due.of] = _Given(due.event, now_ms)
        elif due.event.uid != due.of:
            # the last event is followed by the deletion, which has a uid of its own
            self._given.pop(due.of, None)

    def _is_due(self, event: Event, given: _Given | None, now_ms: int) -> bool:
        if given is None or given.at_ms is None or given.event != event:
            return True
        after = self._again_ms
        if event.stale is None:
            # well before it is stale
            after = min(after, event.keep // 2)
        # a clock that was set back must not keep things from being sent
        return not 0 <= now_ms - given.at_ms < after
