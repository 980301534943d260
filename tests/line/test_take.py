"""Receiving, step by step, from honest and from other authors (LINE 5, 7, 8, 12)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.two import A, B, origin, seed
from tests.line import two
from tests.line.forge import Author
from tests.line.two import WALL_MS, Node, arrived, codes, of
from wideberth.ledger import checkpoint, ids, note
from wideberth.ledger.certificate import Certificate, Papers
from wideberth.ledger.feed import Head
from wideberth.ledger.seal import Content
from wideberth.line.messages import Alarm, Arrived, Commit, PapersChanged, Send, Shown, Unable
from wideberth.line.terms import Terms

MAIN, URGENT = origin(A), origin(A, "urgent")
SMALL = Terms(window=4, credit_main=6, credit_urgent=6)


def receiver(terms: Terms | None = None) -> tuple[Author, Node]:
    """An author that does as it is told, and a node that takes it for A."""
    one, other = two.joined(terms)
    return Author(one.state.talk.session), other


def urgent(author: Author) -> Author:
    return Author(author.session, "urgent")


def receipt(node: Node, feed: ids.Origin = MAIN) -> int:
    """How much of a feed the newest status cosigns."""
    text = two.said(next(each for each in reversed(node.out) if not each.leaf))["receipts"].get(feed.text)
    if text is None or len(note.parse(text.encode()).signatures) == 1:
        return 0
    return checkpoint.parse(note.parse(text.encode()).text).size


def test_an_entry_is_committed_then_cosigned_then_counted() -> None:
    author, node = receiver()
    node.at_once, node.out = False, []
    effects = node.receive(author.say())
    assert [type(each) for each in effects] == [Commit]
    assert node.size(MAIN) == 0 and node.placed == [] and node.out == []
    effects = node.commit()
    assert node.size(MAIN) == 1 and len(node.placed) == 1 and receipt(node) == 1
    assert [each.header.n for each in arrived(effects)] == [0]


def test_one_commit_of_a_feed_at_a_time() -> None:
    author, node = receiver()
    node.at_once = False
    made = [author.say() for _ in range(4)]
    for each in made:
        node.receive(each)
    assert len(node.commits) == 1 and len(node.commits[0].writes) == 1
    node.commit()
    assert len(node.commits) == 1 and len(node.commits[0].writes) == 3, "all that came in the meantime"


@given(st.permutations(range(4)), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_entries_in_any_order_and_twice_are_taken_once(order: list[int], chance: random.Random) -> None:
    author, node = receiver()
    made = [author.say() for _ in range(4)]
    for n in [*order, *order]:
        node.receive(made[n])
    assert node.size(MAIN) == 4 and receipt(node) == 4
    assert [each.entry.header.n for each in node.placed] == [0, 1, 2, 3]
    assert [each.header.n for each in arrived(node.effects)] == [0, 1, 2, 3]


def test_entries_that_share_a_checkpoint_wait_for_it() -> None:
    author, node = receiver()
    made = [author.say() for _ in range(3)]
    whole = [each._replace(checkpoint=made[2].checkpoint) for each in made]
    node.receive(whole[2])
    node.receive(whole[0])
    assert node.size(MAIN) == 0
    node.receive(whole[1])
    assert node.size(MAIN) == 3 and receipt(node) == 3


def test_sizes_come_first() -> None:
    author, node = receiver()
    big = author.say()._replace(leaf=bytes(5000), checkpoint=b"no note")
    assert codes(node.receive(big)) == ["ledger.json_too_large"]


def test_then_the_checkpoint_and_its_key() -> None:
    author, node = receiver()
    made = author.say()
    assert codes(node.receive(made._replace(checkpoint=b"no note"))) == ["ledger.note"]
    forged = made._replace(checkpoint=made.checkpoint.replace(b"\n1\n", b"\n2\n"))
    assert codes(node.receive(forged)) == ["ledger.signature"]
    node.do(PapersChanged(node.now, A.name, Papers()))
    assert codes(node.receive(made)) == ["ledger.unsigned"]


def test_a_revoked_key_signs_no_further() -> None:
    author, node = receiver()
    node.receive(author.say())
    node.do(PapersChanged(node.now, A.name, two.papers(A, {A.key("log"): {MAIN: 1}})))
    assert codes(node.receive(author.say())) == ["ledger.key_not_valid"]
    assert node.size(MAIN) == 1


def test_what_waited_is_verified_again_when_keys_change() -> None:
    author, node = receiver()
    first, second = author.say(), author.say()
    node.receive(second)
    node.do(PapersChanged(node.now, A.name, two.papers(A, {A.key("log"): {MAIN: 1}})))
    node.receive(first)
    assert node.size(MAIN) == 1


def test_what_belongs_to_another_line_or_nobody_is_not_taken() -> None:
    author, node = receiver()
    made = author.say()
    for old, new, code in (
        (MAIN.line, "a" * 52, "line.other_line"),
        (MAIN.party, "a" * 52, "ledger.stranger"),
        ("/main/0", "/main/2", "ledger.unsigned"),
    ):
        text = made.checkpoint.decode().replace(old, new)
        assert codes(node.receive(made._replace(checkpoint=text.encode()))) == [code]


def test_the_same_two_parties_on_another_line_are_another_line() -> None:
    author, node = receiver()
    author.head = Head(MAIN._replace(line="a" * 52))
    papers = node.state.papers[A.name]
    elsewhere = Certificate(A.key("log"), "log", author.head.origin, 0)
    node.state.papers[A.name] = papers._replace(certificates=(*papers.certificates, elsewhere))
    assert codes(node.receive(author.say())) == ["line.other_line"]


def test_then_the_leaves() -> None:
    author, node = receiver()
    made = author.say()
    other = Author(author.session, word="another").say()
    effects = node.receive(made._replace(leaf=other.leaf, salt=other.salt, body=other.body))
    assert codes(effects) == ["ledger.leaves"] and of(effects, Alarm)[0].proof == (made.checkpoint,)
    node.receive(made)
    assert node.size(MAIN) == 1


def test_a_body_that_does_not_open_is_asked_for_again() -> None:
    author, node = receiver()
    first, second = author.say(), author.say()
    node.receive(second)
    effects = node.receive(first._replace(body=b'{"said":"altered"}'))
    assert codes(effects) == ["ledger.commitment"]
    assert two.said(node.out[-1])["want"] == {MAIN.text: 0}
    node.receive(first)
    assert node.size(MAIN) == 2 and two.said(node.out[-1])["want"] == {}


def test_a_new_entry_without_its_body_is_asked_for_again() -> None:
    author, node = receiver()
    effects = node.receive(author.say()._replace(salt=b"", body=b""))
    assert codes(effects) == ["ledger.commitment"] and node.size(MAIN) == 0


def test_the_peer_sends_again_what_was_asked_for() -> None:
    one, other = two.joined()
    one.say()
    (sent,) = [each for each in one.out if each.leaf]
    one.out = []
    other.receive(sent._replace(body=b"{}"))
    asked, other.out = other.out, []
    one.world.pass_ms(2_000)
    for each in asked:
        one.receive(each)
    assert sent in one.out


@pytest.mark.parametrize(
    "content",
    [
        lambda author: author.bound(b'{"said": "not canonical"}'),
        lambda author: author.bound(b"\xff\x00 nonsense"),
        lambda author: author.say("never.heard"),
        lambda author: author.say(v=2),
        lambda author: author.say(value={"crit": ["more"], "more": 1, "said": "x"}),
        lambda author: author.say(value={"crit": "said", "said": "x"}),
    ],
)
def test_a_poisoned_or_unknown_entry_is_kept_cosigned_and_answered(content: object) -> None:
    author, node = receiver()
    poisoned = content(author)  # type: ignore[operator]  # one of the lambdas above
    effects = node.receive(poisoned)
    assert [each.entry.leaf for each in of(effects, Unable)] == [poisoned.leaf]
    assert node.size(MAIN) == 1 and receipt(node) == 1
    effects = node.receive(author.say())
    assert of(effects, Unable) == [] and node.size(MAIN) == 2 and len(node.placed) == 2


def test_a_body_too_large_for_urgent_is_answered_too() -> None:
    author, node = receiver()
    author = urgent(author)
    effects = node.receive(author.bound(b'{"said":"%s"}' % (b"x" * 5000)))
    assert len(of(effects, Unable)) == 1 and receipt(node, URGENT) == 1


@pytest.mark.parametrize(
    "changes", [{"leaf": b"{}"}, {"leaf": b"nonsense"}, {"n": 7}, {"n": 0}, {"origin": origin(A, "urgent")}]
)
def test_a_header_that_is_none_under_a_good_checkpoint_freezes_the_feed(changes: dict[str, object]) -> None:
    author, node = receiver()
    node.receive(author.say())
    if "leaf" in changes:
        bad = author.raw(changes["leaf"], bytes(16), b"{}")  # type: ignore[arg-type]  # bytes, as above
    else:
        bad = author.bound(b"{}", **changes)
    effects = node.receive(bad)
    (alarm,) = of(effects, Alarm)
    assert (alarm.code, alarm.frozen, alarm.proof) == ("line.header", MAIN, (bad.checkpoint, bad.leaf))
    assert codes(node.receive(author.say())) == ["line.frozen"] and node.size(MAIN) == 1
    assert node.receive(urgent(author).say("call.check")) and node.size(URGENT) == 1


def test_a_bad_header_is_found_behind_others_of_its_checkpoint() -> None:
    author, node = receiver()
    first, bad, last = author.say(), author.raw(b"[]", bytes(16), b"{}"), author.say()
    found = [codes(node.receive(each._replace(checkpoint=last.checkpoint))) for each in (bad, last, first)]
    assert found[-1] == ["line.header"] and node.size(MAIN) == 0


def test_nonsense_in_the_place_of_a_header_is_not_held_against_the_author() -> None:
    author, node = receiver()
    made = author.say()
    assert codes(node.receive(made._replace(leaf=b"nonsense"))) == []
    node.receive(made)
    assert node.size(MAIN) == 1 and node.alarms == []


def test_two_that_claim_one_place() -> None:
    author, node = receiver()
    author.say()
    node.receive(author.contents[0])
    first, twice, last = author.say(), author.bound(b"{}", n=1), author.say()
    found = [codes(node.receive(each._replace(checkpoint=last.checkpoint))) for each in (last, first, twice)]
    assert found[-1] == ["line.header"] and node.size(MAIN) == 1


def test_two_trees_of_one_size_freeze_the_feed_and_are_the_proof() -> None:
    author, node = receiver()
    node.receive(author.say())
    other = Author(author.session, word="another")
    effects = node.receive(other.say())
    (alarm,) = of(effects, Alarm)
    assert (alarm.code, alarm.frozen) == ("line.equivocation", MAIN)
    assert alarm.proof == (author.contents[0].checkpoint, other.contents[0].checkpoint)
    assert codes(node.receive(author.say())) == ["line.frozen"]


def test_a_smaller_tree_that_was_never_is_the_proof_with_the_leaves() -> None:
    author, node = receiver()
    made = [author.say() for _ in range(3)]
    for each in made:
        node.receive(each._replace(checkpoint=made[2].checkpoint))
    assert node.size(MAIN) == 3
    other = Author(author.session, word="another")
    (alarm,) = of(node.receive(other.say()), Alarm)
    opened = [checkpoint.parse(note.parse(each).text) for each in alarm.proof[:2]]
    assert [each.size for each in opened] == [3, 1]
    assert alarm.proof[2:] == tuple(each.hash for each in node.state.feeds[MAIN].entries)


def test_an_older_tree_that_was_is_old_news() -> None:
    author, node = receiver()
    made = [author.say() for _ in range(3)]
    for each in made:
        node.receive(each._replace(checkpoint=made[2].checkpoint))
    assert node.receive(made[0]) == [] and node.alarms == []


def test_check_is_excepted_from_freezing() -> None:
    author, node = receiver()
    author = urgent(author)
    node.receive(author.say())
    node.receive(Author(author.session, "urgent", word="another").say())
    check = author.say("call.check")
    effects = node.receive(check)
    assert [each.entry.leaf for each in of(effects, Shown)] == [check.leaf]
    assert node.receive(check) == [] and node.size(URGENT) == 1


def test_a_frozen_feed_is_frozen_after_the_next_start() -> None:
    author, node = receiver()
    node.receive(author.say())
    node.receive(Author(author.session, word="another").say())
    node.start()
    assert MAIN in node.state.frozen and node.size(MAIN) == 1


def test_a_back_dated_entry_is_kept_and_told() -> None:
    author, node = receiver()
    node.receive(author.say(at_ms=WALL_MS))
    effects = node.receive(author.say(at_ms=WALL_MS - 1))
    (alarm,) = of(effects, Alarm)
    assert (alarm.code, alarm.frozen) == ("line.back_dated", None) and node.size(MAIN) == 2
    assert of(node.receive(author.say(at_ms=WALL_MS - 2)), Alarm) == []


def test_urgent_is_never_blocked_by_main() -> None:
    author, node = receiver(SMALL)
    flood = [author.say() for _ in range(40)]
    for each in reversed(flood):
        node.receive(each)
    assert node.size(MAIN) < 40 and len(node.state.feeds[MAIN].waiting) <= SMALL.window
    effects = node.receive(urgent(author).say("call.check", folded={MAIN: 40}))
    assert [each.header.type for each in arrived(effects)] == ["call.check"]
    assert receipt(node, URGENT) == 1


def test_a_flood_beyond_credit_is_dropped_and_told_once() -> None:
    author, node = receiver(SMALL)
    flood = [author.say() for _ in range(9)]
    found = [codes(node.receive(each)) for each in reversed(flood)]
    assert found[:4] == [["line.credit", "line.credit"], ["line.credit"], ["line.credit"], ["line.window"]]
    assert len(of(node.effects, Alarm)) == 1
    for each in flood:  # in order, credit goes along with what is held
        node.receive(each)
    assert node.size(MAIN) == 9


def test_a_flood_of_urgent_is_bounded_too() -> None:
    author, node = receiver(SMALL)
    author = urgent(author)
    flood = [author.say() for _ in range(30)]
    for each in reversed(flood):
        node.receive(each)
    assert len(node.state.feeds[URGENT].waiting) <= SMALL.window
    assert codes(node.receive(flood[20])) == ["line.credit"]


def test_a_checkpoint_of_a_huge_tree_costs_nothing() -> None:
    author, node = receiver()
    huge = checkpoint.Checkpoint(MAIN.text, 2**62, seed("root"))
    data = note.write(checkpoint.sign(huge, A.seed("log")))
    assert codes(node.receive(author.say()._replace(checkpoint=data))) == []
    assert node.size(MAIN) == 0


def test_nothing_is_taken_from_a_start_that_is_over_or_unknown() -> None:
    author, node = receiver()
    for session in (b"", bytes(16)):
        assert codes(node.receive(author.say()._replace(session=session))) == ["line.session"]
    check = urgent(author).say("call.check")
    assert of(node.receive(check._replace(session=b"")), Shown)


def test_own_feeds_are_taken_only_where_something_is_missing() -> None:
    author, node = receiver()
    mine = Author(author.session, party=B)
    assert codes(node.receive(mine.say())) == ["line.own_feed"]
    assert codes(node.receive(Author(author.session, epoch=1, party=B).say())) == ["line.own_feed"]


def test_a_lost_receipt_goes_again_but_not_for_each_repetition() -> None:
    author, node = receiver()
    made = author.say()
    node.receive(made)
    assert of(node.receive(made), Send) == []
    node.world.pass_ms(2_000)
    assert len(of(node.receive(made), Send)) == 1 and of(node.receive(made), Send) == []


def test_commits_of_an_earlier_start_are_passed_over() -> None:
    author, node = receiver()
    node.at_once = False
    node.receive(author.say())
    (waiting,) = node.commits
    node.start()
    node.commits = [waiting]
    assert of(node.commit(), Arrived) == []


JUNK = st.binary(max_size=300)


@settings(max_examples=60, deadline=None)
@given(st.builds(Content, JUNK, st.binary(max_size=17), JUNK, JUNK, st.binary(max_size=16)))
def test_arbitrary_bytes_are_dropped_with_a_code(content: Content) -> None:
    _, node = receiver()
    effects = node.receive(content)
    assert len(codes(effects)) == 1 and of(effects, Commit) == []


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["leaf", "salt", "body", "checkpoint"]), st.data())
def test_a_good_entry_with_one_field_changed_changes_nothing(name: str, data: st.DataObject) -> None:
    author, node = receiver()
    made = author.say()
    field = bytearray(getattr(made, name))
    field[data.draw(st.integers(0, len(field) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    node.receive(made._replace(**{name: bytes(field)}))
    assert node.size(MAIN) == 0
    node.receive(made)
    assert node.size(MAIN) == 1
