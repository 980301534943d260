"""Radii and widths in running text (`RADIUS 5NM`, `WI 2KM OF`, `2NM EITHER SIDE OF`), and whose they are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from wideberth.formats.arealists import Runs
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, to_integer

SIZE_LIMIT = 1_000
"""Radii and widths of one text; more are not looked at."""
FAR = 90
"""Characters between a radius and its position."""
NEAR = 25
"""Characters between a position and a radius that follows it."""

_UNITS = {
    "NM": NAUTICAL_MILE,
    "NMI": NAUTICAL_MILE,
    "MILES": NAUTICAL_MILE,
    "MILE": NAUTICAL_MILE,
    "KM": 1_000 * METRE,
    "KMS": 1_000 * METRE,
    "M": METRE,
    "MT": METRE,
    "MTR": METRE,
    "MTRS": METRE,
    "FT": FOOT,
    "FEET": FOOT,
}
"""A mile is read as the nautical one, which is the longer."""
_NUMBER = (
    r"(?<![\d.,])(?:\d{1,4}(?:[.,]\d{1,2})? ?(?:-|–|/|\bTO\b) ?)?"
    r"(\d{1,3}(?:[ .]\d{3})+(?= ?M)|\d{1,6}(?:[.,]\d{1,6})?|\.\d{1,6})"
)
"""Of a range (`5-10NM`) the second; before metres a space or dot before three figures parts thousands."""
_UNIT = (
    r" ?(N(?:AUTICAL)? ?MILES?|NMI?|KMS?|KILOMET(?:RE|ER)S?|MET(?:RE|ER)S?|MTRS?|MT?|FEET|FT|MILES?)"
    r"(?![A-Z\d])"
)
_RADIUS = r"(?:RADIUS|RADII|RAYON|RADIO|YARICAP)"
_PATTERNS: tuple[tuple[Literal["radius", "diameter", "width", "full"], re.Pattern[str]], ...] = (
    ("radius", re.compile(rf"{_NUMBER}{_UNIT}[ -]?{_RADIUS}(?![A-Z])")),
    ("radius", re.compile(rf"{_RADIUS} ?(?:OF|DE|IS|=|:)? ?{_NUMBER}{_UNIT}")),
    ("radius", re.compile(rf"{_NUMBER}( )RADIUS(?![A-Z])")),
    ("radius", re.compile(rf"RADIUS ?(?:OF|=|:)? ?{_NUMBER}()(?![\dA-Z]| ?(?:{_UNIT}))")),
    ("radius", re.compile(rf"(?:WITHIN|WI) {_NUMBER}{_UNIT} (?:OF|FM|FROM|AROUND)(?![A-Z])")),
    ("diameter", re.compile(rf"DIAMETER ?(?:OF|=|:)? ?{_NUMBER}{_UNIT}")),
    ("diameter", re.compile(rf"{_NUMBER}{_UNIT} DIAMETER")),
    ("width", re.compile(rf"{_NUMBER}{_UNIT} (?:ON |TO )?(?:EITHER|EACH|BOTH) SIDES?(?![A-Z])")),
    ("full", re.compile(rf"WIDTH ?(?:OF|IS|=|:)? ?{_NUMBER}{_UNIT}")),
    ("full", re.compile(rf"{_NUMBER}{_UNIT} (?:WIDTH|WIDE)(?![A-Z])")),
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3})+")
_CENTRE = re.compile(r"CENT|PSN|POSITION|POINT|COORD|AROUND|\bO[FN]\b|\bAT\b|\bFR?O?M\b|\($")
_OTHER = re.compile(
    r"\b(?!(?:WITH|A|AN|AND|OF|IN|WI|WITHIN|AREA|CIRCLE|CIRCULAR|THE|FOR|IS|HAVING|EN)\b)[A-Z]{2,}"
)
_DISTANCE = re.compile(
    rf"{_NUMBER} ?(?:N(?:AUTICAL)? ?MILES?|NMI?|KMS?|KILOMET(?:RE|ER)S?|SM|STATUTE MILES?|MILES?|CABLES?"
    r"|(?:M|MTRS?|MET(?:RE|ER)S?|YARDS?)(?= (?:OF|FROM|FM|AROUND|RADIUS|CIRCLE)\b))(?![A-Z\d])"
    r"(?! ?(?:DUE |TO THE |TO )?(?:[NS][NEWS]{0,2}|[EW][NS]?[EW]?|(?:NORTH|SOUTH|EAST|WEST)[A-Z]{0,12})\b)"
)
_LINE = re.compile(r"\b(?:LINES?|TRACKS?|TRACKLINES?|ROUTES?|RTE)\b")


class Size(Struct, frozen=True):
    """A radius or half-width (0.1 mm) at `start:end` of a text; `unit` is False where none is said."""

    start: int
    end: int
    kind: Literal["radius", "width"]
    length: int
    unit: bool

    def beside(self, hidden: str, runs: Runs) -> list[int]:
        """The numbers of the lists of positions that the size is about: two where either may be."""
        after, before = runs.after(self.end), runs.before(self.start)
        behind = hidden[self.end : runs.lists[after].spots[0].start] if after is not None else ""
        ahead = hidden[runs.lists[before].spots[-1].end : self.start] if before is not None else ""
        if self.kind == "width":
            if after is not None and len(behind) <= 2 * FAR and len(runs.lists[after].spots) > 1:
                return [after]
            return [before] if before is not None and len(ahead) <= FAR else []
        follows = after is not None and len(behind) <= FAR
        leads = before is not None and len(ahead) <= NEAR and not _OTHER.search(ahead)
        chosen: list[int] = []
        if (
            follows
            and after is not None
            and (not leads or len(behind) <= len(ahead) or _CENTRE.search(behind))
        ):
            chosen.append(after)
        if leads and before is not None and (not chosen or len(ahead) <= len(behind)):
            chosen.append(before)
        return chosen


def sizes(hidden: str) -> list[Size]:
    """The radii and widths of a text whose positions are blotted out, in order."""
    found: dict[int, Size] = {}
    taken: set[int] = set()
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(hidden):
            spot = match.start(1)
            if spot in taken or match.start() in found:
                continue
            taken.add(spot)
            length = _length(match[1], match[2])
            if kind in ("diameter", "full"):
                length = -(-length // 2)
            wide = kind in ("width", "full") or (
                kind == "radius" and _LINE.search(hidden[match.end() : match.end() + 40].partition("\0")[0])
            )
            found[match.start()] = Size(
                match.start(), match.end(), "width" if wide else "radius", length, bool(match[2].strip())
            )
            if len(found) >= SIZE_LIMIT:
                break
    return [found[start] for start in sorted(found)]


def unread(hidden: str, stated: Sequence[Size]) -> bool:
    """Whether a text names a distance that is none of its radii and widths, nor an offset (`5NM SW OF`)."""
    spans = [(size.start, size.end) for size in stated]
    return any(
        not any(start <= match.start(1) < end for start, end in spans)
        for match in itertools.islice(_DISTANCE.finditer(hidden), SIZE_LIMIT)
    )


def _length(number: str, unit: str) -> int:
    """0.1 mm, upwards; a comma before three figures parts thousands (the larger reading), else decimals."""
    whole, comma, rest = number.partition(",")
    plain = unit.strip().replace(" ", "")
    metres = plain.startswith("M") and not plain.startswith("MIL")
    if metres and _THOUSANDS.fullmatch(number):
        value = Decimal(number.replace(" ", "").replace(".", ""))
    else:
        value = Decimal(
            (whole + rest if comma and len(rest) == 3 else number.replace(",", ".")).replace(" ", "")
        )
    name = "NM" if plain.startswith("N") or not plain else "KM" if plain.startswith("K") else plain
    return to_integer(value, _UNITS["M" if name.startswith("MET") else name], "up")
