"""`wideberth line known`: what was here of each line at a moment, and what may have been."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wideberth.cli import reached
from wideberth.cli.line_asked import SCHEMA, Json
from wideberth.cli.say import out, stopping
from wideberth.errors import Invalid, shorten
from wideberth.node.past_views import AsOfView, KnownView

KNOWN_HELP = """\
Show how much was here of each line at a moment (--as-of), and what may have been.

An entry of the other party's was here for certain when an own entry had folded it: that is what every view
shows with --as-of. What their clock puts before the moment, and the own record only after it, is listed here,
with both times. It is in no other view.

\b
Examples:
  wideberth line known --as-of 2026-11-23T14:05:00Z

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""


def known(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Show what was known. `KNOWN_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            if client.as_of is None:
                raise Invalid("line.as_of", "--as-of", "nothing", "a moment, as 2026-11-23T14:05:00Z")
            found = client.ask("GET", "/v1/known", AsOfView)
        if json:
            document = {"schema": SCHEMA, **msgspec.to_builtins(found)}
            out(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
        else:
            lines = [one for each in found.lines for one in _words(each)] or ["no line yet"]
            out("".join(f"{one}\n" for one in lines).encode())


def _words(view: KnownView) -> Iterator[str]:
    yield f"{shorten(view.label or view.line[:8], 60)}: {view.entries:,} entries were here for certain"
    if view.unshown:
        yield f"  {view.unshown:,} more may have been:"
    if view.unshown > len(view.newest):
        yield f"    the latest {len(view.newest):,} of them"
    for each in view.newest:
        shown = "not shown to be here yet" if each.shown is None else f"first shown to be here {each.shown}"
        yield f"    {each.type:<20} said {each.said}, {shown}"
