"""Item D: schedules as real notices write them, and what is done where they are not understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.formats.notam import schedule as module
from wideberth.formats.notam.schedule import DAY, Schedule, schedule
from wideberth.formats.notam.validity import outward
from wideberth.formats.times import parse_time

START, END = "2026-04-06T06:00", "2026-04-08T18:00"
"""Monday to Wednesday."""


def at(text: str) -> int:
    year = "" if text.startswith("20") else "2026-"
    return parse_time(f"{year}{text}:00Z")


def windows(text: str, start: str = START, end: str = END) -> Schedule:
    return schedule(text, at(start), at(end))


def said(text: str, start: str = START, end: str = END) -> list[tuple[int, int]]:
    found = windows(text, start, end).windows
    assert found is not None
    return list(found)


def span(*pairs: str) -> list[tuple[int, int]]:
    return [(at(a), at(b)) for a, b in (pair.split("/") for pair in pairs)]


@pytest.mark.parametrize(
    "text",
    [
        "0600-1800",
        "DAILY 0600-1800",
        "DLY BTN 0600/1800",
        "0600-1800 DAILY",
        "06-08 0600-1800",
        "06 07 08 0600-1800",
        "06 0600-1800, 07 08 0600-1800",
        "APR 06-08 0600-1800",
        "06 APR - 08 APR 0600-1800",
        "APR 06 0600- 1800, APR 07 0600-1800, 08 0600-1800 UTC",
        "MON-WED 0600-1800",
        "MON TUE WED 0600-1800.",
        "MONDAY TO WEDNESDAY 0600-1800",
        "SUN-THU 0600-1800, FRI 0300-1300",
        "2604060600 TO 2604061800 2604070600 TO 2604071800 2604080600 TO 2604081800",
        "EVERY MON 0600-1800 EVERY TUE AND WED 0600-1800",
        "06-08 DAILY 0600-1200 1200-1800",
        "MAR 30-APR 08 MON-FRI 0600-1800",
    ],
)
def test_one_window_a_day(text: str) -> None:
    assert said(text) == span("04-06T06:00/04-06T18:00", "04-07T06:00/04-07T18:00", "04-08T06:00/04-08T18:00")


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("2000-0800", "04-06T20:00", "04-08T08:00", ["04-06T20:00/04-07T08:00", "04-07T20:00/04-08T08:00"]),
        ("30 2000-02 0600", "04-30T20:00", "05-02T06:00", None),
        ("APR 30 2000-MAY 01 1000, MAY 03 0000-0900", "04-30T20:00", "05-03T09:00",
         ["04-30T20:00/05-01T10:00", "05-03T00:00/05-03T09:00"]),
        ("06 0600-07 1300, 08 0400-1800", "04-06T06:00", "04-08T18:00",
         ["04-06T06:00/04-07T13:00", "04-08T04:00/04-08T18:00"]),
        ("DEC 30 0100-0200, JAN 02 0100-0200", "2026-12-30T01:00", "2027-01-02T02:00",
         ["2026-12-30T01:00/2026-12-30T02:00", "2027-01-02T01:00/2027-01-02T02:00"]),
        ("30-02 0100-0200", "04-30T01:00", "05-02T02:00",
         ["04-30T01:00/04-30T02:00", "05-01T01:00/05-01T02:00", "05-02T01:00/05-02T02:00"]),
        ("APR 19-20 22 MAY 1-3 1100-2300", "04-19T11:00", "05-03T23:00",
         [f"{d}T11:00/{d}T23:00" for d in ("04-19", "04-20", "04-22", "05-01", "05-02", "05-03")]),
        ("FRI-MON 0600-0700", "04-03T06:00", "04-06T07:00",
         [f"04-0{d}T06:00/04-0{d}T07:00" for d in (3, 4, 5, 6)]),
        ("06 2300-2359, 07 0000-0100, 08 0500-0559", "04-06T23:00", "04-08T06:00",
         ["04-06T23:00/04-07T01:00", "04-08T05:00/04-08T06:00"]),
        ("01 AND 08 H24", "04-01T00:00", "04-09T00:00",
         ["04-01T00:00/04-02T00:00", "04-08T00:00/04-09T00:00"]),
        ("06 08", "04-06T00:00", "04-09T00:00", ["04-06T00:00/04-07T00:00", "04-08T00:00/04-09T00:00"]),
        ("25 26 FEB 0100-0200", "02-25T01:00", "02-26T02:00",
         ["02-25T01:00/02-25T02:00", "02-26T01:00/02-26T02:00"]),
        ("28 - 02 MAR 0100-0200", "02-28T01:00", "03-02T02:00",
         ["02-28T01:00/02-28T02:00", "03-01T01:00/03-01T02:00", "03-02T01:00/03-02T02:00"]),
    ],
)  # fmt: skip
def test_over_midnights_months_and_years(text: str, start: str, end: str, expected: list[str] | None) -> None:
    found = windows(text, start, end)
    if expected is None:
        assert found == Schedule(None)
    else:
        assert list(found.windows or ()) == span(*expected)


@pytest.mark.parametrize(
    "text",
    [
        "0600-1800 LMT",
        "MON-FRI AND HOL 0600-1800",
        "TOUS LES JOURS 24H",
        "MON 06 0600-1800",
        "06 MON 0600-1800",
        "06 07 0600-08 1800",
        "06 0600-08 SR",
        "0600-2561",
        "0600",
        "45 0600-1800",
        "06-07 0600-1800, 06 0600",
        "2604060600",
        "2604060600 TO 2604060500",
        "2604060600 TO 26",
        "FEB 31 0600-FEB 32 0700",
        "FEB 30 0600-MAR 01 0700",
        "APR MAY",
        "HX",
        "06 " * 3_000,
        "JAN 01 0600-0700",
        "06 0600-² 0700",
        "²-08 0600-0700",
    ],
)
def test_what_is_not_understood_is_all_the_time(text: str) -> None:
    assert windows(text) == Schedule(None, (module.NOT_UNDERSTOOD,))


def test_what_begins_or_ends_elsewhere_is_not_trusted() -> None:
    assert windows("0900-1500") == Schedule(None, (module.MISMATCH,))


@pytest.mark.parametrize("text", ["SR-SS", "DAILY SS-SR", "06-08 SR-1200", "SS PLUS30 - SR MINUS30", "SS-SR"])
def test_sunrise_and_sunset_are_all_day(text: str) -> None:
    assert windows(text) == Schedule(None, (module.SUN,))


def test_sunrise_of_one_day_reaches_into_the_next() -> None:
    found = said("10 SR-SS, 20 0600-0700", "04-09T22:00", "04-20T07:00")
    assert found == span("04-09T22:00/04-12T02:00", "04-20T06:00/04-20T07:00")


def test_what_is_excepted_stays_in() -> None:
    found = windows("MON-WED 0600-1800 EXC APR 07")
    assert found == Schedule(tuple(said("MON-WED 0600-1800")), (module.EXCEPTED,))
    assert windows("MON-WED 0600-1800 EXC HOL").told == (module.EXCEPTED,)
    assert len(said("MON-WED 0600-1800 EXC 07 0300-0400")) == 4
    assert windows("MON-FRI EXC MAR 23-27", "04-06T00:00", "04-08T00:00").windows is None


def test_no_end_no_start_and_long_ones_are_all_the_time() -> None:
    assert schedule("", 0, 1) == Schedule(None)
    assert schedule("H24", 0, None) == Schedule(None)
    assert schedule("0600-1800", 0, None) == Schedule(None, (module.ENDLESS,))
    assert schedule("0600-1800", None, 0) == Schedule(None, (module.ENDLESS,))
    assert schedule("0000-0001", 0, 900 * DAY) == Schedule(None, (module.ENDLESS,))
    many = schedule("0000-0001", at("2026-01-01T00:00"), at("2027-06-01T00:01"))
    assert many == Schedule(None, (module.TOO_MANY,))
    assert windows("H24") == Schedule(None)


def test_the_59th_minute_is_the_whole_hour() -> None:
    assert outward(at("04-06T23:59")) == at("04-07T00:00")
    assert outward(at("04-06T23:58")) == at("04-06T23:58")


WORDS = "06 07-08 APR MAY MON FRI SUN-TUE DAILY , 0600-1800 2200-0400 SR SS - / H24 EXC HOL 0900 AND TO"


@given(st.lists(st.sampled_from(WORDS.split()), max_size=14))
def test_windows_are_in_order_apart_and_within(parts: list[str]) -> None:
    start, end = at(START), at(END)
    found = schedule(" ".join(parts), start, end).windows
    if found is None:
        return
    edges = [edge for window in found for edge in window]
    assert edges == sorted(edges)
    assert len(set(edges)) == len(edges)
    assert edges[0] == start
    assert edges[-1] == end


DAYS = st.lists(st.integers(1, 30), min_size=1, max_size=6, unique=True).map(sorted)
CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 58)).map(lambda t: f"{t[0]:02d}{t[1]:02d}")


@given(DAYS, CLOCK, CLOCK)
def test_days_and_hours_hold_what_they_say(days: list[int], begin: str, finish: str) -> None:
    over = finish <= begin
    first = at(f"04-{days[0]:02d}T{begin[:2]}:{begin[2:]}")
    last = at(f"04-{days[-1]:02d}T{finish[:2]}:{finish[2:]}") + over * DAY
    text = f"{' '.join(f'{day:02d}' for day in days)} {begin}-{finish}"
    found = schedule(text, first, last)
    held = found.windows or ((first, last),)
    for day in days:
        start = at(f"04-{day:02d}T{begin[:2]}:{begin[2:]}")
        end = at(f"04-{day:02d}T{finish[:2]}:{finish[2:]}") + over * DAY
        assert any(a <= start and end <= b for a, b in held)


def test_months_before_and_behind_their_days_are_not_mixed() -> None:
    start, end = "2026-03-30T10:00", "2026-04-08T12:00"
    assert said("30 MAR 1000-1200 06-08 APR 1000-1200", start, end) == span(
        *(f"{day}T10:00/{day}T12:00" for day in ("03-30", "04-06", "04-07", "04-08"))
    )
    assert at("04-06T10:00") in [
        begin for begin, _ in said("30 MAR 1000-1200 06 08 APR 1000-1200", start, end)
    ]
    assert windows("MAR 30 1000-1200 06 08 APR 1000-1200", start, end).windows is None
