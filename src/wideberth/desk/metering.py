"""What another party's questions cost where it is not told all: when it is answered, and how often in a day.

A notice of the other party is a question: is it too close to something that it does not see? Each answer, a
yes as well as a no, is counted for that party, for each area that the notice touches, and for the day (UTC).
Where nothing is left the answer is "NOT CHECKED", and a call. What is counted depends only on the notice and
the agreement, never on the plans that are there: so the count itself says nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from immutables import Map
from msgspec import Struct

from wideberth.model.agreement import DISCLOSURES, Answers, Disclosure, LeadTime, Rules, Step
from wideberth.space.coarse import Coarse, Grid
from wideberth.space.units import SECOND
from wideberth.space.volume import Volume

DAY: Final = 86_400 * SECOND
LEVEL: Final = 3
"""An area is a cell of the coarse grid of this level: 8 cells long and wide."""
MOST: Final = 64
"""Areas that a notice is counted in; one that touches more is counted as being everywhere."""

Area = int
"""A cell as `lattice.together` names it."""


class Asked(NamedTuple):
    """Who asked, where (None: everywhere), and on which day, in days since the POSIX epoch."""

    recipient: str
    area: Area | None
    day: int


class State(Struct, frozen=True):
    """How many answers were given; of days before `day` only those of the last."""

    given: Map[Asked, int] = Map()
    day: int = 0


def day_of(at_ms: int) -> int:
    """The day of a moment."""
    return at_ms // DAY


def areas(volumes: Sequence[Volume], grid: Step) -> tuple[Area | None, ...]:
    """The areas that the volumes of a notice are counted in; at least one.

    Args:
        volumes: at least one, as they were told.
        grid: the agreed coarse grid.
    """
    found = Coarse(volumes, Grid(grid.h, grid.v, grid.t)).cells(LEVEL)
    return (None,) if found is None or len(found) > MOST else tuple(found)


def allowed(state: State, recipient: str, area: Area | None, day: int, budget: int) -> bool:
    """Whether one more answer may be given."""
    return state.given.get(Asked(recipient, area, day), 0) < budget


def all_allowed(state: State, recipient: str, where: Iterable[Area | None], day: int, budget: int) -> bool:
    """Whether one more answer may be given in every one of these areas."""
    return all(allowed(state, recipient, area, day, budget) for area in where)


def charge(state: State, recipient: str, where: Iterable[Area | None], day: int) -> State:
    """An answer was given: it counts once in each of these areas. Of days gone by only the last is kept."""
    kept = state.given
    if day > state.day:
        kept = Map({asked: count for asked, count in kept.items() if asked.day >= day - 1})
    for area in dict.fromkeys(where):
        asked = Asked(recipient, area, day)
        kept = kept.set(asked, kept.get(asked, 0) + 1)
    return State(kept, max(day, state.day))


def metered(rules: Rules, plans: Iterable[Disclosure | None] = ()) -> bool:
    """Whether answers to a recipient are counted and wait: not where it is told all of everything.

    Args:
        rules: as agreed.
        plans: the own level of each of this party's plans, where it has one.
    """
    told = (*rules.disclosure.values(), *(each for each in plans if each is not None))
    return any(each != DISCLOSURES[-1] for each in told)


def due_ms(now_ms: int, begins_ms: int | None, lead: LeadTime, answers: Answers, *, metered: bool) -> int:
    """When an answer is sent, in POSIX ms: at once, or at the next mark of the agreed cadence.

    At once where nothing is metered, and where what was asked about begins within the short lead time: then
    there is no time to wait, and the answer is counted like any other.

    Args:
        now_ms: when it could be sent.
        begins_ms: when the notice that was asked with begins (None: it has no beginning), so that a yes and
            a no to it come at the same time; the conflict cannot begin much earlier.
        lead: as agreed for its activity.
        answers: as agreed.
        metered: as `metered` has it.
    """
    if not metered or begins_ms is None or begins_ms - now_ms < lead.notice_ms:
        return now_ms
    return -(-now_ms // answers.every_ms) * answers.every_ms
