"""`wideberth notice`: what the two parties of a line have told each other of their plans."""

from __future__ import annotations

from typing import Annotated

import typer

from wideberth.cli import desk_asked as asked
from wideberth.cli import desk_words as words
from wideberth.cli import line_asked, reached
from wideberth.cli.desk_asked import Json
from wideberth.cli.say import show, stopping, tell

NOTICE_HELP = """\
What the two parties of a line have told each other of their plans: how much, what was compared, conflicts.

\b
Examples:
  wideberth notice list South
  wideberth notice show South n-abcd
"""

notice = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@notice.command("list", short_help="List the notices of a line.")
def list_notices(
    line: line_asked.Line,
    every: asked.Every = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List what was told on a line, by both parties. Without --all not what has ended."""
    with stopping():
        with reached.reached(url, data) as client:
            now = asked.now(client)
            found = asked.notices(client, line_asked.view(client, line).line, every=every)
        if json or not found:
            asked.answer({"as_of": now, "notices": found}, () if json else ("no notice",), (), json=json)
        else:
            show(words.notice_table(found))
            tell(f"as of {now}")


@notice.command("show", short_help="Show one notice at length.")
def show_notice(
    line: line_asked.Line,
    name: Annotated[
        str, typer.Argument(metavar="NOTICE", help="Its id, the beginning of it, or its callsign.")
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show a notice: what is told, in which state the plan is, whether it was compared, conflicts."""
    with stopping():
        with reached.reached(url, data) as client:
            now = asked.now(client)
            found = asked.notice(client, line_asked.view(client, line).line, name)
        following = [f"In conflict: wideberth case show {each[: words.CASE_SHORT]}" for each in found.cases]
        asked.answer({"as_of": now, "notices": [found]}, words.notice(found, now), following, json=json)
