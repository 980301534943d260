"""A case: a conflict of two notices of a line, being closed by its two parties. Nouns only.

Which entries count, and when an accept is final, is in desk.cases.
"""

from __future__ import annotations

from typing import Final, Literal

Phase = Literal["open", "proposed", "countered", "accepted", "final", "escalated", "closed"]
Event = Literal["proposed", "accepted", "withdrawn", "confirmed", "amended", "escalated", "closed", "opened"]
Found = Literal["overlap", "close"]
FOUND: Final[tuple[Found, ...]] = ("overlap", "close")
"""What is in conflict: the volumes themselves, or they are not far enough apart."""
How = Literal["amended", "ended", "clear"]
HOW: Final[tuple[How, ...]] = ("amended", "ended", "clear")
"""How a party closes a case: a new version is clear, a plan has ended, or what it found was never so."""
Why = Literal["lapsed", "retracted", "superseded", "crossed"]
"""How a proposal comes to nothing: its time was over, its author took it back, its author gave the plan a new
version, or its author accepted one of the other party's in the same case."""

PHASES: Final[dict[Phase, str]] = {
    "open": "in conflict, and nothing is proposed: propose a change, or call",
    "proposed": "one party's proposal waits for the other's answer",
    "countered": "both parties' proposals wait for an answer",
    "accepted": "accepted, and not final yet: old and proposed volumes both count as occupied",
    "final": "accepted for good: its author gives the plan its new version",
    "escalated": "raised to a commander; everything else goes on",
    "closed": "neither party finds a conflict any more",
}
TRANSITIONS: Final[dict[Phase, dict[Event, tuple[Phase, ...]]]] = {
    "open": {"proposed": ("proposed",), "escalated": ("escalated",), "closed": ("open", "closed")},
    "proposed": {
        "proposed": ("proposed", "countered"),
        "accepted": ("accepted",),
        "withdrawn": ("open", "proposed"),
        "escalated": ("escalated",),
        "closed": ("proposed", "closed"),
    },
    "countered": {
        "proposed": ("countered",),
        "accepted": ("accepted",),
        "withdrawn": ("countered", "proposed"),
        "escalated": ("escalated",),
        "closed": ("countered", "closed"),
    },
    "accepted": {
        "accepted": ("open", "proposed"),
        "withdrawn": ("open", "proposed", "countered", "accepted"),
        "confirmed": ("final",),
        "amended": ("open", "proposed", "countered"),
        "escalated": ("escalated",),
        "closed": ("accepted", "closed"),
    },
    "final": {
        "withdrawn": ("final",),
        "amended": ("open", "proposed", "countered"),
        "escalated": ("escalated",),
        "closed": ("final", "closed"),
    },
    "escalated": {"closed": ("escalated", "closed")},
    "closed": {"opened": ("open", "proposed", "countered", "accepted", "final", "escalated")},
}
"""What may happen in a case, and what it can become by it.

Two crossing accepts void each other: the case is open again. A retraction that came too late changes nothing.
A case is closed when each party that found the conflict has said that it finds it no more.
"""


def table() -> str:
    """The transitions for people, one a line."""
    return "".join(
        f"{phase:10} {event:10} {' or '.join(after)}\n"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    )
