"""Waypoint files: every item as a leg that holds what the vehicle may fly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import mav_waypoints, mission
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.space import gap
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle, Corridor, Ground
from wideberth.space.shape import compile_shapes
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

OPTIONS = Options(file="a/north.waypoints", as_of=0, half_width=50 * METRE, vertical_tolerance=10 * METRE)
HOME = "0 1 0 16 0 0 0 0 48.0 24.0 200 1"


def document(*lines: str) -> bytes:
    return "\n".join(("QGC WPL 110", *(line.replace(" ", "\t") for line in lines), "")).encode()


def read(*lines: str, options: Options = OPTIONS) -> Reading:
    return mav_waypoints.read(document(*lines), options)


def volumes(*lines: str) -> tuple[Volume, ...]:
    (filed,) = read(*lines).filed
    assert len(filed.where) == len(filed.plan.volumes)
    return filed.plan.volumes


def refusal(*lines: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(*lines)
    return caught.value


def told(reading: Reading, note: str) -> bool:
    return any(one.startswith(note) for one in reading.notes)


def msl(metres: float) -> Altitude:
    return Altitude("MSL", round(metres * METRE))


def width(ground: Ground) -> float:
    assert isinstance(ground, Corridor)
    return ground.half_width / METRE


def holds(made: tuple[Volume, ...], lon: float, lat: float) -> bool:
    """True where some volume's ground reaches the point."""
    shapes = compile_shapes(
        [Circle((round(lon * DEGREE), round(lat * DEGREE)), 0), *(v.ground for v in made)]
    )
    count = len(made)
    found = gap.gaps(shapes, np.zeros(count, dtype=int), np.arange(1, count + 1), np.full(count, 1.0))
    return bool((found.lower <= 0).any())


def test_a_mission_from_take_off_to_landing() -> None:
    made = volumes(
        HOME,
        "1 0 3 22 0 0 0 0 0 0 50 1",
        "2 0 3 16 0 0 0 0 48.01 24.0 50 1",
        "3 0 3 16 0 0 0 0 48.01 24.02 55 1",
        "4 0 3 21 0 0 0 0 48.0 24.02 0 1",
    )
    start, cruise, down = made
    # up at home: from the ground to 50 m above its 200 m, and the tolerance
    assert (start.ground, start.lower, start.upper) == (
        Circle((240_000_000, 480_000_000), 50 * METRE, 0),
        SURFACE,
        msl(260),
    )
    # the two legs in the air are within the tolerance of each other: one corridor
    assert isinstance(cruise.ground, Corridor)
    assert cruise.ground.points == (
        (240_000_000, 480_000_000),
        (240_000_000, 480_100_000),
        (240_200_000, 480_100_000),
    )
    assert (cruise.ground.half_width, cruise.ground.edges) == (50 * METRE, "geodesic")
    assert (cruise.lower, cruise.upper) == (msl(240), msl(265))
    assert (down.lower, down.upper) == (SURFACE, msl(265))
    assert {(v.start, v.end) for v in made} == {(None, None)}
    (filed,) = read(HOME, "1 0 3 16 0 0 0 0 48.01 24.0 50 1").filed
    assert (filed.plan.id, filed.plan.party) == ("north.waypoints", "a/north.waypoints")
    assert filed.where == ("home…line 3", "line 3…home")


def test_the_way_home_is_added_however_the_mission_ends() -> None:
    items = (HOME, "1 0 3 16 0 0 0 0 48.01 24.0 50 1")
    for last in ((), ("2 0 3 20 0 0 0 0 0 0 0 1",)):
        reading = read(*items, *last)
        back = reading.filed[0].plan.volumes[-1]
        assert isinstance(back.ground, Corridor)
        assert back.ground.points[-1] == (240_000_000, 480_000_000)
        # as high as parameters may say: 100 m above home's 200 m
        assert (back.lower, back.upper) == (SURFACE, msl(310))
        assert told(reading, mission.ASSUMED_RETURN)
        assert told(reading, mission.NO_END) is (not last)
    assert volumes(HOME, "1 0 0 16 0 0 0 0 48.01 24.0 900 1")[-1].upper == msl(910)


