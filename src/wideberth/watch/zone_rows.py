"""Zones laid out for the search: one line of float64 for each volume under each rule of its zone.

Everything a track is compared with is worked out once here: windows grown by the time minimum, bands made at
least 1 m thick, what each limit may mean above the ellipsoid over the ground grown by its horizontal minimum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wideberth.model.separation import Minimum
from wideberth.space.altitude import DATUMS, Altitude, Datum
from wideberth.space.ellipsoid import Array, Index
from wideberth.space.ground import Ground
from wideberth.space.height import QNH_DISTANCE, Range, ellipsoid_range
from wideberth.space.reach import EVERYWHERE, boxes
from wideberth.space.reference import VerticalReference
from wideberth.space.shape import Shapes, compile_shapes
from wideberth.space.units import METRE
from wideberth.space.volume import Volume
from wideberth.space.widen import UNBOUNDED, thick_bands, thick_windows
from wideberth.space.within import within
from wideberth.watch.zone import Zone

ZONE, PARTY, START, END, REACH, H, V = range(7)
"""Number of the zone and of its party; POSIX ms from which to before which it counts; metres from the pieces
of its shape within which a track is too near (infinite: anywhere); both minima in 0.1 mm, pads included, or
ANY.
"""
DATUM_LOW, LIMIT_LOW, DATUM_HIGH, LIMIT_HIGH, LEAST, MOST = range(7, 13)
"""Both limits as stated (number in DATUMS, 0.1 mm), and the lowest and the highest that they may mean above
the ellipsoid (0.1 mm).
"""
AREA, GROUND, LOW, HIGH = 13, 14, 15, 18
"""Whether the shape is filled, its number, and its box in earth-centred metres, what REACH adds included."""
COLUMNS: Final = 21

ANY: Final = -1.0
NOBODY: Final = -1
"""The number of a zone that is of no party known here: every track is compared with it."""
DIRECT, BAROMETRIC, EITHER, RANGES, OPEN = range(5)
"""How the altitude of a track and a limit compare: as they stand; so, and the distance of two QNH is added;
perhaps so and perhaps by ranges; by ranges; not at all, for there is no limit.
"""
UNLIMITED: Final = DATUMS.index("UNL")
COLDEST: Final = 216.65
"""K: nowhere in the standard atmosphere is it colder, so nowhere does a deviation stretch heights more."""


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The rows of all zones.

    Attributes:
        rows: (n, COLUMNS).
        shapes: every distinct ground once.
        how: (datum of a track, datum of a limit), numbers in DATUMS: one of DIRECT … OPEN.
        stretch: (datum of a track): by what share a change of altitude may differ from that of the true
            height; 0 where altitudes are not barometric.
    """

    rows: Array
    shapes: Shapes
    how: Index
    stretch: Array


def lay_out(zones: Sequence[Zone], parties: Mapping[str, int], reference: VerticalReference) -> Laid | None:
    """All volumes of all zones under all their rules; None where there is none.

    Args:
        parties: the numbers of parties in the rows of tracks.
    """
    listed = [
        (number, zone, volume, rule)
        for number, zone in enumerate(zones)
        for volume in zone.volumes
        for rule in zone.rules
    ]
    if not listed:
        return None
    volumes = [volume for _, _, volume, _ in listed]
    grounds: dict[Ground, int] = {}
    ground = np.array([grounds.setdefault(volume.ground, len(grounds)) for volume in volumes])
    shapes = compile_shapes(list(grounds))
    rows = np.zeros((len(listed), COLUMNS))
    rows[:, ZONE] = [number for number, _, _, _ in listed]
    rows[:, PARTY] = [parties.get(zone.party, NOBODY) if zone.party else NOBODY for _, zone, _, _ in listed]
    rows[:, H] = [_grown(rule.h, volume.pad.h) for _, _, volume, rule in listed]
    rows[:, V] = [_grown(rule.v, volume.pad.v) for _, _, volume, rule in listed]
    _write_windows(rows, volumes, [_grown(rule.t, volume.pad.t) for _, _, volume, rule in listed])
    aside = np.where(rows[:, H] == ANY, np.inf, rows[:, H] / METRE)
    rows[:, REACH] = shapes.radius[ground] + aside
    rows[:, AREA], rows[:, GROUND] = shapes.area[ground], ground
    rows[:, LOW : LOW + 3] = shapes.low[ground] - aside[:, None]
    rows[:, HIGH : HIGH + 3] = shapes.high[ground] + aside[:, None]
    _write_limits(rows, volumes, shapes, reference)
    return Laid(rows, shapes, _comparisons(reference), _stretches(reference))


def _grown(minimum: Minimum, pad: int) -> float:
    return ANY if isinstance(minimum, str) else float(minimum + pad)


