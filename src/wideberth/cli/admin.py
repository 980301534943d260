"""`wideberth admin`: the people of a node and their tokens; asked of it, or in its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Annotated, Any

import msgspec
import typer

from wideberth.cli import node_asked as asked
from wideberth.cli import people as persons
from wideberth.cli import reached
from wideberth.cli.people import People
from wideberth.cli.say import stopping
from wideberth.store import duty
from wideberth.store.accounts import ROLES
from wideberth.web.asked import TokenView, UserView
from wideberth.web.desk_asked import ActView

ADMIN_HELP = """\
The people of a node, and their tokens. A node that runs is asked, by an admin who has logged in; on the files
of one that does not run the user they belong to needs no login.

\b
Examples:
  wideberth admin init chief --data north
  wideberth admin user add duty-1 --role officer --data north
  wideberth admin token add duty-1 --name watch-desk --days 30 --data north
  wideberth admin acts --data north
"""
ACTS_HELP = """\
Show who asked the node for which change, the newest first. No other party learns it, and no feed holds it.

An admin or an officer may. Of an account that was deleted it says only that there was one.

\b
Examples:
  wideberth admin acts --of p-abcd… --data north

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
INIT_HELP = """\
Make the first user, an admin. Only the user that the data directory belongs to can, and only once; also while
the node runs.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
DELETE_HELP = """\
Delete an account: its name, password, tokens and traces leave the files for good.

Who was on duty when stays on record, as a number that names nobody. To keep the name, disable the account.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ADD_HELP = """\
Make a token, by which a program or a desk works as this account. It is shown this once, on standard output.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

admin = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
users = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
tokens = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
admin.add_typer(users, name="user", help="Accounts: add, list, disable, enable, delete; roles, passwords.")
admin.add_typer(tokens, name="token", help="Tokens of an account: add, list, revoke.")

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Of the account, such as duty-1.", show_default=False)
]
Roles = Annotated[
    list[str],
    typer.Option("--role", metavar="ROLE", help=f"{', '.join(ROLES)}; several.", show_default=False),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


@admin.command(help=INIT_HELP)
def init(
    name: Name,
    url: reached.Url = None,
    data: reached.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Make the first user. `INIT_HELP` says the rest."""
    with stopping(), persons.opened(url, data, first=True) as people:
        made = people.begin(name, asked.password(password_file, name))
        following = ["next: wideberth admin user add NAME --role officer, for who is to be on duty"]
        asked.answer(_users([made], {}), _lines([made]), following, json=json)


@users.command(short_help="Add an account.")
def add(
    name: Name,
    role: Roles,
    url: reached.Url = None,
    data: reached.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Add an account. Its name may be a post, such as duty-1; no other party ever sees it."""
    with stopping(), persons.opened(url, data) as people:
        made = people.add(name, asked.password(password_file, name), role)
        asked.answer(_users([made], {}), _lines([made]), (), json=json)


@users.command("list", short_help="List the accounts.")
def list_users(url: reached.Url = None, data: reached.Data = None, json: asked.Json = False) -> None:
    """List the accounts, their roles, and who is on duty."""
    with stopping(), persons.opened(url, data) as people:
        found = people.users()
        posts = _posts(people)
        asked.answer(_users(found, posts), _lines(found, posts), (), json=json)


@users.command(short_help="Give an account other roles.")
def roles(
    name: Name, role: Roles, url: reached.Url = None, data: reached.Data = None, json: asked.Json = False
) -> None:
    """Give an account these roles, in place of those it has."""
    with stopping(), persons.opened(url, data) as people:
        people.set_roles(name, role)
        _show(people, name, (), json=json)


@users.command(short_help="Set a new password.")
def password(
    name: Name,
    url: reached.Url = None,
    data: reached.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Set a new password; all tokens of the account end."""
    with stopping(), persons.opened(url, data) as people:
        people.user(name)
        people.set_password(name, asked.password(password_file, name))
        _show(people, name, ["All tokens of the account have ended."], json=json)


@users.command(short_help="Disable an account.")
def disable(name: Name, url: reached.Url = None, data: reached.Data = None, json: asked.Json = False) -> None:
    """Disable an account at once: it logs in no more, its tokens end, and it is no longer on duty."""
    with stopping(), persons.opened(url, data) as people:
        left = people.disable(name)
        _show(people, name, _vacant(left), json=json)


@users.command(short_help="Enable an account.")
def enable(name: Name, url: reached.Url = None, data: reached.Data = None, json: asked.Json = False) -> None:
    """Enable an account that was disabled."""
    with stopping(), persons.opened(url, data) as people:
        people.enable(name)
        _show(people, name, (), json=json)


@users.command(short_help="Delete an account for good.", help=DELETE_HELP)
def delete(
    name: Name, url: reached.Url = None, data: reached.Data = None, yes: Yes = False, json: asked.Json = False
) -> None:
    """Delete an account. `DELETE_HELP` says the rest."""
    with stopping(), persons.opened(url, data) as people:
        user = people.user(name)
        asked.confirm(f"Delete {user.name} for good?", yes=yes)
        left = people.delete(user.name)
        asked.answer({"deleted": user.name}, [f"deleted {user.name}"], _vacant(left), json=json)


@admin.command(short_help="Show who asked for which change.", help=ACTS_HELP)
def acts(
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="ID", help="Only of this plan, case or line; its whole id."),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, metavar="N", help="At most so many.")] = 100,
    url: reached.Url = None,
    data: reached.Data = None,
    json: asked.Json = False,
) -> None:
    """Show who did what. `ACTS_HELP` says the rest."""
    with stopping(), persons.opened(url, data) as people:
        found = list(islice(people.acts(of), most))
        lines = [_act(each) for each in found] or ["nothing yet"]
        asked.answer({"acts": [msgspec.structs.asdict(each) for each in found]}, lines, (), json=json)


