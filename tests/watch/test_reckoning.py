"""What positions and velocities tell of how a track goes on: never less doubt than there is."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wideberth.model.track import Kind, Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ellipsoid import GEOD, to_ecef
from wideberth.space.ground import Point
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.watch import judged
from wideberth.watch.columns import DOUBT, DRIFT
from wideberth.watch.judged import JUDGED
from wideberth.watch.motion import Heights, empty, place, write
from wideberth.watch.reckoning import Reckoning
from wideberth.watch.reckoning import place as earth

T0 = 1_700_000_000_000
KNOWN = JUDGED["aircraft"]


def moved(start: Point, course: float, metres: float) -> Point:
    lon, lat, _ = GEOD.fwd(start[0] / DEGREE, start[1] / DEGREE, course, metres)
    return round(lon * DEGREE), round(lat * DEGREE)


def report(
    at: int,
    point: Point,
    velocity: Velocity | None = None,
    altitude: Altitude | None = None,
    turn: int | None = None,
    grounded: bool = False,
) -> Report:
    return Report("s", "t:1", at, point, 0, altitude, 0, velocity, turn, kind="aircraft", grounded=grounded)


def reckoned(*reports: Report, doubt: int = KNOWN.doubt, kind: Kind = "aircraft") -> Reckoning:
    first, *others = reports
    found = Reckoning(0, first, first.at_ms, doubt, kind, "jump")
    for each in others:
        found.take(each, each.at_ms, earth(each.point), doubt, kind)
    return found


points = st.tuples(
    st.integers(-180 * DEGREE, 180 * DEGREE),
    st.sampled_from([33, -45, 70, 89]).map(lambda lat: lat * DEGREE),
)


@given(
    points,
    st.floats(0, 360),
    st.floats(0, 300),
    st.floats(0, 360),
    st.floats(0, 1),
    st.floats(0, 360),
    st.integers(0, 300),
)
def test_what_moves_as_reported_is_within_doubt_and_drift(
    reference: VerticalReference,
    start: Point,
    course: float,
    speed: float,
    wrong_way: float,
    wrong: float,
    aside: float,
    seconds: int,
) -> None:
    """Where it truly is, is worked out by geodesics; its velocity is wrong by as much as may be."""
    said = Velocity(round(speed * 1_000), round(course * DEGREE) % (360 * DEGREE), 0)
    found = reckoned(report(T0, start, said))
    rows = empty(1)
    write(rows, 0, found.moving(False, 0, 0), Heights(reference))
    most = (2 + speed / 100) * wrong
    east = speed * math.sin(math.radians(course)) + most * math.sin(math.radians(wrong_way))
    north = speed * math.cos(math.radians(course)) + most * math.cos(math.radians(wrong_way))
    begun = moved(start, aside, KNOWN.doubt / METRE * wrong)
    # the same earth-fixed direction at a place some metres aside is another course near the pole
    bend = math.degrees(math.radians(((begun[0] - start[0]) / DEGREE + 180) % 360 - 180)) * math.sin(
        math.radians(start[1] / DEGREE)
    )
    true_course = math.degrees(math.atan2(east, north)) + bend
    there = moved(begun, true_course, math.hypot(east, north) * seconds)
    expected = place(rows[0], T0 + seconds * 1_000)
    away = float(np.linalg.norm(to_ecef(*np.array(there) / DEGREE) - expected))
    # a way some metres aside bends by less than a metre from the one that is parallel, over 100 km
    assert away <= rows[0, DOUBT] + rows[0, DRIFT] * seconds + 3


@given(points, st.floats(0, 360), st.floats(5, 300), st.floats(0, 360), st.floats(0, 360), st.integers(5, 25))
def test_a_velocity_worked_out_is_wrong_by_its_drift_at_most(
    start: Point, course: float, speed: float, one: float, other: float, seconds: int
) -> None:
    doubt = 50.0
    times = range(0, seconds + 1, 5)
    ways = [moved(start, course, speed * each) for each in times]
    sent = [moved(way, one if k % 2 else other, doubt) for k, way in enumerate(ways)]
    found = reckoned(
        *(report(T0 + each * 1_000, point) for each, point in zip(times, sent, strict=True)),
        doubt=round(doubt * METRE),
    )
    if len(sent) == 1:
        return
    assert found.source == "positions" and found.velocity is not None
    (lon1, lat1), (lon2, lat2) = ways[-1], ways[-2]
    back = GEOD.inv(lon1 / DEGREE, lat1 / DEGREE, lon2 / DEGREE, lat2 / DEGREE)[0]
    true = np.array([math.sin(math.radians(back + 180)), math.cos(math.radians(back + 180))]) * speed
    bearing = math.radians(found.velocity.course / DEGREE)
    mine = np.array([math.sin(bearing), math.cos(bearing)]) * found.velocity.speed / 1_000
    # near a pole the east of the one end is not that of the other
    near = 1.0 if abs(start[1]) < 80 * DEGREE else 20.0
    assert float(np.linalg.norm(mine - true)) <= found.drift / 1_000 + near


def test_one_position_tells_no_speed_and_two_in_too_much_doubt_neither() -> None:
    here = (8 * DEGREE, 47 * DEGREE)
    assert (reckoned(report(T0, here)).source, reckoned(report(T0, here)).velocity) == ("none", None)
    near = reckoned(report(T0, here), report(T0 + 1_000, moved(here, 90, 100)))
    assert near.source == "none" and near.drift == 0
    wide = reckoned(report(T0, here), report(T0 + 5_000, moved(here, 90, 500)), doubt=200 * METRE)
    assert wide.source == "none"
    later = reckoned(*(report(T0 + k * 5_000, moved(here, 90, k * 500)) for k in range(4)), doubt=200 * METRE)
    assert later.source == "positions" and later.drift >= 400_000 // 15


def test_after_a_long_gap_the_last_leg_tells_the_speed() -> None:
    here = (8 * DEGREE, 47 * DEGREE)
    found = reckoned(
        report(T0, here), report(T0 + 5_000, here), report(T0 + 45_000, moved(here, 90, 40 * 100))
    )
    assert found.velocity is not None and abs(found.velocity.speed - 100_000) < 1_000


def test_a_velocity_is_remembered_for_some_seconds_in_growing_doubt() -> None:
    here, said = (8 * DEGREE, 47 * DEGREE), Velocity(100_000, 90 * DEGREE, 0)
    found = reckoned(report(T0, here, said), report(T0 + 2_000, moved(here, 90, 200)))
    assert (found.velocity, found.source, found.drift) == (said, "report", 3_000 + 2_000)
    found = reckoned(report(T0, here, said), report(T0 + 20_000, moved(here, 90, 2_000)))
    assert found.source == "positions"


def test_a_velocity_that_the_positions_contradict_is_not_believed_for_long() -> None:
    here, wrong = (8 * DEGREE, 47 * DEGREE), Velocity(100_000, 270 * DEGREE, 0)
    flown = [report(T0 + k * 1_000, moved(here, 90, k * 100), wrong) for k in range(31)]
    found = reckoned(*flown)
    assert found.source == "positions"
    assert found.velocity is not None and abs(found.velocity.course - 90 * DEGREE) < DEGREE
    right = [
        report(T0 + k * 1_000, moved(here, 90, k * 100), Velocity(100_000, 90 * DEGREE, 0))
        for k in range(31, 60)
    ]
    assert reckoned(*flown, *right).source == "report"


def circling(rate: float, count: int, each: float = 1.0, speed: float = 80.0) -> list[Report]:
    point, course, made = (8 * DEGREE, 47 * DEGREE), 0.0, []
    for k in range(count):
        said = Velocity(round(speed * 1_000), round(course * DEGREE) % (360 * DEGREE), 0)
        made.append(report(T0 + round(k * each * 1_000), point, said))
        point, course = moved(point, course + rate * each / 2, speed * each), (course + rate * each) % 360
    return made


def test_a_turn_is_what_three_courses_agree_on() -> None:
    for rate in (3.0, -3.0, 0.5, -8.0):
        assert reckoned(*circling(rate, 2)).turn == 0
        assert abs(reckoned(*circling(rate, 3)).turn - rate * DEGREE) < 0.01 * DEGREE
        assert reckoned(*circling(rate, 20)).source == "report"
    assert reckoned(*circling(0.1, 5)).turn == 0
    assert reckoned(*circling(20.0, 5)).turn == 0
    assert reckoned(*circling(3.0, 5, each=20.0)).turn == 0
    assert reckoned(*circling(3.0, 3), kind="vehicle").turn == 0


def test_courses_that_go_to_and_fro_are_no_turn() -> None:
    here = (8 * DEGREE, 47 * DEGREE)
    some = [
        report(T0 + k * 1_000, moved(here, 0, 80 * k), Velocity(80_000, (2 + 4 * (k % 2)) * DEGREE, 0))
        for k in range(8)
    ]
    assert all(reckoned(*some[:k]).turn == 0 for k in range(1, 8))


def test_a_reported_turn_is_believed_within_what_can_be() -> None:
    here, said = (8 * DEGREE, 47 * DEGREE), Velocity(80_000, 0, 0)
    assert reckoned(report(T0, here, said, turn=2 * DEGREE)).turn == 2 * DEGREE
    assert reckoned(report(T0, here, said, turn=-90 * DEGREE)).turn == -12 * DEGREE
    assert reckoned(report(T0, here, said, turn=DEGREE // 10)).turn == 0
    assert reckoned(report(T0, here, Velocity(100, 0, 0), turn=2 * DEGREE)).turn == 0
    assert reckoned(report(T0, here, turn=2 * DEGREE)).turn == 0


def test_climb_comes_from_the_report_else_from_altitudes_else_in_doubt() -> None:
    here = (8 * DEGREE, 47 * DEGREE)

    def climbing(k: int, climb: int | None) -> Report:
        altitude = Altitude("FL", 30_000 * FOOT + k * 10 * METRE)
        return report(T0 + k * 1_000, moved(here, 0, 100 * k), Velocity(100_000, 0, climb), altitude)

    said = reckoned(climbing(0, 10_000))
    assert said.velocity is not None and (said.velocity.climb, said.climb_drift) == (10_000, 2_000)
    unsaid = reckoned(climbing(0, None))
    assert unsaid.velocity is not None and unsaid.velocity.climb == 0
    assert unsaid.climb_drift == KNOWN.climb
    worked = reckoned(*(climbing(k, None) for k in range(12)))
    assert worked.velocity is not None and worked.velocity.climb is not None
    assert abs(worked.velocity.climb - 10_000) <= worked.climb_drift <= 4_000
    still = reckoned(*(report(T0 + k * 1_000, here, None, Altitude("HAE", k * METRE)) for k in range(2)))
    assert (still.velocity, still.source) == (Velocity(0, 0, 1_000), "none")
    assert still.climb_drift == 10_000 + judged.CLIMB_DRIFT


def test_an_altitude_is_remembered_in_growing_doubt_and_then_any() -> None:
    here, level = (8 * DEGREE, 47 * DEGREE), Altitude("FL", 10_000 * FOOT)
    said = reckoned(report(T0, here, None, level))
    assert (said.altitude, said.altitude_doubt) == (level, judged.ALTITUDE)
    soon = reckoned(report(T0, here, None, level), report(T0 + 2_000, here))
    assert (soon.altitude, soon.altitude_doubt) == (level, judged.ALTITUDE + 60 * METRE)
    late = reckoned(report(T0, here, None, level), report(T0 + 31_000, here))
    assert late.altitude is None
    assert reckoned(report(T0, here)).altitude is None


def test_what_is_on_the_surface_is_there_without_saying_so() -> None:
    here = (8 * DEGREE, 47 * DEGREE)
    ship = reckoned(report(T0, here), kind="vessel")
    assert (ship.altitude, ship.altitude_doubt, ship.climb_drift) == (SURFACE, 80 * METRE, 0)
    parked = reckoned(report(T0, here, grounded=True))
    assert (parked.altitude, parked.altitude_doubt) == (SURFACE, judged.ON_GROUND)
    assert parked.climb_drift == 0


def test_an_aircraft_that_landed_is_near_the_last_altitude_that_it_had() -> None:
    here, low = (8 * DEGREE, 47 * DEGREE), Altitude("FL", 1_500 * FOOT)
    landed = reckoned(
        report(T0, here, None, low),
        report(T0 + 40_000, here, grounded=True),
        report(T0 + 900_000, here, grounded=True),
    )
    assert (landed.altitude, landed.altitude_doubt) == (low, judged.ALTITUDE + judged.LANDED)
    late = reckoned(report(T0, here, None, low), report(T0 + 80_000, here, grounded=True))
    assert late.altitude == SURFACE
    away = reckoned(
        report(T0, here, None, low),
        report(T0 + 40_000, here, grounded=True),
        report(T0 + 60_000, here, None, Altitude("FL", 1_900 * FOOT)),
    )
    assert away.altitude == Altitude("FL", 1_900 * FOOT) and away.altitude_doubt == judged.ALTITUDE


def test_an_altitude_that_leaps_is_both_until_three_reports_agree() -> None:
    here = (8 * DEGREE, 47 * DEGREE)
    levels = [35_000, 35_000, 1_000, 1_000, 1_000, 1_000, 1_000]
    some = [report(T0 + k * 1_000, here, None, Altitude("FL", ft * FOOT)) for k, ft in enumerate(levels)]
    for count in (3, 4, 5):
        found = reckoned(*some[:count])
        assert found.leapt and found.altitude is not None
        assert found.altitude.value + found.altitude_doubt >= 35_000 * FOOT
        assert found.altitude.value - found.altitude_doubt <= 1_000 * FOOT
    after = reckoned(*some)
    assert not after.leapt and after.altitude_doubt == judged.ALTITUDE
    other = reckoned(some[0], report(T0 + 1_000, here, None, Altitude("HAE", 0)))
    assert not other.leapt


def test_another_receiver_of_the_same_message_fills_what_is_missing() -> None:
    here = (8 * DEGREE, 47 * DEGREE)
    found = reckoned(report(T0, here))
    said, level = Velocity(100_000, 0, 0), Altitude("FL", 5_000 * FOOT)
    assert found.fill(report(T0, here, said, level), "aircraft")
    assert (found.velocity, found.altitude, found.hits) == (said, level, 1)
    assert not found.fill(report(T0, here, Velocity(1, 0, 0), Altitude("FL", 0)), "aircraft")
    assert found.velocity == said
