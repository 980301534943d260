"""The properties of the profile, one by one: what each may hold, how it is read, how it is written.

GeoJSON features and KML ExtendedData carry the same keys. Lengths come as numbers of metres,
durations as numbers of seconds; inside they are integers of 0.1 mm and 1 ms, rounded outwards.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

from wideberth.errors import Invalid
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.space.altitude import ACCEPTED, Altitude, altitude_of, parse_altitude
from wideberth.space.ground import Circle, Corridor
from wideberth.space.units import FLIGHT_LEVEL, METRE, SECOND, Rounding, parse_frequency, to_integer
from wideberth.space.volume import Frequencies, Pad, Volume

Properties = Mapping[str, object]
VertexTimes = tuple[tuple[int, ...], int]

TEXT_KEYS = ("party", "plan", "activity", "state", "label", "callsign", "note", "variant_of", "repeats")
TIME_KEYS = ("start", "end", "review")
LENGTH_KEYS = ("radius_m", "half_width_m", "pad_m")
NUMBER_KEYS = (*LENGTH_KEYS, "time_pad_s", "priority")
ALTITUDE_KEYS = ("lower", "upper")
KEYS = frozenset((*TEXT_KEYS, *TIME_KEYS, *NUMBER_KEYS, *ALTITUDE_KEYS, "times", "band", "pad"))

TEXT_LIMIT = 4_000
NUMBER_LIMIT = 1_000_000_000
PRIORITY_LIMIT = 2**31 - 1

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS = frozenset("\u2028\u2029")


def check_keys(properties: Properties, path: str) -> None:
    """Refuse a key that is one of ours in another spelling (`Lower`, `radius-m`); others are not ours.

    Raises: Invalid (`profile.key_spelling`).
    """
    for key in properties:
        meant = _PLAIN_KEYS.get(_plain(key))
        if meant is not None and key != meant:
            raise Invalid("profile.key_spelling", path, key, f'the key "{meant}", spelled exactly so')


def _plain(key: str) -> str:
    return "".join(c for c in key.lower() if c not in "-_ ")


# left unread, a repeat in the singular would be one window for many
_PLAIN_KEYS = {_plain(key): key for key in KEYS} | {"repeat": "repeats"}


def text(properties: Properties, key: str, path: str) -> str | None:
    """The text of `key`, None where it is absent or null.

    Raises: Invalid (`profile.type`, and as `check_text`; `text.empty` for the keys that name something).
    """
    value = properties.get(key)
    if value is None:
        return None
    where = f"{path}.{key}"
    if not isinstance(value, str):
        raise Invalid("profile.type", where, value, "text")
    if key in ("party", "plan", "activity", "variant_of"):
        return check_name(value, where)
    return check_text(value, where)


def check_name(value: str, path: str) -> str:
    """The text itself if it can name a party, plan or activity.

    Raises: Invalid (`text.empty`, `text.spaces`, and as `check_text`).
    """
    check_text(value, path)
    if not value:
        raise Invalid("text.empty", path, "an empty text", "a name")
    if value != value.strip():
        raise Invalid("text.spaces", path, repr(value), "a name without spaces at its ends")
    return value


def check_text(value: str, path: str) -> str:
    """The text itself if it shows as what it is: one line, no control, override or surrogate characters.

    Raises: Invalid (`text.control`, `text.too_long`).
    """
    if len(value) > TEXT_LIMIT:
        raise Invalid("text.too_long", path, f"{len(value):,} characters", f"at most {TEXT_LIMIT:,}")
    for c in value:
        if _misleads(c):
            wanted = "one line of text without control characters and without direction overrides"
            raise Invalid("text.control", path, f"the character U+{ord(c):04X}", wanted)
    return value


def _misleads(c: str) -> bool:
    code = ord(c)
    nothing = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # not characters, by definition of Unicode
    return c in _BIDI or c in _LINE_BREAKS or nothing or unicodedata.category(c) in ("Cc", "Cs")


def number(value: object, path: str, wanted: str = "a number") -> int | float | Decimal:
    """The value itself if it is a finite number of bounded size.

    Raises: Invalid (`profile.type`, `profile.number_range`).
    """
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool) or not math.isfinite(value):
        # as repr: the text "500" must not look like the number
        raise Invalid("profile.type", path, "nothing" if value is None else repr(value), wanted)
    if not -NUMBER_LIMIT <= value <= NUMBER_LIMIT:
        raise Invalid("profile.number_range", path, value, f"{wanted}, at most {NUMBER_LIMIT:,}")
    return value


def length(properties: Properties, key: str, path: str) -> int | None:
    """The length in 0.1 mm (rounded up) of a key in metres, None where absent.

    Raises: Invalid (`profile.type`, `profile.number_range`, `profile.negative`).
    """
    return _scaled(properties, key, path, METRE, "a number of metres")


def duration(properties: Properties, key: str, path: str) -> int | None:
    """The duration in ms (rounded up) of a key in seconds, None where absent. Raises: as `length`."""
    return _scaled(properties, key, path, SECOND, "a number of seconds")


def _scaled(properties: Properties, key: str, path: str, unit: int, wanted: str) -> int | None:
    value = properties.get(key)
    if value is None:
        return None
    figure = number(value, f"{path}.{key}", wanted)
    if figure < 0:
        code = "pad.negative" if key in ("pad_m", "h_m", "v_m", "t_s") else "profile.negative"
        raise Invalid(code, f"{path}.{key}", figure, f"{wanted}, 0 or more")
    return to_integer(figure, unit, "up")


def priority(properties: Properties, path: str) -> int | None:
    """The whole number of `priority`, None where absent. Raises: Invalid (`profile.type`)."""
    value = properties.get("priority")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > PRIORITY_LIMIT:
        raise Invalid("profile.type", f"{path}.priority", value, "a whole number, such as 0 or 100")
    return value


def altitude(properties: Properties, key: str, path: str) -> Altitude | None:
    """The limit of `key`: text such as `120m AGL`, or {"value", "unit", "datum"}; None where absent.

    The text `MSL` gives the datum `MSL/ALT`; {"datum": "MSL"} is the geoid height. `upper` is rounded up,
    `lower` down.

    Raises: Invalid (`profile.type`, `profile.unknown_key`, `altitude.*`).
    """
    value = properties.get(key)
    where = f"{path}.{key}"
    outwards: Rounding = "up" if key == "upper" else "down"
    if value is None:
        return None
    if isinstance(value, str):
        return parse_altitude(value, where, outwards)
    if not isinstance(value, Mapping):
        raise Invalid("profile.type", where, value, f'{ACCEPTED}, or {{"value", "unit", "datum"}}')
    _only(value, ("value", "unit", "datum"), where)
    datum = value.get("datum")
    if not isinstance(datum, str):
        raise Invalid("profile.type", f"{where}.datum", datum, "a datum such as AGL, MSL, HAE, FL")
    if datum in ("SFC", "UNL"):
        height = value.get("value")
        if height is not None and number(height, f"{where}.value") != 0:
            wanted = f"the value 0, or none, with the datum {datum}; a height above ground is AGL"
            raise Invalid("altitude.range", f"{where}.value", height, wanted)
        return altitude_of(0, "m", datum, where)
    unit = value.get("unit")
    if not isinstance(unit, str):
        raise Invalid("profile.type", f"{where}.unit", unit, "m, ft, or FL with the datum FL")
    return altitude_of(number(value.get("value"), f"{where}.value"), unit, datum, where, outwards)


def band(properties: Properties, path: str) -> Frequencies | None:
    """The frequency band in Hz, rounded outwards; None where absent.

    Raises: Invalid (`profile.type`, `profile.unknown_key`, `frequency.*`).
    """
    value = properties.get("band")
    if value is None:
        return None
    where = f"{path}.band"
    wanted = '{"from": "2.40GHz", "to": "2.48GHz"}'
    if not isinstance(value, Mapping):
        raise Invalid("profile.type", where, value, wanted)
    _only(value, ("from", "to"), where)
    low, high = value.get("from"), value.get("to")
    if not isinstance(low, str) or not isinstance(high, str):
        raise Invalid("profile.type", where, dict(value), wanted)
    return Frequencies(
        parse_frequency(low, f"{where}.from", "down"), parse_frequency(high, f"{where}.to", "up")
    )


def pad(properties: Properties, path: str) -> Pad:
    """The pads; `pad_m` is short for `pad.h_m`.

    Raises: Invalid (`pad.both`, `pad.negative`, `profile.type`, `profile.unknown_key`).
    """
    value = properties.get("pad")
    short = length(properties, "pad_m", path)
    if value is None:
        return Pad(h=short or 0)
    if short is not None:
        raise Invalid("pad.both", path, "pad_m and pad", "one of them: pad_m is short for pad.h_m")
    where = f"{path}.pad"
    if not isinstance(value, Mapping):
        raise Invalid("profile.type", where, value, '{"h_m", "v_m", "t_s"}')
    _only(value, ("h_m", "v_m", "t_s"), where)
    return Pad(
        h=length(value, "h_m", where) or 0,
        v=length(value, "v_m", where) or 0,
        t=duration(value, "t_s", where) or 0,
    )


def _only(value: Mapping[str, object], allowed: tuple[str, ...], path: str) -> None:
    for key in value:
        if key not in allowed:
            raise Invalid("profile.unknown_key", path, key, ", ".join(allowed))


def instant(properties: Properties, key: str, path: str, zone: str | None) -> int | None:
    """The time of `key` in POSIX ms; an `end` is rounded up, others down. None where absent.

    Raises: Invalid (`profile.type`, `time.*`).
    """
    value = properties.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid("profile.type", f"{path}.{key}", value, "a time such as 2026-11-23T10:00:00Z")
    return parse_time(value, f"{path}.{key}", zone=zone, edge="end" if key == "end" else "start")


def vertex_times(properties: Properties, path: str, zone: str | None) -> VertexTimes | None:
    """The `times` of a route as `read_times` gives them, None where absent.

    Raises: Invalid (`profile.type`, `time.*`).
    """
    values = properties.get("times")
    if values is None:
        return None
    if not isinstance(values, list | tuple):
        raise Invalid("profile.type", f"{path}.times", values, "a list of times, one per vertex")
    for i, value in enumerate(values):
        if not isinstance(value, str):
            raise Invalid("profile.type", f"{path}.times[{i}]", value, "a time such as 2026-11-23T10:00:00Z")
    return read_times(values, f"{path}.times", zone)


def read_times(values: Sequence[str], path: str, zone: str | None) -> VertexTimes:
    """The times of vertices in POSIX ms, and by how many ms the latest reading of one exceeds it.

    A fraction of a millisecond, a leap second or a repeated hour has two readings: the second figure
    is added to the time pad. Raises: Invalid (`time.*`).
    """
    early = [parse_time(v, f"{path}[{i}]", zone=zone, edge="start") for i, v in enumerate(values)]
    late = [parse_time(v, f"{path}[{i}]", zone=zone, edge="end") for i, v in enumerate(values)]
    return tuple(early), max((b - a for a, b in zip(early, late, strict=True)), default=0)


def stated(plan: Plan, volume: Volume) -> dict[str, object]:
    """The properties that, read back beside the ground of `volume`, give this volume of this plan.

    Altitudes are objects; lengths are numbers of metres; a slack of the ground is added to the
    horizontal pad (the caller tells it); what is at its default is left out.
    """
    found: dict[str, object] = {"party": plan.party, "plan": plan.id, "state": plan.state}
    if plan.activity != UNSPECIFIED:
        found["activity"] = plan.activity
    if plan.priority:
        found["priority"] = plan.priority
    texts = {"label": plan.label, "callsign": plan.callsign, "note": plan.note}
    found.update({key: value for key, value in texts.items() if value})
    if plan.variant_of is not None:
        found["variant_of"] = plan.variant_of
    if plan.review is not None:
        found["review"] = to_rfc3339(plan.review)
    if volume.start is not None:
        found["start"] = to_rfc3339(volume.start)
    if volume.end is not None:
        found["end"] = to_rfc3339(volume.end)
    found["lower"] = state_altitude(volume.lower)
    found["upper"] = state_altitude(volume.upper)
    if volume.band is not None:
        found["band"] = {"from": f"{volume.band.low}Hz", "to": f"{volume.band.high}Hz"}
    if isinstance(volume.ground, Circle):
        found["radius_m"] = scaled(volume.ground.radius, METRE)
    if isinstance(volume.ground, Corridor):
        found["half_width_m"] = scaled(volume.ground.half_width, METRE)
    found.update(_state_pad(volume.pad, volume.ground.slack))
    return found


def _state_pad(pad: Pad, slack: int) -> dict[str, object]:
    h = scaled(pad.h + slack, METRE)
    if pad.v or pad.t:
        return {"pad": {"h_m": h, "v_m": scaled(pad.v, METRE), "t_s": scaled(pad.t, SECOND)}}
    return {"pad_m": h} if h else {}


def state_altitude(limit: Altitude) -> dict[str, object]:
    """{"value", "unit", "datum"} of the limit, exact; flight levels in FL where whole."""
    if limit.datum in ("SFC", "UNL"):
        return {"value": 0, "unit": "m", "datum": limit.datum}
    if limit.datum == "FL" and limit.value % FLIGHT_LEVEL == 0:
        return {"value": limit.value // FLIGHT_LEVEL, "unit": "FL", "datum": "FL"}
    return {"value": scaled(limit.value, METRE), "unit": "m", "datum": limit.datum}


def scaled(value: int, unit: int) -> int | float:
    """`value / unit`, a whole number where it is one; the float prints as the exact decimal."""
    return value // unit if value % unit == 0 else value / unit
