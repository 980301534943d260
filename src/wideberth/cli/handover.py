"""`wideberth handover` and `wideberth blackout`: two sheets of paper, from a node that runs."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from wideberth.cli import exporting, reached
from wideberth.cli.say import out, stopping, tell
from wideberth.errors import Invalid, shorten
from wideberth.node import phrases
from wideberth.render import blackout as paper
from wideberth.render import handover as sheets
from wideberth.render.blackout import Blackout, Channel
from wideberth.render.handover import Handover

HANDOVER_HELP = """\
What one officer on duty hands over to the next: lines, agreements, what is active and next, cases, calls, who
has not acknowledged, alarms, sites, the watch. As text, or with --html as a page of A4 to tick and sign.

It is of one moment. The command prints the SHA-256 of the page, by which `duty hand --sheet` enters that this
very sheet was handed over.

\b
Examples:
  wideberth handover
  wideberth handover --html handover.html
  wideberth duty hand officer --to duty-2 --sheet handover.html

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
BLACKOUT_HELP = """\
What the watch needs on paper when the node, the power or the network is gone: other channels by role,
identity words, what is to be kept clear of in the next 48 hours, the codes in every language that is agreed,
a log to fill in by hand, and how it is entered afterwards. Print it at the beginning of every watch.

Telephone numbers are in no node: --channels reads them from a file of your own, in TOML, by what the line is
called here. Without it there are lines to fill in.

\b
  [[channel]]
  line = "South"
  role = "duty officer"
  how = "radio 243.0, then telephone …"

\b
Examples:
  wideberth blackout --html blackout.html --channels channels.toml

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
LARGEST = 1024 * 1024
NAMES = ("how", "line", "role")
WANTED = "[[channel]] with line, role and how, each a text in quotation marks"

Html = Annotated[
    str | None, typer.Option("--html", metavar="FILE", help="A page to print: A4, black on white.")
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that exists.")]


def handover(
    html: Html = None,
    force: Force = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({sheets.SCHEMA}).")] = False,
) -> None:
    """Print the handover sheet. `HANDOVER_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            sheet = client.ask("GET", "/v1/handover", Handover)
        page = sheets.html(sheet)
        _give(html, page, sheet, sheets.lines(sheet), force=force, json=json)
        if html is not None:
            tell(f"next: print it, both sign it, and: wideberth duty hand officer --to NAME --sheet {html}")


def blackout(
    html: Html = None,
    channels: Annotated[
        str | None, typer.Option("--channels", metavar="FILE", help="Other channels by role, in TOML.")
    ] = None,
    force: Force = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({paper.SCHEMA}).")] = False,
) -> None:
    """Print the blackout sheet. `BLACKOUT_HELP` says the rest."""
    with stopping():
        named = {} if channels is None else _channels(Path(channels))
        with reached.reached(url, data) as client:
            sheet = client.ask("GET", "/v1/blackout", Blackout)
        known = {each.label for each in sheet.lines}
        for label in sorted(set(named) - known):
            tell(f"{channels}: no line here is called {shorten(label, 60)}")
        page = paper.html(sheet, phrases.shipped(), named)
        _give(html, page, sheet, paper.lines(sheet), force=force, json=json)


def _give(
    html: str | None, page: str, sheet: Handover | Blackout, lines: Sequence[str], *, force: bool, json: bool
) -> None:
    """Raises: Refused (`output.exists`), OSError."""
    digest = hashlib.sha256(page.encode("utf-8")).hexdigest()
    if html is not None:
        exporting.check_new(Path(html), force)
        exporting.write_page(Path(html), page, force=force)
        tell(f"{html} is written, as of {sheet.as_of}")
    if json:
        document: dict[str, Any] = {**msgspec.to_builtins(sheet), "sha256": None if html is None else digest}
        out(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    elif html is None:
        out("".join(f"{each}\n" for each in lines).encode("utf-8"))
    else:
        out(f"sha256 {digest}\n".encode())


def _channels(path: Path) -> dict[str, tuple[Channel, ...]]:
    """By the label of a line, in the order of the file. Raises: Invalid (`blackout.channels`), OSError."""
    with path.open("rb") as stream:
        text = stream.read(LARGEST + 1)
    try:
        said = tomllib.loads(text[:LARGEST].decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid("blackout.channels", str(path), str(error), WANTED) from error
    rows = said.get("channel")
    if len(text) > LARGEST or set(said) != {"channel"} or not isinstance(rows, list):
        raise Invalid("blackout.channels", str(path), "something else", WANTED)
    found: dict[str, tuple[Channel, ...]] = {}
    for n, row in enumerate(rows):
        if (
            not isinstance(row, dict)
            or sorted(row) != list(NAMES)
            or any(type(row[x]) is not str for x in NAMES)
        ):
            raise Invalid("blackout.channels", f"{path}: channel[{n}]", "something else", WANTED)
        found[row["line"]] = (*found.get(row["line"], ()), Channel(row["role"], row["how"]))
    return found
