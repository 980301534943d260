"""An agreement in plain words: what it says, and what a new version changes. Figures are exact."""

from __future__ import annotations

from decimal import Decimal

from wideberth.desk.differences import Change
from wideberth.errors import shorten
from wideberth.ledger import ids
from wideberth.model.agreement import Allotment
from wideberth.model.separation import EVERY, Rule
from wideberth.model.terms import Place
from wideberth.space.ground import Circle, Polygon
from wideberth.space.reference import Atmosphere, Qnh, Terrain
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, SECOND

_SHOWN = 200
"""Characters of one value."""


def sentence(change: Change) -> str:
    """`separation crewed–gunnery, horizontal: 3 NM → 5 NM (stricter)`."""
    before, after = value(change.before, change.kind), value(change.after, change.kind)
    return f"{subject(change)}: {before} → {after} ({change.effect})"


def subject(change: Change) -> str:
    """What it is about: `separation crewed–gunnery, horizontal`."""
    whom = f" {_whom(change)}" if change.whom else ""
    part = f", {change.part.replace('_', ' ')}" if change.part else ""
    return f"{change.what.replace('_', ' ')}{whom}{part}"


def item(found: Change) -> dict[str, object]:
    """What an agreement says about one thing, for JSON."""
    said = None if found.after is None else value(found.after, found.kind)
    return {"what": found.what, "whom": list(found.whom), "part": found.part or None, "value": said}


def document(change: Change) -> dict[str, object]:
    """The same for JSON."""
    return {
        "what": change.what,
        "whom": list(change.whom),
        "part": change.part or None,
        "before": None if change.before is None else value(change.before, change.kind),
        "after": None if change.after is None else value(change.after, change.kind),
        "effect": change.effect,
        "words": sentence(change),
    }


def value(found: object, kind: str) -> str:
    """A value of a change in words."""
    if kind == "rules" and isinstance(found, tuple):
        return "; and ".join(map(rule, found))
    if found is None:
        return "not compared" if kind == "frequency" else "none"
    if isinstance(found, int):
        return figure(found, kind)
    return "any" if found == "any" else _value(found)


def figure(found: int, kind: str) -> str:
    """A number in the unit in which it is a short one, exactly."""
    if kind == "length":
        return _exact(found, ("NM", NAUTICAL_MILE), ("m", METRE))
    if kind == "height":
        return _exact(found, ("ft", FOOT), ("m", METRE))
    if kind == "duration":
        return _duration(found)
    if kind == "frequency":
        return _exact(found, ("GHz", 10**9), ("MHz", 10**6), ("kHz", 10**3), ("Hz", 1))
    return f"{found:,} days" if kind == "days" else f"{found:,}"


def rule(found: Rule) -> str:
    """`3 NM, 3,000 ft, 5 min`: one of them is enough."""
    shown = [value(found.h, "length"), value(found.v, "height"), value(found.t, "duration")]
    if found.f is not None:
        shown.append(value(found.f, "frequency"))
    return ", ".join(shown)


def _whom(change: Change) -> str:
    if set(change.whom) == {EVERY}:
        return "every other pair" if change.what == "separation" else "every other activity"
    return "–".join(shorten(name) for name in change.whom)


def _exact(found: int, *units: tuple[str, int]) -> str:
    """In the first unit that gives at most two decimals, else in the last."""
    for name, size in units:
        if found % size == 0 or (found >= size and found * 100 % size == 0):
            return f"{_decimal(found, size)} {name}"
    return f"{_decimal(found, units[-1][1])} {units[-1][0]}"


def _duration(found: int) -> str:
    day, hour, minute = 86_400 * SECOND, 3_600 * SECOND, 60 * SECOND
    if found >= 3 * day and found % day == 0:
        return f"{found // day:,} d"
    return _exact(found, ("h", hour), ("min", minute), ("s", SECOND), ("ms", 1)) if found else "0 s"


def _decimal(found: int, size: int) -> str:
    text = f"{Decimal(found) / size:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _value(found: object) -> str:
    match found:
        case bytes():
            return ids.base32(found)
        case Circle():
            return f"a circle of {figure(found.radius, 'length')} about {_point(found.centre)}"
        case Polygon():
            return f"a polygon of {', '.join(map(_point, found.rings[0]))} ({found.edges})"
        case Place():
            around = "" if found.area is None else f", {_value(found.area)}"
            return f"{_point(found.point)}{around}"
        case Allotment():
            begin, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in found.hours)
            what = "every activity" if found.activity == EVERY else shorten(found.activity)
            where = "" if found.area is None else f" in {_value(found.area)}"
            return f"{what} from {begin} to {end} UTC{where}"
        case Terrain():
            if not found.known:
                return "not known"
            return f"{_decimal(found.low, METRE)} m to {_decimal(found.high, METRE)} m {found.datum}"
        case Qnh():
            setting = "the same for all" if found.hpa is None else f"{found.hpa:g} hPa"
            return setting if found.area is None else f"{setting} in {_value(found.area)}"
        case Atmosphere():
            return (
                f"{found.pressure_low:g} to {found.pressure_high:g} hPa, "
                f"{found.deviation_low:g} to {found.deviation_high:g} °C of the standard, "
                f"altimeters within {_decimal(found.altimetry, METRE)} m"
            )
        case tuple():
            return ", ".join(map(str, found)) or "none"
    return shorten(found, _SHOWN)


def _point(point: tuple[int, int]) -> str:
    lon, lat = point
    return f"{_degrees(abs(lat))}°{'N' if lat >= 0 else 'S'} {_degrees(abs(lon))}°{'E' if lon >= 0 else 'W'}"


def _degrees(found: int) -> str:
    return _decimal(found, DEGREE)
