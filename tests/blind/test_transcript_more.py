from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.blind.test_transcript import TERMS, A, B, changed, commit, counted, fails, run
from tests.blind.two_sides import (
    SEEDS,
    SESSION,
    SIGNERS,
    Leaves,
    Run,
    cell,
    committed,
    given,
    judge,
    opening,
    play,
)
from wideberth.blind import check, messages, psi
from wideberth.blind.audit import audit_open, prove_term
from wideberth.blind.messages import Commit, Evaluated, Masked, Result
from wideberth.blind.transcript import verify
from wideberth.blind.transcript_proofs import evaluation_proven, scalars
from wideberth.ledger import keys

__all__ = ["counted", "run"]


def test_proofs_in_a_run_that_counts(counted: Run) -> None:
    said = counted.one(Evaluated, "a", 0)
    wire = changed(counted, Evaluated, "a", 0, lambda _each: replace(said, proofs=bytes(64)))
    assert fails(judge(counted, wire)) == ("evaluated", 0, "a")


def test_a_cell_that_both_filled_in_an_earlier_round_is_a_match() -> None:
    term = cell(A[2], 12)
    one, other = (Leaves([leaf], TERMS, lambda each: each == term) for leaf in (A[2], B[2]))
    found = play(TERMS, one, other)
    report = judge(found)
    assert report.outcome == "matched"
    assert [(each.matches, each.final) for each in report.rounds] == [(1, 1), (0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("kinds", "failing"),
    [
        ([(Commit, "b"), (Masked, "b")], "b"),
        ([(Commit, "a"), (Commit, "b"), (Masked, "b"), (Evaluated, "a")], "a"),
        ([(Commit, "a"), (Commit, "b"), (Masked, "a"), (Masked, "b"), (Evaluated, "b"), (Result, "a")], "a"),
        ([(Commit, "a"), (Commit, "b"), (Masked, "a"), (Masked, "b"), (Evaluated, "a"), (Result, "a")], "a"),
    ],
)
def test_what_was_said_before_it_was_due(run: Run, kinds: list[tuple[type, str]], failing: str) -> None:
    sent = [e for e in run.sent if (type(e), e.role) in kinds and getattr(e, "round", None) == 0]
    assert len(sent) == len(kinds)
    assert fails(judge(run, list(map(messages.write, sent)))) == ("order", 0, failing)


def test_a_key_that_is_proven_again(run: Run) -> None:
    secret = psi.secret(SEEDS["b"], SESSION, "b", 0)
    shown = psi.prove_key(secret, psi.context(SESSION, 1) + b"b")
    more = commit(key=psi.public(secret), proof=shown)
    assert fails(judge(run, changed(run, Commit, "b", 1, more))) == ("key", 0, "b")


def test_more_than_a_message_has_is_none_though_it_is_signed(run: Run) -> None:
    data = messages.write(run.one(Commit, "a", 0))
    result = run.one(Result, "a", 0)
    bits = messages.write(result)[:-64]
    odd = bits[:-1] + bytes([bits[-1] | 1])
    for said in (data[:-64] + b"x", messages.write(result)[:-64] + b"x", odd):
        made = said + keys.sign(SIGNERS["a"], check.SIGNED + said)
        assert fails(verify([made], given(TERMS)))[0] == "message"


def test_an_answer_to_an_audit_is_as_the_page_has_it() -> None:
    term = cell(A[0], 12)
    shown = prove_term(SEEDS["a"], SESSION, "a", 0, term)
    proof = scalars(shown.proof)
    assert proof is not None
    context = b"wideberth/blind/v1/" + SESSION + b"\0"
    point = psi.points([term], context)
    key = psi.public(psi.secret(SEEDS["a"], SESSION, "a", 0))
    assert evaluation_proven(key, point, shown.element, proof, context + b"a" + b"audit")


def test_a_commitment_to_another_level_is_found_by_an_arbiter() -> None:
    terms = [check.SENTINEL, cell(A[0], 12)]
    said, masked = committed(TERMS, "a", [*terms, *psi.pads(SEEDS["a"], SESSION, "a", 0, 62)])
    for level, differs in ((12, ()), (16, ("rules",))):
        (found,) = audit_open(
            [replace(said, level=level)], [masked], opening("a"), TERMS, Leaves(A[:1], TERMS), []
        )
        assert found.differs == differs
