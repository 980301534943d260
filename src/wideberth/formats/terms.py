"""Agreement terms as a TOML file that people write and read.

Every figure carries its unit, in the text ("3NM") or in the key (`hpa`). A key that is not known is
refused: a minimum that is silently skipped would be worse than none. `src/wideberth/data/samples/terms.toml`
is a commented example of everything that is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats import tomltext as toml
from wideberth.formats.properties import check_name, check_text
from wideberth.formats.tomltext import Table
from wideberth.model.separation import EVERY, PRESETS, Minimum, Row, Rule, SeparationTable
from wideberth.model.terms import SCHEMA, Place, Terms
from wideberth.space.ground import Circle, Edges, Polygon
from wideberth.space.reference import Atmosphere, Qnh, Terrain
from wideberth.space.stated import circle, polygon, position
from wideberth.space.units import METRE, parse_duration, parse_frequency, parse_length
from wideberth.space.words import middle

Axis = Literal["horizontal", "vertical", "time", "frequency"]

KEYS = ("title", "area", "ground", "qnh", "atmosphere", "separation", "places")
"""What terms and agreements have in common."""
LARGEST: dict[Axis, int] = {
    "horizontal": 20_000_000 * METRE,
    "vertical": 100_000 * METRE,
    "time": 3_660 * 86_400_000,
    "frequency": 10**12,
}
"""No minimum is larger than half the way round the Earth, 100 km, ten years, 1 THz."""
_PARSERS: dict[Axis, Callable[..., int]] = {
    "horizontal": parse_length,
    "vertical": parse_length,
    "time": parse_duration,
    "frequency": parse_frequency,
}
_EXAMPLES: dict[Axis, str] = {
    "horizontal": "3NM",
    "vertical": "3000ft",
    "time": "5min",
    "frequency": "1MHz",
}
_GROUND = re.compile(r"(?P<low>.+?)\.\.\s*(?P<high>[^.\s].*?)(?:\s+(?P<datum>[A-Za-z]\w*))?\s*")
GROUND_WANTED = "lowest and highest ground with units, for example 400m..900m or 400m..900m HAE"


def read(data: bytes, path: str = "") -> Terms:
    """Terms from the bytes of a TOML file. `path` stands before every place in an error.

    Raises: Invalid (`terms.*`, `separation.*`, `text.*`, `geometry.*`, `length.*`, `duration.*`,
    `frequency.*`).
    """
    found = toml.parse(data, path)
    toml.check_keys(found, ("schema", "parties", *KEYS), path)
    if found.get("schema") != SCHEMA:
        raise Invalid("terms.schema", toml.at(path, "schema"), found.get("schema", "nothing"), f'"{SCHEMA}"')
    return agreed(found, _parties(found, path), path)


def agreed(found: Table, parties: tuple[str, ...], path: str) -> Terms:
    """What the `KEYS` of a document say. Raises: as `read`."""
    title = check_text(toml.text(found, "title", path, ""), toml.at(path, "title"))
    area = area_in(found, "area", path)
    return Terms(
        table=_separation(found, title, path),
        title=title,
        parties=parties,
        area=area,
        ground=_ground(found, path),
        qnh=_qnh(found, area, path),
        atmosphere=_atmosphere(found, path),
        places=_places(found, path),
    )


def parse_minimum(axis: Axis, value: object, path: str) -> Minimum:
    """One minimum in the units of `Rule`: a figure with its unit, `0`, or `any`.

    Raises: Invalid (`separation.minimum`, `length.*`, `duration.*`, `frequency.*`).
    """
    wanted = f"a figure with its unit such as {_EXAMPLES[axis]}, 0, or any"
    if type(value) is int and value == 0:
        return 0
    if not isinstance(value, str):
        raise Invalid("separation.minimum", path, value, wanted)
    text = value.strip()
    if text.lower() == "any":
        return "any"
    if text == "0":
        return 0
    figure = _PARSERS[axis](text, path, "up")
    if not 0 <= figure <= LARGEST[axis]:
        raise Invalid("separation.minimum", path, value, f"{wanted}; not negative and not beyond the Earth")
    return figure


def parse_ground(text: str, path: str) -> Terrain:
    """The range of the ground's height from text such as `400m..900m` (MSL) or `400m..900m HAE`.

    Raises: Invalid (`terms.ground`, `length.*`).
    """
    match = _GROUND.fullmatch(text)
    if match is None:
        raise Invalid("terms.ground", path, text, GROUND_WANTED)
    return _terrain(match["low"], match["high"], match["datum"] or "MSL", path)


def _separation(found: Table, title: str, path: str) -> SeparationTable:
    rows: dict[tuple[str, str], Row] = {}
    for table, where in toml.tables(found, "separation", path):
        row = _row(table, where)
        if row.between in rows:
            wanted = "one entry for each pair of activities"
            raise Invalid("separation.repeated", where, " and ".join(row.between), wanted)
        rows[row.between] = row
    if not rows:
        wanted = "at least one [[separation]] with between and rules or preset"
        raise Invalid("separation.missing", toml.at(path, "separation"), "nothing", wanted)
    return SeparationTable(tuple(rows.values()), f'agreement "{title}"' if title else "agreement")


def _row(table: Table, path: str) -> Row:
    toml.check_keys(table, ("between", "rules", "preset"), path)
    pair = table.get("between")
    where = toml.at(path, "between")
    if not isinstance(pair, list) or len(pair) != 2:
        wanted = 'two activities, for example ["jet", "convoy"], or ["*", "*"] for every pair without its own'
        raise Invalid("separation.between", where, "nothing" if pair is None else pair, wanted)
    a, b = sorted(
        check_name(toml.is_text(name, f"{where}[{i}]"), f"{where}[{i}]") for i, name in enumerate(pair)
    )
    if (a == EVERY) != (b == EVERY):
        raise Invalid("separation.between", where, f"{a}, {b}", 'two named activities, or "*" twice')
    return Row((a, b), _rules(table, path))


def _rules(table: Table, path: str) -> tuple[Rule, ...]:
    """The rules of a row: its own, or those of a preset."""
    preset, listed = table.get("preset"), table.get("rules")
    if (preset is None) == (listed is None):
        wanted = "either preset or rules"
        raise Invalid("separation.rules", path, "both" if preset is not None else "neither", wanted)
    if preset is not None:
        if not isinstance(preset, str) or preset not in PRESETS:
            raise Invalid("separation.preset", toml.at(path, "preset"), preset, ", ".join(PRESETS))
        return PRESETS[preset].rows[0].rules
    rules = [_rule(rule, where) for rule, where in toml.tables(table, "rules", path)]
    if not rules:
        raise Invalid("separation.rules", toml.at(path, "rules"), "an empty list", "one rule or more")
    return tuple(rules)


def _rule(table: Table, path: str) -> Rule:
    toml.check_keys(table, ("horizontal", "vertical", "time", "frequency"), path)
    minima: dict[Axis, Minimum] = {}
    for axis in LARGEST:
        if axis in table:
            minima[axis] = parse_minimum(axis, table[axis], toml.at(path, axis))
        elif axis != "frequency":
            wanted = f"{axis} in every rule: a figure such as {_EXAMPLES[axis]}, 0, or any"
            raise Invalid("separation.missing", toml.at(path, axis), "nothing", wanted)
    return Rule(minima["horizontal"], minima["vertical"], minima["time"], minima.get("frequency"))


def _parties(found: Table, path: str) -> tuple[str, ...]:
    where = toml.at(path, "parties")
    names = found.get("parties", [])
    if not isinstance(names, list):
        raise Invalid("terms.type", where, names, "a list of names")
    parties = tuple(
        check_name(toml.is_text(n, f"{where}[{i}]"), f"{where}[{i}]") for i, n in enumerate(names)
    )
    if len(set(parties)) < len(parties):
        raise Invalid("terms.repeated", where, ", ".join(parties), "each party once")
    return parties


def area_in(found: Table, key: str, path: str) -> Polygon | Circle | None:
    """A circle or a polygon, or None; the polygon's edges are as in GeoJSON unless `edges` says geodesic.

    Raises: Invalid (`terms.*`, `geometry.*`, `length.*`).
    """
    if key not in found:
        return None
    where = toml.at(path, key)
    table = toml.table(found[key], where)
    toml.check_keys(table, ("circle", "polygon", "edges"), where)
    if ("circle" in table) == ("polygon" in table):
        both = "both" if "circle" in table else "neither"
        raise Invalid("terms.area", where, both, "a circle or a polygon")
    if "circle" in table:
        inner = toml.table(table["circle"], toml.at(where, "circle"))
        toml.check_keys(inner, ("lon", "lat", "radius"), toml.at(where, "circle"))
        radius = parse_length(
            toml.text(inner, "radius", toml.at(where, "circle")), toml.at(where, "circle.radius"), "up"
        )
        return circle(inner.get("lon"), inner.get("lat"), radius, toml.at(where, "circle"))
    edges: dict[object, Edges] = {"lonlat": "lonlat", "geodesic": "geodesic"}
    stated = table.get("edges", "lonlat")
    if not isinstance(stated, str) or stated not in edges:
        raise Invalid("terms.area", toml.at(where, "edges"), stated, "lonlat (as in GeoJSON) or geodesic")
    ring, at = table["polygon"], toml.at(where, "polygon")
    if not isinstance(ring, list) or not all(isinstance(p, list) and len(p) == 2 for p in ring):
        raise Invalid("terms.area", at, ring, "a closed ring of positions [lon, lat] in degrees")
    return polygon([ring], edges[stated], at)


def _ground(found: Table, path: str) -> Terrain:
    if "ground" not in found:
        return Terrain()
    where, value = toml.at(path, "ground"), found["ground"]
    wanted = 'lowest and highest ground, for example ["400m", "900m"] or ["400m", "900m", "HAE"]'
    texts = [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(texts) != len(value) or len(texts) not in (2, 3):
        raise Invalid("terms.ground", where, value, wanted)
    return _terrain(texts[0], texts[1], texts[2] if len(texts) == 3 else "MSL", where)


def _terrain(low: str, high: str, datum: str, path: str) -> Terrain:
    if datum not in ("MSL", "HAE"):
        raise Invalid("terms.ground", path, datum, "the datum MSL or HAE")
    lowest, highest = parse_length(low, path, "down"), parse_length(high, path, "up")
    if not -12_000 * METRE <= lowest <= highest <= 9_000 * METRE:
        raise Invalid("terms.ground", path, f"{low} to {high}", "low before high, from -12,000 m to 9,000 m")
    return Terrain(lowest, highest, "HAE" if datum == "HAE" else "MSL", known=True)


def _qnh(found: Table, area: Polygon | Circle | None, path: str) -> Qnh | None:
    """One agreed QNH; it holds in the area of the agreement unless it names its own."""
    if "qnh" not in found:
        return None
    where = toml.at(path, "qnh")
    table = toml.table(found["qnh"], where)
    toml.check_keys(table, ("hpa", "area"), where)
    pressure = (
        None if "hpa" not in table else toml.number(table["hpa"], 800, 1100, "hPa", toml.at(where, "hpa"))
    )
    return Qnh(pressure, area_in(table, "area", where) or area)


def _atmosphere(found: Table, path: str) -> Atmosphere:
    where = toml.at(path, "atmosphere")
    table = toml.table(found.get("atmosphere", {}), where)
    toml.check_keys(table, ("pressure_hpa", "isa_deviation_c", "altimetry"), where)
    air = Atmosphere()
    if "pressure_hpa" in table:
        low, high = toml.span(table["pressure_hpa"], 800, 1100, "hPa", toml.at(where, "pressure_hpa"))
        air = structs.replace(air, pressure_low=low, pressure_high=high)
    if "isa_deviation_c" in table:
        low, high = toml.span(table["isa_deviation_c"], -100, 100, "°C", toml.at(where, "isa_deviation_c"))
        air = structs.replace(air, deviation_low=low, deviation_high=high)
    if "altimetry" in table:
        error = parse_length(toml.text(table, "altimetry", where), toml.at(where, "altimetry"), "up")
        if not 0 <= error <= 1_000 * METRE:
            raise Invalid("terms.range", toml.at(where, "altimetry"), table["altimetry"], "from 0m to 1000m")
        air = structs.replace(air, altimetry=error)
    return air


def _places(found: Table, path: str) -> tuple[Place, ...]:
    places = []
    for table, where in toml.tables(found, "places", path):
        toml.check_keys(table, ("name", "lon", "lat", "area"), where)
        name = check_name(toml.text(table, "name", where), toml.at(where, "name"))
        area = area_in(table, "area", where)
        if area is None or "lon" in table or "lat" in table:
            point, _ = position(table.get("lon"), table.get("lat"), where)
        else:
            point = middle(area)
        places.append(Place(name, point, area))
    return tuple(places)
