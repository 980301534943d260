"""Does the suite turn red where GEOMETRY says it must? Break a copy of the program and see.

`python scripts/long/mutants.py` copies sources, tests and scripts to a temporary folder, replaces
one exact text for each mutant, and runs a fast part of the suite there: it must fail, and must pass on
the copy as it is. A text that is not found exactly once stops the run. Exit code 0 where every
mutant is caught.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "scripts")
ORACLE = "tests/conflict/test_oracle.py"
CHUNKS = (18, 0, 1, 2, 3, 5)
TESTS = tuple(f"{ORACLE}::test_no_conflict_is_missed[{chunk}]" for chunk in CHUNKS)
RED, GREEN = 1, 0
"""pytest's exit codes; any other (a bad option, nothing collected) proves nothing."""


@dataclass(frozen=True)
class Mutant:
    """One replacement in one file below `src/wideberth`."""

    name: str
    file: str
    found: str
    becomes: str


MUTANTS = (
    Mutant(
        "the horizontal pad is dropped",
        "conflict/find.py",
        "required_h = rule.h + pads[:, 0]",
        "required_h = rule.h + 0 * pads[:, 0]",
    ),
    Mutant(
        "the vertical pad is dropped",
        "conflict/find.py",
        "height.gap - height.extra < _number(rule.v) + int(pads[k, 1])",
        "height.gap - height.extra < _number(rule.v)",
    ),
    Mutant(
        "the time pad is dropped",
        "conflict/find.py",
        "apart_t < rule.t + pads[:, 2]",
        "apart_t < rule.t",
    ),
    Mutant(
        "flight levels are taken as true heights",
        "space/height.py",
        "bottom, top = flight_level_range(limit.value, reference.atmosphere)",
        "bottom, top = limit.value, limit.value",
    ),
    Mutant(
        "barometric altitudes are taken as true heights",
        "space/height.py",
        "bottom, top = barometric_range(limit.value, reference.atmosphere, qnh)",
        "bottom, top = limit.value, limit.value",
    ),
    Mutant(
        "the geoid is taken as the ellipsoid",
        "space/height.py",
        "return limit.value + low - UNNAMED_GEOID, limit.value + high + UNNAMED_GEOID",
        "return limit.value, limit.value",
    ),
    Mutant(
        "the 180° rule is dropped",
        "space/pieces.py",
        "short = (plain + 180.0) % 360.0 - 180.0",
        "short = plain",
    ),
)


class NotOnce(Exception):
    """The text to replace is not there exactly once: the list above is out of date."""


def copy_tree(folder: Path) -> None:
    """Sources, tests, scripts and their settings."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)


def replaced(text: str, mutant: Mutant) -> str:
    """The source with the mutant's change. Raises: NotOnce."""
    if (count := text.count(mutant.found)) != 1:
        raise NotOnce(f"{mutant.file}: {mutant.found!r} is there {count} times; wanted once")
    return text.replace(mutant.found, mutant.becomes)


def run_tests(folder: Path) -> tuple[int, str]:
    """Exit code and last line of pytest in the copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *TESTS]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def try_out(folder: Path, mutant: Mutant) -> tuple[int, str]:
    """Change the copy, run, and put it back."""
    path = folder / "src" / "wideberth" / mutant.file
    text = path.read_text("utf-8")
    path.write_text(replaced(text, mutant), "utf-8")
    try:
        return run_tests(folder)
    finally:
        path.write_text(text, "utf-8")


def shown(title: str, wanted: int, run: Callable[[], tuple[int, str]]) -> bool:
    """Run, print one row of the table, and say whether the tests had the wanted colour."""
    begun = time.perf_counter()
    code, last = run()
    colour = {GREEN: "green", RED: "red"}.get(code, f"exit {code}")
    took = time.perf_counter() - begun
    print(f"{'ok ' if code == wanted else 'NOT'} {title:50s} {colour:7s} {took:5.0f} s  {last}", flush=True)
    return code == wanted


def main() -> int:
    """Run all, print a table, and say by the exit code whether each was caught."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_tree(folder)
        for mutant in MUTANTS:
            replaced((folder / "src" / "wideberth" / mutant.file).read_text("utf-8"), mutant)
        wrong += not shown("as it is", GREEN, lambda: run_tests(folder))
        for mutant in MUTANTS:
            wrong += not shown(mutant.name, RED, partial(try_out, folder, mutant))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
