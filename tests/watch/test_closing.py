"""Boundaries and figures of predicted losses of separation; the compiled loops against plain ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.watch.encounter import CREWED, FLAT, NOW, H, V, Way, both, rows_of, table
from wideberth.model.separation import PRESETS, Row, Rule, SeparationTable
from wideberth.space.altitude import UNBOUNDED, Altitude
from wideberth.space.ellipsoid import GEOD, Array
from wideberth.space.units import DEGREE, METRE
from wideberth.watch import closing as module
from wideberth.watch import closing_join, closing_kernels
from wideberth.watch import closing_plain as f
from wideberth.watch import columns as c
from wideberth.watch.closing import MANY, closing, compiled, rules_table
from wideberth.watch.findings import Key
from wideberth.watch.motion import Moving, Rows, leeway, place

LEVEL = Altitude("FL", 90_000_000)


def pair(value: int, climbs: tuple[int, int] = (0, 0), **more: object) -> Rows:
    """Two tracks side by side, one `value` (0.1 mm) above the other."""
    way = Way(10.0, 50.0, 45.0, 100.0, 0.0)
    return rows_of(
        way.moving(1, altitude=LEVEL, climb=climbs[0], **more),
        way.moving(2, altitude=Altitude("FL", LEVEL.value + value), climb=climbs[1], **more),
    )


def counts(rows: Rows, rules: f.Table = CREWED, look_ahead_ms: int = 300_000) -> set[int]:
    return {len(found) for found in both(rows, rules, look_ahead_ms)}


def test_rules_of_activities() -> None:
    rows = (
        Row(("convoy", "drone"), (Rule(5, "any", 1), Rule("any", 7, 9))),
        Row(("*", "*"), (Rule(3, 4, 5),)),
    )
    found = rules_table(SeparationTable(rows, "test"), ["convoy", "drone", ""])
    assert found.shape == (3, 3, 2, 2)
    assert found[0, 1].tolist() == found[1, 0].tolist() == [[5, c.ANY], [c.ANY, 7]]
    assert found[2, 2].tolist() == [[3, 4], [c.NO_RULE, c.NO_RULE]]
    # a pair that the table does not name takes the largest minima
    [absent] = rules_table(SeparationTable(rows[:1], "test"), ["x"])[0].tolist()
    assert absent == [[c.ANY, c.ANY]]
    assert rules_table(SeparationTable((), "none"), ["a"]).tolist() == [[[[c.NO_RULE, c.NO_RULE]]]]
    assert (
        rules_table(SeparationTable((Row(("*", "*"), (Rule(10**15, 1, 0),)),), ""), [""])[0, 0, 0, 0] == 2e11
    )


def test_a_gap_equal_to_the_minimum_is_none() -> None:
    assert counts(pair(V)) == counts(pair(-V)) == {0}
    assert counts(pair(V - 1)) == counts(pair(1 - V)) == {1}
    # apart by the minimum, and going apart
    assert counts(pair(V, (-1_000, 1_000))) == {0}
    assert counts(pair(V, (1_000, -1_000))) == {1}


def test_the_horizon_is_closed() -> None:
    # 10 m/s towards each other, both by 5: the minimum is passed after exactly 300 s
    rows = pair(V + 300 * 100_000, (5_000, -5_000))
    assert counts(rows, look_ahead_ms=300_000) == {1}
    assert counts(rows, look_ahead_ms=299_990) == {0}
    [found] = closing(rows, ["a", "b"], CREWED, NOW, 300_000)
    assert NOW + 299_999 <= found.at_ms <= NOW + 300_000
    assert found.required_v == V and found.required_h == H
    away = pair(V - 1, (-5_000, 5_000))
    [found] = closing(away, ["a", "b"], CREWED, NOW, 300_000)
    assert found.at_ms == NOW


def test_what_closes_in_height_before_it_is_near_is_no_loss() -> None:
    """Each is too little at another time: never both at once."""
    one, two = Way(10.0, 50.0, 90.0, 200.0, 0.0), Way(11.0, 50.0, 270.0, 200.0, 0.0)
    falling = two.moving(2, altitude=Altitude("FL", LEVEL.value + 2 * V), climb=-20_000)
    level = one.moving(1, altitude=LEVEL, climb=0)
    # 71 km at 400 m/s: near after 155 s and until 200 s; within v from 15 s until 46 s
    assert counts(rows_of(level, falling)) == {0}
    assert counts(rows_of(level, falling), table((H, "any"))) == {1}
    slower = two.moving(2, altitude=Altitude("FL", LEVEL.value + 2 * V), climb=-3_000)
    assert counts(rows_of(level, slower)) == {1}


def test_tracks_of_one_party_are_not_compared() -> None:
    way = Way(10.0, 50.0, 45.0, 100.0, 0.0)
    for parties, told in (((3, 3), 0), ((0, 0), 0), ((0, 3), 1), ((-2, -3), 1)):
        assert counts(rows_of(*(way.moving(each) for each in parties))) == {told}
    rows = pair(0)
    rows[1, c.LIVE] = 0.0
    assert counts(rows) == {0}
    assert closing(rows, ["a", "b"], CREWED, NOW, 300_000) == []
    assert closing(rows[:0], [], CREWED, NOW, 300_000) == []


def test_unknown_altitudes_are_every_altitude() -> None:
    way = Way(10.0, 50.0, 45.0, 100.0, 0.0)
    rows = rows_of(way.moving(1, altitude=None), way.moving(2, altitude=Altitude("HAE", 200_000_000)))
    assert counts(rows) == {1}
    [found] = closing(rows, ["b", "a"], CREWED, NOW, 300_000)
    assert found.v is None and not found.nominal
    assert counts(rows_of(way.moving(1, altitude=None), way.moving(2, altitude=None))) == {1}
    [found] = closing(rows, ["b", "a"], table((H, "any")), NOW, 300_000)
    assert found.nominal and found.required_v is None


def test_altitudes_on_qnh_need_ninety_metres_more_and_ground_is_never_compared_directly() -> None:
    way = Way(10.0, 50.0, 45.0, 100.0, 0.0)

    def at(datum: str, gap: int) -> Rows:
        return rows_of(*(way.moving(k, altitude=Altitude(datum, k * gap)) for k in (0, 1)))  # type: ignore[arg-type]  # a datum by its name

    assert counts(at("ALT", V + 900_000)) == {0}
    assert counts(at("ALT", V + 899_999)) == {1}
    assert counts(at("MSL", V)) == counts(at("HAE", V)) == {0}
    assert counts(at("MSL", V - 1)) == counts(at("HAE", V - 1)) == {1}
    assert counts(at("AGL", 10 * V)) == {1}
    assert counts(at("MSL/ALT", V + 900_000)) == {1}
    assert counts(at("AGL", 100 * V)) == {0}


def test_minima_that_are_any() -> None:
    far = rows_of(Way(10, 50, 0, 50, 0).moving(1), Way(-100, -20, 0, 50, 0).moving(2))
    assert counts(far) == {0}
    assert counts(far, table(("any", V))) == {1}
    assert counts(far, table(("any", "any"))) == {1}
    [found] = closing(far, ["a", "b"], table(("any", V)), NOW, 300_000)
    assert (found.required_h, found.required_v, found.at_ms, found.nominal) == (None, V, NOW, True)
    assert found.h is not None and found.h > 9_000_000 * METRE


def test_of_several_rules_the_earliest_loss_is_told() -> None:
    one, two = Way(10.0, 50.0, 90.0, 200.0, 0.0), Way(10.9, 50.0, 270.0, 200.0, 0.0)
    rows = rows_of(one.moving(1), two.moving(2))
    [found] = closing(
        rows, ["a", "b"], table((1_000 * METRE, "any"), (H, V), (2_000 * METRE, "any")), NOW, 300_000
    )
    assert (found.required_h, found.required_v) == (H, V)


def test_a_finding_says_where_and_when_and_how_near() -> None:
    one, two = Way(10.0, 50.0, 90.0, 200.0, 5.0), Way(10.9, 50.0, 270.0, 200.0, 5.0)
    rows = rows_of(one.moving(1, climb=0), two.moving(2, climb=0, altitude=Altitude("FL", 30_500 * 3_048)))
    for ids in (["x", "y"], ["y", "x"]):
        [found] = closing(rows, ids, CREWED, NOW, 300_000)
        assert found.key == Key("closing", "x", "y")
        when = (found.at_ms - NOW) / 1_000
        mine = one if ids[0] == "x" else two
        lon, lat = mine.at(np.array([when]))
        assert found.point[0] / DEGREE == pytest.approx(lon[0], abs=1e-5)
        assert found.point[1] / DEGREE == pytest.approx(lat[0], abs=1e-5)
        assert found.nominal and not found.turning and found.code == ""
        assert found.h is not None and found.h < METRE
        assert found.v == 500 * 3_048
        assert found.closest_ms is not None
        away = GEOD.inv(10.0, 50.0, 10.9, 50.0)[2] - 2 * 200 * 5
        assert (found.closest_ms - NOW) / 1_000 == pytest.approx(away / 400, abs=0.05)
        assert when == pytest.approx((away - H / METRE) / 400, abs=0.05)


def test_a_loss_only_by_doubt_is_not_nominal() -> None:
    # 100 m too far apart, side by side
    lon, lat, _ = GEOD.fwd(10.0, 50.0, 90.0, H / METRE + 100)
    ways = [Way(10.0, 50.0, 0.0, 0.0, 0.0, 0.0, 60.0), Way(lon, lat, 0.0, 0.0, 0.0, 0.0, 60.0)]
    [found] = closing(rows_of(ways[0].moving(1), ways[1].moving(2)), ["a", "b"], CREWED, NOW, 300_000)
    assert not found.nominal and found.at_ms == NOW and found.h is not None and found.h > H
    growing = [Way(each.lon, each.lat, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5) for each in ways]
    [found] = closing(rows_of(growing[0].moving(1), growing[1].moving(2)), ["a", "b"], CREWED, NOW, 300_000)
    assert (found.at_ms - NOW) / 1_000 == pytest.approx(100, abs=0.05)


def test_a_clock_that_is_ahead_only_adds_doubt() -> None:
    way = Way(10.0, 50.0, 0.0, 100.0, -20.0, 0.0, 10.0, 5.0)
    assert counts(rows_of(way.moving(1), way.moving(2))) == {1}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 7, 30]), st.sampled_from([33.0, 89.99, -70.0]))
def test_compiled_and_plain_find_the_same_among_many(seed: int, n: int, lat: float) -> None:
    rows = crowd(np.random.default_rng(seed), n, lat, 60_000.0)
    plain, fast, _ = both(rows, table((H, V), (2_000 * METRE, "any")))
    assert plain[:, :2].tolist() == fast[:, :2].tolist()
    assert np.allclose(plain[:, f.WHEN], fast[:, f.WHEN], atol=0.05)
    same = np.abs(plain[:, f.WHEN] - fast[:, f.WHEN]) < 0.05
    assert np.array_equal(plain[same][:, f.TURNING], fast[same][:, f.TURNING])
    assert np.count_nonzero(plain[:, f.NOMINAL] != fast[:, f.NOMINAL]) <= 1 + len(plain) // 30


def crowd(rng: np.random.Generator, n: int, lat: float, wide: float) -> Rows:
    """Tracks of all kinds around a place; no two of the same party."""
    moving = []
    for k in range(n):
        lon, lat_k, _ = GEOD.fwd(10.0, lat, rng.uniform(0, 360), wide * np.sqrt(rng.uniform()))
        turn = rng.uniform(-3, 3) if rng.uniform() < 0.2 else 0.0
        way = Way(lon, lat_k, rng.uniform(0, 359), rng.uniform(0, 280), rng.uniform(0, 20), turn,
                  rng.uniform(0, 100), rng.uniform(0, 2))  # fmt: skip
        datum = rng.choice(["FL", "FL", "FL", "ALT", "MSL", "HAE", "AGL"])
        altitude = None if rng.uniform() < 0.05 else Altitude(datum, int(rng.uniform(0, 1.2e8)))
        moving.append(
            way.moving(k + 1, altitude=altitude, altitude_doubt=100_000, climb=int(rng.uniform(-9e3, 9e3)))
        )
    return rows_of(*moving)


def test_cells_and_strays_miss_no_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small boxes, some huge ones, some on the other side of the Earth; in small steps of a scan."""
    rng = np.random.default_rng(3)
    rows = np.concatenate([crowd(rng, 170, 45.0, 250_000.0), crowd(rng, 20, -45.0, 80_000.0)])
    rows[:, c.PARTY] = np.arange(len(rows)) + 1
    rows[::17, c.DOUBT] = rng.uniform(50_000, 3_000_000, len(rows[::17]))
    whole = compiled(rows, CREWED, NOW, 300.001)
    found = {(int(a), int(b)) for a, b in whole[:, :2]}
    assert len(found) == len(whole), "each pair is told once"
    plain = {(int(a), int(b)) for a, b in f.find(rows, CREWED, float(NOW), 300.001)[:, :2]}
    assert found == plain and len(found) > 300
    monkeypatch.setattr(closing_join, "ROOM", 7)
    assert {(int(a), int(b)) for a, b in compiled(rows, CREWED, NOW, 300.001)[:, :2]} == plain


