"""`wideberth verify`: what a record file proves."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer
from msgspec import Struct

from wideberth.cli import asked, case_told, exporting, journals, release_file, trusted
from wideberth.cli.case_told import KNOWN
from wideberth.cli.files import opened
from wideberth.cli.progress import Steps
from wideberth.cli.say import NOT_ANCHORED, NOT_VERIFIED, exercise, out, stopping, tell
from wideberth.errors import Invalid, WideberthError
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Reader
from wideberth.ledger import body, ids, record
from wideberth.ledger.body import Header
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Line
from wideberth.ledger.record import Anchor, Section, Verdict
from wideberth.render import case as case_words
from wideberth.render import case_page
from wideberth.render import record as words
from wideberth.render.case import Shown
from wideberth.render.record import Checked

VERIFY_HELP = """\
Check a record file: who signed what, and when the other party had it. Or a release that came as a file: who
released what to whom, under which caveats, and who approved it.

Name the parties whom you know, or the result is NOT ANCHORED: anybody can make a file that agrees with
itself.

\b
Examples:
  wideberth verify evidence.jsonl --trust PARTY --trust parties.txt
  wideberth verify evidence.jsonl --data DIR --entries --from 120 --to 140
  wideberth verify evidence.jsonl --trust parties.txt --json
  wideberth verify case.record --trust parties.txt --html case.html
  wideberth verify release.zip --trust parties.txt

