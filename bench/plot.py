"""A log-log chart as SVG, from the same parts as the product's pictures: no dependency for one figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wideberth.render.svg import FONT, GRID, INK, PAPER, SOFT, path, style, tag, text

WIDTH, HEIGHT = 980.0, 560.0
LEFT, TOP, RIGHT, BOTTOM = 80.0, 60.0, 690.0, 490.0
ROW = 18.0


@dataclass(frozen=True, slots=True)
class Line:
    """`points` are (number of volumes, seconds), all over 0; the product's own lines are drawn thick."""

    title: str
    points: tuple[tuple[float, float], ...]
    ours: bool = False


def chart(lines: Sequence[Line], title: str) -> str:
    """Seconds against numbers of volumes, both logarithmic. At least one line with one point."""
    xs, ys = ([point[axis] for line in lines for point in line.points] for axis in (0, 1))
    (x0, x1), (y0, y1) = _decades(xs), _decades(ys)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x0) / (x1 - x0)
        up = (math.log10(y) - y0) / (y1 - y0)
        return LEFT + across * (RIGHT - LEFT), BOTTOM - up * (BOTTOM - TOP)

    parts = [
        tag("rect", {"width": WIDTH, "height": HEIGHT, "fill": PAPER}),
        text(LEFT, 30, title, size=16, bold=True),
    ]
    for power in range(x0, x1 + 1):
        x, _ = place(10.0**power, 10.0**y0)
        parts.append(tag("path", {"d": path([(x, TOP), (x, BOTTOM)], closed=False), "stroke": GRID}))
        parts.append(text(x, BOTTOM + 20, f"{10**power:,}", anchor="middle", colour=SOFT))
    for power in range(y0, y1 + 1):
        _, y = place(10.0**x0, 10.0**power)
        parts.append(tag("path", {"d": path([(LEFT, y), (RIGHT, y)], closed=False), "stroke": GRID}))
        parts.append(text(LEFT - 8, y + 4, f"{10.0**power:g} s", anchor="end", colour=SOFT))
    parts.append(text((LEFT + RIGHT) / 2, BOTTOM + 45, "volumes", anchor="middle"))
    order = sorted(range(len(lines)), key=lambda k: (-lines[k].points[-1][0], -lines[k].points[-1][1]))
    rows = {k: rank for rank, k in enumerate(order)}
    for k, line in enumerate(lines):
        parts += _drawn(line, k, [place(*point) for point in line.points], TOP + 10 + ROW * rows[k])
    inside = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}",
        "font_family": FONT,
    }
    return tag("svg", {**inside, "role": "img"}, tag("title", {}, title), *parts) + "\n"


def _drawn(line: Line, index: int, points: list[tuple[float, float]], key: float) -> list[str]:
    """A line with its marks, and its name in the key at the right: dash and colour both tell it apart."""
    look = style(index)
    stroke = {
        "fill": "none",
        "stroke": INK if line.ours else look.colour,
        "stroke_width": 3 if line.ours else 1.6,
        "stroke_dasharray": "none" if line.ours and index == 0 else look.dash or "none",
    }
    parts = [tag("path", {"d": path(points, closed=False), **stroke})]
    parts += [tag("circle", {"cx": x, "cy": y, "r": 3, "fill": stroke["stroke"]}) for x, y in points]
    end = RIGHT + 20
    parts.append(tag("path", {"d": path([(end, key), (end + 28, key)], closed=False), **stroke}))
    parts.append(text(end + 36, key + 4, line.title, bold=line.ours))
    return parts


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Powers of ten around all values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
