"""What a TAK server is given: everything once, again in time, and nothing that is over stays there."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from wideberth.formats import cot_event
from wideberth.formats.cot_event import Event
from wideberth.links.tak_board import Board, Due

NOW = 1_790_000_000_000
AGAIN = 300_000


def made(name: str, **more: object) -> Event:
    return structs.replace(Event(cot_event.uid(name), "u-d-f", "0", "0", b"<detail/>"), **more)


def write(board: Board, events: list[Event], now: int = NOW) -> list[Due]:
    found = board.due(events, now)
    for each in found:
        board.wrote(each, now)
    return found


def test_everything_once_and_again_in_time() -> None:
    board = Board(AGAIN)
    ends, stays = made("a", stale=NOW + 10 * AGAIN), made("b", keep=120_000)
    assert [due.event for due in write(board, [ends, stays])] == [ends, stays]
    assert board.shown == 2
    assert write(board, [ends, stays], NOW + 59_999) == []
    # one that holds for two minutes is sent each minute
    assert [due.event for due in write(board, [ends, stays], NOW + 60_000)] == [stays]
    assert ends in [due.event for due in write(board, [ends, stays], NOW + AGAIN)]
    changed = structs.replace(ends, ce="5.0")
    assert [due.event for due in write(board, [changed, stays], NOW + AGAIN + 1)] == [changed]


def test_alerts_go_before_zones_and_what_is_gone_before_both() -> None:
    board = Board(AGAIN)
    write(board, [made("old")])
    order = [due.event.type for due in write(board, [made("a"), made("b", type="b-m-p-s-m")])]
    assert order == ["u-d-f", "t-x-d-d", "b-m-p-s-m", "u-d-f"]


def test_what_is_withdrawn_or_over_is_taken_back_once() -> None:
    board = Board(AGAIN)
    a, b = made("a", stale=NOW + 1_000), made("b")
    write(board, [a, b])
    gone = write(board, [a], NOW + 500)
    assert [(due.of, due.gone, due.event.type) for due in gone] == [
        (b.uid, True, "u-d-f"),
        (b.uid, True, "t-x-d-d"),
    ]
    assert write(board, [a], NOW + 501) == []
    # still wanted, but over: clients keep drawings that are stale
    assert [due.event.type for due in write(board, [a], NOW + 1_000)] == ["u-d-f", "t-x-d-d"]
    assert board.shown == 0
    assert write(board, [a], NOW + 1_001) == []


def test_what_was_withdrawn_while_there_was_no_connection_is_taken_back_on_the_next() -> None:
    board = Board(AGAIN)
    a, b = made("a"), made("b")
    write(board, [a, b])
    board.forget()
    assert [(due.of, due.event.type) for due in write(board, [a], NOW + 1)] == [
        (b.uid, "u-d-f"),
        (b.uid, "t-x-d-d"),
        (a.uid, "u-d-f"),
    ]


def test_what_was_not_written_is_due_again() -> None:
    board = Board(AGAIN)
    a = made("a")
    assert len(board.due([a], NOW)) == len(board.due([a], NOW)) == 1
    write(board, [a])
    first, *_ = board.due([], NOW)
    board.wrote(first, NOW)
    assert [due.event.type for due in board.due([], NOW)] == ["u-d-f", "t-x-d-d"]


def test_a_clock_that_is_set_back_keeps_nothing_from_being_sent() -> None:
    board = Board(AGAIN)
    a = made("a")
    write(board, [a])
    assert [due.event for due in write(board, [a], NOW - 3_600_000)] == [a]


def test_it_is_bounded() -> None:
    board = Board(AGAIN, most=3)
    many = [made(str(n)) for n in range(5)]
    assert len(write(board, many)) == 3
    assert (board.shown, board.left_out) == (3, 2)
    # what is there stays there
    assert write(board, many, NOW + 1) == []
    assert board.due(many[:3], NOW) == []
    assert board.left_out == 0


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sets(st.integers(0, 4)), st.integers(0, 400_000), st.booleans(), st.integers(0, 9)))
)
def test_a_client_sees_what_is_wanted_whatever_happens(steps: list[tuple[set[int], int, bool, int]]) -> None:
    """A client that keeps what it has got until it is deleted, and connections that break half-way."""
    board, client, now = Board(AGAIN), dict[str, Event](), NOW
    for wanted, passed, broken, written in steps:
        now += passed
        events = [made(str(n), stale=NOW + n * 500_000 if n else None) for n in wanted]
        found = board.due(events, now)
        for due in found[:written] if broken else found:
            if due.event.type == "t-x-d-d":
                client.pop(due.of, None)
            else:
                client[due.event.uid] = due.event
            board.wrote(due, now)
        if broken:
            board.forget()
        else:
            assert client == {each.uid: each for each in events if each.until(now) > now}
