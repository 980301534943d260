"""Pairs of tracks that meet as planned, and how close they come by geodesics that we did not write.

Nothing here reads the rows: places come from PROJ's geodesics, or from short ones with the course turned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wideberth.model.separation import Minimum, Row, Rule, SeparationTable
from wideberth.model.track import Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD, Array
from wideberth.space.geoid import COLUMNS, ROWS, Geoid
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE
from wideberth.watch.closing import compiled, losses, rules_table
from wideberth.watch.closing_plain import FOUND, Table
from wideberth.watch.closing_plain import find as plain
from wideberth.watch.motion import Heights, Moving, Rows, empty, write

NOW = 1_790_000_000_000
FLAT = Heights(VerticalReference(Geoid(np.zeros((ROWS, COLUMNS), dtype=np.int16))))
H, V = 5 * NAUTICAL_MILE, 3_048_000
PLACES = {"33N": 33.0, "70N": 70.0, "north pole": 89.97, "south pole": -89.99, "equator": 0.0}
Rng = np.random.Generator


def table(*rules: tuple[Minimum, Minimum]) -> Table:
    """The same rules (h, v) for everybody."""
    row = Row(("*", "*"), tuple(Rule(h, v, 0) for h, v in rules))
    return rules_table(SeparationTable((row,), "test"), [""])


CREWED = table((H, V))


def rows_of(*moving: Moving, heights: Heights = FLAT) -> Rows:
    rows = empty(len(moving))
    for k, one in enumerate(moving):
        write(rows, k, one, heights)
    return rows


def both(rows: Rows, rules: Table = CREWED, look_ahead_ms: int = 300_000) -> list[NDArray[Any]]:
    """What the plain code and the compiled one find: lines in the order of their rows."""
    found = []
    for each in (
        plain(rows, rules, float(NOW), look_ahead_ms / 1_000 + 1e-3),
        compiled(rows, rules, NOW, look_ahead_ms / 1_000 + 1e-3),
        losses(rows, rules, NOW, look_ahead_ms),
    ):
        assert each.shape[1] == FOUND
        found.append(each[np.lexsort((each[:, 1], each[:, 0]))])
    return found


@dataclass(frozen=True)
class Way:
    """What one track says, in degrees, metres and seconds; `age`: of its report."""

    lon: float
    lat: float
    course: float
    speed: float
    age: float
    turn: float = 0.0
    doubt: float = 0.0
    drift: float = 0.0

    def moving(self, party: int, **more: Any) -> Moving:
        more.setdefault("altitude", Altitude("FL", 30_000 * 3_048))
        climb = more.pop("climb", None)
        velocity = Velocity(round(self.speed * 1_000), round(self.course * DEGREE) % (360 * DEGREE), climb)
        return Moving(
            NOW - round(self.age * 1_000),
            (round(self.lon * DEGREE), round(self.lat * DEGREE)),
            round(self.doubt * METRE),
            velocity,
            round(self.drift * 1_000),
            round(self.turn * DEGREE),
            party=party,
            **more,
        )

    def rounded(self) -> Way:
        """As its report says it, in whole units."""
        moving = self.moving(0)
        velocity = moving.velocity
        assert velocity is not None
        return Way(
            moving.point[0] / DEGREE,
            moving.point[1] / DEGREE,
            velocity.course / DEGREE,
            velocity.speed / 1_000,
            (NOW - moving.at_ms) / 1_000,
            moving.turn / DEGREE,
            moving.doubt / METRE,
            moving.drift / 1_000,
        )

    def at(self, times: Array) -> tuple[Array, Array]:
        """(lon, lat) so many seconds from now, straight on."""
        n = len(times)
        lon, lat, _ = GEOD.fwd(
            np.full(n, self.lon),
            np.full(n, self.lat),
            np.full(n, self.course),
            self.speed * (times + self.age),
        )
        return np.asarray(lon), np.asarray(lat)

    def turned(self, times: Array, step: float = 0.25) -> tuple[Array, Array]:
        """The same, turning: chords of short arcs, one after another. `times` ascend; no report is later."""
        lon, lat, course, at = self.lon, self.lat, self.course, -self.age
        found = []
        for time in times.tolist():
            count = max(1, int(np.ceil((time - at) / step)))
            dt = (time - at) / count
            half = self.turn * dt / 2
            bent = np.sinc(np.radians(half) / np.pi)
            for _ in range(count if dt > 0 else 0):
                lon, lat, back = GEOD.fwd(lon, lat, course + half, self.speed * dt * bent)
                course = back + 180 + half
            at = time
            found.append((lon, lat))
        return np.array(found)[:, 0], np.array(found)[:, 1]

    def doubts(self, times: Array) -> Array:
        return np.asarray(self.doubt + self.drift * np.abs(times + self.age))


def meeting(rng: Rng, lat: float, lon: float, *, miss: float, when: float, doubtful: bool) -> tuple[Way, Way]:
    """Two ways that pass at about `miss` metres less their doubts then, `when` seconds from now."""
    courses, speeds = rng.uniform(0, 360, 2), rng.uniform(20, 300, 2)
    ages = rng.uniform(0, 40, 2)
    doubts = rng.uniform(0, 150, 2) if doubtful else np.zeros(2)
    drifts = rng.uniform(0, 8, 2) if doubtful else np.zeros(2)
    u, v = (speeds * np.sin(np.radians(courses))), (speeds * np.cos(np.radians(courses)))
    relative = np.degrees(np.arctan2(u[0] - u[1], v[0] - v[1]))
    apart = miss + float((doubts + drifts * np.maximum(ages + when, 0)).sum())
    aside = relative + float(rng.choice([90, -90]))
    x, y, back = GEOD.fwd(lon, lat, aside, apart)
    # near a pole the same course is another one 10 km away: it is carried along
    carried = back + 180 - aside
    ways = []
    for k, (at_lon, at_lat, more) in enumerate(((lon, lat, 0.0), (x, y, carried))):
        begin = GEOD.fwd(at_lon, at_lat, courses[k] + more + 180, speeds[k] * (when + ages[k]))
        course = (begin[2] + 0.0) % 360
        ways.append(Way(begin[0], begin[1], course, speeds[k], ages[k], 0.0, doubts[k], drifts[k]).rounded())
    return ways[0], ways[1]


def least(
    one: Way, two: Way, look_ahead: float, turns: tuple[bool, bool] = (False, False)
) -> tuple[float, float]:
    """The least distance, doubts taken off, of the look-ahead (m), and when (s): a grid, then finer ones."""
    low, high, when, best = 0.0, look_ahead, 0.0, np.inf
    for count in (301, 81, 81):
        times = np.linspace(low, high, count)
        ends = [
            way.turned(times) if turn else way.at(times) for way, turn in zip((one, two), turns, strict=True)
        ]
        _, _, away = GEOD.inv(*ends[0], *ends[1])
        away = np.asarray(away) - one.doubts(times) - two.doubts(times)
        k = int(np.argmin(away))
        if away[k] < best:
            best, when = float(away[k]), float(times[k])
        low, high = float(times[max(k - 1, 0)]), float(times[min(k + 1, count - 1)])
    return best, when


def shifted(one: Way, two: Way, when: float) -> float:
    """The distance at a time of two tracks that are as near to each other as their doubts allow."""
    times = np.array([when])
    (x0, y0), (x1, y1) = one.at(times), two.at(times)
    course, back, _ = GEOD.inv(x0, y0, x1, y1)
    x0, y0, _ = GEOD.fwd(x0, y0, course, one.doubts(times))
    x1, y1, _ = GEOD.fwd(x1, y1, back, two.doubts(times))
    return float(np.asarray(GEOD.inv(x0, y0, x1, y1)[2])[0])
