"""What is said about communiqués: five types of entries, each in version 1.

    communique            {"communique":…,"parties":[…],"sha256":…,"text":…,"version":…}
    communique.signed     {"approvals":[…],"communique":…,"sha256":…}
    communique.differs    {"communique":…,"differences":…,"sha256":…,"texts":[…]}
    communique.published  {"communique":…,"sha256":…}
    communique.withdrawn  {"communique":…,"sha256":…,"why":…}

A joint one is said in the main feeds of the lines between its parties, with the same bytes on each; what this
party does with its own public pages, and a communiqué of its own, stands in its private feed with the same
bodies (communique_own). `text` is the canonical text where it fits, else it stands in `part` entries before
that make the same SHA-256. A difference may come with `texts`, as its author would have it; [] with none.

What officers sign is no entry: canonical JSON, the very same on every line,

    {"at_ms":…,"communique":…,"correction":…,"exercise":…,"parties":[…],"replies":…,
     "texts":[{"body":…,"language":…,"title":…}],"type":"wideberth.communique","v":1,"version":…,
     "volumes":[…]}

under approval.Subject("release", SHA-256 of it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import ClassVar, Final, TypeAlias

from msgspec import Struct

from wideberth.desk import volumes
from wideberth.desk.communique_text import checked_text, line, read_texts, write_texts
from wideberth.errors import Invalid
from wideberth.ledger import approval, body, canonical, ids
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.model.communique import Text, Version

V: Final = 1
LETTER: Final = "q"
PARTIES: Final = 20
VOLUMES: Final = 100
NUMBERS: Final = 10_000
"""The largest number of a version, so that there is always a next one for whoever means well."""
INLINE: Final = 30_000
"""Bytes of a text that stands in the entry; escaped as JSON they still fit a body."""
LARGEST: Final = 1_000_000
"""Bytes of a canonical text."""
DIFFERENCES: Final = 8_000
"""Characters of what a party says about where it differs."""
COUNTER: Final = 30_000
"""Bytes of the texts, as JSON, that come with a difference."""
WHY: Final = 300
APPROVALS: Final = 4
"""Signatures of one party under one version; two of different officers are needed."""
TYPE: Final = "wideberth.communique"

_FIELDS: Final = (
    "at_ms",
    "communique",
    "correction",
    "exercise",
    "parties",
    "replies",
    "texts",
    "type",
    "v",
    "version",
    "volumes",
)


class Put(Struct, frozen=True):
    """A version: its canonical text by SHA-256, and the text itself unless it is in parts."""

    TYPE: ClassVar = "communique"
    communique: str
    version: int
    parties: tuple[str, ...]
    sha256: bytes
    text: str | None = None


class Signed(Struct, frozen=True):
    """Officers of the author have signed this very text: it counts with two, each by a key of the roster."""

    TYPE: ClassVar = "communique.signed"
    communique: str
    sha256: bytes
    approvals: tuple[Approval, ...]


class Differed(Struct, frozen=True):
    """The author does not take this text, says where it differs, and may say how it would have it."""

    TYPE: ClassVar = "communique.differs"
    communique: str
    sha256: bytes
    differences: str
    texts: tuple[Text, ...] = ()


class Shown(Struct, frozen=True):
    """It stands on the author's public pages from here on."""

    TYPE: ClassVar = "communique.published"
    communique: str
    sha256: bytes


class Withdrawn(Struct, frozen=True):
    """The author takes it back: off its public pages, or before it was ever there."""

    TYPE: ClassVar = "communique.withdrawn"
    communique: str
    sha256: bytes
    why: str | None = None


Said: TypeAlias = Put | Signed | Differed | Shown | Withdrawn

KNOWN: Final[Known] = {
    (kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit"))
    for kind in (Put, Signed, Differed, Shown, Withdrawn)
}


def new_id(chance: bytes) -> str:
    """The id of a new communiqué, of 16 random bytes."""
    return ids.noun(LETTER, chance)


def text(version: Version) -> bytes:
    """The exact bytes that officers sign. What could not be read again is not written.

    Raises: as read_text.
    """
    data = canonical.write(
        {
            "at_ms": version.at_ms,
            "communique": version.id,
            "correction": version.correction,
            "exercise": version.exercise,
            "parties": list(version.parties),
            "replies": version.replies,
            "texts": write_texts(version.texts),
            "type": TYPE,
            "v": V,
            "version": version.version,
            "volumes": volumes.write_all(version.volumes),
        },
        LARGEST,
    )
    read_text(data)
    return data


def read_text(data: bytes) -> Version:
    """What a canonical text says.

    Raises: Invalid (`communique.entry`, `ledger.noun`, `ledger.base32`, as canonical.accept, volumes.read).
    """
    value = canonical.accept(data, LARGEST)
    if tuple(value) != _FIELDS or (value["type"], value["v"]) != (TYPE, V):
        raise Invalid("communique.entry", "", sorted(value), f"{', '.join(_FIELDS)}; type {TYPE}, v {V}")
    found, correction = value["volumes"], value["correction"]
    if not isinstance(found, list) or len(found) > VOLUMES:
        raise Invalid("communique.entry", "volumes", found, f"at most {VOLUMES} volumes")
    return Version(
        _id(value),
        _version(value),
        _parties(value),
        read_texts(value["texts"]),
        tuple(volumes.read(each, f"volumes[{n}]") for n, each in enumerate(found)),
        replies=_yes(value, "replies"),
        correction="" if correction == "" else line(correction, "correction", WHY),
        at_ms=_whole(value["at_ms"], "at_ms", "a time in ms", 0),
        exercise=_yes(value, "exercise"),
    )


def put(data: bytes) -> Put:
    """The entry of a version, of its canonical text. Raises: as read_text."""
    found = read_text(data)
    inline = data.decode() if len(data) <= INLINE else None
    return Put(found.id, found.version, found.parties, hashlib.sha256(data).digest(), inline)


def subject(sha256: bytes) -> Subject:
    """What an approval of a version is over."""
    return Subject("release", sha256)


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`.

    Raises: Invalid (`ledger.approval`).
    """
    about: dict[str, Value] = {"communique": said.communique, "sha256": ids.base32(said.sha256)}
    match said:
        case Put():
            return {**about, "parties": list(said.parties), "text": said.text, "version": said.version}
        case Signed():
            return {**about, "approvals": write_approvals(said.approvals)}
        case Differed():
            return {**about, "differences": said.differences, "texts": write_texts(said.texts)}
        case Withdrawn():
            return {**about, "why": said.why}
    return about


def read(entry: Entry) -> Said:
    """What an entry of one of these types says on a line.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` but in a main feed of a line, and as
    read_value).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "main":
        found = f"{header.type} in {header.origin.text}"
        raise Invalid("ledger.misplaced", "origin", found, "in the main feed of a line")
    return read_value(header.type, body.value(entry))


