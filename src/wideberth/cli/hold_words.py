"""Holds in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from wideberth.errors import shorten
from wideberth.node.hold_views import HoldOnView, HoldView
from wideberth.render.words import counted

SHORT: Final = 10
"""Characters of an id that tell it from others, for people."""
LISTED: Final = 20
US: Final = "this party"


def table(found: Sequence[HoldView]) -> Table:
    """Holds, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("hold", "by", "stands", "binds", "until"):
        made.add_column(name, overflow="fold")
    for each in found:
        row = (each.hold[:SHORT], _by(each), each.phase, _whom(each), each.until.words)
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def hold(found: HoldView) -> list[str]:
    """A hold at length."""
    activities = "all" if found.activities is None else ", ".join(found.activities)
    return [
        f"hold      {found.hold}",
        f"by        {shorten(_by(found), 60)}",
        f"stands    {found.phase}: {found.words}",
        f"binds     {shorten(_whom(found), 400)}",
        f"stops     {shorten(activities, 400)}, {_where(found)}",
        f"from      {found.begins}",
        f"until     {found.until.words}{_met(found)}",
        *([f"reason    {shorten(found.reason, 300)}"] if found.reason else []),
        *(line for each in found.lines for line in _on(each, found)),
        *_inside(found),
    ]


def following(found: HoldView) -> Iterator[str]:
    """What to do next."""
    if found.phase != "in force":
        return
    for each in found.lines:
        if not each.told:
            yield f"Say it to {_peer(each)} by voice: it is not on the line yet."
        elif found.mine and not each.delivered:
            yield f"{_peer(each)} does not have it yet."
    if any(each.state != "accepted" for each in found.inside):
        yield "Plans of this party's lie in it and have begun: have them leave, and end them."
    if any(each.state != "accepted" for each in found.theirs):
        yield "Plans of theirs lie in it and have begun: call them."
    if found.mine and found.until.met and found.until.kind != "time":
        yield (
            f"Its condition is met. Two officers sign the lift: wideberth hold show {found.hold[:SHORT]}"
            " --lift-text FILE, then wideberth key approve --what lift --file FILE"
        )


def _by(found: HoldView) -> str:
    return US if found.mine else found.label or found.by[:SHORT]


def _whom(found: HoldView) -> str:
    return ", ".join(US if each.us else each.label or each.party[:SHORT] for each in found.parties)


def _where(found: HoldView) -> str:
    if found.area is None:
        return "everywhere"
    ground = found.area["ground"]
    lower, upper = (_altitude(found.area[name]) for name in ("lower", "upper"))
    size = f", radius {ground['radius_m']:,} m" if ground["type"] == "circle" else ""
    at = "around {1:.4f} {0:.4f}".format(*ground["centre"]) if ground["type"] == "circle" else "in an area"
    return f"{at}{size}, {lower} to {upper}"


def _altitude(said: dict[str, object]) -> str:
    if said["datum"] in ("SFC", "UNL"):
        return str(said["datum"])
    return f"{said['value']} {said['unit']} {said['datum']}"


def _met(found: HoldView) -> str:
    return ": this has come" if found.until.met else ""


def _on(each: HoldOnView, found: HoldView) -> Iterator[str]:
    came = "" if not found.mine else "; delivered" if each.delivered else "; NOT DELIVERED"
    yield f"on        {shorten(_peer(each), 60)}: {each.words}{came}"
    if each.lifted is not None:
        early = "" if found.until.met else "; its condition has not come"
        yield f"          lifted {each.lifted} by {counted(each.signatures, 'officer')}{early}"
    elif each.signatures:
        yield f"          a lift has {each.signatures} of {each.needed} signatures: it counts for nothing"


def _inside(found: HoldView) -> Iterator[str]:
    for each in found.inside[:LISTED]:
        begun = "may not begin" if each.state == "accepted" else f"HAS BEGUN ({each.state})"
        yield f"inside    {shorten(each.label or each.plan, 60)}  {each.plan[:SHORT]}: {begun}"
    for one in found.theirs[:LISTED]:
        begun = "not begun" if one.state == "accepted" else f"HAS BEGUN ({one.state})"
        by = f", by override of {shorten(one.override, 60)}" if one.override else ""
        name = shorten(one.callsign or "no callsign", 60)
        yield f"theirs    {shorten(one.label or '', 60)}: {name}  {one.notice[:SHORT]}: {begun}{by}"
    more = max(0, len(found.inside) - LISTED) + max(0, len(found.theirs) - LISTED)
    if more:
        yield f"          and {more:,} more"


def _peer(each: HoldOnView) -> str:
    return each.label or each.line[:SHORT]
