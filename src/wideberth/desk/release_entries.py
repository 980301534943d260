"""What a party enters about its own releases in its private feed: seven types of entries, each in version 1.

    recipient          {"allies":[…],"name":…,"party":…}
    release.drafted    {"draft":…,"index":…,"mark":…,"release":…,"sha256":…,"version":…}
    release.withdrawn  {"release":…}
    release.approved   {"approvals":[…],"n":…,"origin":…,"release":…}
    release.delivered  {"line":…,"link":…,"release":…,"role":…,"sha256":…,"size":…,"until_ms":…,"way":…}
    release.received   {"at_claimed_ms":…,"line":…,"link":…,"release":…,"role":…,"way":…}
    release.recalled   {"reason":…,"release":…}

A draft is {"document":…,"sources":[{"id","kind","line","part","version"}…]}: the document (as release_fields
has it) and, for each of its records, what here it was drawn up from, which nobody else is told. It stands in
the entry where it fits, else `draft` is null and it comes before in `part` entries; `sha256` is of its
canonical bytes either way. `index` is the SHA-256 of the exact `release.json` of its copy: what two officers
sign. `origin` and `n`: the entry at which those officers are to be on the roster, in a feed of this party. Of
a link only the SHA-256 of its secret is kept. Of people there are roles, never names. What is said of
releases on lines is in release_said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, Literal, TypeAlias

from msgspec import Struct

from wideberth.desk.case_entries import Ref
from wideberth.desk.release_fields import (
    DEEPEST,
    LARGEST,
    V,
    document_of,
    document_value,
    members,
    name,
    names,
    number,
    one_of,
    party,
    read_approvals,
    release_id,
    shown,
    what,
    write_approvals,
)
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, entries, ids, parts
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Part
from wideberth.model.release import WAYS, Document, Recipient, Way

INLINE: Final = 48_000
"""Bytes of a draft that stands in the entry itself."""
MARK: Final = 32
"""Random bytes that mark the copies of a release."""
REASON: Final = 300
Drawn = Literal["plan", "notice", "sites", "statement", "talks", "release"]
DRAWN: Final[tuple[Drawn, ...]] = ("plan", "notice", "sites", "statement", "talks", "release")


class Source(Struct, frozen=True):
    """What of this node a record was drawn up from.

    Attributes:
        kind: an own plan, what was told on a line, an own list of sites, …, or a release of another party's.
        id: of that noun.
        line: on which line it was told; None: it is this party's own.
        part: which of it: the id of a row of a list, the number of a record of a release; else empty.
        version: which version of it, counted from 1; 1 for what has none.
    """

    kind: Drawn
    id: str
    line: str | None = None
    part: str = ""
    version: int = 1


class Kept(Struct, frozen=True):
    """A recipient, from here on; of the same name it takes the place of the former."""

    TYPE: ClassVar = "recipient"
    recipient: Recipient


class Drafted(Struct, frozen=True):
    """A release is drawn up (version 1), or drawn up anew before it was approved."""

    TYPE: ClassVar = "release.drafted"
    document: Document
    sources: tuple[Source, ...]
    mark: bytes
    index: bytes
    version: int = 1

    @property
    def release(self) -> str:
        """Its id."""
        return self.document.id

    @property
    def subject(self) -> Subject:
        """What two officers sign."""
        return Subject("release", self.index)


class Withdrawn(Struct, frozen=True):
    """It is taken back before it has left."""

    TYPE: ClassVar = "release.withdrawn"
    release: str


class Approved(Struct, frozen=True):
    """Officers' signatures over the index; `before`: the entry at which they are to be on the roster."""

    TYPE: ClassVar = "release.approved"
    release: str
    approvals: tuple[Approval, ...]
    before: Ref


class Delivered(Struct, frozen=True):
    """A copy has left: the file with this SHA-256 and of this size.

    Attributes:
        line: on which, where it was said on a line.
        link: SHA-256 of the secret of a one-use link.
        until_ms: until when that link leads somewhere.
        role: who handed over a file.
    """

    TYPE: ClassVar = "release.delivered"
    release: str
    way: Way
    sha256: bytes
    size: int
    line: str | None = None
    link: bytes | None = None
    until_ms: int | None = None
    role: str | None = None


