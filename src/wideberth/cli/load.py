"""Files into plans: bytes from disk, their format, and which plans may stand beside each other."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from msgspec import Struct, structs

from wideberth.errors import Invalid, shorten
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.formats.registry import accepted, recognise

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes."""


class Loaded(Struct, frozen=True):
    """(file, plan) of what was read, what must be told, and (file, why) of what was refused."""

    filed: tuple[tuple[str, Filed], ...]
    notes: tuple[str, ...]
    refused: tuple[tuple[str, Invalid], ...]


def load(paths: Sequence[str], options: Options, step: Callable[[str, int, int], None]) -> Loaded:
    """Read every file; one that cannot be read is refused as a whole and the others are read all the same.

    A file of records (rows, notices, areas) some of which cannot be read is refused with every fault;
    with `options.keep_good` its good records are taken, and the faults are among the refused all the same.

    Of two files that state one plan, the later by name is refused: the result is the same for any order of
    `paths`. `step` is told what is being done, and how far.
    """
    read: dict[int, Reading | Invalid] = {}
    known: dict[tuple[str, str], str] = {}
    same: dict[tuple[int, int], str] = {}
    for done, (path, place) in enumerate(sorted((path, place) for place, path in enumerate(paths))):
        step(f"reading {shorten(path, 60)}", done, len(paths))
        try:
            data = read_bytes(path, same)
            read_format = recognise(path, data).read
            assert read_format is not None
            reading = read_format(data, structs.replace(options, file=path))
            if reading.faults and not options.keep_good:
                reading = Reading((), (*reading.notes, _kept_back(reading)), reading.faults)
            _check_unique(reading, known)
        except Invalid as error:
            read[place] = error
            continue
        known.update((one.plan.key, path) for one in reading.filed)
        read[place] = reading
    step("", len(paths), len(paths))
    return _loaded([(path, read[place]) for place, path in enumerate(paths)])


def _kept_back(reading: Reading) -> str:
    """What the user can do about a file some of whose records cannot be read."""
    good, bad = len(reading.filed), len(reading.faults)
    others = f"--keep-good takes the other {good:,}" if good else "there is no other"
    return f"{bad:,} {'record' if bad == 1 else 'records'} cannot be read, so none is taken; {others}"


def _loaded(results: Sequence[tuple[str, Reading | Invalid]]) -> Loaded:
    """Plans, notes and refusals in the order in which the files were given."""
    readings = [(path, result) for path, result in results if isinstance(result, Reading)]
    return Loaded(
        tuple((path, one) for path, reading in readings for one in reading.filed),
        tuple(f"{shorten(path, 400)}: {note}" for path, reading in readings for note in reading.notes),
        tuple(
            (path, error)
            for path, result in results
            for error in ([result] if isinstance(result, Invalid) else result.faults)
        ),
    )


def read_bytes(path: str, same: dict[tuple[int, int], str] | None = None) -> bytes:
    """The bytes of a regular file of at most 64 MiB; `same` collects identities, to know a file given twice.

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
        raise Invalid("file.empty", "", "an empty file", accepted())
    return data


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


def _check_unique(reading: Reading, known: Mapping[tuple[str, str], str]) -> None:
    """No two files may state the same plan: which of them would count?"""
    for filed in reading.filed:
        first = known.get(filed.plan.key)
        if first is not None:
            party, name = filed.plan.key
            wanted = f"each plan in one file (also in {shorten(first, 400)})"
            where = filed.where[0] if filed.where else ""
            raise Invalid("plan.repeated", where, f"plan {name} of {party}", wanted)
