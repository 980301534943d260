"""Two officers at once at one node: both do the same, one is told so plainly, and both pages show what is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.plans_seen import clean, draft
from tests.console.seen import Seen, opened
from tests.console.told_story import Said, button
from tests.console.two import Two, until
from wideberth.node.calls import Asked

EN = Said("en")
TAKE = """async (call) => {
    const api = await import('/console/core/api.js');
    const asked = api.post(`/v1/calls/${call}/take`, { role: 'duty officer', language: 'en' });
    return asked.then(() => 'taken', (problem) => problem.code);
}"""
AMEND = """async ([plan, body]) => {
    const api = await import('/console/core/api.js');
    return api.put(`/v1/plans/${plan}`, body).then(() => 'amended', (problem) => problem.code);
}"""
POST = """async () => {
    const api = await import('/console/core/api.js');
    const asked = api.post('/v1/duty/take', { post: 'deputy', relieve: false });
    return asked.then(() => 'taken', (problem) => problem.code);
}"""


@pytest.fixture
def second(chromium: Browser, nodes: Two, tmp_path: Path) -> Iterator[Seen]:
    """Another officer of the same node, at another machine."""
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.sign_in("second")
        yield seen


def both_at_once(pages: tuple[Page, Page], script: str, told: str = "") -> list[str]:
    """What each page got, where both asked before either was answered."""
    begin = f"(told) => {{ window.got = null; ({script})(told).then((found) => {{ window.got = found; }}); }}"
    for page in pages:
        page.evaluate(begin, told)
    for page in pages:
        page.wait_for_function("() => window.got !== null")
    return [str(page.evaluate("window.got")) for page in pages]


def test_what_one_takes_the_other_sees_taken(desk: Seen, second: Seen, nodes: Two) -> None:
    asked = Asked(None, {}, "duty officer", "priority", "en", text="Radio check.")
    call = nodes.south.node.room.calls.call(nodes.line, asked).call
    for each in (desk, second):
        each.page.wait_for_selector(".alarms[data-ringing='1']")
        expect(each.page.locator(".alarms")).to_contain_text(EN.text("rings.why_call_arrived"))
    desk.press("a")
    # without being asked again the other page has it
    second.page.wait_for_selector(".alarms[data-ringing='0']")
    until(lambda: nodes.north.node.room.calls.one(call).taken_by is not None)
    expect(button(second.page.locator(".alarms"), EN, "rings.take")).to_be_hidden()


def test_both_take_it_in_the_same_moment(desk: Seen, second: Seen, nodes: Two) -> None:
    for each in (desk, second):
        each.allowed.append("409")
    asked = Asked(None, {}, "duty officer", "priority", "en", text="Radio check again.")
    call = nodes.south.node.room.calls.call(nodes.line, asked).call
    until(lambda: call in {each.call for each in nodes.north.node.room.calls.all()})
    got = both_at_once((desk.page, second.page), TAKE, call)
    assert "taken" in got, got
    assert set(got) <= {"taken", "call.taken"}, got
    for each in (desk, second):
        each.go("calls", call)
        expect(each.page.locator("main")).to_contain_text(EN.text("calls.phase_taken"))
        expect(button(each.page.locator("main"), EN, "calls.take")).to_have_count(0)


def test_one_of_two_has_a_post(desk: Seen, second: Seen, nodes: Two) -> None:
    for each in (desk, second):
        each.allowed.append("409")
    got = both_at_once((desk.page, second.page), POST)
    assert sorted(each == "taken" for each in got) == [False, True], got
    # who was second is told why, and both pages say whose it is
    [refused] = [each for each in got if each != "taken"]
    assert refused.startswith("duty."), got
    name = "duty" if got[0] == "taken" else "second"
    for each in (desk, second):
        each.go("duty")
        expect(each.page.locator(".watchers")).to_contain_text(name)


def test_what_one_settles_the_other_is_not_asked_for(desk: Seen, second: Seen, nodes: Two) -> None:
    """A gate that one has set is what the other sees, and not what was there when the page came."""
    for each in (desk, second):
        each.go("lines", nodes.line)
        each.settled()
    gate = desk.page.get_by_label(EN.text("lines.gate"), exact=True).first
    gate.select_option("always")
    button(desk.page.locator("main"), EN, "lines.gate_set").click()
    until(lambda: nodes.north.node.gate.view(nodes.line).gate == "always")
    theirs = second.page.get_by_label(EN.text("lines.gate"), exact=True).first
    expect(theirs).to_have_value("always")
    nodes.north.node.gate.set(nodes.line, "off", nodes.north.node.people.user("second"))
    expect(gate).to_have_value("off")


def test_a_plan_that_one_amends_meanwhile_is_not_undone_by_the_other(
    desk: Seen, second: Seen, nodes: Two
) -> None:
    plan = nodes.north.side.submit([draft(24.0, 34.0, "HERON 8")])[0].plan
    for each in (desk, second):
        each.allowed.append("409")
        each.go("plans", plan, "edit")
    newer = second.page.get_by_text(EN.text("plans.newer"))
    expect(newer).to_be_hidden()
    desk.page.get_by_label(EN.text("plans.callsign")).fill("HERON 9")
    button(desk.page, EN, "plans.file_version").click()
    desk.shown("plans")
    # it is said at once, and cannot be filed; nor by a page that did not hear of it
    expect(newer).to_be_visible()
    clean(second.page)
    second.shot("plan-newer")
    expect(button(second.page, EN, "plans.file_version")).to_be_disabled()
    older = {"plan": nodes.north.side.plan(plan).document, "version": 1}
    assert second.page.evaluate(AMEND, [plan, older]) == "plan.newer"
    button(second.page, EN, "plans.look_at_newer").click()
    expect(second.page.get_by_text("HERON 9").first).to_be_visible()
    assert nodes.north.side.plan(plan).version == 2
