"""The one-use page of a slip, for any telephone: no script, nothing fetched, at most 60 kB; and the slip.

The page shows the exact text, a small map, and three answers. To confirm, one thing that stands in the text
is typed again: a thumb alone confirms nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final, Literal

import numpy as np
import segno
import shapely
from msgspec import Struct

from wideberth.errors import shorten
from wideberth.formats.reading import Filed
from wideberth.model.plan import Plan
from wideberth.model.relay import NEVER
from wideberth.model.separation import SeparationTable
from wideberth.render import relay_text
from wideberth.render.graticule import graticule, north_arrow, scale_bar
from wideberth.render.report import Report
from wideberth.render.svg import FONT, INK, Spots, path, tag
from wideberth.render.view import drawn, view
from wideberth.space.volume import Volume

Kind = Literal["open", "used", "superseded", "over", "unknown", "busy", "failed"]

LARGEST: Final = 60_000
"""Bytes of a page."""
WIDE, HIGH = 340.0, 240.0
MAPPED: Final = 60
"""Volumes on the map; of more there is none, so that the page stays small."""
STYLE: Final = (
    "body{font:17px/1.45 sans-serif;color:#000;background:#fff;max-width:36em;margin:0 auto;padding:.8em}"
    "h1{font-size:1.15em;margin:.2em 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.6em;"
    "font:14px/1.45 monospace;border:2px solid #000;margin:.6em 0}"
    "label{display:block;font-weight:bold;margin:.8em 0 .2em}"
    "input{font:1.3em monospace;width:9em;padding:.3em;border:2px solid #000}"
    "button{display:block;width:100%;font:bold 1.05em sans-serif;padding:.8em;margin:.7em 0;"
    "border:2px solid #000;background:#fff;color:#000}button.c{background:#000;color:#fff}"
    ".w{border:3px solid #000;padding:.6em;font-weight:bold;margin:.6em 0}"
    ".s{font-size:.85em}svg{max-width:100%;height:auto}"
)
STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""Of the one style that the page's policy allows."""


class Page(Struct, frozen=True):
    """What a page shows.

    Attributes:
        kind: whether it can still be answered; of one that is not open neither text nor map is shown.
        cell: the role of whoever holds the slip.
        said: what was answered, in words; empty where nothing was.
        wrong: why the answer that was just tried does not count; empty where none was.
        read_back: what is to be typed, of which only the kind is shown.
    """

    kind: Kind
    cell: str = ""
    text: str = ""
    volumes: tuple[Volume, ...] = ()
    said: str = ""
    wrong: str = ""
    read_back: str = ""
    mark: str = ""


TITLES: Final[dict[Kind, str]] = {
    "open": "Read this, and answer",
    "used": "This slip is used",
    "superseded": "This is superseded",
    "over": "This is over",
    "unknown": "There is nothing here",
    "busy": "Too many ask: come again in a minute",
    "failed": "NOT TAKEN: it could not be kept",
}
WORDS: Final[dict[Kind, str]] = {
    "open": "",
    "used": "It was answered, once. To answer otherwise, ask whoever handed it to you for a new slip.",
    "superseded": "A newer version was handed down. Do not go by this one: ask for the new slip at once.",
    "over": "What it was about has ended.",
    "unknown": "The address is not right, or it is no longer known. Ask whoever handed you the slip.",
    "busy": "If it is urgent, call whoever handed you the slip.",
    "failed": "Nothing was confirmed. Try again, or call whoever handed you the slip.",
}


def page(found: Page) -> str:
    """The page, at most 60 kB; where it would be larger, without the map."""
    made = _page(found, mapped=0 < len(found.volumes) <= MAPPED)
    return made if len(made.encode()) <= LARGEST else _page(found, mapped=False)


def _page(found: Page, *, mapped: bool) -> str:
    said = f'<p class="w">{_text(found.said)}</p>' if found.said else ""
    wrong = (
        f'<p class="w" role="alert">NOTHING WAS CONFIRMED: {_text(found.wrong)}</p>' if found.wrong else ""
    )
    words = f"<p>{WORDS[found.kind]}</p>" if WORDS[found.kind] else ""
    form = _form(found, mapped=mapped) if found.kind == "open" else ""
    mark = f'<p class="w">{_text(found.mark)}</p>' if found.mark else ""
    cell = f"<p>For: <b>{_text(found.cell)}</b></p>" if found.cell else ""
    return _html(
        TITLES[found.kind],
        f'{mark}<h1>{TITLES[found.kind]}</h1>{cell}{said}{wrong}{words}{form}<p class="s">{NEVER}</p>',
        STYLE,
    )


