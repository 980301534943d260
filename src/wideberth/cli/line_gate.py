"""`wideberth line gate`, `held`, `release` and `drop`: what officers see before it goes out."""

from __future__ import annotations

import json as stdjson
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from wideberth.cli import as_of, exporting, reached
from wideberth.cli.line_asked import SCHEMA, Json, Line, path, view
from wideberth.cli.line_words import peer
from wideberth.cli.say import out, says_yes, stopping, tell
from wideberth.desk import gate as rules
from wideberth.errors import Invalid, Refused
from wideberth.node.views import GateView, HeldView, LineView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

GATE_HELP = """\
Show the outbound gate of a line, or set it: off, always, or two-person.

Where it is on, what tells the other party of plans, sites or cases waits until an officer (or two different
ones) has seen its exact text. Calls, holds, retractions, line checks, keys and agreements never wait. A gate
of two persons is opened by two.

\b
Examples:
  wideberth line gate South
  wideberth line gate South two-person

\b
Exit codes: 0 done, 1 another officer is to ask for it too, 2 bad input, 3 could not (no node answers).
"""
HELD_HELP = """\
Show what the gate of a line holds: each entry's number and its exact text, as it will be sealed.

With --picture its volumes are drawn on a map, with times and levels. Characters that do not print, or that
would turn the order of others, are shown as JSON escapes, which mean the same.

\b
Examples:
  wideberth line held South
  wideberth line held South --picture held.svg

\b
Exit codes: 0 nothing is held, 1 something is, 2 bad input, 3 could not.
"""
RELEASE_HELP = """\
Say that you have seen these texts, and that they may go out. They are shown once more before.

\b
Examples:
  wideberth line release South 12 13

\b
Exit codes: 0 done, 1 another officer is to see some of them too, 2 bad input, 3 could not.
"""
DROP_HELP = """\
Do not let these through: they are never said, and the record keeps that they were not.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

Numbers = Annotated[
    list[int], typer.Argument(metavar="N...", help="Numbers, as `line held` shows them.", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


def gate(
    line: Line,
    to: Annotated[
        str | None,
        typer.Argument(metavar="[SETTING]", help=f"{', '.join(rules.SETTINGS)}.", show_default=False),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show or set the gate. `GATE_HELP` says the rest."""
    with stopping():
        wanted = None if to is None else rules.setting(to, "SETTING")
        with reached.reached(url, data) as client:
            at = path(view(client, line).line, "gate")
            found = client.ask("GET", at, GateView)
            if wanted is not None:
                found = client.ask("PUT", at, GateView, {"gate": wanted})
        if json:
            out(_document(found))
        else:
            waits = f"; it holds {found.held:,}" if found.held else ""
            out(f"{found.gate}: {found.means}{waits}\n".encode())
        for setting, given in found.asked.items():
            tell(
                f"{setting}: {given} of 2 officers have asked for it; another one says the same within a day"
            )
        if wanted not in (None, found.gate):
            raise typer.Exit(1)


def held(
    line: Line,
    picture: Annotated[
        str | None,
        typer.Option("--picture", metavar="FILE.svg", help="Draw the volumes there.", show_default=False),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show what is held. `HELD_HELP` says the rest."""
    with stopping():
        if picture is not None and Path(picture).suffix.lower() != ".svg":
            raise Invalid("picture.format", "--picture", picture, "a file that ends in .svg")
        with reached.reached(url, data) as client:
            known = view(client, line)
            found = client.ask("GET", path(known.line, "held"), list[HeldView])
        _show(found, json=json)
        if picture is not None:
            Path(picture).write_bytes(exporting.picture(picture, _drawn(known, found)))
        if any(each.stage == "held" for each in found):
            raise typer.Exit(1)


def release(
    line: Line,
    numbers: Numbers,
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Release what is held. `RELEASE_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        known = view(client, line)
        found = _judged(client, known, numbers, "release", yes=yes, json=json)
    if waiting := [each for each in found if each.n in numbers and each.stage == "held"]:
        named = ", ".join(str(each.n) for each in waiting)
        tell(f"{named}: another officer is to see it too, within a day: wideberth line release")
        raise typer.Exit(1)


def drop(
    line: Line,
    numbers: Numbers,
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Do not let something through. `DROP_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        _judged(client, view(client, line), numbers, "drop", yes=yes, json=json)


def _judged(
    client: Client, line: LineView, numbers: Sequence[int], what: str, *, yes: bool, json: bool
) -> list[HeldView]:
    """Raises: Invalid (`gate.not_held`), Refused (`line.not_confirmed`), and as Client.ask."""
    at = path(line.line, "held")
    found = {each.n: each for each in client.ask("GET", at, list[HeldView]) if each.stage == "held"}
    rules.check_open(numbers, list(found))
    if not yes:
        for each in (found[n] for n in numbers):
            tell("\n".join(lines(each)))
        question = f"{'Tell this to' if what == 'release' else 'Never tell this to'} {peer(line)}?"
        if not says_yes(question):
            raise Refused("line.not_confirmed", "nothing was done; accepted: y, or --yes")
    seen = [{"n": n, "sha256": found[n].sha256} for n in numbers]
    left = client.ask("POST", f"{at}/{what}", list[HeldView], {"entries": seen})
    _show(left, json=json)
    return left


def _show(found: Sequence[HeldView], *, json: bool) -> None:
    if json:
        out(_document(found))
    else:
        texts = ["\n".join(lines(each)) for each in found] or ["nothing is held"]
        out("".join(f"{each}\n" for each in texts).encode())


def lines(each: HeldView) -> list[str]:
    """An entry that is held, for people, with its exact text."""
    seen = f", seen by {each.seen} of {each.needed}" if each.needed > 1 and each.stage == "held" else ""
    behind = "; it waits for what was said before it" if each.stage == "released" else ""
    head = f"{each.n}  {each.type}  {each.stage} since {each.since} ({each.gate}{seen}){behind}"
    return [head, f"    {plain(each.text)}", *([] if each.part is None else [f"    {plain(each.part)}"])]


def plain(text: str) -> str:
    """JSON with what does not print written as its escape, which means the same: nothing hides in it."""
    return "".join(char if char.isprintable() else stdjson.dumps(char)[1:-1] for char in text)


def _drawn(line: LineView, found: Sequence[HeldView]) -> bytes:
    from wideberth.desk import volumes  # with the map it takes long to load
    from wideberth.render import sheet

    things = []
    for each in found:
        body = msgspec.json.decode(each.text)
        inside = body.get("volumes") if isinstance(body, dict) else None
        read = volumes.read_all(inside) if inside else ()
        things.append(sheet.Thing(f"{each.n} {each.type}", read))
    title = f"What {peer(line)} is to be told: {len(things)} entries, held"
    return sheet.svg(title, "as it will be sealed; nothing was compared", things).encode()


def _document(found: object) -> bytes:
    document = {"schema": SCHEMA, **as_of.said(), "held" if isinstance(found, Sequence) else "gate": found}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
