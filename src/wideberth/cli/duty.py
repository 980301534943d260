"""`wideberth duty`: who is on, going on duty, being there; of a node, or of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wideberth.cli import asked as options
from wideberth.cli import node_asked as asked
from wideberth.cli import people, reached
from wideberth.cli.say import out, stopping
from wideberth.desk import presence
from wideberth.formats.times import to_rfc3339
from wideberth.node.clock import SYSTEM
from wideberth.node.keeping_views import PresenceView
from wideberth.store import duty as rules
from wideberth.web.asked import DutyView

DUTY_HELP = """\
Who is on duty, as officer, deputy or commander. A node that runs is asked; else its files are.

\b
Examples:
  wideberth duty show --data north
  wideberth duty take officer --as duty-1 --data north
  wideberth duty present
  wideberth duty hand officer --as duty-1 --to duty-2 --data north
"""
TAKE_HELP = """\
Go on duty. With --as it asks for the password of who does; a node that runs takes a login instead.

A post that somebody holds is taken only with --relieve, when its holder is away and cannot hand over; that is
written down. One person has one post at most.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

PRESENT_HELP = """\
Say that somebody is there: whoever has a post on duty. The officer owes such a sign at an interval
(presence_min in node.toml); whatever they change on the node is one too. What is only looked at is none.

A sign that does not come in time rings the officer, then the deputy, the whole watch, the commander. The
deputy or the commander takes it by the same word.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

duty = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Post = Annotated[str, typer.Argument(metavar="POST", help=", ".join(rules.POSTS) + ".", show_default=False)]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        help="The account of who does it; on a node that runs without it whoever has logged in.",
        show_default=False,
    ),
]


@duty.command(short_help="Show who is on duty.")
def show(
    url: reached.Url = None, data: reached.Data = None, as_of: options.AsOf = None, json: asked.Json = False
) -> None:
    """Show who is on duty since when, or with --as-of who was."""
    with stopping():
        at_ms = options.as_of(as_of, None, SYSTEM.now())
        with people.opened(url, data) as found:
            on = found.on_duty(None if as_of is None else at_ms)
        if as_of is not None and not json:
            out(f"AS OF {to_rfc3339(at_ms)}: not the present\n\n".encode())
        _show(on, json=json, as_of=None if as_of is None else to_rfc3339(at_ms))


@duty.command(short_help="Go on duty.", help=TAKE_HELP)
def take(
    post: Post,
    name: As = None,
    relieve: Annotated[
        bool, typer.Option("--relieve", help="Take it from a holder who is away; that is written down.")
    ] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Go on duty. `TAKE_HELP` says the rest."""
    with stopping(), people.opened(url, data) as found:
        with found.acting(name, password_file) as who:
            who.take(post, relieve=relieve)
            on = who.on_duty()
        _show(on, json=json)


@duty.command(short_help="Hand a post over.")
def hand(
    post: Post,
    to: Annotated[
        str, typer.Option("--to", metavar="NAME", help="The account of who takes over.", show_default=False)
    ],
    name: As = None,
    sheet: Annotated[
        str | None,
        typer.Option(
            "--sheet",
            metavar="FILE|SHA256",
            help="The handover sheet that both have signed: it is entered by its SHA-256.",
            show_default=False,
        ),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Hand a post over to somebody else. Asks for the password of who holds it."""
    with stopping(), people.opened(url, data) as found:
        named = None if sheet is None else _sheet(sheet)
        with found.acting(name, password_file) as who:
            who.hand(post, to, named)
            on = who.on_duty()
        _show(on, json=json)


@duty.command(short_help="Say that somebody is there.", help=PRESENT_HELP)
def present(
    name: As = None,
    url: reached.Url = None,
    data: reached.Data = None,
    password_file: asked.PasswordFile = None,
    json: asked.Json = False,
) -> None:
    """Be there. `PRESENT_HELP` says the rest."""
    with stopping(), people.opened(url, data) as found:
        with found.acting(name, password_file) as who:
            told = who.present()
        asked.answer({"presence": msgspec.structs.asdict(told)}, _presence(told), (), json=json)


def _presence(told: PresenceView) -> list[str]:
    lines = [f"presence {told.phase}: {told.words}"]
    if told.sign is not None:
        lines.append(f"         last sign {told.sign}, the next is due {told.due}")
    if told.steps:
        rung = ", ".join(told.steps)
        taken = f"; taken by the {told.taken_by}" if told.taken_by else ""
        lines.append(f"         it rings for {rung}{taken}")
    return lines


def _sheet(text: str) -> str:
    """The SHA-256 of a sheet, of its file or as it was given. Raises: Invalid (`duty.sheet`), OSError."""
    path = Path(text)
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return presence.sheet(text.lower(), "--sheet")


def _show(on: Sequence[DutyView], *, json: bool, as_of: str | None = None) -> None:
    lines = []
    for each in on:
        told = "" if each.since is None else f"  since {each.since} ({each.how})"
        lines.append(f"{each.post:<11}{each.name or 'nobody'}{told}")
    stamp = {} if as_of is None else {"as_of": as_of}
    rows = [msgspec.structs.asdict(each) for each in on]
    asked.answer({**stamp, "duty": rows}, lines, (), json=json)
