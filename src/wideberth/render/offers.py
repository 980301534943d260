"""What would clear a plan, in words: one change, what is left out and why, and how far was looked."""

from __future__ import annotations

from collections.abc import Callable

from wideberth.conflict.offer import Limits, Offer
from wideberth.conflict.propose import Answer, Proposals
from wideberth.model.plan import Plan
from wideberth.render.words import counted, duration, height, length, span
from wideberth.space.altitude import show
from wideberth.space.units import FLIGHT_LEVEL

_COMPASS = {0: "N", 45: "NE", 90: "E", 135: "SE", 180: "S", 225: "SW", 270: "W", 315: "NW"}
_WHY = {
    "no_bounds": "it has a volume without start or end",
    "on_surface": "it reaches the surface or has no upper limit",
    "other_datum": "the ceiling is in another datum",
    "not_allowed": "not allowed",
    "too_many": "not looked for, it has too many volumes",
}


def offer_words(offer: Offer, metric: bool) -> str:
    """`delay by 35 min`, `sidestep 3.1 NM NE`, `trim 2 volumes by up to 15 min`."""
    time, up = duration(offer.by_t), height(offer.by_v, metric)
    if offer.bearing is not None:
        return f"sidestep {length(offer.by_h, metric)} {_COMPASS[offer.bearing]}"
    if offer.change == "trim":
        parts = [words for by, words in ((offer.by_t, time), (offer.by_v, up)) if by]
        return f"trim {counted(len(offer.volumes), 'volume')} by up to {' and '.join(parts)}"
    first, _, second = offer.change.partition(" and ")
    if second:
        return f"{first} by {time} and {second} by {up}"
    return f"{first} by {time if offer.by_t else up}"


def after_words(offer: Offer, before: Plan, zone: str | None, metric: bool) -> str:
    """What the changed plan would be on the axis that changes: its window, or its band; else empty."""
    volumes = [offer.after.volumes[k] for k in offer.volumes]
    words = []
    if offer.by_t and offer.change != "trim":
        starts, ends = ([getattr(v, side) for v in volumes] for side in ("start", "end"))
        words.append(span(min(starts), max(ends), zone))
    if offer.by_v and offer.change != "trim":
        low, high = {v.lower for v in volumes}, {v.upper for v in volumes}
        if len({limit.datum for limit in low}) == len({limit.datum for limit in high}) == 1:
            words.append(f"{show(min(low), metric)} – {show(max(high), metric)}")
    if offer.change == "trim" and len(before.volumes) == 1:
        (left,) = volumes
        if offer.by_t and left.start is not None and left.end is not None:
            words.append(span(left.start, left.end, zone))
        if offer.by_v:
            words.append(f"{show(left.lower, metric)} – {show(left.upper, metric)}")
    return ", ".join(words)


def clears_words(answer: Answer, metric: bool, limits: Limits) -> str:
    """The offers of one plan in a line, or that none was found."""
    if answer.offers:
        return "; or ".join(offer_words(offer, metric) for offer in answer.offers)
    reasons = dict.fromkeys(_WHY[why] for _, why in answer.missing if why in _WHY)
    told = f" ({'; '.join(reasons)})" if reasons else ""
    return f"none found within {limits_words(limits, metric)}{told}"


def missing_words(answer: Answer) -> str:
    """`climb, descend: it reaches the surface or has no upper limit; advance: none found`."""
    by_reason: dict[str, list[str]] = {}
    for change, why in answer.missing:
        by_reason.setdefault(_WHY.get(why, "none found within the limits"), []).append(change)
    return "; ".join(f"{', '.join(changes)}: {reason}" for reason, changes in by_reason.items())


def limits_words(limits: Limits, metric: bool, *, aside: bool = False) -> str:
    """`6 h, 20,000 ft, up to FL600`; what goes further one way than the other is said apart."""
    later = _way("delay", limits.delay, "advance", limits.advance, duration)
    higher = _way("climb", limits.climb, "descent", limits.descend, lambda by: height(by, metric))
    parts = [later, higher]
    if limits.climb:
        parts.append(f"up to {_ceiling(limits, metric)}")
    if aside:
        parts.append(f"{length(limits.sidestep, metric)} aside" if limits.sidestep else "no sidestep")
    return ", ".join(parts)


def _way(one: str, by_one: int, two: str, by_two: int, words: Callable[[int], str]) -> str:
    if by_one == by_two and by_one:
        return words(by_one)
    return ", ".join(
        f"{name} {words(by)}" if by else f"no {name}" for name, by in ((one, by_one), (two, by_two))
    )


def _ceiling(limits: Limits, metric: bool) -> str:
    datum, value = limits.ceiling_datum, limits.ceiling
    if datum is None and value % FLIGHT_LEVEL == 0 and value >= 100 * FLIGHT_LEVEL:
        return f"FL{value // FLIGHT_LEVEL}"
    if datum == "FL":
        return f"FL{value // FLIGHT_LEVEL:03d}"
    return f"{height(value, metric)} {datum or 'in the datum of each plan'}"


def searched(proposals: Proposals, metric: bool, *, own: bool, more: bool) -> str:
    """How far was looked, and against what."""
    looked = "a plan" if len(proposals.answers) == 1 else f"each of {len(proposals.answers):,} plans"
    reach = limits_words(proposals.limits, metric, aside=more)
    against = f"{counted(proposals.plans, 'plan')} ({counted(proposals.volumes, 'volume')})"
    apart = "" if own else ", but for those of its own party"
    left = f"; {counted(len(proposals.left), 'plan')} in conflict not looked at" if proposals.left else ""
    return f"what would clear {looked}: searched within {reach}, against all {against} known{apart}{left}"
