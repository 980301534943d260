"""`wideberth communique replies`: let replies of the public through, or refuse them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from wideberth.cli import desk_asked as asked
from wideberth.cli import reached
from wideberth.cli.desk_asked import Json
from wideberth.cli.say import show, stopping, tell
from wideberth.desk.replies import REASONS
from wideberth.errors import shorten
from wideberth.links.node_url import part
from wideberth.node.reply_views import ReplyCountView, ReplyView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

REPLIES: Final = "/v1/replies"
PAGE: Final = 500
PIECE: Final = 900
"""Characters of a line."""
SHORT: Final = 10
"""Characters of an id that tell it from others, for people."""
REPLIES_HELP = """\
Replies of the public to communiqués. Nobody reads one before somebody here has let it through; of one that is
refused nobody learns why, and it is erased after 7 days. Of who replied nothing is known: no address is kept.

\b
Examples:
  wideberth communique replies list
  wideberth communique replies show 12
  wideberth communique replies let-through 12 14
  wideberth communique replies refuse 13 --why advertising
  wideberth communique replies count
"""
REFUSE_HELP = """\
Refuse replies, also ones that are shown: nobody reads them any more. They are erased after 7 days; until then
they can still be let through.

\b
Reasons: {reasons}

\b
Exit codes: 0 done, 2 bad input, 3 could not.
""".format(reasons="\n         ".join(f"{name}: {words}" for name, words in REASONS.items()))
Number = Annotated[int, typer.Argument(metavar="REPLY", min=1, help="The number of the reply.")]
Numbers = Annotated[list[int], typer.Argument(metavar="REPLY...", min=1, help="Numbers of replies.")]
Of = Annotated[str | None, typer.Option("--communique", metavar="ID", help="Of this communiqué only.")]

replies = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@replies.command("list", short_help="List replies that wait.")
def list_replies(
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="waiting, shown or refused.")
    ] = "waiting",
    communique: Of = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List replies, the oldest first: those that wait, or that are shown, or that were refused."""
    with stopping():
        with reached.reached(url, data) as client:
            now = asked.now(client)
            found = list(_all(client, {"state": state, "communique": communique}))
        if json or not found:
            words = () if json else (f"no reply is {state}, as of {now}",)
            asked.answer({"as_of": now, "replies": found}, words, (), json=json)
        else:
            show(_table(found))
            tell(f"as of {now}")


@replies.command("show", short_help="Show one reply.")
def show_reply(reply: Number, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Show a reply whole: its text line by line, nothing in it unseen."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", f"{REPLIES}/{reply}", ReplyView)
        asked.answer({"reply": found}, _whole(found), list(_next(found)), json=json)


@replies.command("let-through", short_help="Show replies to everybody.")
def let_through(
    reply: Numbers, url: reached.Url = None, data: reached.Data = None, json: Json = False
) -> None:
    """Show replies to everybody, from now on.

    Read them first: does one say where people are, or who somebody is?
    """
    with stopping():
        with reached.reached(url, data) as client:
            found = [client.ask("POST", f"{REPLIES}/{each}/let-through", ReplyView) for each in reply]
        asked.answer({"replies": found}, [_line(each) for each in found], (), json=json)


@replies.command("refuse", short_help="Refuse replies.", help=REFUSE_HELP)
def refuse(
    reply: Numbers,
    why: Annotated[str, typer.Option("--why", metavar="REASON", help=f"One of: {', '.join(REASONS)}.")],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Refuse replies. `REFUSE_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            found = [
                client.ask("POST", f"{REPLIES}/{each}/refuse", ReplyView, {"why": why}) for each in reply
            ]
        asked.answer({"replies": found}, [_line(each) for each in found], (), json=json)


@replies.command("count", short_help="Count replies.")
def count(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Count the replies to each communiqué: waiting, shown, and refused in the last 7 days."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", "/v1/reply-counts", list[ReplyCountView])
        lines = [
            f"{each.communique[:SHORT]}  {each.waiting:,} waiting, {each.shown:,} shown,"
            f" {each.refused:,} refused"
            for each in found
        ]
        asked.answer({"counts": found}, lines or ["there are no replies"], (), json=json)


def _all(client: Client, wanted: dict[str, str | None]) -> Iterator[ReplyView]:
    after = "0"
    while True:
        found = client.ask("GET", asked.asking(REPLIES, {**wanted, "after": after}), list[ReplyView])
        yield from found
        if len(found) < PAGE:
            return
        after = part(str(found[-1].reply))


def _table(found: list[ReplyView]) -> Table:
    made = Table(box=None, pad_edge=False)
    for name in ("reply", "to", "came", "language", "name", "text"):
        made.add_column(name, overflow="fold")
    for each in found:
        row = (str(each.reply), each.communique[:SHORT], each.day, each.language, each.name, each.text)
        made.add_row(*(Text(shorten(" ".join(cell.split()), 200)) for cell in row))
    return made


def _whole(found: ReplyView) -> list[str]:
    why = f": {REASONS.get(found.why, found.why)}" if found.why else ""
    gone = f", erased on {found.erased}" if found.erased else ""
    return [
        f"reply     {found.reply}, to {found.communique}",
        f"came      {found.day}",
        f"by        {shorten(found.name, 60) or 'no name given'}",
        f"language  {found.language or 'not said'}",
        f"stands    {found.state}{why}{gone}",
        *(f"  | {each}" for line in found.text.split("\n") for each in _pieces(line)),
    ]


def _pieces(line: str) -> list[str]:
    """A line whole: of a longer one not all would be shown."""
    return [shorten(line[n : n + PIECE], PIECE) for n in range(0, len(line), PIECE)] or [""]


def _next(found: ReplyView) -> Iterator[str]:
    if found.state == "waiting":
        yield f"Show it to everybody: wideberth communique replies let-through {found.reply}"
        yield f"Or not: wideberth communique replies refuse {found.reply} --why REASON"


def _line(found: ReplyView) -> str:
    gone = f"; it is erased on {found.erased}" if found.erased else ""
    return f"reply {found.reply} is {found.state}{gone}"
