"""Accessibility of a page as it stands, by axe-core: the rules of WCAG 2.2, levels A and AA."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
_AXE: Final = Axe()


def violations(page: Page, *rules: str) -> list[str]:
    """What is against the rules, each with the place where. `rules`: only these of axe's, by their names."""
    only: dict[str, Any] = (
        {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    )
    found = _AXE.run(page, options={"runOnly": only, "resultTypes": ["violations"]})
    return [
        f"{each['id']}: {each['help']}: {node['html'][:160]} at {' '.join(map(str, node['target']))}; "
        f"{node.get('failureSummary', '').splitlines()[-1].strip()[:200]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


def clean(page: Page, *rules: str) -> None:
    """Fails with all that is against the rules."""
    found = violations(page, *rules)
    assert found == [], "\n".join(found)


def faults(page: Page) -> list[str]:
    """The same, for whoever goes on to say more."""
    return violations(page)


def check(page: Page) -> None:
    """As `clean`."""
    clean(page)
