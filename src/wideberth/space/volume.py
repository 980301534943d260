"""A volume: ground shape × altitude band × half-open UTC time window (× frequency band), and its pad."""

from __future__ import annotations

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, check_order
from wideberth.space.ground import Ground

HIGHEST = 10**15 - 1
"""Hz (ultraviolet): an integer that every reader of JSON holds exactly."""
YEARS = (-62_135_596_800_000, 253_402_300_799_999)
"""POSIX ms of the first and the last moment of the years 1 to 9999, which RFC 3339 can write."""


class Pad(Struct, frozen=True, gc=False):
    """Margins that are added to every minimum: `h`, `v` in 0.1 mm, `t` in ms."""

    h: int = 0
    v: int = 0
    t: int = 0


class Frequencies(Struct, frozen=True, gc=False):
    """A frequency band in Hz."""

    low: int
    high: int


class Volume(Struct, frozen=True, gc=False):
    """Where, how high, when, and for an emission on which frequencies.

    `start` and `end` are POSIX ms (UTC, without leap seconds); None is unbounded.
    """

    ground: Ground
    lower: Altitude = SURFACE
    upper: Altitude = UNLIMITED
    start: int | None = None
    end: int | None = None
    band: Frequencies | None = None
    pad: Pad = Pad()


def check_volume(volume: Volume, path: str = "") -> Volume:
    """The volume itself if its axes are the right way up.

    Raises: Invalid (`altitude.upside_down`, `time.backwards`, `time.range`, `frequency.backwards`,
    `frequency.range`, `pad.negative`).
    """
    check_order(volume.lower, volume.upper, path)
    if volume.start is not None and volume.end is not None and volume.end < volume.start:
        raise Invalid("time.backwards", path, "an end before its start", "start before end")
    for instant in (volume.start, volume.end):
        if instant is not None and not YEARS[0] <= instant <= YEARS[1]:
            raise Invalid("time.range", path, f"{instant} ms", "times in the years 1 to 9999 of UTC")
    if volume.band is not None and not 0 <= volume.band.low <= volume.band.high:
        raise Invalid(
            "frequency.backwards", path, f"{volume.band.low} … {volume.band.high} Hz", "0 <= from <= to"
        )
    if volume.band is not None and volume.band.high > HIGHEST:
        raise Invalid("frequency.range", path, f"{volume.band.high} Hz", f"at most {HIGHEST:,} Hz")
    if min(volume.pad.h, volume.pad.v, volume.pad.t) < 0:
        raise Invalid("pad.negative", path, "a negative pad", "pads of 0 or more")
    return volume
