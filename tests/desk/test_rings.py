"""What rings, as it is folded from the private feed, and for whom it rings after how long."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.phrased import ANYTHING
from tests.ledger.two import A
from wideberth.desk import rings
from wideberth.desk.rings import About, Begun, Climbed, Over, Said, State, Taken
from wideberth.errors import Invalid, Refused
from wideberth.ledger import feed, ids, merkle
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.model import ring as model
from wideberth.model.agreement import CLOCKS, Clock
from wideberth.model.ring import LOUD, STEPS, TRANSITIONS, WHY, Step

CALL, DUTY = About("call", "line", "k-1"), About("duty", None, "officer")
BEGUN = Begun(CALL, "call.arrived", "flash")


def entry(of_type: str, value: dict[str, Value], n: int = 0, v: int = 1) -> Entry:
    mine = ids.Origin(ids.PRIVATE, A.name, "main", 0)
    head = feed.Head(mine, merkle.grown(merkle.EMPTY, [bytes(32)] * n))
    return feed.append(head, feed.Written(of_type, v, {}, 1_000 + n), value, bytes(16)).entry


def fold(said: Sequence[Said]) -> State:
    entries = [entry(each.TYPE, rings.write(each), n) for n, each in enumerate(said)]
    return reduce(rings.evolve, entries, State())


def test_a_ring_begins_climbs_is_taken_and_is_over() -> None:
    steps: list[Said] = [BEGUN, Climbed(CALL, "officer"), Climbed(CALL, "deputy"), Taken(CALL, "deputy")]
    found = fold(steps).rings[CALL]
    assert (found.why, found.precedence, found.at_ms) == ("call.arrived", "flash", 1_000)
    assert found.steps == (("officer", 1_001), ("deputy", 1_002))
    assert (found.role, found.taken_ms, found.phase) == ("deputy", 1_003, "taken")
    assert fold([*steps, Over(CALL)]) == State()
    # the same may ring again
    assert fold([*steps, Over(CALL), BEGUN]).rings[CALL].phase == "ringing"


def test_what_does_not_fit_changes_nothing() -> None:
    taken: list[Said] = [BEGUN, Taken(CALL, "deputy")]
    nothing: list[Said] = [
        BEGUN,
        Climbed(CALL, "watch"),
        Taken(CALL, "commander"),
        Over(DUTY),
        Taken(DUTY, "x"),
    ]
    for said in nothing:
        assert fold([*taken, said]) == fold(taken)
    once: list[Said] = [BEGUN, Climbed(CALL, "watch")]
    assert fold([*once, Climbed(CALL, "watch")]) == fold(once)
    alone: list[Said] = [Climbed(CALL, "watch"), Taken(CALL, "x"), Over(CALL)]
    for said in alone:
        assert fold([said]) == State()


def test_what_sounds() -> None:
    quiet = fold([Begun(CALL, "call.arrived", "immediate")]).rings[CALL]
    assert not quiet.loud
    assert fold([BEGUN]).rings[CALL].loud
    assert not fold([BEGUN, Taken(CALL, "deputy")]).rings[CALL].loud
    for why in WHY:
        assert fold([Begun(DUTY, why, "routine")]).rings[DUTY].loud == (why in LOUD)


@pytest.mark.parametrize("said", [BEGUN, Climbed(DUTY, "channel"), Taken(DUTY, "duty officer"), Over(CALL)])
def test_what_is_written_is_read(said: Said) -> None:
    assert rings.read(entry(said.TYPE, rings.write(said))) == said


@pytest.mark.parametrize(
    ("of_type", "value"),
    [
        ("ring.begun", {**rings.write(BEGUN), "why": "because"}),
        ("ring.begun", {**rings.write(BEGUN), "precedence": "soon"}),
        ("ring.begun", {**rings.write(BEGUN), "id": ""}),
        ("ring.begun", {**rings.write(BEGUN), "line": 5}),
        ("ring.climbed", {"id": "x", "kind": "y", "line": None, "step": "nobody"}),
        ("ring.taken", {"id": "x", "kind": "y", "line": None, "role": "two\nlines"}),
        ("ring.over", {"id": "x", "kind": None, "line": None}),
    ],
)
def test_what_is_refused_and_changes_nothing(of_type: str, value: dict[str, Value]) -> None:
    with pytest.raises(Invalid) as caught:
        rings.read(entry(of_type, value))
    assert caught.value.code == "ring.entry"
    before = fold([BEGUN])
    assert rings.evolve(before, entry(of_type, value, 1)) == before


def test_another_version_and_another_type_change_nothing() -> None:
    before = fold([BEGUN])
    assert rings.evolve(before, entry("ring.over", rings.write(Over(CALL)), 1, v=2)) == before
    assert rings.evolve(before, entry("test.said", rings.write(Over(CALL)), 1)) == before


ABOUTS = st.sampled_from([CALL, DUTY])
SAID: st.SearchStrategy[Said] = st.one_of(
    st.builds(Begun, ABOUTS, st.sampled_from(list(WHY)), st.sampled_from(list(CLOCKS))),
    st.builds(Climbed, ABOUTS, st.sampled_from(list(STEPS))),
    st.builds(Taken, ABOUTS, st.just("deputy")),
    st.builds(Over, ABOUTS),
)


@given(st.lists(SAID, max_size=25))
def test_every_step_is_one_of_the_printed_table(said: list[Said]) -> None:
    state = State()
    for n, each in enumerate(said):
        before, state = state, rings.evolve(state, entry(each.TYPE, rings.write(each), n))
        for about in (CALL, DUTY):
            old, new = before.rings.get(about), state.rings.get(about)
            if old is None or old is new:
                assert new is old or new is None or (new.phase == "ringing" and not new.steps)
                continue
            after = "over" if new is None else new.phase
            assert after in TRANSITIONS[old.phase].values()
            assert new is None or len(new.steps) <= len(STEPS)


@given(
    st.sampled_from(sorted({name for name, _ in rings.KNOWN})),
    st.dictionaries(st.sampled_from(["id", "kind", "line", "role", "step", "why"]), ANYTHING, max_size=6),
)
def test_a_bad_entry_never_raises(of_type: str, value: dict[str, Value]) -> None:
    rings.evolve(fold([BEGUN]), entry(of_type, value, 1))


def test_the_table_is_whole() -> None:
    assert set(TRANSITIONS) == {"ringing", "taken", "over"}
    assert len(model.table().splitlines()) == 2 + sum(map(len, TRANSITIONS.values()))


# clocks

FLASH = CLOCKS["flash"]
HELD: tuple[Step, ...] = ()


def test_the_defaults_of_a_flash() -> None:
    assert (FLASH.deputy_ms, FLASH.watch_ms, FLASH.commander_ms) == (30_000, 60_000, 120_000)
    reached = {ms: rings.due(FLASH, ms, ()) for ms in (0, 29_999, 30_000, 60_000, 119_999, 120_000)}
    assert reached == {
        0: ["officer"],
        29_999: ["officer"],
        30_000: ["officer", "deputy"],
        60_000: ["officer", "deputy", "watch"],
        119_999: ["officer", "deputy", "watch"],
        120_000: ["officer", "deputy", "watch", "commander", "channel"],
    }


def test_a_post_that_nobody_holds_is_not_waited_for() -> None:
    assert rings.due(FLASH, 0, (), ["officer"]) == ["officer", "deputy"]
    assert rings.due(FLASH, 0, (), ["officer", "deputy", "commander"]) == ["officer", "deputy", "watch"]
    assert rings.due(FLASH, 0, (), ["deputy", "commander"]) == ["officer"]
    assert rings.due(FLASH, 30_000, (), ["deputy"]) == ["officer", "deputy", "watch"]
    assert rings.due(FLASH, 30_000, ["officer", "deputy"], ["deputy"]) == ["watch"]


CLOCK = st.tuples(*[st.integers(1, 10**6)] * 3).map(lambda each: Clock(*sorted(each)))
SOME = st.sets(st.sampled_from(list(STEPS)))


@given(CLOCK, st.integers(0, 10**6), st.integers(0, 10**6), SOME, SOME)
def test_time_adds_steps_and_takes_none_away(
    clock: Clock, one: int, more: int, climbed: set[Step], vacant: set[Step]
) -> None:
    before, after = (set(rings.due(clock, each, (), vacant)) for each in (one, one + more))
    assert "officer" in before and before <= after
    assert set(rings.due(clock, one, climbed, vacant)) == before - climbed
    assert before >= set(rings.due(clock, one, ()))
    assert set(rings.due(clock, clock.commander_ms, (), vacant)) == set(STEPS)


def test_who_may_take() -> None:
    state = fold([BEGUN])
    assert rings.take(state, CALL, "deputy") == Taken(CALL, "deputy")
    with pytest.raises(Invalid) as missing:
        rings.take(state, DUTY, "deputy")
    assert missing.value.code == "ring.none"
    with pytest.raises(Refused) as caught:
        rings.take(fold([BEGUN, Taken(CALL, "deputy")]), CALL, "officer")
    assert caught.value.code == "ring.taken"
    for role in ("", "x" * 61, "a@example.org"):
        with pytest.raises(Invalid) as bad:
            rings.take(state, CALL, role)
        assert bad.value.code == "ring.role"
