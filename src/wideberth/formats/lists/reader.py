"""From the bytes of a list to plans, and to the entries that editions are compared by."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct, structs

from wideberth.errors import Invalid, shorten
from wideberth.formats.lists import csvtext, filing, header, positions, workbook
from wideberth.formats.lists.entries import Entry, entry
from wideberth.formats.lists.row import RowReader, context
from wideberth.formats.lists.sheet import Sheet
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.space.units import DEGREE

FAULT_LIMIT = 1_000
"""Faults that are listed one by one; more are counted."""
FAR = 500_000.0
"""Metres: a site further than this from the middle, and twenty times further than half of all, is told."""
FAR_LISTED = 10
FEW = 5

FAR_NOTE = "sites far from the middle of the list, {} of them ({}{}): are their places right?"
EXCHANGED = (
    "{}: with latitude and longitude exchanged it would lie among the other sites: is the place right?"
)
NOT_A_TABLE = "the sheet {!r} is not read: no header with a place"


class Records(Struct, frozen=True):
    """The rows that could be read, in order; what must be told; what could not be read."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    faults: tuple[Invalid, ...]
    incomplete: frozenset[tuple[str, str]] = frozenset()
    """(party, id) of the rows that could not be read."""


def read(data: bytes, options: Options) -> Reading:
    """The plans of a notification list (CSV, TSV, XLSX, ODS).

    A site is a plan of the activity `site`: a circle from SFC to UNL without end. A movement is a plan of
    the activity `movement`. Every row that cannot be read is a fault, one for each thing that is wrong.

    Raises: Invalid (`list.*`, `zip.*`, `xml.doctype`, `file.*`) for what is no list.
    """
    tally = Tally()
    found = records(data, options, tally)
    reading = filing.assemble(found.entries, options, tally, found.faults, found.incomplete)
    return structs.replace(reading, notes=(*found.notes, *reading.notes), faults=_bounded(reading.faults))


def records(data: bytes, options: Options, tally: Tally | None = None) -> Records:
    """The entries of a list, row by row. Raises: as `read`."""
    told = tally if tally is not None else Tally()
    found, notes, lost = _tables(_sheets(data))
    entries: list[Entry] = []
    faults: list[Invalid] = [*lost]
    incomplete: set[tuple[str, str]] = set()
    for sheet, table in found:
        shared = context(sheet, table, options, told)
        notes += [header.where(sheet, note) if sheet.name else note for note in table.notes]
        for row in table.rows:
            reader = RowReader(row, shared)
            made = entry(reader)
            if made is not None:
                entries.append(made)
            elif reader.faults:
                incomplete.add((reader.text("party"), reader.text("id")))
            seen = {(fault.code, fault.path): fault for fault in reader.faults}
            faults += seen.values()
    if not entries and not faults:
        raise Invalid("list.empty", "", "a header and no row below it", "one row or more")
    notes += _far(entries)
    if tally is None:
        notes += told.notes()
    return Records(tuple(entries), tuple(notes), tuple(faults), frozenset(incomplete))


def tables(data: bytes) -> list[tuple[Sheet, header.Table]]:
    """The sheets of a list that hold tables. Raises: as `records`."""
    return _tables(_sheets(data))[0]


def _sheets(data: bytes) -> list[Sheet]:
    sheets = workbook.read(data) if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else [csvtext.read(data)]
    found = [sheet for sheet in sheets if sheet.rows]
    if not found:
        wanted = f"a row of headers with {header.WANTED}"
        raise Invalid("list.empty", "", "no cell with anything in it", wanted)
    return found


def _tables(sheets: Sequence[Sheet]) -> tuple[list[tuple[Sheet, header.Table]], list[str], list[Invalid]]:
    """The sheets that hold tables, notes, and a fault for each other sheet that seems to hold positions.

    Raises: Invalid where no sheet is a table: why the first is none.
    """
    found = []
    notes: list[str] = []
    first: Invalid | None = None
    lost: list[Invalid] = []
    for sheet in sheets:
        try:
            found.append((sheet, header.find(sheet)))
        except Invalid as error:
            if error.code in ("list.repeated_column", "list.two_tables"):
                raise
            if header.holds_places(sheet):
                lost.append(error)
            first = first or error
            notes.append(NOT_A_TABLE.format(shorten(sheet.name, 40)))
    if not found:
        assert first is not None
        raise first
    return found, notes, lost


def _bounded(faults: Sequence[Invalid]) -> tuple[Invalid, ...]:
    """The first faults; what is beyond the limit is counted in one more."""
    if len(faults) <= FAULT_LIMIT:
        return tuple(faults)
    found = f"{len(faults) - FAULT_LIMIT:,} more faults"
    more = Invalid(
        "list.too_many_faults", "", found, f"a list with at most {FAULT_LIMIT:,} faults: mend the first"
    )
    return (*faults[:FAULT_LIMIT], more)


def _far(entries: Sequence[Entry]) -> list[str]:
    """What must be told of sites far from all the others."""
    away = far(entries)
    notes = [EXCHANGED.format(each.entry.where) for each in away if each.exchanged][:FAR_LISTED]
    if away:
        first = ", ".join(f"{each.entry.where}: {each.metres / 1000:,.0f} km" for each in away[:3])
        notes.append(FAR_NOTE.format(len(away), first, " …" if len(away) > 3 else ""))
    return notes


class Far(NamedTuple):
    """A site far from all the others; `exchanged`: with its figures exchanged it would lie among them."""

    entry: Entry
    metres: float
    exchanged: bool


def far(entries: Sequence[Entry]) -> list[Far]:
    """Sites far from all the others: most often figures exchanged, mistyped, or without their sign."""
    sites = [(one, one.at) for one in entries if one.kind == "site" and one.at is not None]
    if len(sites) < FEW:
        return []
    middle = tuple(round(statistics.median(at[axis] for _, at in sites)) for axis in (0, 1))
    centre = (middle[0], middle[1])
    away = [positions.distance(at, centre) for _, at in sites]
    limit = max(FAR, 20 * statistics.median(away))
    return [
        Far(one, metres, _exchanged(at, centre, limit))
        for (one, at), metres in zip(sites, away, strict=True)
        if metres > limit
    ]


def _exchanged(at: tuple[int, int], centre: tuple[int, int], limit: float) -> bool:
    lon, lat = at
    return abs(lon) <= 90 * DEGREE and positions.distance((lat, lon), centre) <= limit
