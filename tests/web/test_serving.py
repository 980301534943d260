"""The API as it is served: who is at the other end, where it listens, how long, how many, how it ends."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.store.peopled import QUICK, WORDS, WRONG
from tests.story import whole
from tests.web.served import HASTY, WAIT, Served, ask, served, until
from wideberth.errors import Refused, WideberthError
from wideberth.node import directory
from wideberth.node.config import Config
from wideberth.store import accounts
from wideberth.store.accounts import User
from wideberth.web import door, sockets
from wideberth.web.app import app
from wideberth.web.protocol import Protocol
from wideberth.web.serving import Serving

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("api")) as found:
        yield found


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """One that a test may end, or have for itself."""
    with served(tmp_path) as found:
        yield found


def raw(api: Served, data: bytes) -> bytes:
    """What is answered to these bytes, until the end of the connection."""
    assert api.serving.address is not None
    with socket.create_connection(api.serving.address, timeout=WAIT) as connection:
        connection.sendall(data)
        found = b""
        while piece := connection.recv(65_536):
            found += piece
        return found


def limits(api: Served) -> door.Limits:
    """What its doors share."""
    [found] = {each.app._limits for each in api.serving.app.routes if isinstance(each.app, door.Door)}  # type: ignore[attr-defined]  # ours
    return found


def test_it_answers_on_the_socket_and_on_the_port(api: Served) -> None:
    for connection in (api.near(), api.far()):
        assert ask(connection, "GET", "/v1/health") == (200, {})
        # the same connection again, now with a token
        status, said = ask(connection, "GET", "/v1/status", headers=api.bearer())
        assert (status, said["party"]) == (200, api.node.party)
        assert ask(connection, "GET", "/v1/status")[0] == 401


def test_the_socket_is_for_its_owner_and_goes_with_the_node(own: Served) -> None:
    assert stat.S_IMODE(own.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.path.parent.stat().st_mode) == 0o700
    own.end()
    assert not own.path.exists()


def test_whose_process_asks_is_told_by_the_system(own: Served) -> None:
    own.node.people.close()
    path = own.node.path / directory.ACCOUNTS
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    own.node.people = accounts.create(path, QUICK)
    body = json.dumps({"name": "first", "password": WORDS})
    status, said = ask(own.far(), "POST", "/v1/begin", body=body, headers=JSON)
    assert (status, said["code"]) == (403, "node.owner")
    status, said = ask(own.near(), "POST", "/v1/begin", body=body, headers=JSON)
    assert (status, said["roles"]) == (200, ["admin"])


def test_the_system_tells_who_is_at_the_other_end_of_a_socket() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert sockets.uid(one) == os.getuid()
    with socket.socket() as plain:
        assert sockets.uid(plain) is None


def test_where_the_system_does_not_tell_it_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "SO_PEERCRED")
    one, other = socket.socketpair()
    with one, other:
        assert sockets.uid(one) is None


def test_no_header_says_where_a_login_comes_from(own: Served) -> None:
    body = json.dumps({"name": "officer", "password": WRONG, "token": "x"})
    forged = {**JSON, "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https"}
    codes = []
    for n in range(6):
        forged["x-forwarded-for"] = f"192.0.2.{n}"
        codes.append(ask(own.far(), "POST", "/v1/login", body=body, headers=forged)[0])
    assert codes == [401] * 5 + [429]
    # on the machine itself they do not wait for what strangers do
    good = json.dumps({"name": "officer", "password": f"officer {WORDS}", "token": "x"})
    assert ask(own.near(), "POST", "/v1/login", body=good, headers=JSON)[0] == 200


def test_a_foreign_host_is_refused_on_the_port_only(api: Served) -> None:
    foreign = {"host": "evil.example"}
    status, said = ask(api.far(), "GET", "/v1/health", headers=foreign)
    assert (status, said["code"]) == (421, "api.host")
    assert ask(api.near(), "GET", "/v1/health", headers=foreign) == (200, {})


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"GET /v1/health\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\n\r\n",
        b"POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40_000,
        (
            b"POST /v1/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/json\r\n\r\nzz\r\n"
        ),
    ],
)
def test_what_is_no_http_is_told_so_and_ends(api: Served, data: bytes) -> None:
    answer = raw(api, data)
    head, _, said = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head and b"x-content-type-options: nosniff" in head
    assert json.loads(said)["code"] == "api.http"
    assert ask(api.far(), "GET", "/v1/health") == (200, {})


def test_nonsense_after_an_answer_ends_the_connection_without_another(api: Served) -> None:
    assert api.serving.address is not None
    head = b"POST /v1/status HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n"
    with socket.create_connection(api.serving.address, timeout=WAIT) as connection:
        connection.sendall(head)
        answer = b""
        while b'"code":"api.method"' not in answer:
            answer += connection.recv(65_536)
        connection.sendall(b"zz\r\n")
        try:
            assert connection.recv(65_536) == b""
        except ConnectionResetError:
            pass


def test_whoever_says_nothing_is_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Protocol, "head", 0.1)
    with served(tmp_path) as api:
        for said in (b"", b"GET /v1/health HTTP/1.1\r\nHost: loc"):
            assert _ended(api, said)
        # who asks in time is not sent away while it is answered, nor between two answers
        connection = api.far()
        for _ in range(3):
            assert ask(connection, "GET", "/v1/health") == (200, {})
        answer = api.stream()
        assert answer.readline()
        until(lambda: answer.readline() == b": still here\n")


def test_so_many_are_answered_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Protocol, "most", 2)
    with served(tmp_path) as api:
        open_ones = [api.far() for _ in range(4)]
        codes = [ask(each, "GET", "/v1/health") for each in open_ones]
        assert [status for status, _ in codes] == [200, 200, 503, 503]
        assert codes[2][1]["code"] == "api.busy"
        with pytest.raises((ConnectionResetError, ConnectionError)):
            ask(api.far(), "GET", "/v1/health")
        # the socket in the data directory has its own count
        assert ask(api.near(), "GET", "/v1/health") == (200, {})
        for each in open_ones:
            each.close()
        until(lambda: _answered(api))


def _ended(api: Served, said: bytes) -> bool:
    """Whether the connection ends without a word."""
    try:
        return raw(api, said) == b""
    except ConnectionResetError:
        return True


def _answered(api: Served) -> bool:
    try:
        return ask(api.far(), "GET", "/v1/health") == (200, {})
    except ConnectionError:
        return False


def test_what_was_begun_is_answered_before_the_end(own: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    status = own.node.status

    def slow() -> object:
        begun.set()
        assert go_on.wait(WAIT)
        return status()

    monkeypatch.setattr(own.node, "status", slow)
    found: list[int] = []
    asking = threading.Thread(
        target=lambda: found.append(ask(own.far(), "GET", "/v1/status", headers=own.bearer())[0])
    )
    asking.start()
    assert begun.wait(WAIT)
    own.serving.stop()
    go_on.set()
    asking.join(WAIT)
    own.end()
    assert found == [200]


def test_a_request_that_never_ends_is_refused(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from wideberth.web import body

    monkeypatch.setattr(body, "IN_TIME", 0.1)
    connection = api.far()
    connection.putrequest("POST", "/v1/login")
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", "100")
    connection.endheaders(b"{")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (408, "api.slow")


def test_whoever_leaves_in_the_middle_of_a_request_is_forgotten(api: Served) -> None:
    connection = api.far()
    connection.putrequest("POST", "/v1/login")
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", "100")
    connection.endheaders(b"{")
    connection.close()
    log = api.node.path / "log"
    until(lambda: any(b'"status":0' in each.read_bytes() for each in log.iterdir()))
    assert ask(api.far(), "GET", "/v1/health") == (200, {})


def code(step: object) -> str:
    with pytest.raises(WideberthError) as caught:
        step()  # type: ignore[operator]  # a lambda of a step
    return caught.value.code


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "2001:db8::1"])
def test_plain_http_is_for_this_machine_only(host: str) -> None:
    with pytest.raises(Refused) as caught:
        sockets.far(host, 7878)
    assert caught.value.code == "node.api_plain"
    assert "TLS proxy" in caught.value.message


def test_an_address_in_use_is_told(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two, socket.create_server(("127.0.0.1", 0)) as taken:
        assert code(lambda: Serving(two.one, HASTY, taken.getsockname())) == "node.api_address"
        assert not (two.one.path / directory.RUN / sockets.NAME).exists()


def test_a_socket_that_was_left_behind_is_replaced_and_nothing_else_is(tmp_path: Path) -> None:
    run = tmp_path / directory.RUN
    run.mkdir(mode=0o700)
    sockets.near(tmp_path).close()
    with sockets.near(tmp_path) as found:
        assert found.getsockname() == str(run / sockets.NAME)
    (run / sockets.NAME).unlink()
    (run / sockets.NAME).write_text("somebody's")
    assert code(lambda: sockets.near(tmp_path)) == "node.link"
    assert (run / sockets.NAME).read_text() == "somebody's"
    (run / sockets.NAME).unlink()
    (run / sockets.NAME).symlink_to(tmp_path / "elsewhere")
    assert code(lambda: sockets.near(tmp_path)) == "node.link"


def test_a_folder_that_others_may_open_is_refused(tmp_path: Path) -> None:
    run = tmp_path / directory.RUN
    run.mkdir(mode=0o750)
    run.chmod(0o750)
    assert code(lambda: sockets.near(tmp_path)) == "node.mode"


def test_a_path_that_no_socket_can_have_is_told(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    (deep / directory.RUN).mkdir(parents=True, mode=0o700)
    assert code(lambda: sockets.near(deep)) == "node.socket_path"


def test_what_was_bound_and_never_served_is_given_back(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        serving = Serving(two.one, HASTY, ("127.0.0.1", 0))
        assert not serving.started
        serving.close()
        assert not (two.one.path / directory.RUN / sockets.NAME).exists()
        assert serving.address is not None
        with socket.create_server(serving.address):
            pass


def test_who_guesses_passwords_on_the_port_keeps_nobody_else_waiting(
    own: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "WAITING", 0)
    begun, go_on = threading.Event(), threading.Event()
    log_in = own.node.people.login

    def slow(name: str, password: str, place: str, now: int) -> User:
        if name == "slow":
            begun.set()
            assert go_on.wait(WAIT)
        return log_in(name, password, place, now)

    monkeypatch.setattr(own.node.people, "login", slow)

    def body(name: str) -> str:
        return json.dumps({"name": name, "password": f"officer {WORDS}", "token": name})

    def ask_slow() -> None:
        ask(own.far(), "POST", "/v1/login", body=body("slow"), headers=JSON)

    asking = threading.Thread(target=ask_slow)
    asking.start()
    try:
        assert begun.wait(WAIT)
        status, said = ask(own.far(), "POST", "/v1/login", body=body("officer"), headers=JSON)
        assert (status, said["code"]) == (503, "api.busy")
        assert ask(own.near(), "POST", "/v1/login", body=body("officer"), headers=JSON)[0] == 200
        assert ask(own.far(), "GET", "/v1/status", headers=own.bearer())[0] == 200
    finally:
        go_on.set()
        asking.join(WAIT)


def test_without_a_port_there_is_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with whole.two(tmp_path) as two:
        monkeypatch.setattr(two.one, "settings", Config(api="off"))
        serving = Serving(two.one, HASTY)
        assert serving.address is None
        assert (two.one.path / directory.RUN / sockets.NAME).exists()
        serving.close()


def test_what_is_no_request_of_http_is_not_answered(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        made = app(two.one)
        said: list[Any] = []

        async def receive() -> Any:
            return {"type": "lifespan.startup"} if not said else {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            said.append(message["type"])

        asyncio.run(made({"type": "lifespan"}, receive, send))
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        asyncio.run(made({"type": "websocket", "path": "/v1/events"}, receive, send))
        assert len(said) == 2


def test_a_large_answer_is_whole_and_whoever_does_not_take_it_is_cut_off(
    own: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytes(range(256)) * 32_768
    monkeypatch.setattr(own.node, "bundle", lambda _: data)
    path = f"/v1/lines/{own.two.line}/bundles/out"
    taking, waiting = own.far(), own.far()
    taking.request("POST", path, headers=own.bearer("officer"))
    assert taking.getresponse().read() == data
    taking.close()
    waiting.request("POST", path, headers=own.bearer("officer"))
    [_, listener] = own.serving._listeners
    until(lambda: bool(listener.server.server_state.connections))
    until(lambda: not listener.server.server_state.connections)
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        waiting.getresponse().read()


def test_bundles_are_read_one_at_a_time(own: Served) -> None:
    path = f"/v1/lines/{own.two.line}/bundles/in"
    first = own.far()
    first.putrequest("POST", path)
    first.putheader("content-type", "application/octet-stream")
    first.putheader("content-length", "2")
    first.putheader("authorization", own.bearer("officer")["authorization"])
    first.endheaders(b"x")
    room = limits(own).bundles
    until(lambda: room.borrowed_tokens == 1)
    seen: list[int] = []
    headers = own.bearer("officer") | {"content-type": "application/octet-stream"}
    second = threading.Thread(
        target=lambda: seen.append(ask(own.far(), "POST", path, body=b"x", headers=headers)[0])
    )
    second.start()
    until(lambda: room.statistics().tasks_waiting == 1)
    assert seen == []
    first.send(b"x")
    assert first.getresponse().status == 400
    second.join(WAIT)
    assert seen == [400]


def test_what_is_small_does_not_wait_for_large_documents(own: Served) -> None:
    headers = own.bearer("planner") | {"content-type": "application/json"}
    large = [own.far() for _ in range(4)]
    for each in large:
        each.putrequest("POST", "/v1/plans")
        for name, value in (*headers.items(), ("content-length", "200000")):
            each.putheader(name, value)
        each.endheaders(b"{")
    room = limits(own).documents
    until(lambda: room.borrowed_tokens == 4)
    status, _ = ask(own.far(), "POST", "/v1/plans", body=b'{"plans":[]}', headers=headers)
    assert status in (200, 400)
    assert room.borrowed_tokens == 4