def _form(found: Page, *, mapped: bool) -> str:
    drawing = small_map(found.volumes) if mapped else ""
    none = "" if mapped or not found.volumes else '<p class="s">There is no map: it would be too large.</p>'
    return (
        f"<pre>{escape(found.text, quote=False)}</pre>{drawing}{none}"
        '<form method="post" autocomplete="off">'
        f'<label for="b">To confirm, type {relay_text.asked(found.read_back)}</label>'
        '<input id="b" name="read_back" maxlength="12" autocapitalize="characters">'
        '<button class="c" name="answer" value="confirmed">CONFIRM: I have this exact text</button>'
        '<button name="answer" value="unable">I CANNOT do this</button>'
        '<button name="answer" value="objection">I OBJECT</button></form>'
        "<p>Each slip answers once. What you answer is kept with the time. To confirm is to say that you have"
        " it: it gives no permission to anybody.</p>"
    )


def small_map(volumes: Sequence[Volume]) -> str:
    """Where it is, in black on white; nothing where no volume is told."""
    if not volumes:
        return ""
    filed = (("", Filed(Plan("", "", tuple(volumes)), ("",) * len(volumes))),)
    left, top, right, bottom = frame = (64.0, 6.0, WIDE - 10.0, HIGH - 22.0)
    seen = view(Report(0, filed, SeparationTable((), ""), ()), frame)
    spots = Spots(left + 3, top + 3, right - 3, bottom - 3)
    lines, labels = graticule(seen)
    marks = scale_bar(seen, False, spots) + north_arrow(seen, spots)
    box: dict[str, object] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    root: dict[str, object] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": WIDE,
        "height": HIGH,
        "viewBox": f"0 0 {WIDE:.0f} {HIGH:.0f}",
        "font_family": FONT,
        "role": "img",
    }
    return tag(
        "svg",
        root,
        "<title>Where it is</title>",
        tag("clipPath", {"id": "m"}, tag("rect", box)),
        tag("g", {"clip_path": "url(#m)"}, lines, _shape(drawn([v.ground for v in volumes], seen)), marks),
        tag("rect", {**box, "fill": "none", "stroke": INK}),
        labels,
    )


def _shape(found: shapely.Geometry) -> str:
    rings = []
    for part in shapely.get_parts(shapely.simplify(found, 0.3)):
        if shapely.get_type_id(part) == 3:  # a polygon; what is cut to a line or a point is too small to see
            lines = [np.asarray(ring.coords) for ring in (part.exterior, *part.interiors)]
            rings += [path([(float(x), float(y)) for x, y in line], closed=True) for line in lines]
    look = {"fill": INK, "fill_opacity": "0.22", "stroke": INK, "stroke_width": 2.0, "fill_rule": "evenodd"}
    return tag("path", {"d": "".join(rings) or "M0 0", **look})


class Slip(Struct, frozen=True):
    """What is printed on a slip; `url` None: no page is served, and the words are read to the desk."""

    cell: str
    above: str
    title: str
    words: str
    url: str | None
    mark: str = ""


_SLIP_STYLE: Final = """
@page { size: A6 portrait; margin: 7mm }
body { font: 9.5pt/1.35 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #000;
  background: #fff; max-width: 91mm; margin: 0 auto; padding: 2mm 0 }
h1 { font-size: 12pt; margin: 0 0 1mm } p { margin: 0 0 1.5mm } .qr { text-align: center; margin: 2mm 0 }
.qr svg { width: 50mm; height: 50mm } .words { border: 1pt solid #000; padding: 1.5mm;
  font: 9pt/1.5 "Liberation Mono", "DejaVu Sans Mono", monospace }
.w { border: 1.4pt solid #000; padding: 1.5mm; font-weight: 600 }
.s { font-size: 8pt; overflow-wrap: anywhere }
"""


def slip(found: Slip) -> str:
    """A slip to be printed (A6): a code that leads to the page, and the same secret as words."""
    code = "" if found.url is None else f'<div class="qr">{qr(found.url)}</div>'
    how = (
        "Point a telephone's camera at the code, read the page, and answer. Or read these words to the desk:"
        if found.url is not None
        else "Have the text read to you, read it back, and then read these words to the desk:"
    )
    above = f"Handed to you by: {_text(found.above)}. " if found.above else ""
    mark = f'<p class="w">{_text(found.mark)}</p>' if found.mark else ""
    body = (
        f"{mark}<h1>{_text(found.title)}</h1><p>For: <b>{_text(found.cell)}</b></p>{code}"
        f'<p>{how}</p><p class="words">{_text(found.words.replace("-", " "))}</p>'
        f'<p class="s">{above}Whoever holds this slip answers as {_text(found.cell)}, once. It answers for'
        " this version only. Lost: tell the desk, which voids it with a new one.</p>"
        '<p class="w">It is not done until you have answered. Silence is no answer.</p>'
        f'<p class="s">{NEVER}</p>'
    )
    return _html("Slip", body, _SLIP_STYLE)


def qr(url: str) -> str:
    """The code as SVG, with an error correction that survives folds and rain (M: 15 %)."""
    return str(
        segno.make(url, error="m", micro=False).svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    )


def _html(title: str, body: str, style: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title><style>{style}</style></head>'
        f"<body>{body}</body></html>\n"
    )


def _text(words: str) -> str:
    return escape(shorten(words, 300), quote=False)
