from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from hypothesis import assume, settings
from hypothesis import given as tried
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.amount import amount
from tests.blind.two_sides import (
    PUBLIC,
    ROLES,
    SEEDS,
    SESSION,
    Leaf,
    Leaves,
    Run,
    agreed,
    cell,
    given,
    judge,
    play,
    signed,
)
from wideberth.blind import check, group, messages, proof, psi
from wideberth.blind.messages import Commit, Evaluated, Masked, Message, Result, Stopped
from wideberth.blind.rules import Role
from wideberth.blind.transcript import Report, verify
from wideberth.blind.transcript_read import STEPS, joined, parted
from wideberth.ledger import keys

A: list[Leaf] = [(0, 0, 0, 0), (3, 3, 3, 3), (9, 9, 9, 9), (20, 20, 20, 20)]
B: list[Leaf] = [(0, 0, 0, 0), (3, 3, 3, 2), (9, 9, 9, 11), (28, 20, 4, 20)]
APART: list[Leaf] = [(0, 0, 0, 1), (3, 3, 3, 0), (28, 20, 4, 20)]
TERMS, COUNTED = agreed(), agreed("count")
SIZES: Final = {
    "C": "session 16 round 1 role 1 level 1 n 4 key 32 masked 32 plans 32 proof 64 rules 32 from 8 "
    "signature 64",
    "M": "session 16 round 1 role 1",
    "E": "session 16 round 1 role 1 count 2 proofs 64",
    "R": "session 16 round 1 role 1 matches 32 m 4 bits 1 signature 64",
}
"""The fields of each message, as docs/blind.md has them; what is left are elements."""


@pytest.fixture(scope="module")
def run() -> Run:
    return play(TERMS, Leaves(A, TERMS), Leaves(B, TERMS))


@pytest.fixture(scope="module")
def counted() -> Run:
    return play(COUNTED, Leaves(A, COUNTED), Leaves(B, COUNTED))


def fails(report: Report) -> tuple[str, int | None, str | None]:
    """The code, round and side."""
    assert report.failed is not None
    assert (report.outcome, report.why) == ("not clear", report.failed.code)
    assert STEPS[report.failed.step - 1] == report.failed.code
    assert not report.anchored
    return report.failed.code, report.failed.round, report.failed.role


def changed(run: Run, kind: type, role: Role, number: int, by: Callable[[Message], Message]) -> list[bytes]:
    """The transcript with one message made anew; a signature of that side is made anew too."""
    sent = list(run.sent)
    (at,) = [
        k
        for k, each in enumerate(sent)
        if type(each) is kind and each.role == role and getattr(each, "round", 0) == number
    ]
    made = by(sent[at])
    sent[at] = signed(made) if isinstance(made, Commit | Result) else made
    return list(map(messages.write, sent))


# what holds


def test_an_honest_run_holds(run: Run) -> None:
    report = judge(run)
    assert (report.outcome, report.why, report.failed) == ("matched", "", None)
    assert report.anchored and report.proven
    assert (report.session, report.from_ms, report.rules) == (SESSION, 1_000, TERMS.sha256)
    assert [(each.round, each.level, each.sizes) for each in report.rounds] == [
        (0, 12, (64, 64)),
        (1, 16, (64, 64)),
        (2, 20, (64, 64)),
    ]
    # the first level has one cell around two of them; at the floor one is left
    assert [(each.matches, each.final) for each in report.rounds] == [(2, 0), (2, 0), (1, 0)]
    codes = "signature", "signature", "rules", "commit", "plans", "key", "masked", "evaluated", "result"
    every = tuple((each, role) for each in codes for role in ROLES)
    assert [each.steps for each in report.rounds] == [every] * 3


def test_the_order_of_messages_and_their_number_do_not_matter(run: Run) -> None:
    assert judge(run, [*reversed(run.wire), *run.wire]) == judge(run)
    assert parted(joined(run.wire)) == run.wire
    assert judge(run, parted(joined(run.wire))) == judge(run)


