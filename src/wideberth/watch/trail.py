"""Where a track was in the last minutes: flat integers, so that many tracks take little memory."""

from __future__ import annotations

from array import array
from typing import Final, NamedTuple

from wideberth.space.altitude import DATUMS, Altitude
from wideberth.space.ground import Point
from wideberth.space.units import SECOND

LENGTH: Final = 600 * SECOND
"""ms that a trail reaches back."""
POINTS: Final = 600
FEW: Final = 30
ALL: Final = 2_000_000
"""The most points of one trail; the fewest that are left to each where there are many; of all, 80 MB."""
WIDE: Final = 5


class Spot(NamedTuple):
    """POSIX ms, (lon, lat) in 1e-7 degrees, and the altitude where it was said."""

    at_ms: int
    point: Point
    altitude: Altitude | None


class Trail:
    """The places of one track in the order of time, a second apart at least."""

    __slots__ = ("_flat",)

    def __init__(self) -> None:
        self._flat = array("q")

    def add(self, at_ms: int, point: Point, altitude: Altitude | None, spacing: int) -> None:
        """One more place, unless it is within `spacing` ms of one that is there."""
        flat = self._flat
        end = len(flat)
        while end and flat[end - WIDE] > at_ms:
            # late ones come soon after: those that come minutes late are searched for no further
            if len(flat) - end >= 16 * WIDE:
                return
            end -= WIDE
        if end and at_ms - flat[end - WIDE] < spacing:
            return
        if end < len(flat) and flat[end] - at_ms < spacing:
            return
        datum, value = (-1, 0) if altitude is None else (DATUMS.index(altitude.datum), altitude.value)
        flat[end:end] = array("q", (at_ms, *point, datum, value))
        self._shorten(spacing)

    def _shorten(self, spacing: int) -> None:
        flat = self._flat
        most = WIDE * (LENGTH // spacing + 1)
        # a quarter more than there should be, then all of it at once
        if len(flat) > most + most // 4 or flat[0] < flat[-WIDE] - LENGTH - LENGTH // 4:
            first = max(0, len(flat) - most)
            while flat[first] < flat[-WIDE] - LENGTH:
                first += WIDE
            del flat[:first]

    def spots(self, since_ms: int = 0) -> list[Spot]:
        """The places from a time on, oldest first."""
        flat = self._flat
        return [
            Spot(flat[k], (flat[k + 1], flat[k + 2]), _altitude(flat[k + 3], flat[k + 4]))
            for k in range(0, len(flat), WIDE)
            if flat[k] >= since_ms
        ]

    def __len__(self) -> int:
        return len(self._flat) // WIDE


def spacing(tracks: int) -> int:
    """Time (ms) between the points of a trail where there are so many tracks: all together are bounded.

    An eighth less, so that what comes about once a second is kept whole.
    """
    return LENGTH * 7 // (8 * min(POINTS, max(FEW, ALL // max(1, tracks))))


def _altitude(datum: int, value: int) -> Altitude | None:
    return None if datum < 0 else Altitude(DATUMS[datum], value)
