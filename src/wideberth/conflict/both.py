"""A smaller change of time together with one of altitude, where neither alone is enough. A heuristic."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wideberth.conflict.offer import Change, Offer, shifted
from wideberth.conflict.shift import Free, Grid
from wideberth.model.plan import Plan

Clear = Callable[[Sequence[Plan]], list[bool]]
STEPS = (1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 360)
"""Minutes, and hundreds of feet, that are tried together."""
AT_ONCE = 24
_PAIRS: tuple[tuple[Change, int, int], ...] = (
    ("delay and climb", 1, 1),
    ("delay and descend", 1, -1),
    ("advance and climb", -1, 1),
    ("advance and descend", -1, -1),
)


def together(
    plan: Plan, over_time: Grid, times: Free, over_height: Grid, heights: Free, clear: Clear
) -> list[Offer]:
    """For each pair of directions the clear pair of steps that takes the smallest share of what is allowed.

    Args:
        times: the steps of time that are allowed whatever the others do, over the grid.
        heights: the same of altitude.
    """
    offers = []
    for change, later, higher in _PAIRS:
        minutes, hundreds = _allowed(over_time, times, later), _allowed(over_height, heights, higher)
        if not minutes or not hundreds:
            continue
        pairs = sorted(
            ((t, v) for t in minutes for v in hundreds),
            key=lambda pair: (pair[0] / minutes[-1] + pair[1] / hundreds[-1], pair),
        )
        tries = [
            (t * over_time.size, v * over_height.size, after)
            for t, v in pairs
            if (after := shifted(plan, later * t * over_time.size, higher * v * over_height.size)) is not None
        ]
        for some in range(0, len(tries), AT_ONCE):
            part = tries[some : some + AT_ONCE]
            answers = clear([after for _, _, after in part])
            good = [one for one, is_clear in zip(part, answers, strict=True) if is_clear]
            if good:
                by_t, by_v, after = good[0]
                moved = tuple(range(len(plan.volumes)))
                offers.append(Offer(plan.key, change, moved, after, by_t=by_t, by_v=by_v))
                break
    return offers


def _allowed(over: Grid, free: Free, way: int) -> list[int]:
    """The steps tried in one direction."""
    most = over.most if way > 0 else -over.least
    return [step for step in STEPS if step <= most and free[way * step - over.least]]
