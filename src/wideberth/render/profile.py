"""The altitude–time profile of one conflict: both volumes as bars, their common time shaded.

Altitudes stand as stated: where the two volumes use different datums the axis says so, and the bars
carry their own limits, because heights above different zeros cannot be read off against each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from wideberth.conflict.offer import Offer
from wideberth.conflict.result import Conflict
from wideberth.formats.reading import Filed
from wideberth.render.axes import Scale, height_axis, time_axis
from wideberth.render.offers import offer_words
from wideberth.render.report import Report, name_of, plans_of
from wideberth.render.svg import (
    INK,
    LINE,
    PAPER,
    SOFT,
    Spots,
    Style,
    badge,
    fit,
    path,
    tag,
    text,
    width,
)
from wideberth.render.view import Box
from wideberth.render.words import axes, duration
from wideberth.space.altitude import Altitude, show
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE
from wideberth.space.volume import Volume

CONTEXT = 6
"""A window is cut where it is longer than this many times the shorter one, and runs out of the panel."""
HEAD, FOOT_ROOM, SIDE = 71.0, 34.0, 52.0
ARROW = 7.0


class Side(Struct, frozen=True):
    """One of the two volumes: its plan, party's style and the volume itself."""

    filed: Filed
    style: Style
    volume: Volume


def profile(report: Report, number: int, conflict: Conflict, styles: dict[str, Style], box: Box) -> str:
    """The panel of one conflict inside `box` (pixels)."""
    left, top, right, bottom = box
    filed = plans_of(report)
    sides = []
    for key, k in zip(conflict.plans, conflict.volumes, strict=True):
        found = filed[key][1]
        sides.append(Side(found, styles[found.plan.party], found.plan.volumes[k]))
    plot = (left + SIDE, top + HEAD, right - 8, bottom - FOOT_ROOM)
    changes = _changes(report, conflict, sides)
    volumes = [side.volume for side in (*sides, *(side for side, _ in changes))]
    times = _time_scale(report, conflict, volumes, plot)
    heights, unit, title = _height_scale(volumes, report.metric, plot)
    head = _head(report, number, conflict, sides, box)
    grid = time_axis(times, plot, report.zone) + height_axis(heights, unit, title, plot)
    spots = Spots(*plot)
    bars = [_bar(side, times, heights, plot, spots) for side in sides]
    outlines = [_outline(side, times, heights, plot) for side, _ in changes]
    shade, shade_label = _shade(conflict, times, plot, spots)
    edges = [_edges(side, times, heights, plot)[0] for side in sides]
    labels = [
        _label(_limits(side.volume, report.metric), edges[k], edges[1 - k], plot, spots)
        for k, side in enumerate(sides)
    ]
    labels += [
        _label(offer_words(offer, report.metric), _edges(side, times, heights, plot)[0], plot, plot, spots)
        for side, offer in changes
    ]
    frame: dict[str, object] = {
        "x": plot[0],
        "y": plot[1],
        "width": plot[2] - plot[0],
        "height": plot[3] - plot[1],
    }
    clip = tag("clipPath", {"id": f"panel-{number}"}, tag("rect", frame))
    inside = tag("g", {"clip_path": f"url(#panel-{number})"}, shade, *bars, *outlines)
    outline = tag("rect", {**frame, "fill": "none", "stroke": LINE})
    paper = tag("rect", {**frame, "fill": PAPER})
    return "".join([clip, head, paper, grid, inside, outline, shade_label, *labels])


def _changes(report: Report, conflict: Conflict, sides: Sequence[Side]) -> list[tuple[Side, Offer]]:
    """The two volumes as they would be, where a change that is shown moves them in time or altitude."""
    return [
        (Side(side.filed, side.style, offer.after.volumes[k]), offer)
        for side, key, k in zip(sides, conflict.plans, conflict.volumes, strict=True)
        for offer in report.changes
        if offer.plan == key and k in offer.volumes and not offer.by_h
    ]


def _outline(side: Side, times: Scale, heights: Scale, plot: Box) -> str:
    """A bar as it would be: only its outline."""
    (left, top, right, bottom), _ = _edges(side, times, heights, plot)
    return tag(
        "rect",
        {
            "x": left,
            "y": top,
            "width": right - left,
            "height": bottom - top,
            "fill": "none",
            "stroke": side.style.colour,
            "stroke_width": 3,
        },
    )


def _head(report: Report, number: int, conflict: Conflict, sides: Sequence[Side], box: Box) -> str:
    """Who, and how close on each axis."""
    left, top, right, _ = box
    room = right - left - 44
    parts = [badge(left + 11, top + 11, number)]
    for line, side in enumerate(sides):
        plan, y = side.filed.plan, top + 15 + 16 * line
        swatch: dict[str, object] = {
            "x": left + 26,
            "y": y - 9,
            "width": 12,
            "height": 10,
            "fill": f"url(#hatch-{side.style.index})",
            "stroke": side.style.colour,
            "stroke_width": 1.4,
        }
        parts.append(tag("rect", swatch))
        # a party that is only the file's path would crowd out the plan; the legend has it
        words = name_of(plan) if "/" in plan.party else f"{plan.party} · {name_of(plan)}"
        parts.append(text(left + 44, y, fit(words, room, 12), bold=True))
    words = _gaps(conflict, report.metric, right - left - 26)
    parts.append(text(left + 26, top + 48, fit(words, right - left - 26, 10), size=10, colour=SOFT))
    return "".join(parts)


