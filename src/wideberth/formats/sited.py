"""A list of sites in whichever format it comes: a notification list, or places on a map (KML, GeoJSON …)."""

from __future__ import annotations

import json
import re

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats import jsontext, listed_json
from wideberth.formats.lists import listing
from wideberth.formats.lists import reader as lists
from wideberth.formats.lists.entries import Entry
from wideberth.formats.lists.listing import Listing, Placed
from wideberth.formats.reading import Filed, Options
from wideberth.formats.registry import recognise
from wideberth.model.site import Listed, Site
from wideberth.space.altitude import SURFACE, UNLIMITED
from wideberth.space.ground import Circle, Corridor, Point, Polygon

_MADE = re.compile(r"#[0-9]+$")
"""The end of an id that was made from the name of the file."""
STANDS = "a place on a map is read as a site: from the ground up, and without end"


def read(data: bytes, options: Options) -> Listing:
    """The rows of a file, whose format its name says.

    Raises: Invalid (`file.unknown_format`, as listing.read, and as the reader of its format).
    """
    found = recognise(options.file, data)
    if found.read is lists.read:
        return listing.read(data, options)
    assert found.read is not None  # of every format that is recognised
    reading = found.read(_named(data) if found.name == "geojson" else data, options)
    rows: dict[str, Placed] = {}
    faults = list(reading.faults)
    for each in reading.filed:
        where = each.where[0] if each.where else ""
        try:
            row = _row(each, where)
        except Invalid as error:
            faults.append(error)
            continue
        if row.id in rows:
            faults.append(Invalid("site.repeated", where, row.id, "another id in every row"))
        else:
            rows[row.id] = Placed(row, where, _entry(row, where))
    return Listing(tuple(rows.values()), (*reading.notes, STANDS), tuple(faults))


def _named(data: bytes) -> bytes:
    """GeoJSON whose places have the ids and names that map programs give them, where it states none of ours.

    Raises: Invalid (as jsontext.parse).
    """
    document = jsontext.parse(data)
    features = document.get("features") if isinstance(document, dict) else None
    for each in features if isinstance(features, list) else ():
        said = each.get("properties") if isinstance(each, dict) else None
        if isinstance(said, dict):
            named = {key.lower(): value for key, value in said.items() if isinstance(value, str) and value}
            if each.get("id") is None and "plan" not in said and named.keys() & {"id", "name"}:
                each["id"] = named.get("id") or named["name"]
            if "label" not in said and "name" in named:
                said["label"] = named["name"]
    return json.dumps(document).encode()


def _row(filed: Filed, where: str) -> Listed:
    """Raises: Invalid (`site.no_id`, and as listed_json.read)."""
    plan = filed.plan
    name = plan.label or plan.id
    if plan.id in filed.where or _MADE.search(plan.id):
        raise Invalid("site.no_id", where, "no id and no name", "an id for every place, or a name")
    volumes = tuple(
        structs.replace(each, lower=SURFACE, upper=UNLIMITED, start=None, end=None) for each in plan.volumes
    )
    row = Listed(plan.id, "site", name, volumes, review=plan.review)
    return listed_json.read(listed_json.write(row), where)


def _entry(row: Listed, where: str) -> Entry:
    """As doubts about places are found: with the middle of what is drawn."""
    at = _middle(row)
    return Entry(
        kind="site",
        where=where,
        id=row.id,
        name=row.name,
        party="",
        fields={"id": row.id, "name": row.name},
        at=at,
        volumes=row.volumes,
        site=Site(row.id, row.name, row.volumes[0].ground),
    )


def _middle(row: Listed) -> Point | None:
    ground = row.volumes[0].ground
    if isinstance(ground, Circle):
        return ground.centre
    points = ground.rings[0] if isinstance(ground, Polygon) else ()
    if isinstance(ground, Corridor):
        points = ground.points
    if not points:
        return None
    lons, lats = ([point[axis] for point in points] for axis in (0, 1))
    return (min(lons) + max(lons)) // 2, (min(lats) + max(lats)) // 2
