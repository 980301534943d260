"""UAS geographical zones: what ED-269 and ED-318 have in common, limits, shapes and periods of validity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from wideberth.errors import Invalid
from wideberth.formats import times
from wideberth.formats.profile import NO_LOWER
from wideberth.formats.published import Window
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options
from wideberth.space import stated
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, altitude_of
from wideberth.space.ground import Ground
from wideberth.space.units import METRE, SECOND, to_integer

ZONES = 100_000
PARTS = 1_000
"""Geometries of one zone."""
DAYS = 366
"""A schedule is expanded where its zone is in force for no longer than this."""
WINDOWS = 400

OPEN_RING = "a ring that is not closed is read as closed"
FEET = "a radius beside limits in feet is read as metres, the larger reading"
WHOLE = "a schedule that cannot be expanded is read as in force all the time between start and end"
NO_DATUM = "a limit without vertical reference is read as SFC or UNL: it may be above ground or sea level"

Object = Mapping[str, object]

_NUMBER = re.compile(r"[+-]?\d{1,8}(?:\.\d{1,10})?")
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)")
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400 * SECOND
_DATUMS = {"AGL": "AGL", "SFC": "AGL", "AMSL": "MSL/ALT", "MSL": "MSL/ALT", "WGS84": "HAE", "W84": "HAE"}


def thing(value: object, path: str, wanted: str) -> dict[str, object]:
    """The object itself. Raises: Invalid (`uas_zone.type`)."""
    if not isinstance(value, dict):
        raise Invalid("uas_zone.type", path, "nothing" if value is None else value, f"an object: {wanted}")
    return value


def things(value: object, path: str, wanted: str) -> list[object]:
    """The list itself, empty for null. Raises: Invalid (`uas_zone.type`)."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Invalid("uas_zone.type", path, value, f"a list: {wanted}")
    return value


def text(value: object) -> str:
    """Text as it is; of ED-318's list of languages the first; of anything else nothing."""
    if isinstance(value, list):
        return next((text(one.get("text")) for one in value if isinstance(one, dict)), "")
    return value if isinstance(value, str) else str(value) if type(value) is int else ""


def unit(value: object, path: str) -> str:
    """`m` or `ft`. Raises: Invalid (`uas_zone.unit`)."""
    if isinstance(value, str) and value.lower() in ("m", "ft"):
        return value.lower()
    raise Invalid("uas_zone.unit", path, "nothing" if value is None else value, "M or FT")


def limits(
    lower: tuple[object, object], upper: tuple[object, object], measure: str, path: str, tally: Tally
) -> tuple[Altitude, Altitude]:
    """Both limits of a layer, each a value and its reference. No upper limit is UNL.

    AMSL is `MSL/ALT`: the standards do not say whether by GNSS or by QNH.

    Raises: Invalid (`uas_zone.limit`, `altitude.range`).
    """
    if lower[0] is None:
        tally.tell(NO_LOWER, path)
    low = SURFACE if lower[0] is None else _limit(*lower, measure, f"{path}, lower limit", True, tally)
    high = UNLIMITED if upper[0] is None else _limit(*upper, measure, f"{path}, upper limit", False, tally)
    return low, high


def _limit(value: object, datum: object, measure: str, path: str, low: bool, tally: Tally) -> Altitude:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Invalid("uas_zone.limit", path, value, "a number, or null where there is no limit")
    if datum is None or datum == "":
        tally.tell(NO_DATUM, path)
        return SURFACE if low else UNLIMITED
    if not isinstance(datum, str) or datum.upper() not in _DATUMS:
        raise Invalid("uas_zone.limit", path, datum, "the reference AGL, AMSL or WGS84")
    return altitude_of(value, measure, _DATUMS[datum.upper()], path, "down" if low else "up")


def circle(centre: object, radius: object, measure: str, path: str, tally: Tally) -> Ground:
    """A circle about a centre [lon, lat], radius in metres. Raises: Invalid (`uas_zone.*`, `geometry.*`)."""
    at = things(centre, path, "a centre: longitude, latitude in degrees")
    if len(at) < 2:
        raise Invalid("uas_zone.position", path, at, "a centre: longitude, latitude in degrees")
    if isinstance(radius, str) and _NUMBER.fullmatch(radius.strip()):
        radius = float(radius)
    if isinstance(radius, bool) or not isinstance(radius, int | float) or not 0 < radius <= 5_000_000:
        raise Invalid("uas_zone.radius", path, radius, "a radius in metres, up to 5,000 km")
    if measure == "ft":
        tally.tell(FEET, path)
    return stated.circle(at[0], at[1], to_integer(radius, METRE, "up"), path)


def polygons(geometry: Object, path: str, tally: Tally) -> tuple[Ground, ...]:
    """The grounds of a Polygon or MultiPolygon, edges straight in lon/lat as in GeoJSON.

    Raises: Invalid (`uas_zone.geometry`, `uas_zone.position`, `uas_zone.too_many`, `geometry.*`).
    """
    kind, found = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise Invalid("uas_zone.geometry", f"{path}.type", kind, "Polygon, MultiPolygon or a circle")
    parts = things(found, path, "rings") if kind == "MultiPolygon" else [found]
    if len(parts) > PARTS:
        raise Invalid("uas_zone.too_many", path, f"{len(parts):,} polygons", f"at most {PARTS:,}")
    if not parts:
        raise Invalid("uas_zone.geometry", f"{path}.coordinates", "no polygon", "one polygon or more")
    return tuple(_polygon(part, f"{path}.coordinates", tally) for part in parts)


