"""What the record itself writes into feeds (LINE 5, 14 to 17): seven types of entries, each in version 1.

`write` gives the value of a body for feed.append, `read` what a whole entry says. A field that is not known
is passed over unless `crit` names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, NamedTuple, TypeAlias

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids, merkle, note
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.ledger.ids import Line, Origin

V: Final = 1
TEXT = 100
"""Characters of a label, and of the version of rules."""


class Mark(NamedTuple):
    """A feed at a size: the root of its tree there."""

    size: int
    root: bytes


class Paper(Struct, frozen=True):
    """A certificate or revocation, a signed note: how a party's keys come to be known. In any feed."""

    TYPE: ClassVar = "paper"
    note: bytes


class LineOpened(Struct, frozen=True):
    """That this node has a line: its genesis, and what this node calls the peer. In the private feed only."""

    TYPE: ClassVar = "line.opened"
    genesis: bytes
    label: str | None = None

    @property
    def line(self) -> Line:
        """The line, with both identity keys. Raises: as ids.line."""
        return ids.line(self.genesis)


class Part(Struct, frozen=True):
    """Part `i` of `of` of something larger than a body, which has this SHA-256 (see parts). In main feeds."""

    TYPE: ClassVar = "part"
    sha256: bytes
    i: int
    of: int
    data: bytes


class Commitment(Struct, frozen=True):
    """What a party's private feed was at this time, without showing it (see commitment). In main feeds."""

    TYPE: ClassVar = "commitment"
    c: bytes


class Opening(Struct, frozen=True):
    """What opens a commitment: its salt and checkpoint. Kept in the private feed; on a line, to show it."""

    TYPE: ClassVar = "commitment.opening"
    checkpoint: str
    salt: bytes


class NewEpoch(Struct, frozen=True):
    """Why a feed goes on under a new epoch: a statement signed with the identity key (see epoch)."""

    TYPE: ClassVar = "epoch"
    note: bytes


class Taken(Struct, frozen=True):
    """A snapshot was taken: of which feeds to which size, by which rules, and its hash (see snapshot).

    In the main feed of the line that it is of, or in the private feed.
    """

    TYPE: ClassVar = "snapshot"
    heads: dict[Origin, Mark]
    rules: str
    state: bytes


Said: TypeAlias = Paper | LineOpened | Part | Commitment | Opening | NewEpoch | Taken

KNOWN: Known = {
    (kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit"))
    for kind in (Paper, LineOpened, Part, Commitment, Opening, NewEpoch, Taken)
}


KEPT = frozenset(kind for kind, _ in KNOWN) - {Part.TYPE}
"""Types whose bodies no node drops: they are needed for as long as the headers."""


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`.

    Raises: Invalid (`ledger.note`, `ledger.genesis`, and as these are read).
    """
    match said:
        case Paper() | NewEpoch():
            note.parse(said.note)
            return {"note": said.note.decode()}
        case LineOpened():
            ids.line(said.genesis)
            value: dict[str, Value] = {"genesis": said.genesis.decode()}
            return value if said.label is None else {**value, "label": said.label}
        case Part():
            hashed, data = ids.base32(said.sha256), ids.base32(said.data)
            return {"data": data, "i": said.i, "of": said.of, "sha256": hashed}
        case Commitment():
            return {"c": ids.base32(said.c)}
        case Opening():
            return {"checkpoint": said.checkpoint, "salt": ids.base32(said.salt)}
    heads: dict[str, Value] = {
        origin.text: {"root": ids.base32(mark.root), "size": mark.size} for origin, mark in said.heads.items()
    }
    return {"heads": heads, "rules": said.rules, "state": ids.base32(said.state)}


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood` for another type or version, or an unknown field in `crit`;
    `ledger.misplaced` in a feed where it has no place; `ledger.entry`, and as the parts it consists of).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    where, reader = _READERS[header.type]
    if not _PLACES[where](entry):
        raise Invalid("ledger.misplaced", "origin", f"{header.type} in {header.origin.text}", where)
    return reader(body.value(entry), entry)


def _paper(value: Mapping[str, Value], _: Entry) -> Paper:
    return Paper(_note(value))


