"""Reports as JSON: exact both ways, strict, and one a line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import report_json, report_lines
from wideberth.model.track import DOUBTS, KINDS, Report, Velocity
from wideberth.space.altitude import DATUMS, LIMIT, Altitude
from wideberth.space.units import DEGREE, FOOT, METRE

NAMES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


def altitudes() -> st.SearchStrategy[Altitude]:
    values = st.integers(-1_000 * METRE, LIMIT)
    return st.builds(
        lambda datum, value: Altitude(datum, 0 if datum in ("SFC", "UNL") else value),
        st.sampled_from(DATUMS),
        values,
    )


def reports() -> st.SearchStrategy[Report]:
    return st.builds(
        Report,
        source=NAMES,
        id=st.builds(lambda a, b: f"{a}:{b}", st.sampled_from(["icao", "mmsi", "cot", "north"]), NAMES),
        at_ms=st.integers(0, 4_000_000_000_000),
        point=st.tuples(st.integers(-180 * DEGREE, 180 * DEGREE), st.integers(-90 * DEGREE, 90 * DEGREE)),
        doubt=st.integers(0, 10**9),
        altitude=st.none() | altitudes(),
        velocity=st.none()
        | st.builds(
            Velocity,
            st.integers(0, 12_000_000),
            st.integers(0, 360 * DEGREE - 1),
            st.none() | st.integers(-500_000, 500_000),
        ),
        turn=st.none() | st.integers(-30 * DEGREE, 30 * DEGREE),
        callsign=st.just("") | NAMES,
        kind=st.sampled_from(KINDS),
        grounded=st.booleans(),
        doubts=st.lists(st.sampled_from(list(DOUBTS)), unique=True).map(tuple),
    )


@given(st.lists(reports(), max_size=4))
def test_what_is_written_is_read_again_exactly(some: list[Report]) -> None:
    assert report_lines.read(report_lines.write(some)) == some


@given(reports(), st.integers(1, 10**9))
def test_the_doubt_of_an_altitude_goes_with_it(report: Report, doubt: int) -> None:
    if report.altitude is not None:
        changed = Report(
            **{**{k: getattr(report, k) for k in report.__struct_fields__}, "altitude_doubt": doubt}
        )
        assert report_json.read(report_json.write(changed)) == changed


def said(**changes: Any) -> dict[str, Any]:
    base = {
        "source": "a",
        "id": "icao:4b1815",
        "at": "2026-11-28T10:00:00.000Z",
        "lon_deg": 8.5,
        "lat_deg": 47,
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not ...}


def test_a_report_reads_as_it_says() -> None:
    found = report_json.read(
        said(
            doubt_m=100.00001,
            altitude={"value": 1000.00001, "unit": "ft", "datum": "FL"},
            altitude_doubt_m=10,
            speed_m_s=100.5,
            course_deg=360,
            climb_m_s=-2.5,
            turn_deg_s=-3,
        )
    )
    assert (found.point, found.at_ms) == ((85_000_000, 470_000_000), 1_795_860_000_000)
    # rounding is outwards: of a doubt up, of an altitude down with its doubt grown
    assert found.doubt == 1_000_001
    assert (found.altitude, found.altitude_doubt) == (Altitude("FL", 1_000 * FOOT), 100_001)
    assert found.velocity == Velocity(100_500, 0, -2_500)
    assert found.turn == -3 * DEGREE


def test_what_is_finer_than_the_grid_grows_the_doubt() -> None:
    assert report_json.read(said(lon_deg=8.123456789)).doubt == 80


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "4b1815"}, "report.name"),
        ({"id": ":x"}, "report.name"),
        ({"id": "icao:"}, "report.name"),
        ({"id": "icao:4b\n"}, "report.name"),
        ({"source": ...}, "report.name"),
        ({"source": "x" * 101}, "report.name"),
        ({"callsign": " A"}, "report.name"),
        ({"callsign": "A\u202eB"}, "report.name"),
        ({"lat_deg": 91}, "geometry.latitude"),
        ({"lon_deg": -180.1}, "geometry.longitude"),
        ({"at": "2026-11-28T10:00:00"}, "time.no_offset"),
        ({"at": "now"}, "time.malformed"),
        ({"doubt_m": -1}, "report.number"),
        ({"doubt_m": 1e9}, "report.number"),
        ({"altitude_doubt_m": -1}, "report.number"),
        ({"speed_m_s": 1}, "report.velocity"),
        ({"course_deg": 1}, "report.velocity"),
        ({"climb_m_s": 1}, "report.velocity"),
        ({"speed_m_s": -1, "course_deg": 1}, "report.number"),
        ({"speed_m_s": 1, "course_deg": 361}, "report.number"),
        ({"speed_m_s": 1, "course_deg": 0, "climb_m_s": 1e9}, "report.number"),
        ({"turn_deg_s": 400}, "report.number"),
        ({"altitude": {"value": 1, "unit": "m", "datum": "QFE"}}, "altitude.unknown_datum"),
        ({"altitude": {"value": 1, "unit": "FL", "datum": "MSL"}}, "altitude.unknown_unit"),
        ({"altitude": {"value": 1e300, "unit": "m", "datum": "MSL"}}, "altitude.range"),
        ({"altitude": 100}, "report.fields"),
        ({"speed": 100}, "report.fields"),
        ({"kind": "tank"}, "report.fields"),
        ({"doubts": ["x"]}, "report.fields"),
        ({"id": ...}, "report.fields"),
        ({"lat_deg": "47"}, "report.fields"),
    ],
)
def test_what_is_wrong_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        report_json.read(said(**changes), "reports[3]")
    assert caught.value.code == code
    assert caught.value.path.startswith("reports[3]")
    line = json.dumps(said(**changes)).encode()
    with pytest.raises(Invalid) as caught:
        report_lines.read_line(line, "line 9")
    assert (caught.value.code, caught.value.path[:6]) == (code, "line 9")


def test_a_report_of_a_stream_has_its_source() -> None:
    assert report_json.read(said(source=...), source="push").source == "push"
    assert report_json.read(said(), source="push").source == "a"


def test_lines() -> None:
    one = report_json.read(said())
    data = report_lines.HEAD + b"\n" + report_lines.line(one) + b"\r\n  \n" + report_lines.line(one).rstrip()
    assert report_lines.is_ours(data)
    assert report_lines.read(data) == [one, one]
    assert not report_lines.is_ours(b'{"schema":"wideberth.plans/1"}\n')
    assert not report_lines.is_ours(b"\xff\xfe")


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (b"", "report.schema", "line 1"),
        (b'{"schema":"wideberth.reports/2"}\n', "report.schema", "line 1"),
        (report_lines.HEAD + b"\n{}", "report.fields", "line 3"),
        (report_lines.HEAD + b"\xff", "report.fields", "line 2"),
        (report_lines.HEAD + b"[" * 5_000, "report.fields", "line 2"),
        (report_lines.HEAD + b" " * 9_000 + b"x", "report.line", "line 2"),
    ],
)
def test_lines_that_are_none(data: bytes, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        report_lines.read(data)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_more_than_is_read_at_once() -> None:
    some = report_lines.write([report_json.read(said())] * 3)
    with pytest.raises(Invalid) as caught:
        report_lines.read(some, most=2)
    assert caught.value.code == "report.too_many"
    assert len(report_lines.read(some, most=3)) == 3