def test_a_run_that_counts_holds_and_is_not_proven(counted: Run) -> None:
    report = judge(counted)
    assert (report.outcome, report.failed, report.proven) == ("matched", None, False)
    assert [(each.matches, each.level) for each in report.rounds] == [(1, 20)]


def test_proofs_are_missed_where_mode_count_is_not_agreed(counted: Run) -> None:
    asked = given(COUNTED)._replace(counted=False)
    assert fails(verify(counted.wire, asked)) == ("evaluated", 0, "a")


def test_proofs_are_refused_where_mode_count_is_agreed(run: Run) -> None:
    assert fails(verify(run.wire, given(TERMS)._replace(counted=True)))[0] == "evaluated"


def test_without_the_levels_nothing_is_clear_and_without_the_rules_nothing_is_anchored(run: Run) -> None:
    clear = play(TERMS, Leaves(A, TERMS), Leaves(APART, TERMS))
    assert judge(clear).outcome == "clear"
    for each in (run, clear):
        report = verify(each.wire, given(TERMS)._replace(levels=None))
        assert (report.outcome, report.why, report.failed, report.anchored) == (
            "not clear",
            "levels",
            None,
            True,
        )
        report = verify(each.wire, given(TERMS)._replace(rules=None))
        assert report.outcome != "not clear" and not report.anchored


def test_nothing_is_no_run() -> None:
    report = verify([], given(TERMS))
    assert (report.outcome, report.why, report.failed) == ("not clear", "unfinished", None)
    assert (report.session, report.from_ms, report.anchored) == (b"", None, False)


leaf = st.tuples(*[st.sampled_from([0, 1, 2, 4, 9, 31])] * 4)


@settings(max_examples=amount(40, 6))
@tried(a=st.lists(leaf, max_size=8), b=st.lists(leaf, max_size=8), odd=st.booleans(), count=st.booleans())
def test_it_comes_to_what_both_sides_came_to(a: list[Leaf], b: list[Leaf], odd: bool, count: bool) -> None:
    terms = COUNTED if count else TERMS

    def full(term: bytes) -> bool:
        return term[10] % 2 == odd

    run = play(terms, Leaves(a, terms, full), Leaves(b, terms, full))
    report = judge(run)
    for each in run.verdicts.values():
        assert each is not None
        assert (report.outcome, report.why) == (each.outcome, each.why)
    if not count:
        (one, other) = run.verdicts.values()
        assert one is not None and other is not None
        found = sum(each.final for each in report.rounds[:-1]) + (report.rounds[-1].matches or 0)
        assert found == len(one.matches) == len(other.matches)


def test_sets_larger_than_the_least_hold() -> None:
    leaves: list[Leaf] = [(x * 4, y * 4, 0, 0) for x in range(8) for y in range(8)]
    run = play(TERMS, Leaves(leaves, TERMS), Leaves(leaves[:70], TERMS))
    report = judge(run)
    assert report.outcome == "matched" and report.rounds[0].sizes == (72, 72)


def rechunked(run: Run, chunk: int) -> list[Message]:
    """The same run, with proofs about fewer elements each."""
    sent: list[Message] = []
    for each in run.sent:
        if isinstance(each, Evaluated):
            other: Role = "b" if each.role == "a" else "a"
            masked = run.one(Masked, other, each.round).points
            secret = psi.secret(SEEDS[each.role], SESSION, each.role, each.round)
            whole = hashlib.sha512(masked + each.points).digest()
            context = psi.context(SESSION, each.round) + each.role.encode()
            proofs = [
                proof.prove(
                    secret,
                    psi.public(secret),
                    masked[at : at + 32 * chunk],
                    each.points[at : at + 32 * chunk],
                    context + j.to_bytes(2, "big") + whole,
                )
                for j, at in enumerate(range(0, len(masked), 32 * chunk))
            ]
            sent.append(replace(each, proofs=b"".join(proofs)))
        else:
            sent.append(each)
    return sent


