"""How long a notification list of 10,000 rows takes, beside reading its cells alone.

`python -m bench.lists [ROWS]` makes a workbook with an error in every tenth row and prints seconds.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from functools import partial

import openpyxl
import python_calamine

from wideberth.formats.lists import reader
from wideberth.formats.lists.book import Page, workbook
from wideberth.formats.reading import Options

ROWS = 10_000
WRONG = 10
"""One row in so many has a latitude that cannot be."""


def made(rows: int) -> bytes:
    """The workbook: sites with an id, name, kind, position, radius, day of review and note."""
    header = ("id", "name", "type", "lat", "lon", "radius (m)", "review", "note")
    body = [
        (
            f"s-{n}",
            f"Site {n}",
            "hospital",
            f"{133 if n % WRONG == 0 else 33}.{n:05d}",
            f"36.{n:05d}",
            "300",
            "2027-01-31",
            "gate on the north side",
        )
        for n in range(rows)
    ]
    return workbook([Page("sites", [header, *body], 1)])


def seconds(work: Callable[[], object]) -> float:
    """The best of three."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def with_openpyxl(data: bytes) -> int:
    """Cells read by openpyxl alone."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))


def with_calamine(data: bytes) -> int:
    """Cells read by calamine alone."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return sum(len(row) for row in book.get_sheet_by_index(0).to_python())


def main(rows: int = ROWS) -> None:
    """Print the table."""
    data = made(rows)
    reading = reader.read(data, Options(file="sites.xlsx", as_of=0))
    print(f"{rows:,} rows, {len(data):,} bytes: {len(reading.filed):,} plans, {len(reading.faults):,} faults")
    ours = seconds(lambda: reader.read(data, Options(file="sites.xlsx", as_of=0)))
    print(f"wideberth  {ours:6.2f} s  (cells, places, times, errors)")
    for name, read in (("openpyxl", with_openpyxl), ("calamine", with_calamine)):
        peer = seconds(partial(read, data))
        print(f"{name:9}  {peer:6.2f} s  (cells only)  ours / {name} {ours / peer:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
