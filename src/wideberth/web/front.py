"""What every request passes, and every answer: the Host it names, headers, the count, the log, the last net.

A page of a stranger's site can make a browser on this machine send requests here, and read the answers if
its name leads to 127.0.0.1 (DNS rebinding). The browser then says that name as Host, which is refused.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from typing import Any, Final

from anyio import CancelScope, CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wideberth.errors import Refused, WideberthError
from wideberth.links import client
from wideberth.node.log import Event, Log
from wideberth.web import problems
from wideberth.web.body import Gone
from wideberth.web.call import STATE, Connection
from wideberth.web.metrics import Metrics

HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""Of an answer that says nothing else itself: kept by nobody, shown in no page, taken for nothing else."""
EXERCISE: Final = (client.EXERCISE.encode(), b"yes")
"""Of every answer of a node of an exercise."""
SEEN: Final = "wideberth.seen"
"""Where a request's route and account are written down, for the count and the log."""
QUIET: Final = frozenset({"/v1/health", "/v1/metrics"})
"""Routes that machines ask all the time: logged as `debug` where all is well."""

_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253}?)\.?(?::[0-9]{1,5})?")


class Seen:
    """What is known of a request when it has been answered."""

    def __init__(self) -> None:
        self.route: str | None = None
        self.user: int | None = None
        self.status = 0


class Front:
    """All that is done to any request.

    `hosts`: what may be named as Host over the network; `exercise`: whether the node is one of an exercise.
    """

    def __init__(
        self, app: ASGIApp, hosts: Collection[str], metrics: Metrics, log: Log, *, exercise: bool = False
    ) -> None:
        self._app, self._hosts, self._metrics, self._log = app, hosts, metrics, log
        self._headers = (*HEADERS, EXERCISE) if exercise else HEADERS
        self._limit = CapacityLimiter(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own interface."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        seen = scope[SEEN] = Seen()
        began = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                own = list(message.get("headers", ()))
                said = {name for name, _ in own}
                rest = [each for each in self._headers if each[0] not in said]
                message = {**message, "headers": [*own, *rest]}
            await send(message)

        try:
            await self._pass(scope, receive, answer, seen)
        finally:
            await self._count(scope["method"], seen, time.perf_counter() - began)

    async def _pass(self, scope: Scope, receive: Receive, answer: Send, seen: Seen) -> None:
        try:
            self._check(scope)
            await self._app(scope, receive, answer)
        except Gone:
            return
        except WideberthError as error:
            await refuse(error, answer)
        except Exception:
            self._log.write(Event(level="error", code="api.failed", user=seen.user))
            if seen.status:
                raise  # half an answer: the server ends the connection
            await refuse(problems.failed(), answer)

    def _check(self, scope: Scope) -> None:
        """Raises: Refused (`api.busy`, `api.host`)."""
        at = connection(scope)
        if at.crowded:
            raise Refused("api.busy", "too many connections; accepted: again in 5 s")
        if at.local:
            return
        named = Headers(scope=scope).getlist("host")
        host = _HOST.fullmatch(named[0].lower()) if len(named) == 1 else None
        if host is None or host[1] not in self._hosts:
            wanted = ", ".join(sorted(self._hosts))
            raise Refused("api.host", f"the Host of this request is not this node; accepted: {wanted}")

    async def _count(self, method: str, seen: Seen, seconds: float) -> None:
        self._metrics.request(method, seen.route, seen.status, seconds)
        quiet = seen.route in QUIET and seen.status == 200
        event = Event(
            level="debug" if quiet else "info",
            code="api.request",
            user=seen.user,
            status=seen.status,
            lasted_ms=round(seconds * 1_000),
        )
        with CancelScope(shield=True):  # a disk may be slow, and whoever asked may be gone
            await to_thread.run_sync(self._log.write, event, limiter=self._limit)


def connection(scope: Scope) -> Connection:
    """What the server knows of the socket; of another server's a stranger over the network."""
    found: Any = scope.get("state", {}).get(STATE)
    return found if isinstance(found, Connection) else Connection(False, None, False, lambda: None)


async def refuse(error: WideberthError, send: Send, more: Collection[tuple[bytes, bytes]] = ()) -> None:
    """Answer an error."""
    data = problems.body(error)
    headers = [*problems.headers(error), (b"content-length", b"%d" % len(data)), *more]
    status = problems.problem(error).status
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
