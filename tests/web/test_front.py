"""What is refused before anything is done, and what every answer says and does not say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.peopled import WORDS
from tests.web.reached import Client, Reached, reached
from wideberth.errors import Invalid, NotTrusted, Refused, Stale, WideberthError
from wideberth.links import client
from wideberth.web import body, problems
from wideberth.web.asked import Login, NewUser
from wideberth.web.call import Call, Connection
from wideberth.web.front import HEADERS
from wideberth.web.route import ANYBODY, Route
from wideberth.web.table import TABLE

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        yield found


def secretive(headers: httpx.Headers) -> bool:
    return all(headers[name.decode()] == value.decode() for name, value in HEADERS)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:7878", "127.0.0.1:1", "[::1]:7878", "localhost."])
def test_this_machine_may_be_named(api: Reached, host: str) -> None:
    assert api.ask("GET", "/v1/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost@evil", "", "192.0.2.1:7878", "[::2]", "a" * 300],
)
def test_a_page_whose_name_leads_here_is_refused(api: Reached, host: str) -> None:
    assert api.code("GET", "/v1/status", "observer", headers={"host": host}) == (421, "api.host")
    # over the socket in the data directory no browser comes
    near = api.over(Connection(True, None, False, lambda: None))
    assert near.ask("GET", "/v1/status", "observer", headers={"host": host}).status_code == 200


def test_every_answer_is_for_nobody_else(api: Reached) -> None:
    for answer in (
        api.ask("GET", "/v1/health"),
        api.ask("GET", "/v1/status", "observer"),
        api.ask("GET", "/v1/nothing"),
        api.ask("GET", "/v1/status", headers={"host": "evil.example"}),
        api.ask("OPTIONS", "/v1/status", headers={"origin": "http://evil.example"}),
    ):
        assert secretive(answer.headers)
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert "server" not in answer.headers and "set-cookie" not in answer.headers


def test_another_method_is_told_which_there_are(api: Reached) -> None:
    answer = api.ask("PATCH", "/v1/lines")
    assert (answer.status_code, answer.headers["allow"], answer.json()["code"]) == (
        405,
        "GET, POST",
        "api.method",
    )
    for method in ("HEAD", "OPTIONS", "TRACE", "BREW"):
        assert api.ask(method, "/v1/health").status_code == 405


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer wbt-x", "Basic YTpi", "Token x", "bearer\twbt", "Bearer é"],
)
def test_what_is_no_token_is_one_answer(api: Reached, authorization: str) -> None:
    answer = api.ask("GET", "/v1/status", headers={"authorization": authorization.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (401, "accounts.token")


def test_two_tokens_are_none(api: Reached) -> None:
    token = ("authorization", f"Bearer {api.tokens['observer']}")
    answer = api.client.request("GET", "/v1/status", headers=[token, token])
    assert answer.status_code == 401


def test_content_is_of_its_kind(api: Reached) -> None:
    data = json.dumps({"post": "officer"}).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"):
        headers = {"content-type": kind}
        assert api.code("POST", "/v1/duty/take", "officer", content=data, headers=headers) == (
            415,
            "api.content_type",
        )
    charset = {"content-type": "Application/JSON; charset=utf-8"}
    assert api.ask("POST", "/v1/duty/take", "officer", content=data, headers=charset).status_code == 200


def test_too_much_is_refused_whether_it_is_said_or_not(api: Reached) -> None:
    big = b'{"post": "' + b"x" * 70_000 + b'"}'
    assert api.code("POST", "/v1/duty/take", "officer", content=big, headers=JSON) == (413, "api.too_large")

    async def pieces() -> Any:
        for _ in range(70):
            yield b"x" * 1_000

    assert api.code("POST", "/v1/duty/take", "officer", content=pieces(), headers=JSON) == (
        413,
        "api.too_large",
    )
    # what takes nothing gets nothing
    assert api.code("POST", "/v1/clock/confirm", "officer", content=b"{}") == (413, "api.too_large")


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ('{"post": "officer", "more": 1}', "api.body", ""),
        ('{"post": 1}', "api.body", "post"),
        ('{"relieve": true}', "api.body", ""),
        ('{"post": "officer", "relieve": 1}', "api.body", "relieve"),
        ('{"post": "officer", "post": "deputy"}', "json.repeated_key", None),
        ("[]", "api.body", ""),
        ("null", "api.body", ""),
        ("", "file.empty", None),
        ("{", "json.syntax", None),
        ("[" * 60_000, "json.depth", None),
        ('{"post": NaN}', "json.number", None),
        ('{"post": "\\ud800"}', "json.surrogate", None),
    ],
)
def test_what_is_no_request_is_refused_with_its_place(
    api: Reached, text: str, code: str, path: str | None
) -> None:
    answer = api.ask("POST", "/v1/duty/take", "officer", content=text.encode(), headers=JSON)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (400, code)
    assert path is None or said["path"] == path
    assert said["wanted"]


def test_only_what_is_known_stands_after_the_question_mark(api: Reached) -> None:
    assert api.code("GET", "/v1/duty?as-of=x", "officer") == (400, "api.query")
    assert api.code("GET", "/v1/status?x=1", "officer") == (400, "api.query")
    assert api.code("GET", "/v1/duty?as_of=2026-01-01T00:00:00Z&as_of=x", "officer") == (400, "api.query")


def test_too_many_connections_are_told_so(api: Reached) -> None:
    crowded = api.over(Connection(False, None, True, lambda: None))
    answer = crowded.ask("GET", "/v1/health")
    assert (answer.status_code, answer.json()["code"]) == (503, "api.busy")
    assert answer.headers["retry-after"] == "5"


def test_what_nobody_foresaw_is_counted_and_not_told(api: Reached) -> None:
    def broken(_: Call) -> None:
        raise RuntimeError(f"the password is {WORDS}")

    from wideberth.web.app import app

    made = app(api.node, table=(Route("GET", "/v1/broken", ANYBODY, None, None, broken, "Broken."),))
    again = api._replace(client=Client(made, api.portal))
    answer = again.ask("GET", "/v1/broken", "observer")
    assert (answer.status_code, answer.json()["code"]) == (500, "api.failed")
    assert WORDS not in answer.text
    log = b"".join(each.read_bytes() for each in (api.node.path / "log").iterdir())
    assert b'"code":"api.failed","user":' in log
    assert WORDS.encode() not in log


def test_the_log_holds_status_time_and_number_and_nothing_that_was_said(tmp_path: Path) -> None:
    with reached(tmp_path) as api:
        api.ask("GET", "/v1/status", "observer", headers={"user-agent": "tell-tale"})
        api.ask("GET", "/v1/secret-path?query=secret-query", headers={"cookie": "secret-cookie"})
        api.ask("GET", "/v1/health")
        user = api.node.people.user("observer").id
        lines = [
            json.loads(line)
            for each in (api.node.path / "log").iterdir()
            for line in each.read_text().splitlines()
            if "api.request" in line
        ]
    assert [(each["status"], each.get("user")) for each in lines] == [(200, user), (404, None)]
    assert {key for each in lines for key in each} == {"at", "level", "code", "user", "status", "lasted_ms"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("geometry.latitude", "x", 1, "y"), 400),
        (Refused("accounts.login", ""), 401),
        (Refused("accounts.token", ""), 401),
        (Refused("accounts.wait", "again in 7 s"), 429),
        (Refused("accounts.disk", ""), 503),
        (Refused("api.role", ""), 403),
        (Refused("duty.held", ""), 409),
        (Stale("journal.stale", 7, ""), 503),
        (Stale("ledger.stale", 7, ""), 409),
        (Refused("journal.disk", ""), 503),
        (NotTrusted("ledger.signature", ""), 422),
        (WideberthError("client.unreachable", ""), 503),
    ],
)
def test_each_kind_of_error_has_its_status(error: WideberthError, status: int) -> None:
    said = problems.problem(error)
    assert said.status == status
    assert said.type == f"urn:wideberth:error:{error.code}"
    assert said.size == (7 if isinstance(error, Stale) else None)
    names = [name for name, _ in problems.headers(error)]
    assert (b"retry-after" in names) == (status in (429, 503))
    assert (b"www-authenticate" in names) == (status == 401)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=200) | VALUES.map(lambda each: json.dumps(each).encode()))
def test_any_bytes_are_a_request_or_refused(data: bytes) -> None:
    for of in (Login, NewUser):
        try:
            said = body.parse(of, data)
        except Invalid as error:
            assert error.code.startswith(("api.", "json.", "file."))
        else:
            assert isinstance(said, of)


@given(st.dictionaries(st.sampled_from(["name", "password", "token", "days", "more"]), VALUES, max_size=5))
def test_a_login_is_taken_exactly_where_every_field_is_right(said: dict[str, Any]) -> None:
    days = said.get("days")
    right = (
        all(isinstance(said.get(each), str) for each in ("name", "password", "token"))
        and "more" not in said
        and (days is None or (type(days) is int and 1 <= days <= 400))
    )
    try:
        body.parse(Login, json.dumps(said).encode())
    except Invalid:
        assert not right
    else:
        assert right


@settings(max_examples=40)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.text(max_size=30),
    query=st.text(max_size=20),
)
def test_any_path_is_answered(api: Reached, method: str, path: str, query: str) -> None:
    from urllib.parse import quote

    where = f"/v1/{quote(path, safe='/')}?{quote(query, safe='=&')}"
    answer = api.ask(method, where, "observer")
    assert answer.status_code in (200, 204, 400, 403, 404, 405, 413, 415)


def test_every_route_says_what_it_is_for() -> None:
    assert all(each.words.endswith(".") and len(each.words) > 8 for each in TABLE)


@pytest.mark.parametrize("exercise", [True, False])
def test_every_answer_of_an_exercise_says_so(tmp_path: Path, exercise: bool) -> None:
    with reached(tmp_path, exercise=exercise) as api:
        answers = (
            api.ask("GET", "/v1/health"),
            api.ask("GET", "/v1/status", "observer"),
            api.ask("GET", "/v1/nothing"),
            api.ask("GET", "/v1/status", headers={"host": "evil.example"}),
        )
        assert [each.headers.get(client.EXERCISE) == "yes" for each in answers] == [exercise] * 4
        assert api.ask("GET", "/v1/status", "observer").json()["exercise"] is exercise
