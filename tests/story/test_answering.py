"""What the other party asks with its notices where it is not told all: answered at marks, so often a day."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story import whole
from tests.story.desks import AT_ONCE, DAY_MS, HOUR_MS, START, circle, desks, given
from tests.story.whole import Two
from wideberth.errors import Refused

EVERY = {'every = "1h"': 'every = "6h"'}
FEW = {**AT_ONCE, "a_day = 40": "a_day = 2"}


def asked(found: Two, n: int, late_ms: int = 0) -> str:
    """The south files a plan; under which notice it is told."""
    [view] = found.other.desk.submit([given(circle(33.0, 34.0, START + n * 3 * HOUR_MS + late_ms))])
    whole.settle(found)
    return view.on[0].notice


def told(found: Two, notice: str) -> tuple[bool, str | None]:
    view = found.other.desk.notice(found.line, notice)
    return view.checked, view.why


def test_answers_wait_for_the_next_mark_whether_they_are_yes_or_no(tmp_path: Path) -> None:
    with desks(tmp_path, "coarse", EVERY) as found:
        found.one.desk.submit([given(circle(33.0, 34.0, START))])
        yes, no = asked(found, 0), asked(found, 5)
        mark = -(-found.time.wall_ms // (6 * HOUR_MS)) * 6 * HOUR_MS
        while found.time.wall_ms < mark - 300_000:
            found.time.pass_ms(min(HOUR_MS, mark - 300_000 - found.time.wall_ms))
            whole.deliver(found.line, found.one, found.other)
            found.one.tick()
        assert told(found, yes) == told(found, no) == (False, None)
        assert {party for case in found.one.desk.cases() for party in case.finds} <= {found.other.party}
        found.time.pass_ms(300_000)
        whole.settle(found)
        assert told(found, yes) == told(found, no) == (True, None)
        assert {party for case in found.one.desk.cases() for party in case.finds} == {
            found.one.party,
            found.other.party,
        }


def test_where_there_is_no_time_to_wait_the_answer_is_given_at_once(tmp_path: Path) -> None:
    with desks(tmp_path, "coarse", EVERY) as found:
        soon = asked(found, 0, found.time.wall_ms - START + 2 * HOUR_MS)
        assert told(found, soon) == (True, None)


def test_beyond_the_budget_nothing_is_compared_until_the_next_day_and_a_start_forgets_nothing(
    tmp_path: Path,
) -> None:
    with desks(tmp_path, "coarse", FEW) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START + 30 * HOUR_MS))])
        answered = [asked(found, n) for n in range(2)]
        assert [told(found, each) for each in answered] == [(True, None)] * 2
        spent = asked(found, 10)
        assert told(found, spent) == (False, "budget")
        [on] = found.other.desk.plans()[-1].on
        assert on.checked == "NOT CHECKED" and "call" in on.why
        # the own plan that meets it is held back, though no case may be opened
        whole.settle(found)
        assert not [each for each in found.one.desk.cases() if found.one.party in each.finds]
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(mine.plan)
        assert spent in caught.value.message
        found.one.close()
        again = found._replace(one=found.places[0].open(found.time))
        try:
            whole.settle(again)
            assert told(again, asked(again, 20)) == (False, "budget")
            again.time.pass_ms(DAY_MS)
            whole.settle(again)
            assert told(again, spent) == (True, None)
            assert [each for each in again.one.desk.cases() if again.one.party in each.finds]
        finally:
            again.one.close()


def test_where_all_is_told_nothing_waits_and_nothing_is_counted(tmp_path: Path) -> None:
    with desks(tmp_path, "full", {**EVERY, "a_day = 40": "a_day = 1"}) as found:
        assert [told(found, asked(found, n)) for n in range(3)] == [(True, None)] * 3
