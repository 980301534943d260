"""Alarms on their way out: to a real HTTP and SMTP server, to what fails; and who rings never waits."""

from __future__ import annotations

import builtins
import contextlib
import http.server
import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from wideberth.links import ringing
from wideberth.links.ringing import (
    EXTRA,
    WAITING,
    Channel,
    Notify,
    Ring,
    Ringer,
    Sent,
    Webhook,
    Whom,
    body,
    signature,
)

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")
"""Of apprise, which looks for it."""
KEY = "a key that the receiver has as well"
RING = Ring(
    7, "2027-01-15T08:00:00.000Z", "call", "k-abcdefghijkl", "l" * 52, "officer", "the other party calls"
)
WITHIN = 20.0


def whom(
    webhook: str = "", notify: tuple[str, ...] = (), *, words: bool = False, exercise: bool = False
) -> Whom:
    return Whom(webhook, KEY, notify, words, "start", exercise)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.01)


class Taken:
    """What a server was sent: headers and body of each request; `answers` are given in turn, then 200."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.port = 0


@contextmanager
def web() -> Iterator[Taken]:
    taken = Taken()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["content-length"]))
            taken.requests.append(({name.lower(): value for name, value in self.headers.items()}, data))
            self.send_response(taken.answers.pop(0) if taken.answers else 200)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        taken.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield taken
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def mail() -> Iterator[Taken]:
    """As little of SMTP as a client needs."""
    taken = Taken()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(b"220 here")
            while line := self.rfile.readline().strip():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.say(b"354 go on")
                    data = b""
                    while (more := self.rfile.readline()) != b".\r\n":
                        data += more
                    taken.requests.append(({}, data))
                self.say(b"221 bye" if verb == b"QUIT" else b"250 good")

        def say(self, line: bytes) -> None:
            with contextlib.suppress(OSError):
                self.wfile.write(line + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        taken.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield taken
        finally:
            server.shutdown()
            thread.join()


def test_a_webhook_gets_signed_json_with_a_code_and_ids_alone() -> None:
    with web() as taken:
        to = whom(f"http://127.0.0.1:{taken.port}/rings")
        assert Webhook(to).send(RING) is None
        [(headers, data)] = taken.requests
        assert headers["wideberth-signature"] == signature(data, KEY)
        assert headers["wideberth-delivery"] == "start-7"
        assert json.loads(data) == {
            "schema": "wideberth.ring/1",
            "at": RING.at,
            "exercise": False,
            "id": RING.id,
            "kind": "call",
            "line": RING.line,
            "n": 7,
            "start": "start",
            "step": "officer",
            "words": None,
        }
    assert json.loads(body(RING, whom(words=True)))["words"] == "the other party calls"
    # printf '{}' | openssl dgst -sha256 -hmac key
    known = "a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032"
    assert signature(b"{}", "key") == f"sha256={known}"


def test_a_redirect_is_not_followed_and_an_error_is_said_without_the_address() -> None:
    with web() as taken:
        taken.answers = [302, 500]
        to = whom(f"http://127.0.0.1:{taken.port}/secret-path")
        assert Webhook(to).send(RING) == "the webhook answers 302"
        assert Webhook(to).send(RING) == "the webhook answers 500"
        assert len(taken.requests) == 2
    why = Webhook(to).send(RING)
    assert why is not None and "cannot be reached" in why and "secret" not in why


def test_what_fails_is_tried_again_a_few_times_and_that_it_works_again_is_said() -> None:
    with web() as taken:
        told: list[Sent] = []
        taken.answers = [503, 503, 503, 503]
        ringer = Ringer(whom(f"http://127.0.0.1:{taken.port}/"), told.append, (0.01, 0.01))
        ringer.ring(RING)
        until(lambda: len(told) == 1)
        assert told == [Sent("webhook", "the webhook answers 503")] and len(taken.requests) == 3
        ringer.ring(RING._replace(n=8))
        until(lambda: len(told) == 2)
        assert told[1] == Sent("webhook", None) and len(taken.requests) == 5
        ringer.close()


def test_who_rings_never_waits_and_what_waits_is_bounded() -> None:
    told, sent = list[Sent](), list[int]()
    go = threading.Event()

    def send(ring: Ring) -> str | None:
        go.wait(WITHIN)
        sent.append(ring.n)
        return None

    channel = Channel("slow", send, told.append, ())
    began = time.monotonic()
    for n in range(3 * WAITING):
        channel.ring(RING._replace(n=n))
    assert time.monotonic() - began < 5
    go.set()
    until(lambda: bool(sent) and sent[-1] == 3 * WAITING - 1)
    assert len(sent) <= WAITING + 1 and any("left out" in (each.words or "") for each in told)
    channel.close()


def test_closing_takes_no_longer_than_it_may() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        ringer = Ringer(whom(f"http://127.0.0.1:{deaf.getsockname()[1]}/"), lambda _: None)
        ringer.ring(RING)
        began = time.monotonic()
        ringer.close()
        assert time.monotonic() - began < 5


def test_mail_goes_out_through_a_real_server() -> None:
    pytest.importorskip("apprise")
    with mail() as taken:
        to = f"mailto://127.0.0.1:{taken.port}/?from=node@example.org&to=watch@example.org&mode=insecure"
        assert Notify(whom(notify=(to,))).send(RING) is None
        [(_, data)] = taken.requests
        said = data.decode()
        assert "Wideberth alarm" in said and "k-abcdefgh" in said and "party calls" not in said
        assert Notify(whom(notify=(to,), words=True, exercise=True)).send(RING) is None
        said = taken.requests[1][1].decode().replace("=\r\n", "")
        assert "EXERCISE" in said and "the other party calls" in said


def test_other_channels_go_out_through_a_real_server_and_a_bad_address_is_counted() -> None:
    pytest.importorskip("apprise")
    with web() as taken:
        good = f"json://127.0.0.1:{taken.port}/"
        told: list[Sent] = []
        ringer = Ringer(whom(notify=(good, "nosuch://password@nowhere")), told.append, ())
        ringer.ring(RING)
        until(lambda: len(told) == 1)
        assert told == [Sent("notify", "1 of 2 addresses did not take an alarm")]
        assert json.loads(taken.requests[0][1])["title"] == "Wideberth alarm"
        ringer.close()


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert Notify(whom(notify=("json://127.0.0.1",))).send(RING) == EXTRA


def test_what_a_library_raises_ends_no_channel_and_its_text_is_not_shown() -> None:
    told: list[Sent] = []

    def send(ring: Ring) -> str | None:
        if ring.n == 7:
            raise ValueError("mailto://user:password@host")
        return None

    channel = Channel("odd", send, told.append, ())
    channel.ring(RING)
    channel.ring(RING._replace(n=8))
    until(lambda: len(told) == 2)
    assert told == [Sent("odd", "failed (ValueError)"), Sent("odd", None)]
    channel.close()
    assert ringing.PAUSES
