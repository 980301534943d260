"""What an after-action picture of an alert is drawn from: who was where, when, and what was to be kept clear.

A value that can be kept as JSON: trails, volumes and times, and no report beyond them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from wideberth.model.track import Kind, Whose
from wideberth.watch.alerts import Alert
from wideberth.watch.trail import Spot
from wideberth.watch.zone import Zone

POINTS: Final = 2_000
"""The most places of one track; of more, every second one of the older half goes, and again."""


class Way(Struct, frozen=True):
    """One track: its id, and what was known of it when it was last looked at."""

    track: str
    callsign: str = ""
    kind: Kind = "unknown"
    whose: Whose = Whose()
    spots: tuple[Spot, ...] = ()


class Encounter(Struct, frozen=True):
    """An alert with all that shows how it came and went.

    Attributes:
        alert: as it stood at `to_ms`.
        ways: of the track, and of the other one where there is one; oldest place first.
        zone: what the track came too near, or was to keep to; None: there is none, or none any more.
        from_ms, to_ms: from the first place to when the alert was cleared, or to now.
    """

    alert: Alert
    ways: tuple[Way, ...]
    zone: Zone | None
    from_ms: int
    to_ms: int


def merged(before: Way | None, now: Way) -> Way:
    """The places of both in the order of time, each moment once; what is known otherwise: of the newer."""
    if before is None:
        return now
    spots = {each.at_ms: each for each in (*before.spots, *now.spots)}
    return Way(
        now.track,
        now.callsign or before.callsign,
        now.kind if now.kind != "unknown" else before.kind,
        now.whose,
        _fewer(sorted(spots.values(), key=lambda each: each.at_ms)),
    )


def encounter(alert: Alert, ways: Iterable[Way], zone: Zone | None, now_ms: int) -> Encounter:
    """The data of the picture."""
    some = tuple(ways)
    to_ms = now_ms if alert.cleared_ms is None else alert.cleared_ms
    first = min((each.spots[0].at_ms for each in some if each.spots), default=alert.first_ms)
    return Encounter(alert, some, zone, min(first, alert.first_ms), to_ms)


def _fewer(spots: list[Spot]) -> tuple[Spot, ...]:
    while len(spots) > POINTS:
        half = len(spots) // 2
        spots = spots[:half:2] + spots[half:]
    return tuple(spots)
