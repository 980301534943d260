"""Files of a node that are replaced as a whole: either the old one is there or the new one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from wideberth.store import folders

MODE = 0o600
_CHUNK = 2**20


def replace(path: Path, parts: Iterable[bytes], *, scrub: bool = False) -> None:
    """Put a file in its place, for its owner only, durable when this returns.

    `scrub`: the file that stood there is overwritten with zeros, as far as the disk writes in place.
    Raises: OSError; the old file then still stands there.
    """
    beside = path.with_name(path.name + ".new")
    # by a process that was killed
    beside.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    old = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW) if scrub and path.exists() else None
    try:
        with os.fdopen(os.open(beside, flags, MODE), "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        folders.sync(path.parent)
        if old is not None:
            _zero(old)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    finally:
        if old is not None:
            os.close(old)


def _zero(handle: int) -> None:
    left = os.fstat(handle).st_size
    while left > 0:
        left -= os.write(handle, bytes(min(left, _CHUNK)))
    os.fsync(handle)
