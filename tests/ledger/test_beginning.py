"""An order that goes on from a beginning is the whole order, or says that it cannot be."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.test_order import FEEDS, evolve, histories, names
from tests.ledger.two import FIRST, LINE, SECOND, Party, entry, origin
from wideberth.errors import NotTrusted, Stale
from wideberth.ledger import feed, ids, merkle, order
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Kind, Origin
from wideberth.ledger.order import Order, Placed

EMPTY = bytes(32)


@st.composite
def honest(draw: st.DrawFn) -> list[Entry]:
    """Both parties say something, and fold what they like: never less than before, and all of their own."""
    made: list[Entry] = []
    sizes = dict.fromkeys((origin(*each) for each in FEEDS), 0)
    known: dict[Party, dict[Origin, int]] = {FIRST: {}, SECOND: {}}
    for _ in range(draw(st.integers(0, 16))):
        party, kind, epoch = draw(st.sampled_from(FEEDS))
        mine = origin(party, kind, epoch)
        for other, size in sizes.items():
            least = size if other.party == party.name else known[party].get(other, 0)
            known[party][other] = draw(st.integers(least, size))
        folded = {other: size for other, size in known[party].items() if size and other != mine}
        made.append(entry(party, sizes[mine], folded, kind, epoch))
        sizes[mine] += 1
    return made


def held(made: list[Entry], data: st.DataObject) -> list[Entry]:
    """What has arrived of each feed: some first entries."""
    most = {origin(*each): data.draw(st.integers(0, len(made))) for each in FEEDS}
    return [each for each in made if each.header.n < most[each.header.origin]]


@settings(max_examples=200)
@given(histories(), st.data(), st.randoms(use_true_random=False))
def test_going_on_is_the_whole_order_or_stale(
    made: list[Entry], data: st.DataObject, chance: random.Random
) -> None:
    early = order.place(LINE, held(made, data))
    cut = data.draw(st.integers(0, len(early)))
    start, state = order.beginning(early[:cut]), order.fold(early[:cut], evolve, EMPTY)
    whole = order.place(LINE, made)
    arrival = list(made)
    chance.shuffle(arrival)
    live, overtaken = Order(LINE, start), False
    while arrival:
        batch, arrival = arrival[: (size := data.draw(st.integers(1, 4)))], arrival[size:]
        before = list(live.placed), live.waiting()
        try:
            live.add(batch)
        except Stale as error:
            assert (error.code, error.size) == ("ledger.snapshot_overtaken", 0)
            assert (live.placed, live.waiting()) == before
            overtaken = True
    # exactly: it is never said without need, either
    assert overtaken == (whole[:cut] != early[:cut])
    if not overtaken:
        assert (*early[:cut], *live.placed) == whole
        assert order.fold(live.placed, evolve, state) == order.fold(whole, evolve, EMPTY)
        assert order.beginning(live.placed, start) == order.beginning(whole)


@settings(max_examples=200)
@given(honest(), st.data())
def test_nothing_honest_comes_before_what_is_stable(made: list[Entry], data: st.DataObject) -> None:
    early = order.place(LINE, held(made, data))
    cut = order.stable(LINE, early)
    whole = order.place(LINE, made)
    assert whole[:cut] == early[:cut]
    start, state = order.beginning(early[:cut]), order.fold(early[:cut], evolve, EMPTY)
    live = Order(LINE, start)
    live.add(reversed(made))
    assert order.fold(live.placed, evolve, state) == order.fold(whole, evolve, EMPTY)
    assert not any(each.disputed for each in whole)
    assert cut + order.stable(LINE, live.placed) == order.stable(LINE, whole)


@settings(max_examples=100)
@given(honest(), st.data())
def test_one_more_would_not_be_stable(made: list[Entry], data: st.DataObject) -> None:
    early = order.place(LINE, held(made, data))
    cut = order.stable(LINE, early)
    if cut == len(early):
        return
    urgent = origin(FIRST, "urgent")
    known: dict[Origin, int] = {}
    for each in early:
        if each.entry.header.origin.party == FIRST.name:
            known |= {**each.folded, each.entry.header.origin: each.entry.header.n + 1}
    said = entry(FIRST, known.pop(urgent, 0), known, "urgent")
    after = order.place(LINE, [*(each.entry for each in early), said])
    assert after[cut].entry == said


def test_who_was_folded_by_the_first_party_is_stable() -> None:
    mine, theirs = origin(FIRST), origin(SECOND)
    made = [entry(SECOND, 0), entry(SECOND, 1), entry(FIRST, 0, {theirs: 1}), entry(SECOND, 2, {mine: 1})]
    placed = order.place(LINE, made)
    assert names(placed) == [
        ("second", "main", 0),
        ("first", "main", 0),
        ("second", "main", 1),
        ("second", "main", 2),
    ]
    assert order.stable(LINE, placed) == 2
    assert order.stable(LINE, placed[:1]) == 0  # FIRST has said nothing yet
    assert order.stable(LINE, ()) == 0
    assert order.stable(LINE, order.place(LINE, [entry(FIRST, 0), entry(FIRST, 1)])) == 2


def placed_of(*made: Entry) -> tuple[Placed, ...]:
    return order.place(LINE, made)


def test_a_beginning_in_full() -> None:
    mine, theirs, urgent = origin(FIRST), origin(SECOND), origin(SECOND, "urgent")
    placed = placed_of(
        entry(FIRST, 0),
        entry(SECOND, 0, {mine: 1}),
        entry(SECOND, 0, {mine: 1, theirs: 1}, "urgent"),
        entry(FIRST, 1, {theirs: 1}),
    )
    assert [each.entry.header.origin for each in placed] == [mine, theirs, mine, urgent]
    assert order.beginning(placed) == order.Beginning(
        {mine: 2, theirs: 1, urgent: 1},
        {mine: {theirs: 1}, theirs: {mine: 1}, urgent: {mine: 1, theirs: 1}},
        {mine: {mine: 1, theirs: 1}, theirs: {mine: 1}, urgent: {mine: 2, theirs: 1}},
    )


@pytest.mark.parametrize(
    ("kind", "epoch", "late"),
    [("urgent", 0, True), ("main", 0, True), ("urgent", 7, True), ("main", 7, True)],
)
def test_an_entry_that_belongs_before_the_start_is_told(kind: Kind, epoch: int, late: bool) -> None:
    start = order.beginning(placed_of(entry(SECOND, 0)))
    live = Order(LINE, start)
    live.add([entry(SECOND, 1)])
    overtaking = entry(FIRST, 0, {}, kind, epoch)
    with pytest.raises(Stale) as caught:
        live.add([entry(SECOND, 2), overtaking])
    assert caught.value.code == "ledger.snapshot_overtaken" and overtaking.header.origin.text in str(
        caught.value
    )
    assert names(live.placed) == [("second", "main", 1)] and live.waiting() == []
    # after what it has folded, it is in nobody's way
    assert live.add([entry(FIRST, 0, {origin(SECOND): 1}, kind, epoch)]) == 0
    assert names(live.placed)[0] == ("first", kind, 0)


def test_a_later_entry_of_its_own_feed_and_a_later_party_are_no_reason() -> None:
    start = order.beginning(placed_of(entry(FIRST, 0), entry(FIRST, 1)))
    live = Order(LINE, start)
    assert live.add([entry(SECOND, 0), entry(FIRST, 3), entry(FIRST, 0)]) == 0  # the last is covered
    assert names(live.placed) == [("second", "main", 0)]
    assert live.add([entry(FIRST, 2)]) == 0
    assert names(live.placed) == [("first", "main", 2), ("first", "main", 3), ("second", "main", 0)]
    with pytest.raises(NotTrusted):
        live.add([entry(FIRST, 2, {origin(SECOND): 1})])


@settings(max_examples=150)
@given(honest(), st.data())
def test_where_bodies_are_gone_what_comes_too_late_is_disputed(
    made: list[Entry], data: st.DataObject
) -> None:
    early = order.place(LINE, made)
    cut = order.stable(LINE, early)
    start = order.beginning(early[:cut])
    author, kind, _ = data.draw(st.sampled_from(FEEDS[:4]))
    where = origin(author, kind)
    folded = {
        other: n
        for other, most in start.sizes.items()
        if other != where and (n := data.draw(st.integers(0, most)))
    }
    late = entry(author, start.sizes.get(where, 0), folded, kind)
    try:
        Order(LINE, start).add([late])
    except Stale:
        live = Order(LINE, start, final=True)
        assert live.add([late]) == 0
        assert [(each.entry, each.disputed) for each in live.placed] == [(late, True)]


def test_a_late_entry_of_who_had_said_more_is_placed_after_a_final_start() -> None:
    start = order.beginning(placed_of(entry(SECOND, 0), entry(FIRST, 0, {origin(SECOND): 1})))
    late, next_one = entry(FIRST, 0, {}, "urgent"), entry(FIRST, 1, {origin(SECOND): 1})
    with pytest.raises(Stale):
        Order(LINE, start).add([next_one, late])
    live = Order(LINE, start, final=True)
    live.add([next_one, late])
    assert [(each.entry, each.disputed) for each in live.placed] == [(late, True), (next_one, True)]


def test_a_private_feed_has_an_order_too() -> None:
    alone = ids.alone(FIRST.identity)
    first, later = (Origin(ids.PRIVATE, FIRST.name, "main", epoch) for epoch in (0, 1))

    def filed(where: Origin, n: int, folded: dict[Origin, int]) -> Entry:
        head = feed.Head(where, merkle.grown(merkle.EMPTY, [bytes(32)] * n))
        return feed.append(head, feed.Written("plan", 1, folded, 0), {}, bytes(16)).entry

    made = [
        filed(later, 0, {first: 2}),
        filed(first, 1, {}),
        filed(first, 0, {}),
        filed(later, 1, {first: 2}),
    ]
    placed = order.place(alone, made)
    assert [each.entry for each in placed] == [made[2], made[1], made[0], made[3]]
    assert order.stable(alone, placed) == 4 and not any(each.disputed for each in placed)
    assert order.place(alone, made, order.beginning(placed[:3])) == placed[3:]


def test_what_the_covered_entries_had_folded_counts() -> None:
    theirs = origin(SECOND)
    covered = [entry(SECOND, 0), entry(FIRST, 0, {theirs: 1})]
    rest = [entry(FIRST, 1), entry(FIRST, 0, {theirs: 1, origin(FIRST): 2}, "urgent")]
    whole = placed_of(*covered, *rest)
    going_on = order.place(LINE, rest, order.beginning(whole[:2]))
    assert going_on == whole[2:] and [each.disputed for each in going_on] == [True, False]
    assert going_on[0].folded == {theirs: 1}
