"""Where two versions of an agreement meet: the larger separation and the narrower disclosure (LINE 13).

What two versions bind to together is never less apart, and never shows more, than either of them alone.
`merge` is commutative, and merging anything with itself changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec import Struct

from wideberth.model.agreement import (
    BLOCKS,
    DISCLOSURES,
    ONWARDS,
    PLACINGS,
    Agreement,
    Answers,
    Clock,
    Disclosure,
    LeadTime,
    Precedence,
    Release,
    Rules,
    Silence,
    Step,
    Watch,
)
from wideberth.model.separation import EVERY, Minimum, Row, Rule, SeparationTable, choose
from wideberth.space.ground import Circle, Polygon
from wideberth.space.reference import Atmosphere, Qnh, Terrain

_Value = TypeVar("_Value")

ENDLESS = 2**63
"""Larger than any minimum."""


class Binding(Struct, frozen=True):
    """What is to be kept to: of one version, or of two together.

    It holds in each of `areas`, everywhere where there is none. The table always has a row for every other
    pair.
    """

    table: SeparationTable
    areas: tuple[Polygon | Circle, ...]
    ground: Terrain
    qnh: Qnh | None
    atmosphere: Atmosphere
    rules: Rules


def binding(agreement: Agreement) -> Binding:
    """What one version binds to, in the one form in which it is merged."""
    terms, rules = agreement.terms, agreement.rules
    alone = Binding(
        terms.table,
        () if terms.area is None else (terms.area,),
        terms.ground,
        terms.qnh,
        terms.atmosphere,
        rules,
    )
    return merge(alone, alone)


def merge(one: Binding, other: Binding) -> Binding:
    """What binds where both do: the larger separation, the narrower disclosure."""
    return Binding(
        table=_tables(one.table, other.table),
        areas=_areas(one.areas, other.areas),
        ground=_ground(one.ground, other.ground),
        qnh=one.qnh if one.qnh == other.qnh else None,
        atmosphere=_atmosphere(one.atmosphere, other.atmosphere),
        rules=_rules(one.rules, other.rules),
    )


def dominates(larger: Rule, rule: Rule) -> bool:
    """Whether whatever violates `rule` violates `larger` too."""
    return all(extent(a) >= extent(b) for a, b in zip(_axes(larger), _axes(rule), strict=True))


def extent(minimum: Minimum | None) -> int:
    """A minimum as a number; what is kept at every distance, or whatever the frequency, is endless."""
    return minimum if isinstance(minimum, int) else ENDLESS


def outer(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that no other of them includes, in one order."""
    kept: list[Rule] = []
    # the largest first, so that a rule is only ever included in one before it
    for rule in sorted(set(rules), key=_rank, reverse=True):
        if not any(dominates(larger, rule) for larger in kept):
            kept.append(rule)
    return tuple(kept)


def row(rows: Mapping[str, _Value], activity: str) -> _Value:
    """The entry of an activity, else the one for every activity without its own."""
    return rows[activity] if activity in rows else rows[EVERY]


def _axes(rule: Rule) -> tuple[Minimum | None, ...]:
    return rule.h, rule.v, rule.t, rule.f


def _rank(rule: Rule) -> tuple[int | bool, ...]:
    # not compared and "any" are as large as each other; one of the two has to come first
    return (*map(extent, _axes(rule)), rule.f is None)


def _tables(one: SeparationTable, other: SeparationTable) -> SeparationTable:
    pairs = {row.between for row in (*one.rows, *other.rows)} | {(EVERY, EVERY)}
    rows = tuple(Row(pair, outer((*_chosen(one, pair), *_chosen(other, pair)))) for pair in sorted(pairs))
    sources = {source for table in (one, other) for source in table.source.split("; ")}
    return SeparationTable(rows, "; ".join(sorted(sources)))


def _chosen(table: SeparationTable, pair: tuple[str, str]) -> tuple[Rule, ...]:
    return choose(table, *pair).row.rules


def _areas(
    one: tuple[Polygon | Circle, ...], other: tuple[Polygon | Circle, ...]
) -> tuple[Polygon | Circle, ...]:
    """All of them; none, which is everywhere, where either has none."""
    if not one or not other:
        return ()
    return tuple(sorted({*one, *other}, key=repr))


