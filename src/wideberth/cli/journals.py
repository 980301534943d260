"""The journal of a data directory, opened for commands that read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import key_asked
from wideberth.cli import node_asked as asked
from wideberth.cli.files import read_bytes
from wideberth.errors import Invalid
from wideberth.node import config, directory
from wideberth.store import keys
from wideberth.store.kept import Kept

FILE, STRETCHING = directory.JOURNAL, directory.STRETCHING
VARIABLE = "WIDEBERTH_JOURNAL_KEY"

Data = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="WIDEBERTH_DATA",
        help="The data directory of a node that is not running.",
        show_default=False,
    ),
]
KeyFile = Annotated[
    str | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help=f"The key of the journal; else {VARIABLE}, else its passphrase is asked for.",
    ),
]


@contextmanager
def opened(data: str, key_file: str | None) -> Iterator[Kept]:
    """The journal of a data directory, wherever its settings say; every row of it is verified first.

    Raises: Invalid (`journal.none`, `journal.key_source`, and as directory.settings), Refused (as
    directory.open_journal), OSError.
    """
    path = Path(data)
    settings = asked.settings(path)
    if not settings.journal and not (path / FILE).is_file():
        wanted = f"the data directory of a node; {config.FILE} there names a journal elsewhere"
        raise Invalid("journal.none", data, f"no {FILE}", wanted)
    with directory.open_journal(path, settings, key(path, key_file)) as journal:
        yield journal


def key(folder: Path, key_file: str | None, passphrase_file: str | None = None) -> bytes:
    """The key of a journal. Raises: Invalid (`journal.key_source`), as key_asked.first_line; OSError."""
    if key_file is not None:
        return keys.from_file(Path(key_file))
    if os.environ.get(VARIABLE):
        return keys.from_environment(os.environ, VARIABLE)
    if not (folder / STRETCHING).is_file():
        wanted = f"--key-file, or {VARIABLE}; {STRETCHING} beside the journal where it has a passphrase"
        raise Invalid("journal.key_source", "--key-file", "nothing", wanted)
    how = keys.read_stretching(read_bytes(str(folder / STRETCHING)))
    if passphrase_file is not None:
        return keys.from_passphrase(key_asked.first_line(Path(passphrase_file)), how)
    return keys.from_passphrase(typer.prompt("Passphrase of the journal", hide_input=True, err=True), how)
