"""The manual says of every command where the console does the same, and of none that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from wideberth.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "console.md"


def verbs(group: Any, before: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command, with the groups that it stands in."""
    context = group.make_context("wideberth", [], resilient_parsing=True)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if hasattr(found, "list_commands"):
            yield from verbs(found, (*before, name))
        else:
            yield " ".join((*before, name))


def test_every_command_is_in_the_table() -> None:
    rows = re.findall(r"^\| (`.+?`) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    listed = [each for commands, _ in rows for each in re.findall(r"`([a-z -]+)`", commands)]
    assert len(listed) == len(set(listed))
    there = set(verbs(get_command(main.app)))
    assert len(there) > 200
    assert there - set(listed) == set()
    assert {each for each in listed if each in there} == set(listed)
    assert all(where for _, where in rows)
