"""Publishing: what a server, a group or a network may do, and what is published to it all the same."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from lxml import etree

from tests.links import tak_server
from tests.links.tak_clients import (
    LONG,
    QUICK,
    Board,
    listening,
    until,
    zones,
)
from wideberth.errors import Invalid, Unreachable
from wideberth.formats import cot_event
from wideberth.formats.cot_event import Event
from wideberth.links import tak
from wideberth.links.tak import Server
from wideberth.space.reference import VerticalReference


def test_a_server_that_falls_silent_is_left() -> None:
    board = Board()

    async def silent() -> None:
        timing = QUICK._replace(silent_s=0.3, look_s=0.05)
        async with listening(b"x" * 300_000) as to, board.publishing(to, timing=timing):
            await board.until(lambda state: "does not answer" in state.words)

    asyncio.run(silent())


def test_what_a_server_sends_is_taken_off_it() -> None:
    board = Board()
    taken = asyncio.Event()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _n in range(200):
            writer.write(b"x" * 100_000)
            await writer.drain()
        taken.set()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        to = Server("tcp", "127.0.0.1", server.sockets[0].getsockname()[1])
        async with server, board.publishing(to), asyncio.timeout(LONG):
            await taken.wait()

    asyncio.run(run())


def test_what_changes_all_the_time_is_not_looked_at_all_the_time() -> None:
    looks = 0
    changed = asyncio.Event()

    def events() -> list[Event]:
        nonlocal looks
        looks += 1
        changed.set()
        return []

    async def run() -> None:
        timing = QUICK._replace(rest_s=0.2, look_s=LONG)
        async with listening() as to:
            task = asyncio.create_task(tak.publish(to, events, changed, timing, lambda _: None))
            begun = time.monotonic()
            await asyncio.sleep(1)
            assert 2 <= looks <= (time.monotonic() - begun) / 0.2 + 1
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(run())


def test_without_a_change_nothing_is_looked_at_before_its_time() -> None:
    looks = 0

    def events() -> list[Event]:
        nonlocal looks
        looks += 1
        return []

    async def run() -> None:
        changed = asyncio.Event()
        changed.set()
        async with listening() as to:
            timing = QUICK._replace(look_s=LONG)
            task = asyncio.create_task(tak.publish(to, events, changed, timing, lambda _: None))
            await asyncio.sleep(0.5)
            assert looks == 1
            changed.set()
            await until(lambda: looks == 2)
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(run())


def test_a_server_that_takes_nothing_is_left() -> None:
    large = b"<detail><x>" + b"y" * 64_000 + b"</x></detail>"
    many = [Event(cot_event.uid(str(n)), "u-d-f", "0", "0", large) for n in range(400)]
    board = Board(*many)

    async def stuck() -> None:
        async with listening(limit=1_024) as to, board.publishing(to, timing=QUICK._replace(answer_s=0.3)):
            await board.until(lambda state: state.words == "no answer in time")

    asyncio.run(stuck())


def receive(one: socket.socket) -> list[bytes]:
    found: list[bytes] = []
    with contextlib.suppress(TimeoutError):
        while len(found) < 100:
            found.append(one.recv(70_000))
    return found


def test_by_udp_each_event_is_a_datagram_and_one_too_large_is_left_out(reference: VerticalReference) -> None:
    circle, way = zones(reference)
    large = Event(
        cot_event.uid("large"), "u-d-f", "0", "0", b"<detail><x>" + b"y" * 70_000 + b"</x></detail>"
    )
    board = Board(circle, large, way)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(0.5)

        async def send() -> list[bytes]:
            async with board.publishing(Server("udp", "127.0.0.1", one.getsockname()[1])):
                await board.until(lambda state: state.sent == 2)
                board.show(large, way)
                await board.until(lambda state: state.sent == 4)
                return await asyncio.to_thread(receive, one)

        found = [etree.fromstring(data) for data in asyncio.run(send())]
    assert [root.get("uid") for root in found[:3]] == [circle.uid, way.uid, circle.uid]
    assert found[3].get("type") == "t-x-d-d"
    assert len(found) == 4
    assert (board.states[0].shown, board.states[0].left_out) == (3, 1)
    assert board.states[0].words == "connected, but 1 events are left out: too many, or too large"


def test_to_a_multicast_group(reference: VerticalReference) -> None:
    group = "239.2.3.1"
    circle, _ = zones(reference)
    board = Board(circle)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("", 0))
        one.settimeout(0.5)
        try:
            member = socket.inet_aton(group) + socket.inet_aton("0.0.0.0")
            one.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.sendto(b"probe", (group, one.getsockname()[1]))
            one.recv(100)
        except OSError as error:
            pytest.skip(f"this network carries no multicast: {error}")

        async def send() -> list[bytes]:
            async with board.publishing(Server("udp", group, one.getsockname()[1])):
                await board.until(lambda state: state.sent == 1)
                return await asyncio.to_thread(receive, one)

        found = asyncio.run(send())
    assert [etree.fromstring(data).get("uid") for data in found] == [circle.uid]


def test_what_is_to_be_seen_may_fail_for_a_while() -> None:
    board = Board()
    tried = 0

    def events() -> Iterable[Event]:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise Unreachable("node.closed", "the node is closing")
        return []

    async def run() -> None:
        async with listening() as to:
            task = asyncio.create_task(tak.publish(to, events, board.changed, QUICK, board.states.append))
            await board.until(lambda state: state.connected)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())
    assert [(state.connected, state.words) for state in board.states] == [
        (False, "the node is closing"),
        (True, ""),
    ]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("cot+tcp://tak.example:8087", Server("tcp", "tak.example", 8087)),
        ("cot+tls://[2001:db8::1]:8089", Server("tls", "2001:db8::1", 8089)),
        ("cot+udp://239.2.3.1:6969/", Server("udp", "239.2.3.1", 6969)),
    ],
)
def test_addresses(url: str, found: Server) -> None:
    assert tak.server(url) == found


@pytest.mark.parametrize(
    "url",
    ["tcp://a:1", "cot+tcp://a", "cot+tcp://a:0", "cot+tcp://a:65536", "cot+tcp://a b:1", "cot+tcp://u@a:1"],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(Invalid) as invalid:
        tak.server(url)
    assert invalid.value.code == "tak.address"


def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    tak_server.certificates(tmp_path)
    (tmp_path / "none.pem").write_text("no certificate")
    key = load_pem_private_key((tmp_path / "client.key").read_bytes(), None)
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"atakatak"))
    (tmp_path / "sealed.key").write_bytes(sealed)
    ca, cert = tmp_path / "ca.pem", tmp_path / "client.pem"
    for files in (
        (tmp_path / "absent.pem", "", ""),
        (tmp_path / "none.pem", "", ""),
        (ca, cert, tmp_path / "absent.key"),
        (ca, cert, tmp_path / "server.key"),
        # nobody is asked for a password
        (ca, cert, tmp_path / "sealed.key"),
        (ca, "", tmp_path / "client.key"),
    ):
        with pytest.raises(Invalid) as invalid:
            tak.context(*files)
        assert invalid.value.code == "tak.certificate"
    assert tak.context(ca).check_hostname
