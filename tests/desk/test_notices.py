"""Notices: written and read again, folded to the newest version, and what holds an activation back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.cased import CASE, NOTICES, Chain
from tests.formats import made_plans
from tests.ledger.two import LINE, A, B, origin
from wideberth.desk import cases, notice_entries, notices
from wideberth.desk.case_entries import Closed, Opened
from wideberth.desk.notice_entries import Checked, NotChecked, Relayed, Stated, Told, Which
from wideberth.desk.notices import Needs, Notice, State
from wideberth.errors import Invalid
from wideberth.ledger import feed, ids, order
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Origin
from wideberth.model.plan import STATES
from wideberth.model.relay import RUNGS
from wideberth.space.ground import Circle
from wideberth.space.volume import Volume

NOTICE, OTHER = NOTICES[A.name], NOTICES[B.name]
TOLD = Told(NOTICE, 1, "full", "accepted", "survey", "heron 1", (Volume(Circle((0, 0), 5)),))
lines = st.text(st.characters(categories=["L", "N", "Zs"], exclude_characters="\u00a0\u2028"), max_size=100)


whiches = st.lists(
    st.builds(Which, st.sampled_from((NOTICE, OTHER)), st.integers(1, 2**53 - 1)), min_size=1, max_size=4
).map(tuple)


@st.composite
def tolds(draw: st.DrawFn) -> Told:
    shown = tuple(draw(st.lists(made_plans.volumes(), min_size=1, max_size=2)))
    level = draw(st.sampled_from(notice_entries.LEVELS))
    text = lines.filter(str.isprintable)
    return Told(
        NOTICE,
        draw(st.integers(1, 2**53 - 1)),
        level,
        draw(st.sampled_from(STATES)),
        draw(text),
        draw(text),
        () if level == "conflict-only" else shown,
        draw(st.booleans()),
    )


def entered(name: str, value: Any, where: Origin | None = None) -> Entry:
    mine = where or origin(A)
    return feed.append(feed.Head(mine), feed.Written(name, 1, {}, 1), value, bytes(16)).entry


@settings(max_examples=60, deadline=None)
@given(
    tolds()
    | st.builds(Checked, whiches)
    | st.builds(NotChecked, whiches, st.sampled_from(notice_entries.WHY))
    | st.builds(Relayed, st.just(NOTICE), st.integers(1, 9), st.sampled_from(tuple(RUNGS)))
    | st.builds(
        Stated,
        st.just(NOTICE),
        st.integers(1, 9),
        st.sampled_from(STATES),
        st.none() | st.just("commander"),
        st.just((B.name,)),
    )
)
def test_what_is_written_is_read_again(said: notice_entries.Said) -> None:
    assert notice_entries.read(entered(said.TYPE, notice_entries.write(said))) == said


@pytest.mark.parametrize(
    ("key", "found", "code"),
    [
        ("notice", "p-1", "ledger.notice"),
        ("version", 0, "notice.entry"),
        ("version", True, "notice.entry"),
        ("level", "none", "notice.entry"),
        ("state", "withdrawn", "notice.entry"),
        ("simplified", None, "notice.entry"),
        ("volumes", None, "notice.entry"),
        ("volumes", [], "volume.entry"),
        ("activity", "two\nlines", "notice.entry"),
        ("activity", "x" * 101, "notice.entry"),
        ("callsign", None, "notice.entry"),
    ],
)
def test_what_is_none_is_refused(key: str, found: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        notice_entries.read(entered("notice", {**notice_entries.write(TOLD), key: found}))
    assert caught.value.code == code


def test_what_is_told_in_conflict_only_has_no_volumes() -> None:
    value = notice_entries.write(structs.replace(TOLD, level="conflict-only"))
    with pytest.raises(Invalid):
        notice_entries.read(entered("notice", value))


def test_other_types_and_other_feeds_are_refused() -> None:
    value = notice_entries.write(TOLD)
    for name, where, code in (
        ("test.said", origin(A), "ledger.not_understood"),
        ("notice", origin(A, "urgent"), "ledger.misplaced"),
        ("notice", Origin(ids.PRIVATE, A.name, "main", 0), "ledger.misplaced"),
    ):
        with pytest.raises(Invalid) as caught:
            notice_entries.read(entered(name, value, where))
        assert caught.value.code == code


class Told2:
    """Both parties, and both folds of the same entries."""

    def __init__(self) -> None:
        self.a, self.b = Chain(A, B), Chain(B, A)

    def tell(self, chain: Chain, said: notice_entries.Said, *, blind: bool = False) -> None:
        other = self.b if chain is self.a else self.a
        chain.enter(said.TYPE, notice_entries.write(said), [] if blind else other.chain)

    def open(self, found: Any) -> None:
        self.b.say(Opened(CASE, (NOTICE, OTHER), found), self.a.chain)

    @property
    def states(self) -> tuple[State, cases.State]:
        entries = [each.entry for chain in (self.a, self.b) for each in chain.chain]
        placed = order.place(LINE, entries)
        return order.fold(placed, notices.evolve, State(LINE)), order.fold(
            placed, cases.evolve, cases.State(LINE)
        )

    @property
    def notice(self) -> Notice:
        return self.states[0].notices[NOTICE]

    def blocked(self, block: Any = "close", needs: Needs = "checked", missing: int = 0) -> tuple[str, ...]:
        state, cased = self.states
        folded = {origin(B): sum(each.ref.origin == origin(B) for each in self.b.chain) + missing}
        return notices.blocked(state, cased, NOTICE, folded, block, needs)


def test_the_newest_version_counts_and_nothing_follows_an_end() -> None:
    two = Told2()
    two.tell(two.a, TOLD)
    two.tell(two.a, structs.replace(TOLD, version=3, state="activated"))
    two.tell(two.a, structs.replace(TOLD, version=2))
    two.tell(two.b, structs.replace(TOLD, version=9))
    found = two.states[0].notices[NOTICE]
    assert (found.by, found.said.version, found.ended) == (A.name, 3, False)
    two.tell(two.a, structs.replace(TOLD, version=4, state="ended"))
    two.tell(two.a, structs.replace(TOLD, version=5))
    found = two.states[0].notices[NOTICE]
    assert (found.said.version, found.ended) == (4, True)
    # what cannot be read, and what is something else, changes nothing
    two.a.enter("notice", {"notice": NOTICE, "version": 6}, [])
    two.a.enter("test.said", {}, [])
    assert two.states[0].notices[NOTICE] == found


def test_an_activation_waits_for_the_other_partys_answer() -> None:
    two = Told2()
    assert two.blocked() == ("the other party has not been told",)
    two.tell(two.a, TOLD)
    assert two.blocked() == ("the other party has not said that it has compared it",)
    # that it was folded is not enough
    two.b.enter("test.said", {}, two.a.chain)
    assert two.blocked() != ()
    two.tell(two.b, Checked((Which(NOTICE, 1),)))
    assert two.blocked() == ()
    assert two.notice.checked
    # a new version is compared anew
    two.tell(two.a, structs.replace(TOLD, version=2))
    assert two.blocked() != ()
    two.tell(two.b, Checked((Which(NOTICE, 2),)))
    assert two.blocked() == ()
    assert two.blocked(missing=1) == ("not everything that the other party has entered is folded",)


def test_an_open_case_holds_it_back_as_agreed() -> None:
    two = Told2()
    two.tell(two.a, TOLD)
    two.tell(two.b, structs.replace(TOLD, notice=OTHER))
    two.tell(two.b, Checked((Which(NOTICE, 1),)))
    two.open("close")
    assert two.blocked("overlap") == ()
    assert two.blocked("close") == (f"case {CASE} is open",)
    two.open("overlap")
    assert two.blocked("overlap") == (f"case {CASE} is open",)
    two.b.say(Closed(CASE, "amended"), two.a.chain)
    assert two.blocked("close") == ()


def test_how_far_a_version_was_passed_on_is_each_partys_own_word() -> None:
    two = Told2()
    two.tell(two.a, TOLD)
    two.tell(two.b, Relayed(NOTICE, 1, "relayed"))
    two.tell(two.b, Relayed(NOTICE, 2, "executor confirmed"))
    two.tell(two.a, Relayed(OTHER, 1, "relayed"))
    assert {name: each.rung for name, each in two.notice.passed.items()} == {B.name: "relayed"}
    two.tell(two.b, Relayed(NOTICE, 1, "executor confirmed"))
    two.tell(two.a, Relayed(NOTICE, 1, "no longer"))
    assert {name: each.rung for name, each in two.notice.passed.items()} == {
        A.name: "no longer",
        B.name: "executor confirmed",
    }
    # it permits nothing, and the next version begins anew
    assert two.blocked() != ()
    two.tell(two.a, structs.replace(TOLD, version=2))
    assert not two.notice.passed


def test_what_is_in_doubt_confirms_nothing_and_may_take_back() -> None:
    two = Told2()
    two.tell(two.a, TOLD)
    two.tell(two.b, Relayed(NOTICE, 1, "relayed"))
    two.tell(two.b, Relayed(NOTICE, 1, "executor confirmed"), blind=True)
    state, disputed = two.states[0], order.Placed(two.b.chain[-1].entry, {}, disputed=True)
    assert notices.evolve(state, disputed) == state
    taken = Told2()
    taken.tell(taken.b, Relayed(NOTICE, 1, "no longer"))
    back = order.Placed(taken.b.chain[-1].entry, {}, disputed=True)
    assert notices.evolve(state, back).notices[NOTICE].passed[B.name].rung == "no longer"


def test_an_answer_counts_only_from_the_other_party_and_beyond_doubt() -> None:
    two = Told2()
    two.tell(two.b, Checked((Which(NOTICE, 1),)))
    assert not two.states[0].notices
    two.tell(two.a, TOLD)
    two.tell(two.a, Checked((Which(NOTICE, 1),)))
    assert not two.notice.checked
    # its author has not folded what it had entered before
    two.b.enter("test.said", {}, two.a.chain, "urgent")
    two.a.enter("test.said", {}, two.b.chain)
    two.b.enter("checked", notice_entries.write(Checked((Which(NOTICE, 1),))), two.a.chain, own=False)
    assert not two.notice.checked


def test_what_is_not_compared_says_why_until_it_is() -> None:
    two = Told2()
    two.tell(two.a, TOLD)
    two.tell(two.b, NotChecked((Which(NOTICE, 1),), "budget"))
    assert (two.notice.checked, two.notice.why_not) == (False, "budget")
    assert two.blocked() != ()
    two.tell(two.b, Checked((Which(NOTICE, 1),)))
    assert (two.notice.checked, two.notice.why_not) == (True, None)
    # a new version is asked anew
    two.tell(two.a, structs.replace(TOLD, version=2))
    assert (two.notice.checked, two.notice.why_not) == (False, None)


def test_a_state_is_said_of_the_newest_version_by_its_author_and_compares_nothing_anew() -> None:
    two = Told2()
    two.tell(two.a, TOLD)
    two.tell(two.b, Checked((Which(NOTICE, 1),)))
    begun = Stated(NOTICE, 1, "activated", "commander", (B.name,))
    two.tell(two.b, begun)
    two.tell(two.a, structs.replace(begun, version=2))
    two.tell(two.a, structs.replace(begun, notice=OTHER))
    two.tell(two.a, structs.replace(begun, state="accepted"))
    assert two.notice.state == "accepted"
    two.tell(two.a, begun)
    found = two.notice
    assert (found.state, found.override, found.unconfirmed, found.checked) == (
        "activated",
        "commander",
        (B.name,),
        True,
    )
    two.tell(two.a, Stated(NOTICE, 1, "ended"))
    assert two.notice.ended and two.notice.override == "commander"
    two.tell(two.a, Stated(NOTICE, 1, "activated"))
    assert two.notice.ended


def test_more_may_be_told_of_the_same_version_and_that_is_compared_anew() -> None:
    two = Told2()
    hidden = structs.replace(TOLD, level="conflict-only", activity="", callsign="", volumes=())
    two.tell(two.a, hidden)
    two.tell(two.b, Checked((Which(NOTICE, 1),)))
    two.tell(two.a, hidden)
    assert two.notice.checked
    two.tell(two.a, structs.replace(TOLD, level="coarse"))
    assert (two.notice.said.level, two.notice.checked) == ("coarse", False)
    # less is not told again
    two.tell(two.a, hidden)
    assert two.notice.said.level == "coarse"
