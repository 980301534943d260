"""Recorded positions: the shapes of files, what columns mean, and the recorded traffic of the field data."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import adsb, recording, report_lines
from wideberth.formats.reading import Options
from wideberth.formats.trajectory import HALF_WIDTH, VERTICAL
from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import ROUNDING
from wideberth.space.units import FOOT, METRE

NOON = 1_700_000_000_000
OPTIONS = Options("tracks.json", 0)
RECORD = {
    "timestamp": NOON,
    "latitude": 47.5,
    "longitude": 8.25,
    "altitude": 35_000,
    "icao24": "4B1815",
    "callsign": "SWR12A",
    "groundspeed": 450,
    "track": 90,
    "vertical_rate": -640,
    "squawk": "1000",
}
EXPECTED = Report(
    "north",
    "icao:4b1815",
    NOON,
    (82_500_000, 475_000_000),
    HALF_WIDTH + 1_157_500 + ROUNDING,
    Altitude("FL", 35_000 * FOOT),
    adsb.STEP // 2,
    Velocity(231_500, 900_000_000, round(-640 * 304.8 / 60)),
    callsign="SWR12A",
    kind="aircraft",
)


def read(document: object, options: Options = OPTIONS) -> list[Report]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return recording.read(data, "north", options).reports


def record(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**RECORD, **changes}.items() if value is not ...}


def test_a_record() -> None:
    assert read([RECORD]) == [EXPECTED]
    assert read(gzip.compress(json.dumps([RECORD]).encode())) == [EXPECTED]
    assert read({key: {"0": value} for key, value in RECORD.items()}) == [EXPECTED]
    assert read({key: [value] for key, value in RECORD.items()}) == [EXPECTED]


def test_as_csv() -> None:
    head, row = ",".join(RECORD), ",".join(map(str, RECORD.values()))
    assert read(f"{head}\r\n{row}\r\n\r\n".encode("utf-8-sig")) == [EXPECTED]
    assert read(f"{head}\n{row}".replace(",", ";").encode()) == [EXPECTED]
    spelled = head.replace("altitude", "Altitude (ft)").replace("timestamp", "Timestamp")
    stated = row.replace(str(NOON), "2023-11-14T22:13:20Z")
    assert read(f"{spelled}\n{stated}\n".encode()) == [EXPECTED]
    # a cell that is empty says nothing
    nothing = row.replace("450", "").replace("35000", "NaN")
    (report,) = read(f"{head}\n{nothing}\n".encode())
    assert (report.velocity, report.altitude) == (None, None)


def test_as_our_own_lines() -> None:
    later = read([record(timestamp=NOON + 1)])[0]
    data = report_lines.write([later, EXPECTED])
    assert read(data) == read(gzip.compress(data)) == [EXPECTED, later]


def test_reports_come_in_order_of_time() -> None:
    some = [record(timestamp=NOON + 1_000 * k, icao24=f"4b181{k}") for k in (3, 1, 2)]
    assert [report.at_ms - NOON for report in read(some)] == [1_000, 2_000, 3_000]


@pytest.mark.parametrize(
    ("changes", "name", "kind"),
    [
        ({}, "icao:4b1815", "aircraft"),
        ({"icao24": "DRONE7"}, "north:DRONE7", "unknown"),
        ({"icao24": "DRONE7", "kind": "vehicle"}, "north:DRONE7", "vehicle"),
        ({"icao24": ..., "mmsi": 247_320_000}, "mmsi:247320000", "vessel"),
        ({"icao24": ...}, "north:SWR12A", "unknown"),
        ({"icao24": ..., "callsign": ...}, "north:1", "unknown"),
        ({"party": "South"}, "icao:4b1815", "aircraft"),
        ({"party": "South", "icao24": "X"}, "South:X", "unknown"),
    ],
)
def test_what_a_row_is_of(changes: dict[str, Any], name: str, kind: str) -> None:
    (report,) = read([record(**changes)])
    assert (report.id, report.kind) == (name, kind)
    assert report.source == changes.get("party", "north")


@pytest.mark.parametrize(
    ("changes", "velocity"),
    [
        (
            {"groundspeed": ..., "speed_m_s": 100.5, "climb_m_s": 2, "vertical_rate": ...},
            Velocity(100_500, 900_000_000, 2_000),
        ),
        ({"vertical_rate": None}, Velocity(231_500, 900_000_000)),
        ({"track": 360}, Velocity(231_500, 0, -3_251)),
        ({"track": None}, None),
        ({"groundspeed": -1}, None),
        ({"groundspeed": "fast"}, None),
        ({"groundspeed": 1e8}, None),
    ],
)
def test_how_it_moves(changes: dict[str, Any], velocity: Velocity | None) -> None:
    assert read([record(**changes)])[0].velocity == velocity


def test_doubts() -> None:
    stated = Options("x", 0, half_width=30 * METRE, vertical_tolerance=20 * METRE)
    (report,) = read([RECORD], stated)
    assert (report.doubt, report.altitude_doubt) == (30 * METRE, 20 * METRE)
    fine = record(longitude=8.123456789, altitude_m=1_000, altitude=...)
    (report,) = read([fine])
    assert (report.doubt - EXPECTED.doubt, report.altitude_doubt) == (80, VERTICAL)
    assert report.altitude == Altitude("MSL/ALT", 1_000 * METRE)
    told = recording.read(json.dumps([RECORD]).encode(), "north", OPTIONS).notes
    assert any("taken as 100 m" in note for note in told)
    assert not any(
        "taken as" in note for note in recording.read(json.dumps([RECORD]).encode(), "n", stated).notes
    )


def test_when_a_position_was_heard() -> None:
    assert read([record(last_position=NOON - 2_000)])[0].at_ms == NOON - 2_000
    assert read([record(last_position=NOON / 1_000 - 2)])[0].at_ms == NOON - 2_000
    for none in (None, "x", NOON + 1, NOON - recording.OLDEST - 1):
        assert read([record(last_position=none)])[0].at_ms == NOON


def test_distress_and_the_ground() -> None:
    for code in ("7700", 7600):
        assert read([record(squawk=code)])[0].doubts == ("emergency",)
    assert read([record(squawk=770)])[0].doubts == ()
    (report,) = read([record(onground=True)])
    assert (report.grounded, report.altitude, report.altitude_doubt) == (True, SURFACE, 0)


def feature(shape: str, places: object, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": shape, "coordinates": places}, "properties": properties}


def test_geojson() -> None:
    point = feature(
        "Point", [8.25, 47.5, 500], time="2023-11-14T22:13:20Z", mmsi=247_320_000, course=90, speed_kt=10
    )
    (report,) = read(
        {"type": "FeatureCollection", "features": [point, feature("Point", [1, 2], name="a buoy")]}
    )
    assert (report.id, report.at_ms, report.point) == ("mmsi:247320000", NOON, (82_500_000, 475_000_000))
    assert report.altitude == Altitude("HAE", 500 * METRE)
    assert report.velocity == Velocity(5_144, 900_000_000)
    times = ["2023-11-14T22:13:20Z", "2023-11-14T22:13:21.500Z"]
    line = feature(
        "LineString", [[8.25, 47.5], [8.26, 47.5]], coordTimes=times, name="Convoy 7", kind="vehicle"
    )
    for one in (
        line,
        {
            **line,
            "properties": {"name": "Convoy 7", "kind": "vehicle", "coordinateProperties": {"times": times}},
        },
    ):
        found = read(one)
        assert [report.at_ms - NOON for report in found] == [0, 1_500]
        assert {(report.id, report.kind, report.altitude) for report in found} == {
            ("north:Convoy 7", "vehicle", None)
        }


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"type": "FeatureCollection", "features": []}, "recording.geojson"),
        ({"type": "FeatureCollection", "features": 1}, "recording.geojson"),
        ({"type": "FeatureCollection", "features": [None, {}]}, "recording.geojson"),
        (feature("Point", [8, 47], name="x"), "recording.geojson"),
        (feature("Point", [8], time="2023-11-14T22:13:20Z"), "recording.geojson"),
        (feature("LineString", [[8, 47]], coordTimes=[]), "recording.geojson"),
        (feature("LineString", 5, coordTimes=["x"]), "recording.geojson"),
        (feature("Point", [8, 97], time="2023-11-14T22:13:20Z"), "geometry.latitude"),
        (feature("Point", ["8", 47], time="2023-11-14T22:13:20Z"), "trajectory.number"),
        (feature("Point", [8, 47], time="yesterday"), "time.malformed"),
        ([record(latitude=97)], "geometry.latitude"),
        ([record(timestamp="2023-11-14T22:13:20")], "time.no_offset"),
        (b"", "recording.csv"),
        (b"a,b\n1,2\n", "recording.csv"),
        (b"timestamp,lat,lat\n", "recording.csv"),
        (b"timestamp,lat,lon\n1,2,3,4\n", "recording.csv"),
        (b'timestamp,lat,lon\n1,2,"3\n', "recording.csv"),
        (b"timestamp,lat,lon\n", "recording.csv"),
        (b"\xff\xfe", "recording.encoding"),
        (b"[" * 90_000, "json.depth"),
        (b'{"schema":"wideberth.reports/2"}\n', "report.schema"),
        (b"\x1f\x8b\x08", "gzip.corrupt"),
    ],
)
def test_what_is_none_is_refused(document: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(document)
    assert caught.value.code in (code, "gzip.truncated" if code == "gzip.corrupt" else code)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_end_it_otherwise(data: bytes) -> None:
    for head in (b"", b"timestamp,lat,lon\n", report_lines.HEAD, b'[{"timestamp":'):
        try:
            found = read(head + data)
        except Invalid:
            continue
        assert all(abs(report.point[1]) <= 900_000_000 for report in found)


@pytest.mark.parametrize(
    ("name", "count", "tracks"),
    [("calfire", 9_955, 45), ("elal747", 2_110, 1), ("noisy_spoofing", 8_670, 1), ("samu31", 378, 1)],
)
def test_recorded_traffic(shared: Path, name: str, count: int, tracks: int) -> None:
    found = read((shared / f"data/adsb/{name}.json.gz").read_bytes())
    assert (len(found), len({report.id for report in found})) == (count, tracks)
    assert all(a.at_ms <= b.at_ms for a, b in pairwise(found))
    some = found[:300]
    assert report_lines.read(report_lines.write(some)) == some


def test_drones_of_a_remote_id_test(shared: Path) -> None:
    found = read((shared / "data/interuss/che__netrid__circular_flights.json").read_bytes())
    assert len({report.id for report in found}) == 6
    assert {report.altitude.datum for report in found if report.altitude} == {"HAE"}
