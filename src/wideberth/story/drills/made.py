"""What drills are made of: plans and sites over one piece of sea, where nothing is."""

from __future__ import annotations

from typing import Final

from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Language
from wideberth.model.plan import Plan
from wideberth.model.site import Listed
from wideberth.model.track import Kind as TrackKind
from wideberth.model.track import Report, Velocity
from wideberth.node import phrases
from wideberth.node.calls import Asked
from wideberth.node.filings import Given
from wideberth.node.room_views import CalledView
from wideberth.render import call as render
from wideberth.render.call import Shown
from wideberth.render.call_values import NOWHERE, Around
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume
from wideberth.story.exercise import HOUR
from wideberth.story.parties import MARK

HERE: Final = (33.0, 34.4)
"""Longitude and latitude in degrees: over the sea."""
DEGREE_E7: Final = 10_000_000
KM_LAT: Final = 1 / 111.0
"""A kilometre to the north, in degrees, nearly."""


def north_of(at: tuple[float, float], km: float) -> tuple[float, float]:
    """A place so many kilometres to the north."""
    return at[0], round(at[1] + km * KM_LAT, 5)


def plan(label: str, at: tuple[float, float], start_ms: int, *, callsign: str = "heron 1") -> Given:
    """An hour within 5 km of a place, from 1,000 to 2,000 ft."""
    volume = Volume(
        around(at, 5_000),
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
        (Volume(around(at, 250)),),
        "hospital",
        "verified" if grade == "verified" else "single_source",
        source="who keeps the list",
        review=review_ms,
    )


def point(at: tuple[float, float], words: str | None = None, notation: str | None = None) -> dict[str, Value]:
    """A place as a field of a call has it, what it is called, and how it was written."""
    lon, lat = at
    return {
        "lat_e7": round(lat * DEGREE_E7),
        "lon_e7": round(lon * DEGREE_E7),
        "notation": notation,
        "words": words,
    }


def moment(at_ms: int) -> dict[str, Value]:
    """A time as a field of a call has it."""
    return {"at_ms": at_ms}


def asked(code: str, fields: dict[str, Value], to: str = "duty officer", language: str = "en") -> Asked:
    """A coded call with the precedence that the book gives it."""
    return Asked(code, fields, to, phrases.shipped().phrases[code].precedence, language)


def shown(call: CalledView, language: Language, sender: str, around: Around = NOWHERE) -> str:
    """A call as its reader sees it, in the reader's language."""
    said = Shown(
        call.code,
        call.fields,
        call.precedence,
        call.to,
        call.language,
        call.text,
        sender=sender,
        exercise=True,
    )
    return render.text(phrases.shipped(), said, language, around)


def around(at: tuple[float, float], radius_m: int) -> Circle:
    """A circle of so many metres around a place."""
    lon, lat = at
    return Circle((round(lon * DEGREE), round(lat * DEGREE)), radius_m * METRE)


def seen(
    track: str, at: tuple[float, float], at_ms: int, *, callsign: str = "", kind: TrackKind = "aircraft"
) -> Report:
    """A live report of something that stands still there, within 20 m."""
    lon, lat = at
    return Report(
        "radar",
        f"radar:{track}",
        at_ms,
        (round(lon * DEGREE), round(lat * DEGREE)),
        20 * METRE,
        velocity=Velocity(0, 0, 0),
        callsign=callsign,
        kind=kind,
    )