def read_value(of_type: str, value: Mapping[str, Value]) -> Said:
    """What the body of one of these types says.

    Raises: Invalid (`communique.entry`, `ledger.noun`, `ledger.base32`, `ledger.approval`, and as read_text).
    """
    name, sha256 = _id(value), ids.unbase32(value.get("sha256"), ids.HASH, "sha256")
    if of_type == Put.TYPE:
        return _put(name, sha256, value)
    if of_type == Signed.TYPE:
        return Signed(name, sha256, read_approvals(value.get("approvals")))
    if of_type == Differed.TYPE:
        differences = checked_text(value.get("differences"), "differences", DIFFERENCES)
        found = value.get("texts")
        if len(canonical.write({"texts": found}, LARGEST)) > COUNTER:
            raise Invalid("communique.entry", "texts", "more", f"at most {COUNTER:,} bytes of texts")
        return Differed(name, sha256, differences, () if found == [] else read_texts(found))
    if of_type == Shown.TYPE:
        return Shown(name, sha256)
    why = value.get("why")
    return Withdrawn(name, sha256, None if why is None else line(why, "why", WHY))


def write_approvals(approvals: tuple[Approval, ...]) -> list[Value]:
    """The value of approvals. Raises: Invalid (`ledger.approval`)."""
    return [canonical.accept(approval.write(each), canonical.HEADER) for each in approvals]


def read_approvals(found: Value) -> tuple[Approval, ...]:
    """Approvals of a release, as a body has them. Raises: Invalid (`communique.entry`, `ledger.approval`)."""
    if not isinstance(found, list) or not 0 < len(found) <= APPROVALS:
        raise Invalid("communique.entry", "approvals", found, f"1 to {APPROVALS} approvals")
    return tuple(map(_approval, found))


def _put(name: str, sha256: bytes, value: Mapping[str, Value]) -> Put:
    said, found = Put(name, _version(value), _parties(value), sha256), value.get("text")
    if found is None:
        return said
    if not isinstance(found, str) or len(data := found.encode()) > INLINE:
        raise Invalid("communique.entry", "text", "none", f"a canonical text of at most {INLINE:,} bytes")
    if hashlib.sha256(data).digest() != sha256 or not says(said, read_text(data)):
        raise Invalid("communique.entry", "text", "another text", "the text of this SHA-256, id and parties")
    return Put(name, said.version, said.parties, sha256, found)


def says(said: Put, version: Version) -> bool:
    """Whether a text is of the version that an entry says it is."""
    return (version.id, version.version, version.parties) == (said.communique, said.version, said.parties)


def _approval(found: Value) -> Approval:
    if not isinstance(found, dict):
        raise Invalid("communique.entry", "approvals", found, "approvals as objects")
    signed = approval.read(canonical.write(found, canonical.HEADER))
    if signed.subject.what != "release":
        raise Invalid("communique.entry", "approvals", signed.subject.what, "approvals of a release")
    return signed


def _id(value: Mapping[str, Value]) -> str:
    found = value.get("communique")
    ids.unnoun(found, LETTER, "communique")
    return str(found)


def _parties(value: Mapping[str, Value]) -> tuple[str, ...]:
    found = value.get("parties")
    if not isinstance(found, list) or not 0 < len(found) <= PARTIES:
        raise Invalid("communique.entry", "parties", found, f"1 to {PARTIES} parties")
    for each in found:
        ids.unbase32(each, ids.HASH, "parties")
    names = tuple(map(str, found))
    if len(set(names)) != len(names):
        raise Invalid("communique.entry", "parties", found, "each party once")
    return names


def _version(value: Mapping[str, Value]) -> int:
    found = _whole(value.get("version"), "version", f"1 to {NUMBERS:,}", 1)
    if found > NUMBERS:
        raise Invalid("communique.entry", "version", found, f"1 to {NUMBERS:,}")
    return found


def _whole(found: Value, path: str, wanted: str, least: int) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= WHOLE:
        raise Invalid("communique.entry", path, found, wanted)
    return found


def _yes(value: Mapping[str, Value], path: str) -> bool:
    found = value[path]
    if not isinstance(found, bool):
        raise Invalid("communique.entry", path, found, "true or false")
    return found