class Received(Struct, frozen=True):
    """The recipient has it: its entry on a line, the one fetch of a link, or a receipt that was entered.

    `at_claimed_ms`: when, as is said; `link`: SHA-256 of the secret that fetched it; `role`: who says so.
    """

    TYPE: ClassVar = "release.received"
    release: str
    way: Way
    at_claimed_ms: int
    line: str | None = None
    link: bytes | None = None
    role: str | None = None


class Recalled(Struct, frozen=True):
    """It is not to be used any more."""

    TYPE: ClassVar = "release.recalled"
    release: str
    reason: str | None = None


Said: TypeAlias = Kept | Drafted | Withdrawn | Approved | Delivered | Received | Recalled

KNOWN: Final[Known] = {
    (Kept.TYPE, V): frozenset({"allies", "crit", "name", "party"}),
    (Drafted.TYPE, V): frozenset({"crit", "draft", "index", "mark", "release", "sha256", "version"}),
    (Withdrawn.TYPE, V): frozenset({"crit", "release"}),
    (Approved.TYPE, V): frozenset({"approvals", "crit", "n", "origin", "release"}),
    (Delivered.TYPE, V): frozenset(
        {"crit", "line", "link", "release", "role", "sha256", "size", "until_ms", "way"}
    ),
    (Received.TYPE, V): frozenset({"at_claimed_ms", "crit", "line", "link", "release", "role", "way"}),
    (Recalled.TYPE, V): frozenset({"crit", "reason", "release"}),
}
TYPES: Final = frozenset(kind for kind, _ in KNOWN)


def write(said: Said) -> tuple[tuple[Part, ...], dict[str, Value]]:
    """The parts that come before, if any, and the value of the body.

    Raises: Invalid (as canonical.write, `ledger.approval`).
    """
    match said:
        case Kept():
            of = said.recipient
            return (), {"allies": list(of.allies), "name": of.name, "party": of.party}
        case Drafted():
            return _write_draft(said)
        case Approved():
            return (), {
                "approvals": write_approvals(said.approvals),
                "n": said.before.n,
                "origin": said.before.origin.text,
                "release": said.release,
            }
        case Delivered():
            return (), {
                "line": said.line,
                "link": None if said.link is None else ids.base32(said.link),
                "release": said.release,
                "role": said.role,
                "sha256": ids.base32(said.sha256),
                "size": said.size,
                "until_ms": said.until_ms,
                "way": said.way,
            }
        case Received():
            return (), {
                "at_claimed_ms": said.at_claimed_ms,
                "line": said.line,
                "link": None if said.link is None else ids.base32(said.link),
                "release": said.release,
                "role": said.role,
                "way": said.way,
            }
        case Recalled():
            return (), {"reason": said.reason, "release": said.release}
    return (), {"release": said.release}


def to_write(said: Said) -> list[tuple[str, Value]]:
    """The entries, as Private.write takes them. Raises: as write."""
    cut, value = write(said)
    # what is written here is read again whenever the node starts: it is refused before, not then
    read_value(said.TYPE, value, cut)
    return [*((Part.TYPE, entries.write(each)) for each in cut), (said.TYPE, value)]


