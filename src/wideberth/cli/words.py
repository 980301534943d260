"""`wideberth words`: by voice, find out that the other end has this line's words of the day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import exporting, reached
from wideberth.cli import words_asked as asked
from wideberth.cli.line_asked import Line, path, view
from wideberth.cli.say import stopping, tell
from wideberth.node.words_views import AskedView, CheckedView, ReplyView, TableView, WordsView
from wideberth.render import day_table

WORDS_HELP = """\
Recognition words: by voice, find out that who speaks has this line's words of the day.

You ask (`challenge`), they answer (`reply` at their node), you look (`check`). Then the other way round: an
answer shows nothing to who gave it. Who has no device uses a day table. What none of it prevents stands on
the table, and in docs/words.md; a right answer is never permission.

\b
Examples:
  wideberth words challenge South
  wideberth words check South lusab babad gutih
  wideberth words reply South 30185 00012 61035
  wideberth words table South 2027-01-16 --out table.html
"""
CHALLENGE_HELP = """\
A challenge to be said to the other party: three words, or three groups of five digits that mean the same.

It waits ten minutes for its reply, and is for one purpose: between desks (voice) or between units (unit).

\b
Exit codes: 0 done, 2 bad input, or no words now, 3 could not (no node answers).
"""
REPLY_HELP = """\
What to answer to a challenge of the other party's. Words and digits may be mixed, as they were heard.

Answer only whom you have called, or who called on a way that was agreed: whoever is answered may be passing
on your words to somebody else at that moment.

\b
Exit codes: 0 done, 2 bad input, or a challenge of your own that is played back, 3 could not.
"""
CHECK_HELP = """\
Look at what the other party has answered: to your newest challenge, or with --challenge to another one.

After three wrong replies one after the other nothing is looked at until an officer has found out otherwise
who speaks, and says `words unlock`. Another start of the node gives no try back.

\b
Exit codes: 0 right, 1 wrong, 2 bad input, nothing asked, or locked, 3 could not.
"""
TABLE_HELP = """\
Print a day table, for units without a device: one sheet (A4) of challenges and replies, each used once.

The other party prints the same table at its own node, by the same day and number; each pair of units gets a
number of its own. Today's, or that of one of the next seven days (of UTC). The file is for its owner only.

\b
Examples:
  wideberth words table South 2027-01-16 --out table.html
  wideberth words table South 2027-01-16 --table 2 --out table-2.html

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
UNLOCK_HELP = """\
Say that you have found out otherwise who speaks: replies are looked at again.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
RESUME_HELP = """\
Say which day it is (of UTC), after more days than may be skipped without an officer's word.

The words go on to that day, and those of all days before it are erased for good: look at a clock that you
trust first.

\b
Examples:
  wideberth words resume South 2027-01-15

\b
Exit codes: 0 done, 2 another day than this machine's clock has, 3 could not.
"""

words = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Day = Annotated[str, typer.Argument(metavar="DAY", help="Such as 2027-01-15.", show_default=False)]


@words.command(short_help="How the words of a line stand.")
def show(line: Line, url: reached.Url = None, data: reached.Data = None, json: asked.Json = False) -> None:
    """Show which day the words stand at, what is locked, and how often this party was asked."""
    with stopping(), reached.reached(url, data) as client:
        found = client.ask("GET", path(view(client, line).line, "words"), WordsView)
        asked.answer(found, asked.stands(found), json=json)


@words.command(short_help="Ask the other party.", help=CHALLENGE_HELP)
def challenge(
    line: Line,
    purpose: asked.For = "voice",
    url: reached.Url = None,
    data: reached.Data = None,
    json: asked.Json = False,
) -> None:
    """Ask. `CHALLENGE_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        at = path(view(client, line).line, "words", "challenge")
        found = client.ask("POST", at, AskedView, {"purpose": purpose})
        asked.answer(found, asked.said(found.challenge), json=json)
        tell(f"what they answer: wideberth words check {line} GROUP GROUP GROUP, until {found.until[11:16]}Z")


@words.command(short_help="What to answer to a challenge.", help=REPLY_HELP)
def reply(
    line: Line,
    groups: asked.Heard,
    purpose: asked.For = "voice",
    url: reached.Url = None,
    data: reached.Data = None,
    json: asked.Json = False,
) -> None:
    """Answer. `REPLY_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        at = path(view(client, line).line, "words", "reply")
        found = client.ask("POST", at, ReplyView, {"challenge": " ".join(groups), "purpose": purpose})
        asked.answer(found, asked.said(found.reply), json=json)
        tell(f"that shows them who you are, and you nothing yet; now ask: wideberth words challenge {line}")


@words.command(short_help="Look at what was answered.", help=CHECK_HELP)
def check(
    line: Line,
    groups: asked.Heard,
    to: Annotated[
        str | None,
        typer.Option("--challenge", metavar="GROUPS", help="Which challenge it answers.", show_default=False),
    ] = None,
    purpose: asked.For = "voice",
    url: reached.Url = None,
    data: reached.Data = None,
    json: asked.Json = False,
) -> None:
    """Look. `CHECK_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        at = path(view(client, line).line, "words", "check")
        body = {"reply": " ".join(groups), "challenge": to, "purpose": purpose}
        found = client.ask("POST", at, CheckedView, body)
        asked.answer(found, iter([_judged(found)]), json=json)
        if not found.right:
            raise typer.Exit(1)


@words.command(short_help="Print a table for units without a device.", help=TABLE_HELP)
def table(
    line: Line,
    day: Day,
    to: Annotated[
        str,
        typer.Option("--out", metavar="FILE.html", help="The sheet is written there.", show_default=False),
    ],
    number: Annotated[int, typer.Option("--table", metavar="N", help="1 to 99: a pair of units each.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Print. `TABLE_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        exporting.check_new(Path(to), force)
        at = path(view(client, line).line, "words", "table")
        found = client.ask("POST", at, TableView, {"day": day, "table": number})
        exporting.write_page(Path(to), day_table.page(asked.printed(found)), force=force)
        tell(f"{to}: table {number} for {found.day}; keep it as a key. Some printers keep what they print")


@words.command(short_help="Let replies be looked at again.", help=UNLOCK_HELP)
def unlock(
    line: Line,
    purpose: asked.For = "voice",
    url: reached.Url = None,
    data: reached.Data = None,
    json: asked.Json = False,
) -> None:
    """Unlock. `UNLOCK_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        at = path(view(client, line).line, "words", "unlock")
        found = client.ask("POST", at, WordsView, {"purpose": purpose})
        asked.answer(found, asked.stands(found), json=json)


@words.command(short_help="Say which day it is, after many.", help=RESUME_HELP)
def resume(
    line: Line,
    day: Day,
    url: reached.Url = None,
    data: reached.Data = None,
    json: asked.Json = False,
) -> None:
    """Go on. `RESUME_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        at = path(view(client, line).line, "words", "resume")
        found = client.ask("POST", at, WordsView, {"day": day})
        asked.answer(found, asked.stands(found), json=json)


def _judged(found: CheckedView) -> str:
    """In words, which are never more than what it shows."""
    if found.right:
        return "right: whoever answered has this line's words now. It is no permission, and no name"
    if not found.left:
        return "wrong, for the third time: nothing is looked at until an officer says: words unlock"
    return f"wrong: {found.left} tries left. Ask them to say it again, slowly"
