"""The axes of a panel: values on a line of pixels, with ticks on round times and heights."""

from __future__ import annotations

import math

from msgspec import Struct

from wideberth.formats.times import show_time
from wideberth.render.svg import GRID, SOFT, path, tag, text, width
from wideberth.render.view import Box
from wideberth.space.units import FLIGHT_LEVEL

MINUTE = 60_000
_TIME_STEPS = tuple(
    [1_000, 2_000, 5_000, 10_000, 15_000, 30_000]
    + [MINUTE * m for m in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080)]
    + [MINUTE * 1_440 * d for d in (30, 90, 365, 1_825, 3_650, 18_250, 73_000, 365_000)]
)


class Scale(Struct, frozen=True):
    """Values low … high on a line of pixels a … b."""

    low: float
    high: float
    a: float
    b: float

    def at(self, value: float) -> float:
        """The pixel of a value, held near the line."""
        share = (value - self.low) / (self.high - self.low)
        return self.a + (self.b - self.a) * max(-0.1, min(1.1, share))

    def holds(self, value: float) -> bool:
        """Whether the value is on the line."""
        return self.low <= value <= self.high


def time_axis(times: Scale, plot: Box, zone: str | None) -> str:
    """Ticks on round civil times, the day and the zone below."""
    left, top, right, bottom = plot
    most = max(2, int((right - left) / 62))
    step = next((s for s in _TIME_STEPS if (times.high - times.low) / s <= most), _TIME_STEPS[-1])
    middle = int((times.low + times.high) / 2)
    shift = _shift(show_time(middle, zone))
    parts, days = [], set()
    first = math.ceil((times.low + shift) / step) * step - shift
    for at in range(int(first), int(times.high) + 1, step):
        shown, x = show_time(at, zone), times.at(at)
        days.add(shown[:10])
        words = shown[:10] if step >= 1_440 * MINUTE else shown[11:19] if step < MINUTE else shown[11:16]
        parts.append(tag("path", {"d": path([(x, top), (x, bottom)], False), "stroke": GRID}))
        words = words.rstrip("Z+-")
        if x + width(words, 10) / 2 <= right + 12:
            parts.append(text(x, bottom + 14, words, size=10, anchor="middle", colour=SOFT))
    day = "" if step >= 1_440 * MINUTE else " – ".join(dict.fromkeys([min(days), max(days)])) if days else ""
    caption = f"{day} {'UTC' if zone is None else zone}".strip()
    return "".join(parts) + text(
        (left + right) / 2, bottom + 28, caption, size=10, anchor="middle", colour=SOFT
    )


def _shift(shown: str) -> int:
    """The offset from UTC in ms that a shown time ends with (`Z`, `+02:00`)."""
    if shown.endswith("Z"):
        return 0
    sign, hours, minutes = shown[16:][-6:][0], shown[-5:-3], shown[-2:]
    return (int(hours) * 60 + int(minutes)) * MINUTE * (-1 if sign == "-" else 1)


def height_axis(heights: Scale, unit: int, title: str, plot: Box) -> str:
    """Ticks on round heights, in `unit` (0.1 mm), the title above; nothing without a title."""
    if not title:
        return ""
    return height_ticks(heights, unit, plot) + text(plot[0], plot[1] - 5, title, size=10, colour=SOFT)


def height_ticks(heights: Scale, unit: int, plot: Box) -> str:
    """The same without a title."""
    left, top, right, bottom = plot
    step = _round_step((heights.high - heights.low) / unit / 4) * unit
    parts = []
    for k in range(math.ceil(heights.low / step), math.floor(heights.high / step) + 1):
        y = heights.at(k * step)
        figure = k * step / unit
        words = f"FL{figure:03.0f}" if unit == FLIGHT_LEVEL else f"{figure:,.0f}"
        parts.append(tag("path", {"d": path([(left, y), (right, y)], False), "stroke": GRID}))
        if top + 4 < y < bottom - 3:
            parts.append(text(left - 5, y + 3.5, words, size=10, anchor="end", colour=SOFT))
    return "".join(parts)


def _round_step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(max(least, 1.0)))
    return next(m * size for m in (1, 2, 5, 10) if m * size >= least)
