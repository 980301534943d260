"""`template` and `diff`, and lists among the files of `check` and `convert`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runs import run

LIST = "id,name,lat,lon,radius\n1,North,33.51310,36.27650,100\n2,South,33.41310,36.27650,100\n"


def test_template(tmp_path: Path) -> None:
    file = tmp_path / "movement.xlsx"
    ran = run("template", "--lang", "ar", str(file))
    assert ran.code == 0 and file.stat().st_size > 3_000
    assert "no permission" in ran.err
    assert run("template", str(file)).code == 2
    assert run("template", "--force", "--kind", "site", str(file)).code == 0
    for wrong in (["--lang", "xx"], ["--kind", "x"]):
        assert run("template", *wrong, str(tmp_path / "a.csv")).code == 2
    assert run("template", str(tmp_path / "a.pdf")).code == 2
    assert run("template", "--lang", "UK", str(tmp_path / "a.csv")).code == 0


def test_diff(tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(LIST, encoding="utf-8")
    new.write_text(LIST.replace("33.41310", "33.42310"), encoding="utf-8")
    assert run("diff", str(old), str(old)).code == 0
    ran = run("diff", str(old), str(new))
    assert ran.code == 1 and "South (row 3): moved 1.1 km" in ran.out
    document = run("diff", str(old), str(new), "--json").json
    assert document["schema"] == "wideberth.diff/1"
    new.write_text(LIST.replace("33.41310", "93.42310"), encoding="utf-8")
    ran = run("diff", str(old), str(new))
    assert ran.code == 2 and "row 3, column lat" in ran.err and "nothing was compared" in ran.err
    ran = run("diff", str(old), str(new), "--keep-good")
    assert ran.code == 2 and "stays in force" in ran.out
    assert run("diff", str(old), str(tmp_path / "none.csv")).code == 2


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_lists_are_converted_and_checked(tmp_path: Path, ending: str) -> None:
    files = []
    for name, lat in (("ours", "33.5"), ("theirs", "33.6")):
        file, made = tmp_path / f"{name}.csv", tmp_path / f"{name}-made.{ending}"
        file.write_text(LIST.replace("33.5", lat).replace("33.4", lat), encoding="utf-8")
        assert run("convert", str(file), "--to", ending, "-o", str(made)).code == 0
        files.append(str(made))
    assert run("check", *files, "--preset", "crewed").code == 0
    assert run("check", *files, "--horizontal", "20km", "--vertical", "any", "--time", "0min").code == 1
