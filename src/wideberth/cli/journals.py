"""The journal of a data directory, opened for commands that read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from wideberth.cli import key_asked
from wideberth.cli.load import read_bytes
from wideberth.errors import Invalid
from wideberth.ledger import body, entries, ids
from wideberth.ledger.entries import LineOpened, Paper
from wideberth.node import config, directory
from wideberth.store import keys
from wideberth.store.kept import Kept

FILE, STRETCHING = directory.JOURNAL, directory.STRETCHING
VARIABLE = "WIDEBERTH_JOURNAL_KEY"

Kind = TypeVar("Kind", LineOpened, Paper)

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
    settings = directory.settings(path, os.environ, {})
    if not settings.journal and not (path / FILE).is_file():
        wanted = f"the data directory of a node; {config.FILE} there names a journal elsewhere"
        raise Invalid("journal.none", data, f"no {FILE}", wanted)
    with directory.open_journal(path, settings, key(path, key_file)) as journal:
        yield journal


def lines(journal: Kept) -> Iterator[tuple[str, LineOpened]]:
    """Whose node this is, and a line that it has; from its private feeds. Raises: as Kept.read."""
    for feed in journal.heads():
        origin = ids.origin(feed)
        if origin.private:
            for said in of_type(journal, feed, LineOpened):
                yield origin.party, said


def of_type(journal: Kept, feed: str, kind: type[Kind]) -> Iterator[Kind]:
    """The entries of one type in a feed, those that can be read. Raises: as Kept.read."""
    mark = b'"type":"%s"' % kind.TYPE.encode()
    for each in journal.read(feed):
        # the header is looked at as bytes: parsing each of a million takes minutes
        if mark in each.item.leaf and not each.item.dropped:
            with suppress(Invalid):
                said = entries.read(body.opened(*each.item))
                if isinstance(said, kind):
                    yield said


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
