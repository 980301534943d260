"""`wideberth trace`: whose copy of a release a file comes from."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Final

import msgspec
import typer

from wideberth.cli import reached
from wideberth.cli.files import read_bytes
from wideberth.cli.say import out, stopping, tell
from wideberth.desk.trace_chance import told
from wideberth.errors import shorten
from wideberth.links.node_url import part
from wideberth.node.trace import TraceView

SCHEMA: Final = "wideberth.trace/1"
SUFFIX: Final = 20
TRACE_HELP = """\
Whose copy of a release a file comes from: text, HTML, JSON, CSV, PDF, an office document or workbook, a zip.

Each recipient's copy of a release says the same in words of its own. The words of the file are compared with
those of every copy that this node made. A copy is named only where so many agreements would come by chance in
less than one case of a thousand million, all known copies counted; anything else is "no claim".

A claim shows which copy the words come from. It does not show who passed them on: whoever has seen a copy can
use its words. No claim shows nothing: facts that are told in other words cannot be traced.

The file is sent to the node and kept nowhere; that it was asked stays on its record.

\b
Examples:
  wideberth trace published.html
  wideberth trace received.pdf --json

\b
Exit codes: 0 told, whether a copy is named or not, 2 bad input, 3 could not.
"""


def trace(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What is to be traced.")],
    json: Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")] = False,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Trace a file. `TRACE_HELP` says the rest."""
    with stopping():
        content = read_bytes(file)
        # of the name only the kind of file goes to the node
        name = "file" + PurePath(file).suffix[:SUFFIX]
        with reached.reached(url, data) as client:
            found = client.ask("POST", f"/v1/trace?name={part(name)}", TraceView, content)
        if json:
            whole = {"schema": SCHEMA, **msgspec.to_builtins(found)}
            out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
        else:
            out("".join(f"{line}\n" for line in _lines(found)).encode())
        if found.copies:
            tell("next: a claim names a copy, not a person: keep the file as it came, and ask the recipient")


def _lines(found: TraceView) -> list[str]:
    known = "1 known copy" if found.known == 1 else f"{found.known:,} known copies"
    lines = [
        shorten(found.words, 4_000),
        f"read as {found.file}; {found.lines:,} lines of a known copy found; {known}",
    ]
    if found.nearest:
        lines.append("nearest copies (figures, no accusation):")
        lines += [
            f"  {shorten(each.recipient, 40)} ({each.release}): {each.seen:,} places seen, {each.agreeing:,} "
            f"as in it, {each.other:,} as in others, {each.changed:,} changed; by chance {told(each.chance)}"
            for each in found.nearest
        ]
    return lines
