"""A relay tree as a picture in black on white: a mark, words and the line say where a branch is broken.

Colour says nothing here: the picture is printed, copied and read at night.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, Literal

from msgspec import Struct

from wideberth.errors import shorten
from wideberth.model.relay import NEVER
from wideberth.render.svg import FONT, INK, PAPER, fit, tag, text, width

Chain = Literal["whole", "broken", "below"]
MARKS: Final[dict[Chain, str]] = {"whole": "✓", "broken": "✗", "below": "✗"}
"""Of a cell: it and all above it have confirmed; it is the first of its branch that has not; it stands below
such a one.
"""
BROKEN: Final = "BROKEN HERE"
BELOW: Final = "below a break"

WIDE, ROW, TOP, STEP = 900.0, 34.0, 78.0, 30.0


class Branch(Struct, frozen=True):
    """A cell in the tree: how deep it stands (0 at the top), what it has said, in words.

    `executor`: nobody stands below it.
    """

    name: str
    depth: int
    chain: Chain
    confirmed: bool
    words: str
    executor: bool = False


class Tree(Struct, frozen=True):
    """A tree: its cells from the top, each after the one above it."""

    title: str
    below: str
    branches: tuple[Branch, ...]
    mark: str = ""


def label(found: Branch) -> str:
    """A cell in one line, without its indentation."""
    sort = ", executing" if found.executor else ""
    return f"{said(found)}{shorten(found.name, 60)}{sort}: {found.words}"


def said(found: Branch) -> str:
    """The mark, and the words that stand beside it."""
    mark = MARKS[found.chain] if not (found.chain == "below" and found.confirmed) else "✓"
    more = {"whole": "", "broken": f"{BROKEN}: ", "below": f"({BELOW}) "}[found.chain]
    return f"{mark} {more}"


def headline(branches: Sequence[Branch]) -> str:
    """How the tree stands, in one line."""
    broken = sum(each.chain == "broken" for each in branches)
    missing = sum(not each.confirmed for each in branches)
    if not broken:
        return f"WHOLE: all {len(branches)} cells have confirmed this exact text"
    places = "1 place" if broken == 1 else f"{broken} places"
    return f"BROKEN in {places}: {missing} of {len(branches)} cells have not confirmed"


def svg(found: Tree) -> str:
    """The picture. It makes no request."""
    high = TOP + ROW * len(found.branches) + 34
    title = f"{found.mark} {found.title}".strip()
    parts = [
        tag("rect", {"width": WIDE, "height": high, "fill": PAPER}),
        text(20, 28, fit(title, WIDE - 40, 18), size=18, bold=True),
        text(20, 48, fit(found.below, WIDE - 40, 12), size=12),
        text(20, 68, headline(found.branches), size=14, bold=True),
        *_lines(found.branches),
        *(part for k, each in enumerate(found.branches) for part in _cell(each, TOP + ROW * k)),
        text(20, high - 10, fit(NEVER, WIDE - 40, 11), size=11),
    ]
    root: dict[str, object] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": WIDE,
        "height": high,
        "viewBox": f"0 0 {WIDE:.0f} {high:.0f}",
        "font_family": FONT,
        "role": "img",
    }
    named = f"<title>{escape(shorten(found.title, 300), quote=False)}</title>"
    return tag("svg", root, named, *parts)


def html(found: Tree) -> str:
    """The same as a page to be printed (A4), with every cell in words below."""
    rows = "".join(
        f"<tr><td>{escape('  ' * each.depth, quote=False)}{escape(label(each), quote=False)}</td></tr>"
        for each in found.branches
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Relay</title>'
        "<style>@page{size:A4 portrait;margin:15mm}body{font:10pt/1.4 sans-serif;max-width:180mm;"
        "margin:auto;padding:0 1mm;box-sizing:border-box}"
        "svg{max-width:100%;height:auto}td{border:.5pt solid #000;padding:1mm;white-space:pre-wrap}"
        "table{border-collapse:collapse;width:100%}</style></head>"
        f"<body>{svg(found)}<table>{rows}</table></body></html>\n"
    )


def _lines(branches: Sequence[Branch]) -> Iterator[str]:
    """From each cell to the one above it: broken where nothing has come through."""
    above: dict[int, int] = {}
    for k, each in enumerate(branches):
        above[each.depth] = k
        if each.depth == 0:
            continue
        x = 30 + STEP * (each.depth - 1)
        y0, y1 = TOP + ROW * above[each.depth - 1] + 26, TOP + ROW * k + 13
        look: dict[str, object] = {"fill": "none", "stroke": INK, "stroke_width": 2.0}
        if each.chain != "whole":
            look = {**look, "stroke_width": 1.5, "stroke_dasharray": "3 5"}
        yield tag("path", {"d": f"M{x:.0f} {y0:.0f}V{y1:.0f}H{x + STEP - 12:.0f}", **look})


def _cell(found: Branch, y: float) -> Iterator[str]:
    x = 18 + STEP * found.depth
    sort = ", executing" if found.executor else ""
    if found.chain == "broken":
        badge = f"✗ {BROKEN}"
        wide = 1.25 * width(badge, 13) + 14  # bold
        high: dict[str, object] = {"x": x, "y": y, "width": wide, "height": 26.0, "fill": INK}
        yield tag("rect", high)
        yield text(x + 7, y + 18, MARKS["broken"], size=13, bold=True, colour=PAPER)
        yield text(x + 22, y + 18, BROKEN, size=13, bold=True, colour=PAPER)
        words = f"{shorten(found.name, 60)}{sort}: {found.words}"
        yield text(x + wide + 8, y + 18, fit(words, WIDE - x - wide - 28, 13), size=13, bold=True)
        # a thick frame around all of it
        frame: dict[str, object] = {"x": x, "y": y, "width": WIDE - x - 12, "height": 26.0}
        yield tag("rect", {**frame, "fill": "none", "stroke": INK, "stroke_width": 3.0})
        return
    # the mark alone: few fonts have it, and the words are to stay in theirs
    mark, words = label(found).split(" ", 1)
    yield text(x + 2, y + 18, mark, size=13, bold=True)
    yield text(x + 20, y + 18, fit(words, WIDE - x - 40, 13), size=13)
