"""Every format there is, in one table: commands read and write by it, the documentation shows it."""

from __future__ import annotations

from pathlib import PurePath

from wideberth.errors import Invalid, shorten
from wideberth.formats import (
    aixm,
    cot,
    ed269,
    ed318,
    f3548,
    flight_intents,
    geojson,
    gpx,
    gzipped,
    kml,
    kmz,
    mav_waypoints,
    native,
    openair,
    outline,
    qgc_plan,
    traffic_airspace,
    trajectory,
    wpml,
)
from wideberth.formats.aco import read as aco
from wideberth.formats.aco import sets as aco_sets
from wideberth.formats.format import Format, Peek
from wideberth.formats.fpl import read as fpl
from wideberth.formats.lists import known, reader, writer
from wideberth.formats.navwarn import read as navwarn
from wideberth.formats.navwarn import warnings as navwarn_text
from wideberth.formats.navwarn import write as navwarn_draft
from wideberth.formats.notam import notices
from wideberth.formats.notam import read as notam_read
from wideberth.formats.notam import write as notam_write

_SHAPES = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)
_GEOJSON = ("FeatureCollection", "Feature", *_SHAPES)
_F3548 = ("operational_intents", "operational_intent", "reference", "details")
_TRAJECTORY = ("flights", "timestamp", "time", "latitude", "lat", "longitude", "lon")


def _has(document: object, *keys: str) -> bool:
    return isinstance(document, dict) and any(key in document for key in keys)


def _is_native(peek: Peek) -> bool:
    schema = peek.json.get("schema") if isinstance(peek.json, dict) else None
    return isinstance(schema, str) and schema.startswith("wideberth.plans/")


def _is_geojson(peek: Peek) -> bool:
    kind = peek.json.get("type") if isinstance(peek.json, dict) else None
    return isinstance(kind, str) and kind in _GEOJSON


def _is_trajectory(peek: Peek) -> bool:
    document = peek.json
    return _has(document[0] if isinstance(document, list) and document else document, *_TRAJECTORY)


