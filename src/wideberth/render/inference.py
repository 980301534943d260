"""What a recipient could infer, in words and figures: for the terminal, and as rows for a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wideberth.desk.inference import STEPS_H, STEPS_T, Meter, Place, Suggestion, Totals, Wanted
from wideberth.desk.inferred import Cell
from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.model.agreement import Step
from wideberth.render.words import counted, duration, height, length
from wideberth.space.altitude import show

MOST: Final = 40
"""Places that are written out; of more the number is said."""
_KM2: Final = 1_000_000


def text(meter: Meter, names: Mapping[str, str], metric: bool = True) -> str:
    """All of it, in lines.

    Args:
        meter: as measured.
        names: what records are called, by key; where there is none, the key is.
        metric: lengths in kilometres and metres, else in nautical miles and feet.
    """
    lines = [
        f"before this release: {totals(meter.before)}",
        f"after it:            {totals(meter.after)}",
    ]
    shown = [each for each in meter.places if each.now][:MOST]
    for each in shown:
        lines += ["", *place(each, names, metric)]
    left = len(meter.places) - len(shown)
    if left:
        lines += ["", f"not written out: {counted(left, 'record')} more, of this release or told before"]
    return "\n".join(lines) + "\n"


def totals(of: Totals) -> str:
    """One line: how many, when, and the smallest figures."""
    if not of.records:
        return "nothing was told"
    words = [
        counted(of.records, "record"),
        f"at least {counted(of.places, 'distinct place')}",
        counted(of.repeats, "repeat"),
        f"{show_time(of.earliest)} – {show_time(of.latest)}",
    ]
    if of.shortest is not None:
        words.append(f"shortest window {duration(of.shortest)}")
    if of.smallest_m2 is not None:
        words.append(f"smallest ground {area(of.smallest_m2)}")
    return "; ".join(words)


def place(of: Place, names: Mapping[str, str], metric: bool = True) -> list[str]:
    """Some lines: what it is called, then what is known of it before and after."""
    exact = "told exactly" if of.exact else "in cells of a grid"
    first = f"{shorten(names.get(of.key, of.key))}: told {counted(of.told, 'time')}, {exact}"
    lines = [first]
    lines.append(f"  before    {'nothing was told of it' if of.before is None else cell(of.before, metric)}")
    lines.append(f"  after     {cell(of.after, metric)}")
    if of.moment != of.after:
        lines.append(f"  a moment  {cell(of.moment, metric)}")
    if of.seam is not None and min(of.seam) < min(of.after.north_south, of.after.east_west):
        ground = " × ".join(length(each, metric) for each in of.seam)
        lines.append(f"  if small  it lies across what its cells share: {ground}")
    if of.linked is not None:
        others = ", ".join(shorten(names.get(key, key)) for key in of.same[:3])
        more = f" and {of.others - 3:,} more" if of.others > 3 else ""
        lines.append(f"  if it is the same as {others}{more}: {cell(of.linked, metric)}")
    return lines


def cell(of: Cell, metric: bool = True) -> str:
    """`18.59 km × 21.47 km, 399.6 km²; FL100 to FL150 (1,524 m); 2026-11-28 10:00Z – … (1 h)`."""
    ground = " × ".join(length(each, metric) for each in (of.north_south, of.east_west))
    window = f"{show_time(of.from_ms)} – {show_time(of.until_ms)}"
    if of.window is not None:
        window += f" ({duration(of.window)})"
    return "; ".join([f"{ground} (north-south × east-west), {area(of.area_m2)}", _band(of, metric), window])


def area(square_metres: int) -> str:
    """`399.6 km²`, `5,026 m²`; rounded down."""
    if square_metres < _KM2:
        return f"{square_metres:,} m²"
    return f"{square_metres * 10 // _KM2 / 10:,.1f} km²"


def suggestion(of: Suggestion, wanted: Wanted, names: Mapping[str, str], metric: bool = True) -> list[str]:
    """What would keep the release within what is wanted; at the end the steps that were tried."""
    asked = f"no less than {length(wanted.extent, metric)} and {duration(wanted.window)}"
    keys = ", ".join(shorten(names.get(key, key)) for key in of.short[:5])
    more = f" and {len(of.short) - 5:,} more" if len(of.short) > 5 else ""
    match of.outcome:
        case "as it is":
            return [f"{asked}: kept by this release as it is"]
        case "coarser" | "unless the same":
            how = "by this release as it is" if of.grid is None else f"on a grid of {step(of.grid)}"
            lines = [f"{asked}: kept {how}"]
            if of.short:
                lines.append(f"but not if another record that could be the same is: {keys}{more}")
            return lines
        case _:
            lines = [
                f"{asked}: no grid helps",
                f"known better than that already, or on any grid: {keys}{more}",
            ]
            grids = ", ".join(length(each, metric=False) for each in STEPS_H)
            return [*lines, f"tried: {grids}; {', '.join(duration(each) for each in STEPS_T)}"]


def step(of: Step) -> str:
    """`20 NM, 5,000 ft, 2 h`."""
    return f"{length(of.h, metric=False)}, {height(of.v, metric=False)}, {duration(of.t)}"


def _band(of: Cell, metric: bool) -> str:
    if of.lower is None or of.upper is None:
        return "heights in several datums"
    words = f"{show(of.lower, metric)} to {show(of.upper, metric)}"
    tall = "" if of.height is None else f" ({height(of.height, metric)})"
    return words + tall
