"""The client of a node's API, against answers of every kind: good ones, errors, nonsense, and none."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted, Refused, Stale, Unreachable, WideberthError
from wideberth.links import client, node_url
from wideberth.links.client import Client, Said


class Found(Struct, frozen=True):
    """What is asked for."""

    n: int


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client(
        httpx.Client(transport=httpx.MockTransport(handler), base_url="http://localhost"), "the node"
    )


def answer(status: int, data: bytes, kind: str = client.TYPE) -> Client:
    headers = {"content-type": kind}
    return answering(lambda _: httpx.Response(status, stream=httpx.ByteStream(data), headers=headers))


def refused(status: int, **said: object) -> WideberthError:
    with pytest.raises(WideberthError) as caught, answer(status, msgspec.json.encode(said)) as asked:
        asked.ask("GET", "/v1/lines", Found)
    return caught.value


def test_a_bundle_is_waited_for_longer_than_an_answer() -> None:
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, stream=httpx.ByteStream(b"{}"))

    with answering(handler) as asked:
        asked.ask("POST", "/v1/a", None, {"x": 1})
        asked.ask("POST", "/v1/b", None, b"bundle")
        list(asked.fetch("POST", "/v1/c"))
    assert seen == [30.0, 900.0, 900.0]


def test_what_is_asked_for_comes_as_its_type() -> None:
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, request.url.path, request.headers.get("content-type"), request.content))
        return httpx.Response(200, stream=httpx.ByteStream(b'{"n":3}'))

    with answering(handler) as asked:
        assert asked.ask("GET", "/v1/a", Found) == Found(3)
        asked.ask("POST", "/v1/b", None, {"x": 1})
        asked.ask("POST", "/v1/c", None, b"\x00")
        assert b"".join(asked.fetch("POST", "/v1/d")) == b'{"n":3}'
    assert seen == [
        ("GET", "/v1/a", None, b""),
        ("POST", "/v1/b", "application/json", b'{"x":1}'),
        ("POST", "/v1/c", "application/octet-stream", b"\x00"),
        ("POST", "/v1/d", None, b""),
    ]


def test_an_error_of_the_node_is_raised_as_it_was_there() -> None:
    wrong = refused(400, code="config.value", detail="d", path="days", found="9", wanted="less")
    assert isinstance(wrong, Invalid)
    assert (wrong.code, wrong.path, wrong.found, wrong.wanted) == ("config.value", "days", "9", "less")
    late = refused(409, code="journal.stale", detail="d", size=7)
    assert isinstance(late, Stale) and late.size == 7
    assert isinstance(refused(422, code="ledger.unsigned", detail="d"), NotTrusted)
    full = refused(503, code="journal.disk", detail="no room")
    assert isinstance(full, Unreachable) and (full.code, full.message) == ("journal.disk", "no room")
    for status, code in (
        (401, "accounts.token"),
        (403, "api.role"),
        (404, "api.not_found"),
        (429, "accounts.wait"),
    ):
        found = refused(status, code=code, detail="said so")
        assert isinstance(found, Refused) and (found.code, found.message) == (code, "said so")


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (200, b"<html>"),
        (200, b'{"m":3}'),
        (200, b"\xff"),
        (200, b"[" * 100_000),
        (502, b"<html>Bad gateway"),
        (400, b'{"detail":"no code"}'),
        (301, b""),
    ],
)
def test_what_is_no_answer_of_a_node_is_said_to_be_none(status: int, data: bytes) -> None:
    with pytest.raises(Unreachable) as caught, answer(status, data) as asked:
        asked.ask("GET", "/v1/lines", Found)
    assert caught.value.code == "client.answer"


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LARGEST", 1000)
    monkeypatch.setattr(client, "LARGEST_FILE", 1000)

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 100

    asked = answering(lambda _: httpx.Response(200, content=endless()))
    for take in (
        lambda: asked.ask("GET", "/v1/lines", Found),
        lambda: list(asked.fetch("POST", "/v1/x")),
        lambda: _events(asked),
    ):
        with pytest.raises(Unreachable, match="does not end"):
            take()


def _events(asked: Client) -> list[Said | None]:
    with asked.stream("/v1/events", {}, 1) as found:
        return list(found)


def test_a_packed_answer_is_not_unpacked() -> None:
    headers = {"content-encoding": "gzip"}
    asked = answering(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(b'{"n":3}')))
    assert asked.ask("GET", "/v1/lines", Found) == Found(3)


def test_a_connection_that_breaks_is_told_as_such() -> None:
    def broken() -> Iterator[bytes]:
        yield b'{"n":'
        raise httpx.ReadError("gone")

    asked = answering(lambda _: httpx.Response(200, content=broken()))
    for take in (
        lambda: asked.ask("GET", "/", Found),
        lambda: list(asked.fetch("GET", "/")),
        lambda: _events(asked),
    ):
        with pytest.raises(Unreachable, match="gone") as caught:
            take()
        assert caught.value.code == "client.unreachable"


def test_nobody_and_somebody_who_is_silent_cannot_be_reached() -> None:
    with client.over_url("http://127.0.0.1:1", None) as asked, pytest.raises(Unreachable) as caught:
        asked.ask("GET", "/v1/status")
    assert caught.value.code == "client.unreachable" and "node run" in caught.value.message

    def late(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("")

    with answering(late) as asked, pytest.raises(Unreachable, match="in time"):
        asked.ask("GET", "/v1/status")


class Handler(http.server.BaseHTTPRequestHandler):
    """A server that is not ours; keeps what it was asked."""

    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        data = b'{"n":1}'
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def server() -> Iterator[tuple[str, list[dict[str, str]]]]:
    handler = type("Kept", (Handler,), {"seen": []})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{made.server_port}", handler.seen  # type: ignore[attr-defined]  # set above
        finally:
            made.shutdown()
            thread.join()


def test_the_token_goes_to_the_node_and_past_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with server() as (url, seen), client.over_url(url, "wbt-x") as asked:
        assert asked.ask("GET", "/v1/x", Found) == Found(1)
    assert seen[0]["authorization"] == "Bearer wbt-x" and seen[0]["accept-encoding"] == "identity"
    with server() as (url, seen), client.over_url(url, None) as asked:
        asked.ask("GET", "/v1/x", Found)
    assert "authorization" not in seen[0]


def test_a_socket_that_is_not_there_cannot_be_reached(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as caught:
        client.over_socket(tmp_path / "run" / "node.sock", None)
    assert caught.value.code == "client.no_node"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://Node.Example:7878", "https://node.example:7878"),
        ("https://node.example/", "https://node.example"),
        ("http://127.0.0.1:7878", "http://127.0.0.1:7878"),
        ("http://[::1]:7878", "http://[::1]:7878"),
        ("http://localhost:7878", "http://localhost:7878"),
    ],
)
def test_an_address_has_one_spelling(url: str, plain: str) -> None:
    assert node_url.address(url) == plain


@pytest.mark.parametrize(
    "url",
    [
        "",
        "node.example",
        "http://node.example:7878",
        "http://10.0.0.1",
        "https://",
        "https://a:b@node.example",
        "https://node.example/v1",
        "https://node.example?x",
        "https://node.example:port",
        "https://[::1",
        "ftp://node.example",
    ],
)
def test_what_is_no_address_or_would_go_in_clear_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        node_url.address(url)
    assert caught.value.code == "client.url" and "a:b" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "coded"), [("duty-1", "duty-1"), ("..", "%2E%2E"), ("a/b?", "a%2Fb%3F"), ("é", "%C3%A9")]
)
def test_a_name_is_one_part_of_a_path(name: str, coded: str) -> None:
    assert node_url.part(name) == coded


def test_events_are_read_as_the_standard_has_them() -> None:
    lines = [
        ": still here",
        "",
        "id: s-1",
        "event: line.health",
        "data: {",
        "data:}",
        "",
        "data: 1",
        "id",
        "",
        "x",
    ]
    assert list(client.said(iter(lines))) == [None, Said("s-1", "line.health", {}), Said("", "message", 1)]
    with pytest.raises(Unreachable):
        list(client.said(iter(["data: {", ""])))


@given(st.lists(st.tuples(st.integers(), st.text()), max_size=5), st.data())
def test_events_cut_anywhere_are_the_same(events: list[tuple[int, str]], data: st.DataObject) -> None:
    whole = b"".join(
        b"id: s-%d\nevent: e\ndata: %s\n\n" % (n, msgspec.json.encode(text)) for n, text in events
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    asked = answering(lambda _: httpx.Response(200, content=iter(pieces)))
    assert _events(asked) == [Said(f"s-{n}", "e", text) for n, text in events]


@given(st.binary(max_size=200))
def test_any_stream_is_events_or_unreachable(data: bytes) -> None:
    try:
        _events(answer(200, data))
    except Unreachable as error:
        assert error.code == "client.answer"
