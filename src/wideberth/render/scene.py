"""What is drawn of an encounter: both ways in time, how far apart they were, and what happened when.

Between two reports a track is drawn on a straight line. For drawing only: nothing is decided on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray

from wideberth.errors import shorten
from wideberth.model.alert import Kind, Why
from wideberth.render.svg import Style, style
from wideberth.render.view import Array, to_plane
from wideberth.render.words import duration, height, length
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD, to_ecef, to_lonlat
from wideberth.space.flatten import outline
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.space.volume import Volume
from wideberth.watch.encounter import Encounter, Way

BEFORE: Final = 120 * SECOND
"""So much before it was found is drawn strongly."""
SAMPLES: Final = 900
MOST_VOLUMES: Final = 200
OUTSIDE: Final[tuple[Kind, ...]] = ("nonconforming", "contingent")
"""Kinds of alerts about a zone that a track has left."""
_CLEARED: Final[dict[Why, str]] = {
    "absent": "not found any more, as far as is known",
    "silent": "nothing more was heard of a track",
    "replaced": "it became another alert",
    "withdrawn": "what it was about is over, or withdrawn",
}


class Side(Struct, frozen=True, eq=False):
    """A track as it is drawn.

    Attributes:
        name: what it is called; `whose` its party, or that it is nobody's.
        at: POSIX ms of its reports; `lonlat` (n, 2) degrees; `altitudes` as reported.
    """

    name: str
    whose: str
    style: Style
    at: NDArray[np.float64]
    lonlat: Array
    altitudes: tuple[Altitude | None, ...]

    def places(self, times: NDArray[np.float64]) -> Array:
        """Where it was (n, 2), in degrees; not a number where nothing was reported around that time."""
        if not len(self.at):
            return np.full((len(times), 2), np.nan)
        xyz = to_ecef(self.lonlat[:, 0], self.lonlat[:, 1])
        between = np.stack([np.interp(times, self.at, xyz[:, k]) for k in range(3)], -1)
        found = to_lonlat(between)
        found[(times < self.at[0]) | (times > self.at[-1])] = np.nan
        return found

    def heights(self, times: NDArray[np.float64]) -> tuple[NDArray[np.float64], str]:
        """Its altitude (0.1 mm) in the datum that it is reported in most, and that datum; empty: in none."""
        datums = [each.datum for each in self.altitudes if each is not None]
        if not datums:
            return np.full(len(times), np.nan), ""
        datum = max(dict.fromkeys(datums), key=datums.count)
        known = [k for k, each in enumerate(self.altitudes) if each is not None and each.datum == datum]
        at = self.at[known]
        values = np.array([each.value for each in self.altitudes if each is not None and each.datum == datum])
        found = np.interp(times, at, values.astype(float))
        found[(times < at[0]) | (times > at[-1])] = np.nan
        return found, datum


class Closest(Struct, frozen=True):
    """When both were nearest, measured by what is to be kept: the gaps (0.1 mm); `v` None: not known."""

    at_ms: int
    h: int
    v: int | None


class Mark(Struct, frozen=True):
    """Something that happened, with its number in the picture."""

    number: int
    at_ms: int
    words: str


class Scene(Struct, frozen=True, eq=False):
    """All that is drawn.

    Attributes:
        times: POSIX ms; `gaps`, `vertical`: how far apart then, 0.1 mm; not a number where it is not known.
        lost_ms: when the minima were not kept for the first time; None: they were, as far as is known.
    """

    encounter: Encounter
    sides: tuple[Side, ...]
    volumes: tuple[Volume, ...]
    zone: str
    times: NDArray[np.float64]
    gaps: NDArray[np.float64]
    vertical: NDArray[np.float64]
    closest: Closest | None
    lost_ms: int | None
    marks: tuple[Mark, ...]
    start: int
    end: int
    metric: bool


def scene(encounter: Encounter, parties: Mapping[str, str], metric: bool) -> Scene:
    """What is drawn of an encounter; `parties` are the names of parties by what stands in `whose`."""
    alert, zone = encounter.alert, encounter.zone
    start = max(encounter.from_ms, min(alert.first_ms, encounter.to_ms) - BEFORE)
    end = max(encounter.to_ms, start + SECOND)
    names = [_whose(way, parties) for way in encounter.ways]
    sides = tuple(_side(k, way, names[k]) for k, way in enumerate(encounter.ways[:2]))
    step = max(SECOND, (end - start) // SAMPLES)
    times = np.arange(start, end + 1, step, dtype=float)
    volumes = () if zone is None else _on(zone.volumes, start, end)
    gaps, vertical = _gaps(sides, volumes, times)
    finding = alert.worst
    shares = _shares(gaps, vertical, (finding.required_h, finding.required_v))
    if alert.key.kind in OUTSIDE:
        # what is to be kept there is furthest off where it is worst
        shares = np.where(np.isnan(gaps), np.inf, -gaps)
        closest = _closest(times, gaps, vertical, shares)
        left = np.flatnonzero(np.nan_to_num(gaps) > 0)
        lost = int(times[left[0]]) if len(left) else None
    else:
        closest = _closest(times, gaps, vertical, shares)
        lost = _lost(times, gaps, shares, finding.required_h)
    named = "" if zone is None else shorten(zone.name or zone.id, 80)
    return Scene(
        encounter,
        sides,
        volumes,
        named,
        times,
        gaps,
        vertical,
        closest,
        lost,
        _marks(encounter, closest, lost, start, metric),
        start,
        end,
        metric,
    )


def apart(h: int | None, v: int | None, metric: bool, up: bool = False) -> str:
    """`0.42 NM and 300 ft`; what is not known, or not compared, is left out."""
    parts = [] if h is None or (up and not h) else [length(h, metric, up)]
    parts += [] if v is None or (up and not v) else [height(v, metric, up)]
    return " and ".join(parts)


def _whose(way: Way, parties: Mapping[str, str]) -> str:
    party = way.whose.party
    return shorten(parties.get(party, party), 60) if party else "nobody's"


def _side(k: int, way: Way, whose: str) -> Side:
    at = np.array([each.at_ms for each in way.spots], dtype=float)
    lonlat = np.array([each.point for each in way.spots], dtype=float).reshape(-1, 2) / DEGREE
    name = shorten(way.callsign or way.track, 40)
    return Side(name, whose, style(k), at, lonlat, tuple(each.altitude for each in way.spots))


def _on(volumes: Sequence[Volume], start: int, end: int) -> tuple[Volume, ...]:
    """Those that are on while the encounter lasts; where none is, all."""
    some = [
        each
        for each in volumes
        if (each.start is None or each.start <= end) and (each.end is None or each.end > start)
    ]
    return tuple((some or list(volumes))[:MOST_VOLUMES])


def _gaps(
    sides: Sequence[Side], volumes: Sequence[Volume], times: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Horizontally and vertically (0.1 mm); not a number where it is not known."""
    none = np.full(len(times), np.nan)
    if len(sides) == 2:
        one, other = (side.places(times) for side in sides)
        known = np.isfinite(one[:, 0]) & np.isfinite(other[:, 0])
        gaps, vertical = none.copy(), none.copy()
        if known.any():
            a, b = one[known], other[known]
            _, _, metres = GEOD.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
            gaps[known] = np.asarray(metres) * METRE
        (first, datum), (second, same) = (side.heights(times) for side in sides)
        if datum and datum == same:
            vertical = np.abs(first - second)
        return gaps, vertical
    if len(sides) == 1 and volumes:
        return _to_zone(sides[0].places(times), volumes), none
    return none, none


