"""Presence: its table, its entry, and its clocks through jumps and restarts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.desk.sited import PRIVATE
from wideberth.desk.presence import EMPTY, Handed, State, Watch, begin, evolve, look, sheet, write
from wideberth.errors import Invalid
from wideberth.ledger import feed, merkle
from wideberth.ledger.body import Entry
from wideberth.line.clock import Now
from wideberth.model.presence import EVENTS, PHASES, TRANSITIONS, Event, Phase, table

MINUTE = 60_000
EVERY = 30 * MINUTE
SHEET = "ab" * 32


def entered(of_type: str, value: Any, n: int, at_ms: int) -> Entry:
    head = feed.Head(PRIVATE, merkle.grown(merkle.EMPTY, [bytes(32)] * n))
    return feed.append(head, feed.Written(of_type, 1, {}, at_ms), value, bytes(16)).entry


def test_the_table_names_every_phase_and_is_printed() -> None:
    assert set(TRANSITIONS) == set(PHASES)
    assert {each for events in TRANSITIONS.values() for each in events} == set(EVENTS)
    assert {each for events in TRANSITIONS.values() for each in events.values()} <= set(PHASES)
    assert "| present | due | missed |\n" in table()


def test_a_sign_in_time_is_no_miss() -> None:
    watch = begin((1, 0), 0, Now(0, 0), EVERY, missed=False)
    for n in range(1, 9):
        at = n * (EVERY - 1)
        assert watch.phase(at, EVERY) == "present"
        watch = look(watch, (1, 0), at, at)
    assert watch.phase(watch.due_ms(EVERY), EVERY) == "missed"


def test_a_sign_that_is_seen_late_counts_from_when_it_was() -> None:
    watch = look(Watch((1, 0), 0), (1, 0), EVERY - 1, EVERY + 5)
    assert watch == Watch((1, 0), EVERY - 1)


def test_another_holder_has_the_whole_interval() -> None:
    assert look(Watch((1, 0), 0), (2, 9), 3, 9) == Watch((2, 9), 9)
    assert look(Watch((1, 0), 0), None, None, 9).phase(9, EVERY) == "vacant"
    assert look(Watch((1, 0), 0), (1, 8), 3, 9) == Watch((1, 8), 9)


def test_a_restart_takes_the_earlier_reading() -> None:
    # the wall clock says that 10 minutes have passed
    assert begin((1, 0), 0, Now(10 * MINUTE, 50), EVERY, missed=False).due_ms(EVERY) == 50 + 20 * MINUTE
    # it was set back: a whole interval from the start on, and no more
    assert begin((1, 0), 10**9, Now(0, 50), EVERY, missed=False).due_ms(EVERY) == 50 + EVERY
    # it was set forward: at once
    assert begin((1, 0), 0, Now(10**9, 50), EVERY, missed=False).phase(50, EVERY) == "missed"


def test_a_miss_is_not_taken_back_by_any_clock() -> None:
    for wall in (0, 600, 10**9):
        assert begin((1, 0), 500, Now(wall, 50), EVERY, missed=True).phase(50, EVERY) == "missed"


def test_a_sheet_is_entered_and_folded() -> None:
    state = evolve(EMPTY, entered(Handed.TYPE, write(Handed("officer", SHEET)), 4, 300))
    assert state == State(SHEET, 300)
    # of another post nothing is kept
    assert evolve(state, entered(Handed.TYPE, write(Handed("deputy", "cd" * 32)), 5, 400)) == state


@pytest.mark.parametrize(
    ("of_type", "value"),
    [
        ("duty.handed", {}),
        ("duty.handed", {"post": "officer"}),
        ("duty.handed", {"post": "officer", "sheet": "AB" * 32}),
        ("duty.handed", {"post": "officer", "sheet": 5}),
        ("duty.handed", {"post": "admiral", "sheet": SHEET}),
        ("duty.handed", {"post": "officer", "sheet": SHEET, "why": 1, "crit": ["why"]}),
        ("duty.other", {"post": "officer", "sheet": SHEET}),
    ],
)
def test_what_cannot_be_read_changes_nothing(of_type: str, value: dict[str, object]) -> None:
    assert evolve(State("cd" * 32, 5), entered(of_type, value, 0, 7)) == State("cd" * 32, 5)


def test_a_sheet_is_named_by_its_hash_alone() -> None:
    assert sheet(SHEET) == SHEET
    with pytest.raises(Invalid, match="64 hexadecimal digits"):
        sheet("north handover.html")


class Machine(RuleBasedStateMachine):
    """A node that starts, runs, is killed and starts again, on clocks that jump; and true time."""

    def __init__(self) -> None:
        super().__init__()
        self.true = 10**9
        self.wall, self.boot = 10**9, 0
        self.holder: tuple[int, int] | None = (1, self.wall)
        self.sign_wall, self.sign_true = self.wall, self.true
        self.signed: int | None = None
        self.missed = False
        """Whether a miss is entered."""
        self.began_true = self.true
        """When this start began, in true time."""
        self.jumped = False
        """Whether the wall clock was set since the last sign on record."""
        self.watch = begin(self.holder, self.sign_wall, Now(self.wall, self.boot), EVERY, missed=self.missed)
        self.phase: Phase = "present"

    def look(self, *allowed: Event) -> None:
        before = self.phase
        self.watch = look(self.watch, self.holder, self.signed, self.boot)
        self.phase = self.watch.phase(self.boot, EVERY)
        reached = {TRANSITIONS[before][each] for each in allowed if each in TRANSITIONS[before]}
        assert self.phase == before or self.phase in reached, (before, allowed, self.phase)
        self.missed = self.phase != "present"

    @rule(ms=st.one_of(st.integers(0, 3 * MINUTE), st.integers(0, 2 * EVERY)))
    def time_passes(self, ms: int) -> None:
        self.true += ms
        self.wall += ms
        self.boot += ms
        self.look("due")

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
        assert self.phase == "present"

    @precondition(lambda self: self.holder is not None)
    @rule()
    def the_holder_leaves(self) -> None:
        self.holder, self.signed = None, None
        self.sign_wall, self.sign_true, self.jumped = self.wall, self.true, False
        self.look("left")
        assert self.phase == "vacant"

    @rule()
    def somebody_takes_the_post(self) -> None:
        self.true += 1
        self.wall += 1
        self.boot += 1
        self.holder, self.signed = ((self.holder or (1, 0))[0] + 1, self.wall), None
        self.sign_wall, self.sign_true, self.jumped = self.wall, self.true, False
        self.look("taken")
        assert self.phase == "present"

    @rule(down=st.integers(0, 2 * EVERY), reboots=st.booleans())
    def it_is_killed_and_starts_again(self, down: int, reboots: bool) -> None:
        self.true += down
        self.wall += down
        self.boot = 17 if reboots else self.boot + down
        self.signed, self.began_true = None, self.true
        self.watch = begin(self.holder, self.sign_wall, Now(self.wall, self.boot), EVERY, missed=self.missed)
        self.look("due")

    @invariant()
    def it_is_missed_exactly_when_no_sign_came_in_time(self) -> None:
        if self.holder is None:
            assert self.phase == "vacant"
            return
        late = self.true - self.sign_true >= EVERY
        if not self.jumped:
            assert (self.phase == "missed") == late
        elif self.true - self.began_true >= EVERY and late:
            # whatever the wall clock was set to: never later than one interval from the start
            assert self.phase == "missed"


Machine.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestPresence = Machine.TestCase