@tokens.command("add", short_help="Make a token.", help=ADD_HELP)
def add_token(
    name: Name,
    token: Annotated[
        str,
        typer.Option(
            "--name", metavar="TEXT", help="Where it is used, such as watch-desk.", show_default=False
        ),
    ],
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", help="How long it lasts; else token_days of node.toml."),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: asked.Json = False,
) -> None:
    """Make a token. `ADD_HELP` says the rest."""
    with stopping(), persons.opened(url, data) as people:
        shown = people.new_token(name, token, days)
        following = ["This is the only time that the token is shown. Whoever has it works as this account."]
        asked.answer({"token": shown}, [shown], following, json=json)


@tokens.command("list", short_help="List the tokens of an account.")
def list_tokens(
    name: Name, url: reached.Url = None, data: reached.Data = None, json: asked.Json = False
) -> None:
    """List the tokens of an account: since when, last used, until when. What they are is not kept."""
    with stopping(), persons.opened(url, data) as people:
        found = people.tokens(name)
        lines = [_token(each) for each in found] or ["no token"]
        asked.answer({"tokens": [msgspec.structs.asdict(each) for each in found]}, lines, (), json=json)


@tokens.command(short_help="Revoke a token.")
def revoke(
    name: Name,
    token: Annotated[
        str, typer.Argument(metavar="TOKEN", help="Its name, as in the list.", show_default=False)
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: asked.Json = False,
) -> None:
    """Revoke a token at once."""
    with stopping(), persons.opened(url, data) as people:
        people.revoke(name, token)
        asked.answer({"revoked": token}, [f"revoked {token}"], (), json=json)


def _show(people: People, name: str, following: Sequence[str], *, json: bool) -> None:
    found = [people.user(name)]
    asked.answer(_users(found, _posts(people)), _lines(found), following, json=json)


def _posts(people: People) -> dict[str, duty.Post]:
    return {each.name: each.post for each in people.on_duty() if each.name is not None}


def _users(found: Sequence[UserView], posts: Mapping[str, duty.Post]) -> dict[str, Any]:
    return {"users": [{**msgspec.structs.asdict(each), "duty": posts.get(each.name)} for each in found]}


def _lines(found: Sequence[UserView], posts: Mapping[str, duty.Post] | None = None) -> list[str]:
    if not found:
        return ["no account: wideberth admin init NAME"]
    width = max(len(each.name) for each in found)
    lines = []
    for each in found:
        post = (posts or {}).get(each.name)
        marks = [*([] if each.enabled else ["DISABLED"]), *([f"on duty as {post}"] if post else [])]
        lines.append("  ".join([each.name.ljust(width), ", ".join(each.roles), *marks]))
    return lines


def _token(each: TokenView) -> str:
    used = "never used" if each.used is None else f"last used {each.used}"
    return f"{each.name}  made {each.made}, {used}, until {each.expires}"


def _act(each: ActView) -> str:
    what = "  ".join(one for one in (each.what, each.noun, each.line and f"line {each.line}") if one)
    doubt = "" if each.done else "  (not known to be done)"
    return f"{each.at}  {each.name or 'a deleted account'}  {what}{doubt}"


def _vacant(left: Sequence[duty.Post]) -> list[str]:
    return [f"Nobody is the {each} on duty any more." for each in left]
