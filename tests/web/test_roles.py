"""Who may ask for what: every route of the table, every role, and nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.reached import ROLES, Reached, reached
from wideberth.web.route import ANYBODY, Route
from wideberth.web.table import TABLE

EVERYBODY = {
    "DELETE /v1/token",
    "GET /v1/duty",
    "GET /v1/events",
    "GET /v1/lines",
    "GET /v1/lines/{line}",
    "GET /v1/lines/{line}/agreements",
    "GET /v1/lines/{line}/alarms",
    "GET /v1/lines/{line}/gate",
    "GET /v1/lines/{line}/history",
    "GET /v1/manual",
    "GET /v1/manual/{manual}",
    "GET /v1/manual/{manual}/conflicts",
    "GET /v1/metrics",
    "GET /v1/openapi.json",
    "GET /v1/status",
}
NO_TOKEN = {"GET /v1/health", "POST /v1/begin", "POST /v1/login"}
ADMINS = ("/v1/users", "/v1/lines/{line}/address")
BOTH = ("/v1/lines/{line}/bundles/in", "/v1/lines/{line}/bundles/out")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        yield found


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def nowhere(route: Route) -> str:
    """The path, with names that nothing has."""
    return re.sub(r"\{\w+\}", "nothing-has-this-name", route.path)


def asked(route: Route) -> dict[str, Any]:
    """A body of the right kind, which nothing can be done with."""
    if route.takes is None:
        return {}
    kind = "application/octet-stream" if route.takes is bytes else "application/json"
    return {"content": b"?", "headers": {"content-type": kind}}


def expected(route: Route) -> set[str]:
    """The roles that may, from the pages and not from the table."""
    if name(route) in EVERYBODY:
        return set(ROLES)
    if route.path in BOTH:
        return {"admin", "officer"}
    if route.path.startswith(ADMINS) or name(route) == "POST /v1/lines":
        return {"admin"}
    return {"officer"}


def test_only_three_routes_need_no_token() -> None:
    assert {name(each) for each in TABLE if each.who is None} == NO_TOKEN
    assert {name(each) for each in TABLE if each.who == ANYBODY} == EVERYBODY
    assert len({name(each) for each in TABLE}) == len(TABLE) > 30


@pytest.mark.parametrize("route", [each for each in TABLE if each.who is not None], ids=name)
def test_nobody_is_answered_without_a_token(api: Reached, route: Route) -> None:
    answer = api.ask(route.method, nowhere(route), **asked(route))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "accounts.token"


@pytest.mark.parametrize("role", ROLES)
def test_every_route_for_every_role(api: Reached, role: str) -> None:
    for route in TABLE:
        if route.who is None or name(route) in ("DELETE /v1/token", "GET /v1/events"):
            continue
        answer = api.ask(route.method, nowhere(route), role, **asked(route))
        if role in expected(route):
            # clocks may be confirmed without a name; the rest names nothing, or says nothing that can be read
            assert answer.status_code in (200, 400, 404), (name(route), answer.text)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "api.role"), name(route)


def test_a_token_of_any_role_ends_itself(tmp_path: Path) -> None:
    with reached(tmp_path) as api:
        for role in ROLES:
            assert api.ask("DELETE", "/v1/token", role).status_code == 204
            assert api.code("GET", "/v1/status", role) == (401, "accounts.token")
