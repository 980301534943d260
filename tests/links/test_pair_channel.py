"""The door of a pairing: who is let in, who waits, and what uses nothing up."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.links.pairs_online import HOST, PLATE, QUICK, Called, called, ended, no, run, yes
from wideberth.errors import Refused, Unreachable
from wideberth.line.pairing_step import message
from wideberth.links import pair, pair_channel
from wideberth.links.pair_channel import ENTERING_OF_ONE, PAUSE, WRONG, WRONG_OF_ALL, Guesses

WRONG_PLATE = pair.greeting(b"abce")


async def gone(there: Called, first: bytes | None) -> None:
    """Over TLS, somebody shows this first frame and waits until the other side hangs up."""
    channel = await there.raw()
    if first is not None:
        await channel.send(first)
    with pytest.raises(Unreachable):
        await channel.receive(pair.LONGEST)
    channel.abort()


@pytest.mark.parametrize(
    "first",
    [
        WRONG_PLATE,
        pair.greeting(PLATE) + b"\0",
        pair.greeting(PLATE)[:-1],
        b"",
        message("no"),
        message("commitment", bytes(32)),
        bytes(pair.LONGEST + 1),
        b"\x02\x00" + PLATE,
    ],
)
def test_a_wrong_first_frame_uses_nothing_up(first: bytes) -> None:
    async def then() -> list[str]:
        async with called() as there:
            await gone(there, first)
            assert not there.came.is_set()
            return list(await asyncio.gather(ended(there.call()), ended(there.task)))

    assert run(then()) == ["paired", "paired"]


async def raw(there: Called, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(HOST, there.code.port)
    writer.write(data)
    return reader, writer


@pytest.mark.parametrize(
    "data",
    [b"GET / HTTP/1.1\r\n\r\n", bytes(300), b"\x16\x03\x01\x00\x05hello", b"SSH-2.0-x\r\n", b"\xff" * 20_000],
)
def test_what_is_no_tls_uses_nothing_up(data: bytes) -> None:
    async def then() -> list[str]:
        async with called() as there:
            reader, writer = await raw(there, data)
            assert len(await reader.read(1_000)) < 100  # an alert, or nothing
            writer.transport.abort()
            return list(await asyncio.gather(ended(there.call()), ended(there.task)))

    assert run(then()) == ["paired", "paired"]


def test_an_older_tls_is_refused() -> None:
    old = pair_channel.unverified()
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.maximum_version = ssl.TLSVersion.TLSv1_2

    async def then() -> list[str]:
        async with called() as there:
            refused = await ended(pair_channel.connected(HOST, there.code.port, old, QUICK))
            return [refused, *await asyncio.gather(ended(there.call()), ended(there.task))]

    assert run(then()) == ["pair.unreachable", "paired", "paired"]


def test_connections_that_say_nothing_or_leave_use_nothing_up() -> None:
    async def then() -> list[str]:
        async with called() as there:
            opened = [await raw(there, b"") for _ in range(3)]
            opened[0][1].transport.abort()
            half = await there.raw()  # TLS, and no word
            half.writer.write(b"\0\0")
            found = list(await asyncio.gather(ended(there.call()), ended(there.task)))
            for _, writer in opened[1:]:
                writer.transport.abort()
            half.abort()
            return found

    assert run(then()) == ["paired", "paired"]


def test_a_crowd_that_says_nothing_keeps_nobody_out() -> None:
    """More connections than there is room for, all slow: the oldest make room."""

    async def then() -> list[str]:
        async with called() as there:
            slow = [await raw(there, b"\x16") for _ in range(3 * ENTERING_OF_ONE)]
            found = list(await asyncio.gather(ended(there.call()), ended(there.task)))
            for reader, writer in slow:
                try:
                    assert await reader.read(1) == b""
                except ConnectionResetError:
                    pass
                writer.transport.abort()
            return found

    assert run(then()) == ["paired", "paired"]


def test_room_is_made_among_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_channel, "ENTERING", 2)

    async def then() -> list[str]:
        async with called() as there:
            slow = [await raw(there, b"") for _ in range(4)]
            found = list(await asyncio.gather(ended(there.call()), ended(there.task)))
            for _, writer in slow:
                writer.transport.abort()
            return found

    assert run(then()) == ["paired", "paired"]


def test_a_slow_connection_is_closed() -> None:
    async def then() -> bytes:
        async with called(yes, QUICK._replace(greeting=0.1)) as there:
            reader, writer = await raw(there, b"")
            found = await reader.read(1)
            writer.transport.abort()
            with suppress(Unreachable):  # on a slow machine it is closed before it is whole
                await gone(there, None)
            return found

    assert run(then()) == b""


def test_five_wrong_ones_and_it_pauses() -> None:
    """Then the door stays shut for a minute, even for who is right; the code is still good."""

    async def then() -> list[str]:
        async with called(no) as there:
            for _ in range(WRONG):
                await gone(there, WRONG_PLATE)
            paused = await ended(there.call())
            assert not there.came.is_set() and not there.task.done()
            return [paused]

    assert run(then()) == ["pair.unreachable"]


def test_many_wrong_ones_at_once_are_no_more_than_five() -> None:
    """They have all entered before the first is wrong: what they show counts no more then."""

    async def then() -> bool:
        async with called() as there:
            channels = [await there.raw() for _ in range(WRONG + 1)]
            for channel in channels[:-1]:
                await channel.send(WRONG_PLATE)
                with pytest.raises(Unreachable):
                    await channel.receive(1)
                channel.abort()
            await channels[-1].send(pair.greeting(PLATE))
            with pytest.raises(Unreachable):
                await channels[-1].receive(1)
            channels[-1].abort()
            return there.came.is_set()

    assert not run(then())


def test_who_guesses_waits_and_nobody_else() -> None:
    guesses = Guesses()
    for n in range(WRONG):
        assert not guesses.paused("here", float(n))
        guesses.wrong("here", float(n))
    assert guesses.paused("here", 10.0) and not guesses.paused("there", 10.0)
    assert not guesses.paused("here", PAUSE)  # the first is a minute old


def test_many_places_are_one_crowd() -> None:
    guesses = Guesses()
    for n in range(3 * WRONG_OF_ALL):
        guesses.wrong(f"place {n}", 1.0)
    assert guesses.paused("anywhere", 2.0) and not guesses.paused("anywhere", 2.0 + PAUSE)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=100))
def test_however_they_come_no_place_has_more_than_its_share(events: list[tuple[str, float]]) -> None:
    guesses, now = Guesses(), 0.0
    heard: list[tuple[float, str]] = []
    for where, later in events:
        now += later
        if not guesses.paused(where, now):
            guesses.wrong(where, now)
            heard.append((now, where))
        assert sum(each == where and now - at < PAUSE for at, each in heard) <= WRONG


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_place_is_an_address_or_a_network_of_one_customer(address: str, wanted: str) -> None:
    assert pair_channel.place(address) == wanted


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        with pytest.raises(Refused) as caught:
            pair_channel.bound(HOST, taken.getsockname()[1])
    assert caught.value.code == "pair.listen" and "--listen" in caught.value.message


def test_it_listens_on_ipv6_where_there_is_one() -> None:
    try:
        listening = pair_channel.bound("::1", 0)
    except Refused:
        pytest.skip("no IPv6 on this machine")
    with listening:
        assert listening.family == socket.AF_INET6 and listening.getsockname()[1] > 0


def test_an_accept_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without a free descriptor, or a caller who leaves before he is taken."""

    async def then() -> list[str]:
        loop = asyncio.get_running_loop()
        accept, failures = loop.sock_accept, [OSError(24, "Too many open files")]

        async def failing(listening: socket.socket) -> tuple[socket.socket, object]:
            if failures:
                raise failures.pop()
            return await accept(listening)

        monkeypatch.setattr(loop, "sock_accept", failing)
        async with called() as there:
            return list(await asyncio.gather(ended(there.call()), ended(there.task)))

    assert run(then()) == ["paired", "paired"]


def test_the_one_who_is_right_too_late_is_turned_away() -> None:
    async def then() -> list[str]:
        async with called() as there:
            first, second = await there.raw(), await there.raw()
            for channel in (first, second):
                channel.writer.write(b"\0\0\0\x06" + pair.greeting(PLATE))
            await there.came.wait()
            answers = await asyncio.gather(
                *(ended(each.receive(pair.LONGEST)) for each in (first, second)), ended(there.stop())
            )
            first.abort()
            second.abort()
            return answers[:2]

    # one hears "no", because the test stops; the other hears nothing
    assert sorted(run(then())) == ["pair.lost", "paired"]
