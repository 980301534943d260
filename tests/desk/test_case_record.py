"""What a record tells of a case: which entries are of it, in which order, and what is known to be missing."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.agreed import FIRST, terms_of
from tests.desk.cased import CASE, NOTICES, Chain, Chained, Two, fold
from tests.desk.line import ONE, Talk
from tests.desk.line import TWO as OFFICER_TWO
from tests.ledger.two import LINE, A, B, origin, papers
from wideberth.desk import agreement_commands, case_record, cases, notices
from wideberth.desk.case_entries import Accepted, Lapsed, Opened, Ref, Retracted
from wideberth.desk.case_record import Told
from wideberth.ledger import feed, ids, order
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Origin

OF = tuple(NOTICES.values())
THIRD = "n-" + ids.base32(bytes(16))
OTHER = ids.case(LINE.id, OF[0], THIRD)


def entered(name: str, value: Any) -> Entry:
    return feed.append(feed.Head(origin(A)), feed.Written(name, 1, {}, 1), value, bytes(16)).entry


def bare(entry: Entry) -> Entry:
    return structs.replace(entry, salt=b"", body=b"")


@pytest.mark.parametrize(
    ("value", "mine"),
    [
        ({"case": CASE}, True),
        ({"case": OTHER, "notices": [OF[0], THIRD]}, False),
        ({"notice": OF[1], "version": 3}, True),
        ({"notice": THIRD, "version": 3}, False),
        ({"notices": [{"notice": THIRD, "version": 1}, {"notice": OF[0], "version": 2}]}, True),
        ({"notices": [THIRD, OF[0]]}, True),
        ({"notices": [{"notice": THIRD, "version": 1}, 7, None]}, False),
        ({"notices": OF[0], "notice": [OF[0]]}, False),
        ({}, False),
    ],
)
def test_which_entries_concern_a_case(value: Any, mine: bool) -> None:
    made = entered("some.word", value)
    assert case_record.concerns(made, CASE, OF) is mine
    assert not case_record.concerns(bare(made), CASE, OF)
    assert not case_record.concerns(structs.replace(made, body=b"{"), CASE, OF)


def test_an_answer_that_an_entry_of_the_case_is_not_understood_is_of_it() -> None:
    told = Two()
    of = told.chains["a"].chain[0].ref
    ranges: list[Any] = [
        {"n": of.n, "origin": of.origin.text, "to": of.n, "why": "type"},
        {"n": 0, "origin": "nowhere", "to": 2**50, "why": "type"},
        {"n": "0", "origin": of.origin.text},
    ]
    mine = told.chains["b"].enter("unable", {"entries": ranges}, told.chains["a"].chain)
    other = told.chains["b"].enter("unable", {"entries": [{**ranges[0], "n": 90, "to": 2**50}]}, [])
    nothing = told.chains["b"].enter("unable", {"entries": 7}, [])
    found = case_record.of_case([each.entry for each in all_of(told)], CASE, OF)
    assert mine.ref in found and other.ref not in found and nothing.ref not in found
    assert len(list(case_record.unable(other.entry))) == case_record.MOST + 1
    assert list(case_record.unable(bare(mine.entry))) == []
    assert list(case_record.unable(mine.entry)) == [(of, "type")]


def all_of(told: Two) -> list[Chained]:
    return [each for chain in told.chains.values() for each in chain.chain]


def tell(entries: list[Entry], since: dict[Origin, int] | None) -> Told:
    return case_record.tell(LINE, CASE, entries, since)


def test_a_case_that_is_accepted_and_final() -> None:
    told = Two()
    a, b = told.chains.values()
    made = a.say(a.proposal(), b.chain)
    b.say(Accepted(CASE, made.ref), a.chain)
    a.enter("test.said", {}, b.chain)
    entries = [each.entry for each in all_of(told)]
    found = tell(entries, {})
    assert (found.phase, found.whole, found.notices) == ("final", True, OF)
    assert found.case == fold(entries).cases[CASE]
    assert [each.phase for each in found.steps] == [
        None,
        None,
        "open",
        "open",
        "proposed",
        "accepted",
        "final",
    ]
    # the header of the last one is enough
    again = tell([bare(each) if each.header.type == "test.said" else each for each in entries], {})
    assert [each[1:] for each in again.steps] == [each[1:] for each in found.steps]
    assert (again.others, again.hidden) == (1, ())
    # without any order, that it is final shows too, if the entry is there
    assert tell(entries, None).phase == "final" and not tell(entries, None).whole


def test_what_is_missing_is_told() -> None:
    told = Two()
    a, b = told.chains.values()
    made = a.say(a.proposal(), b.chain)
    b.say(Accepted(CASE, made.ref), a.chain)
    entries = [each.entry for each in all_of(told)]
    stripped = tell([bare(each) if each.header.type == "case.proposal" else each for each in entries], {})
    assert stripped.holes == (made.ref,) and not stripped.whole
    assert [each.type for each in stripped.hidden] == ["case.proposal"]
    gone = tell([each for each in entries if each is not made.entry], {})
    assert [each.type for each in gone.waiting] == ["case.accept"] and not gone.whole
    nothing = tell([bare(each) for each in entries], {})
    assert (nothing.case, nothing.phase, nothing.notices, nothing.steps) == (None, None, None, ())


def test_what_names_a_proposal_that_is_none_is_a_hole_once() -> None:
    told = Two()
    a, b = told.chains.values()
    ref = Ref(origin(A), 0)
    b.say(Accepted(CASE, ref), a.chain)
    b.say(Accepted(CASE, ref), a.chain)
    a.say(Lapsed(CASE, Ref(origin(A), 99)), b.chain)
    a.enter("case.accept", {"case": CASE, "proposal": 7}, b.chain)
    found = tell([each.entry for each in all_of(told)], {})
    assert sorted(each.n for each in found.holes) == [0, 99]
    assert found.steps[-1].entry.header.type == "case.accept"  # shown as what it is; nothing of it counts


Moves = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["other", "propose", "accept", "retract", "version", "open"]),
        st.booleans(),
    ),
    max_size=14,
)


def history(moves: list[tuple[str, str, bool]], before: int) -> list[Entry]:
    """Entries of two honest authors, each with what it has seen; before the case some that are of no case."""
    told = Two()
    chains = {"a": Chain(A, B), "b": Chain(B, A)}
    for k in range(before):
        mine, other = chains["ab"[k % 2]], chains["ba"[k % 2]]
        mine.enter("test.said", {}, other.chain if k % 3 else [], "urgent" if k % 5 == 4 else "main")
    told.chains = chains
    a, b = chains["a"], chains["b"]
    a.notice(b.chain)
    b.notice(a.chain)
    for who, what, sees in moves:
        mine, other = chains[who], chains[told.other(who)]
        seen = other.chain if sees else []
        offered = [each.ref for each in other.chain if each.entry.header.type == "case.proposal"]
        own = [each.ref for each in mine.chain if each.entry.header.type == "case.proposal"]
        if what == "open":
            mine.say(Opened(CASE, (OF[0], OF[1]), "close"), seen)
        elif what == "propose":
            mine.say(mine.proposal(), seen)
        elif what == "accept" and offered:
            mine.say(Accepted(CASE, offered[-1]), seen)
        elif what == "retract" and own:
            mine.say(Retracted(CASE, own[-1]), seen, "urgent")
        elif what == "version":
            mine.notice(seen)
        else:
            mine.enter("test.said", {}, seen)
    return [each.entry for each in all_of(told)]


def places(found: Told) -> list[tuple[Origin, int, bool, object]]:
    return [(each.entry.header.origin, each.entry.header.n, *each[1:]) for each in found.steps]


@settings(max_examples=80, deadline=None)
@given(Moves, st.integers(0, 9), st.randoms(use_true_random=False))
def test_a_record_from_where_the_case_begins_tells_what_all_of_the_line_tells(
    moves: list[tuple[str, str, bool]], before: int, chance: random.Random
) -> None:
    entries = history([("a", "open", True), *moves], before)
    whole = tell(entries, {})
    mine = case_record.of_case(entries, CASE, OF)
    placed = order.place(LINE, entries)
    first = next(i for i, each in enumerate(placed) if where(each.entry) in mine)
    since = dict(order.beginning(placed[:first]).sizes)
    kept = [
        each if where(each) in mine else bare(each)
        for each in entries
        if each.header.n >= since.get(each.header.origin, 0) - 1
    ]
    chance.shuffle(kept)
    found = tell(kept, since)
    assert (found.case, found.phase, places(found)) == (whole.case, whole.phase, places(whole))
    assert found.waiting == () and found.whole
    assert found.others == len(
        [each for each in kept if not each.body and each.header.n >= since.get(each.header.origin, 0)]
    )


def where(entry: Entry) -> Ref:
    return Ref(entry.header.origin, entry.header.n)


@settings(max_examples=80, deadline=None)
@given(Moves, st.randoms(use_true_random=False))
def test_without_headers_each_entry_is_told_after_what_its_author_knew(
    moves: list[tuple[str, str, bool]], chance: random.Random
) -> None:
    entries = [each for each in history([("a", "open", True), *moves], 3) if each.header.type != "test.said"]
    found = tell(entries, None)
    chance.shuffle(entries)
    assert places(tell(entries, None)) == places(found)
    assert len(found.steps) == len(entries) and not found.whole
    seen: dict[Origin, int] = {}
    for step in found.steps:
        header = step.entry.header
        assert all(
            seen.get(other, -1)
            >= max(
                (e.header.n for e in entries if e.header.origin == other and e.header.n < size), default=-1
            )
            for other, size in header.folded.items()
        )
        seen[header.origin] = header.n


def test_entries_that_fold_each_other_are_placed_nowhere() -> None:
    """Nobody honest writes them; they are told as not placed."""
    one, other = origin(A), origin(B)
    made = [
        feed.append(feed.Head(of), feed.Written("case.closed", 1, {to: 1}, 1), {}, bytes(16)).entry
        for of, to in ((one, other), (other, one))
    ]
    assert len(tell(made, None).waiting) == 2


def test_a_record_that_says_to_begin_elsewhere_is_not_whole() -> None:
    """After a retraction, so that nobody sees it: then its proposal stands before, or nothing fits."""
    told = Two()
    a, b = told.chains.values()
    made = a.say(a.proposal(), b.chain)
    late = a.say(Retracted(CASE, made.ref), b.chain, "urgent")
    a.enter("test.said", {}, b.chain, "urgent")
    b.say(Accepted(CASE, made.ref), a.chain[:-2])
    entries = [each.entry for each in all_of(told)]
    assert tell(entries, {}).whole
    urgent = late.ref.origin
    without = [each for each in entries if each.header.origin != urgent or each.header.n > 0]
    hidden = tell(without, {urgent: 2})
    assert [each.n for each in hidden.waiting if each.origin == urgent] == [1] and not hidden.whole
    early = tell(without, {urgent: 2, origin(A): 3, origin(B): 2})
    assert made.ref in [Ref(each.origin, each.n) for each in early.waiting] and not early.whole


def test_both_notices_are_needed() -> None:
    told = Two()
    entries = [each.entry for each in all_of(told)]
    gone = [
        bare(each) if each.header.type == "notice" and each.header.origin == origin(A) else each
        for each in entries
    ]
    assert tell(entries, {}).whole and not tell(gone, {}).whole


def test_what_is_no_body_stops_no_fold() -> None:
    """A peer can sign anything: it is kept, answered, and counts for nothing."""
    told = Two()
    a, b = told.chains.values()
    for name in ("notice", "checked", "case.accept", "case.later"):
        made = a.enter(name, {}, b.chain)
        a.chain[-1] = made._replace(entry=structs.replace(made.entry, body=b'{"case": "'))
    entries = [each.entry for each in all_of(told)]
    assert cases.phase(fold(entries), fold(entries).cases[CASE]) == "open"
    placed = order.place(LINE, entries)
    assert len(order.fold(placed, notices.evolve, notices.State(LINE)).notices) <= 2


def test_terms_are_in_force_by_the_entries_that_are_there() -> None:
    talk = Talk()
    talk.officers(A, B)
    for said in agreement_commands.propose(talk.state, FIRST, terms_of):
        talk.say(A, said)
    for party in (A, B):
        talk.sign(party, ONE, OFFICER_TWO)
    held = {A.name: papers(A), B.name: papers(B)}
    kept = talk.entries
    assert [force.version.data for force in case_record.agreed(LINE, held, kept, terms_of).held] == [FIRST]
    signed = [each for each in kept if each.header.type != "agreement.signed"]
    assert case_record.agreed(LINE, held, signed, terms_of).held == []
    assert case_record.agreed(LINE, held, [bare(each) for each in kept], terms_of).held == []


def test_cases_pass_over_entries_without_what_they_say() -> None:
    told = Two()
    entries = [bare(each.entry) for each in all_of(told)]
    assert len(fold(entries).cases) == 0 and cases.NOTICE == "notice"
