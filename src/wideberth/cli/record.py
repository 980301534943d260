"""`wideberth record`: what is in a node's journal, and feeds of it as a file that proves itself."""

from __future__ import annotations

import time as clock
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wideberth.cli import asked, exporting, journals
from wideberth.cli.progress import Steps
from wideberth.cli.say import out, stopping, tell
from wideberth.render import feeds as words

RECORD_HELP = "What is in a node's journal; feeds of it as a file that anybody can verify."
FEEDS_HELP = """\
List the feeds in a node's journal: whose they are, how far they go, what the other party has.

\b
Examples:
  wideberth record feeds --data DIR
  wideberth record feeds --data DIR --json

\b
Exit codes: 0 done, 2 bad input, 3 could not (a node that is running has the journal).
"""
EXPORT_HELP = """\
Write feeds of one line to a file that anybody can verify, years later and without a node.

The file holds everything that these entries say, in clear: hand it to whom you would show them. It ends at
the last entry that is signed. It is verified before the command says that it is done.

\b
Examples:
  wideberth record export --data DIR --feed wideberth/…/main/0 --out evidence.jsonl
  wideberth record export --data DIR --feed wideberth/…/main/0 --from 120 --to 140 --out hour.jsonl

\b
Exit codes: 0 done, 2 bad input, 3 could not (a node that is running has the journal).
"""

record = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@record.command(name="feeds", help=FEEDS_HELP)
def list_feeds(
    data: journals.Data,
    key_file: journals.KeyFile = None,
    json: Annotated[bool, typer.Option("--json", help=f"As JSON ({words.SCHEMA}).")] = False,
) -> None:
    """List the feeds of a journal. `FEEDS_HELP` says the rest."""
    with stopping():
        with Steps(quiet=json) as steps:
            steps.at("verifying the journal", 0, 1)
            with journals.opened(data, key_file) as journal:
                listed = exporting.listed(journal)
        if json:
            out(msgspec.json.format(msgspec.json.encode(words.document(listed))) + b"\n")
        else:
            out("".join(f"{line}\n" for line in words.table(listed)).encode("utf-8"))


@record.command(help=EXPORT_HELP)
def export(
    data: journals.Data,
    feed: Annotated[
        list[str],
        typer.Option(
            "--feed", metavar="ORIGIN", help="A feed as `record feeds` names it; several of one line."
        ),
    ],
    file: Annotated[
        str,
        typer.Option(
            "--out", metavar="FILE", help="Where to write, such as evidence.jsonl.", show_default=False
        ),
    ],
    first: Annotated[int, typer.Option("--from", metavar="N", min=0, help="From this entry on.")] = 0,
    last: Annotated[
        int | None,
        typer.Option("--to", metavar="N", min=0, help="Up to this entry, and on to the next checkpoint."),
    ] = None,
    key_file: journals.KeyFile = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
    as_of: asked.AsOf = None,
) -> None:
    """Write a record file. `EXPORT_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000
    with stopping():
        now = asked.as_of(as_of, None, now)
        origins = exporting.origins(feed)
        exporting.check_new(Path(file), force)
        with Steps(quiet=False) as steps:
            steps.at("verifying the journal", 0, 1)
            with journals.opened(data, key_file) as journal:
                spans = [exporting.signed_span(journal, origin, first, last) for origin in origins]
                steps.at("looking for keys", 0, 1)
                opening = exporting.opening(journal, origins[0].line, now)
                parts = exporting.parts(journal, spans, steps.at)
                exporting.write(Path(file), opening, parts, now // 1_000, force=force)
        for each in spans:
            tell(exporting.said(each))
        tell(f"{file} is written and verified. Whoever has it can read these entries.")
        tell(f"next: wideberth verify {file} --trust PARTY, with the names of both parties as you know them")
