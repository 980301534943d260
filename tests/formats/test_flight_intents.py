"""The flight-intent test files of InterUSS: deltas, time templates, flights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import flight_intents
from wideberth.formats.intent_deltas import element, flight_of, resolve
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Polygon
from wideberth.space.units import METRE, SECOND

AS_OF = 1_800_000_000_000
DAY = 86_400 * SECOND


def read_file(shared: Path, name: str) -> Reading:
    data = (shared / "data" / "interuss" / name).read_bytes()
    return flight_intents.read(data, Options(name, AS_OF))


def by_id(reading: Reading) -> dict[str, Plan]:
    return {filed.plan.id: filed.plan for filed in reading.filed}


def test_the_standard_file(shared: Path) -> None:
    reading = read_file(shared, "flight_intents__standard__conflicting_flights.yaml")
    plans = by_id(reading)
    assert len(plans) == 13
    assert {name: plan.party for name, plan in plans.items() if plan.party == "flight2"}.keys() == {
        "flight2_planned",
        "flight2_activated",
        "flight2m_activated",
        "equal_prio_flight2_planned",
        "equal_prio_flight2m_planned",
        "equal_prio_flight2_activated",
        "equal_prio_flight2_nonconforming",
    }
    assert {plan.party for plan in plans.values()} == {"flight1", "flight2"}
    assert all(plan.variant_of == plan.party for plan in plans.values())
    states = {name: (plan.state, plan.priority) for name, plan in plans.items()}
    assert states["flight2_planned"] == ("accepted", 100)
    assert states["flight2m_activated"] == ("activated", 100)
    assert states["equal_prio_flight2_nonconforming"] == ("nonconforming", 0)
    # three deltas deep: the ground of flight2_planned, the top of flight2_planned, its own bottom
    (last,) = plans["equal_prio_flight2_nonconforming"].volumes
    assert last.ground == Polygon((((-2000, 2000), (0, -2500), (2000, 1500), (0, 5000)),))
    assert (last.lower, last.upper) == (Altitude("HAE", 1_200), Altitude("HAE", 28 * METRE))
    assert (last.start, last.end) == (AS_OF - SECOND, AS_OF + 45 * 60 * SECOND)
    # "+vertices" replaces four vertices by three
    (moved,) = plans["flight2m_activated"].volumes
    assert moved.ground == Polygon((((-2000, 2000), (4000, 1500), (0, 5000)),))
    assert len(reading.notes) == 1
    assert "./flight_auths.yaml#/standard" in reading.notes[0]
    assert "and 1 more" in reading.notes[0]


def test_the_non_conflicting_file(shared: Path) -> None:
    plans = by_id(read_file(shared, "flight_intents__standard__non_conflicting.yaml"))
    assert {name: plan.party for name, plan in plans.items()} == {
        "flight_1": "flight_1",
        "flight_1_planned": "flight_1",
        "flight_1_activated": "flight_1",
        "flight_2": "flight_2",
        "flight_2_planned": "flight_2",
        "flight_2_planned_modified": "flight_2",
    }
    (volume,) = plans["flight_2_planned_modified"].volumes
    assert (volume.lower.value, volume.upper.value) == (0, 65 * METRE)
    assert (volume.start, volume.end) == (AS_OF - SECOND, AS_OF + 2_699 * SECOND)  # -1s and a duration of 45m


def test_the_invalid_file(shared: Path) -> None:
    plans = by_id(read_file(shared, "che__flight_intents__invalid_flight_intents.yaml"))
    assert {name: plan.party for name, plan in plans.items()} == {
        "valid_flight": "valid_flight",
        "valid_activated": "valid_flight",  # its delta changes only the state
        "valid_conflict_tiny_overlap": "valid_conflict_tiny_overlap",
        "invalid_too_far_away": "invalid_too_far_away",
    }
    assert plans["valid_activated"].state == "activated"
    (far,) = plans["invalid_too_far_away"].volumes
    assert (far.start, far.end) == (AS_OF + 32 * DAY, AS_OF + 32 * DAY + 300 * SECOND)
    # without a + the vertices are changed one by one; here all three are
    (tiny,) = plans["valid_conflict_tiny_overlap"].volumes
    ring = ((61965395, 461929644), (61962350, 461932360), (61969250, 461931740))
    assert tiny.ground == Polygon((ring,))


@pytest.mark.parametrize("name", ["conflicting_flights", "priority_preemption"])
def test_the_older_files(name: str, shared: Path) -> None:
    reading = read_file(shared, f"che__flight_intents__{name}.json")
    plans = by_id(reading)
    assert len(plans) == 12
    assert {plan.party for plan in plans.values()} == {"flight_1", "flight_2"}
    assert all(plan.party == plan_id[:8] for plan_id, plan in plans.items())
    last = plans["flight_2_equal_prio_nonconforming_vol_A"]
    assert (last.state, last.priority) == ("nonconforming", 0)
    nominal, off_nominal = last.volumes
    assert (nominal.lower.value, nominal.upper.value) == (650 * METRE, 705 * METRE)
    assert (off_nominal.lower.value, off_nominal.upper.value) == (605 * METRE, 635 * METRE)
    assert nominal.ground == off_nominal.ground
    # reference_time 10:34:14.483425, from 10:27:14.483425 to 10:52:14.483425: no microsecond is lost or added
    assert {(v.start, v.end) for plan in plans.values() for v in plan.volumes} == {
        (AS_OF - 420 * SECOND, AS_OF + 1_080 * SECOND)
    }
    assert reading.notes == ()
    (filed,) = (filed for filed in reading.filed if filed.plan is last)
    where = "intents.flight_2_equal_prio_nonconforming_vol_A.request.operational_intent"
    assert filed.where == (f"{where}.volumes[0]", f"{where}.off_nominal_volumes[0]")


AREA: dict[str, Any] = {
    "outline_polygon": {"vertices": [{"lng": 0, "lat": 0}, {"lng": 1, "lat": 0}, {"lng": 0, "lat": 1}]},
    "altitude_lower": {"value": 0, "reference": "W84", "units": "M"},
    "altitude_upper": {"value": 10, "reference": "W84", "units": "M"},
    "start_time": {"time_during_test": "TimeOfEvaluation"},
    "duration": "1m",
}


def template(**area: Any) -> dict[str, Any]:
    basic = {"usage_state": "Planned", "uas_state": "Nominal", "area": [{**AREA, **area}]}
    return {"full": {"basic_information": basic}}


def read(intents: Mapping[str, object], **more: Any) -> dict[str, Plan]:
    data = json.dumps({"intents": intents, **more}).encode()
    return by_id(flight_intents.read(data, Options("f", AS_OF)))


def delta(source: str, **mutation: Any) -> dict[str, Any]:
    return {"delta": {"source": source, "mutation": mutation}}


def refusal(intents: Mapping[str, object]) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        read(intents)
    return caught.value.code, caught.value.path


@pytest.mark.parametrize(
    ("offset", "ms"),
    [
        ("-1s", -1_000),
        ("45m", 2_700_000),
        ("32d", 32 * DAY),
        ("1h30m", 5_400_000),
        ("1.5s", 1_500),
        ("-2w 1d", -15 * DAY),
        ("0.0004s", 0),
    ],
)
def test_offsets(offset: str, ms: int) -> None:
    at = {"offset_from": {"starting_from": {"time_during_test": "StartOfTestRun"}, "offset": offset}}
    (volume,) = read({"a": template(start_time=at)})["a"].volumes
    assert volume.start == AS_OF + ms


def test_times_are_rounded_outwards() -> None:
    at = {"absolute_time": "2026-11-23T10:00:00.0009Z"}
    (volume,) = read({"a": template(start_time=at, duration="1s")})["a"].volumes
    assert volume.start is not None
    assert volume.end is not None
    assert volume.start % 1_000 == 0
    assert volume.end - volume.start == 1_001


def test_a_duration_before_an_end() -> None:
    end = {"time_during_test": "StartOfScenario"}
    (volume,) = read({"a": template(start_time=None, end_time=end)})["a"].volumes
    assert (volume.start, volume.end) == (AS_OF - 60_000, AS_OF)


@pytest.mark.parametrize(
    ("usage", "uas", "state"),
    [
        ("Planned", "Nominal", "accepted"),
        ("InUse", "Nominal", "activated"),
        ("InUse", "NotSpecified", "activated"),
        ("InUse", "OffNominal", "nonconforming"),
        ("InUse", "Contingent", "contingent"),
        ("Closed", "Nominal", "ended"),
        ("Closed", None, "ended"),
    ],
)
def test_states(usage: str, uas: str | None, state: str) -> None:
    intents = {"a": template(), "b": delta("a", basic_information={"usage_state": usage, "+uas_state": uas})}
    assert read(intents)["b"].state == state


@pytest.mark.parametrize(
    ("name", "flight"),
    [
        ("flight1_planned", "flight1"),
        ("flight1c_activated", "flight1"),
        ("flight1m_planned", "flight1"),
        ("equal_prio_flight2_planned", "flight2"),
        ("equal_prio_flight2m_planned", "flight2"),
        ("flight_2_equal_prio_nonconforming_vol_A", "flight_2"),
        ("flight_2_planned_modified", "flight_2"),
        ("flight_12", "flight_12"),
        ("invalid_too_far_away", "invalid_too_far_away"),
        ("planned", "planned"),
        ("north_gate_activated", "north_gate"),
    ],
)
def test_the_flight_of_a_name(name: str, flight: str) -> None:
    assert read({name: template()})[name].party == flight


def test_a_change_of_state_alone_stays_the_flight_of_its_source() -> None:
    intents = {
        "north": template(),
        "b": delta("north", basic_information={"usage_state": "InUse"}),
        "c": delta("b", basic_information={"uas_state": "OffNominal"}),
        "d": delta(
            "c", basic_information={"usage_state": "InUse", "area": [{"altitude_upper": {"value": 9}}]}
        ),
        "e": delta("c"),
    }
    parties = {name: plan.party for name, plan in read(intents).items()}
    assert parties == {"north": "north", "b": "north", "c": "north", "d": "d", "e": "e"}


def test_references_are_skipped_not_followed() -> None:
    intent = template()
    intent["full"]["uspace_flight_authorisation"] = {"$ref": "./other.yaml#/x"}
    data = json.dumps({"intents": {"a": intent}}).encode()
    reading = flight_intents.read(data, Options("f", AS_OF))
    where = "intents.a.full.uspace_flight_authorisation"
    assert reading.notes == (f"a $ref to another file was skipped: ./other.yaml#/x ({where})",)
    # where the reference held what is needed, its absence is an error, not a smaller plan
    intent["full"]["basic_information"]["area"].append({"$ref": "./areas.yaml#/second"})
    code, path = refusal({"a": intent})
    assert (code, path) == ("f3548.outline", "intents.a.basic_information.area[1]")


BAD_AREAS: list[tuple[dict[str, Any], str, str]] = [
    ({"duration": "1m", "end_time": {"time_during_test": "StartOfTestRun"}}, "intents.duration", ""),
    ({"start_time": None}, "intents.duration", ""),
    ({"duration": "-1m"}, "intents.duration", ".duration"),
    ({"duration": "soon"}, "intents.offset", ".duration"),
    ({"duration": "9999999w"}, "intents.offset", ".duration"),
    ({"start_time": {"time_during_test": "Lunch"}}, "intents.time_template", ".start_time"),
    ({"start_time": {"next_day": {}}}, "intents.time_template", ".start_time"),
    ({"start_time": {"offset_from": {"offset": "1s"}}}, "intents.time_template", ".start_time.offset_from"),
    ({"transformations": [{"relative_translation": {}}]}, "intents.transformations", ""),
    ({"outline_polygon": None}, "f3548.outline", ""),
    (
        {"altitude_lower": {"value": 1, "reference": "SFC", "units": "M"}},
        "f3548.datum",
        ".altitude_lower.reference",
    ),
]


@pytest.mark.parametrize(("area", "code", "path"), BAD_AREAS)
def test_areas_refused(area: dict[str, Any], code: str, path: str) -> None:
    found = refusal({"a": template(**area)})
    assert found == (code, f"intents.a.basic_information.area[0]{path}")


def chain(length: int) -> dict[str, object]:
    return {"0": template(), **{str(k): delta(str(k - 1)) for k in range(1, length)}}


def test_a_chain_of_deltas_has_an_end() -> None:
    assert len(read(chain(64))) == 64
    assert refusal(chain(65))[0] == "intents.depth"
    assert refusal({"a": delta("b"), "b": delta("a")}) == ("intents.cycle", "intents.b.delta.source")
    assert refusal({"a": delta("a")}) == ("intents.cycle", "intents.a.delta.source")


def test_a_short_file_must_not_unfold_without_end() -> None:
    vertices = [{"lng": 0, "lat": 0}] * 5_000
    intents = {"0": template(outline_polygon={"vertices": vertices})}
    intents.update({str(k): delta("0", astm_f3548_21={"priority": k}) for k in range(1, 900)})
    assert refusal(intents)[0] == "intents.too_large"
    assert refusal({str(k): template() for k in range(1_001)}) == ("intents.count", "intents")
    with pytest.raises(Invalid) as caught:
        flight_intents.read(b" " * (4 * 1024 * 1024 + 1), Options("f", AS_OF))
    assert caught.value.code == "file.too_large"


@pytest.mark.parametrize(
    ("intents", "code", "path"),
    [
        ({}, "intents.count", "intents"),
        ({"a": {}}, "intents.element", "intents.a"),
        ({"a": {"full": {}, "delta": {"source": "a"}}}, "intents.element", "intents.a"),
        ({"a": {"full": {}}}, "intents.shape", "intents.a"),
        ({"a": delta("b")}, "intents.no_source", "intents.a.delta.source"),
        ({"a": {"delta": {}}}, "intents.no_source", "intents.a.delta"),
        (
            {"a": {"full": {"basic_information": {"usage_state": "Planned"}}}},
            "intents.no_volumes",
            "intents.a",
        ),
        (
            {"a": template(), "b": delta("a", basic_information=[])},
            "intents.mutation",
            "intents.b.delta.mutation.basic_information",
        ),
        ({"a": {"full": {"request": {"operational_intent": {}}}}}, "intents.no_reference_time", "intents.a"),
        ({" a": template()}, "text.spaces", "intents. a"),
    ],
)
def test_intents_refused(intents: Mapping[str, object], code: str, path: str) -> None:
    assert refusal(intents) == (code, path)


def test_a_repeated_name_is_refused_in_both_syntaxes() -> None:
    for data, code in (
        (b'{"intents": {"a": 1, "a": 2}}', "json.repeated_key"),
        (b"intents:\n  a: 1\n  a: 2\n", "yaml.repeated_key"),
    ):
        with pytest.raises(Invalid) as caught:
            flight_intents.read(data, Options("f", AS_OF))
        assert caught.value.code == code


leaves = st.integers(0, 3)
trees = st.recursive(
    leaves, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(st.sampled_from("abc"), trees), st.dictionaries(st.sampled_from("abc"), trees))
def test_a_delta_says_what_it_changes_and_keeps_the_rest(
    base: dict[str, Any], change: dict[str, Any]
) -> None:
    elements = {
        "full": element({"full": base}, ""),
        "delta": element(delta("full", **{f"+{key}": value for key, value in change.items()}), ""),
    }
    assert resolve(elements) == {"full": base, "delta": {**base, **change}}
    assert flight_of("full", elements) == "full"


def test_lists_merge_element_by_element() -> None:
    elements = {
        "a": element({"full": {"x": [{"p": 1, "q": 2}, 5, 6], "y": [1]}}, ""),
        "b": element(delta("a", x=[{"q": 3}], y=[7, {"+z": 8}]), ""),
    }
    assert resolve(elements)["b"] == {"x": [{"p": 1, "q": 3}, 5, 6], "y": [7, {"z": 8}]}


def request(**intent: Any) -> dict[str, Any]:
    """The older shape, from a minute before its reference time to the leap second after it."""
    volume = {
        "volume": {key: AREA[key] for key in ("outline_polygon", "altitude_lower", "altitude_upper")},
        "time_start": {"value": "2016-12-31T23:58:59.5Z", "format": "RFC3339"},
        "time_end": {"value": "2016-12-31T23:59:60Z", "format": "RFC3339"},
    }
    operational = {"volumes": [volume], "state": "Accepted", **intent}
    full = {"reference_time": "2016-12-31T23:59:59.5Z", "request": {"operational_intent": operational}}
    return {"full": full}


def test_an_end_in_a_leap_second_is_the_next_second() -> None:
    (volume,) = read({"a": request()})["a"].volumes
    assert (volume.start, volume.end) == (AS_OF - 60_000, AS_OF + 500)


@pytest.mark.parametrize(
    ("intents", "code", "path"),
    [
        ({"a": request(state=None)}, "intents.state", "intents.a.request.operational_intent.state"),
        ({"a": request(state="Flying")}, "plan.state", "intents.a.request.operational_intent.state"),
        ({"a": request(priority="high")}, "f3548.type", "intents.a.request.operational_intent.priority"),
        ({"a": request(volumes=[])}, "intents.no_volumes", "intents.a"),
        (
            {"a": template(), "b": delta("a", basic_information={"usage_state": "Lost"})},
            "intents.state",
            "intents.b.basic_information.usage_state",
        ),
        (
            {"a": template(), "b": delta("a", basic_information={"uas_state": "Lost"})},
            "intents.state",
            "intents.b.basic_information.uas_state",
        ),
        (
            {"a": template(), "b": delta("a", basic_information={"usage_state": {"x": 1}})},
            "intents.mutation",
            "intents.b.delta.mutation.basic_information.usage_state",
        ),
    ],
)
def test_values_refused(intents: Mapping[str, object], code: str, path: str) -> None:
    assert refusal(intents) == (code, path)


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"intents": []}', b"intents: soon", b"- 1"])
def test_other_documents_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        flight_intents.read(data, Options("f", AS_OF))
    assert caught.value.code == "intents.document"
