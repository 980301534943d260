"""The relay tree in two whole nodes: who has signed, what is broken, what rings, what the other learns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import structs

from tests.desk.relayed import cell_seed
from tests.ledger.two import seed
from tests.story import desks, whole
from tests.story.desks import START, circle, given
from tests.story.whole import Two
from wideberth.desk import notice_entries, relay_entries
from wideberth.desk.relay_entries import Confirmed
from wideberth.errors import NotTrusted, Refused, WideberthError
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import certificate, feed, ids, keys, quints
from wideberth.ledger.certificate import Revocation
from wideberth.model.guards import Guards
from wideberth.model.relay import Answer
from wideberth.node.node import Node
from wideberth.node.relay_views import RelayView
from wideberth.render.mark import MARK
from wideberth.story import exercise

MIN = 60_000
TREE = {
    "operations": None,
    "air desk": "operations",
    "crew 1": "air desk",
    "crew 2": "air desk",
    "boat 7": "operations",
}


class Told(NamedTuple):
    """South's node has a notice of North's, and cells of its own; North's has the plan."""

    two: Two
    plan: str
    notice: str

    @property
    def north(self) -> Node:
        return self.two.one

    @property
    def south(self) -> Node:
        return self.two.other

    def open(self, *cells: str) -> RelayView:
        return self.south.room.relay.open(self.two.line, self.notice, cells)

    def until(self, start_ms: int, minutes: float) -> None:
        """Time passes until so many minutes before."""
        self.two.time.pass_ms(start_ms - round(minutes * MIN) - self.two.time.wall_ms)
        whole.settle(self.two, 1)

    def passed(self, node: Node) -> dict[bool, str]:
        """What each said of the notice; True: the node itself."""
        told = node._open[self.two.line].fold.all.notices.notices[self.notice]
        return {party == node.party: each.rung for party, each in told.passed.items()}

    def rings(self) -> list[str]:
        return [each.kind for each in self.south.room.ringing.all()]


def cells(node: Node, *, keyed: bool = True) -> None:
    for name, above in TREE.items():
        key = keys.public(cell_seed(name)) if keyed and name != "boat 7" else None
        node.room.relay.add(name, above, key)


def says(node: Node, view: RelayView, name: str, rung: Answer = "confirmed", ahead: int = 0) -> Confirmed:
    """What a cell signs now."""
    cell = next(each.cell for each in view.duties if each.name == name)
    digest = relay_entries.sha256(view.text)
    at_ms = node.clock.now() + ahead
    return relay_entries.sign(view.relay, cell, rung, at_ms, digest, cell_seed(name))


def confirm(node: Node, view: RelayView, *names: str) -> RelayView:
    for name in names:
        view = node.room.relay.confirm(says(node, view, name))
    return view


def chains(view: RelayView) -> dict[str, str]:
    return {each.name: each.chain for each in view.duties}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with desks.desks(tmp_path) as two:
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(two)
        cells(two.other)
        yield Told(two, plan.plan, ids.notice_of(two.line, plan.plan))


def test_a_notice_is_done_when_the_last_executor_has_confirmed(told: Told) -> None:
    view = told.open()
    assert view.title.startswith("TOLD BY NORTH: NUMBER ")
    assert (view.whole, view.broken, view.rung) == (False, 1, None)
    assert "5,020 m" in view.text and "no permission and no guarantee" in view.text
    view = confirm(told.south, view, "operations", "crew 1")
    assert chains(view) == {
        "operations": "whole",
        "air desk": "broken",
        "crew 1": "below",
        "crew 2": "below",
        "boat 7": "broken",
    }
    view = confirm(told.south, view, "air desk")
    assert view.rung == "relayed"
    whole.settle(told.two, 1)
    assert told.passed(told.north) == {False: "relayed"}
    slip = told.south.room.relay.slip(view.relay, "boat 7")
    confirm(told.south, view, "crew 2")
    seed = relay_entries.slip_seed(quints.unwords(slip.words), view.relay, slip.cell)
    digest = relay_entries.sha256(view.text)
    now = told.south.clock.now()
    last = relay_entries.sign(view.relay, slip.cell, "confirmed", now, digest, seed)
    view = told.south.room.relay.confirm(last)
    assert (view.whole, view.broken, view.rung) == (True, 0, "executor confirmed")
    whole.settle(told.two, 1)
    assert told.passed(told.north) == {False: "executor confirmed"}
    assert told.passed(told.south) == {True: "executor confirmed"}
    assert told.north.desk.notice(told.two.line, told.notice).passed == {"theirs": "executor confirmed"}
    assert told.south.desk.notice(told.two.line, told.notice).passed == {"ours": "executor confirmed"}


