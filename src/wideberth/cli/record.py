"""`wideberth record`: what is in a node's journal; feeds of it, or a case, as a file that proves itself."""

from __future__ import annotations

import time as clock
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer

from wideberth.cli import asked, case_export, case_told, exporting, journals
from wideberth.cli.progress import Steps
from wideberth.cli.say import out, stopping, tell
from wideberth.errors import Invalid
from wideberth.formats.recordfile import OfCase
from wideberth.ledger.ids import Origin
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
Write feeds of one line, or a case, to a file that anybody can verify, years later and without a node.

The file holds everything that these entries say, in clear: hand it to whom you would show them. It ends at
the last entry that is signed. It is verified before the command says that it is done.

Of a case it holds both notices, every step and the terms; of all other entries since the case began only the
headers (who, when, which type), which prove the order and that nothing was taken out; with --no-headers not
those either. --html writes a page for people beside it.

\b
Examples:
  wideberth record export --data DIR --feed wideberth/…/main/0 --out evidence.jsonl
  wideberth record export --data DIR --feed wideberth/…/main/0 --from 120 --to 140 --out hour.jsonl
  wideberth record export --data DIR --case CASE --out case.record --html case.html

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
    file: Annotated[
        str,
        typer.Option(
            "--out", metavar="FILE", help="Where to write, such as evidence.jsonl.", show_default=False
        ),
    ],
    feed: Annotated[
        list[str] | None,
        typer.Option(
            "--feed", metavar="ORIGIN", help="A feed as `record feeds` names it; several of one line."
        ),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            "--case", metavar="CASE", help="A case instead: its id, or the first 8 letters or more."
        ),
    ] = None,
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="With --case: the line that it is on.")
    ] = None,
    headers: Annotated[
        bool,
        typer.Option("--headers/--no-headers", help="With --case: prove its order by headers of the rest."),
    ] = True,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="With --case: a page to read and print.")
    ] = None,
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
        _check_choice(feed, case, (line, html), first, last, headers=headers)
        for path in (file, *([html] if html else [])):
            exporting.check_new(Path(path), force)
        if case is not None:
            _export_case(data, key_file, _Wanted(case, line, headers), (file, html), now, force=force)
        else:
            _export_feeds(
                data, key_file, exporting.origins(feed or ()), (first, last), file, now, force=force
            )
        tell(f"next: wideberth verify {file} --trust PARTY, with the names of both parties as you know them")


class _Wanted(NamedTuple):
    """The case that is asked for."""

    case: str
    line: str | None
    headers: bool


def _check_choice(
    feed: list[str] | None,
    case: str | None,
    of_case: tuple[str | None, str | None],
    first: int,
    last: int | None,
    *,
    headers: bool,
) -> None:
    """Raises: Invalid (`record.choice`)."""
    wanted = "--feed with --from and --to, or --case with --line, --no-headers and --html"
    if bool(feed) is (case is not None):
        raise Invalid("record.choice", "", "both --feed and --case" if feed else "neither", wanted)
    if case is None and (any(of_case) or not headers):
        raise Invalid("record.choice", "--feed", "what only a case has", wanted)
    if case is not None and (first or last is not None):
        raise Invalid("record.choice", "--case", "--from or --to", wanted)


def _export_feeds(
    data: str,
    key_file: str | None,
    origins: list[Origin],
    entries: tuple[int, int | None],
    file: str,
    now: int,
    *,
    force: bool,
) -> None:
    with Steps(quiet=False) as steps:
        steps.at("verifying the journal", 0, 1)
        with journals.opened(data, key_file) as journal:
            spans = [exporting.signed_span(journal, origin, *entries) for origin in origins]
            steps.at("looking for keys", 0, 1)
            opening = exporting.opening(journal, origins[0].line, now)
            parts = exporting.parts(journal, spans, steps.at)
            exporting.write(Path(file), opening, parts, now // 1_000, force=force)
    for each in spans:
        tell(exporting.said(each))
    tell(f"{file} is written and verified. Whoever has it can read these entries.")


def _export_case(
    data: str,
    key_file: str | None,
    wanted: _Wanted,
    files: tuple[str, str | None],
    now: int,
    *,
    force: bool,
) -> None:
    file, html = files
    with Steps(quiet=False) as steps:
        steps.at("verifying the journal", 0, 1)
        with journals.opened(data, key_file) as journal:
            steps.at("looking for the case", 0, 1)
            chosen = case_export.choose(journal, wanted.case, wanted.line, headers=wanted.headers)
            opening = exporting.opening(journal, chosen.line.id, now)._replace(case=chosen.of)
            anchors = list(case_told.paired(journal))
        steps.at("writing", 0, 1)
        exporting.write(Path(file), opening, chosen.parts, now // 1_000, force=force)
        if html is not None:
            page = case_told.page(Path(file), chosen.of, anchors, now // 1_000)
            exporting.write_page(Path(html), page, force=force)
    tell(f"case {chosen.of.id}: {chosen.shown:,} entries; of all others {_rest(chosen.of)}")
    tell(f"{file} is written and verified. Whoever has it can read these entries.")
    if html is not None:
        tell(f"{html} is a page for people. The file proves it, the page proves nothing.")


def _rest(of: OfCase) -> str:
    return "only hashes" if of.since is None else "since it began only the headers: who, when, which type"