def test_without_home_and_without_its_height() -> None:
    reading = read("0 1 3 16 0 0 0 0 48.01 24.0 50 1", "1 0 3 16 0 0 0 0 48.01 24.1 50 1")
    assert told(reading, mission.NO_HOME)
    assert told(reading, mission.NO_HOME_HEIGHT)
    for volume in reading.filed[0].plan.volumes:
        assert (volume.lower, volume.upper) == (SURFACE, Altitude("AGL", 60 * METRE))
    zero = read("0 1 0 16 0 0 0 0 48.0 24.0 0 1", "1 0 3 16 0 0 0 0 48.01 24.0 50 1")
    assert told(zero, mission.NO_HOME_HEIGHT)
    assert not told(zero, mission.NO_HOME + " (")
    assert zero.filed[0].plan.volumes[0].upper == Altitude("AGL", 60 * METRE)
    assert zero.filed[0].plan.volumes[-1].upper == Altitude("AGL", 110 * METRE)


def test_the_frames() -> None:
    absolute, relative, terrain = (
        volumes(HOME, f"1 0 {frame} 16 0 0 0 0 48.01 24.0 120 1", "2 0 3 21 0 0 0 0 0 0 0 1")[0]
        for frame in (5, 6, 11)
    )
    assert absolute.upper == msl(130)
    assert relative.upper == msl(330)
    assert terrain.upper == Altitude("AGL", 130 * METRE)
    # integers of 1e-7 degrees, as the protocol sends them
    scaled = volumes(HOME, "1 0 6 16 0 0 0 0 480100000 240000000 50 1")
    assert scaled[0].ground == volumes(HOME, "1 0 6 16 0 0 0 0 48.01 24.0 50 1")[0].ground
    unknown = read(HOME, "1 0 2 16 0 0 0 0 48.01 24.0 50 1")
    assert unknown.filed[0].plan.volumes[0].upper == UNLIMITED
    assert told(unknown, mission.NO_HEIGHT)
    assert refusal(HOME, "1 0 1 16 0 0 0 0 48.01 24.0 50 1").code == "mission.frame"
    assert refusal(HOME, "1 0 8 22 0 0 0 0 0 0 50 1").code == "mission.frame"


def test_nothing_is_below_the_ground() -> None:
    made = volumes("1 0 10 16 0 0 0 0 48.0 24.0 5 1", "2 0 10 21 0 0 0 0 48.0 24.0 -30 1")
    assert (made[0].lower, made[0].upper) == (SURFACE, Altitude("AGL", 15 * METRE))
    low = volumes("1 0 3 16 0 0 0 0 48.0 24.0 -30 1")
    assert (low[0].lower, low[0].upper) == (SURFACE, Altitude("AGL", 0))


def test_a_mission_over_the_antimeridian_and_a_home_at_zero() -> None:
    reading = read("1 0 0 16 0 0 0 0 0 179.99 50 1", "2 0 0 16 0 0 0 0 0 -179.99 50 1")
    assert any("crosses the antimeridian" in note for note in reading.notes)
    nowhere = read("0 1 0 16 0 0 0 0 0 0 50 1", "1 0 3 20 0 0 0 0 0 0 0 1", "2 0 3 16 0 0 0 0 48 24 50 1")
    assert told(nowhere, mission.NO_HOME)
    on_ground = volumes(HOME, "1 0 3 20 0 0 0 0 0 0 0 1", "2 0 3 16 0 0 0 0 48.1 24 50 1")
    assert on_ground == volumes(HOME, "2 0 3 16 0 0 0 0 48.1 24 50 1")


def test_legs_between_different_datums_are_told() -> None:
    reading = read(
        "0 1 10 16 0 0 0 0 48.0 24.0 50 1",
        "1 0 0 16 0 0 0 0 48.01 24.0 300 1",
        "2 0 0 16 0 0 0 0 48 24 300 1",
    )
    (first, mixed, last) = reading.filed[0].plan.volumes
    assert (first.lower, first.upper) == (Altitude("AGL", 40 * METRE), Altitude("AGL", 60 * METRE))
    assert (mixed.lower, mixed.upper) == (SURFACE, UNLIMITED)
    assert (last.lower, last.upper) == (msl(290), msl(310))
    assert any("cannot be compared" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("item", "wide"),
    [
        ("18 2 0 -80 0", 130),
        ("17 0 0 0 0", 150),  # the vehicle's own radius: 100 m
        ("31 0 70 0 0", 120),
        ("34 60 0 0 0", 110),
        ("35 60 20 0 0", 130),
        ("16 0 30 0 0", 80),  # passed within 30 m
        ("16 0 0 -40 0", 90),
        ("36 180 0 0 0", 50 + 1112.26 / 2),
        ("36 0 -270 0 0", 50 + 1112.26 / 2 * 2.41421),
    ],
)
def test_circles_and_curves_widen_the_legs_beside_them(item: str, wide: float) -> None:
    made = volumes(
        HOME,
        "1 0 3 16 0 0 0 0 48.01 24.0 50 1",
        f"2 0 3 {item} 48.02 24.0 50 1",
        "3 0 3 16 0 0 0 0 48.03 24.0 50 1",
        "4 0 3 21 0 0 0 0 48.03 24.0 0 1",
    )
    assert width(made[0].ground) == 50
    leg = next(
        v for v in made if isinstance(v.ground, Corridor) and (240_000_000, 480_200_000) in v.ground.points
    )
    assert width(leg.ground) == pytest.approx(wide, abs=0.5)


