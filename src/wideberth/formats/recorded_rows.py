"""Rows of recorded positions from CSV and from GeoJSON, as records under the names that `reports` reads."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from typing import Final

from wideberth.errors import Invalid
from wideberth.formats import separated
from wideberth.formats.reports import ALTITUDES, LATITUDES, LONGITUDES, TIMES

SIZE: Final = 64 * 2**20
"""Bytes of a file."""
ROWS: Final = 1_000_000
COLUMNS: Final = 200
SEPARATORS: Final = ",;\t"
HEIGHT: Final = "altitude_hae_m"
"""The third number of a position: metres above the ellipsoid (RFC 7946, 3.1.1)."""
HEIGHTS = "the third number of a position is read as metres above the WGS84 ellipsoid (RFC 7946)"
AT: Final = ("timestamp", "time", "at", "datetime")
"""Names of a time in the properties of a point."""
NAMES: Final = ("icao24", "icao", "hex", "mmsi")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,2})?")
_UNIT = re.compile(r"\s*[(\[]\s*(.*?)\s*[)\]]\s*$")
_TEXTS: Final = frozenset(("callsign", "flight_id", "party", "kind", "squawk", *NAMES))


def of_csv(data: bytes) -> list[dict[str, object]]:
    """The records of a CSV with a header, separated by commas, semicolons or tabs; empty cells are null.

    A unit in brackets counts as the end of the name: `altitude (ft)` is `altitude_ft`.

    Raises: Invalid (`recording.encoding`, `recording.csv`, `file.too_large`).
    """
    if len(data) > SIZE:
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", f"at most {SIZE:,} bytes (64 MiB)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("recording.encoding", f"byte {error.start}", "no UTF-8", "CSV in UTF-8") from error
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    found: list[dict[str, object]] = []
    names: list[str] = []
    number = 1
    try:
        for number, row in enumerate(separated.rows(text, separator), 1):
            if not any(cell.strip() for cell in row):
                continue
            if not names:
                names = _names(row)
                continue
            if len(row) > len(names) or len(found) >= ROWS:
                wanted = f"as many cells as the header has ({len(names)}), at most {ROWS:,} rows"
                raise Invalid("recording.csv", f"row {number}", f"{len(row)} cells", wanted)
            found.append({name: _value(name, cell) for name, cell in zip(names, row, strict=False) if name})
    except csv.Error as error:
        raise Invalid("recording.csv", f"row {number}", str(error), "cells by RFC 4180") from error
    if not found:
        raise Invalid("recording.csv", f"row {number}", "no row", "a header, and a row for each report")
    return found


def _names(row: Sequence[str]) -> list[str]:
    names = [re.sub(r"[\s\-/]+", "_", _UNIT.sub(r"_\1", cell.strip()).lower()) for cell in row]
    known = set(names) & {*TIMES, *LATITUDES, *LONGITUDES, *ALTITUDES}
    twice = (
        next((name for name in names if name and names.count(name) > 1), None) if len(row) <= COLUMNS else ""
    )
    if not known or twice is not None:
        wanted = "a header with timestamp, latitude, longitude, each once"
        raise Invalid("recording.csv", "row 1", ", ".join(row) if twice is None else twice, wanted)
    return names


def _value(name: str, cell: str) -> object:
    said = cell.strip()
    if not said or said.lower() in ("null", "nan", "none"):
        return None
    if name not in _TEXTS and _NUMBER.fullmatch(said):
        return float(said)
    return said


def of_geojson(document: Mapping[str, object], notes: list[str]) -> list[dict[str, object]]:
    """The records of points that say a time, and of lines that say one for each of their positions.

    Raises: Invalid (`recording.geojson`).
    """
    features = [document] if document.get("type") == "Feature" else document.get("features")
    if not isinstance(features, list):
        raise Invalid("recording.geojson", "features", features, "a list of features")
    found: list[dict[str, object]] = []
    passed = 0
    for n, feature in enumerate(features):
        path = f"features[{n}]"
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict):
            passed += 1
            continue
        said = feature.get("properties")
        properties = said if isinstance(said, dict) else {}
        kind, places = geometry.get("type"), geometry.get("coordinates")
        if kind == "Point" and (time := _first(properties, AT)) is not None:
            made = [_record(places, time, properties, feature, path)]
        elif kind == "LineString" and (times := _times(properties)) is not None:
            if not isinstance(places, list) or len(places) != len(times):
                wanted = "coordTimes with a time for each position"
                raise Invalid("recording.geojson", path, f"{len(times)} times", wanted)
            made = [
                _record(place, time, properties, feature, f"{path}[{k}]")
                for k, (place, time) in enumerate(zip(places, times, strict=True))
            ]
        else:
            passed += 1
            continue
        found += made
    if passed:
        notes.append(f"features that are neither a point with a time nor a line with coordTimes: {passed}")
    if any(HEIGHT in each for each in found):
        notes.append(HEIGHTS)
    if not found:
        raise Invalid("recording.geojson", "features", "no time", "points with a time, lines with coordTimes")
    return found


def _times(properties: Mapping[str, object]) -> list[object] | None:
    more = properties.get("coordinateProperties")
    for held, names in ((properties, ("coordTimes", "times")), (more, ("times", "coordTimes"))):
        found = _first(held, names) if isinstance(held, dict) else None
        if isinstance(found, list):
            return found
    return None


def _record(
    place: object, time: object, properties: Mapping[str, object], feature: Mapping[str, object], path: str
) -> dict[str, object]:
    if not isinstance(place, list) or len(place) not in (2, 3):
        raise Invalid("recording.geojson", path, place, "a position: [longitude, latitude], or with a height")
    taken = (*AT, "coordTimes", "times", "coordinateProperties", *LATITUDES, *LONGITUDES)
    record = {key: value for key, value in properties.items() if key not in taken}
    record |= {"timestamp": time, "longitude": place[0], "latitude": place[1]}
    if len(place) == 3 and not any(name in record for name in ALTITUDES):
        record[HEIGHT] = place[2]
    if not any(record.get(name) is not None for name in NAMES):
        name = feature.get("id", _first(properties, ("id", "name", "callsign")))
        record["icao24"] = str(name) if isinstance(name, str | int) else None
    return record


def _first(held: Mapping[str, object], names: Sequence[str]) -> object:
    return next((held[name] for name in names if held.get(name) is not None), None)
