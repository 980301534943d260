"""Manual lines of whole nodes: what is told and answered, what it comes to, and joining later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import structs

from tests.story import whole
from tests.story.desks import HOUR_MS, START, circle, given
from tests.story.test_gate import people
from tests.story.whole import Two
from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.model.manual import Level, ReadBack
from wideberth.model.plan import Plan
from wideberth.node import manual as manuals
from wideberth.node.gate import Seen
from wideberth.node.manual import Telling
from wideberth.node.manual_views import ManualView
from wideberth.node.node import Node


class Desk(NamedTuple):
    """Two nodes; a manual line of the first one, and a plan that it has filed."""

    two: Two
    line: str
    plan: str

    @property
    def node(self) -> Node:
        return self.two.one

    def view(self) -> ManualView:
        return self.node.manual.one(self.line)

    def tell(self, read_back: ReadBack = "matched", *, early_ms: int = 60_000) -> ManualView:
        sha256 = bytes.fromhex(self.node.manual.script(self.line, self.plan).sha256)
        said = Telling(sha256, "watch officer", self.two.time.wall_ms - early_ms, None, read_back)
        return self.node.manual.told(self.line, self.plan, said)

    def say(self, answer: str, **more: int) -> ManualView:
        at_ms = self.two.time.wall_ms
        return self.node.manual.answered(self.line, self.plan, answer, "watch officer", at_ms, **more)  # type: ignore[arg-type]  # also what is none


def begin(two: Two, level: Level = "full", label: str = "Harbour office") -> Desk:
    line = two.one.manual.open(label, "telephone", "en", level, "crewed").manual
    plan = two.one.desk.submit([given(circle(33, 34, START))])[0].plan
    return Desk(two, line, plan)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with whole.two(tmp_path) as two:
        whole.settle(two)
        yield begin(two)


def test_a_notice_is_told_read_back_and_acknowledged_as_reported_by_us(desk: Desk) -> None:
    script = desk.node.manual.script(desk.line, desk.plan)
    assert script.form == "voice" and "three four degrees zero zero decimal zero zero" in script.text
    assert desk.node.manual.script(desk.line, script.notice).sha256 == script.sha256
    [reached] = desk.view().reached
    assert (reached.rung, reached.told, reached.last) == ("not told", None, None)
    [reached] = desk.tell().reached
    assert (reached.rung, reached.told) == ("read back", 1)
    view = desk.say("acknowledged")
    assert view.reached[0].rung == "acknowledged" and "no permission" in view.reached[0].means
    told, answered = view.rows
    assert {each.shown for each in view.rows} == {"reported by us"}
    assert (told.sha256, told.read_back, told.answer) == (script.sha256, "matched", None)
    assert told.claimed < told.entered and answered.answer == "acknowledged"


def test_what_was_read_back_otherwise_is_told_again_before_it_counts(desk: Desk) -> None:
    with pytest.raises(Refused) as caught:
        desk.say("acknowledged")
    assert caught.value.code == "manual.not_told"
    assert desk.tell("differed").reached[0].rung == "unclear: send again"
    for answer in ("acknowledged", "no objection stated"):
        with pytest.raises(Refused) as caught:
            desk.say(answer)
        assert caught.value.code == "manual.send_again"
    assert desk.say("objection").reached[0].rung == "objection"
    assert desk.tell("none").reached[0].rung == "told"
    assert desk.say("no objection stated").reached[0].rung == "no objection stated"


def test_a_new_version_begins_again_and_an_answer_to_the_old_one_is_only_kept(desk: Desk) -> None:
    desk.tell()
    old = desk.node.manual.script(desk.line, desk.plan)
    desk.node.desk.amend(desk.plan, given(circle(33, 34, START + HOUR_MS)))
    [reached] = desk.view().reached
    assert (reached.version, reached.told, reached.rung) == (2, 1, "not told")
    said = Telling(bytes.fromhex(old.sha256), "clerk", desk.two.time.wall_ms, None, "none")
    with pytest.raises(Refused) as caught:
        desk.node.manual.told(desk.line, desk.plan, said)
    assert caught.value.code == "manual.other_text"
    desk.tell()
    view = desk.say("objection", version=2)
    with pytest.raises(Refused):
        desk.say("acknowledged", version=1)
    assert view.reached[0].rung == "objection"


def test_what_will_be_said_is_not_entered_and_what_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid) as caught:
        desk.tell(early_ms=-600_000)
    assert caught.value.code == "manual.claimed"
    with pytest.raises(Invalid) as caught:
        desk.node.manual.one("nothing")
    assert caught.value.code == "manual.none"
    with pytest.raises(Refused) as refused:
        desk.node.manual.open("HARBOUR office", "radio", "en", "full", "crewed")
    assert refused.value.code == "manual.label"
    with pytest.raises(Invalid) as caught:
        desk.node.manual.open("x", "radio", "English", "full", "crewed")
    assert caught.value.code == "manual.entry"
    hidden = desk.node.desk.submit([given(circle(33, 35, START))._replace(disclosure="conflict-only")])[0]
    with pytest.raises(Refused) as refused:
        desk.node.manual.script(desk.line, hidden.plan)
    assert refused.value.code == "manual.no_view"


def theirs(*volumes: object, label: str = "their survey") -> Plan:
    return Plan("", "x", volumes, "survey", label=label)  # type: ignore[arg-type]  # volumes


def test_what_they_told_is_compared_for_our_own_people_only(desk: Desk) -> None:
    manual = desk.node.manual
    assert manual.cases.conflicts(desk.line).words.startswith("NOT CHECKED against Harbour office")
    at_ms = desk.two.time.wall_ms
    far = manual.planned(desk.line, [theirs(circle(40, 34, START))], "watch officer", at_ms).theirs[0]
    clear = "no known conflict with what Harbour office has told"
    assert manual.cases.conflicts(desk.line).words.startswith(clear)
    manual.planned(desk.line, [theirs(circle(33, 34, START))], "watch officer", at_ms, amend=far.plan)
    found = manual.cases.conflicts(desk.line)
    assert [(each.plan, each.theirs, each.found) for each in found.found] == [
        (desk.plan, far.plan, "overlap")
    ]
    assert found.words.startswith("1 conflicts with what Harbour office has told")
    assert desk.view().theirs[0].version == 2
    ended = structs.replace(theirs(circle(33, 34, START)), state="ended")
    manual.planned(desk.line, [ended], "watch officer", at_ms, amend=far.plan)
    assert manual.cases.conflicts(desk.line).found == ()
    for amend, code in ((far.plan, "plan.ended"), ("p-none", "manual.no_plan")):
        with pytest.raises((Invalid, Refused)) as caught:
            manual.planned(desk.line, [theirs(circle(33, 34, START))], "clerk", at_ms, amend=amend)
        assert caught.value.code == code
    # the other node hears nothing of it
    whole.settle(desk.two)
    found_there = desk.two.other._open[desk.two.line].state.order.placed
    assert not any(each.entry.header.type.startswith(("manual", "case")) for each in found_there)


def test_all_of_it_survives_a_start_and_large_plans_too(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        desk = begin(two)
        desk.tell()
        desk.say("acknowledged")
        desk.node.manual.called(desk.line, "call back at noon", "clerk", two.time.wall_ms, mine=False)
        many = [circle(40 + i / 100, 34, START) for i in range(400)]
        desk.node.manual.planned(desk.line, [theirs(*many)], "clerk", two.time.wall_ms)
        before = desk.view()
    assert before.theirs[0].volumes == 400 and before.calls[0].words == "call back at noon"
    with two.places[0].open(two.time) as again:
        assert again.manual.all() == [before]


def test_who_joins_later_confirms_or_disputes_each_row_through_the_gate(desk: Desk) -> None:
    two, manual = desk.two, desk.node.manual
    one, _ = people(two.one)
    desk.tell()
    desk.say("acknowledged")
    two.one.gate.set(two.line, "always", one)
    view = manual.join(desk.line, two.line)
    assert view.line == two.line
    with pytest.raises(Refused) as caught:
        manual.join(desk.line, two.line)
    assert caught.value.code == "manual.joined"
    whole.settle(two)
    assert two.other.manual.histories(two.line) == []
    [held] = two.one.gate.held(two.line)
    assert held.type == "manual.history"
    two.one.gate.release(two.line, [Seen(held.n, held.sha256)], one)
    whole.settle(two)
    [offered] = two.other.manual.histories(two.line)
    assert not offered.mine and [each.shown for each in offered.rows] == ["reported by them"] * 2
    assert offered.rows[0].what is not None and "survey" in offered.rows[0].what
    ref = Ref(ids.origin(offered.origin), offered.n)
    with pytest.raises(Invalid):
        two.other.manual.confirm(two.line, ref, ["confirmed"], "duty officer")
    with pytest.raises(Invalid) as none:
        two.other.manual.confirm(two.line, ref._replace(n=999), ["confirmed"], "duty officer")
    assert none.value.code == "manual.no_history"
    with pytest.raises(Refused) as own:
        manual.confirm(two.line, ref, ["confirmed", "confirmed"], "duty officer")
    assert own.value.code == "manual.own_history"
    two.other.manual.confirm(two.line, ref, ["confirmed", "disputed"], "duty officer")
    whole.settle(two)
    assert [each.shown for each in desk.view().rows] == ["confirmed by them", "DISPUTED by them"]
    [mine] = manual.histories(two.line)
    assert mine.mine and mine.role == "duty officer"
    # what is told by voice afterwards is reported by us again
    assert desk.tell().rows[-1].shown == "reported by us"
    two.one.people.close()


def test_plans_that_were_told_are_shown_first_and_the_rest_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manuals, "SHOWN", 2)
    desk.node.desk.submit([given(circle(40 + i, 34, START)) for i in range(3)])
    last = desk._replace(plan=desk.node.desk.submit([given(circle(50, 34, START))])[0].plan)
    view = last.tell()
    assert view.reached[0].plan == last.plan and len(view.reached) == 2 and view.more == 3