FORMATS: tuple[Format, ...] = (
    Format(
        name="trajectory",
        title="trajectories",
        endings=(".gz", ".json"),
        known=lambda peek: peek.ending == ".gz" or gzipped.is_gzip(peek.data),
        read=trajectory.read,
    ),
    Format(
        name="aixm",
        title="AIXM 5.1",
        endings=(".xml", ".aixm"),
        known=aixm.known,
        read=aixm.read,
        write=lambda plans, _: aixm.write(plans),
        reads="features other than Airspace, changes (deltas), schedules, parts taken off",
        writes="states, priorities, bands; pads grow the shape, corridors become polygons that cover them",
    ),
    Format(
        name="openair",
        title="OpenAir airspace",
        endings=(".openair",),
        read=openair.read,
        reads="colours, label positions, transponder codes, terrain",
    ),
    Format(
        name="openair",
        title="OpenAir airspace",
        endings=(".txt", ".air"),
        known=openair.known,
        read=openair.read,
    ),
    Format(
        name="outline",
        title="outlines as lists of coordinates (EuroScope, BlueSky)",
        endings=(".txt",),
        known=outline.known,
        read=outline.read,
        reads="nothing: it states no limits and no times",
    ),
    Format(
        name="ed269",
        title="UAS zones of ED-269",
        endings=(".json",),
        known=ed269.known,
        read=ed269.read,
        reads="authorities, reasons, conditions, exemptions",
    ),
    Format(
        name="ed318",
        title="UAS zones of ED-318",
        endings=(".json", ".geojson"),
        known=ed318.known,
        read=ed318.read,
        reads="authorities, reasons, conditions, exemptions",
    ),
    Format(
        name="traffic-airspace",
        title="airspace of the package traffic",
        endings=(".json",),
        known=traffic_airspace.known,
        read=traffic_airspace.read,
        reads="nothing",
    ),
    Format(
        name="geojson",
        title="GeoJSON",
        endings=(".geojson",),
        read=geojson.read,
        write=lambda plans, _: geojson.write(plans),
        reads="heights of positions (limits are `lower` and `upper`)",
        writes="nothing; edges along geodesics grow the shape by what straight ones miss",
    ),
    Format(
        name="wpml",
        title="DJI route",
        endings=(".wpml",),
        read=wpml.read,
        reads="speeds, headings, camera and gimbal actions",
    ),
    Format(
        name="wpml",
        title="DJI route",
        endings=(".kml",),
        known=wpml.is_document,
        read=wpml.read,
    ),
    Format(
        name="wpml",
        title="DJI route",
        endings=(".kmz",),
        known=wpml.is_archive,
        read=wpml.read_archive,
    ),
    Format(
        name="kml",
        title="KML",
        endings=(".kml",),
        read=kml.read,
        write=lambda plans, _: kml.write(plans),
        reads="overlays, network links, styles",
        writes="white space at the ends of texts; geodesic edges as in GeoJSON",
    ),
    Format(
        name="kmz",
        title="KMZ",
        endings=(".kmz",),
        read=kmz.read,
        write=lambda plans, _: kmz.write(plans),
        reads="as KML; further documents in the archive",
        writes="as KML",
        binary=True,
    ),
    Format(
        name="gpx",
        title="GPX",
        endings=(".gpx",),
        read=gpx.read,
        reads="descriptions, links, dates of waypoints; waypoints without `--radius`",
    ),
    Format(
        name="qgc-plan",
        title="QGroundControl plan",
        endings=(".plan",),
        read=qgc_plan.read,
        reads="speeds, camera and gimbal commands; the geofence where there is a mission",
    ),
    Format(
        name="qgc-plan",
        title="QGroundControl plan",
        endings=(".json", ".mission"),
        known=lambda peek: peek.head.lstrip().startswith("{") and qgc_plan.is_plan(peek.json),
        read=qgc_plan.read,
    ),
    Format(
        name="mavlink-waypoints",
        title="MAVLink waypoints",
        endings=(".waypoints",),
        read=mav_waypoints.read,
        reads="speeds, camera and gimbal commands",
    ),
    Format(
        name="mavlink-waypoints",
        title="MAVLink waypoints",
        endings=(".mission", ".txt"),
        known=lambda peek: mav_waypoints.is_waypoints(peek.head),
        read=mav_waypoints.read,
    ),
    Format(
        name="cot",
        title="Cursor on Target (TAK data package)",
        endings=(".zip",),
        write=cot.write,
        writes="notes, activity, priority, state, holes, bands; corridors become polygons that hold them",
        binary=True,
    ),
    Format(
        name="native",
        title="native JSON",
        endings=(".json",),
        known=_is_native,
        read=native.read,
        write=lambda plans, _: (native.write(plans), ()),
        reads="nothing",
        writes="nothing",
    ),
    Format(
        name="geojson",
        title="GeoJSON",
        endings=(".json",),
        known=_is_geojson,
        read=geojson.read,
    ),
    Format(
        name="flight-intents",
        title="InterUSS flight intents",
        endings=(".yaml", ".yml"),
        read=flight_intents.read,
        reads="what a test does with them",
    ),
    Format(
        name="flight-intents",
        title="InterUSS flight intents",
        endings=(".json",),
        known=lambda peek: _has(peek.json, "intents"),
        read=flight_intents.read,
    ),
    Format(
        name="f3548",
        title="ASTM F3548 operational intents",
        endings=(".json",),
        known=lambda peek: _has(peek.json, *_F3548),
        read=f3548.read,
        write=lambda plans, writing: f3548.write(plans, writing.reference),
        reads="base URLs, subscriptions, versions",
        writes="activity, labels, notes, bands; other datums grow into heights above the ellipsoid",
    ),
    Format(
        name="notam",
        title="NOTAM",
        endings=(".txt", ".notam"),
        known=notices.is_notam,
        read=notam_read.read,
        write=lambda plans, _: notam_write.write(plans),
        writes="names, activities, texts, holes of areas; emissions and heights above the ellipsoid refused",
        reads="traffic, purpose and scope; what a text excepts or excludes; other parts of a notice in parts",
    ),
    Format(
        name="notam",
        title="NOTAM archives",
        endings=(".csv",),
        known=notices.is_archive,
        read=notam_read.read_archive,
        reads="as NOTAM; every column but `raw`",
    ),
    Format(
        name="trajectory",
        title="trajectories",
        endings=(".json",),
        known=_is_trajectory,
        read=trajectory.read,
        reads="speeds, headings and whatever else is reported",
    ),
    Format(
        name="navwarn",
        title="navigational warnings",
        endings=(".csv",),
        known=lambda peek: navwarn.is_table(peek.head),
        read=navwarn.read,
    ),
    Format(
        name="navwarn",
        title="navigational warnings",
        endings=(".txt",),
        known=lambda peek: navwarn_text.KNOWN.search(peek.head.upper()) is not None,
        read=navwarn.read,
        write=navwarn_draft.write,
        reads="everything but name, kind, areas and times; heights that are not stated from the surface up",
        writes="party, names, activity, notes, heights, bands; times grow to whole minutes, shapes by pads",
    ),
    Format(
        name="aco",
        title="airspace control orders",
        endings=(".aco", ".mtf", ".txt"),
        known=lambda peek: aco_sets.KNOWN.search(peek.head.upper()) is not None,
        read=aco.read,
        reads="everything but name, kind, shape, levels and periods",
    ),
    Format(
        name="fpl",
        title="ICAO flight plans",
        endings=(".fpl", ".txt"),
        known=lambda peek: fpl.KNOWN.search(peek.head) is not None,
        read=fpl.read,
        reads="equipment, alternates, supplementary information; names that nothing places are refused",
    ),
    Format(
        name="csv",
        title="notification list (CSV)",
        endings=(".csv", ".tsv"),
        known=known.is_list,
        read=reader.read,
        write=lambda plans, _: writer.write_csv(plans),
        reads="contacts and whatever columns are not known; the end of a site; colours",
        writes="white space at the ends of texts; geodesic edges as in GeoJSON",
    ),
    Format(
        name="xlsx",
        title="notification list (workbook)",
        endings=(".xlsx", ".xls", ".ods"),
        read=reader.read,
        write=lambda plans, _: writer.write_xlsx(plans),
        reads="as CSV; formulas, charts, macros; `.xls` is refused: save it as XLSX",
        writes="as CSV; a shape of more than about 1,300 vertices is refused",
        binary=True,
    ),
)
"""In the order in which they are asked whether they know a file."""