def test_chunks_of_other_sizes(run: Run) -> None:
    for chunk in (63, 25, 64):
        sent = rechunked(run, chunk)
        wire = list(map(messages.write, sent))
        assert verify(wire, given(TERMS, chunk)).outcome == "matched"
        other = verify(wire, given(TERMS))
        assert (other.failed is None) == (chunk == 64)
    cut = run._replace(sent=tuple(rechunked(run, 25)))

    def swap(each: Message) -> Message:
        assert isinstance(each, Evaluated)
        return replace(each, proofs=each.proofs[64:128] + each.proofs[:64] + each.proofs[128:])

    wire = changed(cut, Evaluated, "b", 1, swap)
    assert fails(verify(wire, given(TERMS, 25))) == ("evaluated", 1, "b")


# what does not: one byte


def places(run: Run, kind: str) -> Iterator[tuple[str, int, int]]:
    """(field, message, byte) of every field of the messages of a kind: its first and last byte."""
    for number, data in enumerate(run.wire):
        if data[19:20] == kind.encode():
            at = 20
            words = SIZES[kind].split()
            for name, size in zip(words[::2], map(int, words[1::2]), strict=True):
                yield from ((name, number, at), (name, number, at + size - 1))
                at += size
            yield from (
                ("end", number, k) for k in {at, (at + len(data)) // 2 // 32 * 32 + 11} if k < len(data)
            )


def altered(run: Run, number: int, at: int, value: int) -> list[bytes]:
    wire = run.wire
    wire[number] = wire[number][:at] + bytes([value]) + wire[number][at + 1 :]
    return wire


EXPECTED: Final = {
    ("C", "session"): "session",
    ("C", "round"): "changed order",
    ("C", "role"): "changed message",
    ("C", "n"): "message signature",
    ("M", "session"): "session",
    ("M", "round"): "changed order",
    ("M", "role"): "changed message",
    ("M", "end"): "masked",
    ("E", "session"): "session",
    ("E", "round"): "changed order",
    ("E", "role"): "changed message",
    ("E", "count"): "message evaluated",
    ("E", "proofs"): "evaluated",
    ("E", "end"): "evaluated",
    ("R", "session"): "session",
    ("R", "round"): "changed order",
    ("R", "role"): "changed message",
    ("R", "m"): "message signature",
    ("R", "bits"): "message signature",
}
"""The codes for a byte of a field; of all others of COMMIT and RESULT: `signature`."""


@pytest.mark.parametrize("kind", ["C", "M", "E", "R"])
def test_each_field_that_is_altered_is_found(run: Run, kind: str) -> None:
    tried = 0
    for name, number, at in places(run, kind):
        if number >= 8 and name not in ("round", "role"):
            continue  # the first round; the others are the same
        for value in {run.wire[number][at] ^ 1, run.wire[number][at] ^ 0x80}:
            code, *_ = fails(judge(run, altered(run, number, at, value)))
            assert code in EXPECTED.get((kind, name), "signature").split(), (kind, name)
            tried += 1
    assert tried >= 2 * len(SIZES[kind].split()) // 2


@settings(max_examples=amount(400, 60))
@tried(data=st.data())
def test_no_altered_byte_of_any_message_is_taken(run: Run, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(run.wire) - 1))
    at = data.draw(st.integers(0, len(run.wire[number]) - 1))
    value = data.draw(st.integers(0, 255))
    assume(value != run.wire[number][at])
    assert judge(run, altered(run, number, at, value)).failed is not None


@settings(max_examples=amount(200, 40))
@tried(data=st.data())
def test_no_altered_byte_is_taken_in_a_run_that_counts(counted: Run, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(counted.wire) - 1))
    at = data.draw(st.integers(0, len(counted.wire[number]) - 1))
    assume(not (counted.wire[number][19:20] == b"E" and at >= 40))  # nothing proves these: docs/blind.md
    value = data.draw(st.integers(0, 255))
    assume(value != counted.wire[number][at])
    assert judge(counted, altered(counted, number, at, value)).failed is not None


