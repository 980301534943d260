"""The second kind of message: where I stand. The next one makes up for one that was lost.

A signed note under the name of the author's main feed, with its log key. Its heading tells it from a
checkpoint. It says the whole state each time, so that only the newest counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import canonical, certificate, ids, note, seal
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.checkpoint import parse
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.note import Verifier

HEADING = "wideberth/status/v1"
SIZE = 64 * 1024
"""Bytes of the JSON."""
COUNT = 2**52
"""The highest counter that is accepted: so that it can always be counted on."""
FIELDS = (
    "at_ms",
    "counter",
    "credit",
    "echo",
    "from",
    "heads",
    "heard",
    "line",
    "prekey",
    "receipts",
    "restored",
    "session",
    "want",
)


class PrekeyId(NamedTuple):
    """Which of its prekeys a party wants to be sealed to."""

    suite: int
    id: bytes


class Status(Struct, frozen=True):
    """Where `sender` (its main feed) stands.

    `session`: 16 random bytes of its node's start; `echo`: the session of the reader's that it heard last.
    `counter`: never decreases; `heard`: the highest of the reader's. `heads`: the newest checkpoint (note) of
    each of its own feeds, with the reader's cosignature where it has one. `receipts`: of each of the reader's
    feeds the newest checkpoint that it durably holds, with its own cosignature as soon as it may sign.
    `credit`: up to which size the reader may sign each of its feeds. `want`: from which entry on it wants a
    feed again. `restored`: whether it came back with less than it had, where somebody knows.
    """

    line: str
    sender: Origin
    session: bytes
    counter: int
    echo: bytes | None
    heard: int
    at_ms: int
    heads: Mapping[Origin, bytes]
    receipts: Mapping[Origin, bytes]
    credit: Mapping[Origin, int]
    want: Mapping[Origin, int]
    prekey: PrekeyId | None = None
    restored: bool | None = None


def write(status: Status, *log_seeds: bytes) -> bytes:
    """The note, signed with each of these. Raises: Invalid (`ledger.key`, and as canonical.write)."""
    prekey: Value = None
    if status.prekey is not None:
        prekey = {"id": ids.base32(status.prekey.id), "suite": status.prekey.suite}
    value: dict[str, Value] = {
        "at_ms": status.at_ms,
        "counter": status.counter,
        "credit": {origin.text: size for origin, size in status.credit.items()},
        "echo": None if status.echo is None else ids.base32(status.echo),
        "from": status.sender.text,
        "heads": {origin.text: data.decode() for origin, data in status.heads.items()},
        "heard": status.heard,
        "line": status.line,
        "prekey": prekey,
        "receipts": {origin.text: data.decode() for origin, data in status.receipts.items()},
        "restored": status.restored,
        "session": ids.base32(status.session),
        "want": {origin.text: size for origin, size in status.want.items()},
    }
    text = f"{HEADING}\n{canonical.write(value, SIZE).decode()}\n"
    signed = [note.sign(text, status.sender.text, seed) for seed in log_seeds]
    lines = tuple(line for each in signed for line in each.signatures)
    return note.write(note.Note(text, lines))


def read(data: bytes, line: Line, party: str, papers: Papers, held: Mapping[Origin, int]) -> Status:
    """The status of a party of the line, signed with a log key of its main feed.

    `held`: how many entries of each feed I hold; the key must count there, or at what the status shows.
    Nothing is said about the notes in it: each is verified for itself.
    Raises: Invalid (`line.status`, and as note.parse, canonical.accept, ids.origin), NotTrusted
    (`ledger.signature`, `ledger.unsigned`, `ledger.key_not_valid`).
    """
    found = note.parse(data)
    known = {
        Verifier(each.origin.text, note.ED25519, each.key)
        for each in papers.certificates
        if each.purpose == "log" and (each.origin.line, each.origin.kind) == (line.id, "main")
    }
    signers = {each.verifier for each in note.verify(found, sorted(known, key=lambda each: each.public))}
    first, _, rest = found.text.partition("\n")
    if first != HEADING or not rest.endswith("\n"):
        raise Invalid("line.status", "line 1", first, f"{HEADING}, and a line of JSON")
    said = _parsed(canonical.accept(rest[:-1].encode(), SIZE))
    if (said.line, said.sender.party, said.sender.line) != (line.id, party, line.id):
        raise Invalid("line.status", "from", said.sender.text, f"of {party}, on the line {line.id}")
    head = said.heads.get(said.sender)
    size = max(held.get(said.sender, 0), parse(note.parse(head).text).size if head else 0)
    valid = certificate.logs(said.sender, max(size - 1, 0), papers)
    if not any(each in valid for each in signers):
        raise NotTrusted("ledger.key_not_valid", f"signed with a key that does not count at size {size}")
    return said


def _parsed(found: dict[str, Value]) -> Status:
    if tuple(found) != FIELDS:
        raise Invalid("line.status", "line 2", sorted(found), f"the fields {', '.join(FIELDS)}")
    line, restored = found["line"], found["restored"]
    if not isinstance(line, str) or not (restored is None or isinstance(restored, bool)):
        raise Invalid("line.status", "line", line, "the line's id, and whether restored")
    return Status(
        line=line,
        sender=ids.origin(found["from"], "from"),
        session=_bytes(found["session"], "session"),
        counter=_number(found["counter"], "counter", COUNT),
        echo=None if found["echo"] is None else _bytes(found["echo"], "echo"),
        heard=_number(found["heard"], "heard", COUNT),
        at_ms=_number(found["at_ms"], "at_ms"),
        heads=_notes(found["heads"], "heads"),
        receipts=_notes(found["receipts"], "receipts"),
        credit=_sizes(found["credit"], "credit"),
        want=_sizes(found["want"], "want"),
        prekey=_prekey(found["prekey"]),
        restored=restored,
    )


def _notes(found: Value, path: str) -> dict[Origin, bytes]:
    notes = {}
    for origin, text in _object(found, path):
        if not isinstance(text, str):
            raise Invalid("line.status", path, text, "a note for each feed")
        notes[origin] = text.encode()
    return notes


def _sizes(found: Value, path: str) -> dict[Origin, int]:
    return {origin: _number(size, path) for origin, size in _object(found, path)}


def _object(found: Value, path: str) -> list[tuple[Origin, Value]]:
    if not isinstance(found, dict):
        raise Invalid("line.status", path, found, "an object of feeds")
    return [(ids.origin(name, path), each) for name, each in found.items()]


def _prekey(found: Value) -> PrekeyId | None:
    if found is None:
        return None
    if not isinstance(found, dict) or tuple(found) != ("id", "suite"):
        raise Invalid("line.status", "prekey", found, "an object of id and suite")
    return PrekeyId(_number(found["suite"], "prekey"), _bytes(found["id"], "prekey"))


def _bytes(found: Value, path: str) -> bytes:
    return ids.unbase32(found, seal.SESSION, path)


def _number(found: Value, path: str, most: int = WHOLE) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
        raise Invalid("line.status", path, found, f"a whole number from 0 to {most}")
    return found
