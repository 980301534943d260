"""A call as it is said over a bad line: every figure and letter, in the speaker's language.

Each line has its number, what is said, and what is to be read back. Latin letters are spelled with the words
of ICAO Annex 10 (Volume II, 5.2.1.3), which are the same in every language; letters of other scripts stand
as they are. A place is said so that it can be read back to the very same point (`space.exact`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from babel.dates import format_date
from msgspec import Struct

from wideberth.desk import phrase_values
from wideberth.errors import shorten
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import RIGHT_TO_LEFT, Book, Field, Kind, Language
from wideberth.render.call import FREE_TEXT, MEANING, Line, Shown, lines, unchecked
from wideberth.render.call_values import PDI, RLI, Words
from wideberth.render.spoken import LETTERS
from wideberth.space.altitude import Altitude
from wideberth.space.exact import Angle, angles

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SIDES: Final = {"N": "north", "S": "south", "E": "east", "W": "west"}
_PARTS: Final = ("degrees", "minutes", "seconds")
RULE: Final = "-" * 60
IDS: Final[frozenset[Kind]] = frozenset({"call", "case", "hold", "notice"})
"""Of these the first characters are said (render.script.reference)."""


class Say(Struct, frozen=True):
    """How figures and letters are said in one language."""

    words: Words

    def word(self, key: str) -> str:
        """A word that is said."""
        return self.words.word(f"spoken.{key}")

    def digits(self, text: str) -> str:
        """`12.5`: one two decimal five."""
        signs = {".": "decimal", "-": "minus"}
        return " ".join(self.word(signs.get(each, each)) for each in text)

    def spelled(self, text: str) -> str:
        """`KITE 7`: kilo india tango echo, seven; other letters and signs as they are."""
        return self._listed([" ".join(self._letter(each) for each in word) for word in text.split()])

    def place(self, found: phrase_values.Position) -> str:
        """Latitude, then longitude, each as exact as it was entered."""
        axes = zip(("latitude", "longitude"), angles(found.point), strict=True)
        semicolon = self.words.word("semicolon")
        return f"{semicolon} ".join(f"{self.word(name)} {self._angle(each)}" for name, each in axes)

    def altitude(self, found: Altitude, raw: Mapping[str, Value]) -> str:
        """In the unit in which it was said, above its datum."""
        datum = self.words.word(f"datum.{found.datum}")
        if found.datum in ("SFC", "UNL"):
            return datum
        figures = str(raw["value"])
        if raw["unit"] == "FL":
            return f"{self.word('flight_level')} {self.digits(figures.zfill(3))}"
        return f"{self.digits(figures)} {self.words.word('aloud.' + str(raw['unit']))} {datum}"

    def time(self, at_ms: int) -> str:
        """The date in words, and the hour of UTC digit by digit."""
        moment = _EPOCH + timedelta(milliseconds=at_ms)
        clock = f"{moment:%H%M}"
        fine = f"{moment:%S}" if moment.second or moment.microsecond else ""
        if moment.microsecond:
            fine += f".{moment.microsecond // 1_000:03}"
        date = format_date(moment.date(), "d MMMM y", locale=self.words.language)
        digits = self.digits(clock)
        if fine:
            digits = self._listed([digits, f"{self.digits(fine)} {self.word('seconds')}"])
        return self.word("utc").format(date=date, digits=digits)

    def number(self, figures: str, unit: str) -> str:
        """Digits, and the unit."""
        return f"{self.digits(figures)} {self.words.word(f'aloud.{unit}')}"

    def duration(self, length: int) -> str:
        """`one h three zero min`."""
        rest, ms = divmod(length, 1_000)
        minutes, seconds = divmod(rest, 60)
        hours, minutes = divmod(minutes, 60)
        parts = [(hours, "h"), (minutes, "min"), (seconds, "s"), (ms, "ms")]
        said = [self.number(str(n), unit) for n, unit in parts if n]
        return self._listed(said) or self.number("0", "min")

    def frequency(self, hz: int) -> str:
        """In MHz from one MHz on, else in kHz: without a digit lost."""
        size, unit = (10**6, "MHz") if hz >= 10**6 else (10**3, "kHz")
        return self.number(_decimal(hz, size), unit)

    def callsign(self, found: phrase_values.Callsign) -> str:
        """In its own letters; spelled in Latin ones where they are known."""
        said = self.spelled(found.name if found.latin is None else found.latin)
        mark = self.words.word("semicolon")
        return said if found.latin in (None, found.name) else f"{self.words.foreign(found.name)}{mark} {said}"

    def bearing(self, degrees: int, north: str) -> str:
        """Three digits, and from which north."""
        said = f"{self.digits(f'{degrees:03}')} {self.word('degrees')}"
        return self._listed([said, self.words.word(north)])

    def thrice(self, word: str) -> str:
        """As what is urgent is said: three times."""
        return f"{self._listed([word] * 3)}."

    def _listed(self, some: list[str]) -> str:
        return f"{self.words.word('comma')} ".join(some)

    def _angle(self, found: Angle) -> str:
        parts = zip(found.parts, _PARTS, strict=False)
        said = [f"{self.digits(part)} {self.word(unit)}" for part, unit in parts]
        return f"{' '.join(said)} {self.word(_SIDES[found.side])}"

    def _letter(self, sign: str) -> str:
        if sign.isascii() and sign.isdecimal():
            return self.word(sign)
        return LETTERS.get(sign.lower(), sign)


def said(book: Book, field: Field, found: Value, language: Language) -> str | None:
    """How the value of a field is said where it is said otherwise than written; None where it is not.

    Raises: Invalid (as `phrase_values.check`).
    """
    phrase_values.check(field, found, field.name)
    say, read = Say(Words(book, language)), _SAID.get(field.kind)
    return None if read is None else read(say, found)


def script(book: Book, call: Shown, language: Language) -> str:
    """The whole script."""
    say = Say(Words(book, language))
    words = say.words
    found = lines(book, call, language)
    rows = [f"{words.word('to')}: {words.role(call.to)}", words.word("read_slowly"), RULE]
    if call.exercise:
        rows.append(say.thrice(words.word("exercise")))
    rows.append(say.thrice(words.word(call.precedence)))
    for each in found:
        rows += _line(book, call, each, language)
    rows.append(words.word("read_back_request"))
    if call.exercise:
        rows.append(say.thrice(words.word("exercise")))
    rows += [RULE, words.word("if_differs"), words.word("no_permission")]
    if unchecked(book, call, found, language):
        rows.append(f"({words.word('unchecked')})")
    if language in RIGHT_TO_LEFT:
        rows = [each if each == RULE else f"{RLI}{each}{PDI}" for each in rows]
    return "".join(f"{each}\n" for each in rows)


def _line(book: Book, call: Shown, line: Line, language: Language) -> list[str]:
    """What is said of one line, and what is to be read back."""
    say = Say(Words(book, language))
    first, *more = line.values
    number = f"{line.number} ({say.digits(str(line.number))})"
    if line.name == MEANING:
        meaning = " ".join(each if each.endswith((".", "?")) else f"{each}." for each in line.values)
        if call.code is None:
            return [f"{number}. {meaning}"]
        code = f"{say.words.foreign(call.code)}, {say.spelled(shorten(call.code))}"
        return [f"{number}. {meaning} {say.words.word('say_code')}: {code}."]
    field = None if call.code not in book.phrases else book.phrases[call.code].field(line.name)
    aloud = None
    if field is not None and not line.unread and line.name in call.fields:
        aloud = said(book, field, call.fields[line.name], language)
    short = field is not None and field.kind in IDS and line.name in call.fields
    again = _short(call.fields[line.name]).upper() if short else first
    expected = f"     {say.words.word('expected')}: {again}"
    if line.name == FREE_TEXT:
        return [f"{number}. {line.label}. {' '.join((first, *more))}", expected]
    extra = _in_words(call.fields.get(line.name), field, say)
    return [f"{number}. {line.label}: {aloud or first}.{extra}", expected]


def _in_words(found: Value, field: Field | None, say: Say) -> str:
    """The words of a place: they are said with its figures, never without."""
    if field is None or field.kind != "place" or not isinstance(found, dict) or not found.get("words"):
        return ""
    return f" {say.words.word('in_words')}: {say.words.foreign(str(found['words']))}."


def _decimal(number: int, size: int) -> str:
    """The quotient without an exponent or a zero at the end; `size` is a power of ten."""
    whole, rest = divmod(number, size)
    fraction = f"{rest:0{len(str(size)) - 1}}".rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def _altitude(say: Say, found: Value) -> str:
    assert isinstance(found, dict)
    return say.altitude(phrase_values.height(found, ""), found)


def _distance(say: Say, found: Value) -> str:
    thousandths, unit = phrase_values.distance(found, "")
    return say.number(_decimal(thousandths, 1_000), unit)


_SAID: Final[Mapping[Kind, Callable[[Say, Value], str]]] = {
    "altitude": _altitude,
    "bearing": lambda say, found: say.bearing(*phrase_values.bearing(found, "")),
    "callsign": lambda say, found: say.callsign(phrase_values.callsign(found, "")),
    "count": lambda say, found: say.digits(str(phrase_values.count(found, ""))),
    "distance": _distance,
    "duration": lambda say, found: say.duration(phrase_values.duration(found, "")),
    "frequency": lambda say, found: say.frequency(phrase_values.frequency(found, "")),
    "place": lambda say, found: say.place(phrase_values.place(found, "")),
    "time": lambda say, found: say.time(phrase_values.time(found, "")),
    **dict.fromkeys(IDS, lambda say, found: say.spelled(_short(found))),
}


def _short(found: Value) -> str:
    """The first six characters of an id, as everywhere on a manual line: enough to be told from others."""
    return str(found).partition("-")[2][:6] or str(found)[:6]
