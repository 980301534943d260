"""Presence: its table, its steps, its entries, and its clocks through jumps and restarts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.desk.sited import PRIVATE
from wideberth.desk import presence
from wideberth.desk.presence import (
    CLOCK,
    EMPTY,
    Handed,
    Miss,
    Missed,
    Resumed,
    Said,
    State,
    Watch,
    begin,
    evolve,
    look,
    sheet,
    steps,
    take,
    taken,
    write,
)
from wideberth.errors import Invalid
from wideberth.ledger import feed, merkle
from wideberth.ledger.body import Entry
from wideberth.line.clock import Now
from wideberth.model.presence import PHASES, POSTS, STEPS, TRANSITIONS, Phase, Post, table

MINUTE = 60_000
EVERY = 30 * MINUTE
SHEET = "ab" * 32


def entered(of_type: str, value: Any, n: int, at_ms: int) -> Entry:
    head = feed.Head(PRIVATE, merkle.grown(merkle.EMPTY, [bytes(32)] * n))
    return feed.append(head, feed.Written(of_type, 1, {}, at_ms), value, bytes(16)).entry


def test_the_table_names_every_phase_and_is_printed() -> None:
    assert set(TRANSITIONS) == set(PHASES)
    assert {after for events in TRANSITIONS.values() for some in events.values() for after in some} <= set(
        PHASES
    )
    assert "present    due    missed\n" in table()


def test_steps_come_at_their_times() -> None:
    assert steps(0, ()) == ("officer",)
    assert steps(CLOCK.deputy_ms - 1, ()) == ("officer",)
    assert steps(CLOCK.deputy_ms, ()) == ("officer", "deputy")
    assert steps(CLOCK.watch_ms, ()) == ("officer", "deputy", "watch")
    assert steps(CLOCK.commander_ms, ()) == STEPS


def test_a_vacant_post_costs_no_time() -> None:
    assert steps(0, ("officer",)) == ("deputy",)
    assert steps(0, ("officer", "deputy")) == ("watch",)
    assert steps(0, ("deputy",)) == ("officer",)
    assert steps(CLOCK.deputy_ms, ("deputy",)) == ("officer", "watch")
    assert steps(CLOCK.commander_ms - CLOCK.watch_ms, POSTS) == ("watch", "channel")


def test_a_sign_in_time_is_no_miss() -> None:
    watch, said = begin((1, 0), 0, None, Now(0, 0))
    for n in range(1, 9):
        watch, said = look(watch, (1, 0), n * (EVERY - 1), None, n * (EVERY - 1), EVERY, ())
        assert said == () and watch.phase == "present"


def test_a_miss_climbs_until_the_holder_gives_a_sign() -> None:
    watch, _ = begin((1, 0), 0, None, Now(0, 0))
    watch, said = look(watch, (1, 0), None, None, EVERY, EVERY, ())
    assert said == (Missed("officer", "officer"),) and watch.phase == "missed"
    miss = Miss(EVERY, ("officer",))
    watch, said = look(watch, (1, 0), None, miss, EVERY + CLOCK.watch_ms, EVERY, ())
    assert said == (Missed("officer", "deputy"), Missed("officer", "watch"))
    at = EVERY + CLOCK.watch_ms + 1
    watch, said = look(watch, (1, 0), at, Miss(EVERY, ("officer", "deputy", "watch")), at, EVERY, ())
    assert said == (Resumed("officer", "officer"),) and watch.phase == "present"
    assert look(watch, (1, 0), at, None, at + EVERY - 1, EVERY, ())[1] == ()


def test_a_sign_just_before_a_late_look_is_no_miss() -> None:
    watch = Watch((1, 0), 0)
    assert look(watch, (1, 0), EVERY - 1, None, EVERY + 5, EVERY, ())[1] == ()


def test_the_deputys_word_takes_it_for_one_interval() -> None:
    watch = taken(Watch((1, 0), 0, EVERY), EVERY + 5)
    assert look(watch, (1, 0), None, None, 2 * EVERY + 4, EVERY, ())[1] == ()
    assert look(watch, (1, 0), None, None, 2 * EVERY + 5, EVERY, ())[1] == (Missed("officer", "officer"),)
    vacant = Watch(None, 0, 0)
    assert taken(vacant, 5) == vacant


def test_a_vacant_post_climbs_at_once_and_who_takes_it_ends_that() -> None:
    watch, said = look(Watch((1, 0), 0), None, None, None, 5, EVERY, ("officer",))
    assert said == (Missed("officer", "deputy"),) and watch.phase == "vacant"
    watch, said = look(watch, (2, 9), None, Miss(5, ("deputy",)), 9, EVERY, ())
    assert said == (Resumed("officer", "officer"),) and watch == Watch((2, 9), 9)


def test_a_restart_takes_the_earlier_reading() -> None:
    # the wall clock says that 10 minutes have passed
    watch, _ = begin((1, 0), 0, None, Now(10 * MINUTE, 50))
    assert look(watch, (1, 0), None, None, 50 + 20 * MINUTE - 1, EVERY, ())[1] == ()
    assert look(watch, (1, 0), None, None, 50 + 20 * MINUTE, EVERY, ())[1] != ()
    # it was set back: no more than a whole interval from the start on
    watch, _ = begin((1, 0), 10**9, None, Now(0, 50))
    assert look(watch, (1, 0), None, None, 50 + EVERY, EVERY, ())[1] != ()
    # it was set forward: at once
    watch, _ = begin((1, 0), 0, None, Now(10**9, 50))
    assert look(watch, (1, 0), None, None, 50, EVERY, ())[1] != ()


def test_a_miss_goes_on_after_a_restart_and_rings_no_step_twice() -> None:
    miss = Miss(1_000, ("officer",))
    watch, said = begin((1, 0), 0, miss, Now(1_000 + CLOCK.deputy_ms, 7))
    assert said == () and watch.phase == "missed"
    assert look(watch, (1, 0), None, miss, 7, EVERY, ())[1] == (Missed("officer", "deputy"),)


def test_a_sign_that_was_not_entered_before_the_end_counts() -> None:
    watch, said = begin((1, 0), 2_000, Miss(1_000, ("officer",)), Now(3_000, 7))
    assert said == (Resumed("officer", "officer"),) and watch.phase == "present"


def test_what_is_entered_is_folded() -> None:
    state = EMPTY
    for n, said in enumerate(
        (Missed("officer", "officer"), Missed("officer", "deputy"), Missed("officer", "deputy"))
    ):
        state = take(state, entered(said.TYPE, write(said), n, 100 + n))
    assert state.miss == Miss(100, ("officer", "deputy"))
    state = take(state, entered(Resumed.TYPE, write(Resumed("officer", "deputy")), 3, 200))
    assert state == EMPTY
    state = take(state, entered(Handed.TYPE, write(Handed("officer", SHEET)), 4, 300))
    assert state.sheet == (SHEET, 300)


@pytest.mark.parametrize(
    ("of_type", "value"),
    [
        ("duty.missed", {}),
        ("duty.missed", {"post": "officer", "step": "nobody"}),
        ("duty.missed", {"post": "admiral", "step": "officer"}),
        ("duty.missed", {"post": "deputy", "step": "officer"}),
        ("duty.missed", {"post": "officer", "step": "officer", "why": 1, "crit": ["why"]}),
        ("duty.resumed", {"post": "officer", "by": 7}),
        ("duty.handed", {"post": "officer", "sheet": "AB" * 32}),
        ("duty.handed", {"post": "officer", "sheet": 5}),
        ("duty.other", {"post": "officer"}),
    ],
)
def test_what_cannot_be_read_changes_nothing(of_type: str, value: dict[str, object]) -> None:
    state = State(Miss(5, ("officer",)))
    assert take(state, entered(of_type, value, 0, 7)) == state


def test_a_sheet_is_named_by_its_hash_alone() -> None:
    assert sheet(SHEET) == SHEET
    with pytest.raises(Invalid, match="64 hexadecimal digits"):
        sheet("north handover.html")


@given(st.integers(0, 10**7), st.sets(st.sampled_from(POSTS)))
def test_steps_only_grow_and_vacancy_only_hastens(passed: int, vacant: set[Post]) -> None:
    some = steps(passed, vacant)
    assert set(some) <= set(steps(passed + 1, vacant))
    assert set(steps(passed, ())) - vacant <= set(some)
    assert not set(some) & vacant
    assert list(some) == [each for each in STEPS if each in some]


class Machine(RuleBasedStateMachine):
    """A node that starts, runs, is killed and starts again, on jumping clocks; and true time."""

    def __init__(self) -> None:
        super().__init__()
        self.true = 10**9
        self.wall, self.boot = 10**9, 0
        self.holder: tuple[int, int] | None = (1, self.wall)
        self.state = EMPTY
        self.sign_wall, self.sign_true = self.wall, self.true
        self.signed: int | None = None
        self.began_true = self.true
        """When this start began, in true time."""
        self.jumped = False
        """Whether the wall clock was set since the last sign on record."""
        self.watch, said = begin(self.holder, self.sign_wall, None, Now(self.wall, self.boot))
        self.phase: Phase = "present"
        self.enter(said)

    def enter(self, said: tuple[Said, ...]) -> None:
        for each in said:
            self.state = evolve(self.state, each, self.wall)

    def vacant(self) -> tuple[Post, ...]:
        return () if self.holder else ("officer",)

    def look(self, *allowed: str) -> None:
        before = self.phase
        self.watch, said = look(
            self.watch, self.holder, self.signed, self.state.miss, self.boot, EVERY, self.vacant()
        )
        self.enter(said)
        self.phase = self.watch.phase
        events = TRANSITIONS[before]
        reached = {after for event in allowed for after in events.get(event, ())}  # type: ignore[call-overload]
        assert self.phase == before or self.phase in reached, (before, allowed, self.phase)

    @rule(ms=st.one_of(st.integers(0, 3 * MINUTE), st.integers(0, 2 * EVERY)))
    def time_passes(self, ms: int) -> None:
        self.true += ms
        self.wall += ms
        self.boot += ms
        self.look("due", "step")

    @rule(ms=st.integers(-(10**8), 10**8))
    def the_wall_clock_is_set(self, ms: int) -> None:
        before = self.watch
        self.wall = max(self.wall + ms, 0)
        self.jumped = True
        self.look()
        # whoever sets it moves nothing while the node runs
        assert self.watch == before

    @precondition(lambda self: self.holder is not None)
    @rule()
    def the_holder_does_something(self) -> None:
        self.signed, self.sign_wall, self.sign_true = self.boot, self.wall, self.true
        self.jumped = False
        self.look("sign")

    @precondition(lambda self: self.holder is not None)
    @rule()
    def the_holder_leaves(self) -> None:
        self.holder, self.signed = None, None
        self.sign_wall, self.sign_true, self.jumped = self.wall, self.true, False
        self.look("left")
        assert self.phase == "vacant"
        assert self.state.miss is not None

    @rule()
    def somebody_takes_the_post(self) -> None:
        self.true += 1
        self.wall += 1
        self.boot += 1
        self.holder, self.signed = ((self.holder or (1, 0))[0] + 1, self.wall), None
        self.sign_wall, self.sign_true, self.jumped = self.wall, self.true, False
        self.look("taken")
        assert self.phase == "present" and self.state.miss is None

    @rule(down=st.integers(0, 2 * EVERY), reboots=st.booleans())
    def it_is_killed_and_starts_again(self, down: int, reboots: bool) -> None:
        self.true += down
        self.wall += down
        self.boot = 17 if reboots else self.boot + down
        self.signed, self.began_true = None, self.true
        self.watch, said = begin(self.holder, self.sign_wall, self.state.miss, Now(self.wall, self.boot))
        self.enter(said)
        self.phase = self.watch.phase
        self.look("due", "step")

    @invariant()
    def it_is_missed_exactly_when_no_sign_came_in_time(self) -> None:
        if self.holder is None:
            return
        late = self.true - self.sign_true >= EVERY
        if not self.jumped:
            assert (self.phase == "missed") == late
        elif self.true - self.began_true >= EVERY and late:
            # whatever the wall clock was set to: never later than one interval from the start
            assert self.phase == "missed"

    @invariant()
    def a_miss_is_entered_with_its_steps(self) -> None:
        assert (self.state.miss is not None) == (self.phase in ("missed", "vacant"))
        if self.state.miss is not None:
            assert len(set(self.state.miss.steps)) == len(self.state.miss.steps) > 0


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestPresence = Machine.TestCase


@given(
    st.lists(st.sampled_from([Missed("officer", each) for each in STEPS] + [Resumed("officer", "deputy")]))
)
def test_the_fold_is_bounded_and_total(said: list[Said]) -> None:
    state = EMPTY
    for n, each in enumerate(said):
        state = evolve(state, each, n)
        assert presence.State.__struct_fields__ == ("miss", "sheet")
        assert state.miss is None or len(state.miss.steps) <= len(STEPS)
