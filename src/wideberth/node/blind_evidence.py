"""What went beside the feeds, kept for audits: one file a message, in the folder blind/ of a node.

Hashes of the masked sets and of what matched are in the line's feeds: what stands in a file is either what
was sent, or worthless. It tells nothing without the sender's key, and nobody but the sender, the receiver and
an arbiter ever has it.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from wideberth.blind import messages
from wideberth.blind.messages import Commit, Evaluated, Masked
from wideberth.blind.rules import Role
from wideberth.errors import Invalid
from wideberth.node import files

M = TypeVar("M", Masked, Evaluated)
Which = tuple[bytes, int, Role]
"""Session, round and side of a message."""

FOLDER: Final = "blind"
KEPT_MS: Final = 30 * 24 * 3_600_000
"""So long a set is kept: an incident is audited by then, or its sets are exported."""


def keep(path: Path, message: Masked | Evaluated, now_ms: int) -> None:
    """Keep what came, or goes, durable when this returns. Raises: OSError."""
    folder = path / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    where = _file(path, type(message), (message.session, message.round, message.role))
    if not where.exists():
        files.replace(where, [messages.write(message)])
        # by the clock of the node, as everything that it keeps
        os.utime(where, ns=(now_ms * 1_000_000,) * 2)


def read(path: Path, commit: Commit) -> bytes | None:
    """The set that a commitment is about; None where it is not here any more, or was never sent."""
    found = _read(path, Masked, (commit.session, commit.round, commit.role))
    return (
        found.points if found is not None and hashlib.sha256(found.points).digest() == commit.masked else None
    )


def evaluated(path: Path, session: bytes, number: int, role: Role) -> Evaluated | None:
    """What a side had sent in answer to the other's set."""
    return _read(path, Evaluated, (session, number, role))


def expire(path: Path, now_ms: int) -> None:
    """Let go of what is older than KEPT_MS."""
    for each in (path / FOLDER).glob("*-*-*"):
        with suppress(OSError):
            if each.stat().st_mtime * 1000 < now_ms - KEPT_MS:
                each.unlink()


def _read(path: Path, kind: type[M], which: Which) -> M | None:
    try:
        found = messages.read(_file(path, kind, which).read_bytes())
    except (OSError, Invalid):
        return None
    return found if isinstance(found, kind) else None


def _file(path: Path, kind: type[Masked | Evaluated], which: Which) -> Path:
    session, number, role = which
    return path / FOLDER / f"{session.hex()}-{number}-{role}.{kind.__name__.lower()}"
