"""Files into plans: bytes from disk, their format, and which plans may stand beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, structs

from wideberth.cli.files import read_bytes
from wideberth.errors import Invalid, shorten
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.formats.registry import recognise


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


def in_file(path: str, error: Invalid) -> Invalid:
    """The same error, with the file before its place."""
    place = f"{shorten(path, 400)}: {error.path}" if error.path else shorten(path, 400)
    return Invalid(error.code, place, error.found, error.wanted)


def _check_unique(reading: Reading, known: Mapping[tuple[str, str], str]) -> None:
    """No two files may state the same plan: which of them would count?"""
    for filed in reading.filed:
        first = known.get(filed.plan.key)
        if first is not None:
            party, name = filed.plan.key
            wanted = f"each plan in one file (also in {shorten(first, 400)})"
            where = filed.where[0] if filed.where else ""
            raise Invalid("plan.repeated", where, f"plan {name} of {party}", wanted)
