"""Trajectory files: the shapes in which reports come, how they are told apart, and what is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import trajectory
from wideberth.formats.reading import Options, Reading
from wideberth.formats.times import parse_time
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Corridor
from wideberth.space.units import FOOT, METRE, SECOND
from wideberth.space.volume import Volume

NOON = 1_700_000_000_000
OPTIONS = Options(
    "tracks.json", 0, half_width=50 * METRE, vertical_tolerance=0, time_tolerance=0, top_speed=300.0
)


def report(seconds: float, **changes: Any) -> dict[str, Any]:
    """A record as in the files of `traffic`, moving north at 11 m/s."""
    return {
        "timestamp": NOON + int(seconds * 1000),
        "latitude": 46 + int(seconds) * 0.0001,
        "longitude": 7.0,
        "altitude": 1_000.0,
        "icao24": "4b43ac",
        "callsign": "REGA1",
        **changes,
    }


def read(document: object, options: Options = OPTIONS) -> Reading:
    return trajectory.read(json.dumps(document).encode(), options)


def plans(document: object, options: Options = OPTIONS) -> list[Plan]:
    return [filed.plan for filed in read(document, options).filed]


def refusal(document: object, options: Options = OPTIONS) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(document, options)
    return caught.value


def expected(name: str = "4b43ac", callsign: str = "REGA1") -> Plan:
    """Of reports at 0, 30 and 60 s."""
    ground = Corridor(
        ((70_000_000, 460_000_000), (70_000_000, 460_030_000), (70_000_000, 460_060_000)), 500_000
    )
    level = Altitude("FL", 1_000 * FOOT)
    volume = Volume(ground, level, level, NOON, NOON + 60_000)
    return Plan("tracks.json", name, (volume,), callsign=callsign)


THREE = [report(0), report(30), report(60)]


def columns_of(records: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [record[name] for record in records] for name in records[0]}


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (THREE, "[0]…[2]"),
        (columns_of(THREE), "row 0…row 2"),
        (
            {name: {f"r{i}": v for i, v in enumerate(column)} for name, column in columns_of(THREE).items()},
            "row r0…row r2",
        ),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_the_shapes_of_a_file(document: object, where: str, zipped: bool) -> None:
    data = json.dumps(document).encode()
    reading = trajectory.read(gzip.compress(data) if zipped else data, OPTIONS)
    ((plan, places),) = ((filed.plan, filed.where) for filed in reading.filed)
    assert plan == expected()
    assert places == (where,)
    assert reading.notes == (
        '"timestamp" is read as milliseconds since 1970',
        '"altitude" is read as pressure altitude in feet (FL)',
        "no party is stated, read as 'tracks.json'",
    )


def test_what_is_not_stated_is_assumed_and_told() -> None:
    reading = read(THREE, Options("tracks.json", 0))
    (volume,) = reading.filed[0].plan.volumes
    assert isinstance(volume.ground, Corridor)
    assert volume.ground.half_width == 100 * METRE
    assert (volume.lower.value, volume.upper.value) == (900 * FOOT, 1_100 * FOOT)
    assert (volume.start, volume.end) == (NOON - 1_000, NOON + 61_000)
    for words in ("half-width", "vertical tolerance", "time tolerance"):
        assert any(words in note and "not stated, taken as" in note for note in reading.notes)


def test_names_of_fields_that_carry_their_unit() -> None:
    for name, datum, unit in (
        ("altitude_ft", "FL", FOOT),
        ("pressure_altitude_ft", "FL", FOOT),
        ("baro_altitude_m", "FL", METRE),
        ("alt_m", "MSL/ALT", METRE),
        ("alt_msl_ft", "MSL/ALT", FOOT),
        ("alt_hae_m", "HAE", METRE),
    ):
        records = [{"time": NOON + t, "lat": 46.0, "lon": 7.0, name: 1000 + t} for t in (0, 1)]
        (volume,) = plans(records)[0].volumes
        assert (volume.lower.datum, volume.lower.value) == (datum, 1000 * unit)
        assert (volume.upper.datum, volume.upper.value) == (datum, 1001 * unit)


def test_an_altitude_that_names_no_unit_is_not_read() -> None:
    reading = read([{"time": NOON, "lat": 46.0, "lng": 7.0, "alt": 1000}])
    (volume,) = reading.filed[0].plan.volumes
    assert (volume.lower.datum, volume.upper.datum) == ("SFC", "UNL")
    assert any('"alt" does not say its unit and datum' in note for note in reading.notes)


def test_geoaltitude_is_not_read() -> None:
    assert plans([{**r, "geoaltitude": 5_000} for r in THREE]) == [expected()]


@pytest.mark.parametrize(
    ("first", "second", "start", "end", "told"),
    [
        (1_700_000_000, 1_700_000_030.5, NOON, NOON + 30_500, "seconds since 1970"),
        (NOON, NOON + 30_500, NOON, NOON + 30_500, "milliseconds since 1970"),
        ("2023-11-14T22:13:20Z", "2023-11-14T23:13:50.5+01:00", NOON, NOON + 30_500, None),
        # what falls between two milliseconds widens the window of every leg
        ("2023-11-14T22:13:20Z", "2023-11-14T22:13:50.5001Z", NOON - 1, NOON + 30_501, None),
        (NOON + 0.25, NOON + 30_500, NOON - 1, NOON + 30_501, "milliseconds since 1970"),
    ],
)
def test_times(first: object, second: object, start: int, end: int, told: str | None) -> None:
    reading = read([report(0, timestamp=first), report(30, timestamp=second)])
    (volume,) = reading.filed[0].plan.volumes
    assert (volume.start, volume.end) == (start, end)
    assert any(told in note for note in reading.notes) if told else "1970" not in str(reading.notes)


def test_a_civil_time_needs_a_zone() -> None:
    records = [report(0, timestamp="2023-11-14T23:13:20")]
    assert refusal(records).code == "time.no_offset"
    paris = Options("tracks.json", 0, zone="Europe/Paris", time_tolerance=0)
    assert plans(records, paris)[0].volumes[0].start == NOON


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        ({}, "trajectory.document", ""),
        (5, "trajectory.document", ""),
        ([[1, 2]], "trajectory.document", "[0]"),
        ([], "trajectory.no_field", ""),
        ([{"latitude": 1, "longitude": 2}], "trajectory.no_field", ""),
        ([report(0, lat=46.0)], "trajectory.two_fields", ""),
        ([report(0, alt_m=5)], "trajectory.two_fields", ""),
        ([report(0, latitude=None)], "trajectory.empty", ""),
        ([report(0, latitude="46")], "trajectory.number", "[0], latitude"),
        ([report(0, altitude=True)], "trajectory.number", "[0], altitude"),
        ([report(0, altitude="ground")], "trajectory.number", "[0], altitude"),
        ([report(0), report(1, latitude=90.5)], "geometry.latitude", "[1]"),
        ([report(0, longitude=-180.5)], "geometry.longitude", "[0]"),
        ([report(0, timestamp=12)], "trajectory.time", "timestamp"),
        ([report(0), report(0, timestamp=NOON // 1000)], "trajectory.time", "timestamp"),
        ([report(0), report(0, timestamp="2023-11-14T22:13:20Z")], "trajectory.time", "[0], timestamp"),
        ([report(0, timestamp=9e14)], "trajectory.time", "timestamp"),
        ([report(0), report(1, icao24=" ")], "trajectory.no_aircraft", "[1]"),
        ([report(0, callsign=["a"])], "trajectory.text", "[0], callsign"),
        ([report(0, callsign="a\u202eb")], "text.control", "[0]"),
        ([report(0, altitude=500_000)], "altitude.range", "[0] and later reports of 4b43ac"),
        ({"latitude": [1], "longitude": [1, 2], "timestamp": [NOON]}, "trajectory.columns", "longitude"),
        ({"latitude": {"0": 1}, "longitude": {"1": 2}}, "trajectory.columns", "longitude"),
        ({"latitude": 5, "longitude": [1]}, "trajectory.columns", "latitude"),
        ({"flights": [5]}, "trajectory.document", "flights[0]"),
        ({"flights": [{"states": [5]}]}, "trajectory.document", "flights[0].states[0]"),
    ],
)
def test_refused(document: object, code: str, path: str) -> None:
    found = refusal(document)
    assert (found.code, found.path) == (code, path)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (Options("f", 0, half_width=-1), "geometry.half_width"),
        (Options("f", 0, vertical_tolerance=-1), "trajectory.tolerance"),
        (Options("f", 0, time_tolerance=-1), "trajectory.tolerance"),
        (Options("f", 0, top_speed=0.0), "trajectory.top_speed"),
        (Options("f", 0, top_speed=float("nan")), "trajectory.top_speed"),
    ],
)
def test_options_refused(options: Options, code: str) -> None:
    assert refusal(THREE, options).code == code


def test_a_longitude_beyond_180_with_wrap() -> None:
    options = Options("f", 0, wrap=True, half_width=1)
    (volume,) = plans([report(0, longitude=190.5)], options)[0].volumes
    assert volume.ground == Circle((-1_695_000_000, 460_000_000), 1, 80)


def test_positions_off_the_grid_have_slack() -> None:
    (volume,) = plans([report(0, latitude=46.00000001)])[0].volumes
    assert volume.ground == Circle((70_000_000, 460_000_000), 50 * METRE, 80)


def test_out_of_order_repeated_and_without_a_place() -> None:
    reading = read(
        [report(60), report(0), report(30), report(30), report(31, latitude=None), report(32, timestamp=None)]
    )
    assert [filed.plan for filed in reading.filed] == [expected()]
    assert reading.filed[0].where == ("[1]…[0]",)
    assert reading.notes[-2:] == (
        "repeated reports, taken once: 1",
        "reports out of order of time, sorted: 1",
    )
    assert "reports without a position, skipped: 1" in reading.notes
    assert "reports without a time, skipped: 1" in reading.notes


@given(st.permutations(range(6)))
def test_the_order_of_reports_does_not_matter(order: list[int]) -> None:
    records = [report(s) for s in (0, 30, 60, 90, 300, 310)]
    assert plans([records[k] for k in order]) == plans(records)


def test_one_aircraft_under_several_flight_names() -> None:
    records = [
        report(0, flight_id="a_1"),
        report(60, flight_id="a_1"),
        report(100, flight_id="a_2"),  # no gap: the same flight goes on
        report(400, flight_id="a_2"),  # a gap under the same name is bridged
        report(600, flight_id="a_3"),
        report(900, flight_id="a_1"),
    ]
    reading = read(records)
    assert [filed.plan.id for filed in reading.filed] == ["4b43ac/a_1", "4b43ac/a_3", "4b43ac/a_1#2"]
    first, second, third = (filed.plan for filed in reading.filed)
    assert [isinstance(volume.ground, Circle) for volume in first.volumes] == [False, False, True]
    assert (first.volumes[-1].start, first.volumes[-1].end) == (NOON + 100_000, NOON + 400_000)
    assert [volume.start for volume in second.volumes] == [NOON + 600_000]
    assert [volume.start for volume in third.volumes] == [NOON + 900_000]
    assert any(note.endswith("nothing is assumed in between: 2") for note in reading.notes)


def test_the_callsign_names_the_flight_where_nothing_else_does() -> None:
    records = [
        report(0, callsign="  AB1 "),
        report(30, callsign=None),
        report(400, callsign="AB1"),
        report(900, callsign="CD2"),
    ]
    found = plans(records)
    assert [(plan.id, plan.callsign) for plan in found] == [("4b43ac/AB1", "AB1"), ("4b43ac/CD2", "CD2")]
    assert found[0].volumes[-1].end == NOON + 400_000
    bare = [{k: v for k, v in r.items() if k not in ("icao24", "callsign")} for r in THREE]
    assert plans(bare) == [expected("tracks.json#1", "")]
    assert plans([{**r, "callsign": "AB1"} for r in bare]) == [expected("AB1", "AB1")]


def test_a_gap_too_long_for_any_circle_ends_the_plan() -> None:
    hours = 10 * 3600
    reading = read([report(0), report(hours, latitude=46.0)])
    assert [filed.plan.id for filed in reading.filed] == ["4b43ac/REGA1", "4b43ac/REGA1#2"]
    assert any("could be anywhere" in note and note.endswith(": 1") for note in reading.notes)
    slow = Options("tracks.json", 0, top_speed=100.0)
    (plan,) = plans([report(0), report(hours, latitude=46.0)], slow)
    assert isinstance(plan.volumes[0].ground, Circle)
    assert plan.volumes[0].ground.radius == (100 * (hours + 2) // 2 + 100) * METRE


def test_parties_and_aircraft_are_kept_apart() -> None:
    records = [
        report(0, party="north"),
        report(1, party="south"),
        report(2, party="north"),
        report(3, icao24="x"),
    ]
    found = {plan.key: plan for plan in plans(records)}
    assert list(found) == [("north", "4b43ac"), ("south", "4b43ac"), ("tracks.json", "x")]
    assert found["north", "4b43ac"].volumes[0].end == NOON + 2_000


def test_the_files_of_network_identification(shared: Path) -> None:
    data = (shared / "data" / "interuss" / "che__netrid__circular_flights.json").read_bytes()
    reading = trajectory.read(data, OPTIONS)
    assert [filed.plan.id for filed in reading.filed] == list("012345")
    (volume,) = reading.filed[3].plan.volumes
    assert isinstance(volume.ground, Corridor)
    assert len(volume.ground.points) == 30
    assert volume.lower == volume.upper == Altitude("HAE", 620 * METRE)
    assert (volume.start, volume.end) == (
        parse_time("2022-01-01T00:00:01Z"),
        parse_time("2022-01-01T00:00:30Z"),
    )
    assert reading.filed[3].where == ("flights[3].states[0]…flights[3].states[29]",)


def test_an_unknown_height_of_network_identification() -> None:
    place = {"lat": 46.0, "lng": 7.0, "alt": -1000}
    (plan,) = plans({"flights": [{"states": [{"timestamp": "2022-01-01T00:00:01Z", "position": place}]}]})
    assert (plan.id, plan.volumes[0].lower.datum, plan.volumes[0].upper.datum) == ("0", "SFC", "UNL")
    twice = {"states": [], "flight_details": {"id": "a"}}
    assert refusal({"flights": [twice, twice]}).code == "plan.repeated_id"


def test_dense_traffic(shared: Path) -> None:
    data = (shared / "data" / "adsb" / "switzerland.json.gz").read_bytes()
    reading = trajectory.read(data, OPTIONS)
    assert len({filed.plan.id.split("/")[0].split("#")[0] for filed in reading.filed}) == 842
    assert sum(len(filed.plan.volumes) for filed in reading.filed) > 20_000
    for filed in reading.filed:
        assert len(filed.where) == len(filed.plan.volumes)
        assert all(
            (v.end or 0) - (v.start or 0) <= 60 * SECOND for v in filed.plan.volumes if v.lower.datum == "FL"
        )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("elal747", 'altitude" is read as pressure altitude in feet'),
        ("inflight_refuelling", "reports without a position, skipped: 1"),
        ("noisy_spoofing", "steps faster than the top speed of 300 m/s, kept as reported"),
        ("sisteron", "gaps of more than 120 s without a report"),
        ("calfire", "under another flight name"),
    ],
)
def test_other_files_of_the_field(name: str, words: str, shared: Path) -> None:
    reading = trajectory.read((shared / "data" / "adsb" / f"{name}.json.gz").read_bytes(), OPTIONS)
    assert any(words in note for note in reading.notes)
    assert all(filed.plan.volumes for filed in reading.filed)


def test_altitudes_are_rounded_outwards() -> None:
    (volume,) = plans([report(0, altitude=1_000.0001)])[0].volumes  # 3,048,000.3048 tenths of a millimetre
    assert (volume.lower.value, volume.upper.value) == (3_048_000, 3_048_001)
    (volume,) = plans([report(0, altitude=-0.1)])[0].volumes  # −304.8
    assert (volume.lower.value, volume.upper.value) == (-305, -304)


def test_a_number_may_name_an_aircraft() -> None:
    assert plans([report(0, icao24=400123)])[0].id == "400123"


def test_reports_without_any_time_are_refused() -> None:
    assert refusal([report(0, timestamp=None)]).code == "trajectory.empty"


def test_a_text_time_may_be_missing_in_one_report() -> None:
    times = ["2023-11-14T22:13:20Z", None, "2023-11-14T22:14:20Z"]
    reading = read([report(k * 30, timestamp=t) for k, t in enumerate(times)])
    (volume,) = reading.filed[0].plan.volumes
    assert (volume.start, volume.end) == (NOON, NOON + 60_000)
    assert "reports without a time, skipped: 1" in reading.notes
