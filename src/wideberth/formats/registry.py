"""Every format there is, in one table: commands read and write by it, the documentation shows it."""

from __future__ import annotations

from pathlib import PurePath

from wideberth.errors import Invalid, shorten
from wideberth.formats import (
    f3548,
    flight_intents,
    geojson,
    gzipped,
    kml,
    kmz,
    native,
    trajectory,
)
from wideberth.formats.format import Format, Peek
from wideberth.formats.lists import known, reader, writer

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
        name="geojson",
        title="GeoJSON",
        endings=(".geojson",),
        read=geojson.read,
        write=lambda plans, _: geojson.write(plans),
        reads="heights of positions (limits are `lower` and `upper`)",
        writes="nothing; edges along geodesics grow the shape by what straight ones miss",
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
        name="trajectory",
        title="trajectories",
        endings=(".json",),
        known=_is_trajectory,
        read=trajectory.read,
        reads="speeds, headings and whatever else is reported",
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
        reads="as CSV; formulas, charts, macros",
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
    raise Invalid("file.unknown_format", "", _shown(suffix, peek), accepted())


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
