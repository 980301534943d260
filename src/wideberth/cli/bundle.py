"""`wideberth bundle`: what a line has to say, as a file that people carry from node to node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from wideberth.cli import key_asked, line_words, reached
from wideberth.cli import line_asked as asked
from wideberth.cli.line_asked import Json, Line, path
from wideberth.cli.say import out, stopping, tell
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats import bundle as formats
from wideberth.node import files
from wideberth.node.views import Imported, LineView, NodeView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SCHEMA = "wideberth.bundle/1"
BUNDLE_HELP = """\
Where there is no network: files that people carry between two nodes, on a stick or by mail.

A bundle holds all that the other party has not confirmed. It is sealed to them. It may be lost, late, or read
twice: what was not confirmed is in the next one.

\b
Examples:
  wideberth bundle export South --out monday.bundle
  wideberth bundle import tuesday.bundle
"""
EXPORT_HELP = """\
Write what the other party has not confirmed to a file, never over another.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
IMPORT_HELP = """\
Take all that opens in a bundle; says what did not, and what to do now.

\b
Exit codes: 0 all of it opened, 1 some of it did not or is missing, 2 bad input, 3 could not.
"""
FILES = 256 * 2**20
"""Bytes of a bundle that a node is given."""

bundle = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@bundle.command("export", short_help="Write a bundle for the other party.", help=EXPORT_HELP)
def export(
    line: Line,
    output: key_asked.Out,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Write a bundle. `EXPORT_HELP` says the rest."""
    with stopping():
        place = Path(output)
        # the second: its name while it is written
        for taken in (place, place.with_name(f"{place.name}.new")):
            if taken.exists():
                words = f"{taken} exists and is never written over; accepted: another name"
                raise Refused("bundle.exists", words)
        with reached.reached(url, data) as client:
            found = asked.view(client, line)
            files.replace(place, client.fetch("POST", path(found.line, "bundles", "out")))
        with place.open("rb") as file:
            number = formats.begin(file).number
        name = line_words.peer(found)
        following = [
            f"Carry {output} to {name}: there, wideberth bundle import. Nobody else can open it.",
            "Bring theirs back: their receipts are in it. What is not confirmed then is in the next one too.",
        ]
        size = place.stat().st_size
        document = {"file": output, "line": found.line, "messages": number, "bytes": size}
        _answer(
            document, [f"wrote   {output}: {number:,} messages, {size:,} bytes, for {name}"], following, json
        )


@bundle.command("import", short_help="Take a bundle of the other party.", help=IMPORT_HELP)
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The bundle.", show_default=False)],
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="Whose it must be; else it says so itself.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Take a bundle. `IMPORT_HELP` says the rest."""
    with stopping():
        held = _read(file)
        with reached.reached(url, data) as client:
            found = _line(client, file, held, line)
            took = client.ask("POST", path(found.line, "bundles", "in"), Imported, held)
            after = asked.view(client, found.line)
        name = line_words.peer(found)
        lines = [
            f"line     {name}  {found.line}",
            f"opened   {took.opened:,} of {took.messages:,} messages",
            f"did not  {took.unopened:,}",
            f"missing  {took.missing:,}",
        ]
        _answer(msgspec.to_builtins(took), lines, list(_next(took, after, name)), json)
        if took.unopened or took.missing:
            raise typer.Exit(1)


def _next(took: Imported, after: LineView, name: str) -> Iterator[str]:
    if took.missing:
        yield "The file is cut off or damaged: copy it again. Taking what is there did no harm."
    if took.unopened:
        yield (
            f"What did not open is old, or was sealed before {name} heard of this start. It comes again by"
            " itself in their next bundle, after they have one from here."
        )
    line = after.line[: line_words.SHORT]
    yield f"Give them their receipts: wideberth bundle export {line} --out NEW.bundle"
    for each in line_words.to_do(after):
        if each.by == "now":
            yield f"{each.by}: {each.what}"


def _read(file: str) -> bytes:
    """The bytes of a bundle that begins like one. Raises: Invalid (`file.*`, as formats.begin)."""
    with key_asked.naming(file), Path(file).open("rb") as opened:
        formats.begin(opened)
        opened.seek(0)
        data = opened.read(FILES + 1)
        if len(data) > FILES:
            raise Invalid("file.too_large", "", "a larger file", f"a bundle of at most {FILES >> 20:,} MiB")
        return data


def _line(client: Client, file: str, data: bytes, wanted: str | None) -> LineView:
    """The line that a bundle is for. Raises: Refused (`bundle.other_line`), as Client.ask."""
    known = asked.views(client)
    if wanted is not None:
        return asked.chosen(known, wanted)
    party = client.ask("GET", "/v1/status", NodeView).party
    tag = data[len(formats.HEADING) :][: formats.TAG]
    for each in known:
        if formats.tag(each.line, party) == tag:
            return each
    shown = shorten(file, 400)
    raise Refused("bundle.other_line", f"{shown} is for none of this node's lines, or this party wrote it")


def _answer(document: dict[str, object], lines: list[str], following: list[str], json: bool) -> None:
    if json:
        whole = {"schema": SCHEMA, **document, "next": following}
        out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
    else:
        out("".join(f"{shorten(each, 2_000)}\n" for each in lines).encode())
    for each in following:
        tell(shorten(each, 2_000))
