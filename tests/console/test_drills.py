"""Drills in the console: what happened, each step, and the twin that must fail."""

from __future__ import annotations

from tests.console import axe
from tests.console.seen import Seen
from tests.console.test_console_files import known
from wideberth.story.playbook import DRILLS


def test_a_drill_is_played_with_its_twin(desk: Seen) -> None:
    page = desk.page
    before = desk.ask("GET", "/v1/lines")
    desk.go("drills")
    page.get_by_label("Filter the drills").fill("two logs")
    page.get_by_role("link", name="Two logs").click()
    page.get_by_role("heading", name="Two logs").wait_for()
    axe.check(page)
    page.set_default_timeout(180_000)
    page.get_by_role("button", name="Play it").click()
    page.get_by_text("as it must").first.wait_for()
    assert page.locator(".steps > li").count() >= 2 and page.locator(".steps > li.failed").count() == 0
    axe.check(page)
    desk.shot("drill", whole=True)
    assert [each["line"] for each in desk.ask("GET", "/v1/lines")] == [each["line"] for each in before]
    desk.language("ar")
    axe.check(page)
    desk.shot("drill-ar")
    desk.language("en")


def test_each_drill_has_words() -> None:
    words = known()["drills"]
    for each in DRILLS:
        assert f"name_{each.name.replace('-', '_')}" in words
