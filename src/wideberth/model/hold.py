"""A hold: a stand-down in force over parties, activities and an area until a condition. Nouns only.

Which entries count, and which officers have lifted one, is in desk.holds.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Ground


class Talks(Struct, frozen=True):
    """Until the talks of this id were held: both have signed the minutes, or differences are recorded."""

    talks: str


class Terms(Struct, frozen=True):
    """Until this version of an agreement, or a later one, has come into force; `agreement` is 16 bytes."""

    agreement: bytes
    version: int


class Moment(Struct, frozen=True):
    """Until this time, POSIX ms."""

    at_ms: int


Condition: TypeAlias = Talks | Terms | Moment


class Area(Struct, frozen=True):
    """Where a hold holds; from the ground up and without end unless it says less."""

    ground: Ground
    lower: Altitude = SURFACE
    upper: Altitude = UNLIMITED


class Hold(Struct, frozen=True):
    """What a hold says.

    Attributes:
        id: `h-` and 26 characters, the same on every line that it is said on.
        parties: whose plans it binds, by their names.
        from_ms: POSIX ms; what is over by then does not touch it.
        until: what ends it.
        activities: those that it stops; None: all.
        area: where; None: everywhere.
        reason: in a few words, if its author wants to say any; nobody has to.
    """

    id: str
    parties: tuple[str, ...]
    from_ms: int
    until: Condition
    activities: tuple[str, ...] | None = None
    area: Area | None = None
    reason: str | None = None


Phase = Literal["in force", "lifted", "ended"]
Event = Literal[
    "put",
    "its condition is met",
    "lifted by one key",
    "lifted by two keys",
    "a lifting key is revoked from before",
    "its time has passed",
    "its author is silent",
]

PHASES: Final[dict[Phase, str]] = {
    "in force": "no plan inside it may begin",
    "lifted": "two officers of its author have lifted it, each by a key of their own",
    "ended": "its time is over",
}
EVENTS: Final[dict[Event, str]] = {
    "put": "a party says it; it counts at once, also by a key that turns out to be revoked",
    "its condition is met": "the talks were held, or the terms are in force: now two officers may lift it",
    "lifted by one key": "or by keys that are not on its author's roster, or over another text",
    "lifted by two keys": "two officers on its author's roster have signed the exact text of the lift",
    "a lifting key is revoked from before": "what was signed with it permits nothing any more",
    "its time has passed": "of a hold until a time: its author's clock is 5 s beyond it",
    "its author is silent": "that ends nothing",
}
TRANSITIONS: Final[dict[Phase, dict[Event, Phase]]] = {
    "in force": {
        "put": "in force",
        "its condition is met": "in force",
        "lifted by one key": "in force",
        "lifted by two keys": "lifted",
        "its time has passed": "ended",
        "its author is silent": "in force",
    },
    "lifted": {
        "put": "lifted",
        "a lifting key is revoked from before": "in force",
        "its time has passed": "ended",
        "its author is silent": "lifted",
    },
    "ended": {"put": "ended", "its author is silent": "ended"},
}
"""What becomes of a hold. What is not here leaves it as it is. A hold that is over does not come back: the
next one has an id of its own.
"""


def table() -> str:
    """The transitions as a table in Markdown, for docs/holds.md."""
    rows = ["| hold | what happens | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {after} |"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    ]
    return "\n".join(rows) + "\n"
