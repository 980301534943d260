"""How often something sounds, and when again: few things do, so that each is heeded. Pure.

What sounds is desk.rings' `loud`: a flash call, what is too late to act on, what is overdue. It sounds at
each step that it climbs to, and again while nobody has taken it. Nothing is silenced to keep within the
budget: a node that sounds too often says so, and the cause is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from immutables import Map
from msgspec import Struct

from wideberth.desk.rings import About, Ring
from wideberth.model.agreement import Precedence

HOUR_MS: Final = 3_600_000
BUDGET: Final = 6
"""Sounds an hour that one person can heed, unless told otherwise: one in ten minutes, which EEMUA 191 has as
manageable."""
AGAIN_MS: Final[dict[Precedence, int]] = {
    "flash": 60_000,
    "immediate": 300_000,
    "priority": 900_000,
    "routine": 3_600_000,
}
"""How soon what nobody has taken sounds again."""
MOST: Final = 1_000
"""Sounds of an hour that are counted."""


class Bell(Struct, frozen=True):
    """What has sounded in this start, on the boot clock (ms).

    `last`: when each thing did; `hour` each time of the last hour, up to MOST; `all` how often ever.
    """

    last: Map[About, int] = Map()
    hour: tuple[int, ...] = ()
    all: int = 0


def heard(bell: Bell, about: About, boot_ms: int) -> Bell:
    """Something sounded."""
    kept = tuple(each for each in bell.hour if boot_ms - each < HOUR_MS)
    return Bell(bell.last.set(about, boot_ms), (*kept, boot_ms)[-MOST:], bell.all + 1)


def again(bell: Bell, found: Iterable[Ring], boot_ms: int) -> tuple[Bell, tuple[Ring, ...]]:
    """What sounds again: it is loud, and has not sounded for some time, or not in this start.

    What is over is forgotten.

    Args:
        bell: as it was.
        found: all that rings.
        boot_ms: the time on the boot clock.
    """
    loud = {each.about: each for each in found if each.loud}
    due = tuple(
        each
        for about, each in loud.items()
        if (last := bell.last.get(about)) is None or boot_ms - last >= AGAIN_MS[each.precedence]
    )
    left = {about: last for about, last in bell.last.items() if about in loud}
    return Bell(Map(left), bell.hour, bell.all), due


def in_hour(bell: Bell, boot_ms: int) -> int:
    """How often something sounded in the last hour, up to MOST."""
    return sum(boot_ms - each < HOUR_MS for each in bell.hour)


def words(hour: int, budget: int) -> str:
    """The same for people."""
    times = f"sounded {hour:,} time{'' if hour == 1 else 's'} in the last hour"
    return f"{times}; more than {budget:,} is too often to heed: find the cause" if hour > budget else times
