"""Talks by clicks: invited, answered, held, minuted, signed by both, and what came of them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.console.axe import clean
from tests.console.seen import Seen
from tests.console.two import Two, until
from tests.console.worded import button, known
from wideberth.model import talks
from wideberth.node.talks_views import TalksOnView, TalksView

TEXT = "1. Hours of survey flights: agreed, 06:00 to 10:00.\n2. Left open.\n"


def test_every_code_has_words() -> None:
    words = known("talks")
    phases = {each.replace(" ", "_") for each in talks.PHASES}
    assert {f"phase_{each}" for each in phases} | {f"phase_words_{each}" for each in phases} <= set(words)
    assert {f"reply_{each.replace(' ', '_')}" for each in talks.REPLIES} <= set(words)


def at(nodes: Two, side: str) -> TalksView | None:
    """The newest talks, as a node has them."""
    one = nodes.north if side == "north" else nodes.south
    return next(iter(one.node.room.talks.all()), None)


def phase(nodes: Two, side: str) -> str:
    found = at(nodes, side)
    return "" if found is None else found.lines[0].phase


def line(nodes: Two, side: str) -> TalksOnView:
    found = at(nodes, side)
    assert found is not None
    return found.lines[0]


def test_a_meeting_from_its_invitation_to_its_outcome(nodes: Two, desk: Seen, other_desk: Seen) -> None:
    page, far = desk.page, other_desk.page
    desk.go("talks")
    desk.press("n")
    page.get_by_label("What they are called").fill("Survey hours")
    page.get_by_label("Agenda").fill("hours\nwho answers by night")
    page.get_by_label("They begin (UTC)").fill("2027-02-01T09:00:00")
    clean(page)
    button(page, "Invite").click()
    page.wait_for_selector("main h2 >> text=Survey hours")
    until(lambda: phase(nodes, "south") == "proposed")

    other_desk.go("talks")
    far.get_by_role("link", name="Survey hours").click()
    clean(far)
    other_desk.shot("talks-invited", whole=True)
    button(far, "Another time").click()
    asked = far.get_by_role("dialog")
    asked.get_by_label("They begin (UTC)").fill("2027-02-02T09:00:00")
    button(asked, "Send").click()
    expect(page.get_by_text("Another time is proposed.")).to_be_visible()
    button(page, "Next version of the invitation").click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("They begin (UTC)").fill("2027-02-02T09:00:00")
    button(asked, "Send").click()
    expect(far.locator("dl").first).to_contain_text(re.compile(r"Version\s*2"))
    button(far, "We attend").click()
    until(lambda: phase(nodes, "north") == "arranged")

    button(page, "They are held: who is there").click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("Roles").fill("commander\ninterpreter")
    button(asked, "Send").click()
    until(lambda: phase(nodes, "south") == "held")
    button(page, "Put a text of the minutes").click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("Text").fill(TEXT)
    asked.get_by_label("Sign it at once").check()
    clean(page)
    button(asked, "Put a text of the minutes").click()
    until(lambda: phase(nodes, "south") == "minuted")
    until(lambda: line(nodes, "south").minutes[0].signed_there)

    button(far, "We differ from it").click()
    asked = far.get_by_role("dialog")
    expect(asked.get_by_text("1. Hours of survey flights")).to_be_visible()
    asked.get_by_label("Where this party differs").fill("Item 2 was agreed.")
    button(asked, "Send").click()
    expect(page.get_by_text("Item 2 was agreed.")).to_be_visible()
    clean(page)
    desk.shot("talks-differing", whole=True)
    button(far, "Sign this text").click()
    button(far.get_by_role("dialog"), "Sign it").click()
    until(lambda: phase(nodes, "north") == "signed")
    name = line(nodes, "north").agreed
    assert name is not None
    assert nodes.south.node.room.talks.text(talks_id(nodes), bytes.fromhex(name)).text == TEXT

    button(page, "What came of them").click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("Terms of an agreement").select_option(nodes.terms)
    button(asked, "Send").click()
    until(lambda: any(each.agreement == nodes.terms for each in line(nodes, "south").outcomes))
    for code, title in (("he", "שיחות"), ("ru", "Переговоры")):
        other_desk.language(code)
        expect(far.get_by_role("heading", name=title, exact=True)).to_be_visible()
        clean(far)
        other_desk.shot(f"talks-signed-{code}", whole=True)


def talks_id(nodes: Two) -> str:
    found = at(nodes, "south")
    assert found is not None
    return found.talks


def test_talks_are_called_off(nodes: Two, desk: Seen) -> None:
    page = desk.page
    desk.go("talks", "new")
    page.get_by_label("What they are called").fill("Night calls")
    page.get_by_label("Agenda").fill("calls")
    page.get_by_label("They begin (UTC)").fill("2027-03-01T09:00:00")
    button(page, "Invite").click()
    button(page, "Call off").click()
    button(page.get_by_role("dialog"), "Call off").click()
    expect(page.get_by_text("A party has called them off.")).to_be_visible()
    until(lambda: any(each.lines[0].phase == "called off" for each in nodes.south.node.room.talks.all()))
