"""What two nodes do by themselves: commitments, answers to what is not understood, line checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story.parties import MINUTE_MS, Node, deliver, pair, same, settle
from wideberth.desk import line_checks
from wideberth.desk.line_checks import Finding
from wideberth.errors import Refused
from wideberth.ledger import body, commitment, entries, ids
from wideberth.ledger.entries import Commitment, Opening
from wideberth.ledger.ids import Kind
from wideberth.line.messages import ClockConfirmed, NotTold
from wideberth.node import unable

HOUR_MS = 60 * MINUTE_MS


def whole(folder: Path) -> tuple[Node, Node]:
    one, other = pair(folder)
    settle(one, other)
    return one, other


def types(node: Node, kind: Kind = "main") -> list[str]:
    """Of the own entries of a node."""
    return [each.header.type for each in node.entries(node.origin(kind))]


def checks(node: Node, of: Node) -> list[str]:
    """How far the checks that a node has asked are answered, as another has it."""
    state = node.talk.chores.checks
    return [line_checks.stage(state, each) for each in state.asked.get(of.origin("urgent"), ())]


def hours(one: Node, other: Node, count: int) -> None:
    for _ in range(count):
        one.world.pass_ms(HOUR_MS)
        settle(one, other, 1)


def test_each_hour_the_peer_gets_a_commitment_that_the_private_feed_opens(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    assert "commitment" not in types(one)
    for i in range(3):
        one.lines.private.write([("test.noted", {"name": f"{i}"})], one.world.now.wall_ms)
        hours(one, other, 1)
    assert types(one).count("commitment") == 3
    # nothing changes: nothing is said
    hours(one, other, 5)
    assert types(one).count("commitment") == 3 and "commitment" not in types(other)
    found = [
        entries.read(each) for each in other.entries(one.origin()) if each.header.type == Commitment.TYPE
    ]
    openings = []
    for record in one.journal.read(one.lines.private.head.origin.text):
        item = record.item
        if b'"commitment.opening"' in item.leaf:
            openings.append(entries.read(body.opened(item.leaf, item.salt, item.body)))
    for said, opening in zip(found, openings, strict=True):
        assert isinstance(said, Commitment) and isinstance(opening, Opening)
        commitment.check(said, opening, one.party.name)
    one.restart()
    settle(one, other)
    assert types(one).count("commitment") == 4
    assert same(one, other)


def test_no_commitment_is_kept_for_later(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    one.lines.private.write([("test.noted", {})], one.world.now.wall_ms)
    one.talk.tick()
    assert one.of(NotTold) == [] and types(one) == []
    settle(one, other)
    assert types(one).count("commitment") == 1


def test_what_is_not_understood_is_answered_once(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    for i in range(4):
        one.say(f"{i}", of_type="test.unheard")
    one.say("x", "urgent", "test.unheard")
    deliver(one, other)
    settle(one, other, 3)
    answered = [
        each
        for entry in one.entries(other.origin())
        if entry.header.type == "unable"
        for each in unable.read(entry)
    ]
    numbers = {
        each.header.n
        for kind in ids.KINDS
        for each in one.entries(one.origin(kind))
        if each.header.type == "test.unheard"
    }
    assert {each.origin for each in answered} == {one.origin("main"), one.origin("urgent")}
    assert {n for each in answered for n in range(each.n, each.to + 1)} == numbers
    assert {each.why for each in answered} == {"type"}
    before = types(other).count("unable")
    other.restart()
    settle(one, other)
    one.restart()
    settle(one, other)
    assert types(other).count("unable") == before
    assert "unable" not in types(one)
    assert same(one, other)


def test_a_flood_of_what_is_not_understood_is_no_flood_of_answers(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    for i in range(120):
        one.say(f"{i}", of_type="test.unheard" if i % 2 else "test.said")
        deliver(one, other)
    assert types(other).count("unable") == 1
    settle(one, other)
    assert types(other).count("unable") == 2
    assert same(one, other)


def test_a_check_on_the_schedule_is_answered_by_the_machine(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    for _ in range(4):
        one.world.pass_ms(12 * HOUR_MS - 4 * MINUTE_MS)
        settle(one, other, 6)
    asked = [types(node, "urgent").count("line.check") for node in (one, other)]
    # one of them asks, every twelve hours
    assert sorted(asked) == [0, 4]
    asker, answerer = (one, other) if asked[0] else (other, one)
    assert types(answerer, "urgent") == ["line.checked"] * 4
    for node in (one, other):
        assert checks(node, asker) == ["machine"] * 4
    assert one.of(Finding) == other.of(Finding) == []
    one.restart()
    other.restart()
    hours(one, other, 2)
    assert types(asker, "urgent") == ["line.check"] * 4
    assert checks(one, asker) == ["machine"] * 4
    assert same(one, other)


def test_checks_go_on_after_a_clock_was_a_century_ahead(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    century = 100 * 366 * 24 * HOUR_MS
    one.world.now = one.world.now._replace(wall_ms=one.world.now.wall_ms + century)
    for node in (one, other):
        node.restart()
    one.world.pass_ms(12 * HOUR_MS)
    settle(one, other, 15)
    assert asked(one, other) >= 1
    one.world.now = one.world.now._replace(wall_ms=one.world.now.wall_ms - century)
    for node in (one, other):
        node.restart()
        node.talk.do(ClockConfirmed(one.world.now))
    settle(one, other)
    for _ in range(2):
        before = asked(one, other)
        one.world.pass_ms(12 * HOUR_MS - 4 * MINUTE_MS)
        settle(one, other, 6)
        assert before < asked(one, other) <= before + 2
    assert one.of(Finding) == other.of(Finding) == []


def asked(*nodes: Node) -> int:
    return sum(types(node, "urgent").count("line.check") for node in nodes)


def test_an_officer_asks_at_once_and_the_desk_answers(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    one.talk.say(*one.talk.chores.ask(desk=True))
    deliver(one, other)
    assert checks(one, one) == checks(other, one) == ["machine"]
    with pytest.raises(Refused) as caught:
        one.talk.chores.answer(one.party.name, "duty officer 1")
    assert caught.value.code == "line_check.none"
    one.world.pass_ms(16 * MINUTE_MS)
    one.talk.tick()
    one.talk.tick()
    assert [each.code for each in one.of(Finding)] == ["line_check.no_desk"]
    other.talk.say(*other.talk.chores.answer(other.party.name, "duty officer 1"))
    deliver(one, other)
    assert checks(one, one) == ["desk"]
    assert (
        line_checks.findings(
            one.talk.chores.checks, one.party.name, one.world.now.wall_ms, line_checks.Terms()
        )
        == ()
    )


def test_a_check_that_nobody_answers_is_told_once(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    one.talk.say(*one.talk.chores.ask(desk=False))
    for _ in range(5):
        one.out()
        one.world.pass_ms(MINUTE_MS)
        one.talk.tick()
    (found,) = one.of(Finding)
    assert found.code == "line_check.no_machine" and "call by voice" in found.words
    settle(one, other)
    assert checks(one, one) == ["machine"]


def test_many_checks_get_few_answers(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    for _ in range(50):
        one.talk.say(*one.talk.chores.ask(desk=False))
        deliver(one, other)
    assert types(other, "urgent") == ["line.checked"]
    settle(one, other)
    assert types(other, "urgent") == ["line.checked"] * 2
    assert checks(one, one) == ["machine"] * 50
