"""The models of the line hold in every state, and find each planted fault (spec/README.md)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SCRIPT = ROOT / "scripts" / "spin"
TRACES = ROOT / "tests" / "spec" / "traces"
NAMES = subprocess.run(
    [SCRIPT, "list"], capture_output=True, text=True, timeout=120, check=True
).stdout.split()
FAULTS = [name for name in NAMES if name.startswith("PLANT_")]
WHOLE = [name for name in NAMES if name not in FAULTS]
ACTIONS = {
    "line": {"again", "backup", "commit", "cosign", "crash", "join", "receipt", "receive", "refetch"}
    | {"refuse-gap", "refuse-old", "restore", "show", "sign", "waive"},
    "case": {"accept", "final", "fold", "lapse", "other", "propose", "receive", "retract", "version"},
}


def need_programs() -> None:
    """Without Spin or gcc a test is skipped; under CI it goes on, and fails."""
    missing = [program for program in ("spin", "gcc") if shutil.which(program) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"the models are not checked: {' and '.join(missing)} not installed")


def spin(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The script's answer."""
    need_programs()
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, timeout=900, check=False)


def test_the_models_are_the_ones_that_are_documented() -> None:
    text = (ROOT / "spec" / "README.md").read_text(encoding="utf-8")
    assert len(WHOLE) == 6 and len(FAULTS) == 19
    assert [name for name in NAMES if f"`{name}`" not in text] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_every_state_is_looked_at_and_none_is_wrong(name: str) -> None:
    done = spin(name)
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.fullmatch(
        rf"{name}: every state, no error; (\d+) states, depth (\d+), [\d.]+ seconds\n", done.stdout
    )
    assert told is not None, done.stdout
    # far fewer would mean that a guard shuts out what was to be checked
    assert int(told[1]) > 100_000 and int(told[2]) >= 14


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str) -> None:
    done = spin(name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{name}: found, depth "), done.stdout


def test_an_unknown_run_is_refused() -> None:
    done = spin("nonsense")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no run is called nonsense" in done.stderr


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    for program in ("sh", "dirname", "cut", "grep", "sort", "cat"):
        (tmp_path / program).symlink_to(shutil.which(program) or "")
    done = subprocess.run(
        [SCRIPT], env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 3
    assert done.stderr == "spin: the program spin is missing; on Debian or Ubuntu: sudo apt install spin\n"


def test_the_traces_show_every_action_and_end_where_both_agree() -> None:
    files = sorted(TRACES.glob("*.txt"))
    assert len(files) >= 20
    for model, actions in ACTIONS.items():
        seen = set()
        for file in (each for each in files if each.name.startswith(model)):
            head, *lines = file.read_text(encoding="utf-8").splitlines()
            assert head.startswith(f"# {model}.pml ")
            events = [line for line in lines if not line.startswith("= ")]
            assert lines[: len(events)] == events and len(lines) > len(events)
            seen |= {event.split()[1] for event in events}
        assert seen == actions


@pytest.mark.parametrize("file", sorted(TRACES.glob("*.txt")), ids=lambda file: file.stem)
def test_a_trace_is_a_walk_through_the_model_as_it_is(file: Path, tmp_path: Path) -> None:
    """Made again one by one: looking for walks worth keeping takes longer."""
    head, *kept = file.read_text(encoding="utf-8").splitlines()
    said = re.fullmatch(r"# (\w+) (-D.*), walk (\d+)", head.replace(".pml", ""))
    assert said is not None, head
    need_programs()
    command = ["spin", "-T", *said[2].split(), "-DWALK", f"-n{said[3]}", "-u200000"]
    done = subprocess.run(
        [*command, ROOT / "spec" / f"{said[1]}.pml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert [line for line in done.stdout.splitlines() if re.match(r"[ab] |= ", line)] == kept