def _ground(one: Terrain, other: Terrain) -> Terrain:
    """The range that includes both; not known where it cannot be said."""
    if not (one.known and other.known and one.datum == other.datum):
        return one if one == other else Terrain()
    return Terrain(min(one.low, other.low), max(one.high, other.high), one.datum, known=True)


def _atmosphere(one: Atmosphere, other: Atmosphere) -> Atmosphere:
    return Atmosphere(
        pressure_low=min(one.pressure_low, other.pressure_low),
        pressure_high=max(one.pressure_high, other.pressure_high),
        deviation_low=min(one.deviation_low, other.deviation_low),
        deviation_high=max(one.deviation_high, other.deviation_high),
        altimetry=max(one.altimetry, other.altimetry),
    )


def _rules(one: Rules, other: Rules) -> Rules:
    both = (one, other)
    leads = {*one.lead_times, *other.lead_times}
    shown = {*one.disclosure, *other.disclosure}
    common = sorted(set(one.languages) & set(other.languages))
    return Rules(
        lead_times={name: _lead(*(row(each.lead_times, name) for each in both)) for name in sorted(leads)},
        clocks={name: _clock(one.clocks[name], other.clocks[name]) for name in _precedences(one)},
        disclosure={
            name: _narrower(*(row(each.disclosure, name) for each in both)) for name in sorted(shown)
        },
        block_activation=max(one.block_activation, other.block_activation, key=BLOCKS.index),
        silence=_silence(one.silence, other.silence),
        proposals=_step(one.proposals, other.proposals),
        coarse=_step(one.coarse, other.coarse),
        answers=_answers(one.answers, other.answers),
        prekey_days=min(one.prekey_days, other.prekey_days),
        retention_ms=max(one.retention_ms, other.retention_ms),
        release=_release(one.release, other.release),
        # somebody has to be understood: with no language in common, any of either
        # each stands: what was allotted in either version is planned by nobody else
        allotments=tuple(sorted({*one.allotments, *other.allotments}, key=repr)),
        # two trees cannot be compared cell by cell, and no figure of either is the more careful one
        blind=one.blind if one.blind == other.blind else None,
        watch=_watch(one.watch, other.watch),
        languages=tuple(common or sorted({*one.languages, *other.languages})),
    )


def _precedences(rules: Rules) -> Iterable[Precedence]:
    return rules.clocks


def _lead(one: LeadTime, other: LeadTime) -> LeadTime:
    """Earlier told, sooner too late, sooner answered."""
    return LeadTime(
        max(one.notice_ms, other.notice_ms),
        max(one.late_ms, other.late_ms),
        min(one.answer_ms, other.answer_ms),
    )


def _clock(one: Clock, other: Clock) -> Clock:
    return Clock(
        min(one.deputy_ms, other.deputy_ms),
        min(one.watch_ms, other.watch_ms),
        min(one.commander_ms, other.commander_ms),
    )


def _narrower(one: Disclosure, other: Disclosure) -> Disclosure:
    return min(one, other, key=DISCLOSURES.index)


def _silence(one: Silence, other: Silence) -> Silence:
    """Whichever is noticed sooner."""
    return Silence(
        min(one.heartbeat_ms, other.heartbeat_ms),
        min(one.urgent_late_ms, other.urgent_late_ms),
        min(one.main_late_ms, other.main_late_ms),
        min(one.silent_ms, other.silent_ms),
    )


def _step(one: Step, other: Step) -> Step:
    """The coarser, which tells less."""
    return Step(max(one.h, other.h), max(one.v, other.v), max(one.t, other.t))


def _answers(one: Answers, other: Answers) -> Answers:
    """Later and fewer."""
    return Answers(max(one.every_ms, other.every_ms), min(one.a_day, other.a_day))


def _watch(one: Watch | None, other: Watch | None) -> Watch | None:
    """What both tell; nothing where one of them tells nothing."""
    if one is None or other is None:
        return None
    return Watch(
        tuple(each for each in one.call if each in other.call),
        min(one.place, other.place, key=PLACINGS.index),
        max(one.look_ahead_ms, other.look_ahead_ms),
        min(one.a_day, other.a_day),
    )


def _release(one: Release, other: Release) -> Release:
    return Release(
        min(one.onward, other.onward, key=ONWARDS.index),
        tuple(sorted(set(one.recipients) & set(other.recipients))),
    )
