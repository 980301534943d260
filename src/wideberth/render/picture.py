"""The picture of a check: map and profiles on one sheet, as SVG, as a page, or as PNG.

All of it is in the one file: nothing is fetched when it is opened, and it names no font of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from wideberth.errors import Refused, shorten
from wideberth.render.map import map_of
from wideberth.render.profile import profile
from wideberth.render.report import Report, by_plans, parties_of, plans_of
from wideberth.render.svg import FONT, INK, PAPER, SOFT, fit, hatch, style, tag, text, width
from wideberth.render.table import refusal
from wideberth.render.words import (
    NEXT_STEP,
    UNKNOWN_GROUND,
    axes,
    compared,
    headline,
    nearest,
    position,
    separation,
    window,
)

MAP_WIDE, MAP_HIGH = 760.0, 600.0
PANEL_WIDE, PANEL_HIGH, TALLEST_PANEL = 400.0, 222.0, 300.0
TOP, LEGEND = 74.0, 46.0
MOST_PANELS = 6
MOST_PARTIES = 12
NO_PNG = (
    "PNG pictures need the extra `picture`: pip install 'wideberth[picture]';"
    " or name a file that ends in .svg or .html, which need nothing"
)
PAGE_AT_MOST = 500
"""Conflicts that the page lists."""


def svg(report: Report) -> str:
    """The sheet as an SVG document."""
    groups = by_plans(report.conflicts)
    panels = [group[0] for group in groups][:MOST_PANELS]
    columns = 0 if not panels else 1 if len(panels) <= 3 else 2
    rows = -(-len(panels) // columns) if columns else 0
    high = max(MAP_HIGH, rows * PANEL_HIGH)
    panel_high = max(PANEL_HIGH, min(TALLEST_PANEL, high / max(rows, 1)))
    wide = MAP_WIDE + columns * PANEL_WIDE
    left_out = len(report.conflicts) > len(panels)
    body = [
        tag("rect", {"width": wide, "height": TOP + high + LEGEND, "fill": PAPER}),
        _title(report, wide, left_out=left_out),
    ]
    if any(filed.plan.volumes for _, filed in report.filed):
        body.append(map_of(report, (66.0, TOP, MAP_WIDE - 18.0, TOP + high - 26.0)))
    styles = {party: style(k) for k, party in enumerate(parties_of(report))}
    for k, (number, conflict) in enumerate(panels):
        x, y = MAP_WIDE + PANEL_WIDE * (k // rows), TOP + panel_high * (k % rows)
        box = (x, y, x + PANEL_WIDE - 10, y + panel_high - 8)
        body.append(profile(report, number, conflict, styles, box))
    body.append(_legend(report, 66.0, TOP + high + 20, wide))
    root: dict[str, object] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": wide,
        "height": TOP + high + LEGEND,
        "viewBox": f"0 0 {wide:.0f} {TOP + high + LEGEND:.0f}",
        "font_family": FONT,
        "role": "img",
    }
    definitions = tag("defs", {}, *(hatch(found) for found in styles.values()), "")
    title = f"<title>{escape(shorten(headline(report), 300), quote=False)}</title>"
    return tag("svg", root, title, definitions, *body)


def html(report: Report) -> str:
    """A page with the sheet and every conflict in words; it makes no request."""
    filed = plans_of(report)
    rows = []
    for number, conflict in enumerate(report.conflicts[:PAGE_AT_MOST], start=1):
        who = [f"{key[0]} · {filed[key][1].plan.label or key[1]}" for key in conflict.plans]
        files = [
            f"{filed[key][0]}: {filed[key][1].where[volume]}"
            for key, volume in zip(conflict.plans, conflict.volumes, strict=True)
        ]
        gaps = [f"{name}: {words}" for name, words in axes(conflict, report.metric)]
        place = [position(conflict.near), nearest(conflict.near, report.places, report.metric)]
        if conflict.agl_unresolved:
            gaps.append(UNKNOWN_GROUND)
        when = [window(conflict, report.zone)]
        rows.append("".join(_cell(lines) for lines in ([str(number)], who, when, gaps, place, files)))
    titles = "".join(f"<th>{name}</th>" for name in ("", "plans", "when", "gap", "where", "in"))
    table = f"<table><tr>{titles}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>" if rows else ""
    more = len(report.conflicts) - PAGE_AT_MOST
    closing = [f"{more:,} more conflicts are not listed here."] if more > 0 else []
    closing += [NEXT_STEP] if report.conflicts else []
    notes = _list("Notes", report.notes)
    refused = [refusal(file, error) for file, error in report.refused]
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<meta http-equiv='Content-Security-Policy'"
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_shown(headline(report))}</title><style>{_CSS}</style></head><body>"
        f"<h1>{_shown(headline(report))}</h1>"
        f"<p>separation: {_shown(separation(report.table))}<br>{_shown(compared(report))}</p>"
        f"{svg(report)}{table}"
        f"{''.join(f'<p>{_shown(line)}</p>' for line in closing)}{notes}"
        f"{_list('Refused, not part of this result', refused)}</body></html>\n"
    )


def png_writer() -> Callable[[Report], bytes]:
    """What draws the sheet as a PNG, twice as large. Raises: Refused (`picture.no_png`) without the extra."""
    draw = png_maker()
    return lambda report: draw(svg(report))


def png_maker() -> Callable[[str], bytes]:
    """What makes a PNG, twice as large, of an SVG. Raises: Refused (`picture.no_png`) without the extra."""
    try:
        import resvg_py  # an extra: only who wants PNG needs it
    except ModuleNotFoundError as error:
        raise Refused("picture.no_png", NO_PNG) from error
    return lambda drawn: bytes(resvg_py.svg_to_bytes(svg_string=drawn, zoom=2))


_CSS = (
    f"body{{font:15px/1.45 {FONT};color:{INK};margin:24px auto;max-width:1200px;padding:0 16px}}"
    "h1{font-size:20px;margin:0}svg{max-width:100%;height:auto}"
    "table{border-collapse:collapse;width:100%}th{text-align:left}"
    "td,th{padding:6px 10px 6px 0;border-bottom:1px solid #d9dee3;vertical-align:top}"
    "td div+div{color:#52606d}"
)


def _cell(lines: Sequence[str]) -> str:
    return f"<td>{''.join(f'<div>{_shown(line)}</div>' for line in lines if line)}</td>"


def _list(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return f"<h2>{title}</h2><ul>{''.join(f'<li>{_shown(line)}</li>' for line in lines)}</ul>"


def _shown(words: str) -> str:
    return escape(shorten(words, 2_000), quote=True)


def _title(report: Report, wide: float, *, left_out: bool) -> str:
    first = headline(report)
    below = f"separation: {separation(report.table)} · {compared(report)}"
    if left_out:
        below += f" · in detail: one a pair of plans, at most {MOST_PANELS}"
    return text(20, 32, fit(first, wide - 40, 20), size=20, bold=True) + text(
        20, 54, fit(below, wide - 40, 12), size=12, colour=SOFT
    )


def _legend(report: Report, x: float, y: float, wide: float) -> str:
    """Each party's colour, dash and hatch, as far as there is room."""
    parties, parts = parties_of(report), []
    for k, party in enumerate(parties[:MOST_PARTIES]):
        found, words = style(k), fit(party, 180, 12)
        if x + 40 + width(words, 12) > wide - 130 and k < len(parties) - 1:
            break
        swatch: dict[str, object] = {
            "x": x,
            "y": y - 10,
            "width": 26,
            "height": 13,
            "fill": f"url(#hatch-{k})",
            "stroke": found.colour,
            "stroke_width": 1.8,
        }
        if found.dash:
            swatch["stroke_dasharray"] = found.dash
        parts += [tag("rect", swatch), text(x + 32, y + 1, words)]
        x += 52 + width(words, 12)
    shown = len(parts) // 2
    if shown < len(parties):
        more = len(parties) - shown
        parts.append(text(x, y + 1, f"and {more:,} more part{'y' if more == 1 else 'ies'}", colour=SOFT))
    return "".join(parts)
