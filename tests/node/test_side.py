"""Large things beside the feeds: in pieces behind all entries, bounded, given once, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.ledger.two import A
from tests.story.parties import Node, deliver, pair, same, settle
from wideberth.errors import Invalid, Refused
from wideberth.ledger import seal
from wideberth.ledger.seal import Content
from wideberth.line import side
from wideberth.line.messages import Dropped, ReceivedAll
from wideberth.node import bundles
from wideberth.node import side as sides
from wideberth.node.side import Arrived


def data(size: int, chance: int = 1) -> bytes:
    return Random(chance).randbytes(size)


def number(n: int = 1) -> bytes:
    return bytes([n]) * 16


LARGE = data(3 * side.PIECE + 5)
"""Four pieces."""


def joined(folder: Path) -> tuple[Node, Node]:
    """Two nodes that speak with each other and have nothing left to say; the second waits for "blind"."""
    one, other = pair(folder)
    settle(one, other)
    other.talk.side.subjects = {"blind"}
    return one, other


def drops(node: Node) -> list[str]:
    return [each.code for each in node.of(Dropped)]


def opened(node: Node, sealed: bytes) -> Content:
    return node.talk._envelopes.opened(sealed, node.talk.state)


def large(node: Node) -> list[bytes]:
    """All that waits to be sent and is a piece, and not the last."""
    return [each for each in node.out() if len(each) > side.PIECE]


def entered(node: Node) -> dict[str, int]:
    return {name: head.size for name, head in node.journal.heads().items()}


def test_what_is_sent_arrives_whole_and_is_kept_nowhere(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    before = entered(one), entered(other)
    one.talk.send_side("blind", number(), LARGE)
    assert one.talk.waits("main") and not one.talk.waits("urgent")
    deliver(one, other)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]
    assert (entered(one), entered(other)) == before
    assert not one.talk.waits("main") and drops(one) == drops(other) == []


def test_entries_go_first_and_nothing_of_it_is_urgent(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    first = one.talk.next("main")
    one.say("corridor 4 closed")
    one.say("stop", "urgent", "call.check")
    assert one.talk.next("urgent") is not None and one.talk.next("urgent") is None
    second = one.talk.next("main")
    assert first is not None and second is not None
    assert other.talk.receive_all([second]) == 1
    assert other.arrived()[-1] == '{"said":"corridor 4 closed"}'
    other.talk.receive(first)
    deliver(one, other)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]


def test_pieces_come_in_any_order_and_twice_and_are_given_once(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    one.talk.send_side("blind", number(2), b"small")
    pieces = one.out()
    assert len(pieces) == 5
    assert other.talk.receive_all([*reversed(pieces), *pieces, pieces[1]]) == 11
    assert other.of(Arrived) == [Arrived("blind", number(2), b"small"), Arrived("blind", number(), LARGE)]
    assert drops(other) == []


def test_what_belongs_to_it_and_came_with_it_is_durable_first(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), b"masked")
    piece = one.out()
    one.say("committed")
    other.heard.clear()
    other.talk.receive_all([*piece, *one.out()])
    assert other.arrived() == ['{"said":"committed"}']
    assert other.heard[-1] == Arrived("blind", number(), b"masked")


def test_what_a_transport_lost_goes_again_and_nothing_else(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    long = data(40 * side.PIECE)
    one.talk.send_side("blind", number(), long)
    there = [one.talk.next("main") for _ in range(30)]
    lost = one.out()
    assert len(lost) == 10
    other.talk.receive_all([each for each in there if each])
    one.talk.unsent("urgent")
    assert not one.talk.waits("main")
    one.talk.unsent("main")
    again = large(one)
    assert len(again) == sides.TAKEN
    other.talk.receive_all(again)
    assert other.of(Arrived) == [Arrived("blind", number(), long)]
    one.talk.unsent("main")
    assert len(large(one)) == sides.TAKEN
    # what goes again may be lost again
    one.talk.unsent("main")
    assert len(large(one)) == sides.TAKEN


def test_a_sender_that_says_it_again_fills_what_is_missing(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    pieces = one.out()
    other.talk.receive_all([pieces[0], pieces[3]])
    one.talk.send_side("blind", number(), LARGE)
    assert one.talk.next("main") is not None
    # in the midst of it: all four, from where it was
    one.talk.send_side("blind", number(), LARGE)
    again = one.out()
    assert len(again) == 4
    other.talk.receive_all(again)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]


def test_what_was_given_is_remembered_for_a_while(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    sent = []
    for n in range(sides.KNOWN + 1):
        one.talk.send_side("blind", n.to_bytes(16, "big"), b"small")
        sent += one.out()
    other.talk.receive_all(sent)
    assert len(other.of(Arrived)) == len(sent) == sides.KNOWN + 1
    other.talk.receive_all([sent[1], sent[-1]])
    assert len(other.of(Arrived)) == len(sent)
    other.talk.receive(sent[0])
    assert len(other.of(Arrived)) == len(sent) + 1


def test_an_id_is_of_one_thing_only(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    with pytest.raises(Invalid) as caught:
        one.talk.send_side("blind", number(), b"other")
    assert caught.value.code == "line.side"
    first = one.out()
    one.talk.send_side("blind", number(), data(len(LARGE), 2))
    mixed = one.out()
    other.talk.receive_all([*first[:2], *mixed[2:]])
    assert drops(other) == ["line.side_mixed"] * 2 and other.of(Arrived) == []
    other.talk.receive_all(first[2:])
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]


def test_only_what_somebody_waits_for_is_held(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("other", number(), LARGE)
    deliver(one, other)
    assert drops(other) == ["line.side_subject"] * 4 and other.of(Arrived) == []
    other.talk.side.subjects = ()
    one.talk.send_side("blind", number(), b"masked")
    deliver(one, other)
    assert drops(other)[4:] == ["line.side_subject"]


def test_what_waits_to_be_sent_is_bounded(tmp_path: Path) -> None:
    one, _ = joined(tmp_path)
    half = bytes(sides.ROOM // 2)
    one.talk.send_side("blind", number(1), half)
    one.talk.send_side("blind", number(2), half)
    with pytest.raises(Refused) as caught:
        one.talk.send_side("blind", number(3), b"1")
    assert caught.value.code == "line.side_full"
    # what waits already is no more than it was
    one.talk.send_side("blind", number(2), half)
    for bad in (b"", bytes(side.WHOLE + 1)):
        with pytest.raises(Invalid):
            one.talk.send_side("blind", number(4), bad)


def test_a_flood_of_wholes_that_never_end_drops_the_oldest_of_them(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    begun: list[list[bytes]] = []
    for n in range(sides.BEGUN + 1):
        one.talk.send_side("blind", number(n), data(2 * side.PIECE, n))
        begun.append(one.out())
    other.talk.receive_all([first for first, _ in begun])
    assert drops(other) == ["line.side_full"]
    # the oldest lost its first half: its second is the beginning of a new one
    other.talk.receive_all([second for _, second in (*begun[1:], begun[0])])
    assert [each.id for each in other.of(Arrived)] == [number(n) for n in range(1, sides.BEGUN + 1)]
    other.talk.receive(begun[0][0])
    assert other.of(Arrived)[-1].id == number(0) and drops(other) == ["line.side_full"]


def test_the_memory_of_begun_wholes_is_bounded(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    other.talk.side.room = 4 * side.PIECE
    begun = []
    for n in range(3):
        one.talk.send_side("blind", number(n), data(3 * side.PIECE, n))
        begun.append(one.out())
    other.talk.receive_all([*begun[0][:2], *begun[1][:2]])
    assert drops(other) == []
    # the one that was heard of last stays
    other.talk.receive_all([begun[0][1], begun[2][0]])
    assert drops(other) == ["line.side_full"]
    other.talk.receive_all([begun[0][2], *begun[2][1:]])
    assert [each.id for each in other.of(Arrived)] == [number(0), number(2)]


def test_what_does_not_move_any_more_is_given_up_on_both_sides(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    pieces = one.out()
    one.talk.send_side("blind", number(2), LARGE)
    other.talk.receive(pieces[0])
    for node in (one, other):
        one.world.pass_ms(sides.IDLE_MS // 2)
        node.talk.tick()
        assert drops(node) == []
    other.talk.receive(pieces[1])
    one.world.pass_ms(sides.IDLE_MS // 2 + 1)
    one.talk.tick()
    assert drops(one) == ["line.side_late"]
    assert max(map(len, one.out()), default=0) < side.PIECE
    other.talk.tick()
    assert drops(other) == []
    one.world.pass_ms(sides.IDLE_MS)
    other.talk.tick()
    assert drops(other) == ["line.side_late"]
    # whoever wanted it sends it again
    deliver(one, other)
    one.talk.send_side("blind", number(), LARGE)
    deliver(one, other)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]


def test_what_moves_slowly_is_not_given_up(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    for _ in range(3):
        one.world.pass_ms(sides.IDLE_MS - 1_000)
        one.talk.tick()
        other.talk.tick()
        # entries, and one piece
        sealed = b""
        while len(sealed) < side.PIECE:
            sealed = one.talk.next("main") or bytes(side.PIECE)
            other.talk.receive(sealed)
    assert one.talk.side.waits(one.talk.state)
    deliver(one, other)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)] and drops(one) == []


def test_nothing_is_sent_before_the_peer_has_answered_this_start(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    other.talk.side.subjects = {"blind"}
    one.talk.send_side("blind", number(), LARGE)
    assert not one.talk.waits("main") and one.talk.next("main") is None
    settle(one, other)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]


def test_nothing_is_sent_while_this_party_may_not_sign(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    one.talk.state.frozen.add(one.origin())
    assert not one.talk.waits("main") and one.talk.next("main") is None
    one.talk.state.frozen.clear()
    assert one.talk.waits("main")
    deliver(one, other)
    assert len(other.of(Arrived)) == 1


def test_a_recording_of_an_earlier_start_opens_nothing(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    old = one.out()
    one.restart()
    settle(one, other)
    other.talk.receive_all(old)
    assert drops(other) == ["line.session"] * 4 and other.of(Arrived) == []


def test_the_receiver_starts_again_and_all_pieces_go_again(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    one.talk.send_side("blind", number(2), b"next")
    other.talk.receive_all([sealed for _ in range(3) if (sealed := one.talk.next("main"))])
    other.restart()
    other.talk.side.subjects = {"blind"}
    one.talk.receive_all(other.out())
    assert one.talk.next("main") is None
    settle(one, other)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE), Arrived("blind", number(2), b"next")]


def test_what_a_transport_lost_is_nothing_to_a_new_start_of_the_peer(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    one.out()
    one.talk.unsent("main")
    assert one.talk.side.waits(one.talk.state)
    other.restart()
    other.talk.side.subjects = {"blind"}
    one.talk.receive_all(other.out())
    settle(one, other)
    assert not one.talk.waits("main") and other.of(Arrived) == [] and drops(other) == []


def test_the_sender_starts_again_and_what_is_half_here_is_of_the_past(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    other.talk.receive_all(one.out()[:3])
    one.restart()
    settle(one, other)
    assert not one.talk.waits("main")
    one.talk.send_side("blind", number(), LARGE)
    last = one.out()
    other.talk.receive(last[3])
    assert other.of(Arrived) == []
    other.talk.receive_all(last)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]


def test_nothing_is_taken_of_a_feed_that_is_frozen(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    other.talk.state.frozen.add(one.origin())
    one.talk.send_side("blind", number(), b"masked")
    deliver(one, other)
    assert drops(other) == ["line.frozen"] and other.of(Arrived) == []


def forged(one: Node, change: Callable[[Content], Content]) -> bytes:
    """A piece, altered by whoever can seal: keys to seal to are public."""
    state = one.talk.state
    said = side.whole(one.origin(), state.talk.session, "blind", number(), LARGE)
    content = side.write(said, 0, LARGE, one.own.seeds.log)
    return one.talk._envelopes.sealed(change(content), state)


def test_a_forged_piece_is_dropped_with_a_code(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    state = one.talk.state
    said = side.whole(one.origin(), state.talk.session, "blind", number(), LARGE)
    stranger = side.write(said, 0, LARGE, A.seed("stranger"))
    for change, code in (
        (lambda _: stranger, "ledger.unsigned"),
        (lambda good: good._replace(body=good.body[:-1] + b"\0"), "line.side"),
        (
            lambda good: good._replace(checkpoint=good.checkpoint.replace(b"blind", b"blond")),
            "ledger.signature",
        ),
        (lambda good: good._replace(salt=b"\1" * 16), "line.side"),
        (lambda good: good._replace(session=b""), "line.session"),
        (lambda good: good._replace(session=number(9)), "line.session"),
    ):
        other.heard.clear()
        assert other.talk.receive(forged(one, change))
        assert drops(other) == [code]
    other.heard.clear()
    other.talk.receive(forged(one, lambda good: good))
    assert drops(other) == []


def test_a_peer_whose_whole_is_not_what_it_signed_is_told_so(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    state = one.talk.state
    said = side.whole(one.origin(), state.talk.session, "blind", number(), LARGE)
    lies = data(len(LARGE), 2)
    pieces = [side.write(said, part, lies, one.own.seeds.log) for part in range(4)]
    other.talk.receive_all([one.talk._envelopes.sealed(each, state) for each in pieces])
    assert drops(other) == ["line.side"] and other.of(Arrived) == []
    # nothing of it is left
    one.talk.send_side("blind", number(), LARGE)
    deliver(one, other)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]


def test_a_piece_is_sealed_as_an_entry_is_whatever_is_repeated_to_us(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk._envelopes.doubted = True
    one.talk.send_side("blind", number(), b"masked")
    sealed = one.talk.next("main")
    assert sealed is not None
    told = one.talk.state.peer_prekey
    assert told is not None
    assert seal.outer(sealed).prekey == told.id != other.own.seals[-1].public.id


def test_what_cannot_be_sealed_now_waits(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), b"masked")
    good = one.talk.state.papers[other.party.name]
    told, one.talk.state.peer_prekey = one.talk.state.peer_prekey, None
    one.talk.state.papers[other.party.name] = good._replace(
        certificates=tuple(each for each in good.certificates if each.purpose != "seal")
    )
    with pytest.raises(Refused) as caught:
        one.talk.next("main")
    assert caught.value.code == "line.no_seal_key" and one.talk.waits("main")
    one.talk.state.papers[other.party.name], one.talk.state.peer_prekey = good, told
    deliver(one, other)
    assert len(other.of(Arrived)) == 1


def test_bundles_do_not_carry_it_and_it_waits_on(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.say("corridor 4 closed")
    one.talk.send_side("blind", number(), LARGE)
    bundles.write(one.talk, tmp_path / "north.bundle")
    assert (tmp_path / "north.bundle").stat().st_size < side.PIECE
    bundles.read(other.talk, tmp_path / "north.bundle")
    assert other.arrived()[-1] == '{"said":"corridor 4 closed"}' and other.of(Arrived) == []
    assert one.talk.waits("main")
    deliver(one, other)
    assert other.of(Arrived) == [Arrived("blind", number(), LARGE)]


def older(node: Node, messages: list[bytes]) -> None:
    """As a program takes messages that knows only two kinds: what has no leaf is a status."""
    contents = tuple(opened(node, sealed) for sealed in messages)
    node.talk.do(ReceivedAll(node.world.now, contents))


def test_a_peer_of_the_older_program_drops_it_and_both_directions_go_on(tmp_path: Path) -> None:
    one, other = joined(tmp_path)
    one.talk.send_side("blind", number(), LARGE)
    pieces = one.out()
    older(other, pieces)
    assert drops(other) == ["line.status"] * 4 and other.of(Arrived) == []
    one.say("from the newer")
    other.say("from the older")
    older(other, [*pieces, *one.out()])
    deliver(one, other)
    assert (
        other.arrived()[-1] == '{"said":"from the newer"}'
        and one.arrived()[-1] == '{"said":"from the older"}'
    )
    settle(one, other)
    assert same(one, other) and one.talk.state.level == other.talk.state.level == "live"
    assert one.talk.state.receipts[one.origin()] == len(one.entries(one.origin()))
