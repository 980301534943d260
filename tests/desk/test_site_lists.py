"""Lists that two parties tell each other: versions, statuses, and who held what since when."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk.cased import Chain, Chained
from tests.desk.sited import LIST, OTHER, row
from tests.ledger.two import LINE, A, B, origin
from wideberth.desk import listed, site_entries, site_lists
from wideberth.desk.case_entries import Ref
from wideberth.desk.site_entries import Answered, Told
from wideberth.desk.site_lists import State
from wideberth.errors import Invalid, Refused
from wideberth.ledger import entries, ids, order
from wideberth.ledger.entries import Part
from wideberth.model.site import SAID, TRANSITIONS, Listed, Standing

OF = site_lists.list_id(LINE, LIST)


class Two:
    """Both parties, and the fold of what they have said."""

    def __init__(self) -> None:
        self.a, self.b = Chain(A, B), Chain(B, A)

    def say(self, chain: Chain, *said: Any, blind: bool = False) -> list[Chained]:
        other = self.b if chain is self.a else self.a
        return [
            chain.enter(
                each.TYPE,
                entries.write(each) if isinstance(each, Part) else site_entries.write(each),
                [] if blind else other.chain,
            )
            for each in said
        ]

    def send(self, *rows: Listed, waiting: int = 0) -> None:
        self.say(self.a, *site_lists.send(self.state, A.name, (OF, "Hospitals"), rows, waiting))

    def answer(self, version: int, all_: Any = None, **rows: Any) -> None:
        self.say(self.b, *site_lists.answer(self.state, B.name, OF, version, all_, rows))

    @property
    def state(self) -> State:
        found = [each.entry for chain in (self.a, self.b) for each in chain.chain]
        return order.fold(order.place(LINE, found), site_lists.evolve, State(LINE))

    @property
    def newest(self) -> site_lists.Version:
        return site_lists.newest(self.state, B.name, OF)

    def standing(self, id_: str = "a") -> Standing:
        return site_lists.standing(self.newest, id_)[0]


def test_a_list_is_told_in_versions_that_are_whole() -> None:
    two = Two()
    two.send(row("a"), row("b"))
    found = two.newest
    assert (found.said.version, found.said.name, found.said.rows, found.unread) == (1, "Hospitals", 2, None)
    assert [each.id for each in found.rows] == ["a", "b"]
    with pytest.raises(Refused) as caught:
        two.send(row("b"), row("a"))
    assert caught.value.code == "site.told"
    two.send(row("a", "Clinic, moved"))
    assert (two.newest.said.version, two.newest.ids) == (2, frozenset({"a"}))
    (versions,) = two.state.of(A.name)
    assert [each.rows == () for each in versions] == [True, False]
    assert site_lists.in_force(versions) == two.newest
    assert list(two.state.of(B.name)) == []
    # back to what it was is a version of its own
    two.send(row("a"), row("b"))
    assert two.newest.said.version == 3


def test_what_waits_to_be_said_has_its_number() -> None:
    two = Two()
    two.send(row("a"), waiting=4)
    assert two.newest.said.version == 5
    two.send(row("a"), waiting=6)
    assert two.newest.said.version == 7


def test_a_list_has_another_name_on_each_line() -> None:
    other = ids.line(ids.genesis(A.identity, B.identity, bytes(32)))
    found = {site_lists.list_id(line, of) for line in (LINE, other) for of in (LIST, OTHER)}
    assert len(found) == 4
    assert all(site_entries.list_id(each) for each in found)
    assert LIST not in found and site_lists.list_id(LINE, LIST) == OF


DATA = listed.write_all([row("a")])
SHA256 = hashlib.sha256(DATA).digest()
NONE = hashlib.sha256(b"[]").digest()


@pytest.mark.parametrize(
    ("after", "rows", "sha256", "unread"),
    [
        ((), 1, SHA256, "ledger.parts_missing"),
        ((Part(NONE, 0, 1, b"[]"),), 1, SHA256, "ledger.parts_missing"),
        ((Part(SHA256, 0, 1, DATA + b" "),), 1, SHA256, "ledger.parts_hash"),
        ((Part(SHA256, 0, 1, DATA),), 2, SHA256, "site.entry"),
        ((Part(NONE, 0, 1, b"[]"),), 1, NONE, "ledger.json_type"),
    ],
)
def test_a_version_that_cannot_be_read_leaves_the_one_before_in_force(
    after: Sequence[Part], rows: int, sha256: bytes, unread: str
) -> None:
    two = Two()
    two.send(row("b"))
    two.say(two.a, Told(OF, 2, "Hospitals", rows, sha256), *after)
    assert (two.newest.unread, two.newest.ids) == (unread, frozenset())
    (versions,) = two.state.of(A.name)
    kept = site_lists.in_force(versions)
    assert kept is not None and [each.id for each in kept.rows] == ["b"]
    with pytest.raises(Refused) as caught:
        two.answer(2, "acknowledged")
    assert caught.value.code == "site.unread"
    two.answer(2, "unclear")
    assert two.newest.answers[0].all == "unclear"
    two.send(row("a"), row("b"))
    assert (two.newest.said.version, two.newest.unread) == (3, None)


def test_parts_come_after_what_they_are_of_in_any_order_and_once() -> None:
    rows = [row(f"{i:04d}", "x" * 150) for i in range(250)]
    told, *some = site_lists.send(State(LINE), A.name, (OF, "Hospitals"), rows)
    assert len(some) == 4, len(some)
    two = Two()
    two.say(two.a, some[0], told, some[2], some[2], some[1])
    assert (two.newest.unread, len(two.newest.parts)) == (site_lists.MISSING, 2)
    # what another party says is no part of it, nor what says that it is of another number
    two.say(two.b, some[0])
    two.say(two.a, some[3])
    assert two.newest.unread == site_lists.MISSING
    two.say(two.a, some[0])
    found = two.newest
    assert (found.unread, len(found.parts), len(found.rows)) == (None, 0, 250)
    before = two.state
    two.say(two.a, *some)
    assert two.state == before


def test_what_a_version_waited_for_is_forgotten_with_the_next() -> None:
    two = Two()
    two.say(two.a, Told(OF, 1, "Hospitals", 1, SHA256), Part(SHA256, 0, 2, b"x"))
    two.say(two.a, Told(OF, 2, "Hospitals", 1, NONE), Part(SHA256, 1, 2, b"y"))
    (versions,) = two.state.of(A.name)
    assert [(each.unread, each.parts) for each in versions] == [(site_lists.MISSING, ())] * 2


def test_nothing_that_can_be_read_is_in_force_yet() -> None:
    two = Two()
    two.say(two.a, Told(OF, 1, "Hospitals", 1, SHA256))
    (versions,) = two.state.of(A.name)
    assert site_lists.in_force(versions) is None


def test_an_older_version_and_what_cannot_be_read_change_nothing() -> None:
    two = Two()
    two.send(row("a"))
    before = two.state
    two.say(two.a, Told(OF, 1, "Another", 1, SHA256))
    two.a.enter("site.list", {"list": OF}, [])
    two.a.enter("part", {"sha256": "x"}, [])
    two.a.enter("test.said", {}, [])
    two.a.enter("site.row", {"list": OF}, [])
    assert two.state.lists == before.lists


def test_each_row_has_its_status_and_silence_means_nothing() -> None:
    two = Two()
    two.send(row("a"), row("b"), row("c"))
    assert site_lists.standings(two.newest) == {"a": "none", "b": "none", "c": "none"}
    two.answer(1, "received")
    two.answer(1, None, a="objection", b="no_objection_stated")
    assert site_lists.standings(two.newest) == {
        "a": "objection",
        "b": "no_objection_stated",
        "c": "received",
    }
    # that it came takes nothing back
    two.answer(1, "received")
    assert two.standing("a") == "objection"
    status, where = site_lists.standing(two.newest, "a")
    assert (status, where and where.ref) == ("objection", two.b.chain[1].ref)
    # the next version begins at none
    two.send(row("a"))
    assert two.standing("a") == "none"
    with pytest.raises(Refused) as caught:
        two.answer(1, "acknowledged")
    assert caught.value.code == "site.old_version"


def test_a_word_about_nothing_is_refused() -> None:
    two = Two()
    two.send(row("a"))
    for all_, rows, error in (
        (None, {}, "site.nothing_said"),
        ("received", {"a": "objection"}, "site.nothing_said"),
        (None, {"x": "objection"}, "site.none"),
    ):
        with pytest.raises((Invalid, Refused)) as caught:
            two.answer(1, all_, **rows)
        assert caught.value.code == error
    with pytest.raises(Invalid) as own:
        site_lists.answer(two.state, A.name, OF, 1, "received", {})
    assert own.value.code == "site.no_list"


def test_statuses_of_many_rows_are_said_in_pieces_that_fit() -> None:
    two = Two()
    rows = [row(f"ш{i:058d}") for i in range(1_500)]
    two.send(*rows)
    said = site_lists.answer(
        two.state, B.name, OF, 1, None, {each.id: "no_objection_stated" for each in rows}
    )
    assert len(said) == 3
    assert [each for one in said for each, _ in one.rows] == sorted(each.id for each in rows)
    two.say(two.b, *said)
    assert set(site_lists.standings(two.newest).values()) == {"no_objection_stated"}


def test_an_answer_counts_from_the_other_party_of_a_version_that_was_told() -> None:
    two = Two()
    two.send(row("a"))
    two.say(two.a, Answered(OF, 1, "acknowledged"))
    two.say(two.b, Answered(OF, 2, "acknowledged"), Answered(OTHER, 1, "acknowledged"))
    two.say(two.b, Answered(OF, 1, None, (("x", "acknowledged"),)))
    assert two.newest.answers == ()


def test_in_doubt_only_what_restricts_counts() -> None:
    two = Two()
    two.send(row("a"), row("b"))
    two.b.enter("test.said", {}, two.a.chain, "urgent")
    two.say(two.a, Told(OTHER, 1, "x", 1, SHA256))

    def doubted(said: Answered) -> None:
        two.b.enter(said.TYPE, site_entries.write(said), two.a.chain, own=False)

    doubted(Answered(OF, 1, "acknowledged"))
    assert two.newest.answers == ()
    doubted(Answered(OF, 1, None, (("a", "objection"), ("b", "no_objection_stated"))))
    assert site_lists.standings(two.newest) == {"a": "objection", "b": "none"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SAID), max_size=8))
def test_a_status_goes_as_the_table_says(said: list[Any]) -> None:
    two = Two()
    two.send(row("a"))
    two.say(two.b, *(Answered(OF, 1, each) for each in said))
    now: Standing = "none"
    for each in said:
        now = each if each in TRANSITIONS[now] else now
    assert two.standing() == now


def test_who_held_a_row_since_when_and_what_was_said_of_it() -> None:
    two = Two()
    two.send(row("a"), row("b"))
    two.answer(1, None, a="acknowledged")
    two.send(row("b"))
    two.send(row("a", "Clinic, again"), row("b"))
    found = list(site_lists.held(two.state, A.name, OF, "a"))
    assert [(each.version.said.version, each.standing) for each in found] == [
        (1, "acknowledged"),
        (3, "none"),
    ]
    assert found[0].version.ref == Ref(origin(A), 0)
    assert found[0].answer is not None and found[0].answer.ref == Ref(origin(B), 0)
    assert list(site_lists.held(two.state, A.name, OF, "x")) == []
    assert list(site_lists.held(two.state, B.name, OF, "a")) == []


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(8)))
def test_any_order_of_arrival_comes_to_the_same(chosen: list[int]) -> None:
    two = Two()
    two.send(row("a"))
    two.answer(1, "received")
    two.send(row("a"), row("b"))
    two.answer(2, None, b="objection")
    found = [each.entry for chain in (two.a, two.b) for each in chain.chain]
    assert len(found) == 6
    mixed = [found[i] for i in chosen if i < len(found)]
    assert order.fold(order.place(LINE, mixed), site_lists.evolve, State(LINE)) == two.state
