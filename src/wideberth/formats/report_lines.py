"""Reports of tracks as JSON lines, schema `wideberth.reports/1`: a line that says so, then a report a line.

The body of a push to a node, what `--json` writes, and a recorded file are all this.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from wideberth.errors import Invalid, shorten
from wideberth.formats import report_json
from wideberth.formats.report_json import ReportJson
from wideberth.model.track import Report

SCHEMA: Final = "wideberth.reports/1"
HEAD: Final = f'{{"schema":"{SCHEMA}"}}\n'.encode()
LINE: Final = 8_192
"""Bytes of a line; a report has some 300."""
SIZE: Final = 256 * 2**20
"""Bytes of a file."""
MOST: Final = 1_000_000
"""Reports of a file."""


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str


_HEAD: Final = msgspec.json.Decoder(_Head)
_REPORT: Final = msgspec.json.Decoder(ReportJson)
_ENCODER: Final = msgspec.json.Encoder()


def is_ours(data: bytes) -> bool:
    """Whether the first line says the schema."""
    return _schema(data[:LINE].partition(b"\n")[0]) is not None


def write(reports: Iterable[Report]) -> bytes:
    """The lines, the first one too. Raises: Invalid (`time.range`)."""
    return HEAD + b"".join(line(report) for report in reports)


def line(report: Report) -> bytes:
    """One report with its line end. Raises: Invalid (`time.range`)."""
    return _ENCODER.encode(report_json.write(report)) + b"\n"


def read(data: bytes, source: str = "", most: int = MOST) -> list[Report]:
    """The reports in their order, of `source` where they name none. Empty lines are passed over.

    Raises: Invalid (`report.*`, `geometry.*`, `altitude.*`, `time.*`), with the line.
    """
    if len(data) > SIZE:
        raise Invalid("report.too_many", "", f"{len(data):,} bytes", f"at most {SIZE:,} bytes")
    if _schema(data[:LINE].partition(b"\n")[0]) != SCHEMA:
        raise Invalid("report.schema", "line 1", data[:80], HEAD.decode().strip())
    found: list[Report] = []
    for n, each in enumerate(data.split(b"\n")[1:], 2):
        if not each.strip():
            continue
        if len(each) > LINE:
            raise Invalid("report.line", f"line {n}", f"{len(each):,} bytes", f"at most {LINE:,}")
        if len(found) == most:
            raise Invalid("report.too_many", f"line {n}", f"more than {most:,} reports", f"at most {most:,}")
        found.append(read_line(each, f"line {n}", source))
    return found


def read_line(data: bytes, path: str = "", source: str = "") -> Report:
    """One report. Raises: as `read`."""
    try:
        said = _REPORT.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("report.fields", path, shorten(str(error), 200), report_json.WANTED) from error
    return report_json.from_struct(said, path, source)


def _schema(head: bytes) -> str | None:
    try:
        said = _HEAD.decode(head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return said.schema if said.schema.startswith("wideberth.reports/") else None
