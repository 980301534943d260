"""Two panels of an encounter over one axis of time: altitude, and the horizontal gap against its minimum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wideberth.render.axes import Scale, height_ticks, time_axis
from wideberth.render.encounter_map import ZONE
from wideberth.render.scene import OUTSIDE, Scene
from wideberth.render.svg import INK, LINE, PAPER, SOFT, Spots, badge, fit, path, tag, text, width
from wideberth.render.view import Box
from wideberth.render.words import height, length
from wideberth.space.altitude import show
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume

SIDE, HEAD, BELOW = 52.0, 40.0, 34.0
"""Pixels for the labels of a panel: at its left, above and below."""
_FILL = "0.10"


def altitudes(found: Scene, box: Box) -> str:
    """Altitude over time, each track in the datum that it is reported in, and the bands of the zone."""
    plot = (box[0] + SIDE, box[1] + HEAD, box[2], box[3] - BELOW)
    times = Scale(found.start, found.end, plot[0], plot[2])
    lines = [side.heights(found.times.astype(float)) for side in found.sides]
    datums = list(dict.fromkeys(datum for _, datum in lines if datum))
    values = [value for line, _ in lines for value in line[np.isfinite(line)]]
    limits = [
        limit.value
        for volume in found.volumes
        for limit in (volume.lower, volume.upper)
        if limit.datum not in ("SFC", "UNL")
    ]
    if not values and not limits:
        return _frame("altitude", plot, time_axis(times, plot, None), [_none(plot, "no altitude was said")])
    inner = values or limits
    span = max(max(inner) - min(inner), 1_000 * FOOT)
    near = [each for each in limits if min(inner) - 2 * span <= each <= max(inner) + 2 * span]
    low, high = min([*inner, *near]), max([*inner, *near])
    rim = max((high - low) * 0.25, 500 * FOOT)
    scale = Scale(low - rim, high + rim, plot[3], plot[1])
    level = datums == ["FL"]
    unit = FLIGHT_LEVEL if level else METRE if found.metric else FOOT
    name = "m" if found.metric else "ft"
    axis = "flight level" if level else f"{name} {datums[0]}" if len(datums) == 1 else f"{name} as reported"
    parts = [_band(volume, times, scale, plot) for volume in found.volumes]
    parts.append(_needed(found, lines, times, scale))
    spots = Spots(*plot)
    names = []
    for side, (line, datum) in zip(found.sides, lines, strict=True):
        parts.append(_line(found.times, line, times, scale, side.style.colour, side.style.dash))
        said = side.name if datum else f"{side.name}: no altitude"
        more = f" ({datum})" if datum and len(datums) > 1 else ""
        names.append(_named(f"{said}{more}", found.times, line, times, scale, side.style.colour, spots))
    grid = time_axis(times, plot, None) + height_ticks(scale, unit, plot) + _title(f"Altitude, {axis}", plot)
    return _frame("altitude", plot, grid, [*parts, *names], _marks(found, times, plot))


def gaps(found: Scene, box: Box) -> str:
    """The horizontal gap over time; shaded where it is below its minimum, and the vertical one is too."""
    plot = (box[0] + SIDE, box[1] + HEAD, box[2], box[3] - BELOW)
    times = Scale(found.start, found.end, plot[0], plot[2])
    known = np.isfinite(found.gaps)
    if not known.any():
        words = "no gap is known: there is one track only"
        return _frame("gap", plot, time_axis(times, plot, None), [_none(plot, words)])
    required = found.encounter.alert.worst.required_h
    top = max(float(np.nanmax(found.gaps)), (required or 0) * 1.3, 100.0 * METRE)
    if required:
        top = min(top, required * 4.0)
    scale = Scale(0.0, top * 1.08, plot[3], plot[1])
    unit, name = _unit(top, found.metric)
    parts = [_short(found, times, scale, plot)]
    spots = Spots(*plot)
    if required:
        y = scale.at(required)
        words = f"{length(required, found.metric, up=True)} minimum"
        rule = {"d": path([(plot[0], y), (plot[2], y)], closed=False), "stroke": INK, "stroke_width": 1.4}
        parts.append(tag("path", {**rule, "stroke_dasharray": "5 4"}))
        wide = width(words, 10) + 4
        spot = spots.place([(plot[2] - wide / 2 - 2, y - 8), (plot[0] + wide / 2 + 2, y - 8)], wide, 12)
        if spot is not None:
            parts.append(text(spot[0], spot[1] + 3.5, words, size=10, anchor="middle", halo=True))
    parts.append(_line(found.times, found.gaps, times, scale, INK, ""))
    if found.closest is not None:
        x, y = times.at(found.closest.at_ms), scale.at(found.closest.h)
        parts.append(
            tag("circle", {"cx": x, "cy": y, "r": 4.0, "fill": PAPER, "stroke": INK, "stroke_width": 2})
        )
        words = length(found.closest.h, found.metric) if found.closest.h else "inside"
        offers = [(x, y - 14), (x + 34, y - 12), (x - 34, y - 12), (x, y - 28)]
        spot = spots.place(offers, width(words, 11), 14)
        if spot is not None:
            parts.append(text(spot[0], spot[1] + 4, words, size=11, anchor="middle", bold=True, halo=True))
    what = "to the other track" if len(found.sides) == 2 else f"to {fit(found.zone, 150, 10)}"
    title = _title(f"Horizontal gap {what}, {name}", plot)
    grid = time_axis(times, plot, None) + height_ticks(scale, unit, plot) + title
    return _frame("gap", plot, grid, parts, _marks(found, times, plot))


def _frame(name: str, plot: Box, grid: str, parts: Sequence[str], above: str = "") -> str:
    box: dict[str, object] = {
        "x": plot[0],
        "y": plot[1],
        "width": plot[2] - plot[0],
        "height": plot[3] - plot[1],
    }
    return "".join(
        [
            tag("clipPath", {"id": f"panel-{name}"}, tag("rect", box)),
            tag("rect", {**box, "fill": PAPER}),
            grid,
            tag("g", {"clip_path": f"url(#panel-{name})"}, *parts, ""),
            tag("rect", {**box, "fill": "none", "stroke": LINE}),
            above,
        ]
    )


def _title(words: str, plot: Box) -> str:
    return text(plot[0], plot[1] - 27, words, size=12, bold=True)


def _none(plot: Box, words: str) -> str:
    return text(
        (plot[0] + plot[2]) / 2, (plot[1] + plot[3]) / 2, words, size=12, anchor="middle", colour=SOFT
    )


def _line(
    at: NDArray[np.float64], values: NDArray[np.float64], times: Scale, scale: Scale, colour: str, dash: str
) -> str:
    """A line where values are known, broken where they are not."""
    runs: list[list[tuple[float, float]]] = [[]]
    for moment, value in zip(at.tolist(), values.tolist(), strict=True):
        if np.isnan(value):
            runs.append([])
        else:
            runs[-1].append((times.at(moment), scale.at(value)))
    data = "".join(path(run, closed=False) for run in runs if len(run) > 1)
    if not data:
        return ""
    look: dict[str, object] = {
        "d": data,
        "fill": "none",
        "stroke": colour,
        "stroke_width": 2.2,
        "stroke_linejoin": "round",
    }
    if dash:
        look["stroke_dasharray"] = dash
    return tag("path", look)


def _named(
    words: str,
    at: NDArray[np.float64],
    values: NDArray[np.float64],
    times: Scale,
    scale: Scale,
    colour: str,
    spots: Spots,
) -> str:
    """The name of a line, beside it."""
    known = np.flatnonzero(np.isfinite(values))
    wide = width(words, 10) + 4
    offers: list[tuple[float, float]] = []
    for share in (0.1, 0.85, 0.3, 0.6) if len(known) else ():
        k = known[int(share * (len(known) - 1))]
        x, y = times.at(float(at[k])), scale.at(float(values[k]))
        offers += [(max(x, times.a + wide / 2 + 3), y - 10), (max(x, times.a + wide / 2 + 3), y + 11)]
    offers += [(times.a + wide / 2 + 6, scale.b + 12 + 14 * row) for row in range(3)]
    spot = spots.place(offers, wide, 13)
    if spot is None:
        return ""
    return text(spot[0], spot[1] + 3.5, words, size=10, anchor="middle", colour=colour, bold=True, halo=True)


def _band(volume: Volume, times: Scale, scale: Scale, plot: Box) -> str:
    """A volume of the zone, as high and as long as it is stated; what has no limit goes to the rim."""
    left = plot[0] if volume.start is None else times.at(volume.start)
    right = plot[2] if volume.end is None else times.at(volume.end)
    top = plot[1] if volume.upper.datum in ("SFC", "UNL") else scale.at(volume.upper.value)
    bottom = plot[3] if volume.lower.datum in ("SFC", "UNL") else scale.at(volume.lower.value)
    look: dict[str, object] = {
        "x": left,
        "y": top,
        "width": max(right - left, 1.0),
        "height": max(bottom - top, 1.0),
        "fill": f"url(#hatch-{ZONE.index})",
        "stroke": ZONE.colour,
        "stroke_width": 1.2,
    }
    words = f"{show(volume.lower)} – {show(volume.upper)}"
    x, y = max(left, plot[0]) + 6, min(max(top, plot[1]) + 13, plot[3] - 4)
    return tag("rect", look) + text(x, y, words, size=9, colour=ZONE.colour, halo=True)


def _needed(
    found: Scene, lines: Sequence[tuple[NDArray[np.float64], str]], times: Scale, scale: Scale
) -> str:
    """The band around one of two tracks in which the other is vertically too near."""
    required = found.encounter.alert.worst.required_v
    if not required or len(lines) < 2 or not lines[0][1] or lines[0][1] != lines[1][1]:
        return ""
    line = lines[0][0]
    known = np.isfinite(line)
    if known.sum() < 2:
        return ""
    at, values = found.times[known].tolist(), line[known].tolist()
    above = [(times.at(t), scale.at(v + required)) for t, v in zip(at, values, strict=True)]
    below = [(times.at(t), scale.at(v - required)) for t, v in zip(at, values, strict=True)]
    look = {"fill": found.sides[0].style.colour, "fill_opacity": _FILL}
    area = tag("path", {"d": path([*above, *below[::-1]], closed=True), **look})
    x, y = above[len(above) // 2][0], max(above[len(above) // 2][1], scale.b)
    words = f"within {height(required, found.metric, up=True)} of {found.sides[0].name}"
    label = text(x, y + 12, words, size=9, anchor="middle", colour=SOFT, halo=True)
    return area + label


def _short(found: Scene, times: Scale, scale: Scale, plot: Box) -> str:
    """Where neither minimum is kept."""
    if found.encounter.alert.key.kind in OUTSIDE:
        return ""
    finding = found.encounter.alert.worst
    under = np.nan_to_num(found.gaps, nan=np.inf) < (finding.required_h or 1)
    if finding.required_v:
        under &= np.nan_to_num(found.vertical, nan=0.0) < finding.required_v
    parts = []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], under.astype(int), [0]])))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        left, right = times.at(float(found.times[first])), times.at(float(found.times[last - 1]))
        top = scale.at(finding.required_h) if finding.required_h else plot[1]
        look = {"x": left, "y": top, "width": max(right - left, 2.0), "height": plot[3] - top}
        parts.append(tag("rect", {**look, "fill": "url(#short)"}))
    return "".join(parts)


def _marks(found: Scene, times: Scale, plot: Box) -> str:
    """What happened: a line at its moment, and its number above; numbers step aside for each other."""
    parts, last = [], -np.inf
    for mark in found.marks:
        if not found.start <= mark.at_ms <= found.end:
            continue
        x = times.at(mark.at_ms)
        line = path([(x, plot[1] - 2), (x, plot[3])], closed=False)
        parts.append(tag("path", {"d": line, "stroke": INK, "stroke_width": 1, "stroke_dasharray": "2 3"}))
        place = max(x, last + 20)
        last = place
        parts.append(badge(place, plot[1] - 11, mark.number))
    return "".join(parts)


def _unit(top: float, metric: bool) -> tuple[int, str]:
    """The unit of an axis of gaps, in 0.1 mm, and its name."""
    if metric:
        return (1_000 * METRE, "km") if top >= 4_000 * METRE else (METRE, "m")
    return (NAUTICAL_MILE, "NM") if top >= 2 * NAUTICAL_MILE else (METRE, "m")