def _polygon(found: object, path: str, tally: Tally) -> Ground:
    rings: list[list[Sequence[float]]] = []
    for r, ring in enumerate(things(found, path, "rings")):
        points = things(ring, f"{path}[{r}]", "positions")
        if len(points) > stated.MAX_VERTICES + 1:
            wanted = f"at most {stated.MAX_VERTICES:,}"
            raise Invalid("geometry.too_many_points", f"{path}[{r}]", f"{len(points):,} vertices", wanted)
        line: list[Sequence[float]] = []
        for i, at in enumerate(points):
            if not isinstance(at, list) or len(at) not in (2, 3):
                raise Invalid("uas_zone.position", f"{path}[{r}][{i}]", at, "longitude, latitude in degrees")
            line.append(at)
        if len(line) > 2 and line[0][:2] != line[-1][:2]:
            tally.tell(OPEN_RING, path)
            line.append(line[0])
        rings.append(line)
    return stated.polygon(rings, "lonlat", path)


def windows(
    periods: object, schedule_key: str, path: str, options: Options, tally: Tally
) -> tuple[Window, ...]:
    """When a zone is in force: the union of its periods, each cut by its schedule where it can be.

    Raises: Invalid (`uas_zone.type`, `uas_zone.too_many`, `time.*`).
    """
    found: list[Window] = []
    listed = things(periods, path, "periods of validity")
    if len(listed) > WINDOWS:
        raise Invalid("uas_zone.too_many", path, f"{len(listed):,} periods", f"at most {WINDOWS:,}")
    for i, one in enumerate(listed):
        at = f"{path}[{i}]"
        period = thing(one, at, "a period of validity")
        whole = _whole(period, at, options)
        schedule = things(period.get(schedule_key), f"{at}.{schedule_key}", "daily periods")
        rows = [row for row in schedule if isinstance(row, dict) and any(row.values())]
        # a row that says nothing may stand for every day: beside it the others bound nothing
        cut = (
            [whole] if not any(schedule) else _scheduled(whole, rows) if len(rows) == len(schedule) else None
        )
        if cut is None:
            tally.tell(WHOLE, at)
            cut = [whole]
        found += cut
        if len(found) > WINDOWS:
            raise Invalid("uas_zone.too_many", path, "more windows", f"at most {WINDOWS:,}")
    return tuple(found) or ((None, None),)


def _whole(period: Object, path: str, options: Options) -> Window:
    """The period without its schedule; a permanent one has no ends."""
    permanent = period.get("permanent")
    if permanent is True or (isinstance(permanent, str) and permanent.upper() == "YES"):
        return None, None
    start, end = (_instant(period, key, path, options) for key in ("startDateTime", "endDateTime"))
    if start is not None and end is not None and end < start:
        raise Invalid("time.backwards", path, "an end before its start", "start before end")
    return start, end


def _instant(period: Object, key: str, path: str, options: Options) -> int | None:
    value = period.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Invalid("time.malformed", f"{path}.{key}", value, times.WANTED)
    edge: times.Edge = "end" if key == "endDateTime" else "start"
    return times.parse_time(value, f"{path}.{key}", options.zone, edge)


def _scheduled(whole: Window, rows: Sequence[Object]) -> list[Window] | None:
    """The windows of a schedule inside `whole`; None where it is open, too long or not understood."""
    start, end = whole
    if start is None or end is None or end - start > DAYS * _DAY:
        return None
    found: list[Window] = []
    for row in rows:
        daily = _daily(row)
        if daily is None:
            return None
        days, begin, finish = daily
        for day in range(start // _DAY - 1, end // _DAY + 2):
            if (day + _EPOCH - 1) % 7 in days:
                early, late = max(start, day * _DAY + begin), min(end, day * _DAY + finish)
                if early < late:
                    found.append((early, late))
        if len(found) > WINDOWS:
            return None
    return sorted(found, key=lambda window: window[0] or 0) or None


def _daily(row: Object) -> tuple[frozenset[int], int, int] | None:
    """Weekdays (0 is Monday), and from when to when in ms after midnight UTC; None where not understood."""
    named = row.get("day")
    names = [named] if isinstance(named, str) else named or ["ANY"]
    if not isinstance(names, list) or any(row.get(key) for key in ("startEvent", "endEvent")):
        return None
    days: set[int] = set()
    for name in names:
        if name == "ANY":
            days.update(range(7))
        elif name in _DAYS:
            days.add(_DAYS.index(name))
        else:
            return None
    start, end = _clock(row.get("startTime"), up=False), _clock(row.get("endTime"), up=True)
    if start is None or end is None:
        return None
    # a missing end is that of the day which the other belongs to
    begin = -end[1] if start[0] is None else start[0] - start[1]
    finish = _DAY - start[1] if end[0] is None else end[0] - end[1]
    return frozenset(days), begin, finish if finish > begin else finish + _DAY


def _clock(value: object, *, up: bool) -> tuple[int | None, int] | None:
    """How long after midnight (ms; None: not stated), how far ahead of UTC (ms); None if not understood.

    A time without offset is not understood: whose it is the standards leave open.
    """
    if value is None or value == "":
        return None, 0
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 24 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return None
    hours, minutes = (0, 0) if match[5] == "Z" else (int(match[5][1:3]), int(match[5][4:6]))
    shift = (hours * 60 + minutes) * 60 * SECOND * (-1 if match[5][0] == "-" else 1)
    seconds = int(match[1]) * 3_600 + int(match[2]) * 60 + int(match[3] or 0)
    # a part of a second is rounded outwards
    return (seconds + (up and match[4] is not None)) * SECOND, shift
