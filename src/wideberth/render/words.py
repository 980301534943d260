"""Figures as people read them: in aviation or metric units, rounded to the side that does not flatter.

A gap is rounded down and a minimum up, so that nothing is shown as larger than it is certain to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from wideberth.conflict.result import Conflict
from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.model.separation import Rule, SeparationTable
from wideberth.model.terms import Place
from wideberth.render.report import Report, parties_of
from wideberth.space.ellipsoid import GEOD
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, SECOND

NEXT_STEP = "Agree with the other party a change of time, altitude, route or area, and check again."
UNKNOWN_GROUND = "ground height unknown: that alone makes it a conflict"
_COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def length(value: int, metric: bool, up: bool = False) -> str:
    """A horizontal length in 0.1 mm: `1.24 NM`, or `2.29 km`, `850 m`; small ones in metres."""
    if value < 1_000 * METRE and (metric or value < NAUTICAL_MILE // 10):
        return f"{_rounded(value, METRE, up)} m"
    return f"{_rounded(value, 1_000 * METRE if metric else NAUTICAL_MILE, up)} {'km' if metric else 'NM'}"


def height(value: int, metric: bool, up: bool = False) -> str:
    """A vertical distance in 0.1 mm: `3,000 ft` or `914.4 m`."""
    places = 0 if value >= 100 * METRE and not metric else 1
    return f"{_rounded(value, METRE if metric else FOOT, up, places)} {'m' if metric else 'ft'}"


def duration(value: int, up: bool = False) -> str:
    """A duration in ms: `4 min 30 s`, `1 h 20 min`, `2 d 3 h`; never more than two units."""
    seconds = int(_rounded(value, SECOND, up, 0).replace(",", ""))
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    for i, (name, size) in enumerate(units):
        if seconds >= size or size == 1:
            whole, rest = divmod(seconds, size)
            if size == 1 or (rest == 0):
                return f"{whole} {name}"
            smaller, small = units[i + 1]
            part = -(-rest // small) if up else rest // small
            if part * small == size:
                return f"{whole + 1} {name}"
            return f"{whole} {name} {part} {smaller}" if part else f"{whole} {name}"
    raise AssertionError("the last unit is a second")


def frequency(value: int, up: bool = False) -> str:
    """A frequency in Hz: `1 MHz`, `25 kHz`."""
    for name, size in (("GHz", 10**9), ("MHz", 10**6), ("kHz", 1_000)):
        if value >= size:
            return f"{_rounded(value, size, up, 3)} {name}"
    return f"{value} Hz"


def _rounded(value: int, unit: int, up: bool, places: int = 2) -> str:
    mode = ROUND_CEILING if up else ROUND_FLOOR
    exact = (Decimal(value) / unit).quantize(Decimal(1).scaleb(-places), rounding=mode)
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def axes(conflict: Conflict, metric: bool) -> list[tuple[str, str]]:
    """Name and words of each axis that has a minimum: (`horizontal`, `1.24 NM of 3 NM`)."""
    shown = []
    for name, gap, required in (
        ("horizontal", conflict.gap.h, conflict.required.h),
        ("vertical", conflict.gap.v, conflict.required.v),
        ("time", conflict.gap.t, conflict.required.t),
        ("frequency", conflict.gap.f, conflict.required.f),
    ):
        if gap is not None and required is not None:
            shown.append((name, _axis(name, gap, required, metric)))
    return shown


def _axis(name: str, gap: int, required: int, metric: bool) -> str:
    needed = _figure(name, required, metric, up=True)
    if gap == 0:
        return f"overlap ({needed} needed)" if required else "overlap"
    return f"{_figure(name, gap, metric, up=False)} of {needed}"


def _figure(name: str, value: int, metric: bool, up: bool) -> str:
    if name == "horizontal":
        return length(value, metric, up)
    if name == "vertical":
        return height(value, metric, up)
    return duration(value, up) if name == "time" else frequency(value, up)


def window(conflict: Conflict, zone: str | None) -> str:
    """When both are there; for windows that are apart, the time between them."""
    start, end = conflict.start, conflict.end
    if start is not None and end is not None and conflict.gap.t:
        return f"one ends {show_time(start, zone)}, the other begins {show_time(end, zone)}"
    if start is None and end is None:
        return "in force, until further notice"
    if end is None:
        return f"from {show_time(start, zone)} until further notice"
    if start is None:
        return f"until {show_time(end, zone)}"
    return span(start, end, zone)


def span(start: int, end: int, zone: str | None) -> str:
    """`2026-11-23 10:00Z – 11:30Z`; the day is not repeated."""
    first, last = show_time(start, zone), show_time(end, zone)
    if first == last:
        return first
    return f"{first} – {last.split(' ', 1)[1] if first[:10] == last[:10] else last}"


def position(near: tuple[float, float]) -> str:
    """`34°23.41′N 033°02.50′E (34.39017, 33.04167)`: latitude first in both."""
    lon, lat = near
    return f"{_minutes(lat, 'NS', 2)} {_minutes(lon, 'EW', 3)} ({lat:.5f}, {lon:.5f})"


def _minutes(angle: float, signs: str, width: int) -> str:
    hundredths = round(abs(angle) * 6_000)
    degrees, minutes = divmod(hundredths, 6_000)
    return f"{degrees:0{width}d}°{minutes / 100:05.2f}′{signs[angle < 0]}"


def nearest(near: tuple[float, float], places: Sequence[Place], metric: bool) -> str:
    """`12 NM SW of Limassol`, empty without places."""
    best: tuple[float, float, str] | None = None
    for place in places:
        lon, lat = (value / DEGREE for value in place.point)
        azimuth, _, away = GEOD.inv(lon, lat, *near)
        if best is None or away < best[0]:
            best = (away, azimuth, place.name)
    if best is None:
        return ""
    away, azimuth, name = best
    if away < 100:
        return f"at {shorten(name)}"
    unit, word = (1_000, "km") if metric else (1_852, "NM")
    figure = f"{away / unit:.1f}" if away < 10 * unit else f"{away / unit:,.0f}"
    return f"{figure} {word} {_COMPASS[round(azimuth / 45) % 8]} of {shorten(name)}"


def separation(table: SeparationTable) -> str:
    """Source and, of a table with one row, its figures: `preset crewed (3 NM, 3,000 ft, 5 min)`."""
    if len(table.rows) == 1 and len(table.rows[0].rules) == 1:
        return f"{shorten(table.source)} ({rule_words(table.rows[0].rules[0])})"
    return f"{shorten(table.source)} ({counted(len(table.rows), 'pair')} of activities)"


def rule_words(rule: Rule) -> str:
    """`3 NM, 3,000 ft, 5 min`, in the units in which they are round; an axis that is `any` is named."""
    words = [
        "any distance" if rule.h == "any" else _round_length(rule.h, ("NM", "km", "m", "ft")),
        "any altitude" if rule.v == "any" else _round_length(rule.v, ("ft", "m", "NM", "km")),
        "any time" if rule.t == "any" else duration(rule.t, up=True),
    ]
    if rule.f is not None:
        words.append("any frequency" if rule.f == "any" else frequency(rule.f, up=True))
    return ", ".join(words)


def _round_length(value: int, names: Sequence[str]) -> str:
    """A minimum as it was most likely stated: in the unit in which it has the fewest digits."""
    units = {"NM": NAUTICAL_MILE, "km": 1_000 * METRE, "m": METRE, "ft": FOOT}

    def digits(name: str) -> tuple[bool, int]:
        exact = (Decimal(value) / units[name]).normalize()
        return 0 < exact < 1, len(exact.as_tuple().digits)

    name = min(names, key=digits)
    return f"{_rounded(value, units[name], up=True)} {name}"


def headline(report: Report) -> str:
    """The result in one sentence; never that anything is safe."""
    when = f"as of {show_time(report.as_of // SECOND * SECOND, report.zone)}"
    if len(parties_of(report)) < 2 and not report.own:
        # files were refused: what is left says nothing about anybody else's plans
        return f"nothing was compared, {when}: there are not plans of two parties"
    if not report.conflicts:
        return f"no known conflict, {when}"
    involved = len({key for conflict in report.conflicts for key in conflict.plans})
    if report.count is not None and report.count > len(report.conflicts):
        first = f"the first {len(report.conflicts):,}, between {counted(involved, 'plan')}, are listed"
        return f"{counted(report.count, 'conflict')}, {when}; {first}"
    return f"{counted(len(report.conflicts), 'conflict')} between {counted(involved, 'plan')}, {when}"


def compared(report: Report) -> str:
    """`8 plans of 2 parties in 2 files were read`, and how many files were not."""
    plans, files = len(report.filed), len({file for file, _ in report.filed})
    text = (
        f"{counted(plans, 'plan')} of {counted(len(parties_of(report)), 'party', 'parties')}"
        f" in {counted(files, 'file')} {'was' if plans == 1 else 'were'} read"
    )
    if report.refused:
        left_out = len({file for file, _ in report.refused})
        text += f"; {counted(left_out, 'file')} {'was' if left_out == 1 else 'were'} refused and left out"
    return text


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 plan`, `3 plans`, `2 parties`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
