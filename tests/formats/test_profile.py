"""The rules that GeoJSON and KML share: properties to values, features to plans, defaults told once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from wideberth.errors import Invalid
from wideberth.formats import profile
from wideberth.formats import properties as props
from wideberth.formats.properties import Properties
from wideberth.formats.raw import Raw, RawLine, RawPoint, RawPolygon, RawShape
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import Plan
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import METRE, NAUTICAL_MILE
from wideberth.space.volume import Frequencies, Pad, Volume

OPTIONS = Options(file="data/ours.geojson", as_of=0)
SQUARE = RawPolygon(rings=[[(24, 48), (25, 48), (25, 49), (24, 49), (24, 48)]], path="g")
POINT = RawPoint(at=(24, 48), path="g")
LINE = RawLine(points=[(24, 48), (24.1, 48), (24.1, 48.1)], path="g")
FULL: Properties = {
    "party": "A",
    "plan": "p",
    "lower": "SFC",
    "upper": "UNL",
    "start": "2026-01-01T00:00:00Z",
}
FULL = {**FULL, "end": "2026-01-01T01:00:00Z"}
T0 = 1_767_225_600_000


def raw(shape: RawShape = SQUARE, n: int = 0, /, **properties: object) -> Raw:
    return Raw(shapes=(shape,), properties=properties, path=f"f[{n}]", properties_path=f"f[{n}].p")


def read(*features: Raw, options: Options = OPTIONS) -> Reading:
    return profile.assemble(features, options)


def plan_of(*features: Raw) -> Plan:
    (filed,) = read(*features).filed
    return filed.plan


def volume_of(shape: RawShape = SQUARE, /, **properties: object) -> Volume:
    (volume,) = plan_of(raw(shape, **{**FULL, **properties})).volumes
    return volume


def refusal(shape: RawShape = SQUARE, /, **properties: object) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(raw(shape, **properties))
    return caught.value


def test_nothing_stated_takes_every_default_and_tells_each_once() -> None:
    reading = read(raw(), raw(SQUARE, 1), raw(SQUARE, 2))
    assert [filed.plan.key for filed in reading.filed] == [
        ("data/ours.geojson", f"ours.geojson#{n}") for n in (1, 2, 3)
    ]
    (volume,) = reading.filed[0].plan.volumes
    assert (volume.lower, volume.upper, volume.start, volume.end) == (SURFACE, UNLIMITED, None, None)
    assert reading.filed[0].plan.activity == "unspecified"
    assert reading.filed[0].plan.state == "accepted"
    assert reading.filed[0].plan.priority == 0
    assert reading.notes == (
        "no party is stated, read as 'data/ours.geojson' (f[0] and 2 more)",
        "no plan id is stated, named after the file and the position in it (f[0] and 2 more)",
        "no altitude is stated, read as SFC to UNL (f[0] and 2 more)",
        "no start and no end are stated, read as in force until further notice (f[0] and 2 more)",
    )


def test_everything_stated_tells_nothing() -> None:
    reading = read(raw(**FULL))
    assert reading.notes == ()
    assert reading.filed[0].where == ("f[0]",)
    assert reading.filed[0].plan.volumes[0].start == T0
    assert reading.filed[0].plan.volumes[0].end == T0 + 3_600_000


def test_null_is_absent() -> None:
    assert read(raw(party=None, lower=None, radius_m=None, pad=None)) == read(raw())


def test_half_of_a_band_or_window_is_told() -> None:
    notes = read(raw(party="A", plan="p", upper="FL100", start="2026-01-01T00:00:00Z")).notes
    assert notes == (
        "no lower limit is stated, read as SFC (f[0])",
        "no end is stated, read as in force until further notice (f[0])",
    )
    notes = read(raw(party="A", plan="p", lower="FL100", end="2026-01-01T00:00:00Z")).notes
    assert notes == (
        "no upper limit is stated, read as UNL (f[0])",
        "no start is stated, read as in force already (f[0])",
    )


@pytest.mark.parametrize(
    ("stated", "datum", "value"),
    [
        ("120m AGL", "AGL", 120 * METRE),
        ("FL310", "FL", 31_000 * 3_048),
        ("3000ft MSL", "MSL/ALT", 3_000 * 3_048),
        ({"value": 3000, "unit": "ft", "datum": "MSL"}, "MSL", 3_000 * 3_048),
        ({"value": 12.5, "unit": "m", "datum": "W84"}, "HAE", 125_000),
        ({"value": 310, "unit": "FL", "datum": "FL"}, "FL", 31_000 * 3_048),
        ({"value": 0, "unit": "m", "datum": "MSL/ALT"}, "MSL/ALT", 0),
        ({"datum": "SFC"}, "SFC", 0),
        ({"value": 0, "unit": "m", "datum": "SFC"}, "SFC", 0),
    ],
)
def test_altitudes(stated: object, datum: str, value: int) -> None:
    lower = volume_of(lower=stated).lower
    assert (lower.datum, lower.value) == (datum, value)


@pytest.mark.parametrize(
    "stated", ["1.00005m HAE", {"value": 1.00005, "unit": "m", "datum": "HAE"}], ids=["text", "object"]
)
def test_limits_between_two_grid_values_are_rounded_outwards(stated: object) -> None:
    assert volume_of(lower=stated).lower.value == 10_000
    assert volume_of(upper=stated).upper.value == 10_001


def test_the_text_msl_is_told_once_and_the_datum_is_not() -> None:
    told = read(raw(**{**FULL, "lower": "0m MSL", "upper": "300m AMSL"})).notes
    assert told == (f"{profile.MSL_TEXT} (f[0].p.lower and 1 more)",)
    assert read(raw(**{**FULL, "lower": {"value": 0, "unit": "m", "datum": "MSL/ALT"}})).notes == ()


def test_limits_of_the_geometry_yield_to_stated_ones() -> None:
    high = RawPolygon(rings=SQUARE.rings, path="g", lower=SURFACE, upper=Altitude("MSL", 7))
    reading = read(raw(high, party="A", plan="p"))
    assert reading.filed[0].plan.volumes[0].upper == Altitude("MSL", 7)
    assert not any("altitude" in note or "limit" in note for note in reading.notes)
    assert volume_of(high, lower="1m AGL", upper="2m AGL").upper == Altitude("AGL", 20_000)


@pytest.mark.parametrize(
    ("properties", "code", "path"),
    [
        ({"Lower": "SFC"}, "profile.key_spelling", "f[0].p"),
        ({"radius-m": 5}, "profile.key_spelling", "f[0].p"),
        ({"PadM": 5}, "profile.key_spelling", "f[0].p"),
        ({"party": 7}, "profile.type", "f[0].p.party"),
        ({"party": ""}, "text.empty", "f[0].p.party"),
        ({"plan": " p"}, "text.spaces", "f[0].p.plan"),
        ({"note": "a\nb"}, "text.control", "f[0].p.note"),
        ({"note": "x" * 4_001}, "text.too_long", "f[0].p.note"),
        ({"state": "flying"}, "plan.state", "f[0].p.state"),
        ({"priority": 1.0}, "profile.type", "f[0].p.priority"),
        ({"priority": True}, "profile.type", "f[0].p.priority"),
        ({"priority": 2**31}, "profile.type", "f[0].p.priority"),
        ({"lower": 120}, "profile.type", "f[0].p.lower"),
        ({"lower": "120"}, "altitude.malformed", "f[0].p.lower"),
        ({"lower": "120m QFE"}, "altitude.unknown_datum", "f[0].p.lower"),
        ({"lower": {"value": "1", "unit": "m", "datum": "AGL"}}, "profile.type", "f[0].p.lower.value"),
        ({"lower": {"value": 1, "unit": "yd", "datum": "AGL"}}, "altitude.unknown_unit", "f[0].p.lower.unit"),
        ({"lower": {"value": 1, "unit": 1, "datum": "AGL"}}, "profile.type", "f[0].p.lower.unit"),
        ({"lower": {"value": 1, "unit": "m"}}, "profile.type", "f[0].p.lower.datum"),
        ({"lower": {"value": 1, "units": "m", "datum": "AGL"}}, "profile.unknown_key", "f[0].p.lower"),
        ({"lower": {"value": 1, "datum": "SFC"}}, "altitude.range", "f[0].p.lower.value"),
        ({"upper": {"value": 120, "unit": "m", "datum": "UNL"}}, "altitude.range", "f[0].p.upper.value"),
        ({"upper": {"value": "120", "datum": "SFC"}}, "profile.type", "f[0].p.upper.value"),
        ({"lower": "2m AGL", "upper": "1m AGL"}, "altitude.upside_down", "f[0]"),
        ({"start": 5}, "profile.type", "f[0].p.start"),
        ({"start": "2026-01-01T00:00:00"}, "time.no_offset", "f[0].p.start"),
        ({"start": "2026-01-01T00:00:01Z", "end": "2026-01-01T00:00:00Z"}, "time.backwards", "f[0]"),
        ({"review": "soon"}, "time.malformed", "f[0].p.review"),
        ({"pad_m": -1}, "pad.negative", "f[0].p.pad_m"),
        ({"pad_m": "5"}, "profile.type", "f[0].p.pad_m"),
        ({"pad_m": True}, "profile.type", "f[0].p.pad_m"),
        ({"pad_m": float("nan")}, "profile.type", "f[0].p.pad_m"),
        ({"pad_m": 1e300}, "profile.number_range", "f[0].p.pad_m"),
        ({"pad_m": 1, "pad": {"v_m": 1}}, "pad.both", "f[0].p"),
        ({"pad": 5}, "profile.type", "f[0].p.pad"),
        ({"pad": {"h": 5}}, "profile.unknown_key", "f[0].p.pad"),
        ({"pad": {"t_s": -1}}, "pad.negative", "f[0].p.pad.t_s"),
        ({"band": "2GHz"}, "profile.type", "f[0].p.band"),
        ({"band": {"from": "2GHz"}}, "profile.type", "f[0].p.band"),
        ({"band": {"from": "2GHz", "to": "3GHz", "x": 1}}, "profile.unknown_key", "f[0].p.band"),
        ({"band": {"from": "2GHz", "to": "3XHz"}}, "frequency.unknown_unit", "f[0].p.band.to"),
        ({"band": {"from": "3GHz", "to": "2GHz"}}, "frequency.backwards", "f[0]"),
        ({"radius_m": 5}, "profile.wrong_shape", "f[0].p.radius_m"),
        ({"half_width_m": 5}, "profile.wrong_shape", "f[0].p.half_width_m"),
        ({"times": []}, "profile.wrong_shape", "f[0].p.times"),
        ({"time_pad_s": 5}, "profile.wrong_shape", "f[0].p.time_pad_s"),
    ],
)
def test_refusals_on_a_polygon(properties: dict[str, object], code: str, path: str) -> None:
    error = refusal(SQUARE, **properties)
    assert (error.code, error.path) == (code, path)


@pytest.mark.parametrize(
    ("shape", "properties", "code", "path"),
    [
        (POINT, {}, "geometry.no_radius", "f[0]"),
        (LINE, {}, "geometry.no_half_width", "f[0]"),
        (POINT, {"radius_m": -1}, "profile.negative", "f[0].p.radius_m"),
        (POINT, {"radius_m": 5_000_001}, "geometry.radius", "g"),
        (RawPoint(at=(24, 91), path="g"), {"radius_m": 1}, "geometry.latitude", "g"),
        (RawPoint(at=("24", 1), path="g"), {"radius_m": 1}, "geometry.not_a_number", "g"),
        (LINE, {"half_width_m": 1, "time_pad_s": 5}, "route.no_times", "f[0].p.time_pad_s"),
        (LINE, {"half_width_m": 1, "times": ["2026-01-01T00:00:00Z"]}, "route.times", "f[0].p.times"),
        (LINE, {"half_width_m": 1, "times": "2026-01-01T00:00:00Z"}, "profile.type", "f[0].p.times"),
        (LINE, {"half_width_m": 1, "times": [1, 2, 3]}, "profile.type", "f[0].p.times[0]"),
    ],
)
def test_refusals_on_points_and_lines(
    shape: RawShape, properties: dict[str, object], code: str, path: str
) -> None:
    error = refusal(shape, **properties)
    assert (error.code, error.path) == (code, path)


def test_lengths_are_rounded_up_to_a_tenth_of_a_millimetre() -> None:
    assert volume_of(POINT, radius_m=5556).ground == Circle((240_000_000, 480_000_000), 3 * NAUTICAL_MILE)
    assert volume_of(POINT, radius_m=0.1).ground == Circle((240_000_000, 480_000_000), 1_000)
    assert volume_of(POINT, radius_m=Decimal("0.00001")).ground == Circle((240_000_000, 480_000_000), 1)
    line = volume_of(LINE, half_width_m=20).ground
    assert isinstance(line, Corridor)
    assert (line.half_width, line.edges) == (200_000, "lonlat")


def test_pads() -> None:
    assert volume_of(pad_m=1.00001).pad == Pad(h=10_001)
    assert volume_of(pad={"h_m": 1, "v_m": 2, "t_s": 0.0001}).pad == Pad(10_000, 20_000, 1)
    assert volume_of(pad={"t_s": 60}).pad == Pad(t=60_000)


def test_band_is_rounded_outwards() -> None:
    assert volume_of(band={"from": "2.40GHz", "to": "2.48GHz"}).band == Frequencies(
        2_400_000_000, 2_480_000_000
    )
    assert volume_of(band={"from": "1.5Hz", "to": "2.5Hz"}).band == Frequencies(1, 3)


def test_texts_and_review_of_a_plan() -> None:
    plan = plan_of(
        raw(
            **FULL,
            activity="survey",
            state="Activated",
            priority=-3,
            callsign="אזור 1",
            note="n",
            label="الممنطقة ١",
            variant_of="v",
            review="2026-01-01T00:00:00Z",
            colour="red",
        )
    )
    assert (plan.activity, plan.state, plan.priority) == ("survey", "activated", -3)
    assert (plan.callsign, plan.note, plan.label, plan.variant_of) == ("אזור 1", "n", "الممنطقة ١", "v")
    assert plan.review == T0


@pytest.mark.parametrize(
    "c", ["\u202e", "\u2066", "\x1b", "\x7f", "\u2028", "\ud800", "\uffff", "\ufdd0", "\t"]
)
def test_characters_that_mislead(c: str) -> None:
    error = refusal(note=f"a{c}b")
    assert (error.code, error.found) == ("text.control", f"the character U+{ord(c):04X}")


def test_features_of_one_plan_are_its_volumes_in_order() -> None:
    two = Raw(
        shapes=(SQUARE, POINT), properties={**FULL, "radius_m": 5}, path="f[1]", properties_path="f[1].p"
    )
    reading = read(raw(**FULL, label="b"), two, raw(SQUARE, 2, **{**FULL, "label": "a", "activity": "x"}))
    (filed,) = reading.filed
    assert [type(v.ground) for v in filed.plan.volumes] == [Polygon, Polygon, Circle, Polygon]
    assert filed.where == ("f[0]", "f[1]", "f[1]", "f[2]")
    assert filed.plan.label == "a; b"
    assert filed.plan.activity == "x"


def test_same_plan_id_of_two_parties_is_two_plans() -> None:
    reading = read(raw(**FULL), raw(SQUARE, 1, **{**FULL, "party": "B"}))
    assert [filed.plan.key for filed in reading.filed] == [("A", "p"), ("B", "p")]


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("activity", "a", "b"),
        ("state", "activated", "ended"),
        ("priority", 0, 1),
        ("variant_of", "v", "w"),
    ],
)
def test_a_plan_that_differs_from_itself(key: str, one: object, other: object) -> None:
    with pytest.raises(Invalid) as caught:
        read(raw(**FULL, **{key: one}), raw(SQUARE, 1, **FULL, **{key: other}))
    assert (caught.value.code, caught.value.path) == ("plan.differs", f"f[1], {key}")
    assert read(raw(**FULL, **{key: one}), raw(SQUARE, 1, **FULL, **{key: one})).filed


def test_the_earliest_review_reminds() -> None:
    later = {**FULL, "review": "2026-02-01T00:00:00Z"}
    assert plan_of(raw(**later), raw(**{**FULL, "review": "2026-01-01T00:00:00Z"}), raw(**FULL)).review == T0


def named(fallback: str, n: int = 0, **properties: object) -> Raw:
    return Raw(
        shapes=(SQUARE,),
        properties=properties,
        path=f"f[{n}]",
        properties_path=f"f[{n}].p",
        fallback_id=fallback,
    )


def test_the_features_own_id_is_the_plan_where_none_is_stated() -> None:
    assert plan_of(named("x")).id == "x"
    assert plan_of(named("x", plan="p")).id == "p"


@pytest.mark.parametrize(
    "pair",
    [
        (named("x"), named("x", 1)),
        (named("x", plan="p"), named("x", 1, plan="q")),
        (named("x", plan="p"), named("x", 1)),
        (named("y", plan="x"), named("x", 1)),
        (named("x"), named("y", 1, plan="x")),
    ],
)
def test_repeated_ids(pair: tuple[Raw, Raw]) -> None:
    with pytest.raises(Invalid) as caught:
        read(*pair)
    assert (caught.value.code, caught.value.path) == ("plan.repeated_id", "f[1]")
    assert "f[0]" in caught.value.wanted


def test_repeated_feature_ids_within_one_stated_plan() -> None:
    assert len(plan_of(named("x", plan="p"), named("x", 1, plan="p")).volumes) == 2


def test_label_falls_back_to_the_features_name_unless_it_is_the_plan() -> None:
    for plan, label in (("p", "North"), ("North", "")):
        feature = Raw(
            shapes=(SQUARE,), properties={"plan": plan}, path="f", properties_path="f", label="North"
        )
        assert plan_of(feature).label == label


def test_a_window_of_the_format() -> None:
    feature = Raw(shapes=(SQUARE,), properties={}, path="f", properties_path="f", window=(5, None))
    reading = read(feature)
    assert (reading.filed[0].plan.volumes[0].start, reading.filed[0].plan.volumes[0].end) == (5, None)
    twice = Raw(
        shapes=(SQUARE,),
        properties={"end": "2026-01-01T00:00:00Z"},
        path="f",
        properties_path="f",
        window=(5, 6),
    )
    with pytest.raises(Invalid) as caught:
        read(twice)
    assert caught.value.code == "time.twice"


TIMES = ["2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z"]
ROUTE: Properties = {"party": "A", "plan": "p", "lower": "SFC", "upper": "UNL", "half_width_m": 10}


def test_a_route_is_one_volume_a_leg_with_pad_and_band() -> None:
    properties = {**ROUTE, "times": TIMES, "time_pad_s": 30, "pad_m": 1, "band": {"from": "1Hz", "to": "2Hz"}}
    reading = read(raw(LINE, **properties))
    (filed,) = reading.filed
    windows = [(v.start, v.end) for v in filed.plan.volumes]
    assert windows == [(T0 - 30_000, T0 + 330_000), (T0 + 270_000, T0 + 630_000)]
    assert {(v.pad, v.band) for v in filed.plan.volumes} == {(Pad(h=10_000), Frequencies(1, 2))}
    assert filed.where == ("f[0]", "f[0]")
    assert reading.notes == ()


def test_a_route_without_time_pad_is_told() -> None:
    reading = read(raw(LINE, **{**ROUTE, "times": TIMES}))
    assert reading.notes == ("a route states no time_pad_s, read as 0 s (f[0])",)
    assert reading.filed[0].plan.volumes[0].start == T0


def test_a_doubtful_vertex_time_widens_the_pad() -> None:
    leap = ["2025-12-31T23:59:60Z", *TIMES[1:]]
    reading = read(raw(LINE, **{**ROUTE, "times": leap, "time_pad_s": 0}))
    assert reading.filed[0].plan.volumes[0].start == T0 - 1_000 - 1_000
    assert any("its time pad is 1 s wider (f[0])" in note for note in reading.notes)
    fine = ["2026-01-01T00:00:00.0001Z", *TIMES[1:]]
    reading = read(raw(LINE, **{**ROUTE, "times": fine, "time_pad_s": 0}))
    assert reading.filed[0].plan.volumes[0].start == T0 - 1
    assert reading.notes == ()


@pytest.mark.parametrize("key", ["start", "end"])
def test_a_route_with_start_or_end(key: str) -> None:
    error = refusal(LINE, **{**ROUTE, "times": TIMES, key: TIMES[0]})
    assert error.code == "route.start_or_end"


def test_times_of_the_geometry() -> None:
    track = RawLine(points=LINE.points, path="g", times=((0, 1_000, 2_000), 0))
    volumes = plan_of(raw(track, **ROUTE)).volumes
    assert [(v.start, v.end) for v in volumes] == [(0, 1_000), (1_000, 2_000)]
    with pytest.raises(Invalid) as caught:
        read(raw(track, **{**ROUTE, "times": TIMES}))
    assert caught.value.code == "time.twice"


def test_antimeridian_and_collapsed_are_told_once() -> None:
    across = RawPolygon(rings=[[(179.5, 0), (179.5, 0), (-179.5, 0), (-179.5, 1), (179.5, 0)]], path="g")
    reading = read(raw(across, **FULL), raw(across, 1, **FULL))
    assert reading.notes == (
        "repeated neighbouring positions were taken as one (f[0] and 1 more)",
        "an edge crosses the antimeridian (180°) the short way (f[0] and 1 more)",
    )
    line = RawLine(points=[(1, 1), (1, 1), (2, 2)], path="g")
    assert read(raw(line, **FULL, half_width_m=1)).notes == (
        "repeated neighbouring positions were taken as one (f[0])",
    )


def test_a_party_named_after_a_path_shows_as_what_it_is() -> None:
    options = Options(file="a\n\u202eb.geojson", as_of=0)
    (filed,) = read(raw(), options=options).filed
    assert filed.plan.party == "a\\u000a\\u202eb.geojson"


def test_stated_leaves_out_defaults_and_adds_slack_to_the_pad() -> None:
    volume = Volume(Circle((0, 0), 15_000, slack=80), Altitude("FL", 100 * 3_048), start=T0, pad=Pad(v=5))
    found = props.stated(Plan("A", "p", (volume,)), volume)
    assert found == {
        "party": "A",
        "plan": "p",
        "state": "accepted",
        "start": "2026-01-01T00:00:00.000Z",
        "lower": {"value": 1, "unit": "FL", "datum": "FL"},
        "upper": {"value": 0, "unit": "m", "datum": "UNL"},
        "radius_m": 1.5,
        "pad": {"h_m": 0.008, "v_m": 0.0005, "t_s": 0},
    }
