"""What one cell holds: numbers in the figures and marks of several scripts, lengths, altitudes, words."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Literal

from wideberth.errors import Invalid
from wideberth.formats.lists.columns import UNSURE
from wideberth.formats.lists.sheet import ERRORS, NO_VALUE, Cell, shown
from wideberth.space.altitude import Altitude, altitude_of, parse_altitude
from wideberth.space.units import LENGTHS, METRE, Rounding, to_integer

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?(?:[eE][+-]?[0-9]{1,2})?|[+-]?\.[0-9]{1,30}")
_MARKS = str.maketrans(
    {"٫": ".", "−": "-", "–": "-", "﹣": "-", "－": "-", "\u200e": "", "\u200f": "", "\u00a0": " "}
)
_THOUSANDS = re.compile(r"(?<=[0-9])[\s٬'’](?=[0-9]{3}(?![0-9]))")
_GROUPED = re.compile(r"\+?[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_GROUPED_BY_POINT = re.compile(r"\+?[1-9][0-9]?\.[0-9]{3}")
"""Of metres or feet: `25.000` is 25,000 in half of the world; `250.123` and `0.500` are left as they are."""
_LENGTH = re.compile(r"([0-9.,]{1,30})\s*([^\W\d_]{1,12})\.?")
_UNIT_WORDS = {
    "м": "m", "метр": "m", "метров": "m", "метрів": "m", "м.": "m", "км": "km", "متر": "m", "م": "m",
    "كم": "km",
    "מ": "m", "מטר": "m", "קמ": "km", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "mètres": "m",
    "feet": "ft", "kilometres": "km", "kilometers": "km",
}  # fmt: skip
_GROUPED_LIMIT = re.compile(r"([0-9]{1,2}\.[0-9]{3}) ?(?:m|ft)", re.IGNORECASE)
_EXACT_LIMIT = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?)\s*m (MSL geoid|FL)")


def check(cell: Cell, path: str) -> None:
    """Refuse a cell in error, and a formula without its value. Raises: Invalid (`list.cell_error`)."""
    if not isinstance(cell, str) or not cell.startswith("#"):
        return
    if cell == NO_VALUE:
        wanted = "a value: open the workbook in a spreadsheet and save it, so that formulas are worked out"
        raise Invalid("list.cell_error", path, "a formula without a value", wanted)
    if cell.upper() in ERRORS:
        raise Invalid("list.cell_error", path, cell, "a value: the formula of the cell failed")


def western(text: str) -> str:
    """The text with Western figures (Arabic-Indic and others become 0 to 9), plain signs and spaces."""
    if text.isascii():
        return " ".join(text.split())
    text = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    return " ".join(text.translate(_MARKS).split())


def decimal(cell: Cell, path: str) -> Decimal:
    """The number of a cell as exactly as it stands; a decimal comma is taken, a comma of thousands is not.

    Raises: Invalid (`list.number`, `list.cell_error`).
    """
    check(cell, path)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Invalid("list.number", path, shown(cell) or "an empty cell", "a number such as 33.5131")
    text = _THOUSANDS.sub("", western(shown(cell)))
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if _NUMBER.fullmatch(text) is None:
        raise Invalid("list.number", path, shown(cell), "a number such as 33.5131")
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover - the expression takes nothing else
        raise Invalid("list.number", path, shown(cell), "a number such as 33.5131") from None


def _check_grouped(cell: Cell, figures: str, by_point: bool, code: str, path: str) -> None:
    """Refuse figures that are a thousand times as much where their mark is one of thousands."""
    if isinstance(cell, str) and (
        _GROUPED.fullmatch(figures) or (by_point and _GROUPED_BY_POINT.fullmatch(figures))
    ):
        plainly = figures.replace(",", "").replace(".", "")
        raise Invalid(code, path, cell, f"{plainly} without a mark of thousands")


def is_number(cell: Cell) -> bool:
    """True where `decimal` would read the cell."""
    try:
        decimal(cell, "")
    except Invalid:
        return False
    return True


def length(cell: Cell, unit: str | None, path: str) -> int:
    """A length in 0.1 mm, rounded up: a number in the unit of the header (else metres), or with its own.

    Raises: Invalid (`list.length`, `list.cell_error`).
    """
    wanted = "a length such as 500, 500 m, 2.5 km, 1 NM"
    check(cell, path)
    text = western(shown(cell)).replace("״", "").replace('"', "")
    value, word = cell, unit or "m"
    figures = text
    if not is_number(cell):
        match = _LENGTH.fullmatch(_THOUSANDS.sub("", text))
        if match is None:
            raise Invalid("list.length", path, shown(cell), wanted)
        figures, word = match[1], _UNIT_WORDS.get(match[2].lower(), match[2].lower())
        value = figures
    elif word == UNSURE:
        wanted = "a number with its unit (500 m, 2.5 km, 1 NM): the header names none that is known"
        raise Invalid("list.length", path, shown(cell), wanted)
    _check_grouped(cell, figures, word in ("m", "ft"), "list.length", path)
    if word not in LENGTHS or not is_number(value):
        raise Invalid("list.length", path, shown(cell), wanted)
    figure = decimal(value, path)
    if not 0 <= figure <= 10_000_000:
        raise Invalid("list.length", path, shown(cell), f"{wanted}; 0 or more, at most 5,000 km")
    return to_integer(figure, LENGTHS[word], "up")


def altitude(cell: Cell, unit: str | None, rounding: Rounding, path: str) -> Altitude:
    """A limit with its datum, as `parse_altitude` reads it; a bare number says no datum and is refused.

    Raises: Invalid (`altitude.*`, `list.cell_error`).
    """
    check(cell, path)
    text = western(shown(cell))
    if (figures := _GROUPED_LIMIT.match(text)) is not None:
        _check_grouped(cell, figures[1], True, "list.number", path)
    exact = _EXACT_LIMIT.fullmatch(text)
    if exact is not None:
        return altitude_of(Decimal(exact[1]), "m", "MSL" if exact[2] != "FL" else "FL", path, rounding)
    if unit in ("m", "ft") and is_number(cell) and decimal(cell, path) == 0:
        text = "SFC"
    return parse_altitude(text, path, rounding)


def whole(cell: Cell, path: str, low: int, high: int) -> int:
    """A whole number in a range. Raises: Invalid (`list.number`, `list.cell_error`)."""
    value = decimal(cell, path)
    _check_grouped(cell, western(shown(cell)), True, "list.number", path)
    if value != value.to_integral_value() or not low <= value <= high:
        raise Invalid("list.number", path, shown(cell), f"a whole number from {low:,} to {high:,}")
    return int(value)


def margin(cell: Cell, unit: str | None, wanted: Literal["m", "s"], path: str) -> int:
    """A margin in metres as 0.1 mm (or in seconds, as 0.1 ms), rounded up; no other unit is taken.

    Raises: Invalid (`list.number`, `list.cell_error`).
    """
    value = decimal(cell, path)
    if unit not in (None, wanted):
        raise Invalid("list.number", path, shown(cell), f"a column in {wanted}, as its header must say")
    _check_grouped(cell, western(shown(cell)), True, "list.number", path)
    if not 0 <= value <= 1_000_000_000:
        raise Invalid("list.number", path, shown(cell), "0 or more metres, at most 1,000,000,000")
    return to_integer(value, METRE, "up")
