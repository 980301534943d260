"""Meridians, parallels, scale bar and north of a map."""

from __future__ import annotations

import math

import numpy as np

from wideberth.render.svg import GRID, INK, PAPER, SOFT, Spots, path, tag, text, width
from wideberth.render.view import Array, View

_STEPS = tuple(
    [30.0, 20.0, 10.0, 5.0, 2.0, 1.0]
    + [minutes / 60 for minutes in (30.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)]
)
_LINES = 5
"""Meridians or parallels that a map shows at most."""


def graticule(seen: View) -> tuple[str, str]:
    """Lines (to be clipped to the frame) and their labels outside the frame."""
    left, top, right, bottom = seen.frame
    grid = np.stack(np.meshgrid(np.linspace(left, right, 25), np.linspace(top, bottom, 25)), -1).reshape(
        -1, 2
    )
    here = seen.positions(grid)
    lons = seen.lon + (here[:, 0] - seen.lon + 180.0) % 360.0 - 180.0
    lines, labels = [], []
    west, east = float(lons.min()), float(lons.max())
    south, north = float(here[:, 1].min()), float(here[:, 1].max())
    if east - west > 200:  # a pole is in sight, or most of the Earth
        west, east = -180.0, 179.9
        north = 90.0 if north > 0 else north
        south = -90.0 if south < 0 else south
    step_x, step_y = _step(east - west), _step(north - south)
    spots = Spots(left - 70, top, right + 30, bottom + 40)
    for k in range(math.ceil(west / step_x), math.floor(east / step_x) + 1):
        lat = np.linspace(max(-90.0, south - step_y), min(90.0, north + step_y), 60)
        line = seen.pixels(np.stack([np.full(60, k * step_x), lat], -1))
        lines.append(path([(float(x), float(y)) for x, y in line], closed=False))
        x = _crossing(line[:, ::-1], bottom)
        words = _angle(k * step_x, step_x, "EW")
        if x is not None and left <= x <= right:
            at = spots.place([(x, bottom + 13)], width(words, 11), 13)
            labels += [text(x, bottom + 17, words, size=11, anchor="middle", colour=SOFT)] if at else []
    for k in range(math.ceil(south / step_y), math.floor(north / step_y) + 1):
        lon = np.linspace(west - step_x, east + step_x, 120)
        line = seen.pixels(np.stack([lon, np.full(120, k * step_y)], -1))
        lines.append(path([(float(x), float(y)) for x, y in line], closed=False))
        y = _crossing(line, left)
        words = _angle(k * step_y, step_y, "NS")
        if y is not None and top + 6 <= y <= bottom - 6:
            labels.append(text(left - 6, y + 4, words, size=11, anchor="end", colour=SOFT))
    drawn = tag("path", {"d": "".join(lines) or "M0 0", "fill": "none", "stroke": GRID, "stroke_width": 1})
    return drawn, "".join(labels)


def scale_bar(seen: View, metric: bool, spots: Spots) -> str:
    """A bar of a round length at the lower left."""
    left, _, right, bottom = seen.frame
    unit = 1_000.0 if metric else 1_852.0
    most = (right - left) * 0.24 * seen.scale / unit
    small = metric is False and most < 0.1
    if small or (metric and most < 1):
        unit, most = 1.0, most * unit
    size = 10.0 ** math.floor(math.log10(most))
    size *= max(m for m in (1, 2, 5) if m * size <= most)
    long = size * unit / seen.scale
    words = f"{size:g} {'m' if unit == 1.0 else 'km' if metric else 'NM'}"
    x, y = left + 14, bottom - 14
    spots.take((left, y - 26, x + long + 14, bottom))
    bar = path([(x, y - 5), (x, y), (x + long, y), (x + long, y - 5)], closed=False)
    under = tag("path", {"d": bar, "fill": "none", "stroke": PAPER, "stroke_width": 5})
    over = tag("path", {"d": bar, "fill": "none", "stroke": INK, "stroke_width": 1.6})
    return under + over + text(x + long / 2, y - 7, words, size=11, anchor="middle", halo=True)


def north_arrow(seen: View, spots: Spots) -> str:
    """North is up at the middle of the map."""
    _, top, right, _ = seen.frame
    x, y = right - 20, top + 16
    spots.take((x - 14, top, right, y + 36))
    arrow = path([(x, y), (x + 6, y + 18), (x, y + 13.5), (x - 6, y + 18)], closed=True)
    shape = tag("path", {"d": arrow, "fill": INK, "stroke": PAPER, "stroke_width": 1})
    return shape + text(x, y + 31, "N", size=12, anchor="middle", bold=True, halo=True)


def _step(span: float) -> float:
    for step in reversed(_STEPS):
        if span / step <= _LINES:
            return step
    return _STEPS[0]


def _crossing(line: Array, at: float) -> float | None:
    """Where a line crosses x = at: the y of the first crossing."""
    x, y = line[:, 0] - at, line[:, 1]
    hits = np.flatnonzero((x[:-1] <= 0) != (x[1:] <= 0))
    if not len(hits):
        return None
    k = hits[0]
    return float(y[k] + (y[k + 1] - y[k]) * x[k] / (x[k] - x[k + 1]))


def _angle(value: float, step: float, signs: str) -> str:
    """`33°E`, `33°30′E`, `33°30.25′E`, as fine as the step."""
    turned = (value + 180.0) % 360.0 - 180.0 if signs == "EW" else value
    places = 0 if step * 60 >= 1 else 1 if step * 60 >= 0.1 else 2
    minutes = round(abs(turned) * 60, places)
    sign = "" if minutes in (0, 180 * 60) else signs[0] if turned > 0 else signs[1]
    degrees, rest = divmod(minutes, 60)
    if step >= 1:
        return f"{degrees:.0f}°{sign}"
    return f"{degrees:.0f}°{rest:0{2 if places == 0 else 3 + places}.{places}f}′{sign}"
