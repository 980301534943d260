"""Figures and names digit by digit and letter by letter, as they are said over a bad line."""

from __future__ import annotations

import re
from typing import Final

from wideberth.space.altitude import Datum

DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "niner")
_ALPHABET: Final = """alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november
oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu"""
LETTERS: Final = {each[0]: each for each in _ALPHABET.split()}
_YEAR: Final = """January February March April May June July August September October November December"""
MONTHS: Final = tuple(_YEAR.split())
DATUMS: Final[dict[Datum, str]] = {
    "HAE": "above the ellipsoid",
    "MSL": "above mean sea level",
    "ALT": "on the altimeter",
    "FL": "on standard pressure",
    "AGL": "above ground",
    "SFC": "the surface",
    "UNL": "unlimited",
    "MSL/ALT": "above mean sea level, or on the altimeter",
}
_SIGNS: Final = {".": "decimal", "-": "minus", "°": "degrees", "′": "minutes"}
_SIDES: Final = {"N": "north", "S": "south", "E": "east", "W": "west"}
_POSITION: Final = re.compile(r"(\d+)°(\d+\.?\d*)′([NSEW])")
_TIME: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)Z")
_LEVEL: Final = re.compile(rf"(-?[\d,]+) ft ({'|'.join(re.escape(each) for each in DATUMS)})")


def number(text: str) -> str:
    """`12.5`: one two decimal five."""
    return " ".join(DIGITS[int(each)] if each.isdecimal() else _SIGNS[each] for each in text if each != ",")


def name(text: str) -> str:
    """`KITE 7`: kilo india tango echo, seven. Letters of other scripts stay as they are."""
    return ", ".join(" ".join(_letter(each) for each in word) for word in text.split())


def position(text: str) -> str:
    """`34°02.10′N 033°10.90′E`: three four degrees zero two decimal one zero minutes north, …."""
    return "; ".join(
        f"{number(degrees)} degrees {number(minutes)} minutes {_SIDES[side]}"
        for degrees, minutes, side in _POSITION.findall(text)
    )


def time(text: str) -> str:
    """`2026-11-23 10:00Z`: two three November two zero two six, at one zero zero zero Zulu."""
    return _TIME.sub(
        lambda found: (
            f"{number(found[3])} {MONTHS[int(found[2]) - 1]} {number(found[1])},"
            f" at {number(found[4])} {number(found[5])} Zulu"
        ),
        text,
    )


def level(text: str) -> str:
    """`3,000 ft MSL`: three zero zero zero feet above mean sea level; `FL310`; SFC and UNL in words."""
    if text in ("SFC", "UNL"):
        return DATUMS["SFC" if text == "SFC" else "UNL"]
    if text.startswith("FL"):
        return f"flight level {number(text[2:])}"
    found = _LEVEL.fullmatch(text)
    if found is None:
        return text
    datum = next(each for each in DATUMS if each == found[2])
    return f"{number(found[1])} feet {DATUMS[datum]}"


def _letter(sign: str) -> str:
    if sign.isascii() and sign.isdecimal():
        return DIGITS[int(sign)]
    return LETTERS.get(sign.lower(), sign)
