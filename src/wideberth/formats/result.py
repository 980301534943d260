"""The result of a check as JSON, schema `wideberth.check/1`.

Identical whatever the order of files and features, but for the places that it names in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from wideberth.conflict.offer import Offer
from wideberth.conflict.result import Axes, Conflict
from wideberth.errors import Invalid
from wideberth.formats.native import ranks
from wideberth.formats.offers import offer_to_json
from wideberth.formats.properties import scaled
from wideberth.formats.reading import Filed
from wideberth.formats.times import to_rfc3339
from wideberth.model.separation import Minimum, Rule, SeparationTable
from wideberth.space.units import METRE, SECOND

SCHEMA = "wideberth.check/1"
PLACES = 7
"""Decimals of a position in degrees: 1 cm."""


class _Placed(Struct, frozen=True):
    """A plan's file, the place of each volume in it, and the rank of each volume."""

    file: str
    where: tuple[str, ...]
    rank: tuple[int, ...]


def check_document(
    *,
    as_of: int,
    filed: Sequence[tuple[str, Filed]],
    source: str,
    table: SeparationTable,
    conflicts: Sequence[Conflict],
    refused: Sequence[tuple[str, Invalid]],
    notes: Sequence[str],
    count: int | None = None,
    clears: Mapping[tuple[str, str], Sequence[Offer]] | None = None,
) -> dict[str, object]:
    """The object that `check --json` prints: metres, seconds and Hz; times RFC 3339; degrees.

    Args:
        as_of: POSIX ms.
        filed: (file, plan) of every plan that was read, unique in (party, id).
        source: where the table comes from, for people.
        refused: (file, error) of every file that was not read.
        count: how many conflicts there are, where not all are listed.
        clears: what would clear each plan, by (party, id).

    Raises: Invalid (`time.range`).
    """
    concerned = {key for conflict in conflicts for key in conflict.plans}
    placed = {
        one.plan.key: _Placed(named(file), one.where, ranks(one.plan))
        for file, one in filed
        if one.plan.key in concerned
    }
    return {
        "schema": SCHEMA,
        "as_of": to_rfc3339(as_of),
        "files": sorted({named(file) for file, _ in filed}),
        "plans": len(filed),
        "volumes": sum(len(one.plan.volumes) for _, one in filed),
        "separation": separation_to_json(table),
        "separation_source": source,
        "count": max(count or 0, len(conflicts)),
        "conflicts": [
            _conflict(conflict, placed, clears or {})
            for conflict in sorted(conflicts, key=lambda c: _order(c, placed))
        ],
        "refused": [
            {"file": named(file), "where": error.path, "code": error.code, "message": error.message}
            for file, error in sorted(refused, key=lambda r: (r[0], r[1].path, r[1].code, r[1].message))
        ],
        "notes": sorted(set(notes)),
    }


def named(file: str) -> str:
    """The path as given; bytes of it that are not UTF-8, which JSON cannot hold, are escaped."""
    return file.encode("utf-8", "backslashreplace").decode("utf-8")


def separation_to_json(table: SeparationTable) -> list[dict[str, object]]:
    """The rows of the table, in its order; "*" stands for any activity, "any" for every distance."""
    return [{"between": list(row.between), "rules": [*map(_rule, row.rules)]} for row in table.rows]


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "horizontal_m": _minimum(rule.h, METRE),
        "vertical_m": _minimum(rule.v, METRE),
        "time_s": _minimum(rule.t, SECOND),
        "frequency_hz": rule.f,
    }


def _minimum(value: Minimum, unit: int) -> int | float | str:
    return scaled(value, unit) if isinstance(value, int) else value


def _order(
    conflict: Conflict, placed: dict[tuple[str, str], _Placed]
) -> tuple[bool, int, tuple[tuple[str, str], ...], tuple[int, ...]]:
    """By start, unbounded first; then plans, then volumes by rank."""
    return (conflict.start is not None, conflict.start or 0, conflict.plans, _ranked(conflict, placed))


def _ranked(conflict: Conflict, placed: dict[tuple[str, str], _Placed]) -> tuple[int, ...]:
    return tuple(placed[key].rank[k] for key, k in zip(conflict.plans, conflict.volumes, strict=True))


def _conflict(
    conflict: Conflict,
    placed: dict[tuple[str, str], _Placed],
    clears: Mapping[tuple[str, str], Sequence[Offer]],
) -> dict[str, object]:
    sides = list(zip(conflict.plans, conflict.volumes, strict=True))
    return {
        "plans": [{"party": party, "id": plan} for party, plan in conflict.plans],
        "volumes": list(_ranked(conflict, placed)),
        "where": [{"file": placed[key].file, "where": placed[key].where[k]} for key, k in sides],
        "rule": {"activities": list(conflict.activities), "index": conflict.rule},
        "also": list(conflict.also),
        "gap": _axes(conflict.gap),
        "required": _axes(conflict.required),
        "from": _time(conflict.start),
        "until": _time(conflict.end),
        # + 0.0 turns -0.0 into 0.0
        "near": [round(degrees, PLACES) + 0.0 for degrees in conflict.near],
        "clears": [
            offer_to_json(offer, placed[key].rank) for key in conflict.plans for offer in clears.get(key, ())
        ],
    }


def _axes(axes: Axes) -> dict[str, object]:
    return {
        "horizontal_m": None if axes.h is None else scaled(axes.h, METRE),
        "vertical_m": None if axes.v is None else scaled(axes.v, METRE),
        "time_s": None if axes.t is None else scaled(axes.t, SECOND),
        "frequency_hz": axes.f,
    }


def _time(value: int | None) -> str | None:
    return None if value is None else to_rfc3339(value)
