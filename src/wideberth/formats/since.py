"""What changed between two results of `check`: pairs of plans that are new, gone, or still in conflict.

A pair that could not be compared again (its file was refused or not given, or only a part of the conflicts is
listed) is never called gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, structs

from wideberth.formats.earlier import AXES, Key, Met, Outcome, Pair
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import State

WhyNew = Literal["not_there", "refused_then", "not_given_then", "not_listed_then"]
WhyGone = Literal["apart", "ended", "no_plan"]
WhyNot = Literal["refused", "not_given", "not_listed", "own"]
Change = tuple[str, object, object]


class New(Struct, frozen=True):
    """A pair that the earlier result did not have; `files` are those that explain `why`."""

    plans: Pair
    why: WhyNew
    files: tuple[str, ...] = ()


class Still(Struct, frozen=True):
    """A pair that both have; `changed` are (what, before, now): `pairs`, an axis, `from`, `until`."""

    plans: Pair
    changed: tuple[Change, ...]


class Gone(Struct, frozen=True):
    """A pair that was checked again and is in conflict no more; `missing` are plans that explain `why`."""

    plans: Pair
    why: WhyGone
    missing: tuple[Key, ...] = ()


class NotChecked(Struct, frozen=True):
    """A pair that was not checked again, as it was met last."""

    met: Met
    why: WhyNot
    files: tuple[str, ...] = ()


class Differs(Struct, frozen=True):
    """What else differs, and may alone be why a pair is called new or gone.

    `minima` are (then, now) where the tables differ; `given_then` and `given_now` files of only one of the
    two; `listed_then`, `listed_now` are (listed, count) where not all conflicts are listed.
    """

    minima: tuple[str, str] | None = None
    later: bool = False
    given_then: tuple[str, ...] = ()
    given_now: tuple[str, ...] = ()
    refused_then: tuple[str, ...] = ()
    listed_then: tuple[int, int] | None = None
    listed_now: tuple[int, int] | None = None


class Since(Struct, frozen=True):
    """What changed since a result as of `as_of` (POSIX ms); each sorted by pair of plans."""

    as_of: int
    new: tuple[New, ...]
    still: tuple[Still, ...]
    gone: tuple[Gone, ...]
    not_checked: tuple[NotChecked, ...]
    differs: Differs


def compare(before: Outcome, now: Outcome, states: Mapping[Key, State], *, own: bool) -> Since:
    """What changed from `before` to `now`.

    Args:
        states: of every plan that was read now, by (party, id).
        own: plans of the same party were compared too.
    """
    gone: list[Gone] = []
    not_checked: list[NotChecked] = []
    for pair in sorted(before.met.keys() - now.met.keys()):
        found = _left(before.met[pair], now, states, own=own)
        if isinstance(found, Gone):
            gone.append(found)
        else:
            not_checked.append(found)
    return Since(
        as_of=before.as_of,
        new=tuple(_new(pair, now.met[pair], before) for pair in sorted(now.met.keys() - before.met.keys())),
        still=tuple(
            Still(pair, _changes(before.met[pair], now.met[pair]))
            for pair in sorted(now.met.keys() & before.met.keys())
        ),
        gone=tuple(gone),
        not_checked=tuple(not_checked),
        differs=_differs(before, now),
    )


def carried(now: Outcome, since: Since) -> Outcome:
    """The outcome to compare the next one with: a pair that was not checked may still be there."""
    left = {one.met.plans: one.met for one in since.not_checked}
    return structs.replace(now, met={**left, **now.met}, unseen=frozenset(left)) if left else now


def _left(met: Met, now: Outcome, states: Mapping[Key, State], *, own: bool) -> Gone | NotChecked:
    """Why a pair of the earlier result is not in the one of now."""
    missing = tuple(key for key in met.plans if key not in states)
    if missing and now.refused:
        # it may stand in a file that could not be read, whichever file it stood in before
        return NotChecked(met, "refused", tuple(sorted(now.refused)))
    stood = {file for key, file in zip(met.plans, met.files, strict=True) if key in missing}
    unread = tuple(sorted(stood - (now.files or frozenset())))
    if unread:
        return NotChecked(met, "not_given", unread)
    if missing:
        return Gone(met.plans, "no_plan", missing)
    ended = tuple(key for key in met.plans if states[key] == "ended")
    if ended:
        return Gone(met.plans, "ended", ended)
    if met.plans[0][0] == met.plans[1][0] and not own:
        return NotChecked(met, "own")
    if now.count > now.listed:
        return NotChecked(met, "not_listed")
    return Gone(met.plans, "apart")


def _new(pair: Pair, met: Met, before: Outcome) -> New:
    refused = tuple(sorted(before.refused.intersection(met.files)))
    if refused:
        return New(pair, "refused_then", refused)
    if before.count > before.listed:
        return New(pair, "not_listed_then")
    strange = () if before.files is None else tuple(sorted({*met.files} - before.files))
    return New(pair, "not_given_then", strange) if strange else New(pair, "not_there")


def _changes(before: Met, now: Met) -> tuple[Change, ...]:
    found: list[Change] = []
    if before.pairs != now.pairs:
        found.append(("pairs", before.pairs, now.pairs))
    for axis, one, other in zip(AXES, before.gap, now.gap, strict=True):
        if one != other and not (axis == "horizontal_m" and _within_doubt(one, other)):
            found.append((axis, one, other))
    if before.start != now.start:
        found.append(("from", before.start, now.start))
    if before.end != now.end:
        found.append(("until", before.end, now.end))
    return tuple(found)


def _within_doubt(one: float | None, other: float | None) -> bool:
    """True where two certified gaps can be of one true gap: each is within 1 m + 1e-5 of it."""
    if one is None or other is None or not one or not other:
        return False
    return abs(one - other) <= 1 + 1e-5 * max(one, other)


def _differs(before: Outcome, now: Outcome) -> Differs:
    then, given = before.files, (now.files or frozenset()) | now.refused
    both = None if then is None else then | before.refused
    return Differs(
        minima=(before.source, now.source) if before.separation != now.separation else None,
        later=before.as_of > now.as_of,
        given_then=() if both is None else tuple(sorted(both - given)),
        given_now=() if both is None else tuple(sorted(given - both)),
        refused_then=tuple(sorted(before.refused)),
        listed_then=_listed(before),
        listed_now=_listed(now),
    )


def _listed(outcome: Outcome) -> tuple[int, int] | None:
    return (outcome.listed, outcome.count) if outcome.count > outcome.listed else None


def to_json(since: Since, notes: tuple[str, ...]) -> dict[str, object]:
    """The object under the key `since` of `check --json`; `notes` are the warnings in words."""
    return {
        "as_of": to_rfc3339(since.as_of),
        "new": [{"plans": _plans(one.plans), "why": one.why, "files": list(one.files)} for one in since.new],
        "still": [
            {
                "plans": _plans(one.plans),
                "changed": {what: [_stated(what, a), _stated(what, b)] for what, a, b in one.changed},
            }
            for one in since.still
        ],
        "gone": [
            {"plans": _plans(one.plans), "why": one.why, "missing": [_plan(key) for key in one.missing]}
            for one in since.gone
        ],
        "not_checked": [_left_out(one) for one in since.not_checked],
        "notes": list(notes),
    }


def _left_out(one: NotChecked) -> dict[str, object]:
    """With what was known of the pair, so that the next comparison can still know it."""
    met = one.met
    return {
        "plans": _plans(met.plans),
        "why": one.why,
        "because_of": list(one.files),
        "pairs": met.pairs,
        "gap": dict(zip(AXES, met.gap, strict=True)),
        "from": _stated("from", met.start),
        "until": _stated("until", met.end),
        "files": list(met.files),
    }


def _stated(what: str, value: object) -> object:
    return to_rfc3339(value) if what in ("from", "until") and isinstance(value, int) else value


def _plans(pair: Pair) -> list[dict[str, str]]:
    return [_plan(key) for key in pair]


def _plan(key: Key) -> dict[str, str]:
    return {"party": key[0], "id": key[1]}
