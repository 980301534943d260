"""Volumes in entries: integers with their unit in the name (LINE 5), every value of the model, exactly.

    {"ground":{…},"lower":{…},"upper":{…},"start_ms":…,"end_ms":…,"band":…,"pad":{…}}

Positions are [lon_e7, lat_e7] in WGS84, lengths `_dmm` in 0.1 mm, altitudes {"datum", "value_dmm"} as
space.altitude has them, times ms POSIX UTC, or null for unbounded. What a peer wrote is checked as a file is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.space import altitude, stated
from wideberth.space.altitude import DATUMS, Altitude
from wideberth.space.ground import Circle, Corridor, Edges, Ground, Point
from wideberth.space.units import DEGREE
from wideberth.space.volume import Frequencies, Pad, Volume, check_volume

MOST = 1_000
"""Volumes of one plan or notice."""
_VOLUME: Final = ("band", "end_ms", "ground", "lower", "pad", "start_ms", "upper")
_GROUND: Final = {
    "circle": ("centre_e7", "radius_dmm", "slack_dmm", "type"),
    "corridor": ("edges", "half_width_dmm", "points_e7", "slack_dmm", "type"),
    "polygon": ("edges", "rings_e7", "slack_dmm", "type"),
}
_EDGES: Final[tuple[Edges, ...]] = ("geodesic", "lonlat")


def write(volume: Volume) -> dict[str, Value]:
    """The value of a volume."""
    band, pad = volume.band, volume.pad
    return {
        "band": None if band is None else {"from_hz": band.low, "to_hz": band.high},
        "end_ms": volume.end,
        "ground": _ground(volume.ground),
        "lower": _altitude(volume.lower),
        "pad": {"h_dmm": pad.h, "t_ms": pad.t, "v_dmm": pad.v},
        "start_ms": volume.start,
        "upper": _altitude(volume.upper),
    }


def read(found: Value, path: str = "volume") -> Volume:
    """The volume that a value says.

    Raises: Invalid (`volume.entry`, and as stated.circle, stated.corridor, stated.polygon, check_volume).
    """
    value = _object(found, _VOLUME, path)
    made = Volume(
        _read_ground(value["ground"], f"{path}.ground"),
        _read_altitude(value["lower"], f"{path}.lower"),
        _read_altitude(value["upper"], f"{path}.upper"),
        _instant(value["start_ms"], f"{path}.start_ms"),
        _instant(value["end_ms"], f"{path}.end_ms"),
        _read_band(value["band"], f"{path}.band"),
        _read_pad(value["pad"], f"{path}.pad"),
    )
    return check_volume(made, path)


def write_all(volumes: Sequence[Volume]) -> list[Value]:
    """The value of several."""
    return [write(each) for each in volumes]


def read_all(found: Value, path: str = "volumes") -> tuple[Volume, ...]:
    """Several volumes, at least one. Raises: as `read`."""
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise Invalid("volume.entry", path, _what(found), f"a list of 1 to {MOST:,} volumes")
    return tuple(read(each, f"{path}[{i}]") for i, each in enumerate(found))


def _ground(ground: Ground) -> dict[str, Value]:
    match ground:
        case Circle():
            return {
                "centre_e7": list(ground.centre),
                "radius_dmm": ground.radius,
                "slack_dmm": ground.slack,
                "type": "circle",
            }
        case Corridor():
            return {
                "edges": ground.edges,
                "half_width_dmm": ground.half_width,
                "points_e7": _points(ground.points),
                "slack_dmm": ground.slack,
                "type": "corridor",
            }
    return {
        "edges": ground.edges,
        "rings_e7": [_points(ring) for ring in ground.rings],
        "slack_dmm": ground.slack,
        "type": "polygon",
    }


def _points(points: Sequence[Point]) -> list[Value]:
    return [list(point) for point in points]


def _altitude(limit: Altitude) -> dict[str, Value]:
    return {"datum": limit.datum, "value_dmm": limit.value}


def _read_ground(found: Value, path: str) -> Ground:
    kind = found.get("type") if isinstance(found, dict) else None
    if not isinstance(kind, str) or kind not in _GROUND:
        raise Invalid("volume.entry", f"{path}.type", kind, ", ".join(_GROUND))
    value = _object(found, _GROUND[kind], path)
    slack = _number(value["slack_dmm"], f"{path}.slack_dmm", 0, stated.MAX_RADIUS)
    made: Ground
    if kind == "circle":
        centre = _read_point(value["centre_e7"], f"{path}.centre_e7")
        radius = _number(value["radius_dmm"], f"{path}.radius_dmm", 0, stated.MAX_RADIUS)
        made = stated.circle(*centre, radius, path)
    elif kind == "corridor":
        line = _read_points(value["points_e7"], f"{path}.points_e7")
        half = _number(value["half_width_dmm"], f"{path}.half_width_dmm", 0, stated.MAX_RADIUS)
        made = stated.corridor(line, half, _edges(value["edges"], path), path)
    else:
        rings = value["rings_e7"]
        if not isinstance(rings, list):
            raise Invalid("volume.entry", f"{path}.rings_e7", _what(rings), "a list of rings")
        read_rings = [_read_points(ring, f"{path}.rings_e7[{i}]") for i, ring in enumerate(rings)]
        made = stated.polygon(read_rings, _edges(value["edges"], path), path, closed=False)
    return structs.replace(made, slack=slack)


def _read_points(found: Value, path: str) -> list[tuple[float, float]]:
    if not isinstance(found, list) or len(found) > stated.MAX_VERTICES:
        raise Invalid("volume.entry", path, _what(found), f"at most {stated.MAX_VERTICES:,} positions")
    return [_read_point(each, f"{path}[{i}]") for i, each in enumerate(found)]


def _read_point(found: Value, path: str) -> tuple[float, float]:
    """In degrees: a double holds 1e-7 degrees exactly enough to be rounded back to the same."""
    if not isinstance(found, list) or len(found) != 2:
        raise Invalid("volume.entry", path, _what(found), "[lon_e7, lat_e7]")
    lon, lat = (_number(each, path, -180 * DEGREE, 180 * DEGREE) for each in found)
    return lon / DEGREE, lat / DEGREE


def _read_altitude(found: Value, path: str) -> Altitude:
    value = _object(found, ("datum", "value_dmm"), path)
    for datum in DATUMS:
        if value["datum"] == datum:
            limit = Altitude(datum, _number(value["value_dmm"], f"{path}.value_dmm", -WHOLE))
            if datum in ("SFC", "UNL") and limit.value:
                raise Invalid("volume.entry", f"{path}.value_dmm", limit.value, f"0 with {datum}")
            return altitude.checked(limit, path)
    raise Invalid("volume.entry", f"{path}.datum", value["datum"], ", ".join(DATUMS))


def _read_band(found: Value, path: str) -> Frequencies | None:
    if found is None:
        return None
    value = _object(found, ("from_hz", "to_hz"), path)
    return Frequencies(*(_number(value[name], f"{path}.{name}", 0) for name in ("from_hz", "to_hz")))


def _read_pad(found: Value, path: str) -> Pad:
    value = _object(found, ("h_dmm", "t_ms", "v_dmm"), path)
    return Pad(*(_number(value[name], f"{path}.{name}", 0) for name in ("h_dmm", "v_dmm", "t_ms")))


def _instant(found: Value, path: str) -> int | None:
    return None if found is None else _number(found, path, -WHOLE)


def _edges(found: Value, path: str) -> Edges:
    for each in _EDGES:
        if found == each:
            return each
    raise Invalid("volume.entry", f"{path}.edges", found, ", ".join(_EDGES))


def _object(found: Value, names: Sequence[str], path: str) -> Mapping[str, Value]:
    if not isinstance(found, dict) or sorted(found) != sorted(names):
        raise Invalid("volume.entry", path, _what(found), f"an object of {', '.join(names)}")
    return found


def _number(found: Value, path: str, least: int, most: int = WHOLE) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise Invalid("volume.entry", path, _what(found), f"a whole number from {least:,} to {most:,}")
    return found


def _what(found: Value) -> object:
    """A large value in few words."""
    return (
        sorted(found)
        if isinstance(found, dict)
        else f"{len(found)} of them"
        if isinstance(found, list)
        else found
    )