def test_beyond_the_most_nobody_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way(10.0, 50.0, 45.0, 100.0, 0.0)
    rows = rows_of(*(way.moving(k + 1) for k in range(60)))
    monkeypatch.setattr(module, "MOST", 5)
    found = compiled(rows, CREWED, NOW, 300.001)
    assert len(found) < 70 and set(found[:, :2].astype(int).ravel().tolist()) == set(range(60))


def test_many_tracks_are_left_to_the_compiled_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = crowd(np.random.default_rng(1), MANY, 50.0, 200_000.0)
    asked: list[int] = []

    def find(*_: object) -> Array:
        asked.append(1)
        return np.empty((0, f.FOUND))

    monkeypatch.setattr(module, "compiled", find)
    monkeypatch.setattr(module, "_LOADED", set())  # as where no node has loaded them for all looks
    assert closing(rows, [str(k) for k in range(MANY)], CREWED, NOW, 300_000) == [] and asked == [1]
    rows[0, c.LIVE] = 0.0
    closing(rows, [str(k) for k in range(MANY)], CREWED, NOW, 300_000)
    assert asked == [1]


def test_findings_are_in_the_order_of_time_and_key() -> None:
    rows = crowd(np.random.default_rng(7), 60, 50.0, 40_000.0)
    ids = [f"t{(k * 37) % 60:02d}" for k in range(60)]
    found = closing(rows, ids, CREWED, NOW, 300_000)
    assert len(found) > 50
    assert found == sorted(found, key=lambda one: (one.at_ms, one.key))
    assert len({one.key for one in found}) == len(found)
    assert found == closing(rows.copy(), ids, CREWED, NOW, 300_000)


