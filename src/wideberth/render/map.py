"""The map of a check: plans in conflict drawn strongly, the others faintly, conflicts numbered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from msgspec.structs import replace

from wideberth.render.graticule import graticule, north_arrow, scale_bar
from wideberth.render.offers import offer_words
from wideberth.render.report import Report, by_plans, name_of, parties_of, plans_of
from wideberth.render.svg import (
    INK,
    LINE,
    PAPER,
    SEA,
    SOFT,
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
from wideberth.render.view import Box, View, drawn, rings, view
from wideberth.space.units import DEGREE

MOST_NAMES = 24
MOST_BADGES = 40
POLICY = Style(0, SOFT, "2 5", 0, dense=False)
"""How the outline of a policy is drawn: as no party's plans are."""
MOST_FAINT = 3_000
"""Volumes of plans without conflict that are drawn."""


def map_of(report: Report, frame: Box) -> str:
    """The map inside `frame` (pixels), with its labels outside of it."""
    seen = view(report, frame)
    left, top, right, bottom = frame
    spots = Spots(left + 3, top + 3, right - 3, bottom - 3)
    lines, labels = graticule(seen)
    bar, north = scale_bar(seen, report.metric, spots), north_arrow(seen, spots)
    styles = {party: style(k) for k, party in enumerate(parties_of(report))}
    faint, strong, shapes = _plans(report, seen, styles)
    marks = _marks(report, seen, spots)
    moved = _moved(report, seen, styles, spots)
    names = _names(report, shapes, spots)
    policies, called = _policies(report, seen, frame, spots)
    places = _places(report, seen, spots)
    box: dict[str, object] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    inside = tag(
        "g",
        {"clip_path": "url(#map)"},
        lines,
        policies,
        faint,
        strong,
        moved,
        places,
        marks,
        bar,
        north,
        names,
        called,
    )
    return (
        tag("clipPath", {"id": "map"}, tag("rect", box))
        + tag("rect", {**box, "fill": SEA})
        + inside
        + tag("rect", {**box, "fill": "none", "stroke": LINE})
        + labels
    )


def _plans(
    report: Report, seen: View, styles: dict[str, Style]
) -> tuple[str, str, dict[tuple[str, str], shapely.Geometry]]:
    """Faint and strong shapes, and the pixels of the plans in conflict."""
    used: dict[tuple[str, str], set[int]] = {}
    for conflict in report.conflicts:
        for key, volume in zip(conflict.plans, conflict.volumes, strict=True):
            used.setdefault(key, set()).add(volume)
    faint: list[str] = []
    strong: list[str] = []
    shapes: dict[tuple[str, str], shapely.Geometry] = {}
    left = MOST_FAINT if report.conflicts else 10 * MOST_FAINT
    for _, filed in report.filed:
        plan = filed.plan
        found = styles[plan.party]
        if plan.key not in used:
            left -= len(plan.volumes)
            if left >= 0:
                shape = drawn((volume.ground for volume in plan.volumes), seen)
                faint.append(_shape(shape, found, fill="none", wide=1.0, opacity=0.35 if used else 0.8))
            continue
        whole = drawn((volume.ground for volume in plan.volumes), seen)
        close = drawn((plan.volumes[k].ground for k in sorted(used[plan.key])), seen)
        if len(used[plan.key]) < len(plan.volumes):
            strong.insert(
                0, _shape(whole, found, fill=found.colour, wide=1.2, opacity=0.8, fill_opacity=0.06)
            )
        strong.append(_shape(close, found, fill=f"url(#hatch-{found.index})", wide=2.0))
        shapes[plan.key] = close
    return "".join(faint), "".join(strong), shapes


def _moved(report: Report, seen: View, styles: dict[str, Style], spots: Spots) -> str:
    """Where a plan would be after a sidestep: outlined, with the change in words."""
    parts = []
    for offer in report.changes:
        if not offer.by_h:
            continue
        shape = drawn((volume.ground for volume in offer.after.volumes), seen)
        whole = replace(styles[offer.plan[0]], dash="")
        parts.append(_shape(shape, whole, fill="none", wide=3.0))
        words = offer_words(offer, report.metric)
        if shapely.is_empty(shape):
            continue
        x, y = (float(value) for value in shapely.get_coordinates(shapely.point_on_surface(shape))[0])
        spot = spots.place(_around(x, y, (26, 40, 60)), width(words, 11), 14)
        if spot is not None:
            parts.append(text(spot[0], spot[1] + 4, words, size=11, anchor="middle", bold=True, halo=True))
    return "".join(parts)


def _shape(
    shape: shapely.Geometry,
    found: Style,
    *,
    fill: str,
    wide: float,
    opacity: float = 1.0,
    fill_opacity: float = 1.0,
) -> str:
    """The parts of a shape as one path; what is thinner than a pixel is still a line."""
    data = "".join(path(ring, closed=True) for ring in rings(shape))
    if not data:
        return ""
    attributes: dict[str, object] = {
        "d": data,
        "fill": fill,
        "fill_rule": "evenodd",
        "stroke": found.colour,
        "stroke_width": wide,
        "stroke_linejoin": "round",
    }
    if found.dash:
        attributes["stroke_dasharray"] = found.dash
    if opacity < 1:
        attributes["stroke_opacity"] = str(opacity)
    if fill_opacity < 1:
        attributes["fill_opacity"] = str(fill_opacity)
    return tag("path", attributes)


