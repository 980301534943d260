"""Logging in, accounts, tokens, and who is on duty."""

from __future__ import annotations

from collections.abc import Mapping

from wideberth.desk import presence
from wideberth.errors import Refused
from wideberth.formats import times
from wideberth.node import directory
from wideberth.node.views import time
from wideberth.store import duty
from wideberth.store.accounts import DAY, Token, User
from wideberth.web.asked import DutyView, Granted, TokenView, UserView
from wideberth.web.call import Call
from wideberth.web.route import AS_OF


def login(call: Call) -> Granted:
    """A token for name and password. Raises: as Accounts.login and Accounts.new_token."""
    said = call.body
    user = call.node.people.login(said.name, said.password, call.place, call.node.clock.now())
    return _granted(call, user.name, said.token, said.days)


def begin(call: Call) -> UserView:
    """The first user. Raises: Refused (`node.owner`), and as Accounts.begin."""
    if call.uid is None:
        message = f"the first user is made over the node's own socket; accepted: {directory.RUN}/ in its data"
        raise Refused("node.owner", message)
    directory.same_user(call.uid, call.rim.path)
    return _user(call.node.people.begin(call.body.name, call.body.password, call.node.clock.now()))


def log_out(call: Call) -> None:
    """The token that asks ends."""
    call.node.people.end(call.token)


def users(call: Call) -> list[UserView]:
    """All accounts."""
    return [_user(each) for each in call.node.people.users()]


def add(call: Call) -> UserView:
    """A new account. Raises: as Accounts.add."""
    said = call.body
    return _user(call.node.people.add(said.name, said.password, said.roles, call.node.clock.now()))


def set_password(call: Call) -> None:
    """Another password. Raises: as Accounts.set_password."""
    call.node.people.set_password(call.named["name"], call.body.password)


def set_roles(call: Call) -> UserView:
    """Other roles. Raises: as Accounts.set_roles."""
    call.node.people.set_roles(call.named["name"], call.body.roles)
    return _user(call.node.people.user(call.named["name"]))


def set_enabled(call: Call) -> UserView:
    """Let an account log in, or no longer. Raises: as Accounts.disable."""
    name, accounts = call.named["name"], call.node.people
    if call.body.enabled:
        accounts.enable(name)
    else:
        accounts.disable(name, call.node.clock.now())
    return _user(accounts.user(name))


def delete(call: Call) -> None:
    """An account goes. Raises: as Accounts.delete."""
    call.node.people.delete(call.named["name"], call.node.clock.now())


def tokens(call: Call) -> list[TokenView]:
    """The tokens of an account."""
    return [_token(each) for each in call.node.people.tokens(call.named["name"])]


def new_token(call: Call) -> Granted:
    """A token for a program. Raises: as Accounts.new_token."""
    return _granted(call, call.named["name"], call.body.token, call.body.days)


def revoke(call: Call) -> None:
    """A token ends. Raises: as Accounts.revoke."""
    call.node.people.revoke(call.named["name"], call.named["token"])


def watch(call: Call) -> list[DutyView]:
    """Who is on duty, or was. Raises: Invalid (as times.parse_time)."""
    text = call.asked.get(AS_OF)
    return _watch(call, None if text is None else times.parse_time(text, AS_OF))


def take(call: Call) -> list[DutyView]:
    """Whoever asks goes on duty. Raises: as Accounts.take."""
    said, now = call.body, call.node.clock.now()
    call.node.people.take(call.who.name, said.post, now, relieve=said.relieve)
    return _watch(call)


def hand(call: Call) -> list[DutyView]:
    """Whoever asks hands a post over. Raises: Invalid (`duty.sheet`), and as Accounts.hand."""
    said = call.body
    sheet = None if said.sheet is None else presence.sheet(said.sheet)
    call.node.people.hand(call.who.name, said.post, said.to, call.node.clock.now())
    if sheet is not None:
        call.node.room.keeping.handed(said.post, sheet)
    return _watch(call)


def _granted(call: Call, name: str, token: str, days: int | None) -> Granted:
    now = call.node.clock.now()
    lasts_ms = (call.rim.token_days if days is None else days) * DAY
    shown = call.node.people.new_token(name, token, lasts_ms, now)
    return Granted(shown, time(now + lasts_ms))


def _user(user: User) -> UserView:
    return UserView(user.name, user.roles, user.enabled, time(user.made_ms))


def _token(token: Token) -> TokenView:
    used = None if token.used_ms is None else time(token.used_ms)
    return TokenView(token.name, time(token.made_ms), used, time(token.expires_ms))


def _watch(call: Call, at_ms: int | None = None) -> list[DutyView]:
    accounts = call.node.people
    names: Mapping[int | None, str] = {each.id: each.name for each in accounts.users()}
    on, found = accounts.watch(at_ms), []
    for post in duty.POSTS:
        change = on.get(post)
        if change is None:
            found.append(DutyView(post, None, None, None))
        else:
            name = None if change.user is None else names.get(change.user, "a deleted account")
            found.append(DutyView(post, name, time(change.at_ms), change.how))
    return found
