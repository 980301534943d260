"""The terms that parties sign: who, where, how far apart, how early, how fast an answer, and who sees what.

Nouns only. A version is named by the SHA-256 of the bytes of its text; what follows from two versions that
meet is in desk.cutover, who has signed in desk.agreements.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field

from wideberth.model.separation import EVERY
from wideberth.model.terms import Terms
from wideberth.space.ground import Circle, Polygon
from wideberth.space.units import FOOT, NAUTICAL_MILE, SECOND

SCHEMA = "wideberth.agreement/1"

Disclosure = Literal["full", "coarse", "conflict-only", "none"]
DISCLOSURES: Final[tuple[Disclosure, ...]] = ("none", "conflict-only", "coarse", "full")
"""From the narrowest to the widest."""
Block = Literal["overlap", "close"]
BLOCKS: Final[tuple[Block, ...]] = ("overlap", "close")
"""From the looser to the stricter: what is close may be anything that is not far enough apart."""
Onward = Literal["never", "consent"]
ONWARDS: Final[tuple[Onward, ...]] = ("never", "consent")
"""From the narrower to the wider."""
BlindMode = Literal["count", "cells", "escalate"]
BLIND_MODES: Final[tuple[BlindMode, ...]] = ("count", "cells", "escalate")
"""From the one that tells the least to the one that tells the most."""
WatchCall = Literal["closing", "entry", "unplanned", "nonconforming", "lost", "unknown"]
WATCH_CALLS: Final[tuple[WatchCall, ...]] = (
    "closing",
    "entry",
    "unplanned",
    "nonconforming",
    "lost",
    "unknown",
)
Placing = Literal["coarse", "true"]
PLACINGS: Final[tuple[Placing, ...]] = ("coarse", "true")
"""From the one that tells less."""
Precedence = Literal["flash", "immediate", "priority", "routine"]
PRECEDENCES: Final[tuple[Precedence, ...]] = ("flash", "immediate", "priority", "routine")

_MINUTE = 60 * SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class Party(Struct, frozen=True):
    """A party: its name, base32 of the hash of its identity key, and what people call it."""

    name: str
    label: str


class LeadTime(Struct, frozen=True):
    """How early the others are told of an activity, in ms before it begins, and how soon they answer.

    Told at least `notice_ms` before it is in time; less than `late_ms` before it is too late to act, and a
    call is demanded; between the two it is short. `answer_ms` runs from when it was delivered.
    """

    notice_ms: int = 24 * _HOUR
    late_ms: int = 30 * _MINUTE
    answer_ms: int = 4 * _HOUR


class Clock(Struct, frozen=True):
    """When a call that nobody acknowledges goes on: to the deputy, the whole watch, the commander (ms)."""

    deputy_ms: int
    watch_ms: int
    commander_ms: int


CLOCKS: Final[dict[Precedence, Clock]] = {
    "flash": Clock(30 * SECOND, 60 * SECOND, 120 * SECOND),
    "immediate": Clock(2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE),
    "priority": Clock(15 * _MINUTE, 30 * _MINUTE, 60 * _MINUTE),
    "routine": Clock(60 * _MINUTE, 2 * _HOUR, 4 * _HOUR),
}


class Silence(Struct, frozen=True):
    """How often a node says that it is there, and how long without a receipt is late, or silent (ms)."""

    heartbeat_ms: int = 30 * SECOND
    urgent_late_ms: int = 60 * SECOND
    main_late_ms: int = 15 * _MINUTE
    silent_ms: int = 60 * _MINUTE


class Step(Struct, frozen=True):
    """A step of a grid: `h`, `v` in 0.1 mm, `t` in ms."""

    h: int
    v: int
    t: int


class Answers(Struct, frozen=True):
    """What a party's questions cost where it does not see all: when answers are sent, and how many.

    Answers that were computed on plans of which it is told less than everything go every `every_ms`, counted
    from the POSIX epoch, and at most `a_day` in one area in one day of UTC.
    """

    every_ms: int = _HOUR
    a_day: int = 40


class Release(Struct, frozen=True):
    """What a party may do with what it was told: show it to `recipients`, and to whom else.

    `onward` "never" to nobody else; "consent" to whom its author consents each time.
    """

    onward: Onward = "never"
    recipients: tuple[str, ...] = ()


class Allotment(Struct, frozen=True):
    """An area and hours that one party has for an activity; nobody else plans it there without its consent.

    `party` is a label; `area` None is all that the terms hold in. `hours` are minutes of each day in UTC,
    from and until; past midnight where the second is the smaller.
    """

    party: str
    activity: str
    hours: tuple[int, int]
    area: Polygon | Circle | None = None


class Blind(Struct, frozen=True):
    """The blind check: how often, over what, how fine, and what it may tell at most.

    A run begins at each multiple of `every_ms` since 1970 and is about whatever touches the `horizon_ms`
    after that. Its rounds go from `start_level` to `floor_level` of the tree, both multiples of 4; in mode
    "count" there is one, at the floor. `terms` is the most of one side in one round; where more than
    `matched_percent` of a side's own terms match, it refines no further. `cells_a_day` matched cells of the
    start level, and `audits_a_day` audits, are all that one day of UTC may cost. Where the other's next
    message has not come after `timeout_ms`, the run is not clear.
    """

    mode: BlindMode = "cells"
    every_ms: int = 15 * _MINUTE
    horizon_ms: int = _DAY
    start_level: int = 12
    floor_level: int = 20
    terms: int = 100_000
    matched_percent: int = 25
    cells_a_day: int = 2_000
    audits_a_day: int = 4
    timeout_ms: int = 5 * _MINUTE


class Watch(Struct, frozen=True):
    """Which alerts of the watch over live tracks call the other party by themselves, and what they tell.

    Attributes:
        call: "closing": one of ours and one of theirs lose their separation; "entry": one of ours comes into
            what they have told, or one of theirs to a site that was told; "unplanned": one of ours is on no
            plan; "nonconforming": one of ours is outside its plan; "lost": contact with one of ours is lost;
            "unknown": something near ours is nobody's as far as is known: is it theirs?
        place: where what is ours is said to be: "true", or "coarse": the middle of its cell of the coarse
            grid, without altitude.
        look_ahead_ms: how far ahead each side looks at least.
        a_day: the most calls of one side that its node makes by itself in a day of UTC.
    """

    call: tuple[WatchCall, ...]
    place: Placing = "coarse"
    look_ahead_ms: int = 5 * _MINUTE
    a_day: int = 50


class Rules(Struct, frozen=True):
    """What is agreed beside what a check needs.

    `lead_times` and `disclosure` are by activity, with EVERY for each that has none of its own. `proposals`
    are the steps in which changes are proposed, `coarse` the grid of what is shown coarsely, `answers` what
    questions about it cost.
    `prekey_days` is how long a key may wait for a courier; `retention_ms` how long closed matters are kept.
    `blind` is None where no blind check is agreed; `watch` where no alert calls by itself.
    """

    lead_times: dict[str, LeadTime] = field(default_factory=lambda: {EVERY: LeadTime()})
    clocks: dict[Precedence, Clock] = field(default_factory=CLOCKS.copy)
    disclosure: dict[str, Disclosure] = field(default_factory=lambda: dict[str, Disclosure]({EVERY: "none"}))
    block_activation: Block = "close"
    silence: Silence = Silence()
    proposals: Step = Step(NAUTICAL_MILE, 500 * FOOT, 15 * _MINUTE)
    coarse: Step = Step(10 * NAUTICAL_MILE, 5_000 * FOOT, _HOUR)
    answers: Answers = Answers()
    prekey_days: int = 3
    retention_ms: int = 3_650 * _DAY
    release: Release = Release()
    languages: tuple[str, ...] = ("en",)
    allotments: tuple[Allotment, ...] = ()
    blind: Blind | None = None
    watch: Watch | None = None


class Agreement(Struct, frozen=True):
    """One version of an agreement.

    `id` is 16 random bytes, the same in every version and on every line; `version` counts from 1; `previous`
    is the SHA-256 of the version that this one follows, None for the first.
    """

    id: bytes
    version: int
    previous: bytes | None
    parties: tuple[Party, ...]
    terms: Terms
    rules: Rules

    def label(self, party: str) -> str:
        """What people call the party of this name; the name itself for a stranger."""
        return next((each.label for each in self.parties if each.name == party), party)


Phase = Literal["none", "proposed", "in force", "suspended", "ended"]
Event = Literal["proposed", "signed", "suspended", "resumed", "ended"]

TRANSITIONS: Final[dict[Phase, dict[Event, tuple[Phase, ...]]]] = {
    "none": {"proposed": ("proposed",)},
    "proposed": {"proposed": ("proposed",), "signed": ("proposed", "in force")},
    "in force": {
        "proposed": ("in force",),
        "signed": ("in force",),
        "suspended": ("suspended",),
        "ended": ("ended",),
    },
    "suspended": {
        "proposed": ("suspended",),
        "signed": ("suspended",),
        "suspended": ("suspended",),
        "resumed": ("suspended", "in force"),
        "ended": ("ended",),
    },
    "ended": {},
}
"""What may happen to an agreement on a line, and what it can become by it.

It is in force from the last signature that was missing; out of suspension when each that suspended it has
resumed. An agreement that has ended does not come back: the next one has an id of its own.
"""


def table() -> str:
    """The transitions for people, one a line."""
    return "".join(
        f"{phase:10} {event:10} {' or '.join(after)}\n"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    )
