"""`wideberth relay`: cells of a running node, what is handed down to them, and what they sign."""

from __future__ import annotations

import time as clock
from pathlib import Path
from typing import Annotated, Final

import typer

from wideberth.cli import desk_asked, key_asked, line_asked, reached
from wideberth.cli import relay_asked as asked
from wideberth.cli import relay_words as words
from wideberth.cli.relay_asked import Cell, Json, Relay
from wideberth.cli.say import CONFLICTS, out, says_yes, show, stopping, tell
from wideberth.desk import relay_entries
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats.times import to_rfc3339
from wideberth.ledger import ids
from wideberth.links.node_url import part
from wideberth.model.relay import ANSWERS, HOWS, NEVER
from wideberth.node.relay_views import RelayCellView, RelayDutyView, RelayView, SlipView
from wideberth.render import relay_tree

RELAY_HELP = """\
Hand notices and own plans down to the party's own cells, until the last executor has signed the exact text.

A tree is whole when every cell has confirmed, level by level. Where it is broken an alarm rings 60 and 30
minutes before the start. Nobody else learns of cells: the other party is told how far it came, and no more.

\b
Examples:
  wideberth relay cell add "air desk" --above operations --key air-desk.key.pub
  wideberth relay open "Supply run"
  wideberth relay open n-abcd --line South
  wideberth relay slip Q2MF7A "crew 1" --out crew-1.html
  wideberth relay status
"""
OPEN_HELP = """\
Hand down an own plan, or with --line a notice of the other party's: to all cells, or to those that are named
with --cell and all that stand above them.

A newer version is handed down anew by itself, and is to be confirmed anew.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
TEST_HELP = """\
Test, before it matters, whether all cells can be reached: each is to sign that a test reached it, by its key
or a slip. Who has not answered in time is a broken branch, and rings.

\b
Examples:
  wideberth relay test --within 10

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SLIP_HELP = """\
Write a slip for a cell without a node: a code for any telephone, and the same secret as words.

Whoever holds it answers as this cell, once. The node keeps no more than what an answer is checked by; a new
slip voids the one before.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
STATUS_HELP = """\
Show what is handed down, each as its tree, and what begins within the hour and is with nobody.

\b
Examples:
  wideberth relay status
  wideberth relay status Q2MF7A --picture tree.svg

\b
Exit codes: 0 all is whole, 1 a branch is broken or something is with nobody, 2 bad input, 3 could not.
"""
CONFIRM_HELP = """\
Sign, as a cell, that it has the exact text; or that it cannot, or objects. By a key of its own (--key), or by
the words of its slip (--words-file, - is the terminal), which somebody has read to the desk.

The text is shown first. A confirmation says that the cell has it. It is no permission.

\b
Examples:
  wideberth relay confirm Q2MF7A "air desk" --key air-desk.key
  wideberth relay confirm Q2MF7A "crew 1" --words-file - --say objection

\b
Exit codes: 0 done, 2 bad input (nothing is signed), 3 could not.
"""

relay = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
cell = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
relay.add_typer(cell, name="cell", help="Add or remove a cell.", short_help="Add or remove a cell.")


@relay.command(short_help="List the cells.")
def cells(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List the party's own cells, each after the one above it."""
    with stopping(), reached.reached(url, data) as client:
        _cells(client.ask("GET", asked.CELLS, list[RelayCellView]), json=json)


