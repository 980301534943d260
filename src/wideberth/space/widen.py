"""Axes too thin to meet anything are widened about their centre before anything else."""

from __future__ import annotations

import numpy as np

from wideberth.space.altitude import DATUMS
from wideberth.space.ellipsoid import Index
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume

UNBOUNDED = 2**61
"""ms: stands for no start (negative) or no end."""
AGL, SFC = DATUMS.index("AGL"), DATUMS.index("SFC")


def thick_bands(limits: Index) -> Index:
    """The limits, at least 1 m apart where one datum (or the ground) can tell; rounded outwards.

    Args:
        limits: (n, 2, 2), lower and upper, of each the number of the datum and the value in 0.1 mm.
    """
    datum, value = limits[..., 0], limits[..., 1]
    on_ground = ((datum == AGL) | (datum == SFC)).all(axis=1)
    thin = (on_ground | (datum[:, 0] == datum[:, 1])) & (value[:, 1] - value[:, 0] < METRE)
    twice = value[:, 0] + value[:, 1]
    wide = np.stack([(twice - METRE) // 2, -((-twice - METRE) // 2)], -1)
    return np.stack(
        [
            np.where((thin & on_ground)[:, None], AGL, datum),
            np.where(thin[:, None], wide, value),
        ],
        -1,
    )


def thick_windows(start: Index, end: Index) -> tuple[Index, Index]:
    """Starts and ends in ms (±UNBOUNDED where open), at least 1 s apart; rounded outwards."""
    thin = end - start < SECOND
    middle = np.where(thin, start + end, 0)  # of open windows the sum would not fit
    return (
        np.where(thin, (middle - SECOND) // 2, start),
        np.where(thin, -((-middle - SECOND) // 2), end),
    )


def thick_frequencies(volume: Volume) -> tuple[int, int] | None:
    """The band in **half hertz**, at least 1 Hz wide; None where the volume is no emission."""
    if volume.band is None:
        return None
    low, high = 2 * volume.band.low, 2 * volume.band.high
    return (low, high) if high - low >= 2 else (low - 1, high + 1)
