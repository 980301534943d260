"""GPX 1.0 and 1.1, read: tracks with times as they were or will be flown, other lines as corridors.

Topografix GPX 1.1: positions are WGS84, `ele` is metres (above mean sea level, the geoid unnamed: datum
MSL), times are UTC. A track with a time at every point becomes the legs of a trajectory; routes, and
tracks without times, become corridors that are in force until further notice. The points that Garmin's
devices put between those of a route (`rpt` of its extension) belong to the route.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from lxml import etree
from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats import legs as flown
from wideberth.formats import xmltext
from wideberth.formats.kmlshape import NUMBER
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.routed import NO_TIMES, Knot, Leg, Margins, Routed, assemble, corridors, margins
from wideberth.formats.times import parse_time
from wideberth.formats.trajectory import told_notes, tolerances_of
from wideberth.formats.xmltext import local_name, namespace
from wideberth.space.altitude import SURFACE, UNLIMITED, altitude_of
from wideberth.space.stated import circle, position
from wideberth.space.volume import Volume, check_volume

NAMESPACES = ("", "http://www.topografix.com/GPX/1/0", "http://www.topografix.com/GPX/1/1")
LINE_LIMIT = 20_000
"""Tracks, routes and waypoints of one file."""
HIGHEST = 100_000.0

SOME_TIMES = "a track with times at some points only is read without times"
NO_POINTS = "a track or route without points is left out"
NO_OFFSET = "times without a zone are UTC, as GPX says"
NO_ELEVATION = "a line or part of it without elevation is read as SFC to UNL"
WAYPOINTS = "waypoints are places, not ways: they are not read (say --radius to read them as circles)"
NO_LIMITS = "waypoints have no height of their own use: SFC to UNL"


class _Point(Struct, frozen=True):
    """Degrees, height (m) and time as written."""

    lon: float
    lat: float
    height: float | None
    time: str
    line: str


def is_gpx(root: tuple[str, str]) -> bool:
    """True for namespace and name of the root of a GPX document."""
    return root[1] == "gpx" and root[0] in NAMESPACES


def read(data: bytes, options: Options) -> Reading:
    """The tracks and routes of a GPX document, one plan each; with `--radius` its waypoints as well.

    A line that cannot be read is a fault, and the others are read.

    Raises: Invalid (`gpx.*`, `geometry.no_radius`, and as `xmltext.parse`).
    """
    root = xmltext.parse(data)
    if not is_gpx((namespace(root), local_name(root))):
        raise Invalid("gpx.not_gpx", "", f"an XML document of {root.tag}", "a GPX document: <gpx xmlns=…>")
    lines = [child for child in root if local_name(child) in ("trk", "rte")]
    places = [child for child in root if local_name(child) == "wpt"]
    if not lines and not places:
        raise Invalid("gpx.empty", "", "no trk, rte or wpt", "one track or route or more")
    if len(lines) + len(places) > LINE_LIMIT:
        found = f"{len(lines) + len(places):,} tracks, routes and waypoints"
        raise Invalid("gpx.too_many", "", found, f"at most {LINE_LIMIT:,}")
    if not lines and options.radius is None:
        wanted = "tracks or routes; or say --radius, the radius of each place"
        raise Invalid("geometry.no_radius", _where(places[0]), "waypoints without a radius", wanted)
    reader = _Reader(options)
    for child in lines:
        reader.take(child, reader.line)
    if options.radius is not None:
        for child in places:
            reader.take(child, reader.place)
    elif places:
        reader.tally.tell(WAYPOINTS, _where(places[0]))
    if not reader.records and not reader.faults:
        raise Invalid("gpx.empty", "", "no track or route with points", "one track or route or more")
    reading = assemble(reader.records, options, reader.tally, reader.faults)
    return Reading(reading.filed, (*reading.notes, *reader.notes()), reading.faults)


class _Reader:
    """The records of a document so far; tolerances are asked for once one is needed, and told once."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.tally = Tally()
        self.records: list[Routed] = []
        self.faults: list[Invalid] = []
        self.told: Counter[str] = Counter()
        self._tolerances: flown.Tolerances | None = None
        self._notes: list[str] = []
        self._margins: Margins | None = None

    def take(self, element: etree._Element, read_one: _ReadOne) -> None:
        try:
            self.records.extend(read_one(element))
        except Invalid as error:
            where = _where(element)
            path = error.path if error.path.startswith(where) else f"{where}, {error.path}".rstrip(", ")
            self.faults.append(Invalid(error.code, path, error.found, error.wanted))

    def notes(self) -> tuple[str, ...]:
        if self._tolerances is None:
            return tuple(self._notes)
        stated = self.options.top_speed is not None
        return (*self._notes, *told_notes(self.told, self._tolerances, stated))

    def line(self, element: etree._Element) -> list[Routed]:
        """A track or a route."""
        if local_name(element) == "rte":
            runs = [list(_route_points(element))]
        else:
            segments = [child for child in element if local_name(child) == "trkseg"]
            runs = [[_point(p) for p in segment if local_name(p) == "trkpt"] for segment in segments]
        runs = [run for run in runs if run]
        if not runs:
            self.tally.tell(NO_POINTS, _where(element))
            return []
        points = [point for run in runs for point in run]
        if local_name(element) == "trk" and all(point.time for point in points):
            return self._timed(element, points)
        if any(point.time for point in points) and local_name(element) == "trk":
            self.tally.tell(SOME_TIMES, _where(element))
        return [self._untimed(element, runs)]

    def place(self, element: etree._Element) -> list[Routed]:
        """A waypoint as a circle."""
        point = _point(element)
        where = _where(element)
        assert self.options.radius is not None
        ground = circle(point.lon, point.lat, self.options.radius, where, wrap=self.options.wrap)
        self.tally.tell(NO_TIMES, where)
        self.tally.tell(NO_LIMITS, where)
        volume = check_volume(Volume(ground), where)
        return [
            Routed(id=_name(element), where=where, volumes=(volume,), places=(where,), label=_name(element))
        ]

    def _untimed(self, element: etree._Element, runs: Sequence[Sequence[_Point]]) -> Routed:
        where = _where(element)
        if self._margins is None:
            self._margins = margins(self.options, self.tally, where)
        self.tally.tell(NO_TIMES, where)
        steps: list[Leg] = []
        last: Knot | None = None
        for run in runs:
            for point in run:
                knot = self._knot(point, where)
                # a receiver that lost its signal begins a new segment: the way between them was gone as well
                steps.append(Leg(begin=last or knot, end=knot))
                last = knot
        volumes, places = corridors(steps, self._margins, self.tally, self.options.wrap)
        return Routed(
            id=_name(element),
            where=where,
            volumes=tuple(volumes),
            places=tuple(f"{where}, {place}" for place in places),
            label=_name(element),
        )

    def _knot(self, point: _Point, where: str) -> Knot:
        low, high = SURFACE, UNLIMITED
        if point.height is None:
            self.tally.tell(NO_ELEVATION, where)
        else:
            low = altitude_of(point.height, "m", "MSL", f"line {point.line}", "down")
            high = altitude_of(point.height, "m", "MSL", f"line {point.line}", "up")
        return Knot(lon=point.lon, lat=point.lat, low=low, high=high, where=f"line {point.line}")

    def _timed(self, element: etree._Element, points: Sequence[_Point]) -> list[Routed]:
        where = _where(element)
        if self._tolerances is None:
            self._tolerances = tolerances_of(self.options, self._notes)
        track, doubt = self._track(points, where)
        tolerances = self._tolerances
        if doubt:
            tolerances = flown.Tolerances(
                tolerances.half_width, tolerances.vertical, tolerances.time + doubt, tolerances.top_speed
            )
        cuts = np.flatnonzero(np.diff(track.times) > tolerances.longest_gap) + 1
        self.told["too_long"] += len(cuts)
        records = []
        for rows in np.split(np.arange(len(track.times)), cuts):
            part = track._replace(
                times=track.times[rows],
                points=track.points[rows],
                low=track.low[rows],
                high=track.high[rows],
                known=track.known[rows],
                rows=track.rows[rows],
            )
            made = flown.legs(part, tolerances, self.told, where)
            records.append(
                Routed(
                    id=_name(element),
                    where=where,
                    volumes=tuple(check_volume(leg.volume, where) for leg in made),
                    places=tuple(
                        f"{where}, line {points[leg.first].line}…{points[leg.last].line}" for leg in made
                    ),
                    label=_name(element),
                )
            )
        return records

    def _track(self, points: Sequence[_Point], where: str) -> tuple[flown.Track, int]:
        """The points in order of time without repeats, and by how much their times are in doubt (ms)."""
        times, doubt = self._times(points, where)
        order = np.argsort(times, kind="stable")
        self.told["unsorted"] += int(np.count_nonzero(np.diff(times) < 0))
        placed = [position(p.lon, p.lat, f"line {p.line}", wrap=self.options.wrap) for p in points]
        at = np.array([point for point, _ in placed], dtype=np.int64)
        known = np.array([p.height is not None for p in points])
        low, high = (
            np.array(
                [
                    0 if p.height is None else altitude_of(p.height, "m", "MSL", where, way).value
                    for p in points
                ]
            )
            for way in ("down", "up")
        )
        columns = [column[order] for column in (times, *at.T, low, known)]
        fresh = np.ones(len(points), dtype=bool)
        if len(points) > 1:
            fresh[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
        self.told["duplicate"] += int(np.count_nonzero(~fresh))
        kept = order[fresh]
        track = flown.Track(
            times=times[kept],
            points=at[kept],
            slack=max(loss for _, loss in placed),
            low=low[kept].astype(np.int64),
            high=high[kept].astype(np.int64),
            known=known[kept],
            datum="MSL",
            rows=kept.astype(np.int64),
        )
        return track, doubt

    def _times(self, points: Sequence[_Point], where: str) -> tuple[flown.Integers, int]:
        early = np.empty(len(points), dtype=np.int64)
        doubt = 0
        for i, point in enumerate(points):
            text = point.time
            early[i] = parse_time(text, f"line {point.line}", "UTC", "start")
            if not text.endswith("Z"):
                doubt = max(doubt, parse_time(text, f"line {point.line}", "UTC", "end") - int(early[i]))
                if text[-6:-5] not in ("+", "-"):
                    self.tally.tell(NO_OFFSET, where)
            elif "." in text or ":60" in text:
                doubt = max(doubt, parse_time(text, f"line {point.line}", "UTC", "end") - int(early[i]))
        return early, doubt


_ReadOne = Callable[[etree._Element], list[Routed]]


def _route_points(route: etree._Element) -> Iterator[_Point]:
    """The points of a route, each followed by those of Garmin's extension that lead to the next."""
    for child in route:
        if local_name(child) == "rtept":
            yield _point(child)
            for inner in child.iter(etree.Element):
                if local_name(inner) == "rpt":
                    yield _point(inner)


def _point(element: etree._Element) -> _Point:
    line = f"{element.sourceline}"
    lon, lat = (_number(element.get(axis), f"line {line}, {axis}") for axis in ("lon", "lat"))
    height: float | None = None
    time = ""
    for child in element:
        name = local_name(child)
        if name == "ele" and (child.text or "").strip():
            height = _number(child.text, f"line {line}, ele")
            if abs(height) > HIGHEST:
                raise Invalid("altitude.range", f"line {line}, ele", height, "within 100 km of the datum")
        elif name == "time":
            time = (child.text or "").strip()
    return _Point(lon, lat, height, time, line)


def _number(text: str | None, where: str) -> float:
    plain = (text or "").strip()
    if NUMBER.fullmatch(plain) is None:
        raise Invalid("gpx.number", where, plain or "nothing", "a number with a decimal point")
    return float(plain)


def _name(element: etree._Element) -> str:
    for child in element:
        if local_name(child) == "name":
            return " ".join((child.text or "").split())
    return ""


def _where(element: etree._Element) -> str:
    name = _name(element)
    shown = f' "{shorten(name, 40)}"' if name else ""
    return f"{local_name(element)}{shown} line {element.sourceline}"
