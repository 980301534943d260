"""`wideberth node run`: the party's node, in the foreground, until it is told to stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from wideberth.cli import journals, key_asked
from wideberth.cli import node_asked as asked
from wideberth.cli.say import COULD_NOT, out, said, stopping, tell
from wideberth.errors import Invalid, WideberthError
from wideberth.node import directory
from wideberth.node.clock import SYSTEM
from wideberth.node.log import Log

RUN_HELP = """\
Run the node: its lines to other parties' nodes, and the API for the party's own people.

It says what it listens on, how each line stands and what to do; then it goes on until it is stopped (Ctrl-C,
SIGTERM). A second signal ends it at once, which loses nothing that was promised.

The key of the journal: --key-file, else WIDEBERTH_JOURNAL_KEY, else its passphrase, from --passphrase-file or
asked for.

\b
Examples:
  wideberth node run --data north --key-file usb/journal.key
  wideberth node run --data north --key-file usb/journal.key --api 127.0.0.1:7878 --line 0.0.0.0:7879

\b
Exit codes: 0 it was stopped, 2 bad input (settings), 3 it could not begin.
"""


def run(
    data: asked.Data = None,
    key_file: journals.KeyFile = None,
    passphrase_file: key_asked.PassphraseFile = None,
    api: Annotated[
        str | None,
        typer.Option(
            "--api", metavar="ADDRESS:PORT", help="For the own people, or off; else as node.toml has it."
        ),
    ] = None,
    line: Annotated[
        str | None,
        typer.Option(
            "--line", metavar="ADDRESS:PORT", help="For other nodes, or off; else as node.toml has it."
        ),
    ] = None,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Other nodes come without TLS, on this machine only: through a tunnel."),
    ] = False,
) -> None:
    """Run the node. `RUN_HELP` says the rest."""
    import asyncio  # with the servers takes long to load, and no other command needs them

    from wideberth.cli import node_running
    from wideberth.node.node import Node

    with stopping(), _beginning():
        path = asked.place(data)
        directory.check(path)
        settings = asked.settings(path, {"api": api, "line": line})
        key = journals.key(path, key_file, passphrase_file)
        log = Log(path / directory.LOG, SYSTEM.now, settings.log_level)
        with Node.open(path, settings, key, SYSTEM, log) as node:
            ending = asyncio.run(node_running.run(node, _say, tell, plain=plain))
        # a terminal that is stopped waits here, no longer than for anything else; one that is gone is none
        with suppress(OSError):
            tell("stopped")
        ending.last.cancel()


@contextmanager
def _beginning() -> Iterator[None]:
    """What keeps a node from beginning is no slip of the pen, but for its settings: exit code 3."""
    try:
        yield
    except Invalid:
        raise
    except WideberthError as error:
        tell(said(error))
        raise typer.Exit(COULD_NOT) from error


def _say(line: str) -> None:
    out(f"{line}\n".encode())
