"""What is said about lists of sites and movements: own lists in the private feed, told ones in main feeds.

    site.opened       {"list":…,"name":…}                          private: a list, and what it is called here
    site.row          {"list":…,"row":{…},"version":…}             private: a row, as from this version on
    site.gone         {"list":…,"row":…,"version":…}               private: its owner has withdrawn a row
    site.verified     {"by":…,"first":…,"list":…,"row":…,"version":…}      private: a person verified a row
    site.revalidated  {"by":…,"list":…,"review_ms":…,"row":…,"version":…}  private: looked at again
    site.list         {"list":…,"name":…,"rows":…,"sha256":…,"version":…}  line: before the parts of its rows
    site.status       {"all":…,"list":…,"rows":[[…,…],…],"version":…}      line: what the reader says of it

A row in `listed`. `by` is a role, never a person; who it was is kept elsewhere, as long as it is needed.
`version` of a verification is that of the row. Versions of a told list are counted for each line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, TypeAlias

from msgspec import Struct

from wideberth.desk import listed
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.model.site import SAID, Listed, Status

V: Final = 1
LIST: Final = 16
"""Bytes of a list's id."""
PREFIX: Final = "s-"
ROLE: Final = 60
"""Characters of a role."""
ANSWERED: Final = 50_000
"""Bytes of the rows of one answer, at most, so that a body holds them."""


class Opened(Struct, frozen=True):
    """A list of this party's begins; its id is random, and told to nobody."""

    TYPE: ClassVar = "site.opened"
    list: str
    name: str


class Rowed(Struct, frozen=True):
    """A row as it stands from this version of its list on."""

    TYPE: ClassVar = "site.row"
    list: str
    version: int
    row: Listed


class Gone(Struct, frozen=True):
    """The owner of a list has withdrawn a row, in this version."""

    TYPE: ClassVar = "site.gone"
    list: str
    version: int
    row: str


class Verified(Struct, frozen=True):
    """A person in this role has verified the place of a row; `first` is the entry of the one before."""

    TYPE: ClassVar = "site.verified"
    list: str
    row: str
    version: int
    by: str
    first: int | None = None


class Revalidated(Struct, frozen=True):
    """A person in this role has looked at a place again: it is to be looked at next by `review_ms`."""

    TYPE: ClassVar = "site.revalidated"
    list: str
    row: str
    version: int
    by: str
    review_ms: int


class Told(Struct, frozen=True):
    """A version of a list, told to the other party: so many rows, whose bytes (listed) have this SHA-256."""

    TYPE: ClassVar = "site.list"
    list: str
    version: int
    name: str
    rows: int
    sha256: bytes


class Answered(Struct, frozen=True):
    """What the reader of a version says: `all` of every row, or of each of these rows."""

    TYPE: ClassVar = "site.status"
    list: str
    version: int
    all: Status | None = None
    rows: tuple[tuple[str, Status], ...] = ()


Own: TypeAlias = Opened | Rowed | Gone | Verified | Revalidated
OnLine: TypeAlias = Told | Answered
Said: TypeAlias = Own | OnLine
_OWN = (Opened, Rowed, Gone, Verified, Revalidated)
_ON_LINE = (Told, Answered)