def test_of_the_cells_nothing_is_on_the_line(told: Told) -> None:
    view = confirm(told.south, told.open(), *(name for name in TREE if name != "boat 7"))
    whole.settle(told.two, 1)
    secret = [
        *TREE,
        view.relay,
        *(each.cell for each in view.duties),
        ids.base32(relay_entries.sha256(view.text)),
    ]
    for node in (told.north, told.south):
        said = b"".join(each.entry.body for each in node._open[told.two.line].state.order.placed)
        assert b"notice.relayed" not in said  # the type stands in the header
        assert [each for each in secret if each.encode() in said] == []


def test_a_cell_that_cannot_after_all_takes_it_back_on_the_line(told: Told) -> None:
    view = confirm(told.south, told.open("crew 1"), "operations", "air desk", "crew 1")
    whole.settle(told.two, 1)
    assert told.passed(told.north) == {False: "executor confirmed"}
    told.two.time.pass_ms(1_000)
    told.south.room.relay.confirm(says(told.south, view, "air desk", "objection"))
    whole.settle(told.two, 1)
    assert told.passed(told.north) == {False: "no longer"}
    whole.settle(told.two)
    leaves = [each.entry.header.type for each in told.north._open[told.two.line].state.order.placed]
    # relayed, executor confirmed, no longer: each said once
    assert leaves.count("notice.relayed") == 3


def test_a_new_version_is_handed_down_anew_by_itself(told: Told) -> None:
    view = confirm(told.south, told.open("crew 1"), "operations", "air desk", "crew 1")
    whole.settle(told.two, 1)
    told.north.desk.amend(told.plan, given(circle(33.1, 34.0, START)))
    whole.settle(told.two, 1)
    [now] = told.south.room.relay.all().relays
    assert (now.version, now.rung, now.broken) == (2, None, 1)
    assert [each.name for each in now.duties] == ["operations", "air desk", "crew 1"]
    assert now.sha256 != view.sha256 and not told.south.room.relay.one(view.relay).standing
    assert told.passed(told.north) == {}
    with pytest.raises(Refused, match="newer version"):
        told.south.room.relay.confirm(says(told.south, view, "crew 1"))
    confirm(told.south, now, "operations", "air desk", "crew 1")
    whole.settle(told.two, 1)
    assert told.passed(told.north) == {False: "executor confirmed"}


def test_what_is_told_in_more_words_of_the_same_version_is_handed_down_anew(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "coarse") as two:
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(two)
        cells(two.other)
        notice = ids.notice_of(two.line, plan.plan)
        view = two.other.room.relay.open(two.line, notice, ["operations"])
        assert "coarse grid" in view.text
        confirm(two.other, view, "operations")
        whole.settle(two, 1)
        first = desks.terms(two, {"*": "coarse"})
        desks.agree(two, agreement_draft.following(agreement.read(first)).replace(b'"coarse"', b'"full"'))
        whole.settle(two)
        [now] = two.other.room.relay.all().relays
        assert (now.version, now.whole, "coarse grid" in now.text) == (1, False, False)
        told = two.one._open[two.line].fold.all.notices.notices[notice]
        assert len(told.passed) == 0


def test_the_broken_branch_rings_at_60_and_at_30_minutes_until_it_is_mended(told: Told) -> None:
    view = confirm(told.south, told.open("crew 1"), "operations", "crew 1")
    told.until(START, 62)
    assert told.rings() == []
    told.until(START, 60)
    assert told.rings() == ["relay"]
    [ring] = told.south.room.ringing.all()
    assert (ring.why, ring.loud, ring.id) == ("relay.broken", True, view.relay)
    [now] = told.south.room.relay.all().relays
    assert now.alarms == (60,) and now.duties[1].stands == "overdue"
    told.south.room.ringing.take(told.south.room.ringing.rings()[0].about, "duty officer")
    assert not told.south.room.ringing.all()[0].loud
    # half an hour before, whoever has taken it is asked again
    told.until(START, 30)
    assert told.rings() == ["relay.last"] and told.south.room.ringing.all()[0].loud
    confirm(told.south, view, "air desk")
    whole.settle(told.two, 1)
    assert told.rings() == []
    assert told.south.room.relay.one(view.relay).alarms == (60, 30)


