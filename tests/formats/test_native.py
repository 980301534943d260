"""Native JSON: every plan is written and read exactly; everything else is refused with its path."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.formats.made_plans import plans, volumes
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.formats.native import SCHEMA, ranks, volume_bytes, volume_to_json
from wideberth.formats.reading import Options
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, METRE
from wideberth.space.volume import Frequencies, Pad, Volume

OPTIONS = Options(file="a.json", as_of=0)
CIRCLE = Circle((242_000_000, 481_234_567), 1_500 * METRE)
VOLUME = Volume(
    CIRCLE,
    Altitude("FL", 310 * FLIGHT_LEVEL),
    Altitude("MSL/ALT", 123_456_789),
    1_795_428_000_000,
    None,
    Frequencies(2_400_000_000, 2_480_000_000),
    Pad(1_001, 0, 1_500),
)
AREA = Polygon((((0, 0), (DEGREE, 0), (DEGREE, DEGREE)),), "lonlat", 80)
PLAN = Plan("north", "p1", (VOLUME, Volume(AREA)), "survey", priority=3, note="n", review=0)


def document() -> dict[str, object]:
    """A good document of one plan with two volumes, to be spoiled."""
    made: dict[str, object] = json.loads(native.write([PLAN]))
    return made


def test_one_volume_in_full() -> None:
    assert volume_to_json(VOLUME) == {
        "ground": {"type": "circle", "centre": [24.2, 48.1234567], "radius_m": 1500, "slack_m": 0},
        "lower": {"value": 310, "unit": "FL", "datum": "FL"},
        "upper": {"value": 12345.6789, "unit": "m", "datum": "MSL/ALT"},
        "start": "2026-11-23T10:00:00.000Z",
        "end": None,
        "band": {"from_hz": 2_400_000_000, "to_hz": 2_480_000_000},
        "pad": {"h_m": 0.1001, "v_m": 0, "t_s": 1.5},
    }
    line = volume_to_json(Volume(Corridor(((-5, 5), (1_800_000_000, 0)), 5, "geodesic", 1)))
    assert line["ground"] == {
        "type": "corridor",
        "points": [[-5e-07, 5e-07], [180, 0]],
        "half_width_m": 0.0005,
        "edges": "geodesic",
        "slack_m": 0.0001,
    }
    assert volume_to_json(Volume(AREA))["ground"] == {
        "type": "polygon",
        "rings": [[[0, 0], [1, 0], [1, 1]]],
        "edges": "lonlat",
        "slack_m": 0.008,
    }


def test_bytes_are_canonical() -> None:
    data = volume_bytes(Volume(Circle((-5, 5), 5)))
    assert data == (
        b'{"band":null,"end":null,"ground":{"centre":[-5e-7,5e-7],"radius_m":0.0005,"slack_m":0,'
        b'"type":"circle"},"lower":{"datum":"SFC","unit":"m","value":0},"pad":{"h_m":0,"t_s":0,"v_m":0},'
        b'"start":null,"upper":{"datum":"UNL","unit":"m","value":0}}'
    )


@settings(max_examples=100)
@given(st.lists(plans(), max_size=3, min_size=1, unique_by=lambda plan: plan.key))
def test_round_trip(made: list[Plan]) -> None:
    reading = native.read(native.write(made), OPTIONS)
    assert [one.plan for one in reading.filed] == made
    assert reading.notes == ()
    assert reading.filed[0].where[0] == "plans[0].volumes[0]"


@given(st.lists(volumes(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order(made: list[Volume], chance: Random) -> None:
    plan = Plan("a", "b", tuple(made))
    shuffled = list(made)
    chance.shuffle(shuffled)
    other = structs.replace(plan, volumes=tuple(shuffled))
    by_rank = [
        [volume for _, volume in sorted(zip(ranks(one), one.volumes, strict=True), key=lambda pair: pair[0])]
        for one in (plan, other)
    ]
    assert by_rank[0] == by_rank[1]
    assert by_rank[0] == sorted(made, key=volume_bytes)
    assert sorted(ranks(plan)) == list(range(len(made)))


def test_equal_volumes_rank_in_their_order() -> None:
    small, large = Volume(Circle((0, 0), 1)), Volume(Circle((0, 0), 2 * METRE))
    assert volume_bytes(small) < volume_bytes(large)
    assert ranks(Plan("a", "b", (large, small, large, small))) == (2, 0, 3, 1)
    assert ranks(Plan("a", "b", (large,))) == (0,)


Spoil = Callable[[dict[str, object]], object]


def put(*keys: str | int, value: object) -> Spoil:
    """A change of one place of a document."""

    def change(made: dict[str, object]) -> None:
        place: object = made
        for key in keys[:-1]:
            place = place[key]  # type: ignore[index]  # parsed JSON, whose shape the test knows
        place[keys[-1]] = value  # type: ignore[index]  # likewise

    return change


P = ("plans", 0)
V = ("plans", 0, "volumes", 0)
G = (*V, "ground")
A = ("plans", 0, "volumes", 1, "ground")
RING = [[0, 0], [1, 1], [1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("spoil", "code", "path"),
    [
        (put("schema", value="wideberth.plans/2"), "native.schema", "schema"),
        (put("extra", value=1), "native.unknown_key", ""),
        (put("plans", value={}), "native.type", "plans"),
        (put("plans", value=[]), "native.type", "plans"),
        (put("plans", value=[1]), "native.type", "plans[0]"),
        (put(*P, "volumes", value=[]), "native.type", "plans[0].volumes"),
        (put(*P, "party", value=""), "text.empty", "plans[0].party"),
        (put(*P, "party", value=7), "native.type", "plans[0].party"),
        (put(*P, "note", value="\u202eabc"), "text.control", "plans[0].note"),
        (put(*P, "Note", value="x"), "native.unknown_key", "plans[0]"),
        (put(*P, "state", value="flying"), "plan.state", "plans[0].state"),
        (put(*P, "priority", value=1.5), "profile.type", "plans[0].priority"),
        (put(*P, "review", value="soon"), "time.malformed", "plans[0].review"),
        (put(*V, "start", value="2026-11-23T10:00:00"), "time.no_offset", "plans[0].volumes[0].start"),
        (put(*V, "end", value="2026-11-22T10:00:00Z"), "time.backwards", "plans[0].volumes[0]"),
        (put(*V, "band", "from_hz", value=2.5), "frequency.range", "plans[0].volumes[0].band.from_hz"),
        (put(*V, "band", "to_hz", value=10**15), "frequency.range", "plans[0].volumes[0].band.to_hz"),
        (put(*V, "band", "to_hz", value=1), "frequency.backwards", "plans[0].volumes[0]"),
        (put(*V, "pad", "h_m", value=-1), "pad.negative", "plans[0].volumes[0]"),
        (put(*V, "pad", "h_m", value=0.00001), "native.precision", "plans[0].volumes[0].pad.h_m"),
        (put(*V, "pad", "x_m", value=1), "native.unknown_key", "plans[0].volumes[0].pad"),
        (put(*V, "lower", value="FL310"), "native.type", "plans[0].volumes[0].lower"),
        (put(*V, "lower", "datum", value="QFE"), "altitude.unknown_datum", "plans[0].volumes[0].lower.datum"),
        (put(*V, "lower", "unit", value="yd"), "altitude.unknown_unit", "plans[0].volumes[0].lower.unit"),
        (put(*V, "lower", "value", value="9"), "profile.type", "plans[0].volumes[0].lower.value"),
        (
            put(*V, "lower", value={"value": 1, "unit": "m", "datum": "SFC"}),
            "altitude.range",
            "plans[0].volumes[0].lower.value",
        ),
        (put(*V, "lower", "value", value=5000), "altitude.range", "plans[0].volumes[0].lower"),
        (put(*G, "type", value="Circle"), "native.ground", "plans[0].volumes[0].ground.type"),
        (put(*V, "ground", value=None), "native.ground", "plans[0].volumes[0].ground.type"),
        (put(*G, "edges", value="lonlat"), "native.unknown_key", "plans[0].volumes[0].ground"),
        (put(*G, "radius_m", value=5_000_001), "geometry.radius", "plans[0].volumes[0].ground"),
        (put(*G, "slack_m", value=-1), "native.slack", "plans[0].volumes[0].ground.slack_m"),
        (put(*G, "centre", value=[181, 0]), "geometry.longitude", "plans[0].volumes[0].ground.centre"),
        (put(*G, "centre", value=[0, 91]), "geometry.latitude", "plans[0].volumes[0].ground"),
        (put(*G, "centre", value=[0, 0, 0]), "native.type", "plans[0].volumes[0].ground.centre"),
        (put(*G, "centre", value=[True, 0]), "profile.type", "plans[0].volumes[0].ground.centre"),
        (put(*A, "edges", value="straight"), "native.edges", "plans[0].volumes[1].ground.edges"),
        (put(*A, "rings", value=[RING]), "geometry.self_intersection", "plans[0].volumes[1].ground.rings"),
        (put(*A, "rings", value=[]), "native.type", "plans[0].volumes[1].ground.rings"),
        (
            put(*A, "rings", value=[[[0, 0]] * 10_001]),
            "geometry.too_many_points",
            "plans[0].volumes[1].ground.rings[0]",
        ),
        (
            put(*A, "rings", 0, 1, value=[181, 0]),
            "geometry.longitude",
            "plans[0].volumes[1].ground.rings[0][1]",
        ),
    ],
)
def test_refused(spoil: Spoil, code: str, path: str) -> None:
    made = document()
    spoil(made)
    with pytest.raises(Invalid) as caught:
        native.read(json.dumps(made).encode(), OPTIONS)
    assert (caught.value.code, caught.value.path) == (code, path)


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        (("schema",), ""),
        ((*P, "id"), "plans[0]"),
        ((*V, "band"), "plans[0].volumes[0]"),
        ((*V, "pad", "t_s"), "plans[0].volumes[0].pad"),
        ((*G, "slack_m"), "plans[0].volumes[0].ground"),
    ],
)
def test_a_missing_key_is_refused(keys: tuple[str | int, ...], path: str) -> None:
    made = document()
    place: object = made
    for key in keys[:-1]:
        place = place[key]  # type: ignore[index]  # parsed JSON, whose shape the test knows
    del place[keys[-1]]  # type: ignore[attr-defined]  # likewise
    with pytest.raises(Invalid) as caught:
        native.read(json.dumps(made).encode(), OPTIONS)
    assert (caught.value.code, caught.value.path) == ("native.missing_key", path)


def test_a_plan_may_be_short() -> None:
    data = {"schema": SCHEMA, "plans": [{"party": "a", "id": "b", "volumes": [volume_to_json(VOLUME)]}]}
    (one,) = native.read(json.dumps(data).encode(), OPTIONS).filed
    assert one.plan == Plan("a", "b", (VOLUME,))


def test_the_same_plan_twice_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        native.read(native.write([PLAN, PLAN]), OPTIONS)
    assert (caught.value.code, caught.value.path) == ("plan.repeated_id", "plans[1]")
    other = structs.replace(PLAN, party="south")
    assert len(native.read(native.write([PLAN, other]), OPTIONS).filed) == 2


def test_positions_finer_than_the_grid_widen_the_slack() -> None:
    made = document()
    put(*A, "rings", 0, 1, value=[1.00000004, 0])(made)
    area = native.read(json.dumps(made).encode(), OPTIONS).filed[0].plan.volumes[1].ground
    assert isinstance(area, Polygon)
    assert area.rings == AREA.rings
    assert area.slack == 160  # 8 mm as stated, 8 mm lost in rounding


def test_an_edge_over_180_degrees_goes_the_short_way_wherever_its_ends_are() -> None:
    line = Corridor(((170 * DEGREE, 0), (-170 * DEGREE, 0)), METRE, "lonlat")
    plan = Plan("a", "b", (Volume(line),))
    assert native.read(native.write([plan]), OPTIONS).filed[0].plan == plan
