"""GPX: tracks with times as trajectories, other lines as corridors, and what a known parser reads."""

from __future__ import annotations

import gpxpy
import gpxpy.gpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import gpx
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.formats.times import parse_time
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume

OPTIONS = Options(
    file="a/walk.gpx",
    as_of=0,
    half_width=50 * METRE,
    vertical_tolerance=10 * METRE,
    time_tolerance=5 * SECOND,
    top_speed=10.0,
)
NOON = parse_time("2026-11-23T12:00:00Z")


def point(tag: str, lat: object, lon: object, ele: object = None, time: str = "", inside: str = "") -> str:
    height = "" if ele is None else f"<ele>{ele}</ele>"
    when = f"<time>{time}</time>" if time else ""
    return f'<{tag} lat="{lat}" lon="{lon}">{height}{when}{inside}</{tag}>\n'


def at(seconds: int) -> str:
    return f"2026-11-23T12:{seconds // 60:02d}:{seconds % 60:02d}Z"


def track(*segments: str, name: str = "Day 1") -> str:
    parts = "".join(f"<trkseg>{one}</trkseg>" for one in segments)
    return f"<trk><name>{name}</name>{parts}</trk>"


def document(*parts: str, version: str = "1/1") -> bytes:
    return f'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/{version}">\n{"".join(parts)}</gpx>'.encode()


def read(*parts: str, options: Options = OPTIONS) -> Reading:
    return gpx.read(document(*parts), options)


def volumes(*parts: str) -> tuple[Volume, ...]:
    (filed,) = read(*parts).filed
    assert len(filed.where) == len(filed.plan.volumes)
    return filed.plan.volumes


def refusal(data: bytes, options: Options = OPTIONS) -> Invalid:
    with pytest.raises(Invalid) as caught:
        gpx.read(data, options)
    return caught.value


def told(reading: Reading, note: str) -> bool:
    return any(one.startswith(note) for one in reading.notes)


def msl(metres: float) -> Altitude:
    return Altitude("MSL", round(metres * METRE))


TIMED = "".join(point("trkpt", 48 + k / 10_000, 24, 300 + k, at(30 * k)) for k in range(5))


def test_a_track_with_times_is_a_trajectory() -> None:
    reading = read(track(TIMED))
    (filed,) = reading.filed
    assert (filed.plan.party, filed.plan.id, filed.plan.label) == ("a/walk.gpx", "Day 1", "Day 1")
    first, second = filed.plan.volumes
    # legs of a minute, with 5 s and 10 m of tolerance
    assert (first.start, first.end) == (NOON - 5_000, NOON + 65_000)
    assert (second.start, second.end) == (NOON + 55_000, NOON + 125_000)
    assert (first.lower, first.upper) == (msl(290), msl(312))
    assert isinstance(first.ground, Corridor)
    assert first.ground.points == (
        (240_000_000, 480_000_000),
        (240_000_000, 480_001_000),
        (240_000_000, 480_002_000),
    )
    assert first.ground.half_width == 50 * METRE
    assert filed.where == ('trk "Day 1" line 2, line 2…4', 'trk "Day 1" line 2, line 4…6')


def test_a_silence_is_all_that_can_be_reached() -> None:
    reading = read(track(point("trkpt", 48, 24, 300, at(0)), point("trkpt", 48, 24, 300, at(240))))
    (gap,) = reading.filed[0].plan.volumes
    assert isinstance(gap.ground, Circle)
    # (240 + 2 · 5) s at 10 m/s, there and back, and the half-width
    assert gap.ground.radius == (1_250 + 50) * METRE
    assert (gap.lower, gap.upper, gap.start, gap.end) == (SURFACE, UNLIMITED, NOON - 5_000, NOON + 245_000)
    assert any("gaps of more than 120 s" in note for note in reading.notes)


def test_after_a_very_long_silence_a_new_plan_begins() -> None:
    far = point("trkpt", 48, 24, 300, "2027-02-23T12:00:00Z")
    reading = read(track(point("trkpt", 48, 24, 300, at(0)) + far))
    assert [one.plan.id for one in reading.filed] == ["Day 1", "Day 1 (2)"]
    assert any("so long" in note for note in reading.notes)


