"""Publishing to, and reading from, a real TAK server (taky), with clients that are not ours beside us."""

from __future__ import annotations

import asyncio
import ssl
import time
from pathlib import Path

from lxml import etree

from tests.formats.test_cot import ROUND, WAY, drawn, outside
from tests.links import tak_server
from tests.links.tak_clients import (
    LONG,
    Board,
    Client,
    by_uid,
    now_ms,
    until,
    zones,
)
from wideberth.formats import cot_event, cot_report
from wideberth.links import tak
from wideberth.model.track import Report
from wideberth.space.altitude import Altitude
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE


def test_a_zone_is_seen_by_another_client_as_it_is_and_goes_when_it_is_withdrawn(
    reference: VerticalReference, tmp_path: Path
) -> None:
    port = tak_server.free_port()
    spot = cot_event.alert(
        "A1 / B2", "closing", cot_event.uid("alert"), (240_000_000, 480_000_000), doubt=250
    )
    circle, way = zones(reference)
    board = Board(circle, way, spot)

    async def seen() -> None:
        async with board.publishing(tak.server(f"cot+tcp://127.0.0.1:{port}")):
            await board.until(lambda state: state.connected and state.sent == 3)
            async with Client(f"tcp://127.0.0.1:{port}") as late:
                # who comes later gets what is there from the server
                got: dict[str | None, etree._Element] = {}
                while len(got) < 3:
                    root = await late.next(lambda _: True)
                    got[root.get("uid")] = root
                assert spot.uid in got
                for event, ground in ((circle, ROUND), (way, WAY)):
                    root = got[event.uid]
                    assert (root.get("type"), root.get("stale")) == (
                        event.type,
                        etree.fromstring(cot_event.to_xml(event, now_ms())).get("stale"),
                    )
                    # servers write events again: what is drawn still holds the zone
                    for edges in ("lonlat", "geodesic"):
                        assert outside(drawn(root, edges), ground) == 0
                    assert root.findtext("detail/remarks") == etree.fromstring(event.detail).findtext(
                        "remarks"
                    )
                    contact = root.find("detail/contact")
                    assert contact is not None
                    assert contact.get("callsign") in ("W1 (B)", "Way (B)")
                board.show(way, spot)
                deleted = await late.next(lambda root: root.get("type") == "t-x-d-d")
                link = deleted.find("detail/link")
                assert link is not None
                assert link.get("uid") == circle.uid
            # the server answers signs of life; who comes now is told of the zone for seconds at most
            async with Client(f"tcp://127.0.0.1:{port}") as later:
                await later.next(by_uid(way.uid))
                left = [etree.fromstring(later.events.get_nowait()) for _ in range(later.events.qsize())]
                for root in left:
                    if root.get("uid") == circle.uid:
                        ours = cot_report.opened("x")(etree.tostring(root), 0)
                        assert ours.reports == []
                        assert stale_s(root) <= cot_event.GONE / 1_000

    with tak_server.running(tmp_path, port):
        asyncio.run(seen())
    assert all(state.connected for state in board.states[:-1])


def stale_s(root: etree._Element) -> float:
    from wideberth.formats.times import parse_time

    return (parse_time(root.get("stale", "")) - now_ms()) / 1_000


POSITION = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<event version="2.0" uid="ANDROID-7" type="a-f-G-U-C" how="m-g"'
    b' time="%(now)s" start="%(now)s" stale="2099-01-01T00:00:00Z"><point lat="48.00000049" lon="24.0"'
    b' hae="300.04" ce="5.0" le="5.0"/><detail><takv os="34" version="5.1" device="X" platform="ATAK-CIV"/>'
    b'<contact endpoint="*:-1:stcp" callsign="HOPE"/><uid Droid="HOPE"/><__group role="Team Member"'
    b' name="Cyan"/><status battery="50"/><track course="90.0" speed="1.5"/></detail></event>'
)


def position() -> bytes:
    return POSITION % {b"now": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()).encode()}


