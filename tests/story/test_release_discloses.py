"""A release tells no more than its author's rule allows, and nothing that is another party's to tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story import desks, whole
from tests.story.desks import START, circle, given
from tests.story.test_statements import raised
from tests.story.whole import Two
from wideberth.errors import WideberthError
from wideberth.model.agreement import Disclosure
from wideberth.model.release import Caveats, Recipient
from wideberth.node.release_records import Choice, Level

ROLE = "duty officer"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with desks.desks(tmp_path, "none") as found:
        found.one.room.releases.add_recipient(Recipient("East"))
        yield found


def _text(two: Two, choice: Choice) -> str:
    releases = two.one.room.releases
    [view] = releases.draft(["East"], "Records", [choice], Caveats())
    return releases.preview(view.release, "release.txt").decode()


def test_a_plan_is_released_no_wider_than_it_was_filed(two: Two) -> None:
    known: list[tuple[Disclosure | None, set[Level]]] = [
        (None, {"full", "coarse"}),
        ("full", {"full", "coarse"}),
        ("coarse", {"coarse"}),
        ("conflict-only", set()),
        ("none", set()),
    ]
    for disclosure, may in known:
        filed = given(circle(33.1, 34.1, START))._replace(disclosure=disclosure)
        [plan] = two.one.desk.submit([filed])
        levels: tuple[Level, ...] = ("full", "coarse")
        for level in levels:
            choice = Choice("plan", plan.plan, level=level)
            if level in may:
                assert "North" in _text(two, choice) or "north" in _text(two, choice)
                continue
            with pytest.raises(WideberthError) as error:
                _text(two, choice)
            assert error.value.code == "release.level"


def test_that_the_other_party_has_answered_is_not_told(two: Two) -> None:
    [concern] = two.one.room.statements.make([two.line], raised(two.time.wall_ms + desks.DAY_MS))
    whole.settle(two)
    choice = Choice("statement", concern.statement, level="full")
    assert "stands: stated" in _text(two, choice)
    two.other.room.statements.assure(two.line, concern.statement, "no", "We do not.", ROLE)
    whole.settle(two)
    after = _text(two, choice)
    assert "stands: stated" in after
    assert "answered" not in after
    assert "We do not." not in after