@cell.command("add", short_help="Add a cell.")
def add(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A role, never a person.", show_default=False)],
    above: Annotated[
        str | None, typer.Option("--above", metavar="CELL", help="The cell that hands it on to this one.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", metavar="FILE", help="The public half of its own key; else it confirms by slips."
        ),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Add a cell, under another or at the top."""
    with stopping():
        half = None if key is None else ids.base32(key_asked.half(key, "cell").key)
        with reached.reached(url, data) as client:
            body = {"name": role, "above": above, "key": half}
            _cells(client.ask("POST", asked.CELLS, list[RelayCellView], body), json=json)


@cell.command("remove", short_help="Remove a cell.")
def remove(of: Cell, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Remove a cell below which none stands. What was handed down to it still waits for it."""
    with stopping(), reached.reached(url, data) as client:
        found = client.ask("GET", asked.CELLS, list[RelayCellView])
        plain = of.casefold().strip()
        known = next((each.cell for each in found if plain in (each.cell, each.name.casefold())), None)
        if known is None:
            raise Invalid("relay.no_cell", "CELL", of, "a cell: wideberth relay cells")
        _cells(client.ask("DELETE", f"{asked.CELLS}/{part(known)}", list[RelayCellView]), json=json)


@relay.command("open", short_help="Hand something down.", help=OPEN_HELP)
def open_relay(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="An own plan, or with --line a notice: as plan and notice have it."
        ),
    ],
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="The line that the notice is of.")
    ] = None,
    some: Annotated[
        list[str] | None, typer.Option("--cell", metavar="CELL", help="Only to this cell and those above it.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Hand something down. `OPEN_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        body: dict[str, object] = {"cells": some or []}
        if line is None:
            body["plan"] = desk_asked.plan(client, name).plan
        else:
            where = line_asked.view(client, line).line
            body |= {"line": where, "notice": desk_asked.notice(client, where, name).notice}
        found = client.ask("POST", asked.RELAYS, RelayView, body)
        _said(found, json=json)
        if not json:
            tell(f"next: hand it over; then wideberth relay status {asked.number(found)}")


@relay.command("test", short_help="Test whether cells can be reached.", help=TEST_HELP)
def contact(
    within: Annotated[
        int, typer.Option("--within", metavar="MINUTES", min=1, help="So long they have to answer.")
    ] = 15,
    some: Annotated[
        list[str] | None, typer.Option("--cell", metavar="CELL", help="Only this cell and those above it.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Test whether cells can be reached. `TEST_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        body = {"minutes": within, "cells": some or []}
        _said(client.ask("POST", "/v1/relay-tests", RelayView, body), json=json)


@relay.command(short_help="Say that it was handed to a cell.")
def handed(
    name: Relay,
    to: Cell,
    how: Annotated[
        str, typer.Option("--how", metavar="HOW", help=", ".join(HOWS[:-1]) + ".", show_default=False)
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say that it was handed to a cell, by voice, radio, message or paper. That confirms nothing."""
    with stopping(), reached.reached(url, data) as client:
        if how not in HOWS[:-1]:
            raise Invalid("relay.how", "--how", how, ", ".join(HOWS[:-1]))
        found = asked.relay(client, name)
        body = {"cell": asked.duty(found, to).cell, "how": how}
        _said(client.ask("POST", asked.path(found.relay, "handed"), RelayView, body), json=json)


@relay.command(short_help="Write a one-use slip.", help=SLIP_HELP)
def slip(
    name: Relay,
    to: Cell,
    output: Annotated[
        str, typer.Option("--out", metavar="FILE", help="The page to be printed (HTML).", show_default=False)
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Write a slip. `SLIP_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        path = Path(output)
        if path.exists():
            # whatever goes wrong must not come after the slip was made
            raise Refused("output.exists", f"{path} exists; accepted: another name")
        found = asked.relay(client, name)
        of = asked.duty(found, to)
        made = client.ask("POST", asked.path(found.relay, "slip"), SlipView, {"cell": of.cell})
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(made.html, encoding="utf-8")
        page = made.url is not None
        if json:
            # the secret is in the file alone
            asked.answer(
                {"relay": made.relay, "cell": made.cell, "name": made.name, "file": output, "page": page}
            )
        else:
            out(f"{shorten(made.name, 60)}: {shorten(output, 400)}\n".encode())
        leads = "its code leads to a page" if page else "no page is served: its words are read to the desk"
        tell(f"{leads}. Whoever holds the slip answers as this cell, once. {NEVER}")


@relay.command(short_help="Show the trees.", help=STATUS_HELP)
def status(
    name: Annotated[
        str | None, typer.Argument(metavar="[RELAY]", help="One relay.", show_default=False)
    ] = None,
    picture: Annotated[
        str | None, typer.Option("--picture", metavar="FILE", help="Draw its tree: .svg or .html.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Show the exact text as well.")] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show what is handed down. `STATUS_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            now = desk_asked.now(client)
            if name is None:
                whole = asked.relays(client)
                found, alone = list(whole.relays), list(whole.nobody)
            else:
                found, alone = [asked.relay(client, name)], []
        if picture is not None:
            _draw(found, picture, now)
        if json:
            asked.answer({"as_of": now, "relays": found, "nobody": alone})
        else:
            for each in found:
                _tree(each, text=text)
            out("".join(f"{line}\n" for line in words.nobody(alone)).encode())
            if not found and not alone:
                tell("nothing is handed down; next: wideberth relay open PLAN")
            tell(f"as of {now}. {NEVER}")
    if alone or any(not each.whole for each in found):
        raise typer.Exit(CONFLICTS)


@relay.command(short_help="Sign as a cell.", help=CONFIRM_HELP)
def confirm(
    name: Relay,
    of: Cell,
    key: Annotated[str | None, typer.Option("--key", metavar="FILE", help="The cell's own key file.")] = None,
    words_file: Annotated[
        str | None,
        typer.Option("--words-file", metavar="FILE", help="The words of its slip; - asks at the terminal."),
    ] = None,
    say: Annotated[str, typer.Option("--say", metavar="ANSWER", help=", ".join(ANSWERS) + ".")] = "confirmed",
    passphrase_file: key_asked.PassphraseFile = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Sign without asking; the text is shown all the same.")
    ] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Sign as a cell. `CONFIRM_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        rung = relay_entries.answer(say, "--say")
        if (key is None) is (words_file is None):
            raise Invalid("relay.signer", "--key", "both or neither", "one of --key and --words-file")
        found = asked.relay(client, name)
        duty = asked.duty(found, of)
        tell(found.text)
        question = f"{shorten(duty.name, 60)}: {_QUESTIONS[say]}"
        if not yes and words_file != "-" and not says_yes(question):
            raise Refused("relay.not_confirmed", "nothing was signed; accepted: y, or --yes")
        seed = _seed(found, duty, key, words_file, passphrase_file)
        digest = relay_entries.sha256(found.text)
        at_ms = clock.time_ns() // 1_000_000
        signed = relay_entries.sign(found.relay, duty.cell, rung, at_ms, digest, seed)
        body = {
            "cell": duty.cell,
            "rung": rung,
            "at": to_rfc3339(at_ms),
            "sha256": ids.base32(digest),
            "key": ids.base32(signed.key),
            "signature": ids.base32(signed.signature),
        }
        _said(client.ask("POST", asked.path(found.relay, "confirm"), RelayView, body), json=json)


_QUESTIONS: Final = {
    "confirmed": "do you have this exact text?",
    "unable": "do you say that you cannot?",
    "objection": "do you object?",
}


def _seed(
    view: RelayView, duty: RelayDutyView, key: str | None, words_file: str | None, passphrase_file: str | None
) -> bytes:
    """Of the key that signs. Raises: as key_asked.key_file, key_asked.seed, relay_asked.secret."""
    if key is not None:
        return key_asked.seed(key, key_asked.key_file(key, "cell"), passphrase_file)
    if words_file == "-":
        told = str(typer.prompt("The sixteen words of the slip", err=True))
    else:
        told = key_asked.first_line(Path(words_file or ""))
    return relay_entries.slip_seed(asked.secret(told), view.relay, duty.cell)


def _cells(found: list[RelayCellView], *, json: bool) -> None:
    if json:
        asked.answer({"cells": found})
    elif found:
        show(words.cells(found))
    else:
        tell("no cell; next: wideberth relay cell add ROLE")


def _said(view: RelayView, *, json: bool) -> None:
    if json:
        asked.answer({"relays": [view]})
    else:
        _tree(view)
        tell(NEVER)


def _tree(view: RelayView, *, text: bool = False) -> None:
    show(words.tree(view))
    lines = [f"  {line}" for line in (*words.about(view), f"relay {view.relay}")]
    if text:
        lines += ["", *(f"  | {line}" for line in view.text.splitlines())]
    out("".join(f"{line}\n" for line in (*lines, "")).encode())


def _draw(found: list[RelayView], path: str, now: str) -> None:
    """Raises: Invalid (`picture.format`, `relay.picture`)."""
    suffix = Path(path).suffix.lower()
    draws = {".svg": relay_tree.svg, ".html": relay_tree.html, ".htm": relay_tree.html}
    if suffix not in draws:
        raise Invalid("picture.format", "--picture", path, "a file that ends in .svg or .html")
    if len(found) != 1:
        raise Invalid("relay.picture", "RELAY", f"{len(found)} relays", "one: wideberth relay status RELAY")
    Path(path).write_text(draws[suffix](words.picture(found[0], now)), encoding="utf-8")
