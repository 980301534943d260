"""The difference of two editions of a list, in words."""

from __future__ import annotations

from collections.abc import Iterator

from wideberth.errors import shorten
from wideberth.formats.lists.compare import Changed, Difference
from wideberth.formats.lists.entries import Entry
from wideberth.formats.lists.notice import NOTICE

LISTED = 200
"""Rows of each kind that are shown; all are in the JSON."""


def difference(found: Difference, old: str, new: str) -> Iterator[str]:
    """Lines for people: counts, then each row; the notice at the end."""
    yield (
        f"{shorten(old, 100)} -> {shorten(new, 100)}: {len(found.added):,} new, {len(found.dropped):,} not in"
        f" the new list, {len(found.changed):,} changed, {found.same:,} the same"
    )
    yield from _part("new", [_named(one) for one in found.added])
    yield from _part(
        "not in the new list; each stays in force until its owner confirms",
        [_named(one) for one in found.dropped],
    )
    yield from _part("changed", [_changed(one) for one in found.changed])
    pairs = [f"{_named(first)}  and  {_named(second)}" for first, second in found.duplicates]
    yield from _part("probably one site twice in the new list", pairs)
    yield ""
    yield NOTICE


def _part(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title} ({len(lines):,}):"
        yield from (f"  {line}" for line in lines[:LISTED])
        if len(lines) > LISTED:
            yield f"  and {len(lines) - LISTED:,} more (--json has all)"


def _named(one: Entry) -> str:
    name = f" {shorten(one.name, 60)}" if one.name and one.name != one.id else ""
    return f"{shorten(one.id, 40)}{name} ({one.where})"


def _changed(one: Changed) -> str:
    parts = []
    if one.moved:
        far = f"{one.moved:,.1f} m" if one.moved < 1_000 else f"{one.moved / 1_000:,.1f} km"
        parts.append(f"moved {far}" if one.moved != float("inf") else "its place is stated in one list only")
    parts += [
        f"{field.column}: {shorten(field.old, 40) or 'nothing'} -> {shorten(field.new, 40) or 'nothing'}"
        for field in one.fields
    ]
    return f"{_named(one.new)}: {'; '.join(parts)}"