def accepted() -> str:
    """The endings and what is in such files, for errors."""
    by_ending: dict[str, list[str]] = {}
    for each in FORMATS:
        for ending in each.endings:
            if each.read is not None and each.title not in by_ending.setdefault(ending, []):
                by_ending[ending].append(each.title)
    return ", ".join(f"{ending} ({', '.join(titles)})" for ending, titles in by_ending.items() if titles)


def recognise(file: str, data: bytes) -> Format:
    """The format of a file, by its name and, where several share the ending, by what is in it.

    Raises: Invalid (`file.unknown_format`, and what the first look at the file raises: `json.*`, `zip.*`).
    """
    suffix = PurePath(file).suffix.lower()
    candidates = [each for each in FORMATS if suffix in each.endings and each.read is not None]
    if not candidates:
        found = f"the ending {shorten(suffix, 20)}" if suffix else "no ending"
        raise Invalid("file.unknown_format", "", found, accepted())
    peek = Peek(suffix, data)
    for each in candidates:
        if each.known is None or each.known(peek):
            return each
    titles = ", ".join(dict.fromkeys(each.title for each in candidates))
    raise Invalid("file.unknown_format", "", _shown(suffix, peek), f"in {suffix}: {titles}")


def _shown(suffix: str, peek: Peek) -> str:
    """What a file that no format knows looks like."""
    if suffix == ".json":
        document = peek.json
        if isinstance(document, dict):
            keys = ", ".join(shorten(key, 20) for key in list(document)[:6]) or "none"
            return f"JSON with the keys {keys}"
        if isinstance(document, list):
            return "a list of something else than position reports"
        return type(document).__name__
    name = peek.root[1]
    if name:
        return f"an XML document of {shorten(name, 40)}"
    return f"a text that begins {shorten(peek.head.strip()[:60], 60)!r}"