@settings(max_examples=80, deadline=None)
@given(
    st.floats(0, 1_500),
    st.floats(-6, 6),
    st.floats(0, 359),
    st.sampled_from([0.0, 45.0, 89.99]),
    st.integers(-30_000, 900_000),
)
def test_places_are_those_of_motion_in_both_loops(
    speed: float, turn: float, course: float, lat: float, age_ms: int
) -> None:
    age = age_ms / 1_000
    row = rows_of(Way(10.0, lat, course, speed, 0.0, turn).moving(1))
    for turning in (False, True) if row[0, c.TURN] else (False,):
        right = place(row[0], NOW + age_ms, turning)
        assert np.allclose(f.places(row[0], np.array([age]), turning)[0], right, atol=1e-5, rtol=0)
        assert np.allclose(closing_kernels.place(row, 0, age, turning), right, atol=1e-5, rtol=0)
        way = row[0, c.SPEED] * abs(age)
        loose = leeway(row[0], NOW + age_ms, turning)
        assert closing_kernels.leeway(row, 0, way, turning) == pytest.approx(loose)
        # a piece of a way is within a·t²/8 of its chord
        bend, step = f.acceleration(row[0], turning), 2.0
        a, b, middle = f.places(row[0], np.array([age, age + step, age + step / 2]), turning)
        assert np.linalg.norm((a + b) / 2 - middle) <= bend * step * step / 8 + 1e-6


