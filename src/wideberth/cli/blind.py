"""`wideberth blind`: what the blind check of a running node came to, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from wideberth.cli import blind_asked, blind_files, blind_words, line_asked, reached
from wideberth.cli import desk_asked as asked
from wideberth.cli.blind_arbiter import ARBITER_HELP, arbiter
from wideberth.cli.blind_audit import audit
from wideberth.cli.blind_open import OPEN_HELP, open_run
from wideberth.cli.desk_asked import Json
from wideberth.cli.say import CONFLICTS, COULD_NOT, show, stopping, tell
from wideberth.node.blind_views import BlindView

BLIND: Final = "/v1/blind"
BLIND_HELP = """\
The blind check: conflicts between plans of two parties of which neither shows the other any.

A running node compares with each party that has agreed to it, at fixed times. What it finds is as of a time
and until a time. It says nothing of plans that were not in it, and it is no permission.

Without a node or a network two officers do the same by files: start, answer, finish.

\b
Examples:
  wideberth blind list
  wideberth blind show South
  wideberth blind runs South
  wideberth blind audit list
  wideberth blind start north.geojson --agreement terms.toml --key north.key --peer south.key.pub \\
    --state north.state --out 1.blind
"""
SHOW_HELP = f"""\
Show how the blind check stands: as of when and until when, which plans met where, which were left out, why
something is NOT CHECKED and what to do, when the next run is, and what today has cost.

Without LINE: all lines on which a blind check is agreed.

\b
Examples:
  wideberth blind show
  wideberth blind show South --json

\b
Exit codes: 0 no known conflict, {CONFLICTS} plans met, {COULD_NOT} NOT CHECKED (it beats {CONFLICTS}) or
could not, 2 bad input.
"""
OptionalLine = Annotated[
    str | None,
    typer.Argument(
        metavar="LINE", help="One line: its id, the beginning of it, or the other party's name here."
    ),
]

blind = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
blind.command("open", short_help="Open an own run for an arbiter.", help=OPEN_HELP)(open_run)
blind.command("arbiter", short_help="Look at a run that was opened.", help=ARBITER_HELP)(arbiter)
blind.add_typer(audit, name="audit", short_help="Whether one cell was in a set, after an incident.")
blind.command("start", short_help="By file: begin a run.", help=blind_files.START_HELP)(blind_files.start)
blind.command("answer", short_help="By file: answer the other officer's.", help=blind_files.ANSWER_HELP)(
    blind_files.answer
)
blind.command("finish", short_help="By file: say what came of it.", help=blind_files.FINISH_HELP)(
    blind_files.finish
)


@blind.command("list", short_help="How it stands on each line.")
def list_lines(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List the lines, and what the blind check of each came to."""
    with stopping():
        with reached.reached(url, data) as client:
            now, found = asked.now(client), client.ask("GET", BLIND, list[BlindView])
        if json or not found:
            asked.answer({"as_of": now, "blind": found}, ("no line",), (), json=json)
        else:
            show(blind_words.table(found))
            tell(f"as of {now}")


@blind.command("show", short_help="How it stands on a line, at length.", help=SHOW_HELP)
def show_line(
    line: OptionalLine = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show one line, or all. `SHOW_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            if line is None:
                every = client.ask("GET", BLIND, list[BlindView])
                found = [each for each in every if each.agreed]
            else:
                at = line_asked.path(line_asked.view(client, line).line, "blind")
                found = [client.ask("GET", at, BlindView)]
        texts = [text for each in found for text in blind_words.line(each)]
        following = [text for each in found for text in blind_words.following(each)]
        none = "no blind check is agreed on any line: plans that neither shows are NOT CHECKED"
        asked.answer({"blind": found}, texts or [none], following, json=json)
        _exit(found)


@blind.command("runs", short_help="Runs on a line, the newest first.")
def list_runs(
    line: line_asked.Line,
    run: Annotated[
        str | None,
        typer.Option("--run", metavar="RUN", help="One of them at length: the beginning of its id."),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List own runs on a line, the newest first; with --run one of them at length."""
    with stopping():
        with reached.reached(url, data) as client:
            found = blind_asked.runs(client, line_asked.view(client, line).line)
        if run is not None:
            found = [blind_asked.run(found, run)]
        if json or run is not None or not found:
            texts = [text for each in found for text in blind_words.run(each)] or ["no run yet: NOT CHECKED"]
            asked.answer({"runs": found}, texts, (), json=json)
        else:
            show(blind_words.runs(found))


def _exit(found: Sequence[BlindView]) -> None:
    """Raises: typer.Exit, where it is not that there is no known conflict."""
    if not found or any(each.now == "not clear" for each in found):
        raise typer.Exit(COULD_NOT)
    if any(each.now == "matched" for each in found):
        raise typer.Exit(CONFLICTS)
