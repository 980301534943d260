"""One row while it is read: its cells by what they are, where each stands, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.lists import cells, moments
from wideberth.formats.lists.defused import restore
from wideberth.formats.lists.header import Column, Table, where
from wideberth.formats.lists.moments import Order, Stamp
from wideberth.formats.lists.sheet import Cell, Row, Sheet, column_letters, shown
from wideberth.formats.properties import check_text
from wideberth.formats.published import line
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options
from wideberth.formats.times import Edge

T = TypeVar("T")

TIMED = ("start", "end", "date", "time", "review", "start_time", "end_time")
ORDER = "dates of the column {} are read as {}: other dates in it can be nothing else"
SERIAL = "whole numbers as dates are days since {}"
UTC_REVIEW = "a day of review without a zone is read as of UTC"
OVERNIGHT = "an end by the clock alone at or before its start is of the next day"


class Context(Struct, frozen=True):
    """What all rows of a sheet share. `orders`: of day and month in the columns of dates."""

    sheet: Sheet
    table: Table
    options: Options
    tally: Tally
    orders: dict[str, Order]


def context(sheet: Sheet, table: Table, options: Options, tally: Tally) -> Context:
    """The context of a sheet; the order of day and month of each column is decided here, by all its rows."""
    orders: dict[str, Order] = {}
    for meaning in TIMED:
        column = table.columns.get(meaning)
        if column is not None:
            orders[meaning] = moments.order(_column(table.rows, column))
            if orders[meaning] in ("day first", "month first"):
                words = "day/month/year" if orders[meaning] == "day first" else "month/day/year"
                tally.tell(ORDER.format(repr(column.header), words), where(sheet, f"row {table.header}"))
    return Context(sheet, table, options, tally, orders)


def _column(rows: Iterable[Row], column: Column) -> Iterable[Cell]:
    return (row.cells[column.index] for row in rows if column.index < len(row.cells))


class RowReader:
    """The cells of one row. What is wrong is gathered in `faults`, one error each."""

    def __init__(self, row: Row, shared: Context) -> None:
        self.row = row
        self.shared = shared
        self.where = where(shared.sheet, f"row {row.number}")
        self.faults: list[Invalid] = []
        self._check_width()

    def _check_width(self) -> None:
        """Cells beyond the header: most often a decimal comma that was taken for a separator."""
        width = self.shared.table.width
        extra = [n for n in range(width, len(self.row.cells)) if self.row.cells[n] is not None]
        if extra and self.shared.sheet.separated:
            found = f"{len(self.row.cells)} cells under {width} headers"
            wanted = "no cell without a header (is a decimal comma or a comma in a text not in quotes?)"
            path = f"{self.where}, column {column_letters(extra[0])}"
            self.faults.append(Invalid("list.extra_cells", path, found, wanted))

    def column(self, meaning: str) -> Column | None:
        """The column, if the table has it."""
        return self.shared.table.columns.get(meaning)

    def cell(self, meaning: str) -> Cell:
        """What stands in the column, without what defused it; None where nothing or no column is."""
        cell = self._raw(meaning)
        return restore(cell) if isinstance(cell, str) else cell

    def _raw(self, meaning: str) -> Cell:
        column = self.column(meaning)
        return None if column is None or column.index >= len(self.row.cells) else self.row.cells[column.index]

    def path(self, meaning: str) -> str:
        """`row 7, column lat`, the column as its header calls it."""
        column = self.column(meaning)
        return f"{self.where}, column {column.header if column else meaning}"

    def unit(self, meaning: str) -> str | None:
        """The unit that the header names."""
        column = self.column(meaning)
        return column.unit if column else None

    def tell(self, note: str) -> None:
        """A note that concerns this row."""
        self.shared.tally.tell(note, self.where)

    def attempt(self, work: Callable[[], T], fallback: T) -> T:
        """The value of `work`; where it is refused, the fault is kept and `fallback` stands in."""
        try:
            return work()
        except Invalid as fault:
            self.faults.append(fault)
            return fallback

    def text(self, meaning: str) -> str:
        """The text of a cell in one line; a cell in error is a fault."""
        cell = self._raw(meaning)
        self.attempt(lambda: cells.check(cell, self.path(meaning)), None)
        return line(restore(shown(cell)))

    def exact(self, meaning: str) -> str:
        """The text of a cell as it stands; one that misleads is a fault (as `properties.check_text`)."""
        cell, path = self._raw(meaning), self.path(meaning)
        self.attempt(lambda: cells.check(cell, path), None)
        return self.attempt(lambda: check_text(restore(shown(cell)), path), "")

    def length(self, meaning: str) -> int | None:
        """A length in 0.1 mm, None where the cell is empty."""
        cell = self.cell(meaning)
        if cell is None:
            return None
        return self.attempt(lambda: cells.length(cell, self.unit(meaning), self.path(meaning)), None)

    def stamp(self, meaning: str) -> Stamp | None:
        """What a cell of dates says, None where it is empty or refused."""
        cell = self.cell(meaning)
        if cell is None:
            return None
        shared = self.shared
        order = shared.orders.get(meaning, "open")
        stamp = self.attempt(
            lambda: moments.read(cell, order, shared.sheet.is_1904, self.path(meaning)), None
        )
        figures = shown(cell).replace(".", "")
        if (
            stamp is not None
            and not isinstance(cell, date | datetime)
            and figures.isdecimal()
            and len(figures) < 8
        ):
            self.tell(SERIAL.format("1904-01-01" if shared.sheet.is_1904 else "1899-12-30"))
        return stamp

    @cached_property
    def stated_zone(self) -> str | None:
        """The zone of the row's own cell; what is no zone is a fault, once."""
        return self.attempt(lambda: moments.zone(self.cell("zone"), self.path("zone")), None)

    def instant(self, stamp: Stamp, edge: Edge, meaning: str) -> int | None:
        """POSIX ms of a stamp with a day, in the row's zone, else in the one that was asked for."""
        zone = self.stated_zone
        if zone is None and self.cell("zone") is not None:
            return None
        if zone is None and stamp.offset is None:
            zone = self.shared.options.zone
        return self.attempt(lambda: moments.instant(stamp, edge, zone, self.path(meaning)), None)

    def window(self) -> tuple[int | None, int | None]:
        """Start and end in POSIX ms, from whichever columns state them; None where nothing is stated."""
        day = self.stamp("date")
        start = self._edge("start", "start_time", day)
        # an end by the clock alone is of the day of its start
        base = day if day is not None and day.day else start
        end = self._edge("end", "end_time", base)
        if end is None and start is not None and start == day and start.clock is None:
            end = day if self.cell("start") is None else None  # one day alone: the whole of it
        begins = self.instant(start, "start", "start") if start is not None else None
        ends = self.instant(end, "end", "end") if end is not None else None
        if begins is not None and ends is not None and ends <= begins and self._by_clock_alone():
            assert end is not None
            assert end.day is not None
            if end.clock is not None and end.day < date.max:
                self.tell(OVERNIGHT)
                # by the calendar, not by 24 hours: the night may have one more
                next_day = Stamp(end.day + timedelta(days=1), end.clock, end.offset)
                return begins, self.instant(next_day, "end", "end")
        if begins is not None and ends is not None and ends < begins:
            path = self.path("end")
            self.faults.append(Invalid("time.backwards", path, "an end before its start", "start before end"))
        return begins, ends

    def _by_clock_alone(self) -> bool:
        end = self.stamp("end")
        return end is None or end.day is None

    def _edge(self, main: str, clock: str, base: Stamp | None) -> Stamp | None:
        """A start or an end: its own day or that of `base`, with the clock of either column."""
        own, alone = self.stamp(main), self.stamp(clock)
        if own is None and alone is None:
            return base if main == "start" else None
        day = own.day if own is not None and own.day is not None else base.day if base is not None else None
        if alone is not None and alone.day is not None:
            day = alone.day
        if day is None:
            path = self.path(main if own is not None else clock)
            if not self.faults:
                wanted = "a day beside the time: in the cell, or in a column date"
                self.faults.append(
                    Invalid("list.no_day", path, shown(self.cell(main if own else clock)), wanted)
                )
            return None
        timed = alone if alone is not None and alone.clock is not None else own
        if timed is None:
            return Stamp(day)
        return Stamp(day, timed.clock, timed.offset)

    def review(self) -> int | None:
        """When the place must be validated again; a day without a zone is taken as of UTC, and told."""
        stamp = self.stamp("review")
        if stamp is None or stamp.day is None:
            return None
        if stamp.offset is None and self.stated_zone is None and self.shared.options.zone is None:
            self.tell(UTC_REVIEW)
            stamp = Stamp(stamp.day, stamp.clock, "+00:00")
        return self.instant(stamp, "start", "review")
