"""docs/line.md shows the tables as the program has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from wideberth.desk import line_checks
from wideberth.line import health, restore

PAGE = Path(__file__).parent.parent.parent / "docs" / "line.md"


def table(states: Mapping[str, str], signals: Mapping[str, str], steps: Mapping[tuple[str, str], str]) -> str:
    """A table as docs/line.md has it."""
    rows = ["| state | | " + " | ".join(signals) + " |", "|---" * (len(signals) + 2) + "|"]
    for state, words in states.items():
        rows.append(f"| **{state}** | {words} | " + " | ".join(steps[state, s] for s in signals) + " |")
    return "\n".join(rows)


def test_the_page_shows_the_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert table(health.LEVELS, health.SIGNALS, health.TABLE) in page  # type: ignore[arg-type]  # literals
    assert table(restore.STAGES, restore.SIGNALS, restore.TABLE) in page  # type: ignore[arg-type]  # literals
    checks = table(line_checks.STAGES, line_checks.SIGNALS, line_checks.TABLE)  # type: ignore[arg-type]  # literals
    assert checks.replace("| state |", "| check |") in page
    for name, words in (*health.SIGNALS.items(), *restore.SIGNALS.items(), *line_checks.SIGNALS.items()):
        assert f"*{name}*: {words}" in page
    rows = len(health.LEVELS) + len(restore.STAGES) + len(line_checks.STAGES)
    assert len(re.findall(r"^\| \*\*", page, re.MULTILINE)) == rows
