"""Two whole nodes over their data directories: paired, agreed, apart, rejoined, over messages and files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.desk import agreed
from tests.ledger.two import seed
from tests.story import whole
from tests.story.whole import Two, deliver, leaves, settle, words
from wideberth.errors import Invalid, Refused
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import certificate, ids, keys
from wideberth.ledger.certificate import Revocation
from wideberth.ledger.ids import Origin
from wideberth.model.agreement import Party
from wideberth.node.node import Node
from wideberth.store.journal import Step
from wideberth.store.kept import Kept


def terms_for(found: Two) -> tuple[bytes, bytes]:
    parties = [Party(each.party, each.name) for each in found.places]
    return agreement_draft.draft(agreed.NUMBER, "Trial terms", parties), agreed.NUMBER


def agree(found: Two) -> str:
    """Both parties' officers sign; the SHA-256."""
    data, number = terms_for(found)
    sha256 = agreement.read(data).hash
    found.one.agreed.propose(found.line, data)
    settle(found)
    for node, place in zip((found.one, found.other), found.places, strict=True):
        node.agreed.sign(found.line, sha256, whole.signatures(place, data, number))
    settle(found)
    return sha256.hex()


def test_a_line_is_taken_up_once_and_is_there_again_after_a_start(tmp_path: Path) -> None:
    places, line = whole.begin(tmp_path)
    time = whole.Time()
    with places[0].open(time) as node:
        view = node.take_up(whole.paired(*places), places[0].private, "https://south.example:7879")
        assert (view.line, view.label, view.stage, view.health) == (line, "south", "asking", "live")
        with pytest.raises(Refused) as caught:
            node.take_up(whole.paired(*places), places[0].private)
        assert caught.value.code == "line.exists"
        secret = node.line_secret(line)
    with places[0].open(time) as node:
        assert node.line(line).address == "https://south.example:7879"
        assert node.line_secret(line) == secret
        assert node.readdress(line, None).address is None
    with places[0].open(time) as node:
        assert node.line(line).address is None
        assert node.other(line) == places[1].party
    with places[1].open(time) as other:
        other.take_up(whole.paired(*reversed(places)), places[1].private)
        assert other.line_secret(line) == secret


def test_a_line_and_where_its_peer_is_called_are_one_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, line = whole.begin(tmp_path)
    time, append, commits = whole.Time(), Kept.append, 0

    def killed(self: Kept, batch: Sequence[Step]) -> None:
        nonlocal commits
        commits += 1
        if commits > 1:
            raise KeyboardInterrupt
        append(self, batch)

    with places[0].open(time) as node:
        monkeypatch.setattr(Kept, "append", killed)
        # what is after the first commit may be anything that a start says
        with suppress(KeyboardInterrupt):
            node.take_up(whole.paired(*places), places[0].private, "https://south.example:7879")
    monkeypatch.undo()
    with places[0].open(time) as node:
        assert node.line(line).address == "https://south.example:7879"


def test_what_belongs_to_another_node_is_refused(tmp_path: Path) -> None:
    places, line = whole.begin(tmp_path)
    third = whole.make(tmp_path, "third")
    time = whole.Time()
    with third.open(time) as node:
        with pytest.raises(Refused) as caught:
            node.take_up(whole.paired(*places), places[0].private)
        assert caught.value.code == "line.other_identity"
        for call in (node.line, node.agreed.of, node.waive, node.bundle, node.line_secret):
            with pytest.raises(Invalid) as none:
                call(line)
            assert none.value.code == "line.none"
    with places[0].open(time) as node:
        with pytest.raises(Refused) as caught:
            node.take_up(whole.paired(*places), places[1].private)
        assert caught.value.code == "pair.other_key"
        with pytest.raises(Invalid) as wrong:
            node.take_up(whole.paired(*places), places[0].private, "ftp://south")
        assert wrong.value.code == "transport.address"
        assert node.lines() == []


