"""The relay tree: who has confirmed, where it is broken, what rings, what it comes to for the other party."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import structs

from tests.desk import relayed
from tests.desk.relayed import (
    ABOUT,
    MIN,
    NAMES,
    OPENED,
    START,
    TREE,
    breaks,
    by_slip,
    cell_id,
    cell_seed,
    cells,
    entry,
    fold,
    opened,
    raw,
    relay_id,
    says,
    slip,
    stands,
)
from tests.ledger.two import seed
from wideberth.desk import relay, relay_due, relay_entries
from wideberth.desk.relay import State
from wideberth.desk.relay_entries import Alarmed, Celled, Gone, Handed, Opened
from wideberth.errors import Invalid, NotTrusted, Refused, WideberthError
from wideberth.model.relay import ANSWERS, DUTIES, EVENTS, HOWS, MARKS, TRANSITIONS, About, Cell

SECRET, SECOND = seed("a slip"), seed("another slip")
ALWAYS = lambda _: True  # noqa: E731 - it is a value here


def confirmed(*names: str, at_ms: int = 5) -> State:
    """The tree, handed down, after these have confirmed; boat 7 by a slip."""
    said = [by_slip(name, SECRET) if name == "boat 7" else says(name, at_ms=at_ms) for name in names]
    return fold(slip("boat 7", SECRET), *said, state=opened())


def code(state: State, act: Any, *given: Any) -> str:
    with pytest.raises(WideberthError) as caught:
        act(state, *given)
    return caught.value.code


def test_the_table_names_every_duty_and_nothing_else() -> None:
    assert set(TRANSITIONS) == set(DUTIES)
    assert {event for steps in TRANSITIONS.values() for event in steps} == set(EVENTS)
    assert {then for steps in TRANSITIONS.values() for then in steps.values()} == set(DUTIES) - {"not told"}


def test_a_tree_from_top_to_bottom() -> None:
    assert breaks(opened()) == ["operations"]
    assert set(stands(opened()).values()) == {"not told"}
    assert breaks(confirmed("operations")) == ["air desk", "sea desk"]
    assert breaks(confirmed("operations", "air desk", "crew 1", "sea desk", "boat 7")) == ["crew 2"]
    whole = confirmed(*NAMES)
    assert breaks(whole) == [] and relay.relay(whole, OPENED.relay).whole
    [first, second] = relay_due.broken(relay.relay(confirmed("operations"), OPENED.relay))
    assert (first.below, second.below) == (2, 1)


def test_a_leaf_that_confirms_does_not_mend_what_is_broken_above_it() -> None:
    state = confirmed("operations", "crew 1", "crew 2", "sea desk", "boat 7")
    assert breaks(state) == ["air desk"]
    assert relay_due.rung(relay.relay(state, OPENED.relay)) is None


@pytest.mark.parametrize(
    ("names", "rung"),
    [
        ((), None),
        (("operations", "air desk"), None),
        (("operations", "air desk", "sea desk"), "relayed"),
        (("operations", "air desk", "sea desk", "crew 1", "crew 2"), "relayed"),
        (NAMES, "executor confirmed"),
    ],
)
def test_what_it_comes_to_for_the_other_party(names: tuple[str, ...], rung: str | None) -> None:
    assert relay_due.rung(relay.relay(confirmed(*names), OPENED.relay)) == rung


def test_one_cell_alone_is_the_executor() -> None:
    one = Opened(OPENED.relay, ABOUT, TREE[:1], START, "x", "1")
    assert relay_due.rung(relay.relay(fold(one), OPENED.relay)) is None
    state = fold(one, says("operations", of=one))
    assert relay_due.rung(relay.relay(state, OPENED.relay)) == "executor confirmed"


def test_who_cannot_or_objects_breaks_the_branch_also_after_a_confirmation() -> None:
    state = fold(says("crew 1", "unable", 6), says("crew 2", "objection", 7), state=confirmed(*NAMES))
    assert (stands(state)["crew 1"], stands(state)["crew 2"]) == ("unable", "objection")
    assert breaks(state) == ["crew 1", "crew 2"]
    assert relay_due.rung(relay.relay(state, OPENED.relay)) == "relayed"


def test_handing_it_over_is_no_confirmation() -> None:
    state = fold(*(Handed(OPENED.relay, cell_id(name), "voice") for name in NAMES), state=opened())
    assert set(stands(state).values()) == {"handed"}
    assert breaks(state) == ["operations"]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (says("crew 1", by=seed("a stranger")), "relay.other_key"),
        (says("crew 1", by=cell_seed("crew 2")), "relay.other_key"),
        (says("crew 1", text="another text"), "relay.other_text"),
        (says("boat 7"), "relay.other_key"),
        (by_slip("boat 7", SECOND), "relay.other_key"),
        (says("operations", at_ms=5), "relay.older"),
        (says("operations", at_ms=6), "relay.said"),
        (relayed.says("nobody"), "relay.no_cell"),
    ],
)
def test_an_answer_that_does_not_count_changes_nothing(said: Any, refused: str) -> None:
    state = fold(slip("boat 7", SECRET), says("operations"), state=opened())
    assert code(state, relay.confirm, said) == refused
    assert fold(said, state=state) == state


def test_a_signature_that_is_none_does_not_count() -> None:
    good = says("crew 1")
    bad = structs.replace(good, signature=bytes(64))
    assert code(opened(), relay.confirm, bad) == "relay.signature"
    assert fold(bad, state=opened()) == opened()
    assert relay.confirm(opened(), good) == good


def test_a_slip_is_used_once_and_a_new_one_voids_it() -> None:
    state = fold(slip("boat 7", SECRET), by_slip("boat 7", SECRET, "unable"), state=opened())
    assert stands(state)["boat 7"] == "unable"
    assert code(state, relay.confirm, by_slip("boat 7", SECRET, at_ms=9)) == "relay.used"
    assert fold(by_slip("boat 7", SECRET, at_ms=9), state=state) == state
    again = fold(slip("boat 7", SECOND), state=state)
    assert code(again, relay.confirm, by_slip("boat 7", SECRET, at_ms=9)) == "relay.other_key"
    done = fold(by_slip("boat 7", SECOND, at_ms=9), state=again)
    assert stands(done)["boat 7"] == "confirmed"
    assert len(done.slips) == 1
    assert code(done, relay.hand, OPENED.relay, "boat 7", "slip") == "relay.said"


def test_to_a_cell_that_has_confirmed_nothing_more_is_handed() -> None:
    state = confirmed("operations")
    again = Handed(OPENED.relay, cell_id("operations"), "voice")
    assert code(state, relay.hand, OPENED.relay, "operations", "voice") == "relay.said"
    assert fold(again, state=state) == state
    assert code(state, relay.hand, relay_id("nothing"), "operations", "voice") == "relay.none"
    assert relay.hand(state, OPENED.relay, "AIR DESK", "voice").cell == cell_id("air desk")


def test_a_secret_of_another_slip_is_taken_for_no_other_cell() -> None:
    state = fold(slip("boat 7", SECRET), state=opened())
    kept = relay_entries.slip_of(SECRET, OPENED.relay, cell_id("crew 1"))
    assert fold(Handed(OPENED.relay, cell_id("crew 1"), "slip", kept), state=state) == state


def test_the_next_version_is_to_be_confirmed_anew() -> None:
    state = confirmed(*NAMES)
    newer = About(ABOUT.line, ABOUT.id, 2)
    said = relay.open_(
        state, bytes(16), newer, relay.again(state, relay.relay(state, OPENED.relay)), 0, "y", "1"
    )
    after = fold(said, state=state)
    assert not after.stands(after.relays[OPENED.relay])
    assert [each.stands for each in after.relays[said.relay].in_order] == ["not told"] * 6
    assert code(after, relay.confirm, says("crew 1", "objection", 9)) == "relay.superseded"
    assert fold(says("crew 1", "objection", 9), state=after) == after
    assert code(after, relay.hand, OPENED.relay, "crew 1", "voice") == "relay.superseded"
    # a slip of the former version leads to it, so that its page can say so
    assert after.slips[relay_entries.slip_of(SECRET, OPENED.relay, cell_id("boat 7")).secret_sha256]


def test_a_relay_that_is_opened_twice_stays_as_it_was() -> None:
    state = confirmed("operations")
    assert fold(OPENED, state=state) == state


def test_the_same_text_to_the_same_cells_is_refused() -> None:
    assert code(opened(), relay.open_, bytes(16), ABOUT, TREE, START, OPENED.text, "1640") == "relay.same"
    some = relay.open_(opened(), bytes(16), ABOUT, TREE[:3], START, OPENED.text, "1640")
    assert some.cells == TREE[:3]


# cells


def test_cells_are_added_under_others_and_removed_from_below() -> None:
    state = State()
    for name, above in (("Operations", None), ("Air desk", "operations"), ("Crew 1", "AIR DESK")):
        state = fold(relay.add(state, seed(name)[:16], name, above, None), state=state)
    assert [each.name for each in relay.chosen(state, None)] == ["Operations", "Air desk", "Crew 1"]
    assert code(state, relay.add, bytes(16), "crew 1", None, None) == "relay.cell_exists"
    assert code(state, relay.add, bytes(16), "crew 2", "nobody", None) == "relay.no_cell"
    assert code(state, relay.add, bytes(16), "a@b.example", None, None) == "relay.name"
    assert code(state, relay.remove, "Air desk") == "relay.has_cells"
    state = fold(relay.remove(state, "crew 1"), state=state)
    assert [each.name for each in relay.chosen(state, None)] == ["Operations", "Air desk"]
    assert fold(Gone(cell_id("crew 1")), state=state) == state
    assert code(State(), relay.chosen, None) == "relay.no_cells"


def test_there_are_only_so_many_cells() -> None:
    many = [Celled(Cell(cell_id(str(n)), f"cell {n}")) for n in range(relay_entries.CELLS + 1)]
    state = fold(*many)
    assert len(state.cells) == relay_entries.CELLS
    assert code(state, relay.add, bytes(16), "one more", None, None) == "relay.too_many"


def test_whoever_is_chosen_comes_with_all_above_it() -> None:
    state = fold(*cells())
    assert relay.chosen(state, ["boat 7"]) == (TREE[0], TREE[4], TREE[5])
    assert relay.chosen(state, None) == TREE
    assert code(state, relay.chosen, ["boat 8"]) == "relay.no_cell"


def test_the_next_version_goes_to_the_cells_as_they_are_now() -> None:
    changed = Celled(Cell(cell_id("boat 7"), "boat 7", cell_id("air desk"), None))
    state = fold(changed, Gone(cell_id("crew 1")), Gone(cell_id("sea desk")), state=opened())
    found = relay.again(state, relay.relay(state, OPENED.relay))
    assert [each.name for each in found] == ["operations", "air desk", "boat 7", "crew 2"]
    assert found[2].parent == cell_id("air desk")
    gone = fold(*(Gone(each.id) for each in TREE), state=opened())
    assert relay.again(gone, relay.relay(gone, OPENED.relay)) == TREE


def test_a_ring_of_cells_hangs_nothing() -> None:
    one, two = Cell(cell_id("a"), "a", cell_id("b")), Cell(cell_id("b"), "b", cell_id("a"))
    state = fold(Celled(one), Celled(two))
    assert relay.chosen(state, ["a"]) == ()


# alarms


def rings(state: State, now_ms: int) -> list[tuple[int, int]]:
    return [(each.mark, len(each.cells)) for each in relay_due.due(state, now_ms, ALWAYS)]


def test_an_alarm_rings_60_and_30_minutes_before_the_start_until_the_tree_is_whole() -> None:
    state = confirmed("operations")
    assert rings(state, START - 60 * MIN - 1) == []
    [first] = relay_due.due(state, START - 60 * MIN, ALWAYS)
    assert (first.mark, first.cells) == (60, tuple(each.id for each in TREE[1:]))
    state = fold(first, state=state)
    assert rings(state, START - 31 * MIN) == []
    assert rings(state, START - 30 * MIN) == [(30, 5)]
    assert stands(state)["crew 1"] == "overdue" and stands(state)["operations"] == "confirmed"
    [ringing] = relay_due.ringing(state, START - 59 * MIN, ALWAYS)
    assert (ringing.relay, ringing.mark, ringing.unconfirmed) == (OPENED.relay, 60, first.cells)
    [last] = relay_due.ringing(state, START - 30 * MIN, ALWAYS)
    assert last.mark == 30
    rest = [by_slip("boat 7", SECRET) if name == "boat 7" else says(name) for name in NAMES[1:]]
    whole = fold(*rest, state=state)
    assert rings(whole, START) == [] and relay_due.ringing(whole, START, ALWAYS) == ()


def test_what_is_opened_late_alarms_at_once_and_only_once() -> None:
    [alarm] = relay_due.due(opened(), START - 10 * MIN, ALWAYS)
    assert alarm.mark == 30
    after = fold(alarm, state=opened())
    assert after.relays[OPENED.relay].alarms == {60, 30}
    assert rings(after, START + MIN) == []


def test_what_is_over_or_superseded_rings_no_more() -> None:
    assert relay_due.due(opened(), START, lambda _: False) == ()
    state = opened()
    assert len(relay_due.ringing(state, START, ALWAYS)) == 1
    assert relay_due.ringing(state, START - 61 * MIN, ALWAYS) == ()
    assert relay_due.ringing(state, START, lambda _: False) == ()
    newer = Opened(relay_id("two"), About(ABOUT.line, ABOUT.id, 2), TREE, START + 600 * MIN, "y", "1")
    assert relay_due.ringing(fold(newer, state=state), START, ALWAYS) == ()


def test_what_was_handed_to_nobody_alarms_as_well() -> None:
    state, subjects = fold(*cells()), [(ABOUT, START)]
    assert relay_due.due_alone(State(), subjects, START) == ()  # who has no cells hands nothing down
    assert relay_due.due_alone(state, subjects, START - 61 * MIN) == ()
    [first] = relay_due.due_alone(state, subjects, START - 60 * MIN)
    state = fold(first, state=state)
    assert first == Alarmed(None, ABOUT, 60) and relay_due.due_alone(state, subjects, START - 59 * MIN) == ()
    assert [each.relay for each in relay_due.ringing(state, START - 59 * MIN, ALWAYS, subjects)] == [None]
    [second] = relay_due.due_alone(state, subjects, START)
    assert second.mark == 30
    state = fold(second, state=state)
    assert relay_due.due_alone(state, subjects, START) == ()
    assert relay_due.ringing(State(), START, ALWAYS, subjects) == ()
    after = confirmed(*NAMES)
    assert relay_due.due_alone(after, subjects, START) == ()
    assert relay_due.ringing(after, START, ALWAYS, subjects) == ()


def test_a_test_of_contact_rings_when_its_time_is_over_and_a_newer_one_supersedes_it() -> None:
    first, second = (About(None, f"x-{relay_id(name)[2:]}", 1) for name in ("first", "second"))
    assert first.subject == second.subject
    state = fold(*cells(), Opened(OPENED.relay, first, TREE[:3], START, OPENED.text, "ABCDEF"))
    assert rings(state, START - 1) == [] and relay_due.ringing(state, START - 1, ALWAYS) == ()
    [alarm] = relay_due.due(state, START, ALWAYS)
    assert (alarm.mark, len(alarm.cells)) == (0, 3)
    state = fold(alarm, says("operations"), state=state)
    assert rings(state, START + 60 * MIN) == [] and stands(state)["crew 1"] == "overdue"
    assert len(relay_due.ringing(state, START, ALWAYS)) == 1
    again = fold(Opened(relay_id("two"), second, TREE[:1], START + MIN, "y", "1"), state=state)
    assert not again.stands(again.relays[OPENED.relay]) and relay_due.ringing(again, START, ALWAYS) == ()


def test_of_very_many_the_oldest_are_only_in_the_record() -> None:
    one = [
        Opened(relay_id(f"{n}"), About(None, f"p-{relay_id(f'{n}')[2:]}", 1), TREE[:1], 0, "x", "1")
        for n in range(relay.KEPT + 2)
    ]
    state = fold(*one, at_ms=1)
    state = fold(*(Alarmed(None, About(None, each.about.id, 1), 60) for each in one), state=state)
    assert len(state.relays) == len(state.order) == len(state.current) == len(state.alone) == relay.KEPT
    kept = relay_entries.slip_of(SECRET, one[2].relay, cell_id("operations"))
    state = fold(Handed(one[2].relay, cell_id("operations"), "slip", kept), state=state)
    assert len(state.slips) == 1
    newest = Opened(relay_id("newest"), About(None, f"p-{relay_id('newest')[2:]}", 1), TREE[:1], 0, "x", "1")
    assert len(fold(newest, state=state).slips) == 0
    # what is superseded goes as well, and what stands in its place stays
    again = Opened(relay_id("again"), one[3].about._replace(version=2), TREE[:1], 0, "x", "1")
    state = fold(again, newest, state=state)
    assert state.stands(state.relays[again.relay]) and one[3].relay not in state.relays


def test_who_changes_one_thing_without_end_drives_out_nothing_that_stands() -> None:
    first = Opened(relay_id("first"), About(None, f"p-{relay_id('first')[2:]}", 1), TREE[:1], 0, "x", "1")
    busy = [
        Opened(relay_id(f"{n}"), About(None, f"p-{relay_id('busy')[2:]}", n + 1), TREE[:1], 0, "x", "1")
        for n in range(relay.KEPT + 2)
    ]
    state = fold(first, *busy)
    assert len(state.order) == relay.KEPT
    assert state.stands(state.relays[first.relay]) and state.stands(state.relays[busy[-1].relay])


@pytest.mark.parametrize(
    ("of_type", "value"),
    [
        ("relay.cell", {}),
        ("relay.cell", {"cell": 1, "crit": ["more"]}),
        ("relay.handed", {**relay_entries.write(Handed(OPENED.relay, cell_id("x"), "voice"))}),
        ("relay.handed", {**relay_entries.write(Handed(relay_id("x"), cell_id("crew 1"), "voice"))}),
        ("relay.alarm", {**relay_entries.write(Alarmed(relay_id("x"), ABOUT, 60))}),
        ("plan", {}),
    ],
)
def test_what_does_not_fit_changes_nothing(of_type: str, value: Any) -> None:
    assert relay.evolve(opened(), raw(of_type, value)) == opened()


class Trees(RuleBasedStateMachine):
    """Anything is entered, by whoever and however; every duty goes by the printed table."""

    def __init__(self) -> None:
        super().__init__()
        self.state = opened()
        self.n = 10
        self.secrets = 0

    def enter(self, said: Any) -> None:
        self.n += 1
        before = self.state
        self.state = reduce(relay.evolve, [entry(said, self.n, self.n)], before)
        for name, old in before.relays.items():
            after = self.state.relays.get(name)
            assert after is not None and after.opened == old.opened
            for cell, duty in old.duties.items():
                now = after.duties[cell]
                if now.stands != duty.stands:
                    assert now.stands in TRANSITIONS[duty.stands].values()
                    assert before.stands(old)
                if now.answer != duty.answer:
                    assert now.answer is not None and relay_entries.verifies(now.answer)
                    assert now.answer.sha256 == old.sha256
                    assert duty.answer is None or now.answer.at_ms > duty.answer.at_ms

    @rule(name=st.sampled_from(NAMES), how=st.sampled_from(HOWS[:-1]))
    def hand(self, name: str, how: Any) -> None:
        self.enter(Handed(OPENED.relay, cell_id(name), how))

    @rule(name=st.sampled_from(NAMES))
    def print_slip(self, name: str) -> None:
        self.secrets += 1
        self.enter(slip(name, seed(f"slip {self.secrets}")))

    @rule(
        name=st.sampled_from(NAMES),
        rung=st.sampled_from(tuple(ANSWERS)),
        by=st.none() | st.sampled_from(NAMES),
        at_ms=st.integers(0, 20),
    )
    def answer(self, name: str, rung: Any, by: str | None, at_ms: int) -> None:
        said = says(name, rung, at_ms, by=None if by is None else cell_seed(by))
        try:
            counts = bool(relay.confirm(self.state, said))
        except (Invalid, Refused, NotTrusted):
            counts = False
        before = self.state
        self.enter(said)
        assert counts is (self.state != before)

    @rule(name=st.sampled_from(NAMES), which=st.integers(0, 8), rung=st.sampled_from(tuple(ANSWERS)))
    def answer_by_slip(self, name: str, which: int, rung: Any) -> None:
        self.enter(by_slip(name, seed(f"slip {which}"), rung, self.n))

    @rule(mark=st.sampled_from(MARKS))
    def alarm(self, mark: int) -> None:
        found = self.state.relays[OPENED.relay]
        self.enter(Alarmed(OPENED.relay, ABOUT, mark, relay_due.unconfirmed(found)))

    @rule(version=st.integers(1, 3))
    def open_again(self, version: int) -> None:
        about = About(ABOUT.line, ABOUT.id, version)
        self.enter(Opened(relay_id(f"v{version}"), about, TREE, START, f"text {version}", "1"))

    @rule(name=st.sampled_from(NAMES))
    def cell_goes(self, name: str) -> None:
        self.enter(Gone(cell_id(name)))

    @rule(name=st.sampled_from(NAMES), above=st.none() | st.sampled_from(NAMES))
    def cell_comes(self, name: str, above: str | None) -> None:
        self.enter(Celled(Cell(cell_id(name), name, None if above is None else cell_id(above))))

    @invariant()
    def what_is_whole_has_no_break_and_the_other_way_round(self) -> None:
        for each in self.state.relays.values():
            assert each.whole is (relay_due.broken(each) == ())
            assert (relay_due.rung(each) == "executor confirmed") is each.whole
            named = {one.duty.cell.id for one in relay_due.broken(each)}
            assert named <= set(relay_due.unconfirmed(each))
            # every cell that has not confirmed stands in a break, or below one
            cut = len(named) + sum(one.below for one in relay_due.broken(each))
            assert len(relay_due.unconfirmed(each)) <= cut
            for duty in each.duties.values():
                if duty.confirmed:
                    assert duty.answer is not None and duty.answer.rung == "confirmed"

    @invariant()
    def one_relay_stands_for_each_subject(self) -> None:
        assert len({each.about.subject for each in self.state.standing()}) == len(self.state.current)
        for digest, (name, cell) in self.state.slips.items():
            held = self.state.relays[name].duties[cell].slip
            assert held is not None and held.secret_sha256 == digest


TestTrees = Trees.TestCase
