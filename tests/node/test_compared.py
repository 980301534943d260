"""The index of a line finds what `find` finds, whatever came and went, and however it was merged."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.geoids import GEOID
from wideberth.conflict.find import find
from wideberth.desk import cutover
from wideberth.model.agreement import Agreement, Rules
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS
from wideberth.model.terms import Terms
from wideberth.node.compared import LISTED, Compared
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

BOUND = cutover.binding(Agreement(bytes(16), 1, None, (), Terms(PRESETS["crewed"]), Rules()))
HOUR = 3_600_000
steps = st.integers(0, 6)


@st.composite
def volumes(draw: st.DrawFn) -> tuple[Volume, ...]:
    return tuple(
        Volume(
            Circle((33 * DEGREE + draw(steps) * 300_000, 34 * DEGREE), 1_000 * METRE),
            Altitude("MSL", draw(steps) * 500 * METRE),
            Altitude("MSL", (6 + draw(steps)) * 500 * METRE),
            draw(steps) * HOUR,
            (7 + draw(steps)) * HOUR,
        )
        for _ in range(draw(st.integers(1, 2)))
    )


names = st.sampled_from(["n-1", "n-2", "n-3"])
parties = st.sampled_from(["a", "b"])
acts = st.one_of(
    st.tuples(st.just("put"), parties, names, volumes()),
    st.tuples(st.just("end"), parties, names, volumes()),
    st.tuples(st.just("propose"), parties, names, volumes()),
    st.tuples(st.just("withdraw"), parties, names, volumes()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(acts, min_size=1, max_size=14))
def test_it_finds_what_find_finds(done: list[tuple[str, str, str, tuple[Volume, ...]]]) -> None:
    known: dict[tuple[str, str], Plan] = {}
    with ThreadPoolExecutor(1) as merges:
        own = Compared(BOUND, GEOID, merges)
        for what, party, name, shown in done:
            plan = Plan(party, name, shown)
            if what == "put":
                own.put(party, name, plan, shown)
                known[party, name] = plan
            elif what == "end":
                own.put(party, name, structs.replace(plan, state="ended"), shown)
                known.pop((party, name), None)
            else:
                own.propose(party, name, {"x": plan} if what == "propose" else {})
                known.pop((party, f"{name}+x"), None)
                if what == "propose":
                    known[party, f"{name}+x"] = structs.replace(plan, id=f"{name}+x")
        for party, name in {(party, name) for _, party, name, _ in done}:
            found = own.meetings(party, name)
            assert set(found) == expected(known, own, party, name)
            for other, meeting in found.items():
                # either way round it is the same
                back = own.meetings("b" if party == "a" else "a", other)
                assert back[name].found == meeting.found and meeting.mine
        assert len(own) == len(known)


def expected(known: dict[tuple[str, str], Plan], own: Compared, party: str, name: str) -> set[str]:
    met = find(list(known.values()), BOUND.table, own.reference).conflicts
    pairs = [sorted(each.plans, key=lambda key: key[0] != party) for each in met]
    return {
        theirs[1].split("+")[0]
        for mine, theirs in pairs
        if mine[0] == party and mine[1].split("+")[0] == name
    }


@settings(max_examples=30, deadline=None)
@given(volumes(), volumes())
def test_a_plan_that_is_not_in_it_is_asked_about_as_well(
    mine: tuple[Volume, ...], theirs: tuple[Volume, ...]
) -> None:
    with ThreadPoolExecutor(1) as merges:
        own = Compared(BOUND, GEOID, merges)
        own.put("b", "n-2", Plan("b", "n-2", theirs), theirs)
        plan = Plan("a", "n-1", mine)
        met = own.meetings_of(plan)
        assert set(met) == own.meets(plan, "a", "n-1")
        own.put("a", "n-1", plan, mine)
        assert own.meetings("a", "n-1") == met
        assert own.meetings_of(structs.replace(plan, volumes=())) == {}


def test_many_plans_are_merged_in_the_background_and_still_found() -> None:
    with ThreadPoolExecutor(1) as merges:
        own = Compared(BOUND, GEOID, merges)
        for n in range(1_500):
            where = Volume(Circle((n * 100_000, 34 * DEGREE), 10 * METRE), start=n * HOUR, end=(n + 1) * HOUR)
            own.put("b", f"n-{n}", Plan("b", f"n-{n}", (where,)), (where,))
        for n in (0, 700, 1_499):
            where = Volume(Circle((n * 100_000, 34 * DEGREE), 10 * METRE), start=n * HOUR, end=(n + 1) * HOUR)
            met = own.meets(Plan("a", "x", (where,)), "a", "x")
            assert f"n-{n}" in met and len(met) < 5
    own.expire(2_000 * HOUR)
    assert len(own) == 0


def here(n: int, low: int, high: int) -> Volume:
    where = Circle((33 * DEGREE, 34 * DEGREE), 1_000 * METRE)
    return Volume(
        where, Altitude("MSL", low * METRE), Altitude("MSL", high * METRE), n * HOUR, (n + 1) * HOUR
    )


def test_an_overlap_is_one_although_many_that_are_only_close_come_before_it() -> None:
    many = LISTED + 20
    near = tuple(here(3 * n, 0, 1_000) for n in range(many))
    over = tuple(here(3 * n, 1_050, 2_000) for n in range(many))
    with ThreadPoolExecutor(1) as merges:
        own = Compared(BOUND, GEOID, merges)
        few = over[: LISTED // 2]
        own.put("b", "n-2", Plan("b", "n-2", few), few)
        assert own.meetings_of(Plan("a", "n-1", near))["n-2"].found == "close"
        own.put("b", "n-2", Plan("b", "n-2", (*over, near[-1])), (*over, near[-1]))
        found = own.meetings_of(Plan("a", "n-1", near))["n-2"]
        assert found.found == "overlap" and len(found.mine) == many


def test_a_merge_that_fails_is_tried_again_and_all_is_found_meanwhile() -> None:
    tried = []

    class Failing(ThreadPoolExecutor):
        def submit(self, *some: Any, **more: Any) -> Any:
            tried.append(some)
            future: Future[Any] = Future()
            future.set_exception(MemoryError())
            return future

    with Failing(1) as merges:
        own = Compared(BOUND, GEOID, merges)
        for n in range(5):
            some = tuple(here(3 * k, 0, 1_000) for k in range(400))
            own.put("b", f"n-{n}", Plan("b", f"n-{n}", some), some)
            assert len(own.meets(Plan("a", "x", some), "a", "x")) == n + 1
    assert len(tried) > 1


def test_what_stands_is_told_from_what_is_proposed() -> None:
    with ThreadPoolExecutor(1) as merges:
        own = Compared(BOUND, GEOID, merges)
        mine, theirs, moved = (
            (here(0, 0, 1_000),),
            (here(50, 0, 1_000),),
            Plan("b", "n-2", (here(0, 0, 1_000),)),
        )
        own.put("a", "n-1", Plan("a", "n-1", mine), mine)
        own.put("b", "n-2", Plan("b", "n-2", theirs), theirs)
        assert not own.proposed(("a", "n-1"), ("b", "n-2"))
        own.propose("b", "n-2", {"x": moved})
        assert own.proposed(("b", "n-2"))
        assert set(own.meetings("a", "n-1")) == {"n-2"}
        assert own.standing("a", "n-1", "n-2") is None
        own.put("b", "n-2", moved, moved.volumes)
        assert own.standing("a", "n-1", "n-2") is not None
        assert own.standing("a", "n-9", "n-2") is None