def _to_zone(places: Array, volumes: Sequence[Volume]) -> NDArray[np.float64]:
    """How far it is to the nearest volume, 0 inside: on the plane about the way."""
    found = np.full(len(places), np.nan)
    known = np.isfinite(places[:, 0])
    if not known.any():
        return found
    lon, lat = (float(value) for value in places[known][len(places[known]) // 2])
    shapes = []
    for volume in volumes:
        rings = [to_plane(ring, lon, lat) for ring in outline(volume.ground)]
        if rings and len(rings[0]) >= 4:
            shapes.append(shapely.make_valid(shapely.Polygon(rings[0], rings[1:])))
    points = shapely.points(to_plane(places[known], lon, lat))
    found[known] = shapely.distance(shapely.union_all(shapes), points) * METRE
    return found


def _shares(
    gaps: NDArray[np.float64], vertical: NDArray[np.float64], required: tuple[int | None, int | None]
) -> NDArray[np.float64]:
    """What is kept of the minimum that is kept better: below 1 neither is. A gap not known keeps nothing."""
    h, v = required
    # with no minimum on an axis only the other one counts; with none at all what is nearest does
    shares = np.zeros(len(gaps)) if h is None and v else np.where(np.isnan(gaps), np.inf, gaps) / (h or METRE)
    if v:
        shares = np.maximum(shares, np.where(np.isnan(vertical), 0.0, vertical) / v)
    return np.where(np.isnan(gaps), np.inf, shares)


def _closest(
    times: NDArray[np.float64],
    gaps: NDArray[np.float64],
    vertical: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> Closest | None:
    if not np.isfinite(shares).any():
        return None
    least = np.flatnonzero(shares == shares.min())
    k = int(least[np.argmin(gaps[least])])
    high = None if np.isnan(vertical[k]) else int(vertical[k])
    return Closest(int(times[k]), int(gaps[k]), high)


def _lost(
    times: NDArray[np.float64], gaps: NDArray[np.float64], shares: NDArray[np.float64], h: int | None
) -> int | None:
    """When both minima were not kept for the first time; of a zone without one, when it was inside."""
    under = np.flatnonzero(shares < 1.0 if h else gaps == 0)
    return int(times[under[0]]) if len(under) else None


def _marks(
    encounter: Encounter, closest: Closest | None, lost: int | None, start: int, metric: bool
) -> tuple[Mark, ...]:
    """What happened, in the order of time."""
    alert = encounter.alert
    found: list[tuple[int, str]] = []
    if alert.raised_ms is not None:
        lead = None if lost is None else lost - alert.raised_ms
        before = f", {duration(lead)} before" if lead is not None and lead >= SECOND else ""
        found.append((alert.raised_ms, f"raised{before}"))
    if alert.acknowledged_ms is not None:
        found.append((alert.acknowledged_ms, f"acknowledged by {shorten(alert.acknowledged_by or '', 30)}"))
    outside = alert.key.kind in OUTSIDE
    if lost is not None:
        came = "left it" if outside else "too near" if alert.worst.required_h else "came in"
        words = came if len(encounter.ways) == 1 else "the minima were no longer kept"
        # it was so before what is drawn begins
        found.append((lost, f"already: {words}" if lost == start else words))
    if closest is not None and (closest.h or alert.worst.required_h):
        name = "furthest" if outside else "nearest"
        gap = apart(closest.h, closest.v, metric) if closest.h or len(encounter.ways) > 1 else "inside"
        found.append((closest.at_ms, f"{name}: {gap}"))
    if alert.cleared_ms is not None:
        found.append((alert.cleared_ms, f"cleared: {_CLEARED[alert.why]}" if alert.why else "cleared"))
    found.sort(key=lambda each: each[0])
    return tuple(Mark(n, at, words) for n, (at, words) in enumerate(found, start=1))