def test_what_is_opened_late_rings_at_once(told: Told) -> None:
    told.south.room.relay.open(None, told.south.desk.submit([given(circle(35.0, 34.0, START))])[0].plan)
    told.until(START, 10)
    told.open()
    whole.settle(told.two, 1)
    assert told.rings() == ["relay.last", "relay.last"]


def test_what_is_with_nobody_rings_where_there_are_cells(told: Told) -> None:
    told.until(START, 62)
    assert told.rings() == [] and told.south.room.relay.all().nobody == ()
    told.until(START, 59)
    assert told.rings() == ["relay"]
    assert told.south.room.ringing.all()[0].id == told.notice
    [alone] = told.south.room.relay.all().nobody
    assert (alone.notice, alone.plan, alone.version) == (told.notice, None, 1)
    assert told.north.room.ringing.all() == []  # North has no cells
    # once it is handed down the tree rings, under its own name
    view = told.open("operations")
    whole.settle(told.two, 1)
    assert [each.id for each in told.south.room.ringing.all()] == [view.relay]
    confirm(told.south, view, "operations")
    whole.settle(told.two, 1)
    assert told.rings() == []


def test_what_has_ended_rings_no_more_and_is_not_handed_down(told: Told) -> None:
    told.open()
    told.until(START, 30)
    assert told.rings() == ["relay.last"]
    told.north.desk.state(told.plan, "ended")
    whole.settle(told.two, 1)
    assert told.rings() == [] and told.south.room.relay.all().relays == ()
    with pytest.raises(Refused, match="ended"):
        told.open()


def test_what_lies_in_the_past_rings_no_more(told: Told) -> None:
    told.open()
    told.until(START, 30)
    assert told.rings() == ["relay.last"]
    told.until(START + 61 * MIN, 0)
    assert told.rings() == []


def test_an_own_plan_is_handed_down_and_whoever_was_told_learns_how_far(told: Told) -> None:
    cells(told.north)
    with pytest.raises(Refused, match="our own notice"):
        told.north.room.relay.open(told.two.line, told.notice)
    view = told.north.room.relay.open(None, told.plan, ["crew 1"])
    assert view.title.startswith("OUR PLAN: NUMBER ") and "survey 1" in view.text
    confirm(told.north, view, "operations", "air desk", "crew 1")
    whole.settle(told.two, 1)
    assert told.passed(told.south) == {False: "executor confirmed"}
    # of what is told to nobody nothing is said
    [hidden] = told.north.desk.submit([given(circle(36.0, 34.0, START))._replace(disclosure="none")])
    view = told.north.room.relay.open(None, hidden.plan, ["operations"])
    confirm(told.north, view, "operations")
    whole.settle(told.two, 1)
    types = [each.entry.header.type for each in told.south._open[told.two.line].state.order.placed]
    assert types.count("notice.relayed") == 2  # of the first: relayed, executor confirmed


def code(node: Node, said: Confirmed) -> str:
    with pytest.raises(WideberthError) as caught:
        node.room.relay.confirm(said)
    return caught.value.code


def test_what_does_not_count_is_refused_and_entered_nowhere(told: Told) -> None:
    view, south = told.open(), told.south
    size = south.private.head.size
    good = says(south, view, "crew 1")
    assert code(south, structs.replace(good, signature=bytes(64))) == "relay.signature"
    assert code(south, structs.replace(good, sha256=bytes(32))) == "relay.other_text"
    assert code(south, structs.replace(good, key=bytes(32))) == "relay.other_key"
    assert code(south, says(south, view, "crew 1", ahead=61_000)) == "relay.time"
    assert south.private.head.size == size
    assert issubclass(NotTrusted, WideberthError)
    with pytest.raises(Refused, match="relay slip"):
        south.room.relay.hand(view.relay, "crew 1", "slip")
    assert south.room.relay.hand(view.relay, "crew 1", "radio").duties[2].stands == "handed"


def test_all_of_it_is_there_after_a_restart(told: Told) -> None:
    view = confirm(told.south, told.open("crew 1"), "operations", "air desk", "crew 1")
    slip = told.south.room.relay.slip(told.open("boat 7").relay, "boat 7")
    before = told.south.room.relay.all()
    told.south.close()
    with told.two.places[1].open(told.two.time) as again:
        assert again.room.relay.all() == before
        assert [each.name for each in again.room.relay.cells()] == list(TREE)
        page = again.room.relay.pages.page(ids.base32(quints.unwords(slip.words)))
        assert page.kind == "open" and page.cell == "boat 7"
        assert not again.room.relay.one(view.relay).standing


