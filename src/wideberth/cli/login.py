"""`wideberth login` and `logout`: a token of one's own for a node, kept for the commands that come."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from msgspec import Struct

from wideberth.cli import node_asked as asked
from wideberth.cli import reached, tokens
from wideberth.cli.say import stopping, tell
from wideberth.errors import Refused, WideberthError
from wideberth.node.clock import SYSTEM
from wideberth.store import passwords

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

LOGIN_HELP = f"""\
Log in to a node: the commands that come work as this account.

The token is kept in a file of mode 600 under the XDG configuration home (~/.config/wideberth/tokens), one for
each node, and never shown. A program takes one of its own instead: wideberth admin token add, and
{tokens.VARIABLE}.

\b
Examples:
  wideberth login duty-1 --data north
  wideberth login duty-1 --url https://node.example:7878

\b
Exit codes: 0 done, 2 bad input, 3 could not (no node answers).
"""
LOGOUT_HELP = """\
End the token that `login` has kept, at the node and here.

\b
Exit codes: 0 done, 2 bad input, 3 the token is gone here, but the node did not answer: it lasts there until
it expires, or until somebody revokes it.
"""


class Granted(Struct, frozen=True):
    """What a node answers to a login."""

    token: str
    expires: str


class Login(NamedTuple):
    """Name and password as they were given, and how long the token is to last."""

    name: str
    password: str
    label: str
    days: int | None = None


def login(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The account.", show_default=False)],
    days: Annotated[
        int | None, typer.Option("--days", metavar="N", help="How long it lasts; else as the node has it.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Log in. `LOGIN_HELP` says the rest."""
    with stopping():
        at = reached.where(url, data, os.environ)
        folder = tokens.home(os.environ, Path.home())
        with reached.opened(at, None) as client:
            said = Login(name, asked.known_password(password_file, name), label("login"), days)
            granted = log_in(client, said)
            where = client.where
        _end(at, folder)
        tokens.keep(folder, tokens.Kept(at.name, name, granted.token))
        document = {"logged_in": name, "node": where, "expires": granted.expires}
        lines = [f"logged in as {name}, until {granted.expires}"]
        following = []
        if tokens.given(os.environ) is not None:
            following.append(f"{tokens.VARIABLE} is set, and counts more than this login.")
        asked.answer(document, lines, following, json=json)


def logout(url: reached.Url = None, data: reached.Data = None, json: asked.Json = False) -> None:
    """End a login. `LOGOUT_HELP` says the rest."""
    with stopping():
        at = reached.where(url, data, os.environ)
        folder = tokens.home(os.environ, Path.home())
        kept = tokens.read(folder, at.name)
        if kept is None:
            raise Refused(
                "login.none", f"nobody is logged in to {at.url or at.path}; accepted: wideberth login"
            )
        tokens.forget(folder, at.name)
        try:
            with reached.opened(at, kept.token) as client:
                client.ask("DELETE", "/v1/token")
        except Refused as error:
            if error.code != "accounts.token":
                raise
            tell("The token had ended already.")
        except (WideberthError, OSError):
            tell("The token is gone here. At the node it lasts until it expires or is revoked:")
            raise
        asked.answer({"logged_out": kept.name}, [f"logged out {kept.name}"], (), json=json)


def log_in(client: Client, said: Login) -> Granted:
    """A token for name and password. Raises: as Client.ask; Refused (`accounts.login`, `accounts.wait`)."""
    body = {"name": said.name, "password": said.password, "token": said.label}
    return client.ask(
        "POST", "/v1/login", Granted, body if said.days is None else {**body, "days": said.days}
    )


def label(what: str) -> str:
    """A name for a token that no other of the account has: what for, on which machine, since when."""
    host = "".join(each for each in socket.gethostname() if each.isprintable())
    return f"{what} {host[:24]} {asked.time(SYSTEM.now())}"[: passwords.NAME]


def _end(at: reached.Where, folder: Path) -> None:
    """The token that is replaced ends: nobody would know any more that it is there."""
    try:
        kept = tokens.read(folder, at.name)
        if kept is not None:
            with reached.opened(at, kept.token) as client:
                client.ask("DELETE", "/v1/token")
    except (WideberthError, OSError):
        return  # it has ended, or cannot be read: what is new counts
