"""Values of a call's fields in a reader's language: each with its unit and datum, as it was said.

Figures are Latin in every language, so that both sides see the same signs; coordinates and UTC are written
alike everywhere. What runs from left to right stands isolated in a text that runs from right to left
(Unicode UAX 9), and so does everything that somebody else wrote.
"""

from __future__ import annotations

import re
import textwrap
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Final

from babel.dates import format_datetime
from babel.numbers import format_decimal
from msgspec import Struct

from wideberth.desk import phrase_values
from wideberth.desk.phrase_values import DISTANCES, Position
from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import RIGHT_TO_LEFT, Book, Field, Language
from wideberth.space.altitude import Altitude
from wideberth.space.exact import exact
from wideberth.space.ground import Point
from wideberth.space.nearest import Towns, between, nearest
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE
from wideberth.space.words import Named

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
RLI: Final = "\u2067"
LONGEST: Final = 700
"""Characters of a text that somebody wrote."""
AT: Final = 50.0
"""Metres: nearer than this to a name is at it."""
DIRECTIONS: Final = (
    "north",
    "north_east",
    "east",
    "south_east",
    "south",
    "south_west",
    "west",
    "north_west",
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RIGHT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of scripts that run from right to left."""


class Around(Struct, frozen=True):
    """What a place is told from: towns, names that both parties know, and the reader's own position."""

    towns: Towns | None = None
    named: tuple[Named, ...] = ()
    own: Point | None = None


NOWHERE: Final = Around()


def value(
    book: Book, field: Field, found: Value, language: Language, around: Around = NOWHERE
) -> tuple[str, ...]:
    """A value in one line, and below it what explains it.

    Raises: Invalid (as `phrase_values.check`).
    """
    phrase_values.check(field, found, field.name)
    path, say = field.name, Words(book, language)
    match field.kind:
        case "place":
            return say.place(phrase_values.place(found, path), around)
        case "altitude":
            return say.altitude(phrase_values.height(found, path), found)
        case "distance":
            return say.distance(*phrase_values.distance(found, path))
        case "time":
            return say.time(phrase_values.time(found, path))
        case "duration":
            return (say.duration(phrase_values.duration(found, path)),)
        case "bearing":
            degrees, north = phrase_values.bearing(found, path)
            return (f"{say.latin(f'{degrees:03}°')} ({say.word(north)})",)
        case "frequency":
            return (say.frequency(phrase_values.frequency(found, path)),)
        case "callsign":
            return say.callsign(phrase_values.callsign(found, path))
        case "choice":
            return (book.word(f"choice.{found}", language),)
        case "yes_no":
            return (book.word("choice.yes" if found else "choice.no", language),)
        case "role":
            return (say.role(str(found)),)
        case "count":
            return (say.latin(say.number(Decimal(phrase_values.count(found, path)))),)
        case "site":
            return (say.foreign(str(found)),)
    return (say.latin(str(found)),)


class Words(Struct, frozen=True):
    """How things are said in one language."""

    book: Book
    language: Language

    def word(self, key: str) -> str:
        """A word of the frame."""
        return self.book.word(f"word.{key}", self.language)

    def latin(self, text: str) -> str:
        """Signs and figures that run from left to right, whatever stands around them."""
        return f"{LRI}{text}{PDI}" if self.language in RIGHT_TO_LEFT else text

    def foreign(self, text: str) -> str:
        """What somebody wrote: in one line, nothing unseen in it, and apart from what stands around it."""
        shown = shorten(text, LONGEST)
        return f"{FSI}{shown}{PDI}" if self.language in RIGHT_TO_LEFT or _RIGHT.search(shown) else shown

    def number(self, number: Decimal) -> str:
        """As the language writes it, in Latin figures; nothing between thousands, where readers differ."""
        shown = format_decimal(
            number,
            locale=self.language,
            decimal_quantization=False,
            group_separator=False,
            numbering_system="latn",
        )
        return shown.replace("-", "−")  # a hyphen is lost between figures and words

    def amount(self, number: Decimal, unit: str) -> str:
        """A number and its unit."""
        return f"{self.latin(self.number(number))} {self.word(f'unit.{unit}')}"

    def role(self, role: str) -> str:
        """A role: in the reader's language if the book knows it."""
        key = f"word.{role}"
        known = role in ("officer", "deputy", "watch", "commander", "interpreter")
        return self.book.word(key, self.language) if known else self.foreign(role)

    def place(self, found: Position, around: Around) -> tuple[str, ...]:
        """Coordinates; and always with them the words, how it was entered, and how one gets there."""
        lines = [self.latin(exact(found.point))]
        if found.words is not None:
            lines.append(f"{self.word('in_words')}: {self.foreign(found.words)}")
        if found.notation is not None:
            lines.append(f"{self.word('as_entered')}: {self.foreign(found.notation)}")
        if around.named:
            known = min(around.named, key=lambda each: between(each.point, found.point)[0])
            lines.append(self._from(known.name, *between(known.point, found.point)))
        if around.towns is not None:
            town = nearest(around.towns, found.point)
            lines.append(self._from(f"{town.name}, {town.country}", town.distance, town.bearing))
        if around.own is not None:
            away = between(around.own, found.point)
            lines.append(self._said_from(self.word("own_position"), *away))
        return tuple(lines)

    def altitude(self, found: Altitude, raw: Value) -> tuple[str, ...]:
        """In the unit in which it was said; about how much it is in the other unit."""
        datum = self.word(f"datum.{found.datum}")
        if found.datum in ("SFC", "UNL"):
            return (f"{datum} ({self.latin(found.datum)})",)
        assert isinstance(raw, dict)
        assert isinstance(raw["value"], int)
        number, unit = raw["value"], str(raw["unit"])
        if unit == "FL":
            return (f"{self.latin(f'FL{number:03}')}, {datum}",)
        other, size = ("m", METRE) if unit == "ft" else ("ft", FOOT)
        lines = [f"{self.amount(Decimal(number), unit)} {datum} ({self.latin(found.datum)})"]
        if found.datum == "FL":
            lines.append(f"≈ {self.latin(f'FL{round(found.value / FLIGHT_LEVEL):03}')}")
        else:
            lines.append(f"≈ {self.amount(Decimal(round(found.value / size)), other)}")
        return tuple(lines)

    def distance(self, thousandths: int, unit: str) -> tuple[str, ...]:
        """In the unit in which it was said; about how much it is in kilometres or nautical miles."""
        length = thousandths * DISTANCES[unit] // 1_000
        other = "NM" if unit in ("m", "km") else "km"
        about = Decimal(round(length / DISTANCES[other] * 100)) / 100
        return (
            self.amount(Decimal(thousandths) / 1_000, unit),
            f"≈ {self.amount(about, other)}",
        )

    def time(self, at_ms: int) -> tuple[str, ...]:
        """`2026-11-23 10:05Z`, alike in every language, and the date in words."""
        moment = _EPOCH + timedelta(milliseconds=at_ms)
        fine = ":ss" if moment.second or moment.microsecond else ""
        pattern = f"EEEE d MMMM y{self.word('comma')} HH:mm{fine} 'UTC'"
        return self.latin(show_time(at_ms)), format_datetime(moment, pattern, locale=self.language)

    def duration(self, length: int) -> str:
        """`1 h 30 min`."""
        rest, ms = divmod(length, 1_000)
        minutes, seconds = divmod(rest, 60)
        hours, minutes = divmod(minutes, 60)
        parts = [(hours, "h"), (minutes, "min"), (seconds, "s"), (ms, "ms")]
        said = [self.amount(Decimal(n), unit) for n, unit in parts if n]
        return " ".join(said) or self.amount(Decimal(0), "min")

    def frequency(self, hz: int) -> str:
        """In the largest unit of which it is one at least; no digit is lost."""
        for unit, size in (("GHz", 10**9), ("MHz", 10**6), ("kHz", 10**3)):
            if hz >= size:
                return self.amount(Decimal(hz) / size, unit)
        return self.amount(Decimal(hz), "Hz")

    def callsign(self, found: phrase_values.Callsign) -> tuple[str, ...]:
        """As its owner writes it, and in Latin letters where it is known."""
        if found.latin is None or found.latin == found.name:
            return (self.foreign(found.name),)
        return self.foreign(found.name), f"{self.word('latin')}: {self.latin(shorten(found.latin, LONGEST))}"

    def _from(self, name: str, distance: float, bearing: float) -> str:
        return self._said_from(self.foreign(name), distance, bearing)

    def _said_from(self, name: str, distance: float, bearing: float) -> str:
        if distance < AT:
            return self.word("at_name").format(name=name)
        direction = self.word(DIRECTIONS[round(bearing / 45) % 8])
        degrees = self.latin(f"{round(bearing) % 360:03}°")
        return self.word("distance_from").format(
            distance=self._away(distance), direction=direction, bearing=degrees, name=name
        )

    def _away(self, metres: float) -> str:
        if metres < 1_000:
            return self.amount(Decimal(round(metres)), "m")
        if metres < 100_000:
            return self.amount(Decimal(round(metres / 100)) / 10, "km")
        return self.amount(Decimal(round(metres / 1_000)), "km")


def html(shown: str) -> str:
    """A text with isolates as HTML."""
    return (
        escape(shown, quote=False)
        .replace(LRI, '<bdi dir="ltr">')
        .replace(FSI, "<bdi>")
        .replace(PDI, "</bdi>")
    )


def wrapped(shown: str, width: int, language: Language) -> list[str]:
    """A text in lines of a table's cell; no isolate is open at the end of one.

    Else what follows on the terminal's line, such as the border of a cell, would be put in another place.
    """
    found = []
    still: list[str] = []
    for line in textwrap.wrap(shown, width, break_on_hyphens=False) or [""]:
        opened = still.copy()
        for sign in line:
            if sign in (LRI, FSI):
                opened.append(sign)
            elif sign == PDI:
                opened.pop()
        whole = f"{''.join(still)}{line}{PDI * len(opened)}"
        found.append(f"{RLI}{whole}{PDI}" if language in RIGHT_TO_LEFT else whole)
        still = opened
    return found
