"""What a node may do about runs of the blind check, and their audits, as the agreed terms allow it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from wideberth.desk import blind_audit_entries as entries
from wideberth.desk import blind_audits, blind_fields, blind_runs, blinds
from wideberth.desk.blind_audit_entries import Agreed, Answered, Asked, Question
from wideberth.desk.blind_audits import Key, Word
from wideberth.desk.blind_runs import OPEN, Run
from wideberth.desk.blinds import State
from wideberth.desk.calls import At
from wideberth.errors import Refused
from wideberth.ledger import approval, ids
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.model.agreement import Blind

SLACK_MS = 5_000
"""So far apart two clocks may be (F3548)."""


class Begun(NamedTuple):
    """A run that may begin: its id, the 16 bytes of its session, and its horizon, POSIX ms."""

    id: str
    session: bytes
    from_ms: int
    until_ms: int


def begin(state: State, party: str, terms: Blind | None, now_ms: int, chance: bytes, spent: int) -> Begun:
    """The run that this party begins now.

    `chance`: 16 random bytes; `spent`: cells that this day of UTC has cost, which a node knows of its own
    record (desk.blind_kept); blinds.spent_cells is the most that it can be.
    Raises: Refused (`blind.none_agreed`, `blind.other_begins`, `blind.under_way`, `blind.not_yet`,
    `blind.spent`).
    """
    agreed = _agreed(terms)
    if blind_runs.role(state.line, party) != "a":
        raise Refused("blind.other_begins", "on this line the other party begins; accepted: answer its run")
    slot = now_ms - now_ms % agreed.every_ms
    for each in state.sorted():
        if blind_runs.phase(each) in OPEN:
            raise Refused("blind.under_way", f"run {each.id} has not ended; accepted: one after the other")
        if each.from_ms >= slot:
            raise _not_yet(each.from_ms, agreed)
    _check_spent(agreed, spent)
    return Begun(blind_fields.session_id(chance), chance, slot, slot + agreed.horizon_ms)


def join(state: State, party: str, terms: Blind | None, run: Run, now_ms: int, spent: int) -> Begun:
    """A run of the other party's, as this one may answer it. `spent`: as in `begin`.

    Raises: Refused (`blind.none_agreed`, `blind.over`, `blind.not_yet`, `blind.spent`).
    """
    agreed = _agreed(terms)
    if not blind_runs.is_open(run) or run.side(party).bound:
        raise Refused(
            "blind.over", f"run {run.id} is {blind_runs.phase(run)}; accepted: one that has just begun"
        )
    begun = run.from_ms
    begins, ends = begun - SLACK_MS, begun + agreed.every_ms + SLACK_MS
    if begun % agreed.every_ms or not begins <= now_ms < ends:
        every = f"each {agreed.every_ms // 1000:,} s from 1970 on, in its time"
        raise Refused("blind.not_yet", f"run {run.id} begins at {begun / 1000:.0f} s; accepted: {every}")
    for each in state.sorted():
        if each.id != run.id and each.side(party).bound and each.from_ms >= begun:
            raise _not_yet(each.from_ms, agreed)
    _check_spent(agreed, spent)
    session = run.sides[0].bound[0].commit.session
    return Begun(run.id, session, begun, begun + agreed.horizon_ms)


def overdue(run: Run, party: str, terms: Blind, now_ms: int) -> bool:
    """Whether a run has waited too long for the other side, by this party's clock and its own last entry."""
    last = max((at.at_ms for at in run.side(party).ats), default=None)
    return blind_runs.phase(run) in OPEN and last is not None and now_ms - last > terms.timeout_ms


