"""The map of an encounter: both ways with times on them, the zone, the minimum where they were nearest."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely

from wideberth.formats.times import show_time
from wideberth.render.axes import MINUTE
from wideberth.render.graticule import graticule, north_arrow, scale_bar
from wideberth.render.scene import Scene, Side
from wideberth.render.svg import (
    INK,
    LINE,
    PAPER,
    SEA,
    Spots,
    Style,
    badge,
    fit,
    path,
    style,
    tag,
    text,
    width,
)
from wideberth.render.view import Array, Box, View, around, drawn, rings
from wideberth.render.words import length
from wideberth.space.flatten import outline
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE, SECOND

ZONE = style(2)
"""How what is to be kept clear is drawn, beside the two tracks."""
TIMES = 7
"""Times that are written along a way at most."""
_STEPS = tuple(SECOND * s for s in (5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600))
_TURNS = np.radians(np.arange(-45, 315, 30))


def map_of(found: Scene, frame: Box) -> str:
    """The map inside `frame` (pixels), with its labels outside of it."""
    seen = _view(found, frame)
    left, top, right, bottom = frame
    spots = Spots(left + 3, top + 3, right - 3, bottom - 3)
    lines, labels = graticule(seen)
    bar, north = scale_bar(seen, found.metric, spots), north_arrow(seen, spots)
    for side in found.sides:
        _keep_free(side, found, seen, spots)
    zone = _zone(found, seen)
    circle = _minimum(found, seen, spots)
    ways = [_way(side, found, seen) for side in found.sides]
    marks = _nearest(found, seen, spots)
    names = [_name(side, found, seen, spots) for side in found.sides]
    times = [_times(side, found, seen, spots) for side in found.sides]
    called = _called(found, seen, spots)
    box: dict[str, object] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    inside = [lines, zone, circle, *ways, *times, marks, bar, north, *names, called]
    return (
        tag("clipPath", {"id": "map"}, tag("rect", box))
        + tag("rect", {**box, "fill": SEA})
        + tag("g", {"clip_path": "url(#map)"}, *inside)
        + tag("rect", {**box, "fill": "none", "stroke": LINE})
        + labels
    )


def _view(found: Scene, frame: Box) -> View:
    times = found.times.astype(float)
    places = [side.places(times) for side in found.sides]
    known = [each[np.isfinite(each[:, 0])] for each in places]
    whole = [each for each in known if len(each)]
    grounds = [outline(volume.ground)[0] for volume in found.volumes]
    if not whole:
        finding = found.encounter.alert.finding.point
        whole = [np.array([[finding[0] / DEGREE, finding[1] / DEGREE]])]
    required = found.encounter.alert.worst.required_h or 0
    return around(np.vstack(whole), frame, required / METRE * 0.6, grounds)


def _zone(found: Scene, seen: View) -> str:
    """Filled as it is, and the line that is to be kept from it."""
    if not found.volumes:
        return ""
    shape = drawn([volume.ground for volume in found.volumes], seen)
    parts = [_area(shape, {"fill": f"url(#hatch-{ZONE.index})", "stroke": ZONE.colour, "stroke_width": 2.0})]
    required = found.encounter.alert.worst.required_h
    if required:
        grown = shapely.buffer(shape, required / METRE / seen.scale)
        rim = {"fill": "none", "stroke": ZONE.colour, "stroke_width": 1.4, "stroke_dasharray": "5 4"}
        parts.append(_area(grown, rim))
    return "".join(parts)


def _area(shape: shapely.Geometry, look: dict[str, object]) -> str:
    data = "".join(path(ring, closed=True) for ring in rings(shape))
    return tag("path", {"d": data or "M0 0", "fill_rule": "evenodd", **look})


def _way(side: Side, found: Scene, seen: View) -> str:
    """Its line: faint before the encounter, strong in it; a dot for each report, and where it goes."""
    if not len(side.at):
        return ""
    before = side.at < found.start
    within = (side.at >= found.start) & (side.at <= found.end)
    pixels = seen.pixels(side.lonlat)
    joint = np.flatnonzero(before)[-1:] if before.any() and within.any() else np.array([], dtype=int)
    strong = pixels[np.concatenate([joint, np.flatnonzero(within)])]
    parts = [_line(pixels[before], side.style, wide=1.2, opacity=0.45)]
    parts.append(_line(strong, None, wide=6.0))
    parts.append(_line(strong, side.style, wide=2.6))
    dots = [
        tag("circle", {"cx": float(x), "cy": float(y), "r": 1.9, "fill": side.style.colour})
        for x, y in _apart(pixels[within])
    ]
    return "".join([*parts, *dots, _head(strong, side.style)])


def _apart(points: Array) -> list[tuple[float, float]]:
    """All of the points, or none where they would hide the dashes of the line."""
    long = float(np.hypot(*np.diff(points, axis=0).T).sum()) if len(points) > 1 else 0.0
    return [(float(x), float(y)) for x, y in points] if long >= 14.0 * len(points) else []


def _line(points: Array, found: Style | None, *, wide: float, opacity: float = 1.0) -> str:
    if len(points) < 2:
        return ""
    look: dict[str, object] = {
        "d": path([(float(x), float(y)) for x, y in points], closed=False),
        "fill": "none",
        "stroke": PAPER if found is None else found.colour,
        "stroke_width": wide,
        "stroke_linejoin": "round",
        "stroke_opacity": str(opacity if found is not None else 0.8),
    }
    if found is not None and found.dash:
        look["stroke_dasharray"] = found.dash
    return tag("path", look)


def _head(points: Array, found: Style) -> str:
    """An arrow's head at the last place, the way that it went."""
    away = [k for k in range(len(points)) if math.dist(points[k], points[-1]) > 3.0] if len(points) else []
    if not away:
        return ""
    (x, y), (back_x, back_y) = points[-1], points[away[-1]]
    angle = math.atan2(y - back_y, x - back_x)
    tip = (x + 9 * math.cos(angle), y + 9 * math.sin(angle))
    wings = [(x + 6 * math.cos(angle + turn), y + 6 * math.sin(angle + turn)) for turn in (2.2, -2.2)]
    data = path([tip, wings[0], (float(x), float(y)), wings[1]], closed=True)
    return tag("path", {"d": data, "fill": found.colour, "stroke": PAPER, "stroke_width": 0.8})


