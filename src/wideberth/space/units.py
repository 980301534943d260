"""Quantities as exact integers: lengths in 0.1 mm, times in ms, frequencies in Hz, angles in 1e-7 degrees.

Text such as `3NM`, `3000 ft`, `5min`, `2.40GHz` is parsed in decimal, never through binary
fractions; where a value does not fall on the integer grid the caller says which way is outward.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from wideberth.errors import Invalid

METRE = 10_000
FOOT = 3_048
NAUTICAL_MILE = 18_520_000
FLIGHT_LEVEL = 100 * FOOT
SECOND = 1_000
DEGREE = 10_000_000

LENGTHS = {
    "m": METRE,
    "km": 1_000 * METRE,
    "ft": FOOT,
    "nm": NAUTICAL_MILE,
    "nmi": NAUTICAL_MILE,
}
DURATIONS = {
    "ms": 1,
    "s": SECOND,
    "sec": SECOND,
    "min": 60 * SECOND,
    "h": 3_600 * SECOND,
    "d": 86_400 * SECOND,
}
FREQUENCIES = {"hz": 1, "khz": 1_000, "mhz": 1_000_000, "ghz": 1_000_000_000}

Rounding = Literal["up", "down", "nearest"]
_MODES = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "nearest": ROUND_HALF_EVEN}
_EXACT = Context(prec=64)
"""The default of 28 digits would round a long decimal before it is rounded outwards."""
_QUANTITY = re.compile(r"\s*([+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15}))\s*([A-Za-z]+)\s*")


def to_integer(value: Decimal | int | float, unit: int, rounding: Rounding = "nearest") -> int:
    """`value` times `unit` as an integer, rounded the given way.

    A float is taken as the decimal it prints as (0.1 means one tenth).
    """
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return int(_EXACT.multiply(exact, unit).to_integral_value(rounding=_MODES[rounding]))


def _quantity(text: str, table: dict[str, int], what: str, path: str, rounding: Rounding) -> int:
    wanted = f"a {what} with its unit ({', '.join(table)}), for example {_EXAMPLES[what]}"
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise Invalid(f"{what}.malformed", path, text, wanted)
    unit = table.get(match[2].lower())
    if unit is None:
        raise Invalid(f"{what}.unknown_unit", path, text, wanted)
    return to_integer(Decimal(match[1]), unit, rounding)


_EXAMPLES = {"length": "3NM", "duration": "5min", "frequency": "2.40GHz"}


def parse_length(text: str, path: str = "", rounding: Rounding = "nearest") -> int:
    """Length in 0.1 mm from text such as `3NM`; a plain `nm` is a nautical mile.

    Raises: Invalid (`length.malformed`, `length.unknown_unit`).
    """
    return _quantity(text, LENGTHS, "length", path, rounding)


def parse_duration(text: str, path: str = "", rounding: Rounding = "nearest") -> int:
    """Duration in ms from text such as `5min`. Raises: Invalid (`duration.*`)."""
    return _quantity(text, DURATIONS, "duration", path, rounding)


def parse_frequency(text: str, path: str = "", rounding: Rounding = "nearest") -> int:
    """Frequency in Hz from text such as `2.40GHz`. Raises: Invalid (`frequency.*`)."""
    return _quantity(text, FREQUENCIES, "frequency", path, rounding)


def metres(length: int) -> float:
    """0.1 mm to metres, for display and geometry."""
    return length / METRE
