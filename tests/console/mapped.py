"""Something to see on the map: plans of both parties, and a site; and ways to look at it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.console.seen import Seen
from tests.console.two import Two, until
from wideberth.model.plan import Plan
from wideberth.model.site import Listed
from wideberth.node.clock import SYSTEM
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, FOOT, METRE
from wideberth.space.volume import Volume

MINUTE = 60_000
HOUR = 60 * MINUTE
IDLE = ".map-box[data-idle=yes]"


def at(lon: float, lat: float) -> tuple[int, int]:
    return round(lon * DEGREE), round(lat * DEGREE)


def level(found: int) -> Altitude:
    return Altitude("FL", found * FLIGHT_LEVEL)


def feet(found: int) -> Altitude:
    return Altitude("MSL", found * FOOT)


def filed(nodes: Two) -> int:
    """Plans of both, two of them in conflict, and a list with a hospital; when the first begins (ms)."""
    now = SYSTEM.now() // MINUTE * MINUTE
    start = now + 40 * MINUTE
    ring = Circle(at(36.3, 33.5), 15_000 * METRE)
    way = Corridor((at(35.6, 33.1), at(36.1, 33.9), at(36.9, 33.9)), 3_000 * METRE)
    box = Polygon((tuple(at(*each) for each in ((36.5, 32.9), (37.3, 32.9), (37.3, 33.2), (36.5, 33.2))),))
    nodes.north.side.submit(
        [
            Plan(
                "",
                "",
                (Volume(ring, feet(1_000), feet(4_000), start, start + HOUR),),
                "survey",
                label="Survey of the east",
                callsign="HERON 1",
            ),
            Plan(
                "",
                "",
                (Volume(way, level(60), level(90), start + 2 * HOUR, start + 4 * HOUR),),
                "transit",
                label="Transit north",
                callsign="HERON 2",
            ),
            Plan(
                "",
                "",
                (Volume(box, SURFACE, level(40), start, start + 6 * HOUR),),
                "convoy",
                label="Relief convoy",
                callsign="HERON 3",
            ),
        ]
    )
    close = Circle(at(36.42, 33.52), 9_000 * METRE)
    far = Circle(at(35.7, 33.6), 8_000 * METRE)
    nodes.south.side.submit(
        [
            Plan(
                "",
                "",
                (Volume(close, feet(2_000), feet(6_000), start + 10 * MINUTE, start + 90 * MINUTE),),
                "survey",
                callsign="كركي ١",
            ),
            Plan(
                "",
                "",
                (Volume(far, feet(3_000), feet(8_000), start + HOUR, start + 3 * HOUR),),
                "survey",
                callsign="KESTREL 2",
            ),
        ]
    )
    place = Volume(Circle(at(36.29, 33.51), 500 * METRE), SURFACE, UNLIMITED)
    nodes.north.side.list_sites(
        "Health", [Listed("h1", "site", "Central hospital", (place,), "hospital", source="health office")]
    )
    until(lambda: len(nodes.north.side.cases()) == 1)
    until(lambda: sum(not each.mine for each in nodes.north.side.notices(nodes.line)) == 2)
    return start


def shown(seen: Seen) -> Page:
    """The map, once all is drawn."""
    seen.go("map")
    seen.page.wait_for_selector(".map-here[data-ready=yes]")
    seen.page.wait_for_selector(IDLE)
    return seen.page


def accessible(page: Page) -> None:
    """Nothing that axe-core finds."""
    found = Axe().run(page, context="main")
    assert found.violations_count == 0, found.generate_report()
