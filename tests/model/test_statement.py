"""The tables of statements are those that the docs print, and what silence means is said of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from wideberth.model.statement import BY_OTHER, KINDS, PHASES, SILENCE, TRANSITIONS, Kind, table

PAGE = (Path(__file__).parent.parent.parent / "docs/statements.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_docs_print_the_table(kind: Kind) -> None:
    assert table(kind) in PAGE


def test_a_policy_goes_on_as_a_declaration_does() -> None:
    assert table("policy") == table("declaration")


def test_every_phase_has_words_and_can_be_reached() -> None:
    reached = {after for steps in TRANSITIONS.values() for some in steps.values() for after in some.values()}
    assert reached == set(PHASES)
    events = {event for steps in TRANSITIONS.values() for some in steps.values() for event in some}
    assert events > BY_OTHER


def test_what_silence_means_is_in_the_docs_for_each() -> None:
    assert set(SILENCE) == set(KINDS)
    for words in ("nothing, and never consent", "nothing is assured", "not a no, and not a yes"):
        assert words in PAGE