def test_a_spline_is_as_much_wider_as_its_tangents_allow() -> None:
    lines = (HOME, "1 0 3 16 0 0 0 0 48.01 24.0 50 1", "2 0 3 82 0 0 0 0 48.01 24.01 50 1")
    reading = read(*lines, "3 0 3 16 0 0 0 0 48.0 24.01 50 1", "4 0 3 20 0 0 0 0 0 0 0 1")
    assert told(reading, mission.CURVED)
    curved = reading.filed[0].plan.volumes[1]
    up = GEOD.inv(24.0, 48.0, 24.0, 48.01)[2]
    along = GEOD.inv(24.0, 48.01, 24.01, 48.01)[2]
    assert width(curved.ground) == pytest.approx(50 + 4 / 27 * (up + 2 * along + up), abs=0.01)
    # a Hermite curve with full tangents, sampled, stays inside
    p = [(24.0, 48.0), (24.0, 48.01), (24.01, 48.01), (24.01, 48.0)]
    for k in range(21):
        t = k / 20
        h = (2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t, -2 * t**3 + 3 * t**2, t**3 - t**2)
        at = [
            h[0] * p[1][i] + h[1] * (p[2][i] - p[0][i]) + h[2] * p[2][i] + h[3] * (p[3][i] - p[1][i])
            for i in (0, 1)
        ]
        assert holds((curved,), at[0], at[1])


def test_a_take_off_that_climbs_on_a_slope() -> None:
    lines = (HOME, "1 0 3 22 15 0 0 0 0 0 40 1", "2 0 3 16 0 0 0 0 48.02 24.0 40 1")
    reading = read(*lines)
    assert told(reading, mission.SPREAD)
    first = reading.filed[0].plan.volumes[0]
    assert isinstance(first.ground, Circle)
    assert first.ground.radius == (50 + 10 * 40) * METRE
    unknown = volumes(HOME, "1 0 2 22 15 0 0 0 0 0 nan 1", "2 0 3 16 0 0 0 0 48.02 24.0 40 1")[0].ground
    assert width(unknown) == 50 + 100 * 10
    terrain = volumes(HOME, "1 0 10 22 15 0 0 0 0 0 40 1", "2 0 10 16 0 0 0 0 48.02 24.0 40 1")[0].ground
    assert isinstance(terrain, Circle)
    assert terrain.radius == (50 + 10 * 40) * METRE


def test_jumps_add_their_way() -> None:
    lines = (
        HOME,
        "1 0 3 16 0 0 0 0 48.01 24.0 50 1",
        "2 0 2 178 1 5 0 0 0 0 0 1",
        "3 0 3 16 0 0 0 0 48.01 24.02 50 1",
        "4 0 3 16 0 0 0 0 48.03 24.02 50 1",
    )
    made = volumes(*lines, "5 0 2 177 1 3 0 0 0 0 0 1")
    jump = made[-1].ground
    assert isinstance(jump, Corridor)
    assert jump.points == ((240_200_000, 480_300_000), (240_000_000, 480_100_000))
    assert holds(made, 24.01, 48.02)
    assert not holds(volumes(*lines[:4]), 24.01, 48.02)
    assert refusal(*lines, "5 0 2 177 9 3 0 0 0 0 0 1").code == "mission.jump"
    assert refusal(*lines, "5 0 2 177 1.5 3 0 0 0 0 0 1").code == "mission.jump"
    assert refusal(*lines, "5 0 2 177 nan 3 0 0 0 0 0 1").code == "mission.jump"
    tagged = (*lines[:2], "2 0 0 600 7 0 0 0 0 0 0 1", *lines[3:])
    assert volumes(*tagged, "5 0 2 601 7 1 0 0 0 0 0 1")[-1].ground == Corridor(
        ((240_200_000, 480_300_000), (240_200_000, 480_100_000)), 50 * METRE
    )
    assert refusal(*tagged, "5 0 2 601 8 1 0 0 0 0 0 1").code == "mission.jump"
    # a jump before anything is flown leads nowhere
    assert len(volumes(HOME, "1 0 2 177 7 3 0 0 0 0 0 1", "2 0 3 21 0 0 0 0 48.01 24 0 1")) == 1