def test_the_secret_of_a_slip_is_kept_nowhere(told: Told) -> None:
    slip = told.south.room.relay.slip(told.open().relay, "boat 7")
    secret = quints.unwords(slip.words)
    told.south.close()
    kept = b"".join(each.read_bytes() for each in told.two.places[1].path.rglob("*") if each.is_file())
    assert secret not in kept and slip.words.encode() not in kept
    with told.two.places[1].open(told.two.time) as again:
        for form in (secret, slip.words.encode(), ids.base32(secret).encode()):
            assert not any(form in item.body for item in _private(again))


def _private(node: Node) -> list[feed.Item]:
    return [record.item for record in node.private.journal.read(node.private.head.origin.text)]


def test_a_test_of_contact_shows_who_cannot_be_reached_before_it_matters(told: Told) -> None:
    relay = told.south.room.relay
    view = relay.test(15, ["crew 1", "boat 7"])
    assert view.title.startswith("TEST OF CONTACT") and view.test and "no notice" in view.text
    at = token(relay.slip(view.relay, "boat 7").words)
    assert relay.pages.page(at).kind == "open"
    assert relay.pages.answer(at, "confirmed", view.test[2:8]).kind == "used"
    confirm(told.south, view, "operations", "air desk")
    assert told.rings() == []
    told.two.time.pass_ms(15 * MIN)
    whole.settle(told.two, 1)
    assert told.rings() == ["relay"] and chains(relay.one(view.relay))["crew 1"] == "broken"
    newer = relay.test(15, ["operations"])
    whole.settle(told.two, 1)
    assert told.rings() == [] and relay.pages.page(at).kind == "superseded"
    told.two.time.pass_ms(25 * 60 * MIN)
    whole.settle(told.two, 1)
    assert not relay.one(newer.relay).standing
    types = [each.entry.header.type for each in told.south._open[told.two.line].state.order.placed]
    assert "notice.relayed" not in types
    for wrong in (0, 1_441):
        with pytest.raises(WideberthError, match="1,440"):
            relay.test(wrong)


@pytest.mark.parametrize("on", [True, False])
def test_who_does_not_answer_a_test_is_not_seen_in_the_twin(
    drills: exercise.Set, tmp_path: Path, on: bool
) -> None:
    with exercise.staged(drills, tmp_path, Guards(contact_test=on)) as stage:
        room = stage.south.node.room
        room.relay.add("crew", None, None)
        room.relay.test(5)
        stage.wait(6 * MIN, MIN)
        assert len(room.relay.all().relays) == on
        assert [each.why for each in room.ringing.all() if each.kind == "relay"] == ["relay.broken"] * on


@pytest.mark.parametrize("on", [True, False])
def test_an_exercise_is_marked_and_its_twin_has_no_alarm(
    drills: exercise.Set, tmp_path: Path, on: bool
) -> None:
    with exercise.staged(drills, tmp_path, Guards(relay_alarm=on)) as stage:
        [plan] = stage.north.node.desk.submit([given(circle(33.0, 34.0, stage.now_ms + 70 * MIN))])
        stage.settle()
        room = stage.south.node.room
        room.relay.add("crew", None, None)
        view = room.relay.open(stage.line, ids.notice_of(stage.line, plan.plan), ())
        assert view.exercise and view.text.startswith(f"{MARK}\n")
        assert view.title.startswith("TOLD BY NORTH")
        slip = room.relay.slip(view.relay, "crew")
        assert "EXERCISE" in slip.html
        assert room.relay.pages.page(token(slip.words)).mark == MARK
        stage.wait(15 * MIN, MIN)
        assert [each.kind for each in room.ringing.all() if each.kind == "relay"] == ["relay"] * on
        assert room.relay.one(view.relay).alarms == ((60,) if on else ())


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> exercise.Set:
    return exercise.build(tmp_path_factory.mktemp("set"))


# the page of a slip


def token(words: str) -> str:
    return ids.base32(quints.unwords(words))