def _keep_free(side: Side, found: Scene, seen: View, spots: Spots) -> None:
    """No label lies on a way."""
    places = side.places(np.linspace(found.start, found.end, 90))
    for x, y in seen.pixels(places[np.isfinite(places[:, 0])]).tolist():
        spots.take((x - 3, y - 3, x + 3, y + 3))


def _minimum(found: Scene, seen: View, spots: Spots) -> str:
    """The circle of the minimum around one of two tracks, where they were nearest."""
    required, closest = found.encounter.alert.worst.required_h, found.closest
    if not required or closest is None or len(found.sides) < 2:
        return ""
    lon, lat = found.sides[0].places(np.array([closest.at_ms], dtype=float))[0].tolist()
    circle = Circle((round(lon * DEGREE), round(lat * DEGREE)), required)
    look: dict[str, object] = {
        "fill": INK,
        "fill_opacity": "0.05",
        "stroke": INK,
        "stroke_width": 1.3,
        "stroke_dasharray": "5 4",
    }
    ((x, y),) = seen.pixels(np.array([[lon, lat]])).tolist()
    radius = required / METRE / seen.scale
    words = f"{length(required, found.metric, up=True)} minimum"
    offers = [
        (x + (radius + 8) * math.cos(t) + width(words, 11) / 2 * math.cos(t), y + (radius + 9) * math.sin(t))
        for t in _TURNS
    ]
    spot = spots.place(offers, width(words, 11), 14)
    label = "" if spot is None else text(spot[0], spot[1] + 4, words, size=11, anchor="middle", halo=True)
    return _area(drawn([circle], seen), look) + label


