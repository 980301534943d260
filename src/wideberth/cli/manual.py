"""`wideberth manual`: lines whose far end is a telephone, e-mail, radio or paper."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from wideberth.cli import as_of, asked, manual_words, reached
from wideberth.cli.files import free
from wideberth.cli.load import in_file, load
from wideberth.cli.manual_asked import (
    DIGITS,
    SCHEMA,
    At,
    By,
    Json,
    Language,
    Line,
    Plan,
    Text,
    answer,
    chosen,
    manuals,
    own,
    path,
    question,
    reads_back,
    same_text,
    says,
)
from wideberth.cli.manual_call import CALL_HELP, call
from wideberth.cli.manual_case import case
from wideberth.cli.say import CONFLICTS, out, show, stopping, tell
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.formats.reading import Options
from wideberth.model.manual import CHANNELS, LEVELS
from wideberth.model.separation import PRESETS
from wideberth.node.manual_views import ConflictsView, ManualView, ScriptView
from wideberth.render.wording import FORMS

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

MANUAL_HELP = """\
Lines whose far end is a telephone, e-mail, radio or paper: print what is to be told, and enter what was said.

All of it is reported by us: there are no keys at the far end. Silence is no answer, and no answer is
permission. MANUAL is what the far end is called here, or the beginning of the line's id.

\b
Examples:
  wideberth manual open "Harbour office" --channel telephone --level full
  wideberth manual script "Harbour office" "Coast survey"
  wideberth manual told "Harbour office" "Coast survey" --text 7a084247 --to watch --read-back matched
  wideberth manual answer "Harbour office" "Coast survey" acknowledged --by watch
"""
SCRIPT_HELP = """\
Print what is to be told of an own plan, word for word: a voice script, an e-mail, or a form for paper.

It holds what the far end may see, and no more; positions are rounded, and everything is taken so much larger
that nothing of it lies outside. PLAN is an own plan: its id, the beginning of it, or its label.

\b
Examples:
  wideberth manual script "Harbour office" "Coast survey"
  wideberth manual script "Harbour office" "Coast survey" --as form --out notice.html

\b
Exit codes: 0 done, 2 bad input, 3 could not (no node answers).
"""
TOLD_HELP = """\
Enter that a notice was told: which text, to which role, when, how it was read back. Where the plan has
changed since `script` gave that text, it is refused: what is to be told now is another one.

Where it was read back otherwise, nothing counts as acknowledged until it is told again.

\b
Examples:
  wideberth manual told "Harbour office" "Coast survey" --text 7a084247 --to watch --read-back matched
  wideberth manual told Camp p-abcd --text 1c0ffee5 --to clerk --read-back none --as e-mail

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ANSWER_HELP = """\
Enter what the far end said to a notice: acknowledged, "no objection stated", objection, "unclear: send
again", or unable. An acknowledgement is never permission.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
PLAN_HELP = """\
Enter plans of the far end's, from any file that `check` reads, as they were understood.

They are compared with own plans by the line's separation, for our own people only: `manual conflicts`.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
CONFLICTS_HELP = """\
Compare all own plans with what the far end has told.

\b
Exit codes: 0 no known conflict, 1 conflicts, or nothing of theirs is known, 2 bad input, 3 could not.
"""
JOINED_HELP = """\
Say that the far end has a line now: what was told and answered is offered there, to be confirmed.

\b
Examples:
  wideberth manual joined "Harbour office" South

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

manual = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
manual.command("call", short_help="Enter something else that was said.", help=CALL_HELP)(call)
manual.add_typer(case, name="case")


@manual.command("open", short_help="Open a manual line.")
def open_line(
    label: Annotated[
        str, typer.Argument(metavar="LABEL", help="What the far end is called.", show_default=False)
    ],
    channel: Annotated[str, typer.Option("--channel", help=f"{', '.join(CHANNELS)}.", show_default=False)],
    language: Annotated[
        str, typer.Option("--language", help="In which it is spoken, such as en, ar.")
    ] = "en",
    level: Annotated[str, typer.Option("--level", help=f"How much is told: {', '.join(LEVELS)}.")] = "coarse",
    preset: Annotated[
        str, typer.Option("--preset", help=f"Separation by which it is compared: {', '.join(PRESETS)}.")
    ] = "crewed",
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Open a manual line."""
    body = {"label": label, "channel": channel, "language": language, "level": level, "preset": preset}
    with stopping():
        one_of(channel, "--channel", CHANNELS)
        one_of(level, "--level", LEVELS)
        with reached.reached(url, data) as client:
            found = client.ask("POST", "/v1/manual", ManualView, body)
        answer([found], json=json)


