"""Times: rounding outwards, second 60, zones with hours that come twice or never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.times import (
    EARLIEST,
    LATEST,
    Edge,
    check_zone,
    parse_time,
    show_time,
    to_rfc3339,
    zone_version,
)

NOON = 1_795_428_000_000
"""2026-11-23T10:00:00Z in POSIX ms, by GNU date."""


def both(text: str, zone: str | None = None) -> tuple[str, str]:
    """What the text means as a start and as an end."""
    return (
        to_rfc3339(parse_time(text, zone=zone, edge="start")),
        to_rfc3339(parse_time(text, zone=zone, edge="end")),
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:00:00Z",
        "2026-11-23t10:00:00z",
        "2026-11-23 10:00:00.000Z",
        "2026-11-23T12:00:00+02:00",
        "2026-11-23T04:30:00.0-05:30",
        "2026-11-24T09:59:00+23:59",
        "2026-11-23T10:00:00-00:00",
    ],
)
def test_one_instant_in_many_ways(text: str) -> None:
    assert parse_time(text, edge="start") == parse_time(text, edge="end") == NOON


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z", "2017-01-01T00:00:00.000Z"),
        ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.000Z", "2017-01-01T00:00:00.000Z"),
        ("2017-01-01T02:59:60+03:00", "2016-12-31T23:59:59.000Z", "2017-01-01T00:00:00.000Z"),
        ("2026-11-23T10:00:00.1234Z", "2026-11-23T10:00:00.123Z", "2026-11-23T10:00:00.124Z"),
        ("2026-11-23T10:00:00.1230000Z", "2026-11-23T10:00:00.123Z", "2026-11-23T10:00:00.123Z"),
        ("2026-11-23T10:00:59.99999Z", "2026-11-23T10:00:59.999Z", "2026-11-23T10:01:00.000Z"),
        ("1969-12-31T23:59:59.0009Z", "1969-12-31T23:59:59.000Z", "1969-12-31T23:59:59.001Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_rounding_is_outwards(text: str, start: str, end: str) -> None:
    assert both(text) == (start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11-23T12:00:00", "2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00.000Z"),
        # 2026-10-25 04:00 becomes 03:00: the hour comes twice
        ("2026-10-25T03:30:00", "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"),
        # 2026-03-29 03:00 becomes 04:00: the hour never comes
        ("2026-03-29T03:30:00", "2026-03-29T00:30:00.000Z", "2026-03-29T01:30:00.000Z"),
        # both at once: a leap second at the end of the hour that comes twice
        ("2026-10-25T03:59:60", "2026-10-25T00:59:59.000Z", "2026-10-25T02:00:00.000Z"),
    ],
)
def test_civil_times_take_the_wider_window(text: str, start: str, end: str) -> None:
    assert both(text, "Europe/Kyiv") == (start, end)


def test_a_stated_offset_beats_the_zone() -> None:
    assert parse_time("2026-11-23T10:00:00Z", zone="Asia/Tokyo", edge="start") == NOON


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-11-23", "time.malformed"),
        ("2026-11-23T10:00Z", "time.malformed"),
        ("2026-11-23T10:00:00.Z", "time.malformed"),
        ("2026-11-23T10:00:00,5Z", "time.malformed"),
        ("2026-11-23T24:00:00Z", "time.malformed"),
        ("2026-11-23T10:60:00Z", "time.malformed"),
        ("2026-11-23T10:00:61Z", "time.malformed"),
        ("2026-11-23T10:00:00+24:00", "time.malformed"),
        ("2026-11-23T10:00:00+01:60", "time.malformed"),
        ("2026-11-23T10:00:00+0100", "time.malformed"),
        ("2026-02-29T10:00:00Z", "time.malformed"),
        ("0000-01-01T00:00:00Z", "time.malformed"),
        ("12026-01-01T00:00:00Z", "time.malformed"),
        ("2026-11-23T10:00:00Z\n", "time.malformed"),
        ("٢٠٢٦-11-23T10:00:00Z", "time.malformed"),
        ("2026-11-23T10:00:00." + "1" * 31 + "Z", "time.malformed"),
        ("tomorrow", "time.malformed"),
        ("", "time.malformed"),
        ("2026-11-23T10:00:00", "time.no_offset"),
        ("0001-01-01T00:00:00+00:01", "time.range"),
        ("9999-12-31T23:59:59-00:01", "time.range"),
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_time(text, "features[3].properties.start", edge="start")
    assert (caught.value.code, caught.value.path) == (code, "features[3].properties.start")


def test_without_offset_the_message_names_the_way_out() -> None:
    with pytest.raises(Invalid, match="--tz"):
        parse_time("2026-11-23T10:00:00", edge="start")


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:60Z"])
def test_the_end_of_the_calendar(text: str) -> None:
    assert parse_time(text, edge="start") in (LATEST, LATEST - 999)
    with pytest.raises(Invalid) as caught:
        parse_time(text, edge="end")
    assert caught.value.code == "time.range"


@pytest.mark.parametrize(
    "zone", ["Europe/Atlantis", "europe/kyiv", "../zones", "/etc/passwd", "", "EET ", "+03"]
)
def test_unknown_zones(zone: str) -> None:
    for attempt in (
        lambda: parse_time("2026-11-23T10:00:00", "start", zone=zone),
        lambda: check_zone(zone, "start"),
    ):
        with pytest.raises(Invalid) as caught:
            attempt()
        assert (caught.value.code, caught.value.path) == ("time.zone", "start")


def test_known_zones() -> None:
    for zone in ("Europe/Kyiv", "Asia/Jerusalem", "Asia/Damascus", "UTC", "Etc/GMT+3"):
        assert check_zone(zone) == zone
    assert zone_version().startswith("tzdata 20")


@pytest.mark.parametrize(
    ("instant", "zone", "shown"),
    [
        (None, None, "…"),
        (None, "Europe/Kyiv", "…"),
        (NOON, None, "2026-11-23 10:00Z"),
        (NOON + 7_000, None, "2026-11-23 10:00:07Z"),
        (NOON + 7, None, "2026-11-23 10:00:00.007Z"),
        (NOON, "Europe/Kyiv", "2026-11-23 12:00+02:00"),
        (NOON, "America/New_York", "2026-11-23 05:00-05:00"),
        (NOON, "Asia/Kolkata", "2026-11-23 15:30+05:30"),
        (1_792_890_000_000 - 1, "Europe/Kyiv", "2026-10-25 03:59:59.999+03:00"),
        (1_792_890_000_000, "Europe/Kyiv", "2026-10-25 03:00+02:00"),
        (EARLIEST, None, "0001-01-01 00:00Z"),
        (EARLIEST, "Europe/Kyiv", "0001-01-01 02:02:04+02:02:04"),
    ],
)
def test_shown(instant: int | None, zone: str | None, shown: str) -> None:
    assert show_time(instant, zone) == shown


@pytest.mark.parametrize("instant", [EARLIEST - 1, LATEST + 1, 10**18])
def test_beyond_the_calendar_nothing_is_written(instant: int) -> None:
    for write in (to_rfc3339, show_time):
        with pytest.raises(Invalid) as caught:
            write(instant)
        assert caught.value.code == "time.range"


instants = st.integers(EARLIEST, LATEST)
YEAR_2, YEAR_1960, YEAR_2060, YEAR_9998 = (datetime(year, 1, 1) for year in (2, 1960, 2060, 9998))


@given(instants)
def test_round_trip(instant: int) -> None:
    text = to_rfc3339(instant)
    assert parse_time(text, edge="start") == parse_time(text, edge="end") == instant
    seconds, ms = divmod(instant, 1000)
    known = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert text == f"{known.strftime('%Y').zfill(4)}{known.strftime('-%m-%dT%H:%M:%S')}.{ms:03d}Z"


@given(st.datetimes(YEAR_2, YEAR_9998), st.integers(-1439, 1439))
def test_offsets_as_the_standard_library_reads_them(moment: datetime, minutes: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    sign, size = ("-", -minutes) if minutes < 0 else ("+", minutes)
    text = f"{aware.year:04d}{aware:-%m-%dT%H:%M:%S}{sign}{size // 60:02d}:{size % 60:02d}"
    wanted = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert parse_time(text, edge="start") == wanted


@given(
    st.datetimes(YEAR_1960, YEAR_2060),
    st.sampled_from(["Europe/Kyiv", "Asia/Gaza", "America/Caracas", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_the_window_holds_every_instant_of_that_name(moment: datetime, zone: str) -> None:
    """Whatever instant a clock in the zone showed as `moment`, it is between the two readings."""
    moment = moment.replace(microsecond=0)
    start, end = (parse_time(f"{moment:%Y-%m-%dT%H:%M:%S}", zone=zone, edge=edge) for edge in edges())
    readings = [moment.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000 for fold in (0, 1)]
    assert (start, end) == (min(readings), max(readings))


def edges() -> tuple[Edge, Edge]:
    return "start", "end"


@given(instants, st.sampled_from(["Europe/Kyiv", "America/New_York", "Asia/Kathmandu"]))
def test_what_is_shown_in_a_zone_is_the_same_instant(instant: int, zone: str) -> None:
    instant = max(EARLIEST + 86_400_000, min(instant, LATEST - 86_400_000))
    shown = show_time(instant - instant % 1000, zone)
    clock, offset = shown[:-6], shown[-6:]
    if shown.count(":") < 5 and offset[0] in "+-":  # local mean times have seconds, which RFC 3339 cannot say
        clock = clock if clock.count(":") == 2 else f"{clock}:00"
        assert parse_time(clock + offset, edge="start") == instant - instant % 1000
