"""Every view keeps to WCAG 2.2 AA, by day and by night, from left to right and from right to left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.console.axe import clean, violations
from tests.console.filled import fill
from tests.console.seen import Seen, opened
from tests.console.two import Two

LIGHT = "light => import('/console/core/prefs.js').then(({ prefer }) => prefer({ light }))"


@pytest.fixture(scope="module")
def full(nodes: Two) -> Two:
    """The nodes, with something of everything on them."""
    fill(nodes)
    return nodes


@pytest.fixture
def chief(chromium: Browser, full: Two, tmp_path: Path) -> Iterator[Seen]:
    """Who sees every view: the account has all the roles that these nodes have people for."""
    with opened(chromium, full.north, tmp_path) as seen:
        seen.sign_in("chief")
        yield seen


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_view(chief: Seen, language: str) -> None:
    page = chief.page
    chief.language(language)
    found: dict[str, list[str]] = {}
    for view in chief.views():
        chief.go(view)
        chief.settled()
        page.evaluate(LIGHT, "day")
        wrong = violations(page)
        page.evaluate(LIGHT, "night")
        # only colours are others then
        wrong += violations(page, "color-contrast")
        if wrong:
            found[view] = wrong
    assert found == {}, "\n".join(f"{view}: {each}" for view, some in found.items() for each in some)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_to_sign_in(chromium: Browser, nodes: Two, tmp_path: Path, language: str) -> None:
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.page.goto(f"{seen.one.url}/")
        seen.page.locator(f"button[lang={language}]").click()
        seen.page.wait_for_selector(f"html[lang={language}] .sign-in")
        for light in ("day", "night"):
            seen.page.evaluate(LIGHT, light)
            clean(seen.page)


def test_what_is_against_the_rules_is_found(desk: Seen) -> None:
    desk.page.evaluate("""() => {
        const made = document.createElement('input');
        document.querySelector('main').append(made);
    }""")
    assert any(each.startswith("label:") for each in violations(desk.page))
