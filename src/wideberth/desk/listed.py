"""Rows of lists of sites and movements in entries, and a whole list as bytes of which one SHA-256 stands.

    {"activity":…,"callsign":…,"grade":…,"id":…,"kind":…,"name":…,"of":…,"photo":…,"review_ms":…,"source":…,
     "volumes":[…]}

Volumes as in `volumes`. A list is {"rows":[…]} in the order of ids. Text that looks like a telephone or a
mail address is refused wherever it stands: people are kept apart, where they can be erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from wideberth.desk import nobody, volumes
from wideberth.errors import Invalid
from wideberth.ledger import canonical, ids
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.ledger.parts import WHOLE as LARGEST
from wideberth.model.site import GRADES, KINDS, Listed
from wideberth.space.ground import Circle, Ground, Polygon
from wideberth.space.volume import YEARS

T = TypeVar("T")

ROW: Final = 60_000
"""Bytes of one row, so that a body holds it."""
VOLUME: Final = 20
"""Points that take as many bytes as what a volume says beside its own: 25 each."""
FEW: Final = 2_000
"""Points, so counted, of a row that surely fits: most have one volume, and need not be written to see it."""
ROWS: Final = 100_000
"""Rows of a list."""
ID: Final = 60
"""Characters of an id."""
TEXT: Final = 200
"""Characters of any other text."""
_FIELDS: Final = (
    "activity",
    "callsign",
    "grade",
    "id",
    "kind",
    "name",
    "of",
    "photo",
    "review_ms",
    "source",
    "volumes",
)


def write(row: Listed) -> dict[str, Value]:
    """The value of a row."""
    return {
        "activity": row.activity,
        "callsign": row.callsign,
        "grade": row.grade,
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "of": row.of,
        "photo": None if row.photo is None else ids.base32(row.photo),
        "review_ms": row.review,
        "source": row.source,
        "volumes": volumes.write_all(row.volumes),
    }


def read(found: Value, path: str = "row") -> Listed:
    """The row that a value says.

    Raises: Invalid (`site.row`, `site.text`, `site.personal`, `site.row_too_large`, `ledger.base32`, and as
    volumes.read_all).
    """
    if not isinstance(found, dict) or sorted(found) != list(_FIELDS):
        shown = sorted(found) if isinstance(found, dict) else found
        raise Invalid("site.row", path, shown, f"an object of {', '.join(_FIELDS)}")
    review, photo = found["review_ms"], found["photo"]
    if review is not None and (
        isinstance(review, bool) or not isinstance(review, int) or not YEARS[0] <= review <= YEARS[1]
    ):
        wanted = "a whole number of ms in the years 1 to 9999, or null"
        raise Invalid("site.row", f"{path}.review_ms", review, wanted)
    row = Listed(
        id=row_id(found["id"], f"{path}.id"),
        kind=one_of(found["kind"], KINDS, f"{path}.kind"),
        name=text(found["name"], f"{path}.name"),
        volumes=volumes.read_all(found["volumes"], f"{path}.volumes"),
        of=text(found["of"], f"{path}.of"),
        grade=one_of(found["grade"], GRADES, f"{path}.grade"),
        source=text(found["source"], f"{path}.source"),
        photo=None if photo is None else ids.unbase32(photo, ids.HASH, f"{path}.photo"),
        review=review,
        activity=text(found["activity"], f"{path}.activity"),
        callsign=text(found["callsign"], f"{path}.callsign"),
    )
    if _vertices(row) > FEW and len(canonical.write(found, LARGEST)) > ROW:
        raise Invalid("site.row_too_large", path, row.id, f"at most {ROW:,} bytes a row: fewer vertices")
    return row


def _vertices(row: Listed) -> int:
    """Points of all its volumes, each volume counted as so many more as the rest of it takes."""
    return sum(VOLUME + _points(each.ground) for each in row.volumes)


def _points(ground: Ground) -> int:
    if isinstance(ground, Circle):
        return 1
    return sum(map(len, ground.rings if isinstance(ground, Polygon) else (ground.points,)))


def write_all(rows: Iterable[Listed]) -> bytes:
    """The bytes of a list. Raises: Invalid (`site.repeated`, `site.too_many`, `ledger.json_too_large`)."""
    found = sorted(rows, key=lambda row: row.id)
    _check_unique(found)
    return canonical.write({"rows": [write(row) for row in found]}, LARGEST)


def read_all(data: bytes) -> tuple[Listed, ...]:
    """The rows of a list.

    Raises: Invalid (`site.row`, `site.repeated`, `site.too_many`, `site.order`, as `read`, and as
    canonical.accept).
    """
    value = canonical.accept(data, LARGEST)
    rows = value.get("rows")
    if not isinstance(rows, list) or len(value) != 1:
        raise Invalid("site.row", "rows", sorted(value), "a list of rows, and nothing else")
    found = tuple(read(each, f"rows[{i}]") for i, each in enumerate(rows))
    _check_unique(found)
    if [row.id for row in found] != sorted(row.id for row in found):
        raise Invalid("site.order", "rows", "another order", "rows in the order of their ids")
    return found


def row_id(found: Value, path: str = "row") -> str:
    """The id of a row. Raises: Invalid (`site.text`, `site.personal`)."""
    return text(found, path, least=1, most=ID)


def text(found: Value, path: str, *, least: int = 0, most: int = TEXT) -> str:
    """One line of text, all of it to be seen, in which nobody can be found.

    Raises: Invalid (`site.text`, `site.personal`).
    """
    seen = isinstance(found, str) and (canonical.seen(found, most) or (found == "" and least == 0))
    if not isinstance(found, str) or not seen:
        wanted = f"one line of {least} to {most} characters, all to be seen, no space at its ends"
        raise Invalid("site.text", path, found, wanted)
    if nobody.reached_by(found, reference=most == ID):
        wanted = "no telephone or mail address: keep people apart (wideberth site person)"
        raise Invalid("site.personal", path, nobody.FOUND, wanted)
    return found


def one_of(found: Value, wanted: tuple[T, ...], path: str) -> T:
    """One of several words. Raises: Invalid (`site.row`)."""
    for each in wanted:
        if found == each:
            return each
    raise Invalid("site.row", path, found, ", ".join(map(str, wanted)))


def number(found: Value, path: str, least: int = 1) -> int:
    """A whole number. Raises: Invalid (`site.row`)."""
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= WHOLE:
        raise Invalid("site.row", path, found, f"a whole number from {least} on")
    return found


def _check_unique(rows: Iterable[Listed]) -> None:
    known: set[str] = set()
    for row in rows:
        if row.id in known:
            raise Invalid("site.repeated", "rows", row.id, "each row once: its id is that of another row")
        known.add(row.id)
    if len(known) > ROWS:
        raise Invalid("site.too_many", "rows", f"{len(known):,} rows", f"at most {ROWS:,} rows in a list")
