"""Where and when the two notices of a case are: a map, and altitude over time, for black on white paper."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from msgspec import Struct

from wideberth.desk.notices import Notice
from wideberth.formats.reading import Filed
from wideberth.formats.times import show_time
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.render.axes import Scale
from wideberth.render.graticule import graticule, north_arrow, scale_bar
from wideberth.render.report import Report
from wideberth.render.svg import FONT, INK, SOFT, Spots, fit, path, tag, text
from wideberth.render.view import drawn, view
from wideberth.space.altitude import Altitude, show
from wideberth.space.volume import Volume

WIDE, HIGH = 640.0, 380.0
PROFILE, KEY = 220.0, 24.0
_LEFT, _RIGHT = 66.0, 26.0
_ANGLES, _DASHES = (45, -45), ("", "6 3")


class Side(Struct, frozen=True):
    """A notice as it is drawn: what it is called, and what it tells."""

    name: str
    notice: Notice

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """Where and when; none in conflict-only."""
        return self.notice.said.volumes


def picture(sides: Sequence[Side]) -> str:
    """Legend, map and profile as one SVG; nothing where no volume is told."""
    if not any(side.volumes for side in sides):
        return ""
    profile = _profile(sides)
    below = KEY + HIGH
    high = below + (PROFILE if profile else 0.0)
    hatches = "".join(
        f'<pattern id="hatch-{k}" width="7" height="7" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({angle})"><path d="M0 0H7" stroke="{INK}" stroke-width="1"/></pattern>'
        for k, angle in enumerate(_ANGLES)
    )
    root: dict[str, object] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": WIDE,
        "height": high,
        "viewBox": f"0 0 {WIDE:.0f} {high:.0f}",
        "font_family": FONT,
        "role": "img",
    }
    return tag(
        "svg",
        root,
        "<title>The two notices: where, how high, when</title>",
        tag("defs", {}, hatches),
        _legend(sides),
        tag("g", {"transform": f"translate(0 {KEY:.0f})"}, _map(sides)),
        tag("g", {"transform": f"translate(0 {below:.0f})"}, profile, ""),
    )


def _map(sides: Sequence[Side]) -> str:
    plans = [Plan(side.name, side.notice.said.notice, side.volumes) for side in sides if side.volumes]
    filed = tuple(("", Filed(plan, ("",) * len(plan.volumes))) for plan in plans)
    frame = (_LEFT, 6.0, WIDE - _RIGHT, HIGH - 26.0)
    seen = view(Report(0, filed, SeparationTable((), ""), ()), frame)
    left, top, right, bottom = frame
    spots = Spots(left + 3, top + 3, right - 3, bottom - 3)
    lines, labels = graticule(seen)
    marks = scale_bar(seen, False, spots) + north_arrow(seen, spots)
    shapes = [
        _shape(drawn([volume.ground for volume in side.volumes], seen), k)
        for k, side in enumerate(sides)
        if side.volumes
    ]
    box: dict[str, object] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return (
        tag("clipPath", {"id": "map"}, tag("rect", box))
        + tag("g", {"clip_path": "url(#map)"}, lines, *shapes, marks)
        + tag("rect", {**box, "fill": "none", "stroke": INK})
        + labels
    )


def _profile(sides: Sequence[Side]) -> str:
    """Altitude over time; nothing where they are given in several datums, or one has no end."""
    volumes = [volume for side in sides for volume in side.volumes]
    limits = [limit for volume in volumes for limit in (volume.lower, volume.upper)]
    stated = {limit.datum for limit in limits if limit.datum not in ("SFC", "UNL")}
    times = [t for volume in volumes for t in (volume.start, volume.end) if t is not None]
    if not volumes or len(stated) > 1 or len(times) < 2 * len(volumes):
        return ""
    left, top, right, bottom = _LEFT, 20.0, WIDE - _RIGHT, PROFILE - 34.0
    values = [limit.value for limit in limits if limit.datum not in ("SFC", "UNL")] or [0]
    room_t = max((max(times) - min(times)) * 0.06, 60_000.0)
    room_h = max((max(values) - min(values)) * 0.25, 100_000.0)
    across = Scale(min(times) - room_t, max(times) + room_t, left, right)
    up = Scale(min(values) - room_h, max(values) + room_h, bottom, top)
    bars = [
        _bar(volume, k, across, up, (top, bottom)) for k, side in enumerate(sides) for volume in side.volumes
    ]
    edges = sorted({min(times), max(times)})
    ticks = [
        text(
            across.at(at), bottom + 15, show_time(at), size=10, anchor="middle" if len(edges) == 1 else anchor
        )
        for at, anchor in zip(edges, ("start", "end"), strict=False)
    ]
    heights = {limit.value: show(limit) for limit in limits if limit.datum not in ("SFC", "UNL")}
    levels = _levels(heights, up, left)
    frame = {
        "x": left,
        "y": top,
        "width": right - left,
        "height": bottom - top,
        "fill": "none",
        "stroke": INK,
    }
    return "".join([*bars, tag("rect", frame), *ticks, *levels])


def _legend(sides: Sequence[Side]) -> str:
    """Whose hatch is which."""
    parts = []
    for k, side in enumerate(sides):
        x = _LEFT + k * (WIDE - _LEFT) / 2
        swatch = {"x": x, "y": 4.0, "width": 22.0, "height": 12.0, **_look(k)}
        words = side.name if side.volumes else f"{side.name}: not told where"
        parts += [tag("rect", swatch), text(x + 28, 14, fit(words, WIDE / 2 - 80, 11), size=11)]
    return "".join(parts)


def _look(k: int) -> dict[str, object]:
    dash: dict[str, object] = {"stroke_dasharray": _DASHES[k % 2]} if _DASHES[k % 2] else {}
    return {"fill": f"url(#hatch-{k % 2})", "stroke": INK, "stroke_width": 1.6, **dash}


def _shape(found: shapely.Geometry, k: int) -> str:
    rings = []
    for part in shapely.get_parts(found):
        if shapely.get_type_id(part) == 3:  # a polygon; what is cut to a line or a point is too small to see
            lines = [np.asarray(ring.coords) for ring in (part.exterior, *part.interiors)]
            rings += [path([(float(x), float(y)) for x, y in line], closed=True) for line in lines]
    return tag("path", {"d": "".join(rings) or "M0 0", "fill_rule": "evenodd", **_look(k)})


def _bar(volume: Volume, k: int, across: Scale, up: Scale, rim: tuple[float, float]) -> str:
    start, end = volume.start or 0, volume.end or 0
    left, right = across.at(start), across.at(end)
    top, bottom = _edge(volume.upper, up, rim[0]), _edge(volume.lower, up, rim[1])
    box = {"x": left, "y": top, "width": max(right - left, 1.5), "height": max(bottom - top, 1.5)}
    return tag("rect", {**box, **_look(k)})


def _edge(limit: Altitude, up: Scale, rim: float) -> float:
    """Of the ground and of what has no limit, the rim of the panel."""
    return rim if limit.datum in ("SFC", "UNL") else up.at(limit.value)


def _levels(heights: dict[int, str], up: Scale, left: float) -> list[str]:
    """The stated limits at their heights, as far as they do not cover each other."""
    found, last = [], float("inf")
    for value, words in sorted(heights.items()):
        y = up.at(value)
        if last - y >= 12:
            found.append(text(left - 5, y + 3.5, words, size=9, anchor="end", colour=SOFT))
            last = y
    return found