def read(entry: Entry, before: Sequence[Part] = ()) -> Said:
    """What an entry of one of these types says; `before` are the parts of its draft.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` in a feed of a line, and as read_value).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(TYPES))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if not header.origin.private:
        raise Invalid("ledger.misplaced", "origin", header.origin.text, "in a private feed")
    return read_value(header.type, body.value(entry), before)


def read_value(of_type: str, value: Mapping[str, Value], before: Sequence[Part] = ()) -> Said:
    """What the body of one of these types says.

    Raises: Invalid (`release.entry`, `ledger.noun`, `ledger.base32`, `ledger.approval`, `ledger.origin`, as
    document_of), and as parts.join.
    """
    if of_type == Kept.TYPE:
        of = value.get("party")
        who = None if of is None else party(of, "party")
        return Kept(Recipient(name(value.get("name"), "name"), who, names(value.get("allies"), "allies")))
    release = release_id(value.get("release"))
    if of_type == Drafted.TYPE:
        return _draft(release, value, before)
    if of_type == Approved.TYPE:
        where = Ref(ids.origin(value.get("origin")), number(value.get("n"), "n"))
        return Approved(release, read_approvals(value.get("approvals")), where)
    if of_type == Delivered.TYPE:
        return _delivered(release, value)
    if of_type == Received.TYPE:
        at_ms = number(value.get("at_claimed_ms"), "at_claimed_ms")
        way = one_of(value.get("way"), "way", WAYS)
        return Received(release, way, at_ms, _line(value, way), _link(value, way), _role(value))
    if of_type == Recalled.TYPE:
        reason = value.get("reason")
        return Recalled(release, None if reason is None else name(reason, "reason", REASON))
    return Withdrawn(release)


def parts_of(entry: Entry) -> bytes | None:
    """SHA-256 of a draft that came before in parts; None where there is none, or it is in the entry."""
    value = body.value(entry)
    if entry.header.type != Drafted.TYPE or value.get("draft") is not None:
        return None
    return ids.unbase32(value.get("sha256"), ids.HASH, "sha256")


def _write_draft(said: Drafted) -> tuple[tuple[Part, ...], dict[str, Value]]:
    sources: list[Value] = [
        {"id": each.id, "kind": each.kind, "line": each.line, "part": each.part, "version": each.version}
        for each in said.sources
    ]
    draft: dict[str, Value] = {"document": document_value(said.document), "sources": sources}
    data = canonical.write(draft, LARGEST, DEEPEST)
    cut = () if len(data) <= INLINE else parts.split(data)
    return cut, {
        "draft": None if cut else draft,
        "index": ids.base32(said.index),
        "mark": ids.base32(said.mark),
        "release": said.release,
        "sha256": ids.base32(hashlib.sha256(data).digest()),
        "version": said.version,
    }


def _draft(release: str, value: Mapping[str, Value], before: Sequence[Part]) -> Drafted:
    inside = value.get("draft")
    data = parts.join(before) if inside is None else canonical.write(inside, LARGEST, DEEPEST)
    if hashlib.sha256(data).digest() != ids.unbase32(value.get("sha256"), ids.HASH, "sha256"):
        raise Invalid("release.entry", "draft", "another SHA-256", "the draft of this SHA-256")
    draft = members(canonical.accept(data, LARGEST, DEEPEST), ("document", "sources"), "draft")
    document, found = document_of(draft["document"]), draft["sources"]
    if document.id != release:
        raise Invalid("release.entry", "document.release", document.id, f"{release}, as the entry says")
    if not isinstance(found, list) or len(found) != len(document.records):
        raise Invalid("release.entry", "sources", what(found), "one for each record")
    return Drafted(
        document,
        tuple(_source(each, f"sources[{n}]") for n, each in enumerate(found, start=1)),
        ids.unbase32(value.get("mark"), MARK, "mark"),
        ids.unbase32(value.get("index"), ids.HASH, "index"),
        number(value.get("version"), "version", 1),
    )


def _source(found: Value, path: str) -> Source:
    value = members(found, ("id", "kind", "line", "part", "version"), path)
    line, part = value["line"], value["part"]
    return Source(
        one_of(value["kind"], f"{path}.kind", DRAWN),
        shown(value["id"], f"{path}.id"),
        None if line is None else party(line, f"{path}.line"),
        "" if part == "" else shown(part, f"{path}.part"),
        number(value["version"], f"{path}.version", 1),
    )


def _delivered(release: str, value: Mapping[str, Value]) -> Delivered:
    way, until = one_of(value.get("way"), "way", WAYS), value.get("until_ms")
    if (way == "link") is not (until is not None):
        raise Invalid("release.entry", "until_ms", what(until), "a time, of a link only")
    return Delivered(
        release,
        way,
        ids.unbase32(value.get("sha256"), ids.HASH, "sha256"),
        number(value.get("size"), "size", 1, parts.WHOLE),
        _line(value, way),
        _link(value, way),
        None if until is None else number(until, "until_ms"),
        _role(value),
    )


def _line(value: Mapping[str, Value], way: Way) -> str | None:
    found = value.get("line")
    if (way == "line") is not (found is not None):
        raise Invalid("release.entry", "line", what(found), "the line, where it went over one")
    return None if found is None else party(found, "line")


def _link(value: Mapping[str, Value], way: Way) -> bytes | None:
    found = value.get("link")
    if (way == "link") is not (found is not None):
        raise Invalid("release.entry", "link", what(found), "the SHA-256 of the secret, of a link only")
    return None if found is None else ids.unbase32(found, ids.HASH, "link")


def _role(value: Mapping[str, Value]) -> str | None:
    found = value.get("role")
    return None if found is None else name(found, "role")
