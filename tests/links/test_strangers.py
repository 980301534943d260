"""Who may speak with the listener at all: TLS with the one certificate of the line that is asked for."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.links.box import LINE, NORTH, OTHER, SOUTH, Box, asked, ends, message, posted, run, serving, until
from tests.links.raw import open_eyed, own, wire
from wideberth.errors import Invalid, Refused
from wideberth.links import identity, peer_server, request, tls
from wideberth.links.limits import Limits
from wideberth.links.peer_app import Event, Receive, Send

STRANGER = identity.ends(bytes(32), LINE, NORTH, SOUTH)
GOOD = posted(ends())


async def refused(port: int, context: ssl.SSLContext, name: str | None) -> None:
    """Whoever comes like this is not answered, whatever he says."""
    try:
        async with wire(port, context, name) as one:
            # in TLS 1.3 the client is done before the server has looked at its certificate
            with contextlib.suppress(OSError):
                await one.say(GOOD)
            assert await one.rest() == b""
    except OSError:
        pass


def test_no_certificate_but_the_peers_of_this_line() -> None:
    async def main() -> None:
        south = Box(SOUTH, (LINE, OTHER))
        name = ends().name
        shown = {
            "a stranger's": tls.client(STRANGER),
            "of another line": tls.client(ends(line=OTHER)),
            "our own": tls.client(ends(SOUTH)),
            "none": open_eyed(),
        }
        async with serving(south, lines=(LINE, OTHER)) as server:
            for context in shown.values():
                # whatever the server shows
                context.verify_mode = ssl.CERT_NONE
                await refused(server.port, context, name)
            async with own(server.port, ends()) as one:
                await one.say(GOOD)
                assert await one.answer() == (200, b"")
            assert len(south.came) == 0 and {each.entrance for each in server.connections} != {None}

    run(main())


def test_without_a_name_that_is_carried_there_is_no_handshake() -> None:
    async def main() -> None:
        async with serving(Box(SOUTH)) as server:
            for name in (None, "localhost", STRANGER.name, ends(line=OTHER).name):
                context = open_eyed()
                with pytest.raises(OSError):
                    async with wire(server.port, context, name or "127.0.0.1"):
                        pass

    run(main())


def test_older_tls_is_refused() -> None:
    async def main() -> None:
        async with serving(Box(SOUTH)) as server:
            context = tls.client(ends())
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
            with pytest.raises(OSError):
                async with wire(server.port, context, ends().name):
                    pass

    run(main())


@pytest.mark.parametrize(
    "data",
    [b"", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\n\r\n", bytes(5000), b"\x16\x03\x01\xff\xff" * 99],
)
def test_what_is_no_tls_is_cut_off(data: bytes) -> None:
    async def main() -> None:
        async with serving(Box(SOUTH), limits=Limits(handshake_s=0.2)) as server, wire(server.port) as one:
            await one.say(data)
            assert b"HTTP" not in await one.rest()
            assert server.connections == []

    run(main())


def test_a_handshake_that_ends_at_any_byte_costs_nothing() -> None:
    async def main() -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        begun = tls.client(ends()).wrap_bio(incoming, outgoing, server_hostname=ends().name)
        with pytest.raises(ssl.SSLWantReadError):
            begun.do_handshake()
        hello = outgoing.read()
        async with serving(Box(SOUTH)) as server:
            for at in range(0, len(hello), 5):
                async with asyncio.timeout(40):
                    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
                    writer.write(hello[:at])
                    writer.close()
            await until(lambda: server.handshakes == 0)
            async with own(server.port, ends()) as one:
                await one.say(GOOD)
                assert await one.answer() == (200, b"")

    run(main())


def test_a_crowd_of_handshakes_does_not_keep_the_peer_out() -> None:
    async def main() -> None:
        async with contextlib.AsyncExitStack() as stack:
            server = await stack.enter_async_context(serving(Box(SOUTH), limits=Limits(handshakes=8)))
            crowd = [await stack.enter_async_context(wire(server.port)) for _ in range(30)]
            async with own(server.port, ends()) as one:
                await one.say(GOOD)
                assert await one.answer() == (200, b"")
            assert server.handshakes <= 8
            # the oldest went
            assert await crowd[0].rest() == b""

    run(main())


def test_a_line_has_four_connections_and_a_fifth_ends_the_idlest() -> None:
    async def main() -> None:
        async with contextlib.AsyncExitStack() as stack:
            server = await stack.enter_async_context(serving(Box(SOUTH)))
            ones = []
            for n in range(5):
                ones.append(await stack.enter_async_context(own(server.port, ends())))
                await ones[-1].say(posted(ends(), counter=n + 1))
                assert await ones[-1].answer() == (200, b"")
            assert await ones[0].rest() == b"" and len(server.connections) == 4
            await ones[1].say(posted(ends(), counter=9))
            assert await ones[1].answer() == (200, b"")

    run(main())


def test_lines_come_and_go_while_it_runs() -> None:
    async def main() -> None:
        south = Box(SOUTH, (LINE, OTHER))
        async with serving(south) as server:
            await refused(server.port, tls.client(ends(line=OTHER)), ends(line=OTHER).name)
            await server.add(OTHER)
            async with own(server.port, ends(line=OTHER)) as one, own(server.port, ends()) as stays:
                await one.say(posted(ends(line=OTHER)))
                assert await one.answer() == (200, b"")
                server.remove(OTHER)
                assert await one.rest() == b""
                await stays.say(GOOD)
                assert await stays.answer() == (200, b"")
            await refused(server.port, tls.client(ends(line=OTHER)), ends(line=OTHER).name)
            server.remove("never there")
            with pytest.raises(Invalid, match="line of this node"):
                await server.add(NORTH)

    run(main())


def test_no_session_is_taken_up_again() -> None:
    async def main() -> None:
        async with serving(Box(SOUTH)) as server, own(server.port, ends()) as one:
            await one.say(GOOD)
            assert await one.answer() == (200, b"")
            session = one.writer.get_extra_info("ssl_object").session
            assert session is None or not session.has_ticket
            assert one.writer.get_extra_info("ssl_object").version() == "TLSv1.3"

    run(main())


async def open_to_all(scope: Event, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


def test_another_name_has_an_application_of_its_own_and_opens_no_line() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        async with serving(south, limits=Limits(others=2)) as server:
            server.open("pair.invalid", open_to_all)
            async with contextlib.AsyncExitStack() as stack:
                ones = []
                for _ in range(2):
                    ones.append(
                        await stack.enter_async_context(wire(server.port, open_eyed(), "pair.invalid"))
                    )
                    await ones[-1].say(GOOD)
                    assert await ones[-1].answer() == (200, b"hello")
                # full: who is there stays
                await refused(server.port, open_eyed(), "pair.invalid")
                server.close("pair.invalid")
                assert await ones[0].rest() == b""
            await refused(server.port, open_eyed(), "pair.invalid")
            assert south.came == []

    run(main())


def test_plain_is_for_this_machine_only_and_has_no_names() -> None:
    async def main() -> None:
        with pytest.raises(Refused) as caught:
            async with peer_server.serve("0.0.0.0", 0, Box(SOUTH), plain=True):
                pass
        assert caught.value.code == "transport.plain"
        async with serving(Box(SOUTH), plain=True) as server:
            with pytest.raises(Refused) as caught:
                server.open("pair.invalid", open_to_all)
            assert caught.value.code == "transport.plain"

    run(main())


def test_a_port_that_is_taken_is_told() -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            with pytest.raises(Refused) as caught:
                async with peer_server.serve("127.0.0.1", taken.getsockname()[1], Box(SOUTH)):
                    pass
            assert caught.value.code == "transport.listen"

    run(main())


def test_a_client_that_is_not_ours_is_served() -> None:
    async def main() -> None:
        south = Box(SOUTH)
        south.say("main", message(1))
        async with serving(south) as server:
            mounted = httpx.AsyncClient(verify=tls.client(ends()), trust_env=False)
            async with mounted as client:
                found = await client.post(
                    f"https://127.0.0.1:{server.port}/v1/main",
                    headers=request.headers(ends(), asked("main"), b""),
                    extensions={"sni_hostname": ends().name},
                )
            assert found.status_code == 200 and found.content[4:] == message(1)
            assert "server" not in found.headers and "date" not in found.headers

    run(main())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_speaks_with_it(tmp_path: Path) -> None:
    made = ends()
    for name, der in (("own.pem", made.certificate), ("peer.pem", made.peer_certificate)):
        (tmp_path / name).write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    key = Ed25519PrivateKey.from_private_bytes(made.tls)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)

    def called(port: int, *more: str) -> str:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-quiet"]
        trust = ["-CAfile", "peer.pem", "-verify_return_error", "-x509_strict", "-servername", made.name]
        # it stays until the server closes
        bytes_ = posted(made, headers={"connection": "close"})
        done = subprocess.run(
            [*command, *trust, *more],
            cwd=tmp_path,
            input=bytes_,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return (done.stdout + done.stderr).decode(errors="replace")

    async def main() -> None:
        shown = ("-cert", "own.pem", "-key", "key.pem")
        async with serving(Box(SOUTH)) as server:
            assert "HTTP/1.1 200" in await asyncio.to_thread(called, server.port, *shown)
            assert "HTTP" not in await asyncio.to_thread(called, server.port)
            assert "HTTP" not in await asyncio.to_thread(called, server.port, *shown, "-tls1_2")

    run(main())


def test_it_ends_in_the_midst_of_a_handshake() -> None:
    async def main() -> None:
        async with contextlib.AsyncExitStack() as stack:
            async with serving(Box(SOUTH)) as server:
                one = await stack.enter_async_context(wire(server.port))
                await until(lambda: server.handshakes == 1)
            assert await one.rest() == b""

    run(main())
