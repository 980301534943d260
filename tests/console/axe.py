"""What axe-core finds on a page as it stands."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def check(page: Page) -> None:
    """Raises: AssertionError, with what is wrong and where."""
    found = Axe().run(page, options={"runOnly": TAGS})
    wrong = [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:200]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]
    assert not wrong, "\n".join(wrong)