def _write_windows(rows: Array, volumes: Sequence[Volume], grown: Sequence[float]) -> None:
    start = [-UNBOUNDED if volume.start is None else volume.start for volume in volumes]
    end = [UNBOUNDED if volume.end is None else volume.end for volume in volumes]
    first, last = thick_windows(np.array(start, dtype=np.int64), np.array(end, dtype=np.int64))
    by = np.array(grown)
    rows[:, START] = np.where(by == ANY, -UNBOUNDED, first - by)
    rows[:, END] = np.where(by == ANY, UNBOUNDED, last + by)


def _write_limits(
    rows: Array, volumes: Sequence[Volume], shapes: Shapes, reference: VerticalReference
) -> None:
    stated = [
        [(DATUMS.index(limit.datum), limit.value) for limit in (volume.lower, volume.upper)]
        for volume in volumes
    ]
    limits = thick_bands(np.array(stated, dtype=np.int64))
    rows[:, DATUM_LOW : LIMIT_HIGH + 1] = limits.reshape(-1, 4)
    meant = _Meant(shapes, reference)
    for k, (volume, (lower, upper)) in enumerate(zip(volumes, limits.tolist(), strict=True)):
        number, growth = int(rows[k, GROUND]), float(rows[k, H])
        rows[k, LEAST] = meant.range(number, volume.ground, Altitude(DATUMS[lower[0]], lower[1]), growth)[0]
        rows[k, MOST] = meant.range(number, volume.ground, Altitude(DATUMS[upper[0]], upper[1]), growth)[1]


class _Meant:
    """What limits may mean above the ellipsoid over grown grounds, each worked out once."""

    def __init__(self, shapes: Shapes, reference: VerticalReference) -> None:
        self._shapes = shapes
        self._reference = reference
        self._undulation: dict[tuple[int, float], Range] = {}
        self._ranges: dict[tuple[int, Altitude, float], Range] = {}
        self._in_qnh: dict[int, tuple[bool, ...]] = {}

    def range(self, number: int, ground: Ground, limit: Altitude, growth: float) -> Range:
        """Lowest and highest (0.1 mm) over ground `number` grown by `growth` (0.1 mm, or ANY)."""
        key = number, limit, growth
        if key not in self._ranges:
            readings: tuple[Datum, ...] = ("MSL", "ALT") if limit.datum == "MSL/ALT" else (limit.datum,)
            undulation = (0, 0) if limit.datum in ("HAE", "UNL") else self._bounds(number, growth)
            found = [
                ellipsoid_range(Altitude(datum, limit.value), self._reference, undulation, agreed)
                for datum in readings
                for agreed in (self._agreed(number, ground) if datum == "ALT" else (False,))
            ]
            self._ranges[key] = min(low for low, _ in found), max(high for _, high in found)
        return self._ranges[key]

    def _bounds(self, number: int, growth: float) -> Range:
        key = number, growth
        if key not in self._undulation:
            found = EVERYWHERE if growth == ANY else boxes(self._shapes, number, growth / METRE)
            self._undulation[key] = self._reference.geoid.bounds(found)
        return self._undulation[key]

    def _agreed(self, number: int, ground: Ground) -> tuple[bool, ...]:
        """Whether the agreed QNH holds; both where that is not said of the whole way of a track."""
        if number not in self._in_qnh:
            qnh = self._reference.qnh
            if qnh is None:
                self._in_qnh[number] = (False,)
            elif qnh.area is None:
                self._in_qnh[number] = (True,)
            else:
                self._in_qnh[number] = (False, True) if within(ground, qnh.area) else (False,)
        return self._in_qnh[number]


def _comparisons(reference: VerticalReference) -> Index:
    """`Laid.how`. Whether a track is in the area of an agreed QNH is not asked: the 90 m are added then."""
    found = np.full((len(DATUMS), len(DATUMS)), RANGES)
    alt, msl, either = DATUMS.index("ALT"), DATUMS.index("MSL"), DATUMS.index("MSL/ALT")
    for same in ("HAE", "MSL", "FL"):
        found[DATUMS.index(same), DATUMS.index(same)] = DIRECT
    everywhere = reference.qnh is not None and reference.qnh.area is None
    found[alt, alt] = DIRECT if everywhere else BAROMETRIC
    for one in (msl, alt, either):
        found[either, one] = found[one, either] = EITHER
    found[:, UNLIMITED] = OPEN
    return found


def _stretches(reference: VerticalReference) -> Array:
    """dz/dh = (T + ΔT)/T: see `height.true_height`."""
    most = max(abs(reference.atmosphere.deviation_low), abs(reference.atmosphere.deviation_high)) / COLDEST
    return np.array([most if datum in ("FL", "ALT", "MSL/ALT") else 0.0 for datum in DATUMS])


def extra(how: int) -> int:
    """0.1 mm that are added to a vertical minimum."""
    return QNH_DISTANCE if how in (BAROMETRIC, EITHER) else 0
