"""The machine of duty: its table, and what holds after any list of commands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid, Refused
from wideberth.store import duty
from wideberth.store.duty import POSTS, Change, How, Post, Watch, hand, leave, take, watch

A, B, C = 1, 2, 3
ON: Watch = {"officer": Change("officer", A, "taken", 100)}


def code(step: object) -> str:
    with pytest.raises(Refused) as caught:
        step()  # type: ignore[operator]  # a lambda of a step
    return caught.value.code


def test_a_vacant_post_is_taken() -> None:
    assert take({}, "officer", A, 5) == Change("officer", A, "taken", 5)
    assert take(watch([*ON.values(), *leave(ON, A, 200)]), "officer", B, 300).how == "taken"


def test_a_held_post_is_taken_only_by_relieving_who_has_it() -> None:
    assert code(lambda: take(ON, "officer", B, 200)) == "duty.held"
    assert take(ON, "officer", B, 200, relieve=True) == Change("officer", B, "relieved", 200)
    assert code(lambda: take(ON, "officer", A, 200, relieve=True)) == "duty.held"


def test_only_who_has_a_post_hands_it_over() -> None:
    assert hand(ON, "officer", A, B, 200) == Change("officer", B, "handed", 200)
    for giver, receiver in ((B, C), (B, A), (A, A)):
        assert code(lambda g=giver, r=receiver: hand(ON, "officer", g, r, 200)) in (
            "duty.not_holder",
            "duty.two_posts",
        )
    assert code(lambda: hand({}, "deputy", A, B, 200)) == "duty.not_holder"


def test_nobody_has_two_posts() -> None:
    assert code(lambda: take(ON, "deputy", A, 200)) == "duty.two_posts"
    both = watch([*ON.values(), take(ON, "deputy", B, 200)])
    assert code(lambda: hand(both, "officer", A, B, 300)) == "duty.two_posts"


def test_who_leaves_leaves_every_post() -> None:
    assert leave(ON, A, 200) == [Change("officer", None, "left", 200)]
    assert leave(ON, B, 200) == []


def test_the_list_stays_in_order_where_the_clock_was_set_back() -> None:
    assert take(ON, "deputy", B, 7).at_ms == 100
    assert hand(ON, "officer", A, B, 7).at_ms == leave(ON, A, 7)[0].at_ms == 100


def test_who_was_on_at_a_moment() -> None:
    changes = [Change("officer", A, "taken", 100), Change("officer", B, "handed", 200)]
    found = [watch(changes, at).get("officer") for at in (99, 100, 199, 200)]
    assert [each and each.user for each in found] == [None, A, A, B]


@pytest.mark.parametrize("text", ["", "Officer", "chief"])
def test_an_unknown_post_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(Invalid, match="officer, deputy, commander") as caught:
        duty.post(text)
    assert caught.value.code == "duty.post"


def test_the_table_in_the_words_is_that_of_the_code() -> None:
    named = re.findall(r"^    (\w+) +(?:vacant|held)", duty.__doc__ or "", re.MULTILINE)
    assert set(named) == set(get_args(How)) and tuple(get_args(Post)) == POSTS


commands = st.tuples(
    st.sampled_from(["take", "relieve", "hand", "leave"]),
    st.sampled_from(POSTS),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(0, 1000),
)


def holders(on: Watch) -> Mapping[Post, int]:
    return {post: each.user for post, each in on.items() if each.user is not None}


@given(st.lists(commands, max_size=40))
def test_after_any_commands_each_post_has_one_person_and_each_person_one_post(
    steps: list[tuple[str, Post, int, int, int]],
) -> None:
    changes: list[Change] = []
    for what, post, one, other, now in steps:
        before = watch(changes)
        try:
            match what:
                case "take" | "relieve":
                    changes.append(take(before, post, one, now, relieve=what == "relieve"))
                case "hand":
                    changes.append(hand(before, post, one, other, now))
                case _:
                    changes += leave(before, one, now)
        except Refused:
            assert watch(changes) == before
            continue
        found = holders(watch(changes))
        assert len(set(found.values())) == len(found)
        if what == "take":
            assert holders(before).get(post) is None and found[post] == one
        if what == "hand":
            assert holders(before)[post] == one and found[post] == other
        # nobody else's post has changed
        assert {p: u for p, u in found.items() if p != post and u != one} == {
            p: u for p, u in holders(before).items() if p != post and u != one
        }
    assert [each.at_ms for each in changes] == sorted(each.at_ms for each in changes)
