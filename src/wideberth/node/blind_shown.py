"""The blind check of a line in words and figures, for the party's own people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from wideberth.blind import tree
from wideberth.blind.check import WHY
from wideberth.desk import blind_fields, blind_kept, blind_runs
from wideberth.desk.blind_kept import Kept
from wideberth.desk.plans import Own
from wideberth.model.agreement import Blind
from wideberth.node.blind_views import (
    BlindCellView,
    BlindDoingView,
    BlindMetView,
    BlindPlanView,
    BlindRunView,
    BlindView,
)
from wideberth.node.desk_shown import Found
from wideberth.node.desk_views import COMPARED, NOT_CHECKED
from wideberth.node.hidden import volume
from wideberth.node.open_line import OpenLine
from wideberth.node.owed import void
from wideberth.node.views import time
from wideberth.space.ground import Polygon
from wideberth.space.units import DEGREE, METRE, SECOND

if TYPE_CHECKING:
    from wideberth.node.node import Node

CELLS, LOOKED = 200, 5_000
"""Cells that a run shows, and those of which it says what met what."""
GATED = "NOT CHECKED against {}: the gate of the line is on, and what goes out waits for officers"
NEVER = "no run of it has come to its end yet"


def of_line(node: Node, line: OpenLine) -> BlindView:
    """How it stands on a line."""
    bound, now_ms = node.desk.bound(line.id), node.clock.now()
    blind = None if bound is None else bound.rules.blind
    running = node.room.blind.running(line.id)
    kept = list(node.private.blinds.of(line.id))
    standing, why_not = _standing(node, line)
    spent, _ = blind_kept.spent(node.private.blinds, line.id, now_ms // blind_kept.DAY_MS)
    doing, gated = None, blind is not None and node.room.blind.gated(line)
    valid = standing is not None and now_ms < standing.begun.until_ms and blind is not None and not gated
    if running is not None:
        doing = BlindDoingView(running.doing.round + 1, running.doing.rounds, running.doing.what)
    return BlindView(
        line=line.id,
        label=line.label,
        peer=line.state.peer,
        agreed=blind is not None,
        mode=None if blind is None else blind.mode,
        words=GATED.format(line.name)
        if gated
        else _words(line, blind is not None, standing, why_not, now_ms),
        now=standing.outcome if valid and standing is not None and standing.outcome else "not clear",
        next=None if blind is None else time(_next(blind, now_ms)),
        interval_s=None if blind is None else blind.every_ms // SECOND,
        horizon_s=None if blind is None else blind.horizon_ms // SECOND,
        floor_level=None if blind is None else blind.floor_level,
        doing=doing,
        standing=None if standing is None else of_run(line, standing),
        last=of_run(line, kept[0]) if kept else None,
        spent=spent,
        allowed=None if blind is None else blind.cells_a_day,
    )


def of_run(line: OpenLine, run: Kept) -> BlindRunView:
    """One run."""
    session = blind_fields.session_id(run.begun.session)
    known = line.fold.all.blinds.runs.get(session)
    theirs = None if known is None else known.side(line.state.peer).end
    cells = list(_cells(line, run))
    return BlindRunView(
        session=session,
        role=run.begun.role,
        start=time(run.begun.from_ms),
        end=time(run.begun.until_ms),
        began=time(run.at_ms),
        over=None if run.over_ms is None else time(run.over_ms),
        outcome=run.outcome if run.over_ms is not None else None,
        theirs=None if theirs is None else theirs.said.outcome,
        stands=_stands(line, run),
        why=run.why,
        words=_came_to(line, run),
        plans=len(run.plans) - len(run.left_out),
        left_out=tuple(_plan(each) for each in run.plans if each.plan.id in run.left_out),
        met=tuple(_met(cells)),
        cells=tuple(cells[:CELLS]),
        count=len(run.cells) or None if run.count is None else run.count,
    )


def checked(node: Node, line: OpenLine, own: Own) -> Found:
    """Whether a plan was compared of which neither shows the other more than conflicts; and more words."""
    bound = node.desk.bound(line.id)
    if bound is None or bound.rules.blind is None:
        words = "neither party shows it to the other, and no blind check is agreed: call"
        return Found(NOT_CHECKED, words)
    blind, name, now_ms = bound.rules.blind, line.name, node.clock.now()
    next_ = f"wait for the next run, at {time(_next(blind, now_ms))}, or call {name}"
    if node.room.blind.gated(line):
        return Found(NOT_CHECKED, f"blind check: the gate of the line is on: call {name}")
    standing, why_not = _standing(node, line)
    if standing is None:
        return Found(NOT_CHECKED, f"blind check: {why_not}: {next_}")
    if node.room.blind.compared(standing).get(own.plan.id) != own.version:
        if own.plan.id in standing.left_out:
            return Found(NOT_CHECKED, f"blind check: it is too large for it: call {name}")
        return Found(NOT_CHECKED, f"blind check: it is newer than the last run: {next_}")
    if now_ms >= standing.begun.until_ms:
        return Found(NOT_CHECKED, f"blind check: the last run is out of date: {next_}")
    as_of, until = time(standing.begun.from_ms), time(standing.begun.until_ms)
    if any(own.plan.id in each.plans for each in standing.cells):
        words = f"blind check, as of {as_of}: too near a plan of theirs: see its case, or call {name}"
        return Found(COMPARED, words, "matched")
    if standing.count:
        words = (
            f"blind check, as of {as_of}: some plans are too near each other, not known which: call {name}"
        )
        return Found(NOT_CHECKED, words)
    return Found(COMPARED, f"blind check: no known conflict, as of {as_of}, until {until}", "clear")


def _stands(line: OpenLine, run: Kept) -> bool:
    """Whether both have ended it alike, clear or matched."""
    if run.over_ms is None or run.outcome not in ("clear", "matched"):
        return False
    known = line.fold.all.blinds.runs.get(blind_fields.session_id(run.begun.session))
    return known is not None and blind_runs.phase(known, partial(void, line.state)) == run.outcome


def _standing(node: Node, line: OpenLine) -> tuple[Kept | None, str]:
    """The newest run that both ended alike, under the terms of now; else why there is none."""
    why = ""
    for each in node.private.blinds.of(line.id):
        if _stands(line, each):
            if node.room.blind.by_these_terms(line, each):
                return each, ""
            return None, why or "the last run was by other terms than those of now"
        if each.cells or each.count:
            # what was found here holds, however the other side ended it
            return None, "the newest run found that some come too near, and was not ended alike"
        why = why or WHY.get(each.why, each.why)
    return None, why or NEVER


def _words(line: OpenLine, agreed: bool, standing: Kept | None, why_not: str, now_ms: int) -> str:
    label = line.name
    if not agreed:
        return f"no blind check is agreed: plans that neither shows are NOT CHECKED against {label}"
    if standing is None:
        return f"NOT CHECKED against {label}: {why_not}"
    if now_ms >= standing.begun.until_ms:
        return f"NOT CHECKED against {label}: the last run is out of date"
    return _came_to(line, standing)


def _next(blind: Blind, now_ms: int) -> int:
    """When the next run begins."""
    return (now_ms // blind.every_ms + 1) * blind.every_ms


def _came_to(line: OpenLine, run: Kept) -> str:
    """What a run came to, in words."""
    label = line.name
    if run.over_ms is None:
        return "under way"
    if run.outcome == "not clear":
        return f"NOT CHECKED against {label}: {WHY.get(run.why, run.why)}"
    if not _stands(line, run):
        return f"NOT CHECKED against {label}: they have not ended it alike"
    as_of, until = time(run.begun.from_ms), time(run.begun.until_ms)
    if run.outcome == "clear":
        return f"no known conflict between what both committed to, as of {as_of}, until {until}"
    where = f"{run.count:,} cells" if run.count is not None else f"{len(run.cells):,} cells"
    return f"plans of both come too near each other in {where}, as of {as_of}: see the cases, or call {label}"


def _cells(line: OpenLine, run: Kept) -> Iterator[BlindCellView]:
    known = line.fold.all.blinds.runs.get(blind_fields.session_id(run.begun.session))
    theirs = {} if known is None else known.side(line.state.peer).cells
    for each in run.cells[:LOOKED]:
        plans = tuple(_plan(run.own.plans[name]) for name in each.plans if name in run.own.plans)
        yield cell_view(each.cell, plans, theirs.get(each.cell, ()))


def cell_view(term: bytes, plans: tuple[BlindPlanView, ...], notices: tuple[str, ...] = ()) -> BlindCellView:
    """A cell by its term, and what is in it."""
    found = volume(term)
    assert isinstance(found.ground, Polygon)
    (west, south), _, (east, north), _ = found.ground.rings[0]
    return BlindCellView(
        cell=term.hex(),
        level=tree.read(term)[0],
        area=(west / DEGREE, south / DEGREE, east / DEGREE, north / DEGREE),
        lower_m=found.lower.value / METRE,
        upper_m=None if found.upper.datum == "UNL" else found.upper.value / METRE,
        start=time(found.start or 0),
        end=time(found.end or 0),
        plans=plans,
        notices=notices,
    )


def _met(cells: Sequence[BlindCellView]) -> Iterator[BlindMetView]:
    """The cells of the same plans together."""
    together: dict[tuple[tuple[BlindPlanView, ...], tuple[str, ...]], list[BlindCellView]] = {}
    for each in cells:
        together.setdefault((each.plans, each.notices), []).append(each)
    for (plans, notices), some in together.items():
        west, south, east, north = zip(*(each.area for each in some), strict=True)
        tops = [each.upper_m for each in some if each.upper_m is not None]
        yield BlindMetView(
            cells=len(some),
            area=(min(west), min(south), max(east), max(north)),
            lower_m=min(each.lower_m for each in some),
            upper_m=max(tops) if len(tops) == len(some) else None,
            start=min(each.start for each in some),
            end=max(each.end for each in some),
            plans=plans,
            notices=notices,
        )


def _plan(own: Own) -> BlindPlanView:
    return BlindPlanView(own.plan.id, own.plan.label)
