"""What the tests of plans and cases share: plans to file, a page without faults, and codes with words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final, get_args

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from wideberth.desk.cases import Status
from wideberth.model.case import PHASES
from wideberth.model.plan import STATES, Plan
from wideberth.node.clock import SYSTEM
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

CONSOLE: Final = Path(__file__).parents[2] / "src/wideberth/web/console"
HOUR_MS: Final = 3_600_000
STATUSES: Final = tuple(each for some in get_args(Status) for each in (get_args(some) or (some,)))
CASES: Final = {"state": STATES, "phase": tuple(PHASES), "status": STATUSES}
"""Codes of plans and cases, by what their words begin with."""


def begin_ms(hours: float = 48) -> int:
    """So many hours from now, at a whole second, as forms have it."""
    return (SYSTEM.now() // 1_000 + round(hours * 3_600)) * 1_000


def draft(
    lon: float, lat: float, callsign: str, *, hours: float = 48, activity: str = "survey", label: str = ""
) -> Plan:
    """An hour in 5 km around a place, from 1,000 to 2,000 ft."""
    start = begin_ms(hours)
    volume = Volume(
        Circle((round(lon * DEGREE), round(lat * DEGREE)), 5_000 * METRE),
        Altitude("MSL", 1_000 * FOOT),
        Altitude("MSL", 2_000 * FOOT),
        start,
        start + HOUR_MS,
    )
    return Plan("-", "-", (volume,), activity, callsign=callsign, label=label or callsign)


def clean(page: Page) -> None:
    """Nothing that axe finds wrong in a view, or in the dialog over it."""
    dialog = page.locator("dialog[open]").count() > 0
    found = Axe().run(page, context="dialog[open]" if dialog else "main")
    wrong = [
        (each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found.response["violations"]
    ]
    assert not wrong, wrong


def said(text: str) -> re.Pattern[str]:
    """A sentence of the console: what is put into it has marks of its direction around it."""
    mark = "[\u2068\u2069]*"
    return re.compile(mark.join(r"\s" if each == " " else re.escape(each) for each in text))


def words_for(area: str) -> set[str]:
    """The keys of an area of words."""
    return set(json.loads((CONSOLE / "words" / f"{area}.json").read_text()))
