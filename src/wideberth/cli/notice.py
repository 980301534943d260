"""`wideberth notice`: what the two parties of a line have told each other of their plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from wideberth.cli import desk_asked as asked
from wideberth.cli import desk_words as words
from wideberth.cli import line_asked, reached
from wideberth.cli.desk_asked import Json
from wideberth.cli.line import confirm
from wideberth.cli.say import show, stopping, tell
from wideberth.links.node_url import part
from wideberth.node.desk_views import NoticeView
from wideberth.node.room_views import InsideView

NOTICE_HELP = """\
What the two parties of a line have told each other of their plans: how much, what was compared, conflicts.

\b
Examples:
  wideberth notice list South
  wideberth notice show South n-abcd
  wideberth notice consent South n-abcd
"""
CONSENT_HELP = """\
Consent to a plan of theirs in the areas and hours that are allotted to this party. It is for this version
only, and no permission otherwise: conflicts stay conflicts.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
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


Name = Annotated[str, typer.Argument(metavar="NOTICE", help="Its id, the beginning of it, or its callsign.")]


@notice.command("show", short_help="Show one notice at length.")
def show_notice(
    line: line_asked.Line,
    name: Name,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show a notice: what is told, in which state the plan is, whether it was compared, conflicts.

    Of theirs also which own plans have begun and are too near to it, and whether they can clear before it
    begins: the other party is not told.
    """
    with stopping():
        with reached.reached(url, data) as client:
            now = asked.now(client)
            where = line_asked.view(client, line).line
            found = asked.notice(client, where, name)
            place = f"{line_asked.path(where, 'notices')}/{part(found.notice)}/inside"
            inside = client.ask("GET", place, list[InsideView])
        _answer(found, now, inside, json=json)


@notice.command(short_help="Consent to a plan in an allotted area.", help=CONSENT_HELP)
def consent(
    line: line_asked.Line,
    name: Name,
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    json: Json = False,
) -> None:
    """Consent to a plan of theirs. `CONSENT_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            where = line_asked.view(client, line).line
            known = asked.notice(client, where, name)
            confirm(f"Consent to version {known.version} of {known.notice[: words.PLAN_SHORT]}?", yes=yes)
            place = f"{line_asked.path(where, 'notices')}/{part(known.notice)}/consent"
            found = client.ask("POST", f"{place}?version={known.version}", NoticeView)
            now = asked.now(client)
        _answer(found, now, json=json)


def _answer(view: NoticeView, now: str, inside: Sequence[InsideView] = (), *, json: bool) -> None:
    following = [f"In conflict: wideberth case show {each[: words.CASE_SHORT]}" for each in view.cases]
    if any(not each.can_clear for each in inside):
        call = f"wideberth call make {view.line[:8]} CANNOT-CLEAR notice={view.notice} clear_at=TIME"
        following.insert(0, f"Warn what is inside, and call them now: {call}")
    elif view.lead == "too late" and not view.mine and view.state != "ended":
        following.insert(0, "It was told too late to act on: call them: wideberth call make")
    texts = [*words.notice(view, now), *words.inside(inside)]
    asked.answer({"as_of": now, "notices": [view], "inside": list(inside)}, texts, following, json=json)