\b
Exit codes: 0 VERIFIED, 1 NOT VERIFIED, 2 it cannot be read, 3 could not, 4 consistent, but not anchored or
disputed.
"""
EXIT: Mapping[Verdict, int] = {
    "verified": 0,
    "not verified": NOT_VERIFIED,
    "not anchored": NOT_ANCHORED,
    "disputed": NOT_ANCHORED,  # a script that acts on 0 must not act on what a thief may have written
}

_ARCHIVE = b"PK\x03\x04"


class Wanted(Struct, frozen=True):
    """Which entries are shown: numbers from `first` to `last`, both included, of one type."""

    first: int
    last: int | None
    type: str | None

    def has(self, header: Header) -> bool:
        """Whether an entry is one of them."""
        within = self.first <= header.n and (self.last is None or header.n <= self.last)
        return within and self.type in (None, header.type)


def verify(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A record file, or a release.", show_default=False)
    ],
    trust: trusted.Trust = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="DIR", help="Trust the parties that this node was paired with."),
    ] = None,
    key_file: journals.KeyFile = None,
    paper: trusted.Papers = None,
    show_entries: Annotated[bool, typer.Option("--entries", help="Show the entries as well.")] = False,
    first: Annotated[
        int, typer.Option("--from", metavar="N", min=0, help="With --entries: from this number on.")
    ] = 0,
    last: Annotated[
        int | None, typer.Option("--to", metavar="N", min=0, help="With --entries: up to this number.")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="With --entries: of this type only.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help=f"As JSON ({words.SCHEMA}); with --entries, one more line each.")
    ] = False,
    html: Annotated[
        str | None,
        typer.Option("--html", metavar="FILE", help="Of a case: a page to read and print."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --html: write over a file that exists.")
    ] = False,
    as_of: asked.AsOf = None,
) -> None:
    """Check a record file. `VERIFY_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000_000 * 1_000
    with stopping():
        now_s = asked.as_of(as_of, None, now) // 1_000
        if html is not None:
            exporting.check_new(Path(html), force)
        anchors = [*trusted.anchors(trust or ()), *(_paired(data, key_file) if data is not None else ())]
        papers = {path: trusted.read(path) for path in paper or ()}
        wanted = Wanted(first, last, type_) if show_entries else None
        with opened(file) as stream:
            if (found := _release(file, stream)) is not None:
                if html is not None or wanted is not None:
                    raise Invalid("verify.a_release", file, "a release", "a record, for --html and --entries")
                given = tuple(papers.values())
                raise typer.Exit(release_file.verify(found, file, anchors, given, now_s * 1_000, json=json))
            with _reading(file, json=json):
                reader = Reader(stream)
                line = ids.line(reader.opening.genesis)
                if line.exercise:
                    exercise()
            if html is not None and reader.opening.case is None:
                raise Invalid("verify.no_case", "--html", "feeds", "the record of a case")
            _check_papers(papers, line)
            with _reading(file, json=json), Steps(quiet=json) as steps:
                size = os.fstat(stream.fileno()).st_size
                result = recordfile.verify(
                    reader,
                    KNOWN,
                    now_s,
                    tuple(papers.values()),
                    lambda _: steps.at("verifying", stream.tell(), size),
                )
            checked = Checked(file, reader.opening, result, record.anchored(line, anchors))
            case = _case(checked, stream, reader.digest, tuple(papers.values()))
            checked = checked if case is None else case.checked
            _show(checked, case, json=json, compact=wanted is not None)
            if html is not None:
                _write_page(html, case, reader.digest, force=force)
            if wanted is not None and checked.verdict == "not verified":
                tell("its entries are not shown: something in it is false")
            elif wanted is not None:
                _show_entries(checked, stream, reader.digest, wanted, json=json)
        raise typer.Exit(EXIT[checked.verdict])


def _release(file: str, stream: BinaryIO) -> bytes | None:
    """The bytes of the file where it is a release, not a record. Raises: Invalid (`file.*`)."""
    begins = stream.read(len(_ARCHIVE))
    stream.seek(0)
    data = trusted.read(file) if begins == _ARCHIVE else b""
    return data if release_file.is_release(data) else None


@contextmanager
def _reading(file: str, *, json: bool) -> Iterator[None]:
    """Whatever cannot be read is not verified, and is said so. Raises: Invalid, with the name of the file."""
    try:
        yield
    except Invalid as error:
        if json:
            out(msgspec.json.encode(words.unreadable(file, error)) + b"\n")
        else:
            out(b"NOT VERIFIED\nThe file cannot be read as a record: do not rely on it.\n")
        place = f"{file}: {error.path}" if error.path else file
        raise Invalid(error.code, place, error.found, error.wanted) from error


def _check_papers(papers: Mapping[str, bytes], line: Line) -> None:
    """A wrong paper is the reader's mistake, not the record's. Raises: Invalid (`verify.paper`)."""
    for path, data in papers.items():
        try:
            record.read_paper(line, data)
        except WideberthError as error:
            wanted = "a certificate or revocation that a party of this line signed"
            found = error.found if isinstance(error, Invalid) else error.message
            raise Invalid("verify.paper", path, found, wanted) from error


def _case(checked: Checked, stream: BinaryIO, digest: bytes, papers: Sequence[bytes]) -> Shown | None:
    """What the record of a case tells; nothing where something in it is false."""
    of = checked.opening.case
    if of is None or checked.verdict == "not verified":
        return None
    return case_told.read(checked, of, stream, digest, papers)


def _write_page(html: str, case: Shown | None, digest: bytes, *, force: bool) -> None:
    """Raises: Refused (`output.exists`), OSError."""
    if case is None:
        tell(f"{html} is not written: something in the record is false")
        return
    exporting.write_page(Path(html), case_page.page(case, digest), force=force)
    tell(f"{html} is a page for people. The file proves it, the page proves nothing.")


def _show(checked: Checked, case: Shown | None, *, json: bool, compact: bool) -> None:
    if json:
        found = words.document(checked)
        if case is not None:
            found["case"] = case_words.document(case)
        data = msgspec.json.encode(found)
        out((data if compact else msgspec.json.format(data)) + b"\n")
    else:
        lines = [*words.report(checked), *(["", *words.wrapped(case_words.lines(case))] if case else [])]
        out("".join(f"{line}\n" for line in lines).encode("utf-8"))


def _show_entries(checked: Checked, stream: BinaryIO, digest: bytes, wanted: Wanted, *, json: bool) -> None:
    """The file once more, because what is shown of an entry depends on checkpoints far behind it.

    Only of a record in which nothing is false.

    Raises: Invalid (`record.changed`), and as Reader.
    """
    stream.seek(0)
    reader = Reader(stream)
    feeds = {each.origin: each for each in checked.result.feeds}
    for part in reader.parts():
        if isinstance(part, Section) and not json:
            out(f"\n{words.title(part.origin, checked)}\n{words.heading()}\n".encode())
        elif isinstance(part, Item) and wanted.has(header := body.read(part.leaf)):
            feed = feeds[header.origin]
            known = not part.dropped and body.understood(body.opened(*part), KNOWN)
            if json:
                out(msgspec.json.encode(words.row_json(feed, header, part, known)) + b"\n")
            else:
                out(f"{words.row(feed, header, part, known)}\n".encode())
    if reader.digest != digest:
        raise Invalid("record.changed", "", "a file that was changed meanwhile", "a file that stays as it is")


def _paired(data: str, key_file: str | None) -> Iterator[Anchor]:
    """The parties with which a node was paired."""
    with journals.opened(data, key_file) as journal:
        yield from case_told.paired(journal)
