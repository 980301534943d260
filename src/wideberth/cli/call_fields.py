"""Fields of a call as people write them, `name=value`, read by the kind that the phrase book gives each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Field, Kind, Phrase
from wideberth.space.altitude import UNITS, parse_altitude
from wideberth.space.notation import read_place
from wideberth.space.units import parse_duration, parse_frequency

WORDS, LATIN = ".words", ".latin"
"""What follows a field's name: the words of a place, a callsign in Latin letters."""
_DISTANCE: Final = re.compile(r"(\d{1,7})(?:\.(\d{1,3}))? ?(m|km|nm|ft)", re.IGNORECASE)
_BEARING: Final = re.compile(r"(\d{1,3}) ?°? ?(true|magnetic|T|M)?", re.IGNORECASE)
_DISTANCES: Final = {"m": "m", "km": "km", "nm": "NM", "ft": "ft"}
_YES: Final = {"yes": True, "true": True, "no": False, "false": False}


def read(phrase: Phrase, given: Sequence[str], now_ms: int) -> dict[str, Value]:
    """The fields of a call.

    Args:
        phrase: its code, as the book has it.
        given: `name=value`; for words of a place `name.words=…`, for a callsign `name.latin=…`.
        now_ms: what `+30min` is counted from (POSIX ms).

    Raises: Invalid (`call.argument`, `phrase.field`, and as the reader of each kind).
    """
    said: dict[str, str] = {}
    for each in given:
        name, sign, text = each.partition("=")
        if not sign or not text.strip() or name.strip() in said:
            raise Invalid("call.argument", "FIELD", each, "name=value, each name once")
        said[name.strip()] = text.strip()
    beside = {name: said.pop(name) for name in tuple(said) if name.endswith((WORDS, LATIN))}
    found: dict[str, Value] = {}
    for name, text in said.items():
        found[name] = as_entered(_field(phrase, name), text, now_ms)
    for name, text in beside.items():
        of, _, part = name.rpartition(".")
        holder = found.get(of)
        if not isinstance(holder, dict) or part not in holder:
            raise Invalid("call.argument", "FIELD", name, f"{of}=… beside it, of a kind that has {part}")
        found[of] = {**holder, part: text}
    return found


def as_entered(field: Field, text: str, now_ms: int) -> Value:
    """A value as the entry holds it. Raises: Invalid (`phrase.value`, and as the reader of its kind)."""
    reader = _READ.get(field.kind)
    if reader is not None:
        return reader(text, field.name)
    if field.kind == "time":
        if text.startswith("+"):
            return {"at_ms": now_ms + parse_duration(text[1:], field.name)}
        return {"at_ms": parse_time(text, field.name)}
    return text  # ids, roles, choices and names are as they are written


def _field(phrase: Phrase, name: str) -> Field:
    field = phrase.field(name)
    if field is None:
        wanted = ", ".join(each.name for each in phrase.fields) or "no field"
        raise Invalid("phrase.field", "FIELD", name, wanted)
    return field


def _place(text: str, path: str) -> Value:
    lon, lat = read_place(text, path).point
    return {"lat_e7": lat, "lon_e7": lon, "notation": text, "words": None}


def _altitude(text: str, path: str) -> Value:
    found = parse_altitude(text, path)
    plain = text.strip().upper()
    if found.datum in ("SFC", "UNL"):
        return {"datum": found.datum, "unit": "m", "value": 0}
    unit = "FL" if found.datum == "FL" else "ft" if "FT" in plain else "m"
    if found.value % UNITS[unit]:
        raise Invalid("phrase.value", path, text, f"whole {unit}")
    return {"datum": found.datum, "unit": unit, "value": found.value // UNITS[unit]}


def _distance(text: str, path: str) -> Value:
    found = _DISTANCE.fullmatch(text.strip())
    if found is None:
        raise Invalid("phrase.value", path, text, "such as 500 m, 2.5 km, 3 NM or 1000 ft")
    thousandths = int(found[1]) * 1_000 + int((found[2] or "").ljust(3, "0"))
    return {"unit": _DISTANCES[found[3].lower()], "value_e3": thousandths}


def _bearing(text: str, path: str) -> Value:
    found = _BEARING.fullmatch(text.strip())
    if found is None:
        raise Invalid(
            "phrase.value", path, text, "0 to 359, with M behind it where it is from magnetic north"
        )
    return {"deg": int(found[1]), "north": "magnetic" if (found[2] or "t")[0].lower() == "m" else "true"}


def _duration(text: str, path: str) -> Value:
    return {"ms": parse_duration(text, path)}


def _frequency(text: str, path: str) -> Value:
    return {"hz": parse_frequency(text, path)}


def _count(text: str, path: str) -> Value:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Invalid("phrase.value", path, text, "a whole number from 0 to 9,999")
    return int(text)


def _yes_no(text: str, path: str) -> Value:
    if text.casefold() not in _YES:
        raise Invalid("phrase.value", path, text, "yes or no")
    return _YES[text.casefold()]


def _callsign(text: str, _: str) -> Value:
    return {"latin": None, "name": text}


_READ: Final[dict[Kind, Callable[[str, str], Value]]] = {
    "altitude": _altitude,
    "bearing": _bearing,
    "callsign": _callsign,
    "count": _count,
    "distance": _distance,
    "duration": _duration,
    "frequency": _frequency,
    "place": _place,
    "yes_no": _yes_no,
}
