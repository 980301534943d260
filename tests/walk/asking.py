"""Asks every route of a node's API as everybody may, with names that there are and others."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import anyio
import httpx
from starlette.types import ASGIApp, Message

from tests.walk.world import World
from tests.web import test_roles
from tests.web.reached import LOCALHOST, ROLES
from wideberth.formats.times import to_rfc3339
from wideberth.ledger import ids
from wideberth.node.node import Node
from wideberth.web.app import app
from wideberth.web.route import Route
from wideberth.web.table import TABLE

NOBODY: Final = "nobody"
WHO: Final = (*ROLES, NOBODY)
EVENTS: Final = "/v1/events"
ALL: Final = 8
"""Names of a kind that stand after question marks."""
AGAIN: Final = 2
"""Times that somebody comes again who was told to."""
FEW: Final = 3
"""Names of a kind that are asked for, and twice as many of each path."""
QUERIES: Final[dict[str, tuple[str, ...]]] = {
    "/v1/feeds/zones.kml": ("level=full", "level=coarse"),
    "/v1/feeds/zones.geojson": ("level=full", "level=coarse"),
    "/v1/feeds/link.kml": ("level=full", "level=coarse"),
    "/v1/plans": ("", "over=no", "named={plan}", "after={plan}"),
    "/v1/lines/{line}/notices": ("", "over=no", "named={notice}"),
    "/v1/cases": ("", "line={line}", "named={case}"),
    "/v1/cases/{case}/record": ("", "headers=no"),
    "/v1/lines/{line}/record": ("", "feeds={feed}"),
    "/v1/replies": ("", "state=shown"),
    "/v1/sites/{list}/held": ("row=u-1", "row=t-1"),
    "/v1/sites/{list}/person": ("row=u-1", "row=t-1", "row=none"),
    "/v1/site-cases": ("", "plan={plan}"),
    "/v1/known": ("as_of={now}",),
    "/v1/acts": ("", "noun={plan}", "noun={list}"),
    "/v1/calls": ("", "line={line}"),
    "/v1/statements": ("", "line={line}"),
    "/v1/lines/{line}/statements/{statement}": ("", "whose=ours", "whose=theirs"),
    "/v1/incident": tuple(f"about={{{each}}}&line={{line}}" for each in ("call", "plan", "case", "notice")),
    "/v1/manual/{manual}/plans/{plan}/script": ("form=voice", "form=e-mail", "form=form"),
    "/v1/manual/{manual}/cases/{case}/script": ("said=told",),
    "/v1/lines/{line}/blind/question": ("run={run}&round=0&cell=00&case={case}",),
    "/v1/communiques/{communique}/notice": ("format=cap", "format=notam", "format=navwarn"),
    "/v1/watch/alerts": ("", "over=yes"),
    "/v1/holds": ("", "over=yes"),
    "/v1/place": ("text=12.5%2C45.5",),
}
"""What stands after the question mark, where a view has more to ask for."""


class Answer(NamedTuple):
    """What was asked by whom, and all bytes that came back."""

    who: str
    route: str
    path: str
    status: int
    data: bytes


class Api(NamedTuple):
    """A node's API, and who asks it."""

    node: Node
    made: ASGIApp
    client: httpx.AsyncClient
    tokens: Mapping[str, str]
    names: Mapping[str, Sequence[str]]


def reach(world: World, name: str, *, foreign: bool = True) -> Api:
    """The API of one of the nodes. `foreign`: it is asked for our names too."""
    node = world.nodes[name]
    names = known(node)
    if name != "ours" and foreign:
        names = {kind: [*some[:FEW], *known(world.ours)[kind][:FEW]] for kind, some in names.items()}
    made = app(node)
    transport = httpx.ASGITransport(made, client=("127.0.0.1", 50_000))
    client = httpx.AsyncClient(transport=transport, base_url=LOCALHOST)
    return Api(node, made, client, world.tokens[name], names)


def known(node: Node) -> dict[str, list[str]]:
    """For each part of a path the names that a node has for it."""
    lines = [each.line for each in node.lines()]
    notices = [each.notice for line in lines for each in node.desk.notices(line)]
    told = node.sites.told()
    versions = [each for line in lines for each in node.agreed.of(line).versions]
    alerts = [each.alert for each in node.room.watch.alerts(over=True)]
    return {
        "now": [to_rfc3339(node.clock.now())],
        "agreement": [ids.base32(bytes([n] * 16)) for n in range(1, 5)],
        "alert": alerts or [f"w-{'a' * 26}"],
        "audit": ["ab" * 32],
        "call": [each.call for each in node.room.calls.all()],
        "case": [each.case for each in node.desk.cases()],
        "cell": [each.cell for each in node.room.relay.cells()],
        "drill": ["some-drill"],
        "passkey": ["QUFB"],
        "feed": [
            f"wideberth/{each.line}/{party}/main/0"
            for each in node.lines()
            for party in (node.party, each.peer)
        ],
        "hold": [each.hold for each in node.room.holds.all()],
        "line": lines,
        "list": [*(each.list for each in node.sites.lists()), *(each.list for each in told)],
        "manual": [each.manual for each in node.manual.all()],
        "name": [each.name for each in node.people.users()],
        "notice": notices,
        "plan": [each.plan for each in node.desk.plans()],
        "release": [each.release for each in node.room.releases.all()],
        "communique": [each.communique for each in node.room.communiques.all()],
        "file": ["release.txt", "release.geojson"],
        "asked": [f"o-{'a' * 26}"],
        "reply": [str(each.reply) for each in node.room.replies.queue()] or ["1000"],
        "relay": [each.relay for each in node.room.relay.all().relays],
        "run": [f"b-{'a' * 26}"],
        "sha256": [each.sha256 for each in versions],
        "statement": [each.statement for each in node.room.statements.all()],
        "talks": [each.talks for each in node.room.talks.all()],
        "token": [f"test {node.start}"],
    }


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def paths(route: Route, names: Mapping[str, Sequence[str]], few: int) -> Iterator[str]:
    """The path with names that there are, in some of their combinations."""
    parts = re.findall(r"\{(\w+)\}", route.path)
    choices = [[*names[part][: few or 1], "nothing-has-this-name"] for part in parts]
    for chosen in itertools.islice(_mixed(choices), 2 * few + 2):
        path = route.path
        for part, value in zip(parts, chosen, strict=True):
            path = path.replace(f"{{{part}}}", quote(value))
        yield path


