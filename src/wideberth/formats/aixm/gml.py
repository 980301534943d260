"""GML 3.2 surfaces and curves of AIXM: rings of straight lines, geodesics, arcs and circles.

OGC 12-028r1 (Use of GML for aviation data): latitude first in EPSG:4326, longitude first in CRS84; angles
of arcs are true bearings, and an arc runs from its start angle up or down to its end angle.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Literal

from lxml import etree
from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.formats import arc, crossing
from wideberth.formats.arc import Position
from wideberth.formats.raw import Tally
from wideberth.formats.xmltext import local_name
from wideberth.space import stated
from wideberth.space.flatten import to_geodesic
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.stated import MAX_RADIUS, MAX_VERTICES
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, to_integer

NO_CRS = "no reference system (srsName) is stated, read as EPSG:4326: latitude first"
THIRD = "the third number of a position (height) is ignored"
TURNED = "angles of an arc fit its neighbours only counted from east against the clock: read so"
CROSSES = (
    f"an outline crosses or touches itself by less than {crossing.NEAR:.0f} m: "
    "read without the crossing, what that moves is held"
)

XLINK = "{http://www.w3.org/1999/xlink}href"
GML_ID = "{http://www.opengis.net/gml/3.2}id"
MEET = 0.1
"""Of its radius, and MEET_LEAST: an arc whose end lies further from its neighbour is not what was meant."""
MEET_LEAST = 2_000.0
NUMBERS = 3 * (MAX_VERTICES + 1)
"""Of a posList, at most."""

STEPS = 4_000_000
"""Segments of a file, each as often as it is referred to."""

Find = Callable[[str], etree._Element | None]
"""From an xlink:href to the element it names in the same file."""
Kind = Literal["geodesic", "lonlat"]

_LATITUDE_FIRST = re.compile(
    r"(?:urn:ogc:def:crs:EPSG:[\d.]*:|https?://www\.opengis\.net/def/crs/EPSG/0/|EPSG:)4326"
)
_LONGITUDE_FIRST = re.compile(
    r"(?:urn:ogc:def:crs:OGC:[\d.]*:|https?://www\.opengis\.net/def/crs/OGC/1\.3/|OGC:)CRS:?84"
)
_NUMBER = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?")
_LENGTHS = {
    "m": METRE,
    "km": 1_000 * METRE,
    "nm": NAUTICAL_MILE,
    "nmi": NAUTICAL_MILE,
    "[nmi_i]": NAUTICAL_MILE,
    "ft": FOOT,
    "[ft_i]": FOOT,
}
_STRAIGHT = ("LineStringSegment", "LineString", "LinearRing")
_GEODESIC = ("GeodesicString", "Geodesic")


class Piece(Struct, frozen=True):
    """A part of a ring: its vertices, how they are joined, what that may be off by (0.1 mm)."""

    points: tuple[Position, ...]
    kind: Kind
    slack: int = 0
    circle: Circle | None = None


class Reader:
    """Reads the shapes of one file: `find` follows references, `tally` is told what was chosen."""

    def __init__(self, find: Find, tally: Tally) -> None:
        self._find = find
        self._tally = tally
        self._steps = 0

    def surface(self, surface: etree._Element) -> tuple[Ground, ...]:
        """The grounds of an aixm:Surface or gml:Polygon, one for each patch.

        Raises: Invalid (`aixm.geometry`, `aixm.crs`, `aixm.position`, `aixm.arc`, `aixm.reference`,
        `geometry.*`).
        """
        patches = [surface] if local_name(surface) == "Polygon" else []
        patches += list(surface.iter("{*}PolygonPatch"))
        other = next((one for one in surface.iterfind(".//{*}patches/*") if one not in patches), None)
        if other is not None:
            raise Invalid("aixm.geometry", place(other), local_name(other), "a surface of PolygonPatch")
        if not patches:
            raise Invalid("aixm.geometry", place(surface), local_name(surface), "a surface of PolygonPatch")
        return tuple(self._patch(patch) for patch in patches)

    def corridor(self, curve: etree._Element, half_width: int) -> Ground:
        """The corridor along a curve. Raises: Invalid (as `surface`)."""
        pieces = list(self._pieces(curve, []))
        kind: Kind = "lonlat" if all(piece.kind == "lonlat" for piece in pieces) else "geodesic"
        points, slack = _joined(pieces, kind)
        drawn = stated.corridor(points, half_width, kind, place(curve))
        return structs.replace(drawn, slack=drawn.slack + slack)

    def _patch(self, patch: etree._Element) -> Ground:
        where = place(patch)
        outer = [piece for side in patch.iterfind("{*}exterior") for piece in self._pieces(side, [])]
        holes = [list(self._pieces(side, [])) for side in patch.iterfind("{*}interior")]
        if not outer:
            raise Invalid("aixm.geometry", where, "no exterior", "an exterior ring")
        if len(outer) == 1 and outer[0].circle is not None and not holes:
            return outer[0].circle
        rings = [outer, *holes]
        kind: Kind = "lonlat" if all(p.kind == "lonlat" for ring in rings for p in ring) else "geodesic"
        drawn = [_joined(ring, kind) for ring in rings]
        slack = max(loss for _, loss in drawn)
        polygon = self._polygon([points for points, _ in drawn], kind, where)
        return structs.replace(polygon, slack=polygon.slack + slack)

    def _polygon(self, rings: list[list[Position]], kind: Kind, where: str) -> Polygon:
        try:
            return stated.polygon(rings, kind, where, closed=False)
        except Invalid as error:
            crosses = error.code == "geometry.self_intersection" and len(rings) == 1
            mended = crossing.mended(rings[0]) if crosses else None
            if mended is None:
                raise
            self._tally.tell(CROSSES, where)
            polygon = stated.polygon([mended[0]], kind, where, closed=False)
            return structs.replace(polygon, slack=polygon.slack + mended[1])

    def _pieces(self, element: etree._Element, followed: list[str]) -> Iterator[Piece]:
        """The segments of a ring or curve, in order; references are followed."""
        before: Position | None = None
        parts = list(self._segments(element, followed))
        for part, following in zip(parts, [*parts[1:], *parts[:1]], strict=True):
            piece = self._piece(part, before, following)
            before = piece.points[-1] if piece.points else before
            yield piece

    def _segments(self, element: etree._Element, followed: list[str]) -> Iterator[etree._Element]:
        for child in element:
            self._steps += 1
            if self._steps > STEPS:
                raise Invalid("aixm.too_many", place(child), "more segments", f"at most {STEPS:,} a file")
            name = local_name(child)
            reference = child.get(XLINK)
            if reference is not None and not len(child):
                target = self._find(reference)
                if target is None or reference in followed or len(followed) > 8:
                    raise Invalid("aixm.reference", place(child), reference, "a curve in the same file")
                yield from self._segments(target, [*followed, reference])
            elif name in ("Ring", "Curve", "curveMember", "segments", "OrientableCurve", "CompositeCurve"):
                if child.get("orientation") == "-":
                    raise Invalid("aixm.geometry", place(child), "a curve turned round", 'orientation="+"')
                yield from self._segments(child, followed)
            elif name in (*_STRAIGHT, *_GEODESIC, "ArcByCenterPoint", "CircleByCenterPoint"):
                yield child
            elif name not in _BESIDE:
                wanted = f"{', '.join((*_STRAIGHT, *_GEODESIC))}, ArcByCenterPoint, CircleByCenterPoint"
                raise Invalid("aixm.geometry", place(child), name, wanted)

    def _piece(
        self, segment: etree._Element, before: Position | None, following: etree._Element | None
    ) -> Piece:
        name = local_name(segment)
        if name in _STRAIGHT:
            return Piece(tuple(self.positions(segment)), "lonlat")
        if name in _GEODESIC:
            return Piece(tuple(self.positions(segment)), "geodesic")
        where = place(segment)
        centres = self.positions(segment)
        if len(centres) != 1:
            raise Invalid("aixm.position", where, f"{len(centres)} positions", "one, the centre")
        radius = length(_child(segment, "radius"), where)
        if not 0 < radius <= MAX_RADIUS:
            raise Invalid("geometry.radius", where, f"{radius / METRE:g} m", "a radius from 0 to 5,000 km")
        if name == "CircleByCenterPoint":
            whole = arc.swept(centres[0], radius / METRE, 0.0, 360.0)
            circle = stated.circle(*centres[0], radius, where)
            return Piece(whole.points[:-1], "geodesic", whole.slack, circle)
        after = None
        if following is not None and local_name(following) in (*_STRAIGHT, *_GEODESIC):
            after = next(iter(self.positions(following)), None)
        return self._arc(segment, centres[0], radius / METRE, (before, after))

    def _arc(
        self,
        segment: etree._Element,
        centre: Position,
        radius: float,
        beside: tuple[Position | None, Position | None],
    ) -> Piece:
        """An arc; its angles are bearings, or where only that fits, counted from east as CRS84 has them.

        `beside` is where the segment before it ends, and where the next one begins, as far as known.
        """
        where = place(segment)
        start, end = (_angle(_child(segment, key), where) for key in ("startAngle", "endAngle"))
        if not 0 < abs(end - start) <= 360:
            raise Invalid(
                "aixm.arc", where, f"{start:g} to {end:g} degrees", "angles up to 360 degrees apart"
            )
        readings = [(start, end - start), (90.0 - start, start - end)]
        if self._axes(segment)[1]:
            readings.reverse()
        drawn = [arc.swept(centre, radius, *one) for one in readings]
        apart = [_apart(one.points, beside) for one in drawn]
        near = max(MEET * radius, MEET_LEAST)
        chosen = 0 if apart[0] <= near else 1
        if max(apart) <= near and beside[0] is not None and beside[1] is not None:
            # both begin where they should: where they end tells which is meant
            ends = [arc.distance(one.points[-1], beside[1]) for one in drawn]
            chosen = 1 if ends[1] <= near < ends[0] else 0
        if apart[chosen] > near:
            found = f"an arc whose end lies {apart[0]:,.0f} m from the segment beside it"
            raise Invalid("aixm.arc", where, found, "segments that meet")
        if chosen:
            self._tally.tell(TURNED, where)
        return Piece(drawn[chosen].points, "geodesic", drawn[chosen].slack)

    def positions(self, element: etree._Element, depth: int = 0) -> list[Position]:
        """The positions of pos, posList and pointProperty children, as longitude and latitude in degrees.

        Raises: Invalid (`aixm.position`, `aixm.crs`, `aixm.reference`, `geometry.too_many_points`).
        """
        found: list[Position] = []
        for child in element:
            name = local_name(child)
            if name in ("pos", "posList"):
                found += self._numbers(child, name == "pos")
            elif name in ("pointProperty", "pointRep"):
                reference = child.get(XLINK)
                target = self._find(reference) if reference is not None and not len(child) else child
                self._steps += 1
                if target is None or depth > 2 or self._steps > STEPS:  # a point may refer to itself
                    raise Invalid("aixm.reference", place(child), reference, "a point in the same file")
                listed = [target] if target is not child else list(child)
                found += [at for point in listed for at in self.positions(point, depth + 1)]
        return found

    def _numbers(self, element: etree._Element, single: bool) -> list[Position]:
        where = place(element)
        words = (element.text or "").replace(",", " ").split()
        if len(words) > NUMBERS:
            raise Invalid(
                "geometry.too_many_points", where, f"{len(words):,} numbers", f"at most {NUMBERS:,}"
            )
        wrong = next((word for word in words if _NUMBER.fullmatch(word) is None), None)
        if wrong is not None:
            raise Invalid("aixm.position", where, wrong, "numbers: latitude, longitude in degrees")
        size, longitude_first = self._axes(element)
        if single and len(words) == 3:
            size = 3
        if not words or len(words) % size:
            raise Invalid("aixm.position", where, f"{len(words)} numbers", f"{size} for each position")
        if size == 3:
            self._tally.tell(THIRD, where)
        values = [float(word) for word in words]
        pairs = [(values[k], values[k + 1]) for k in range(0, len(values), size)]
        return pairs if longitude_first else [(lon, lat) for lat, lon in pairs]

    def _axes(self, element: etree._Element) -> tuple[int, bool]:
        """Numbers of a position, and whether longitude stands first: as stated nearest above."""
        size, name = "", ""
        for one in (element, *element.iterancestors()):
            size = size or one.get("srsDimension", "")
            name = name or one.get("srsName", "")
            if name:
                break
        if not name:
            self._tally.tell(NO_CRS, place(element))
        elif _LATITUDE_FIRST.fullmatch(name) is None and _LONGITUDE_FIRST.fullmatch(name) is None:
            raise Invalid("aixm.crs", place(element), name, "urn:ogc:def:crs:EPSG::4326 or OGC:1.3:CRS84")
        return (3 if size == "3" else 2), bool(name and _LONGITUDE_FIRST.fullmatch(name))


_BESIDE = (
    "pos",
    "posList",
    "pointProperty",
    "horizontalAccuracy",
    "annotation",
    "extension",
    "metaDataProperty",
    "description",
    "descriptionReference",
    "identifier",
    "name",
)


def place(element: etree._Element) -> str:
    """Where an element stands, for errors and notes."""
    return f"{local_name(element)} line {element.sourceline}"


def length(element: etree._Element | None, where: str) -> int:
    """0.1 mm of an element with a uom, rounded up. Raises: Invalid (`aixm.number`)."""
    text = (element.text or "").strip() if element is not None else ""
    measure = element.get("uom", "") if element is not None else ""
    unit = _LENGTHS.get(measure.lower())
    if unit is None or _NUMBER.fullmatch(text) is None or len(text) > 20:
        raise Invalid("aixm.number", where, f"{text} {measure}".strip(), "a length with uom NM, M, KM or FT")
    return to_integer(Decimal(text), unit, "up")


def _angle(element: etree._Element | None, where: str) -> float:
    text = (element.text or "").strip() if element is not None else ""
    measure = element.get("uom", "deg") if element is not None else ""
    if _NUMBER.fullmatch(text) is None or measure.lower() not in ("deg", "degree", "degrees", "rad"):
        raise Invalid("aixm.number", where, f"{text} {measure}".strip(), "an angle with uom deg")
    value = float(text)
    return math.degrees(value) if measure.lower() == "rad" else value


def _apart(points: tuple[Position, ...], beside: tuple[Position | None, Position | None]) -> float:
    """Metres from the end of the segment before, else from the beginning of the next; 0 without either."""
    before, after = beside
    if before is not None:
        return arc.distance(before, points[0])
    return arc.distance(points[-1], after) if after is not None else 0.0


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return element.find(f"{{*}}{name}")


def _joined(pieces: list[Piece], kind: Kind) -> tuple[list[Position], int]:
    """The vertices of pieces with one kind of edges, and the slack of that."""
    points: list[Position] = []
    slack = 0
    for piece in pieces:
        if len(points) > 4 * MAX_VERTICES:
            raise Invalid("geometry.too_many_points", "", "more vertices", f"at most {MAX_VERTICES:,}")
        if piece.kind == kind or len(set(piece.points)) < 2:
            points += piece.points
            slack = max(slack, piece.slack)
            continue
        straight = stated.corridor(piece.points, 0, "lonlat")
        line = to_geodesic(straight)
        assert isinstance(line, Corridor)
        points += [(lon / DEGREE, lat / DEGREE) for lon, lat in line.points]
        slack = max(slack, line.slack)
    return points, slack
