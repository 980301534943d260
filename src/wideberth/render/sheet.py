"""Volumes on one sheet, as their reader will have them: a map, and below it times, levels and bounds.

Nothing is compared here, and nothing is said about conflicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from msgspec import Struct

from wideberth.errors import shorten
from wideberth.formats.reading import Filed
from wideberth.formats.times import show_time
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.render.map import map_of
from wideberth.render.report import Report
from wideberth.render.strip import corners, limit
from wideberth.render.svg import FONT, PAPER, SOFT, fit, hatch, style, tag, text
from wideberth.space.extent import extent
from wideberth.space.volume import Volume

WIDE, MAP_HIGH, TOP, ROW = 900.0, 560.0, 64.0, 18.0
MOST_ROWS = 200
"""Lines of words below the map; what is left out is told."""


class Thing(Struct, frozen=True):
    """Something with volumes, and what it is called on the sheet."""

    name: str
    volumes: tuple[Volume, ...]


def svg(title: str, below: str, things: Sequence[Thing]) -> str:
    """The sheet as an SVG document; of things without volumes only the names. It makes no request."""
    shown = [each for each in things if each.volumes]
    rows = [line for each in things for line in lines(each)]
    left = len(rows) - MOST_ROWS
    if left > 0:
        rows = [*rows[:MOST_ROWS], f"and {left:,} more lines, which are not shown here"]
    map_high = MAP_HIGH if shown else 0.0
    high = TOP + map_high + ROW * (len(rows) + 2)
    styles = [style(k) for k in range(len(shown))]
    body = [
        tag("rect", {"width": WIDE, "height": high, "fill": PAPER}),
        text(20, 28, fit(title, WIDE - 40, 18), size=18, bold=True),
        text(20, 48, fit(below, WIDE - 40, 12), size=12, colour=SOFT),
    ]
    if shown:
        body.append(map_of(_report(shown), (66.0, TOP, WIDE - 18.0, TOP + map_high - 26.0)))
    for k, line in enumerate(rows):
        body.append(text(20, TOP + map_high + ROW * (k + 1), fit(line, WIDE - 40, 12), size=12))
    root: dict[str, object] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": WIDE,
        "height": high,
        "viewBox": f"0 0 {WIDE:.0f} {high:.0f}",
        "font_family": FONT,
        "role": "img",
    }
    named = f"<title>{escape(shorten(title, 300), quote=False)}</title>"
    return tag("svg", root, named, tag("defs", {}, *(hatch(each) for each in styles), ""), *body)


def lines(thing: Thing) -> list[str]:
    """What a thing is called, and each of its volumes in one line."""
    return [
        thing.name if thing.volumes else f"{thing.name}: no volumes",
        *(f"    {k}. {words(each)}" for k, each in enumerate(thing.volumes, 1)),
    ]


def words(volume: Volume) -> str:
    """When, between which levels, and between which meridians and parallels, rounded outwards."""
    return f"{times(volume)}; {levels(volume)}; {corners(extent(volume.ground, 0))}"


def times(volume: Volume) -> str:
    """The window, or what is not bounded of it."""
    start = show_time(volume.start) if volume.start is not None else "in force"
    end = show_time(volume.end) if volume.end is not None else "until further notice"
    return f"{start} – {end}"


def levels(volume: Volume, *, metric: bool = False) -> str:
    """The levels, rounded outwards to a whole foot or metre."""
    return f"{limit(volume.lower, metric, up=False)} to {limit(volume.upper, metric, up=True)}"


def _report(things: Sequence[Thing]) -> Report:
    """One that compared nothing: each thing a party of its own, so that each is drawn in its own way."""
    filed = tuple(
        ("", Filed(Plan(f"{k:06}", each.name, each.volumes), ("",) * len(each.volumes)))
        for k, each in enumerate(things)
    )
    return Report(0, filed, SeparationTable((), ""), ())
