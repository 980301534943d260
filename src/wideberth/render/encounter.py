"""The after-action picture of an alert: map, altitude, gap and what happened when, on one sheet.

As SVG it is one file that fetches nothing. Its colours are told apart by colour-blind readers; dashes and
marks tell the tracks apart where there is no colour at all. For drawing only: nothing is decided on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.model.alert import KINDS, PRECEDENCE
from wideberth.render.encounter_map import ZONE, map_of
from wideberth.render.encounter_panels import altitudes, gaps
from wideberth.render.scene import OUTSIDE, Scene, apart, scene
from wideberth.render.svg import FONT, INK, PAPER, SOFT, badge, fit, hatch, tag, text, width
from wideberth.space.units import SECOND
from wideberth.watch.encounter import Encounter

WIDE, TOP, MAP_RIGHT, MAP_HIGH = 1_180.0, 74.0, 650.0, 560.0
ROW = 17.0
NOTE = (
    "As reported; between two reports a track is drawn straight. Gaps in the picture decide nothing."
    " An acknowledgement is no permission."
)


def svg(encounter: Encounter, parties: Mapping[str, str] | None = None, *, metric: bool = False) -> str:
    """The sheet as an SVG document; `parties` are the names of parties by what stands in `whose`."""
    found = scene(encounter, parties or {}, metric)
    below = TOP + MAP_HIGH
    high = below + 34 + ROW * (max(len(found.marks), 2) + 1) + 24
    middle = TOP + (MAP_HIGH - 8) / 2
    root: dict[str, object] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": WIDE,
        "height": high,
        "viewBox": f"0 0 {WIDE:.0f} {high:.0f}",
        "font_family": FONT,
        "role": "img",
    }
    first = headline(found)
    return tag(
        "svg",
        root,
        f"<title>{escape(shorten(first, 300), quote=False)}</title>",
        tag("defs", {}, *(hatch(side.style) for side in found.sides), hatch(ZONE), _SHORT),
        tag("rect", {"width": WIDE, "height": high, "fill": PAPER}),
        text(20, 32, fit(first, WIDE - 40, 20), size=20, bold=True),
        text(20, 54, fit(_under(found), WIDE - 40, 12), size=12, colour=SOFT),
        map_of(found, (66.0, TOP, MAP_RIGHT, below - 26.0)),
        altitudes(found, (MAP_RIGHT + 24, TOP - 6, WIDE - 20, middle)),
        gaps(found, (MAP_RIGHT + 24, middle, WIDE - 20, below + 8)),
        _legend(found, below + 22),
        _told(found, below + 22),
        text(20, high - 12, NOTE, size=10, colour=SOFT),
    )


def headline(found: Scene) -> str:
    """What happened, in one sentence."""
    alert, closest = found.encounter.alert, found.closest
    names = [f"{side.name} ({side.whose})" for side in found.sides]
    if len(names) == 2 and closest is not None:
        words = apart(closest.h, closest.v, found.metric)
        nearest = "" if found.lost_ms is not None else "nearest "
        return f"{names[0]} and {names[1]}: {nearest}{words} apart at {_clock(closest.at_ms)}"
    who = names[0] if names else shorten(alert.callsign or alert.key.track, 60)
    if found.zone and closest is not None:
        away, when = apart(closest.h, None, found.metric), _clock(closest.at_ms)
        if alert.key.kind in OUTSIDE:
            return f"{who}: outside {found.zone}, by {away} at {when}"
        if closest.h == 0:
            return f"{who} in {found.zone} at {when}"
        return f"{who}: {away} from {found.zone} at {when}"
    return f"{who}: {KINDS[alert.key.kind]}"


def _under(found: Scene) -> str:
    alert = found.encounter.alert
    parts = [f"alert {alert.id[:10]}", PRECEDENCE[alert.key.kind], alert.key.kind]
    if required := apart(alert.worst.required_h, alert.worst.required_v, found.metric, up=True):
        parts.append(f"to be kept: {required}")
    if not alert.worst.nominal:
        parts.append("only with the doubts of the reports")
    day = show_time(found.start // SECOND * SECOND)[:10]
    return " · ".join([*parts, f"{day}, times UTC", f"as of {_clock(found.encounter.to_ms)}"])


def _legend(found: Scene, y: float) -> str:
    """Whose line is which."""
    parts = []
    for k, side in enumerate(found.sides):
        row = y + ROW * k
        line: dict[str, object] = {
            "d": f"M66 {row - 4:.1f}H106",
            "stroke": side.style.colour,
            "stroke_width": 2.6,
        }
        if side.style.dash:
            line["stroke_dasharray"] = side.style.dash
        words = f"{side.name} · {side.whose} · {len(side.at):,} reports"
        parts += [tag("path", line), text(114, row, fit(words, 420, 12))]
    row = y + ROW * len(found.sides)
    if found.volumes:
        swatch: dict[str, object] = {
            "x": 66.0,
            "y": row - 10,
            "width": 40.0,
            "height": 12.0,
            "fill": f"url(#hatch-{ZONE.index})",
            "stroke": ZONE.colour,
            "stroke_width": 1.6,
        }
        parts += [tag("rect", swatch), text(114, row, fit(found.zone, 420, 12))]
        row += ROW
    short: dict[str, object] = {"x": 66.0, "y": row - 10, "width": 40.0, "height": 12.0}
    if found.lost_ms is not None and found.encounter.alert.key.kind not in OUTSIDE:
        parts.append(tag("rect", {**short, "fill": "url(#short)", "stroke": INK, "stroke_width": 0.8}))
        words = "too near, on every axis" if len(found.sides) == 2 else "inside, or nearer than is agreed"
        parts.append(text(114, row, words))
    return "".join(parts)


def _told(found: Scene, y: float) -> str:
    """What happened, numbered as in the panels."""
    x, parts = MAP_RIGHT + 30, []
    for k, mark in enumerate(found.marks):
        row = y + ROW * k + (2 * k)
        clock = _clock(mark.at_ms)
        parts.append(badge(x + 9, row - 4, mark.number))
        parts.append(text(x + 26, row, clock, bold=True))
        after = x + 26 + width(clock, 12) + 6
        parts.append(text(after, row, fit(mark.words, WIDE - 24 - after, 12)))
    return "".join(parts)


def _clock(instant: int) -> str:
    """`10:14:05Z`."""
    shown = show_time(instant // SECOND * SECOND)[11:]
    return shown if shown.count(":") == 2 else f"{shown.rstrip('Z')}:00Z"


_SHORT = (
    '<pattern id="short" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="6" height="6" fill="{PAPER}"/>'
    f'<path d="M0 0H6" stroke="{INK}" stroke-width="2" stroke-opacity="0.55"/></pattern>'
)
