"""What a Q-code is about: its second letter names the subject (ICAO PANS-ABC, Doc 8400, NOTAM Code).

Every notice with a place becomes a plan; the agreement decides which activities are to be kept apart.
"""

from __future__ import annotations

from wideberth.model.plan import UNSPECIFIED

SUBJECTS = {
    "OB": "obstacle",
    "OL": "obstacle",
    "R": "airspace restriction",
    "W": "airspace warning",
    "A": "airspace organisation",
    "S": "air traffic service",
    "P": "air traffic procedure",
    "C": "communication facility",
    "I": "landing system",
    "G": "satellite navigation",
    "N": "navigation facility",
    "M": "movement area",
    "L": "lighting",
    "F": "aerodrome facility",
    "O": "other information",
    "K": "checklist",
}
"""Subject letters after the Q (one or two, the longer first) and the activity of plans about them."""

AREAS = ("R", "W", "A")
"""Subjects that close, restrict or endanger airspace: one that cannot be placed is a fault, not a note."""


def activity(code: str) -> str:
    """The activity of a Q-code such as `QRDCA`; `unspecified` for `QXXXX` and what is no code."""
    subject = code[1:3] if len(code) == 5 and code.startswith("Q") else ""
    return SUBJECTS.get(subject, SUBJECTS.get(subject[:1], UNSPECIFIED))


def concerns_airspace(code: str) -> bool:
    """True for codes of airspace restrictions, warnings and organisation, and for what is no code."""
    return len(code) != 5 or not code.startswith("Q") or code[1] in AREAS
