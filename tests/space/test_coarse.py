"""The coarse view: it holds the true volumes, it is its own coarse view, and only its cells decide it."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conflict.sample import HOUR, every, volume, volumes
from tests.space.geodesy import GEOD
from wideberth.conflict.find import find
from wideberth.desk.volumes import read_all, write_all
from wideberth.model.plan import Plan
from wideberth.model.separation import Rule
from wideberth.space.altitude import LIMIT, SURFACE, UNLIMITED, Altitude, Datum
from wideberth.space.coarse import CELLS, Coarse, Grid, coarse
from wideberth.space.ellipsoid import to_ecef
from wideberth.space.ground import Circle, Ground, Polygon
from wideberth.space.inside import contains
from wideberth.space.lattice import Lattice
from wideberth.space.reference import VerticalReference
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import HIGHEST, YEARS, Frequencies, Pad, Volume, check_volume

AGREED = Grid(10 * NAUTICAL_MILE, 5_000 * FOOT, HOUR)
FINE = Grid(2_000 * METRE, 300 * METRE, 10 * 60 * SECOND)
grids = st.sampled_from([AGREED, FINE])
plans = st.lists(volumes(), min_size=1, max_size=4)
MANY = st.lists(volumes(spread=1.0), min_size=2, max_size=5)


def held(shown: tuple[Volume, ...], places: list[tuple[float, float]]) -> bool:
    """Whether each place is on the ground of one of the volumes."""
    shapes = compile_shapes([each.ground for each in shown])
    points = to_ecef(*np.array(places).T)
    return bool(np.any([contains(shapes, k, points) for k in range(len(shown))], axis=0).all())


@given(MANY, grids)
@settings(max_examples=40)
def test_its_own_coarse_view_is_itself(parts: list[Volume], grid: Grid) -> None:
    shown = coarse(parts, grid)
    assert coarse(shown, grid) == shown
    # it is written, and read as what it is
    assert read_all(write_all(shown)) == shown
    assert [check_volume(each) for each in shown] == list(shown)
    assert all(each.pad == Pad() and isinstance(each.ground, Polygon) for each in shown)


@given(MANY, grids, st.integers(1, 6))
@settings(max_examples=20)
def test_larger_cells_are_made_of_whole_ones(parts: list[Volume], grid: Grid, level: int) -> None:
    larger = Coarse(parts, grid).at(level)
    assert larger is not None
    assert coarse(larger, grid) == larger
    assert Coarse(coarse(parts, grid), grid).at(level) == larger


@given(plans, grids, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_how_a_plan_is_divided_says_nothing(parts: list[Volume], grid: Grid, random: Random) -> None:
    shown = coarse(parts, grid)
    others = [*parts, *random.sample(parts, 1)]
    for k, each in enumerate(others):
        if each.start is not None and each.end is not None and each.end - each.start > 4 * SECOND:
            middle = (each.start + each.end) // 2
            others[k] = replace(each, end=middle)
            others.append(replace(each, start=middle))
    random.shuffle(others)
    assert coarse(others, grid) == shown
    # a part that is inside another adds nothing
    assert coarse([*parts, shown[0]], grid) == shown


@given(st.data(), st.sampled_from([(33.0, 35.0), (-75.3, -61.2), (179.2, 0.1), (12.0, 84.7)]))
@settings(max_examples=40)
def test_what_changes_inside_a_cell_changes_nothing(data: st.DataObject, place: tuple[float, float]) -> None:
    lattice = Lattice(AGREED.h)
    row = lattice.row_at(np.array([round(place[1] * DEGREE)]))
    column = np.array([round((place[0] + 180) * DEGREE)]) * lattice.columns(row) // (360 * DEGREE)
    west, south, east, north = (int(side[0]) / DEGREE for side in lattice.box(row, column))

    def inside() -> Volume:
        lon, lat = (data.draw(st.floats(0.3, 0.7)) for _ in range(2))
        spot = (west + lon * (east - west), south + lat * (north - south))
        end = (spot[0] + 0.1 * (east - west), spot[1] - 0.1 * (north - south))
        radius = data.draw(st.integers(0, 1_500)) * METRE
        shapes: list[Ground] = [
            circle(*spot, radius),
            corridor([spot, end], radius, "geodesic"),
            polygon([[spot, end, (end[0], spot[1])]], "lonlat", closed=False),
        ]
        ground = data.draw(st.sampled_from(shapes))
        start = data.draw(st.integers(7 * HOUR + SECOND, 8 * HOUR - 2 * SECOND))
        end_ms = data.draw(st.integers(start, 8 * HOUR - SECOND))
        low = data.draw(st.integers(5_100, 9_000))
        high = data.draw(st.integers(low, 9_900))
        return volume(ground, Altitude("FL", low * FOOT), Altitude("FL", high * FOOT), start, end_ms)

    shown = coarse([inside()], AGREED)
    for _ in range(3):
        assert coarse([inside() for _ in range(data.draw(st.integers(1, 3)))], AGREED) == shown
    (one,) = shown
    assert (one.start, one.end) == (7 * HOUR, 8 * HOUR)
    assert (one.lower, one.upper) == (Altitude("FL", 5_000 * FOOT), Altitude("FL", 10_000 * FOOT))
    assert isinstance(one.ground, Polygon)
    assert [(x / DEGREE, y / DEGREE) for x, y in one.ground.rings[0]] == [
        (west, south), (east, south), (east, north), (west, north)
    ]  # fmt: skip


@given(plans, grids, st.data())
@settings(max_examples=25)
def test_points_of_the_grown_ground_are_in_it(parts: list[Volume], grid: Grid, data: st.DataObject) -> None:
    shown = coarse(parts, grid)
    places = []
    for each in parts:
        spot = (
            each.ground.centre
            if isinstance(each.ground, Circle)
            else each.ground.rings[0][0]
            if isinstance(each.ground, Polygon)
            else each.ground.points[0]
        )
        beyond = (
            0
            if isinstance(each.ground, Polygon)
            else each.ground.radius
            if isinstance(each.ground, Circle)
            else each.ground.half_width
        )
        away = (beyond + each.pad.h) / METRE * data.draw(st.floats(0, 1))
        lon, lat, _ = GEOD.fwd(spot[0] / DEGREE, spot[1] / DEGREE, data.draw(st.floats(0, 360)), away)
        places.append((float(lon), float(lat)))
    assert held(shown, places)


RULES = [
    Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 300 * SECOND),
    Rule(8_000 * METRE, "any", 60 * SECOND, 500_000),
    Rule(0, 0, 0, 0),
    Rule(100_000 * METRE, 30 * METRE, "any"),
]
DATUM_PAIRS: list[tuple[Datum, Datum]] = [
    ("SFC", "AGL"),
    ("AGL", "FL"),
    ("FL", "FL"),
    ("ALT", "ALT"),
    ("MSL/ALT", "FL"),
    ("HAE", "HAE"),
    ("MSL", "UNL"),
]


@given(plans, volumes(), grids, st.sampled_from(RULES), st.data())
@settings(max_examples=60)
def test_what_conflicts_with_the_true_volumes_conflicts_with_it(
    reference: VerticalReference,
    parts: list[Volume],
    other: Volume,
    grid: Grid,
    rule: Rule,
    data: st.DataObject,
) -> None:
    def with_datums(each: Volume) -> Volume:
        low, high = data.draw(st.sampled_from(DATUM_PAIRS))
        heights = sorted(data.draw(st.integers(0, 30)) * 300 * METRE for _ in range(2))
        lower = SURFACE if low == "SFC" else Altitude(low, heights[0])
        upper = (
            UNLIMITED if high == "UNL" else Altitude(high, heights[1] + (0 if low == high else 9_000 * METRE))
        )
        return replace(each, lower=lower, upper=upper)

    if data.draw(st.booleans()):
        parts, other = [with_datums(each) for each in parts], with_datums(other)
    theirs = Plan("b", "1", (other,))
    for each in parts:
        if find([Plan("a", "1", (each,)), theirs], every(rule), reference).count:
            shown = Plan("a", "1", coarse([each], grid))
            assert find([shown, theirs], every(rule), reference).count
    if find([Plan("a", "1", tuple(parts)), theirs], every(rule), reference).count:
        assert find([Plan("a", "1", coarse(parts, grid)), theirs], every(rule), reference).count


def one(**more: object) -> Volume:
    (shown,) = coarse([replace(volume(circle(33.0, 35.0, 1_000 * METRE), "FL100", "FL200"), **more)], AGREED)
    return shown


def test_layers_of_altitude() -> None:
    def band(lower: Altitude, upper: Altitude, pad: int = 0) -> tuple[Altitude, Altitude]:
        shown = one(lower=lower, upper=upper, pad=Pad(0, pad, 0))
        return shown.lower, shown.upper

    step = 5_000 * FOOT
    assert band(SURFACE, UNLIMITED) == (SURFACE, UNLIMITED)
    assert band(SURFACE, Altitude("AGL", 400 * FOOT)) == (SURFACE, Altitude("AGL", step))
    assert band(Altitude("AGL", 6_000 * FOOT), UNLIMITED) == (Altitude("AGL", step), UNLIMITED)
    # on the ground alone: half a metre of thickness lies below it
    assert band(SURFACE, SURFACE) == (Altitude("AGL", -step), Altitude("AGL", step))
    assert band(Altitude("FL", step), Altitude("FL", 2 * step)) == (
        Altitude("FL", step),
        Altitude("FL", 2 * step),
    )
    assert band(Altitude("FL", step), Altitude("FL", step)) == (
        SURFACE.__class__("FL", 0),
        Altitude("FL", 2 * step),
    )
    assert band(SURFACE, Altitude("FL", 1)) == (SURFACE, Altitude("FL", step))
    assert band(SURFACE, Altitude("MSL/ALT", 1)) == (SURFACE, Altitude("MSL/ALT", step))
    # a pad grows the band; on pressure altitudes, of which a foot may be less than a foot, by twice as much
    assert band(Altitude("HAE", step), Altitude("HAE", step * 2 - 1), 1) == (
        Altitude("HAE", 0),
        Altitude("HAE", 2 * step),
    )
    assert band(Altitude("ALT", 10), Altitude("FL", step - 10), 5) == (
        Altitude("ALT", 0),
        Altitude("FL", step),
    )
    assert band(Altitude("ALT", 9), Altitude("FL", step - 9), 5) == (
        Altitude("ALT", -step),
        Altitude("FL", 2 * step),
    )
    # nothing is written that could not be read
    top = Altitude("HAE", LIMIT - 1)
    assert band(Altitude("HAE", 1 - LIMIT), top) == (Altitude("HAE", -LIMIT), UNLIMITED)


def test_steps_of_time() -> None:
    def window(start: int | None, end: int | None, pad: int = 0) -> tuple[int | None, int | None]:
        shown = one(start=start, end=end, pad=Pad(0, 0, pad))
        return shown.start, shown.end

    assert window(None, None) == (None, None)
    assert window(0, HOUR) == (0, HOUR)
    assert window(1, HOUR + 1) == (0, 2 * HOUR)
    assert window(0, HOUR, 1) == (-HOUR, 2 * HOUR)
    assert window(-1, None) == (-HOUR, None)
    assert window(0, 0) == (-HOUR, HOUR)
    assert window(*YEARS) == (YEARS[0], None)
    assert window(YEARS[0], 0, 1) == (None, HOUR)


def test_steps_of_frequency() -> None:
    def band(low: int, high: int, level: int = 0) -> tuple[int, int]:
        emission = replace(volume(), band=Frequencies(low, high))
        shown = Coarse([emission], AGREED).at(level)
        assert shown is not None and shown[0].band is not None
        again = Coarse(shown, AGREED).at(0)
        assert again == shown
        return shown[0].band.low, shown[0].band.high

    # eighths of an octave: 2^31 Hz and 2^28 Hz more each
    assert band(2_400_000_000, 2_410_000_000) == (2**31, 2**31 + 2**28)
    assert band(2**31, 2**31 + 2**28 + 1) == (2**31, 2**31 + 2**29)
    assert band(2**31, 2**31) == (2**31 - 2**27, 2**31 + 2**28)
    assert band(0, 0) == (0, 1)
    assert band(5, 6) == (5, 6)
    assert band(HIGHEST - 1, HIGHEST)[1] == HIGHEST
    assert band(2_400_000_000, 2_410_000_000, 3) == (2**31, 2**32)
    assert band(2_400_000_000, 2_410_000_000, 4) == (0, HIGHEST)


def test_parts_are_joined_where_they_meet_and_kept_apart_where_they_do_not() -> None:
    here, there = circle(33.0, 35.0, 1_000 * METRE), circle(36.0, 35.0, 1_000 * METRE)

    def count(*parts: Volume) -> int:
        shown = coarse(parts, AGREED)
        assert coarse(shown, AGREED) == shown
        return len(shown)

    low, high = volume(here, "FL010", "FL040"), volume(here, "FL310", "FL320")
    assert count(low, high) == 2  # what flies between them is not held up
    assert count(low, volume(here, "FL050", "FL090")) == 1
    assert count(low, replace(low, start=5 * HOUR, end=6 * HOUR)) == 2
    assert count(low, replace(low, start=HOUR, end=2 * HOUR)) == 1
    assert count(low, replace(low, ground=there)) == 2
    assert count(low, replace(low, band=Frequencies(5, 6))) == 2
    assert count(replace(low, band=Frequencies(5, 6)), replace(low, band=Frequencies(6, 7))) == 1
    assert count(replace(low, band=Frequencies(5, 6)), replace(low, band=Frequencies(8, 9))) == 2
    # between limits of two datums a cell has one band, from the lowest to the highest
    mixed = volume(here, "SFC", "FL090")
    (shown,) = coarse([mixed, volume(here, "6000ft AGL", "FL190")], AGREED)
    assert (shown.lower, shown.upper) == (SURFACE, Altitude("FL", 20_000 * FOOT))
    two = coarse([mixed, volume(there, "6000ft AGL", "FL190")], AGREED)
    assert [(each.lower, each.upper) for each in two] == [
        (SURFACE, Altitude("FL", 10_000 * FOOT)),
        (Altitude("AGL", 5_000 * FOOT), Altitude("FL", 20_000 * FOOT)),
    ]
    assert count(volume(here), volume(here, "6000ft AGL", "UNL")) == 1


@pytest.mark.parametrize(
    "ground",
    [
        circle(33.0, 90.0, 800_000 * METRE),
        circle(33.0, -89.9, 80_000 * METRE),
        circle(180.0, 10.0, 300_000 * METRE),
        circle(33.0, 35.0, 5_000_000 * METRE),
        polygon([[(-180, -80), (180, -80), (180, -90), (-180, -90)]], "lonlat", closed=False),
        polygon([[(float(lon), 60.0) for lon in range(-180, 180, 30)]], "geodesic", closed=False),
        corridor([(170.0, 0.0), (-170.0, 20.0)], 100_000 * METRE, "geodesic"),
    ],
)
@pytest.mark.parametrize("grid", [AGREED, Grid(1, 1, 1)])
def test_large_shapes_poles_and_the_antimeridian(ground: Ground, grid: Grid) -> None:
    shown = coarse([volume(ground)], grid)
    assert read_all(write_all(shown)) == shown
    assert coarse(shown, grid) == shown
    chance = np.random.default_rng(1)
    shapes = compile_shapes([ground])
    lon = chance.uniform(-180, 180, 400)
    lat = np.degrees(np.arcsin(chance.uniform(-1, 1, 400)))
    if isinstance(ground, Circle):
        x, y = (c / DEGREE for c in ground.centre)
        inside = np.asarray(GEOD.inv(np.full(400, x), np.full(400, y), lon, lat)[2]) <= ground.radius / METRE
    elif isinstance(ground, Polygon):
        inside = contains(shapes, 0, to_ecef(lon, lat))
    else:
        inside = np.zeros(400, dtype=bool)
    assert not inside.any() or held(shown, list(zip(lon[inside], lat[inside], strict=True)))


def test_of_many_cells_larger_ones_are_made() -> None:
    land = polygon([[(20.0, 30.0), (60.0, 30.0), (60.0, 60.0), (20.0, 60.0)]], "geodesic", closed=False)
    made = Coarse([volume(land)], Grid(10_000 * METRE, METRE, SECOND))
    assert made._least > 0
    assert len(np.unique(np.concatenate(made._cells[0]))) <= CELLS
    (shown,) = made.at(0) or ()
    assert made.at(0, most=0) is None
    assert coarse([shown], Grid(10_000 * METRE, METRE, SECOND)) == (shown,)


def test_where_points_are_countless_boxes_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = [(33.0 + 0.2 * float(np.cos(a)), 35.0 + 0.2 * float(np.sin(a))) for a in np.linspace(0, 6.2, 50)]
    part = volume(polygon([ring], "geodesic", closed=False))
    exact = coarse([part], FINE)
    monkeypatch.setattr("wideberth.space.coarse._LOTS", 10)
    boxes = coarse([part], FINE)
    assert coarse(boxes, FINE) == boxes
    monkeypatch.undo()
    assert coarse([*exact, *boxes], FINE) == boxes
