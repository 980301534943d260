"""One path of the API, with its methods: who asks, with which role, for what; then it is done on a thread."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext, suppress
from typing import Any, Final, NamedTuple

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers, QueryParams
from starlette.types import Message, Receive, Scope, Send

from wideberth.errors import Refused, WideberthError
from wideberth.formats import times
from wideberth.store.accounts import LOCAL, User
from wideberth.web import acts, body, problems, session
from wideberth.web import streams as streaming
from wideberth.web.call import Call, Connection, Part, Rim
from wideberth.web.front import SEEN, Seen, connection, refuse
from wideberth.web.route import AS_OF, SMALL, Route
from wideberth.web.streams import Reader

AT_ONCE = 16
"""Requests that are worked on at the same time."""
HEAVY = 1
"""Of heavy ones, from the network; as many from this machine, which never wait for the former."""
WAITING = 16
"""Heavy ones that wait."""
SCHEME: Final = "bearer "
BASIC: Final = "basic "
CHALLENGE: Final = (b"www-authenticate", b'Basic realm="wideberth", charset="UTF-8"')
"""By which a map program knows that it is to ask its user for a name and a password."""
OBSERVING: Final = frozenset({"observer"})
"""The roles of an account whose token may be a password: programs keep passwords, and browsers send them
without being asked. Such an account changes nothing.
"""

DOCUMENTS = 4
"""Requests with documents that are held in memory at the same time; of bundles there is one."""
PIECE = 64 * 1024
"""Bytes of an answer that are given at a time."""
TAKEN = 1_800.0
"""Seconds in which a large answer is to be taken: others wait for it."""


class Limits(NamedTuple):
    """How much is done at once."""

    plain: CapacityLimiter
    near: CapacityLimiter
    far: CapacityLimiter
    documents: CapacityLimiter
    bundles: CapacityLimiter
    near_whole: CapacityLimiter
    far_whole: CapacityLimiter


def limits() -> Limits:
    """For one application."""
    return Limits(*(CapacityLimiter(each) for each in (AT_ONCE, HEAVY, HEAVY, DOCUMENTS, 1, 1, 1)))


class Door:
    """The routes of one path."""

    def __init__(self, routes: Sequence[Route], rim: Rim, limits: Limits) -> None:
        self._routes: Mapping[str, Route] = {each.method: each for each in routes}
        self._rim, self._limits = rim, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own interface. Raises: any of our errors, before anything is sent."""
        seen: Seen = scope[SEEN]
        route = self._routes.get(scope["method"])
        if route is None:
            allowed = ", ".join(sorted(self._routes))
            error = Refused("api.method", f"this cannot be done here; accepted: {allowed}")
            await refuse(error, send, [(b"allow", allowed.encode())])
            return
        seen.route = route.path
        async with AsyncExitStack() as until_taken:
            try:
                given = await self._do(route, scope, receive, seen, until_taken)
            except WideberthError as error:
                if route.basic and error.code == "accounts.token":
                    await refuse(error, send, [CHALLENGE])
                    return
                raise problems.seen(error, scope["path_params"]) from error
            await self._answer(given, route, scope, receive, send)

    async def _answer(self, given: Any, route: Route, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises: Refused (`api.busy`)."""
        cut, slow = connection(scope).cut, self._rim.streams.patience.slow

        async def give(message: Message) -> None:
            async with asyncio.timeout(slow):
                await send(message)

        try:
            if isinstance(given, Reader):
                await self._stream(given, route, scope, receive, give)
            else:
                async with asyncio.timeout(TAKEN if route.whole else None):
                    await _give(route, given, give)
        except TimeoutError:
            cut()  # what waits to be taken would stay in memory

    async def _do(
        self, route: Route, scope: Scope, receive: Receive, seen: Seen, until_taken: AsyncExitStack
    ) -> Any:
        headers, at = Headers(scope=scope), connection(scope)
        user, token = None, ""
        if route.who is not None:
            token, basic = _token(headers, self._rim.signing.origin, basic=route.basic)
            user = await to_thread.run_sync(self._bearer, token, limiter=self._limits.plain)
            seen.user = user.id
            _check_role(route, user)
            if basic and frozenset(user.roles) != OBSERVING:
                raise Refused("api.basic", NOT_HERE)
        asked = body.query(route.asked, QueryParams(scope["query_string"]).multi_items())
        async with self._room(route, headers.get("content-length", "")):
            said = body.parse(route.takes, await body.read(route, headers, receive))
            if route.whole:
                turn = self._limits.near_whole if at.local else self._limits.far_whole
                await until_taken.enter_async_context(_in_turn(turn))
            place = _place(scope, at)
            looked = {name: headers[name] for name in route.headers if name in headers}
            call = Call(
                self._rim, scope["path_params"], asked, said, user, token, place, at.uid, headers=looked
            )
            limiter = self._limit(route, scope, past=route.past and AS_OF in asked)
            return await to_thread.run_sync(_done, route, call, limiter=limiter)

    def _room(self, route: Route, length: str) -> AbstractAsyncContextManager[Any]:
        """A place for what is read into memory; what is small, or says that it is, needs none.

        No more is read than a request says.
        """
        if route.takes is bytes and route.most > SMALL:
            return self._limits.bundles
        small = length.isdecimal() and len(length) < 10 and int(length) <= SMALL
        return nullcontext() if small or route.most <= SMALL else self._limits.documents

    def _bearer(self, token: str) -> User:
        return self._rim.node.people.bearer(token, self._rim.node.clock.now())

    def _limit(self, route: Route, scope: Scope, *, past: bool) -> CapacityLimiter:
        """Raises: Refused (`api.busy`)."""
        if not (route.heavy or past):
            return self._limits.plain
        return _in_turn(self._limits.near if connection(scope).local else self._limits.far)

    async def _stream(self, reader: Reader, route: Route, scope: Scope, receive: Receive, give: Send) -> None:
        """Raises: Refused (`api.busy`), TimeoutError for a reader that takes nothing."""
        pieces = self._rim.streams.open(reader, Headers(scope=scope).get(streaming.LAST, ""))

        async def write() -> None:
            start = _start(200, route.media)
            start["headers"].append((b"x-accel-buffering", b"no"))  # nginx would keep events back
            await give(start)
            async for piece in pieces:
                await give({"type": "http.response.body", "body": piece, "more_body": True})
            await give({"type": "http.response.body", "body": b""})

        writing = asyncio.ensure_future(write())
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait((writing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if writing.done():
                writing.result()
        finally:
            for each in (writing, leaving):
                each.cancel()
            await asyncio.gather(writing, leaving, return_exceptions=True)
            await pieces.aclose()


def _done(route: Route, call: Call) -> Any:
    """As acts.done, as of the moment that is asked for, if one is. Raises: also as Pasts.at."""
    text = call.asked.get(AS_OF) if route.past else None
    if text is None:
        return acts.done(route, call)
    with call.rim.pasts.at(times.parse_time(text, AS_OF)) as past:
        return acts.done(route, call._replace(past=past))


def _in_turn(limiter: CapacityLimiter) -> CapacityLimiter:
    """It, where not too many wait for it. Raises: Refused (`api.busy`)."""
    now = limiter.statistics()
    if now.borrowed_tokens >= now.total_tokens and now.tasks_waiting >= WAITING:
        raise Refused("api.busy", "too many ask for this at the same time; accepted: again in 5 s")
    return limiter


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _give(route: Route, given: Any, give: Send) -> None:
    """Raises: TimeoutError, for whoever does not take it."""
    given, cookie = given if isinstance(given, session.Answer) else (given, None)
    if route.gives is None:
        await give(_start(204, cookie=cookie))
        await give({"type": "http.response.body", "body": b""})
        return
    if isinstance(given, Part):
        await give(_part(given, route.media))
        await give({"type": "http.response.body", "body": given.data})
        return
    data = memoryview(given if route.gives is bytes else msgspec.json.encode(given))
    await give(_start(200, route.media, len(data), cookie))
    for at in range(0, max(len(data), 1), PIECE):
        piece, more = bytes(data[at : at + PIECE]), at + PIECE < len(data)
        await give({"type": "http.response.body", "body": piece, "more_body": more})


def _part(given: Part, media: str) -> Message:
    """The beginning of an answer that is a part of something (RFC 9110, 15.3.7)."""
    start = _start(206, media, len(given.data))
    last = given.first + len(given.data) - 1
    said = f"bytes {given.first}-{last}/{given.size}"
    start["headers"] += [(b"content-range", said.encode()), (b"accept-ranges", b"bytes")]
    return start


def _start(
    status: int, media: str | None = None, length: int | None = None, cookie: str | None = None
) -> Message:
    headers: list[tuple[bytes, bytes]] = [] if media is None else [(b"content-type", media.encode())]
    if length is not None:
        headers.append((b"content-length", b"%d" % length))
    if cookie is not None:
        headers.append((b"set-cookie", cookie.encode()))
    return {"type": "http.response.start", "status": status, "headers": headers}


NOT_HERE: Final = (
    "the token of this account is no password; accepted: one of an account whose only role is observer, or"
    " Authorization: Bearer"
)


def _token(headers: Headers, origin: str, *, basic: bool) -> tuple[str, bool]:
    """The token, and whether it came as a password. Raises: Refused (`accounts.token`)."""
    said = headers.getlist("authorization")
    kept = None if said else session.token(headers, origin)
    if kept is not None:
        return kept, False
    if basic and len(said) == 1 and said[0].lower().startswith(BASIC):
        with suppress(ValueError):
            # whatever the name is: the token says whose it is
            pair = base64.b64decode(said[0][len(BASIC) :].strip(), validate=True).decode("utf-8")
            return pair.partition(":")[2].strip(), True
    if len(said) != 1 or not said[0].lower().startswith(SCHEME):
        raise Refused(
            "accounts.token", "there is no token in the request; accepted: Authorization: Bearer, a token"
        )
    return said[0][len(SCHEME) :].strip(), False


def _check_role(route: Route, user: User) -> None:
    """Raises: Refused (`api.role`)."""
    if route.who and not route.who.intersection(user.roles):
        wanted = " or ".join(sorted(route.who))
        raise Refused("api.role", f"{user.name} may not do this; accepted: an account with the role {wanted}")


def _place(scope: Scope, at: Connection) -> str:
    """Where a login comes from: the connection says it, and no header."""
    if at.local:
        return LOCAL
    client = scope.get("client")
    return client[0] if client else "unknown"
