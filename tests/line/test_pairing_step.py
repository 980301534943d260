"""Pairing on a network: commit, reveal, compare; whatever does not hold ends it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.line.pairs import NORTH, SOUTH, STRANGER, End, met, seed
from wideberth.errors import Refused
from wideberth.line import pairing, pairing_step
from wideberth.line.pairing import Hello
from wideberth.line.pairing_step import DONE, MESSAGES, TABLE, Event, Pairing, begin, message, step

YES: Event = "officer: yes"
LOCAL: tuple[Event, ...] = ("officer: yes", "officer: no", "time is up")
MET = met(NORTH, SOUTH)
MESSAGES_OF_NORTH = {
    "commitment": NORTH.hello.commitment,
    "hello": NORTH.hello.data,
    "reveal": NORTH.hello.data,
    "yes": pairing.yes(MET, NORTH.private, NORTH.identity),
    "no": b"",
}
MESSAGES_OF_SOUTH = {
    "commitment": SOUTH.hello.commitment,
    "hello": SOUTH.hello.data,
    "reveal": SOUTH.hello.data,
    "yes": pairing.yes(met(SOUTH, NORTH), SOUTH.private, SOUTH.identity),
    "no": b"",
}


def after(state: Pairing, *events: Event) -> Pairing:
    for event in events:
        state = step(state, event)
    return state


def caller(*events: Event, end: End = NORTH) -> Pairing:
    return after(begin("caller", end.mine), *events)


def called(*events: Event, end: End = SOUTH) -> Pairing:
    return after(begin("called", end.mine), *events)


def from_north(*names: str) -> list[bytes]:
    return [message(name, MESSAGES_OF_NORTH[name]) for name in names]  # type: ignore[arg-type]  # names of messages


def from_south(*names: str) -> list[bytes]:
    return [message(name, MESSAGES_OF_SOUTH[name]) for name in names]  # type: ignore[arg-type]  # names of messages


def code(state: Pairing) -> str | None:
    return None if state.error is None else state.error.code


def compared(end: End = NORTH, peer: End = SOUTH) -> tuple[Pairing, Pairing]:
    """Caller and called, when both show digits."""
    here, there = begin("caller", end.mine), begin("called", peer.mine)
    there = step(there, here.send[0])
    here = step(here, there.send[0])
    return here, step(there, here.send[0])


@pytest.mark.parametrize("first", ["caller", "called"])
def test_two_officers_who_say_yes_are_paired(first: str) -> None:
    here, there = compared()
    assert here.met and there.met and here.met.digits == there.met.digits == MET.digits
    one, other = (here, there) if first == "caller" else (there, here)
    one = step(one, YES)
    assert one.stage == "said yes"
    other = step(other, one.send[0])
    assert other.stage == "heard yes" and other.send == ()
    other = step(other, YES)
    one = step(one, other.send[0])
    assert (one.stage, other.stage) == ("paired", "paired") and one.met and other.met
    assert one.met.line == other.met.line and one.error is other.error is None
    assert pairing.secret(one.met, one.mine.private) == pairing.secret(other.met, other.mine.private)


def test_both_may_say_yes_at_once() -> None:
    here, there = (step(each, YES) for each in compared())
    assert (step(here, there.send[0]).stage, step(there, here.send[0]).stage) == ("paired", "paired")


def test_the_caller_shows_nothing_before_it_has_seen_what_the_other_shows() -> None:
    state = caller()
    assert (
        state.send == (message("commitment", NORTH.hello.commitment),) and NORTH.identity not in state.send[0]
    )
    assert called().send == ()
    assert called(*from_north("commitment")).send == (message("hello", SOUTH.hello.data),)
    assert caller(*from_south("hello")).send == (message("reveal", NORTH.hello.data),)


def test_no_digits_before_both_have_shown() -> None:
    assert caller().met is called().met is called(*from_north("commitment")).met is None


EVENTS: dict[str, dict[str, Event]] = {
    "caller": {**dict(zip(MESSAGES, from_south(*MESSAGES), strict=True)), **{str(x): x for x in LOCAL}},
    "called": {**dict(zip(MESSAGES, from_north(*MESSAGES), strict=True)), **{str(x): x for x in LOCAL}},
}
STEPS: dict[str, dict[tuple[str, str], str]] = {
    side: {(stage, what): then for (stage, what), then in steps.items()} for side, steps in TABLE.items()
}
PATHS: dict[str, dict[str, list[str]]] = {
    "caller": {"calling": [], "comparing": ["hello"]},
    "called": {"waiting": [], "answered": ["commitment"], "comparing": ["commitment", "reveal"]},
}
for paths in PATHS.values():
    paths["said yes"] = [*paths["comparing"], "officer: yes"]
    paths["heard yes"] = [*paths["comparing"], "yes"]
    paths["paired"] = [*paths["said yes"], "yes"]
    paths["ended"] = ["no"]


@pytest.mark.parametrize("event", EVENTS["caller"])
@pytest.mark.parametrize(
    ("side", "stage"), [(side, stage) for side, paths in PATHS.items() for stage in paths]
)
def test_every_event_in_every_stage_does_what_the_table_says(side: str, stage: str, event: str) -> None:
    begun = begin(side, (NORTH if side == "caller" else SOUTH).mine)  # type: ignore[arg-type]  # a side
    state = after(begun, *(EVENTS[side][name] for name in PATHS[side][stage]))
    assert state.stage == stage
    if stage in DONE:
        with pytest.raises(Refused) as caught:
            step(state, EVENTS[side][event])
        assert caught.value.code == "pair.used"
        return
    found = step(state, EVENTS[side][event])
    wanted = STEPS[side].get((stage, event), "ended")
    assert found.stage == wanted
    if wanted == "ended":
        known = {
            "no": "pair.peer_no",
            "officer: no": "pair.not_the_same",
            "time is up": "pair.time_out",
        }
        assert code(found) == known.get(event, "pair.order") and found.met is None
        assert found.send == (() if event == "no" else (message("no"),))


def test_a_second_attempt_with_the_same_code_ends_it() -> None:
    first, second = NORTH.hello.commitment, STRANGER.hello.commitment
    state = called(message("commitment", first), message("commitment", second))
    assert (state.stage, code(state)) == ("ended", "pair.order")
    with pytest.raises(Refused) as caught:
        step(state, message("commitment", first))
    assert caught.value.code == "pair.used"


def test_what_is_revealed_must_be_what_was_committed_to() -> None:
    for peer in (STRANGER.hello, End("north", "second").hello):
        state = called(*from_north("commitment"), message("reveal", peer.data))
        assert code(state) == "pair.commitment" and state.send == (message("no"),)


def test_own_values_that_come_back_end_it() -> None:
    assert code(caller(message("hello", NORTH.hello.data))) == "pair.reflected"
    own = called(message("commitment", SOUTH.hello.commitment), message("reveal", SOUTH.hello.data))
    assert code(own) == "pair.reflected"
    here, _ = compared()
    assert code(step(step(here, YES), step(here, YES).send[0])) == "pair.yes"


def test_one_identity_at_both_ends_ends_it() -> None:
    again = End("north", "second")
    assert code(caller(message("hello", again.hello.data))) == "pair.same_identity"
    state = called(
        message("commitment", again.hello.commitment), message("reveal", again.hello.data), end=NORTH
    )
    assert code(state) == "pair.same_identity"


def test_a_key_that_makes_a_known_secret_ends_it_before_anybody_compares() -> None:
    weak = Hello(SOUTH.identity, bytes(32), seed("chance"))
    assert code(caller(message("hello", weak.data))) == "pair.key"
    weak = Hello(NORTH.identity, bytes(32), seed("chance"))
    assert code(called(message("commitment", weak.commitment), message("reveal", weak.data))) == "pair.key"


def test_a_yes_of_somebody_between_ends_it() -> None:
    for said in (bytes(32), seed("yes"), pairing.yes(MET, NORTH.private, NORTH.identity)):
        assert code(caller(*from_south("hello"), message("yes", said))) == "pair.yes"


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("more", [-1, 1])
def test_messages_of_another_length_end_it(name: str, more: int) -> None:
    data = message(name, MESSAGES_OF_SOUTH[name])  # type: ignore[arg-type]  # names of messages
    data = data + b"\0" if more > 0 else data[:-1]
    wanted = "pair.message" if len(data) < 2 else "pair.length"
    assert code(caller(data)) == wanted


@pytest.mark.parametrize(
    "data", [b"", b"\x01", b"\x01\x06", b"\x02\x05", b"\x00\x05", bytes(98), b"GET / HTTP/1.1"]
)
def test_what_is_no_message_ends_it(data: bytes) -> None:
    for state in (caller(data), called(data)):
        assert (state.stage, code(state)) == ("ended", "pair.message")


ORDER = ("commitment", "hello", "reveal", "yes of the caller", "yes of the called")


@given(st.sampled_from(ORDER), st.integers(0), st.integers(1, 255))
@settings(max_examples=200)
def test_any_message_changed_on_its_way_is_refused_or_seen(which: str, at: int, change: int) -> None:
    """Somebody changes one byte of one message: never do both ends show the same and say yes."""

    def way(name: str, data: bytes) -> bytes:
        if name != which:
            return data
        changed = bytearray(data)
        changed[at % len(data)] ^= change
        return bytes(changed)

    here, there = begin("caller", NORTH.mine), begin("called", SOUTH.mine)
    there = step(there, way("commitment", here.send[0]))
    if there.stage != "ended":
        here = step(here, way("hello", there.send[0]))
    if "ended" not in (here.stage, there.stage):
        there = step(there, way("reveal", here.send[0]))
    if "ended" not in (here.stage, there.stage):
        assert here.met and there.met
        if here.met.digits != there.met.digits:
            return  # the officers see it
        here, there = step(here, YES), step(there, YES)
        said = way("yes of the caller", here.send[0]), way("yes of the called", there.send[0])
        here, there = step(here, said[1]), step(there, said[0])
    assert "ended" in (here.stage, there.stage)


@given(st.lists(st.sampled_from([*EVENTS["caller"].values(), *EVENTS["called"].values()]), max_size=8))
@settings(max_examples=200)
def test_no_order_of_events_pairs_but_the_right_one(events: list[Event]) -> None:
    for side, end in (("caller", NORTH), ("called", SOUTH)):
        state = begin(side, end.mine)  # type: ignore[arg-type]  # a side
        took = []
        for event in events:
            if state.stage in DONE:
                break
            took.append(event)
            state = step(state, event)
        if state.stage == "paired":
            names = [EVENTS[side][name] for name in PATHS[side]["comparing"]]
            assert took[: len(names)] == names
            assert set(took[len(names) :]) == {YES, EVENTS[side]["yes"]} and len(took) == len(names) + 2


def test_a_state_is_a_value() -> None:
    state = called(*from_north("commitment"))
    before = msgspec.structs.asdict(state)
    step(state, from_north("reveal")[0])
    assert msgspec.structs.asdict(state) == before


def test_the_page_has_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "pairing.md").read_text(encoding="utf-8")
    assert pairing_step.table() in page
