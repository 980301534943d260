"""`wideberth release recipient`: whom this party releases to, and who is taken to know what they know."""

from __future__ import annotations

from typing import Annotated

import typer

from wideberth.cli import desk_asked as asked
from wideberth.cli import line_asked, reached, release_asked, release_words
from wideberth.cli.desk_asked import Json
from wideberth.cli.release_asked import RECIPIENTS
from wideberth.cli.say import show, stopping
from wideberth.errors import shorten
from wideberth.node.release_views import RecipientView

recipient = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@recipient.command("list", short_help="List recipients.")
def list_recipients(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List whom this party releases to."""
    with stopping():
        with reached.reached(url, data) as client:
            found = release_asked.recipients(client)
        if json or not found:
            words = () if json else ("no recipient yet: wideberth release recipient add NAME",)
            asked.answer({"recipients": found}, words, (), json=json)
        else:
            show(release_words.recipients(found))


@recipient.command("add", short_help="Add a recipient, or say anew what is known of one.")
def add_recipient(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As people here call it.")],
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="The line to it, if there is one.")
    ] = None,
    ally: Annotated[
        list[str] | None,
        typer.Option("--ally", metavar="NAME", help="A recipient that is taken to know what it knows."),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Add a recipient, or say anew what is known of the one of this name."""
    with stopping():
        with reached.reached(url, data) as client:
            party = None if line is None else line_asked.view(client, line).peer
            allies = release_asked.known(client, ally or ())
            body = {"recipient": name, "party": party, "allies": allies}
            found = client.ask("POST", RECIPIENTS, RecipientView, body)
        ways = "over its line, as a file, or by a link" if found.line else "as a file, or by a one-use link"
        words = [f"{shorten(found.recipient, 100)} can be released to: {ways}"]
        asked.answer({"recipient": found}, words, (), json=json)
