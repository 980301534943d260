"""`wideberth duty`: who is on, and going on duty, in the data directory of a node that is not running."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from wideberth.cli import asked as options
from wideberth.cli import node_asked as asked
from wideberth.cli.say import stopping
from wideberth.node.clock import SYSTEM
from wideberth.store import duty as rules
from wideberth.store.accounts import LOCAL, Accounts

DUTY_HELP = """\
Who is on duty, as officer, deputy or commander. Works on the files of a node that is not running.

\b
Examples:
  wideberth duty show --data north
  wideberth duty take officer --as duty-1 --data north
  wideberth duty hand officer --as duty-1 --to duty-2 --data north
"""
TAKE_HELP = """\
Go on duty. Asks for the password of who does.

A post that somebody holds is taken only with --relieve, when its holder is away and cannot hand over; that is
written down. One person has one post at most.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

duty = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Post = Annotated[str, typer.Argument(metavar="POST", help=", ".join(rules.POSTS) + ".", show_default=False)]
As = Annotated[
    str, typer.Option("--as", metavar="NAME", help="The account of who does it.", show_default=False)
]


@duty.command(short_help="Show who is on duty.")
def show(data: asked.Data = None, as_of: options.AsOf = None, json: asked.Json = False) -> None:
    """Show who is on duty since when, or with --as-of who was."""
    with stopping():
        at_ms = options.as_of(as_of, None, SYSTEM.now())
        with asked.people(data) as (_, people):
            _show(people, people.watch(None if as_of is None else at_ms), json=json)


@duty.command(short_help="Go on duty.", help=TAKE_HELP)
def take(
    post: Post,
    name: As,
    relieve: Annotated[
        bool, typer.Option("--relieve", help="Take it from a holder who is away; that is written down.")
    ] = False,
    data: asked.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Go on duty. `TAKE_HELP` says the rest."""
    with stopping(), asked.people(data) as (_, people):
        now = SYSTEM.now()
        user = people.login(name, asked.known_password(password_file, name), LOCAL, now)
        people.take(user.name, post, now, relieve=relieve)
        _show(people, people.watch(), json=json)


@duty.command(short_help="Hand a post over.")
def hand(
    post: Post,
    name: As,
    to: Annotated[
        str, typer.Option("--to", metavar="NAME", help="The account of who takes over.", show_default=False)
    ],
    data: asked.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Hand a post over to somebody else. Asks for the password of who holds it."""
    with stopping(), asked.people(data) as (_, people):
        now = SYSTEM.now()
        user = people.login(name, asked.known_password(password_file, name), LOCAL, now)
        people.hand(user.name, post, to, now)
        _show(people, people.watch(), json=json)


def _show(people: Accounts, on: rules.Watch, *, json: bool) -> None:
    names: Mapping[int | None, str] = {each.id: each.name for each in people.users()}
    rows, lines = [], []
    for post in rules.POSTS:
        change = on.get(post)
        name = None if change is None or change.user is None else names.get(change.user, "a deleted account")
        since = None if change is None else asked.time(change.at_ms)
        rows.append({"post": post, "name": name, "since": since, "how": change and change.how})
        told = "" if change is None else f"  since {since} ({change.how})"
        lines.append(f"{post:<11}{name or 'nobody'}{told}")
    asked.answer({"duty": rows}, lines, (), json=json)
