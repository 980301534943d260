"""A plan in conflict with two other parties: two cases; what closes one is compared on the other line too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.story import desk_judge
from tests.story.desk_histories import DeskHistory
from tests.story.desks import HOUR_MS, START, circle, given
from wideberth.errors import Refused
from wideberth.node.desk_views import CaseView


@contextmanager
def three(folder: Path) -> Iterator[DeskHistory]:
    """Of which nobody plans anything any more."""
    found = DeskHistory(folder, random.Random(1), 3)
    try:
        for node in found.nodes:
            for each in node.desk.plans():
                node.desk.state(each.plan, "ended")
        found.settle(3)
        yield found
    finally:
        found.close()


def _open(history: DeskHistory, who: int) -> list[CaseView]:
    return [each for each in history.nodes[who].desk.cases() if each.phase != "closed"]


def test_each_pair_has_its_own_case_and_an_acceptance_is_compared_with_everybody(tmp_path: Path) -> None:
    with three(tmp_path) as found:
        north, south, west = found.nodes
        [mine] = north.desk.submit([given(circle(33.0, 34.0, START))])
        south.desk.submit([given(circle(33.05, 34.0, START), label="at the same time")])
        west.desk.submit([given(circle(33.05, 34.0, START + 2 * HOUR_MS), label="two hours later")])
        found.settle(3)
        [case] = _open(found, 0)
        assert (case.plan, case.label) == (mine.plan, "south")
        # south would have north move to where west is: north is told before it accepts
        assert case.own is not None
        south.desk.propose(case.case, case.own, {"delay_ms": 2 * HOUR_MS}, HOUR_MS)
        found.settle(3)
        with pytest.raises(Refused) as caught:
            north.desk.accept(case.case)
        assert caught.value.code == "case.would_conflict" and "of west" in caught.value.message
        # nothing of it shows on the line to west, whose people see no conflict yet
        assert _open(found, 2) == []
        north.desk.accept(case.case, anyway=True)
        found.settle(4)
        after = north.desk.plan(mine.plan)
        assert after.version == 2
        assert [(on.label, len(on.cases)) for on in after.on] == [("south", 0), ("west", 1)]
        [other] = _open(found, 2)
        assert other.label == "north"
        for line in found.lines.values():
            for pair, each in found.lines.items():
                if each == line:
                    found.judge.same([found.nodes[who] for who in pair], line, found.chance)
        desk_judge.versions(north, list(found.lines.values())[:2], found.filed)


def test_one_plan_has_a_case_with_each_party_that_it_meets(tmp_path: Path) -> None:
    with three(tmp_path) as found:
        north, south, west = found.nodes
        [mine] = north.desk.submit([given(circle(33.0, 34.0, START))])
        south.desk.submit([given(circle(33.05, 34.0, START))])
        west.desk.submit([given(circle(32.95, 34.0, START))])
        found.settle(3)
        cases = {each.label: each for each in _open(found, 0)}
        assert sorted(map(str, cases)) == ["south", "west"]
        # the notices of one plan on two lines have nothing in common
        assert cases["south"].own != cases["west"].own
        # a change of the own plan that clears both is found, offered to one, and clears the other too
        own = cases["south"].own
        assert own is not None
        north.desk.propose(cases["south"].case, own, {"delay_ms": 2 * HOUR_MS}, HOUR_MS)
        found.settle(3)
        south.desk.accept(cases["south"].case)
        found.settle(4)
        assert north.desk.plan(mine.plan).version == 2
        for node in (north, south):
            assert node.desk.case(cases["south"].case).phase == "closed"
        for node in (north, west):
            assert node.desk.case(cases["west"].case).phase == "closed"
        found.judge.told(north, found.lines[0, 2])
