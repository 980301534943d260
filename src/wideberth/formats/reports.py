"""Position reports as columns of numbers, from the shapes in which trajectory files hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.errors import Invalid
from wideberth.formats.legs import Integers, Reals
from wideberth.formats.reading import Options
from wideberth.formats.times import LATEST, parse_time
from wideberth.space.altitude import Datum
from wideberth.space.ground import ROUNDING
from wideberth.space.stated import BINARY_NOISE, position
from wideberth.space.units import DEGREE, FOOT, METRE

TIMES = ("timestamp", "time")
LATITUDES = ("latitude", "lat")
LONGITUDES = ("longitude", "lon", "lng", "long")
AIRCRAFT = ("icao24", "icao", "hex")
_ALTITUDE_FIELDS: tuple[tuple[tuple[Datum, int], str], ...] = (
    (("FL", FOOT), "altitude altitude_ft alt_ft alt_baro pressure_altitude_ft"),
    (("FL", METRE), "baro_altitude_m pressure_altitude_m"),
    (("MSL/ALT", METRE), "altitude_m alt_m altitude_msl_m alt_msl_m"),
    (("MSL/ALT", FOOT), "altitude_msl_ft alt_msl_ft"),
    (("HAE", METRE), "altitude_hae_m alt_hae_m hae_m"),
)
ALTITUDES = {name: meant for meant, names in _ALTITUDE_FIELDS for name in names.split()}
"""Datum and unit of the altitude fields; others (`geoaltitude`, `alt`) do not say theirs and are not read."""
READ_AS = {
    ("FL", FOOT): "pressure altitude in feet (FL)",
    ("FL", METRE): "pressure altitude in metres (FL)",
    ("MSL/ALT", METRE): "metres above mean sea level, by the geoid (MSL) or on QNH (ALT): as both",
    ("MSL/ALT", FOOT): "feet above mean sea level, by the geoid (MSL) or on QNH (ALT): as both",
    ("HAE", METRE): "metres above the WGS84 ellipsoid (HAE)",
}
UNKNOWN_NETRID_ALTITUDE = -1000.0
"""ASTM F3411: this height says that none is known."""

ACCEPTED = (
    'a list of records, an object of columns with timestamp, latitude and longitude, or {"flights": […]}'
)
MILLISECONDS_FROM = 1e11
"""Numbers of time from here on are milliseconds (1973 …), below seconds (… 5138)."""
SECONDS_FROM = 1e8
"""1973: smaller numbers count from some other moment than 1970."""

LARGEST = 10**15
"""Nothing that is measured here is further from 0."""

Column = Sequence[object]


class Reports(NamedTuple):
    """Reports with a position and a time, in the order of the file.

    `times` POSIX ms, each at most `doubt` ms too early; `points` (n, 2) lon, lat in 1e-7 degrees, `slack`
    the loss in 0.1 mm; the altitude is from `low` to `high` in 0.1 mm above `datum` where `known`.
    `flight` is the flight's name (flight id, else callsign). `where` names the place of a report, `rows` the
    rows of the columns that they are of.
    """

    times: Integers
    doubt: int
    points: Integers
    slack: int
    low: Integers
    high: Integers
    known: NDArray[np.bool_]
    datum: Datum
    aircraft: Sequence[str | None]
    flight: Sequence[str | None]
    callsign: Sequence[str | None]
    party: Sequence[str | None]
    where: Callable[[int], str]
    rows: Integers


class Table(NamedTuple):
    """Columns by name, all of one length, and the place of a row."""

    held: Mapping[str, Column]
    size: int
    where: Callable[[int], str]


def columns(document: object, options: Options, notes: list[str]) -> Reports:
    """The reports of a document; what was skipped or chosen is added to `notes`.

    Raises: Invalid (`trajectory.*`, `geometry.latitude`, `geometry.longitude`, `time.*`).
    """
    return of_table(table(document), options, notes)


def of_table(table: Table, options: Options, notes: list[str]) -> Reports:
    """The same of its columns. Raises: as `columns`."""
    names = {
        "time": _one(table, TIMES, "time", wanted=True),
        "lat": _one(table, LATITUDES, "latitude", wanted=True),
        "lon": _one(table, LONGITUDES, "longitude", wanted=True),
        "altitude": _one(table, tuple(ALTITUDES), "altitude"),
        "aircraft": _one(table, AIRCRAFT, "aircraft"),
    }
    times, has_time, doubt = _times(table, names["time"], options, notes)
    lat, has_lat = numbers(table, names["lat"])
    lon, has_lon = numbers(table, names["lon"])
    kept = np.flatnonzero(has_time & has_lat & has_lon)
    _tell_skipped(has_time, has_lat & has_lon, notes)
    if not len(kept):
        raise Invalid("trajectory.empty", "", "no report", "reports with a time and a position")
    points, slack = _points(table, lon, lat, kept, options)
    low, high, known, datum = _altitudes(table, names["altitude"], notes)
    callsign = texts(table, "callsign")
    flight = [a or b for a, b in zip(texts(table, "flight_id"), callsign, strict=True)]
    aircraft = texts(table, names["aircraft"])
    if names["aircraft"] is None:
        aircraft = flight
    if any(value is not None for value in aircraft):
        for row in kept.tolist():
            if aircraft[row] is None:
                wanted = f"a name of the aircraft in every report ({', '.join((*AIRCRAFT, 'callsign'))})"
                raise Invalid("trajectory.no_aircraft", table.where(row), "none", wanted)
    party = texts(table, "party")
    rows = kept.tolist()
    return Reports(
        times[kept],
        doubt,
        points,
        slack,
        low[kept],
        high[kept],
        known[kept],
        datum,
        [aircraft[row] for row in rows],
        [flight[row] for row in rows],
        [callsign[row] for row in rows],
        [party[row] for row in rows],
        where=lambda row: table.where(rows[row]),
        rows=kept,
    )


def _tell_skipped(has_time: NDArray[np.bool_], has_place: NDArray[np.bool_], notes: list[str]) -> None:
    for count, what in (
        (np.count_nonzero(~has_place), "position"),
        (np.count_nonzero(has_place & ~has_time), "time"),
    ):
        if count:
            notes.append(f"reports without a {what}, skipped: {count}")


def table(document: object, more: frozenset[str] = frozenset()) -> Table:
    """The columns of a document: those that are read here, and `more`. Raises: Invalid (`trajectory.*`)."""
    wanted = _READ | more
    if isinstance(document, list):
        return _records(document, wanted)
    if isinstance(document, Mapping) and isinstance(document.get("flights"), list):
        return _netrid(document["flights"])
    if isinstance(document, Mapping) and any(name in document for name in LATITUDES):
        return _by_column(document, wanted)
    raise Invalid("trajectory.document", "", type(document).__name__, ACCEPTED)


def _records(records: Sequence[object], read: frozenset[str]) -> Table:
    names: dict[str, None] = {}
    for i, record in enumerate(records):
        if not isinstance(record, Mapping):
            raise Invalid("trajectory.document", f"[{i}]", type(record).__name__, "records that are objects")
        names.update(dict.fromkeys(record))
    wanted = [name for name in names if name in read]
    held = {name: [record.get(name) for record in records if isinstance(record, Mapping)] for name in wanted}
    return Table(held, len(records), lambda row: f"[{row}]")


def _by_column(document: Mapping[str, object], read: frozenset[str]) -> Table:
    held: dict[str, Column] = {}
    rows: list[str] | int | None = None
    for name, column in document.items():
        if name not in read:
            continue
        if not isinstance(column, Mapping | list):
            raise Invalid(
                "trajectory.columns", name, type(column).__name__, "columns that are lists or objects"
            )
        mine = list(column) if isinstance(column, Mapping) else len(column)
        if rows is None:
            rows = mine
        if mine != rows:
            raise Invalid(
                "trajectory.columns", name, "other rows than in the first column", "columns of equal rows"
            )
        held[name] = list(column.values()) if isinstance(column, Mapping) else column
    if isinstance(rows, list):
        labels = rows
        return Table(held, len(labels), lambda row: f"row {labels[row]}")
    return Table(held, rows or 0, lambda row: f"row {row}")


def _netrid(flights: Sequence[object]) -> Table:
    """The states of all flights one after the other; heights are W84 (ASTM F3411)."""
    held: dict[str, list[object]] = {name: [] for name in ("time", "lat", "lon", "hae_m", "icao24")}
    places: list[tuple[int, int]] = []
    names: set[str] = set()
    for k, flight in enumerate(flights):
        path = f"flights[{k}]"
        if not isinstance(flight, Mapping) or not isinstance(flight.get("states"), list):
            raise Invalid(
                "trajectory.document", path, type(flight).__name__, 'an object with a list "states"'
            )
        details = flight.get("flight_details")
        stated = details.get("id") if isinstance(details, Mapping) else None
        name = stated if isinstance(stated, str) and stated else str(k)
        if name in names:
            raise Invalid("plan.repeated_id", f"{path}.flight_details.id", name, "an id of its own")
        names.add(name)
        for i, state in enumerate(flight["states"]):
            if not isinstance(state, Mapping):
                raise Invalid("trajectory.document", f"{path}.states[{i}]", type(state).__name__, "an object")
            place = state.get("position")
            place = place if isinstance(place, Mapping) else {}
            stamp = state.get("timestamp")
            height = place.get("alt")
            held["time"].append(stamp.get("value") if isinstance(stamp, Mapping) else stamp)
            held["lat"].append(place.get("lat"))
            held["lon"].append(place.get("lng"))
            held["hae_m"].append(None if height == UNKNOWN_NETRID_ALTITUDE else height)
            held["icao24"].append(name)
            places.append((k, i))
    return Table(held, len(places), lambda row: "flights[{}].states[{}]".format(*places[row]))


_READ = frozenset(
    (*TIMES, *LATITUDES, *LONGITUDES, *AIRCRAFT, *ALTITUDES, "alt", "flight_id", "callsign", "party")
)


def _one(table: Table, names: tuple[str, ...], what: str, *, wanted: bool = False) -> str | None:
    """The one of these fields that the file has."""
    found = [name for name in names if name in table.held]
    if len(found) > 1:
        raise Invalid("trajectory.two_fields", "", " and ".join(found), f"one field for the {what}")
    if wanted and not found:
        raise Invalid("trajectory.no_field", "", f"no {what}", f"a field {' or '.join(names)}")
    return found[0] if found else None


def numbers(table: Table, name: str | None) -> tuple[Reals, NDArray[np.bool_]]:
    """The numbers of a column (0 where null), and where there are any."""
    column = table.held[name] if name is not None else [None] * table.size
    values: list[float] = []
    for row, value in enumerate(column):
        if value is None:
            values.append(0.0)
        elif (
            isinstance(value, int | float | Decimal)
            and not isinstance(value, bool)
            and -LARGEST <= value <= LARGEST
        ):
            values.append(float(value))
        else:
            raise Invalid("trajectory.number", f"{table.where(row)}, {name}", value, "a number or null")
    there = np.array([value is not None for value in column], dtype=bool)
    return np.array(values, dtype=np.float64), there


def texts(table: Table, name: str | None) -> list[str | None]:
    """The texts of a column without the spaces around them; None where null or blank."""
    column = table.held.get(name, ()) if name is not None else ()
    if not column:
        return [None] * table.size
    found: list[str | None] = []
    for row, value in enumerate(column):
        if value is None or isinstance(value, str):
            found.append((value or "").strip() or None)
        elif isinstance(value, int) and not isinstance(value, bool):
            found.append(str(value))
        else:
            raise Invalid("trajectory.text", f"{table.where(row)}, {name}", value, "a text or null")
    return found


def _points(table: Table, lon: Reals, lat: Reals, kept: Integers, options: Options) -> tuple[Integers, int]:
    """Positions in 1e-7 degrees and the slack, as `stated.position` has it for one."""
    lon, lat = lon[kept], lat[kept]
    outside = np.flatnonzero((np.abs(lon) > 180) | (np.abs(lat) > 90))
    lon = lon.copy()
    for k in outside.tolist():
        where = table.where(int(kept[k]))
        point, _ = position(float(lon[k]), float(lat[k]), where, wrap=options.wrap)
        lon[k] = point[0] / DEGREE
    degrees = np.stack([lon, lat], -1)
    points = np.rint(degrees * DEGREE).astype(np.int64)
    lost = len(outside) > 0 or bool((np.abs(degrees - points / DEGREE) > BINARY_NOISE).any())
    return points, ROUNDING if lost else 0


def _altitudes(
    table: Table, name: str | None, notes: list[str]
) -> tuple[Integers, Integers, NDArray[np.bool_], Datum]:
    """Lowest and highest reading in 0.1 mm, where there are any, and the datum."""
    if name is None:
        alone = ' ("alt" does not say its unit and datum)' if "alt" in table.held else ""
        notes.append(f"no altitude is stated{alone}, read as SFC to UNL")
        none = np.zeros(table.size, dtype=np.int64)
        return none, none, np.zeros(table.size, dtype=bool), "FL"
    datum, unit = ALTITUDES[name]
    values, known = numbers(table, name)
    # far beyond any altitude: refused later with its place
    exact = np.clip(values, -1e9, 1e9) * unit
    # what a float cannot hold of the decimal that was written is no reason to round
    low, high = np.floor(exact + 1e-3).astype(np.int64), np.ceil(exact - 1e-3).astype(np.int64)
    if name != "hae_m":
        notes.append(f'"{name}" is read as {READ_AS[datum, unit]}')
    return low, high, known, datum


def _times(
    table: Table, name: str | None, options: Options, notes: list[str]
) -> tuple[Integers, NDArray[np.bool_], int]:
    """POSIX ms, where there are any, and by how many ms the latest reading of one exceeds it."""
    column = table.held[name] if name is not None else ()
    if any(isinstance(value, str) for value in column):
        return _stated_times(table, column, name, options)
    values, there = numbers(table, name)
    given = values[there]
    if not len(given):
        return np.zeros(table.size, dtype=np.int64), there, 0
    wanted = "RFC 3339, or seconds or milliseconds since 1970, the same throughout"
    in_ms = bool(given.min() >= MILLISECONDS_FROM)
    if given.min() < SECONDS_FROM or (not in_ms and given.max() >= MILLISECONDS_FROM) or given.max() > LATEST:
        raise Invalid("trajectory.time", name or "", f"{given.min():g} … {given.max():g}", wanted)
    notes.append(f'"{name}" is read as {"milliseconds" if in_ms else "seconds"} since 1970')
    ms = values if in_ms else values * 1000
    whole = np.rint(ms)
    # a thousandth of a millisecond is what a float of seconds cannot hold
    exact = bool((np.abs(ms - whole) < 1e-3).all())
    return (whole if exact else np.floor(ms)).astype(np.int64), there, 0 if exact else 1


def _stated_times(
    table: Table, column: Column, name: str | None, options: Options
) -> tuple[Integers, NDArray[np.bool_], int]:
    early: dict[str, int] = {}
    doubt = 0
    times = np.zeros(table.size, dtype=np.int64)
    there = np.zeros(table.size, dtype=bool)
    for row, value in enumerate(column):
        if value is None:
            continue
        path = f"{table.where(row)}, {name}"
        if not isinstance(value, str):
            raise Invalid("trajectory.time", path, value, "times that are all text or all numbers")
        if value not in early:
            early[value] = parse_time(value, path, zone=options.zone, edge="start")
            late = parse_time(value, path, zone=options.zone, edge="end")
            doubt = max(doubt, late - early[value])
        times[row], there[row] = early[value], True
    return times, there, doubt
