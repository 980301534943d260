"""Signing in at the console: a token that the browser holds as a cookie, and no page can read.

The cookie counts only where the browser itself says that a page of this very origin asks (Sec-Fetch-Site), so
that no page of a stranger's can have it do anything; and it goes to no other path than the API's.
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.datastructures import Headers

from wideberth.errors import Refused
from wideberth.formats import times
from wideberth.store.accounts import User
from wideberth.web.call import Call
from wideberth.web.route import ANYBODY, Route

COOKIE: Final = "wideberth"
HOURS: Final = 16
"""How long a session lasts: a watch and its handover."""
_MS: Final = 3_600_000
_ATTRIBUTES: Final = "Path=/v1; HttpOnly; Secure; SameSite=Strict"


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password."""

    name: str
    password: str


class SessionView(Struct, frozen=True):
    """Who is signed in, and which roles the account has. `node` is what this party is called, if anything."""

    name: str
    roles: tuple[str, ...]
    node: str
    exercise: bool


class Answer(NamedTuple):
    """What is answered, with what the browser is to keep (the value of Set-Cookie)."""

    view: Any
    cookie: str


def cookie(origin: str) -> str:
    """What the session at an origin is called: a browser has one place for all ports of a machine, and who
    signs in at another node there stays signed in at this one.
    """
    port = urlsplit(origin).port
    return COOKIE if port is None else f"{COOKIE}-{port}"


def token(headers: Headers, origin: str) -> str | None:
    """The token of a session at an origin, where one counts. Raises: Refused (`accounts.token`)."""
    said = headers.getlist("cookie")
    if not said:
        return None
    try:
        found = SimpleCookie("; ".join(said)).get(cookie(origin))
    except CookieError:
        return None
    if found is None:
        return None
    if headers.getlist("sec-fetch-site") != ["same-origin"]:
        raise Refused(
            "accounts.token",
            "a session counts for pages of the console only; accepted: Authorization: Bearer, a token",
        )
    return found.value


def granted(call: Call, user: User) -> Answer:
    """A session for an account that has shown who it is. Raises: as Accounts.new_token."""
    now = call.node.clock.now()
    name = f"console {times.show_time(now)} {secrets.token_hex(3)}"
    shown = call.node.people.new_token(user.name, name, HOURS * _MS, now)
    return Answer(_view(call, user), f"{_name(call)}={shown}; Max-Age={HOURS * 3_600}; {_ATTRIBUTES}")


def sign_in(call: Call) -> Answer:
    """By name and password. Raises: as Accounts.login and Accounts.new_token."""
    said = call.body
    return granted(call, call.node.people.login(said.name, said.password, call.place, call.node.clock.now()))


def who(call: Call) -> SessionView:
    """Who asks."""
    return _view(call, call.who)


def sign_out(call: Call) -> Answer:
    """The session ends, here and in the browser."""
    call.node.people.end(call.token)
    return Answer(None, f"{_name(call)}=; Max-Age=0; {_ATTRIBUTES}")


def _name(call: Call) -> str:
    return cookie(call.rim.signing.origin)


def _view(call: Call, user: User) -> SessionView:
    settings = call.node.settings
    return SessionView(user.name, user.roles, settings.name, settings.exercise)


ROUTES: Final = (
    Route("POST", "/v1/session", None, SignIn, SessionView, sign_in,
          "Sign in at the console: the token comes as a cookie that pages cannot read.", heavy=True),
    Route("GET", "/v1/session", ANYBODY, None, SessionView, who, "Who is signed in.", present=True),
    Route("DELETE", "/v1/session", ANYBODY, None, None, sign_out, "Sign out."),
)  # fmt: skip
"""What of the API is about sessions."""
