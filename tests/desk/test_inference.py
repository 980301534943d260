"""The inference meter against sets of small cells, in which everything can be counted."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conflict.sample import volumes
from tests.space.geodesy import GEOD
from wideberth.desk import inferred
from wideberth.desk.inference import (
    STEPS_H,
    STEPS_T,
    Meter,
    Place,
    Told,
    Wanted,
    measure,
    suggest,
)
from wideberth.model.agreement import Step
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, Datum
from wideberth.space.coarse import Grid, coarse
from wideberth.space.ground import Circle, Ground, Polygon
from wideberth.space.lattice import cell
from wideberth.space.stated import circle, corridor
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume

HOUR = 3_600 * SECOND
SIDE = DEGREE // 100
WEST, SOUTH = 33 * DEGREE, 35 * DEGREE
AGREED = Step(10 * NAUTICAL_MILE, 5_000 * FOOT, HOUR)
OTHER = Step(7 * NAUTICAL_MILE, 5_000 * FOOT, HOUR // 2)

Atom = tuple[int, int, int]
"""Column, row and hour."""
Said = frozenset[Atom]
"""One telling, as all that it holds."""

_boxes = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3), *[st.integers(1, 4)] * 3)
_box_lists = st.lists(_boxes, min_size=1, max_size=3)
_tellings = st.lists(_box_lists, min_size=1, max_size=4)

Box = tuple[int, int, int, int, int, int]


def _volumes(boxes: Iterable[Box]) -> tuple[Volume, ...]:
    return tuple(
        Volume(
            cell(WEST + x * SIDE, SOUTH + y * SIDE, WEST + (x + w) * SIDE, SOUTH + (y + h) * SIDE),
            SURFACE,
            UNLIMITED,
            t * HOUR,
            (t + d) * HOUR,
        )
        for x, y, t, w, h, d in boxes
    )


def _atoms(boxes: Iterable[Box]) -> Said:
    return frozenset(
        (x + i, y + j, t + k)
        for x, y, t, w, h, d in boxes
        for i in range(w)
        for j in range(h)
        for k in range(d)
    )


def _told(boxes: Iterable[Box], key: str = "a", at: int = 0) -> Told:
    return Told("us", at, key, _volumes(boxes))


def _area(atoms: Iterable[Atom]) -> float:
    """Of their ground, by geodesics around each; a meridian is one, and a parallel is as good as one here."""
    total = 0.0
    for _, y in {(x, y) for x, y, _ in atoms}:
        south, north = ((SOUTH + row * SIDE) / DEGREE for row in (y, y + 1))
        lon = [0.0, SIDE / DEGREE, SIDE / DEGREE, 0.0]
        total += abs(GEOD.polygon_area_perimeter(lon, [south, south, north, north])[0])
    return total


def _consistent(said: list[Said]) -> list[Said]:
    """What the largest sets of tellings that do not contradict one another have in common."""
    found: dict[frozenset[int], Said] = {}
    for size in range(len(said), 0, -1):
        for which in combinations(range(len(said)), size):
            common = frozenset.intersection(*(said[k] for k in which))
            if common and not any(set(which) < larger for larger in found):
                found[frozenset(which)] = common
    return list(found.values())


def _place(meter: Meter, key: str = "a") -> Place:
    return next(each for each in meter.places if each.key == key)


@given(_tellings)
@settings(max_examples=120)
def test_what_is_left_is_what_all_tellings_hold(tellings: list[list[Box]]) -> None:
    place = _place(measure([], [_told(each) for each in tellings]))
    said = [_atoms(each) for each in tellings]
    left = _consistent(said)
    least = min(_area(each) for each in left)
    assert place.after.area_m2 == pytest.approx(least, rel=1e-6)
    if len(left) == 1:
        xs, ys, ts = (sorted(axis) for axis in zip(*left[0], strict=True))
        assert (place.after.from_ms, place.after.until_ms) == (ts[0] * HOUR, (ts[-1] + 1) * HOUR)
        south, north = ((SOUTH + row * SIDE) / DEGREE for row in (ys[0], ys[-1] + 1))
        assert place.after.north_south == pytest.approx(GEOD.inv(0, south, 0, north)[2] * METRE, abs=2)
        wide = (xs[-1] + 1 - xs[0]) * SIDE / DEGREE
        # the chord of a parallel is shorter than the parallel
        chord = GEOD.inv(0, north, wide, north)[2] * METRE
        assert chord - 2 <= place.after.east_west <= chord * 1.0001
    # by the hour
    hours = {t for each in said for _, _, t in each}
    moments = [[frozenset(a for a in each if a[2] == hour) for each in said] for hour in hours]
    smallest = min(_area(each) for hour in moments for each in _consistent([s for s in hour if s]))
    assert place.moment.area_m2 == pytest.approx(smallest, rel=1e-6)


@given(_tellings, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_more_tellings_never_widen_it_and_their_order_is_nothing(
    tellings: list[list[Box]],
    chance: Random,
) -> None:
    told = [_told(each, at=k) for k, each in enumerate(tellings)]
    for many in range(1, len(told) + 1):
        meter = measure(told[: many - 1], told[many - 1 : many])
        place = _place(meter)
        if many > 1:
            assert place.before is not None
            assert place.after.area_m2 <= place.before.area_m2 + 1
            fewer = _place(measure([], told[: many - 1]))
            assert place.moment.area_m2 <= fewer.moment.area_m2 + 1
        assert (place.before is None) == (many == 1)
    mixed = [*told, *told]
    chance.shuffle(mixed)
    again = _place(measure(mixed, []))
    once = _place(measure([], told))
    assert again.after.area_m2 == pytest.approx(once.after.area_m2, abs=1)
    assert (again.after.window, again.seam) == (once.after.window, once.seam)
    assert again.moment.area_m2 == pytest.approx(once.moment.area_m2, abs=1)
    assert again.told == 2 * once.told


@given(
    st.lists(volumes(), min_size=1, max_size=3),
    st.lists(
        st.sampled_from([AGREED, OTHER, Step(2_000 * METRE, METRE, 60 * SECOND)]), min_size=1, max_size=3
    ),
)
@settings(max_examples=40)
def test_the_truth_is_always_in_what_is_said_to_be_left(truth: list[Volume], grids: list[Step]) -> None:
    told = [
        inferred.Telling(coarse(truth, Grid(grid.h, grid.v, grid.t)), grid) for grid in dict.fromkeys(grids)
    ]
    known = inferred.known(tuple(told))
    start, end = known.cell.from_ms, known.cell.until_ms
    room = shapely.buffer(known.footprint, 2)
    for each in truth:
        assert start is None or (each.start is not None and start <= each.start)
        assert end is None or (each.end is not None and each.end <= end)
        for x, y in _points(each.ground):
            assert shapely.covers(room, shapely.Point(x, y))
    if known.cell.height is not None:
        assert known.cell.height >= max(v.upper.value for v in truth) - min(v.lower.value for v in truth)


def _points(ground: Ground) -> list[tuple[int, int]]:
    if isinstance(ground, Circle):
        return [ground.centre]
    return (
        [point for ring in ground.rings for point in ring]
        if isinstance(ground, Polygon)
        else [*ground.points]
    )


@given(
    st.integers(0, 4_000), st.sampled_from([-89.9, -60.0, 0.0, 45.0, 84.0]), st.sampled_from([179.99, 0.0])
)
@settings(max_examples=30)
def test_a_circle_is_as_large_as_it_is_anywhere(radius: int, lat: float, lon: float) -> None:
    whole = Volume(circle(lon, lat, max(radius, 10) * METRE), start=0, end=HOUR)
    place = _place(measure([], [Told("us", 0, "a", (whole,))]))
    size = np.pi * max(radius, 10) ** 2
    assert size * 0.99 <= place.after.area_m2 <= size * 1.01
    assert place.exact
    assert 1.98 * max(radius, 10) * METRE <= place.after.north_south
    assert place.after.east_west <= 2.02 * max(radius, 10) * METRE


def test_what_holds_a_pole_has_its_area_and_never_too_large_a_box() -> None:
    place = _place(measure([], [Told("us", 0, "a", (Volume(circle(10.0, -89.99, 9_000 * METRE)),))]))
    assert place.after.area_m2 == pytest.approx(np.pi * 9_000**2, rel=0.01)
    assert max(place.after.north_south, place.after.east_west) <= 2.3 * 9_000 * METRE


def _site(lon: float = 33.3, lat: float = 34.6, radius: int = 300, at: int = 10) -> Volume:
    return Volume(
        circle(lon, lat, radius * METRE),
        Altitude("FL", 11_000 * FOOT),
        Altitude("FL", 14_000 * FOOT),
        at * HOUR,
        (at + 1) * HOUR,
    )


def _coarse(key: str, volume: Volume, grid: Step = AGREED, at: int = 0) -> Told:
    return Told("us", at, key, coarse([volume], Grid(grid.h, grid.v, grid.t)), "coarse", grid)


def test_the_same_grid_again_says_nothing_new_and_another_one_does() -> None:
    first = _coarse("a", _site())
    once = measure([], [first])
    assert measure([first], [first]).places[0].after == once.places[0].after
    moved = _coarse("a", _site(33.31, 34.61, 200))
    assert measure([first], [moved]).places[0].after == once.places[0].after
    other = measure([first], [_coarse("a", _site(), OTHER)]).places[0]
    assert other.before is not None
    assert other.after.area_m2 < other.before.area_m2
    assert other.told == 2


def test_an_ally_counts_as_the_recipient_itself() -> None:
    first, second = _coarse("a", _site()), _coarse("a", _site(), OTHER)
    ally = Told("ally", second.at_ms, second.key, second.volumes, "coarse", OTHER)
    assert measure([first, ally], []).places == measure([first, second], []).places


def test_a_plan_filed_again_under_another_key_is_a_repeat() -> None:
    first, again = _coarse("a", _site()), _coarse("b", _site(33.305))
    meter = measure([first], [again])
    assert (meter.after.records, meter.after.places, meter.after.repeats) == (2, 1, 1)
    assert meter.places[0].same == ("a",)
    assert meter.places[0].linked == meter.places[0].after
    # far away, or at another time, it is another place
    for other in (_site(35.3), _site(at=13)):
        meter = measure([first], [_coarse("b", other)])
        assert (meter.after.places, meter.after.repeats, meter.places[0].linked) == (2, 0, None)
    # one after the other could be the same: it has come back
    assert measure([first], [_coarse("b", _site(at=11))]).after.places == 1


def test_over_180_degrees_and_a_turn_away_it_is_one_place() -> None:
    west, east = _coarse("a", _site(179.9999)), _coarse("b", _site(-179.9999))
    meter = measure([west], [east])
    assert meter.after.places == 1
    assert meter.places[0].linked is not None
    assert max(each.after.east_west for each in meter.places) < 50 * NAUTICAL_MILE


def test_a_small_thing_over_an_edge_is_known_to_be_at_it() -> None:
    inside = measure([], [_coarse("a", _site())]).places[0]
    assert inside.seam == (inside.after.north_south, inside.after.east_west)
    west, south, east, north = (
        each / DEGREE
        for each in shapely.bounds(
            inferred.known((inferred.Telling(_coarse("a", _site()).volumes, AGREED),)).footprint
        ).tolist()
    )
    edge = measure([], [_coarse("a", _site(east, (south + north) / 2))]).places[0]
    assert edge.seam is not None
    assert edge.seam[1] == 0 < edge.seam[0]
    assert edge.after.area_m2 > 1.9 * inside.after.area_m2
    # a long one lies over many
    long = Volume(
        corridor([(west, south), (west + 1.5, south + 1.5)], 100 * METRE, "geodesic"), start=0, end=HOUR
    )
    assert measure([], [_coarse("a", long)]).places[0].seam is None


def test_heights_are_compared_in_one_datum_only() -> None:
    def height(*bands: tuple[Datum, int, Datum, int]) -> tuple[object, object, object]:
        told = [
            Told(
                "us",
                0,
                "a",
                (Volume(_site().ground, Altitude(a, low * METRE), Altitude(b, high * METRE), 0, HOUR),),
            )
            for a, low, b, high in bands
        ]
        found = _place(measure([], told)).after
        return found.lower, found.upper, found.height

    assert height(("FL", 100, "FL", 500), ("FL", 300, "FL", 900)) == (
        Altitude("FL", 300 * METRE),
        Altitude("FL", 500 * METRE),
        200 * METRE,
    )
    assert height(("FL", 100, "FL", 500), ("MSL", 300, "MSL", 400))[2] == 100 * METRE
    assert height(("AGL", 0, "MSL", 500))[2] is None
    assert height(("FL", 100, "FL", 200), ("FL", 300, "FL", 400))[2] == 0


def test_totals_say_the_earliest_the_latest_and_the_shortest() -> None:
    meter = measure([_coarse("a", _site(at=10))], [_coarse("b", _site(36.0, at=20))])
    assert (meter.before.earliest, meter.before.latest) == (10 * HOUR, 11 * HOUR)
    assert (meter.after.earliest, meter.after.latest, meter.after.shortest) == (10 * HOUR, 21 * HOUR, HOUR)
    empty = measure([], [])
    assert empty.after == empty.before
    assert (empty.after.records, empty.after.earliest, empty.after.smallest_m2) == (0, None, None)
    unbounded = measure([], [Told("us", 0, "a", (Volume(_site().ground),))])
    assert (unbounded.after.earliest, unbounded.after.shortest) == (None, None)


def test_a_suggestion_is_the_smallest_grid_that_does() -> None:
    site = _site()
    now, true = [_coarse("a", site)], {"a": (site,)}
    assert suggest([], now, true, Wanted(10 * NAUTICAL_MILE, HOUR)).outcome == "as it is"
    wanted = Wanted(15 * NAUTICAL_MILE, 2 * HOUR)
    found = suggest([], now, true, wanted)
    assert found.outcome == "coarser"
    assert found.grid == Step(20 * NAUTICAL_MILE, 5_000 * FOOT, 2 * HOUR)
    cell = found.meter.places[0].after
    assert min(cell.north_south, cell.east_west) >= wanted.extent
    assert found.short == ()
    # what is told in full is set to a grid too
    whole = suggest([], [Told("us", 0, "a", (site,))], true, Wanted(900 * METRE, 10 * 60 * SECOND))
    assert (whole.outcome, whole.grid) == ("coarser", Step(STEPS_H[0], 5_000 * FOOT, STEPS_T[0]))


def test_no_grid_helps_where_it_is_known_already() -> None:
    site = _site()
    now, true, wanted = [_coarse("a", site)], {"a": (site,)}, Wanted(10 * NAUTICAL_MILE, HOUR)
    exact = suggest([Told("us", 0, "a", (site,))], now, true, wanted)
    assert (exact.outcome, exact.grid, exact.short) == ("no grid helps", None, ("a",))
    most = suggest([], now, true, Wanted(1_000 * NAUTICAL_MILE, HOUR))
    assert most.outcome == "no grid helps"
    # another record that could be the same, and was told exactly
    other = suggest([Told("us", 0, "b", (site,))], now, true, Wanted(20 * NAUTICAL_MILE, HOUR))
    assert (other.outcome, other.grid, other.short) == (
        "unless the same",
        Step(20 * NAUTICAL_MILE, 5_000 * FOOT, HOUR),
        ("a",),
    )


def test_a_thousand_places_in_one_cell_are_counted_and_a_few_named() -> None:
    site = _site()
    shown = coarse([site], Grid(AGREED.h, AGREED.v, AGREED.t))
    now = [Told("us", 0, f"k-{k:04d}", shown, "coarse", AGREED) for k in range(1_000)]
    meter = measure([], now)
    assert (meter.after.records, meter.after.places, meter.after.repeats) == (1_000, 1, 999)
    assert meter.places[5].others == 999
    assert len(meter.places[5].same) == inferred.NAMED
    assert "k-0005" not in meter.places[5].same
    assert meter.places[5].linked == meter.places[5].after


def test_a_record_that_follows_another_has_its_own_window() -> None:
    first, second, third = (_coarse(name, _site(at=hour)) for name, hour in (("a", 10), ("b", 11), ("c", 12)))
    found = {each.key: each for each in measure([first], [second, third]).places}
    assert found["a"].same == ("b",)
    assert found["b"].linked is not None
    assert found["b"].linked.window == HOUR


def test_as_it_is_unless_another_is_the_same() -> None:
    site = _site()
    found = suggest(
        [Told("us", 0, "b", (site,))], [_coarse("a", site)], {"a": (site,)}, Wanted(10 * NAUTICAL_MILE, HOUR)
    )
    assert (found.outcome, found.grid, found.short) == ("unless the same", None, ("a",))


def test_a_small_thing_over_an_edge_gets_cells_that_hold_it() -> None:
    shown = coarse([_site()], Grid(AGREED.h, AGREED.v, AGREED.t))[0].ground
    _, south, east, north = shapely.bounds(inferred.ground((shown,))).tolist()
    site = _site(east / DEGREE, (south + north) / 2 / DEGREE)
    found = suggest([], [_coarse("a", site)], {"a": (site,)}, Wanted(10 * NAUTICAL_MILE, HOUR))
    assert found.outcome == "coarser"
    assert found.grid is not None
    assert found.grid.h > AGREED.h
    assert found.meter.places[0].seam is not None
    assert min(found.meter.places[0].seam) >= 10 * NAUTICAL_MILE


def test_many_grounds_that_hang_together_are_compared_two_by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [_told([(k, 0, 0, 2, 2, 1)], f"k{k}") for k in range(4)]
    whole = measure([], told)
    monkeypatch.setattr(inferred, "LINKED", 2)
    assert measure([], told) == whole
    assert [each.linked and each.linked.area_m2 for each in whole.places] == [
        pytest.approx(_area([(1, 0, 0), (1, 1, 0)]), rel=1e-6)
    ] * 4


def test_limits_in_several_datums_in_one_telling_say_nothing_of_the_height() -> None:
    def told(*limits: tuple[Altitude, Altitude]) -> Told:
        return Told("us", 0, "a", tuple(Volume(_site().ground, *each, 0, HOUR) for each in limits))

    low, high = Altitude("FL", 1_000 * FOOT), Altitude("MSL", 9_000 * FOOT)
    mixed = told((low, low), (high, high))
    place = _place(measure([], [mixed]))
    assert (place.after.lower, place.after.upper, place.after.height) == (None, None, None)
    place = _place(measure([], [mixed, told((low, UNLIMITED))]))
    assert (place.after.lower, place.after.upper, place.after.height) == (low, UNLIMITED, None)


def test_a_row_of_very_many_cells_has_no_seam() -> None:
    row = Volume(cell(WEST, SOUTH, WEST + 3 * DEGREE, SOUTH + 5_000), start=0, end=HOUR)
    told = Told("us", 0, "a", (row,), "coarse", Step(50 * METRE, METRE, HOUR))
    assert _place(measure([], [told])).seam is None
