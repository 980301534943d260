"""The native JSON of plans, schema `wideberth.plans/1`: every value of the model, exactly.

Units are suffixes of keys (_m, _s, _hz); times are RFC 3339 with milliseconds; altitudes are {value, unit,
datum}; coordinates are degrees to 1e-7. Nothing of a volume is left out: what is unbounded is null. So
one volume has one text, and its RFC 8785 bytes rank it within its plan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

import rfc8785
from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats import jsontext
from wideberth.formats.properties import check_name, check_text, instant, number, scaled, state_altitude
from wideberth.formats.properties import priority as stated_priority
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import UNSPECIFIED, Plan, check_state
from wideberth.space import stated as shapes
from wideberth.space.altitude import Altitude, altitude_of
from wideberth.space.ground import Circle, Corridor, Edges, Ground, Point
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.space.volume import HIGHEST, Frequencies, Pad, Volume, check_volume

SCHEMA = "wideberth.plans/1"
Object = Mapping[str, object]

_PLAN = ("party", "id", "volumes")
_PLAN_MORE = ("activity", "state", "priority", "label", "callsign", "note", "variant_of", "review")
_VOLUME = ("ground", "lower", "upper", "start", "end", "band", "pad")
_GROUND = {
    "circle": ("type", "centre", "radius_m", "slack_m"),
    "corridor": ("type", "points", "half_width_m", "edges", "slack_m"),
    "polygon": ("type", "rings", "edges", "slack_m"),
}


def write(plans: Sequence[Plan]) -> bytes:
    """The document of `plans`, one plan a line. Raises: Invalid (`time.range`)."""
    lines = [json.dumps(plan_to_json(plan), ensure_ascii=False, allow_nan=False) for plan in plans]
    return (f'{{"schema": "{SCHEMA}", "plans": [\n' + ",\n".join(lines) + "\n]}\n").encode("utf-8")


def plan_to_json(plan: Plan) -> dict[str, object]:
    """The plan as the native JSON has it."""
    return {
        "party": plan.party,
        "id": plan.id,
        "activity": plan.activity,
        "state": plan.state,
        "priority": plan.priority,
        "label": plan.label,
        "callsign": plan.callsign,
        "note": plan.note,
        "variant_of": plan.variant_of,
        "review": _time(plan.review),
        "volumes": [volume_to_json(volume) for volume in plan.volumes],
    }


def volume_to_json(volume: Volume) -> dict[str, object]:
    """The volume as the native JSON has it; equal volumes give equal text."""
    band, pad = volume.band, volume.pad
    return {
        "ground": ground_to_json(volume.ground),
        "lower": state_altitude(volume.lower),
        "upper": state_altitude(volume.upper),
        "start": _time(volume.start),
        "end": _time(volume.end),
        "band": None if band is None else {"from_hz": band.low, "to_hz": band.high},
        "pad": {"h_m": scaled(pad.h, METRE), "v_m": scaled(pad.v, METRE), "t_s": scaled(pad.t, SECOND)},
    }


def ground_to_json(ground: Ground) -> dict[str, object]:
    """The ground as the native JSON has it: rings are not closed by a repeated vertex."""
    slack = scaled(ground.slack, METRE)
    if isinstance(ground, Circle):
        centre, radius = _degrees(ground.centre), scaled(ground.radius, METRE)
        return {"type": "circle", "centre": centre, "radius_m": radius, "slack_m": slack}
    if isinstance(ground, Corridor):
        return {
            "type": "corridor",
            "points": [_degrees(point) for point in ground.points],
            "half_width_m": scaled(ground.half_width, METRE),
            "edges": ground.edges,
            "slack_m": slack,
        }
    rings = [[_degrees(point) for point in ring] for ring in ground.rings]
    return {"type": "polygon", "rings": rings, "edges": ground.edges, "slack_m": slack}


def volume_bytes(volume: Volume) -> bytes:
    """The volume in native JSON as RFC 8785 bytes."""
    return rfc8785.dumps(cast(Any, volume_to_json(volume)))


def ranks(plan: Plan) -> tuple[int, ...]:
    """The rank of each volume within its plan by `volume_bytes`; equal volumes rank in their order."""
    if len(plan.volumes) < 2:
        return tuple(range(len(plan.volumes)))
    keys = [volume_bytes(volume) for volume in plan.volumes]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    rank = {volume: k for k, volume in enumerate(order)}
    return tuple(rank[k] for k in range(len(keys)))


def volume_from_json(value: object, path: str) -> Volume:
    """The volume that `volume_to_json` has written. Raises: Invalid (as `read`)."""
    return _volume(value, path, None)


def _time(value: int | None) -> str | None:
    return None if value is None else to_rfc3339(value)


def _degrees(point: Point) -> list[int | float]:
    return [scaled(point[0], DEGREE), scaled(point[1], DEGREE)]


def read(data: bytes, options: Options) -> Reading:
    """The plans of a native document.

    Raises: Invalid (`file.*`, `json.*`, `native.*`, `plan.*`, `text.*`, `profile.type`, `time.*`,
    `altitude.*`, `frequency.*`, `pad.negative`, `geometry.*`).
    """
    document = _object(jsontext.parse(data), "", ("schema", "plans"))
    if document["schema"] != SCHEMA:
        raise Invalid("native.schema", "schema", document["schema"], SCHEMA)
    listed = _list(document["plans"], "plans", "a list of plans")
    filed: dict[tuple[str, str], Filed] = {}
    for i, found in enumerate(listed):
        path = f"plans[{i}]"
        plan = read_plan(found, path, options.zone)
        if plan.key in filed:
            raise Invalid("plan.repeated_id", path, plan.id, "each party and id once")
        where = tuple(f"{path}.volumes[{k}]" for k in range(len(plan.volumes)))
        filed[plan.key] = Filed(plan, where)
    return Reading(tuple(filed.values()))


def read_plan(found: object, path: str, zone: str | None = None) -> Plan:
    """A plan from the value of its JSON, at `path` of what it stands in. Raises: as `read`."""
    return _plan(_object(found, path, _PLAN, _PLAN_MORE), path, zone)


def _object(found: object, path: str, required: Sequence[str], more: Sequence[str] = ()) -> Object:
    """The object itself if it has the keys that it must have, and no others."""
    if not isinstance(found, dict):
        raise Invalid("native.type", path, found, f"an object with {', '.join(required)}")
    for key in found:
        if key not in required and key not in more:
            raise Invalid("native.unknown_key", path, key, ", ".join((*required, *more)))
    for key in required:
        if key not in found:
            raise Invalid("native.missing_key", path, f"no {key}", ", ".join(required))
    return found


def _list(found: object, path: str, wanted: str) -> list[object]:
    if not isinstance(found, list) or not found:
        raise Invalid("native.type", path, found, f"{wanted}, not empty")
    return found


def _plan(found: Object, path: str, zone: str | None) -> Plan:
    listed = _list(found["volumes"], f"{path}.volumes", "a list of volumes")
    variant_of = found.get("variant_of")
    return Plan(
        party=check_name(_text(found, "party", path), f"{path}.party"),
        id=check_name(_text(found, "id", path), f"{path}.id"),
        volumes=tuple(_volume(one, f"{path}.volumes[{k}]", zone) for k, one in enumerate(listed)),
        activity=check_name(_text(found, "activity", path, UNSPECIFIED), f"{path}.activity"),
        state=check_state(_text(found, "state", path, "accepted"), f"{path}.state"),
        priority=stated_priority(found, path) or 0,
        label=_text(found, "label", path, ""),
        callsign=_text(found, "callsign", path, ""),
        note=_text(found, "note", path, ""),
        variant_of=None
        if variant_of is None
        else check_name(_text(found, "variant_of", path), f"{path}.variant_of"),
        review=instant(found, "review", path, zone),
    )


def _text(found: Object, key: str, path: str, default: str | None = None) -> str:
    value = found.get(key, default)
    if not isinstance(value, str):
        raise Invalid("native.type", f"{path}.{key}", value, "text")
    return check_text(value, f"{path}.{key}")


def _volume(value: object, path: str, zone: str | None) -> Volume:
    found = _object(value, path, _VOLUME)
    pad = _object(found["pad"], f"{path}.pad", ("h_m", "v_m", "t_s"))
    volume = Volume(
        ground=_ground(found["ground"], f"{path}.ground"),
        lower=_altitude(found["lower"], f"{path}.lower"),
        upper=_altitude(found["upper"], f"{path}.upper"),
        start=instant(found, "start", path, zone),
        end=instant(found, "end", path, zone),
        band=_band(found["band"], f"{path}.band"),
        pad=Pad(
            h=_exact(pad["h_m"], METRE, f"{path}.pad.h_m"),
            v=_exact(pad["v_m"], METRE, f"{path}.pad.v_m"),
            t=_exact(pad["t_s"], SECOND, f"{path}.pad.t_s"),
        ),
    )
    return check_volume(volume, path)


def _exact(value: object, unit: int, path: str) -> int:
    """A figure in metres or seconds as an integer of the model; finer than the model is refused, not rounded.

    Raises: Invalid (`profile.type`, `profile.number_range`, `native.precision`).
    """
    figure = number(value, path)
    exact = Decimal(repr(figure)) * unit
    if exact != int(exact):
        raise Invalid("native.precision", path, repr(figure), f"whole multiples of 1/{unit:,}")
    return int(exact)


def _altitude(value: object, path: str) -> Altitude:
    found = _object(value, path, ("value", "unit", "datum"))
    unit, datum = _text(found, "unit", path), _text(found, "datum", path)
    figure = number(found["value"], f"{path}.value")
    if datum in ("SFC", "UNL") and figure != 0:
        raise Invalid("altitude.range", f"{path}.value", figure, f"the value 0 with the datum {datum}")
    return altitude_of(figure, unit, datum, path)


def _band(value: object, path: str) -> Frequencies | None:
    if value is None:
        return None
    found = _object(value, path, ("from_hz", "to_hz"))
    for key in ("from_hz", "to_hz"):
        figure = found[key]
        if isinstance(figure, bool) or not isinstance(figure, int) or abs(figure) > HIGHEST:
            wanted = f"a whole number of Hz up to {HIGHEST:,}"
            raise Invalid("frequency.range", f"{path}.{key}", figure, wanted)
    return Frequencies(cast(int, found["from_hz"]), cast(int, found["to_hz"]))


def _ground(value: object, path: str) -> Ground:
    """The ground, checked as every format's is; edges go the short way over ±180°, as in the model."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _GROUND:
        raise Invalid("native.ground", f"{path}.type", kind, ", ".join(_GROUND))
    found = _object(value, path, _GROUND[kind])
    slack = _exact(found["slack_m"], METRE, f"{path}.slack_m")
    if not 0 <= slack <= shapes.MAX_RADIUS:
        raise Invalid("native.slack", f"{path}.slack_m", found["slack_m"], "0 to 5,000 km")
    made: Ground
    if kind == "circle":
        lon, lat = _position(found["centre"], f"{path}.centre")
        made = shapes.circle(lon, lat, _exact(found["radius_m"], METRE, f"{path}.radius_m"), path)
    elif kind == "corridor":
        line = _line(found["points"], f"{path}.points")
        width = _exact(found["half_width_m"], METRE, f"{path}.half_width_m")
        made = shapes.corridor(line, width, _edges(found, path), f"{path}.points", wrap=True)
    else:
        rings = _list(found["rings"], f"{path}.rings", "a list of rings")
        lines = [_line(ring, f"{path}.rings[{r}]") for r, ring in enumerate(rings)]
        made = shapes.polygon(lines, _edges(found, path), f"{path}.rings", closed=False, wrap=True)
    return structs.replace(made, slack=made.slack + slack) if slack else made


def _edges(found: Object, path: str) -> Edges:
    edges = found["edges"]
    if edges == "geodesic":
        return "geodesic"
    if edges == "lonlat":
        return "lonlat"
    raise Invalid("native.edges", f"{path}.edges", edges, "geodesic, lonlat")


def _line(found: object, path: str) -> list[tuple[float, float]]:
    listed = _list(found, path, "a list of positions")
    if len(listed) > shapes.MAX_VERTICES:
        wanted = f"at most {shapes.MAX_VERTICES:,}"
        raise Invalid("geometry.too_many_points", path, f"{len(listed):,} vertices", wanted)
    return [_position(one, f"{path}[{i}]") for i, one in enumerate(listed)]


def _position(found: object, path: str) -> tuple[float, float]:
    if not isinstance(found, list) or len(found) != 2:
        raise Invalid("native.type", path, found, "a position: [longitude, latitude]")
    lon, lat = (number(value, path, "degrees") for value in found)
    if not -180 <= lon <= 180:
        raise Invalid("geometry.longitude", path, lon, "a longitude from -180 to 180 degrees")
    return float(lon), float(lat)
