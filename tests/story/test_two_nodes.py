"""Two whole nodes: entries both ways, restarts, an old copy put back; in the end both hold the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.story.parties import MINUTE_MS, deliver, pair, same, settle
from wideberth.errors import Invalid, Refused
from wideberth.ledger import seal
from wideberth.line.messages import Admitted, Alarm, Lost, NotTold, Waived
from wideberth.line.terms import Terms
from wideberth.node.prekeys import DAY_MS
from wideberth.node.talk import Unkept


def said(word: str) -> str:
    return f'{{"said":"{word}"}}'


def test_entries_both_ways_and_receipts(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    deliver(one, other)
    one.say("corridor 4 closed")
    other.say("runway works", "urgent")
    deliver(one, other)
    assert said("corridor 4 closed") in other.arrived()
    assert said("runway works") in one.arrived()
    assert one.talk.state.receipts[one.origin()] == len(one.entries(one.origin())) == 1
    assert other.talk.state.receipts[other.origin("urgent")] == 1
    # the cosignature is durable
    head = one.journal.heads()[one.origin().text]
    assert head.cosigned == head.note
    assert same(one, other)


def test_what_is_said_before_the_peer_answers_is_kept_and_said_in_its_order(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    for word in ("first", "second", "third"):
        one.say(word)
    assert [each.why for each in one.of(NotTold)] == ["restore"] * 3
    assert one.entries(one.origin()) == []
    one.restart()
    assert [each.body for each in one.talk.waiting()] == [{"said": w} for w in ("first", "second", "third")]
    settle(one, other)
    assert one.talk.waiting() == ()
    assert [each for each in other.arrived() if "said" in each] == [
        said(w) for w in ("first", "second", "third")
    ]
    one.restart()
    settle(one, other)
    assert one.words() == [said(w) for w in ("first", "second", "third")]
    assert same(one, other)


def test_what_is_said_together_and_comes_together_is_one_commit_each(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    commits = [node.journal.heads()[one.origin().text].notes for node in (one, other)]
    one.talk.say_all("main", [("test.said", 1, {"said": str(n)}) for n in range(20)])
    one.talk.say_all("main", [])
    sent = one.out()
    assert other.talk.receive_all([*sent, b"noise", sent[3]]) == len(sent) + 1 == 21
    assert other.codes()[-1] == "ledger.seal"
    assert other.arrived()[-20:] == [said(str(n)) for n in range(20)]
    back = other.out()
    assert len(back) == 1 and one.talk.receive_all(back) == 1
    assert one.talk.state.receipts[one.origin()] == 21
    # one checkpoint covers them all
    after = [node.journal.heads()[one.origin().text].notes for node in (one, other)]
    assert after == [before + 1 for before in commits]
    assert same(one, other)


def test_of_what_is_said_together_the_rest_waits_where_credit_ends(tmp_path: Path) -> None:
    one, other = pair(tmp_path, Terms(credit_main=4))
    settle(one, other)
    words = [str(n) for n in range(8)]
    one.talk.say_all("main", [("test.said", 1, {"said": word}) for word in words])
    assert [each.why for each in one.of(NotTold)][-4:] == ["credit"] * 4
    # behind what waits all waits, and CHECK overtakes it
    one.talk.say_all("main", [("test.said", 1, {"said": "8"}), ("call.check", 1, {"said": "stop"})])
    assert [each.body for each in one.talk.waiting()] == [{"said": word} for word in (*words[4:], "8")]
    settle(one, other)
    assert [each for each in other.arrived() if "said" in each] == [
        *(said(word) for word in words[:4]),
        said("stop"),
        *(said(word) for word in (*words[4:], "8")),
    ]
    assert same(one, other)


def test_what_can_never_be_said_stops_all_that_is_said_with_it(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    with pytest.raises(Invalid):
        one.talk.say_all("main", [("test.said", 1, {"said": word}) for word in ("fine", "." * 2**17)])
    assert one.words() == []
    one.say("next")
    settle(one, other)
    assert one.words() == other.words() == [said("next")]
    assert same(one, other)


def test_a_check_overtakes_what_waits(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    one.say("routine")
    one.say("stop and check", "urgent", "call.check")
    assert len(one.entries(one.origin("urgent"))) == 1
    settle(one, other)
    assert said("stop and check") in other.arrived()
    assert same(one, other)


def test_what_can_never_be_said_is_refused_at_once(tmp_path: Path) -> None:
    one, _ = pair(tmp_path)
    with pytest.raises(Invalid) as caught:
        one.say("x" * 70_000)
    assert caught.value.code == "ledger.json_too_large"
    assert one.talk.waiting() == ()


def test_what_cannot_be_said_any_more_is_given_up_and_told(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    one.talk.say("main", "Not A Type", 1, {"said": "x"})
    one.say("next")
    settle(one, other)
    assert "ledger.header" in one.codes()
    assert one.talk.waiting() == ()
    assert one.words() == other.words() == [said("next")]
    one.restart()
    assert one.talk.waiting() == ()


def test_prekeys_are_made_daily_told_and_erased_after_three_days(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    certified = one.talk._keys.seals[0].public.id
    first = one.talk.state.prekey
    assert first is not None
    assert first.id != certified
    one.say("sealed to a key of today")
    [sealed] = one.out()
    assert seal.outer(sealed).prekey == other.talk.state.prekey.id  # type: ignore[union-attr]  # just settled
    for _ in range(3):
        one.world.pass_ms(DAY_MS)
        one.talk.tick()
        other.talk.tick()
        settle(one, other)
    assert one.talk.state.prekey != first
    file = (tmp_path / "north" / "prekeys").read_bytes()
    assert len(one.talk._envelopes.made.made) == 3
    assert first.id not in one.talk._envelopes.made.by_id
    one.restart()
    assert (tmp_path / "north" / "prekeys").read_bytes() == file
    settle(one, other)
    assert same(one, other)


def test_a_line_that_was_silent_for_two_weeks_opens_again(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    for node in (one, other):
        node.say("before")
        node.out()
    one.world.pass_ms(14 * DAY_MS)
    for node in (one, other):
        node.talk.tick()
        node.say("after")
    assert len(one.talk._envelopes.made.made) == 1
    settle(one, other)
    assert sorted(one.words()) == sorted([said("before"), said("after")] * 2)
    assert same(one, other)


@pytest.mark.parametrize("days", [0, 5])
def test_an_old_copy_is_found_out_and_rejoined(tmp_path: Path, days: int) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    one.say("in the copy")
    settle(one, other)
    one.copy(tmp_path / "backup")
    settle(one, other)
    for day in range(days):
        one.world.pass_ms(DAY_MS)
        settle(one, other)
        one.say(f"day {day}")
    one.say("after the copy", "urgent")
    settle(one, other)
    one.put_back(tmp_path / "backup")
    assert one.stage == "asking"
    one.say("said by a node that does not know what it has forgotten")
    assert one.of(NotTold)
    settle(one, other)
    assert one.stage == "whole"
    assert "line.rolled_back" in other.codes()
    assert [each.frozen for each in other.of(Alarm)] == [None] * len(other.of(Alarm))
    assert said("after the copy") in one.words()
    assert said("said by a node that does not know what it has forgotten") in other.words()
    assert one.of(Lost) == []
    assert same(one, other)
    # the alarm and its proof are kept, once
    kept = [alarm for _, alarm in other.lines.private.alarms if alarm.code == "line.rolled_back"]
    assert kept
    assert all(each.proof for each in kept)
    other.restart()
    assert [alarm for _, alarm in other.lines.private.alarms if alarm.code == "line.rolled_back"] == kept


def test_a_feed_stays_frozen_after_a_start(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    one.copy(tmp_path / "backup")
    settle(one, other)
    one.say("one history", "urgent")
    settle(one, other)
    one.put_back(tmp_path / "backup")
    one.talk.do(Waived(one.world.now))
    one.say("another history", "urgent")
    settle(one, other)
    assert "line.equivocation" in other.codes()
    frozen = frozenset({one.origin("urgent")})
    assert other.talk.state.frozen == frozen
    other.restart()
    assert other.talk.state.frozen == frozen
    [alarm] = [alarm for _, alarm in other.lines.private.alarms if alarm.frozen]
    assert all(each.startswith(b"wideberth/") for each in alarm.proof[:2])


def test_junk_opens_nothing_and_is_counted(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    one.say("real")
    [sealed] = one.out()
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    stranger = sealed[:2] + bytes(16) + sealed[18:]
    for junk, code in ((b"", "ledger.seal"), (altered, "ledger.unsealed"), (stranger, "ledger.prekey")):
        assert not other.talk.receive(junk)
        assert other.codes()[-1] == code
    # only who seals to a key that is not here is told which one is, and not each time
    one.world.pass_ms(MINUTE_MS)
    assert other.out() == []
    other.talk.receive(stranger)
    other.talk.receive(stranger)
    [status] = other.out()
    assert seal.outer(status).prekey == one.talk._keys.seals[0].public.id
    # an entry goes on under the key of the day
    other.say("as ever")
    [entry] = other.out()
    assert seal.outer(entry).prekey in one.talk._envelopes.made.by_id
    assert other.talk.receive(sealed)
    assert said("real") in other.arrived()


def test_a_newer_status_takes_the_place_of_one_that_waits(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    for _ in range(5):
        one.world.pass_ms(MINUTE_MS)
        one.talk.tick()
    assert len(one.out()) == 1


def test_urgent_waits_for_nothing_in_main(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    for n in range(5):
        one.say(f"routine {n}")
    one.say("urgent", "urgent")
    first = one.talk.next("urgent")
    assert first is not None
    other.talk.receive(first)
    assert other.arrived()[-1] == said("urgent")


def test_a_commit_that_fails_begins_all_lines_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    session = one.talk.state.talk.session

    def fails(*_: object) -> None:
        raise Refused("journal.disk", "no room")

    monkeypatch.setattr(one.journal, "_commit", fails)
    with pytest.raises(Refused) as caught, one.lines.using(one.talk.about.line.id) as talk:
        talk.say("main", "test.said", 1, {"said": "lost"})
    assert caught.value.code.startswith("journal.")
    assert one.talk.state.talk.session != session
    assert one.words() == []
    one.say("again")
    settle(one, other)
    assert other.words() == [said("again")]
    assert same(one, other)


def test_without_a_certified_seal_key_nothing_is_sent(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    peer = other.party.name
    found = one.papers[peer]
    without = tuple(each for each in found.certificates if each.purpose != "seal")
    one.talk.state.papers[peer] = found._replace(certificates=without)
    with pytest.raises(Refused) as caught:
        one.out()
    assert caught.value.code == "line.no_seal_key"


def test_an_error_that_is_not_the_journals_begins_nothing_again(tmp_path: Path) -> None:
    one, _ = pair(tmp_path)
    session = one.talk.state.talk.session
    with pytest.raises(Refused) as caught, one.lines.using(one.talk.about.line.id) as talk:
        talk.do(Admitted(one.world.now, one.origin()))
    assert caught.value.code == "line.no_epoch"
    assert one.talk.state.talk.session == session


def test_a_line_that_goes_one_way_needs_no_answer(tmp_path: Path) -> None:
    one, other = pair(tmp_path, Terms(one_way=True))
    one.talk.do(Waived(one.world.now))
    one.say("over a diode")
    for sealed in one.out():
        assert other.talk.receive(sealed)
    assert other.arrived() == [said("over a diode")]


OPS = st.tuples(st.sampled_from(("say", "urgent", "send", "lose", "tick", "restart")), st.integers(0, 1))


@settings(max_examples=8, deadline=None)
@given(ops=st.lists(OPS, min_size=5, max_size=25))
def test_restarts_at_any_point_lose_nothing(ops: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        nodes = pair(Path(folder))
        words = []
        for i, (op, who) in enumerate(ops):
            node, peer = nodes[who], nodes[1 - who]
            if op in ("say", "urgent"):
                node.say(f"word {i}", "main" if op == "say" else "urgent")
                words.append(said(f"word {i}"))
            elif op in ("send", "lose"):
                for sealed in node.out():
                    if op == "send":
                        peer.talk.receive(sealed)
            elif op == "tick":
                node.world.pass_ms(5_000)
                node.talk.tick()
            else:
                node.restart()
        settle(*nodes)
        assert sorted(nodes[0].words()) == sorted(words)
        assert same(*nodes)
        for node in nodes:
            node.stop()


def test_a_disk_that_takes_no_prekey_ends_nothing_and_is_told_once(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    settle(one, other)
    before = list(one.talk._envelopes.made.made)
    # what stands in the way of the new file: as a full disk, it raises OSError
    (one.folder / "prekeys.new").mkdir()
    one.world.pass_ms(4 * DAY_MS)
    for _ in range(3):
        one.talk.tick()
        settle(one, other, 1)
    told = one.of(Unkept)
    assert [each.code for each in told] == ["prekey.not_kept"] and str(one.folder) not in told[0].words
    assert one.talk._envelopes.made.made == before
    other.say("still heard")
    settle(one, other)
    assert said("still heard") in one.arrived()
    (one.folder / "prekeys.new").rmdir()
    one.talk.tick()
    settle(one, other)
    assert [each in one.talk._envelopes.made.made for each in before] == [False]
    (one.folder / "prekeys.new").mkdir()
    one.world.pass_ms(DAY_MS)
    one.talk.tick()
    assert len(one.of(Unkept)) == 2
