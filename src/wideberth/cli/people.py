"""The people of a node: in its files where it does not run, else asked of it; the same methods on both."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from wideberth.cli import login, reached
from wideberth.cli import node_asked as asked
from wideberth.cli.reached import Where
from wideberth.cli.say import tell
from wideberth.errors import Invalid, Refused, shorten
from wideberth.links.node_url import part
from wideberth.node import directory
from wideberth.node.clock import SYSTEM
from wideberth.node.keeping_views import PresenceView
from wideberth.store import accounts, duty, passwords
from wideberth.store.accounts import DAY, LOCAL, Accounts, User
from wideberth.web.asked import DutyView, Granted, TokenView, UserView
from wideberth.web.desk_asked import ActView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load


class Files:
    """The accounts in the files of a node that does not run; nobody else has them meanwhile.

    Every method raises as the same method of Accounts.
    """

    def __init__(self, held: Accounts, path: Path) -> None:
        self._held = held
        self._path = path

    def begin(self, name: str, password: str) -> UserView:
        """The first user, an admin. Raises: Refused (`node.owner`)."""
        directory.same_user(os.geteuid(), self._path)
        return _view(self._held.begin(name, password, SYSTEM.now()))

    def add(self, name: str, password: str, roles: Collection[str]) -> UserView:
        """A new account."""
        return _view(self._held.add(name, password, roles, SYSTEM.now()))

    def users(self) -> list[UserView]:
        """All accounts, by name."""
        return [_view(each) for each in self._held.users()]

    def user(self, name: str) -> UserView:
        """One account."""
        return _view(self._held.user(name))

    def set_password(self, name: str, password: str) -> None:
        """A new password."""
        self._held.set_password(name, password)

    def set_roles(self, name: str, roles: Collection[str]) -> None:
        """Other roles."""
        self._held.set_roles(name, roles)

    def enable(self, name: str) -> None:
        """Let an account log in again."""
        self._held.enable(name)

    def disable(self, name: str) -> list[duty.Post]:
        """An account logs in no more; the posts that it leaves."""
        return [each.post for each in self._held.disable(name, SYSTEM.now())]

    def delete(self, name: str) -> list[duty.Post]:
        """Nothing of an account stays; the posts that it leaves."""
        return [each.post for each in self._held.delete(name, SYSTEM.now())]

    def new_token(self, name: str, token: str, days: int | None) -> str:
        """A token of an account. Raises: Invalid (as directory.settings) too."""
        settings = directory.settings(self._path, os.environ, {"token_days": days})
        return self._held.new_token(name, token, settings.token_days * DAY, SYSTEM.now())

    def tokens(self, name: str) -> list[TokenView]:
        """The tokens of an account."""
        return [
            TokenView(
                each.name,
                asked.time(each.made_ms),
                None if each.used_ms is None else asked.time(each.used_ms),
                asked.time(each.expires_ms),
            )
            for each in self._held.tokens(name)
        ]

    def revoke(self, name: str, token: str) -> None:
        """End a token."""
        self._held.revoke(name, token)

    def on_duty(self, at_ms: int | None = None) -> list[DutyView]:
        """Who is on duty, or was at a moment."""
        on, names = self._held.watch(at_ms), {each.id: each.name for each in self._held.users()}
        return [_on(post, on.get(post), names) for post in duty.POSTS]

    def acts(self, noun: str | None) -> Iterator[ActView]:
        """Who asked for which change, the newest first; of one plan, case or line."""
        before = None
        while found := self._held.acts.listed(before, noun):
            for each in found:
                yield ActView(
                    each.n, asked.time(each.at_ms), each.name, each.what, each.line, each.noun, each.done
                )
            before = found[-1].n

    @contextmanager
    def acting(self, name: str | None, password_file: str | None) -> Iterator[Acting]:
        """Whoever goes on duty, by the own password. Raises: as Accounts.login; Invalid (`accounts.name`)."""
        if name is None:
            raise Invalid("accounts.name", "--as", "nothing", passwords.NAME_WANTED)
        secret = asked.known_password(password_file, name)
        who = self._held.login(name, secret, LOCAL, SYSTEM.now())
        yield Acting(self, self._held, who.name)


class Acting(NamedTuple):
    """A person in the files, for the changes of duty that are the own."""

    people: Files
    held: Accounts
    name: str

    def take(self, post: str, *, relieve: bool) -> None:
        """Go on duty."""
        self.held.take(self.name, post, SYSTEM.now(), relieve=relieve)

    def hand(self, post: str, to: str, sheet: str | None = None) -> None:
        """Hand a post over. Raises: Refused (`duty.no_node`)."""
        if sheet is not None:
            words = "a sheet is entered by a node that runs"
            raise Refused("duty.no_node", f"{words}; accepted: without --sheet, or wideberth node run")
        self.held.hand(self.name, post, to, SYSTEM.now())

    def present(self) -> PresenceView:
        """Raises: Refused (`duty.no_node`): where no node runs, nobody is missed."""
        words = "presence is kept by a node that runs"
        raise Refused("duty.no_node", f"{words}; accepted: wideberth node run")

    def on_duty(self) -> list[DutyView]:
        """Who is on duty now."""
        return self.people.on_duty()


class Remote:
    """The accounts of a node that runs, with the methods of Accounts; the time is the node's own.

    Every method raises as Client.ask, and what the node answers: the errors of the same method of Accounts.
    """

    def __init__(self, client: Client, at: Where) -> None:
        self.client = client
        self.at = at

    def begin(self, name: str, password: str) -> UserView:
        """The first user, an admin: only over the socket, from the user that the directory belongs to."""
        return self.client.ask("POST", "/v1/begin", UserView, {"name": name, "password": password})

    def add(self, name: str, password: str, roles: Collection[str]) -> UserView:
        """A new account."""
        body = {"name": name, "password": password, "roles": list(roles)}
        return self.client.ask("POST", "/v1/users", UserView, body)

    def users(self) -> list[UserView]:
        """All accounts, by name."""
        return self.client.ask("GET", "/v1/users", list[UserView])

    def user(self, name: str) -> UserView:
        """One account. Raises: Invalid (`accounts.none`)."""
        plain = passwords.name(name)
        for each in self.users():
            if each.name == plain:
                return each
        raise Invalid("accounts.none", "name", name, "the name of an account: wideberth admin user list")

    def set_password(self, name: str, password: str) -> None:
        """A new password."""
        self.client.ask("PUT", _path(self.user(name), "password"), None, {"password": password})

    def set_roles(self, name: str, roles: Collection[str]) -> None:
        """Other roles."""
        self.client.ask("PUT", _path(self.user(name), "roles"), None, {"roles": list(roles)})

    def enable(self, name: str) -> None:
        """Let an account log in again."""
        self.client.ask("PUT", _path(self.user(name), "enabled"), None, {"enabled": True})

    def disable(self, name: str) -> list[duty.Post]:
        """An account logs in no more; the posts that it leaves."""
        user = self.user(name)
        held = self._posts(user.name)
        self.client.ask("PUT", _path(user, "enabled"), None, {"enabled": False})
        return held

    def delete(self, name: str) -> list[duty.Post]:
        """Nothing of an account stays; the posts that it leaves."""
        user = self.user(name)
        held = self._posts(user.name)
        self.client.ask("DELETE", _path(user))
        return held

    def new_token(self, name: str, token: str, days: int | None) -> str:
        """A token of an account."""
        body: dict[str, object] = {"token": token}
        if days is not None:
            body["days"] = days
        return self.client.ask("POST", _path(self.user(name), "tokens"), Granted, body).token

    def tokens(self, name: str) -> list[TokenView]:
        """The tokens of an account."""
        return self.client.ask("GET", _path(self.user(name), "tokens"), list[TokenView])

    def revoke(self, name: str, token: str) -> None:
        """End a token. Raises: Invalid (`accounts.no_token`)."""
        if " ".join(token.split()) not in {each.name for each in self.tokens(name)}:
            raise Invalid("accounts.no_token", "token", token, "the name of a token: admin token list")
        self.client.ask("DELETE", _path(self.user(name), "tokens", part(" ".join(token.split()))))

    def on_duty(self, at_ms: int | None = None) -> list[DutyView]:
        """Who is on duty, or was at a moment."""
        asking = "" if at_ms is None else f"?as_of={part(asked.time(at_ms))}"
        return self.client.ask("GET", f"/v1/duty{asking}", list[DutyView])

    def take(self, post: str, *, relieve: bool) -> None:
        """Go on duty, as whose token it is."""
        self.client.ask("POST", "/v1/duty/take", None, {"post": duty.post(post), "relieve": relieve})

    def hand(self, post: str, to: str, sheet: str | None = None) -> None:
        """Hand a post over, as whose token it is; with the SHA-256 of the sheet that was handed over."""
        named = {} if sheet is None else {"sheet": sheet}
        self.client.ask("POST", "/v1/duty/hand", None, {"post": duty.post(post), "to": to, **named})

    def present(self) -> PresenceView:
        """Be there, as whose token it is."""
        return self.client.ask("POST", "/v1/duty/present", PresenceView)

    def acts(self, noun: str | None) -> Iterator[ActView]:
        """Who asked for which change, the newest first; of one plan, case or line."""
        of = "" if noun is None else f"noun={part(noun)}&"
        before = ""
        while found := self.client.ask("GET", f"/v1/acts?{of}{before}".rstrip("?&"), list[ActView]):
            yield from found
            before = f"before={found[-1].n}"

    def _posts(self, name: str) -> list[duty.Post]:
        return [each.post for each in self.on_duty() if each.name == name]

    @contextmanager
    def acting(self, name: str | None, password_file: str | None) -> Iterator[Remote]:
        """Whoever goes on duty: by the own password, for this once, or whoever has logged in.

        Raises: Refused (`accounts.login`, `accounts.wait`).
        """
        if name is None:
            yield self
            return
        secret = asked.known_password(password_file, name)
        granted = login.log_in(self.client, login.Login(name, secret, login.label("duty"), 1))
        with reached.opened(self.at, granted.token) as own:
            try:
                yield Remote(own, self.at)
            finally:
                own.ask("DELETE", "/v1/token")


People: TypeAlias = Files | Remote


@contextmanager
def opened(url: str | None, data: str | None, *, first: bool = False) -> Iterator[People]:
    """The people of the node that is meant; `first` is for who makes the first user, without a token.

    Raises: as reached.reached, directory.held and accounts.open.
    """
    at = reached.where(url, data, os.environ)
    if at.url is None and not asks(at):
        asked.settings(at.path)
        with directory.held(at.path), accounts.open(at.path / directory.ACCOUNTS) as held:
            tell(f"No node runs on {shorten(str(at.path), 400)}: working on its files directly.")
            yield Files(held, at.path)
        return
    with reached.opened(at, None if first else reached.token(at, os.environ)) as client:
        yield Remote(client, at)


def asks(at: Where) -> bool:
    """Whether a node runs on the files, which is then asked. Raises: as directory.held."""
    try:
        with directory.held(at.path, moved=True):
            return False
    except Refused as error:
        # a command that has it for a moment has no socket
        if error.code == "node.locked" and reached.runs(at):
            return True
        raise


def _path(user: UserView, *more: str) -> str:
    return "/".join(["/v1/users", part(user.name), *more])


def _view(user: User) -> UserView:
    return UserView(user.name, user.roles, user.enabled, asked.time(user.made_ms))


def _on(post: duty.Post, change: duty.Change | None, names: Mapping[int, str]) -> DutyView:
    if change is None:
        return DutyView(post, None, None, None)
    name = None if change.user is None else names.get(change.user, "a deleted account")
    return DutyView(post, name, asked.time(change.at_ms), change.how)
