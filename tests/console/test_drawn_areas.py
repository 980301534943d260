"""Where something holds, drawn on the map of its form by keys alone: a hold's area, and a policy's."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.console.axe import clean
from tests.console.mapped import IDLE
from tests.console.seen import Seen
from tests.console.two import Two, until


def drawn(page: Page) -> None:
    """Three corners: the middle of the map, and it twice more after the map was moved."""
    page.wait_for_selector(IDLE)
    page.get_by_role("button", name="Draw the area").click()
    page.locator(".map-draw").wait_for()
    canvas = page.locator(".maplibregl-canvas")
    for n, key in enumerate((None, "ArrowRight", "ArrowUp"), 1):
        canvas.focus()
        if key is not None:
            page.keyboard.press(key)
            page.wait_for_selector(IDLE)
        page.keyboard.press("Space")
        expect(page.locator(".map-draw")).to_contain_text(f"\u2068{n}\u2069 point")
    page.keyboard.press("Enter")
    expect(page.locator(".map-draw")).to_have_count(0)


def corners(volume: dict[str, Any]) -> list[list[float]]:
    """Of an area: three different ones, none of them repeated at its end."""
    assert volume["ground"]["type"] == "polygon"
    [ring] = volume["ground"]["rings"]
    assert len({tuple(each) for each in ring}) == len(ring) == 3
    return list(ring)


def test_the_area_of_a_hold(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.go("holds")
    page.get_by_role("link", name="Put a hold").click()
    page.get_by_label("South").check()
    page.get_by_label("Where", exact=True).select_option("drawn")
    drawn(page)
    expect(page.get_by_text("An area is drawn.")).to_be_visible()
    page.get_by_label("Up to altitude").fill("5000")
    page.get_by_label("Activities it stops").fill("survey")
    clean(page)
    desk.shot("hold-drawn", whole=True)
    page.get_by_role("button", name="Put the hold").click()
    page.locator("dialog").get_by_role("button", name="Put the hold").click()
    page.get_by_text("The hold is in force.").wait_for()
    [mine] = nodes.north.node.room.holds.all(over=False)
    assert mine.area is not None
    ring = corners(mine.area)
    # the same at the other party
    until(lambda: bool(nodes.south.node.room.holds.all(over=False)))
    [theirs] = nodes.south.node.room.holds.all(over=False)
    assert theirs.area is not None and corners(theirs.area) == ring


def test_the_area_of_a_policy(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.go("statements", "new", "policy")
    page.get_by_label("The position").fill("No drones above the harbour.")
    page.get_by_label("Legal basis").fill("Own law 12.")
    page.get_by_label("Area", exact=True).select_option("drawn")
    # what is not drawn yet is said, and nothing is stated
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_text("Draw the area first", exact=False)).to_be_visible()
    drawn(page)
    clean(page)
    desk.shot("policy-drawn", whole=True)
    page.get_by_role("button", name="State it").click()
    page.wait_for_selector("main blockquote.said")
    [made] = nodes.north.node.room.statements.all()
    assert made.area is not None
    [volume] = made.area.volumes
    corners(volume)
