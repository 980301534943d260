"""The demo, played: every step comes out, nothing is left behind, and a step that does not is named."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.running import short_folder
from tests.cli.runs import SAMPLES, Ran, process, run
from wideberth.errors import Refused
from wideberth.node.clock import Clock
from wideberth.story import parties
from wideberth.story.side import Side
from wideberth.story.steps import Halted, Steps

PAGE = Path(__file__).parents[2] / "docs" / "demo.md"
TITLE = re.compile(r"^ ?(\d+)  \d\d:\d\d:\d\dZ  (.+)$", re.MULTILINE)
WITHIN = 120
"""Seconds, for anything: the machine may be busy."""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Where the demo makes its folder; its path is short enough for a socket."""
    with short_folder() as folder:
        yield folder


def test_as_a_process_it_ends_with_what_both_nodes_hold_and_keeps_what_it_is_to_keep(temporary: Path) -> None:
    kept = temporary / "exercise"
    ran = process("demo", "--exit", "--json", "--dir", str(kept), WIDEBERTH_LINE="192.0.2.1:7")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = ran.json
    assert (found["schema"], found["exercise"], found["same"]) == ("wideberth.demo/1", True, True)
    page = PAGE.read_text(encoding="utf-8").partition("<!-- transcript -->")[2]
    assert [(str(each["n"]), each["title"]) for each in found["steps"]] == TITLE.findall(page) != []
    north, south = (found["parties"][name] for name in ("North", "South"))
    assert north["console"]["address"] == north["api"].replace("127.0.0.1", "localhost") + "/"
    assert north["console"]["password"] != south["console"]["password"]
    assert north["roots"] == south["roots"]
    assert sorted(each.split("/")[1] for each in north["roots"]) == [found["line"]] * 4
    assert north["cases"] == south["cases"] and list(north["cases"].values()) == ["closed"]
    assert sorted(north["plans"].values()) == [1, 1, 2] and sorted(south["plans"].values()) == [1, 2]
    assert (found["record"]["code"], found["record"]["said"][0]) == (0, "VERIFIED")
    assert any(each.startswith("closed: no known conflict, as of 20") for each in found["record"]["said"])
    said = [line for each in found["steps"] for line in each["said"]]
    for words in (
        "Absence from this list removes no protection",
        "touches no known site",
        "that is never permission",
    ):
        assert any(words in each for each in said), words
    assert not re.search(r"\bsafe\b", ran.out + ran.err)
    # a node that is not running, with everything in it: as anybody's
    data = ("--data", str(kept / "north"), "--key-file", str(parties.key_file(kept, "North")))
    listed = run("record", "feeds", *data)
    assert listed.code == 0 and listed.out.count("/main/0") == 3
    record = run("verify", str(kept / f"north-{parties.MARK}.record"), *data, "--json")
    assert (record.code, record.json["verdict"]) == (0, "verified")
    assert parties.MARK in (kept / f"{parties.MARK}.txt").read_text()
    again = run("demo", "--exit", "--dir", str(kept))
    assert (again.code, "[demo.dir]" in again.err) == (2, True)


@contextmanager
def playing(temporary: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The demo as a process, until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "wideberth.cli", "demo", *arguments],
        env={"PYTHONPATH": str(SAMPLES.parents[2]), "PATH": "", "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def stopped(started: subprocess.Popen[str]) -> Ran:
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=WITHIN)
    return Ran(started.returncode, out.encode(), err)


def test_both_nodes_stay_up_until_they_are_stopped(temporary: Path) -> None:
    with playing(temporary) as started:
        assert started.stderr is not None
        said = []
        for line in started.stderr:
            said.append(line)
            if "wideberth node watch" in line:
                break
        [asked] = [line.split() for line in said if "export" in line]
        at = dict(each.split("=", 1) for each in asked[1:])
        lines = run("line", "list", **at)
        assert lines.code == 0 and "live; agreement in force" in lines.out, lines.err
        consoles = [line.split() for line in said if "  name duty  password " in line]
        assert [each[0] for each in consoles] == ["North", "South"]
        for _, console, _, name, _, password in consoles:
            assert re.fullmatch(r"http://localhost:\d+/", console)
            page = httpx.get(console, follow_redirects=True)
            assert (page.status_code, str(page.url)) == (200, f"{console}console/")
            signed = httpx.post(f"{console}v1/session", json={"name": name, "password": password})
            assert signed.json()["roles"] == ["officer", "planner"], signed.text
        ran = stopped(started)
    assert (ran.code, "stopped" in ran.err) == (0, True)
    assert list(temporary.iterdir()) == []


def test_whoever_stops_it_before_leaves_nothing(temporary: Path) -> None:
    with playing(temporary, "--exit") as started:
        assert started.stdout is not None
        for line in started.stdout:
            if " 2  " in line:
                break
        ran = stopped(started)
    assert ran.code == 130 and "[demo" not in ran.err, ran.err
    assert list(temporary.iterdir()) == []


def test_a_step_that_does_not_come_out_is_named(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    # a node that lets every plan begin
    monkeypatch.setattr(Side, "activate", Side.plan)
    ran = run("demo", "--exit")
    assert ran.code == 3
    assert "step 10, North wants to begin, and may not: the plan has begun" in ran.err
    assert "[demo.step]" in ran.err and "step" not in ran.out.rpartition("may not")[2]
    assert list(temporary.iterdir()) == []


class Clocked:
    """Steps on a clock of their own, which each pause moves on by a second."""

    def __init__(self) -> None:
        self.ms = 0
        self.said: list[str] = []
        self.steps = Steps(self.said.append, self._pause, Clock(lambda: self.ms, lambda: self.ms))

    def _pause(self) -> None:
        self.ms += 1_000


def test_nothing_is_waited_for_without_an_end() -> None:
    made = Clocked()
    with pytest.raises(Refused) as caught, made.steps.step("Waiting", "For nothing."):
        made.steps.until("a sign", lambda: None)
    assert caught.value.code == "demo.step"
    assert caught.value.message == ("step 1, Waiting: this has not come within 30 s: a sign (demo.waited)")
    assert made.steps.done == [] and made.ms > 30_000


def test_what_nobody_foresaw_is_named_too_and_a_stop_is_no_failure() -> None:
    made = Clocked()
    with (
        pytest.raises(Refused, match=r"step 1, Dividing: ZeroDivisionError"),
        made.steps.step("Dividing", "."),
    ):
        made.steps.tell("North", str(1 // len(made.steps.done)))
    with pytest.raises(Halted), made.steps.step("Stopping", "."):
        raise Halted
    with made.steps.step("Going on", "."):
        made.steps.tell("North", "here")
    [done] = made.steps.done
    assert (done.n, done.said, done.seconds) == (1, ("North: here",), 0.0)
