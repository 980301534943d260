"""One order whatever arrives when, against the sentence of the rule carried out word by word."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.two import FIRST, LINE, SECOND, Party, entry, feed_of, origin
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import ids, order
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Kind, Origin
from wideberth.ledger.order import Order, Placed

FEEDS: list[tuple[Party, Kind, int]] = [
    (FIRST, "urgent", 0),
    (FIRST, "main", 0),
    (SECOND, "urgent", 0),
    (SECOND, "main", 0),
    (FIRST, "main", 1),
    (FIRST, "urgent", 1),
]


def evolve(state: bytes, placed: Placed) -> bytes:
    return hashlib.sha256(state + placed.entry.leaf + bytes([placed.disputed])).digest()


def by_the_rule(entries: Iterable[Entry]) -> list[Entry]:
    """LINE 6: repeatedly, among entries whose folded is wholly placed, the least."""
    left = list(entries)
    placed: list[Entry] = []
    counts: dict[Origin, int] = {}
    while True:
        ready = [
            each
            for each in left
            if each.header.n == counts.get(each.header.origin, 0)
            and all(size <= counts.get(other, 0) for other, size in each.header.folded.items())
        ]
        if not ready:
            return placed
        least = min(
            ready,
            key=lambda each: (
                dict(zip(LINE.parties, LINE.keys, strict=True))[each.header.origin.party],
                each.header.origin.kind == "main",
                each.header.origin.epoch,
                each.header.n,
            ),
        )
        left.remove(least)
        placed.append(least)
        counts[least.header.origin] = least.header.n + 1


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Feeds of both parties that fold each other at random; some name what does not exist, or go back."""
    made: list[Entry] = []
    sizes = dict.fromkeys((origin(*each) for each in FEEDS), 0)
    for _ in range(draw(st.integers(0, 14))):
        party, kind, epoch = draw(st.sampled_from(FEEDS))
        mine = origin(party, kind, epoch)
        folded = {
            other: size
            for other, most in sizes.items()
            if other != mine and (size := draw(st.integers(0, most + (draw(st.integers(0, 19)) == 0)))) > 0
        }
        made.append(entry(party, sizes[mine], folded, kind, epoch))
        sizes[mine] += 1
    return made


@settings(max_examples=150)
@given(histories(), st.randoms(use_true_random=False), st.data())
def test_any_arrival_gives_the_same_order_and_state(
    made: list[Entry], chance: random.Random, data: st.DataObject
) -> None:
    wanted = order.place(LINE, made)
    assert [each.entry for each in wanted] == by_the_rule(made)
    arrival = list(made)
    chance.shuffle(arrival)
    assert order.place(LINE, arrival) == wanted
    live, states = Order(LINE), [bytes(32)]
    while arrival:
        batch, arrival = arrival[: (cut := data.draw(st.integers(1, 4)))], arrival[cut:]
        before = list(live.placed)
        kept = live.add(batch)
        assert live.placed[:kept] == before[:kept]
        # a fold that goes on from the state after what kept its place
        del states[kept + 1 :]
        for each in live.placed[kept:]:
            states.append(evolve(states[-1], each))
    assert tuple(live.placed) == wanted
    assert states[-1] == order.fold(wanted, evolve, bytes(32))
    assert sum(order.beginning(wanted).sizes.values()) == len(wanted)
    assert sorted(each.leaf for each in live.waiting()) == sorted(
        each.leaf for each in made if each not in [placed.entry for placed in wanted]
    )


def names(placed: Iterable[Placed]) -> list[tuple[str, str, int]]:
    heads = [each.entry.header for each in placed]
    return [("first" if h.origin.party == FIRST.name else "second", h.origin.kind, h.n) for h in heads]


def test_ties_go_by_key_then_urgent_then_epoch_then_n() -> None:
    made = [
        entry(SECOND, 0, kind="urgent"),
        entry(FIRST, 0, epoch=1),
        entry(FIRST, 1),
        entry(FIRST, 0),
        entry(FIRST, 0, kind="urgent"),
        entry(FIRST, 0, kind="urgent", epoch=1),
        entry(FIRST, 1, kind="urgent"),
    ]
    placed = order.place(LINE, made)
    assert names(placed) == [
        ("first", "urgent", 0),
        ("first", "urgent", 1),
        ("first", "urgent", 0),
        ("first", "main", 0),
        ("first", "main", 1),
        ("first", "main", 0),
        ("second", "urgent", 0),
    ]
    assert FIRST.identity < SECOND.identity and ids.party(FIRST.identity) == LINE.parties[0]


