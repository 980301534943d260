"""The bench of actions from an alarm to CHECK sent: two from each start screen, whatever rings."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from bench import console_actions
from tests.console.two import Two


def test_two_actions_from_each_start_screen(chromium: Browser, nodes: Two, tmp_path: Path) -> None:
    said: list[str] = []
    found = console_actions.run(chromium, nodes, tmp_path, alarms=8, rounds=1, tell=said.append)
    assert len(said) == 1
    assert {(each["start"], each["by"]) for each in found["checks"]} == {
        (start, by) for start in console_actions.STARTS for by in console_actions.BY
    }
    assert console_actions.wrong(found) == []
    assert console_actions.table(found).count("\n") == len(found["checks"]) + 1
    # what would be too much is found
    found["checks"][0].update(actions=3, bar_px=200.0)
    assert len(console_actions.wrong(found)) == 2
