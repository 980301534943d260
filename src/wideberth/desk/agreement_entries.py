"""What is said about agreements in the main feeds of a line: six types of entries, each in version 1.

`write` gives the value of a body for feed.append, `read` what a whole entry says. Terms stand in the entry
where they fit, else in `part` entries before it that make the same SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import ClassVar, Final, TypeAlias

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import approval, body, canonical, ids
from wideberth.ledger.approval import Approval
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value

V: Final = 1
INLINE = 30_000
"""Bytes of terms that stand in the entry; escaped as JSON they still fit a body."""


class Proposed(Struct, frozen=True):
    """Terms, put to the other party: the agreement's id, their SHA-256, and their bytes unless in parts."""

    TYPE: ClassVar = "agreement.proposed"
    agreement: bytes
    sha256: bytes
    terms: bytes | None = None


class Signed(Struct, frozen=True):
    """An officer of the author has signed terms."""

    TYPE: ClassVar = "agreement.signed"
    approval: Approval


class Suspended(Struct, frozen=True):
    """The author no longer keeps to the agreement with this id until it says so; no reason is asked for."""

    TYPE: ClassVar = "agreement.suspended"
    agreement: bytes


class Resumed(Struct, frozen=True):
    """The author takes its suspension back."""

    TYPE: ClassVar = "agreement.resumed"
    agreement: bytes


class Ended(Struct, frozen=True):
    """The agreement with this id is over."""

    TYPE: ClassVar = "agreement.ended"
    agreement: bytes


class Followed(Struct, frozen=True):
    """The author goes by these terms from here on: said once for each, so that the other party knows it."""

    TYPE: ClassVar = "agreement.followed"
    agreement: bytes
    sha256: bytes


Said: TypeAlias = Proposed | Signed | Suspended | Resumed | Ended | Followed

KNOWN: Known = {
    (kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit"))
    for kind in (Proposed, Signed, Suspended, Resumed, Ended, Followed)
}


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`.

    Raises: Invalid (`ledger.approval`).
    """
    match said:
        case Signed():
            return {"approval": canonical.accept(approval.write(said.approval), canonical.HEADER)}
        case Proposed():
            value: dict[str, Value] = {
                "agreement": ids.base32(said.agreement),
                "sha256": ids.base32(said.sha256),
            }
            return value if said.terms is None else {**value, "terms": said.terms.decode()}
        case Followed():
            return {"agreement": ids.base32(said.agreement), "sha256": ids.base32(said.sha256)}
    return {"agreement": ids.base32(said.agreement)}


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` in a feed where it has no place,
    `agreement.entry`, `ledger.approval`, `ledger.base32`).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "main":
        found = f"{header.type} in {header.origin.text}"
        raise Invalid("ledger.misplaced", "origin", found, "in the main feed of a line")
    value = body.value(entry)
    if header.type == Signed.TYPE:
        return Signed(_approval(value))
    number = ids.unbase32(value.get("agreement"), approval.AGREEMENT_ID, "agreement")
    if header.type in (Proposed.TYPE, Followed.TYPE):
        sha256 = ids.unbase32(value.get("sha256"), ids.HASH, "sha256")
        if header.type == Followed.TYPE:
            return Followed(number, sha256)
        return Proposed(number, sha256, _terms(value, sha256))
    return _INTERRUPTIONS[header.type](number)


_INTERRUPTIONS: dict[str, type[Suspended | Resumed | Ended]] = {
    Suspended.TYPE: Suspended,
    Resumed.TYPE: Resumed,
    Ended.TYPE: Ended,
}


def _approval(value: Mapping[str, Value]) -> Approval:
    found = value.get("approval")
    if not isinstance(found, dict):
        raise Invalid("agreement.entry", "approval", found, "an approval as an object")
    signed = approval.read(canonical.write(found, canonical.HEADER))
    if signed.subject.what != "agreement":
        raise Invalid("agreement.entry", "approval.what", signed.subject.what, "agreement")
    return signed


def _terms(value: Mapping[str, Value], sha256: bytes) -> bytes | None:
    found = value.get("terms")
    if found is None:
        return None
    if not isinstance(found, str):
        raise Invalid("agreement.entry", "terms", found, "the text of the terms, or none")
    data = found.encode()
    if hashlib.sha256(data).digest() != sha256:
        raise Invalid("agreement.entry", "terms", f"SHA-256 {hashlib.sha256(data).hexdigest()}", sha256.hex())
    return data