@settings(max_examples=amount(200, 40))
@tried(data=st.data())
def test_no_cut_or_longer_message_is_taken(run: Run, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(run.wire) - 1))
    wire = run.wire
    more = data.draw(st.binary(min_size=1, max_size=70))
    size = len(wire[number])
    wire[number] = data.draw(
        st.one_of(
            st.integers(0, size - 1).map(lambda end: run.wire[number][:end]), st.just(wire[number] + more)
        )
    )
    assert judge(run, wire).failed is not None


@settings(max_examples=amount(300, 60))
@tried(data=st.binary(max_size=300))
def test_other_bytes_are_no_message(data: bytes) -> None:
    for each in (
        data,
        *(b"wideberth/blind/v1\n" + kind + data for kind in (b"C", b"M", b"E", b"R", b"S", b"T")),
    ):
        report = verify([each], given(TERMS))
        assert report.outcome == "not clear"
    assert verify(parted(data), given(TERMS)).outcome == "not clear"


# what does not: whole messages


def test_a_message_that_is_missing(run: Run) -> None:
    for number, each in enumerate(run.sent):
        wire = run.wire
        del wire[number]
        report = judge(run, wire)
        assert report.outcome == "not clear"
        last = isinstance(each, Result) and each.round == 2
        assert (report.why, report.failed is None) == (("unfinished", True) if last else ("order", False))


def test_a_run_that_ends_early_is_unfinished(run: Run) -> None:
    for end in range(len(run.sent)):
        report = judge(run, run.wire[:end])
        assert (report.outcome, report.why, report.failed) == ("not clear", "unfinished", None)
    two = given(TERMS)._replace(levels=(12, 16))
    assert fails(verify(run.wire, two)) == ("commit", 2, "a")
    longer = given(TERMS)._replace(levels=(12, 16, 20, 24))
    assert verify(run.wire, longer).why == "unfinished"


def test_a_run_that_was_stopped_is_not_clear(run: Run) -> None:
    stopped = messages.write(Stopped(SESSION, "b", "budget"))
    for wire in ([*run.wire[:10], stopped], [*run.wire, stopped]):
        report = judge(run, wire)
        assert (report.outcome, report.why, report.failed) == ("not clear", "budget", None)
    other = messages.write(Stopped(SESSION, "b", "timeout"))
    assert fails(judge(run, [*run.wire, stopped, other])) == ("changed", 0, "b")
    unfit = messages.write(Stopped(SESSION, "b", "a"))[:-1]
    assert fails(judge(run, [*run.wire, unfit]))[0] == "message"


def test_messages_of_another_session(run: Run) -> None:
    other = play(TERMS, Leaves(A, TERMS), Leaves(B, TERMS), bytes(16))
    for number in range(len(run.sent)):
        wire = run.wire
        wire[number] = other.wire[number]
        assert fails(judge(run, wire))[0] == "session"


def test_signed_by_somebody_else(run: Run) -> None:
    swapped = given(TERMS)._replace(keys={"a": PUBLIC["b"], "b": PUBLIC["a"]})
    assert fails(verify(run.wire, swapped)) == ("signature", 0, "a")
    one = given(TERMS)._replace(keys={"a": PUBLIC["a"], "b": keys.public(b"3" * 32)})
    assert fails(verify(run.wire, one)) == ("signature", 0, "b")


def test_other_terms_than_those_given(run: Run) -> None:
    assert fails(verify(run.wire, given(TERMS)._replace(rules=bytes(32)))) == ("rules", 0, "a")


# what does not: a side that signs what is not so


def commit(**more: object) -> Callable[[Message], Message]:
    def made(each: Message) -> Message:
        assert isinstance(each, Commit)
        return replace(each, **more)

    return made


