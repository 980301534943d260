"""The flight-intent test files of InterUSS (uss_qualifier, FlightIntentCollection), JSON or YAML; read only.

Each intent is a plan. `full` states it; `delta` takes another intent and changes parts of it:
objects merge key by key, lists element by element, and a key that begins with `+` replaces the whole
value. Both shapes are read: flight templates (`basic_information.area`, times relative to the test)
and the older injection requests (`request.operational_intent`, times relative to `reference_time`).
Every such time is resolved from `Options.as_of`. Heights are W84, edges geodesic, as in F3548.

The files describe several moments of the same few flights, so each flight is a party of its own and
its intents are variants, of which only one is flown: they are never compared with each other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from wideberth.errors import Invalid
from wideberth.formats import jsontext, yamltext
from wideberth.formats.f3548 import read_priority
from wideberth.formats.intent_deltas import Element, Full, element, flight_of, resolve
from wideberth.formats.properties import check_name
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.formats.times import Edge, parse_time
from wideberth.formats.volume4d import made, mapping, member, members, stamp, tell_window, text
from wideberth.model.plan import Plan, State, check_state
from wideberth.space.units import SECOND
from wideberth.space.volume import Volume

MAX_INTENTS = 1_000
MAX_BYTES = 4 * 1024 * 1024

_OFFSET = re.compile(r"([+-]?)((?:\d{1,12}(?:\.\d{1,9})?\s*[smhdw]\s*)+)")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_FURTHEST = Decimal(100 * 366 * 86_400) * SECOND
_OF_THE_TEST = ("StartOfTestRun", "StartOfScenario", "TimeOfEvaluation")


def read(data: bytes, options: Options) -> Reading:
    """The plans of a flight-intent file; a plan's id is its intent's name, its party the flight.

    Raises: Invalid (`intents.*`, `yaml.*`, `json.*`, `f3548.*`, `geometry.*`, `altitude.*`, `time.*`).
    """
    if len(data) > MAX_BYTES:
        wanted = f"flight intents of at most {MAX_BYTES:,} bytes"
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", wanted)
    document = jsontext.parse(data) if data.lstrip()[:1] in (b"{", b"[") else yamltext.parse(data)
    if not isinstance(document, Mapping) or not isinstance(document.get("intents"), Mapping):
        raise Invalid("intents.document", "", type(document).__name__, 'an object with "intents"')
    tally = Tally()
    elements: dict[str, Element] = {}
    for name, value in document["intents"].items():
        path = f"intents.{name}"
        check_name(name, path)
        elements[name] = element(mapping(_without_references(value, path, tally), path), path)
    if not 0 < len(elements) <= MAX_INTENTS:
        wanted = f"1 to {MAX_INTENTS:,} intents"
        raise Invalid("intents.count", "intents", f"{len(elements):,} intents", wanted)
    resolved = resolve(elements)
    flights = {name: flight_of(name, elements) for name in elements}
    filed = tuple(_filed(name, found, flights[name], options, tally) for name, found in resolved.items())
    return Reading(filed, tally.notes())


def _without_references(value: object, path: str, tally: Tally) -> object:
    """The value without `$ref` members: what they name is in another file, and readers open no files."""
    if isinstance(value, Mapping):
        if "$ref" in value:
            tally.tell(f"a $ref to another file was skipped: {value['$ref']}", path)
        kept = {key: _without_references(held, f"{path}.{key}", tally) for key, held in value.items()}
        kept.pop("$ref", None)
        return kept
    if isinstance(value, list):
        return [_without_references(held, f"{path}[{i}]", tally) for i, held in enumerate(value)]
    return value


def _filed(name: str, found: Full, flight: str, options: Options, tally: Tally) -> Filed:
    path = f"intents.{name}"
    _no_transformations(found, path)
    if found.get("basic_information") is not None:
        volumes, where, state, priority = _template(found, path, options, tally)
    elif found.get("request") is not None:
        volumes, where, state, priority = _request(found, path, options, tally)
    else:
        wanted = "basic_information, or request with reference_time"
        raise Invalid("intents.shape", path, ", ".join(found) or "an empty object", wanted)
    if not volumes:
        raise Invalid("intents.no_volumes", path, "no volume", "one or more")
    plan = Plan(flight, name, tuple(volumes), state=state, priority=priority, variant_of=flight)
    return Filed(plan, tuple(where))


_Parts = tuple[list[Volume], list[str], State, int]


def _template(found: Full, path: str, options: Options, tally: Tally) -> _Parts:
    """A flight template: `basic_information` and `astm_f3548_21`."""
    where = f"{path}.basic_information"
    basic = mapping(found["basic_information"], where)
    volumes, places = [], []
    for i, value in enumerate(members(basic, "area", where)):
        place = f"{where}.area[{i}]"
        area = mapping(value, place)
        _no_transformations(area, place)
        start, end = _window(area, place, options)
        tell_window(start, end, place, tally)
        volumes.append(made(area, place, start, end, options, tally))
        places.append(place)
    priority = read_priority(member(found, "astm_f3548_21", path) or {}, f"{path}.astm_f3548_21")
    return volumes, places, _template_state(basic, where), priority


def _no_transformations(found: Mapping[str, object], path: str) -> None:
    if found.get("transformations"):
        wanted = "intents without transformations (they are not applied here)"
        raise Invalid("intents.transformations", path, "transformations", wanted)


def _template_state(basic: Mapping[str, object], path: str) -> State:
    """F3548's state: an off-nominal aircraft decides, else whether the flight is in use."""
    usage: dict[str | None, State] = {"Planned": "accepted", "InUse": "activated", "Closed": "ended"}
    uas: dict[str | None, State | None] = {
        **dict.fromkeys((None, "Nominal", "NotSpecified"), None),
        "OffNominal": "nonconforming",
        "Contingent": "contingent",
    }
    stated, nominal = text(basic, "usage_state", path), text(basic, "uas_state", path)
    if stated not in usage:
        raise Invalid("intents.state", f"{path}.usage_state", stated or "nothing", ", ".join(map(str, usage)))
    if nominal not in uas:
        wanted = "Nominal, OffNominal, Contingent, NotSpecified"
        raise Invalid("intents.state", f"{path}.uas_state", nominal or "nothing", wanted)
    return uas[nominal] or usage[stated]


