"""Snapshots: the bytes, and loaded only where they are what was entered, of what is held."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.ledger.test_beginning import EMPTY, honest
from tests.ledger.test_order import evolve
from tests.ledger.two import FIRST, LINE, SECOND, Feed, entry, feed_of, origin, seed
from wideberth.errors import Invalid, NotTrusted, Stale, WideberthError
from wideberth.ledger import canonical, entries, feed, ids, merkle, order, snapshot
from wideberth.ledger.body import Entry
from wideberth.ledger.entries import Mark, Taken
from wideberth.ledger.order import Beginning
from wideberth.ledger.snapshot import Snapshot

MINE, THEIRS, URGENT = origin(FIRST), origin(SECOND), origin(SECOND, "urgent")
START = Beginning(
    {MINE: 2, THEIRS: 1, URGENT: 1},
    {MINE: {THEIRS: 1}, THEIRS: {MINE: 1}, URGENT: {MINE: 1, THEIRS: 1}},
    {MINE: {MINE: 1, THEIRS: 1}, THEIRS: {MINE: 1}, URGENT: {MINE: 2, THEIRS: 1}},
)
ROOTS = {each: seed(each.text) for each in START.sizes}
GOOD = Snapshot(LINE.id, START, ROOTS, "desk/1", b"\0state\n" * 3)
DATA = snapshot.write(GOOD)
TAKEN = snapshot.enter(DATA)
HELD = {(each.text, size): ROOTS[each] for each, size in START.sizes.items()}
VALUE: dict[str, Any] = dict(canonical.accept(DATA.split(b"\n")[1]))


def code(data: bytes, taken: Taken = TAKEN, roots: Any = None, rules: str = "desk/1") -> str:
    try:
        snapshot.load(data, taken, HELD if roots is None else roots, {rules})
    except WideberthError as error:
        return error.code
    return ""


def test_the_bytes_in_full() -> None:
    first, second, third = sorted(START.sizes, key=lambda each: each.text)
    text = "".join(
        f'{{"before":[{b}],"folded":[{f}],"origin":"{each.text}","root":"{ids.base32(ROOTS[each])}",'
        f'"size":{size}}}{comma}'
        for each, b, f, size, comma in (
            (first, *BY_FEED[first], ","),
            (second, *BY_FEED[second], ","),
            (third, *BY_FEED[third], ""),
        )
    )
    line = f'{{"feeds":[{text}],"line":"{LINE.id}","rules":"desk/1","v":1}}'
    assert f"wideberth/snapshot/v1\n{line}\n".encode() + GOOD.state == DATA
    assert snapshot.read(DATA) == GOOD
    heads = {MINE: Mark(2, ROOTS[MINE]), THEIRS: Mark(1, ROOTS[THEIRS]), URGENT: Mark(1, ROOTS[URGENT])}
    assert Taken(heads, "desk/1", hashlib.sha256(DATA).digest()) == TAKEN and GOOD.heads == heads


def row(each: Any, counts: Any) -> str:
    feeds = sorted(START.sizes, key=lambda other: other.text)
    return ",".join(str(counts[each].get(other, 0)) for other in feeds)


BY_FEED = {
    each: (row(each, START.before), row(each, START.folded), size) for each, size in START.sizes.items()
}


def test_what_was_entered_of_what_is_held_is_loaded() -> None:
    assert snapshot.load(DATA, TAKEN, {**HELD, ("x", 1): b""}, {"desk/0", "desk/1"}) == GOOD


@given(st.data())
def test_a_changed_snapshot_is_not_loaded(data: st.DataObject) -> None:
    changed = bytearray(DATA)
    changed[data.draw(st.integers(0, len(DATA) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.integers(0, len(DATA) - 1))
    for wrong in (bytes(changed), DATA[:cut], DATA + b"x"):
        assert code(wrong) == "ledger.snapshot_altered"


def test_only_of_what_the_journal_holds_and_by_these_rules() -> None:
    for place in HELD:
        assert code(DATA, roots={**HELD, place: bytes(32)}) == "ledger.snapshot_heads"
        assert code(DATA, roots={k: v for k, v in HELD.items() if k != place}) == "ledger.snapshot_heads"
    with pytest.raises(Stale) as caught:
        snapshot.load(DATA, TAKEN, HELD, {"desk/2"})
    assert (caught.value.code, caught.value.size) == ("ledger.snapshot_rules", 0)


def test_the_entry_says_the_same_as_the_snapshot() -> None:
    heads = {**TAKEN.heads, MINE: Mark(1, ROOTS[MINE])}
    for wrong in (structs.replace(TAKEN, heads=heads), structs.replace(TAKEN, rules="desk/2")):
        with pytest.raises(NotTrusted) as caught:
            snapshot.load(DATA, wrong, HELD, {"desk/1"})
        assert caught.value.code == "ledger.snapshot_altered"


ROW = VALUE["feeds"][0]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"v": 2}, "ledger.snapshot"),
        ({"more": 1}, "ledger.snapshot"),
        ({"rules": 1}, "ledger.snapshot"),
        ({"feeds": []}, "ledger.snapshot"),
        ({"feeds": VALUE["feeds"][::-1]}, "ledger.snapshot"),
        ({"feeds": [*VALUE["feeds"], VALUE["feeds"][2]]}, "ledger.snapshot"),
        ({"feeds": VALUE["feeds"][:2]}, "ledger.snapshot"),
        ({"line": ids.PRIVATE}, "ledger.snapshot"),
        ({"feeds": [{**ROW, "size": 0}, *VALUE["feeds"][1:]]}, "ledger.snapshot"),
        ({"feeds": [{**ROW, "size": True}, *VALUE["feeds"][1:]]}, "ledger.snapshot"),
        ({"feeds": [{**ROW, "size": 7}, *VALUE["feeds"][1:]]}, "ledger.snapshot"),
        ({"feeds": [{**ROW, "before": [9, 9, 9]}, *VALUE["feeds"][1:]]}, "ledger.snapshot"),
        ({"feeds": [{**ROW, "folded": [9, 9, 9]}, *VALUE["feeds"][1:]]}, "ledger.snapshot"),
        ({"feeds": [{**ROW, "folded": [0, 0, -1]}, *VALUE["feeds"][1:]]}, "ledger.snapshot"),
        ({"feeds": [{**ROW, "origin": "x"}, *VALUE["feeds"][1:]]}, "ledger.origin"),
        ({"feeds": [{**ROW, "root": "x"}, *VALUE["feeds"][1:]]}, "ledger.base32"),
    ],
)
def test_a_snapshot_is_read_strictly(changes: dict[str, Any], wanted: str) -> None:
    data = snapshot.HEADING + canonical.write({**VALUE, **changes}) + b"\nstate"
    assert snapshot.read(snapshot.HEADING + canonical.write(VALUE) + b"\nstate").state == b"state"
    with pytest.raises(Invalid) as caught:
        snapshot.read(data)
    assert caught.value.code == wanted


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "ledger.snapshot"),
        (b"wideberth/snapshot/v2\n{}\n", "ledger.snapshot"),
        (snapshot.HEADING + b"{}", "ledger.snapshot"),
        (snapshot.HEADING + bytes(snapshot.SIZE + 1) + b"\n", "ledger.snapshot"),
        (snapshot.HEADING + b"[]\n", "ledger.json_type"),
        (snapshot.HEADING + b'{"v": 1}\n', "ledger.json_not_canonical"),
    ],
)
def test_other_bytes_are_no_snapshot(data: bytes, wanted: str) -> None:
    with pytest.raises(Invalid) as caught:
        snapshot.read(data)
    assert caught.value.code == wanted


def test_a_snapshot_that_could_not_be_read_is_not_written() -> None:
    wrong = structs.replace(GOOD, start=START._replace(sizes={**START.sizes, MINE: 3}))
    with pytest.raises(Invalid) as caught:
        snapshot.write(wrong)
    assert caught.value.code == "ledger.snapshot"


@settings(max_examples=60)
@given(honest())
def test_a_fold_goes_on_from_a_snapshot_that_was_entered(made: list[Entry]) -> None:
    placed = order.place(LINE, made)
    cut = order.stable(LINE, placed)
    if cut == 0:
        return
    start = order.beginning(placed[:cut])
    roots = {each: seed(f"{each.text} {size}") for each, size in start.sizes.items()}
    state = order.fold(placed[:cut], evolve, EMPTY)
    data = snapshot.write(Snapshot(LINE.id, start, roots, "test", state))
    held = {(each.text, size): roots[each] for each, size in start.sizes.items()}
    loaded = snapshot.load(data, snapshot.enter(data), held, {"test"})
    rest = order.place(LINE, made, loaded.start)
    assert order.fold(rest, evolve, loaded.state) == order.fold(placed, evolve, EMPTY)


def test_only_closed_and_covered_bodies_are_droppable() -> None:
    plans: Feed = feed_of(FIRST, 4)
    taken = Taken({MINE: Mark(3, bytes(32))}, "desk/1", bytes(32))
    assert snapshot.droppable(taken, plans.entries, lambda each: each.header.n != 1) == ((MINE, 0), (MINE, 2))
    assert snapshot.droppable(taken, [entry(SECOND, 0)], lambda _: True) == ()


@pytest.mark.parametrize(("kind", "may"), [*((name, name == "part") for name, _ in entries.KNOWN)])
def test_keys_and_lines_stay(kind: str, may: bool) -> None:
    head = feed.Head(MINE, merkle.EMPTY)
    made = feed.append(head, feed.Written(kind, 1, {}, 0), {}, bytes(16)).entry
    taken = Taken({MINE: Mark(1, bytes(32))}, "desk/1", bytes(32))
    assert snapshot.droppable(taken, [made], lambda _: True) == (((MINE, 0),) if may else ())