def _gaps(conflict: Conflict, metric: bool, room: float) -> str:
    """`horizontal 2.09 NM of 3 NM · overlap: vertical, time`; what does not fit is where they overlap."""
    shown = axes(conflict, metric)
    apart = [f"{name} {figure}" for name, figure in shown if not figure.startswith("overlap")]
    overlap = [name for name, figure in shown if figure.startswith("overlap")]
    if conflict.agl_unresolved:
        apart.append("ground height unknown")
    full = " · ".join([*apart, f"overlap: {', '.join(overlap)}"] if overlap else apart)
    return full if width(full, 10) <= room else " · ".join(apart)


def _time_scale(report: Report, conflict: Conflict, volumes: Sequence[Volume], plot: Box) -> Scale:
    """All that both windows have, cut to what is near the shorter one."""
    ends = [t for volume in volumes for t in (volume.start, volume.end) if t is not None]
    if not ends:
        ends = [report.as_of]
    inner = [t for t in (conflict.start, conflict.end) if t is not None] or [min(ends), max(ends)]
    spans = [v.end - v.start for v in volumes if v.start is not None and v.end is not None]
    least = max(min(spans, default=0), max(inner) - min(inner), 10_000)
    low = max(min(ends), min(inner) - least * CONTEXT // 2)
    high = min(max(ends), max(inner) + least * CONTEXT // 2)
    rim = max((high - low) * 0.12, 30_000 if spans else 1_800_000)
    return Scale(low - rim, high + rim, plot[0], plot[2])


def _height_scale(volumes: Sequence[Volume], metric: bool, plot: Box) -> tuple[Scale, int, str]:
    """The scale in 0.1 mm, the unit of its ticks in 0.1 mm, and its title."""
    limits = [limit for volume in volumes for limit in (volume.lower, volume.upper)]
    stated = [limit for limit in limits if limit.datum not in ("SFC", "UNL")]
    datums = sorted({limit.datum for limit in stated})
    values = [limit.value for limit in stated]
    on_ground = any(limit.datum == "SFC" for limit in limits)
    # the ground is drawn unless that would squash the bars
    if (
        on_ground
        and values
        and (
            len(set(values)) == 1
            or max(values) <= 5_000 * FOOT
            or max(values) - min(values) > 0.15 * max(values)
        )
    ):
        values.append(0)
    low, high = min(values, default=0), max(values, default=3_000 * METRE)
    span = max(high - low, max(abs(high), 1_000 * FOOT) * 0.08, 100 * FOOT)
    scale = Scale(low - span * 0.22, high + span * 0.3, plot[3], plot[1])
    if datums == ["FL"]:
        return scale, FLIGHT_LEVEL, "flight level"
    unit, name = (METRE, "m") if metric else (FOOT, "ft")
    if len(datums) == 1:
        return scale, unit, f"{name} {datums[0]}"
    return scale, unit, f"{name}, datums differ" if datums else ""


def _edges(side: Side, times: Scale, heights: Scale, plot: Box) -> tuple[list[float], list[bool]]:
    """Left, top, right, bottom of a bar in pixels, and which of them run out of the panel."""
    volume = side.volume
    left, right = (None if t is None else times.at(t) for t in (volume.start, volume.end))
    top, bottom = (_height(limit, heights) for limit in (volume.upper, volume.lower))
    edges = [plot[i] if edge is None else edge for i, edge in enumerate((left, top, right, bottom))]
    beyond = [
        left is None or left < plot[0],
        top is None or top < plot[1],
        right is None or right > plot[2],
        bottom is None or bottom > plot[3],
    ]
    if edges[3] - edges[1] < 3:
        edges[1], edges[3] = edges[1] - 1.5, edges[3] + 1.5
    if edges[2] - edges[0] < 3:
        edges[0], edges[2] = edges[0] - 1.5, edges[2] + 1.5
    inside = [max(edges[0], plot[0]), max(edges[1], plot[1]), min(edges[2], plot[2]), min(edges[3], plot[3])]
    return inside, beyond


def _height(limit: Altitude, heights: Scale) -> float | None:
    if limit.datum == "UNL" or (limit.datum == "SFC" and not heights.holds(0)):
        return None
    return heights.at(limit.value)


def _bar(side: Side, times: Scale, heights: Scale, plot: Box, spots: Spots) -> str:
    """A bar; sides that run on have no edge but an arrow."""
    (left, top, right, bottom), beyond = _edges(side, times, heights, plot)
    fill: dict[str, object] = {
        "x": left,
        "y": top,
        "width": right - left,
        "height": bottom - top,
        "fill": f"url(#hatch-{side.style.index})",
    }
    corners = [(left, bottom), (left, top), (right, top), (right, bottom), (left, bottom)]
    data = "".join(path(corners[i : i + 2], closed=False) for i, runs_on in enumerate(beyond) if not runs_on)
    line: dict[str, object] = {
        "d": data or "M0 0",
        "fill": "none",
        "stroke": side.style.colour,
        "stroke_width": 2,
    }
    if side.style.dash:
        line["stroke_dasharray"] = side.style.dash
    arrows = [_arrow(k, (left, top, right, bottom), side.style.colour, spots) for k in range(4) if beyond[k]]
    return tag("rect", fill) + tag("path", line) + "".join(arrows)


def _arrow(edge: int, bar: Sequence[float], colour: str, spots: Spots) -> str:
    """A head that points out of the panel at the middle of one edge of a bar."""
    left, top, right, bottom = bar
    x, y = (left + right) / 2, (top + bottom) / 2
    a = ARROW
    heads = (
        [(left + 2, y), (left + 2 + a, y - a * 0.7), (left + 2 + a, y + a * 0.7)],
        [(x, top + 2), (x - a * 0.7, top + 2 + a), (x + a * 0.7, top + 2 + a)],
        [(right - 2, y), (right - 2 - a, y - a * 0.7), (right - 2 - a, y + a * 0.7)],
        [(x, bottom - 2), (x - a * 0.7, bottom - 2 - a), (x + a * 0.7, bottom - 2 - a)],
    )
    xs, ys = [x for x, _ in heads[edge]], [y for _, y in heads[edge]]
    spots.take((min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1))
    return tag("path", {"d": path(heads[edge], closed=True), "fill": colour, "stroke": PAPER})


def _shade(conflict: Conflict, times: Scale, plot: Box, spots: Spots) -> tuple[str, str]:
    """The time in common, or the time between; and what to call it."""
    left = plot[0] if conflict.start is None else times.at(conflict.start)
    right = plot[2] if conflict.end is None else times.at(conflict.end)
    apart = conflict.gap.t or 0
    words = f"{duration(apart)} apart" if apart else "both"
    left, right = max(left, plot[0]), min(right, plot[2])
    box: dict[str, object] = {
        "x": left,
        "y": plot[1],
        "width": max(1.5, right - left),
        "height": plot[3] - plot[1],
    }
    look: dict[str, object] = {"fill": INK, "fill_opacity": "0.09" if not apart else "0.04"}
    edges = path([(left, plot[1]), (left, plot[3])], False) + path(
        [(right, plot[1]), (right, plot[3])], False
    )
    dashes = tag("path", {"d": edges, "stroke": SOFT, "stroke_width": 1, "stroke_dasharray": "3 3"})
    middle = max(plot[0] + 30, min((left + right) / 2, plot[2] - 30))
    offers = [(x, y) for y in (plot[1] + 9, plot[3] - 9) for x in (middle, left + 20, right - 20)]
    spot = spots.place(offers, width(words, 10), 13)
    label = (
        text(spot[0], spot[1] + 4, words, size=10, anchor="middle", colour=SOFT, halo=True) if spot else ""
    )
    return tag("rect", {**box, **look}) + dashes, label


def _label(words: str, bar: Sequence[float], other: Sequence[float], plot: Box, spots: Spots) -> str:
    """The limits of a bar in words: inside it if there is room, else beside it, off the other if possible."""
    left, top, right, bottom = bar
    wide = width(words, 10) + 4
    x, y, half = (left + right) / 2, (top + bottom) / 2, wide / 2
    inner, outer = (left + half + 4, right - half - 4, x), (x, plot[2] - half - 2, plot[0] + half + 2)
    rows = (top + 10, bottom - 10, y) if bottom - top >= 17 else ()
    inside = [(c, row) for row in rows for c in inner if right - left > wide + 4]
    beside = [(right + half + 5, y), (left - half - 5, y)]
    beside += [(c, row) for row in (top - 9, bottom + 9) for c in outer]
    rest = [(c, row) for row in (top + 10, bottom - 10, top + 26, bottom - 26) for c in outer]
    off = [
        (c, row)
        for c, row in (*inside, *beside)
        if c + half <= other[0] or c - half >= other[2] or row + 6 <= other[1] or row - 6 >= other[3]
    ]
    spot = spots.place([*off, *inside, *beside, *rest], wide, 13)
    if spot is None:
        return ""
    return text(spot[0], spot[1] + 3.5, words, size=10, anchor="middle", colour=INK, bold=True, halo=True)


def _limits(volume: Volume, metric: bool) -> str:
    """`FL150 – FL160`, `1,500 – 2,500 ft ALT`, `FL310` where both are one."""
    lower, upper = show(volume.lower, metric), show(volume.upper, metric)
    if lower == upper:
        return lower
    if volume.lower.datum == volume.upper.datum and " " in lower:
        lower = lower.split(" ", 1)[0]
    return f"{lower} – {upper}"