def _window(area: Mapping[str, object], path: str, options: Options) -> tuple[int | None, int | None]:
    """Start and end in POSIX ms, rounded outwards; a duration stands in for one of them."""
    start = _test_time(area.get("start_time"), f"{path}.start_time", options, "start")
    end = _test_time(area.get("end_time"), f"{path}.end_time", options, "end")
    stated = text(area, "duration", path)
    if stated is not None:
        if (start is None) == (end is None):
            wanted = "a duration with one of start_time and end_time"
            raise Invalid("intents.duration", path, "a duration with both or neither", wanted)
        duration = _offset(stated, f"{path}.duration")
        if duration < 0:
            raise Invalid("intents.duration", f"{path}.duration", stated, "a duration of 0 or more")
        if start is None and end is not None:
            start = end - duration
        elif start is not None:
            end = start + duration
    return _rounded(start, math.floor), _rounded(end, math.ceil)


def _rounded(time: Decimal | None, rounding: Callable[[Decimal], int]) -> int | None:
    return None if time is None else rounding(time)


def _test_time(value: object, path: str, options: Options, edge: Edge) -> Decimal | None:
    """A TestTime in POSIX ms: absolute, a moment of the test (all are `as_of`), or an offset from one."""
    if value is None:
        return None
    found = mapping(value, path)
    moment = text(found, "time_during_test", path)
    if moment in _OF_THE_TEST:
        return Decimal(options.as_of)
    absolute = text(found, "absolute_time", path)
    if absolute is not None:
        return _exact(absolute, f"{path}.absolute_time", options, edge)
    offset = member(found, "offset_from", path)
    if offset is None:
        wanted = f"absolute_time, offset_from, or time_during_test: {', '.join(_OF_THE_TEST)}"
        raise Invalid("intents.time_template", path, moment or ", ".join(found) or "nothing", wanted)
    where = f"{path}.offset_from"
    origin = _test_time(offset.get("starting_from"), f"{where}.starting_from", options, edge)
    by = text(offset, "offset", where)
    if origin is None or by is None:
        raise Invalid("intents.time_template", where, "no offset", 'an offset such as "45m"')
    return origin + _offset(by, f"{where}.offset")


def _offset(stated: str, path: str) -> Decimal:
    """Milliseconds of `-1s`, `45m`, `1h30m`, `32d` (m: minutes)."""
    found = _OFFSET.fullmatch(stated.strip())
    total = Decimal(0)
    if found is not None:
        total = sum((Decimal(n) * _UNIT_MS[unit] for n, unit in _PART.findall(found[2])), total)
    if found is None or total > _FURTHEST:
        wanted = "a number and s, m, h, d or w, such as -1s, 45m, 32d; at most 100 years"
        raise Invalid("intents.offset", path, stated, wanted)
    return -total if found[1] == "-" else total


def _exact(stated: str, path: str, options: Options, edge: Edge) -> Decimal:
    """POSIX ms with the fraction that whole milliseconds lose; of two readings the one that `edge` wants."""
    early = parse_time(stated, path, zone=options.zone, edge="start")
    late = parse_time(stated, path, zone=options.zone, edge="end")
    if late - early > 1:
        return Decimal(early if edge == "start" else late)
    fraction = re.search(r"\.\d{3}(\d{1,18})", stated)
    return early + (Decimal(f"0.{fraction[1]}") if fraction else Decimal(0))


def _request(found: Full, path: str, options: Options, tally: Tally) -> _Parts:
    """The older shape; all times move so that `reference_time` becomes `as_of`."""
    where = f"{path}.request.operational_intent"
    intent = mapping(mapping(found["request"], f"{path}.request").get("operational_intent"), where)
    origin = text(found, "reference_time", path)
    if origin is None:
        wanted = "the time that as-of stands for"
        raise Invalid("intents.no_reference_time", path, "no reference_time", wanted)
    shift = options.as_of - _exact(origin, f"{path}.reference_time", options, "start")
    volumes, places = [], []
    for key in ("volumes", "off_nominal_volumes"):
        for i, value in enumerate(members(intent, key, where)):
            place = f"{where}.{key}[{i}]"
            volume = mapping(value, place)
            start, end = (_shifted(volume, key, place, shift, options) for key in ("time_start", "time_end"))
            window = _rounded(start, math.floor), _rounded(end, math.ceil)
            tell_window(*window, place, tally)
            shape = mapping(volume.get("volume"), f"{place}.volume")
            volumes.append(made(shape, f"{place}.volume", *window, options, tally))
            places.append(place)
    state = text(intent, "state", where)
    if state is None:
        wanted = "Accepted, Activated, Nonconforming, Contingent"
        raise Invalid("intents.state", f"{where}.state", "nothing", wanted)
    return volumes, places, check_state(state, f"{where}.state"), read_priority(intent, where)


def _shifted(
    volume: Mapping[str, object], key: str, path: str, shift: Decimal, options: Options
) -> Decimal | None:
    stated = stamp(volume, key, path)
    edge: Edge = "start" if key == "time_start" else "end"
    return None if stated is None else _exact(stated, f"{path}.{key}.value", options, edge) + shift
