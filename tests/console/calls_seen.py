"""What tests of calls, the relay tree and manual lines share: axe, and places typed into fields."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.console.seen import Seen


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def clean(seen: Seen) -> None:
    """Axe finds nothing against WCAG 2.2 AA."""
    found = Axe().run(seen.page, options={"runOnly": WCAG})
    assert found.violations_count == 0, found.generate_report()


def fill_place(page: Page, name: str, text: str, within: str = ".call-form") -> None:
    """A place as people type it."""
    page.locator(f'{within} input[name="{name}"]').fill(text)
