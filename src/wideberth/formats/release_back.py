"""The records of a released copy, read back from its GeoJSON, for whoever may pass them on.

What is read holds what was told (release_geojson): edges along geodesics have more vertices, and the pad is
larger by how much that may move them. A copy is a file of a stranger: whatever it says is checked, and its
wording and the order of its records, which mark it, are not taken over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats import geojson
from wideberth.formats.reading import Options
from wideberth.ledger.canonical import WHOLE
from wideberth.model.agreement import Step
from wideberth.model.release import KINDS, Record
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume

FILE: Final = "release.geojson"


class _Cells(Struct):
    h_m: float
    v_m: float
    t_s: float


class _Properties(Struct):
    """What a feature says of its record; where and when is read as in any GeoJSON."""

    record: int
    kind: str
    title: str
    originator: str
    originator_name: str
    facts: tuple[tuple[str, str], ...]
    text: str
    cells: _Cells | None = None
    level: str = "full"


def records(files: Mapping[str, bytes]) -> tuple[Record, ...]:
    """The records of a copy, by their numbers.

    Args:
        files: of the copy, by name.

    Raises: Invalid (`release.file` where there is no GeoJSON in it, or none of ours; as geojson.read).
    """
    if FILE not in files:
        raise _unreadable("no GeoJSON")
    try:
        features: Sequence[Any] = json.loads(files[FILE])["features"]
        about = [(msgspec.convert(each["properties"], _Properties), each) for each in features]
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable("a GeoJSON of another kind") from error
    by_number: dict[int, list[tuple[_Properties, Any]]] = {}
    for each in about:
        by_number.setdefault(each[0].record, []).append(each)
    if sorted(by_number) != list(range(1, len(by_number) + 1)):
        raise _unreadable("records that are not counted from 1")
    return tuple(_record(number, some) for number, some in sorted(by_number.items()))


def _record(number: int, some: Sequence[tuple[_Properties, Any]]) -> Record:
    said = some[0][0]
    kind = next((each for each in KINDS if each == said.kind), None)
    if kind is None:
        raise _unreadable(f"a record of the kind {said.kind}")
    placed = [each for _, each in some if each.get("geometry") is not None]
    cells = said.cells
    return Record(
        number,
        kind,
        said.title,
        said.originator,
        said.originator_name,
        _volumes(placed),
        "coarse" if said.level == "coarse" or cells is not None else "full",
        None if cells is None else Step(*_steps(cells)),
        said.facts,
        said.text,
    )


def _volumes(features: Sequence[Any]) -> tuple[Volume, ...]:
    if not features:
        return ()
    ordered = sorted(features, key=lambda each: int(each["properties"].get("volume", 0)))
    data = json.dumps({"type": "FeatureCollection", "features": ordered}).encode()
    found = geojson.read(data, Options(FILE, 0))
    return tuple(volume for each in found.filed for volume in each.plan.volumes)


def _steps(cells: _Cells) -> tuple[int, int, int]:
    some = cells.h_m * METRE, cells.v_m * METRE, cells.t_s * SECOND
    if not all(1 <= each <= WHOLE for each in some):
        raise _unreadable("cells of another size")
    h, v, t = (round(each) for each in some)
    return h, v, t


def _unreadable(found: str) -> Invalid:
    return Invalid("release.file", FILE, found, "the copy of a release as its author made it")