def _line_opened(value: Mapping[str, Value], entry: Entry) -> LineOpened:
    label = value.get("label")
    found = LineOpened(
        _text(value, "genesis", canonical.HEADER).encode(),
        None if label is None else _label(value, "label"),
    )
    found.line.rank(entry.header.origin.party)
    return found


def _part(value: Mapping[str, Value], _: Entry) -> Part:
    of = _number(value, "of", 1, WHOLE)
    text = _text(value, "data", canonical.BODY)
    return Part(
        sha256=ids.unbase32(value.get("sha256"), ids.HASH, "sha256"),
        i=_number(value, "i", 0, of - 1),
        of=of,
        data=ids.unbase32(text, len(text) * 5 // 8, "data"),
    )


def _commitment(value: Mapping[str, Value], _: Entry) -> Commitment:
    return Commitment(ids.unbase32(value.get("c"), ids.HASH, "c"))


def _opening(value: Mapping[str, Value], _: Entry) -> Opening:
    salt = ids.unbase32(value.get("salt"), body.SALT, "salt")
    return Opening(_text(value, "checkpoint", canonical.BODY), salt)


def _new_epoch(value: Mapping[str, Value], _: Entry) -> NewEpoch:
    return NewEpoch(_note(value))


def _taken(value: Mapping[str, Value], entry: Entry) -> Taken:
    heads = value.get("heads")
    if not isinstance(heads, dict) or not heads:
        raise Invalid("ledger.entry", "heads", heads, "an object of feeds, each with size and root")
    found = {ids.origin(name, "heads"): _mark(mark, f"heads.{name}") for name, mark in heads.items()}
    own, folded = entry.header.origin, entry.header.folded
    for origin, mark in found.items():
        # the entry is no part of what it covers, nor is anything that its author did not know
        if mark.size > (entry.header.n if origin == own else folded.get(origin, 0)):
            wanted = "at most what the entry's header says was folded"
            raise Invalid("ledger.entry", f"heads.{origin.text}.size", mark.size, wanted)
    return Taken(found, _label(value, "rules"), ids.unbase32(value.get("state"), ids.HASH, "state"))


def _mark(found: Value, path: str) -> Mark:
    if not isinstance(found, dict):
        raise Invalid("ledger.entry", path, found, "an object of size and root")
    try:
        size = _number(found, "size", 1, merkle.SIZES)
    except Invalid as error:
        raise error.under(path) from error
    return Mark(size, ids.unbase32(found.get("root"), ids.HASH, f"{path}.root"))


def _note(value: Mapping[str, Value]) -> bytes:
    data = _text(value, "note", canonical.BODY).encode()
    note.parse(data)
    return data


def _number(value: Mapping[str, Value], name: str, least: int, most: int) -> int:
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise Invalid("ledger.entry", name, found, f"a whole number from {least} to {most}")
    return found


def _text(value: Mapping[str, Value], name: str, most: int) -> str:
    found = value.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= most:
        raise Invalid("ledger.entry", name, found, f"a text of 1 to {most:,} characters")
    return found


def _label(value: Mapping[str, Value], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or not canonical.seen(found, TEXT):
        raise Invalid("ledger.entry", name, found, f"1 to {TEXT} characters, all to be seen")
    return found


_PLACES: dict[str, Callable[[Entry], bool]] = {
    "in any feed": lambda _: True,
    "in a private feed": lambda entry: entry.header.origin.private,
    "in a main feed": lambda entry: entry.header.origin.kind == "main",
    "in the main feed of a line": lambda entry: (
        entry.header.origin.kind == "main" and not entry.header.origin.private
    ),
    "as the first entry of an epoch after epoch 0": lambda entry: (
        entry.header.n == 0 and entry.header.origin.epoch > 0
    ),
}

_READERS: dict[str, tuple[str, Callable[[Mapping[str, Value], Entry], Said]]] = {
    Paper.TYPE: ("in any feed", _paper),
    LineOpened.TYPE: ("in a private feed", _line_opened),
    Part.TYPE: ("in a main feed", _part),
    Commitment.TYPE: ("in the main feed of a line", _commitment),
    Opening.TYPE: ("in a main feed", _opening),
    NewEpoch.TYPE: ("as the first entry of an epoch after epoch 0", _new_epoch),
    Taken.TYPE: ("in a main feed", _taken),
}