def test_a_client_s_position_comes_through_the_server_to_our_reader(tmp_path: Path) -> None:
    port = tak_server.free_port()
    reports: list[Report] = []
    faults = 0

    async def read() -> None:
        nonlocal faults
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        decoder = cot_report.opened("tak")
        async with Client(f"tcp://127.0.0.1:{port}") as client, asyncio.timeout(LONG):
            await client.send(position())
            while not reports:
                found = decoder(await reader.read(100), now_ms())
                reports.extend(found.reports)
                faults += found.faults
        writer.close()

    with tak_server.running(tmp_path, port):
        asyncio.run(read())
    (report,) = reports
    assert (report.id, report.callsign, report.kind) == ("cot:ANDROID-7", "HOPE", "vehicle")
    assert report.velocity is not None
    assert (report.velocity.speed, report.altitude, faults) == (1_500, Altitude("HAE", 3_000_000), 0)
    # the server has rounded it, by less than the doubt
    assert report.point == (240_000_000, 480_000_000)
    assert report.doubt > METRE


def test_by_tls_with_certificates_of_one_authority(reference: VerticalReference, tmp_path: Path) -> None:
    port = tak_server.free_port()
    tak_server.certificates(tmp_path)
    circle, _ = zones(reference)
    board, stranger = Board(circle), Board(circle)
    to = tak.server(f"cot+tls://localhost:{port}")
    trusted = tak.context(tmp_path / "ca.pem", tmp_path / "client.pem", tmp_path / "client.key")

    async def seen() -> None:
        files = {
            "PYTAK_TLS_CLIENT_CERT": str(tmp_path / "client.pem"),
            "PYTAK_TLS_CLIENT_KEY": str(tmp_path / "client.key"),
            "PYTAK_TLS_CLIENT_CAFILE": str(tmp_path / "ca.pem"),
        }
        async with board.publishing(to, trusted), Client(f"tls://localhost:{port}", **files) as client:
            await client.next(by_uid(circle.uid))
        # whoever is not trusted is not talked to, and says why
        async with stranger.publishing(to, tak.context()):
            await stranger.until(lambda state: "certificate verify failed" in state.words)

    with tak_server.running(tmp_path, port, tls=True):
        asyncio.run(seen())
    assert not any(state.connected for state in stranger.states)


def test_a_certificate_of_the_same_authority_for_another_host_is_not_trusted(tmp_path: Path) -> None:
    tak_server.certificates(tmp_path)
    board = Board(cot_event.alert("A1", "w", "u", (0, 0)))
    got = bytearray()

    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        got.extend(await reader.read())

    async def tried(file: str) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / f"{file}.pem", tmp_path / f"{file}.key")
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        async with (
            server,
            board.publishing(tak.server(f"cot+tls://localhost:{port}"), tak.context(tmp_path / "ca.pem")),
        ):
            await board.until(lambda state: "certificate" in state.words)

    # a client's certificate, and one of another server
    for file in ("client", "elsewhere"):
        board.states.clear()
        asyncio.run(tried(file))
        assert not any(state.connected for state in board.states)
    assert not got


def test_it_comes_back_and_takes_back_what_was_withdrawn_meanwhile(tmp_path: Path) -> None:
    port = tak_server.free_port()
    a, b = (cot_event.alert(name, "w", cot_event.uid(name), (0, 0)) for name in "ab")
    board = Board(a, b)

    async def seen() -> None:
        to = tak.server(f"cot+tcp://127.0.0.1:{port}")
        async with board.publishing(to):
            await board.until(lambda state: not state.connected)
            with tak_server.running(tmp_path, port):
                await board.until(lambda state: state.connected)
            await until(lambda: not board.states[-1].connected)
            board.show(a)
            with tak_server.running(tmp_path, port):
                async with Client(f"tcp://127.0.0.1:{port}") as client:
                    await client.next(lambda root: root.get("type") == "t-x-d-d")
                    # and the rest is there again
                    await client.next(by_uid(a.uid))

    asyncio.run(seen())
    assert [state.connected for state in board.states][:2] == [False, True]
