"""Separated values, with one limit for all formats that have them: Python keeps one for the process."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

TEXT_CELL_LIMIT = 400_000
"""Characters of one cell: 10,000 vertices of a shape and their separators."""


def rows(text: str, separator: str = ",") -> Iterator[list[str]]:
    """The rows of a text; strict, because a quote left open would swallow rows unseen.

    Raises: csv.Error while it is read, for quotes that do not fit and for cells over the limit.
    """
    csv.field_size_limit(TEXT_CELL_LIMIT)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
