"""Which of all that wants attention rings, and how often: few things, so that each is heeded. Pure.

Three things ring: a flash call, what is too late to act on, what is overdue. All else is a line in a list.
Nothing that rings is ever silenced to keep within the budget: it says that there are too many, and the cause
is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from immutables import Map
from msgspec import Struct

from wideberth.model.agreement import Precedence
from wideberth.model.presence import MEANS, Step

Why = Literal["flash", "too late", "overdue"]
WHYS: Final[dict[Why, str]] = {
    "flash": "flash",
    "too late": "too late to act on, and a call is demanded",
    "overdue": "overdue",
}
"""From the most pressing on."""
Kind = Literal["call", "case", "claim", "concern", "duty", "hold", "notice", "plan", "relay"]
KINDS: Final[dict[Kind, str]] = {
    "call": "an answer to a call",
    "case": "a case",
    "claim": "an answer to a claim query",
    "concern": "an answer to a concern",
    "duty": "presence",
    "hold": "a hold",
    "notice": "a notice",
    "plan": "a plan",
    "relay": "a confirmation of a relay",
}
"""What is too late, or overdue."""
HOUR_MS: Final = 3_600_000
BUDGET: Final = 6
"""Rings an hour that one person can heed, unless told otherwise: one in ten minutes (EEMUA 191 calls that
manageable)."""
AGAIN_MS: Final[dict[Why, int]] = {"flash": 60_000, "too late": 300_000, "overdue": 300_000}
"""How soon what nobody has taken rings again."""
MOST: Final = 1_000
"""Alarms that ring at once, and rings of an hour that are counted; beyond these the newest are left out."""


class Alarm(Struct, frozen=True):
    """Something that rings until somebody takes it.

    Attributes:
        kind, id: of what; the id of a post where it is about one.
        line: on which line; empty where it is on none.
        why: for which of the three reasons.
        step: whom it has come to by now.
        since_ms: since when (wall clock).
    """

    kind: Kind
    id: str
    line: str
    why: Why
    step: Step
    since_ms: int

    @property
    def words(self) -> str:
        """In words, without anything that somebody wrote."""
        what = "a flash call" if self.why == "flash" else f"{KINDS[self.kind]} is {WHYS[self.why]}"
        return f"{what}; it has come to {MEANS[self.step]}"


class Key(NamedTuple):
    """An alarm at a step: what rings once."""

    kind: str
    id: str
    line: str
    why: str
    step: str


class Bell(Struct, frozen=True):
    """What has rung, on the boot clock (ms): when each alarm rang last, and the rings of the last hour."""

    rung: Map[Key, int] = Map()
    rings: tuple[int, ...] = ()
    all: int = 0


def rings(
    *, precedence: Precedence | None = None, too_late: bool = False, overdue: bool = False
) -> Why | None:
    """For which reason something rings; None: it is only listed."""
    if precedence == "flash":
        return "flash"
    if too_late:
        return "too late"
    return "overdue" if overdue else None


def ring(bell: Bell, alarms: Iterable[Alarm], boot_ms: int) -> tuple[Bell, tuple[Alarm, ...]]:
    """Which alarms ring now: those that are new, have come to a further step, or were long not taken.

    Args:
        bell: as it was.
        alarms: all that nobody has taken.
        boot_ms: the time on the boot clock.
    """
    now = {_key(each): each for each in sorted(alarms, key=_first)[:MOST]}
    due = [
        key
        for key, each in now.items()
        if (last := bell.rung.get(key)) is None or boot_ms - last >= AGAIN_MS[each.why]
    ]
    rung = {key: last for key, last in bell.rung.items() if key in now} | dict.fromkeys(due, boot_ms)
    kept = tuple(each for each in bell.rings if boot_ms - each < HOUR_MS)
    hour = (*kept, *[boot_ms] * len(due))[:MOST]
    return Bell(Map(rung), hour, bell.all + len(due)), tuple(now[key] for key in due)


def in_hour(bell: Bell, boot_ms: int) -> int:
    """How many rings there were in the last hour, up to MOST."""
    return sum(boot_ms - each < HOUR_MS for each in bell.rings)


def _key(alarm: Alarm) -> Key:
    return Key(alarm.kind, alarm.id, alarm.line, alarm.why, alarm.step)


def _first(alarm: Alarm) -> tuple[int, int, Key]:
    return list(WHYS).index(alarm.why), alarm.since_ms, _key(alarm)
