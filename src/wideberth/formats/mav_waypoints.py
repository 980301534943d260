"""Waypoint files of MAVLink ground stations: text that begins `QGC WPL 110`, read.

One item a line, twelve fields: index, current, frame, command, four parameters, latitude, longitude,
altitude, autocontinue (MAVLink developer guide, File Formats). Where the first item is a plain waypoint
above mean sea level it is the planned home, as ArduPilot's programs write it.
"""

from __future__ import annotations

import itertools
import math
import re
from pathlib import PurePath

from wideberth.errors import Invalid
from wideberth.formats import mission
from wideberth.formats.mission import ABSOLUTE, ITEM_LIMIT, WAYPOINT, Home, Item
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.routed import NO_TIMES, Routed, assemble, corridors, margins

SIZE_LIMIT = 16 * 1024 * 1024
WANTED = "a waypoint file: QGC WPL 110 and a line of 12 fields for each item"
FIRST_IS_HOME = "the first item is a waypoint above mean sea level: read as the planned home"

_FIRST = re.compile(r"\s*QGC\s+WPL\s+(\d{1,4})\s*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")
_FIELDS = 12


def is_waypoints(head: str) -> bool:
    """True for the beginning of a waypoint file."""
    return _FIRST.match(head) is not None


def read(data: bytes, options: Options) -> Reading:
    """The mission of a waypoint file as one plan, without times; positions in degrees, heights in metres.

    Raises: Invalid (`waypoints.*`, `mission.*`, `file.*`, `geometry.*`, `altitude.*`).
    """
    tally = Tally()
    items = _items(_text(data))
    home = _home(items, tally)
    legs = mission.legs(items[1:] if home is not None else items, home, tally)
    if not legs:
        raise Invalid("mission.empty", "", "no item that is flown to", "one waypoint or more")
    margin = margins(options, tally, legs[0].begin.where)
    tally.tell(NO_TIMES, legs[0].begin.where)
    volumes, places = corridors(legs, margin, tally, options.wrap)
    name = PurePath(options.file).name
    record = Routed(id=name, where=places[0], volumes=tuple(volumes), places=tuple(places))
    return assemble([record], options, tally)


def _text(data: bytes) -> list[str]:
    if len(data) > SIZE_LIMIT:
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", f"at most {SIZE_LIMIT:,} bytes (16 MiB)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid("waypoints.encoding", f"line {line}", "bytes that are not UTF-8", WANTED) from None
    lines = re.split("\r\n|\r|\n", text)
    first = _FIRST.fullmatch(lines[0])
    if first is None:
        raise Invalid("waypoints.header", "line 1", lines[0][:80], WANTED)
    if first[1] not in ("110", "120"):
        raise Invalid("waypoints.header", "line 1", lines[0], "version 110 or 120 of the format")
    return lines


def _items(lines: list[str]) -> list[Item]:
    items: list[Item] = []
    for number, text in enumerate(lines[1:], start=2):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        if len(items) >= ITEM_LIMIT:
            raise Invalid("mission.too_many", f"line {number}", "more items", f"at most {ITEM_LIMIT:,}")
        items.append(_item(text, f"line {number}"))
    for before, item in itertools.pairwise(items):
        if item.number <= before.number:
            raise Invalid("waypoints.order", item.where, item.number, "items numbered upwards")
    return items


def _item(text: str, where: str) -> Item:
    # tabs by the format; people who edit such files leave spaces
    fields = text.split()
    if len(fields) != _FIELDS:
        raise Invalid("waypoints.fields", where, f"{len(fields)} fields", f"{_FIELDS} fields")
    values = [_value(field, f"{where}, field {i}") for i, field in enumerate(fields, start=1)]
    index, _, frame, command = (_whole(values[i], f"{where}, field {i + 1}") for i in range(4))
    return Item(number=index, command=command, frame=frame, params=tuple(values[4:11]), where=where)


def _value(text: str, where: str) -> float | None:
    if text.lower() in ("nan", "-nan", "null"):
        return None
    if _NUMBER.fullmatch(text) is None:
        raise Invalid("waypoints.number", where, text, "a number with a decimal point")
    return float(text)


def _whole(value: float | None, where: str) -> int:
    if value is None or value != math.floor(value) or not 0 <= value <= 65_535:
        raise Invalid("waypoints.number", where, value, "a whole number from 0 to 65,535")
    return int(value)


def _home(items: list[Item], tally: Tally) -> Home | None:
    if not items:
        return None
    first = items[0]
    if first.number != 0 or first.command != WAYPOINT or first.frame not in ABSOLUTE:
        return None
    lat, lon, height = first.params[4:7]
    home = mission.home_of(lon, lat, height, first.where)
    if home is not None:
        tally.tell(FIRST_IS_HOME, first.where)
    return home
