"""The demo's story by clicks at both nodes, from the line to a plan that begins; then a CHECK."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.console.seen import Seen
from tests.console.told_story import (
    Draft,
    Said,
    button,
    checked,
    filed,
    fill_in,
    phases,
    refused,
    soon,
    told,
)
from tests.console.two import Two, until


@pytest.mark.parametrize(("language", "lon"), [("en", 33.1234), ("ar", 35.1234)])
def test_the_story(desk: Seen, other_desk: Seen, nodes: Two, language: str, lon: float) -> None:
    said, north, south = Said(language), desk.page, other_desk.page
    for each in (desk, other_desk):
        each.language(language)
        each.allowed.append("409")  # a plan that may not begin
        expect(each.page.locator(".exercise")).to_contain_text(said.text("shell.exercise"))
    begins = soon()
    mine = Draft(f"Heron {language}", 34.4321, lon, begins)
    theirs = Draft(f"Kite {language}", 34.4321, lon + 0.005, begins)

    # the line is live, under terms
    desk.go("lines", nodes.line)
    expect(north.locator("main")).to_contain_text(said.text("lines.health_live"))
    expect(north.locator("main")).to_contain_text(said.text("lines.agreed_yes"))

    # South files a plan; there is no known conflict yet
    other_desk.go("plans", "new")
    button(south, said, "plans.template_hospital").click()
    fill_in(south, said, theirs)
    checked(south, said, "core.no_known_conflict")
    button(south, said, "plans.file_it").click()
    filed(south)
    told(nodes, theirs.callsign)

    # North sees that it comes too close before it is filed, and files it all the same
    desk.go("plans", "new")
    button(north, said, "plans.template_hospital").click()
    fill_in(north, said, mine)
    checked(north, said, "plans.sum_conflicts")
    desk.shot(f"story-draft-{language}")
    button(north, said, "plans.file_it").click()
    plan = filed(north)

    # the case is at both
    until(lambda: bool(nodes.north.side.plan(plan).on[0].cases))
    [case] = nodes.north.side.plan(plan).on[0].cases
    for each, other in ((desk, theirs), (other_desk, mine)):
        each.go("cases")
        expect(each.page.locator(".list.cases")).to_contain_text(other.callsign)
        expect(each.page.locator(".list.cases")).to_contain_text(said.text("cases.next_propose"))

    # North may not begin
    desk.go("plans", plan)
    expect(north.locator("main")).to_contain_text(said.text("plans.may_not_begin"))
    button(north.locator("main"), said, "plans.activate").click()
    expect(north.get_by_role("dialog")).to_contain_text(said.text("plans.override_held"))
    desk.shot(f"story-held-back-{language}")
    button(north.get_by_role("dialog"), said, "core.cancel").click()
    assert refused(desk, plan) == "plan.blocked"
    assert nodes.north.side.plan(plan).state == "accepted"

    # it offers a delay of its own plan, in one click
    desk.go("cases", case)
    offer = north.locator(".clears .card").filter(has_text=said.text("cases.of_our_plan")).first
    button(offer, said, "cases.propose_this").click()
    until(lambda: phases(nodes, case) == {"proposed"})
    expect(north.locator(".proposals")).to_contain_text(said.text("cases.we_offered"))

    # South reads what is asked of it, and accepts
    other_desk.go("cases", case)
    expect(south.locator(".todo")).to_contain_text(said.text("cases.next_answer"))
    other_desk.shot(f"story-case-{language}")
    button(south.locator(".proposals"), said, "cases.accept").click()
    expect(south.get_by_role("dialog")).to_contain_text(said.text("cases.accept_not"))
    button(south.get_by_role("dialog"), said, "cases.accept").click()

    # the case is closed at both, each by itself
    until(lambda: phases(nodes, case) == {"closed"})
    for each in (desk, other_desk):
        expect(each.page.locator("main")).to_contain_text(said.text("cases.words_closed"))

    # North begins, and South hears of it
    desk.go("plans", plan)
    expect(north.locator("main")).to_contain_text(said.text("plans.may_begin"))
    expect(north.locator("main")).to_contain_text(said.text("plans.not_permission"))
    button(north.locator("main"), said, "plans.activate").click()
    until(lambda: nodes.north.side.plan(plan).state == "activated")
    until(
        lambda: any(
            each.callsign == mine.callsign and each.state == "activated"
            for each in nodes.south.side.notices(nodes.line)
        )
    )
    other_desk.go("notices")
    expect(south.locator("main")).to_contain_text(mine.callsign)

    # North says CHECK about it: a key, and Enter
    desk.press("c")
    north.locator("dialog[data-dialog=check]").wait_for()
    expect(north.locator("dialog")).to_contain_text(said.text("check.said"))
    desk.shot(f"story-check-before-{language}")
    desk.press("Enter")
    north.locator("dialog[data-dialog=check-sent]").wait_for()

    # it rings at South, whoever looks at whatever; somebody takes it, and answers
    button(south.locator(".alarms"), said, "rings.take").click()
    expect(north.locator("dialog .ladder")).to_contain_text(said.text("check.step_taken"))
    expect(north.locator("dialog .clock-words")).to_contain_text(said.like("check.taken_not_read"))
    [call] = [each["call"] for each in other_desk.ask("GET", "/v1/calls") if not each["mine"]][:1]
    other_desk.go("calls", call)
    south.locator("[data-answer=relayed]").click()
    expect(north.locator("dialog .ladder")).to_contain_text(said.text("check.answer_relayed"))
    expect(north.locator("dialog")).to_contain_text(said.text("check.never_permission"))
    desk.shot(f"story-check-{language}")
    other_desk.shot(f"story-call-{language}")
    desk.press("Escape")
    for each in (desk, other_desk):
        text = each.page.inner_text("body")
        assert " safe" not in text.lower()
