"""What drills are made of: plans and sites over one piece of sea, where nothing is."""

from __future__ import annotations

from typing import Final

from wideberth.model.plan import Plan
from wideberth.model.site import Listed
from wideberth.node.filings import Given
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume
from wideberth.story.exercise import HOUR
from wideberth.story.parties import MARK

HERE: Final = (33.0, 34.4)
"""Longitude and latitude in degrees: over the sea."""
KM_LAT: Final = 1 / 111.0
"""A kilometre to the north, in degrees, nearly."""


def north_of(at: tuple[float, float], km: float) -> tuple[float, float]:
    """A place so many kilometres to the north."""
    return at[0], round(at[1] + km * KM_LAT, 5)


def plan(label: str, at: tuple[float, float], start_ms: int, *, callsign: str = "heron 1") -> Given:
    """An hour within 5 km of a place, from 1,000 to 2,000 ft."""
    volume = Volume(
        _around(at, 5_000),
        Altitude("MSL", 1_000 * FOOT),
        Altitude("MSL", 2_000 * FOOT),
        start_ms,
        start_ms + HOUR,
    )
    return Given(Plan("", "", (volume,), "survey", label=f"{MARK} {label}", callsign=f"{MARK} {callsign}"))


def hospital(
    at: tuple[float, float], *, grade: str = "single_source", review_ms: int | None = None
) -> Listed:
    """A hospital within 250 m of a place, as a list has it."""
    return Listed(
        "h-1",
        "site",
        f"{MARK} hospital",
        (Volume(_around(at, 250)),),
        "hospital",
        "verified" if grade == "verified" else "single_source",
        source="who keeps the list",
        review=review_ms,
    )


def _around(at: tuple[float, float], radius_m: int) -> Circle:
    lon, lat = at
    return Circle((round(lon * DEGREE), round(lat * DEGREE)), radius_m * METRE)