def test_what_was_folded_comes_before() -> None:
    made = [entry(FIRST, 0, {origin(SECOND): 2}), entry(SECOND, 0), entry(SECOND, 1)]
    assert names(order.place(LINE, made)) == [
        ("second", "main", 0),
        ("second", "main", 1),
        ("first", "main", 0),
    ]


def test_an_entry_waits_for_what_it_folded_and_for_those_before_it() -> None:
    live = Order(LINE)
    waits, gap = entry(FIRST, 0, {origin(SECOND): 1}), entry(SECOND, 1)
    assert live.add([waits, gap]) == 0
    assert live.placed == [] and live.waiting() == [waits, gap]
    assert live.add([entry(SECOND, 0)]) == 0
    assert names(live.placed) == [("second", "main", 0), ("first", "main", 0), ("second", "main", 1)]
    assert live.waiting() == []


def test_two_that_fold_each_other_wait_for_ever() -> None:
    made = [entry(FIRST, 0, {origin(SECOND): 1}), entry(SECOND, 0, {origin(FIRST): 1})]
    assert order.place(LINE, made) == ()


def test_a_late_entry_moves_the_tail_and_says_from_where() -> None:
    live = Order(LINE)
    live.add([entry(SECOND, 0), entry(SECOND, 1)])
    assert live.add([entry(FIRST, 0, {origin(SECOND): 1})]) == 1
    assert names(live.placed) == [("second", "main", 0), ("first", "main", 0), ("second", "main", 1)]
    assert live.add([entry(SECOND, 2)]) == 3
    assert live.add([entry(SECOND, 2)]) == 4


def disputed(placed: Iterable[Placed]) -> list[bool]:
    return [each.disputed for each in placed]


def test_an_authors_two_feeds_are_one_chain() -> None:
    urgent, main = origin(FIRST, "urgent"), origin(FIRST)
    good = [
        entry(FIRST, 0, kind="urgent"),
        entry(FIRST, 0, {urgent: 1}),
        entry(FIRST, 1, {main: 1}, kind="urgent"),
        entry(FIRST, 1, {urgent: 2}),
    ]
    assert disputed(order.place(LINE, good)) == [False] * 4
    forked = [entry(FIRST, 0, kind="urgent"), entry(FIRST, 0), entry(SECOND, 0)]
    assert disputed(order.place(LINE, forked)) == [False, True, False]
    healed = [*forked, entry(FIRST, 1, {urgent: 1})]
    assert disputed(order.place(LINE, healed)) == [False, True, False, False]


def test_an_entry_that_takes_back_what_was_folded_is_disputed_and_stays_where_it_was() -> None:
    other = origin(SECOND)
    made = [entry(SECOND, 0), entry(FIRST, 0, {other: 1}), entry(FIRST, 1), entry(FIRST, 2, {other: 1})]
    placed = order.place(LINE, made)
    assert names(placed) == [
        ("second", "main", 0),
        ("first", "main", 0),
        ("first", "main", 1),
        ("first", "main", 2),
    ]
    assert disputed(placed) == [False, False, True, False]
    assert [dict(each.folded) for each in placed] == [{}, {other: 1}, {other: 1}, {other: 1}]


def test_strangers_and_second_versions_are_refused_and_change_nothing() -> None:
    live = Order(LINE)
    live.add([entry(FIRST, 0)])
    other_line = feed_of(FIRST, 1).entries[0]
    stranger = Entry(b"", other_line.header, b"", b"")
    with pytest.raises(NotTrusted) as caught:
        live.add([entry(FIRST, 1), stranger])
    assert caught.value.code == "ledger.equivocation"
    with pytest.raises(NotTrusted):
        live.add([entry(SECOND, 0), entry(SECOND, 0, {origin(FIRST): 1})])
    for foreign in (
        origin(FIRST)._replace(line=ids.base32(bytes(32))),
        origin(FIRST)._replace(party=ids.base32(bytes(32))),
    ):
        header = entry(FIRST, 0).header
        moved = type(header)(header.v, header.type, foreign, 0, {}, 0, None, bytes(32))
        with pytest.raises(Invalid) as wrong:
            live.add([Entry(b"", moved, b"", b"")])
        assert wrong.value.code == "ledger.stranger"
    assert names(live.placed) == [("first", "main", 0)] and live.waiting() == []


def test_a_long_line_is_placed_as_it_grows() -> None:
    mine, theirs = feed_of(FIRST, 1500).entries, [entry(SECOND, 0)]
    live = Order(LINE)
    live.add(theirs)
    for each in mine:
        live.add([each])
    assert len(live.placed) == 2 and len(live.waiting()) == 1499  # each folds one more than SECOND has