def test_a_page_confirms_once_after_a_read_back(told: Told) -> None:
    view = told.open()
    pages = told.south.room.relay.pages
    at = token(told.south.room.relay.slip(view.relay, "boat 7").words)
    shown = pages.page(at)
    assert (shown.kind, shown.cell, shown.text) == ("open", "boat 7", view.text)
    wrong = pages.answer(at, "confirmed", "0900")
    assert wrong.kind == "open" and "0800" not in wrong.wrong and wrong.wrong
    done = pages.answer(at, "confirmed", " 08:00 Z ")
    assert done.kind == "used" and "you have confirmed" in done.said and not done.text
    assert pages.answer(at, "objection", "").kind == pages.page(at).kind == "used"
    duty = next(each for each in told.south.room.relay.one(view.relay).duties if each.name == "boat 7")
    assert (duty.stands, duty.by, duty.slip) == ("confirmed", "a slip", False)


def test_a_page_takes_an_objection_without_a_read_back(told: Told) -> None:
    view = told.open()
    at = token(told.south.room.relay.slip(view.relay, "boat 7").words)
    assert "objected" in told.south.room.relay.pages.answer(at, "objection", "").said
    assert told.south.room.relay.one(view.relay).duties[4].stands == "objection"


def test_a_page_that_leads_nowhere_says_always_the_same(told: Told) -> None:
    pages = told.south.room.relay.pages
    nothing = [pages.page(each) for each in ("", "x", "a" * 52, "A" * 52, "../etc", "é")]
    nothing += [pages.answer("a" * 52, "confirmed", "0800")]
    assert len(set(nothing)) == 1 and nothing[0].kind == "unknown"
    # of a slip that a newer one has voided as well
    view = told.open()
    first = token(told.south.room.relay.slip(view.relay, "boat 7").words)
    told.south.room.relay.slip(view.relay, "boat 7")
    assert pages.page(first) == nothing[0]


def test_a_page_of_a_former_version_shows_no_text_and_takes_nothing(told: Told) -> None:
    view = told.open()
    at = token(told.south.room.relay.slip(view.relay, "boat 7").words)
    told.north.desk.amend(told.plan, given(circle(33.1, 34.0, START)))
    whole.settle(told.two, 1)
    pages = told.south.room.relay.pages
    assert pages.page(at).kind == pages.answer(at, "confirmed", "0800").kind == "superseded"
    assert pages.page(at).text == ""
    told.north.desk.state(told.plan, "ended")
    whole.settle(told.two, 1)
    [last] = told.south.private.relays.standing()
    assert last.about.version == 2


def test_a_page_of_what_has_ended_says_so(told: Told) -> None:
    at = token(told.south.room.relay.slip(told.open().relay, "boat 7").words)
    told.north.desk.state(told.plan, "ended")
    whole.settle(told.two, 1)
    assert told.south.room.relay.pages.answer(at, "confirmed", "0800").kind == "over"


def test_a_slip_leads_to_where_pages_are_served(told: Told) -> None:
    south, view = told.south, told.open()
    slip = south.room.relay.slip(view.relay, "boat 7")
    assert slip.url is None and "<svg" not in slip.html and "read these words to the desk" in slip.html
    south.settings = structs.replace(south.settings, public="127.0.0.1:7880")
    slip = south.room.relay.slip(view.relay, "boat 7")
    assert slip.url == f"http://127.0.0.1:7880/r/{token(slip.words)}" and "<svg" in slip.html
    south.settings = structs.replace(south.settings, public_url="https://relay.example.org/")
    slip = south.room.relay.slip(view.relay, "boat 7")
    assert slip.url == f"https://relay.example.org/r/{token(slip.words)}"
    assert "operations" in slip.html and "no permission and no guarantee" in slip.html


def test_that_it_was_passed_on_does_not_stand_where_only_a_revoked_key_says_so(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [plan] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        notice = ids.notice_of(found.line, plan.plan)
        said = notice_entries.Relayed(notice, 1, "executor confirmed")
        found.other.say(found.line, "main", said.TYPE, notice_entries.V, notice_entries.write(said))
        whole.settle(found)
        assert found.one.desk.notice(found.line, notice).passed == {"theirs": "executor confirmed"}
        line, south = found.one.of(found.line), found.places[1]
        where = line.fold.all.notices.notices[notice].passed[south.party].ref
        [log] = {
            each.key
            for each in line.state.papers[south.party].certificates
            if (each.purpose, each.origin) == ("log", where.origin)
        }
        gone = certificate.revoke(Revocation(log, {where.origin: where.n}), seed("south identity"))
        found.one.papers(found.line, [gone])
        assert found.one.desk.notice(found.line, notice).passed == {"theirs": "no longer"}