@settings(max_examples=300, deadline=None)
@given(
    st.tuples(*[st.floats(-5e4, 5e4)] * 3),
    st.tuples(*[st.floats(-600, 600)] * 3),
    st.floats(1e-3, 2e4),
    st.floats(0, 900),
)
def test_an_interval_holds_every_moment_that_is_near_enough(
    d: tuple[float, float, float], v: tuple[float, float, float], size: float, growth: float
) -> None:
    begin, end = closing_kernels.within(*d, *v, size, growth)
    low, high = f.within(np.array([d]), np.array([v]), np.array([size]), growth)
    times = np.concatenate([np.linspace(0, 400, 801), [1e4, 1e6]])
    away = np.linalg.norm(np.array(d)[:, None] + np.array(v)[:, None] * times, axis=0) - size - growth * times
    for from_, to in ((begin, end), (low[0], high[0])):
        assert ((from_ <= times) & (times <= to))[away < -1e-3].all()
        assert not ((from_ <= times) & (times <= to))[away > 1e-3 + 1e-9 * times].any()


def test_heights_are_wider_for_what_goes_further_than_they_are_known() -> None:
    slow, fast = (rows_of(Way(10, 50, 0, speed, 0).moving(1))[0] for speed in (100.0, 900.0))
    assert f.far(slow, NOW, 300.0) == 0 and f.far(fast, NOW, 300.0) > 0
    unknown = rows_of(Moving(NOW, (0, 0), doubt=10**10), heights=FLAT)[0]
    assert unknown[c.HIGH] == UNBOUNDED and f.far(unknown, NOW, 300.0) == 0


def test_presets_are_tables() -> None:
    assert rules_table(PRESETS["convoy"], ["a", "b"])[0, 1].tolist() == [[10_000_000, c.ANY]]