def test_times_are_utc_sorted_and_in_doubt() -> None:
    local = [
        point("trkpt", 48, 24, 300, "2026-11-23T12:00:30"),
        point("trkpt", 48, 24.001, 300, "2026-11-23T14:00:00+02:00"),
    ]
    reading = read(track(*local))
    (volume,) = reading.filed[0].plan.volumes
    assert (volume.start, volume.end) == (NOON - 5_000, NOON + 35_000)
    assert told(reading, gpx.NO_OFFSET)
    assert any("out of order" in note for note in reading.notes)
    fine = volumes(track(point("trkpt", 48, 24, 300, "2026-11-23T12:00:00.0005Z")))[0]
    assert (fine.start, fine.end) == (NOON - 5_001, NOON + 5_001)
    leap = volumes(track(point("trkpt", 48, 24, 300, "2026-11-23T11:59:60Z")))[0]
    assert (leap.start, leap.end) == (NOON - 1_000 - 6_000, NOON - 1_000 + 6_000)
    again = read(track(TIMED + TIMED))
    assert again.filed[0].plan.volumes == volumes(track(TIMED))
    assert any("repeated reports" in note for note in again.notes)


def test_reports_without_elevation() -> None:
    some = point("trkpt", 48, 24, None, at(0)) + point("trkpt", 48, 24.001, 300, at(30))
    reading = read(track(some))
    (volume,) = reading.filed[0].plan.volumes
    assert (volume.lower, volume.upper) == (SURFACE, UNLIMITED)
    assert any("lacks its altitude" in note for note in reading.notes)


def test_lines_without_times_are_in_force_until_further_notice() -> None:
    plain = "".join(point("{}", 48 + k / 100, 24, 300 + 5 * k) for k in range(3))
    for line in (
        track(plain.replace("{}", "trkpt")),
        f"<rte><name>R</name>{plain.replace('{}', 'rtept')}</rte>",
    ):
        reading = read(line)
        (volume,) = [v for v in reading.filed[0].plan.volumes if isinstance(v.ground, Corridor)]
        assert isinstance(volume.ground, Corridor)
        assert volume.ground.points == tuple((240_000_000, 480_000_000 + 100_000 * k) for k in range(3))
        assert (volume.lower, volume.upper, volume.start, volume.end) == (msl(290), msl(320), None, None)
        assert any("until further notice" in note for note in reading.notes)


def test_segments_belong_together_and_some_times_are_none() -> None:
    reading = read(track(point("trkpt", 48, 24, 300), point("trkpt", 48.1, 24, 300, at(0))))
    (volume,) = reading.filed[0].plan.volumes
    assert isinstance(volume.ground, Corridor)
    assert volume.ground.points == ((240_000_000, 480_000_000), (240_000_000, 481_000_000))
    assert (volume.start, volume.end) == (None, None)
    assert told(reading, gpx.SOME_TIMES)


def test_points_between_those_of_a_route_belong_to_it() -> None:
    inner = (
        '<extensions><x:RoutePointExtension xmlns:x="http://www.garmin.com/xmlschemas/GpxExtensions/v3">'
        '<x:rpt lat="48.05" lon="24.1"/></x:RoutePointExtension></extensions>'
    )
    reading = read(f"<rte>{point('rtept', 48, 24, inside=inner)}{point('rtept', 48.1, 24)}</rte>")
    (volume,) = reading.filed[0].plan.volumes
    assert isinstance(volume.ground, Corridor)
    assert (241_000_000, 480_500_000) in volume.ground.points
    assert (volume.lower, volume.upper) == (SURFACE, UNLIMITED)
    assert told(reading, gpx.NO_ELEVATION)
    assert reading.filed[0].plan.id == "rte line 2"


def test_waypoints_are_read_where_a_radius_is_stated() -> None:
    place = point("wpt", 48.5, 24.5, 100, inside="<name>Well</name>")
    reading = read(place, track(TIMED))
    assert [one.plan.id for one in reading.filed] == ["Day 1"]
    assert told(reading, gpx.WAYPOINTS)
    with_radius = Options(file="a", as_of=0, radius=200 * METRE)
    reading = read(place, place, options=with_radius)
    assert [one.plan.id for one in reading.filed] == ["Well", "Well (2)"]
    assert reading.filed[0].plan.volumes == (Volume(Circle((245_000_000, 485_000_000), 200 * METRE)),)
    assert told(reading, gpx.NO_LIMITS)
    assert refusal(document(place)).code == "geometry.no_radius"


def test_a_line_that_cannot_be_read_leaves_the_others() -> None:
    bad = track(point("trkpt", 98, 24, 300, at(0)), name="Bad")
    reading = read(bad, track(TIMED), track(point("trkpt", 48, 24, 300, "noon"), name="When"))
    assert [one.plan.id for one in reading.filed] == ["Day 1"]
    assert [(fault.code, fault.path) for fault in reading.faults] == [
        ("geometry.latitude", 'trk "Bad" line 2, line 2'),
        ("time.malformed", 'trk "When" line 8, line 8'),
    ]
    for wrong, code in (
        (point("trkpt", "48,5", 24), "gpx.number"),
        ('<trkpt lat="48"/>', "gpx.number"),
        (point("trkpt", 48, 24, "high"), "gpx.number"),
        (point("trkpt", 48, 24, 200_000), "altitude.range"),
        (point("trkpt", 48, 24, 300, "9999-12-31T23:59:59Z"), "time.range"),
        (point("trkpt", 48, 24) + point("trkpt", -48, -156), "geometry.long_edge"),
    ):
        (fault,) = read(track(wrong)).faults
        assert fault.code == code


