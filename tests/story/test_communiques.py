"""Communiqués between whole nodes: the very same text signed, published, corrected, withdrawn, revoked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.two import seed
from tests.story import whole
from tests.story.communiqued import OTHERWISE, TEXTS, joint, many, newest, room, sign, sign_both, signed
from tests.story.test_gate import people, seen
from tests.story.whole import Place
from wideberth.desk import communique_entries
from wideberth.errors import WideberthError
from wideberth.ledger import approval, certificate, keys
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Revocation
from wideberth.model.communique import Text
from wideberth.model.talks import Invitation
from wideberth.node.node import Node


def code(act: Callable[..., object], *args: Any, **more: Any) -> str:
    with pytest.raises(WideberthError) as raised:
        act(*args, **more)
    return raised.value.code


def revoke(node: Node, line: str, place: Place, n: int) -> None:
    """The identity of `place` revokes its officer's key in every feed; a node is given the paper by hand."""
    gone = certificate.revoke(Revocation(keys.public(place.officer(n)), {}), seed(f"{place.name} identity"))
    node.papers(line, [gone])


def test_both_sign_the_very_same_text_and_each_publishes_it(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        one, other = room(found.one), room(found.other)
        view = joint(found)
        name, sha = view.communique, bytes.fromhex(view.versions[0].sha256)
        texts = {node.text(name).text for node in (one, other)}
        assert len(texts) == 1 and hashlib.sha256(texts.pop().encode()).digest() == sha
        assert other.one(name).phase == "draft" and not other.one(name).versions[0].mine
        assert code(one.publish, name) == "communique.not_signed"
        sign(found.one, found.places[0], view)
        whole.settle(found)
        assert [each.one(name).phase for each in (one, other)] == ["signed by some"] * 2
        assert code(one.publish, name) == code(other.publish, name) == "communique.not_signed"
        assert one.published() == other.published() == []
        sign(found.other, found.places[1], other.one(name))
        whole.settle(found)
        assert [each.one(name).phase for each in (one, other)] == ["approved"] * 2
        one.publish(name)
        whole.settle(found)
        [shown] = one.published()
        assert (shown.id, shown.versions[0].texts, shown.by[1]) == (name, TEXTS, "south")
        # each party publishes on its own pages, and the other is told
        assert other.published() == []
        assert [(each.label, each.page) for each in newest(found.other, view).parties] == [
            ("north", "published"),
            (None, None),
        ]
        other.publish(name)
        assert len(other.published()) == 1


def test_what_is_published_is_there_after_a_restart(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        view = joint(found)
        sign_both(found, view)
        room(found.one).publish(view.communique)
        own = room(found.one).draft([], OTHERWISE, replies=False)
        sign(found.one, found.places[0], own)
        room(found.one).publish(own.communique)
        before = room(found.one).published()
        found.one.close()
        with found.places[0].open(found.time) as again:
            assert room(again).published() == before and len(before) == 2
            assert room(again).one(view.communique).phase == "published"
            again.tick()
            assert room(again).published() == before


def test_one_key_is_refused_and_so_is_a_signature_over_another_text(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        one, (north, south) = room(found.one), found.places
        view = joint(found)
        name, sha = view.communique, bytes.fromhex(view.versions[0].sha256)
        hexed = sha.hex()
        assert code(one.sign, name, sha, signed(north, hexed, (0,))) == "communique.two"
        assert code(one.sign, name, sha, signed(north, hexed, (0, 0))) == "communique.two"
        assert code(one.sign, name, sha, signed(south, hexed)) == "communique.not_counted"
        assert code(one.sign, name, sha, signed(north, "00" * 32)) == "communique.not_counted"
        assert code(one.sign, name, bytes(32), signed(north, hexed)) == "communique.version"
        assert one.one(name).phase == "draft"
        # what a peer says all the same counts for nothing
        line = found.other.line(found.line).line
        said = communique_entries.Signed(name, sha, approvals(south, sha))
        found.other.say(line, "main", said.TYPE, 1, communique_entries.write(said))
        whole.settle(found)
        assert one.one(name).phase == "draft"


def approvals(place: Place, sha: bytes) -> tuple[Approval, ...]:
    """Of one officer."""
    return tuple(approval.read(each) for each in signed(place, sha.hex(), (0,)))


def test_differences_are_recorded_and_shown_side_by_side_until_all_sign_one_text(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        one, other = room(found.one), room(found.other)
        view = joint(found)
        name, sha = view.communique, bytes.fromhex(view.versions[0].sha256)
        sign(found.one, found.places[0], view)
        whole.settle(found)
        other.differ(name, sha, "Title: nothing was agreed.", OTHERWISE)
        whole.settle(found)
        for node in (one, other):
            shown = node.one(name).versions[0]
            south = next(each for each in shown.parties if each.party == found.other.party)
            assert shown.phase == "differing" and south.differs == "Title: nothing was agreed."
            assert [each.title for each in south.instead] == ["Hours were discussed"]
            assert [each.title for each in shown.texts] == [each.title for each in TEXTS]
        assert code(one.publish, name) == "communique.not_signed"
        # the next version is theirs to put too, and is what both sign
        other.correct(name, OTHERWISE, replies=True, before=sha.hex())
        whole.settle(found)
        # and undone by nobody who has not seen it
        assert code(one.correct, name, TEXTS, replies=True, before=sha.hex()) == "communique.newer"
        assert one.one(name).versions[0].version == 2 and not one.one(name).versions[0].mine
        sign_both(found, one.one(name))
        one.publish(name)
        assert [each.versions[0].texts for each in one.published()] == [OTHERWISE]
        # a version that was never public is no history
        assert [each.version for each in one.published()[0].versions] == [2]


def test_a_correction_is_the_next_version_and_the_former_is_its_history(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        one = room(found.one)
        view = joint(found)
        name = view.communique
        sign_both(found, view)
        one.publish(name)
        first = one.published()[0].published_ms[0]
        assert code(one.correct, name, OTHERWISE, replies=True) == "communique.why"
        one.correct(name, OTHERWISE, replies=True, correction="The title was wrong.")
        whole.settle(found)
        # the first stands until the correction is signed by all and published
        assert [each.version for each in one.published()[0].versions] == [1]
        assert code(one.publish, name, bytes.fromhex(one.one(name).versions[0].sha256)) == (
            "communique.not_signed"
        )
        sign_both(found, one.one(name))
        one.publish(name)
        [shown] = one.published()
        assert [each.version for each in shown.versions] == [2, 1]
        assert shown.versions[0].correction == "The title was wrong."
        assert shown.published_ms[1] == first < shown.published_ms[0]
        old = bytes.fromhex(one.one(name).versions[1].sha256)
        assert code(one.publish, name, old) == "communique.older"


def test_what_is_withdrawn_stays_on_record_and_the_other_is_told(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        one, other = room(found.one), room(found.other)
        view = joint(found)
        name = view.communique
        sign_both(found, view)
        one.publish(name)
        other.publish(name)
        whole.settle(found)
        one.withdraw(name, "an error in the title")
        whole.settle(found)
        [shown] = one.published()
        assert shown.withdrawn_ms is not None and shown.versions[0].texts == TEXTS
        assert (one.one(name).phase, one.one(name).public) == ("withdrawn", None)
        # the other's pages are its own; it is told, and decides
        assert other.published()[0].withdrawn_ms is None
        north = newest(found.other, view).parties[0]
        assert (north.page, north.page_why) == ("withdrawn", "an error in the title")
        assert code(one.correct, name, TEXTS, replies=True, correction="x") == "communique.not_now"
        one.publish(name)
        assert one.published()[0].withdrawn_ms is None
        other.withdraw(name)
        whole.settle(found)
        one.withdraw(name)
        assert code(one.publish, name) == "communique.taken_back"


def test_a_draft_that_is_withdrawn_is_over_for_both(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        view = joint(found)
        sign_both(found, view)
        room(found.other).withdraw(view.communique)
        whole.settle(found)
        assert room(found.one).one(view.communique).phase == "withdrawn"
        assert code(room(found.one).publish, view.communique) == "communique.taken_back"
        assert room(found.one).published() == []


def test_a_key_that_is_revoked_later_takes_it_off_the_pages(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        one, other, (_, south) = room(found.one), room(found.other), found.places
        view = joint(found)
        name = view.communique
        sign_both(found, view)
        one.publish(name)
        other.publish(name)
        whole.settle(found)
        revoke(found.other, found.line, south, 1)
        whole.settle(found)
        for node in (one, other):
            [shown] = node.published()
            assert shown.withdrawn_ms is not None
            assert code(node.publish, name) == "communique.not_signed"
        party = next(each for each in newest(found.one, view).parties if each.us)
        assert party.page_why == "a signature under it counts no more: its key was revoked"


def test_an_own_one_needs_two_officers_and_nobody_else(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        one, (north, south) = room(found.one), found.places
        view = one.draft([], TEXTS, replies=False)
        name, sha = view.communique, view.versions[0].sha256
        assert not view.joint and code(one.publish, name) == "communique.not_signed"
        digest = bytes.fromhex(sha)
        assert code(one.sign, name, digest, signed(north, sha, (0,))) == "communique.two"
        assert code(one.sign, name, digest, signed(south, sha)) == "communique.not_counted"
        assert code(one.differ, name, digest, "no") == "communique.own"
        assert sign(found.one, north, view).phase == "approved"
        assert one.publish(name).phase == "published"
        whole.settle(found)
        assert room(found.other).all() == []
        assert [each.versions[0].replies for each in one.published()] == [False]
        revoke(found.one, found.line, north, 0)
        whole.settle(found)
        assert one.published()[0].withdrawn_ms is not None


def test_a_long_text_in_parts_is_the_same_at_both(tmp_path: Path) -> None:
    long = (Text("ru", "Длинный текст", "\n\n".join(["и" * 900] * 40)),)
    with whole.two(tmp_path) as found:
        whole.settle(found)
        view = joint(found, long)
        assert room(found.other).text(view.communique).text == room(found.one).text(view.communique).text
        sign_both(found, view)
        room(found.other).publish(view.communique)
        assert room(found.other).published()[0].versions[0].texts == long


def test_talks_name_it_as_their_outcome_and_both_show_it(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        view = joint(found)
        parties = found.one.party, found.other.party
        talks = found.one.room.talks
        made = talks.propose(Invitation("", 1, "Talks", ("hours",), whole.WALL_MS, parties))
        whole.settle(found)
        for node in (found.one, found.other):
            node.room.talks.attend(made.talks, ("commander",))
            whole.settle(found)
        talks.minute(made.talks, "Hours were agreed.")
        whole.settle(found)
        sha = hashlib.sha256(b"Hours were agreed.").digest()
        for node in (found.one, found.other):
            node.room.talks.sign(made.talks, sha)
            whole.settle(found)
        talks.outcome(made.talks, None, view.communique)
        whole.settle(found)
        for node in (found.one, found.other):
            [said] = node.room.talks.one(made.talks).lines[0].outcomes
            assert said.communique == view.communique
            assert said.stands == "Hours were agreed: draft"
            assert room(node).one(view.communique).talks == (made.talks,)


def test_an_exercise_says_so_in_what_is_signed(tmp_path: Path) -> None:
    with whole.two(tmp_path, exercise=True) as found:
        whole.settle(found)
        view = joint(found)
        assert '"exercise":true' in room(found.other).text(view.communique).text
        sign_both(found, view)
        room(found.one).publish(view.communique)
        assert room(found.one).published()[0].exercise


@pytest.mark.parametrize("last", [True, False], ids=["each has a line to each", "two have none"])
def test_three_sign_the_same_text_on_each_of_their_lines(tmp_path: Path, last: bool) -> None:
    pairs = [(0, 1), (0, 2), *([(1, 2)] if last else [])]
    with many(tmp_path, ("north", "south", "west"), pairs) as found:
        nodes = found.nodes
        view = room(nodes[0]).draft([each.party for each in nodes[1:]], TEXTS, replies=True)
        found.settle()
        for n, node in enumerate(nodes):
            assert code(room(nodes[0]).publish, view.communique) == "communique.not_signed"
            sign(node, found.places[n], room(node).one(view.communique))
            found.settle()
        phases = [room(each).one(view.communique).phase for each in nodes]
        # whose signature stands on no line of a node has not signed, as far as that node knows
        assert phases == ["approved", *(["approved"] * 2 if last else ["signed by some"] * 2)]
        room(nodes[0]).publish(view.communique)
        assert len(room(nodes[0]).published()[0].by) == 3
        if not last:
            assert code(room(nodes[1]).publish, view.communique) == "communique.not_signed"


def test_what_is_refused(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        one = room(found.one)
        assert code(one.one, "q-nothing") == "communique.none"
        assert code(one.draft, ["a" * 52], TEXTS, replies=True) == "communique.party"
        hidden = (Text("en", "Hours\u202e were agreed", "Yes."),)
        assert code(one.draft, [], hidden, replies=True) == "communique.entry"
        view = one.draft([found.other.party], TEXTS, replies=True)
        # before it is on the line nothing can be said about it
        assert code(one.text, view.communique, bytes(32)) == "communique.version"
        assert code(one.notice, view.communique, "cap") == "communique.not_public"


def test_a_draft_that_the_gate_holds_is_not_told_and_not_signed(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        node, (officer, _) = found.one, people(found.one)
        node.gate.set(found.line, "always", officer)
        view = joint(found)
        assert room(found.other).all() == []
        shown = room(node).one(view.communique).versions[0]
        assert not shown.told and shown.words == "it could not be said on every line yet"
        assert code(sign, node, found.places[0], view) == "communique.not_now"
        # an officer reads its exact text, and lets it out
        held = node.gate.held(found.line)
        assert any("Both parties keep apart." in each.text for each in held)
        node.gate.release(found.line, [seen(each) for each in held], officer)
        whole.settle(found)
        assert room(found.other).one(view.communique).title == "Hours were agreed"
        assert room(node).one(view.communique).versions[0].told
        node.people.close()
