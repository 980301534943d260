"""Cells that a spreadsheet would run as a formula are written as text, and come back as they were.

A single quote in front, as spreadsheets themselves mark text. Numbers and telephone numbers (`-5`,
`+380441234567`) are no formulas and stay.
"""

from __future__ import annotations

import re
import unicodedata

from wideberth.formats.lists.sheet import ERRORS, NO_VALUE

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_RUNS = "=+-@"


def defuse(text: str) -> str:
    """The text as it may stand in a cell."""
    return f"'{text}" if _runs(text) else text


def restore(text: str) -> str:
    """The text of a cell that `defuse` wrote; any other as it is."""
    return text[1:] if text.startswith("'") and _runs(text[1:]) else text


def _runs(text: str) -> bool:
    if not text or _PLAIN_NUMBER.fullmatch(text):
        return False
    # white space, quotes and an encoded line end in front do not stop every program
    bare = unicodedata.normalize("NFKC", text.replace("%0A", "").replace("%0D", "")).lstrip("\"'\t\r\n ")
    bare = bare.upper()
    return bare in ERRORS or bare == NO_VALUE or text[0] in "'\t\r\n" or bare[:1] in tuple(_RUNS)
