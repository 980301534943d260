"""`wideberth node move`: a node goes to another machine, as one file. Without a node that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import journals
from wideberth.cli import node_asked as asked
from wideberth.cli.say import stopping
from wideberth.errors import Invalid
from wideberth.node import directory, moving
from wideberth.node.clock import SYSTEM

MOVE_HELP = """\
Move the node to another machine, as one file, without an alarm on its lines.

On the old machine, with the node stopped: --out FILE. The last word on each line is signed, the whole data
directory goes into FILE (mode 600), and FILE is read back. From then on no node starts there any more.
On the new machine: --from FILE. All of it comes out, verified, or nothing.

FILE holds what the directory holds: the keys are sealed under the journal's key, the accounts are not. Carry
it like a key, and destroy it, and the old directory, when the new machine has joined. A journal in PostgreSQL
stays where it is.

\b
Examples:
  wideberth node move --data north --out usb/north.move --key-file usb/journal.key
  wideberth node move --from usb/north.move --data north --key-file usb/journal.key

\b
Exit codes: 0 done, 2 bad input (nothing has moved), 3 could not.
"""


def move(
    data: asked.Data = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="FILE", help="On the old machine: the file to make.", show_default=False
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="On the new machine: that file.", show_default=False),
    ] = None,
    key_file: journals.KeyFile = None,
    json: asked.Json = False,
) -> None:
    """Move a node. `MOVE_HELP` says the rest."""
    with stopping():
        path = asked.place(data)
        if (out is None) is (source is None):
            raise Invalid(
                "move.way", "", "both or neither", "--out FILE here, or --from FILE on the new machine"
            )
        if out is not None:
            with directory.held(path, moved=True):
                settings = asked.settings(path)
                key = journals.key(path, key_file)
                found = moving.pack(path, settings, key, Path(out), SYSTEM.now())
            following = [
                f"Carry {out} to the new machine like a key: who has it and the journal's key is this party.",
                f"There: wideberth node move --from {Path(out).name} --data DIR",
                f"When it has joined its lines, destroy {out} and {path}. Nothing starts here any more.",
            ]
        else:
            found = moving.unpack(Path(str(source)), path, lambda folder: journals.key(folder, key_file))
            following = [
                "Start it here, and tell the other parties where it is called now, if that has changed.",
                f"When it has joined its lines, destroy {source} and what is on the old machine.",
            ]
        document = {
            "data": str(path),
            "file": out or source,
            "party": found.party,
            "move": found.move,
            "files": found.files,
        }
        lines = [f"{name:<8}{value}" for name, value in document.items()]
        asked.answer(document, lines, following, json=json)
