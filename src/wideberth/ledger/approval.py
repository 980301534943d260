"""Approvals of two officers (LINE 13 and 19): signatures by their own keys over one exact hash.

    agreement         "wideberth/agreement/v1" ‖ newline ‖ id of the agreement (16 bytes) ‖ SHA-256(terms)
    audit, lift, release
                      "wideberth/approval/v1" ‖ newline ‖ what ‖ newline ‖ SHA-256

An approval names no line: what is posted byte-identical in several lines is approved once. It counts on a
line where the keys are on the roster there, and for nothing but what has this hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final, Literal, cast

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import canonical, certificate, ids, keys
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Origin

What = Literal["agreement", "audit", "lift", "release"]
WHATS: Final = ("agreement", "audit", "lift", "release")
AGREEMENT = b"wideberth/agreement/v1\n"
APPROVAL = b"wideberth/approval/v1\n"
AGREEMENT_ID = 16
"""Random bytes that name an agreement, the same on every line that it is posted in."""
NEEDED = 2
"""Keys that must have signed."""
TYPE = "wideberth.approval"

_FIELDS = ("agreement", "hash", "key", "signature", "type", "v", "what")


class Subject(Struct, frozen=True):
    """What is approved: the SHA-256 of its exact bytes, and for the terms of an agreement its 16-byte id."""

    what: What
    hash: bytes
    agreement: bytes | None = None


class Approval(Struct, frozen=True):
    """An officer's signature (64 bytes) over a subject, by the key that is named."""

    subject: Subject
    key: bytes
    signature: bytes


def agreement(number: bytes, terms: bytes) -> Subject:
    """The terms of an agreement, as their exact bytes. Raises: Invalid (`ledger.approval`)."""
    return _checked(Subject("agreement", hashlib.sha256(terms).digest(), number))


def message(subject: Subject) -> bytes:
    """The bytes that are signed. Raises: Invalid (`ledger.approval`)."""
    _checked(subject)
    if subject.agreement is not None:
        return AGREEMENT + subject.agreement + subject.hash
    return APPROVAL + subject.what.encode() + b"\n" + subject.hash


def sign(subject: Subject, seed: bytes) -> Approval:
    """An officer's approval. Raises: Invalid (`ledger.approval`, `ledger.key`)."""
    return Approval(subject, keys.public(seed), keys.sign(seed, message(subject)))


def verifies(approval: Approval) -> bool:
    """Whether the named key has signed; whose key it is, and whether it counts, the roster says."""
    return keys.verifies(approval.key, message(approval.subject), approval.signature)


def approvers(
    subject: Subject, approvals: Iterable[Approval], origin: Origin, n: int, papers: Papers
) -> frozenset[bytes]:
    """The distinct officers' keys, valid at entry `n` of `origin`, that have signed exactly this.

    `origin` is the feed, of the party whose officers are asked for, in whose entry `n` the approvals stand.
    Raises: Invalid (`ledger.approval`) for a subject that cannot be.
    """
    _checked(subject)
    standings = certificate.standings("officer", origin, n, papers)
    return frozenset(
        each.key
        for each in approvals
        if each.subject == subject and standings.get(each.key) == "valid" and verifies(each)
    )


def approved(subject: Subject, approvals: Iterable[Approval], origin: Origin, n: int, papers: Papers) -> bool:
    """Whether two officers of the party have signed exactly this. Raises: as `approvers`."""
    return len(approvers(subject, approvals, origin, n, papers)) >= NEEDED


def write(approval: Approval) -> bytes:
    """Canonical JSON, for a file or a field. Raises: Invalid (`ledger.approval`)."""
    subject = _checked(approval.subject)
    data = canonical.write(
        {
            "agreement": None if subject.agreement is None else ids.base32(subject.agreement),
            "hash": ids.base32(subject.hash),
            "key": ids.base32(approval.key),
            "signature": ids.base32(approval.signature),
            "type": TYPE,
            "v": 1,
            "what": subject.what,
        }
    )
    read(data)
    return data


def read(data: bytes) -> Approval:
    """The approval that canonical JSON holds, its signature not verified.

    Raises: Invalid (`ledger.approval`, `ledger.base32`, and as canonical.accept).
    """
    found = canonical.accept(data, canonical.HEADER)
    if tuple(found) != _FIELDS or (found["type"], found["v"]) != (TYPE, 1):
        raise Invalid("ledger.approval", "", sorted(found), f"{', '.join(_FIELDS)}; type {TYPE}, v 1")
    number = found["agreement"]
    subject = Subject(
        cast("What", found["what"]),
        ids.unbase32(found["hash"], ids.HASH, "hash"),
        None if number is None else ids.unbase32(number, AGREEMENT_ID, "agreement"),
    )
    key = ids.unbase32(found["key"], keys.KEY, "key")
    return Approval(_checked(subject), key, ids.unbase32(found["signature"], keys.SIGNATURE, "signature"))


def _checked(subject: Subject) -> Subject:
    if subject.what not in WHATS:
        raise Invalid("ledger.approval", "what", subject.what, ", ".join(WHATS))
    if len(subject.hash) != ids.HASH:
        raise Invalid("ledger.approval", "hash", f"{len(subject.hash)} bytes", f"{ids.HASH} bytes")
    wanted = AGREEMENT_ID if subject.what == "agreement" else 0
    if len(subject.agreement or b"") != wanted or (subject.agreement is None) is not (wanted == 0):
        found = "none" if subject.agreement is None else f"{len(subject.agreement)} bytes"
        raise Invalid(
            "ledger.approval", "agreement", found, f"{AGREEMENT_ID} bytes for an agreement, else none"
        )
    return subject
