"""F3548 operational intents: what is read, what is written, and that nothing is lost in between."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from wideberth.errors import Invalid
from wideberth.formats import f3548
from wideberth.formats.reading import Options, Reading
from wideberth.formats.times import parse_time
from wideberth.model.plan import Plan, State
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.stated import circle, polygon
from wideberth.space.units import FOOT, METRE
from wideberth.space.volume import Frequencies, Pad, Volume
from wideberth.space.within import within

OPTIONS = Options("theirs.json", 0)
ID = "2f8343be-6482-4d1b-a474-16847e01af1e"
NOON = 1_700_000_000_000


def vertices(*pairs: tuple[float, float]) -> list[dict[str, float]]:
    return [{"lng": lng, "lat": lat} for lng, lat in pairs]


def height(value: float) -> dict[str, object]:
    return {"value": value, "reference": "W84", "units": "M"}


def time(text: str) -> dict[str, object]:
    return {"value": text, "format": "RFC3339"}


def volume4d(**changes: Any) -> dict[str, Any]:
    volume = {
        "outline_polygon": {"vertices": vertices((7.0, 46.0), (7.1, 46.0), (7.05, 46.1))},
        "altitude_lower": height(605),
        "altitude_upper": height(635.00001),
        **changes,
    }
    window = {"time_start": time("2026-11-23T10:00:00.0001Z"), "time_end": time("2026-11-23T11:30:00+01:00")}
    return {"volume": volume, **window}


def intent(**details: Any) -> dict[str, Any]:
    reference = {"id": ID, "manager": "uss1", "state": "Activated", "version": 3}
    return {"reference": reference, "details": {"volumes": [volume4d()], "priority": 100, **details}}


def read(document: object) -> Reading:
    return f3548.read(json.dumps(document).encode(), OPTIONS)


def test_one_intent() -> None:
    reading = read(intent(off_nominal_volumes=[volume4d(altitude_upper=height(700))]))
    ((plan, where),) = ((filed.plan, filed.where) for filed in reading.filed)
    assert (plan.party, plan.id, plan.state, plan.priority) == ("uss1", ID, "activated", 100)
    first, second = plan.volumes
    assert first.ground == Polygon((((70000000, 460000000), (71000000, 460000000), (70500000, 461000000)),))
    assert first.lower == Altitude("HAE", 605 * METRE)
    assert first.upper == Altitude("HAE", 635 * METRE + 1)  # rounded outwards
    assert second.upper == Altitude("HAE", 700 * METRE)
    assert first.start == parse_time("2026-11-23T10:00:00Z")
    assert first.end == parse_time("2026-11-23T10:30:00Z")
    assert where == ("details.volumes[0]", "details.off_nominal_volumes[0]")
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (intent(), "details.volumes[0]"),
        ({"operational_intent": intent()}, "operational_intent.details.volumes[0]"),
        ({"operational_intents": [intent()]}, "operational_intents[0].details.volumes[0]"),
        (
            {"operational_intents": [{"operational_intent": intent()}]},
            "operational_intents[0].operational_intent.details.volumes[0]",
        ),
    ],
)
def test_the_shapes_of_a_document(document: object, path: str) -> None:
    (filed,) = read(document).filed
    assert filed.where == (path,)
    assert filed.plan == read(intent()).filed[0].plan


def test_a_circle() -> None:
    outline = {"center": {"lng": 34.5, "lat": 31.25}, "radius": {"value": 100.00001, "units": "M"}}
    (filed,) = read(intent(volumes=[volume4d(outline_polygon=None, outline_circle=outline)])).filed
    assert filed.plan.volumes[0].ground == Circle((345000000, 312500000), 100 * METRE + 1)


def test_a_ring_that_is_closed_is_the_same_ring_and_told() -> None:
    ring = vertices((7.0, 46.0), (7.1, 46.0), (7.05, 46.1), (7.0, 46.0))
    reading = read(intent(volumes=[volume4d(outline_polygon={"vertices": ring})]))
    assert reading.filed[0].plan.volumes == read(intent()).filed[0].plan.volumes
    assert reading.notes == (
        "a ring repeats its first vertex at its end, read as the same ring (details.volumes[0].volume)",
    )


def test_what_is_absent_is_open_and_told() -> None:
    bare = {"volume": {"outline_polygon": volume4d()["volume"]["outline_polygon"]}}
    document = intent(volumes=[bare])
    document["reference"] = {"id": "x"}
    reading = read(document)
    plan = reading.filed[0].plan
    assert (plan.party, plan.state) == ("theirs.json", "accepted")
    (volume,) = plan.volumes
    assert (volume.lower, volume.upper, volume.start, volume.end) == (SURFACE, UNLIMITED, None, None)
    told = "\n".join(reading.notes)
    for words in (
        "no party is stated, read as 'theirs.json'",
        "no state is stated, read as accepted",
        "no altitude is stated, read as SFC to UNL",
        "no start and no end are stated, read as in force until further notice",
    ):
        assert words in told


def cut(document: dict[str, Any], *path: str | int) -> dict[str, Any]:
    """The document without the member at the path."""
    found: Any = document
    for step in path[:-1]:
        found = found[step]
    del found[path[-1]]
    return document


def volume_with(**changes: Any) -> Callable[[], object]:
    return lambda: intent(volumes=[volume4d(**changes)])


BAD: list[tuple[Callable[[], object], str, str]] = [
    (list, "f3548.document", ""),
    (lambda: {"volumes": []}, "f3548.document", ""),
    (lambda: {"operational_intents": []}, "f3548.empty", "operational_intents"),
    (lambda: {"operational_intents": [1]}, "f3548.type", "operational_intents[0]"),
    (lambda: cut(intent(), "details"), "f3548.type", "details"),
    (lambda: cut(intent(), "reference", "id"), "f3548.no_id", "reference"),
    (lambda: intent(volumes=[]), "f3548.no_volumes", "details"),
    (lambda: intent(volumes={}), "f3548.type", "details.volumes"),
    (lambda: intent(priority=True), "f3548.type", "details.priority"),
    (lambda: {"operational_intents": [intent(), intent()]}, "plan.repeated_id", "operational_intents[1]"),
    (volume_with(outline_polygon=None), "f3548.outline", "details.volumes[0].volume"),
    (volume_with(outline_circle={"center": {}}), "f3548.outline", "details.volumes[0].volume"),
    (
        volume_with(outline_polygon={"vertices": [{"lng": 1}]}),
        "f3548.type",
        "details.volumes[0].volume.outline_polygon.vertices[0]",
    ),
    (
        volume_with(outline_polygon={"vertices": vertices((0, 0), (1, 1), (1, 0), (0, 1))}),
        "geometry.self_intersection",
        "details.volumes[0].volume.outline_polygon.vertices",
    ),
    (
        volume_with(altitude_lower={"value": 1, "reference": "SFC", "units": "M"}),
        "f3548.datum",
        "details.volumes[0].volume.altitude_lower.reference",
    ),
    (
        volume_with(altitude_lower={"value": 1, "reference": "W84", "units": "FT"}),
        "f3548.units",
        "details.volumes[0].volume.altitude_lower.units",
    ),
    (volume_with(altitude_lower=height(636)), "altitude.upside_down", "details.volumes[0].volume"),
]


@pytest.mark.parametrize(("document", "code", "path"), BAD)
def test_refused(document: Callable[[], object], code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(document())
    assert (caught.value.code, caught.value.path) == (code, path)


@pytest.mark.parametrize(
    ("key", "value", "code", "path"),
    [
        ("time_start", time("2026-11-23T12:00:00Z"), "time.backwards", "volume"),
        ("time_start", {"value": 5, "format": "RFC3339"}, "f3548.type", "time_start.value"),
        ("time_start", {"format": "RFC3339"}, "f3548.type", "time_start.value"),
        ("time_end", {"value": "1", "format": "epoch"}, "f3548.time_format", "time_end.format"),
        ("time_end", time("2026-11-23T12:00:00"), "time.no_offset", "time_end.value"),
    ],
)
def test_times_refused(key: str, value: object, code: str, path: str) -> None:
    volume = volume4d()
    volume[key] = value
    with pytest.raises(Invalid) as caught:
        read(intent(volumes=[volume]))
    assert (caught.value.code, caught.value.path) == (code, f"details.volumes[0].{path}")


# writing

triangle = polygon([[(7.0, 46.0), (7.1, 46.0), (7.05, 46.1)]], "geodesic", closed=False)
LEVELS = (Altitude("HAE", 0), Altitude("HAE", 120 * METRE))


def plan_of(*volumes: Volume, **more: Any) -> Plan:
    return Plan("uss1", ID, volumes, **more)


def written(*plans: Plan, reference: VerticalReference | None = None) -> tuple[Any, tuple[str, ...]]:
    data, notes = f3548.write(plans, reference)
    return json.loads(data), notes


def back(*plans: Plan, reference: VerticalReference | None = None) -> tuple[Plan, ...]:
    data, _ = f3548.write(plans, reference)
    return tuple(filed.plan for filed in f3548.read(data, OPTIONS).filed)


def test_the_fields_of_a_reference() -> None:
    document, notes = written(
        plan_of(
            Volume(triangle, *LEVELS, NOON, NOON + 60_000),
            Volume(triangle, *LEVELS, NOON + 1, NOON + 120_000),
            state="accepted",
            priority=7,
        )
    )
    (one,) = document["operational_intents"]
    assert one["reference"] == {
        "id": ID,
        "manager": "uss1",
        "uss_availability": "Unknown",
        "version": 1,
        "state": "Accepted",
        "time_start": {"value": "2023-11-14T22:13:20.000Z", "format": "RFC3339"},
        "time_end": {"value": "2023-11-14T22:15:20.000Z", "format": "RFC3339"},
        "uss_base_url": "",
        "subscription_id": "00000000-0000-4000-8000-000000000000",
    }
    assert one["details"]["priority"] == 7
    assert one["details"]["off_nominal_volumes"] == []
    assert one["details"]["volumes"][0]["volume"] == {
        "outline_polygon": {"vertices": vertices((7.0, 46.0), (7.1, 46.0), (7.05, 46.1))},
        "altitude_lower": height(0),
        "altitude_upper": height(120),
    }
    assert len(notes) == 1
    assert "uss_base_url" in notes[0]


@st.composite
def shapes(draw: st.DrawFn) -> Circle | Polygon:
    lon, lat = draw(st.integers(-1_799_000_000, 1_799_000_000)), draw(st.integers(-890_000_000, 890_000_000))
    if draw(st.booleans()):
        return Circle((lon, lat), draw(st.integers(0, 5_000_000 * METRE)))
    size = draw(st.integers(10, 900_000))
    corners = [(lon, lat), (lon + size, lat), (lon + size // 2, lat + size)]
    made = polygon([[(x / 1e7, y / 1e7) for x, y in corners]], "geodesic", closed=False)
    return Polygon(made.rings, "geodesic")


@st.composite
def volumes(draw: st.DrawFn) -> Volume:
    start = draw(st.integers(-(10**12), 4 * 10**12))
    lower = draw(st.integers(-8_000 * METRE, 90_000 * METRE))
    upper = Altitude("HAE", lower + draw(st.integers(1, 9_000 * METRE)))
    return Volume(
        draw(shapes()),
        Altitude("HAE", lower),
        draw(st.sampled_from([upper, UNLIMITED])),
        start,
        start + draw(st.integers(1, 10**10)),
    )


states: st.SearchStrategy[State] = st.sampled_from(["accepted", "activated", "nonconforming", "contingent"])


@settings(max_examples=60)
@given(st.lists(volumes(), min_size=1, max_size=3), states, st.integers(-10, 100), st.uuids(version=4))
def test_geodesic_shapes_in_hae_come_back_as_they_were(
    held: list[Volume], state: State, priority: int, name: object
) -> None:
    plan = Plan("uss ü", str(name), tuple(held), state=state, priority=priority)
    assert back(plan) == (plan,)


@pytest.mark.parametrize(("state", "key"), [("activated", "volumes"), ("contingent", "off_nominal_volumes")])
def test_only_off_nominal_states_have_off_nominal_volumes(state: State, key: str) -> None:
    document, _ = written(plan_of(Volume(triangle, *LEVELS, NOON, NOON + 1000), state=state))
    details = document["operational_intents"][0]["details"]
    assert [name for name in ("volumes", "off_nominal_volumes") if details[name]] == [key]


def test_other_ids_become_uuids_of_version_4_always_the_same() -> None:
    volume = Volume(triangle, *LEVELS, NOON, NOON + 1000)
    plans = [Plan("a", "north", (volume,)), Plan("b", "north", (volume,)), Plan("b", ID, (volume,))]
    document, notes = written(*plans, Plan("c", ID, (volume,)))
    ids = [one["reference"]["id"] for one in document["operational_intents"]]
    assert ids[2] == ID
    assert len(set(ids)) == 4
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", i) for i in ids
    )
    assert written(plans[0])[0]["operational_intents"][0]["reference"]["id"] == ids[0]
    assert any("plan north of a is " + ids[0] in note for note in notes)


def test_a_corridor_is_written_as_a_polygon_that_holds_it() -> None:
    line = Corridor(((70_000_000, 460_000_000), (72_000_000, 461_000_000)), 500 * METRE)
    plan = plan_of(Volume(line, *LEVELS, NOON, NOON + 1000))
    (read_back,) = back(plan)
    outline = read_back.volumes[0].ground
    assert isinstance(outline, Polygon)
    assert within(line, outline)
    # and not much more: a kilometre further it no longer fits
    assert not within(replace(line, half_width=600 * METRE), outline)
    assert any("polygons that hold them" in note for note in written(plan)[1])


def test_edges_straight_in_lonlat_are_held_by_what_is_written() -> None:
    box = polygon([[(7.0, 60.0), (12.0, 60.0), (12.0, 61.0), (7.0, 61.0)]], "lonlat", closed=False)
    (read_back,) = back(plan_of(Volume(box, *LEVELS, NOON, NOON + 1000)))
    outline = read_back.volumes[0].ground
    assert isinstance(outline, Polygon)
    assert within(
        circle(9.5, 60.0005, 10 * METRE), outline
    )  # the geodesic from corner to corner runs north of it
    assert not within(circle(9.5, 59.999, 10 * METRE), outline)


def test_slack_grows_the_circle() -> None:
    (read_back,) = back(plan_of(Volume(Circle((0, 0), 50 * METRE, 80), *LEVELS, NOON, NOON + 1000)))
    assert read_back.volumes[0].ground == Circle((0, 0), 50 * METRE + 80)


def test_holes_are_filled_and_told() -> None:
    rings = [[(7.0, 46.0), (7.1, 46.0), (7.05, 46.1)], [(7.04, 46.02), (7.06, 46.02), (7.05, 46.04)]]
    holed = polygon(rings, "geodesic", closed=False)
    plan = plan_of(Volume(holed, *LEVELS, NOON, NOON + 1000))
    assert back(plan)[0].volumes[0].ground == triangle
    assert any(note.startswith("holes are filled") for note in written(plan)[1])


def test_other_datums_become_the_widest_band(reference: VerticalReference) -> None:
    levels = Altitude("MSL", 100 * METRE), Altitude("FL", 31_000 * FOOT)
    plan = plan_of(Volume(triangle, *levels, NOON, NOON + 1000))
    (read_back,) = back(plan, reference=reference)
    (volume,) = read_back.volumes
    assert (volume.lower.datum, volume.upper.datum) == ("HAE", "HAE")
    # the geoid lies some 47 to 53 m above WGS84 there (EGM96); a geoid not named adds 6 m, the grid 1.2 m
    assert 130 * METRE < volume.lower.value < 147 * METRE
    # warm high-pressure air lifts FL310 by up to 4,100 ft (GEOMETRY, Altitude)
    assert 33_000 * FOOT < volume.upper.value < 36_000 * FOOT
    assert any("widest W84 heights" in note for note in written(plan, reference=reference)[1])
    with pytest.raises(Invalid) as caught:
        f3548.write([plan], None)
    assert caught.value.code == "f3548.datum"


def test_the_text_msl_is_written_as_both_readings(reference: VerticalReference) -> None:
    def lowest(datum: Any) -> int:
        volume = Volume(triangle, Altitude(datum, 1_000 * METRE), UNLIMITED, NOON, NOON + 1000)
        return back(plan_of(volume), reference=reference)[0].volumes[0].lower.value

    assert lowest("MSL/ALT") == min(lowest("MSL"), lowest("ALT"))
    assert lowest("ALT") < lowest("MSL") - 10 * METRE


def test_limits_and_times_that_are_equal_are_set_apart() -> None:
    level = Altitude("HAE", 310 * METRE)
    plan = plan_of(Volume(triangle, level, level, NOON, NOON))
    (volume,) = back(plan)[0].volumes
    assert (volume.lower.value, volume.upper.value) == (3_095_000, 3_105_000)
    assert (volume.start, volume.end) == (NOON - 500, NOON + 500)
    document, notes = written(plan)
    assert document["operational_intents"][0]["reference"]["time_start"]["value"].endswith("19.500Z")
    assert any("lower below upper" in note for note in notes)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start": None}, "f3548.no_time"),
        ({"end": None}, "f3548.no_time"),
        ({"pad": Pad(h=1)}, "f3548.pad"),
        ({"pad": Pad(v=1)}, "f3548.pad"),
        ({"pad": Pad(t=1)}, "f3548.pad"),
    ],
)
def test_what_f3548_cannot_say_is_refused(change: dict[str, Any], code: str) -> None:
    volume = replace(Volume(triangle, *LEVELS, NOON, NOON + 1000), **change)
    with pytest.raises(Invalid) as caught:
        f3548.write([plan_of(volume)], None)
    assert (caught.value.code, caught.value.path) == (code, f"plan {ID} of uss1, volume 0")


def test_what_it_has_no_field_for_is_told() -> None:
    volume = Volume(triangle, *LEVELS, NOON, NOON + 1000, Frequencies(1, 2))
    full = plan_of(volume, activity="survey", label="l", callsign="c", note="n", variant_of="v", review=NOON)
    ended = replace(full, id="x", state="ended")
    document, notes = written(full, ended)
    assert len(document["operational_intents"]) == 1
    for what in (
        "activity",
        "label",
        "callsign",
        "note",
        "group of variants",
        "review date",
        "frequency band",
    ):
        assert any(note.startswith(f"the {what} is left out") for note in notes)
    assert any(note.startswith("ended plans are left out") and "plan x of uss1" in note for note in notes)


def test_repeated_neighbours_are_taken_as_one_and_the_antimeridian_is_told() -> None:
    ring = vertices((179.9, 46.0), (179.9, 46.0), (-179.9, 46.0), (180.0, 46.1))
    reading = read(intent(volumes=[volume4d(outline_polygon={"vertices": ring})]))
    shape = reading.filed[0].plan.volumes[0].ground
    assert isinstance(shape, Polygon)
    assert len(shape.rings[0]) == 3
    assert [note.split(" (")[0] for note in reading.notes] == [
        "repeated neighbouring positions were taken as one",
        "an edge crosses the antimeridian",
    ]


def test_one_open_end_is_told() -> None:
    volume = volume4d()
    del volume["time_end"]
    reading = read(intent(volumes=[volume]))
    assert reading.filed[0].plan.volumes[0].end is None
    assert reading.notes == ("no end is stated, read as in force until further notice (details.volumes[0])",)


def test_a_corridor_around_a_hole_is_filled() -> None:
    corners = ((0, 0), (2_000_000, 0), (2_000_000, 2_000_000), (0, 2_000_000), (0, 0))
    plan = plan_of(Volume(Corridor(corners, 500 * METRE), *LEVELS, NOON, NOON + 1000))
    (read_back,) = back(plan)
    outline = read_back.volumes[0].ground
    assert isinstance(outline, Polygon)
    assert within(circle(0.1, 0.1, 5_000 * METRE), outline)
    assert any(note.startswith("holes are filled") for note in written(plan)[1])


def test_a_shape_that_no_polygon_holds_is_refused_with_its_plan() -> None:
    long = Corridor(((0, 0), (600_000_000, 0)), 500 * METRE)
    with pytest.raises(Invalid) as caught:
        f3548.write([plan_of(Volume(long, *LEVELS, NOON, NOON + 1000))], None)
    assert caught.value.code == "geometry.not_a_polygon"
    assert caught.value.path.startswith(f"plan {ID} of uss1, volume 0")


def test_a_plan_without_volumes_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        f3548.write([plan_of()], None)
    assert (caught.value.code, caught.value.path) == ("f3548.no_volumes", f"plan {ID} of uss1")
