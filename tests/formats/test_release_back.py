"""The records of a copy, read back from its GeoJSON: they say the same, and hold what was told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk import released
from tests.desk.released import CAVEATS, DOCUMENT, NOW
from wideberth.errors import Invalid
from wideberth.formats import release_back, release_geojson
from wideberth.formats.release_told import Told
from wideberth.model.release import Document, Record
from wideberth.space.ground import Circle


def geojson(document: Document, order: tuple[int, ...] = ()) -> bytes:
    """As a copy has it, its records in this order."""
    some = tuple(document.records[n] for n in order) or document.records
    remarks = {each.number: ("A remark.",) for each in document.records}
    return release_geojson.write(Told(document, some, ("MARK",), ("Heading.",), remarks, ("End.",), "a" * 26))


def back(data: bytes) -> tuple[Record, ...]:
    return release_back.records({release_back.FILE: data})


def words(record: Record) -> tuple[object, ...]:
    return (
        record.number,
        record.kind,
        record.title,
        record.originator,
        record.said_by,
        record.facts,
        record.text,
    )


def test_a_record_is_read_back_as_it_was_told_whatever_order_its_copy_has() -> None:
    for order in ((0, 1), (1, 0)):
        plan, statement = back(geojson(DOCUMENT, order))
        assert words(plan) == words(DOCUMENT.records[0]) and plan.volumes == DOCUMENT.records[0].volumes
        assert words(statement) == words(DOCUMENT.records[1]) and statement.volumes == ()
        assert (plan.level, plan.grid) == ("full", None)
        assert (statement.level, statement.grid) == ("coarse", DOCUMENT.records[1].grid)


@settings(max_examples=40, deadline=None)
@given(released.documents(), st.data())
def test_any_record_says_the_same_and_lies_where_it_lay(document: Document, data: st.DataObject) -> None:
    order = tuple(data.draw(st.permutations(range(len(document.records)))))
    document = structs.replace(document, made_ms=NOW, caveats=CAVEATS)
    try:
        found = back(geojson(document, order))
    except Invalid:
        reject()  # what a GeoJSON cannot hold is refused, and nothing is taken for it
    assert [words(each) for each in found] == [words(each) for each in document.records]
    for one, other in zip(document.records, found, strict=True):
        assert len(one.volumes) == len(other.volumes)
        for told, read in zip(one.volumes, other.volumes, strict=True):
            assert (read.start, read.end, read.lower, read.upper) == (
                told.start,
                told.end,
                told.lower,
                told.upper,
            )
            assert read.pad.h >= told.pad.h and read.pad.t == told.pad.t
            if isinstance(told.ground, Circle) and isinstance(read.ground, Circle):
                assert read.ground.centre == told.ground.centre
                assert read.ground.radius + read.pad.h >= told.ground.radius + told.pad.h


def changed(change: Callable[[Any], None]) -> bytes:
    document: Any = json.loads(geojson(DOCUMENT))
    change(document)
    return json.dumps(document).encode()


def properties(name: str, value: object) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        document["features"][0]["properties"][name] = value

    return change


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b'{"features": [1]}',
        b'{"features": [{}]}',
        b"\xff",
        changed(lambda document: document.pop("features")),
        changed(lambda document: document["features"].pop(0)),
        changed(properties("kind", "track")),
        changed(properties("record", 7)),
        changed(properties("facts", [["a"]])),
        changed(properties("text", None)),
        changed(properties("cells", {"h_m": "wide"})),
    ],
)
def test_what_is_no_copy_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as raised:
        back(data)
    assert raised.value.code == "release.file"


def test_a_copy_without_geojson_has_no_records_to_pass_on() -> None:
    with pytest.raises(Invalid) as raised:
        release_back.records({"release.txt": b"x"})
    assert raised.value.code == "release.file"


def test_cells_that_are_no_number_of_metres_are_refused() -> None:
    def change(document: Any) -> None:
        document["features"][1]["properties"]["cells"]["h_m"] = 1e300

    with pytest.raises(Invalid) as raised:
        back(changed(change).replace(b"1e+300", b"1e999"))
    assert raised.value.code == "release.file"
