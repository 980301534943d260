"""What would clear a plan: changes after which it is in no known conflict (GEOMETRY, Proposals).

Delay, advance, climb and descent are exact: the least whole minute or 100 ft that no pair of volumes
forbids. Sidestep, trim and two changes together are heuristics. Every offer is searched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from wideberth.conflict.both import together
from wideberth.conflict.clear import KEPT_OUT, Judge, judge
from wideberth.conflict.find import Search
from wideberth.conflict.forbidden import Forbidden, forbidden
from wideberth.conflict.keep import allotted_heights, allotted_times, allowed, heights, measurable, times
from wideberth.conflict.offer import (
    EXACT,
    HUNDRED_FEET,
    MINUTE,
    Constraints,
    Exact,
    Limits,
    Offer,
    bounded,
    floating,
    shifted,
)
from wideberth.conflict.pairs import reach_of
from wideberth.conflict.shift import grid, nearest
from wideberth.conflict.sidestep import MOST_VOLUMES, sidesteps
from wideberth.conflict.touching import touching
from wideberth.conflict.trim import trims
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.space.ellipsoid import Index
from wideberth.space.reference import VerticalReference

FEW, MANY = 8, 256
"""Plans that are looked at in one go, at first and at most."""
CELLS = 50_000_000
"""Plans looked at in one go, times all plans: that much is held at a time."""
MOST_PAIRS = 2_000_000
"""Pairs of volumes that are looked at unless told otherwise; plans whose turn comes later are left."""
MOST_RIVALS = 100
"""Plans in conflict with one that are named."""
MOST_CLOSE = 100_000
"""Pairs of volumes in conflict; a plan in more is not trimmed."""
NO_BOUNDS, ON_SURFACE, OTHER_DATUM = "no_bounds", "on_surface", "other_datum"
NOT_ALLOWED, NOT_FOUND, TOO_MANY = "not_allowed", "not_found", "too_many"
"""Why there is no offer: the plan has no start or end; it reaches the surface or has no upper limit; the
ceiling is in another datum; the limits leave it out; none was found within them; too many volumes to look."""
Mask = NDArray[np.bool_]
Key = tuple[str, str]


class Answer(Struct, frozen=True):
    """Of one plan (party, id): with how many plans it is in conflict (`hits`), the first of them (`rivals`),
    what would clear it, and for each other change why it is not offered.

    A rival with the party `clear.KEPT_OUT` is one of `Constraints.keep_out`.
    """

    plan: Key
    hits: int
    rivals: tuple[Key, ...]
    offers: tuple[Offer, ...]
    missing: tuple[tuple[str, str], ...]


class Proposals(Struct, frozen=True):
    """Answers in the order asked for, of `plans` and `volumes` that were regarded within `limits`; `left` are
    the plans that were not looked at, because the work had become too much.
    """

    answers: tuple[Answer, ...]
    limits: Limits
    plans: int
    volumes: int
    left: tuple[Key, ...] = ()


def propose(
    plans: Sequence[Plan],
    of: Sequence[Key],
    table: SeparationTable,
    reference: VerticalReference,
    limits: Limits | None = None,
    *,
    own: bool = False,
    constraints: Constraints | None = None,
    more: bool = True,
    most: int = MOST_PAIRS,
    progress: Callable[[int, int], None] | None = None,
) -> Proposals:
    """The changes of each plan in `of` that clear every known conflict of it, all others staying as they are.

    Args:
        plans: all known plans, unique in (party, id); ended ones are left out.
        of: (party, id) of the plans that may change; those that are not known or ended are passed over.
        limits: how far to look; by default 6 h, 20,000 ft, FL600, and 20 NM aside.
        own: whether plans of the same party are respected too.
        constraints: what a changed plan must keep to beside.
        more: also sidestep, trim, and two changes together.
        most: pairs of volumes after which no further plan is looked at.
        progress: called with (plans done, plans in all).
    """
    within = limits or Limits()
    keep = constraints or Constraints()
    judging = judge(plans, table, reference, own=own, keep_out=keep.keep_out)
    known = [plan for plan in judging.plans if plan.party != KEPT_OUT]
    position = {plan.key: k for k, plan in enumerate(judging.plans)}
    chosen = [key for key in dict.fromkeys(of) if key in position and judging.plans[position[key]].volumes]
    search = judging.search(judging.plans) if chosen else None
    answers: list[Answer] = []
    pairs, done, size = 0, 0, FEW
    while search is not None and done < len(chosen) and pairs <= most:
        batch = chosen[done : done + size]
        size = min(2 * size, MANY, max(1, CELLS // len(judging.plans)))
        proposing = _Batch(judging, search, [position[key] for key in batch], within, keep)
        for answer in proposing.answers(more):
            answers.append(answer)
            if progress is not None:
                progress(len(answers), len(chosen))
        pairs += proposing.found.pairs
        done += len(batch)
    return Proposals(
        tuple(answers),
        within,
        len(known),
        sum(len(plan.volumes) for plan in known),
        tuple(chosen[done:]),
    )


class _Batch:
    """Some plans, the shifts that all others forbid them, and what they may do."""

    def __init__(
        self, judging: Judge, search: Search, chosen: Sequence[int], limits: Limits, keep: Constraints
    ) -> None:
        self.judging = judging
        self.search = search
        self.chosen = np.array(chosen)
        self.plans = [judging.plans[k] for k in chosen]
        self.limits = limits
        self.keep = keep
        self.over_time = grid(MINUTE, limits.advance, limits.delay)
        self.over_height = grid(HUNDRED_FEET, limits.descend, limits.climb)
        self.found: Forbidden = forbidden(
            search, self.chosen, self.over_time, self.over_height, own=judging.own
        )
        self.times = np.stack([self._times(plan) for plan in self.plans])
        self.heights = np.stack([self._heights(plan) for plan in self.plans])

    def answers(self, more: bool) -> Iterator[Answer]:
        """One for each plan."""
        offers = self._exact()
        for k in range(len(self.plans)):
            yield self._answer(k, offers[k], more)

    def _times(self, plan: Plan) -> Mask:
        """The steps of time that the plan may take as far as it goes itself."""
        if not bounded(plan):
            return np.zeros(self.over_time.shape, dtype=bool)
        allotted = allotted_times(plan, self.keep, self.over_time)
        return np.asarray(times(plan, self.limits, self.over_time) & allotted)

    def _heights(self, plan: Plan) -> Mask:
        """The same of altitude."""
        if not floating(plan) or not measurable(plan, self.limits):
            return np.zeros(self.over_height.shape, dtype=bool)
        allotted = allotted_heights(plan, self.keep, self.over_height)
        return np.asarray(heights(plan, self.limits, self.over_height) & allotted)

    def _exact(self) -> list[list[Offer]]:
        """Of each plan in need the least shift each way; searched again, all of them at once."""
        earlier, later = nearest(self.found.time & self.times, self.over_time)
        lower, higher = nearest(self.found.height & self.heights, self.over_height)
        offers: list[tuple[int, Offer]] = []
        steps: dict[Exact, Index] = {"delay": later, "advance": earlier, "climb": higher, "descend": lower}
        for k, plan in enumerate(self.plans):
            for change in EXACT if self._in_need(k) else ():
                offer = _offer(plan, change, int(steps[change][k]))
                if offer is not None:
                    offers.append((k, offer))
        against = self.judging.against([self.judging.plans[k] for k in self.found.met.tolist()])
        clear = against.clear([offer.after for _, offer in offers])
        listed: list[list[Offer]] = [[] for _ in self.plans]
        for (k, offer), good in zip(offers, clear, strict=True):
            if good:
                listed[k].append(offer)
        return listed

    def _in_need(self, k: int) -> bool:
        """Whether the plan must change: it is in conflict, or outside of what is allotted."""
        outside = self.keep.keep_within and not allowed(self.plans[k], _allotments(self.keep))
        return bool(self.found.hit[k]) or bool(outside)

    def _answer(self, k: int, exact: list[Offer], more: bool) -> Answer:
        plan, offers = self.plans[k], list(exact)
        if more and self._in_need(k):
            offers += self._more(k, alone=not exact)
        missing: dict[str, str] = {}
        if self._in_need(k):
            missing.update((change, self._why_not(plan, change)) for change in EXACT)
        if more and missing:
            missing["sidestep"] = self._why_no_sidestep(plan)
        there = {offer.change for offer in offers}
        rivals = np.flatnonzero(self.found.rival[k]).tolist()
        return Answer(
            plan.key,
            len(rivals),
            tuple(self.search.rows.plans[rival].key for rival in rivals[:MOST_RIVALS]),
            tuple(offers),
            tuple((change, why) for change, why in missing.items() if change not in there),
        )

    def _more(self, k: int, alone: bool) -> list[Offer]:
        """The heuristics, against all plans that any of their tries may meet."""
        plan = self.plans[k]
        against = self.judging.against([self.judging.plans[other] for other in self._around(k)])
        clear = partial(_clear, against, self.keep)
        offers: list[Offer] = []
        if self.limits.sidestep and len(plan.volumes) <= MOST_VOLUMES:
            offers += sidesteps(plan, self.limits, clear)
        close = self._close(k)
        if len(close) <= MOST_CLOSE:
            offers += trims(plan, close, self.search, partial(_clear, against, _allotments(self.keep)))
        if alone and len(plan.volumes) <= MOST_VOLUMES:
            offers += together(
                plan,
                self.over_time,
                self.times[k],
                self.over_height,
                self.heights[k],
                partial(_clear, against, _allotments(self.keep)),
            )
        return offers

    def _close(self, k: int) -> Index:
        """(n, 3): rows of the plan in conflict, those of others, the index of the rule; of very many some."""
        rows = self.search.rows
        mine = rows.plan == self.chosen[k]
        found = [np.zeros((0, 3), dtype=np.int64)]
        for i, j in touching(rows, reach_of(self.search.table), mine, ~mine, self.judging.own):
            close = self.search.violations(i, j)
            found.append(np.stack([close.i, close.j, close.rule], -1))
            if sum(map(len, found)) > MOST_CLOSE:
                break
        return np.concatenate(found)

    def _around(self, k: int) -> list[int]:
        """The plans that this one may meet after a change within the limits."""
        rows, reach = self.search.rows, reach_of(self.search.table)
        wider = self.over_time.size * max(self.over_time.most, -self.over_time.least)
        reach = reach._replace(
            h=None if reach.h is None else reach.h + 2 * self.limits.sidestep,
            t=None if reach.t is None else reach.t + 2 * wider,
        )
        mine = rows.plan == self.chosen[k]
        met = np.zeros(len(rows.plans), dtype=bool)
        for _, j in touching(rows, reach, mine, ~mine, self.judging.own):
            met[rows.plan[j]] = True
        return np.flatnonzero(met).tolist()

    def _why_not(self, plan: Plan, change: Exact) -> str:
        """Why one of the exact changes is not offered."""
        in_time = change in ("delay", "advance")
        if not getattr(self.limits, change):
            return NOT_ALLOWED
        if in_time and not bounded(plan):
            return NO_BOUNDS
        if not in_time and not floating(plan):
            return ON_SURFACE
        if not in_time and not measurable(plan, self.limits):
            return OTHER_DATUM
        return NOT_FOUND

    def _why_no_sidestep(self, plan: Plan) -> str:
        if not self.limits.sidestep:
            return NOT_ALLOWED
        return TOO_MANY if len(plan.volumes) > MOST_VOLUMES else NOT_FOUND


def _offer(plan: Plan, change: Exact, step: int) -> Offer | None:
    """None where there is no step, or where the plan so shifted would be none."""
    in_time = change in ("delay", "advance")
    by = step * (MINUTE if in_time else HUNDRED_FEET)
    after = shifted(plan, by if in_time else 0, 0 if in_time else by) if step else None
    if after is None:
        return None
    moved = tuple(range(len(plan.volumes)))
    return Offer(plan.key, change, moved, after, by_t=abs(by) * in_time, by_v=abs(by) * (not in_time))


def _allotments(keep: Constraints) -> Constraints:
    """Without the area, which only a sidestep must keep to."""
    return Constraints(keep.keep_out, keep.keep_within)


def _clear(against: Judge, keep: Constraints, changed: Sequence[Plan]) -> list[bool]:
    """Whether each changed plan keeps to the constraints and is clear of the others."""
    kept = [allowed(plan, keep) for plan in changed]
    clear = iter(against.clear([plan for plan, good in zip(changed, kept, strict=True) if good]))
    return [good and next(clear) for good in kept]
