"""`wideberth drill`, as people and as machines ask for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import run
from wideberth.render.mark import MARK
from wideberth.story import playbook


def test_all_are_listed_with_what_happened() -> None:
    ran = run("drill", "list")
    assert ran.code == 0 and ran.out.startswith(f"{MARK}\n")
    found = run("drill", "list", "--json").json
    assert found["exercise"] is True and found["schema"] == playbook.SCHEMA
    rows = found["drills"]
    assert isinstance(rows, list)
    assert [each["name"] for each in rows] == [each.name for each in playbook.DRILLS]
    assert all(each["happened"] and each["shows"] and each["twins"] for each in rows)
    assert all(each.happened in ran.out for each in playbook.DRILLS)


def test_one_is_played_and_told() -> None:
    ran = run("drill", "run", "line-cut")
    assert ran.code == 0 and ran.out.startswith(f"{MARK}\n")
    assert "twin without line_checks: it failed at line-checks-go-on" in ran.out
    assert ran.out.splitlines()[-1].startswith("  passed  line-cut")


def test_the_object_has_all_of_it() -> None:
    found = run("drill", "run", "balyun-2020", "--json").json
    drills = found["drills"]
    assert isinstance(drills, list)
    [row] = drills
    assert (row["name"], row["passed"], row["needs"]) == ("balyun-2020", True, None)
    assert {"name", "passed", "seconds", "steps", "twins", "exercise"} <= set(row)
    assert all(each["passed"] for each in row["steps"])
    assert row["twins"][0]["failed_at"] == row["twins"][0]["must_fail_at"] == "receipt"
    assert found["passed"] is True and found["exercise"] is True


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("none",), "drill.none"),
        (("two-logs", "--live"), "drill.no_scene"),
        (("balyun-2020", "--live", "--lang", "xx"), "drill.language"),
        (("balyun-2020", "--live", "--json"), "drill.live"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], code: str) -> None:
    ran = run("drill", "run", *arguments)
    assert ran.code == 2 and f"[{code}]" in ran.err


def test_a_person_does_one_and_gets_a_sheet(tmp_path: Path) -> None:
    sheet = tmp_path / "score.html"
    asked = ["-m", "wideberth.cli", "drill", "run", "deir-ez-zor-2016", "--live", "--sheet", str(sheet)]
    done = subprocess.run(
        [sys.executable, *asked],
        input=b"help\ntake\nanswer relayed\n",
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ},
    )
    # what was typed before the call came is none of it: nobody had it before them
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode()
    assert said.startswith(f"{MARK}\n") and said.count("EXERCISE") >= 3
    assert "CHECK" in sheet.read_text() and sheet.read_text().count("EXERCISE") == 2
