"""`wideberth record`: what is in a node's journal; feeds of it, or a case, as a file that proves itself."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer

from wideberth.cli import asked, case_told, exporting, incident, journals, reached, record_asked
from wideberth.cli.progress import Steps
from wideberth.cli.reached import Where
from wideberth.cli.record_asked import Wanted
from wideberth.cli.say import out, stopping, tell
from wideberth.errors import Invalid
from wideberth.formats import recordfile
from wideberth.formats.recordfile import OfCase
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Anchor
from wideberth.node import case_export, feed_export
from wideberth.node.feed_export import Span
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

Where a node runs on DIR (or at --url), it is asked, as whoever has logged in; else its journal is opened.

Of a case it holds both notices, every step and the terms; of all other entries since the case began only the
headers (who, when, which type), which prove the order and that nothing was taken out; with --no-headers not
those either. --html writes a page for people beside it.

\b
Examples:
  wideberth record export --data DIR --feed wideberth/…/main/0 --out evidence.jsonl
  wideberth record export --data DIR --feed wideberth/…/main/0 --from 120 --to 140 --out hour.jsonl
  wideberth record export --data DIR --case CASE --out case.record --html case.html
  wideberth record export --url http://127.0.0.1:7878 --case CASE --out case.record

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

record = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
record.command(name="incident", help=incident.INCIDENT_HELP)(incident.incident)


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
            "--case",
            metavar="CASE",
            help="A case instead: its id, or 8 letters of it; where a node runs also the own plan's label.",
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
    url: reached.Url = None,
    data: reached.Data = None,
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
        at = reached.where(url, data, os.environ)
        running = at.url is not None or reached.answers(at)
        source = _Node(at) if running else _Journal(str(at.path), key_file)
        if case is not None:
            wanted = Wanted(case, line, headers)
            _export_case(source, wanted, (Path(file), html), now, force=force)
        else:
            origins = feed_export.origins(feed or ())
            for each in source.feeds(origins, (first, last), Path(file), now, force=force):
                tell(exporting.said(each))
            tell(f"{file} is written and verified. Whoever has it can read these entries.")
        tell(f"next: wideberth verify {file} --trust PARTY, with the names of both parties as you know them")


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


class _Journal(NamedTuple):
    """Where records come from while no node runs: the journal of a data directory, and its key."""

    data: str
    key_file: str | None

    def feeds(
        self, origins: Sequence[Origin], entries: tuple[int, int | None], file: Path, now: int, *, force: bool
    ) -> list[Span]:
        """Feeds of a line, to a file."""
        with Steps(quiet=False) as steps:
            steps.at("verifying the journal", 0, 1)
            with journals.opened(self.data, self.key_file) as journal:
                spans = [feed_export.signed_span(journal, origin, *entries) for origin in origins]
                steps.at("looking for keys", 0, 1)
                opening = feed_export.opening(journal, origins[0].line, now)
                pieces = recordfile.write(opening, feed_export.parts(journal, spans, steps.at))
                exporting.write(file, pieces, now // 1_000, force=force)
        return spans

    def case(self, wanted: Wanted, file: Path, now: int, *, force: bool) -> list[Anchor]:
        """A case, to a file; the parties that the node was paired with."""
        with Steps(quiet=False) as steps:
            steps.at("verifying the journal", 0, 1)
            with journals.opened(self.data, self.key_file) as journal:
                steps.at("looking for the case", 0, 1)
                chosen = case_export.choose(journal, wanted.case, wanted.line, headers=wanted.headers)
                opening = feed_export.opening(journal, chosen.line.id, now)._replace(case=chosen.of)
                anchors = list(case_told.paired(journal))
            steps.at("writing", 0, 1)
            exporting.write(file, recordfile.write(opening, chosen.parts), now // 1_000, force=force)
        return anchors


class _Node(NamedTuple):
    """The same of a node that runs."""

    at: Where

    def feeds(
        self, origins: Sequence[Origin], entries: tuple[int, int | None], file: Path, now: int, *, force: bool
    ) -> list[Span]:
        """Feeds of a line, to a file."""
        with reached.reached_at(self.at) as client:
            return record_asked.feeds(client, origins, entries, file, now // 1_000, force=force)

    def case(self, wanted: Wanted, file: Path, now: int, *, force: bool) -> list[Anchor]:
        """A case, to a file; the parties that the node was paired with."""
        with reached.reached_at(self.at) as client:
            record_asked.case(client, wanted, file, now // 1_000, force=force)
            return list(record_asked.paired(client))


def _export_case(
    source: _Journal | _Node, wanted: Wanted, files: tuple[Path, str | None], now: int, *, force: bool
) -> None:
    file, html = files
    anchors = source.case(wanted, file, now, force=force)
    of, shown = case_told.written(file)
    if html is not None:
        page = case_told.page(file, of, anchors, now // 1_000)
        exporting.write_page(Path(html), page, force=force)
    tell(f"case {of.id}: {shown:,} entries; of all others {_rest(of)}")
    tell(f"{file} is written and verified. Whoever has it can read these entries.")
    if html is not None:
        tell(f"{html} is a page for people. The file proves it, the page proves nothing.")


def _rest(of: OfCase) -> str:
    return "only hashes" if of.since is None else "since it began only the headers: who, when, which type"
