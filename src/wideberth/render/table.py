"""A check as text for a terminal: fits 100 columns, readable without colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wideberth.conflict.result import Conflict
from wideberth.errors import Invalid, shorten
from wideberth.formats.earlier import Pair
from wideberth.formats.reading import Filed
from wideberth.formats.since import Since
from wideberth.formats.times import show_time
from wideberth.render.changes import gone, marks, moment, not_checked, summary
from wideberth.render.offers import clears_words
from wideberth.render.report import Numbered, Report, answers_of, by_plans, name_of, plans_of
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

AT_MOST = 50
"""Pairs of plans that are shown unless all is asked for."""
Mark = tuple[bool, str]
OLD: Mark = (False, "")


def table(report: Report, *, every: bool = False) -> RenderableType:
    """The whole result: the first conflict of each pair of plans, at most 50 pairs; `every` shows all."""
    parts: list[RenderableType] = [
        Text(headline(report), style="bold red" if report.conflicts else "bold"),
        Text(f"separation: {separation(report.table)}"),
        Text(compared(report)),
    ]
    if report.since is not None:
        parts.append(Text(summary(report.since, report.zone), style="bold"))
    filed = plans_of(report)
    marked = marks(report.since, report.zone, report.metric)
    each = [[numbered] for numbered in enumerate(report.conflicts, start=1)]
    groups = each if every else by_plans(report.conflicts)
    shown = groups if every else _first(groups, marked)
    for group in shown:
        number, first = group[0]
        one, two = filed[first.plans[0]], filed[first.plans[1]]
        others = [conflict for _, conflict in group[1:]]
        parts += [Text(), _conflict(number, first, one, two, report, others, marked.get(first.plans))]
    if len(shown) < len(groups):
        more = counted(len(report.conflicts) - sum(map(len, shown)), "more conflict")
        pairs = counted(len(groups) - len(shown), "pair")
        parts += [Text(), Text(f"… and {more} between {pairs} of plans; --all shows all", style="bold")]
    if report.since is not None:
        parts += _left(report.since, report.zone, every=every)
    if report.conflicts:
        parts += [Text(), Text(NEXT_STEP)]
    parts += notes(report)
    if report.refused:
        parts += [Text(), refusals(report)]
    return Group(*parts)


def _first(groups: Sequence[list[Numbered]], marked: Mapping[Pair, Mark]) -> list[list[Numbered]]:
    """At most 50 pairs of plans in their order: the new ones, then the earliest."""
    new = [k for k, group in enumerate(groups) if marked.get(group[0][1].plans, OLD)[0]]
    others = [k for k, group in enumerate(groups) if not marked.get(group[0][1].plans, OLD)[0]]
    return [groups[k] for k in sorted((new + others)[:AT_MOST])]


def _left(since: Since, zone: str | None, *, every: bool) -> Iterator[RenderableType]:
    """The pairs of plans that are in conflict no more, and those that were not checked again."""
    for title, words in (
        (f"Gone since {moment(since.as_of, zone)}", [gone(one) for one in since.gone]),
        ("Not checked again, may still be there", [not_checked(one) for one in since.not_checked]),
    ):
        if words:
            listed = words if every else words[:AT_MOST]
            yield from (Text(), Text(title, style="bold"), *(_item(line) for line in listed))
        if len(words) > AT_MOST and not every:
            yield _item(f"… and {len(words) - AT_MOST:,} more; --all shows all")


def notes(report: Report) -> list[RenderableType]:
    """What was assumed or left out; nothing where there is none."""
    if not report.notes:
        return []
    return [Text(), Text("Notes", style="bold"), *(_item(note) for note in report.notes)]


def refusals(report: Report) -> RenderableType:
    """The files that were refused, one line each."""
    lines = (_item(refusal(file, error)) for file, error in report.refused)
    return Group(Text("Refused, not part of this result", style="bold red"), *lines)


def refusal(file: str, error: Invalid) -> str:
    """`plans.kml: Placemark "North" line 41: found …; accepted: …  [geometry.open_ring]`."""
    place = f"{shorten(file, 400)}: {shorten(error.path, 160)}" if error.path else shorten(file, 400)
    return f"{place}: found {error.found}; accepted: {error.wanted}  [{error.code}]"


def _conflict(
    number: int,
    conflict: Conflict,
    one: tuple[str, Filed],
    two: tuple[str, Filed],
    report: Report,
    others: Sequence[Conflict],
    marked: Mark | None = None,
) -> RenderableType:
    """One conflict: who, then a line for each thing to know, and how many others the two plans have."""
    names = Text(who(one[1]), style="bold")
    names.append("  and  ", style="not bold")
    names.append(who(two[1]))
    if marked is not None and marked[0]:
        names.append("  (new)", style="bold red")
    title = Table.grid(padding=(0, 2))
    title.add_column(width=3, justify="right")
    title.add_column(overflow="fold")
    title.add_row(Text(str(number), style="bold"), names)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=12, no_wrap=True)
    grid.add_column(overflow="fold")
    if marked is not None and marked[1]:
        grid.add_row(Text("since"), Text(marked[1]))
    for name, words in _lines(conflict, one, two, report):
        grid.add_row(Text(name), Text(words))
    if others:
        grid.add_row(Text("and"), Text(_rest(others, report)))
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
        yield heading, f"{shorten(file, 400)}: {shorten(filed.where[volume], 160)}"
    yield from _clears(conflict, report)


def _clears(conflict: Conflict, report: Report) -> Iterator[tuple[str, str]]:
    """What would clear either plan of every known conflict of it."""
    answers, heading = answers_of(report), "would clear"
    for party, plan in conflict.plans:
        answer = answers.get((party, plan))
        if answer is not None and report.proposals is not None:
            owner = f"{shorten(party, 60)} · {shorten(plan, 60)}"
            yield heading, f"{owner}: {clears_words(answer, report.metric, report.proposals.limits)}"
            heading = ""


def _rest(others: Sequence[Conflict], report: Report) -> str:
    """`58 more pairs of volumes of these two plans, until 2019-11-03 13:20Z; --all shows all`."""
    ends = [conflict.end for conflict in others]
    known = [end for end in ends if end is not None]
    until = (
        f"until {show_time(max(known), report.zone)}" if len(known) == len(ends) else "until further notice"
    )
    return f"{counted(len(others), 'more pair')} of volumes of these two plans, {until}; --all shows all"


def _rule(conflict: Conflict) -> str:
    pair = " and ".join(shorten(activity, 40) for activity in conflict.activities)
    if conflict.rule is None:
        return f"{pair} have no row: the largest minima of the table"
    others = f" (also {', '.join(str(index + 1) for index in conflict.also)})" if conflict.also else ""
    return f"{pair}, rule {conflict.rule + 1}{others}"


def who(filed: Filed) -> str:
    """`Blue Heron · Coast survey (survey-1)`."""
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