def test_empty_tracks_and_other_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = read(track(), track(TIMED))
    assert len(reading.filed) == 1
    assert told(reading, gpx.NO_POINTS)
    assert refusal(document(track())).code == "gpx.empty"
    assert refusal(document()).code == "gpx.empty"
    assert refusal(b"<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx/>").code == "xml.doctype"
    assert refusal(b"<kml/>").code == "gpx.not_gpx"
    assert refusal(b'<gpx xmlns="urn:other"/>').code == "gpx.not_gpx"
    assert len(gpx.read(document(track(TIMED), version="1/0"), OPTIONS).filed) == 1
    monkeypatch.setattr(gpx, "LINE_LIMIT", 1)
    assert refusal(document(track(TIMED), track(TIMED))).code == "gpx.too_many"


def test_long_names_are_cut() -> None:
    reading = read(track(TIMED, name="x" * 5_000))
    assert len(reading.filed[0].plan.label) == 4_000
    assert any("was cut" in note for note in reading.notes)


def test_the_wrap_and_the_format() -> None:
    over = track(point("trkpt", 48, 181, 300, at(0)))
    assert read(over).faults[0].code == "geometry.longitude"
    wrapped = read(over, options=Options(file="a", as_of=0, wrap=True))
    (volume,) = wrapped.filed[0].plan.volumes
    assert isinstance(volume.ground, Circle)
    assert volume.ground.centre == (-1_790_000_000, 480_000_000)
    assert any("half-width" in note for note in wrapped.notes)
    assert recognise("x.gpx", document(over)).read is gpx.read


places = st.tuples(
    st.integers(-800_000, 800_000), st.integers(-1_790_000, 1_790_000), st.integers(-400, 9_000)
)


@given(st.lists(places, min_size=1, max_size=6), st.booleans())
def test_what_a_known_parser_writes_and_reads(points: list[tuple[int, int, int]], timed: bool) -> None:
    """The same points, heights and times as gpxpy has, whether it wrote them or reads them."""
    made = gpxpy.gpx.GPX()
    line = gpxpy.gpx.GPXTrack(name="T")
    made.tracks.append(line)
    segment = gpxpy.gpx.GPXTrackSegment()
    line.segments.append(segment)
    for k, (lat, lon, ele) in enumerate(points):
        when = gpxpy.gpxfield.parse_time(at(30 * k)) if timed else None
        # within some 8 km of each other: no edge over 19,000 km
        segment.points.append(
            gpxpy.gpx.GPXTrackPoint(
                (points[0][0] + lat % 800) / 1e4, (points[0][1] + lon % 800) / 1e4, ele, when
            )
        )
    text = made.to_xml()
    parsed = gpxpy.parse(text).tracks[0].segments[0].points
    (filed,) = gpx.read(text.encode(), OPTIONS).filed
    wanted = [(round(p.longitude * 1e7), round(p.latitude * 1e7)) for p in parsed]
    found = [
        p
        for v in filed.plan.volumes
        for p in ((v.ground.centre,) if isinstance(v.ground, Circle) else getattr(v.ground, "points", ()))
    ]
    assert list(dict.fromkeys(found)) == list(dict.fromkeys(wanted))
    assert (
        min(v.lower.value for v in filed.plan.volumes) == (min(p.elevation or 0 for p in parsed) - 10) * METRE
    )
    assert (
        max(v.upper.value for v in filed.plan.volumes) == (max(p.elevation or 0 for p in parsed) + 10) * METRE
    )
    if timed:
        assert parsed[0].time is not None
        assert parsed[-1].time is not None
        starts = [v.start for v in filed.plan.volumes if v.start is not None]
        ends = [v.end for v in filed.plan.volumes if v.end is not None]
        assert min(starts) == round(parsed[0].time.timestamp() * 1000) - 5_000
        assert max(ends) == round(parsed[-1].time.timestamp() * 1000) + 5_000


@given(
    st.sampled_from(["48.0001", "trkpt", "<ele>", "300", "12:00:30Z", "lat=", "trkseg"]), st.text(max_size=6)
)
def test_anything_is_a_reading_or_one_error(old: str, new: str) -> None:
    data = document(track(TIMED)).replace(old.encode(), new.encode("utf-8", "ignore"))
    try:
        reading = gpx.read(data, OPTIONS)
    except Invalid as error:
        assert error.code.split(".")[0] in ("gpx", "xml")
    else:
        assert reading.filed or reading.faults
