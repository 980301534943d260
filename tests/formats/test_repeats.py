"""Repeats: what the text says, day by day, also where the clock is put forward or back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import geojson, kml, native, profile
from wideberth.formats.raw import Raw, RawLine
from wideberth.formats.reading import Options, Reading
from wideberth.formats.repeats import MOST, Window, expand, parse_repeat
from wideberth.formats.times import parse_time, show_time

AS_OF = parse_time("2026-11-23T10:00:00Z")
MINUTE = 60_000


def windows(
    text: str, start: str | None = "2026-11-23", end: str | None = None, zone: str | None = None
) -> list[str]:
    found, _ = expand(text, start, end, zone=zone, as_of=AS_OF, path="p")
    return [f"{show_time(a)} {show_time(b)}" for a, b in found]


def refused(text: str, start: str | None = "2026-11-23", end: str | None = None) -> Invalid:
    with pytest.raises(Invalid) as caught:
        windows(text, start, end, "Europe/Kyiv")
    return caught.value


def test_daily() -> None:
    assert windows("daily 06:00Z–08:00Z for 2 days") == [
        "2026-11-23 06:00Z 2026-11-23 08:00Z",
        "2026-11-24 06:00Z 2026-11-24 08:00Z",
    ]
    assert windows("daily 06:00-08:00 for 2 days", zone="Asia/Nicosia")[1] == (
        "2026-11-24 04:00Z 2026-11-24 06:00Z"
    )
    assert len(windows("Daily 06:00Z - 08:00Z for 2 weeks")) == 14
    assert len(windows("daily 06:00Z-08:00Z for 1 day")) == 1


def test_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    found = windows("daily 22:00–04:00 until 2026-11-24", zone="UTC")
    assert found == ["2026-11-23 22:00Z 2026-11-24 04:00Z", "2026-11-24 22:00Z 2026-11-25 04:00Z"]
    assert windows("daily 22:00Z–00:00Z for 1 day") == windows("daily 22:00Z–24:00Z for 1 day")
    assert windows("daily 00:00Z–24:00Z for 1 day") == ["2026-11-23 00:00Z 2026-11-24 00:00Z"]


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        ("Mon,Wed,Fri", {0, 2, 4}),
        ("mon, wednesday", {0, 2}),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("Sun-Thu", {6, 0, 1, 2, 3}),
        ("Sat–Mon,Wed", {5, 6, 0, 2}),
        ("Tue-Tue", {1}),
    ],
)
def test_days_of_the_week(days: str, wanted: set[int]) -> None:
    found = windows(f"{days} 06:00Z–08:00Z for 3 weeks")
    assert len(found) == 3 * len(wanted)
    assert {date.fromisoformat(one[:10]).weekday() for one in found} == wanted


def test_an_offset() -> None:
    text = "daily 01:00+03:00–05:00+03:00 for 1 day"
    assert windows(text) == ["2026-11-22 22:00Z 2026-11-23 02:00Z"]
    # the time at which the first begins names its day there, not in UTC
    assert windows(text, "2026-11-22T22:00:00Z") == windows(text)
    assert windows("daily 06:00-02:00-08:00-02:00 for 1 day") == ["2026-11-23 08:00Z 2026-11-23 10:00Z"]


def test_end_is_the_last_day() -> None:
    text = "daily 06:00Z–08:00Z"
    assert windows(text, end="2026-11-25") == windows(f"{text} until 2026-11-25")
    assert len(windows(text, end="2026-11-25")) == 3


def test_the_hour_that_comes_twice_or_never_widens() -> None:
    # Kyiv: 2026-10-25 04:00 becomes 03:00; 2026-03-29 03:00 becomes 04:00
    twice = windows("daily 03:30–03:40 for 1 day", "2026-10-25", zone="Europe/Kyiv")
    assert twice == ["2026-10-25 00:30Z 2026-10-25 01:40Z"]
    never = windows("daily 03:30–03:40 for 1 day", "2026-03-29", zone="Europe/Kyiv")
    assert never == ["2026-03-29 00:30Z 2026-03-29 01:40Z"]


def test_without_a_start() -> None:
    found, told = expand("daily 06:00Z–08:00Z for 2 days", None, None, zone=None, as_of=AS_OF, path="p")
    assert [show_time(a) for a, _ in found] == ["2026-11-23 06:00Z", "2026-11-24 06:00Z"]
    assert "counted from 2026-11-23" in told[0]
    # the day is that of the clock of the repeat: at 22:30Z it is tomorrow in Kyiv
    late = parse_time("2026-11-23T22:30:00Z")
    found, _ = expand("daily 06:00–08:00 for 1 day", None, None, zone="Europe/Kyiv", as_of=late, path="p")
    assert show_time(found[0][0]) == "2026-11-24 04:00Z"


def test_in_force_already() -> None:
    found, told = expand("daily 22:00Z–04:00Z until 2026-12-01", None, None, zone=None, as_of=AS_OF, path="p")
    assert show_time(found[0][0]) == "2026-11-22 22:00Z"  # last night's may still run
    assert len(found) == 10
    assert "from 2026-11-22 on" in told[0]
    over, _ = expand("Mon 22:00Z–04:00Z until 2020-12-01", None, None, zone=None, as_of=AS_OF, path="p")
    assert [show_time(a) for a, _ in over] == ["2020-11-30 22:00Z"]


def test_a_start_with_a_time() -> None:
    text = "Mon 06:00–08:00 for 2 weeks"
    assert windows(text, "2026-11-23T06:00:00+02:00", zone="Europe/Kyiv") == windows(text, zone="Europe/Kyiv")
    assert refused(text, "2026-11-23T07:00:00+02:00").code == "repeats.start"
    assert refused(text, "2026-11-24T06:00:00+02:00").code == "repeats.start"


def test_weekdays_are_told() -> None:
    _, told = expand("weekdays 06:00Z–08:00Z for 7 days", "2026-11-23", None, zone=None, as_of=0, path="p")
    assert told == ('"weekdays" is read as Monday to Friday',)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "daily 06:00 for 7 days",
        "daily 6:00–8:00 for 7 days",
        "daily 06:60–08:00 for 7 days",
        "daily 06:00–24:01 for 7 days",
        "daily 24:00–06:00 for 7 days",
        "daily 06:00–06:00 for 7 days",
        "daily 06:00–08:00Z for 7 days",
        "daily 06:00Z–08:00+02:00 for 7 days",
        "daily 06:00–08:00 for 0 days",
        "daily 06:00–08:00 for a week",
        "daily 06:00–08:00 for 7 days until 2026-12-31",
        "monthly 06:00–08:00 for 7 days",
        "Mon-Wed-Fri 06:00–08:00 for 7 days",
        "Mon,, 06:00–08:00 for 7 days",
        "every day 06:00–08:00 for 7 days",
        "daily 06:00–08:00 for ٧ days",
    ],
)
def test_malformed(text: str) -> None:
    error = refused(text)
    assert (error.code, error.path) == ("repeats.malformed", "p.repeats")


@pytest.mark.parametrize(
    ("text", "start", "end", "code", "path"),
    [
        ("daily 06:00–08:00", "2026-11-23", None, "repeats.unbounded", "p.repeats"),
        ("daily 06:00–08:00 for 7 days", "2026-11-23", "2026-11-30", "repeats.two_ends", "p.repeats"),
        ("daily 06:00–08:00 until 2026-12-01", None, "2026-12-01", "repeats.two_ends", "p.repeats"),
        ("daily 06:00–08:00 until 2026-11-22", "2026-11-23", None, "repeats.none", "p.repeats"),
        ("Tue 06:00–08:00 for 1 day", "2026-11-23", None, "repeats.none", "p.repeats"),
        ("daily 06:00–08:00 until 2026-02-30", "2026-11-23", None, "repeats.day", "p.repeats"),
        ("daily 06:00–08:00 until 26-12-01", "2026-11-23", None, "repeats.day", "p.repeats"),
        ("daily 06:00–08:00", "2026-11-23", "2026-11-30T08:00:00Z", "repeats.day", "p.end"),
        ("daily 06:00–08:00 for 1 day", "23.11.2026", None, "repeats.day", "p.start"),
        ("daily 06:00–08:00 for 1 day", "next Tuesday", None, "time.malformed", "p.start"),
        ("daily 06:00–08:00 for 99999 weeks", "9000-01-01", None, "repeats.day", "p.repeats"),
        ("daily 22:00–04:00 for 1 day", "9999-12-31", None, "repeats.day", "p.repeats"),
        ("daily 06:00–08:00 until 0001-01-02", None, None, "repeats.day", "p.repeats"),
        ("daily 06:00+99:00–08:00+99:00 for 1 day", "2026-11-23", None, "time.malformed", "p.repeats"),
        ("daily 06:00–08:00 for 1001 days", "2026-11-23", None, "repeats.too_many", "p.repeats"),
        ("daily 06:00–08:00 until 9999-12-31", None, None, "repeats.too_many", "p.repeats"),
    ],
)
def test_refused(text: str, start: str | None, end: str | None, code: str, path: str) -> None:
    error = refused(text, start, end)
    assert (error.code, error.path) == (code, path)


def test_a_zone_or_an_offset_is_needed() -> None:
    with pytest.raises(Invalid) as caught:
        windows("daily 06:00–08:00 for 7 days")
    assert (caught.value.code, caught.value.found) == ("time.no_offset", "daily 06:00–08:00 for 7 days")


def test_the_limit_is_reached() -> None:
    assert len(windows(f"daily 06:00Z–08:00Z for {MOST} days")) == MOST


# --- beside a clock that somebody else wrote

ZONES = (
    "UTC",
    "Europe/Kyiv",
    "Asia/Jerusalem",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Antarctica/Troll",
)
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CHANGES = [date(2026, 3, 29), date(2026, 3, 27), date(2026, 10, 25), date(2026, 4, 5), date(2011, 12, 30)]


def table(zone: str) -> ZoneInfo:
    """The zone of the `tzdata` package: that of the machine may be of another edition."""
    with (files("tzdata") / "zoneinfo" / zone).open("rb") as file:
        return ZoneInfo.from_file(file, key=zone)


def two_readings(day: date, minute: int, zone: ZoneInfo) -> tuple[int, int]:
    """Earliest and latest POSIX ms of a civil time, by the datetimes of the standard library."""
    at = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    both = [round(at.replace(tzinfo=zone, fold=fold).timestamp()) * 1000 for fold in (0, 1)]
    return min(both), max(both)


@given(
    zone=st.sampled_from(ZONES),
    around=st.sampled_from(CHANGES) | st.dates(date(2000, 1, 1), date(2037, 1, 1)),
    before=st.integers(0, 4),
    length=st.integers(1, 9),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    begin=st.integers(0, 287).map(lambda n: 5 * n),
    lasts=st.integers(1, 287).map(lambda n: 5 * n),
)
def test_minute_by_minute(
    zone: str, around: date, before: int, length: int, weekdays: set[int], begin: int, lasts: int
) -> None:
    first = around - timedelta(days=before)
    days = [first + timedelta(days=n) for n in range(length)]
    days = [day for day in days if day.weekday() in weekdays]
    to = (begin + lasts) % 1440
    text = (
        f"{','.join(NAMES[n] for n in sorted(weekdays))} {begin // 60:02d}:{begin % 60:02d}–"
        f"{to // 60:02d}:{to % 60:02d} for {length} days"
    )
    if not days:
        with pytest.raises(Invalid) as caught:
            expand(text, first.isoformat(), None, zone=zone, as_of=0, path="p")
        assert caught.value.code == "repeats.none"
        return
    found, told = expand(text, first.isoformat(), None, zone=zone, as_of=0, path="p")
    assert told == ()
    clock = table(zone)
    wall = [
        (datetime(d.year, d.month, d.day) + timedelta(minutes=begin + shift))
        for d in days
        for shift in (0, lasts)
    ]
    edges = [(two_readings(d, begin, clock), two_readings(d, begin + lasts, clock)) for d in days]
    assert list(found) == [(start[0], end[1]) for start, end in edges]
    doubtful = any(a != b for edge in edges for a, b in edge)
    at = round(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) * 1000 - 1440 * MINUTE
    for instant in range(at, at + (length + 4) * 1440 * MINUTE, 5 * MINUTE):
        shown = datetime.fromtimestamp(instant / 1000, clock).replace(tzinfo=None)
        member = any(a <= shown < b for a, b in zip(wall[::2], wall[1::2], strict=True))
        inside = _inside(instant, found)
        assert inside == member or (doubtful and inside)


def _inside(instant: int, found: tuple[Window, ...]) -> bool:
    return any(start <= instant < end for start, end in found)


@given(st.text(max_size=40) | st.from_regex(r"[a-zM,–-]{1,8} [0-9:Z+–-]{8,20}( for [0-9]{1,6} days)?"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_repeat(text)
    except Invalid as error:
        assert error.code.startswith("repeats.")


# --- in files

POINT: dict[str, object] = {"type": "Point", "coordinates": [33.0, 34.0]}
LINE: dict[str, object] = {"type": "LineString", "coordinates": [[33.0, 34.0], [33.1, 34.0]]}
SQUARES = [[[[x, 34.0], [x + 0.1, 34.0], [x + 0.1, 34.1], [x, 34.1], [x, 34.0]]] for x in (33.0, 33.5)]
FULL = {"party": "A", "plan": "p", "lower": "SFC", "upper": "UNL", "start": "2026-11-23"}


def read(geometry: dict[str, object] = POINT, **properties: object) -> Reading:
    feature = {"type": "Feature", "geometry": geometry, "properties": {**FULL, **properties}}
    return geojson.read(json.dumps(feature).encode(), Options("a.geojson", as_of=AS_OF))


def code_of(geometry: dict[str, object] = POINT, **properties: object) -> str:
    with pytest.raises(Invalid) as caught:
        read(geometry, **properties)
    return caught.value.code


WEEK = "daily 06:00Z–08:00Z for 7 days"


def test_a_feature_that_repeats_is_one_volume_a_day_on_one_ground() -> None:
    reading = read(radius_m=500, repeats=WEEK)
    (filed,) = reading.filed
    assert reading.notes == ()
    assert [show_time(volume.start) for volume in filed.plan.volumes] == [
        f"2026-11-{day} 06:00Z" for day in range(23, 30)
    ]
    assert all(volume.ground is filed.plan.volumes[0].ground for volume in filed.plan.volumes)
    assert filed.where == ("Feature",) * 7


def test_each_polygon_repeats() -> None:
    (filed,) = read({"type": "MultiPolygon", "coordinates": SQUARES}, repeats=WEEK).filed
    assert len(filed.plan.volumes) == 14
    assert len({id(volume.ground) for volume in filed.plan.volumes}) == 2


def test_written_it_is_expanded() -> None:
    (filed,) = read(radius_m=500, repeats=WEEK).filed
    data, _ = geojson.write([filed.plan])
    assert len(json.loads(data)["features"]) == 7 and b"repeats" not in data
    for back in (
        geojson.read(data, Options("b.geojson", as_of=0)),
        native.read(native.write([filed.plan]), Options("b.json", as_of=0)),
        kml.read(kml.write([filed.plan])[0], Options("b.kml", as_of=0)),
    ):
        assert [v.start for v in back.filed[0].plan.volumes] == [v.start for v in filed.plan.volumes]


def test_what_does_not_go_with_it() -> None:
    times = ["2026-11-23T06:00:00Z", "2026-11-23T06:10:00Z"]
    assert code_of(LINE, half_width_m=5, times=times, repeats=WEEK) == "repeats.route"
    assert code_of(radius_m=5, repeats=7) == "profile.type"
    assert code_of(radius_m=5, repeats=WEEK, start=20261123) == "profile.type"
    assert code_of(radius_m=5, Repeats=WEEK) == "profile.key_spelling"
    assert code_of(radius_m=5, repeat=WEEK) == "profile.key_spelling"
    assert code_of(radius_m=5, repeats=WEEK, end="2026-12-01") == "repeats.two_ends"


def test_a_file_has_a_limit() -> None:
    text = "daily 06:00Z–08:00Z for 1000 days"
    feature = {"type": "Feature", "geometry": POINT, "properties": {**FULL, "radius_m": 5, "repeats": text}}
    for count, fits in ((200, True), (201, False)):
        data = json.dumps({"type": "FeatureCollection", "features": [feature] * count}).encode()
        if fits:
            (filed,) = geojson.read(data, Options("a.geojson", as_of=0)).filed
            assert len(filed.plan.volumes) == 200_000
            continue
        with pytest.raises(Invalid) as caught:
            geojson.read(data, Options("a.geojson", as_of=0))
        assert (caught.value.code, caught.value.path) == (
            "repeats.too_many",
            "features[200].properties.repeats",
        )


KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>p</name>%s<ExtendedData>
<Data name="party"><value>A</value></Data><Data name="radius_m"><value>500</value></Data>
<Data name="repeats"><value>Mon 06:00–08:00 for 2 weeks</value></Data>
<Data name="start"><value>2026-11-23</value></Data></ExtendedData>
<Point><coordinates>33,34</coordinates></Point></Placemark></Document></kml>"""


