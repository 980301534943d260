"""Snapshots of a fold, as files beside the journal: sealed, whole or not there, and never needed.

    wideberth/journal/snapshot/v1 ‖ newline ‖ sealed row (see cipher), at the place of its line and number

The number is the n of the entry that says that the snapshot was taken. A file that does not open, or that its
reader does not accept, is told and passed over: a fold can always begin again from the journal.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from wideberth.errors import Refused, WideberthError
from wideberth.ledger import body, entries, merkle, snapshot
from wideberth.ledger.entries import Taken
from wideberth.ledger.snapshot import Snapshot
from wideberth.store import folders
from wideberth.store.cipher import Cipher, snapshot_place
from wideberth.store.kept import Kept

HEADING = b"wideberth/journal/snapshot/v1\n"
KEPT = 2
"""How many stay of each line: the newest, and one more if that is damaged."""
MODE = 0o600

_NAME = re.compile(r"([a-z0-9]+)-([0-9]{19})\.snapshot")

Value = TypeVar("Value")


class Passed(NamedTuple):
    """A file that was passed over, and why."""

    name: str
    error: WideberthError


class Loaded(NamedTuple, Generic[Value]):
    """What the newest snapshot that was accepted says, its number, and the files that were passed over."""

    value: Value | None
    number: int | None
    passed: tuple[Passed, ...]


def save(folder: Path, sealing: Cipher, line: str, number: int, data: bytes) -> Path:
    """A snapshot, durable when this returns; older ones of its line are removed, but KEPT.

    Args:
        folder: made where it is not there.
        sealing: the journal's (Kept.sealing).
        line: id of the line, or `private`.
        number: n of the entry about it; grows from one snapshot of a line to the next.
        data: what it says (see ledger.snapshot).

    Raises: OSError; the file is then as it was, or not there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{line}-{number:019d}.snapshot"
    beside = path.with_name(path.name + ".new")
    for left in folder.glob(f"{line}-*.snapshot.new"):
        # by a process that was killed; it may hold what was to be dropped
        left.unlink()
    try:
        with os.fdopen(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE), "wb"
        ) as file:
            file.write(HEADING + sealing.seal(data, snapshot_place(line, number)))
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folders.sync(folder)
    for _, older in _held(folder, line)[KEPT:]:
        older.unlink()
    return path


def load(folder: Path, sealing: Cipher, line: str, accept: Callable[[int, bytes], Value]) -> Loaded[Value]:
    """The newest snapshot of a line that opens and is accepted; without one, nothing.

    `accept` gives what the bytes with a number say, or raises a WideberthError.
    Raises: OSError where the folder cannot be read.
    """
    passed: list[Passed] = []
    for number, path in _held(folder, line):
        try:
            return Loaded(accept(number, _opened(path, sealing, line, number)), number, tuple(passed))
        except WideberthError as error:
            passed.append(Passed(path.name, error))
    return Loaded(None, None, tuple(passed))


def resume(folder: Path, journal: Kept, line: str, feed: str, rules: str) -> Loaded[Snapshot]:
    """The newest snapshot of a line that was entered in `feed`, and whose heads the journal holds.

    `rules` are those of this program (see ledger.snapshot.load). Raises: OSError where the folder cannot be
    read.
    """

    def accept(number: int, data: bytes) -> Snapshot:
        record = next(journal.read(feed, number), None)
        if record is None or record.item.dropped:
            raise Refused(
                "journal.snapshot", f"entry {number} of {feed}, which said it was taken, is not held"
            )
        said = entries.read(body.opened(*record.item))
        if not isinstance(said, Taken):
            raise Refused("journal.snapshot", f"entry {number} of {feed} says nothing about a snapshot")
        roots = {
            (origin.text, mark.size): merkle.root(journal.tree(origin.text, mark.size))
            for origin, mark in said.heads.items()
        }
        return snapshot.load(data, said, roots, rules)

    return load(folder, journal.sealing, line, accept)


def _held(folder: Path, line: str) -> list[tuple[int, Path]]:
    """The snapshots of a line, newest first."""
    names = [_NAME.fullmatch(each.name) for each in folder.iterdir()] if folder.exists() else []
    return sorted(
        ((int(name[2]), folder / name[0]) for name in names if name and name[1] == line), reverse=True
    )


def _opened(path: Path, sealing: Cipher, line: str, number: int) -> bytes:
    """Raises: Refused (`journal.snapshot`)."""
    try:
        whole = path.read_bytes()
    except OSError as error:
        raise Refused("journal.snapshot", f"{path.name} cannot be read: {error.strerror}") from error
    if not whole.startswith(HEADING):
        found = whole.split(b"\n", 1)[0][:40].decode("ascii", "replace")
        raise Refused("journal.snapshot", f"{path.name} begins {found!r}, not {HEADING[:-1].decode()!r}")
    data = sealing.open(whole[len(HEADING) :], snapshot_place(line, number))
    if data is None:
        raise Refused("journal.snapshot", f"{path.name} is damaged, or of another journal, line or number")
    return data
