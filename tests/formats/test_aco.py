"""Airspace control orders: shapes, levels, periods. The samples are made by us."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.space.geodesy import GEOD
from wideberth.errors import Invalid
from wideberth.formats.aco.periods import INTERVAL, NO_PERIOD, NO_YEAR, NO_ZONE, WHOLE
from wideberth.formats.aco.read import DELETED, NO_DATUM, NO_LEVEL, STILL, read
from wideberth.formats.aco.shapes import BOTH_SIDES, LINE, NORTH, ORBIT, RING, TURNED
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.formats.times import parse_time
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume

NOW = parse_time("2026-06-30T00:00:00Z")
OPTIONS = Options(file="o.txt", as_of=NOW)
DAY = 86_400_000
HEAD = (
    "EXER/MADE UP 26//\nMSGID/ACO/NONE/1/JUL//\nGEODATUM/WGS 1984//\nPERIOD/010600ZJUL2026/020559ZJUL2026//\n"
)
SPOT = "LATS:200000N0590000E"


def at(text: str) -> int:
    return parse_time(f"2026-{text}:00Z")


def means(shape: str, *sets: str, code: str = "ROZ", name: str = "ONE") -> str:
    return "".join(f"{one}//\n" for one in (f"ACMID/ACM:{code}/NAME:{name}/SHAPE/USE:TEST", shape, *sets))


def order(*parts: str, head: str = HEAD, options: Options = OPTIONS) -> Reading:
    return read((head + "".join(parts)).encode(), options)


def volumes(shape: str, *sets: str, options: Options = OPTIONS) -> tuple[Volume, ...]:
    reading = order(means(shape, *sets), options=options)
    assert reading.faults == ()
    return tuple(volume for filed in reading.filed for volume in filed.plan.volumes)


def ground(shape: str, *sets: str) -> Ground:
    (volume,) = volumes(shape, *sets)
    return volume.ground


def fault(*sets: str) -> str:
    reading = order(means(*sets), means(f"CIRCLE/{SPOT}/1NM", name="GOOD"))
    assert [filed.plan.id for filed in reading.filed] == ["GOOD"]
    (error,) = reading.faults
    assert error.path.startswith(("ROZ ONE line 5", "APERIOD"))
    return error.code


def told(reading: Reading, note: str) -> bool:
    return any(each.startswith(note.partition("{")[0]) for each in reading.notes)


def within(shape: Ground, lon: float, lat: float, slack: float = 0.0) -> bool:
    shapes = compile_shapes([shape, circle(round(lon, 7), round(lat, 7), 0)])
    shapes.radius[1:] = 0.0
    lower = gaps(shapes, np.array([0]), np.array([1]), np.array([1e7])).lower
    return bool(lower[0] <= slack)


def test_an_order_in_full() -> None:
    reading = order(
        "ACMSTAT/ADD//\n",
        means(
            "POLYGON/LATM:2037N05943E/LATS:203632N0594256E/LATS:203932N0594256E\n/LATS:203932N0604256E/LATM:2037N05943E",
            "EFFLEVEL/RAFL:005AGL-FL245",
            "APERIOD/DISCRETE/011030ZJUL/011130ZJUL",
            "AMPN/CIRCLE AND OTHER WORDS",
        ),
    )
    (filed,) = reading.filed
    (volume,) = filed.plan.volumes
    assert (filed.plan.id, filed.plan.activity) == ("ONE", "restricted operations zone")
    assert filed.where == ("ROZ ONE line 6",)
    assert isinstance(volume.ground, Polygon) and len(volume.ground.rings[0]) == 4
    assert volume.ground.edges == "geodesic"
    assert (volume.lower, volume.upper) == (Altitude("AGL", 500 * FOOT), Altitude("FL", 24_500 * FOOT))
    assert (volume.start, volume.end) == (at("07-01T10:30"), at("07-01T11:30"))
    assert 1_200 * METRE < volume.pad.h < 1_400 * METRE  # half a minute both ways
    assert told(reading, NO_YEAR)


def test_circles_corridors_orbits() -> None:
    assert ground(f"CIRCLE/{SPOT}/15KM") == Circle((59 * DEGREE, 20 * DEGREE), 15_000 * METRE)
    assert ground("CIRCLE/DMPIT:2030.5000N-05930.2500E/1000FT") == Circle(
        (595_041_667, 205_083_333), 1_000 * FOOT
    )
    line = "LATS:200000N0590000E/LATS:210000N0600000E"
    wide = ground(f"CORRIDOR/5NM/{line}")
    assert isinstance(wide, Corridor) and wide.half_width == 5 * NAUTICAL_MILE // 2
    centred, right = ground(f"AORBIT/{line}/20NM/C"), ground(f"AORBIT/{line}/20NM/R")
    assert isinstance(centred, Corridor) and centred.half_width == 10 * NAUTICAL_MILE
    assert isinstance(right, Corridor) and right.half_width == 20 * NAUTICAL_MILE
    assert told(order(means(f"AORBIT/{line}/20NM")), ORBIT)


def test_points_by_name() -> None:
    named = ("CORRIDOR/5NM/NAME:APPLE/LATS:210000N0600000E", f"CNTRLPT/CP/APPLE/{SPOT}/BRRA:MSL-210AMSL")
    shape = ground(*named)
    assert isinstance(shape, Corridor) and shape.points[0] == (59 * DEGREE, 20 * DEGREE)
    twice = order(means(*named, "CNTRLPT/CP/APPLE/LATS:220000N0600000E"))
    assert [error.code for error in twice.faults] == ["aco.shape"]
    wrong = order(means(*named, "CNTRLPT/CP/PEAR/LATS:229900N0600000E"))
    assert [error.code for error in wrong.faults] == ["place.minutes"]


def test_a_sector_holds_what_lies_between_its_bearings() -> None:
    (volume,) = volumes(f"RADARC/{SPOT}/330T/160T/10NM/30NM")
    slack = volume.pad.h / METRE
    for bearing, miles, inside in (
        (331, 29.9, True),
        (90, 20, True),
        (159, 10.1, True),
        (90, 9, False),
        (245, 20, False),
        (90, 31, False),
    ):
        lon, lat, _ = GEOD.fwd(59.0, 20.0, bearing, miles * 1_852)
        assert within(volume.ground, lon, lat, slack) == inside, (bearing, miles)
    for bearing in range(330, 330 + 190):
        lon, lat, _ = GEOD.fwd(59.0, 20.0, bearing + 0.5 if bearing < 519 else bearing, 30 * 1_852)
        assert within(volume.ground, lon, lat, slack)
    cake = ground(f"RADARC/{SPOT}/000T/090T/30NM")
    assert isinstance(cake, Polygon) and (59 * DEGREE, 20 * DEGREE) in cake.rings[0]


def test_a_sector_of_unknown_north_is_a_circle() -> None:
    reading = order(means(f"RADARC/{SPOT}/330M/160M/10NM/30NM"))
    assert reading.filed[0].plan.volumes[0].ground == Circle((59 * DEGREE, 20 * DEGREE), 30 * NAUTICAL_MILE)
    assert told(reading, NORTH) and told(reading, RING)
    ring = order(means(f"RADARC/{SPOT}/000T/360T/30NM"))
    assert isinstance(ring.filed[0].plan.volumes[0].ground, Circle)
    short = ground(f"RADARC/{SPOT}/000T/090T/330M")
    assert isinstance(short, Polygon)
    assert not told(ring, NORTH)


def test_a_polyarc() -> None:
    south = "LATS:190000N0590000E/LATS:190000N0580000E"
    (volume,) = volumes(f"POLYARC/{SPOT}/330T/30NM/160T/{south}")
    for lon, lat, inside in (
        (59.0, 20.4, True),
        (58.7, 19.4, True),
        (58.0, 20.4, False),
        (59.4, 19.2, False),
    ):
        assert within(volume.ground, lon, lat, volume.pad.h / METRE) == inside, (lon, lat)
    turned = order(means(f"POLYARC/{SPOT}/330T/30NM/160T/LATS:190000N0580000E/LATS:190000N0590000E"))
    assert told(turned, TURNED)
    (other,) = turned.filed[0].plan.volumes
    assert isinstance(other.ground, Polygon) and isinstance(volume.ground, Polygon)
    assert set(other.ground.rings[0]) == set(volume.ground.rings[0])


def test_a_track_takes_the_wider_side_and_its_own_levels() -> None:
    rows = (
        "1TRACK\n/TLEG/START/STOP/LEFT/RIGHT/ALT\n"
        "/  1/LATM:2037N05943E/LATM:2137N05943E/5NM/7NM/FL200-FL220\n"
        "/  2/LATM:2137N05943E/LATM:2237N05943E/5NM/5NM/FL100-FL120\n"
        "/  3/LATM:2237N05943E/LATM:2237N05943E/5NM/5NM/FL100-FL120"
    )
    reading = order(means(rows))
    assert told(reading, BOTH_SIDES)
    legs = [volume for filed in reading.filed for volume in filed.plan.volumes]
    assert [getattr(leg.ground, "half_width", 0) // NAUTICAL_MILE for leg in legs] == [7, 5, 0]
    assert isinstance(legs[2].ground, Circle)
    assert [leg.upper.value // (100 * FOOT) for leg in legs] == [220, 120, 120]
    stated = volumes(rows, "EFFLEVEL/FLFL:FL050-FL300")
    assert {volume.upper.value // (100 * FOOT) for volume in stated} == {300}


def test_lines_and_points_take_what_is_asked_for() -> None:
    line = f"GEOLINE/{SPOT}/LATS:210000N0600000E"
    assert fault(line) == "geometry.no_half_width"
    assert fault(f"APOINT/{SPOT}") == "geometry.no_radius"
    options = Options(file="o.txt", as_of=NOW, half_width=METRE, radius=2 * METRE)
    reading = order(means(line), means(f"APOINT/{SPOT}"), options=options)
    one, two = (filed.plan.volumes[0].ground for filed in reading.filed)
    assert isinstance(one, Corridor) and one.half_width == METRE
    assert two == Circle((59 * DEGREE, 20 * DEGREE), 2 * METRE)
    assert told(reading, LINE)
    assert getattr(ground(f"{line}/3NM"), "half_width", 0) == 3 * NAUTICAL_MILE


def test_levels() -> None:
    def limits(text: str) -> tuple[Altitude, Altitude]:
        (volume,) = volumes(f"CIRCLE/{SPOT}/1NM", f"EFFLEVEL/{text}")
        return volume.lower, volume.upper

    assert limits("BRRA:GL-220AMSL") == (SURFACE, Altitude("MSL/ALT", 22_000 * FOOT))
    assert limits("BRRA:MSL-210AMSL")[0] == SURFACE
    assert limits("FLFL:FL210-FL250") == (Altitude("FL", 21_000 * FOOT), Altitude("FL", 25_000 * FOOT))
    assert limits("RAFL:050AMSL-UNL") == (Altitude("MSL/ALT", 5_000 * FOOT), UNLIMITED)
    assert limits("FLFL:FL100\u2212FL230")[1] == Altitude("FL", 23_000 * FOOT)
    assert limits("FL200") == (Altitude("FL", 20_000 * FOOT),) * 2
    # hundreds by the standard, feet by habit: the lower reading of a lower limit, the higher of an upper
    assert limits("RAFL:100AGL-FL600")[0] == Altitude("AGL", 100 * FOOT)
    assert limits("BRRA:GL-100AGL")[1] == Altitude("AGL", 10_000 * FOOT)
    assert limits("BRRA:GL-12500AMSL")[1] == Altitude("MSL/ALT", 12_500 * FOOT)
    assert limits("BRRA:GL-500MAGL")[1] == Altitude("AGL", 500 * METRE)
    assert limits("SFC-MSL")[1] == Altitude("MSL/ALT")
    reading = order(means(f"CIRCLE/{SPOT}/1NM"))
    assert told(reading, NO_LEVEL)
    assert reading.filed[0].plan.volumes[0].upper == UNLIMITED
    two = volumes(f"CIRCLE/{SPOT}/1NM", "EFFLEVEL/FLFL:FL010-FL020/FLFL:FL050-FL060")
    assert [volume.lower.value // (100 * FOOT) for volume in two] == [10, 50]


@pytest.mark.parametrize("text", ["RAFL:FL245", "ABC-FL100", "1-2-3", "FLFL:FL250-FL210", "RARA:010-050"])
def test_levels_that_cannot_be(text: str) -> None:
    code = order(means(f"CIRCLE/{SPOT}/1NM", f"EFFLEVEL/{text}")).faults
    assert [error.code for error in code] == (
        []
        if text == "RAFL:FL245"
        else ["altitude.upside_down" if text == "FLFL:FL250-FL210" else "aco.level"]
    )


def windows(*sets: str, head: str = HEAD) -> list[tuple[int | None, int | None]]:
    reading = order(means(f"CIRCLE/{SPOT}/1NM", *sets), head=head)
    return [(volume.start, volume.end) for volume in reading.filed[0].plan.volumes]


def test_periods() -> None:
    assert windows() == [(at("07-01T06:00"), at("07-02T06:00"))]  # the whole of minute 59
    assert windows("APERIOD/DISCRETE/011030ZJUL/UFN") == [(at("07-01T10:30"), None)]
    assert windows("APERIOD/DISCRETE/-/011130ZJUL") == [(None, at("07-01T11:30"))]
    assert windows("APERIOD/DISCRETE/011030ZJUL/UNK") == [(at("07-01T10:30"), None)]
    assert windows("APERIOD/DISCRETE/011030Z/011130Z") == [(at("07-01T10:30"), at("07-01T11:30"))]
    assert windows("APERIOD/DISCRETE/012330ZJUL/020030ZJUL26") == [(at("07-01T23:30"), at("07-02T00:30"))]
    assert windows("APERIOD/DISCRETE/011030CJUL/011130CJUL") == [(at("07-01T07:30"), at("07-01T08:30"))]
    assert windows("APERIOD/DISCRETE/011030RJUL/011130RJUL") == [(at("07-01T15:30"), at("07-01T16:30"))]
    two = windows("APERIOD/DISCRETE/011030ZJUL/011130ZJUL", "APERIOD/DISCRETE/021030ZJUL/021130ZJUL")
    assert two[1] == (at("07-02T10:30"), at("07-02T11:30"))
    # from one year into the next
    head = HEAD.replace("010600ZJUL2026/020559ZJUL2026", "310600ZDEC2026/010559ZJAN2027")
    assert windows("APERIOD/DISCRETE/312300ZDEC/010100ZJAN", head=head) == [
        (parse_time("2026-12-31T23:00:00Z"), parse_time("2027-01-01T01:00:00Z"))
    ]
    bare = HEAD.partition("PERIOD")[0]
    assert windows(head=bare) == [(None, None)]
    assert told(order(means(f"CIRCLE/{SPOT}/1NM"), head=bare), NO_PERIOD)
    plain = order(means(f"CIRCLE/{SPOT}/1NM", "APERIOD/DISCRETE/011030JUL/011130JUL"))
    assert told(plain, NO_ZONE)


def test_repetitions() -> None:
    begin, end = at("07-01T10:30"), at("07-01T11:30")
    found = windows("APERIOD/INTERVAL/011030ZJUL/011130ZJUL/DAILY/3DAY")
    assert found == [(begin + n * DAY, end + n * DAY) for n in range(4)]
    assert windows("APERIOD/INTERVAL/011030ZJUL/011130ZJUL/WEEKLY/2WK") == [
        (begin + n * DAY, end + n * DAY) for n in (0, 7, 14)
    ]
    until = windows("APERIOD/INTERVAL/011030ZJUL/011130ZJUL/DAILY/031030ZJUL")
    assert until == [(begin + n * DAY, end + n * DAY) for n in range(3)]
    assert windows("APERIOD/INTERVAL/011030ZJUL/011130ZJUL/DAILY/UFN") == [(begin, None)]
    assert windows("APERIOD/INTERVAL/011030ZJUL/011130ZJUL/MONTHLY/2MO") == [(begin, end + 62 * DAY)]
    assert windows("APERIOD/INTERVAL/011030ZJUL/011130ZJUL") == [(begin, None)]
    assert windows("APERIOD/INTERVAL/011030ZJUL/011130ZJUL/HOURLY/9YR") == [(begin, end + 9 * 366 * DAY)]
    reading = order(means(f"CIRCLE/{SPOT}/1NM", "APERIOD/INTERVAL/011030ZJUL/011130ZJUL/DAILY/3DAY"))
    assert told(reading, INTERVAL) and not told(reading, WHOLE)


@pytest.mark.parametrize(
    ("sets", "code"),
    [
        (["POLYGON/LATS:200000N0590000E/LATS:210000N0590000E"], "geometry.too_few_points"),
        (["POLYGON/LATS:207500N0590000E"], "place.minutes"),
        (["POLYGON/LATS:2000000N05900000E"], "place.digits"),
        (["POLYGON/UTM:40QDJ1234"], "aco.shape"),
        (["CIRCLE/LATS:200000N0590000E"], "aco.shape"),
        (["CORRIDOR/LATS:200000N0590000E/LATS:210000N0590000E"], "aco.shape"),
        ([f"RADARC/{SPOT}/30NM"], "aco.shape"),
        ([f"RADARC/{SPOT}/361T/010T/30NM"], "aco.bearing"),
        ([f"RADARC/{SPOT}/001T/010T/3000NM"], "geometry.radius"),
        ([f"POLYARC/{SPOT}/330T/160T/{SPOT}/1NM/2NM"], "aco.shape"),
        ([f"POLYARC/{SPOT}/330M/160M/{SPOT}/1NM"], "aco.shape"),
        ([f"POLYARC/{SPOT}/000T/000T/{SPOT}/1NM"], "geometry.too_few_points"),
        ([f"1TRACK/1/{SPOT}/5NM"], "aco.shape"),
        (["AMPN/NOTHING"], "aco.shape"),
        ([f"CIRCLE/{SPOT}/1NM", f"ELLIPSE/{SPOT}/1NM/2NM"], "aco.shape"),
        ([f"CIRCLE/{SPOT}/1NM", "APERIOD/DISCRETE/XX/UFN"], "aco.time"),
        ([f"CIRCLE/{SPOT}/1NM", "APERIOD/DISCRETE/321030ZJUL/UFN"], "aco.time"),
        ([f"CIRCLE/{SPOT}/1NM", "APERIOD/DISCRETE/012530ZJUL/UFN"], "aco.time"),
        ([f"CIRCLE/{SPOT}/1NM", "APERIOD/DISCRETE/011030JJUL/UFN"], "aco.time"),
        ([f"CIRCLE/{SPOT}/1NM", "APERIOD/SOMETIMES"], "aco.time"),
        ([f"CIRCLE/{SPOT}/1NM", "APERIOD/DISCRETE/021030ZJUL/011030ZJUL"], "time.backwards"),
    ],
)
def test_refusals_are_of_one_means(sets: list[str], code: str) -> None:
    assert fault(*sets) == code


def test_map_datums() -> None:
    (volume,) = volumes(f"CIRCLE/{SPOT}/1NM")
    bare = order(means(f"CIRCLE/{SPOT}/1NM"), head="MSGID/ACO/X//\n")
    assert told(bare, NO_DATUM)
    assert bare.filed[0].plan.volumes[0].pad.h == volume.pad.h + 200 * METRE
    own = order(means(f"CIRCLE/{SPOT}/1NM", "GEODATUM/W84"), head="MSGID/ACO/X//\n")
    assert own.filed[0].plan.volumes[0].pad.h == volume.pad.h
    assert fault(f"CIRCLE/{SPOT}/1NM", "GEODATUM/TOKYO") == "aco.datum"
    with pytest.raises(Invalid) as caught:
        order(means(f"CIRCLE/{SPOT}/1NM"), head="GEODATUM/ED50//\n")
    assert caught.value.code == "aco.datum"


def test_deletions_are_told_and_take_nothing_away() -> None:
    reading = order("ACMSTAT/DELETE/NAME:OLD//\n", means(f"CIRCLE/{SPOT}/1NM"))
    assert told(reading, DELETED.format("OLD")) and told(reading, STILL)
    assert len(reading.filed) == 1
    assert order("ACMSTAT/DELETE/NAME:OLD//\n").filed == ()


def test_names_that_are_missing_or_come_twice() -> None:
    reading = order(means(f"CIRCLE/{SPOT}/1NM", name="A"), means(f"CIRCLE/{SPOT}/1NM", name="A", code="XYZ"))
    assert [(filed.plan.id, filed.plan.activity) for filed in reading.filed] == [
        ("A", "restricted operations zone"),
        ("A (2)", "XYZ"),
    ]
    bare = order(f"ACMID/POLYGON//\nCIRCLE/{SPOT}/1NM//\n")
    assert [(filed.plan.id, filed.plan.activity) for filed in bare.filed] == [
        ("ACM line 5", "airspace control means")
    ]


def test_files_that_are_none() -> None:
    for text, code in (
        ("nothing", "aco.none"),
        ("ACMID/A//" * 20_003, "aco.too_many"),
        ("ACMID/" + "A/" * 12_001, "aco.too_many"),
    ):
        with pytest.raises(Invalid) as caught:
            read(text.encode(), OPTIONS)
        assert caught.value.code == code
    assert recognise("a.txt", HEAD.encode()).name == recognise("a.aco", HEAD.lower().encode()).name == "aco"


SETS = (
    "POLYGON",
    "CIRCLE",
    "CORRIDOR",
    "RADARC",
    "POLYARC",
    "AORBIT",
    "1TRACK",
    "GEOLINE",
    "EFFLEVEL",
    "APERIOD",
)
FIELDS = (
    *(
        SPOT,
        "LATM:2100N06000E",
        "LATM:2200N05900E",
        "5NM",
        "30NM",
        "010T",
        "200T",
        "FL100",
        "GL-FL200",
        "R",
        "-",
    ),
    *("DISCRETE", "INTERVAL", "011030ZJUL", "021030Z", "DAILY", "7DAY", "UFN", "", "9", "NAME:A"),
)


@given(st.lists(st.tuples(st.sampled_from(SETS), st.lists(st.sampled_from(FIELDS), max_size=7)), max_size=4))
@settings(max_examples=150)
def test_any_order_is_read_or_refused(sets: list[tuple[str, list[str]]]) -> None:
    text = "".join(f"{name}/{'/'.join(fields)}//\n" for name, fields in sets)
    reading = read((HEAD + "ACMID/ACM:ROZ/NAME:A//\n" + text).encode(), OPTIONS)
    assert len(reading.faults) + len(reading.filed) >= 1


@given(st.binary(max_size=60))
@settings(max_examples=60)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"ACMID/ACM:ROZ/NAME:A//POLYGON/"):
        try:
            read(start + data, OPTIONS)
        except Invalid as error:
            assert error.code


def test_the_largest_of_several_distances_is_taken() -> None:
    shape = ground(f"CIRCLE/{SPOT}/1NM/5NM")
    assert isinstance(shape, Circle) and shape.radius == 5 * NAUTICAL_MILE
    wide = ground(f"CORRIDOR/{SPOT}/LATS:210000N0600000E/2NM/6NM")
    assert isinstance(wide, Corridor) and wide.half_width == 3 * NAUTICAL_MILE


def test_legs_over_a_point_that_nobody_placed_are_refused() -> None:
    assert fault(f"1TRACK/1/{SPOT}/DELTA/5NM/5NM/2/DELTA/LATM:2237N05943E/5NM/5NM") == "aco.shape"