OWN: Final[Known] = {(kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit")) for kind in _OWN}
"""Of the private feed."""
KNOWN: Final[Known] = {(kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit")) for kind in _ON_LINE}
"""Of main feeds of lines."""


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    match said:
        case Opened():
            return {"list": said.list, "name": said.name}
        case Rowed():
            return {"list": said.list, "row": listed.write(said.row), "version": said.version}
        case Gone():
            return {"list": said.list, "row": said.row, "version": said.version}
        case Told():
            sha256 = ids.base32(said.sha256)
            return {**_which(said), "name": said.name, "rows": said.rows, "sha256": sha256}
        case Answered():
            return {**_which(said), "all": said.all, "rows": [list(each) for each in said.rows]}
        case Verified():
            return {**_which(said), "by": said.by, "first": said.first, "row": said.row}
    return {**_which(said), "by": said.by, "review_ms": said.review_ms, "row": said.row}


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` in a feed where it has no place,
    `site.entry`, `site.list_id`, `ledger.base32`, and as listed.read).
    """
    header = entry.header
    known = OWN if (header.type, header.v) in OWN else KNOWN
    if not body.understood(entry, known):
        wanted = ", ".join(sorted(kind for kind, _ in {**OWN, **KNOWN}))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private is not (known is OWN) or header.origin.kind != "main":
        found = f"{header.type} in {header.origin.text}"
        wanted = "in the private feed" if known is OWN else "in the main feed of a line"
        raise Invalid("ledger.misplaced", "origin", found, wanted)
    value = body.value(entry)
    return _READ[header.type](list_id(value.get("list")), value)


def list_id(found: Value, path: str = "list") -> str:
    """The id of a list, `s-` and 26 characters. Raises: Invalid (`site.list_id`, `ledger.base32`)."""
    if not isinstance(found, str) or not found.startswith(PREFIX):
        raise Invalid("site.list_id", path, found, "s- and 26 characters of lower-case base32")
    ids.unbase32(found[len(PREFIX) :], LIST, path)
    return found


def new_list(chance: bytes) -> str:
    """The id that 16 bytes make, random or not."""
    return PREFIX + ids.base32(chance)


def _which(said: Verified | Revalidated | Told | Answered) -> dict[str, Value]:
    return {"list": said.list, "version": said.version}


def _opened(of: str, value: Mapping[str, Value]) -> Opened:
    return Opened(of, name(value.get("name")))


def name(found: Value) -> str:
    """What a list is called. Raises: Invalid (`site.text`, `site.personal`)."""
    return listed.text(found, "name", least=1)


def role(found: Value) -> str:
    """Who has done it, never a name. Raises: Invalid (`site.text`, `site.personal`)."""
    return listed.text(found, "by", least=1, most=ROLE)


def _rowed(of: str, value: Mapping[str, Value]) -> Rowed:
    return Rowed(of, _version(value), listed.read(value.get("row")))


def _gone(of: str, value: Mapping[str, Value]) -> Gone:
    return Gone(of, _version(value), listed.row_id(value.get("row")))


def _verified(of: str, value: Mapping[str, Value]) -> Verified:
    first = value.get("first")
    before = None if first is None else listed.number(first, "first", 0)
    return Verified(of, listed.row_id(value.get("row")), _version(value), role(value.get("by")), before)


def _revalidated(of: str, value: Mapping[str, Value]) -> Revalidated:
    review_ms = listed.number(value.get("review_ms"), "review_ms")
    return Revalidated(of, listed.row_id(value.get("row")), _version(value), role(value.get("by")), review_ms)


def _told(of: str, value: Mapping[str, Value]) -> Told:
    rows = listed.number(value.get("rows"), "rows", 0)
    sha256 = ids.unbase32(value.get("sha256"), ids.HASH, "sha256")
    return Told(of, _version(value), name(value.get("name")), rows, sha256)


def _answered(of: str, value: Mapping[str, Value]) -> Answered:
    whole, rows = value.get("all"), value.get("rows")
    if not isinstance(rows, list) or (whole is None) is not bool(rows):
        raise Invalid("site.entry", "rows", rows, "one status for all, or a list of rows with theirs")
    return Answered(
        of,
        _version(value),
        None if whole is None else status(whole),
        tuple(_of_row(each, f"rows[{i}]") for i, each in enumerate(rows)),
    )


def _of_row(found: Value, path: str) -> tuple[str, Status]:
    if not isinstance(found, list) or len(found) != 2:
        raise Invalid("site.entry", path, found, "[row, status]")
    return listed.row_id(found[0], path), status(found[1], path)


def status(found: Value, path: str = "all") -> Status:
    """One of the words. Raises: Invalid (`site.entry`)."""
    for each in SAID:
        if found == each:
            return each
    raise Invalid("site.entry", path, found, ", ".join(SAID))


def _version(value: Mapping[str, Value]) -> int:
    return listed.number(value.get("version"), "version")


_READ: Final[dict[str, Callable[[str, Mapping[str, Value]], Said]]] = {
    Opened.TYPE: _opened,
    Rowed.TYPE: _rowed,
    Gone.TYPE: _gone,
    Verified.TYPE: _verified,
    Revalidated.TYPE: _revalidated,
    Told.TYPE: _told,
    Answered.TYPE: _answered,
}
