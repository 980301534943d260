"""How far apart two activities must stay: the separation table of an agreement, and the presets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, SECOND

Minimum = int | Literal["any"]
EVERY = "*"
"""Stands in a row for any activity."""


class Rule(Struct, frozen=True):
    """A pair violates the rule when on every axis it is closer than the minimum.

    `h`, `v` in 0.1 mm, `t` in ms, `f` in Hz; "any" means at every distance; `f` None is not compared.
    """

    h: Minimum
    v: Minimum
    t: Minimum
    f: Minimum | None = None


class Row(Struct, frozen=True):
    """The rules of one unordered pair of activities (sorted; ("*", "*") is every pair)."""

    between: tuple[str, str]
    rules: tuple[Rule, ...]


class SeparationTable(Struct, frozen=True):
    """Rows, and the text that says where the figures come from (an agreement, a preset, the command line)."""

    rows: tuple[Row, ...]
    source: str


class Chosen(Struct, frozen=True):
    """The row that applies to a pair; `fallback` when the pair is absent from the table."""

    row: Row
    fallback: bool


def choose(table: SeparationTable, a: str, b: str) -> Chosen:
    """The row for activities `a` and `b`: its own, else ("*", "*"), else the largest minima in the table.

    GEOMETRY, Separation: a pair absent from the table takes, axis by axis, the largest minimum in it.
    """
    pair = (min(a, b), max(a, b))
    by_pair = {row.between: row for row in table.rows}
    for key in (pair, (EVERY, EVERY)):
        if key in by_pair:
            return Chosen(by_pair[key], fallback=False)
    rules = [rule for row in table.rows for rule in row.rules]
    frequencies = [rule.f for rule in rules if rule.f is not None]
    largest = Rule(
        h=_largest([rule.h for rule in rules]),
        v=_largest([rule.v for rule in rules]),
        t=_largest([rule.t for rule in rules]),
        f=_largest(frequencies) if frequencies else None,
    )
    return Chosen(Row(pair, (largest,)), fallback=True)


def _largest(minima: Sequence[Minimum]) -> Minimum:
    numbers = [m for m in minima if isinstance(m, int)]
    return "any" if len(numbers) < len(minima) else max(numbers)


def _preset(name: str, rule: Rule) -> SeparationTable:
    return SeparationTable((Row((EVERY, EVERY), (rule,)),), f"preset {name}")


PRESETS: dict[str, SeparationTable] = {
    name: _preset(name, rule)
    for name, rule in {
        "crewed": Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 300 * SECOND),
        "drone": Rule(100 * METRE, 30 * METRE, 120 * SECOND),
        "convoy": Rule(1_000 * METRE, "any", 1_800 * SECOND),
        "maritime": Rule(10 * NAUTICAL_MILE, "any", 3_600 * SECOND),
        "spectrum": Rule(20_000 * METRE, "any", 300 * SECOND, 1_000_000),
    }.items()
}
"""GEOMETRY, Separation: the named presets; each applies to every pair of activities."""