def test_commitments_that_do_not_fit(run: Run) -> None:
    first = run.one(Commit, "b", 0)
    for number, more, code in (
        (1, {"rules": bytes(32)}, "rules"),
        (0, {"from_ms": 999}, "rules"),
        (1, {"level": 20}, "commit"),
        (1, {"level": 12}, "commit"),
        (0, {"n": 65}, "commit"),
        (0, {"n": 63}, "commit"),
        (0, {"n": 72}, "masked"),
        (1, {"n": 72}, "commit"),
        (1, {"plans": bytes(32)}, "plans"),
        (0, {"plans": run.one(Commit, "a", 0).plans}, "plans"),
        (1, {"key": first.key, "proof": first.proof}, "key"),
        (1, {"key": run.one(Commit, "a", 0).key}, "key"),
        (1, {"proof": first.proof}, "key"),
        (1, {"proof": b"\xff" * 64}, "key"),
        (1, {"key": group.IDENTITY, "proof": bytes(64)}, "key"),
        (1, {"key": b"\x01" * 32}, "key"),
        (1, {"masked": bytes(32)}, "masked"),
    ):
        report = judge(run, changed(run, Commit, "b", number, commit(**more)))
        found, where, _ = fails(report)
        assert found == code, (more, report.failed)
        assert where == (0 if code in ("rules", "plans", "key") and where == 0 else number)


def test_levels_are_the_same_for_both_and_go_down(run: Run) -> None:
    asked = given(TERMS)._replace(levels=None)
    wire = changed(run, Commit, "b", 0, commit(level=8))
    assert fails(verify(wire, asked))[:2] == ("commit", 0)
    wire = changed(run, Commit, "b", 1, commit(level=12))
    both = changed(run._replace(sent=tuple(map(messages.read, wire))), Commit, "a", 1, commit(level=12))
    assert fails(verify(both, asked))[:2] == ("commit", 1)


def with_set(run: Run, points: bytes) -> list[bytes]:
    """Side b commits to these bytes in the first round, and shows them."""
    wire = changed(run, Commit, "b", 0, commit(masked=hashlib.sha256(points).digest()))
    again = run._replace(sent=tuple(map(messages.read, wire)))
    return changed(again, Masked, "b", 0, lambda each: replace(each, points=points))


def test_masked_sets_that_are_none(run: Run) -> None:
    mine = psi.split(run.one(Masked, "b", 0).points)
    for points in (
        [mine[1], mine[0], *mine[2:]],
        [mine[0], mine[0], *mine[2:]],
        [group.IDENTITY, *mine[1:]],
        [*mine[:-1], b"\xff" * 32],
        [b"\x01" + bytes(31), *mine[1:]],
        mine[1:],
    ):
        assert fails(judge(run, with_set(run, b"".join(points)))) == ("masked", 0, "b")
    # the other side's own: both have it, and the first is named
    assert fails(judge(run, with_set(run, run.one(Masked, "a", 0).points))) == ("masked", 0, "a")


def test_evaluations_that_are_not_so(run: Run) -> None:
    said = run.one(Evaluated, "b", 0)
    mine = psi.split(said.points)
    other = psi.split(run.one(Evaluated, "b", 1).points)
    for points in (
        [mine[1], mine[0], *mine[2:]],
        [*mine[:5], other[5], *mine[6:]],
        other,
        [*mine[:-1], group.IDENTITY],
        [*mine[:-1], b"\xff" * 32],
        mine[:-1],
        [*mine, mine[0]],
    ):
        wire = changed(run, Evaluated, "b", 0, lambda _each, p=points: replace(said, points=b"".join(p)))  # type: ignore[misc]  # the value of the loop is bound
        assert fails(judge(run, wire)) == ("evaluated", 0, "b")
    for proofs in (
        b"",
        said.proofs * 2,
        run.one(Evaluated, "b", 1).proofs,
        run.one(Evaluated, "a", 0).proofs,
        b"\xff" * 64,
        bytes(64),
    ):
        wire = changed(run, Evaluated, "b", 0, lambda _each, p=proofs: replace(said, proofs=p))  # type: ignore[misc]  # the value of the loop is bound
        assert fails(judge(run, wire)) == ("evaluated", 0, "b")


