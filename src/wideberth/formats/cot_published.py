"""What is published, as events of Cursor on Target: a drawing for each volume of a zone, a spot for an alert.

What may be seen is decided before, in node.published; here nothing is added to it, and nothing asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats import cot_event
from wideberth.formats.cot_event import Event
from wideberth.formats.format import Writing
from wideberth.formats.raw import Tally
from wideberth.model.published import PERMITS, Published
from wideberth.space.reference import VerticalReference


class Made(NamedTuple):
    """The events, and how many volumes cannot be drawn (edges over a pole)."""

    events: list[Event]
    left_out: int


class Events:
    """Makes events of what is published; what has not changed is drawn once.

    `stale_ms` of something without an end moves with every look; the events say for how long they hold from
    when they are written, so that they are equal as long as nothing changes.
    """

    def __init__(self, reference: VerticalReference) -> None:
        self._reference = reference
        self._drawn: dict[tuple[Published, int], Event | None] = {}

    def of(self, items: Iterable[Published], now_ms: int) -> Made:
        """The events of all that is published now."""
        before, self._drawn = self._drawn, {}
        for item in items:
            same = structs.replace(item, stale_ms=0)
            for k in range(len(item.volumes)):
                key = (same, k)
                self._drawn[key] = before[key] if key in before else self._event(same, k, now_ms)
        events = [event for event in self._drawn.values() if event is not None]
        return Made(events, len(self._drawn) - len(events))

    def _event(self, item: Published, k: int, now_ms: int) -> Event | None:
        volume = item.volumes[k]
        count = len(item.volumes)
        name = f"{item.name} ({item.party})" if item.party else item.name
        name = f"{name} {k + 1}/{count}" if count > 1 else name
        uid = cot_event.uid(item.uid, str(k))
        words = " ".join(each for each in (item.words, item.notice, PERMITS) if each)
        try:
            drawn = cot_event.zone(
                volume, name, uid, Writing(self._reference, now_ms), Tally(), place=item.uid, words=words
            )
        except Invalid:
            return None
        return _spot(drawn, item, name, words) if item.kind == "alert" else drawn


def _spot(drawn: Event, item: Published, name: str, words: str) -> Event:
    """The middle of the place, as far around it as that reaches."""
    spot = cot_event.alert(name, words, drawn.uid, (0, 0), start=item.start_ms)
    return structs.replace(
        spot, lat=drawn.lat, lon=drawn.lon, ce=drawn.ce, hae=drawn.hae, le=drawn.le, stale=None
    )
