"""Words as pages show them: how they are found, and which there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

WORDS = Path(__file__).parents[2] / "src/wideberth/web/console/words"


def known(area: str) -> dict[str, Any]:
    """The words of an area, by key."""
    found: dict[str, Any] = json.loads((WORDS / f"{area}.json").read_text())
    return found


def worded(text: str) -> re.Pattern[str]:
    """A text, with the marks that keep the direction of each value within it."""
    return re.compile("[\u2066-\u2069]*".join(map(re.escape, text)))


def button(page: Page | Locator, name: str) -> Locator:
    """The button of exactly this name."""
    return page.get_by_role("button", name=name, exact=True)