def _marks(report: Report, seen: View, spots: Spots) -> str:
    """A cross where each conflict is and its number beside it, joined by a line where there is no room."""
    if not report.conflicts:
        return ""
    at = seen.pixels(np.array([conflict.near for conflict in report.conflicts], dtype=float))
    # one number a pair of plans: flights that meet leg by leg would hide the map under numbers
    numbered = {group[0][0] for group in by_plans(report.conflicts)[:MOST_BADGES]}
    marks, badges = [], []
    for x, y in at:
        spots.take((float(x) - 5, float(y) - 5, float(x) + 5, float(y) + 5))
    for number, (x, y) in enumerate(at.tolist(), start=1):
        cross = path([(x - 4, y - 4), (x + 4, y + 4)], False) + path([(x - 4, y + 4), (x + 4, y - 4)], False)
        marks.append(tag("path", {"d": cross, "stroke": PAPER, "stroke_width": 4.5}))
        marks.append(tag("path", {"d": cross, "stroke": INK, "stroke_width": 2}))
        if number not in numbered:
            continue
        spot = spots.place(_around(x, y, (15, 26, 40, 60)), 20, 20)
        if spot is not None:
            far = abs(spot[0] - x) + abs(spot[1] - y) > 24
            leader = path([(x, y), spot], closed=False)
            badges += [tag("path", {"d": leader, "stroke": INK, "stroke_width": 1})] if far else []
            badges.append(badge(*spot, number))
    return "".join(marks) + "".join(badges)


def _names(report: Report, shapes: dict[tuple[str, str], shapely.Geometry], spots: Spots) -> str:
    """Names of plans in conflict, where there is room, in the order of the conflicts."""
    filed = plans_of(report)
    labels: list[str] = []
    done: set[tuple[str, str]] = set()
    for conflict in report.conflicts:
        for key in conflict.plans:
            shape = shapes[key]
            if key in done or shapely.is_empty(shape) or len(labels) >= MOST_NAMES:
                continue
            done.add(key)
            words = fit(name_of(filed[key][1].plan), 170, 12)
            wide = width(words, 12) + 6
            spot = spots.place(_offers(shape, wide), wide, 16)
            if spot is not None:
                labels.append(text(spot[0], spot[1] + 4, words, anchor="middle", bold=True, halo=True))
    return "".join(labels)


def _offers(shape: shapely.Geometry, wide: float) -> list[tuple[float, float]]:
    """Inside the shape, then at its edges, then around it."""
    ((inner_x, inner_y),) = shapely.get_coordinates(shapely.point_on_surface(shape)).tolist()
    left, top, right, bottom = shapely.bounds(shape).tolist()
    middle = ((left + right) / 2, (top + bottom) / 2)
    inside = [
        (inner_x, inner_y + shift) for shift in (0, -18, 18, -36, 36) if abs(shift) < (bottom - top) / 2
    ]
    beside = [
        (middle[0], top - 11),
        (middle[0], bottom + 11),
        (right + wide / 2 + 4, middle[1]),
        (left - wide / 2 - 4, middle[1]),
        (right + wide / 2, top - 11),
        (left - wide / 2, top - 11),
        (right + wide / 2, bottom + 11),
        (left - wide / 2, bottom + 11),
    ]
    fits = right - left > wide and bottom - top > 20
    return [*inside, *beside] if fits else [*beside, *inside]


def _places(report: Report, seen: View, spots: Spots) -> str:
    """Named places of the agreement: a dot and the name, where there is room."""
    drawn_places = []
    for place in report.places:
        lonlat = np.array([[place.point[0] / DEGREE, place.point[1] / DEGREE]])
        ((x, y),) = seen.pixels(lonlat).tolist()
        words = fit(place.name, 150, 11)
        wide = width(words, 11) + 4
        spot = spots.place([(x + wide / 2 + 6, y), (x - wide / 2 - 6, y)], wide, 14)
        if spot is not None:
            dot = tag("circle", {"cx": x, "cy": y, "r": 2.5, "fill": SOFT})
            drawn_places.append(
                dot + text(spot[0], spot[1] + 4, words, size=11, anchor="middle", colour=SOFT, halo=True)
            )
    return "".join(drawn_places)


def _policies(report: Report, seen: View, frame: Box, spots: Spots) -> tuple[str, str]:
    """Outlines of policies, with their names where there is room. They are no conflicts."""
    lines, names = [], []
    for name, grounds in report.policies:
        shape = drawn(grounds, seen)
        lines.append(_shape(shape, POLICY, fill="none", wide=1.6))
        inside = shapely.intersection(shape, shapely.box(*frame))
        if shapely.is_empty(inside):
            continue
        x, y = (float(value) for value in shapely.get_coordinates(shapely.point_on_surface(inside))[0])
        words = fit(name, 220, 11)
        spot = spots.place(_around(x, y, (0, 26, 40, 60, 90)), width(words, 11) + 4, 14)
        if spot is not None:
            names.append(text(spot[0], spot[1] + 4, words, size=11, anchor="middle", colour=SOFT, halo=True))
    return "".join(lines), "".join(names)


def _around(x: float, y: float, distances: Sequence[float]) -> list[tuple[float, float]]:
    turns = np.radians(np.arange(-45, 315, 30))
    return [(x + d * float(np.cos(t)), y + d * float(np.sin(t))) for d in distances for t in turns]
