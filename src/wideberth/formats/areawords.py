"""The words between positions of running text: which go on with a list, and what they say of an arc."""

from __future__ import annotations

import re
from decimal import Decimal

LIST_GAP = 120
"""Characters between two positions of a list."""

ARC = re.compile(r"\bARCS?\b|CLOCKWISE")
ALONG = re.compile(
    r"\b(?:ALONG|FOLLOW\w{0,4})\b.{0,80}\b(?:COAST\w{0,6}|BORDERS?|BOUNDAR\w{1,3}|FRONTIERS?|RIVERS?|SHORE\w{0,4}|"
    r"MERIDIAN|PARALLEL|FIR|TERRITORIAL|LINE OF CONTROL)\b"
)
_NAMED = re.compile(r"\([^()\0\d]{0,40}\)")
_WORD = re.compile(r"[A-Z]+|\d+")
_NUMBERED = re.compile(
    r"(?<![A-Z\d])(?:[A-Z]|\d{1,2}) ?[.):]|(?<![A-Z\d])[A-Z] ?[-=] ?$|\b(?:POINT|PT|P|WP) ?\d{1,2}\b"
)
_WORDS = (
    "A AND BY CIRCLE COORD DCT DIRECT ET FM FROM GREAT I IN JOINING LINE LINES NEXT OR POINT POINTS "
    "POSITION POSN PSN PSNS STRAIGHT THE THEN THENCE THROUGH TO VE VIA"
)
_GOES_ON = frozenset(_WORDS.split())
_LENGTH = re.compile(
    r"(?<![\d.,])(\d{1,4}(?:[.,]\d{1,6})?) ?(NM|NMI|KM|MTRS?|M|FT|NAUTICAL MILES?|MILES?)(?![A-Z\d])"
)
_METRES = {"NM": 1852.0, "NMI": 1852.0, "KM": 1000.0, "FT": 0.3048, "M": 1.0, "MTR": 1.0, "MTRS": 1.0}
_COUNTER = re.compile(r"(?:ANTI|COUNTER) ?-? ?CLOCKWISE")


def is_list_gap(gap: str) -> bool:
    """Whether a list goes on over these words, which may send its edge along a coast or border."""
    if len(gap) > LIST_GAP:
        return False
    if ALONG.search(gap):
        return True
    rest = _NUMBERED.sub(" ", _NAMED.sub(" ", gap))
    return all(word in _GOES_ON for word in _WORD.findall(rest))


def length_in(words: str) -> float | None:
    """The longest length that the words state, in metres; None where they state none."""
    found = [
        float(Decimal(number.replace(",", "."))) * _METRES.get(unit, 1852.0)
        for number, unit in _LENGTH.findall(words)
    ]
    return max(found, default=None)


def side(words: str) -> bool | None:
    """True for clockwise, False for the other way round, None where the words do not say or say both."""
    counter = bool(_COUNTER.search(words))
    clockwise = "CLOCKWISE" in _COUNTER.sub(" ", words)
    return None if counter == clockwise else clockwise