@manual.command("list", short_help="List the manual lines.")
def list_lines(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List the manual lines, and how far each plan got."""
    with stopping():
        with reached.reached(url, data) as client:
            found = manuals(client)
        if json:
            answer(found, json=True)
        elif found:
            show(manual_words.table(found))
        else:
            tell("no manual line yet; next: wideberth manual open")


@manual.command("show", short_help="Show one, with all that was said.")
def show_line(line: Line, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Show a manual line: how far each notice got, what was said, and what the far end has told."""
    with stopping():
        with reached.reached(url, data) as client:
            found = chosen(manuals(client), line)
        answer([found], json=json)


@manual.command(short_help="Print what is to be told.", help=SCRIPT_HELP)
def script(
    line: Line,
    plan: Plan,
    form: Annotated[
        str | None,
        typer.Option("--as", metavar="FORM", help=f"{', '.join(FORMS)}; else as the channel has it."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="A new file for it; else standard output.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Print a script. `SCRIPT_HELP` says the rest."""
    with stopping():
        free(output)
        with reached.reached(url, data) as client:
            found = _script(client, line, plan, form)
        if output is not None:
            Path(output).write_text(found.text, encoding="utf-8")
        if json:
            out(_pretty({"schema": SCHEMA, "script": found}))
        elif output is None:
            out(found.text.encode())
        tell(f"notice {found.notice} version {found.version}, as {found.form}, SHA-256 {found.sha256}")
        asked_for = "" if form is None else f" --as {form}"
        done = f"wideberth manual told {quote(line)} {quote(plan)}{asked_for} --text {found.sha256[:DIGITS]}"
        tell(f"When it is told: {done} --to ROLE --read-back matched, differed or none")


@manual.command(short_help="Enter that it was told.", help=TOLD_HELP)
def told(
    line: Line,
    plan: Plan,
    to: Annotated[
        str, typer.Option("--to", metavar="ROLE", help="Never a name: watch officer.", show_default=False)
    ],
    read_back: Annotated[
        str, typer.Option("--read-back", help="matched, differed, or none.", show_default=False)
    ],
    text: Text = None,
    form: Annotated[
        str | None, typer.Option("--as", metavar="FORM", help="As it was printed, where that was asked for.")
    ] = None,
    at: At = None,
    language: Language = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter a telling. `TOLD_HELP` says the rest."""
    with stopping():
        reads_back(read_back)
        with reached.reached(url, data) as client:
            found = _script(client, line, plan, form)
            same_text(found.sha256, text)
            body = {"sha256": found.sha256, "to": to, "read_back": read_back, "at": at, "language": language}
            after = client.ask("POST", path(found.manual, "plans", found.plan, "told"), ManualView, body)
        answer([after], json=json)


@manual.command("answer", short_help="Enter what they said to it.", help=ANSWER_HELP)
def answered(
    line: Line,
    plan: Plan,
    what: Annotated[str, typer.Argument(metavar="ANSWER", help="As in the list above.", show_default=False)],
    by: By,
    version: Annotated[
        int | None, typer.Option("--version", help="Of the notice; else the newest that was told.")
    ] = None,
    at: At = None,
    language: Language = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter an answer. `ANSWER_HELP` says the rest."""
    with stopping():
        says(what)
        body = {"answer": what, "by": by, "at": at, "version": version, "language": language}
        with reached.reached(url, data) as client:
            known, name = chosen(manuals(client), line), own(client, plan)
            after = client.ask("POST", path(known.manual, "plans", name, "answer"), ManualView, body)
        answer([after], json=json)


@manual.command(short_help="Enter plans of theirs.", help=PLAN_HELP)
def plan(
    line: Line,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file of plans.", show_default=False)],
    by: By,
    amend: Annotated[
        str | None, typer.Option("--amend", metavar="ID", help="The next version of this one of theirs.")
    ] = None,
    at: At = None,
    tz: asked.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter plans of theirs. `PLAN_HELP` says the rest."""
    with stopping():
        now = clock.time_ns() // 1_000_000
        loaded = load([file], Options("", now, asked.zone(tz)), _quiet)
        for where, error in loaded.refused:
            raise in_file(where, error)
        for note in loaded.notes:
            tell(note)
        plans = native.write([filed.plan for _, filed in loaded.filed]).decode()
        body = {"plans": plans, "by": by, "at": at, "amend": amend}
        _post(line, url, data, ("plans",), body, json=json)


@manual.command(short_help="Compare own plans with theirs.", help=CONFLICTS_HELP)
def conflicts(line: Line, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Compare. `CONFLICTS_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            known = chosen(manuals(client), line)
            found = client.ask("GET", path(known.manual, "conflicts"), ConflictsView)
        if json:
            out(_pretty({"schema": SCHEMA, **as_of.said(), "conflicts": found}))
        else:
            out("".join(f"{each}\n" for each in manual_words.conflicts(found)).encode())
        if found.found or not found.theirs:
            raise typer.Exit(CONFLICTS)


@manual.command(short_help="The far end has a line now.", help=JOINED_HELP)
def joined(
    line: Line,
    to: Annotated[
        str, typer.Argument(metavar="LINE", help="The line, as `line list` has it.", show_default=False)
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say that the far end has joined. `JOINED_HELP` says the rest."""
    from wideberth.cli import line_asked  # only here are both kinds of lines named

    with stopping(), reached.reached(url, data) as client:
        known, real = chosen(manuals(client), line), line_asked.view(client, to)
        found = client.ask("POST", path(known.manual, "joined"), ManualView, {"line": real.line})
        answer([found], json=json)


def one_of(text: str, option: str, accepted: Sequence[str]) -> None:
    """Raises: Invalid (`manual.entry`)."""
    if text not in accepted:
        raise Invalid("manual.entry", option, text, ", ".join(accepted))


def _script(client: Client, line: str, plan: str, form: str | None) -> ScriptView:
    known = chosen(manuals(client), line)
    which = {} if form is None else {"form": form}
    place = path(known.manual, "plans", own(client, plan), "script")
    return client.ask("GET", f"{place}{question(which)}", ScriptView)


def _post(
    line: str, url: str | None, data: str | None, more: Sequence[str], body: dict[str, Any], *, json: bool
) -> None:
    with reached.reached(url, data) as client:
        known = chosen(manuals(client), line)
        answer([client.ask("POST", path(known.manual, *more), ManualView, body)], json=json)


def _quiet(_what: str, _done: int, _total: int) -> None:
    """One small file needs no progress."""


def _pretty(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
