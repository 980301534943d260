"""Two charts side by side, both axes logarithmic: how far off an attacker is, and how much is left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from wideberth.render.svg import FONT, GRID, INK, PAPER, SOFT, path, style, tag, text

WIDTH, HEIGHT = 980.0, 470.0
TOP, BOTTOM, WIDE = 50.0, 350.0, 380.0
LEFTS = (84.0, 570.0)


class Line(NamedTuple):
    """Points are (tellings, value), all above 0; ours are drawn thick."""

    title: str
    points: tuple[tuple[float, float], ...]


def picture(errors: Sequence[Line], areas: Sequence[Line], floor: float) -> str:
    """Metres and square kilometres against the number of tellings; `floor` is the smallest cell, km²."""
    parts = [tag("rect", {"width": WIDTH, "height": HEIGHT, "fill": PAPER})]
    parts += _panel(LEFTS[0], errors, "error of the attacker's estimate, m", None)
    parts += _panel(LEFTS[1], areas, "area where the site can still be, km²", floor)
    for k, line in enumerate(errors):
        x, y = LEFTS[0] + (k % 3) * 290, BOTTOM + 75 + 24 * (k // 3)
        parts.append(tag("path", {"d": path([(x, y), (x + 30, y)], closed=False), **_stroke(k, line)}))
        parts.append(text(x + 38, y + 4, line.title, bold=line.title.startswith("ours")))
    inside = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}"}
    title = "What is left of a coarse disclosure that is told again and again"
    return tag("svg", {**inside, "font_family": FONT, "role": "img"}, tag("title", {}, title), *parts) + "\n"


def _panel(left: float, lines: Sequence[Line], title: str, floor: float | None) -> list[str]:
    xs, ys = ([point[axis] for line in lines for point in line.points] for axis in (0, 1))
    (x0, x1), (y0, y1) = _decades(xs), _decades(ys)

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = (math.log10(x) - x0) / (x1 - x0), (math.log10(y) - y0) / (y1 - y0)
        return left + across * WIDE, BOTTOM - up * (BOTTOM - TOP)

    parts = [text(left, TOP - 20, title, size=14, bold=True)]
    for power in range(x0, x1 + 1):
        x, _ = place(10.0**power, 10.0**y0)
        parts.append(tag("path", {"d": path([(x, TOP), (x, BOTTOM)], closed=False), "stroke": GRID}))
        parts.append(text(x, BOTTOM + 20, f"{10**power:,}", anchor="middle", colour=SOFT))
    for power in range(y0, y1 + 1):
        _, y = place(10.0**x0, 10.0**power)
        line = path([(left, y), (left + WIDE, y)], closed=False)
        parts.append(tag("path", {"d": line, "stroke": GRID}))
        label = f"{10.0**power:,.0f}" if power >= 0 else f"{10.0**power:g}"
        parts.append(text(left - 8, y + 4, label, anchor="end", colour=SOFT))
    parts.append(text(left + WIDE / 2, BOTTOM + 42, "tellings", anchor="middle"))
    if floor is not None:
        _, y = place(10.0**x0, floor)
        dashed = {"stroke": INK, "stroke_dasharray": "2 4"}
        parts.append(tag("path", {"d": path([(left, y), (left + WIDE, y)], closed=False), **dashed}))
        parts.append(text(left + WIDE, y - 8, f"the smallest cell: {floor:,.0f} km²", anchor="end"))
    for k, each in enumerate(lines):
        line = path([place(*point) for point in each.points], closed=False)
        parts.append(tag("path", {"d": line, **_stroke(k, each)}))
    return parts


def _stroke(index: int, line: Line) -> dict[str, str | float]:
    look, ours = style(index), line.title.startswith("ours")
    return {
        "fill": "none",
        "stroke": look.colour,
        "stroke_width": 3.0 if ours else 1.8,
        "stroke_dasharray": "none" if index == 0 else look.dash or "none",
    }


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Powers of ten around all values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