def test_entries_receipts_and_what_people_are_told(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        told: list[int] = []
        end = found.other.follow(lambda: told.append(1))
        found.one.say(found.line, "main", "test.said", 1, {"said": "corridor 4 closed"})
        deliver(found.line, found.one, found.other)
        end()
        assert told
        events, gone = found.other.events(0)
        assert not gone
        # no node knows this type yet: kept, cosigned, and said to be not understood
        assert [each.what for each in events if each.type == "test.said"] == ["entry.arrived", "entry.unable"]
        [mine] = [each for each in found.one.line(found.line).feeds if each.mine and each.kind == "main"]
        assert mine.entries == mine.delivered > 0
        assert leaves(found.one, found.line) == leaves(found.other, found.line)
        assert any(each.what == "entry.delivered" for each in found.one.events(0)[0])


def test_an_agreement_is_in_force_when_four_officers_have_signed_and_is_named_from_then_on(
    tmp_path: Path,
) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        data, number = terms_for(found)
        sha256 = agreement.read(data).hash
        assert found.one.agreed.propose(found.line, data).named is None
        settle(found)
        found.one.agreed.sign(found.line, sha256, whole.signatures(found.places[0], data, number))
        settle(found)
        [version] = found.other.agreed.of(found.line).versions
        assert [(each.label, each.missing) for each in version.signers] == sorted(
            [("north", 0), ("south", 2)],
            key=lambda each: found.one._open[found.line].state.line.rank(
                found.places[whole.NAMES.index(each[0])].party
            ),
        )
        assert not version.in_force
        found.other.agreed.sign(found.line, sha256, whole.signatures(found.places[1], data, number))
        settle(found)
        for node in (found.one, found.other):
            assert node.line(found.line).agreement == sha256.hex()
            assert node.agreed.of(found.line).named == sha256.hex()
            assert node.agreed.of(found.line).phases == {ids.base32(number): "in force"}
        found.one.say(found.line, "main", "test.said", 1, {"said": "under terms"})
        placed = found.one._open[found.line].state.order.placed
        assert placed[-1].entry.header.agreement == sha256
        # the numbers of the line are those that were agreed
        assert found.one._open[found.line].state.terms.heartbeat_ms == 30_000
        found.other.agreed.suspend(found.line, number)
        settle(found)
        assert found.one.line(found.line).suspended_by == (found.places[1].party,)
        found.other.agreed.resume(found.line, number)
        found.one.agreed.end(found.line, number)
        settle(found)
        assert found.other.agreed.of(found.line).phases == {ids.base32(number): "ended"}


def test_apart_both_work_and_rejoined_they_hold_the_same(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        agree(found)
        for node, word in ((found.one, "a"), (found.other, "b")):
            for n in range(5):
                node.say(found.line, "main", "test.said", 1, {"said": f"{word}{n}"})
                # the network is gone: what is taken is lost
                node.outgoing(found.line, "main", 1_000_000)
            found.time.pass_ms(600_000)
            node.tick()
        assert found.one.line(found.line).health in ("late", "silent")
        settle(found)
        assert found.one.line(found.line).health == "live"
        assert len(words(found.one, found.line)) == 10
        assert leaves(found.one, found.line) == leaves(found.other, found.line)


def test_the_same_over_files_only(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        data, number = terms_for(found)
        sha256 = agreement.read(data).hash

        def carry() -> None:
            for _ in range(2):
                found.other.take_bundle(found.one.bundle(found.line))
                found.one.take_bundle(found.other.bundle(found.line))
                found.time.pass_ms(3_600_000)

        carry()
        found.one.agreed.propose(found.line, data)
        carry()
        for node, place in zip((found.one, found.other), found.places, strict=True):
            node.agreed.sign(found.line, sha256, whole.signatures(place, data, number))
        carry()
        assert found.one.line(found.line).agreement == found.other.line(found.line).agreement == sha256.hex()
        assert leaves(found.one, found.line) == leaves(found.other, found.line)
        own = found.one.bundle(found.line)
        with pytest.raises(Refused) as caught:
            found.one.take_bundle(own)
        assert caught.value.code == "bundle.other_line"


def test_an_old_copy_of_the_directory_is_found_out_and_rejoins(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        agree(found)
    whole.copy(found.places[0].path, tmp_path / "backup")
    with found.places[0].open(found.time) as one, found.places[1].open(found.time) as other:
        again = found._replace(one=one, other=other)
        settle(again)
        one.say(found.line, "main", "test.said", 1, {"said": "after the copy"})
        settle(again)
    with (
        found.places[0].open(found.time, tmp_path / "backup") as one,
        found.places[1].open(found.time) as other,
    ):
        again = found._replace(one=one, other=other)
        assert one.line(found.line).stage == "asking"
        settle(again)
        assert one.line(found.line).stage == "whole"
        assert "line.rolled_back" in [each.code for each in other.line(found.line).alarms]
        assert all(each.proof for each in other.proofs(found.line))
        assert words(one, found.line) == ['{"said":"after the copy"}']
        assert leaves(one, found.line) == leaves(other, found.line)


def test_a_message_that_is_too_large_for_a_call_comes_first_in_the_next(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        for n in range(3):
            found.one.say(found.line, "main", "test.said", 1, {"said": f"{n}" * 1_000})
        taken = []
        while found.one.waiting(found.line, "main"):
            some = found.one.outgoing(found.line, "main", 10)
            assert len(some) == 1
            taken += some
        assert found.other.incoming(found.line, taken) == 3
        assert len(words(found.other, found.line)) == 3


def test_what_a_transport_lost_goes_again_at_once(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        waits: list[tuple[str, str]] = []
        end = found.one.listen(lambda line, slot: waits.append((line, slot)))
        found.one.say(found.line, "main", "test.said", 1, {"said": "x"})
        assert waits == [(found.line, "main")]
        assert found.one.outgoing(found.line, "main", 10_000)
        assert not found.one.waiting(found.line, "main")
        found.one.unsent(found.line, "main")
        [sealed] = found.one.outgoing(found.line, "main", 10_000)
        assert found.other.incoming(found.line, [sealed]) == 1
        # a status, too
        found.one.outgoing(found.line, "urgent", 10_000)
        found.one.unsent(found.line, "urgent")
        assert found.one.waiting(found.line, "urgent")
        end()
        end()
        waits.clear()
        found.one.say(found.line, "main", "test.said", 1, {"said": "y"})
        assert waits == []


def test_a_clock_that_jumps_stops_signing_until_an_officer_says_which_time_is_right(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        found.time.wall_ms += 100 * 365 * 86_400_000
        found.one.tick()
        assert not found.one.line(found.line).clock_steady
        found.one.say(found.line, "main", "test.said", 1, {"said": "later"})
        assert found.one.line(found.line).not_told >= 1
        found.time.wall_ms -= 100 * 365 * 86_400_000
        found.one.confirm_clock()
        assert found.one.line(found.line).clock_steady
        settle(found)
        assert found.one.line(found.line).not_told == 0
        assert words(found.other, found.line) == ['{"said":"later"}']


def test_a_disk_that_cannot_be_written_is_told_and_the_node_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        real = Kept._commit

        def fails(self: object, *args: object) -> None:
            if self is found.one._lines.private.journal:
                raise Refused("journal.disk", "no room on the disk")
            real(self, *args)  # type: ignore[arg-type]  # passed on as they came

        monkeypatch.setattr(Kept, "_commit", fails)
        with pytest.raises(Refused) as caught:
            found.one.say(found.line, "main", "test.said", 1, {"said": "lost"})
        assert caught.value.code.startswith("journal.")
        monkeypatch.undo()
        settle(found)
        found.one.say(found.line, "main", "test.said", 1, {"said": "kept"})
        settle(found)
        assert words(found.other, found.line) == ['{"said":"kept"}']
        assert found.one.status().trouble is None


def test_what_was_agreed_needs_what_the_commands_need(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        data, number = terms_for(found)
        with pytest.raises(Refused) as caught:
            found.one.agreed.sign(found.line, bytes(32), [])
        assert caught.value.code == "agreement.unknown"
        with pytest.raises(Invalid):
            found.one.agreed.propose(found.line, data[:-10])
        with pytest.raises(Refused) as early:
            found.one.agreed.suspend(found.line, number)
        assert early.value.code == "agreement.not_now"


def test_status(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        view = found.one.status()
        assert (view.party, view.lines, view.trouble, view.log_lost) == (found.places[0].party, 1, None, 0)
        found.one.stopping()
        assert found.one.events(0)[0][-1].what == "node.stopping"
        assert found.one.drops() == {found.line: {}}
        assert isinstance(found.one, Node)


def test_papers_that_come_by_hand_count_at_once_and_reach_the_other_party(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        agree(found)
        place = found.places[1]
        key = keys.public(place.officer(0))
        origin = Origin(found.line, place.party, "main", 0)
        revoked = certificate.revoke(Revocation(key, {origin: 0}), seed(f"{place.name} identity"))
        # the other party's revocation, brought by hand: its officer never counted
        found.one.papers(found.line, [revoked])
        [version] = found.one.agreed.of(found.line).versions
        assert not version.in_force
        assert [each.missing for each in version.signers if each.party == place.party] == [1]
        found.other.papers(found.line, [revoked])
        settle(found)
        assert found.other.line(found.line).agreement is None
        assert leaves(found.one, found.line) == leaves(found.other, found.line)


def test_a_line_check_is_answered_by_the_node_and_then_by_the_desk(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        found.one.check(found.line, desk=True)
        deliver(found.line, found.one, found.other)
        [mine] = [each for each in found.one.line(found.line).checks if each.mine]
        assert (mine.desk, mine.stage, mine.role) == (True, "machine", None)
        found.time.pass_ms(20 * 60_000)
        found.one.tick()
        assert "line_check.no_desk" in [each.code for each in found.one.events(0)[0]]
        view = found.other.checked(found.line, "duty officer")
        [theirs] = [each for each in view.checks if not each.mine]
        assert (theirs.stage, theirs.role) == ("desk", "duty officer")
        deliver(found.line, found.one, found.other)
        [mine] = [each for each in found.one.line(found.line).checks if each.mine]
        assert (mine.stage, mine.role) == ("desk", "duty officer")
