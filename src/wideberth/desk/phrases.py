"""Calls against the phrase book: whether a call may be said as it is, and what a read-back comes to.

A call of a newer book is never dropped: what this book does not know is shown as it came, and answered
`unclear`. The comparison needs no book, so that it comes to the same in every version, for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from wideberth.desk import phrase_values
from wideberth.desk.phrase_values import DISTANCES, Position
from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Book
from wideberth.space.altitude import UNITS

Result = Literal["matched", "differs", "missing", "added"]
RESULTS: Final[dict[Result, str]] = {
    "matched": "read back, and the same",
    "differs": "read back, and not the same",
    "missing": "not read back",
    "added": "read back, and never said",
}


class Compared(Struct, frozen=True):
    """A field, and what its read-back comes to."""

    name: str
    result: Result


def check(book: Book, code: str | None, fields: Mapping[str, Value], path: str = "fields") -> None:
    """Refuse, at its author, a call that cannot be said so.

    Args:
        book: the phrase book.
        code: of the call; None for free text alone, which has no fields.
        fields: values by the names of the fields.
        path: for errors; the name of the field follows it.

    Raises: Invalid (`phrase.code`, `phrase.field`, `phrase.missing`, `phrase.value`, `phrase.personal`, and
    as `phrase_values.check`).
    """
    phrase = None if code is None else book.phrases.get(code)
    if code is not None and phrase is None:
        raise Invalid("phrase.code", "code", code, ", ".join(book.phrases))
    known = () if phrase is None else phrase.fields
    for name in fields:
        if all(each.name != name for each in known):
            wanted = ", ".join(each.name for each in known) or "no field"
            raise Invalid("phrase.field", f"{path}.{name}", name, wanted)
    for each in known:
        if each.name in fields:
            phrase_values.check(each, fields[each.name], f"{path}.{each.name}")
        elif each.required:
            raise Invalid("phrase.missing", f"{path}.{each.name}", "nothing", f"a {each.kind}")
    some = () if phrase is None else phrase.any_of
    if some and not any(name in fields for name in some):
        raise Invalid("phrase.missing", path, "none of them", f"one of {', '.join(some)}")


def check_heard(book: Book, code: str | None, heard: Mapping[str, Value], path: str = "fields") -> None:
    """Refuse a read-back with what no field of its kind can be: what is entered stays for ever.

    Raises: Invalid (`phrase.code` where the book does not have the code, `phrase.field`, and as
    `phrase_values.check`).
    """
    phrase = None if code is None else book.phrases.get(code)
    if heard and code is not None and phrase is None:
        wanted = "a code of this phrase book; what it does not have is answered: unclear"
        raise Invalid("phrase.code", "code", code, wanted)
    for name, value in heard.items():
        field = None if phrase is None else phrase.field(name)
        if field is None:
            wanted = ", ".join(each.name for each in phrase.fields) if phrase else "no field"
            raise Invalid("phrase.field", f"{path}.{name}", name, wanted)
        phrase_values.check(field, value, f"{path}.{name}")


def unread(book: Book, code: str | None, fields: Mapping[str, Value]) -> dict[str, str]:
    """What the reader's book does not understand: by the names of fields, why. `code` may be among them.

    Such a field is shown as it came. One that is needed and missing is among them too.
    """
    phrase = None if code is None else book.phrases.get(code)
    found = {}
    if code is not None and phrase is None:
        found["code"] = "this phrase book does not have it"
    for name, value in fields.items():
        field = None if phrase is None else phrase.field(name)
        if field is None:
            found[name] = "this phrase book does not have it"
            continue
        try:
            phrase_values.check(field, value, name)
        except Invalid as error:
            found[name] = error.message
    for field in () if phrase is None else phrase.fields:
        if field.required and field.name not in fields:
            found[field.name] = "it is needed, and missing"
    return found


def places(book: Book, code: str | None, fields: Mapping[str, Value]) -> dict[str, Position]:
    """The places that a call names, by field: what the doubts of a place are asked of (space.doubts).

    Any field of the shape of a place is one, so that a newer book's places are looked at too.
    """
    found = {}
    phrase = None if code is None else book.phrases.get(code)
    for name, value in fields.items():
        field = None if phrase is None else phrase.field(name)
        if field is not None and field.kind != "place":
            continue
        try:
            found[name] = phrase_values.place(value, name)
        except Invalid:
            continue
    return found


def compare(said: Mapping[str, Value], heard: Mapping[str, Value]) -> tuple[Compared, ...]:
    """What was said and what was read back, field by field, in the order of their names.

    A place is compared by its coordinates, exactly; its words and its notation are for people. A height or a
    distance is compared as a length above the same datum, a callsign without regard to spaces, hyphens and
    the case of Latin letters; where it was said in Latin letters too, either will do. All else is compared
    byte by byte.
    """
    found = []
    for name in sorted({*said, *heard}):
        if name not in heard:
            found.append(Compared(name, "missing"))
        elif name not in said:
            found.append(Compared(name, "added"))
        else:
            found.append(Compared(name, "matched" if same(said[name], heard[name]) else "differs"))
    return tuple(found)


def matched(compared: tuple[Compared, ...]) -> bool:
    """Whether all was read back, and the same. Of a call without fields that is so at once."""
    return all(each.result == "matched" for each in compared)


def same(said: Value, heard: Value) -> bool:
    """Whether two values of a field, as a body holds them, mean the same; of unknown shape, byte by byte."""
    if _bytes(said) == _bytes(heard):
        return True
    if _is(said, "latin", "name") and _is(heard, "latin", "name"):
        return _same_callsign(said, heard)
    return _meant(said) == _meant(heard)


def _is(found: Value, *names: str) -> bool:
    return isinstance(found, dict) and found.keys() == set(names)


def _meant(value: Value) -> object:
    """What is compared of a value: whole numbers only, or its canonical bytes."""
    if isinstance(value, dict):
        if _is(value, "lat_e7", "lon_e7", "notation", "words"):
            return "place", _bytes(value["lat_e7"]), _bytes(value["lon_e7"])
        if _is(value, "datum", "unit", "value"):
            unit, number = UNITS.get(str(value["unit"])), _whole(value["value"])
            if unit is not None and number is not None:
                return "altitude", _bytes(value["datum"]), number * unit
        if _is(value, "unit", "value_e3"):
            unit, number = DISTANCES.get(str(value["unit"])), _whole(value["value_e3"])
            if unit is not None and number is not None:
                return "distance", number * unit
    return "bytes", _bytes(value)


def _whole(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _bytes(value: Value) -> bytes:
    # 1 and true are equal to Python, and not to anybody else
    return canonical.write({"": value}, limit=canonical.BODY)


def _same_callsign(said: Value, heard: Value) -> bool:
    assert isinstance(said, dict)
    assert isinstance(heard, dict)
    name, latin = _folded(said["name"]), _folded(said["latin"])
    again, in_latin = _folded(heard["name"]), _folded(heard["latin"])
    if in_latin is not None and in_latin != latin and not (latin is None and in_latin == name):
        return False
    return again is not None and again in (name, latin)


_ASCII: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", " -")


def _folded(value: Value) -> str | None:
    """A name as it sounds; only of ASCII, which no version of Unicode reads otherwise."""
    return value.translate(_ASCII) if isinstance(value, str) else None
