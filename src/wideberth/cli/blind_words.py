"""The blind check of a line in words: as of when, until when, what met where, what is missing, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from wideberth.cli.line_words import SHORT as LINE_SHORT
from wideberth.errors import shorten
from wideberth.node.blind_views import BlindDoingView, BlindMetView, BlindPlanView, BlindRunView, BlindView
from wideberth.render.words import counted

SHORT: Final = 10
"""Characters of the id of a run or plan that tell it from others, for people."""
CELLS: Final = 20
LISTED: Final = 20
NOT_CHECKED: Final = "NOT CHECKED"
NOW: Final = {"clear": "no known conflict", "matched": "MATCHED", "not clear": NOT_CHECKED}
_PROOF: Final = "what they sent is not as agreed. Call {peer}, and keep the record: wideberth record export"
TO_DO: Final[dict[str, str]] = {
    "budget": "as much as is agreed was learned today. Call {peer}; more is possible after 00:00 UTC",
    "failed": "look at the log of this node; until then call {peer}",
    "interrupted": "wait for the next run, or call {peer}",
    "plan_cells": "call {peer} about the plans that were left out",
    "plan_pad": "call {peer} about the plans that were left out",
    "refused": "call {peer}: ask whether their clock is right, and when they check again",
    "rules": "call {peer}, and compare the agreement and the ground, QNH and horizon that each goes by",
    "share": "the plans of both are in much the same place: call {peer}",
    "stopped": "wait for the next run, or call {peer}",
    "terms": "there are more plans than were agreed for one round: call {peer}",
    "timeout": "look at the line (wideberth line show); wait for the next run, or call {peer}",
}
"""What to do about each reason (check.WHY); of all others somebody did not keep to the rules."""


def table(found: Sequence[BlindView]) -> Table:
    """Lines, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("line", "now", "as of", "until", "next run", "spent today"):
        made.add_column(name, overflow="fold")
    for each in found:
        of = each.standing if each.now != "not clear" else None
        span = ("", "") if of is None else (of.start, of.end)
        now = NOW[each.now] if each.agreed else f"{NOT_CHECKED}: none is agreed"
        row = (peer(each), now, *span, each.next or "", spent(each))
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def runs(found: Sequence[BlindRunView]) -> Table:
    """Runs, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("run", "as of", "until", "came to", "plans", "left out"):
        made.add_column(name, overflow="fold")
    for each in found:
        row = (each.session[:SHORT], each.start, each.end, came_to(each), f"{each.plans:,}",
               f"{len(each.left_out):,}")  # fmt: skip
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def line(found: BlindView) -> list[str]:
    """How it stands on a line, at length."""
    out = [f"line      {peer(found)}", f"now       {shorten(found.words, 400)}"]
    if found.agreed:
        every, until = span(found.interval_s or 0), span(found.horizon_s or 0)
        out.append(
            f"agreed    mode {found.mode}, every {every}, {until} ahead, down to level {found.floor_level}"
        )
        out.append(f"spent     {spent(found)}")
        out.append(f"next run  {found.next}")
    if found.doing is not None:
        out.append(f"doing     {doing(found.doing)}")
    if found.standing is not None:
        out += run(found.standing, "stands")
    if found.last is not None and (found.standing is None or found.last.session != found.standing.session):
        out += run(found.last, "newest")
    return out


def run(found: BlindRunView, head: str = "run") -> list[str]:
    """A run at length."""
    met = found.met[:CELLS]
    more = len(found.met) - len(met)
    return [
        f"{head:9} {found.session}: {came_to(found)}",
        f"as of     {found.start}, until {found.end}",
        f"          {shorten(found.words, 400)}",
        f"plans     {found.plans:,} in it, of this party's",
        *(f"left out  {plan(each)}: too large to be checked blindly" for each in found.left_out[:LISTED]),
        *([f"          and {len(found.left_out) - LISTED:,} more"] if len(found.left_out) > LISTED else []),
        *(text for each in met for text in meeting(each)),
        *([f"          and {more:,} meetings more: --json has them"] if more > 0 else []),
    ]


def meeting(found: BlindMetView) -> Iterator[str]:
    """Plans of both that are in the same cells, and a box around these."""
    yield f"met       in {counted(found.cells, 'cell')}, all of them within"
    yield f"          {box(found.area, found.lower_m, found.upper_m)}"
    yield f"          {found.start} to {found.end}"
    yield f"          own: {', '.join(map(plan, found.plans[:LISTED])) or 'not known'}"
    if found.notices:
        yield f"          theirs: {', '.join(each[:SHORT] for each in found.notices[:LISTED])}"


def box(area: tuple[float, float, float, float], lower: float, upper: float | None) -> str:
    """An area by its west, south, east and north in degrees, latitude first, and its heights in metres."""
    west, south, east, north = area
    top = "UNL" if upper is None else f"{upper:,.0f} m HAE"
    return f"lat {south:.5f} to {north:.5f}, lon {west:.5f} to {east:.5f}, {lower:,.0f} m HAE to {top}"


def plan(found: BlindPlanView) -> str:
    """An own plan by its label, and the beginning of its id."""
    return f"{shorten(found.label or 'no label', 60)} ({found.plan[:SHORT]})"


def came_to(found: BlindRunView) -> str:
    """What a run came to, in few words."""
    if found.over is None:
        return "under way"
    if not found.stands:
        return f"{NOT_CHECKED}{f': {found.why}' if found.why else ': not ended alike'}"
    if found.outcome == "matched":
        n = len(found.cells) if found.count is None else found.count
        return f"MATCHED in {counted(n, 'cell')}"
    return NOW[found.outcome or "not clear"]


def doing(found: BlindDoingView) -> str:
    """What a run that is under way does."""
    return f"round {found.round} of {found.rounds}, {found.what}"


def spent(found: BlindView) -> str:
    """Cells of today."""
    return "" if found.allowed is None else f"{found.spent:,} of {found.allowed:,} cells"


def span(seconds: int) -> str:
    """A time that terms have, in its largest whole unit."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds % size == 0 and seconds >= size:
            return f"{seconds // size:,} {name}"
    return f"{seconds:,} s"


def peer(found: BlindView) -> str:
    """What people call the other party."""
    return shorten(found.label, 60) if found.label else found.line[:LINE_SHORT]


def following(found: BlindView) -> Iterator[str]:
    """What to do next."""
    name = peer(found)
    if not found.agreed:
        yield f"For a blind check with {name} put [blind] into the agreement: wideberth agreement draft"
        return
    last = found.last
    if last is not None and last.over is not None and not last.stands:
        why = TO_DO.get(last.why, _PROOF) if last.why else "wait for the next run, or call {peer}"
        yield f"{name}, newest run: {why.format(peer=name)}."
    if found.now == "not clear":
        yield f"Plans that neither shows are {NOT_CHECKED} against {name}. Next run: {found.next}."
    elif found.now == "matched":
        how = "wideberth case list" if found.mode == "escalate" else f"call {name}"
        yield f"Plans of both are too near each other: {how}."
    if found.standing is not None and found.standing.left_out:
        n = counted(len(found.standing.left_out), "plan")
        yield f"{n} of this party's cannot be checked so, {NOT_CHECKED} against {name}: call."
