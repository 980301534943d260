"""What changes from one version of an agreement to another: item by item, stricter or looser, for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

from wideberth.desk.cutover import dominates, extent, outer, row
from wideberth.model.agreement import (
    BLIND_MODES,
    BLOCKS,
    DISCLOSURES,
    ONWARDS,
    PLACINGS,
    WATCH_CALLS,
    Agreement,
    Blind,
    LeadTime,
    Rules,
    Watch,
)
from wideberth.model.separation import EVERY, Rule, SeparationTable, choose

Effect = Literal["stricter", "looser", "narrower", "wider", "changed"]
Kind = Literal["length", "height", "duration", "frequency", "rules", "days", "value"]

_Value = TypeVar("_Value")


class Change(NamedTuple):
    """One item that differs.

    `what` is the key in the file, `whom` the activities or parties that it is about ("" for all), `part` the
    key below. `before` and `after` are in the units of the model, as `kind` says; None where there is none.
    "narrower" and "wider" are about what is shown, "stricter" and "looser" about all else.
    """

    what: str
    whom: tuple[str, ...]
    part: str
    kind: Kind
    before: object
    after: object
    effect: Effect


def differences(old: Agreement, new: Agreement) -> tuple[Change, ...]:
    """What changes from `old` to `new`, in the order of the file."""
    return tuple(each for each in _compared(old, new) if each.before != each.after)


def items(agreement: Agreement) -> tuple[Change, ...]:
    """All that an agreement says, item by item, as changes that change nothing."""
    return tuple(_compared(agreement, agreement))


def _compared(old: Agreement, new: Agreement) -> Iterator[Change]:
    yield from _named(old, new)
    yield from _parties(old, new)
    yield from _terms(old, new)
    yield from _separation(old.terms.table, new.terms.table)
    yield from _rules(old.rules, new.rules)


def _named(old: Agreement, new: Agreement) -> Iterator[Change]:
    yield _plain("id", old.id, new.id)
    yield _plain("version", old.version, new.version)
    yield _plain("title", old.terms.title, new.terms.title)


def _parties(old: Agreement, new: Agreement) -> Iterator[Change]:
    """By name: a party that is only called something else is the same party."""
    before, after = ({each.name: each.label for each in of.parties} for of in (old, new))
    for name in sorted({*before, *after}):
        label = after.get(name) or before[name]
        yield Change("parties", (label,), "", "value", before.get(name), after.get(name), "changed")


def _terms(old: Agreement, new: Agreement) -> Iterator[Change]:
    one, other = old.terms, new.terms
    for what, before, after in (
        ("area", one.area, other.area),
        ("ground", one.ground, other.ground),
        ("qnh", one.qnh, other.qnh),
        ("atmosphere", one.atmosphere, other.atmosphere),
    ):
        yield _plain(what, before, after)
    before_places, after_places = ({each.name: each for each in of.places} for of in (one, other))
    for name in sorted({*before_places, *after_places}):
        yield _plain("places", before_places.get(name), after_places.get(name), (name,))


def _separation(old: SeparationTable, new: SeparationTable) -> Iterator[Change]:
    """Pair by pair, also where one version has no row of its own for it."""
    pairs = {row.between for row in (*old.rows, *new.rows)} | {(EVERY, EVERY)}
    # every other pair last, as what is left
    for pair in sorted(pairs, key=lambda each: (each[0] == EVERY, each)):
        before, after = (outer(choose(table, *pair).row.rules) for table in (old, new))
        if len(before) == len(after) == 1:
            yield from _axes(pair, before[0], after[0])
        else:
            yield Change("separation", pair, "", "rules", before, after, _apart(before, after))


def _axes(pair: tuple[str, str], before: Rule, after: Rule) -> Iterator[Change]:
    axes: tuple[tuple[str, Kind], ...] = (
        ("horizontal", "length"),
        ("vertical", "height"),
        ("time", "duration"),
        ("frequency", "frequency"),
    )
    minima = (before.h, before.v, before.t, before.f), (after.h, after.v, after.t, after.f)
    for (part, kind), one, other in zip(axes, *minima, strict=True):
        effect = _effect(extent(one), extent(other), "stricter", "looser")
        yield Change("separation", pair, part, kind, one, other, effect)


def _apart(before: Iterable[Rule], after: Iterable[Rule]) -> Effect:
    one, other = tuple(before), tuple(after)
    if _includes(other, one):
        return "stricter"
    return "looser" if _includes(one, other) else "changed"


def _includes(larger: Iterable[Rule], rules: Iterable[Rule]) -> bool:
    held = tuple(larger)
    return all(any(dominates(each, rule) for each in held) for rule in rules)


def _rules(old: Rules, new: Rules) -> Iterator[Change]:
    yield from _lead_times(old.lead_times, new.lead_times)
    yield from _disclosure(old, new)
    for name, before in old.clocks.items():
        after = new.clocks[name]
        yield _time("clocks", "deputy", before.deputy_ms, after.deputy_ms, (name,), shorter="stricter")
        yield _time("clocks", "watch", before.watch_ms, after.watch_ms, (name,), shorter="stricter")
        yield _time(
            "clocks", "commander", before.commander_ms, after.commander_ms, (name,), shorter="stricter"
        )
    blocks = old.block_activation, new.block_activation
    yield Change("block_activation", (), "", "value", *blocks, _by(BLOCKS, *blocks, "stricter", "looser"))
    for part in ("heartbeat", "urgent_late", "main_late", "silent"):
        before_ms, after_ms = (getattr(of.silence, f"{part}_ms") for of in (old, new))
        yield _time("silence", part, before_ms, after_ms, shorter="stricter")
    yield from _steps(old, new)
    yield from _answers(old, new)
    days = old.prekey_days, new.prekey_days
    yield Change("courier_prekey_days", (), "", "days", *days, _effect(*days, "looser", "stricter"))
    yield _time("retention", "", old.retention_ms, new.retention_ms, shorter="looser")
    yield from _release(old, new)
    yield _plain("languages", old.languages, new.languages)
    for allotted in sorted({*old.allotments, *new.allotments}, key=repr):
        before_it, after_it = (allotted if allotted in of.allotments else None for of in (old, new))
        effect: Effect = "looser" if after_it is None else "stricter"
        yield Change("allotments", (allotted.party,), "", "value", before_it, after_it, effect)
    yield from _blind(old.blind, new.blind)
    yield from _watch(old.watch, new.watch)


def _lead_times(old: Mapping[str, LeadTime], new: Mapping[str, LeadTime]) -> Iterator[Change]:
    for name in _activities(old, new):
        before, after = row(old, name), row(new, name)
        yield _time("lead_times", "notice", before.notice_ms, after.notice_ms, (name,), shorter="looser")
        yield _time("lead_times", "too_late", before.late_ms, after.late_ms, (name,), shorter="looser")
        yield _time("lead_times", "answer", before.answer_ms, after.answer_ms, (name,), shorter="stricter")


def _disclosure(old: Rules, new: Rules) -> Iterator[Change]:
    for name in _activities(old.disclosure, new.disclosure):
        levels = row(old.disclosure, name), row(new.disclosure, name)
        yield Change(
            "disclosure", (name,), "", "value", *levels, _by(DISCLOSURES, *levels, "wider", "narrower")
        )


def _steps(old: Rules, new: Rules) -> Iterator[Change]:
    """A larger step shows less."""
    for what in ("proposals", "coarse"):
        before, after = getattr(old, what), getattr(new, what)
        axes: tuple[tuple[str, Kind, int, int], ...] = (
            ("horizontal", "length", before.h, after.h),
            ("vertical", "height", before.v, after.v),
            ("time", "duration", before.t, after.t),
        )
        for part, kind, one, other in axes:
            yield Change(what, (), part, kind, one, other, _effect(one, other, "narrower", "wider"))


def _answers(old: Rules, new: Rules) -> Iterator[Change]:
    """More of them, or sooner, say more."""
    every, often = (old.answers.every_ms, new.answers.every_ms), (old.answers.a_day, new.answers.a_day)
    yield Change("answers", (), "every", "duration", *every, _effect(*every, "narrower", "wider"))
    yield Change("answers", (), "a_day", "value", *often, _effect(*often, "wider", "narrower"))


def _release(old: Rules, new: Rules) -> Iterator[Change]:
    onward = old.release.onward, new.release.onward
    yield Change("release", (), "onward", "value", *onward, _by(ONWARDS, *onward, "wider", "narrower"))
    before, after = (of.release.recipients for of in (old, new))
    for name in sorted({*before, *after}):
        effect: Effect = "wider" if name in after else "narrower"
        held, holds = (name if name in recipients else None for recipients in (before, after))
        yield Change("release", (name,), "recipients", "value", held, holds, effect)


def _blind(old: Blind | None, new: Blind | None) -> Iterator[Change]:
    """What tells more is wider; one version without a blind check has none of its parts."""
    if old is None and new is None:
        yield _plain("blind", None, None)
        return
    modes = ("none", *BLIND_MODES)
    mode = ("none" if old is None else old.mode), ("none" if new is None else new.mode)
    yield Change("blind", (), "mode", "value", *mode, _by(modes, *mode, "wider", "narrower"))
    parts: tuple[tuple[str, str, Kind, Effect, Effect], ...] = (
        ("every", "every_ms", "duration", "narrower", "wider"),
        ("horizon", "horizon_ms", "duration", "wider", "narrower"),
        ("start_level", "start_level", "value", "changed", "changed"),
        ("floor_level", "floor_level", "value", "wider", "narrower"),
        ("terms", "terms", "value", "changed", "changed"),
        ("matched_percent", "matched_percent", "value", "wider", "narrower"),
        ("cells_a_day", "cells_a_day", "value", "wider", "narrower"),
        ("audits_a_day", "audits_a_day", "value", "wider", "narrower"),
        ("timeout", "timeout_ms", "duration", "looser", "stricter"),
    )
    for part, name, kind, up, down in parts:
        before, after = (None if of is None else getattr(of, name) for of in (old, new))
        effect: Effect = "changed" if before is None or after is None else _effect(before, after, up, down)
        yield Change("blind", (), part, kind, before, after, effect)


def _watch(old: Watch | None, new: Watch | None) -> Iterator[Change]:
    """Each kind of alert that calls tells more; one version in which none does has no other parts."""
    before, after = (() if of is None else of.call for of in (old, new))
    for name in WATCH_CALLS:
        said = ("yes" if name in before else "no"), ("yes" if name in after else "no")
        yield Change("watch", (name,), "call", "value", *said, _by(("no", "yes"), *said, "wider", "narrower"))
    if old is None and new is None:
        return
    parts: tuple[tuple[str, Kind, object, object, Effect], ...] = (
        ("place", "value", old and old.place, new and new.place, _placed(old, new)),
        ("look_ahead", "duration", old and old.look_ahead_ms, new and new.look_ahead_ms, "changed"),
        ("a_day", "value", old and old.a_day, new and new.a_day, _calls(old, new)),
    )
    for part, kind, one, other, effect in parts:
        yield Change("watch", (), part, kind, one, other, effect)


def _placed(old: Watch | None, new: Watch | None) -> Effect:
    if old is None or new is None:
        return "changed"
    return _by(PLACINGS, old.place, new.place, "wider", "narrower")


def _calls(old: Watch | None, new: Watch | None) -> Effect:
    if old is None or new is None:
        return "changed"
    return _effect(old.a_day, new.a_day, "wider", "narrower")


def _activities(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """Every activity that either names; every other one last."""
    return sorted({*old, *new}, key=lambda name: (name == EVERY, name))


def _plain(what: str, before: object, after: object, whom: tuple[str, ...] = ()) -> Change:
    return Change(what, whom, "", "value", before, after, "changed")


def _time(
    what: str,
    part: str,
    before: int,
    after: int,
    whom: tuple[str, ...] = (),
    *,
    shorter: Literal["stricter", "looser"],
) -> Change:
    longer: Effect = "looser" if shorter == "stricter" else "stricter"
    return Change(what, whom, part, "duration", before, after, _effect(before, after, longer, shorter))


def _by(order: Sequence[_Value], before: _Value, after: _Value, up: Effect, down: Effect) -> Effect:
    return _effect(order.index(before), order.index(after), up, down)


def _effect(before: int, after: int, up: Effect, down: Effect) -> Effect:
    if before == after:
        return "changed"
    return up if after > before else down
