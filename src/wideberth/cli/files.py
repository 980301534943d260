"""Files from disk, as bytes: regular ones, of a size that fits, and every error in our words."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from wideberth.errors import Invalid, Refused, shorten

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes."""
SOMETHING = "a file with something in it"


def read_bytes(path: str, same: dict[tuple[int, int], str] | None = None) -> bytes:
    """The bytes of a regular file of at most 64 MiB.

    `same` collects identities, to know a file given twice.

    Raises: Invalid (`file.missing`, `file.directory`, `file.not_regular`, `file.permission`,
    `file.unreadable`, `file.too_large`, `file.empty`, `file.repeated`).
    """
    try:
        with _opened(path) as file:
            _check_size(os.fstat(file.fileno()), path, same)
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from error
    if len(data) > LARGEST_FILE:
        raise _too_large(f"more than {LARGEST_FILE:,} bytes")
    if not data:
        raise Invalid("file.empty", "", "an empty file", SOMETHING)
    return data


def free(path: str | None) -> None:
    """Nothing is there that would be lost. Raises: Refused (`output.exists`)."""
    if path is not None and os.path.lexists(path):
        raise Refused("output.exists", f"{shorten(path, 400)} exists; accepted: another name")


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """A regular file of any size, to be read piece by piece; every error names it.

    Raises: Invalid (`file.missing`, `file.directory`, `file.not_regular`, `file.permission`,
    `file.unreadable`).
    """
    try:
        file = _opened(path)
    except Invalid as error:
        raise error.under(path) from error
    except (OSError, ValueError) as error:
        raise _unreadable(error).under(path) from error
    with file:
        yield file


def _opened(path: str) -> BinaryIO:
    # without O_NONBLOCK a named pipe would wait for a writer before anybody could look at it
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        _check_kind(os.fstat(handle))
    except Invalid:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def _check_kind(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise Invalid(
            "file.directory", "", "a directory", "files, for example every file in it: DIR/*.geojson"
        )
    if not stat.S_ISREG(found.st_mode):
        wanted = "a file that is stored (save what comes from a pipe first)"
        raise Invalid("file.not_regular", "", "a pipe or device", wanted)


def _check_size(found: os.stat_result, path: str, same: dict[tuple[int, int], str] | None) -> None:
    if found.st_size > LARGEST_FILE:
        raise _too_large(f"{found.st_size:,} bytes")
    if same is None:
        return
    identity = (found.st_dev, found.st_ino)
    if identity in same:
        raise Invalid("file.repeated", "", f"the same file as {same[identity]}", "each file once")
    same[identity] = path


def _too_large(found: str) -> Invalid:
    return Invalid("file.too_large", "", found, f"at most {LARGEST_FILE:,} bytes (64 MiB)")


def _unreadable(error: OSError | ValueError) -> Invalid:
    """What the system says, in our words. (A path with a zero byte is a ValueError.)"""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOENT, errno.ENOTDIR):
        return Invalid("file.missing", "", "no such file", "the path of a file")
    if number == errno.EISDIR:
        return Invalid(
            "file.directory", "", "a directory", "files, for example every file in it: DIR/*.geojson"
        )
    if number in (errno.EACCES, errno.EPERM):
        return Invalid("file.permission", "", "no permission to read it", "a file that you may read")
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return Invalid("file.unreadable", "", words, "a file that can be read")
