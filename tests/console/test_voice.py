"""Recognition words by clicks: asked, answered, right and wrong, and a day table."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.console.calls_seen import clean
from tests.console.seen import Seen


def test_one_side_asks_and_the_other_answers(desk: Seen, other_desk: Seen) -> None:
    north, south = desk.page, other_desk.page
    desk.go("words")
    other_desk.language("ar")
    other_desk.go("words")
    clean(desk)
    north.get_by_role("button", name="New challenge").click()
    challenge = north.locator(".spoken [data-said=words]").inner_text()
    expect(north.locator(".until")).to_contain_text("Z", use_inner_text=True)
    clean(desk)
    desk.shot("voice")
    south.fill("input[name=challenge]", challenge)
    south.locator("section[aria-labelledby=they-ask] button[type=submit]").click()
    reply = south.locator(".spoken [data-said=digits]").inner_text()
    clean(other_desk)
    other_desk.shot("voice-arabic")
    # wrong once: what is left is said, and nothing else
    north.fill("input[name=reply]", "babab babab babab")
    north.get_by_role("button", name="Is it right?").click()
    north.locator("[data-right=false]").wait_for()
    expect(north.locator("[data-right=false]")).to_contain_text("2", use_inner_text=True)
    north.fill("input[name=reply]", reply)
    north.get_by_role("button", name="Is it right?").click()
    north.locator("[data-right=true]").wait_for()
    expect(north.locator("[data-right=true]")).to_contain_text("no permission", use_inner_text=True)
    clean(desk)


def test_three_wrong_ones_lock_and_an_officer_unlocks(desk: Seen) -> None:
    page = desk.page
    desk.language("ru")
    desk.go("words")
    page.select_option("select[name=purpose]", "unit")
    page.locator("section[aria-labelledby=we-ask] .actions button").click()
    for _ in range(3):
        page.locator(".spoken [data-said=words]").wait_for()
        page.fill("input[name=reply]", "babab babab babab")
        page.locator("form:has(input[name=reply]) button[type=submit]").click()
        page.locator("[data-right=false]").wait_for()
        page.evaluate("document.querySelector('[data-right]')?.remove()")
    page.locator("[data-locked=unit]").wait_for()
    clean(desk)
    desk.shot("voice-locked-russian")
    page.locator("[data-locked=unit] button").click()
    page.locator("[data-locked=unit]").wait_for(state="detached")
    expect(page.locator("[data-way=unit]")).to_contain_text("3", use_inner_text=True)


def test_a_day_table_is_the_same_at_both(desk: Seen, other_desk: Seen) -> None:
    shown = []
    for each in (desk, other_desk):
        each.go("words")
        page = each.page
        page.locator("section[aria-labelledby=day-table] button[type=submit]").click()
        page.locator(".sheet table").first.wait_for()
        asked = [each_.inner_text() for each_ in page.locator(".sheet table").all()]
        shown.append([table.split("\n", 1)[1] for table in asked])
        clean(each)
    desk.page.locator(".sheet").scroll_into_view_if_needed()
    desk.shot("voice-table")
    assert shown[0] == shown[1][::-1]
    assert len(shown[0][0]) > 500
