"""Every view fits a desk's screen and a tablet held upright: the page itself never scrolls sideways."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.console.filled import fill
from tests.console.seen import TABLET, WIDE, opened
from tests.console.two import Two

OVER = """() => {
    const main = document.querySelector('main');
    const found = [];
    const whole = document.documentElement.scrollWidth;
    if (whole > innerWidth) found.push(`the page: ${whole}`);
    if (main.scrollWidth > main.clientWidth + 1) {
        // who it is that is too wide, and lies in nothing that scrolls by itself
        const edge = main.getBoundingClientRect();
        for (const each of main.querySelectorAll('*')) {
            const box = each.getBoundingClientRect();
            const out = box.right > edge.right + 1 || box.left < edge.left - 1;
            if (out && !each.closest('.scroll, .exact, pre')) {
                found.push(`${each.tagName}.${each.className}: ${Math.round(box.width)}`);
                break;
            }
        }
        if (found.length === 0) found.push(`main: ${main.scrollWidth} of ${main.clientWidth}`);
    }
    const bar = document.querySelector('header.bar');
    if (bar.scrollWidth > bar.clientWidth + 1) found.push('the bar');
    return found;
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_view_scrolls_sideways(chromium: Browser, nodes: Two, tmp_path: Path, language: str) -> None:
    if not nodes.north.side.plans():
        fill(nodes)
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.sign_in("chief")
        seen.language(language)
        wrong = {}
        for view in seen.views():
            seen.go(view)
            seen.settled()
            for size in (WIDE, TABLET):
                seen.page.set_viewport_size(size)  # type: ignore[arg-type]  # a dict of sizes
                found = seen.page.evaluate(OVER)
                if found:
                    wrong[f"{view} {size['width']}"] = found
        assert wrong == {}


def test_on_a_tablet_the_menu_opens(chromium: Browser, nodes: Two, tmp_path: Path) -> None:
    with opened(chromium, nodes.north, tmp_path, size=TABLET) as seen:
        seen.sign_in()
        assert not seen.page.get_by_role("link", name="Plans").is_visible()
        seen.page.get_by_role("button", name="Menu").click()
        seen.page.get_by_role("link", name="Plans").click()
        seen.shown("plans")
        assert not seen.page.get_by_role("link", name="Cases").is_visible()
