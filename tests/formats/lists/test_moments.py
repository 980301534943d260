"""Dates and times as lists have them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.lists import moments
from wideberth.formats.lists.moments import Stamp
from wideberth.formats.lists.sheet import Cell
from wideberth.formats.times import parse_time

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2026-11-23", Stamp(DAY)),
        ("2026-11-23T10:00:00Z", Stamp(DAY, "10:00:00", "+00:00")),
        ("2026-11-23 10:00:00.25+02:00", Stamp(DAY, "10:00:00.25", "+02:00")),
        ("23.11.2026 10:00", Stamp(DAY, "10:00:00")),
        ("23/11/2026 5:30 pm", Stamp(DAY, "17:30:00")),
        ("11/23/2026", Stamp(DAY)),
        ("23 Nov 2026 1000Z", Stamp(DAY, "10:00:00", "+00:00")),
        ("Monday, November 23, 2026 10:00 UTC+2", Stamp(DAY, "10:00:00", "+02:00")),
        ("230800ZNOV26", Stamp(DAY, "08:00:00", "+00:00")),
        ("230800B NOV 2026", Stamp(DAY, "08:00:00", "+02:00")),
        ("230800RNOV26", Stamp(DAY, "08:00:00", "-05:00")),
        ("٢٣/١١/٢٠٢٦ ١٠:٠٠", Stamp(DAY, "10:00:00")),
        ("23 ноября 2026", Stamp(DAY)),
        ("23 листопада 2026 року", Stamp(DAY)),
        ("23 تشرين الثاني 2026", Stamp(DAY)),
        ("23 نوفمبر 2026", Stamp(DAY)),
        ("23 novembre 2026 à 10h30", Stamp(DAY, "10:30:00")),
        ("23 בנובמבר 2026", Stamp(DAY)),
        ("20261123", Stamp(DAY)),
        ("46349", Stamp(DAY)),
        (46349.0, Stamp(DAY)),
        (46349.5, Stamp(DAY, "12:00:00.000")),
        (46348.999999999, Stamp(DAY, "00:00:00.000")),
        (0.25, Stamp(None, "06:00:00.000")),
        ("10:00", Stamp(None, "10:00:00")),
        ("1000Z", Stamp(None, "10:00:00", "+00:00")),
        ("24:00", Stamp(None, "24:00:00")),
        (time(10, 5), Stamp(None, "10:05:00")),
        (DAY, Stamp(DAY)),
        (datetime(2026, 11, 23, 9, 59, 59, 999_700), Stamp(DAY, "10:00:00.000")),
    ],
)
def test_read(cell: Cell, wanted: Stamp) -> None:
    assert moments.read(cell, "open", False, "") == wanted


def test_days_since_1904() -> None:
    assert moments.read(44887, "open", True, "") == Stamp(DAY)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("11/12/2026", "list.ambiguous_date"),
        ("1-2-2026", "list.ambiguous_date"),
        ("31/02/2026", "list.date"),
        ("2026-02-30", "list.date"),
        ("13/13/2026", "list.date"),
        ("23-Nov-26", "list.date"),
        ("23 Smarch 2026", "list.date"),
        ("2026-11-23 25:00", "list.date"),
        ("2026-11-23 24:01", "list.date"),
        ("2026-11-23 13:00 pm", "list.date"),
        ("2026-11-23 10:00 somewhere", "list.date"),
        ("2026-11-23 10", "list.date"),
        ("231000QQQ26", "list.date"),
        ("tomorrow", "list.date"),
        ("10", "list.date"),
        (True, "list.date"),
        (None, "list.date"),
        (60, "list.serial_date"),
        (1e9, "list.serial_date"),
        (float("inf"), "list.serial_date"),
        (-1, "list.serial_date"),
        (date(1900, 2, 28), "list.serial_date"),
        ("#REF!", "list.cell_error"),
        ("#FORMULA", "list.cell_error"),
    ],
)
def test_refused(cell: Cell, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        moments.read(cell, "open", False, "row 2")
    assert (caught.value.code, caught.value.path) == (code, "row 2")


def test_the_column_tells_the_order() -> None:
    assert moments.order(["11/12/2026", "13/12/2026", "x", None, 5]) == "day first"
    assert moments.order(["11/12/2026", "12/13/2026"]) == "month first"
    assert moments.order(["13/12/2026", "12/13/2026"]) == "both"
    assert moments.order(["1.12.2026", "13.12.2026"]) == "open"
    assert moments.read("11/12/2026", "day first", False, "").day == date(2026, 12, 11)
    assert moments.read("11/12/2026", "month first", False, "").day == date(2026, 11, 12)
    assert moments.read("5/5/2026", "open", False, "").day == date(2026, 5, 5)
    with pytest.raises(Invalid):
        moments.read("11/12/2026", "both", False, "")


def test_instants() -> None:
    ten = parse_time("2026-11-23T10:00:00Z")
    assert moments.instant(Stamp(DAY, "10:00:00"), "start", "+00:00", "") == ten
    assert moments.instant(Stamp(DAY, "12:00:00"), "start", "Europe/Kyiv", "") == ten
    assert moments.instant(Stamp(DAY, "12:00:00", "+02:00"), "start", "Europe/Kyiv", "") == ten
    assert moments.instant(Stamp(DAY), "end", "+00:00", "") == parse_time("2026-11-24T00:00:00Z")
    assert moments.instant(Stamp(DAY), "start", "+00:00", "") == parse_time("2026-11-23T00:00:00Z")
    for stamp, zone, code in (
        (Stamp(DAY, "10:00:00"), None, "time.no_offset"),
        (Stamp(DAY, "10:00:00", "+03:00"), "+02:00", "list.two_zones"),
        (Stamp(date(9999, 12, 31)), "+00:00", "time.range"),
    ):
        with pytest.raises(Invalid) as caught:
            moments.instant(stamp, "end", zone, "")
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("UTC", "+00:00"),
        ("Z", "+00:00"),
        ("UTC+2", "+02:00"),
        ("GMT-03:30", "-03:30"),
        ("Asia/Beirut", "Asia/Beirut"),
        (None, None),
    ],
)
def test_zones(cell: Cell, wanted: str | None) -> None:
    assert moments.zone(cell, "") == wanted


def test_no_zone_of_that_name() -> None:
    with pytest.raises(Invalid) as caught:
        moments.zone("Kiev time", "row 3")
    assert (caught.value.code, caught.value.path) == ("time.zone", "row 3")


@given(
    st.text(max_size=30) | st.from_regex(r"[0-9/.: -]{1,25}", fullmatch=True) | st.floats() | st.datetimes()
)
def test_anything_is_a_stamp_or_refused(cell: Cell) -> None:
    try:
        stamp = moments.read(cell, "open", False, "")
        if stamp.day is not None:
            moments.instant(stamp, "end", "+00:00", "")
    except Invalid:
        pass


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)))
def test_dates_of_programs_come_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    for text in (f"{moment:%Y-%m-%d %H:%M:%S}", f"{moment:%d.%m.%Y %H:%M:%S}", f"{moment:%d %b %Y %H:%M:%S}"):
        assert moments.read(text, "open", False, "") == Stamp(moment.date(), f"{moment:%H:%M:%S}")
