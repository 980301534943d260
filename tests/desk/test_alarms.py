"""What rings: three things only, once a step, again while nobody takes it, and never silenced."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from wideberth.desk import alarms
from wideberth.desk.alarms import AGAIN_MS, HOUR_MS, MOST, Alarm, Bell, in_hour, ring, rings
from wideberth.model.agreement import PRECEDENCES
from wideberth.model.presence import STEPS

CALL = Alarm("call", "k-a", "line", "flash", "officer", 5)
DUTY = Alarm("duty", "officer", "", "overdue", "officer", 7)


def test_only_three_things_ring() -> None:
    assert [rings(precedence=each) for each in PRECEDENCES] == ["flash", None, None, None]
    assert rings(precedence="routine", too_late=True) == "too late"
    assert rings(overdue=True) == "overdue"
    assert rings(precedence="flash", too_late=True, overdue=True) == "flash"
    assert rings() is None


def test_each_rings_once_and_again_at_its_next_step() -> None:
    bell, due = ring(Bell(), [CALL, DUTY], 1_000)
    assert due == (CALL, DUTY)
    bell, due = ring(bell, [CALL, DUTY], 2_000)
    assert due == ()
    further = structs.replace(CALL, step="deputy")
    bell, due = ring(bell, [further, DUTY], 3_000)
    assert due == (further,)
    assert (in_hour(bell, 3_000), bell.all) == (3, 3)


def test_what_nobody_takes_rings_again_and_what_is_taken_does_not() -> None:
    bell, _ = ring(Bell(), [CALL, DUTY], 0)
    bell, due = ring(bell, [CALL, DUTY], AGAIN_MS["flash"])
    assert due == (CALL,)
    bell, due = ring(bell, [], AGAIN_MS["flash"] + 1)
    assert due == () and not bell.rung
    # the same again is a new alarm
    assert ring(bell, [CALL], AGAIN_MS["flash"] + 2)[1] == (CALL,)


def test_what_rings_is_told_in_words_that_nobody_wrote() -> None:
    assert CALL.words == "a flash call; it has come to the officer on duty"
    assert DUTY.words == "presence is overdue; it has come to the officer on duty"


def test_more_than_can_be_heeded_is_bounded_and_a_flash_comes_first() -> None:
    many = [structs.replace(DUTY, id=f"{n:05}") for n in range(MOST + 5)]
    bell, due = ring(Bell(), [*many, CALL], 0)
    assert due[0] == CALL and len(due) == MOST
    assert len(bell.rung) == len(bell.rings) == MOST


ALARM = st.builds(
    Alarm,
    kind=st.sampled_from(["call", "duty", "relay"]),
    id=st.sampled_from(["a", "b"]),
    line=st.just(""),
    why=st.sampled_from(list(alarms.WHYS)),
    step=st.sampled_from(STEPS),
    since_ms=st.integers(0, 10),
)


@given(st.lists(st.tuples(st.integers(0, HOUR_MS), st.lists(ALARM, max_size=4)), max_size=12))
def test_no_alarm_is_ever_silenced(moments: list[tuple[int, list[Alarm]]]) -> None:
    bell, now, before = Bell(), 0, set[tuple[str, ...]]()
    rung: list[int] = []
    for gone, some in moments:
        now += gone
        bell, due = ring(bell, some, now)
        keys = {(each.kind, each.id, each.why, each.step) for each in some}
        told = {(each.kind, each.id, each.why, each.step) for each in due}
        # all that is new rings, whatever rang before, and nothing that is not there
        assert keys - before <= told <= keys
        assert len(told) == len(due)
        rung += [now] * len(due)
        assert in_hour(bell, now) == sum(now - each < HOUR_MS for each in rung)
        before = keys
