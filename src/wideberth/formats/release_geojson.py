"""A released copy as GeoJSON (RFC 7946): one feature a volume, with a top-level member `handling`.

Where, how high and when are properties as the profile has them (formats.properties), so that a release in
which every record has a place is read by `convert` and `check`; beside them stands what the release says:
marks, record, facts, remarks. A record without a place is a feature whose geometry is null (RFC 7946, 3.2).
What is written holds what was told: an edge along a geodesic gets more vertices, and by how much that may
move it is added to the pad.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from msgspec import structs

from wideberth.formats.geojson import geometry_of
from wideberth.formats.properties import scaled, stated
from wideberth.formats.release_told import Told
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import Plan
from wideberth.model.release import Record
from wideberth.space.flatten import to_lonlat
from wideberth.space.units import METRE, SECOND

SCHEMA: Final = "wideberth.release_features/1"


def write(told: Told) -> bytes:
    """The copy in UTF-8, one feature a line.

    Raises: Invalid (`geometry.pole_edge`, `geometry.too_many_points`, `time.range`).
    """
    document, caveats = told.document, told.document.caveats
    handling: dict[str, object] = {
        "schema": SCHEMA,
        "release": document.id,
        "by": document.by,
        "by_name": document.by_name,
        "recipient": document.recipient,
        "release_to": list(caveats.release_to),
        "originator_control": caveats.originator_control,
        "onward": caveats.onward,
        "expires": None if caveats.expires_ms is None else to_rfc3339(caveats.expires_ms),
        "title": document.title,
        "made": to_rfc3339(document.made_ms),
        "exercise": document.exercise,
        "marks": list(told.marks),
        "heading": list(told.heading),
        "closing": list(told.closing),
        "copy": told.token,
    }
    lines = [_json(each) for record in told.records for each in _features(told, record)]
    text = (
        f'{{"type": "FeatureCollection", "handling": {_json(handling)}, "features": [\n'
        f"{f',{chr(10)}'.join(lines)}\n]}}\n"
    )
    return text.encode()


def _features(told: Told, record: Record) -> Iterator[dict[str, object]]:
    about: dict[str, object] = {
        "marks": "; ".join(told.marks),
        "release": told.document.id,
        "record": record.number,
        "kind": record.kind,
        "title": record.title,
        "originator": record.originator,
        "originator_name": record.said_by,
        "facts": [list(each) for each in record.facts],
        "text": record.text,
        "remarks": list(told.remarks[record.number]),
    }
    if record.grid is not None:
        about["cells"] = {
            "h_m": scaled(record.grid.h, METRE),
            "v_m": scaled(record.grid.v, METRE),
            "t_s": scaled(record.grid.t, SECOND),
        }
    if not record.volumes:
        yield {"type": "Feature", "properties": about, "geometry": None}
        return
    # the release says no more of a state than its facts do
    plan = Plan(record.said_by, f"{told.document.id}-{record.number}", record.volumes)
    for k, volume in enumerate(record.volumes, 1):
        flat = structs.replace(volume, ground=to_lonlat(volume.ground))
        places = {**stated(plan, flat), "level": record.level, "volume": k}
        del places["state"]
        yield {"type": "Feature", "properties": {**about, **places}, "geometry": geometry_of(flat.ground)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
