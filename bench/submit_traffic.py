"""Plans of two parties for bench/submit.py: circles in one theatre; some meet plans of the other party."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from msgspec import structs

from wideberth.formats import native
from wideberth.model.plan import Plan
from wideberth.node.filings import Given
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
A_DAY = 250
"""Plans that begin in a day: with as many, one in a few meets another."""


class Flat(NamedTuple):
    """A plan as a peer takes it: degrees, metres, feet, ms."""

    name: str
    lon: float
    lat: float
    radius_m: float
    low_ft: int
    high_ft: int
    start_ms: int
    end_ms: int

    @property
    def given(self) -> Given:
        """As the desk takes it."""
        where = Volume(
            Circle((round(self.lon * DEGREE), round(self.lat * DEGREE)), round(self.radius_m * METRE)),
            Altitude("MSL", self.low_ft * FOOT),
            Altitude("MSL", self.high_ft * FOOT),
            self.start_ms,
            self.end_ms,
        )
        return Given(Plan("", "", (where,), "survey", label=self.name, callsign=self.name))

    @property
    def document(self) -> dict[str, Any]:
        """As our API takes it."""
        return native.plan_to_json(structs.replace(self.given.plan, party="north", id=self.name))


def plans(party: str, count: int, resident: int, from_ms: int, seed: int) -> list[Flat]:
    """So many, spread over as many days as `resident` need."""
    chance = random.Random(seed)
    days = max(1, resident // A_DAY)
    found = []
    for n in range(count):
        start_ms = from_ms + chance.randrange(days * DAY_MS // MINUTE_MS) * MINUTE_MS
        low = chance.randrange(20) * 500
        found.append(
            Flat(
                f"{party} {n}",
                round(33 + 3 * chance.random(), 7),
                round(33 + 2.5 * chance.random(), 7),
                float(chance.choice((1_000, 3_000, 8_000))),
                low,
                low + chance.choice((500, 2_000)),
                start_ms,
                start_ms + chance.choice((30, 60, 180)) * MINUTE_MS,
            )
        )
    return found