def test_kml() -> None:
    options = Options("a.kml", as_of=0, zone="Asia/Nicosia")
    (filed,) = kml.read((KML % "").encode(), options).filed
    assert [show_time(volume.start) for volume in filed.plan.volumes] == [
        "2026-11-23 04:00Z",
        "2026-11-30 04:00Z",
    ]
    span = "<TimeSpan><begin>2026-11-23</begin></TimeSpan>"
    with pytest.raises(Invalid) as caught:
        kml.read((KML % span).encode(), options)
    assert caught.value.code == "time.twice"


def test_notes_name_the_feature() -> None:
    reading = read(radius_m=500, repeats="weekdays 06:00Z–08:00Z for 7 days", start=None)
    assert reading.notes == (
        '"weekdays" is read as Monday to Friday (Feature)',
        (
            "a repeat states no start, counted from 2026-11-23, the day of this check:"
            " another day's check means other days (Feature)"
        ),
    )


def test_a_line_that_carries_its_times_does_not_repeat() -> None:
    line = RawLine(points=[(33, 34), (33.1, 34)], path="g", times=((AS_OF, AS_OF + 1), 0))
    raw = Raw(shapes=(line,), properties={**FULL, "repeats": WEEK}, path="f", properties_path="f.p")
    with pytest.raises(Invalid) as caught:
        profile.assemble([raw], Options("a.kml", as_of=0))
    assert (caught.value.code, caught.value.path) == ("repeats.route", "f.p.repeats")
