"""The state diagrams of the docs are what the tables of the code say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import diagrams
from scripts.diagrams import DIAGRAMS, Diagram

DOCS = Path(__file__).parent.parent / "docs"


def test_the_committed_diagrams_are_what_the_tables_say() -> None:
    assert diagrams.differing() == [], "run: python -m scripts.diagrams"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_page_shows_it_and_it_has_every_state_and_step(name: str) -> None:
    pages = [each.read_text("utf-8") for each in DOCS.glob("*.md")]
    assert any(f"](img/states-{name}.svg)" in each for each in pages)
    found = DIAGRAMS[name]
    picture = (DOCS / "img" / f"states-{name}.svg").read_text("utf-8")
    shown = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", picture)).replace("&#45;", "-")
    for before, event, after in diagrams.steps(found.table):
        assert before in shown and event in shown and after in shown
    assert found.first in diagrams.states(found)


def test_another_table_is_another_diagram(tmp_path: Path) -> None:
    """Of each of the three shapes that a table may have."""
    by_event = Diagram("x", "a", {"a": {"go": "b", "stay": ("a", "b")}, "b": {}})
    assert list(diagrams.steps(by_event.table)) == [("a", "go", "b"), ("a", "stay", "a"), ("a", "stay", "b")]
    assert list(diagrams.steps({("a", "go"): "b"})) == [("a", "go", "b")]
    plain = Diagram("x", "a", {"a": ("b",), "b": ()})
    assert '  "a" -> "b";' in diagrams.dot(plain) and '"b" [peripheries=2];' in diagrams.dot(plain)
    assert '"a" -> "b" [label="go, stay"];' in diagrams.dot(by_event)
    many = Diagram("x", "a", {each: {"end": "z"} for each in "abcd"})
    assert 'from0 -> "z" [label="end"];' in diagrams.dot(many)
    assert len(diagrams.differing(tmp_path)) == 2 * len(DIAGRAMS)
