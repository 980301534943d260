"""docs/tracks.md says what the program does: its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from typer.main import get_command

from wideberth.cli.main import app
from wideberth.formats import report_lines
from wideberth.links.source_url import SCHEMES
from wideberth.model import alert
from wideberth.watch.alerts import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "tracks.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_code() -> None:
    assert alert.table() in PAGE
    for kind, words in alert.KINDS.items():
        assert f"| `{kind}` | {alert.PRECEDENCE[kind]} | {words} |" in PAGE
    for why, words in alert.WHY.items():
        assert f"| `{why}` | {words} |" in PAGE


def test_every_scheme_of_a_source_is_in_the_table() -> None:
    assert set(re.findall(r"`([a-z+]+)://", PAGE)) == set(SCHEMES)


def test_the_times_are_those_of_the_settings() -> None:
    settings = Settings()
    seconds = [settings.urgent_ms, settings.confirm_ms, settings.hold_ms, settings.recoverable_ms]
    assert [each // 1_000 for each in seconds] == [60, 4, 20, 60] and settings.silent_ms == 300_000


def test_the_example_report_is_read() -> None:
    block = next(each for each in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL) if "schema" in each)
    [found] = report_lines.read(block.encode())
    assert (found.id, found.callsign, found.kind) == ("icao:4b1815", "HERON 11", "aircraft")


def test_every_command_is_on_the_page() -> None:
    group = get_command(app).get_command(None, "watch")  # type: ignore[attr-defined]  # a group of typer
    for name in group.commands:
        assert f"watch {name}" in PAGE, name
