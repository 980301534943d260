"""`convert`: every format that is written can be read again, and nothing is written by halves."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.runs import AS_OF, CREWED, OURS, SAMPLES, THEIRS, plan, process, run, save


def test_geojson_to_standard_output() -> None:
    ran = run("convert", THEIRS, "--to", "geojson")
    assert ran.code == 0
    assert ran.json["type"] == "FeatureCollection"
    names = {feature["properties"]["plan"] for feature in ran.json["features"]}  # type: ignore[attr-defined]  # JSON
    assert names == {"transit-1", "patrol-2", "drop-3", "transfer-4", "buoys-5"}
    assert "no end is stated" in ran.err


@pytest.mark.parametrize(
    ("form", "name"), [("geojson", "x.geojson"), ("native", "x.json"), ("kml", "x.kml"), ("kmz", "x.kmz")]
)
def test_what_is_written_has_the_same_conflicts(form: str, name: str, tmp_path: Path) -> None:
    written = str(tmp_path / name)
    assert run("convert", OURS, "--to", form, "-o", written).code == 0
    before = run("check", OURS, THEIRS, *CREWED, "--json").conflicts
    after = run("check", written, THEIRS, *CREWED, "--json").conflicts
    assert [c["plans"] for c in after] == [c["plans"] for c in before]
    assert [c["from"] for c in after] == [c["from"] for c in before]


def test_several_files_become_one() -> None:
    ran = run("convert", OURS, THEIRS, "--to", "native")
    assert ran.code == 0
    assert len(ran.json["plans"]) == 9  # type: ignore[arg-type]  # JSON


def test_f3548_takes_every_altitude_to_the_ellipsoid(tmp_path: Path) -> None:
    file = save(tmp_path / "x.geojson", plan("A", "a", lower="100m HAE", upper="200m HAE"))
    ran = run("convert", file, "--to", "f3548", *AS_OF)
    assert ran.code == 0
    assert '"W84"' in ran.out
    ran = run("convert", THEIRS, "--to", "f3548")
    assert ran.code == 2
    assert "[f3548.no_time]" in ran.err


def test_a_file_that_exists_is_kept_unless_forced(tmp_path: Path) -> None:
    there = tmp_path / "there.geojson"
    there.write_text("mine")
    ran = run("convert", OURS, "--to", "geojson", "-o", str(there))
    assert ran.code == 2
    assert "[output.exists]" in ran.err
    assert there.read_text() == "mine"
    assert run("convert", OURS, "--to", "geojson", "-o", str(there), "--force").code == 0
    assert json.loads(there.read_text(encoding="utf-8"))["type"] == "FeatureCollection"


def test_nothing_is_written_if_a_file_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "out.geojson"
    ran = run("convert", OURS, str(tmp_path / "missing.kml"), "--to", "geojson", "-o", str(target))
    assert ran.code == 2
    assert ran.err.endswith("nothing was written\n")
    assert not target.exists()


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    ran = run("convert", OURS, "--to", "geojson", "-o", str(tmp_path / "no" / "x.geojson"))
    assert ran.code == 3
    assert ran.err.endswith("No such file or directory\n")


def test_a_kmz_goes_to_standard_output_if_that_is_no_terminal(tmp_path: Path) -> None:
    ran = process("convert", OURS, "--to", "kmz")
    assert ran.code == 0
    (tmp_path / "x.kmz").write_bytes(ran.bytes)
    assert zipfile.ZipFile(tmp_path / "x.kmz").namelist() == ["doc.kml"]


def test_an_unknown_format_lists_the_known_ones() -> None:
    ran = run("convert", OURS, "--to", "shapefile")
    assert ran.code == 2
    for name in ("geojson", "native", "kml", "kmz", "f3548"):
        assert name in ran.err


def test_a_kmz_is_not_thrown_at_a_terminal() -> None:
    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "wideberth.cli", "convert", OURS, "--to", "kmz"],
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent.parent.parent)},
        stdout=follower,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(follower)
    os.close(leader)
    assert done.returncode == 2
    assert b"[output.terminal]" in done.stderr
