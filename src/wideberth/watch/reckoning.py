"""One place where a track may be, and what is known of how it goes on from there (dead reckoning).

A track has one, or some where its reports cannot all be true (watch.picture). Every figure errs towards more
doubt: what is uncertain widens what is compared, and is never averaged away.
"""

from __future__ import annotations

import math
from typing import Final, Literal, NamedTuple

from msgspec import structs

from wideberth.model.track import Doubt, Kind, Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ellipsoid import E2, A
from wideberth.space.ground import Point
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.watch import judged
from wideberth.watch.judged import JUDGED, Judged
from wideberth.watch.motion import Moving

From = Literal["report", "positions", "none"]
Place = tuple[float, float, float]
"""Earth-centred, m."""
MOST_DRIFT: Final = 60_000
"""mm/s: positions that leave more doubt about the speed tell none."""
MOST_CLIMB_DRIFT: Final = 15_000
TURN: Final = 360 * DEGREE
STOPPED: Final = 500
"""mm/s: what is slower has no course."""


class Fix(NamedTuple):
    """A position that was believed: what velocities are worked out from."""

    at: int
    point: Point
    place: Place
    doubt: int
    altitude: Altitude | None
    altitude_doubt: int
    velocity: Velocity | None


def place(point: Point) -> Place:
    """Earth-centred coordinates (m) of a point on the ellipsoid."""
    lon, lat = math.radians(point[0] / DEGREE), math.radians(point[1] / DEGREE)
    sin, cos = math.sin(lat), math.cos(lat)
    normal = A / math.sqrt(1 - E2 * sin * sin)
    return normal * cos * math.cos(lon), normal * cos * math.sin(lon), normal * (1 - E2) * sin


def believed(velocity: Velocity | None, kind: Kind) -> bool:
    """Whether something of the kind can be as fast."""
    return velocity is not None and velocity.speed <= JUDGED[kind].top


