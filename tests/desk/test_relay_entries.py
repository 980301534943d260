"""Entries about cells and relays: written and read the same, and nothing else is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.relayed import ABOUT, OPENED, TREE, cell_id, entry, raw, relay_id, says, slip
from tests.ledger.two import A, origin, seed
from wideberth.desk import relay_entries
from wideberth.desk.relay_entries import Alarmed, Celled, Confirmed, Gone, Handed, Opened
from wideberth.errors import Invalid
from wideberth.ledger import ids, keys
from wideberth.model.relay import About, Cell

PLAN = f"p-{ids.base32(bytes(16))}"
SAID: list[relay_entries.Said] = [
    *map(Celled, TREE),
    Gone(cell_id("boat 7")),
    OPENED,
    Opened(relay_id("two"), About(None, PLAN, 3), TREE[:1], 0, "x", "ABCDEF"),
    Handed(OPENED.relay, cell_id("crew 1"), "radio"),
    slip("boat 7", seed("secret")),
    says("crew 1"),
    says("crew 2", "objection"),
    Alarmed(OPENED.relay, ABOUT, 60, (cell_id("crew 1"),)),
    Alarmed(None, About(None, PLAN, 1), 30),
    Alarmed(OPENED.relay, About(None, f"x-{ids.base32(bytes(16))}", 1), 0, (cell_id("crew 1"),)),
]


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.TYPE)
def test_what_is_written_is_read_the_same(said: relay_entries.Said) -> None:
    assert relay_entries.read(entry(said)) == said


def test_every_type_and_field_is_known() -> None:
    for said in SAID:
        assert set(relay_entries.write(said)) | {"crit"} == relay_entries.KNOWN[said.TYPE, 1]
    assert {said.TYPE for said in SAID} == {name for name, _ in relay_entries.KNOWN}


@pytest.mark.parametrize(
    ("of_type", "change", "code"),
    [
        ("relay.cell", {"name": ""}, "relay.name"),
        ("relay.cell", {"name": " x"}, "relay.name"),
        ("relay.cell", {"name": "x\u202e"}, "relay.name"),
        ("relay.cell", {"name": "x" * 61}, "relay.name"),
        ("relay.cell", {"name": "crew, +963 11 222 3344"}, "relay.name"),
        ("relay.cell", {"name": "a.b@example.org"}, "relay.name"),
        ("relay.cell", {"cell": "x"}, "relay.id"),
        ("relay.cell", {"cell": "c-x"}, "ledger.base32"),
        ("relay.cell", {"parent": 5}, "relay.id"),
        ("relay.cell", {"key": "x"}, "ledger.base32"),
        ("relay.cell", {"more": 1}, "relay.entry"),
        ("relay.cell.gone", {"cell": None}, "relay.id"),
        ("relay.opened", {"relay": cell_id("crew 1")}, "relay.id"),
        ("relay.opened", {"about": None}, "relay.entry"),
        ("relay.opened", {"about": {"plan": PLAN}}, "relay.entry"),
        ("relay.opened", {"about": {"plan": "p-x", "version": 1}}, "ledger.base32"),
        ("relay.opened", {"about": {"plan": PLAN, "version": 0}}, "relay.entry"),
        ("relay.opened", {"about": {"plan": PLAN, "version": True}}, "relay.entry"),
        ("relay.opened", {"about": {"line": "x", "notice": ABOUT.id, "version": 1}}, "ledger.base32"),
        ("relay.opened", {"about": {"line": ABOUT.line, "notice": "x", "version": 1}}, "ledger.notice"),
        ("relay.opened", {"about": {"test": PLAN, "version": 1}}, "relay.id"),
        ("relay.opened", {"cells": []}, "relay.entry"),
        ("relay.opened", {"cells": [{}]}, "relay.entry"),
        ("relay.opened", {"cells": "x"}, "relay.entry"),
        ("relay.opened", {"text": ""}, "relay.entry"),
        ("relay.opened", {"text": "x" * 5_001}, "relay.entry"),
        ("relay.opened", {"read_back": "08:30"}, "relay.entry"),
        ("relay.opened", {"read_back": ""}, "relay.entry"),
        ("relay.opened", {"start_ms": -1}, "relay.entry"),
        ("relay.opened", {"level": "none"}, "relay.entry"),
        ("relay.handed", {"how": "pigeon"}, "relay.entry"),
        ("relay.handed", {"how": "slip"}, "relay.entry"),
        ("relay.handed", {"slip_key": ids.base32(bytes(32))}, "relay.entry"),
        ("relay.handed", {"relay": None}, "relay.id"),
        ("relay.confirmed", {"rung": "granted"}, "relay.entry"),
        ("relay.confirmed", {"sha256": "x"}, "ledger.base32"),
        ("relay.confirmed", {"signature": "x"}, "ledger.base32"),
        ("relay.confirmed", {"at_ms": None}, "relay.entry"),
        ("relay.alarm", {"mark": 45}, "relay.entry"),
        ("relay.alarm", {"mark": True}, "relay.entry"),
        ("relay.alarm", {"cells": None}, "relay.entry"),
        ("relay.alarm", {"cells": ["x"]}, "relay.id"),
        ("relay.alarm", {"relay": 5}, "relay.id"),
    ],
)
def test_what_is_none_is_refused(of_type: str, change: dict[str, Any], code: str) -> None:
    said = next(each for each in SAID if of_type == each.TYPE)
    with pytest.raises(Invalid) as caught:
        relay_entries.read(raw(of_type, {**relay_entries.write(said), **change}))
    assert caught.value.code == code
    assert "222 3344" not in str(caught.value)


@pytest.mark.parametrize("order", [(1, 0), (0, 0), (1,)])
def test_a_tree_has_no_ring_and_names_each_cell_once(order: tuple[int, ...]) -> None:
    bad = Opened(OPENED.relay, ABOUT, tuple(TREE[i] for i in order), 0, "x", "1")
    with pytest.raises(Invalid, match="after the one above it"):
        relay_entries.read(entry(bad))


def test_none_of_it_is_read_on_a_line() -> None:
    for said in SAID:
        with pytest.raises(Invalid) as caught:
            relay_entries.read(raw(said.TYPE, relay_entries.write(said), origin=origin(A)))
        assert caught.value.code == "ledger.misplaced"
        with pytest.raises(Invalid) as caught:
            relay_entries.read(raw(said.TYPE, relay_entries.write(said), v=2))
        assert caught.value.code == "ledger.not_understood"


def test_the_bytes_that_a_cell_signs() -> None:
    found = relay_entries.message(relay_id("one"), cell_id("crew 1"), "confirmed", 5, bytes(32))
    named = seed("relay one")[:16] + seed("cell crew 1")[:16]
    assert found == b"wideberth/relay/v1\n" + named + b"confirmed\n5\n" + bytes(32)


def test_a_signature_is_for_one_relay_cell_rung_time_and_text() -> None:
    said = says("crew 1")
    assert relay_entries.verifies(said)
    others: list[dict[str, Any]] = [
        {"relay": relay_id("two")},
        {"cell": cell_id("crew 2")},
        {"rung": "unable"},
        {"at_ms": 6},
        {"sha256": bytes(32)},
        {"key": keys.public(seed("x"))},
        {"signature": bytes(64)},
    ]
    fields = {name: getattr(said, name) for name in Confirmed.__struct_fields__}
    assert [relay_entries.verifies(Confirmed(**{**fields, **each})) for each in others] == [False] * 7


def test_the_key_of_a_slip_is_of_its_secret_relay_and_cell() -> None:
    one = relay_entries.slip_seed(bytes(32), relay_id("one"), cell_id("crew 1"))
    assert one.hex().startswith("d7e47d11bd1bb8bb")
    others = {
        relay_entries.slip_seed(bytes(31) + b"1", relay_id("one"), cell_id("crew 1")),
        relay_entries.slip_seed(bytes(32), relay_id("two"), cell_id("crew 1")),
        relay_entries.slip_seed(bytes(32), relay_id("one"), cell_id("crew 2")),
    }
    assert len(others | {one}) == 4
    kept = relay_entries.slip_of(bytes(32), relay_id("one"), cell_id("crew 1"))
    assert kept.key == keys.public(one) and bytes(32) not in kept


@given(st.dictionaries(st.sampled_from(sorted({name for said in SAID for name in relay_entries.write(said)})),
       st.none() | st.integers(-5, 5) | st.text(max_size=5) | st.lists(st.integers(0, 3), max_size=2)),
       st.sampled_from(SAID))  # fmt: skip
def test_what_is_read_is_only_ever_refused(change: dict[str, Any], said: relay_entries.Said) -> None:
    try:
        found = relay_entries.read(raw(said.TYPE, {**relay_entries.write(said), **change}))
    except Invalid:
        return
    assert relay_entries.read(entry(found)) == found


def test_a_relay_of_the_most_cells_and_text_fits_into_a_body() -> None:
    above = [None, *(cell_id(str(n)) for n in range(99))]
    name = "\U00010400" * 60
    many = tuple(Cell(cell_id(str(n)), name, above[n], bytes(32)) for n in range(100))
    said = Opened(OPENED.relay, ABOUT, many, 0, "\U00010400" * 5_000, "1")
    assert relay_entries.read(entry(said)) == said
