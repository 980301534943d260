"""Axes too thin to meet anything are widened about their centre before anything else."""

from __future__ import annotations

from wideberth.space.altitude import Altitude
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume

UNBOUNDED = 2**61
"""ms: stands for no start (negative) or no end."""


def thick_band(volume: Volume) -> tuple[Altitude, Altitude]:
    """The limits, at least 1 m apart where one datum (or the ground) can tell; rounded outwards."""
    lower, upper = volume.lower, volume.upper
    on_ground = lower.datum in ("AGL", "SFC") and upper.datum in ("AGL", "SFC")
    if not (on_ground or lower.datum == upper.datum) or upper.value - lower.value >= METRE:
        return lower, upper
    twice = lower.value + upper.value
    datum = "AGL" if on_ground else lower.datum
    return Altitude(datum, (twice - METRE) // 2), Altitude(datum, -((-twice - METRE) // 2))


def thick_window(volume: Volume) -> tuple[int, int]:
    """Start and end in ms, at least 1 s apart, ±UNBOUNDED where open; rounded outwards."""
    start = -UNBOUNDED if volume.start is None else volume.start
    end = UNBOUNDED if volume.end is None else volume.end
    if end - start >= SECOND:
        return start, end
    return (start + end - SECOND) // 2, -((-start - end - SECOND) // 2)


def thick_frequencies(volume: Volume) -> tuple[int, int] | None:
    """The band in **half hertz**, at least 1 Hz wide; None where the volume is no emission."""
    if volume.band is None:
        return None
    low, high = 2 * volume.band.low, 2 * volume.band.high
    return (low, high) if high - low >= 2 else (low - 1, high + 1)
