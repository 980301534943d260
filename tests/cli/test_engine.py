"""Small inputs are searched plainly, without a compiler; for large ones compiling is announced."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wideberth.cli import engine
from wideberth.cli.progress import Steps
from wideberth.conflict.engine import MANY, PLAIN
from wideberth.space.reference import VerticalReference

LOADED = """
import sys
from wideberth.cli.main import app
import typer
try:
    typer.main.get_command(app)(sys.argv[1:], standalone_mode=False)
except BaseException:
    pass
print("numba" in sys.modules)
"""


def test_a_small_check_loads_no_compiler() -> None:
    samples = Path(engine.__file__).parent.parent / "data" / "samples"
    files = [str(samples / name) for name in ("ours.geojson", "theirs.kml")]
    command = [sys.executable, "-c", LOADED, "check", *files, "--preset", "crewed"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert ran.stdout.splitlines()[-1] == "False"
    assert "conflicts between" in ran.stdout


def test_the_compiled_engine_is_ready_when_it_is_given(reference: VerticalReference) -> None:
    told: list[str] = []
    with Steps(quiet=True) as steps:
        assert engine.engine_for(MANY - 1, reference, steps, told.append) is PLAIN
        chosen = engine.engine_for(MANY, reference, steps, told.append)
    assert chosen is not PLAIN
    assert told in ([], [engine.COMPILING])  # told only where it was not compiled before


def test_compiling_is_announced(reference: VerticalReference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.0)
    told: list[str] = []
    with Steps(quiet=True) as steps:
        engine.engine_for(MANY, reference, steps, told.append)
    assert told == [engine.COMPILING]


def test_without_a_compiler_the_plain_search_is_used(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wideberth.conflict.join", None)
    told: list[str] = []
    with Steps(quiet=True) as steps:
        assert engine.engine_for(MANY, reference, steps, told.append) is PLAIN
    assert told == [engine.CANNOT]
