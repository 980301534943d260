"""Sources that are followed: real sockets, what fails and comes back, and who is slow to take."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.links import tak_server
from wideberth.errors import Invalid, Refused
from wideberth.formats.decoded import Decoded, Decoder
from wideberth.links import source, source_url, tak
from wideberth.links.source import Followed, Health, Pace, follow
from wideberth.links.waiting import Waiting
from wideberth.model.track import Report
from wideberth.node import config_watch

NOW = 1_700_000_000_000
PLACE = b"MSG,3,1,1,4B1815,1,2026/11/28,07:00:00.000,2026/11/28,07:00:00.000,,35000,,,47.5,8.25,,,0,,0,0\r\n"
QUICK = Pace(connect=2, first=0.02, most=0.1, poll=0.02, tell=0.0, ping=0.05)
WITHIN = 10
"""Seconds that anything here may take on a busy machine."""


class Watcher:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.healths: list[Health] = []

    def take(self, reports: list[Report]) -> None:
        self.reports += reports

    def states(self) -> list[str]:
        """Without repeats."""
        states = [health.state for health in self.healths]
        return [state for k, state in enumerate(states) if not k or states[k - 1] != state]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not true():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def followed(url: str, pace: Pace = QUICK, **more: Any) -> AsyncIterator[Watcher]:
    place, watcher = source_url.read(url), Watcher()
    made = Followed("north", place, more.pop("tls", None))
    opened = more.pop("opened", None) or source_url.decoder(place.scheme)
    take = more.pop("take", watcher.take)
    task = asyncio.create_task(
        follow(made, opened, take, lambda: NOW, watcher.healths.append, pace=pace, **more)
    )
    try:
        await until(lambda: bool(watcher.healths) or task.done())
        yield watcher
        assert not task.done()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(talk: Talk, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[int]:
    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.transport.abort()

    server = await asyncio.start_server(one, "127.0.0.1", port, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]
        server.close()


def says(*data: bytes, then: float = 0.0) -> Talk:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for each in data:
            writer.write(each)
            await writer.drain()
        await asyncio.sleep(then)

    return talk


def run(main: Awaitable[None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(3 * WITHIN):
            await main

    asyncio.run(bounded())


def test_what_a_server_says_is_taken() -> None:
    async def main() -> None:
        async with serving(says(PLACE[:20], PLACE[20:] + b"junk\n" + PLACE, then=WITHIN)) as port:
            async with followed(f"sbs://127.0.0.1:{port}") as watcher:
                await until(lambda: len(watcher.reports) == 2)
                await until(lambda: watcher.healths[-1].reports == 2)
            assert watcher.states() == ["connecting", "live"]
            assert watcher.healths[-1] == Health("north", "live", NOW, NOW, 2, 1)
            assert (watcher.reports[0].source, watcher.reports[0].at_ms) == ("north", NOW)

    run(main())


def test_a_connection_that_ends_is_made_again() -> None:
    async def main() -> None:
        async with serving(says(PLACE)) as port, followed(f"sbs://127.0.0.1:{port}") as watcher:
            await until(lambda: len(watcher.reports) >= 3)
        assert watcher.states()[:5] == ["connecting", "live", "down", "connecting", "live"]
        down = next(health for health in watcher.healths if health.state == "down")
        assert (down.words, down.again_ms) == ("it ended the connection", NOW + 20)

    run(main())


def test_who_is_not_there_is_asked_again_after_waits_that_grow() -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        async with followed(f"beast://127.0.0.1:{port}") as watcher:
            await until(lambda: len(watcher.healths) >= 12)
            waits = [each.again_ms - NOW for each in watcher.healths if each.again_ms is not None]
            assert waits[:5] == [20, 40, 80, 100, 100]
            # and there it is
            async with serving(says(b"\x1a2" + bytes(14), then=WITHIN), port=port):
                await until(lambda: watcher.healths[-1].state == "live")

    run(main())


def test_jitter_spreads_those_who_ask_again() -> None:
    async def main() -> None:
        for chance, wait in ((0.0, 10), (1.0, 30)):
            async with followed("sbs://127.0.0.1:1", jitter=lambda each=chance: each) as watcher:
                waits = (each.again_ms for each in watcher.healths if each.again_ms is not None)
                await until(lambda: any(each.state == "down" for each in watcher.healths))
                assert next(waits) == NOW + wait

    run(main())


def test_silence_is_the_end_of_a_connection() -> None:
    async def main() -> None:
        async with (
            serving(says(PLACE, then=WITHIN)) as port,
            followed(f"sbs://127.0.0.1:{port}", QUICK._replace(silent=0.05)) as watcher,
        ):
            await until(lambda: len(watcher.reports) >= 2)
        assert "silent for 0.05 s" in {health.words for health in watcher.healths}

    run(main())


def test_whoever_sends_without_an_end_does_not_hold_the_others_up() -> None:
    async def floods(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(PLACE * 500)
            await writer.drain()

    async def main() -> None:
        kept: list[int] = []

        async def slow(reports: list[Report]) -> None:
            kept.append(len(reports))
            await asyncio.sleep(0.02)

        async with (
            serving(floods) as port,
            followed(f"sbs://127.0.0.1:{port}", take=slow, most=50) as watcher,
        ):
            beats = 0
            while not watcher.healths or watcher.healths[-1].replaced < 20_000:
                await asyncio.sleep(0.01)
                beats += 1
            assert beats > 3
        assert max(kept) <= 50
        last = watcher.healths[-1]
        assert last.reports > last.replaced > 0

    run(main())


def test_a_decoder_that_breaks_loses_its_connection_only() -> None:
    def breaks(name: str) -> Decoder:
        def take(data: bytes, now_ms: int) -> Decoded:
            raise ValueError(name, data, now_ms)

        return take

    async def main() -> None:
        async with (
            serving(says(PLACE)) as port,
            followed(f"sbs://127.0.0.1:{port}", opened=breaks) as watcher,
        ):
            await until(lambda: len(watcher.healths) > 4)
        assert any("cannot be read" in health.words for health in watcher.healths)

    run(main())


def test_what_the_taker_raises_is_raised_as_it_was() -> None:
    def refuses(_: list[Report]) -> None:
        raise Refused("watch.none", "nobody takes any")

    async def main() -> None:
        async with serving(says(PLACE, then=WITHIN)) as port:
            place = source_url.read(f"sbs://127.0.0.1:{port}")
            opened = source_url.decoder("sbs")
            with pytest.raises(Refused):
                await follow(Followed("north", place), opened, refuses, lambda: NOW, lambda _: None)

    run(main())


def test_a_package_that_is_missing_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rs1090", None)

    async def main() -> None:
        place = source_url.read("beast://127.0.0.1")
        with pytest.raises(Refused) as caught:
            await follow(
                Followed("n", place), source_url.decoder("beast"), lambda _: None, lambda: NOW, lambda _: None
            )
        assert caught.value.code == "watch.package"
        assert "pip install 'wideberth[watch]'" in caught.value.message

    run(main())


def test_datagrams_of_ships() -> None:
    async def main() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        said = b"!AIVDM,1,1,,B,15NG6V0P01G?cFhE`R2IU?wn28R>,0*05"
        async with followed(f"ais+udp://127.0.0.1:{port}", QUICK._replace(silent=0.3)) as watcher:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for _ in range(500):
                    sender.sendto(said, ("127.0.0.1", port))
                    sender.sendto(b"\xff" * 60_000, ("127.0.0.1", port))
                    await asyncio.sleep(0.01)
                    if watcher.reports:
                        break
            assert watcher.reports[0].id == "mmsi:367380120"
            await until(lambda: watcher.healths[-1].state == "silent")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(said, ("127.0.0.1", port))
            await until(lambda: watcher.healths[-1].state == "live")

    run(main())


def test_a_group_of_the_network() -> None:
    async def main() -> None:
        place = source_url.read("cot+udp://239.2.3.1:0".replace(":0", ":45671"))
        try:
            made = source._listener(place)
        except OSError as error:
            pytest.skip(f"no multicast here: {error}")
        made.close()
        async with followed("cot+udp://239.2.3.1:45671") as watcher:
            await until(lambda: watcher.states() == ["connecting"])

    run(main())


AIRCRAFT = {"hex": "4b1815", "lat": 47.5, "lon": 8.25, "seen_pos": 0.5}


def answers(*bodies: tuple[str, bytes]) -> Talk:
    """An HTTP server of one answer a connection, the last one again and again."""
    left = list(bodies)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        assert asked.startswith(b"GET /data/aircraft.json HTTP/1.1\r\n")
        assert b"accept-encoding: identity\r\n" in asked
        status, body = left.pop(0) if len(left) > 1 else left[0]
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
        )
        await writer.drain()
        await asyncio.sleep(0.01)

    return talk


def test_documents_over_http() -> None:
    def at(seconds: float, lon: float) -> bytes:
        return json.dumps({"now": NOW / 1_000 + seconds, "aircraft": [{**AIRCRAFT, "lon": lon}]}).encode()

    async def main() -> None:
        several = answers(
            ("200 OK", at(0, 8.25)), ("503 Later", b""), ("200 OK", b"{"), ("200 OK", at(9, 8.26))
        )
        async with serving(several) as port, followed(f"readsb+http://127.0.0.1:{port}") as watcher:
            await until(lambda: len(watcher.reports) == 2)
        assert [report.at_ms - NOW for report in watcher.reports] == [-500, 8_500]
        assert "it answers 503" in {health.words for health in watcher.healths}
        assert watcher.healths[-1].faults == 1

    run(main())


def test_documents_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST", 1_000)

    async def main() -> None:
        async with (
            serving(answers(("200 OK", b" " * 2_000))) as port,
            followed(f"readsb+http://127.0.0.1:{port}") as watcher,
        ):
            await until(lambda: any("more than 1,000 bytes" in each.words for each in watcher.healths))

    run(main())


EVENT = (
    b'<event version="2.0" uid="U1" type="a-n-G" how="m-g" time="2023-11-14T22:13:20Z" '
    b'start="2023-11-14T22:13:20Z" stale="2023-11-14T22:14:20Z">'
    b'<point lat="47.5" lon="8.25" hae="400" ce="10" le="10"/><detail/></event>'
)


@pytest.mark.parametrize("secure", [False, True])
def test_a_tak_server_is_asked_for_signs_of_life(tmp_path: Path, secure: bool) -> None:
    tak_server.certificates(tmp_path)
    ours = tak.context(tmp_path / "ca.pem")
    asked = bytearray()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            asked.extend(await reader.readuntil(b"</event>"))
            writer.write(EVENT)

    async def main() -> None:
        scheme, tls = ("cot+tls", ours) if secure else ("cot+tcp", None)
        async with (
            serving(talk, served_as(tmp_path, "server") if secure else None) as port,
            followed(f"{scheme}://localhost:{port}", tls=tls) as watcher,
        ):
            await until(lambda: len(watcher.reports) >= 2)
        assert watcher.reports[0].id == "cot:U1"
        assert asked.count(b't-x-c-t"') >= 2

    run(main())


def served_as(folder: Path, name: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return made


def test_who_cannot_prove_who_it_is_is_not_believed(tmp_path: Path) -> None:
    tak_server.certificates(tmp_path)

    async def main() -> None:
        async with (
            serving(says(EVENT), served_as(tmp_path, "elsewhere")) as port,
            followed(f"cot+tls://localhost:{port}", tls=tak.context(tmp_path / "ca.pem")) as watcher,
        ):
            await until(lambda: any("certificate" in each.words.lower() for each in watcher.healths))
        assert watcher.reports == []

    run(main())


def test_what_another_client_of_taky_sends(tmp_path: Path) -> None:
    port = tak_server.free_port()

    async def main() -> None:
        async with followed(f"cot+tcp://127.0.0.1:{port}") as watcher:
            await until(lambda: watcher.states()[-1:] == ["live"])
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            # taky hands on only what is still of use
            stamp = datetime.now(UTC)
            event = EVENT.replace(
                b"2023-11-14T22:14:20Z", f"{stamp + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}".encode()
            )
            writer.write(event.replace(b"2023-11-14T22:13:20Z", f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode()))
            await until(lambda: bool(watcher.reports))
            writer.transport.abort()
        assert watcher.reports[0].id == "cot:U1"
        assert watcher.reports[0].point == (82_500_000, 475_000_000)

    with tak_server.running(tmp_path, port):
        run(main())


def test_every_scheme_of_the_settings_has_a_decoder() -> None:
    assert sorted(source_url.SCHEMES) == sorted(config_watch.SCHEMES)
    for scheme in source_url.SCHEMES:
        assert source_url.decoder(scheme)("north")(b"", NOW) == Decoded([], scheme.startswith("readsb"))


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("sbs://localhost", ("sbs", "localhost", 30_003, "")),
        ("beast://[::1]:30105/", ("beast", "::1", 30_105, "")),
        ("ais+udp://*:10110", ("ais+udp", "*", 10_110, "")),
        ("readsb+http://pi", ("readsb+http", "pi", 80, "/data/aircraft.json")),
        (
            "readsb+https://pi:8443/tar1090/data/aircraft.json",
            ("readsb+https", "pi", 8_443, "/tar1090/data/aircraft.json"),
        ),
        ("cot+tls://tak.example", ("cot+tls", "tak.example", 8_089, "")),
    ],
)
def test_urls(url: str, place: tuple[str, str, int, str]) -> None:
    assert source_url.read(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sbs",
        "sbs://",
        "http://x:1",
        "sbs://x:0",
        "sbs://x:65536",
        "sbs://x/path",
        "ais+tcp://x",
        "sbs://a b",
        "sbs://x:1\n",
    ],
)
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        source_url.read(url)
    assert caught.value.code == "watch.url"


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=60), st.integers(1, 12))
def test_the_newest_of_each_is_never_crowded_out(steps: list[tuple[int, bool]], most: int) -> None:
    waiting = Waiting(most)
    put = gone = 0
    newest: dict[str, int] = {}
    for name, taken in steps:
        report = Report("north", f"icao:{name}", put, (0, 0))
        waiting.put([report])
        put += 1
        newest[report.id] = report.at_ms
        assert len(waiting) <= most
        if taken:
            found = waiting.take()
            gone += len(found)
            assert [each.at_ms for each in found] == sorted(each.at_ms for each in found)
            if len(newest) <= most:
                assert {each.id: each.at_ms for each in found} == newest
            newest.clear()
    assert put == gone + len(waiting) + waiting.replaced


def test_which_report_gives_way() -> None:
    def put(most: int, names: str) -> list[tuple[str, int]]:
        waiting = Waiting(most)
        waiting.put(Report("north", name, at, (0, 0)) for at, name in enumerate(names))
        return [(report.id, report.at_ms) for report in waiting.take()]

    # the oldest of the same; of another that has several; of who waits longest
    assert put(3, "abaa") == [("b", 1), ("a", 2), ("a", 3)]
    assert put(3, "abbc") == [("a", 0), ("b", 2), ("c", 3)]
    assert put(3, "abcd") == [("b", 1), ("c", 2), ("d", 3)]
