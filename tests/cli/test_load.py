"""Files: one clear error for each that cannot be read, and the right reader for each that can."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from tests.cli.runs import CREWED, OURS, THEIRS, plan, run, save
from wideberth.cli.files import LARGEST_FILE, read_bytes
from wideberth.cli.load import load
from wideberth.errors import Invalid
from wideberth.formats import f3548, flight_intents, geojson, kml, kmz, native, trajectory
from wideberth.formats.reading import Options
from wideberth.formats.registry import recognise

OPTIONS = Options(file="", as_of=0)


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress."""


def code_of(path: Path | str) -> str:
    loaded = load([str(path)], OPTIONS, silent)
    assert loaded.filed == ()
    ((file, error),) = loaded.refused
    assert file == str(path)
    return error.code


def test_missing_directory_empty_and_large_files(tmp_path: Path) -> None:
    (tmp_path / "empty.geojson").touch()
    with (tmp_path / "large.geojson").open("wb") as large:
        large.truncate(LARGEST_FILE + 1)
    assert code_of(tmp_path / "missing.geojson") == "file.missing"
    assert code_of(tmp_path / "empty.geojson" / "below.geojson") == "file.missing"
    assert code_of(tmp_path) == "file.directory"
    assert code_of(tmp_path / "empty.geojson") == "file.empty"
    assert code_of(tmp_path / "large.geojson") == "file.too_large"
    assert code_of("zero\0byte.geojson") == "file.unreadable"
    assert code_of("x" * 5_000 + ".geojson") == "file.unreadable"


def test_a_file_as_large_as_allowed_is_read(tmp_path: Path) -> None:
    with (tmp_path / "large.geojson").open("wb") as large:
        large.truncate(LARGEST_FILE)
    assert len(read_bytes(str(tmp_path / "large.geojson"))) == LARGEST_FILE


def test_pipes_and_devices_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.kml")
    assert code_of(tmp_path / "pipe.kml") == "file.not_regular"
    assert code_of("/dev/zero") == "file.not_regular"


def test_a_file_without_permission(tmp_path: Path) -> None:
    closed = tmp_path / "closed.geojson"
    closed.write_text("{}")
    closed.chmod(0)
    me = os.geteuid()
    if me == 0:  # root may read anything
        for folder in (tmp_path, *tmp_path.parents[:3]):
            folder.chmod(0o755)
        os.seteuid(65534)
    try:
        assert code_of(closed) == "file.permission"
    finally:
        os.seteuid(me)


def test_the_same_file_twice(tmp_path: Path) -> None:
    file = save(tmp_path / "x.geojson", plan("A", "a"))
    (tmp_path / "y.geojson").symlink_to(file)
    loaded = load([file, str(tmp_path / "y.geojson")], OPTIONS, silent)
    assert len(loaded.filed) == 1
    ((refused, error),) = loaded.refused
    assert (refused, error.code) == (str(tmp_path / "y.geojson"), "file.repeated")
    loaded = load([file, file], OPTIONS, silent)
    assert [error.code for _, error in loaded.refused] == ["file.repeated"]


def test_the_same_plan_in_two_files_refuses_the_later_one(tmp_path: Path) -> None:
    one = save(tmp_path / "one.geojson", plan("A", "a"))
    two = save(tmp_path / "two.geojson", plan("A", "b"), plan("A", "a"))
    loaded = load([one, two], OPTIONS, silent)
    assert [filed.plan.key for _, filed in loaded.filed] == [("A", "a")]
    ((file, error),) = loaded.refused
    assert (file, error.code, error.path) == (two, "plan.repeated", "features[1]")
    assert one in error.wanted
    turned = load([two, one], OPTIONS, silent)
    assert turned.filed == loaded.filed
    assert [(file, error.code) for file, error in turned.refused] == [(two, "plan.repeated")]


@pytest.mark.parametrize(
    ("name", "document", "read"),
    [
        ("x.geojson", "", geojson.read),
        ("X.GEOJSON", "", geojson.read),
        ("x.kml", "", kml.read),
        ("x.kmz", "", kmz.read),
        ("x.yaml", "", flight_intents.read),
        ("x.yml", "", flight_intents.read),
        ("x.json.gz", "", trajectory.read),
        ("x.json", {"type": "FeatureCollection", "features": []}, geojson.read),
        ("x.json", {"type": "Polygon"}, geojson.read),
        ("x.json", {"schema": "wideberth.plans/1", "plans": []}, native.read),
        ("x.json", {"schema": "wideberth.plans/9"}, native.read),
        ("x.json", {"intents": {}}, flight_intents.read),
        ("x.json", {"operational_intents": []}, f3548.read),
        ("x.json", {"operational_intent": {}}, f3548.read),
        ("x.json", {"reference": {}, "details": {}}, f3548.read),
        ("x.json", {"flights": []}, trajectory.read),
        ("x.json", {"timestamp": [], "latitude": [], "longitude": []}, trajectory.read),
        ("x.json", [{"timestamp": 1, "lat": 2, "lon": 3}], trajectory.read),
    ],
)
def test_the_reader_for_a_file(name: str, document: object, read: object) -> None:
    assert recognise(name, json.dumps(document).encode()).read is read


