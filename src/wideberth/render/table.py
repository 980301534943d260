"""A check as text for a terminal: fits 100 columns, readable without colour."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wideberth.conflict.result import Conflict
from wideberth.errors import Invalid, shorten
from wideberth.formats.reading import Filed
from wideberth.render.report import Report, name_of, plans_of
from wideberth.render.words import (
    NEXT_STEP,
    UNKNOWN_GROUND,
    axes,
    compared,
    counted,
    headline,
    nearest,
    position,
    separation,
    window,
)

WIDTH = 100
AT_MOST = 50
"""Conflicts that are shown unless all are asked for."""


def table(report: Report, *, every: bool = False) -> RenderableType:
    """The whole result; `every` shows all conflicts, else the first 50."""
    parts: list[RenderableType] = [
        Text(headline(report), style="bold red" if report.conflicts else "bold"),
        Text(f"separation: {separation(report.table)}"),
        Text(compared(report)),
    ]
    shown = report.conflicts if every else report.conflicts[:AT_MOST]
    filed = plans_of(report)
    for number, conflict in enumerate(shown, start=1):
        parts += [
            Text(),
            _conflict(number, conflict, filed[conflict.plans[0]], filed[conflict.plans[1]], report),
        ]
    if len(shown) < len(report.conflicts):
        more = f"{counted(len(report.conflicts) - len(shown), 'more conflict')}; --all shows all"
        parts += [Text(), Text(f"… and {more}", style="bold")]
    if report.conflicts:
        parts += [Text(), Text(NEXT_STEP)]
    if report.notes:
        parts += [Text(), Text("Notes", style="bold"), *(_item(note) for note in report.notes)]
    if report.refused:
        parts += [Text(), refusals(report)]
    return Group(*parts)


def refusals(report: Report) -> RenderableType:
    """The files that were refused, one line each."""
    lines = (_item(refusal(file, error)) for file, error in report.refused)
    return Group(Text("Refused, not part of this result", style="bold red"), *lines)


def refusal(file: str, error: Invalid) -> str:
    """`plans.kml: Placemark "North" line 41: found …; accepted: …  [geometry.open_ring]`."""
    place = f"{shorten(file)}: {shorten(error.path, 160)}" if error.path else shorten(file)
    return f"{place}: found {error.found}; accepted: {error.wanted}  [{error.code}]"


def _conflict(
    number: int, conflict: Conflict, one: tuple[str, Filed], two: tuple[str, Filed], report: Report
) -> RenderableType:
    """One conflict: who, then a line for each thing to know."""
    who = Text(_who(one[1]), style="bold")
    who.append("  and  ", style="not bold")
    who.append(_who(two[1]))
    title = Table.grid(padding=(0, 2))
    title.add_column(width=3, justify="right")
    title.add_column(overflow="fold")
    title.add_row(Text(str(number), style="bold"), who)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=12, no_wrap=True)
    grid.add_column(overflow="fold")
    for name, words in _lines(conflict, one, two, report):
        grid.add_row(Text(name), Text(words))
    return Group(title, Padding(grid, (0, 0, 0, 5)))


def _lines(
    conflict: Conflict, one: tuple[str, Filed], two: tuple[str, Filed], report: Report
) -> Iterator[tuple[str, str]]:
    yield "when", window(conflict, report.zone)
    yield from axes(conflict, report.metric)
    near = nearest(conflict.near, report.places, report.metric)
    yield "where", f"{position(conflict.near)}{f', {near}' if near else ''}"
    if conflict.agl_unresolved:
        yield "note", UNKNOWN_GROUND
    rows = report.table.rows
    if len(rows) > 1 or conflict.rule is None:
        yield "rule", _rule(conflict)
    for heading, (file, filed), volume in zip(("in", ""), (one, two), conflict.volumes, strict=True):
        yield heading, f"{shorten(file)}: {shorten(filed.where[volume], 160)}"


def _rule(conflict: Conflict) -> str:
    pair = " and ".join(shorten(activity, 40) for activity in conflict.activities)
    if conflict.rule is None:
        return f"{pair} have no row: the largest minima of the table"
    others = f" (also {', '.join(str(index + 1) for index in conflict.also)})" if conflict.also else ""
    return f"{pair}, rule {conflict.rule + 1}{others}"


def _who(filed: Filed) -> str:
    plan = filed.plan
    name = name_of(plan)
    known = f"{name} ({plan.id})" if name != plan.id else name
    return f"{shorten(plan.party, 60)} · {shorten(known, 60)}"


def _item(words: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row(Text("-"), Text(words))
    return Padding(grid, (0, 0, 0, 2))
