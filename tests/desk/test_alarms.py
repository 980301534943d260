"""How often something sounds: counted for an hour, again while nobody takes it, and never silenced."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from immutables import Map
from msgspec import structs

from wideberth.desk.alarms import AGAIN_MS, HOUR_MS, MOST, Bell, again, heard, in_hour, words
from wideberth.desk.rings import About, Ring

CALL = Ring(About("call", "a line", "k-a"), "call.arrived", "flash", 5)
DUTY = Ring(About("duty", None, "officer"), "duty.missed", "immediate", 7)
QUIET = Ring(About("call", "a line", "k-b"), "call.arrived", "routine", 9)


def test_what_nobody_takes_sounds_again_and_what_is_taken_does_not() -> None:
    bell = heard(heard(Bell(), CALL.about, 0), DUTY.about, 0)
    bell, due = again(bell, [CALL, DUTY], AGAIN_MS["flash"] - 1)
    assert due == ()
    bell, due = again(bell, [CALL, DUTY, QUIET], AGAIN_MS["flash"])
    assert due == (CALL,)
    bell = heard(bell, CALL.about, AGAIN_MS["flash"])
    assert again(bell, [CALL, DUTY], AGAIN_MS["flash"] + 1)[1] == ()
    taken = structs.replace(CALL, role="officer")
    bell, due = again(bell, [taken, DUTY], AGAIN_MS["immediate"])
    assert due == (DUTY,) and set(bell.last) == {DUTY.about}
    assert again(bell, [], AGAIN_MS["immediate"])[0].last == Map()


def test_what_is_still_not_taken_sounds_when_the_node_has_started_again() -> None:
    assert again(Bell(), [CALL, QUIET, DUTY], 0)[1] == (CALL, DUTY)


def test_too_often_is_said() -> None:
    assert words(1, 6) == "sounded 1 time in the last hour"
    assert words(7, 6) == "sounded 7 times in the last hour; more than 6 is too often to heed: find the cause"


@given(st.lists(st.integers(0, HOUR_MS), max_size=30))
def test_an_hour_is_counted(gaps: list[int]) -> None:
    bell, now, all_of_them = Bell(), 0, list[int]()
    for gap in gaps:
        now += gap
        bell = heard(bell, CALL.about, now)
        all_of_them.append(now)
        assert in_hour(bell, now) == sum(now - each < HOUR_MS for each in all_of_them)
    assert bell.all == len(gaps)
    assert in_hour(bell, now + HOUR_MS) == 0


def test_what_is_counted_is_bounded() -> None:
    bell = Bell()
    for n in range(MOST + 5):
        bell = heard(bell, About("call", None, f"k-{n % 3}"), n)
    assert len(bell.hour) == MOST and bell.all == MOST + 5 and len(bell.last) == 3
