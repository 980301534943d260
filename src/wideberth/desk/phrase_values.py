"""What the fields of a call hold, read strictly: each kind of the phrase book from its value in an entry.

    altitude   {"datum":"MSL","unit":"ft","value":3000}       of SFC and UNL the value is 0
    bearing    {"deg":45,"north":"true"}                      or "magnetic"
    callsign   {"latin":null,"name":"KITE 7"}
    distance   {"unit":"NM","value_e3":5000}
    duration   {"ms":5400000}
    frequency  {"hz":121500000}
    place      {"lat_e7":…,"lon_e7":…,"notation":…,"words":…}
    time       {"at_ms":…}

Numbers keep the unit in which they were said: nothing is converted silently. The others are a word of the
book, an id, true or false, a whole number, or a text in which nobody can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from wideberth.desk import nobody
from wideberth.errors import Invalid
from wideberth.ledger import canonical, ids
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Field, Kind
from wideberth.space import altitude
from wideberth.space.altitude import DATUMS, UNITS, Altitude
from wideberth.space.ground import Point
from wideberth.space.notation import read_place
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import YEARS

TEXT: Final = 60
"""Characters of a callsign, a role, or what a site is called."""
WORDS: Final = 200
"""Characters of the words about a place, or of its notation."""
COUNT: Final = 9_999
DURATION: Final = 31 * 24 * 60 * 60_000
FREQUENCY: Final = 3 * 10**12
"""Hz: the end of the radio spectrum (ITU Radio Regulations, 1.5)."""
DISTANCES: Final = {"m": METRE, "km": 1_000 * METRE, "NM": NAUTICAL_MILE, "ft": FOOT}
"""0.1 mm of each unit."""
FARTHEST: Final = 20_000 * 1_000 * METRE
"""No two places on Earth are farther apart."""
ID: Final = 16
"""Bytes of the ids that are random."""
North = Literal["true", "magnetic"]


class Position(Struct, frozen=True):
    """A place as it was said: (lon, lat) in 1e-7 degrees, its words, and how it was entered."""

    point: Point
    words: str | None
    notation: str | None


class Callsign(Struct, frozen=True):
    """A name as its owner writes it, and in Latin letters where that is known."""

    name: str
    latin: str | None


def check(field: Field, found: Value, path: str) -> None:
    """Refuse a value that is not one of the field's kind.

    Raises: Invalid (`phrase.value`, `phrase.personal`, `altitude.range`, `ledger.base32`) at `path`.
    """
    if field.kind == "choice":
        if found not in field.choices:
            raise Invalid("phrase.value", path, found, ", ".join(field.choices))
        return
    _READ[field.kind](found, path)


def place(found: Value, path: str) -> Position:
    """Raises: Invalid (`phrase.value`, `phrase.personal`)."""
    value = _object(found, ("lat_e7", "lon_e7", "notation", "words"), path)
    lat = _number(value["lat_e7"], f"{path}.lat_e7", -90 * DEGREE, 90 * DEGREE)
    lon = _number(value["lon_e7"], f"{path}.lon_e7", -180 * DEGREE, 180 * DEGREE)
    words, notation = value["words"], value["notation"]
    return Position(
        (lon, lat),
        None if words is None else _text(words, f"{path}.words", WORDS),
        None if notation is None else _notation(notation, f"{path}.notation"),
    )


def height(found: Value, path: str) -> Altitude:
    """Raises: Invalid (`phrase.value`, `altitude.range`)."""
    value = _object(found, ("datum", "unit", "value"), path)
    datum = next((each for each in DATUMS if each == value["datum"]), None)
    if datum is None:
        raise Invalid("phrase.value", f"{path}.datum", value["datum"], ", ".join(DATUMS))
    unit = value["unit"]
    if not isinstance(unit, str) or unit not in UNITS or (unit == "FL" and datum != "FL"):
        raise Invalid("phrase.value", f"{path}.unit", unit, "m, ft, or FL with the datum FL")
    number = _number(value["value"], f"{path}.value", -(10**6), 10**6)
    if datum in ("SFC", "UNL") and number:
        raise Invalid("phrase.value", f"{path}.value", number, f"0 with {datum}")
    return altitude.checked(Altitude(datum, number * UNITS[unit]), path)


def distance(found: Value, path: str) -> tuple[int, str]:
    """Thousandths, and of which unit. Raises: Invalid (`phrase.value`)."""
    value = _object(found, ("unit", "value_e3"), path)
    unit = value["unit"]
    if not isinstance(unit, str) or unit not in DISTANCES:
        raise Invalid("phrase.value", f"{path}.unit", unit, ", ".join(DISTANCES))
    most = FARTHEST * 1_000 // DISTANCES[unit]
    return _number(value["value_e3"], f"{path}.value_e3", 0, most), unit


def bearing(found: Value, path: str) -> tuple[int, North]:
    """Whole degrees, and from which north. Raises: Invalid (`phrase.value`)."""
    value = _object(found, ("deg", "north"), path)
    degrees = _number(value["deg"], f"{path}.deg", 0, 359)
    for north in _NORTHS:
        if value["north"] == north:
            return degrees, north
    raise Invalid("phrase.value", f"{path}.north", value["north"], "true or magnetic")


def callsign(found: Value, path: str) -> Callsign:
    """Raises: Invalid (`phrase.value`, `phrase.personal`)."""
    value = _object(found, ("latin", "name"), path)
    latin = value["latin"]
    if latin is not None and not _text(latin, f"{path}.latin", TEXT).isascii():
        raise Invalid("phrase.value", f"{path}.latin", latin, "Latin letters, digits, or null")
    name = _text(value["name"], f"{path}.name", TEXT)
    return Callsign(name, latin if isinstance(latin, str) else None)


def time(found: Value, path: str) -> int:
    """POSIX ms. Raises: Invalid (`phrase.value`)."""
    return _number(_object(found, ("at_ms",), path)["at_ms"], f"{path}.at_ms", *YEARS)


def duration(found: Value, path: str) -> int:
    """Milliseconds. Raises: Invalid (`phrase.value`)."""
    return _number(_object(found, ("ms",), path)["ms"], f"{path}.ms", 0, DURATION)


def frequency(found: Value, path: str) -> int:
    """Hertz. Raises: Invalid (`phrase.value`)."""
    return _number(_object(found, ("hz",), path)["hz"], f"{path}.hz", 1, FREQUENCY)


def count(found: Value, path: str) -> int:
    """Raises: Invalid (`phrase.value`)."""
    return _number(found, path, 0, COUNT)


def yes_no(found: Value, path: str) -> bool:
    """Raises: Invalid (`phrase.value`)."""
    if not isinstance(found, bool):
        raise Invalid("phrase.value", path, found, "true or false")
    return found


def text(found: Value, path: str) -> str:
    """A role, or what a site is called. Raises: Invalid (`phrase.value`, `phrase.personal`)."""
    return _text(found, path, TEXT)


def case(found: Value, path: str) -> str:
    """Raises: Invalid (`phrase.value`, `ledger.base32`)."""
    ids.unbase32(found, ids.HASH, path)
    return str(found)


def _random(letter: str) -> Callable[[Value, str], str]:
    def read(found: Value, path: str) -> str:
        if not isinstance(found, str) or not found.startswith(letter):
            raise Invalid("phrase.value", path, found, f"{letter} and 26 characters of lower-case base32")
        ids.unbase32(found[len(letter) :], ID, path)
        return found

    return read


_NORTHS: Final[tuple[North, ...]] = ("true", "magnetic")
_READ: Final[Mapping[Kind, Callable[[Value, str], object]]] = {
    "altitude": height,
    "bearing": bearing,
    "call": _random("k-"),
    "callsign": callsign,
    "case": case,
    "count": count,
    "distance": distance,
    "duration": duration,
    "frequency": frequency,
    "hold": _random("h-"),
    "notice": _random("n-"),
    "place": place,
    "role": text,
    "site": text,
    "time": time,
    "yes_no": yes_no,
}


def _object(found: Value, names: Sequence[str], path: str) -> Mapping[str, Value]:
    if not isinstance(found, dict) or sorted(found) != sorted(names):
        what = sorted(found) if isinstance(found, dict) else found
        raise Invalid("phrase.value", path, what, f"an object of {', '.join(names)}")
    return found


def _number(found: Value, path: str, least: int, most: int) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise Invalid("phrase.value", path, found, f"a whole number from {least:,} to {most:,}")
    return found


def _text(found: Value, path: str, most: int) -> str:
    """One line, all of it to be seen, in which nobody can be found."""
    seen = _seen(found, path, most)
    if nobody.reached_by(seen):
        raise Invalid("phrase.personal", path, nobody.FOUND, "a role or a callsign, and nobody's number")
    return seen


def _notation(found: Value, path: str) -> str:
    """What was entered: what reads as a place may look like a number that reaches somebody."""
    seen = _seen(found, path, WORDS)
    try:
        read_place(seen, path)
    except Invalid:
        return _text(found, path, WORDS)
    return seen


def _seen(found: Value, path: str, most: int) -> str:
    if not isinstance(found, str) or not canonical.seen(found, most):
        raise Invalid("phrase.value", path, found, f"one line of 1 to {most} characters, all to be seen")
    return found
