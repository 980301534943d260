"""`check --watch`: checked again after each change, by a clock and a pause of the test's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.cli.runs import AS_OF, CREWED, SAMPLES, plan, run, save
from wideberth.cli import check as command
from wideberth.cli import recheck as watching
from wideberth.cli.answer import Question
from wideberth.cli.recheck import RESTLESS, Look, Rim, follow, look_at, watch
from wideberth.formats.earlier import Outcome
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time
from wideberth.model.separation import PRESETS
from wideberth.render.report import Report

NOW = parse_time("2026-11-23T10:00:00Z")


class Done(Exception):
    """The script of a test has ended."""


class Clock:
    """Each pause takes the next step of a script; when there is none, the loop is stopped."""

    def __init__(self, *steps: Callable[[], object] | None) -> None:
        self.steps: Iterator[Callable[[], object] | None] = iter(steps)
        self.seconds = 0.0

    def pause(self, seconds: float) -> None:
        self.seconds += seconds
        try:
            step = next(self.steps)
        except StopIteration:
            raise Done from None
        if step is not None:
            step()

    def now(self) -> int:
        return NOW + round(self.seconds * 1000)

    def rim(self) -> Rim:
        return Rim(self.now, self.pause, look_at)


def followed(looks: list[dict[str, Look]]) -> list[tuple[int, list[str]]]:
    """(look, changed paths) of each turn, for a file system that looks like this at each look."""
    at = -1
    turns: list[tuple[int, list[str]]] = []

    def pause(_: float) -> None:
        nonlocal at
        at += 1
        if at + 1 >= len(looks):
            raise Done

    def look(path: str) -> Look:
        return looks[at + 1].get(path)

    rim = Rim(lambda: 0, pause, look)
    with pytest.raises(Done):
        follow(["a", "b"], lambda changed: turns.append((at + 1, list(changed))), rim)
    return turns


OLD, NEW, NEWER = (1,), (2,), (3,)


def test_nothing_changes() -> None:
    assert followed([{"a": OLD, "b": OLD}] * 5) == [(0, [])]


def test_a_change_counts_once_it_holds_still() -> None:
    looks: list[dict[str, Look]] = [{"a": OLD}, {"a": NEW}, {"a": NEWER}, {"a": NEWER}, {"a": NEWER}]
    assert followed(looks) == [(0, []), (3, ["a"])]


def test_a_file_that_goes_and_comes_back() -> None:
    looks: list[dict[str, Look]] = [{"b": OLD}, {}, {}, {}, {"b": NEW}, {"b": NEW}, {"b": NEW}]
    assert followed(looks) == [(0, []), (2, ["b"]), (5, ["b"])]


def test_a_change_that_is_taken_back_at_once_is_none() -> None:
    assert followed([{"a": OLD}, {"a": NEW}, {"a": OLD}, {"a": OLD}, {"a": OLD}]) == [(0, [])]


def test_a_file_that_never_holds_still_is_read_all_the_same() -> None:
    looks: list[dict[str, Look]] = [{"a": (n,)} for n in range(RESTLESS + 4)]
    assert followed(looks) == [(0, []), (RESTLESS + 1, ["a"])]


def test_what_a_look_sees(tmp_path: Path) -> None:
    file = tmp_path / "a"
    assert look_at(str(file)) is None
    assert look_at("a\0b") is None
    file.write_text("x")
    first = look_at(str(file))
    assert first == look_at(str(file))
    file.write_text("xy")
    second = look_at(str(file))
    assert second != first
    # replaced under its name, with the size and the time of the original
    other = tmp_path / "b"
    other.write_text("yx")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    other.replace(file)
    assert look_at(str(file)) != second


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    return (
        save(tmp_path / "a.geojson", plan("A", "a")),
        save(tmp_path / "b.geojson", plan("B", "b")),
    )


def question(files: tuple[str, ...], agreement: str | None = None) -> Question:
    chosen = PRESETS["crewed"] if agreement is None else None
    return Question(files, Options("", as_of=0), chosen, agreement, None, False, False, 1_000)


def watched(
    files: tuple[str, ...], *steps: Callable[[], object] | None, agreement: str | None = None
) -> tuple[list[Report], list[str]]:
    """The reports shown, and the lines that say why."""
    shown: list[Report] = []
    heads: list[str] = []
    with pytest.raises(Done):
        watch(
            question(files, agreement),
            None,
            shown.append,
            head=heads.append,
            quiet=True,
            rim=Clock(*steps).rim(),
        )
    return shown, heads


def test_each_check_is_told_against_the_one_before(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(files[1])
    shown, heads = watched(
        files,
        None,
        lambda: save(path, plan("B", "b", at=[33.02, 34.0]), plan("B", "c")),
        None,
        None,
        lambda: save(path, plan("B", "b", at=[39.0, 34.0]), plan("B", "c")),
        None,
    )
    first, second, third = shown
    assert first.since is None and first.as_of == NOW
    assert heads == [f"2026-11-23 10:00:03Z: {path} changed", f"2026-11-23 10:00:06Z: {path} changed"]
    assert second.since is not None and second.as_of == NOW + 3_000
    assert [one.plans[1][1] for one in second.since.new] == ["c"]
    assert [one.plans[1][1] for one in second.since.still] == ["b"]
    assert third.since is not None and third.since.as_of == second.as_of
    assert [(one.plans[1][1], one.why) for one in third.since.gone] == [("b", "apart")]
    assert capsys.readouterr().err == "watching 2 files; Ctrl-C ends it\n"


def test_a_half_written_file_is_refused_and_watched_on(files: tuple[str, str]) -> None:
    path = Path(files[1])
    whole = path.read_text()
    shown, _ = watched(
        files,
        lambda: path.write_text(whole[:60]),
        None,
        lambda: path.write_text(whole),
        None,
        path.unlink,
        None,
    )
    assert [[error.code for _, error in report.refused] for report in shown] == [
        [],
        ["json.syntax"],
        [],
        ["file.missing"],
    ]
    sinces = [report.since for report in shown[1:]]
    assert [(len(s.new), len(s.gone), len(s.still), len(s.not_checked)) for s in sinces if s is not None] == [
        (0, 0, 0, 1),
        (0, 0, 1, 0),
        (0, 0, 0, 1),
    ]


def test_a_file_replaced_by_an_editor(files: tuple[str, str], tmp_path: Path) -> None:
    def replace() -> None:
        save(tmp_path / "new", plan("B", "z"))
        (tmp_path / "new").replace(files[1])

    shown, _ = watched(files, replace, None)
    assert shown[1].conflicts[0].plans == (("A", "a"), ("B", "z"))


def test_what_cannot_be_compared_is_said_and_watched_on(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(files[1])
    shown, _ = watched(
        files,
        lambda: save(path, plan("A", "b")),  # of the same party: nothing to compare
        None,
        lambda: save(path, plan("B", "b")),
        None,
    )
    assert len(shown) == 2
    assert "[party.only_one]" in capsys.readouterr().err
    assert shown[1].since is not None and len(shown[1].since.still) == 1


def test_the_agreement_is_watched_too(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agreement = tmp_path / "terms.toml"
    text = (SAMPLES / "terms.toml").read_text()
    agreement.write_text(text)
    shown, heads = watched(
        files,
        lambda: agreement.write_text("= broken"),
        None,
        lambda: agreement.write_text(text),
        None,
        agreement=str(agreement),
    )
    assert len(shown) == 2 and len(heads) == 2
    err = capsys.readouterr().err
    assert "watching 3 files" in err and f"{agreement}: " in err and "[terms.malformed]" in err


def test_many_files_at_once(tmp_path: Path) -> None:
    many = tuple(save(tmp_path / f"{n}.geojson", plan(f"P{n}", "p")) for n in range(7))

    def touch() -> None:
        for path in many:
            os.utime(path, (1, 1))

    _, heads = watched(many, touch, None)
    assert heads[0].endswith("4.geojson and 2 more changed")


# --- the command


def stopped(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[], object] | None) -> None:
    """The command watches by the clock of a test, and is interrupted when its script ends."""

    def start(
        asked: Question,
        before: Outcome | None,
        show: Callable[[Report], None],
        *,
        head: Callable[[str], None],
        quiet: bool,
    ) -> NoReturn:
        try:
            watching.watch(asked, before, show, head=head, quiet=quiet, rim=Clock(*steps).rim())
        except Done:
            raise SystemExit(130) from None

    monkeypatch.setattr(command, "watch", start)


def test_json_is_one_line_a_check(files: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(files[1])
    stopped(monkeypatch, lambda: save(path, plan("B", "c")), None)
    ran = run("check", *files, "--preset", "crewed", "--json", "--watch")
    assert ran.code == 130
    first, second = (json.loads(line) for line in ran.out.splitlines())
    assert "since" not in first and first["schema"] == "wideberth.check/1"
    assert [entry["plans"][1]["id"] for entry in second["since"]["new"]] == ["c"]
    assert [entry["why"] for entry in second["since"]["gone"]] == ["no_plan"]
    assert f"2026-11-23 10:00:02Z: {path} changed" in ran.err


def test_text_picture_and_an_earlier_result(
    files: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, picture = tmp_path / "last.json", tmp_path / "now.svg"
    last.write_bytes(run("check", *files, *CREWED, "--json").bytes)
    drawn: list[str] = []

    def change() -> None:
        drawn.append(picture.read_text())
        save(Path(files[1]), plan("B", "c", label="Lighthouse"))

    stopped(monkeypatch, change, None)
    more = ("--watch", "--since", str(last), "--picture", str(picture))
    ran = run("check", *files, "--preset", "crewed", *more)
    assert ran.code == 130
    assert "since 2026-11-23 10:00Z: 0 new, 0 gone, 1 still there" in ran.out
    assert f"\n── 2026-11-23 10:00:02Z: {files[1]} changed\n\n1 conflict between" in ran.out
    assert "B · Lighthouse (c)  (new)" in ran.out
    assert "Lighthouse" not in drawn[0] and "Lighthouse" in picture.read_text()


def test_a_fixed_clock_cannot_watch() -> None:
    ran = run("check", "no-such.geojson", "--preset", "crewed", "--watch", *AS_OF)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("--as-of: ") and "[option.watch]" in ran.err


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send to a process")
def test_the_process_watches_until_it_is_interrupted(files: tuple[str, str]) -> None:
    arguments = ("check", *files, "--preset", "crewed", "--json", "--watch")
    with subprocess.Popen(
        [sys.executable, "-m", "wideberth.cli", *arguments],
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent.parent.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            assert len(json.loads(process.stdout.readline())["conflicts"]) == 1
            time.sleep(0.1)  # a second change within one tick of the disk's clock would look like none
            save(Path(files[1]), plan("B", "b", at=[39.0, 34.0]))
            second = json.loads(process.stdout.readline())
            assert second["conflicts"] == [] and len(second["since"]["gone"]) == 1
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr.read().endswith("stopped\n")
