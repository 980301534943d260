"""How a run begins and ends: help, version, completion, interrupts, the unforeseen."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

import wideberth
from tests.cli.runs import CREWED, OURS, SAMPLES, THEIRS, process, run
from wideberth.cli.main import app
from wideberth.cli.progress import Steps

ROOT = str(SAMPLES.parent.parent.parent)


def test_version() -> None:
    ran = process("--version")
    assert (ran.code, ran.out) == (0, f"wideberth {wideberth.__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "example"),
    [
        (("--help",), "\n    wideberth convert plans.kml --to geojson\n"),
        (("check", "--help"), "\n    wideberth check ours.geojson theirs.kml --preset crewed\n"),
        (("convert", "--help"), "\n    wideberth convert plans.kml --to geojson\n"),
    ],
)
def test_help_has_examples(arguments: tuple[str, ...], example: str) -> None:
    ran = run(*arguments)
    assert ran.code == 0
    assert example in ran.out


def test_no_command_shows_the_help() -> None:
    ran = run()
    assert "Usage: " in ran.out + ran.err


def test_shell_completion() -> None:
    ran = process(_WIDEBERTH_COMPLETE="complete_bash", COMP_WORDS="wideberth ch", COMP_CWORD="1")
    assert ran.out.split() == ["check"]


def test_the_samples_as_a_process() -> None:
    ran = process("check", OURS, THEIRS, *CREWED)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("3 conflicts between 6 plans, as of 2026-11-23 10:00Z\n")
    assert "\x1b" not in ran.out


def test_output_is_utf8_whatever_the_locale() -> None:
    ran = process("check", OURS, THEIRS, *CREWED, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert ran.code == 1
    assert "34°23.74′N" in ran.out


FAULTY = """
import wideberth.cli.check as faulty
from wideberth.cli import main
def check():
    1 / 0
faulty.check = check
main.main()
"""


def test_the_unforeseen_is_one_line_and_3() -> None:
    def faulty(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", FAULTY, "check"],
            env={**os.environ, "PYTHONPATH": ROOT, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    done = faulty()
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "could not: ZeroDivisionError: division by zero (WIDEBERTH_DEBUG=1 shows where)\n"
    debugged = faulty(WIDEBERTH_DEBUG="1")
    assert debugged.returncode == 3
    assert "Traceback" in debugged.stderr


def test_an_interrupt_is_one_word() -> None:
    code = FAULTY.replace("1 / 0", "import time; print('ready', flush=True); time.sleep(60)")
    running = subprocess.Popen(
        [sys.executable, "-c", code, "check"],
        env={**os.environ, "PYTHONPATH": ROOT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, said) == (130, "stopped\n")


def test_a_reader_that_leaves_is_no_error() -> None:
    command = [sys.executable, "-m", "wideberth.cli", "check", OURS, THEIRS, *CREWED, "--json"]
    running = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": ROOT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait(60) == 3
    assert said == b""


def test_a_terminal_gets_a_table_that_fits(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "wideberth.cli", "check", OURS, THEIRS, *CREWED],
        env={**os.environ, "PYTHONPATH": ROOT, "TERM": "xterm", "COLUMNS": "72"},
        stdout=follower,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65_536)
        except OSError:  # the end of a terminal on Linux
            break
        if not part:
            break
        shown += part
    os.close(leader)
    assert done.returncode == 1
    assert b"\x1b[1;31m3 conflicts between 6 plans" in shown


def test_progress_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Steps(quiet=False) as steps:
        for k in range(3):
            steps.at("working", k, 3)
            time.sleep(0.01)
    assert capsys.readouterr() == ("", "")


def test_progress_shows_after_a_second_on_a_terminal() -> None:
    code = (
        "import time\nfrom wideberth.cli.progress import Steps\n"
        "with Steps(quiet=False) as steps:\n"
        "    steps.at('working hard', 1, 3)\n    time.sleep(float(__import__('sys').argv[1]))\n"
    )

    def said(seconds: str) -> bytes:
        leader, follower = pty.openpty()
        subprocess.run(
            [sys.executable, "-c", code, seconds],
            env={**os.environ, "PYTHONPATH": ROOT, "TERM": "xterm"},
            stderr=follower,
            timeout=60,
            check=True,
        )
        os.set_blocking(leader, False)
        try:
            shown = os.read(leader, 65_536)
        except BlockingIOError:
            shown = b""
        os.close(leader)
        os.close(follower)
        return shown

    assert b"working hard" in said("1.4")
    assert b"working" not in said("0.2")


def test_every_verb_is_there_under_its_name_and_only_what_is_asked_for_is_loaded() -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    context = typer.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None and found.name == name and found.help
    assert command.get_command(context, "nothing") is None
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60
    )
    assert loaded.stdout.split() == []


LOADED = """
import contextlib, io, sys
from wideberth.cli.main import app
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    app(["--help"])
heavy = ("numpy", "shapely", "pyproj", "lxml", "numba", "starlette", "uvicorn", "httpx", "rich.console")
print(*(name for name in heavy if name in sys.modules))
"""
