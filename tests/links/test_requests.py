"""What is asked of the listener and is not good: the same empty answer, and nothing happens."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.links.box import LINE, NORTH, OTHER, SOUTH, Box, asked, ends, message, posted, run, serving, until
from tests.links.raw import NOTHING, own, wire
from wideberth.errors import Invalid, NotTrusted
from wideberth.links import frames, peer_app, request
from wideberth.links.frames import Left
from wideberth.links.limits import Limits
from wideberth.links.peer_app import Event

NOW = 1000
BODY = frames.piece(Left((message(1),)), 4096)[0]
GOOD = posted(ends(), BODY, counter=NOW)
OF_OTHER = posted(ends(line=OTHER), BODY, counter=NOW)


def row(name: str, value: str = "") -> bytes:
    """A request with one header more, or another value for it."""
    return posted(ends(), BODY, counter=NOW, headers={name: value or None})


BAD: dict[str, bytes] = {
    "another body": GOOD[:-1] + bytes([GOOD[-1] ^ 1]),
    "another slot": GOOD.replace(b"/v1/urgent", b"/v1/main"),
    "another path": GOOD.replace(b"/v1/urgent", b"/v1/other"),
    "an encoded path": GOOD.replace(b"/v1/urgent", b"/v1/%75rgent"),
    "a query": GOOD.replace(b"/v1/urgent", b"/v1/urgent?x"),
    "another method": GOOD.replace(b"POST", b"PUT"),
    "GET": b"GET /v1/urgent HTTP/1.1\r\nhost: x\r\n\r\n",
    "HTTP/1.0": GOOD.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "no such line": posted(ends(), BODY, headers={"wideberth-line": NORTH}),
    "another line": posted(ends(), BODY, headers={"wideberth-line": OTHER}),
    "no line": row("wideberth-line"),
    "a line that is no name": row("wideberth-line", "line"),
    "no signature": row("wideberth-signature"),
    "a signature that is none": row("wideberth-signature", "AAAA"),
    "another signature": row("wideberth-signature", "A" * 86 + "=="),
    "a header twice": GOOD.replace(b"host: x", b"host: x\r\nwideberth-wait: 0"),
    "another counter": row("wideberth-counter", "1001"),
    "a counter below 0": row("wideberth-counter", "-1"),
    "a counter beyond all": row("wideberth-counter", "9" * 16),
    "a long wait": posted(ends(), BODY, wait_ms=request.WAIT_MS + 1),
    "another wait": row("wideberth-wait", "1"),
    "another bound": row("wideberth-most", "4096"),
    "a bound too small for a part": posted(ends(), BODY, most=frames.LEAST - 1),
    "a bound too large": posted(ends(), BODY, most=frames.BODY + 1),
    "no length": row("content-length"),
    "an endless length": row("content-length", "9" * 15),
    "a length over the bound": row("content-length", str(frames.BODY + 1)),
    "chunks": posted(ends(), headers={"content-length": None, "transfer-encoding": "chunked"}) + b"0\r\n\r\n",
    "chunks that are none": posted(ends(), headers={"content-length": None, "transfer-encoding": "chunked"})
    + b"zz",
    "a body of no frames": posted(ends(), b"\0\0\0\1x"),
    "signed by the wrong side": posted(ends(SOUTH), BODY, counter=NOW),
    "no HTTP": b"\x00\x01\x02 what\r\n\r\n",
    "a header without end": b"POST /v1/urgent HTTP/1.1\r\nx: " + b"y" * 40_000,
}


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "TLS"])
@pytest.mark.parametrize("what", sorted(BAD))
def test_whatever_is_not_good_gets_the_same_empty_answer(what: str, plain: bool) -> None:
    async def main() -> None:
        south = Box(SOUTH)
        async with serving(south, plain) as server:
            async with wire(server.port) if plain else own(server.port, ends()) as one:
                await one.say(BAD[what])
                assert await one.rest() == NOTHING
            assert south.came == []
            async with wire(server.port) if plain else own(server.port, ends()) as one:
                await one.say(GOOD)
                assert await one.answer() == (200, b"")
            assert south.came == [(LINE, message(1))]

    run(main())


def test_a_request_goes_once_in_its_slot_and_on_its_line() -> None:
    async def main() -> None:
        south = Box(SOUTH, (LINE, OTHER))
        async with serving(south, plain=True, lines=(LINE, OTHER)) as server:

            async def sent(data: bytes) -> int:
                async with wire(server.port) as one:
                    await one.say(data)
                    return (await one.answer())[0]

            assert await sent(GOOD) == 200
            assert await sent(GOOD) == 404
            assert await sent(posted(ends(), BODY, counter=NOW - 1)) == 404
            # the same number in the other slot, and in a request that waits, is another request
            assert await sent(posted(ends(), BODY, counter=NOW, slot="main")) == 200
            assert await sent(posted(ends(), BODY, counter=NOW, wait_ms=1)) == 200
            assert await sent(posted(ends(), BODY, counter=NOW, wait_ms=1)) == 404
            assert await sent(OF_OTHER) == 200
            assert await sent(posted(ends(), BODY, counter=NOW + 1)) == 200
            assert len(south.came) == 5

    run(main())


def test_a_certificate_of_one_line_opens_no_other() -> None:
    async def main() -> None:
        south = Box(SOUTH, (LINE, OTHER))
        async with serving(south, lines=(LINE, OTHER)) as server, own(server.port, ends()) as one:
            await one.say(OF_OTHER)
            assert await one.rest() == NOTHING
            assert south.came == []

    run(main())


def test_what_the_node_cannot_keep_is_not_acknowledged() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        async with serving(south, plain=True) as server:
            south.holds = False
            async with wire(server.port) as one:
                await one.say(GOOD)
                assert await one.rest() == NOTHING
            south.holds = True
            async with wire(server.port) as one:
                await one.say(posted(ends(), BODY, counter=NOW + 1))
                assert await one.answer() == (200, b"")

    run(main())


def test_pipelined_requests_are_answered_in_their_order() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        south.say("urgent", message(7))
        async with serving(south, plain=True) as server, wire(server.port) as one:
            many = [posted(ends(), BODY, counter=NOW + n, most=0 if n else 4096) for n in range(5)]
            await one.say(b"".join(many) + b"garbage\r\n\r\n")
            assert (await one.answer())[1] == frames.piece(Left((message(7),)), 4096)[0]
            for _ in range(4):
                assert await one.answer() == (200, b"")
            assert await one.rest() == NOTHING
            assert len(south.came) == 5

    run(main())


SHORT = Limits(handshake_s=0.3, header_s=0.2, body_s=0.4, gap_s=0.2, answer_s=0.2, idle_s=1)


@pytest.mark.parametrize("start", [b"", b"POST /v1/urg", GOOD[:-10]], ids=["nothing", "header", "body"])
@pytest.mark.parametrize("again", [False, True], ids=["first", "second"])
def test_whoever_is_slow_is_cut_off(start: bytes, again: bool) -> None:
    async def main() -> None:
        south = Box(SOUTH)
        async with serving(south, True, SHORT) as server, wire(server.port) as one:
            if again:
                await one.say(posted(ends(), counter=1))
                assert await one.answer() == (200, b"")
            await one.say(start)
            assert await one.rest() in (b"", NOTHING)
            assert south.came == []

    run(main())


@pytest.mark.parametrize("part", ["header", "body"])
def test_a_byte_now_and_then_is_too_slow_too(part: str) -> None:
    async def main() -> None:
        south = Box(SOUTH)
        at = 20 if part == "header" else len(GOOD) - 100
        async with serving(south, True, SHORT) as server, wire(server.port) as one:
            await one.say(GOOD[:at])
            for byte in GOOD[at : at + 60]:
                one.writer.write(bytes([byte]))
                await asyncio.sleep(0.03)
                if not server.connections:
                    break
            assert not server.connections and south.came == []

    run(main())


def test_whoever_takes_no_answer_is_cut_off() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        async with serving(south, True, SHORT) as server, wire(server.port) as one:
            one.writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a transport that reads
            for n in range(30):
                south.say("main", *(message(n, 130_000) for _ in range(8)))
                await one.say(posted(ends(), counter=NOW + n, slot="main"))
            await until(lambda: not server.connections)

    run(main())


def test_closing_at_every_byte_costs_nothing() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        async with serving(south, True) as server:
            head = len(GOOD) - len(BODY)
            for at in (*range(head + 10), *range(head + 10, len(GOOD), 9)):
                _, writer = await asyncio.open_connection("127.0.0.1", server.port)
                writer.write(GOOD[:at])
                writer.close()
                if at % 50 == 0:
                    await asyncio.sleep(0)
            await until(lambda: not server.connections)
            assert south.came == []
            async with wire(server.port) as one:
                await one.say(GOOD)
                assert await one.answer() == (200, b"")

    run(main())


def waits(counter: int, **changes: Any) -> bytes:
    return posted(ends(), **{"counter": counter, "wait_ms": 20_000, "most": 4096, **changes})


def test_who_waits_is_answered_when_something_is_there() -> None:
    async def main() -> None:
        south = Box(SOUTH, (LINE, OTHER))
        async with serving(south, True) as server, wire(server.port) as one:
            await one.say(waits(1))
            await asyncio.sleep(0.05)
            south.say("main", message(1))
            south.say("urgent", message(3), line=OTHER)
            south.say("urgent", message(2))
            assert await one.answer() == (200, frames.piece(Left((message(2),)), 4096)[0])
            await one.say(waits(2, wait_ms=10))
            assert await one.answer() == (200, b"")

    run(main())


def test_who_has_left_takes_no_message_with_him() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        async with serving(south, True) as server:
            async with wire(server.port) as one:
                await one.say(waits(1))
                await asyncio.sleep(0.05)
            await until(lambda: not server.connections)
            south.say("urgent", message(1))
            async with wire(server.port) as one:
                await one.say(waits(2))
                assert await one.answer() == (200, frames.piece(Left((message(1),)), 4096)[0])

    run(main())


def test_what_was_given_to_a_connection_that_broke_is_given_again() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        south.say("main", message(1, 3000))
        async with serving(south, True) as server:
            async with wire(server.port) as one:
                await one.say(waits(1, slot="main", most=1024))
                first = await one.answer()
            async with wire(server.port) as one:
                begun, whole = None, []
                for counter in range(2, 6):
                    await one.say(waits(counter, slot="main", most=1024, wait_ms=500))
                    status, body = await one.answer()
                    assert status == 200 and (counter > 2 or (status, body) == first)
                    begun, some = frames.join(begun, frames.read(body))
                    whole += some
            assert whole == [message(1, 3000)]

    run(main())


def test_a_newer_request_ends_the_wait_of_an_older() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        async with serving(south, True) as server, wire(server.port) as old, wire(server.port) as new:
            await old.say(waits(1))
            await asyncio.sleep(0.05)
            await new.say(waits(2))
            assert await old.answer() == (200, b"")
            south.say("urgent", message(1))
            assert len((await new.answer())[1]) > len(message(1))

    run(main())


def test_a_request_is_read_as_it_is_written() -> None:
    what = asked("main", 5, 10, 4096)
    found = [(k.encode(), v.encode()) for k, v in request.headers(ends(), what, BODY).items()]
    read = request.read("POST", b"/v1/main", [*found, (b"other", b"x")])
    request.check(ends(SOUTH), read, BODY)
    assert read == what._replace(signature=read.signature)


def test_nothing_but_requests_is_answered() -> None:
    async def never() -> Event:
        raise AssertionError

    async def main() -> None:
        await peer_app.app(Box(SOUTH))({"type": "lifespan"}, never, lambda _: never())  # type: ignore[arg-type,return-value]  # never called

    run(main())


WORDS = st.sampled_from([*(name.encode() for name in request.headers(ends(), asked(), b"")), b"host"])
VALUES = st.binary(max_size=90) | st.sampled_from([LINE.encode(), b"5", b"A" * 86 + b"=="])


@given(
    st.sampled_from(["POST", "GET"]),
    st.sampled_from([b"/v1/main", b"/v1/\xff"]),
    st.lists(st.tuples(WORDS, VALUES)),
)
def test_other_headers_are_refused_or_a_request(
    method: str, path: bytes, found: list[tuple[bytes, bytes]]
) -> None:
    try:
        read = request.read(method, path, found)
    except Invalid as error:
        assert error.code in {"transport.request", "ledger.base32", "ledger.base64"}
    else:
        assert read.line == LINE and read.wait_ms <= request.WAIT_MS
        with pytest.raises(NotTrusted):
            request.check(ends(SOUTH), read, b"")
