"""NOTAM to plans: every notice with a place is one, whatever it is about."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.formats.mixed import others
from wideberth.formats.notam import notices
from wideberth.formats.notam.items import Items, items
from wideberth.formats.notam.limits import levels
from wideberth.formats.notam.notices import Notice
from wideberth.formats.notam.places import Places, places
from wideberth.formats.notam.qline import read_qline
from wideberth.formats.notam.schedule import schedule
from wideberth.formats.notam.subjects import activity
from wideberth.formats.notam.validity import Validity, validity
from wideberth.formats.published import Published, Window, assemble
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading

VOLUME_LIMIT = 2_000
"""Volumes of one notice: grounds times windows; beyond it the windows become one."""

SUPERSEDED = "{} is replaced by {}: it ends when that begins"
CANCELLED = "{} is cancelled by {}: it ends when that begins"
CANCELS = "{} cancels {}, which is not in the file"
COPY = "a notice that is in the file twice is taken once"
REPEATED = "notices of the same number were numbered on"
WINDOWS = f"a notice of more than {VOLUME_LIMIT:,} volumes: its windows are taken as one"


_Name = tuple[str, str]
"""The number of a notice and its region."""
_End = tuple[str, str, int | None]
"""What ends it (R or C), by which notice, and when (POSIX ms)."""


class _Read(Struct, frozen=True):
    """One notice read: what it says, and its record."""

    items: Items
    valid: Validity
    record: Published


def read(data: bytes, options: Options) -> Reading:
    """The plans of a text of notices.

    Notices that cannot be read are faults. A cancelling notice (NOTAMC) makes no plan: it ends the one that
    it names, as a replacing one (NOTAMR) does, where that is in the file.

    Raises: Invalid (as `notices.in_text`).
    """
    found = _reading(notices.in_text(data), options)
    # the marks are of ASCII, whatever else the bytes are
    mixed = others(data.decode("latin-1").upper().replace("\r", "\n"), "NOTAM")
    return structs.replace(found, faults=(*found.faults, *mixed))


def read_archive(data: bytes, options: Options) -> Reading:
    """The plans of a table whose column `raw` holds notices. Raises: Invalid (as `notices.in_archive`)."""
    return _reading(notices.in_archive(data), options)


def _reading(found: Sequence[Notice], options: Options) -> Reading:
    tally = Tally()
    faults: list[Invalid] = []
    good: list[_Read] = []
    stated: dict[_Name, dict[str, _End]] = {}
    for notice in found:
        try:
            each = items(notice)
            valid = validity(each.b, each.c if each.kind != "C" else "PERM", each.where)
            record = None if each.kind == "C" else _record(each, valid, options, tally)
        except Invalid as error:
            faults.append(error)
            continue
        if each.names not in ("", each.number) and (each.kind == "C" or record is not None):
            enders = stated.setdefault((each.names, _region(each)), {})
            end = each.kind, each.number, valid.start
            enders[each.number] = max(end, enders.get(each.number, end), key=_later)
        if record is not None:
            good.append(_Read(each, valid, record))
    ends = {key: sorted(each.values(), key=_later, reverse=True)[:2] for key, each in stated.items()}
    present = {(each.items.number, _region(each.items)) for each in good}
    for key, found_ends in ends.items():
        for kind, by, _ in found_ends:
            if kind == "C" and key not in present:
                tally.tell(CANCELS.format(f"NOTAM {by}", key[0]), f"NOTAM {by}")
    good = _numbered(good, tally)
    records = [record for each in good if (record := _ended(each, ends, tally)) is not None]
    return assemble(records, options, tally, faults)


def _numbered(good: Sequence[_Read], tally: Tally) -> list[_Read]:
    """The notices with names of their own: parts of one notice have its number, a copy is left out."""
    copies: set[Items] = set()
    counts: dict[str, int] = {}
    kept: list[_Read] = []
    for each in good:
        plain = structs.replace(each.items, where="")
        if each.items.number and plain in copies:
            tally.tell(COPY, each.items.where)
            continue
        copies.add(plain)
        name = each.record.id
        counts[name] = counts.get(name, 0) + 1
        if counts[name] > 1:
            name = f"{name} ({counts[name]})"
            tally.tell(REPEATED, each.items.where)
        kept.append(structs.replace(each, record=structs.replace(each.record, id=name)))
    return kept


def _record(each: Items, valid: Validity, options: Options, tally: Tally) -> Published | None:
    """One notice as a record; None where it has no place."""
    q = read_qline(each.q, each.where)
    place = places(each, q, options.radius)
    band = levels(each, q)
    windows, told = _windows(each, valid, place)
    for note in (*each.told, *q.told, *place.told):
        tally.tell(note, each.where)
    if not place.grounds:
        return None
    for note in (*valid.told, *band.told, *told):
        tally.tell(note, each.where)
    return Published(
        id=each.number or each.where,
        where=each.where,
        grounds=place.grounds,
        lower=band.lower,
        upper=band.upper,
        windows=windows,
        label=" ".join(each.e.split()),
        activity=activity(q.code),
        doubt=place.doubt,
        review=valid.estimated,
    )


def _windows(each: Items, valid: Validity, place: Places) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    """The windows of items B, C and D. After an estimated end nothing is sure any more: open from there."""
    whole = ((valid.start, valid.end),)
    until = valid.end if valid.estimated is None else valid.estimated
    plan = schedule(each.d, valid.start, until)
    if plan.windows is None:
        return whole, plan.told
    windows: tuple[Window, ...] = plan.windows
    if valid.estimated is not None:
        windows = (*windows, (valid.estimated, None))
    if len(windows) * len(place.grounds) > VOLUME_LIMIT:
        return whole, (*plan.told, WINDOWS)
    return windows, plan.told


def _region(each: Items) -> str:
    """Of which region a notice is: numbers are those of one office, other offices give the same."""
    return each.q.partition("/")[0].replace(" ", "") or each.a


def _later(end: _End) -> tuple[bool, int]:
    """The order of ends; one that begins nobody knows when is the last."""
    return end[2] is None, end[2] or 0


def _ended(each: _Read, ends: dict[_Name, list[_End]], tally: Tally) -> Published | None:
    """The record, ended where another notice replaces or cancels it; None where nothing of it is left.

    One that names itself ends nothing, nor do two that name each other; of several the last to begin ends it.
    """
    named = ends.get((each.items.number, _region(each.items)), []) if each.items.number else []
    last = next((end for end in named if end[1] != each.items.names), None)
    if last is None:
        return each.record
    kind, by, moment = last
    note = SUPERSEDED if kind == "R" else CANCELLED
    tally.tell(note.format(each.items.where, f"NOTAM {by}"), each.items.where)
    if moment is None:
        return each.record
    windows = tuple(
        (start, moment if end is None else min(end, moment))
        for start, end in each.record.windows
        if start is None or start < moment
    )
    return structs.replace(each.record, windows=windows, review=None) if windows else None