def test_an_evaluation_with_another_key_than_the_one_committed_to(run: Run) -> None:
    masked = run.one(Masked, "a", 0).points
    secret = psi.secret(b"X" * 32, SESSION, "b", 0)
    again = psi.evaluate(masked, secret)
    for key in (psi.public(secret), run.one(Commit, "b", 0).key):
        proofs = psi.prove(secret, key, masked, again, psi.proof_context(SESSION, 0, "b"))
        made = Evaluated(SESSION, 0, "b", proofs, again)
        assert fails(judge(run, changed(run, Evaluated, "b", 0, lambda _each, m=made: m))) == (  # type: ignore[misc]  # the value of the loop is bound
            "evaluated",
            0,
            "b",
        )


def test_evaluations_of_a_run_that_counts_are_sorted(counted: Run) -> None:
    said = counted.one(Evaluated, "a", 0)
    mine = psi.split(said.points)
    for points in ([mine[1], mine[0], *mine[2:]], [mine[0], mine[0], *mine[2:]], [*mine[:-1], b"\xff" * 32]):
        made = replace(said, points=b"".join(points))
        assert fails(judge(counted, changed(counted, Evaluated, "a", 0, lambda _each, m=made: m))) == (  # type: ignore[misc]  # the value of the loop is bound
            "evaluated",
            0,
            "a",
        )


def test_results_that_are_not_so(run: Run) -> None:
    said = run.one(Result, "b", 0)
    for more in (
        {"matches": bytes(32)},
        {"matches": run.one(Result, "b", 1).matches},
        {"matches": hashlib.sha256(check.MATCHES).digest(), "filled": ()},
        {"filled": said.filled[1:]},
        {"filled": (*said.filled, False)},
    ):
        made = replace(said, **more)
        assert fails(judge(run, changed(run, Result, "b", 0, lambda _each, m=made: m))) == ("result", 0, "b")  # type: ignore[misc]  # the value of the loop is bound


def test_a_round_without_the_sentinel_does_not_hold() -> None:
    """What both have left out is missed, whatever they sign."""
    other = play(TERMS, Leaves(A, TERMS), Leaves(B, TERMS))
    # the two sets of one side's keys in different rounds have nothing in common
    empty = hashlib.sha256(check.MATCHES).digest()
    context = psi.context(SESSION, 0)
    made: list[Message] = []
    sets: dict[Role, bytes] = {}
    for role in ROLES:
        secret = psi.secret(SEEDS[role], SESSION, role, 0)
        terms = psi.pads(SEEDS[role], SESSION, role, 0, 64)
        sets[role], _ = psi.mask(psi.points(terms, context), secret)
        said = replace(other.one(Commit, role, 0), masked=hashlib.sha256(sets[role]).digest())
        made += [signed(said), Masked(SESSION, 0, role, sets[role])]
    for role in ROLES:
        asked = sets["b" if role == "a" else "a"]
        secret = psi.secret(SEEDS[role], SESSION, role, 0)
        again = psi.evaluate(asked, secret)
        proofs = psi.prove(secret, psi.public(secret), asked, again, psi.proof_context(SESSION, 0, role))
        made += [Evaluated(SESSION, 0, role, proofs, again), signed(Result(SESSION, 0, role, empty, ()))]
    report = verify(map(messages.write, made), given(TERMS))
    assert fails(report) == ("result", 0, "a")
    assert report.failed is not None and "sentinel" in report.failed.words


def test_cells_that_both_fill_are_final() -> None:
    term = cell(A[2], 12)

    def full(each: bytes) -> bool:
        return each == term

    run = play(TERMS, Leaves(A, TERMS, full), Leaves(B, TERMS, full))
    assert [(each.matches, each.final) for each in judge(run).rounds] == [(2, 1), (2, 0), (1, 0)]
    alone = play(TERMS, Leaves(A, TERMS, full), Leaves(B, TERMS))
    assert not any(each.final for each in judge(alone).rounds)