def _nearest(found: Scene, seen: View, spots: Spots) -> str:
    """Where both were when they were nearest, joined, with the gap; of one track alone, where it was."""
    if found.closest is None:
        return ""
    at = np.array([found.closest.at_ms], dtype=float)
    places = np.vstack([side.places(at) for side in found.sides])
    points = [(float(x), float(y)) for x, y in seen.pixels(places)]
    parts = []
    if len(points) == 2:
        line = path(points, closed=False)
        parts += [tag("path", {"d": line, "stroke": PAPER, "stroke_width": 5})]
        parts += [tag("path", {"d": line, "stroke": INK, "stroke_width": 1.8})]
    for x, y in points:
        spots.take((x - 6, y - 6, x + 6, y + 6))
        parts.append(
            tag("circle", {"cx": x, "cy": y, "r": 5.0, "fill": PAPER, "stroke": INK, "stroke_width": 2})
        )
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    mark = next((each.number for each in found.marks if each.at_ms == found.closest.at_ms), None)
    if mark is not None:
        spot = spots.place(_around(x, y, (20, 32, 48)), 20, 20)
        if spot is not None:
            parts.append(tag("path", {"d": path([(x, y), spot], closed=False), "stroke": INK}))
            parts.append(badge(*spot, mark))
    return "".join(parts)


def _times(side: Side, found: Scene, seen: View, spots: Spots) -> str:
    """A tick at round times, and the time beside it where there is room: the same ones on both ways."""
    span = found.end - found.start
    step = next((s for s in _STEPS if span / s <= TIMES), _STEPS[-1])
    first = -(-found.start // step) * step
    at = np.arange(first, found.end + 1, step, dtype=float)
    places = side.places(at)
    parts = []
    for moment, (x, y) in zip(at.tolist(), seen.pixels(np.nan_to_num(places)).tolist(), strict=True):
        if not np.isfinite(side.places(np.array([moment]))[0, 0]):
            continue
        clock = show_time(int(moment))[11:].rstrip("Z")
        words = clock[:5] if step >= MINUTE else clock
        look: dict[str, object] = {"fill": PAPER, "stroke": side.style.colour, "stroke_width": 1.8}
        if side.style.index % 2:
            parts.append(tag("rect", {"x": x - 3.2, "y": y - 3.2, "width": 6.4, "height": 6.4, **look}))
        else:
            parts.append(tag("circle", {"cx": x, "cy": y, "r": 3.6, **look}))
        spot = spots.place(_around(x, y, (19, 26, 34)), width(words, 10), 12)
        if spot is not None:
            parts.append(
                text(
                    spot[0],
                    spot[1] + 3.5,
                    words,
                    size=10,
                    anchor="middle",
                    colour=side.style.colour,
                    halo=True,
                )
            )
    return "".join(parts)


def _name(side: Side, found: Scene, seen: View, spots: Spots) -> str:
    """Whose it is and what it is called, where it begins or elsewhere along its way."""
    times = found.times.astype(float)
    places = side.places(times)
    known = np.flatnonzero(np.isfinite(places[:, 0]))
    if not len(known):
        return ""
    words = fit(f"{side.name} ({side.whose})", 230, 12)
    wide = width(words, 12) + 4
    offers: list[tuple[float, float]] = []
    for share in (0.06, 0.94, 0.2, 0.8, 0.35, 0.65):
        x, y = seen.pixels(places[[known[int(share * (len(known) - 1))]]])[0].tolist()
        beside = [(x + (wide / 2 + 12) * turn, y + rise) for rise in (0, -18, 18) for turn in (1, -1)]
        offers += [(x, y + rise) for rise in (-16, 16, -26, 26, -38, 38)] + beside
    spot = spots.place(offers, wide, 16)
    if spot is None:
        return ""
    return text(spot[0], spot[1] + 4, words, anchor="middle", colour=side.style.colour, bold=True, halo=True)


def _called(found: Scene, seen: View, spots: Spots) -> str:
    """The name of the zone, in it or beside it."""
    if not found.volumes or not found.zone:
        return ""
    shape = shapely.intersection(
        drawn([volume.ground for volume in found.volumes], seen), shapely.box(*seen.frame)
    )
    if shapely.is_empty(shape):
        return ""
    ((x, y),) = shapely.get_coordinates(shapely.point_on_surface(shape)).tolist()
    words = fit(found.zone, 220, 12)
    spot = spots.place([(x, y), *_around(x, y, (24, 44, 70, 110))], width(words, 12) + 4, 16)
    if spot is None:
        return ""
    return text(spot[0], spot[1] + 4, words, anchor="middle", colour=ZONE.colour, bold=True, halo=True)


def _around(x: float, y: float, distances: Sequence[float]) -> list[tuple[float, float]]:
    return [(x + d * float(np.cos(t)), y + d * float(np.sin(t))) for d in distances for t in _TURNS]
