"""A planned move of a node to another machine, as its lines tell it (LINE 15).

    node.moving    {"line":…,"move":…,"note":…}    in the private feed of the old machine, for each line
    line.moved     {"note":…}                      said by the new machine, first of all, in its main feed

The note is the old machine's last word on a line, signed with its log key: its heads, which are final there.

    wideberth/moved/v1
    {"heads":{origin:{"root":…,"size":…}},"line":…,"move":…,"v":1}

`move` is random, and stands in the private feed of the machine that was moved and of the one that it was
moved to. A copy that was made before finds it on the line and not in its private feed: so it knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import body, canonical, certificate, ids, merkle, note
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.entries import Mark
from wideberth.ledger.feed import Head
from wideberth.ledger.ids import Origin
from wideberth.line.messages import Alarm

MOVING: Final = "node.moving"
TYPE: Final = "line.moved"
V: Final = 1
KNOWN: Final[Known] = {(TYPE, V): frozenset({"crit", "note"})}
MARK: Final = f'"type":"{TYPE}"'.encode()
"""Stands in the header of each entry of this type."""
HEADING: Final = "wideberth/moved/v1"
MOVE: Final = 16
"""Random bytes that name a move."""
SIZE: Final = 64 * 1024
AWAY: Final = "line.moved_away"


class Moved(Struct, frozen=True):
    """What the old machine says last on a line: the heads of its own feeds there, which are final."""

    line: str
    move: bytes
    heads: Mapping[Origin, Mark]


def sign(line: str, move: bytes, heads: Sequence[Head], log_seeds: Sequence[bytes]) -> bytes:
    """The note, signed with each of the own log keys: the peer goes by the one that counts there.

    `heads`: of the own feeds of the line, the main one among them. Raises: Invalid (`ledger.key`).
    """
    value: dict[str, Value] = {
        "heads": {
            each.origin.text: {"root": ids.base32(merkle.root(each.tree)), "size": each.size}
            for each in heads
        },
        "line": line,
        "move": ids.base32(move),
        "v": V,
    }
    main = max((each.origin for each in heads if each.origin.kind == "main"), key=lambda each: each.epoch)
    text = f"{HEADING}\n{canonical.write(value, SIZE).decode()}\n"
    lines = [line for seed in log_seeds for line in note.sign(text, main.text, seed).signatures]
    return note.write(note.Note(text, tuple(lines)))


def parse(data: bytes) -> Moved:
    """What a note says; who signed it, `read` verifies. Raises: Invalid (`line.moved`, and as note.parse)."""
    first, _, rest = note.parse(data).text.partition("\n")
    if first != HEADING or not rest.endswith("\n"):
        raise Invalid("line.moved", "line 1", first, f"{HEADING}, and a line of JSON")
    found = canonical.accept(rest[:-1].encode(), SIZE)
    heads, line = found.get("heads"), found.get("line")
    if tuple(found) != ("heads", "line", "move", "v") or found["v"] != V:
        raise Invalid("line.moved", "line 2", sorted(found), "heads, line, move; v 1")
    if not isinstance(heads, dict) or not isinstance(line, str):
        raise Invalid(
            "line.moved", "heads", heads, "an object of feeds, each with root and size; a line's id"
        )
    marks = {ids.origin(name, "heads"): _mark(each) for name, each in heads.items()}
    return Moved(line, ids.unbase32(found["move"], MOVE, "move"), marks)


def read(entry: Entry, papers: Papers) -> Moved:
    """What an entry says of a move of its author, whose papers these are.

    Raises: Invalid (`ledger.not_understood`, `ledger.note`; as `parse`), NotTrusted (`ledger.signature`,
    `ledger.unsigned`).
    """
    if not body.understood(entry, KNOWN):
        header = entry.header
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", TYPE)
    data = said(entry)
    found = parse(data)
    origins = [origin for origin in found.heads if origin.kind == "main"]
    known = [each for origin in origins for each in certificate.certified("log", origin, papers)]
    note.verify(note.parse(data), known)
    author = entry.header.origin
    if any((each.line, each.party) != (author.line, author.party) for each in found.heads):
        raise NotTrusted("ledger.unsigned", "heads of another line, or of another party")
    return found


def said(entry: Entry) -> bytes:
    """The note in an entry. Raises: Invalid (`line.moved`)."""
    found = body.value(entry).get("note")
    if not isinstance(found, str):
        raise Invalid("line.moved", "note", found, "a signed note")
    return found.encode()


def move_of(entry: Entry) -> bytes | None:
    """The move that an own entry tells of; None where it tells of none."""
    if entry.header.type != TYPE or not entry.body:
        return None
    try:
        return parse(said(entry)).move
    except Invalid:
        return None


def away(origin: Origin, entry: Entry) -> Alarm:
    """On a machine that is not the one that the node was moved to: nothing is said here any more."""
    words = (
        "this node was moved to another machine after this copy was made: start it there. If that machine is "
        f"lost, go on in a new epoch: {origin.text}"
    )
    return Alarm(AWAY, words, (entry.leaf, entry.body), origin)


def left(alarms: Iterable[tuple[str, Alarm]], line: str) -> frozenset[Origin]:
    """The own feeds of a line that go on elsewhere, by the alarms that were kept."""
    return frozenset(
        each.frozen for where, each in alarms if (where, each.code) == (line, AWAY) and each.frozen
    )


def beside(origin: Origin) -> Alarm:
    """On the machine that the node was moved to: somebody else has signed as this party since."""
    words = (
        "entries were signed as this party after the node was moved here: the old machine, or a copy, "
        f"goes on beside it. Stop it: {origin.text}"
    )
    return Alarm("line.moved_on", words)


def _mark(value: Value) -> Mark:
    size = value.get("size") if isinstance(value, dict) else None
    if not isinstance(value, dict) or isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise Invalid("line.moved", "heads", value, "an object of root and size")
    return Mark(size, ids.unbase32(value.get("root"), ids.HASH, "root"))