def test_json_that_is_gzipped_is_a_trajectory() -> None:
    assert recognise("x.json", gzip.compress(b"[]")).read is trajectory.read


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("x.xyz", b"{}", "the ending .xyz"),
        ("x.txt", b"{}", "a text that begins '{}'"),
        ("plans", b"{}", "no ending"),
        ("x.json", b'{"a": 1, "b": 2}', "JSON with the keys a, b"),
        ("x.json", b"{}", "JSON with the keys none"),
        ("x.json", b"[]", "a list of something else than position reports"),
        ("x.json", b"[1]", "a list of something else than position reports"),
        ("x.json", b"5", "int"),
        ("x.json", b'{"type": ["Feature"], "schema": 5}', "JSON with the keys type, schema"),
    ],
)
def test_formats_that_are_not_known_list_those_that_are(name: str, data: bytes, found: str) -> None:
    with pytest.raises(Invalid) as caught:
        recognise(name, data)
    assert (caught.value.code, caught.value.found) == ("file.unknown_format", found)
    own = {".json": ("GeoJSON", "F3548", "trajectories"), ".txt": ("NOTAM", "OpenAir")}
    every = (".geojson", ".kml", ".kmz", ".gz", ".yaml", "F3548", ".xlsx")
    for accepted in own.get(Path(name).suffix, every):
        assert accepted in caught.value.wanted


def test_notes_name_their_file(tmp_path: Path) -> None:
    file = save(tmp_path / "x.geojson", plan(None, "a"))
    loaded = load([file], OPTIONS, silent)
    assert loaded.notes == (f"{file}: no party is stated, read as {file!r} (features[0])",)


def ring(*positions: list[int]) -> bytes:
    geometry = {"type": "Polygon", "coordinates": [positions]}
    return json.dumps({"type": "Feature", "properties": {}, "geometry": geometry}).encode()


BAD_FILES: dict[str, tuple[str, bytes, str]] = {
    "open ring": (
        "x.geojson",
        ring([0, 0], [1, 0], [1, 1], [0, 1]),
        "geometry.open_ring",
    ),
    "crossing itself": (
        "x.geojson",
        ring([0, 0], [1, 1], [1, 0], [0, 1], [0, 0]),
        "geometry.self_intersection",
    ),
    "latitude": ("x.geojson", json.dumps(plan("A", "a", at=[33, 91])).encode(), "geometry.latitude"),
    "NaN": ("x.geojson", json.dumps(plan("A", "a", at=[33, float("nan")])).encode(), "json.number"),
    "backwards": (
        "x.geojson",
        json.dumps(plan("A", "a", end="2026-11-24T07:00:00Z")).encode(),
        "time.backwards",
    ),
    "unit": ("x.geojson", json.dumps(plan("A", "a", upper="9 furlongs")).encode(), "altitude.malformed"),
    "datum": ("x.geojson", json.dumps(plan("A", "a", upper="9m XYZ")).encode(), "altitude.unknown_datum"),
    "encoding": ("x.geojson", b'{"type": "Feature\xff"}', "json.encoding"),
    "UTF-16": ("x.json", '{"type": "Feature"}'.encode("utf-16"), "json.encoding"),
    "truncated": ("x.json", b'{"type": "FeatureCollection", "features": [', "json.syntax"),
    "200 levels": ("x.json", b"[" * 200 + b"]" * 200, "json.depth"),
    "broken KMZ": ("x.kmz", b"PK\x03\x04 and no more", "zip.damaged"),
    "not XML": ("x.kml", b"<kml", "xml.syntax"),
    "broken gzip": ("x.json.gz", gzip.compress(b"[]" * 99)[:20], "gzip.truncated"),
    "entity bomb": (
        "x.kml",
        b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><kml>&b;</kml>',
        "xml.doctype",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_each_bad_file_is_one_error_beside_the_good_ones(kind: str, tmp_path: Path) -> None:
    name, data, code = BAD_FILES[kind]
    (tmp_path / name).write_bytes(data)
    ran = run("check", OURS, str(tmp_path / name), THEIRS, *CREWED, "--json")
    assert ran.code == 2
    refused = ran.json["refused"]
    assert isinstance(refused, list)
    assert [(r["file"], r["code"]) for r in refused] == [(str(tmp_path / name), code)]
    assert len(ran.conflicts) == 3
    assert len(ran.err.splitlines()) == 1


def test_hostile_files_of_the_field_end_with_one_error_each(shared: Path) -> None:
    """No traceback and no hang, whatever the file; those that are harmless may be read."""
    folder = shared / "vectors"
    names = [
        *sorted((folder / "xml-hostile").rglob("*.kml")),
        *sorted((folder / "zip-hostile").rglob("*.kmz")),
        *sorted((folder / "json-strict").rglob("*.json"))[:60],
    ]
    loaded = load([str(path) for path in names], OPTIONS, silent)
    assert all(error.code and error.wanted for _, error in loaded.refused)