def ask(
    state: State,
    party: str,
    terms: Blind | None,
    said: Asked,
    before: At,
    papers: Mapping[str, Papers],
    incidents: Collection[str],
) -> Asked:
    """A question of this party's officers.

    `before`: where it will stand, and when; `incidents`: ids of the cases and calls of the line.
    Raises: Refused (`blind.none_agreed`, `blind.unknown`, `blind.no_incident`, `blind.spent`,
    `blind.not_counted`, `blind.two`).
    """
    agreed, question = _agreed(terms), said.question
    run = state.runs.get(question.session)
    if run is None or question.round >= len(run.other(party).bound):
        words = "the other party has committed to no such set; accepted: a run and a round that are held"
        raise Refused("blind.unknown", words)
    if question.about.id not in incidents:
        words = f"no {question.about.kind} of this id is on this line; accepted: one that was opened"
        raise Refused("blind.no_incident", words)
    _check_audits(state, state.line.other(party), agreed, before.at_ms)
    _check_signed(state, Key(party, question), said.approvals, party, before, papers)
    return said


def agree(
    state: State,
    party: str,
    terms: Blind | None,
    said: Agreed,
    before: At,
    papers: Mapping[str, Papers],
) -> Agreed:
    """What this party's officers agree to. `before`: as in `ask`.

    Raises: Refused (`blind.none_agreed`, `blind.not_asked`, `blind.spent`, `blind.not_counted`, `blind.two`).
    """
    agreed = _agreed(terms)
    _check_asked(state, party, said.question, papers, ("asked",))
    _check_audits(state, party, agreed, before.at_ms)
    _check_signed(state, _key(state, party, said.question), said.approvals, party, before, papers)
    return said


def answer(state: State, party: str, said: Answered, papers: Mapping[str, Papers]) -> Answered:
    """What this party's node answers. Raises: Refused (`blind.not_asked`)."""
    _check_asked(state, party, said.question, papers, ("agreed",))
    return said


def _agreed(terms: Blind | None) -> Blind:
    if terms is None:
        words = "no blind check is agreed; accepted: terms with [blind], the same on both sides"
        raise Refused("blind.none_agreed", words)
    return terms


def _not_yet(begun: int, agreed: Blind) -> Refused:
    words = f"a run of this time, {begun / 1000:.0f} s, is there; accepted: the next one, "
    return Refused("blind.not_yet", f"{words}{agreed.every_ms // 1000:,} s later")


def _check_spent(agreed: Blind, spent: int) -> None:
    if spent >= agreed.cells_a_day:
        words = f"{spent:,} cells have matched today; accepted: fewer than {agreed.cells_a_day:,}, or a call"
        raise Refused("blind.spent", words)


def _check_audits(state: State, party: str, agreed: Blind, now_ms: int) -> None:
    spent = blinds.spent_audits(state, party, now_ms)
    if spent >= agreed.audits_a_day:
        words = (
            f"{spent:,} audits were agreed to today; accepted: fewer than {agreed.audits_a_day:,}, or a call"
        )
        raise Refused("blind.spent", words)


def _check_asked(
    state: State, party: str, question: Question, papers: Mapping[str, Papers], wanted: Sequence[str]
) -> None:
    run, key = state.runs.get(question.session), _key(state, party, question)
    audit = None if run is None else run.audits.get(key)
    now = "not asked" if audit is None else blind_audits.phase(state.line, audit, papers)
    if now not in wanted:
        words = f"this audit is {now}; accepted: one that is {' or '.join(wanted)}"
        raise Refused("blind.not_asked", words)


def _key(state: State, party: str, question: Question) -> Key:
    return Key(state.line.other(party), question)


def _check_signed(
    state: State,
    key: Key,
    approvals: Sequence[Approval],
    party: str,
    before: At,
    papers: Mapping[str, Papers],
) -> None:
    for each in approvals:
        if not blind_audits.signers(state.line, key, Word((each,), before), party, papers):
            raise Refused(
                "blind.not_counted",
                f"the signature of {ids.base32(each.key)} does not count; accepted: one over the text of "
                "this audit by an officer who is on the roster",
            )
    found = len({each.key for each in approvals})
    if found < approval.NEEDED or len(approvals) > entries.APPROVALS:
        words = f"{found} officers have signed; accepted: {approval.NEEDED} to {entries.APPROVALS}"
        raise Refused("blind.two", f"{words}, each by a key of their own")
