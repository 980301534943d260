"""Areas in running text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import areatext
from wideberth.formats.areatext import AreaText, areas
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE

CORNERS = "3000N03000E 3100N03000E 3100N03100E 3000N03100E"
SQUARE = ((30, 30), (30, 31), (31, 31), (31, 30))


def points(*pairs: tuple[float, float]) -> tuple[tuple[int, int], ...]:
    return tuple((round(lon * DEGREE), round(lat * DEGREE)) for lon, lat in pairs)


def only(text: str) -> Circle | Corridor | Polygon:
    found = areas(text)
    (ground,) = found.grounds
    return ground


def circle(text: str) -> Circle:
    ground = only(text)
    assert isinstance(ground, Circle)
    return ground


def ring(text: str) -> tuple[tuple[int, int], ...]:
    ground = only(text)
    assert isinstance(ground, Polygon)
    return ground.rings[0]


@pytest.mark.parametrize(
    "text",
    [
        f"AREA BOUNDED BY: {CORNERS}",
        f"area bounded by {CORNERS.lower()} 3000n03000e.",
        "WI 3000N 03000E - 3100N 03000E -\n 3100N\t03100E - 3000N 03100E - 3000N 03000E.",
        "WITHIN A. 3000N03000E B. 3100N03000E C. 3100N03100E D. 3000N03100E",
        "N3000E03000-N3100E03000-N3100E03100-N3000E03100 BACK TO START",
        "3000N03000E TO 3100N03000E THENCE 3100N03100E THEN 3000N03100E TO ORIGIN POINT",
        "3000N03000E (ALPHA), 3100N03000E (BRAVO), 3100N03100E (C), 3000N03100E (D)",
        "300000N0300000E-310000N0300000E-31000 0N0310000E-300000N03100 00E",
        "3OOON03OOOE 3100N03000E 3100N03100E 3000N03100E",
    ],
)
def test_lists_of_positions(text: str) -> None:
    assert ring(text) == points(*SQUARE)


def test_the_same_area_in_two_languages_is_one() -> None:
    turned = "3100N03100E 3100N03000E 3000N03000E 3000N03100E"
    assert ring(f"ALAN: {CORNERS} SAHASI. ENGLISH TEXT: AREA {turned}") == points(*SQUARE)


def test_several_areas() -> None:
    text = "1. 3000N03000E-3100N03000E-3000N03100E 2. 4000N03000E-4100N03000E-4000N03100E"
    assert len(areas(text).grounds) == 2
    closed = "3000N03000E 3100N03000E 3000N03100E 3000N03000E 4000N03000E 4100N03000E 4000N03100E"
    assert len(areas(closed).grounds) == 2


@pytest.mark.parametrize(
    ("text", "radius"),
    [
        ("A CIRCLE RADIUS 2.7NM CENTERED ON {}", 27 * NAUTICAL_MILE // 10),
        ("WI 16.2 NM RADIUS CENTRED ON {}.", 162 * NAUTICAL_MILE // 10),
        ("AREA 9NM RADIUS OF: {} / SILVER", 9 * NAUTICAL_MILE),
        ("CENTERED ON {} WITH RADIUS 14 NM WITHIN MALATYA", 14 * NAUTICAL_MILE),
        ("PSN {} RADIUS 500MTR UP TO FL020", 500 * METRE),
        ("THE AREA WI 1KM RADIUS CENTERED ON PSN {}", 1000 * METRE),
        ("WITHIN 5 MILES OF {}", 5 * NAUTICAL_MILE),
        ("WI 1,000M RADIUS OF {}", 1000 * METRE),
        ("WI 1,5KM RADIUS OF {}", 1500 * METRE),
        ("WI 0.5 RADIUS OF {}", NAUTICAL_MILE // 2),
        ("RADIUS 4.0KM ({} RADIUS 2.2NM)", 22 * NAUTICAL_MILE // 10),
        ("A CIRCLE OF DIAMETER 3KM AT {}", 1500 * METRE),
    ],
)
def test_circles(text: str, radius: int) -> None:
    found = circle(text.format("343238N0691030E"))
    assert found.radius == max(radius, 4000 * METRE if "4.0KM" in text else 0)
    assert abs(found.centre[1] / DEGREE - 34.5438889) < 1e-6


def test_a_radius_belongs_to_its_own_position() -> None:
    found = areas("3000N03000E RADIUS 5NM, 3100N03000E RADIUS 3NM").grounds
    assert found == (
        Circle((30 * DEGREE, 30 * DEGREE), 5 * NAUTICAL_MILE),
        Circle((30 * DEGREE, 31 * DEGREE), 3 * NAUTICAL_MILE),
    )
    assert len(areas("WI 3NM RADIUS CENTERED ON PSNS 3000N03000E 3010N03010E").grounds) == 2


def test_a_corridor() -> None:
    found = only("2NM EITHER SIDE OF LINE JOINING 3000N03000E - 3100N03000E - 3100N03100E")
    assert found == Corridor(points(*SQUARE[:3]), 2 * NAUTICAL_MILE)
    wide = only("CORRIDOR 3000N03000E TO 3100N03000E WIDTH 10KM")
    assert wide == Corridor(points(*SQUARE[:2]), 5000 * METRE)


ARC = (
    "3000N03000E THEN {} ARC OF RADIUS 30NM CENTRED ON 3000N03034.7E TO 3000N03109.4E"
    " TO 2800N03109E TO 2800N03000E TO 3000N03000E"
)


def test_an_arc_bulges_to_the_side_that_is_said() -> None:
    over = ring(ARC.format("CLOCKWISE"))
    below = areas(ARC.format("ANTI-CLOCKWISE"))
    assert max(lat for _, lat in over) > 30.49 * DEGREE
    assert areas(ARC.format("CLOCKWISE")).sure
    (under,) = below.grounds
    assert isinstance(under, Polygon)
    assert max(lat for _, lat in under.rings[0]) < 30.01 * DEGREE


def test_an_arc_of_unknown_side_is_a_whole_circle_too() -> None:
    found = areas(ARC.format(""))
    assert [type(ground) for ground in found.grounds] == [Circle, Polygon]
    assert areatext.ARC_SIDE in found.told


def test_what_makes_no_polygon_is_a_circle_around_all() -> None:
    found = areas("345925N0023116E 345925N0023616E 345425N0023116E 345425N0023616E")
    (ground,) = found.grounds
    assert isinstance(ground, Circle)
    assert 3 * NAUTICAL_MILE < ground.radius < 4 * NAUTICAL_MILE
    assert found.told == (areatext.CROSSED,)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"{CORNERS} THEN ALONG THE COASTLINE TO THE START", areatext.ALONG_NOTE),
        (f"{CORNERS} ALL FLIGHTS KEEP A RADIUS OF 3NM AROUND VESSELS", areatext.UNUSED),
        ("3000N03000E 3100N03000E ALONG THE BORDER TO 3100N03100E", areatext.ALONG_NOTE),
        (f"{CORNERS} PSN 325515E0350549", areatext.LEFT_OVER),
        ("RADIUS 900000KM CENTRED ON 3000N03000E", areatext.UNUSED),
    ],
)
def test_what_is_not_understood_is_told(text: str, note: str) -> None:
    found = areas(text)
    assert not found.sure
    assert note in found.told


def test_a_wrong_position_is_a_fault_of_the_text() -> None:
    found = areas("3000N03000E 3100N03000E 3199N03100E", "item E")
    assert not found.sure
    assert [(fault.code, fault.path) for fault in found.faults] == [("place.minutes", "item E")]


def test_an_exclusion_does_not_shrink() -> None:
    found = areas(f"AREA {CORNERS} EXCLUDING AREA 3020N03020E 3030N03020E 3020N03030E")
    assert ring(f"AREA {CORNERS}") in [g.rings[0] for g in found.grounds if isinstance(g, Polygon)]
    assert areatext.EXCLUSION in found.told


def test_obstacles_are_points() -> None:
    found = areas("OBST PSN N315957.84 E0345348.73 HGT 41.55M AMSL, N315954.92 E0345348.66 HGT 43.64M AMSL")
    assert found.grounds == ()
    assert len(found.points) == 2
    assert found.doubt > 0


@pytest.mark.parametrize("text", ["A" * 100_001, "00N000E " * 12_000])
def test_limits(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        areas(text, "item E")
    assert (caught.value.code, caught.value.path) == ("areatext.too_long", "item E")


def test_two_positions_are_a_line() -> None:
    found = areas("CABLE WORK FM 3000N03000E TO 3100N03000E")
    assert found.grounds == ()
    assert found.lines == (Corridor(points(*SQUARE[:2]), 0),)
    assert found.points == points(*SQUARE[:2])


def test_many_radii_and_what_is_too_large() -> None:
    assert areas("RADIUS 5NM " * 2_000).grounds == ()
    around = areas("0000N00000E 0000N09000E 0000N17900W 0000N09000W 8000N00000E 8000S17900E")
    assert not around.sure
    assert areatext.LEFT_OVER in around.told
    far = areas("5NM EITHER SIDE OF LINE JOINING 0000N00000E - 0000N17959E")
    assert areatext.LEFT_OVER in far.told


@given(st.text(alphabet="NSEWRADIUS OFMKC0123456789.,-()\n", max_size=300))
def test_any_text_is_an_answer(text: str) -> None:
    assert isinstance(areas(text), AreaText)


@pytest.mark.parametrize(
    ("text", "radius"),
    [
        ("1 500 M RADIUS 3000N03000E", 1_500 * METRE),
        ("RADIUS 1.500M CENTRED ON 3000N03000E", 1_500 * METRE),
        ("RADIUS OF 5-10NM CENTRED ON 3000N03000E", 10 * NAUTICAL_MILE),
        ("WI 3 TO 5NM OF 3000N03000E", 5 * NAUTICAL_MILE),
        ("RADIUS .5NM 3000N03000E", NAUTICAL_MILE // 2),
        ("RADIUS 1.500KM CENTRED ON 3000N03000E", 1_500 * METRE),
    ],
)
def test_the_larger_of_what_a_number_may_mean(text: str, radius: int) -> None:
    assert circle(text).radius == radius


@pytest.mark.parametrize(
    "text",
    [
        "5NM AROUND 3000N03000E",
        "CIRCLE OF 5NM 3000N03000E",
        "RAD 5NM 3000N03000E",
        "WITHIN A DISTANCE OF 5NM OF 3000N03000E",
        "5 NM LEFT AND RIGHT OF 3000N03000E-3100N03000E",
        "500M AROUND 3000N03000E",
    ],
)
def test_a_distance_that_is_not_understood_is_told(text: str) -> None:
    found = areas(text)
    assert not found.sure
    assert areatext.DISTANCE in found.told


@pytest.mark.parametrize(
    "text", ["CRANE 3000N03000E 5NM SW OF ARP", "3000N03000E", "CRANE 3000N03000E 500M AMSL"]
)
def test_offsets_and_heights_are_no_distances(text: str) -> None:
    assert areas(text).sure


@pytest.mark.parametrize(
    "text",
    [
        "AREA: 3000N03000E (DVOR ABC 116.0) 3100N03000E 3100N03100E 3000N03100E",
        "AREA BOUNDED BY 3000N03000E NEAR ALPHA 3100N03000E NEAR BRAVO 3100N03100E NEAR CHARLIE 3000N03100E",
    ],
)
def test_words_between_positions_do_not_cut_an_area(text: str) -> None:
    found = areas(text)
    assert areatext.BROKEN in found.told
    rings = [ground.rings[0] for ground in found.grounds if isinstance(ground, Polygon)]
    assert points(*SQUARE) in rings


def test_words_of_another_area_part_two() -> None:
    text = f"AREA BOUNDED BY {CORNERS} AND SECOND AREA 4000N03000E 4100N03000E 4000N03100E"
    assert len(areas(text).grounds) == 2
    assert areatext.BROKEN not in areas(text).told


def test_a_parallel_or_meridian_alone_is_no_position() -> None:
    found = areas("LATITUDES 12-00N AND 13-00N. RADIUS 5NM CENTRED ON 12-00N 045-00E")
    assert not found.sure
    assert areatext.LEFT_OVER in found.told


def test_west_and_south_are_negative() -> None:
    assert circle("RADIUS 5NM CENTRED ON 3000S03000W").centre == points((-30, -30))[0]


def test_an_arc_whose_ends_miss_it_adds_its_whole_circle() -> None:
    text = (
        "AREA BOUNDED BY 3000N03000E 3100N03000E THENCE CLOCKWISE ARC RADIUS 5NM CENTRED ON 3100N03030E "
        "TO 3100N03100E 3000N03100E"
    )
    found = areas(text)
    assert areatext.ARC_SIDE in found.told
    assert any(isinstance(ground, Circle) for ground in found.grounds)


def test_what_an_arc_bulges_out_between_its_points_is_doubt() -> None:
    text = (
        "AREA BOUNDED BY 3000N03000E 3100N03000E THENCE CLOCKWISE ARC RADIUS 25.77NM CENTRED ON 3100N03030E "
        "TO 3100N03100E 3000N03100E"
    )
    found, straight = areas(text), areas(f"AREA BOUNDED BY {CORNERS}")
    assert len(found.grounds) == 1
    assert found.doubt > straight.doubt + METRE
