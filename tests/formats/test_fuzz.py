"""Some seconds of what `scripts/long/fuzz.py` does for ten minutes each: bytes guided by coverage."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.amount import amount

ROOT = Path(__file__).parent.parent.parent
SECONDS = amount(20, 8)


@pytest.mark.slow
def test_no_bytes_make_a_reader_fail_but_clearly(tmp_path: Path) -> None:
    if find_spec("atheris") is None:
        pytest.skip("atheris is for Linux on x86-64 only")
    # the same each time: what chance finds is for the long runs
    more = ["--together", "--seed", "1", "--seconds", str(SECONDS)]
    command = [sys.executable, str(ROOT / "scripts/long/fuzz.py"), *more]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4_000:]
    assert "number_of_executed_units" in done.stderr
