"""The API as an ASGI application: the front that all passes, and a door for each path of the table.

Refused in this order: too many connections, a foreign Host, no such path, another method, no token, another
role, what cannot be read. Whoever is refused learns nothing of what would have come next.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route as Path
from starlette.types import Receive, Scope, Send

from wideberth.node import config
from wideberth.node.node import Node
from wideberth.node.past import Pasts
from wideberth.web import door
from wideberth.web.call import Rim
from wideberth.web.console_files import console
from wideberth.web.door import Door
from wideberth.web.front import HOSTS, Front
from wideberth.web.metrics import Metrics
from wideberth.web.problems import not_found
from wideberth.web.route import Route
from wideberth.web.signing import Signing
from wideberth.web.streams import PATIENCE, Patience, Streams
from wideberth.web.table import TABLE


def app(node: Node, patience: Patience = PATIENCE, table: Sequence[Route] = TABLE) -> Starlette:
    """The API of a node. Its `state.streams` ends the streams of events, which end by themselves never.

    Raises: Invalid (`config.value`).
    """
    streams = Streams(node, patience)
    metrics = Metrics(node, lambda: streams.count)
    signing = Signing(origin(node, None))
    rim = Rim(node, node.path, node.settings.token_days, streams, metrics, Pasts(node), signing)
    limits = door.limits()
    paths: dict[str, list[Route]] = {}
    for route in table:
        paths.setdefault(route.path, []).append(route)
    made = Starlette(
        routes=[
            *(Path(path, Door(routes, rim, limits)) for path, routes in paths.items()),
            *(Path(path, _Console()) for path in ("/", "/console", "/console/{name:path}")),
        ],
        middleware=[
            Middleware(
                Front,
                hosts=_hosts(node),
                metrics=metrics,
                log=node.log,
                exercise=node.settings.exercise,
            )
        ],
    )
    made.router.redirect_slashes = False
    made.router.default = _nothing
    made.state.streams = streams
    made.state.signing = signing
    return made


def origin(node: Node, port: int | None) -> str:
    """Where browsers have the console: as the setting says, else here; `port`: the one it has in fact."""
    listener = config.listener(node.settings.api, "api")
    at = port if port is not None else listener[1] if listener is not None else 0
    return node.settings.console or f"http://localhost:{at}"


class _Console:
    """As an object, since Starlette takes a function for something else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await console(scope, receive, send)


async def _nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise not_found()


def _hosts(node: Node) -> frozenset[str]:
    """What may be named as Host: this machine, and the address that is listened on."""
    listener = config.listener(node.settings.api, "api")
    if listener is None:
        return HOSTS
    address = ipaddress.ip_address(listener[0])
    return HOSTS | {f"[{address}]" if address.version == 6 else str(address)}
