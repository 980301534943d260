"""Which entries are answered `unable`, how often, and what an answer says."""

from __future__ import annotations

import pytest

from tests.ledger.two import LINE, A, B, Party, origin, seed
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, feed
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.feed import Item
from wideberth.line import step
from wideberth.line.clock import Now
from wideberth.line.messages import Held, Started
from wideberth.line.state import Seeds, State
from wideberth.line.terms import Terms
from wideberth.node import unable
from wideberth.node.unable import Range, Unable

KNOWN = {**unable.KNOWN, ("test.said", 1): frozenset({"crit", "said"})}
MINUTE = 60_000
GOOD: Value = {"said": "x"}


def written(party: Party, *said: tuple[str, int, Value]) -> tuple[Entry, ...]:
    head, found = feed.Head(origin(party)), []
    for of_type, v, value in said:
        assert isinstance(value, dict)
        grown = feed.append(head, feed.Written(of_type, v, {}, 1_000), value, bytes(16))
        head = grown.head
        found.append(grown.entry)
    return tuple(found)


def started(theirs: tuple[Entry, ...], mine: tuple[Entry, ...] = ()) -> State:
    held = tuple(
        Held(origin(party), tuple(Item(each.leaf, each.salt, each.body) for each in some), {})
        for party, some in ((A, mine), (B, theirs))
    )
    state = step.new(LINE, A.name, {A.name: Papers(), B.name: Papers()}, dict(KNOWN), Terms())
    return step.step(state, Started(Now(10, 10), bytes(16), held), Seeds(seed("x"), seed("y")))[0]


def said(value: dict[str, Value] | None) -> list[tuple[int, int, str]]:
    assert value is not None
    (made,) = written(A, (unable.TYPE, 1, value))
    assert {each.origin for each in unable.read(made)} == {origin(B)}
    return [(each.n, each.to, each.why) for each in unable.read(made)]


def test_one_answer_names_all_that_follow_each_other() -> None:
    theirs = written(
        B,
        ("test.said", 1, GOOD),
        ("test.new", 1, {}),
        ("test.new", 7, {}),
        ("test.said", 2, GOOD),
        ("test.said", 1, GOOD),
        ("test.said", 1, {"crit": ["until"], "until": 1}),
        ("test.new", 1, {}),
    )
    own = Unable(started(theirs))
    assert said(own.due(0)) == [(1, 2, "type"), (3, 3, "version"), (5, 5, "field"), (6, 6, "type")]
    assert own.due(MINUTE) is None


def test_a_body_that_is_not_canonical() -> None:
    good = written(B, ("test.said", 1, GOOD))[0]
    bad = Entry(good.leaf, good.header, good.salt, b'{"said": "x"}')
    assert unable.why(bad, KNOWN) == "body"
    unknown = written(B, ("test.new", 1, GOOD))[0]
    assert unable.why(Entry(unknown.leaf, unknown.header, unknown.salt, b"{"), KNOWN) == "body"
    assert unable.why(Entry(good.leaf, good.header, b"", b""), KNOWN) is None
    assert unable.why(good, KNOWN) is None


def test_what_was_answered_is_not_answered_after_a_start() -> None:
    theirs = written(B, *[("test.new", 1, {})] * 4)
    body_of = unable.write([Range(origin(B), 0, 1, "type"), Range(origin(B), 3, 10**9, "type")])
    mine = written(A, (unable.TYPE, 1, body_of), (unable.TYPE, 1, {"entries": 3}), ("test.said", 1, GOOD))
    assert said(Unable(started(theirs, mine)).due(0)) == [(2, 2, "type")]


def test_what_was_answered_of_a_feed_that_is_gone_is_passed_over() -> None:
    gone = unable.write([Range(origin(B, epoch=4), 0, 10**15, "type")])
    mine = written(A, (unable.TYPE, 1, gone))
    assert said(Unable(started(written(B, ("test.new", 1, {})), mine)).due(0)) == [(0, 0, "type")]


def test_an_answer_is_not_answered_of_whatever_version() -> None:
    theirs = written(B, (unable.TYPE, 1, {"crit": ["x"]}), (unable.TYPE, 2, {}), (unable.TYPE, 1, {}))
    assert Unable(started(theirs)).due(0) is None


def test_a_flood_is_no_flood_of_answers() -> None:
    turn: list[tuple[str, int, Value]] = [("test.new", 1, {}), ("test.said", 1, GOOD)]
    own = Unable(started(written(B, *turn * 250)))
    answers = [own.due(at_ms) for at_ms in range(0, 10 * MINUTE, 1_000)]
    given = [each for each in answers if each is not None]
    assert [len(said(each)) for each in given] == [100, 100, 50]
    assert [i for i, each in enumerate(answers) if each is not None] == [0, 60, 120]
    assert max(len(canonical.write(each)) for each in given) < canonical.BODY / 2


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"entries": []},
        {"entries": [{}] * 101},
        {"entries": ["x"]},
        {"entries": [{"n": 0, "origin": origin(B).text, "to": 0}]},
        {"entries": [{"n": 0, "origin": "x", "to": 0, "why": "type"}]},
        {"entries": [{"n": 1, "origin": origin(B).text, "to": 0, "why": "type"}]},
        {"entries": [{"n": True, "origin": origin(B).text, "to": 1, "why": "type"}]},
        {"entries": [{"n": 0, "origin": origin(B).text, "to": 0, "why": ["type"]}]},
        {"crit": ["soon"], "entries": [{"n": 0, "origin": origin(B).text, "to": 0, "why": "type"}]},
    ],
)
def test_what_is_no_answer(value: Value) -> None:
    (made,) = written(A, (unable.TYPE, 1, value))
    with pytest.raises(Invalid):
        unable.read(made)


def test_every_reason_has_words() -> None:
    assert set(unable.WHYS) == {"body", "type", "version", "field"}
    assert body.understood(written(A, (unable.TYPE, 1, {}))[0], KNOWN)
