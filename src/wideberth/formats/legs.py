"""From the position reports of one flight to volumes: where it was, as far as the reports tell.

GEOMETRY, Routes: a corridor per leg of at most 60 s through all its reports; a gap over 120 s without
a report is not interpolated but becomes a circle that holds every point the flight could have reached.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from wideberth.errors import Invalid
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, Datum, checked
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import ROUNDING, Circle, Corridor, Point, collapse
from wideberth.space.stated import MAX_RADIUS, check_edge, check_length
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.space.volume import Volume

LEG = 60 * SECOND
GAP = 120 * SECOND
MAX_POINTS = 1_000
"""Vertices of one leg: where reports come faster than that, legs are shorter than 60 s."""
FAR = 1_000_000.0
"""Metres: shorter steps need no closer look."""

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]


class Tolerances(Struct, frozen=True):
    """How far the flight may be from its reports: 0.1 mm sideways and vertically, ms; top speed in m/s."""

    half_width: int
    vertical: int
    time: int
    top_speed: float

    @property
    def longest_gap(self) -> int:
        """ms: over a longer gap the reachable circle is larger than any circle may be."""
        reach = (MAX_RADIUS - self.half_width) / METRE
        return int(2 * reach / self.top_speed * SECOND) - 2 * self.time - 1


class Track(NamedTuple):
    """The reports of one flight in order of time.

    `times` in POSIX ms; `points` (n, 2) lon, lat in 1e-7 degrees and the `slack` of rounding them in
    0.1 mm; `low`, `high` the altitude of each report in 0.1 mm above `datum`, and whether it is `known`.
    `rows` are the reports' places in the file.
    """

    times: Integers
    points: Integers
    slack: int
    low: Integers
    high: Integers
    known: NDArray[np.bool_]
    datum: Datum
    rows: Integers


class Leg(NamedTuple):
    """A volume and the first and last report (rows of the file) that it was made from."""

    volume: Volume
    first: int
    last: int


def legs(track: Track, tolerances: Tolerances, told: Counter[str], path: str = "") -> list[Leg]:
    """The volumes of a track.

    They hold every motion that passes each report within the tolerances and moves between
    reports at constant speed along the geodesic; in a gap, every motion up to the top speed.

    Args:
        told: counts what the reader of the result must know: `no_altitude`, `gap`, `fast`.

    Raises: Invalid (`geometry.long_edge`, `geometry.too_long`, `geometry.radius`, `altitude.range`).
    """
    if len(track.times) == 1:
        return [_leg(track, 0, 0, tolerances, told, path)]
    away = _distances(track)
    took = np.diff(track.times)
    reach = tolerances.top_speed * (took + 2 * tolerances.time) / SECOND
    told["fast"] += int(np.count_nonzero(away > reach))
    silent = took > GAP
    for k in np.flatnonzero((away > FAR) & ~silent).tolist():
        check_edge(_point(track, k), _point(track, k + 1), "geodesic", path)
    dense, was = _with_middles(track, away, (took > LEG) & ~silent)
    found: list[Leg] = []
    for begin, end in _runs(silent):
        for i, j in _cuts(dense.times, int(was[begin]), int(was[end])):
            found.append(_leg(dense, i, j, tolerances, told, path))
        if end + 1 < len(track.times):
            found.append(_gap(track, end, float(away[end]), tolerances, path))
            told["gap"] += 1
    return found


def _point(track: Track, k: int) -> Point:
    return int(track.points[k, 0]), int(track.points[k, 1])


def _distances(track: Track) -> Reals:
    """Metres from each report to the next."""
    lon, lat = track.points.T / DEGREE
    away: Reals = np.asarray(GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2], dtype=np.float64)
    return away


def _with_middles(track: Track, away: Reals, split: NDArray[np.bool_]) -> tuple[Track, Integers]:
    """The track with one more knot in each step to be split; and where its reports are in the new one."""
    was = np.arange(len(track.times)) + np.concatenate([[0], np.cumsum(split)])
    if not split.any():
        return track, was
    at = np.flatnonzero(split)
    took = track.times[at + 1] - track.times[at]
    lon, lat = track.points.T / DEGREE
    azimuth = GEOD.inv(lon[at], lat[at], lon[at + 1], lat[at + 1])[0]
    share = (took // 2) / took
    middle = np.stack(GEOD.fwd(lon[at], lat[at], azimuth, share * away[at])[:2], -1)
    return Track(
        times=np.insert(track.times, at + 1, track.times[at] + took // 2),
        points=np.insert(track.points, at + 1, np.rint(middle * DEGREE).astype(np.int64), axis=0),
        slack=max(track.slack, ROUNDING),
        # how it climbs in between is not known: anything from one altitude to the other
        low=np.insert(track.low, at + 1, np.minimum(track.low[at], track.low[at + 1])),
        high=np.insert(track.high, at + 1, np.maximum(track.high[at], track.high[at + 1])),
        known=np.insert(track.known, at + 1, track.known[at] & track.known[at + 1]),
        datum=track.datum,
        rows=np.insert(track.rows, at + 1, track.rows[at]),
    ), was


def _runs(silent: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last report of each run without a gap."""
    ends = [*np.flatnonzero(silent).tolist(), len(silent)]
    begin = 0
    for end in ends:
        yield begin, end
        begin = end + 1