def test_a_return_may_lead_to_the_landing_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        HOME,
        "1 0 3 16 0 0 0 0 48.01 24.0 50 1",
        "2 0 3 20 0 0 0 0 0 0 0 1",
        "3 0 3 189 0 0 0 0 0 0 0 1",
        "4 0 3 16 0 0 0 0 48.03 24.02 50 1",
        "5 0 3 21 0 0 0 0 48.03 24.0 0 1",
        "6 0 3 189 0 0 0 0 0 0 0 1",
    )
    reading = read(*lines)
    way = reading.filed[0].plan.volumes[-1]
    assert isinstance(way.ground, Corridor)
    assert way.ground.points == ((240_000_000, 480_100_000), (240_200_000, 480_300_000))
    assert (way.lower, way.upper) == (SURFACE, msl(310))
    assert told(reading, mission.LANDING)
    monkeypatch.setattr(mission, "LEG_LIMIT", 1)
    again = [line.replace("4 0 3 16", "4 0 3 189") for line in lines]
    assert refusal(*again).code == "mission.too_many"


def test_climbs_without_a_position() -> None:
    made = volumes(
        HOME,
        "1 0 3 16 0 0 0 0 48.01 24.0 50 1",
        "2 0 3 30 1 0 0 0 0 0 300 1",
        "3 0 3 16 0 0 0 0 48.03 24.0 300 1",
        "4 0 3 21 0 0 0 0 48.03 24.0 0 1",
    )
    over = next(v for v in made if isinstance(v.ground, Circle) and v.upper == msl(510))
    assert over.lower == msl(240)
    # 113 states its height in the last field, 186 in the first, with its frame in the second
    assert volumes(HOME, "1 0 3 16 0 0 0 0 48.01 24 50 1", "2 0 2 113 1 0 0 0 0 0 400 1")[-1].upper == msl(
        610
    )
    assert volumes(HOME, "1 0 3 16 0 0 0 0 48.01 24 50 1", "2 0 2 186 700 0 0 0 0 0 0 1")[-1].upper == msl(
        710
    )
    assert volumes(HOME, "1 0 2 113 1 0 0 0 0 0 400 1", "2 0 3 16 0 0 0 0 48.01 24 50 1")[0].upper == msl(610)


def test_positions_that_stand_for_the_vehicle() -> None:
    reading = read(
        HOME, "1 0 3 16 0 0 0 0 48.01 24 50 1", "2 0 3 16 5 0 0 0 0 0 90 1", "3 0 3 21 0 0 0 0 0 0 0 1"
    )
    assert told(reading, mission.ZERO)
    land = reading.filed[0].plan.volumes[-1]
    assert isinstance(land.ground, Circle)
    assert land.ground.centre == (240_000_000, 480_100_000)
    assert land.upper == msl(300)
    # where the first item is nobody knows: its height counts at the next
    made = volumes("1 0 0 22 0 0 0 0 0 0 500 1", "2 0 0 16 0 0 0 0 48.01 24 90 1")
    assert (made[0].lower, made[0].upper) == (SURFACE, msl(510))
    assert refusal(HOME, "1 0 3 16 0 0 0 0 nan 24 50 1").code == "mission.position"


