"""Workbooks made in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import openpyxl


def book(*sheets: Sequence[Sequence[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)  # type: ignore[arg-type] # a new workbook has one
    for n, rows in enumerate(sheets, start=1):
        sheet = made.create_sheet(f"S{n}")
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The archive with parts whose name ends as said replaced (`sheet1` for `…/sheet1.xml`)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            stem = name.rpartition("/")[2].removesuffix(".xml")
            new.writestr(name, parts.get(stem, old.read(name)))
    return stream.getvalue()
