"""The audit of one cell of a run of the blind check, as it is said on a line (desk.blind_entries).

What two officers of each side sign for it is no entry: canonical JSON

    {"asker":…,"call":…,"case":…,"cell":…,"line":…,"round":…,"session":…,"type":"wideberth.audit","v":1}

It names the line, the run, the round, the cell and the incident: approved is this question, and no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import ClassVar, Final, NamedTuple, TypeAlias

from msgspec import Struct

from wideberth.desk import blind_fields as fields
from wideberth.errors import Invalid
from wideberth.ledger import approval, canonical, ids
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.canonical import Value
from wideberth.model.blind import About

CALL: Final = "k"
APPROVALS: Final = 4
"""Signatures under one question; two of different officers are needed."""
PROOF: Final = 128
"""Bytes of the proof of an answer, at most."""
AUDIT: Final = "wideberth.audit"


class Question(NamedTuple):
    """Whether a cell was in the set to which the other side had committed for this round."""

    session: str
    round: int
    cell: bytes
    about: About


class Asked(Struct, frozen=True):
    """Officers of the author ask the other side: it counts with two, each by a key of the roster."""

    TYPE: ClassVar = "blind.audit.asked"
    question: Question
    approvals: tuple[Approval, ...]


class Agreed(Struct, frozen=True):
    """Officers of the author agree to a question of the other side's; counted as the asking is."""

    TYPE: ClassVar = "blind.audit.agreed"
    question: Question
    approvals: tuple[Approval, ...]


class Answered(Struct, frozen=True):
    """Whether the cell was in the author's set, and the proof of it."""

    TYPE: ClassVar = "blind.audit.answered"
    question: Question
    present: bool
    proof: bytes


Said: TypeAlias = Asked | Agreed | Answered
_QUESTION: Final = ("call", "case", "cell", "round", "session")
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    Asked.TYPE: ("approvals", *_QUESTION),
    Agreed.TYPE: ("approvals", *_QUESTION),
    Answered.TYPE: ("present", "proof", *_QUESTION),
}


def write(said: Said) -> dict[str, Value]:
    """The value of the body. Raises: Invalid (`ledger.approval`)."""
    if isinstance(said, Answered):
        return {"present": said.present, "proof": ids.base32(said.proof), **_write_question(said.question)}
    approvals = [canonical.accept(approval.write(each), canonical.HEADER) for each in said.approvals]
    return {"approvals": list[Value](approvals), **_write_question(said.question)}


def text(line: str, asker: str, question: Question) -> bytes:
    """The exact bytes that two officers of either side sign for an audit."""
    said: dict[str, Value] = {"asker": asker, "line": line, **_write_question(question)}
    return canonical.write({**said, "type": AUDIT, "v": 1})


def subject(signed: bytes) -> Subject:
    """What an approval of this text is over."""
    return Subject("audit", hashlib.sha256(signed).digest())


def _write_question(question: Question) -> dict[str, Value]:
    about = question.about
    return {
        "call": about.id if about.kind == "call" else None,
        "case": about.id if about.kind == "case" else None,
        "cell": question.cell.hex(),
        "round": question.round,
        "session": question.session,
    }


def _asked(value: Mapping[str, Value]) -> Asked:
    return Asked(_question(value), _approvals(value))


def _agreed(value: Mapping[str, Value]) -> Agreed:
    return Agreed(_question(value), _approvals(value))


def _answered(value: Mapping[str, Value]) -> Answered:
    present, proof = value.get("present"), value.get("proof")
    if not isinstance(present, bool):
        raise Invalid("blind.entry", "present", present, "true or false")
    length = len(proof) * 5 // 8 if isinstance(proof, str) else 0
    if not 0 < length <= PROOF:
        raise Invalid("blind.entry", "proof", proof, f"1 to {PROOF} bytes")
    return Answered(_question(value), present, ids.unbase32(proof, length, "proof"))


READ: Final[dict[str, Callable[[Mapping[str, Value]], Said]]] = {
    Asked.TYPE: _asked,
    Agreed.TYPE: _agreed,
    Answered.TYPE: _answered,
}


def _question(value: Mapping[str, Value]) -> Question:
    case, call = value.get("case"), value.get("call")
    if (case is None) is (call is None):
        raise Invalid("blind.entry", "case", "both or neither", "a case or a call, and null for the other")
    if case is not None:
        ids.unbase32(case, ids.HASH, "case")
        about = About("case", str(case))
    else:
        ids.unnoun(call, CALL, "call")
        about = About("call", str(call))
    return Question(fields.session(value), fields.round_(value), fields.term(value), about)


def _approvals(value: Mapping[str, Value]) -> tuple[Approval, ...]:
    found = value.get("approvals")
    if not isinstance(found, list) or not 0 < len(found) <= APPROVALS:
        raise Invalid("blind.entry", "approvals", found, f"1 to {APPROVALS} approvals")
    return tuple(map(_approval, found))


def _approval(found: Value) -> Approval:
    if not isinstance(found, dict):
        raise Invalid("blind.entry", "approvals", found, "approvals as objects")
    signed = approval.read(canonical.write(found, canonical.HEADER))
    if signed.subject.what != "audit":
        raise Invalid("blind.entry", "approvals", signed.subject.what, "approvals of an audit")
    return signed
