"""Times of KML: TimeSpan and TimeStamp, with dates that stand for a whole day, month or year."""

from __future__ import annotations

import re
from datetime import date, timedelta

from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats.kmlshape import child_text, children
from wideberth.formats.times import parse_time

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
DATE_TOLD = "a date without a time of day stands for the whole day, month or year, in {}"

Window = tuple[int | None, int | None]


def window(placemark: etree._Element, path: str, zone: str | None) -> tuple[Window | None, tuple[str, ...]]:
    """Start and end in POSIX ms as the Placemark itself states them (None: it does not), and notes.

    A TimeStamp is an instant. A date is taken at its widest: from its first to its last moment, in UTC
    unless it has an offset or a zone was given.

    Raises: Invalid (`time.twice`, `time.*`).
    """
    spans = children(placemark, "TimeSpan")
    stamps = children(placemark, "TimeStamp")
    if len(spans) + len(stamps) > 1:
        raise Invalid("time.twice", path, "more than one TimeSpan or TimeStamp", "one of them, once")
    told: list[str] = []
    if stamps:
        when = child_text(stamps[0], "when")
        where = f"{path}, TimeStamp.when"
        if not when:
            raise Invalid("time.malformed", where, "no time", "a time such as 2026-11-23T10:00:00Z")
        edges = (_first(when, where, zone, told), _last(when, where, zone, told))
        return edges, tuple(dict.fromkeys(told))
    if not spans:
        return None, ()
    begin, end = child_text(spans[0], "begin"), child_text(spans[0], "end")
    start = _first(begin, f"{path}, TimeSpan.begin", zone, told) if begin else None
    stop = _last(end, f"{path}, TimeSpan.end", zone, told) if end else None
    return (start, stop), tuple(dict.fromkeys(told))


def _first(text: str, path: str, zone: str | None, told: list[str]) -> int:
    """The first moment that the text can mean."""
    period = _period(text, path)
    if period is None:
        return parse_time(text, path, zone=zone, edge="start")
    first, _, offset = period
    return parse_time(_midnight(first, offset, zone, told), path, zone=zone, edge="start")


def _last(text: str, path: str, zone: str | None, told: list[str]) -> int:
    """The first moment after all that the text can mean."""
    period = _period(text, path)
    if period is None:
        return parse_time(text, path, zone=zone, edge="end")
    _, after, offset = period
    return parse_time(_midnight(after, offset, zone, told), path, zone=zone, edge="end")


def _period(text: str, path: str) -> tuple[date, date, str | None] | None:
    """First day, day after the last, and offset of an xsd:date, gYearMonth or gYear; None for other texts."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    try:
        first = date(year, month, day)
        if match[3]:
            after = first + timedelta(days=1)
        elif match[2]:
            after = (first + timedelta(days=31)).replace(day=1)
        else:
            after = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        raise Invalid("time.malformed", path, text, "a day of the calendar, in the years 1 to 9998") from None
    return first, after, match[4]


def _midnight(day: date, offset: str | None, zone: str | None, told: list[str]) -> str:
    if offset is None:
        told.append(DATE_TOLD.format(zone or "UTC"))
    else:
        told.append(DATE_TOLD.format(f"its own offset {offset}"))
    return f"{day.isoformat()}T00:00:00{offset or ('' if zone else 'Z')}"
