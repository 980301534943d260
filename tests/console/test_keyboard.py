"""The core of an officer's work with the keyboard alone: all is reached by keys, and seen to be."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.console.seen import Seen, opened
from tests.console.told_story import Said, checked, filed, phases, told
from tests.console.two import Two, until
from wideberth.node.calls import Asked
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume
from wideberth.story import demo_case

MOST = 200
"""Presses of Tab after which something is not reached."""
AT = (33.1234, 34.4321)
"""Longitude and latitude of both plans."""
SEEN = """each => {
    const style = getComputedStyle(each);
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return each === document.activeElement && each.matches(':focus-visible') && ring;
}"""


def reach(page: Page, target: Locator) -> None:
    """Go on with Tab until it has the focus, and shows that it has."""
    target.wait_for()
    for _ in range(MOST):
        if target.evaluate("each => each === document.activeElement"):
            assert target.evaluate(SEEN), "nobody can see where the focus is"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {target}")


def theirs(nodes: Two) -> None:
    """A plan of South's, low over the place, from before the template begins until after."""
    lon, lat = AT
    start = nodes.south.node.clock.now() + 100 * demo_case.MINUTE
    volume = Volume(
        Circle((round(lon * DEGREE), round(lat * DEGREE)), 1_000 * METRE),
        Altitude("MSL", 500 * FOOT),
        Altitude("MSL", 1_000 * FOOT),
        start,
        start + 60 * demo_case.MINUTE,
    )
    [plan] = [demo_case.over_sea("keys", "kite", AT, start)]
    nodes.south.side.submit(
        [type(plan)("", "", (volume,), "survey", label="Kite keys", callsign="Kite keys")]
    )
    told(nodes, "Kite keys")


def sign_in(seen: Seen) -> None:
    """The name has the focus already."""
    page = seen.page
    page.goto(f"{seen.one.url}/console/")
    page.wait_for_selector("input[name=name]:focus")
    page.keyboard.type("duty")
    page.keyboard.press("Tab")
    page.keyboard.type(seen.one.party.password("duty"))
    page.keyboard.press("Enter")
    seen.shown("duty")


def test_all_of_it_by_keys(chromium: Browser, nodes: Two, tmp_path: Path) -> None:
    theirs(nodes)
    with opened(chromium, nodes.north, tmp_path) as seen:
        said, page = Said("en"), seen.page
        sign_in(seen)

        # the first press of Tab offers to skip the menu
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()

        # a plan from a template, in conflict before it is filed
        seen.press("g", "p")
        seen.shown("plans")
        seen.press("n")
        page.get_by_role("heading", name=said.text("plans.new_title")).wait_for()
        seen.press("3")
        page.keyboard.type(f"{AT[1]}, {AT[0]}")
        reach(page, page.get_by_label(said.text("plans.callsign")).first)
        page.keyboard.type("Heron keys")
        checked(page, said, "plans.sum_conflicts")
        seen.press("Control+Enter")
        plan = filed(page)
        until(lambda: bool(nodes.north.side.plan(plan).on[0].cases))
        [case] = nodes.north.side.plan(plan).on[0].cases

        # the case: a change is offered
        seen.press("g", "k")
        seen.shown("cases")
        reach(page, page.locator(f".list a[href*='{case}']").first)
        page.keyboard.press("Enter")
        offer = page.locator(".clears .card").filter(has_text=said.text("cases.of_our_plan")).first
        reach(page, offer.get_by_role("button"))
        page.keyboard.press("Enter")
        until(lambda: phases(nodes, case) == {"proposed"})
        nodes.south.side.accept(case)
        until(lambda: phases(nodes, case) == {"closed"})

        # the plan begins
        seen.press("g", "p")
        seen.shown("plans")
        reach(page, page.locator(f".list a[href*='{plan}']").first)
        page.keyboard.press("Enter")
        begin = page.locator("main").get_by_role("button", name=said.text("plans.activate"), exact=True)
        expect(page.locator("main")).to_contain_text(said.text("plans.may_begin"))
        reach(page, begin)
        page.keyboard.press("Enter")
        until(lambda: nodes.north.side.plan(plan).state == "activated")

        # CHECK in two, and back to where one was
        seen.press("c")
        page.locator("dialog[data-dialog=check]").wait_for()
        page.wait_for_selector("dialog[data-dialog=check] button.send:focus")
        seen.press("Enter")
        page.locator("dialog[data-dialog=check-sent]").wait_for()
        until(lambda: any(each.code == "CHECK" for each in nodes.south.node.room.calls.all()))
        seen.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)

        # what rings is taken with one key, from wherever one is
        free = Asked(None, {}, "duty officer", "flash", "en", text="Radio check.")
        call = nodes.south.node.room.calls.call(nodes.line, free).call
        page.wait_for_selector(".alarms[data-ringing='1']")
        seen.press("a")
        until(lambda: nodes.north.node.room.calls.one(call).taken_by is not None)

        # a letter does nothing where somebody types, and the keys are listed
        seen.press("g", "p")
        seen.shown("plans")
        seen.press("/")
        page.keyboard.type("cgk")
        expect(page.locator("dialog")).to_have_count(0)
        assert page.get_attribute("main", "data-view") == "plans"
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        seen.press("?")
        seen.shown("help")
        expect(page.locator("main")).to_contain_text(said.text("help.key_check"))


def test_nothing_is_a_trap(desk: Seen) -> None:
    """From any view Tab leads on, round the page and back; a dialog keeps the focus until it is closed."""
    page = desk.page
    for view in ("duty", "plans", "calls"):
        desk.go(view)
        desk.settled()
        reach(page, page.locator(".bar .brand"))
        reach(page, page.get_by_role("button", name="Sign out"))
    desk.press("c")
    page.locator("dialog[open]").wait_for()
    for _ in range(30):
        page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        assert page.evaluate(inside)
    desk.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
