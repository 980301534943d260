"""What tests of calls, the relay tree and manual lines share: axe, and places typed into fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

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


def plan(label: str, hours: float, **more: Any) -> dict[str, Any]:
    """A plan that begins so many hours from now, as the native JSON has it."""
    start = datetime.now(UTC) + timedelta(hours=hours)
    times = {
        "start": start.strftime("%Y-%m-%dT%H:%M:00.000Z"),
        "end": (start + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:00.000Z"),
    }
    volume = {
        "ground": {"type": "circle", "centre": [33.05, 34.4], "radius_m": 2_000, "slack_m": 0},
        "lower": {"value": 1_000, "unit": "ft", "datum": "MSL"},
        "upper": {"value": 2_000, "unit": "ft", "datum": "MSL"},
        "band": None,
        "pad": {"h_m": 0, "v_m": 0, "t_s": 0},
        **times,
    }
    return {"label": label, "activity": "movement", "callsign": "Heron 1", "volumes": [volume], **more}