def _cuts(times: Integers, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """First and last knot of each leg of a run; neighbours share their knot."""
    while begin < end:
        last = int(np.searchsorted(times, times[begin] + LEG, side="right")) - 1
        last = min(max(last, begin + 1), begin + MAX_POINTS, end)
        yield begin, last
        begin = last


def _leg(track: Track, i: int, j: int, tolerances: Tolerances, told: Counter[str], path: str) -> Leg:
    points = collapse((lon, lat) for lon, lat in track.points[i : j + 1].tolist())
    shape: Circle | Corridor
    if len(points) == 1:
        shape = Circle(points[0], tolerances.half_width, track.slack)
    else:
        check_length(points, path)
        shape = Corridor(tuple(points), tolerances.half_width, "geodesic", track.slack)
    lower, upper = SURFACE, UNLIMITED
    if track.known[i : j + 1].all():
        lower = checked(Altitude(track.datum, int(track.low[i : j + 1].min()) - tolerances.vertical), path)
        upper = checked(Altitude(track.datum, int(track.high[i : j + 1].max()) + tolerances.vertical), path)
    else:
        told["no_altitude"] += 1
    start, end = int(track.times[i]) - tolerances.time, int(track.times[j]) + tolerances.time
    return Leg(Volume(shape, lower, upper, start, end), int(track.rows[i]), int(track.rows[j]))


def _gap(track: Track, k: int, away: float, tolerances: Tolerances, path: str) -> Leg:
    """All that can be reached between report k and the next.

    Every such point x has |x−p| + |x−q| ≤ v·Δt, and |x−m| ≤ (|x−p| + |x−q|) / 2 for the middle m of p
    and q (distances are convex within a quarter of the globe; the circle is smaller than that).
    """
    start, end = int(track.times[k]) - tolerances.time, int(track.times[k + 1]) + tolerances.time
    reach = max(tolerances.top_speed * (end - start) / SECOND, away) / 2
    radius = math.ceil(reach * METRE) + tolerances.half_width
    if radius > MAX_RADIUS:
        found = f"a gap with a reachable circle of {radius / METRE / 1000:,.0f} km"
        raise Invalid("geometry.radius", path, found, "reports that leave circles up to 5,000 km")
    (lon, lat), (to_lon, to_lat) = track.points[k] / DEGREE, track.points[k + 1] / DEGREE
    azimuth, _, length = GEOD.inv(lon, lat, to_lon, to_lat)
    middle = GEOD.fwd(lon, lat, azimuth, length / 2)
    centre = (round(middle[0] * DEGREE), round(middle[1] * DEGREE))
    # the middle is rounded, and so were the ends
    shape = Circle(centre, radius, track.slack + ROUNDING)
    return Leg(Volume(shape, SURFACE, UNLIMITED, start, end), int(track.rows[k]), int(track.rows[k + 1]))
