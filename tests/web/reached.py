"""A node with people of each role, and its API as a program reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.store.peopled import QUICK, WORDS
from tests.story import whole
from tests.story.whole import Two
from wideberth.node import directory
from wideberth.node.node import Node
from wideberth.store import accounts
from wideberth.store.accounts import DAY
from wideberth.web.app import app
from wideberth.web.call import STATE, Connection

ROLES = ("admin", "interpreter", "observer", "officer", "planner", "releasing")
LOCALHOST = "http://localhost"


class Client:
    """Asks an application in an event loop of its own, and waits for the answer."""

    def __init__(self, made: ASGIApp, portal: BlockingPortal, base: str = LOCALHOST) -> None:
        transport = httpx.ASGITransport(made, client=("127.0.0.1", 50_000))
        self._client = httpx.AsyncClient(transport=transport, base_url=base)
        self._portal = portal

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            return await self._client.request(method, path, **more)

        return self._portal.call(ask)


class Reached(NamedTuple):
    """Two nodes on a line; the first one's API, and a token of an account of each role, named like it."""

    two: Two
    app: Starlette
    client: Client
    portal: BlockingPortal
    tokens: dict[str, str]

    @property
    def node(self) -> Node:
        return self.two.one

    @property
    def line(self) -> str:
        return self.two.line

    def ask(self, method: str, path: str, role: str | None = None, **more: Any) -> httpx.Response:
        """The answer."""
        headers = dict(more.pop("headers", {}))
        if role is not None:
            headers["authorization"] = f"Bearer {self.tokens[role]}"
        return self.client.request(method, path, headers=headers, **more)

    def over(self, connection: Connection, base: str = LOCALHOST) -> Reached:
        """The same, over another connection."""
        return self._replace(client=Client(Over(self.app, connection), self.portal, base))

    def code(self, method: str, path: str, role: str | None = None, **more: Any) -> tuple[int, str]:
        """Status and code of an error."""
        answer = self.ask(method, path, role, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        said = answer.json()
        assert said["status"] == answer.status_code
        assert said["type"] == f"urn:wideberth:error:{said['code']}"
        return answer.status_code, said["code"]


def quick(node: Node) -> dict[str, str]:
    """People whose passwords are cheap to check, one of each role, and a token of each."""
    node.people.close()
    node.people = accounts.open(node.path / directory.ACCOUNTS, QUICK)
    now = node.clock.now()
    if not node.people.users():
        node.people.begin("admin", WORDS, now)
        for role in ROLES[1:]:
            node.people.add(role, f"{role} {WORDS}", [role], now)
    label = f"test {node.start}"
    return {role: node.people.new_token(role, label, 30 * DAY, now) for role in ROLES}


@contextmanager
def reached(folder: Path, *, exercise: bool = False) -> Iterator[Reached]:
    with whole.two(folder, exercise=exercise) as two:
        tokens = quick(two.one)
        made = app(two.one)
        with start_blocking_portal() as portal:
            yield Reached(two, made, Client(made, portal), portal, tokens)
        two.one.people.close()


class Over:
    """An application, as if what asks it came over this connection."""

    def __init__(self, made: ASGIApp, connection: Connection) -> None:
        self.made, self.connection = made, connection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})[STATE] = self.connection
        await self.made(scope, receive, send)
