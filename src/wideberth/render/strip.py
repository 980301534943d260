"""A printable strip (A5): for each plan in conflict, the boxes to keep clear, with times and levels.

One HTML file that needs nothing else; a plan begins a page. A box is bounded by meridians and parallels
and holds the other plan's volume and the minimum around it, rounded outwards to a tenth of a minute.
"""

from __future__ import annotations

import math
from html import escape

from msgspec import Struct

from wideberth.conflict.result import Axes, Conflict
from wideberth.errors import shorten
from wideberth.formats.reading import Filed
from wideberth.formats.times import show_time
from wideberth.model.plan import Plan
from wideberth.render.report import Report, name_of, plans_of
from wideberth.render.words import headline, height, separation
from wideberth.space.altitude import Altitude, show
from wideberth.space.extent import Extent, extent
from wideberth.space.units import FOOT, METRE, SECOND
from wideberth.space.volume import Volume

LEGAL = (
    "A strip gives no permission and no guarantee. It knows only the plans that were compared. Absence from"
    " it removes no protection under international humanitarian law."
)
_STYLE = """
@page { size: A5 portrait; margin: 9mm }
* { box-sizing: border-box }
body { font: 9.5pt/1.35 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #000;
  max-width: 130mm; margin: 4mm auto }
section { break-after: page } section:last-of-type { break-after: auto }
h1 { font-size: 13pt; margin: 0 0 1mm } h2 { font-size: 10.5pt; margin: 4mm 0 1mm }
p { margin: 0 0 1.5mm } .small { font-size: 8pt; color: #333 }
table { border-collapse: collapse; width: 100%; break-inside: avoid; border: 1.4pt solid #000;
  margin: 0 0 3mm }
th, td { border: .5pt solid #666; padding: 1mm 1.6mm; text-align: left; vertical-align: top }
th { font-weight: 600; width: 22mm; background: #eee } td.big { font-size: 11pt; font-weight: 600 }
"""


class Box(Struct, frozen=True):
    """What a plan must keep clear of: a volume of another plan, and the minima that hold for the two."""

    number: int
    other: Plan
    volume: Volume
    conflict: Conflict


def strip(report: Report) -> str:
    """The strip as HTML; where there is no conflict, a page that says so."""
    boxes = _boxes(report)
    filed = plans_of(report)
    pages = [_page(report, filed[key][1], found) for key, found in sorted(boxes.items())]
    body = "".join(pages) or f"<section><h1>{_text(headline(report))}</h1>{_foot(report)}</section>"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Keep clear</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _boxes(report: Report) -> dict[tuple[str, str], list[Box]]:
    """By plan, each volume of others that it conflicts with, once, in the order of the report."""
    filed = plans_of(report)
    found: dict[tuple[str, str], list[Box]] = {}
    seen: set[tuple[tuple[str, str], tuple[str, str], int, Axes]] = set()
    for number, conflict in enumerate(report.conflicts, start=1):
        for side in (0, 1):
            mine, theirs = conflict.plans[side], conflict.plans[1 - side]
            volume = conflict.volumes[1 - side]
            key = (mine, theirs, volume, conflict.required)
            if key in seen:
                continue
            seen.add(key)
            other = filed[theirs][1].plan
            found.setdefault(mine, []).append(Box(number, other, other.volumes[volume], conflict))
    return found


def _page(report: Report, filed: Filed, boxes: list[Box]) -> str:
    plan = filed.plan
    head = (
        f"<h1>Keep clear: {_text(plan.party)} · {_text(name_of(plan))}</h1>"
        f"<p>{_text(plan.id)}{f' · {_text(plan.callsign)}' if plan.callsign else ''}</p>"
        f"<p>{len(boxes)} box{'' if len(boxes) == 1 else 'es'}, as of"
        f" {_text(show_time(report.as_of // SECOND * SECOND, report.zone))};"
        f" separation: {_text(separation(report.table))}</p>"
    )
    return f"<section>{head}{''.join(_box(box, report) for box in boxes)}{_foot(report)}</section>"


def _box(box: Box, report: Report) -> str:
    volume, required = box.volume, box.conflict.required
    rows = {
        "times": _times(volume, required.t, report.zone),
        "levels": _levels(volume, required.v, report.metric),
        "box": corners(extent(volume.ground, required.h or 0)) if required.h is not None else "everywhere",
        "other plan": f"{box.other.party} · {name_of(box.other)}",
    }
    cells = "".join(
        f"<tr><th>{name}</th><td{BIG if name in _BIG else ''}>{_text(words)}</td></tr>"
        for name, words in rows.items()
    )
    return f"<h2>{box.number}</h2><table>{cells}</table>"


BIG = ' class="big"'
_BIG = ("times", "levels", "box")


def _times(volume: Volume, minimum: int | None, zone: str | None) -> str:
    """The volume's own window, and the margin that belongs around it."""
    start = show_time(volume.start, zone) if volume.start is not None else "in force"
    end = show_time(volume.end, zone) if volume.end is not None else "until further notice"
    if minimum is None:
        return f"{start} – {end}; at any time"
    around = f", and {math.ceil(minimum / (60 * SECOND))} min before and after" if minimum else ""
    return f"{start} – {end}{around}"


def _levels(volume: Volume, minimum: int | None, metric: bool) -> str:
    """The volume's own levels, and the margin that belongs around them."""
    band = f"{limit(volume.lower, metric, up=False)} to {limit(volume.upper, metric, up=True)}"
    if minimum is None:
        return f"all levels (the plan is at {band})"
    return f"{band}, and {height(minimum, metric, up=True)} above and below" if minimum else band


def limit(limit: Altitude, metric: bool, *, up: bool) -> str:
    """The text of `altitude.show`, rounded outwards to a whole foot or metre."""
    unit = METRE if metric else FOOT
    outwards = -(-limit.value // unit) if up else limit.value // unit
    exact = limit.datum in ("SFC", "UNL") or show(limit).startswith("FL")
    return show(limit if exact else Altitude(limit.datum, outwards * unit), metric)


def corners(found: Extent) -> str:
    """`34°02.1′N – 34°20.4′N, 032°58.0′E – 033°10.9′E`, rounded outwards to a tenth of a minute."""
    south, north = _tenth(found.south, "NS", 2, up=False), _tenth(found.north, "NS", 2, up=True)
    if found.east - found.west >= 360.0:
        return f"{south} – {north}, all longitudes"
    east = found.east - 360.0 if found.east > 180.0 else found.east
    return f"{south} – {north}, {_tenth(found.west, 'EW', 3, up=False)} – {_tenth(east, 'EW', 3, up=True)}"


def _tenth(angle: float, signs: str, width: int, *, up: bool) -> str:
    tenths = math.ceil(angle * 600) if up else math.floor(angle * 600)
    degrees, rest = divmod(abs(tenths), 600)
    return f"{degrees:0{width}d}°{rest / 10:04.1f}′{signs[tenths < 0]}"


def _foot(report: Report) -> str:
    left = len({file for file, _ in report.refused})
    refused = f"<p><b>{left} file{'' if left == 1 else 's'} refused and left out.</b></p>" if left else ""
    return f'{refused}<p class="small">{_text(headline(report))}. {LEGAL}</p>'


def _text(words: str) -> str:
    return escape(shorten(words, 300), quote=False)
