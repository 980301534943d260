"""`wideberth node key`: one more of the node's own keys, to take the place of the one in use."""

from __future__ import annotations

from typing import Annotated

import typer

from wideberth.cli import journals
from wideberth.cli import node_asked as asked
from wideberth.cli.say import stopping
from wideberth.errors import Invalid
from wideberth.node import directory, keys

KEY_HELP = """\
Make one more log, cosign or seal key for a node that is not running.

It signs nothing before it is certified: feed by feed from the entry that its certificate names. Until then
the one before it goes on, and no line is interrupted.

\b
Examples:
  wideberth node key log --data north --key-file usb/journal.key

\b
Exit codes: 0 done, 2 bad input (nothing is made), 3 could not.
"""


def key(
    purpose: Annotated[
        str, typer.Argument(metavar="PURPOSE", help=", ".join(keys.PURPOSES) + ".", show_default=False)
    ],
    data: asked.Data = None,
    key_file: journals.KeyFile = None,
    json: asked.Json = False,
) -> None:
    """Make a key. `KEY_HELP` says the rest."""
    with stopping():
        wanted = next((each for each in keys.PURPOSES if each == purpose), None)
        if wanted is None:
            raise Invalid("key.purpose", "purpose", purpose, ", ".join(keys.PURPOSES))
        path = asked.place(data)
        with directory.held(path):
            settings = asked.settings(path)
            with directory.open_journal(path, settings, journals.key(path, key_file)) as journal:
                made = keys.add(path / directory.KEYS, journal.sealing, wanted)
        following = [
            "Certify it where the identity is, for each feed from an entry that is yet to come.",
            "wideberth key certify, then start the node, and: wideberth line papers LINE FILE",
        ]
        asked.answer({"purpose": wanted, "public": made.text}, [made.text], following, json=json)
