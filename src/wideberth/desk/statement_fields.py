"""Fields of statements in entries, read strictly: texts, roles, moments, areas, what a claim is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from wideberth.desk import nobody, volumes
from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid
from wideberth.ledger import canonical, ids
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.model.statement import Area, Subject
from wideberth.space.place import Place
from wideberth.space.stated import MAX_RADIUS
from wideberth.space.units import DEGREE
from wideberth.space.volume import YEARS

T = TypeVar("T")

CHANCE: Final = 16
"""Bytes of an id."""
PREFIX: Final = "d-"
TEXT: Final = 4_000
"""Characters of a statement, or of what is said to it."""
BASIS: Final = 2_000
"""Characters of a legal basis, or of the assurance that is requested."""
SHORT: Final = 300
"""Characters of a text in an urgent feed."""
ROLE: Final = 100
"""Characters of a role, a datum, an activity, a place as it was written."""
ACTIVITIES: Final = 50
RANKS: Final = 1_000


def statement_id(found: Value, path: str = "statement") -> str:
    """The id of a statement. Raises: Invalid (`statement.entry`, `ledger.base32`)."""
    if not isinstance(found, str) or not found.startswith(PREFIX):
        raise Invalid("statement.entry", path, found, "d- and 26 characters of lower-case base32")
    ids.unbase32(found[len(PREFIX) :], CHANCE, path)
    return found


def role(found: Value, path: str = "role") -> str:
    """Who says it, never a name. Raises: Invalid (`statement.text`, `statement.personal`)."""
    return text(found, path, ROLE)


def text(found: Value, path: str, most: int = TEXT) -> str:
    """Lines of text, all to be seen, in which nobody can be found.

    Raises: Invalid (`statement.text`, `statement.personal`).
    """
    whole = isinstance(found, str) and 0 < len(found) <= most and found == found.strip()
    if not isinstance(found, str) or not whole or not all(map(_seen, found.split("\n"))):
        raise Invalid("statement.text", path, found, f"1 to {most:,} characters, all to be seen")
    if nobody.reached_by(found, reference=path in ("track", "what.place.stated")):
        wanted = "roles only: no telephone or mail address, nobody's name"
        raise Invalid("statement.personal", path, nobody.FOUND, wanted)
    return found


def _seen(line: str) -> bool:
    return line == "" or canonical.seen(line.strip(" "), TEXT)


def area(of: Area) -> dict[str, Value]:
    """The value of an area."""
    activities = None if of.activities is None else list[Value](of.activities)
    return {"activities": activities, "rank": of.rank, "volumes": volumes.write_all(of.volumes)}


def read_area(found: Value) -> Area:
    """The area that a value says. Raises: Invalid (`statement.*`, and as volumes.read_all)."""
    value = _object(found, ("activities", "rank", "volumes"), "area")
    listed = value["activities"]
    activities = None
    if listed is not None:
        if not isinstance(listed, list) or not 0 < len(listed) <= ACTIVITIES:
            raise Invalid("statement.entry", "area.activities", listed, f"1 to {ACTIVITIES}, or null for all")
        activities = tuple(text(each, "area.activities", ROLE) for each in listed)
    rank = number(value["rank"], "area.rank", 1, RANKS)
    return Area(volumes.read_all(value["volumes"], "area.volumes"), rank, activities)


def subject(what: Subject) -> dict[str, Value]:
    """The value of what a claim is about."""
    place = what.place
    where: Value = None
    if place is not None:
        where = {
            "datum": place.datum,
            "doubt_dmm": place.doubt,
            "lat_e7": place.point[1],
            "lon_e7": place.point[0],
            "notation": place.notation,
            "stated": what.stated,
            "words": what.words,
        }
    return {
        "at_ms": what.at,
        "description": what.description,
        "notice": what.notice,
        "place": where,
        "track": what.track,
    }


def read_subject(found: Value) -> Subject:
    """What a claim is about. Raises: Invalid (`statement.*`, and as ids.notice)."""
    value = _object(found, ("at_ms", "description", "notice", "place", "track"), "what")
    if value["place"] is None and value["notice"] is None and value["track"] is None:
        raise Invalid("statement.entry", "what", "none of them", "a place, a notice or a track")
    notice, track = value["notice"], value["track"]
    if notice is not None:
        ids.notice(notice, "what.notice")
    place, stated, words = (None, None, None) if value["place"] is None else _read_place(value["place"])
    return Subject(
        text(value["description"], "what.description", SHORT),
        None if value["at_ms"] is None else moment(value["at_ms"], "what.at_ms"),
        place,
        stated,
        words,
        None if notice is None else str(notice),
        None if track is None else text(track, "track", ROLE),
    )


def _read_place(found: Value) -> tuple[Place, str | None, str | None]:
    names = ("datum", "doubt_dmm", "lat_e7", "lon_e7", "notation", "stated", "words")
    value = _object(found, names, "what.place")
    lat = number(value["lat_e7"], "what.place.lat_e7", -90 * DEGREE, 90 * DEGREE)
    lon = number(value["lon_e7"], "what.place.lon_e7", -180 * DEGREE, 180 * DEGREE)
    doubt = number(value["doubt_dmm"], "what.place.doubt_dmm", 0, MAX_RADIUS)
    datum = text(value["datum"], "what.place.datum", ROLE)
    notation = text(value["notation"], "what.place.notation", ROLE)
    stated, words = value["stated"], value["words"]
    return (
        Place((lon, lat), doubt, notation, datum),
        None if stated is None else text(stated, "what.place.stated", ROLE),
        None if words is None else text(words, "what.place.words", SHORT),
    )


def ref(of: Ref) -> dict[str, Value]:
    """The value of an entry that is named."""
    return {"n": of.n, "origin": of.origin.text}


def read_ref(found: Value) -> Ref:
    """The entry that is named. Raises: Invalid (`statement.entry`, `ledger.origin`)."""
    value = _object(found, ("n", "origin"), "answer")
    return Ref(ids.origin(value["origin"], "answer.origin"), number(value["n"], "answer.n", 0))


def _object(found: Value, names: tuple[str, ...], path: str) -> Mapping[str, Value]:
    if not isinstance(found, dict) or sorted(found) != sorted(names):
        shown = sorted(found) if isinstance(found, dict) else found
        raise Invalid("statement.entry", path, shown, f"an object of {', '.join(names)}")
    return found


def number(found: Value, path: str, least: int, most: int = WHOLE) -> int:
    """A whole number. Raises: Invalid (`statement.entry`)."""
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise Invalid("statement.entry", path, found, f"a whole number from {least:,} to {most:,}")
    return found


def moment(found: Value, path: str) -> int:
    """A moment, POSIX ms. Raises: Invalid (`statement.entry`)."""
    return number(found, path, 0, YEARS[1])


def one_of(found: Value, wanted: tuple[T, ...], path: str) -> T:
    """One of several words. Raises: Invalid (`statement.entry`)."""
    for each in wanted:
        if found == each:
            return each
    raise Invalid("statement.entry", path, found, ", ".join(map(str, wanted)))
