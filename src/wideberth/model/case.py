"""A case: a conflict of two notices of a line, being closed by its two parties. Nouns only.

Which entries count, and when an accept is final, is in desk.cases.
"""

from __future__ import annotations

from typing import Final, Literal

Phase = Literal["open", "proposed", "countered", "accepted", "final", "escalated", "closed"]
Event = Literal["opened", "proposed", "accepted", "covered", "withdrawn", "amended", "escalated", "closed"]
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
EVENTS: Final[dict[Event, str]] = {
    "opened": "a party finds the two in conflict",
    "proposed": "a party offers a change of one of the two plans",
    "accepted": "a party accepts a proposal of the other's, and takes back its own",
    "covered": "the proposer enters anything after it has folded the accept",
    "withdrawn": "a proposal lapses or is retracted by its author",
    "amended": "one of the two plans has a new version: what was proposed to the old one is superseded",
    "escalated": "a party raises it to its deputy or commander",
    "closed": "a party that found the conflict finds it no more",
}
TRANSITIONS: Final[dict[Phase, dict[Event, tuple[Phase, ...]]]] = {
    "open": {"proposed": ("proposed",), "escalated": ("escalated",), "closed": ("closed",)},
    "proposed": {
        "proposed": ("countered",),
        "accepted": ("accepted", "open"),
        "withdrawn": ("open",),
        "amended": ("open",),
        "escalated": ("escalated",),
        "closed": ("closed",),
    },
    "countered": {
        "accepted": ("accepted", "proposed"),
        "withdrawn": ("proposed",),
        "amended": ("open", "proposed"),
        "escalated": ("escalated",),
        "closed": ("closed",),
    },
    "accepted": {
        "covered": ("final",),
        "accepted": ("open", "proposed", "escalated"),
        "withdrawn": ("open", "proposed", "countered", "escalated"),
        "amended": ("open", "proposed", "countered", "escalated"),
        "closed": ("closed",),
    },
    "final": {"amended": ("open", "proposed", "countered", "escalated"), "closed": ("closed",)},
    "escalated": {"accepted": ("accepted",), "closed": ("open", "proposed", "countered", "closed")},
    "closed": {"opened": ("open", "proposed", "countered", "accepted", "final", "escalated")},
}
"""What an entry makes of a case. What is not here leaves it as it is.

Two crossing accepts void each other. A retraction that came too late changes nothing. A case is closed when
each party that found the conflict has said that it finds it no more.
"""


def table() -> str:
    """The transitions as a table in Markdown, for docs/cases.md."""
    rows = ["| case | event | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {' or '.join(after)} |"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    ]
    return "\n".join(rows) + "\n"
