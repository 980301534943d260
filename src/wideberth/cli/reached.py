"""Where the node is that a command asks: at a URL, or on this machine by the socket in its data directory."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from wideberth.cli import as_of, tokens
from wideberth.cli import node_asked as asked
from wideberth.cli.say import exercise
from wideberth.errors import Refused, Unreachable, shorten
from wideberth.links import node_url
from wideberth.node import directory

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SOCKET: Final = "node.sock"
VARIABLE: Final = "WIDEBERTH_URL"
DATA_VARIABLE: Final = "WIDEBERTH_DATA"

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help=f"The node that is asked; else {VARIABLE}, else the one that runs on --data.",
        show_default=False,
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar=DATA_VARIABLE,
        help="The data directory of a node on this machine; else wideberth under the XDG data home.",
        show_default=False,
    ),
]


class Where(NamedTuple):
    """A node: by its URL, or by the data directory of this machine that it runs on."""

    url: str | None
    path: Path

    @property
    def name(self) -> str:
        """What a token for it is kept under."""
        return self.url or f"unix:{self.socket.absolute()}"

    @property
    def socket(self) -> Path:
        """Where a node on this machine listens."""
        return self.path / directory.RUN / SOCKET


def where(url: str | None, data: str | None, environment: Mapping[str, str]) -> Where:
    """Which node is meant: a flag counts more than a variable, and a URL more than a directory.

    Raises: Invalid (`client.url`).
    """
    flagged = data is not None and data != environment.get(DATA_VARIABLE)
    named = url or ("" if flagged else environment.get(VARIABLE, ""))
    return Where(node_url.address(named) if named else None, asked.place(data))


def token(at: Where, environment: Mapping[str, str]) -> str:
    """WIDEBERTH_TOKEN, else what `login` has kept.

    Raises: Refused (`login.none`), and as tokens.given and tokens.read.
    """
    found = tokens.given(environment)
    if found is not None:
        return found
    kept = tokens.read(tokens.home(environment, Path.home()), at.name)
    if kept is None:
        whom = f"--url {at.url}" if at.url else f"--data {shorten(str(at.path), 400)}"
        raise Refused("login.none", f"nobody has logged in here; accepted: wideberth login NAME {whom}")
    return kept.token


@contextmanager
def opened(at: Where, secret: str | None) -> Iterator[Client]:
    """The client of a node, with a token or without.

    Raises: Unreachable (`client.no_node`), Refused (`client.socket`), OSError.
    """
    from wideberth.links import client  # what it needs takes long to load, and few commands do

    if at.url is not None:
        with client.over_url(at.url, secret) as found:
            found.on_exercise = exercise
            yield found
        return
    check(at)
    with client.over_socket(at.socket, secret) as found:
        found.on_exercise = exercise
        yield found


@contextmanager
def reached(url: str | None, data: str | None) -> Iterator[Client]:
    """The node that is meant, as whoever has logged in. Raises: as `where`, `token` and `opened`."""
    with reached_at(where(url, data, os.environ)) as found:
        yield found


@contextmanager
def reached_at(at: Where) -> Iterator[Client]:
    """The same, where it is known which one. Raises: as `token` and `opened`."""
    if at.url is None:
        check(at)  # that no node runs there is what there is to say first
    with opened(at, token(at, os.environ)) as found:
        found.as_of = as_of.moment()
        as_of.head(found)
        yield found


def runs(at: Where) -> bool:
    """Whether a node on this machine has its socket there; one that was killed leaves it behind."""
    try:
        return stat.S_ISSOCK(at.socket.stat(follow_symlinks=False).st_mode)
    except OSError:
        return False


def answers(at: Where) -> bool:
    """Whether a node on this machine answers there."""
    if not runs(at):
        return False
    try:
        with socket.socket(socket.AF_UNIX) as tried:
            tried.connect(str(at.socket))
    except OSError:
        return False
    return True


def check(at: Where) -> None:
    """Passwords go through the socket: nobody else may have put it there.

    Raises: Unreachable (`client.no_node`), Refused (`client.socket`), OSError.
    """
    shown = shorten(str(at.path), 400)
    if not runs(at):
        raise Unreachable(
            "client.no_node", f"no node runs on {shown}; accepted: wideberth node run --data, or --url"
        )
    found = at.socket.parent.stat()
    if found.st_uid not in (os.geteuid(), 0) or found.st_mode & 0o022:
        raise Refused(
            "client.socket", f"others may write where the socket of {shown} is; accepted: your own folder"
        )
