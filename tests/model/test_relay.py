"""The nouns of the relay tree: the tables in the page are those of the code."""

from __future__ import annotations

from pathlib import Path

from wideberth.model import relay
from wideberth.model.relay import ANSWERS, DUTIES, EVENTS, HOWS, RUNGS, TRANSITIONS

PAGE = (Path(__file__).parents[2] / "docs" / "relay.md").read_text(encoding="utf-8")


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    assert relay.duties_table() in PAGE
    assert relay.transitions_table() in PAGE
    assert relay.diagram() in PAGE
    for rung, words in RUNGS.items():
        assert f"| {rung} | {words} |" in PAGE
    assert relay.NEVER.split(". ")[1] in " ".join(PAGE.split())


def test_the_diagram_has_every_step_that_leads_elsewhere() -> None:
    drawn = relay.diagram()
    steps = [(duty, then) for duty, found in TRANSITIONS.items() for then in found.values() if then != duty]
    assert drawn.count("-->") == len(steps) + 1
    for duty, then in steps:
        assert f"{duty.replace(' ', '_')} --> {then.replace(' ', '_')}: " in drawn


def test_every_answer_is_a_step_from_every_other_duty() -> None:
    for duty in DUTIES:
        reached = {TRANSITIONS[duty].get(event) for event in ANSWERS.values()}
        assert reached == set(ANSWERS) - {duty} | ({None} if duty in ANSWERS else set())
    assert set(ANSWERS.values()) < set(EVENTS) and HOWS[-1] == "slip"


def test_nothing_leads_to_a_confirmation_but_a_signature() -> None:
    to = {event for steps in TRANSITIONS.values() for event, then in steps.items() if then == "confirmed"}
    assert to == {"confirms"}