def test_what_is_not_flown_and_what_nobody_knows() -> None:
    lines = (HOME, "1 0 3 16 0 0 0 0 48.01 24.0 50 1", "2 0 3 21 0 0 0 0 48.01 24 0 1")
    plain = volumes(*lines)
    for command in (80, 93, 189, 195, 201, 206, 5001, 5100):
        assert volumes(*lines, f"3 0 3 {command} 0 0 0 0 49 25 50 1") == plain
    reading = read(*lines, "3 0 3 61 0 0 0 0 48.05 24 50 1")
    assert told(reading, mission.UNKNOWN)
    assert holds(reading.filed[0].plan.volumes, 24.0, 48.05)
    assert volumes(*lines, "3 0 3 61 0 0 0 0 0 0 50 1") == plain
    assert holds(volumes(*lines, "3 0 3 192 0 0 0 0 48.05 24 50 1"), 24.0, 48.05)
    for command in (32, 33, 83, 92, 42_702, 42_703):
        assert refusal(*lines, f"3 0 3 {command} 0 0 0 0 0 0 0 1").code == "mission.moving"
    assert refusal(*lines, "3 0 3 179 0 0 0 0 49 25 50 1").code == "mission.home"


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (b"", "waypoints.header", "line 1"),
        (b"QGC WPL 100\n", "waypoints.header", "line 1"),
        (b"QGC WPL 110\n0 1\n", "waypoints.fields", "line 2"),
        (b"QGC WPL 110\n\n0 1 0 16 0 0 0 0 48,0 24 200 1\n", "waypoints.number", "line 3, field 9"),
        (b"QGC WPL 110\n0 1 0 1.5 0 0 0 0 48 24 200 1\n", "waypoints.number", "line 2, field 4"),
        (b"QGC WPL 110\n0 1 0 16 0 0 0 0 \xff 24 200 1\n", "waypoints.encoding", "line 2"),
        (b"QGC WPL 110\n", "mission.empty", ""),
        (document(HOME), "mission.empty", ""),
        (document(HOME, HOME), "waypoints.order", "line 3"),
        (document(HOME, "1 0 3 16 0 0 0 0 98 24 50 1"), "geometry.latitude", "line 3"),
        (document(HOME, "1 0 3 16 0 0 0 0 48 24 5e9 1"), "mission.number", "line 3"),
        (document(HOME, "1 0 3 16 0 0 0 0 48 24 200000 1"), "altitude.range", "line 3"),
        (document(HOME, "1 0 3 18 1 0 9e8 0 48 24 20 1"), "mission.number", "line 3"),
    ],
)
def test_what_is_refused(data: bytes, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        mav_waypoints.read(data, OPTIONS)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_limits() -> None:
    line = b"1 0 3 178 0 0 0 0 0 0 0 1\n"
    many = b"QGC WPL 110\n" + b"".join(b"%d" % n + line[1:] for n in range(1, mission.ITEM_LIMIT + 2))
    with pytest.raises(Invalid) as caught:
        mav_waypoints.read(many, OPTIONS)
    assert caught.value.code == "mission.too_many"
    with pytest.raises(Invalid) as caught:
        mav_waypoints.read(b"QGC WPL 110\n" + b" " * mav_waypoints.SIZE_LIMIT, OPTIONS)
    assert caught.value.code == "file.too_large"
    items = [mission.Item(number=0, command=178, frame=2, params=(), where="")] * (mission.ITEM_LIMIT + 1)
    with pytest.raises(Invalid) as caught:
        mission.legs(items, None, Tally())
    assert caught.value.code == "mission.too_many"


def test_long_missions_are_cut_into_corridors() -> None:
    items = [f"{n} 0 0 16 0 0 0 0 {48 + n / 10_000:.4f} 24 500 1" for n in range(1, 2_500)]
    made = volumes(*items)
    assert [len(v.ground.points) for v in made if isinstance(v.ground, Corridor)] == [1_000, 1_001, 500]
    assert {(v.lower, v.upper) for v in made} == {(msl(490), msl(510))}


def test_defaults_are_told_and_the_format_is_known() -> None:
    data = document(HOME, "1 0 3 16 0 0 0 0 48.01 24.0 50 1")
    reading = mav_waypoints.read(data, Options(file="x", as_of=0))
    assert any("half-width is not stated, taken as 100 m" in note for note in reading.notes)
    assert any("vertical tolerance is not stated, taken as 100 ft" in note for note in reading.notes)
    assert any("until further notice" in note for note in reading.notes)
    assert width(reading.filed[0].plan.volumes[0].ground) == 100
    for name in ("x.waypoints", "x.mission", "x.txt"):
        assert recognise(name, data).read is mav_waypoints.read
    with pytest.raises(Invalid) as caught:
        recognise("x.txt", b"QGC")
    assert caught.value.code == "file.unknown_format"


numbers = st.sampled_from(
    ["0", "1", "3", "16", "18", "20", "21", "22", "36", "82", "177", "186", "nan", "-1"]
)
words = numbers | st.sampled_from(
    ["48.5", "24.5", "1e9", "-0", "91", "181", "480000000", "x", "1e99", "10", "11"]
)


@given(st.lists(st.lists(words, min_size=10, max_size=13), max_size=6))
def test_anything_is_a_plan_or_one_error(rows: list[list[str]]) -> None:
    lines = [f"{n} 0 " + " ".join(row) for n, row in enumerate(rows)]
    try:
        reading = read(*lines)
    except Invalid as error:
        assert error.code.split(".")[0] in ("waypoints", "mission", "geometry", "altitude")
    else:
        assert reading.filed[0].plan.volumes


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    with pytest.raises(Invalid):
        mav_waypoints.read(b"QGC WPL 110\n\xff" + data, OPTIONS)
