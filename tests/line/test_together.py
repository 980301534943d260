"""What is said together, and what comes together, is what it would have been one by one."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.two import A, B
from tests.line import two
from tests.line.forge import Author
from tests.line.two import Node
from wideberth.errors import Invalid
from wideberth.ledger import checkpoint, merkle, note
from wideberth.ledger.canonical import BODY
from wideberth.ledger.ids import Kind
from wideberth.ledger.seal import Content
from wideberth.line import say
from wideberth.line import state as line_state
from wideberth.line.messages import CHECK, Commit, NotTold, Say, SayAll, Send
from wideberth.line.terms import Terms

TERMS = Terms(window=6, credit_main=1_000, credit_urgent=1_000)
ELEVEN: list[Kind] = ["main"] * 11
KINDS = st.sampled_from(("main", "urgent"))
CHANGES: tuple[Callable[[Content], Content], ...] = (
    lambda content: content,
    lambda content: content._replace(body=content.body[:-3] + b'?"}'),
    lambda content: content._replace(leaf=content.leaf.replace(b'"at_ms":1', b'"at_ms":2')),
    lambda content: content._replace(leaf=content.leaf[:-1] + b" }"),
    lambda content: content._replace(session=bytes(16)),
    lambda content: content._replace(checkpoint=content.checkpoint.replace("— ".encode(), b"- ")),
    lambda content: content._replace(body=b"", salt=b""),
)


def stream(rounds: list[list[Kind]]) -> tuple[Node, Node, list[Content]]:
    """Two nodes, and what one of them has sent and the other has not got, in its order."""
    one, other = two.joined(TERMS)
    sent = []
    for number, kinds in enumerate(rounds):
        if number % 2:
            one.say_all(*kinds)
        else:
            for kind in kinds:
                one.say(kind)
        one.world.pass_ms(25_000)
        one.tick()
        sent += one.out
        one.out = []
    return one, other, sent


def held(node: Node) -> object:
    """Everything that counts of a node, but how often it has told where it stands."""
    state = node.state
    return (
        node.disk.entries,
        {name: (head.tree, head.notes) for name, head in node.disk.heads.items()},
        set(node.disk.notes),
        [each.entry.leaf for each in node.placed],
        [(each.code, each.proof) for each in node.alarms],
        {origin: (feed.written, feed.head, feed.waiting) for origin, feed in state.feeds.items()},
        (state.stage, state.frozen, state.unopened, state.goal, state.receipts, state.credit),
        (state.peer_prekey, state.talk.hello, state.talk.trusted, state.talk.heard, state.under),
    )


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(KINDS, max_size=5), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(CHANGES)), max_size=20),
    st.integers(1, 20),
    st.booleans(),
)
def test_messages_that_come_together_are_as_one_by_one(
    rounds: Any, mixed: list[tuple[int, Callable[[Content], Content]]], size: int, whole: bool
) -> None:
    _, alone, sent = stream(rounds)
    together = copy.deepcopy(alone)
    coming = list(sent) if whole else []
    coming += [change(sent[n % len(sent)]) for n, change in mixed]
    one_by_one = [each for content in coming for each in alone.receive(content)]
    batches = [coming[i : i + size] for i in range(0, len(coming), size)]
    at_once = [each for batch in batches for each in together.receive_all(batch)]
    assert held(together) == held(alone)
    assert Counter(two.codes(at_once)) == Counter(two.codes(one_by_one))
    assert two.arrived(at_once) == two.arrived(one_by_one)
    # a batch is one commit, and one more where a checkpoint waited for what is durable only now
    assert len(two.of(at_once, Commit)) <= min(len(two.of(one_by_one, Commit)), len(batches))


def test_a_batch_is_one_commit_and_one_status() -> None:
    one, other = two.joined(TERMS)
    one.say_all("main", "main", "main", "main", "main", "urgent", "urgent")
    done = other.receive_all(one.out)
    (commit,) = two.of(done, Commit)
    assert [(write.origin.kind, len(write.items)) for write in commit.writes] == [
        ("urgent", 2),
        ("main", 3),
        ("main", 2),
    ]
    assert [each.content.leaf for each in two.of(done, Send)] == [b""]
    assert len(two.arrived(done)) == 7


def test_nothing_that_comes_together_is_new_and_nothing_is_committed() -> None:
    _, other, sent = stream([["main"]])
    other.receive_all(sent)
    token = other.state.token
    assert two.of(other.receive_all([*sent, *sent]), Commit) == []
    assert other.state.under == {} and other.state.gathered is None and other.state.token > token
    assert two.of(other.receive_all([]), Commit) == []


def test_what_comes_while_an_earlier_commit_is_under_way_waits_for_it() -> None:
    one, other, sent = stream([["main"] * 3, [], ["main"] * 3])
    other.at_once = False
    entries = [each for each in sent if each.leaf]
    other.receive_all(entries[:2])
    assert two.of(other.receive_all(entries[2:]), Commit) == []
    assert sorted(other.state.feeds[one.origin()].waiting) == [0, 1, 2, 3, 4, 5]
    assert len(two.of(other.commit(), Commit)) == 1
    other.commit()
    assert other.size(one.origin()) == 6


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KINDS, st.sampled_from(("test.said", CHECK))), max_size=25), st.integers(1, 8))
def test_entries_said_together_are_as_one_by_one(said: list[tuple[Kind, str]], credit: int) -> None:
    alone, other = two.joined(Terms(window=6, credit_main=credit, credit_urgent=credit, floor=3))
    together = copy.deepcopy(alone)
    asked = [alone.words(kind, of_type=of_type) for kind, of_type in said]
    one_by_one = [each for say in asked for each in alone.do(say)]
    at_once = together.do(SayAll(together.now, tuple(asked)))
    assert together.disk.entries == alone.disk.entries
    assert [each.entry.leaf for each in together.placed] == [each.entry.leaf for each in alone.placed]
    assert two.of(at_once, NotTold) == two.of(one_by_one, NotTold)
    assert len(two.of(at_once, Commit)) == min(len(alone.disk.entries), 1)
    assert set(together.disk.notes.items()) <= set(alone.disk.notes.items())
    for name, head in together.disk.heads.items():
        sizes = sorted(size for feed, size in together.disk.notes if feed == name)
        assert sizes[-1] == head.size
        assert max(b - a for a, b in zip([0, *sizes], sizes, strict=False)) <= 3
    for origin, box in alone.state.outbox.items():
        assert together.state.outbox[origin].signed == box.signed
    assert together.state.spent_ms == alone.state.spent_ms and together.state.untold == alone.state.untold
    two.settle(together, other)
    assert two.same(together, other)


def test_what_cannot_be_said_leaves_all_of_it_unsaid() -> None:
    one, _ = two.pair()
    large = Say(one.now, "main", "test.said", 1, {"said": "." * BODY}, bytes(16))
    check = one.words("urgent", of_type=CHECK)
    before = {feed.origin: feed.written for feed in one.state.of(A.name)}
    for first in (check, one.words("main")):
        with pytest.raises(Invalid) as refused:
            one.do(SayAll(one.now, (one.words("main"), first, large, check, large)))
        assert refused.value.code == "ledger.json_too_large"
        assert {feed.origin: feed.written for feed in one.state.of(A.name)} == before
        assert one.state.stage == "asking" and one.state.under == {} and one.state.untold == set()
        assert all(box.signed == {} for box in one.state.outbox.values())
    assert one.state.spent_ms == []


def test_a_checkpoint_is_verified_again_when_the_papers_have_changed() -> None:
    one, other, sent = stream([[], ["main"] * 3])
    entries = [each for each in sent if each.leaf]
    assert len({each.checkpoint for each in entries}) == 1
    other.receive(entries[0])
    revoked = two.papers(A, {A.key("log"): {one.origin(): 0}})
    other.state.papers[A.name] = revoked
    assert two.codes(other.receive(entries[1])) == ["ledger.key_not_valid"]
    forged = Author(one.state.talk.session, word="other")
    assert two.codes(other.receive(forged.say())) == ["ledger.key_not_valid"]
    assert B.name != A.name and checkpoint.parse(note.parse(entries[0].checkpoint).text).size == 3


def test_the_root_of_any_size_is_that_of_its_first_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_state, "STEP", 4)
    one, _ = two.joined(Terms(credit_main=100))
    one.say_all(*ELEVEN)
    feed = one.state.feeds[one.origin()]
    for size in (9, 3, 4, 8, 11, 0, 1):
        leaves = [each.hash for each in feed.entries[:size]]
        assert feed.root(size) == merkle.root(merkle.grown(merkle.EMPTY, leaves))
    assert [tree.size for tree in feed.trees] == [0, 4, 8]


def test_there_is_room_up_to_the_credit_and_none_where_nothing_is_said() -> None:
    one, _ = two.joined(Terms(credit_main=5))
    assert say.room(one.state, "main") == 5
    one.say_all("main", "main")
    assert say.room(one.state, "main") == 3
    one.say_all("main", "main", "main", "main")
    assert say.room(one.state, "main") == 0
    asking, _ = two.pair()
    assert say.room(asking.state, "main") == 0