class Reckoning:
    """The newest report about one place, and what it and those before it tell.

    Attributes:
        slot: its row.
        report: the newest one. `at`: POSIX ms when it holds, never in the future. `fix`: its position.
        hits, run: how many reports agreed with it, ever, and since another place of the track had one.
        why: what is doubted while there is more than one place.
        altitude: as it is compared. `altitude_doubt`: 0.1 mm.
        velocity: reported, else worked out; None: it is taken as it stands. `source`: by which.
        drift, climb_drift: mm/s. `turn`: 1e-7 degrees a second.
    """

    __slots__ = (
        "_bend",
        "_course",
        "_heard_height",
        "_landed",
        "_left",
        "_newer",
        "_older",
        "_said",
        "_wrong",
        "altitude",
        "altitude_doubt",
        "at",
        "climb_drift",
        "drift",
        "fix",
        "hits",
        "report",
        "run",
        "slot",
        "source",
        "turn",
        "velocity",
        "why",
    )

    def __init__(self, slot: int, report: Report, at: int, doubt: int, kind: Kind, why: Doubt) -> None:
        self.slot, self.report, self.at, self.why = slot, report, at, why
        self.hits = self.run = 0
        self.velocity: Velocity | None = None
        self.source: From = "none"
        self.altitude: Altitude | None = None
        self.altitude_doubt = self.drift = self.climb_drift = self.turn = 0
        self._landed: tuple[Altitude, int] | None = None
        self._heard_height: tuple[int, Altitude, int] | None = None
        self._left: tuple[int, int, int] | None = None
        self._said: tuple[int, Velocity] | None = None
        self._course: tuple[int, int] | None = None
        self._bend = 0
        self._wrong = 0
        self.fix = self._older = self._newer = Fix(
            at, report.point, place(report.point), doubt, None, 0, None
        )
        self.take(report, at, self.fix.place, doubt, kind)

    def excess(self, report: Report, at: int, there: Place, doubt: int, kind: Kind) -> float:
        """Metres by which a report is further away than it can have come; 0 or less: it may be the same."""
        known = JUDGED[kind]
        seconds = abs(at - self.at) / SECOND
        mine, its = self.report.velocity, report.velocity
        top = known.top
        far = top * (seconds + 1)
        if mine is not None and its is not None:
            speed = min(max(mine.speed, its.speed), top)
            rate = min(speed * 13 // 10 + known.spare, top)
            far = min(far, rate * seconds + speed * judged.LATE / SECOND)
        return math.dist(there, self.fix.place) - (self.fix.doubt + doubt) / METRE - far / 1_000

    def take(self, report: Report, at: int, there: Place, doubt: int, kind: Kind) -> None:
        """Go on from a report that is not older than `at`, with a doubt of 0.1 mm."""
        known = JUDGED[kind]
        gap = at - self.at
        before = self.fix
        self._height(report, at, known)
        said = report.velocity if believed(report.velocity, kind) else None
        fix = self.fix = Fix(at, report.point, there, doubt, self.altitude, self.altitude_doubt, said)
        if not self.hits:
            self._older = self._newer = fix
        elif gap > 6 * known.baseline_ms:
            self._older = self._newer = before
        self.report, self.at = report, at
        self.hits += 1
        self.run += 1
        self._turning(report, at, said, known)
        self._speed(said, at, known)
        if at - self._newer.at >= known.baseline_ms:
            if said is not None and self._newer.velocity is not None:
                self._wrong = self._wrong + 1 if contradicted(self._newer, fix) else 0
            self._older, self._newer = self._newer, fix

    def fill(self, report: Report, kind: Kind) -> bool:
        """What another receiver of the same message tells beyond the one that is here; whether anything."""
        mine = self.report
        velocity = report.velocity if mine.velocity is None else None
        altitude = report.altitude if mine.altitude is None else None
        if velocity is None and altitude is None:
            return False
        merged = structs.replace(
            mine,
            velocity=mine.velocity or velocity,
            altitude=mine.altitude or altitude,
            altitude_doubt=mine.altitude_doubt if altitude is None else report.altitude_doubt,
            grounded=mine.grounded or report.grounded,
        )
        self.take(merged, self.at, self.fix.place, self.fix.doubt, kind)
        self.hits -= 1
        self.run -= 1
        return True

    @property
    def leapt(self) -> bool:
        """Whether its altitude is one of two."""
        return self._left is not None

    def moving(self, stale: bool, party: int, activity: int) -> Moving:
        """What is to be compared."""
        times = judged.STALE if stale else 1
        return Moving(
            self.at,
            self.report.point,
            self.fix.doubt,
            self.velocity,
            self.drift * times,
            self.turn,
            self.altitude,
            self.altitude_doubt,
            self.climb_drift * times,
            party,
            activity,
        )

    def _height(self, report: Report, at: int, known: Judged) -> None:
        heard = self._heard_height
        if report.altitude is not None:
            doubt = max(report.altitude_doubt, judged.ALTITUDE)
            self._leap(heard, at, report.altitude, doubt)
            self.altitude = report.altitude
            self.altitude_doubt = doubt
            if self._left is not None:
                value, its, _ = self._left
                self.altitude_doubt = max(doubt, abs(report.altitude.value - value) + its)
            if not report.grounded:
                self._landed = None
            self._heard_height = at, report.altitude, doubt
            return
        if report.grounded:
            # on an airfield whose height nobody said, the last altitude in the air tells it better than none
            if self._landed is None:
                recent = heard is not None and at - heard[0] <= judged.MINUTE
                self._landed = (
                    (heard[1], heard[2] + judged.LANDED)
                    if heard is not None and recent
                    else (SURFACE, judged.ON_GROUND)
                )
            self.altitude, self.altitude_doubt = self._landed
            return
        self._landed = None
        if heard is not None and at - heard[0] <= judged.HEIGHT_REMEMBERED:
            self.altitude = heard[1]
            self.altitude_doubt = heard[2] + (at - heard[0]) * 30 * METRE // SECOND
        elif known.tall is not None:
            self.altitude, self.altitude_doubt = SURFACE, known.tall
        else:
            self.altitude, self.altitude_doubt = None, 0

    def _leap(self, heard: tuple[int, Altitude, int] | None, at: int, altitude: Altitude, doubt: int) -> None:
        """An altitude that nothing can have climbed to: the one before holds too, for some reports."""
        if heard is None or heard[1].datum != altitude.datum:
            self._left = None
            return
        far = abs(altitude.value - heard[1].value) - doubt - heard[2] - judged.LEAST_LEAP
        if far * SECOND > judged.LEAP * METRE * (at - heard[0]):
            value, its = (heard[1].value, heard[2]) if self._left is None else self._left[:2]
            self._left = value, its, judged.AGREED
        elif self._left is not None:
            value, its, more = self._left
            self._left = (value, its, more - 1) if more > 1 else None

    def _speed(self, said: Velocity | None, at: int, known: Judged) -> None:
        if said is not None:
            self._said = at, said
        velocity, source, drift = said, "report", 0
        if said is not None:
            drift = judged.DRIFT + said.speed // 100
        elif self._said is not None and at - self._said[0] <= judged.REMEMBERED:
            velocity = self._said[1]
            drift = judged.DRIFT + velocity.speed // 100 + (at - self._said[0])
        # two reports in a row that go elsewhere than they say: the positions tell better
        if velocity is None or self._wrong >= 2:
            worked = worked_out(self._older, self.fix)
            if worked is not None:
                (velocity, drift), source = worked, "positions"
        climb, self.climb_drift = self._climb(velocity, known)
        if velocity is None:
            self.source = "none"
            self.velocity = None if climb == 0 else Velocity(0, 0, climb)
        else:
            self.source = "report" if source == "report" else "positions"
            self.velocity = (
                velocity if climb == velocity.climb else Velocity(velocity.speed, velocity.course, climb)
            )
        self.drift = drift

    def _climb(self, velocity: Velocity | None, known: Judged) -> tuple[int, int]:
        """Climb and by how much that may be wrong, mm/s."""
        if velocity is not None and velocity.climb is not None:
            return velocity.climb, judged.CLIMB_DRIFT + abs(velocity.climb) // 10
        if self._landed is not None or self.report.grounded:
            return 0, 0
        was, fix = self._older, self.fix
        if was.altitude is not None and fix.altitude is not None and was.altitude.datum == fix.altitude.datum:
            passed = fix.at - was.at
            wrong = (was.altitude_doubt + fix.altitude_doubt) * 100
            if wrong <= MOST_CLIMB_DRIFT * passed:
                climb = (fix.altitude.value - was.altitude.value) * 100 // passed
                return climb, wrong // passed + judged.CLIMB_DRIFT
        return 0, known.climb

    def _turning(self, report: Report, at: int, said: Velocity | None, known: Judged) -> None:
        """How it turns: as reported, else by its courses, where they change alike twice in a row."""
        slowest, fastest = known.bends
        if said is None or said.speed < STOPPED or not fastest:
            self.turn, self._bend, self._course = 0, 0, None
            return
        if report.turn is not None:
            turn = max(-fastest, min(fastest, report.turn))
            self.turn = turn if abs(turn) >= slowest else 0
            return
        was, self._course = self._course, (at, said.course)
        if was is None or at - was[0] > 3 * known.baseline_ms:
            self.turn = self._bend = 0
            return
        passed = at - was[0]
        if passed < SECOND:
            # too near to tell; the course is compared from where it was
            self._course = was
            return
        rate = ((said.course - was[1] + TURN // 2) % TURN - TURN // 2) * SECOND // passed
        before, self._bend = self._bend, rate
        alike = rate * before > 0 and max(abs(rate), abs(before)) <= 2 * min(abs(rate), abs(before))
        self.turn = rate if alike and slowest <= abs(rate) <= fastest else 0


def worked_out(was: Fix, fix: Fix) -> tuple[Velocity, int] | None:
    """The mean velocity between two positions, without a climb, and mm/s by which it may be wrong.

    None where that is more than MOST_DRIFT.
    """
    passed = fix.at - was.at
    wrong = (was.doubt + fix.doubt) * 100
    if passed <= 0 or wrong > MOST_DRIFT * passed:
        return None
    east, north = _mean(was, fix)
    speed = math.hypot(east, north)
    course = math.degrees(math.atan2(east, north)) * DEGREE if speed else 0.0
    return Velocity(round(speed * 1_000), round(course) % TURN), wrong // passed + judged.DRIFT


def contradicted(was: Fix, fix: Fix) -> bool:
    """Whether the way between two positions is another than the velocities at both of them tell.

    The mean velocity lies between the two, a third of the speed aside where it turned, and as much as
    positions are wrong and late.
    """
    if was.velocity is None or fix.velocity is None:
        return False
    seconds = (fix.at - was.at) / SECOND
    east, north = _mean(was, fix)
    e, n = _parts(was.velocity)
    along_e, along_n = _parts(fix.velocity)
    along_e, along_n = along_e - e, along_n - n
    length = along_e * along_e + along_n * along_n
    share = ((east - e) * along_e + (north - n) * along_n) / length if length else 0.0
    share = max(0.0, min(1.0, share))
    away = math.hypot(east - e - share * along_e, north - n - share * along_n)
    speed = max(was.velocity.speed, fix.velocity.speed) / 1_000
    late = judged.LATE / SECOND / seconds
    allowed = (was.doubt + fix.doubt) / METRE / seconds + speed * (0.3 + min(late, 0.7)) + 5
    return away > allowed


def _mean(was: Fix, fix: Fix) -> tuple[float, float]:
    """m/s to the east and to the north, at the newer of two positions."""
    seconds = (fix.at - was.at) / SECOND
    lon, lat = math.radians(fix.point[0] / DEGREE), math.radians(fix.point[1] / DEGREE)
    sin, cos, sin_lon, cos_lon = math.sin(lat), math.cos(lat), math.sin(lon), math.cos(lon)
    x, y, z = (b - a for a, b in zip(was.place, fix.place, strict=True))
    east = -sin_lon * x + cos_lon * y
    north = -sin * (cos_lon * x + sin_lon * y) + cos * z
    return east / seconds, north / seconds


def _parts(velocity: Velocity) -> tuple[float, float]:
    course = math.radians(velocity.course / DEGREE)
    speed = velocity.speed / 1_000
    return speed * math.sin(course), speed * math.cos(course)
