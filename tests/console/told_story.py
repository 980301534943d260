"""The demo's story at two consoles: what is written into forms, and what must be read on the pages."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.console.seen import Seen
from tests.console.two import Two, until

WORDS: Final = Path(__file__).parents[2] / "src/wideberth/web/console/words"
MARKS: Final = "[\u2066-\u2069]*"


class Said:
    """The console's words in one language, as they are looked for on a page."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._areas: dict[str, dict[str, Any]] = {}

    def text(self, key: str, **values: str) -> str:
        """The words of a key ('plans.title'); where they count, those of `other`."""
        area, _, name = key.partition(".")
        if area not in self._areas:
            self._areas[area] = json.loads((WORDS / f"{area}.json").read_text(encoding="utf-8"))
        found = self._areas[area][name][self.language]
        text = str(found if isinstance(found, str) else found["other"])
        for each, value in values.items():
            text = text.replace(f"{{{each}}}", value)
        return text

    def like(self, key: str, **values: str) -> re.Pattern[str]:
        """The same, with the marks of direction that stand around values, and whatever is not given."""
        text = self.text(key, **values)
        pieces = [MARKS.join(map(re.escape, each)) for each in re.split(r"\{\w+\}", text)]
        return re.compile(".*".join(pieces))


class Draft(NamedTuple):
    """A plan as somebody types it: a circle of 1 km from a template."""

    callsign: str
    lat: float
    lon: float
    begins: datetime

    @property
    def place(self) -> str:
        return f"{self.lat:.4f}, {self.lon:.4f}"

    @property
    def window(self) -> tuple[str, str]:
        ends = self.begins + timedelta(hours=1)
        return f"{self.begins:%Y-%m-%dT%H:%M:%S}", f"{ends:%Y-%m-%dT%H:%M:%S}"


def soon() -> datetime:
    """When plans begin: within the notice that the demo's terms want, at a whole minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=50)


def fill_in(page: Page, said: Said, draft: Draft) -> None:
    """The form of a new plan, after its template was chosen."""
    page.get_by_label(said.text("plans.centre")).fill(draft.place)
    start, end = draft.window
    page.get_by_label(said.text("plans.start")).fill(start)
    page.get_by_label(said.text("plans.end_time")).fill(end)
    page.get_by_label(said.text("plans.callsign")).first.fill(draft.callsign)


def checked(page: Page, said: Said, key: str, **values: str) -> None:
    """What it would come to is shown, before it is filed."""
    expect(page.locator(".checks .sum")).to_contain_text(said.like(key, **values))


def filed(page: Page) -> str:
    """The id of the plan that is shown, once it is filed."""
    page.wait_for_url("**/#/plans/p-*")
    expect(page.locator("form.draft")).to_have_count(0)
    return page.url.rpartition("/")[2]


def told(nodes: Two, callsign: str) -> str:
    """The id of the notice at North, once South's plan was told there."""
    found: list[str] = []

    def there() -> bool:
        found[:] = [each.notice for each in nodes.north.side.notices(nodes.line) if each.callsign == callsign]
        return bool(found)

    until(there)
    return found[0]


def phases(nodes: Two, case: str) -> set[str]:
    """Of a case, at both nodes."""
    return {side.case(case).phase for side in (nodes.north.side, nodes.south.side)}


def button(at: Page | Locator, said: Said, key: str, **values: str) -> Locator:
    """The first button of these words."""
    return at.get_by_role("button", name=said.like(key, **values)).first


def refused(desk: Seen, plan: str) -> str:
    """What the node itself says to whoever begins a plan that is held back."""
    return str(
        desk.page.evaluate(
            """async (plan) => {
                const api = await import('/console/core/api.js');
                const asked = api.post(`/v1/plans/${plan}/activate`, { override: null });
                return asked.then(() => 'begun', (problem) => problem.code);
            }""",
            plan,
        )
    )
