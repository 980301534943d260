"""Whatever stands in one place of a document, a reader answers with plans or with one clear error."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import f3548, flight_intents, trajectory
from wideberth.formats.reading import Options, Reading

VERTICES = [{"lng": 0.0, "lat": 0.0}, {"lng": 1.0, "lat": 0.0}, {"lng": 0.0, "lat": 1.0}]
HEIGHT = {"value": 5, "reference": "W84", "units": "M"}
TIME = {"value": "2026-11-23T10:00:00Z", "format": "RFC3339"}
OUTLINE = {"outline_polygon": {"vertices": VERTICES}, "altitude_lower": HEIGHT}
CIRCLE = {"outline_circle": {"center": VERTICES[0], "radius": {"value": 5, "units": "M"}}}
INTENT: dict[str, Any] = {
    "reference": {"id": "a", "manager": "b", "state": "Accepted"},
    "details": {"volumes": [{"volume": OUTLINE, "time_start": TIME}, {"volume": CIRCLE}], "priority": 1},
}
MOMENT = {"offset_from": {"starting_from": {"time_during_test": "TimeOfEvaluation"}, "offset": "5m"}}
TEMPLATE = {
    "basic_information": {
        "usage_state": "Planned",
        "uas_state": "Nominal",
        "area": [{**OUTLINE, "start_time": MOMENT, "duration": "5m"}],
    },
    "astm_f3548_21": {"priority": 0},
}
REQUEST = {
    "reference_time": TIME["value"],
    "request": {"operational_intent": {**INTENT["details"], "state": "Accepted"}},
}
CHANGE = {"source": "a", "mutation": {"basic_information": {"area": [{"+altitude_lower": HEIGHT}]}}}
INTENTS = {"intents": {"a": {"full": TEMPLATE}, "b": {"full": REQUEST}, "c": {"delta": CHANGE}}}
RECORD = {
    "timestamp": 1.7e12,
    "lat": 1.0,
    "lon": 2.0,
    "alt_ft": 5,
    "icao24": "a",
    "callsign": "b",
    "party": "c",
}
RECORDS = [RECORD, {**RECORD, "timestamp": 1.7e12 + 30_000, "lat": 1.01}]
COLUMNS = {name: [record[name] for record in RECORDS] for name in RECORD}
STATE = {"timestamp": "2026-11-23T10:00:00Z", "position": {"lat": 1.0, "lng": 2.0, "alt": 3.0}}
FLIGHTS = {"flights": [{"states": [STATE], "flight_details": {"id": "x"}}]}

anything = st.recursive(
    st.sampled_from(
        [None, True, 0, -1, 1e300, -1e15, 10**16, "", "a", "W84", "Accepted", "9" * 50, "1s", "\x00", "NaN"]
    )
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "lat", "+x", "$ref", "full", "states", "vertices"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, held in inner for place in places(held, (*path, key)))]


def spoiled(document: object, place: tuple[Any, ...], value: object) -> object:
    """The document with another value at one place."""
    if not place:
        return value
    changed: Any = copy.deepcopy(document)
    at = changed
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("read", "document"),
    [
        (f3548.read, INTENT),
        (f3548.read, {"operational_intents": [INTENT]}),
        (flight_intents.read, INTENTS),
        (trajectory.read, RECORDS),
        (trajectory.read, COLUMNS),
        (trajectory.read, FLIGHTS),
    ],
)
def test_plans_or_one_clear_error(read: Callable[[bytes, Options], Reading], document: object) -> None:
    options = Options("file", 1_700_000_000_000)
    assert read(json.dumps(document).encode(), options).filed

    @settings(max_examples=150)
    @given(st.sampled_from(places(document)), anything)
    def check(place: tuple[Any, ...], value: object) -> None:
        try:
            reading = read(json.dumps(spoiled(document, place, value)).encode(), options)
        except Invalid as error:
            assert "." in error.code
            assert error.wanted
        else:
            assert all(len(filed.where) == len(filed.plan.volumes) > 0 for filed in reading.filed)
            assert reading.filed

    check()
