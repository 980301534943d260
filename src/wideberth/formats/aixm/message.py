"""Airspace features of an AIXM message into plans: what each time slice draws, with what it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from wideberth.errors import Invalid, shorten
from wideberth.formats import times, xmltext
from wideberth.formats.aixm import gml
from wideberth.formats.aixm.gml import GML_ID, XLINK, place
from wideberth.formats.aixm.limits import Band, bands
from wideberth.formats.format import Peek
from wideberth.formats.published import Published, Window, assemble, line
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.xmltext import local_name, namespace
from wideberth.model.plan import UNSPECIFIED
from wideberth.space.ground import Ground

PLANS = "urn:wideberth:plan"
"""The code space of identifiers that are plan ids: written by us."""
AIRSPACES = 100_000
VOLUMES = 1_000
"""Of one airspace, references followed."""
ALL_VOLUMES = 300_000
DEPTH = 8
"""References from airspace to airspace."""

OTHERS = "features other than Airspace are not read"
SUBTRACTED = "a part that is taken off (SUBTR) stays in: the area is read as the whole"
INTERSECTED = "a part that is only to be cut with (INTERS) cuts nothing off: the area is read as the whole"
DELTA = "changes (PERMDELTA, TEMPDELTA) are not applied to the state they change"
DELTA_DRAWN = "a change (PERMDELTA, TEMPDELTA) with a geometry of its own is read as one more area"
SCHEDULE = "times of activation are not read: the area is read as in force all the time"
UTC = "a time without offset is read as UTC, as AIXM has it"
NO_TIME = "no period of validity is stated, read as in force all the time"
SNAPSHOT = "a snapshot says nothing of other times: read as in force all the time"

Part = tuple[Band, Ground]

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:\.\d{1,12})?)?)?(Z|[+-]\d\d:\d\d)?")


def known(peek: Peek) -> bool:
    """True for an AIXMBasicMessage, and for an XML document whose root is in a namespace of AIXM 5."""
    uri, name = peek.root
    return name == "AIXMBasicMessage" or uri.startswith("http://www.aixm.aero/schema/5")


class Message:
    """A parsed message: its airspaces, and what is named in it."""

    def __init__(self, root: etree._Element, tally: Tally) -> None:
        self.tally = tally
        self.airspaces = list(root.iter("{*}Airspace"))
        self._named = {one.get(GML_ID): one for one in root.iter() if one.get(GML_ID)}
        self._identified: dict[str, etree._Element] = {}
        for airspace in self.airspaces:
            self._identified.setdefault(_text(airspace, "identifier"), airspace)
        self.shapes = gml.Reader(self.find, tally)
        self._parts: dict[etree._Element, tuple[Part, ...] | Invalid] = {}
        self._count = 0

    def find(self, href: str) -> etree._Element | None:
        """The element that `#id` or `urn:uuid:…` names in this file."""
        name = href.strip()
        if name.startswith("#"):
            return self._named.get(name[1:])
        plain = name.removeprefix("urn:uuid:")
        return self._identified.get(plain) if plain else None

    def parts(self, airspace: etree._Element, above: tuple[etree._Element, ...] = ()) -> tuple[Part, ...]:
        """All that the states of an airspace draw. Raises: Invalid (as `slice_parts`)."""
        if airspace not in self._parts:
            try:
                self._parts[airspace] = self._states(airspace, above)
            except Invalid as error:
                self._parts[airspace] = error
        known = self._parts[airspace]
        if isinstance(known, Invalid):
            raise known
        return known

    def _states(self, airspace: etree._Element, above: tuple[etree._Element, ...]) -> tuple[Part, ...]:
        if airspace in above or len(above) >= DEPTH:
            wanted = f"references without circle, at most {DEPTH} deep"
            raise Invalid("aixm.reference", place(airspace), _text(airspace, "identifier"), wanted)
        found: list[Part] = []
        for state in _slices(airspace):
            if _text(state, "interpretation").upper() in ("BASELINE", "SNAPSHOT", ""):
                found += self.slice_parts(state, (*above, airspace))
        return tuple(found)

    def slice_parts(self, state: etree._Element, above: tuple[etree._Element, ...]) -> list[Part]:
        """What a time slice draws.

        Raises: Invalid (`aixm.geometry`, `aixm.limit`, `aixm.reference`, `aixm.too_many`, `aixm.operation`,
        and as `gml.Reader`).
        """
        found: list[Part] = []
        for component in self._held(state, "geometryComponent", "AirspaceGeometryComponent"):
            operation = _text(component, "operation").upper()
            if operation in ("SUBTR", "INTERS"):
                self.tally.tell(SUBTRACTED if operation == "SUBTR" else INTERSECTED, place(component))
                continue
            if operation not in ("BASE", "UNION", ""):
                raise Invalid("aixm.operation", place(component), operation, "BASE, UNION, SUBTR or INTERS")
            for volume in self._held(component, "theAirspaceVolume", "AirspaceVolume"):
                found += self._volume(volume, above)
            if len(found) > VOLUMES:
                raise Invalid(
                    "aixm.too_many", place(state), f"{len(found):,} volumes", f"at most {VOLUMES:,}"
                )
        self._count += len(found)
        if self._count > ALL_VOLUMES:
            raise Invalid("aixm.too_many", place(state), "more volumes", f"at most {ALL_VOLUMES:,} a file")
        return found

    def _held(self, element: etree._Element, name: str, kind: str) -> Iterator[etree._Element]:
        """What the properties of that name hold or refer to. Raises: Invalid (`aixm.reference`)."""
        for holder in element.iterfind(f"{{*}}{name}"):
            reference = holder.get(XLINK)
            if reference is not None and not len(holder):
                target = self.find(reference)
                if target is None or local_name(target) != kind:
                    raise Invalid("aixm.reference", place(holder), reference, f"an {kind} in the same file")
                yield target
            yield from holder.iterfind(f"{{*}}{kind}")

    def _volume(self, volume: etree._Element, above: tuple[etree._Element, ...]) -> Iterator[Part]:
        own = [
            ground
            for surface in volume.iterfind("{*}horizontalProjection/*")
            for ground in self.shapes.surface(surface)
        ]
        for holder in volume.iterfind("{*}horizontalProjection"):
            reference = holder.get(XLINK)
            if reference is not None and not len(holder):
                target = self.find(reference)
                if target is None:
                    raise Invalid("aixm.reference", place(holder), reference, "a surface in the same file")
                own += self.shapes.surface(target)
        for curve in volume.iterfind("{*}centreline/*"):
            width = gml.length(volume.find("{*}width"), place(volume))
            own.append(self.shapes.corridor(curve, (width + 1) // 2))
        contributors = list(volume.iterfind("{*}contributorAirspace/{*}AirspaceVolumeDependency"))
        if not own and not contributors:
            raise Invalid("aixm.geometry", place(volume), "no horizontal projection", "a surface or a line")
        limits = bands(volume, self.tally) if own or _stated(volume) else ()
        for contributor in contributors:
            # without limits of its own the volume has those of the airspace it is drawn from
            whole = _text(contributor, "dependency").upper() != "HORZ_PROJECTION" or not limits
            for band, ground in self._contributed(contributor, above):
                if whole:
                    yield band, ground
                else:
                    own.append(ground)
        for ground in own:
            for band in limits:
                yield band, ground

    def _contributed(
        self, contributor: etree._Element, above: tuple[etree._Element, ...]
    ) -> tuple[Part, ...]:
        holder = contributor.find("{*}theAirspace")
        reference = holder.get(XLINK, "") if holder is not None else ""
        target = self.find(reference)
        if target is None or local_name(target) != "Airspace":
            raise Invalid("aixm.reference", place(contributor), reference, "an Airspace in the same file")
        found = self.parts(target, above)
        if not found:
            raise Invalid("aixm.reference", place(contributor), reference, "an Airspace with a geometry")
        return found


def read(data: bytes, options: Options) -> Reading:
    """The airspaces of a message, a plan for each state and its limits; those with errors join the faults.

    MSL is `MSL/ALT`, SFC is AGL, W84 is HAE, STD is FL. The activity is the type. Straight lines are
    straight in longitude and latitude, geodesics are geodesics; a ring of both has geodesic edges.

    Raises: Invalid (`aixm.not_aixm`, `aixm.empty`, `aixm.too_many`, and as `xmltext.parse`).
    """
    root = xmltext.parse(data)
    if local_name(root) != "AIXMBasicMessage" and "aixm.aero/schema/5" not in namespace(root):
        raise Invalid("aixm.not_aixm", "", f"an XML document of {root.tag}", "an AIXM 5.1 BasicMessage")
    tally = Tally()
    message = Message(root, tally)
    if not message.airspaces:
        raise Invalid("aixm.empty", "", "no Airspace", "one Airspace or more")
    if len(message.airspaces) > AIRSPACES:
        raise Invalid("aixm.too_many", "", f"{len(message.airspaces):,} airspaces", f"at most {AIRSPACES:,}")
    for member in root.iterfind("{*}hasMember/*"):
        if local_name(member) != "Airspace":
            tally.tell(OTHERS, place(member))
    found: list[Published] = []
    faults: list[Invalid] = []
    drawn: set[str] = set()
    undrawn: list[tuple[str, str]] = []
    for airspace in message.airspaces:
        where, identifier = _where(airspace), _text(airspace, "identifier")
        try:
            made = _airspace(message, airspace, where)
            found += made
            if made:
                drawn.add(identifier)
            else:
                undrawn.append((where, identifier))
        except Invalid as error:
            path = f"{where}, {error.path}" if error.path else where
            faults.append(Invalid(error.code, path, error.found, error.wanted))
            drawn.add(identifier)
    for where, identifier in undrawn:
        if not identifier or identifier not in drawn:
            wanted = "the state (BASELINE) with the geometry, in the same file"
            faults.append(Invalid("aixm.geometry", where, "changes of an airspace that is not drawn", wanted))
    return assemble(found, options, tally, faults)


def _where(airspace: etree._Element) -> str:
    name = next((text for text in (_stated_name(state) for state in _slices(airspace)) if text), "")
    shown = shorten(name or _text(airspace, "identifier"), 60)
    return f'Airspace "{shown}" line {airspace.sourceline}' if shown else place(airspace)


def _stated_name(state: etree._Element) -> str:
    return line(_text(state, "designator") or _text(state, "name"))


def _airspace(message: Message, airspace: etree._Element, where: str) -> list[Published]:
    found: list[Published] = []
    states = list(_slices(airspace))
    for state in states:
        interpretation = _text(state, "interpretation").upper()
        if interpretation in ("PERMDELTA", "TEMPDELTA"):
            drawn = state.find("{*}geometryComponent/{*}AirspaceGeometryComponent") is not None
            message.tally.tell(DELTA_DRAWN if drawn else DELTA, where)
            if not drawn:
                continue
        found += _state(message, airspace, state, where)
    if not found and not states:
        raise Invalid("aixm.geometry", "", "no time slice", "a BASELINE or SNAPSHOT")
    return found


def _state(message: Message, airspace: etree._Element, state: etree._Element, where: str) -> list[Published]:
    """The plans of one time slice, one for each set of limits."""
    period = _window(state, where, message.tally)
    if state.find("{*}activation") is not None:
        message.tally.tell(SCHEDULE, where)
    layers: dict[Band, list[Ground]] = {}
    for band, ground in message.slice_parts(state, (airspace,)):
        layers.setdefault(band, []).append(ground)
    if not layers:
        raise Invalid("aixm.geometry", place(state), "no geometry", "geometryComponent with BASE or UNION")
    identifier = airspace.find("{*}identifier")
    ours = identifier is not None and identifier.get("codeSpace") == PLANS
    designator, name = _text(state, "designator"), _text(state, "name")
    stated = designator or name or _text(airspace, "identifier") or airspace.get(GML_ID, "")
    return [
        Published(
            id=_text(airspace, "identifier") if ours else stated,
            where=where,
            grounds=tuple(grounds),
            lower=lower,
            upper=upper,
            windows=(period,),
            label=name if name != stated else "",
            activity=line(_text(state, "type")) or UNSPECIFIED,
        )
        for (lower, upper), grounds in layers.items()
    ]


def _window(state: etree._Element, where: str, tally: Tally) -> Window:
    """The validity of a time slice. Raises: Invalid (`aixm.time`, `time.*`)."""
    valid = state.find("{*}validTime")
    period = valid.find("{*}TimePeriod") if valid is not None else None
    if period is None:
        instant = valid is not None and valid.find("{*}TimeInstant") is not None
        tally.tell(SNAPSHOT if instant else NO_TIME, where)
        return None, None
    start = _instant(period, ("beginPosition", "begin"), "start", tally)
    end = _instant(period, ("endPosition", "end"), "end", tally)
    if start is not None and end is not None and end < start:
        raise Invalid("time.backwards", place(period), "an end before its start", "start before end")
    return start, end


def _instant(period: etree._Element, names: tuple[str, str], edge: times.Edge, tally: Tally) -> int | None:
    element = period.find(f"{{*}}{names[0]}")
    if element is None:
        element = period.find(f"{{*}}{names[1]}/{{*}}TimeInstant/{{*}}timePosition")
    text = (element.text or "").strip() if element is not None else ""
    if element is None or not text:
        return None
    if element.get("indeterminatePosition", "") not in ("", "now"):
        return None  # before, after or about that: the larger reading
    match = _TIME.fullmatch(text)
    if match is None:
        raise Invalid("aixm.time", place(element), text, times.WANTED)
    if match[4] is None:
        tally.tell(UTC, place(element))
    clock = f"{match[2]}{match[3] or ':00'}" if match[2] else "00:00:00"
    moment = times.parse_time(f"{match[1]}T{clock}{match[4] or 'Z'}", place(element), None, edge)
    whole_day = edge == "end" and match[2] is None
    return min(moment + 86_400_000, times.LATEST) if whole_day else moment


def _slices(airspace: etree._Element) -> Iterator[etree._Element]:
    return airspace.iterfind("{*}timeSlice/{*}AirspaceTimeSlice")


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()


def _stated(volume: etree._Element) -> bool:
    """True where an AirspaceVolume has a limit of its own."""
    names = ("lowerLimit", "upperLimit", "minimumLimit", "maximumLimit")
    return any(_text(volume, name) for name in names)