def _mixed(choices: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """All combinations, so that every name stands in one of the first."""
    longest = max(map(len, choices), default=1)
    first = [tuple(each[n % len(each)] for each in choices) for n in range(longest)]
    yield from dict.fromkeys((*first, *itertools.product(*choices)))


def queries(route: Route, names: Mapping[str, Sequence[str]], few: int) -> Iterator[str]:
    """What stands after the question mark, also as of now."""
    for query in QUERIES.get(route.path, ("",)):
        parts = re.findall(r"\{(\w+)\}", query)
        for chosen in itertools.islice(
            _mixed([names[part][:ALL] or ("none",) for part in parts]), ALL if few else 2
        ):
            asked = query
            for part, value in zip(parts, chosen, strict=True):
                asked = asked.replace(f"{{{part}}}", quote(value))
            yield f"?{asked}" if asked else ""
    if few and route.past and route.path != "/v1/known":
        yield f"?as_of={quote(names['now'][0])}"


def requests(route: Route, to: Api, few: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Paths, and what is sent there: nothing that changes what anybody may see."""
    if route.method == "GET":
        for path in paths(route, to.names, few):
            for query in queries(route, to.names, few):
                yield path + query, {}
        return
    body = test_roles.BODIES.get(route.path)
    if route.takes is not None:
        # what is named is there, and what is said cannot be read
        for path in itertools.islice(paths(route, to.names, few), None if few else 1):
            yield path, test_roles.asked(route)
    elif not few or body is None:
        yield test_roles.nowhere(route), {}
    if few and body is not None and "{" in route.path:
        yield test_roles.nowhere(route), {"json": body}


async def ask(to: Api, who: str, method: str, path: str, **more: Any) -> tuple[int, bytes]:
    """Status, and headers and body as they come."""
    headers = dict(more.pop("headers", {}))
    if who != NOBODY:
        headers["authorization"] = f"Bearer {to.tokens[who]}"
    answer = await to.client.request(method, path, headers=headers, **more)
    for _ in range(AGAIN):
        if answer.status_code not in (408, 503):
            break
        # so many ask at once that some have to come again
        answer = await to.client.request(method, path, headers=headers, **more)
    head = b"\n".join(b"%s: %s" % pair for pair in answer.headers.raw)
    return answer.status_code, head + b"\n\n" + answer.content


async def walk(to: Api, who: str, few: int = FEW) -> list[Answer]:
    """Everything that there is to ask, asked by one; in the end the stream of events from its beginning."""
    found = []
    for route in TABLE:
        if route.path == EVENTS or name(route) in test_roles.ENDING:
            continue
        for path, more in requests(route, to, few):
            found.append(Answer(who, name(route), path, *await ask(to, who, route.method, path, **more)))
    for each in test_roles.ENDING:
        method, path = each.split()
        found.append(Answer(who, each, path, *await ask(to, NOBODY, method, path)))
    found.append(Answer(who, f"GET {EVENTS}", EVENTS, *await stream(to, who)))
    return found


def walks(asked: Sequence[tuple[Api, str, int]]) -> list[list[Answer]]:
    """The same by several at a time: whom they ask, who they are, how many names of a kind they ask for."""

    async def all_() -> list[list[Answer]]:
        return await asyncio.gather(*(walk(*each) for each in asked))

    return asyncio.run(all_())


async def stream(to: Api, who: str) -> tuple[int, bytes]:
    """All events of this start of the node, as a reader has them who was never there before."""
    found, _ = to.node.events(0)
    last = f"id: {to.node.start}-{found[-1].n}\n".encode()
    headers = [(b"host", b"localhost"), (b"last-event-id", f"{to.node.start}-0".encode())]
    if who != NOBODY:
        headers.append((b"authorization", f"Bearer {to.tokens[who]}".encode()))
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": EVENTS, "raw_path": EVENTS.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 50_000), "server": ("localhost", 80), "state": {},
    }  # fmt: skip
    status, data = await _read(to.made, scope, last)
    for _ in range(AGAIN):
        if status not in (408, 503):
            break
        status, data = await _read(to.made, scope, last)
    return status, data


async def _read(made: ASGIApp, scope: dict[str, Any], last: bytes) -> tuple[int, bytes]:
    """A reader that leaves when it has read the last event."""
    got, status, left = bytearray(), [0], anyio.Event()
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        for first in asked:
            return first
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            status[0] = message["status"]
            got.extend(json.dumps([[each.decode() for each in pair] for pair in message["headers"]]).encode())
            return
        got.extend(message.get("body", b""))
        if last in got or not message.get("more_body", False):
            left.set()

    await made(scope, receive, send)
    return status[0], bytes(got)
