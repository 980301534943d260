"""In force when two officers of each party signed the same bytes; every way in which it is not."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.agreed import FIRST, NUMBER, PARTIES, after, changed, read, terms_of
from tests.desk.line import ONE, THREE, TWO, Talk, certified, revoked, signed
from tests.ledger.two import LINE, A, B, Party, origin, seed
from wideberth.desk.agreement_entries import Ended, Proposed, Resumed, Said, Signed, Suspended
from wideberth.desk.agreements import (
    PARTS,
    State,
    Version,
    bound,
    evolve,
    named_by,
    not_signed,
    phase,
    standing,
    suspended_by,
)
from wideberth.desk.cutover import binding, merge
from wideberth.formats import agreement_draft
from wideberth.ledger import approval, entries, order, parts
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Origin
from wideberth.model import agreement as model
from wideberth.model.agreement import TRANSITIONS, Phase
from wideberth.model.agreement import Party as Named
from wideberth.model.separation import choose
from wideberth.space.units import NAUTICAL_MILE

SECOND = after(FIRST)
THIRD = after(SECOND, '"5NM"', '"6NM"')
BRANCH = after(FIRST, '"3NM"', '"4NM"')
OTHER = agreement_draft.draft(seed("other")[:16], "Other terms", PARTIES)


def proposed(data: bytes = FIRST) -> Proposed:
    return Proposed(terms_of(data).id, hashlib.sha256(data).digest(), data)


def agreed() -> Talk:
    """A line on which the first version is in force."""
    talk = Talk()
    talk.officers(A, B)
    talk.say(A, proposed())
    talk.sign(A, ONE, TWO)
    talk.sign(B, ONE, TWO)
    return talk


def in_force(talk: Talk) -> bytes | None:
    found = standing(talk.state).in_force
    return None if found is None else found.version.data


def told(talk: Talk) -> str:
    return "\n".join(standing(talk.state).told)


def test_in_force_with_the_last_signature_and_not_before() -> None:
    talk = Talk()
    talk.officers(A, B)
    talk.say(A, proposed())
    for party, name in ((A, ONE), (B, ONE), (A, TWO)):
        talk.sign(party, name)
        assert (in_force(talk), phase(talk.state, NUMBER)) == (None, "proposed")
    talk.sign(B, TWO)
    assert (in_force(talk), phase(talk.state, NUMBER)) == (FIRST, "in force")
    assert told(talk) == ""


def test_signatures_may_come_before_the_terms() -> None:
    talk = Talk()
    talk.officers(A, B)
    talk.sign(B, ONE, TWO)
    talk.sign(A, ONE, TWO)
    assert in_force(talk) is None
    talk.say(A, proposed())
    assert in_force(talk) == FIRST


def test_terms_in_parts() -> None:
    large = FIRST + b"# a long comment\n" * 4_000
    talk = Talk()
    talk.officers(A, B)
    pieces = parts.split(large)
    for piece in pieces:
        talk.say(A, piece)
    talk.say(A, structs.replace(proposed(large), terms=None))
    talk.sign(A, ONE, TWO, data=large)
    talk.sign(B, ONE, TWO, data=large)
    assert len(pieces) > 1 and in_force(talk) == large


def test_parts_that_are_missing_are_told_and_may_follow() -> None:
    large = FIRST + b"# a long comment\n" * 4_000
    talk = Talk()
    talk.officers(A)
    first, *rest = parts.split(large)
    talk.say(A, first)
    talk.say(A, structs.replace(proposed(large), terms=None))
    assert "ledger.parts_missing" in told(talk) and phase(talk.state, NUMBER) == "none"
    for piece in rest:
        talk.say(B, piece)
    talk.say(B, structs.replace(proposed(large), terms=None))
    assert phase(talk.state, NUMBER) == "none", "each author's parts are its own"
    for piece in rest:
        talk.say(A, piece)
    talk.say(A, structs.replace(proposed(large), terms=None))
    assert told(talk) == "" and phase(talk.state, NUMBER) == "proposed"


def test_parts_of_what_can_be_no_terms_are_not_gathered() -> None:
    talk = Talk()
    talk.say(A, Part(bytes(32), 0, PARTS + 1, b"x"))
    assert talk.state.parts == {}
    talk.say(A, Part(bytes(32), 0, PARTS, b"x"))
    assert set(talk.state.parts) == {(A.name, bytes(32))}


def test_nobody_can_spoil_the_parts_of_another() -> None:
    large = FIRST + b"# a long comment\n" * 4_000
    talk = Talk()
    pieces = parts.split(large)
    talk.say(B, structs.replace(pieces[0], data=b"x" * len(pieces[0].data)))
    for piece in pieces:
        talk.say(A, piece)
    talk.say(A, structs.replace(proposed(large), terms=None))
    assert phase(talk.state, NUMBER) == "proposed"


@pytest.mark.parametrize(
    ("sign", "why"),
    [
        (lambda talk: talk.sign(B, ONE), ""),
        (lambda talk: talk.sign(B, ONE, ONE), ""),
        (lambda talk: talk.sign(B, ONE, "stranger"), "does not count"),
        (lambda talk: talk.sign(B, ONE, "log"), "does not count"),
        # an officer of the other party, in an entry of this one
        (lambda talk: (talk.sign(B, ONE), talk.say(B, Signed(signed(A, THREE)))), "does not count"),
        # signatures over other bytes: of a letter more, of another id
        (lambda talk: talk.sign(B, ONE, TWO, data=changed("3NM", "2NM")), ""),
        (
            lambda talk: [
                talk.say(B, Signed(approval.sign(approval.agreement(bytes(16), FIRST), B.seed(name))))
                for name in (ONE, TWO)
            ],
            "",
        ),
        # a signature relabelled
        (
            lambda talk: [
                talk.say(B, Signed(structs.replace(signed(B, name, OTHER), subject=signed(B, name).subject)))
                for name in (ONE, TWO)
            ],
            "does not count",
        ),
        # one that is revoked where it signs
        (lambda talk: (talk.say(B, revoked(B, TWO, 0)), talk.sign(B, ONE, TWO)), "does not count"),
    ],
)
def test_what_does_not_bring_it_into_force(sign: object, why: str) -> None:
    talk = Talk()
    talk.officers(A, B)
    talk.say(B, certified(B, "log", "log"))
    talk.say(A, proposed())
    talk.sign(A, ONE, TWO)
    assert callable(sign)
    sign(talk)
    assert in_force(talk) is None
    assert why in told(talk)
    talk.sign(B, ONE, THREE)
    assert in_force(talk) == FIRST


def test_a_revocation_that_comes_late_counts_from_where_it_says() -> None:
    talk = agreed()
    at = talk.heads[origin(B)].size
    talk.say(B, revoked(B, ONE, at))
    assert in_force(talk) == FIRST
    talk.say(B, revoked(B, TWO, at - 1))
    assert in_force(talk) is None
    talk.sign(B, THREE)
    talk.sign(B, ONE)
    assert in_force(talk) == FIRST, "reaffirmed by a good key, beside the one that stands"


def test_papers_of_strangers_are_passed_over() -> None:
    talk = agreed()
    stranger = Party("stranger")
    before = talk.state.papers
    talk.say(A, certified(stranger, ONE))
    assert talk.state.papers == before


def test_the_next_version_replaces_the_one_that_it_names() -> None:
    talk = agreed()
    talk.say(B, proposed(SECOND))
    talk.sign(B, ONE, TWO, data=SECOND)
    assert in_force(talk) == FIRST
    talk.sign(A, ONE, TWO, data=SECOND)
    assert in_force(talk) == SECOND
    assert [force.version.data for force in standing(talk.state).held] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (THIRD, "it does not name the version in force"),
        (OTHER, "another agreement is in force"),
        (
            changed("version = 2", "version = 1\n#", SECOND).replace(b"previous", b"# previous"),
            "does not name",
        ),
    ],
)
def test_a_version_that_does_not_follow_is_ignored_and_told(data: bytes, why: str) -> None:
    talk = agreed()
    for party in (A, B):
        talk.say(party, proposed(data))
        talk.sign(party, ONE, TWO, THREE, data=data)
    assert in_force(talk) == FIRST
    assert told(talk).count(why) == 1


def test_an_ignored_version_stays_ignored() -> None:
    talk = agreed()
    for data in (THIRD, SECOND):
        talk.say(A, proposed(data))
        talk.sign(A, ONE, TWO, data=data)
        talk.sign(B, ONE, TWO, data=data)
    talk.say(B, proposed(THIRD))
    talk.sign(B, THREE, data=THIRD)
    assert in_force(talk) == SECOND


def test_of_two_versions_that_follow_the_one_that_all_sign_first_stands() -> None:
    talk = agreed()
    for data in (SECOND, BRANCH):
        talk.say(A, proposed(data))
        talk.sign(A, ONE, TWO, data=data)
    talk.sign(B, ONE, TWO, data=BRANCH)
    talk.sign(B, ONE, TWO, data=SECOND)
    assert in_force(talk) == BRANCH and "does not name" in told(talk)


def test_a_version_with_a_lower_number_does_not_follow() -> None:
    later = changed("version = 2", "version = 5", SECOND)
    lower = agreement_draft.following(read(later)).replace(b"version = 6", b"version = 4")
    talk = agreed()
    for data in (later, lower):
        talk.say(A, proposed(data))
        for party in (A, B):
            talk.sign(party, ONE, TWO, data=data)
    assert in_force(talk) == later and "version 4 does not follow version 5" in told(talk)


def test_terms_that_do_not_name_a_party_of_the_line() -> None:
    third = Named(PARTIES[0].name.replace("a", "b").replace("e", "f"), "Grey Seal")
    third = structs.replace(third, name=Party("third").name)
    data = agreement_draft.draft(NUMBER, "Elsewhere", (PARTIES[0], third))
    talk = Talk()
    talk.officers(A, B)
    talk.say(A, proposed(data))
    talk.sign(A, ONE, TWO, data=data)
    talk.sign(B, ONE, TWO, data=data)
    assert in_force(talk) is None and "a party of this line" in told(talk)


def test_terms_that_cannot_be_read_are_told() -> None:
    talk = Talk()
    data = changed("title =", "titel =")
    talk.say(A, Proposed(NUMBER, hashlib.sha256(data).digest(), data))
    talk.say(A, structs.replace(proposed(), agreement=bytes(16)))
    assert "terms.unknown_key" in told(talk) and "agreement.id" in told(talk)
    assert talk.state.versions == {}


def test_a_third_party_joins_where_nothing_is_in_force_yet() -> None:
    talk = Talk()
    talk.officers(A, B)
    talk.say(A, proposed(SECOND))
    talk.sign(A, ONE, TWO, data=SECOND)
    talk.sign(B, ONE, TWO, data=SECOND)
    assert in_force(talk) == SECOND


def test_suspension_binds_its_author_at_once_and_the_other_when_it_knows() -> None:
    talk = agreed()
    before = talk.seen
    talk.say(A, Suspended(NUMBER))
    found = standing(talk.state)
    assert phase(talk.state, NUMBER) == "suspended" and in_force(talk) == FIRST
    assert suspended_by(found, A.name, before) == suspended_by(found, B.name, talk.seen) == (A.name,)
    assert suspended_by(found, B.name, before) == ()
    talk.say(B, Suspended(NUMBER))
    talk.say(A, Suspended(NUMBER))
    assert suspended_by(standing(talk.state), A.name, talk.seen) == tuple(sorted((A.name, B.name)))
    talk.say(A, Resumed(NUMBER))
    assert phase(talk.state, NUMBER) == "suspended", "each takes back its own"
    talk.say(B, Resumed(NUMBER))
    assert (phase(talk.state, NUMBER), told(talk)) == ("in force", "")


def test_what_cannot_be_taken_back_is_told() -> None:
    talk = agreed()
    talk.say(A, Resumed(NUMBER))
    assert "nothing that this party has suspended" in told(talk)
    talk.say(A, Suspended(bytes(16)))
    assert "not in force" in told(talk)


def test_a_disputed_entry_takes_no_suspension_back() -> None:
    talk = agreed()
    talk.say(A, Suspended(NUMBER))
    talk.say(A, Resumed(NUMBER))
    state = talk.state
    (resumed,) = (each for each in state.events if isinstance(each.said, Resumed))
    events = tuple(each._replace(disputed=True) if each is resumed else each for each in state.events)
    disputed = structs.replace(state, events=events)
    assert phase(disputed, NUMBER) == "suspended"
    assert "disputed" in standing(disputed).told[-1]


def test_an_agreement_that_has_ended_does_not_come_back() -> None:
    talk = agreed()
    before = talk.seen
    talk.say(A, Suspended(NUMBER))
    talk.say(B, Ended(NUMBER))
    assert (in_force(talk), phase(talk.state, NUMBER)) == (None, "ended")
    found = standing(talk.state)
    assert found.suspended == {}
    assert named_by(found, B.name, before) is None, "its author is bound at once"
    known = named_by(found, A.name, before)
    assert known is not None and known.data == FIRST
    assert named_by(found, A.name, talk.seen) is None
    for party in (A, B):
        talk.sign(party, ONE, TWO, THREE)
        talk.say(party, proposed(SECOND))
        talk.sign(party, ONE, TWO, data=SECOND)
    assert in_force(talk) is None and "has ended" in told(talk)
    for party in (A, B):
        talk.say(party, proposed(OTHER))
        talk.sign(party, ONE, TWO, data=OTHER)
    assert in_force(talk) == OTHER


def test_where_two_versions_meet_the_larger_separation_holds() -> None:
    talk = agreed()
    nearer = after(FIRST, '"3NM"', '"1NM"').replace(b'level = "none"', b'level = "full"')
    before = talk.seen
    talk.say(A, proposed(nearer))
    talk.sign(A, ONE, TWO, data=nearer)
    talk.sign(B, ONE, TWO, data=nearer)
    found = standing(talk.state)
    met = bound(found, {A.name: before, B.name: talk.seen})
    assert met == merge(binding(terms_of(FIRST)), binding(terms_of(nearer)))
    assert choose(met.table, "a", "b").row.rules[0].h == 3 * NAUTICAL_MILE
    assert met.rules.disclosure == {"*": "none"}
    both = bound(found, {A.name: talk.seen, B.name: talk.seen})
    assert both == binding(terms_of(nearer))


def test_where_one_party_goes_by_none_nothing_is_shown_and_the_separation_holds() -> None:
    wide = changed('level = "none"', 'level = "full"').replace(b'"never"', b'"consent"')
    talk = Talk()
    talk.officers(A, B)
    talk.say(A, proposed(wide))
    for party in (A, B):
        talk.sign(party, ONE, TWO, data=wide)
    found = standing(talk.state)
    assert bound(found, {A.name: {}, B.name: {}}) is None
    alone = binding(terms_of(wide))
    assert bound(found, {A.name: talk.seen, B.name: talk.seen}) == alone
    met = bound(found, {A.name: {}, B.name: talk.seen})
    rules = structs.replace(alone.rules, disclosure={"*": "none"}, release=model.Release())
    assert met == structs.replace(alone, rules=rules) != alone


def test_a_party_names_the_new_version_once_it_has_all_signatures() -> None:
    talk = agreed()
    found = standing(talk.state)
    for left_out in (origin(A), origin(B)):
        seen = {**talk.seen, left_out: talk.seen[left_out] - 1}
        assert named_by(found, A.name, seen) is None
    named = named_by(found, A.name, talk.seen)
    assert named == Version(hashlib.sha256(FIRST).digest(), terms_of(FIRST), FIRST)


def test_what_the_page_must_show_of_the_others() -> None:
    three = structs.replace(terms_of(FIRST), parties=(*PARTIES, Named("c", "Grey Seal"), Named("d", "Owl")))
    assert not_signed(three, {A.name: True, B.name: True, "c": True, "d": True}) is None
    assert not_signed(three, {A.name: True, B.name: True, "c": False}) == (
        "NOT IN FORCE with Grey Seal: not signed by both; NOT KNOWN whether Owl signed: no line to them"
    )


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_state_is_a_function_of_the_set(chance: random.Random) -> None:
    talk = agreed()
    talk.say(A, proposed(SECOND))
    talk.sign(A, ONE, TWO, data=SECOND)
    talk.say(B, Suspended(NUMBER), blind=True)
    talk.sign(B, TWO, THREE, data=SECOND)
    shuffled = list(talk.entries)
    chance.shuffle(shuffled)
    state = order.fold(order.place(LINE, shuffled), evolve(terms_of), State(LINE))
    assert state == talk.state and standing(state) == standing(talk.state)
    assert phase(state, NUMBER) == "suspended"


said = st.sampled_from(
    [
        *(proposed(data) for data in (FIRST, SECOND, OTHER)),
        *((name, data) for name in (ONE, TWO) for data in (FIRST, SECOND)),
        Suspended(NUMBER),
        Resumed(NUMBER),
        Ended(NUMBER),
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((A, B)), said), max_size=24), st.booleans())
def test_nothing_happens_but_what_the_table_says(
    steps: list[tuple[Party, Said | tuple[str, bytes]]], begun: bool
) -> None:
    talk = agreed() if begun else Talk()
    if not begun:
        talk.officers(A, B)
    before: Phase = phase(talk.state, NUMBER)
    for party, each in steps:
        made = Signed(signed(party, *each)) if isinstance(each, tuple) else each
        talk.say(party, made)
        now = phase(talk.state, NUMBER)
        event = cast("model.Event", made.TYPE.split(".")[1])
        assert now == before or now in TRANSITIONS[before][event], (before, event, now)
        before = now


def test_the_table_can_be_printed() -> None:
    lines = model.table().splitlines()
    assert "suspended  resumed    suspended or in force" in lines
    assert len(lines) == sum(map(len, TRANSITIONS.values()))


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "agreement.md").read_text(encoding="utf-8")
    rows = [
        f"| {phase} | {event} | {' or '.join(becomes)} |"
        for phase, events in TRANSITIONS.items()
        for event, becomes in events.items()
    ]
    header = "| is | happens | becomes |\n|---|---|---|\n"
    assert header + "\n".join(rows) + "\n\n" in page


def test_entries_of_other_kinds_change_nothing() -> None:
    talk = agreed()
    before = talk.state
    talk.say(A, entries.Commitment(bytes(32)))
    talk.write(A, "notice.told", {"n": 1})
    talk.write(A, Suspended.TYPE, {"agreement": "a" * 26}, v=2)
    talk.write(A, Suspended.TYPE, {"agreement": "b"})
    talk.write(A, Suspended.TYPE, {"agreement": "a" * 26}, kind="urgent")
    talk.write(A, entries.Paper.TYPE, {"note": "no note"})
    assert talk.state == before


def test_an_event_says_what_has_to_be_seen() -> None:
    (first, *_) = agreed().state.events
    assert first.seen == {Origin(LINE.id, A.name, "main", 0): first.n + 1}
