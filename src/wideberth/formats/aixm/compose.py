"""Plans as an AIXM 5.1.1 BasicMessage: one Airspace for each plan and window, one component for each volume.

AIXM knows no pads, half-widths with round ends, or priorities: pads grow the shape, its limits and its
validity, and what has other shapes is covered by a polygon, so that what is written holds the plan.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats.aixm.message import PLANS
from wideberth.formats.format import Written
from wideberth.formats.properties import check_name, check_text
from wideberth.formats.raw import Tally
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.space.altitude import LIMIT, UNLIMITED, Altitude
from wideberth.space.flatten import circumscribed
from wideberth.space.ground import Circle, Ground, Point, Polygon, crosses_antimeridian
from wideberth.space.stated import MAX_RADIUS
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, METRE
from wideberth.space.volume import YEARS, Volume

AIXM = "http://www.aixm.aero/schema/5.1.1"
MESSAGE = "http://www.aixm.aero/schema/5.1.1/message"
GML = "http://www.opengis.net/gml/3.2"
CRS = "urn:ogc:def:crs:EPSG::4326"
_TYPES = (
    "NAS FIR FIR_P UIR UIR_P CTA CTA_P OCA_P OCA UTA UTA_P TMA TMA_P CTR CTR_P OTA SECTOR SECTOR_C TSA CBA "
    "RCA RAS AWY MTR P R D ADIZ NO_FIR PART CLASS POLITICAL D_OTHER TRA A W PROTECT AMA ASR"
)
TYPES = frozenset(_TYPES.split())
"""CodeAirspaceType of AIXM 5.1.1."""

COVERED = "corridors, and shapes with a pad or slack, are written as polygons that cover them"
PADS = "pads are written as larger shapes, wider limits and longer validity"
SEA_LEVEL = "heights above the geoid and altitudes on QNH are both written as MSL"
BANDS = "frequency bands are left out: an emission is written as an area"
LEFT_OUT = "state, priority, callsign, variants and review dates are left out"
ACTIVITY = "an activity that is no type of AIXM airspace is left out"
EMPTY = "a plan without volumes is left out"

_REFERENCES = {"HAE": "W84", "MSL": "MSL", "ALT": "MSL", "MSL/ALT": "MSL", "FL": "STD", "AGL": "SFC"}


def write(plans: Sequence[Plan]) -> Written:
    """The message, and notes on what it does not say.

    Raises: Invalid (`aixm.empty`, `text.*`, `geometry.not_a_polygon`, `geometry.radius`).
    """
    tally = Tally()
    root = etree.Element(
        f"{{{MESSAGE}}}AIXMBasicMessage", nsmap={"message": MESSAGE, "aixm": AIXM, "gml": GML}
    )
    root.set(f"{{{GML}}}id", "message")
    document = _Document(root, tally)
    for n, plan in enumerate(plans):
        document.plan(plan, f"plans[{n}]")
    if not len(root):
        raise Invalid("aixm.empty", "", "no volume", "one plan with a volume or more")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True), tally.notes()


class _Document:
    """The message as it grows; `gml:id`s are counted."""

    def __init__(self, root: etree._Element, tally: Tally) -> None:
        self._root = root
        self._tally = tally
        self._count = 0

    def plan(self, plan: Plan, path: str) -> None:
        """Add a plan. Raises: as `write`."""
        for key, name in (("party", plan.party), ("plan", plan.id), ("activity", plan.activity)):
            check_name(name, f"{path}.{key}")
        for key, text in (("label", plan.label), ("note", plan.note)):
            check_text(text, f"{path}.{key}")
        if not plan.volumes:
            self._tally.tell(EMPTY, plan.id)
        windows: dict[tuple[int | None, int | None], list[Volume]] = {}
        for volume in plan.volumes:
            windows.setdefault(_window(volume), []).append(volume)
        if windows:
            self._tell(plan)
        for window, volumes in windows.items():
            self._airspace(plan, window, volumes)

    def _tell(self, plan: Plan) -> None:
        if plan.activity not in (UNSPECIFIED, *TYPES):
            self._tally.tell(ACTIVITY, plan.id)
        if plan != Plan(plan.party, plan.id, plan.volumes, plan.activity, label=plan.label, note=plan.note):
            self._tally.tell(LEFT_OUT, plan.id)
        for volume in plan.volumes:
            if volume.band is not None:
                self._tally.tell(BANDS, plan.id)
            if volume.pad.h or volume.pad.v or volume.pad.t:
                self._tally.tell(PADS, plan.id)
            if {volume.lower.datum, volume.upper.datum} & {"MSL", "ALT"}:
                self._tally.tell(SEA_LEVEL, plan.id)

    def _airspace(self, plan: Plan, window: tuple[int | None, int | None], volumes: Sequence[Volume]) -> None:
        airspace = _add(_add(self._root, MESSAGE, "hasMember"), AIXM, "Airspace")
        self._identify(airspace, "airspace")
        identifier = _add(airspace, GML, "identifier", plan.id)
        identifier.set("codeSpace", PLANS)
        state = _add(_add(airspace, AIXM, "timeSlice"), AIXM, "AirspaceTimeSlice")
        self._identify(state, "state")
        self._period(_add(state, GML, "validTime"), window)
        _add(state, AIXM, "interpretation", "BASELINE")
        _add(state, AIXM, "sequenceNumber", "1")
        _add(state, AIXM, "correctionNumber", "0")
        if plan.activity in TYPES:
            _add(state, AIXM, "type", plan.activity)
        for n, volume in enumerate(volumes):
            component = _add(_add(state, AIXM, "geometryComponent"), AIXM, "AirspaceGeometryComponent")
            self._identify(component, "component")
            _add(component, AIXM, "operation", "UNION" if n else "BASE")
            _add(component, AIXM, "operationSequence", str(n + 1))
            drawn = _add(_add(component, AIXM, "theAirspaceVolume"), AIXM, "AirspaceVolume")
            self._identify(drawn, "volume")
            _limits(drawn, volume)
            self._surface(_add(drawn, AIXM, "horizontalProjection"), volume, plan.id)
        for purpose, text in (("party", plan.party), ("label", plan.label), ("note", plan.note)):
            if text:
                self._note(state, f"{purpose}: {text}")

    def _note(self, state: etree._Element, text: str) -> None:
        note = _add(_add(state, AIXM, "annotation"), AIXM, "Note")
        self._identify(note, "note")
        _add(note, AIXM, "purpose", "REMARK")
        spoken = _add(_add(note, AIXM, "translatedNote"), AIXM, "LinguisticNote")
        self._identify(spoken, "text")
        _add(spoken, AIXM, "note", text)

    def _period(self, valid: etree._Element, window: tuple[int | None, int | None]) -> None:
        period = _add(valid, GML, "TimePeriod")
        self._identify(period, "period")
        for name, moment in (("beginPosition", window[0]), ("endPosition", window[1])):
            if moment is None:
                _add(period, GML, name).set("indeterminatePosition", "unknown")
            else:
                _add(period, GML, name, to_rfc3339(moment))

    def _surface(self, holder: etree._Element, volume: Volume, plan: str) -> None:
        ground = _grown(volume)
        if not isinstance(ground, Circle) and not _as_it_is(ground):
            self._tally.tell(COVERED, plan)
            ground = circumscribed(ground)
        surface = _add(holder, AIXM, "Surface")
        surface.set("srsName", CRS)
        self._identify(surface, "surface")
        patch = _add(_add(surface, GML, "patches"), GML, "PolygonPatch")
        if isinstance(ground, Circle):
            circle = _add(self._segments(_add(patch, GML, "exterior")), GML, "CircleByCenterPoint")
            circle.set("numArc", "1")
            _add(circle, GML, "pos", _positions((ground.centre,)))
            _add(circle, GML, "radius", _decimal(ground.radius)).set("uom", "m")
            return
        assert isinstance(ground, Polygon)
        segment = "GeodesicString" if ground.edges == "geodesic" else "LineStringSegment"
        for n, ring in enumerate(ground.rings):
            line = _add(self._segments(_add(patch, GML, "interior" if n else "exterior")), GML, segment)
            _add(line, GML, "posList", _positions((*ring, ring[0])))

    def _segments(self, side: etree._Element) -> etree._Element:
        curve = _add(_add(_add(side, GML, "Ring"), GML, "curveMember"), GML, "Curve")
        self._identify(curve, "curve")
        return _add(curve, GML, "segments")

    def _identify(self, element: etree._Element, kind: str) -> None:
        self._count += 1
        element.set(f"{{{GML}}}id", f"{kind}-{self._count}")


def _window(volume: Volume) -> tuple[int | None, int | None]:
    start = None if volume.start is None else max(YEARS[0], volume.start - volume.pad.t)
    end = None if volume.end is None else min(YEARS[1], volume.end + volume.pad.t)
    return start, end


def _grown(volume: Volume) -> Ground:
    """The ground with the horizontal pad in it: in the radius of a circle, else in the slack."""
    ground = volume.ground
    more = ground.slack + volume.pad.h
    if isinstance(ground, Circle):
        radius = max(ground.radius + more, 1)
        if radius > MAX_RADIUS:
            found = f"{radius / METRE:g} m with its pad"
            raise Invalid("geometry.radius", "", found, "a radius up to 5,000 km")
        return Circle(ground.centre, radius)
    return structs.replace(ground, slack=more)


def _as_it_is(ground: Ground) -> bool:
    """True for polygons without slack; straight over the antimeridian a reader would not believe them."""
    return isinstance(ground, Polygon) and not ground.slack and not crosses_antimeridian(ground)


def _limits(drawn: etree._Element, volume: Volume) -> None:
    """Upper and lower limit in metres, whole flight levels as such, each with the vertical pad in it."""
    lower, upper = _moved(volume.lower, -volume.pad.v), _moved(volume.upper, volume.pad.v)
    at_sea = {"MSL", "ALT", "MSL/ALT"}
    if lower.datum in at_sea and upper.datum in at_sea and lower.value > upper.value:
        # the one was above the geoid and the other on QNH; under one name the band must not turn over
        lower, upper = structs.replace(lower, value=upper.value), structs.replace(upper, value=lower.value)
    for name, limit in (("upperLimit", upper), ("lowerLimit", lower)):
        if limit.datum == "UNL":
            _add(drawn, AIXM, name, "UNL")
        elif limit.datum == "SFC":
            _add(drawn, AIXM, name, "GND")
            _add(drawn, AIXM, f"{name}Reference", "SFC")
        else:
            level = limit.datum == "FL" and limit.value % FLIGHT_LEVEL == 0
            value = str(limit.value // FLIGHT_LEVEL) if level else _decimal(limit.value)
            _add(drawn, AIXM, name, value).set("uom", "FL" if level else "M")
            _add(drawn, AIXM, f"{name}Reference", _REFERENCES[limit.datum])


def _moved(limit: Altitude, by: int) -> Altitude:
    """The limit moved outwards; nothing is written that no reader would believe."""
    if limit.datum == "UNL" or not by:
        return limit
    value = limit.value + by
    if abs(value) > LIMIT:
        value = -LIMIT
    datum = "AGL" if limit.datum == "SFC" else limit.datum
    return UNLIMITED if limit.value + by > LIMIT else Altitude(datum, value)


def _positions(points: Sequence[Point]) -> str:
    return " ".join(f"{lat / DEGREE:.7f} {lon / DEGREE:.7f}" for lon, lat in points)


def _decimal(length: int) -> str:
    """Metres, exact."""
    sign, size = ("-", -length) if length < 0 else ("", length)
    whole, rest = divmod(size, METRE)
    return f"{sign}{whole}.{rest:04d}".rstrip("0").rstrip(".")


def _add(parent: etree._Element, uri: str, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{uri}}}{name}")
    element.text = text
    return element
