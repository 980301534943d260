"""Audits of cells of runs of the blind check: who has asked, agreed and answered (LINE 19).

One party asks whether a cell was in the set to which the other had committed. It counts when two officers of
the asking party have signed the question, and may be answered when two of the other party have signed the
same text, each by a key of their own on the roster of their party; judged by all papers that are known by
now, so that a revocation that comes late takes it back. What was answered is proven, and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import Struct, structs

from wideberth.desk import blind_audit_entries as entries
from wideberth.desk.blind_audit_entries import Agreed, Answered, Asked, Question
from wideberth.desk.calls import At
from wideberth.ledger import approval, certificate
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Line
from wideberth.model.blind import AUDIT, AuditEvent, AuditPhase

KEPT: Final = 200
"""Audits that one party asks for on a line, the newest; older ones are in the record alone."""
WORDS: Final = 4
"""Askings of one question, and agreements to it, that are looked at: the newest."""


class Key(NamedTuple):
    """An audit: which party asks, and what."""

    asker: str
    question: Question


class Word(NamedTuple):
    """Signatures under a question, and the entry of the party's main feed in which they stand."""

    approvals: tuple[Approval, ...]
    at: At


class Answer(NamedTuple):
    """What the other side has proven, and in which entry."""

    said: Answered
    at: At


class Audit(Struct, frozen=True):
    """An audit as it stands; `n` is which of the line's it is, in their order."""

    key: Key
    n: int
    asks: tuple[Word, ...] = ()
    agreements: tuple[Word, ...] = ()
    answer: Answer | None = None


def step(audit: Audit, said: Asked | Agreed | Answered, at: At) -> Audit:
    """What an entry makes of an audit; the first answer stands."""
    match said:
        case Asked():
            return structs.replace(audit, asks=(*audit.asks, Word(said.approvals, at))[-WORDS:])
        case Agreed():
            return structs.replace(audit, agreements=(*audit.agreements, Word(said.approvals, at))[-WORDS:])
    return structs.replace(audit, answer=audit.answer or Answer(said, at))


def phase(line: Line, audit: Audit, papers: Mapping[str, Papers]) -> AuditPhase:
    """Where an audit stands, by all papers that are known."""
    if audit.answer is not None:
        return "answered"
    asker = audit.key.asker
    if not _approved(line, audit.key, audit.asks, asker, papers):
        return "not asked"
    return "agreed" if _approved(line, audit.key, audit.agreements, line.other(asker), papers) else "asked"


def signers(line: Line, key: Key, word: Word, party: str, papers: Mapping[str, Papers]) -> frozenset[bytes]:
    """The keys of a party's officers that count under what it said to a question."""
    of, ref = papers.get(party, Papers()), word.at.ref
    if certificate.void(ref.origin, ref.n, of):
        return frozenset()
    subject = entries.subject(entries.text(line.id, key.asker, key.question))
    return approval.approvers(subject, word.approvals, ref.origin, ref.n, of)


def event(before: AuditPhase, after: AuditPhase) -> AuditEvent | None:
    """What the table calls a step; the first that leads there, None where nothing does."""
    return next((each for each, to in AUDIT[before].items() if after in to), None)


def _approved(
    line: Line, key: Key, words: tuple[Word, ...], party: str, papers: Mapping[str, Papers]
) -> bool:
    return any(len(signers(line, key, each, party, papers)) >= approval.NEEDED for each in words)
