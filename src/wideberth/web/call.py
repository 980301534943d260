"""One request, as what answers it sees it: who asks, from where, for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from wideberth.errors import Refused
from wideberth.node.node import Node
from wideberth.node.past import Pasts
from wideberth.store.accounts import User
from wideberth.web.metrics import Metrics
from wideberth.web.signing import Signing
from wideberth.web.streams import Streams

STATE: Final = "wideberth"
"""Where a connection stands in the state of a request."""


class Connection(NamedTuple):
    """What the socket knows of a request.

    Attributes:
        local: whether it came over the node's own socket in its data directory.
        uid: whose process is at the other end; None where the system does not tell.
        crowded: whether more connections are open than are answered.
        cut: end it at once, whatever still waits to be written.
    """

    local: bool
    uid: int | None
    crowded: bool
    cut: Callable[[], None]


class Rim(NamedTuple):
    """What the API works on: `path` is the data directory, `token_days` the setting of that name, `pasts` the
    node as of earlier moments, `signing` what passkeys are asked to sign.
    """

    node: Node
    path: Path
    token_days: int
    streams: Streams
    metrics: Metrics
    pasts: Pasts
    signing: Signing


class Part(NamedTuple):
    """Some bytes of something larger: from `first` on, of `size`."""

    data: bytes
    first: int
    size: int


class Call(NamedTuple):
    """A request that may be answered.

    Attributes:
        rim: what it is answered from.
        named: the parts of the path that name something.
        asked: what stands after the question mark.
        body: as its type; nothing where none is taken.
        user: who asks; nobody where no token is needed.
        token: the token.
        place: where it comes from, as accounts have it.
        uid: whose process asks; None where it came over the network, or the system does not tell.
        past: the node as of the moment that is asked for; None: as it is.
        headers: those that the route looks at, by their names in small letters.
    """

    rim: Rim
    named: Mapping[str, str]
    asked: Mapping[str, str]
    body: Any
    user: User | None
    token: str
    place: str
    uid: int | None
    past: Node | None = None
    headers: Mapping[str, str] = MappingProxyType({})

    @property
    def node(self) -> Node:
        """The node that is asked, or what it knew."""
        return self.past or self.rim.node

    @property
    def who(self) -> User:
        """The account that asks; only where the table has a token asked for."""
        if self.user is None:
            raise AssertionError("a route without a token asks who it is")
        return self.user

    def still_counts(self) -> bool:
        """Whether the token does, by now."""
        try:
            self.node.people.bearer(self.token, self.node.clock.now())
        except Refused:
            return False
        return True
