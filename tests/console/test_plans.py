"""Own plans in the console: what is known of each, what holds it back, begun, not as filed, ended."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.console.plans_seen import clean, draft, said
from tests.console.seen import Seen
from tests.console.two import Two, until


def state_there(nodes: Two, callsign: str) -> list[str]:
    """The states of the notices of this callsign at South."""
    return [each.state for each in nodes.south.side.notices(nodes.line) if each.callsign == callsign]


def test_a_plan_begins_goes_otherwise_and_ends(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.allowed.append("404")
    [made] = nodes.north.side.submit([draft(30.0, 34.0, "Heron 1", label="Coast survey")])
    until(lambda: nodes.north.side.plan(made.plan).on[0].checked == "compared")
    desk.go("plans")
    page.get_by_label("Filter", exact=True).fill("coast")
    expect(page.locator(".list.plans > li")).to_have_count(1)
    expect(page.locator(".list.plans")).to_contain_text(said("no known conflict with South, as of"))
    clean(page)
    page.get_by_role("link", name="Coast survey").click()
    expect(page.get_by_text("Nothing known holds it back")).to_be_visible()
    expect(page.get_by_text("This is no permission")).to_be_visible()
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("region", name="What the others were told")).to_contain_text(
        said("As South sees it")
    )
    desk.shot("plan")
    clean(page)
    page.get_by_role("button", name="Begin", exact=True).click()
    until(lambda: state_there(nodes, "Heron 1") == ["activated"])
    page.get_by_role("button", name="It does not go as filed").click()
    until(lambda: state_there(nodes, "Heron 1") == ["nonconforming"])
    page.get_by_role("button", name="It goes as filed again").click()
    until(lambda: state_there(nodes, "Heron 1") == ["activated"])
    page.get_by_role("button", name="End for good").click()
    desk.shot("plan-end")
    clean(page)
    page.get_by_role("dialog").get_by_role("button", name="End for good").click()
    until(lambda: state_there(nodes, "Heron 1") == ["ended"])
    expect(page.get_by_role("button", name="End for good")).to_have_count(0)


def test_what_is_held_back_says_why_and_who_may_override(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.allowed += ["404", "409"]
    [theirs] = nodes.south.side.submit([draft(31.05, 34.0, "Kite 7")])
    until(lambda: any(each.callsign == "Kite 7" for each in nodes.north.side.notices(nodes.line)))
    [made] = nodes.north.side.submit([draft(31.0, 34.0, "Heron 7", label="Held survey")])
    until(lambda: bool(nodes.north.side.plan(made.plan).on[0].cases))
    desk.go("plans", made.plan)
    held = page.get_by_role("region", name="It may not begin yet")
    expect(held).to_contain_text("a case is open")
    expect(page.locator(".card.alarm")).to_contain_text(said("CONFLICT with South"))
    expect(page.locator(".card.alarm")).to_contain_text("later")
    desk.shot("plan-held")
    clean(page)
    page.get_by_role("button", name="Begin", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It is no permission")
    desk.shot("override")
    clean(page)
    # nobody has that post: the node refuses, and says what to do
    dialog.get_by_role("button", name="Begin as commander on duty").click()
    expect(page.get_by_text("duty.not_holder")).to_be_visible()
    nodes.north.node.people.take("duty", "officer", nodes.north.node.clock.now())
    page.get_by_role("button", name="Begin", exact=True).click()
    dialog.get_by_role("button", name="Begin as officer on duty").click()
    until(lambda: state_there(nodes, "Heron 7") == ["activated"])
    [told] = [each for each in nodes.south.side.notices(nodes.line) if each.callsign == "Heron 7"]
    assert told.override == "officer"
    # theirs, in the list of notices, with the case and our plan inside it
    [notice] = [each for each in nodes.north.side.notices(nodes.line) if each.callsign == "Kite 7"]
    desk.go("notices")
    page.get_by_label("Whose").select_option("theirs")
    page.get_by_role("link", name="Kite 7").click()
    page.wait_for_url(f"**/#/notices/*/{notice.notice}")
    expect(page.get_by_role("region", name="Our plans inside it")).to_contain_text("Held survey")
    expect(page.locator(".facts")).to_contain_text("nothing said: it may have reached nobody")
    desk.shot("notice")
    clean(page)
    assert theirs.plan not in page.content()


def test_it_is_all_in_arabic_by_night(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.allowed.append("404")
    desk.language("ar")
    page.evaluate("document.documentElement.dataset.light = 'night'")
    [made] = [each for each in nodes.north.side.plans() if each.callsign == "Heron 7"]
    for where in (("plans", made.plan), ("notices",)):
        desk.go(*where)
        page.wait_for_selector(".list > li")
        page.wait_for_selector(".facts, .soft")
        desk.shot(f"ar-{where[0]}")
        clean(page)
        text = page.inner_text("main")
        assert not any(f"{area}." in text for area in ("plans", "notices", "cases", "core"))
