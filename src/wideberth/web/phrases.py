"""The phrase book, and what a call says in each language, for pages that have no book of their own."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from wideberth.desk import phrases
from wideberth.desk.phrases import Result
from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.model.agreement import Precedence
from wideberth.model.phrase import LANGUAGES, Book, Flag, Kind, Language, Phrase
from wideberth.node import places as towns
from wideberth.node.calls import mark
from wideberth.node.phrases import shipped
from wideberth.node.room_views import DoubtView
from wideberth.render import call as rendered
from wideberth.render import call_read_back, call_script, call_sides
from wideberth.render.call import Shown
from wideberth.render.call_values import Around, Words
from wideberth.space.echo import echoes
from wideberth.space.ground import ROUNDING
from wideberth.space.notation import read_place
from wideberth.space.place import Place
from wideberth.web.call import Call
from wideberth.web.route import ANYBODY, Route

FIELDS: Final = 16
"""Fields of a call, and of a read-back."""
HERE: Final = "as said"
"""The notation of a place of which only the figures count."""


class BookText(Struct, frozen=True):
    """A text of the book in a language; `checked` by a native officer."""

    text: str
    checked: bool


class BookField(Struct, frozen=True):
    """A field: its label stands in the book's `labels` by its name, its choices in `choices`."""

    name: str
    kind: Kind
    required: bool
    choices: tuple[str, ...]


class BookPhrase(Struct, frozen=True):
    """A coded message: what it says in each language; of the fields `any_of` one at least is needed."""

    code: str
    precedence: Precedence
    flags: tuple[Flag, ...]
    any_of: tuple[str, ...]
    titles: dict[Language, BookText]
    texts: dict[Language, BookText]
    fields: tuple[BookField, ...]


class BookView(Struct, frozen=True):
    """The phrase book, in its order; labels of fields and words of choices by language."""

    languages: tuple[Language, ...]
    phrases: tuple[BookPhrase, ...]
    labels: dict[str, dict[Language, BookText]]
    choices: dict[str, dict[Language, BookText]]


class SaidAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A call, as far as it is written: what would it say?

    Attributes:
        code, fields, text, language, precedence, to, re: as a call has them.
        places: texts of places as people write them, by the name of their field: they are read into `fields`.
        words: the words of such a place, by the name of its field.
        heard: a read-back, to be held against the fields. `heard_places` as `places`.
        languages: those that are wanted; none: all.
        line: on which it is said: what both parties know by name, and the doubts about its places.
        call, at, sender: of a call that was said.
        page: it is wanted as a page to print, too.
    """

    code: str | None = None
    fields: dict[str, Any] = {}
    places: dict[str, str] = {}
    words: dict[str, str] = {}
    heard: dict[str, Any] | None = None
    heard_places: dict[str, str] = {}
    precedence: Precedence = "routine"
    to: str = "officer"
    language: str = "en"
    text: str | None = None
    re: str | None = None
    languages: Annotated[list[Language], Meta(max_length=len(LANGUAGES))] = []
    line: str | None = None
    call: str | None = None
    at: str | None = None
    sender: str = ""
    page: bool = False


class SaidLine(Struct, frozen=True):
    """A line of a call (render.call.Line): its number is the same in every language."""

    number: int
    name: str
    label: str
    values: tuple[str, ...]
    unchecked: bool
    unread: bool


class SaidRow(Struct, frozen=True):
    """A field that was read back (render.call_read_back.Row)."""

    name: str
    label: str
    said: tuple[str, ...]
    heard: tuple[str, ...]
    result: Result
    words: str


class SaidIn(Struct, frozen=True):
    """A call in one language. `script` is what is said of it over a bad line, digit by digit."""

    language: Language
    precedence: str
    head: tuple[tuple[str, str], ...]
    lines: tuple[SaidLine, ...]
    compared: tuple[SaidRow, ...]
    unchecked: bool
    unchecked_words: str
    no_permission: str
    script: str


class PlaceProblem(Struct, frozen=True):
    """A place that cannot be read: of which field, and what the error of reading it says."""

    field: str
    code: str
    words: str


class SaidView(Struct, frozen=True):
    """What a call says.

    Attributes:
        fields: with the places as they were read; `heard` so too.
        said: in each language.
        notations: of each place in the fields every notation, by its name.
        problems: places that cannot be read as they are written; they are in no field.
        doubts: about its places, with what this node knows of the line; none where no line is named. `mark`
            names them, for who says it all the same; null where there are none.
        missing: fields that are needed and not there, and those of which one is.
        page: to be printed; null where it was not asked for.
    """

    fields: dict[str, Any]
    heard: dict[str, Any] | None
    said: tuple[SaidIn, ...]
    notations: dict[str, dict[str, str]]
    problems: tuple[PlaceProblem, ...]
    doubts: tuple[DoubtView, ...]
    mark: str | None
    missing: tuple[str, ...]
    page: str | None


def book(_: Call) -> BookView:
    """All of it."""
    found = shipped()
    names = dict.fromkeys(field.name for each in found.phrases.values() for field in each.fields)
    some = [field.choices for each in found.phrases.values() for field in each.fields]
    choices = dict.fromkeys([*(word for each in some for word in each), "yes", "no"])
    return BookView(
        LANGUAGES,
        tuple(_phrase(found, each) for each in found.phrases.values()),
        {name: _texts(found, f"field.{name}") for name in names},
        {name: _texts(found, f"choice.{name}") for name in choices},
    )


def said(call: Call) -> SaidView:
    """What a call says. Raises: Invalid (`line.none`, `phrase.field`, `time.*`)."""
    asked: SaidAsked = call.body
    found, node, problems = shipped(), call.node, list[PlaceProblem]()
    fields = _read(asked.fields, asked.places, asked.words, problems)
    heard = None if asked.heard is None else _read(asked.heard, asked.heard_places, {}, problems)
    shown = Shown(
        asked.code,
        fields,
        asked.precedence,
        asked.to,
        asked.language,
        asked.text,
        asked.call,
        asked.re,
        asked.sender,
        None if asked.at is None else parse_time(asked.at, "at"),
        node.settings.exercise,
    )
    named = () if asked.line is None else node.room.places.known(asked.line)
    own = node.room.places.own
    around = Around(towns.towns(), named, None if own is None else own.point)
    languages = tuple(dict.fromkeys(asked.languages or LANGUAGES))
    places = phrases.places(found, asked.code, fields)
    doubts = [
        DoubtView(name, each.kind, each.text)
        for name, where in (places if asked.line is not None else {}).items()
        for each in node.room.places.doubts(asked.line or "", where)
    ]
    return SaidView(
        fields,
        heard,
        tuple(_in(found, shown, heard, each, around) for each in languages),
        {name: echoes(Place(where.point, ROUNDING, HERE)) for name, where in places.items()},
        tuple(problems),
        tuple(doubts),
        mark(doubts) if doubts else None,
        _missing(found, asked.code, fields),
        call_sides.page(found, shown, languages, None, around) if asked.page else None,
    )


def _phrase(found: Book, each: Phrase) -> BookPhrase:
    return BookPhrase(
        each.code,
        each.precedence,
        tuple(sorted(each.flags)),
        each.any_of,
        _texts(found, f"phrase.{each.code}.title"),
        _texts(found, f"phrase.{each.code}.text"),
        tuple(BookField(one.name, one.kind, one.required, one.choices) for one in each.fields),
    )


def _texts(found: Book, key: str) -> dict[Language, BookText]:
    return {each: BookText(found.word(key, each), not found.doubtful(each, key)) for each in LANGUAGES}


def _read(
    fields: dict[str, Any], places: dict[str, str], words: dict[str, str], problems: list[PlaceProblem]
) -> dict[str, Any]:
    """Fields, and the places that people have written; what cannot be read joins `problems`.

    Raises: Invalid (`phrase.field`).
    """
    if len(fields) + len(places) > FIELDS:
        raise Invalid("phrase.field", "fields", f"{len(fields) + len(places)} fields", f"{FIELDS} at most")
    read = dict(fields)
    for name, text in places.items():
        try:
            lon, lat = read_place(text, name).point
        except Invalid as error:
            problems.append(PlaceProblem(name, error.code, error.message))
            continue
        read[name] = {"lat_e7": lat, "lon_e7": lon, "notation": text, "words": words.get(name) or None}
    return read


def _in(
    found: Book, shown: Shown, heard: dict[str, Any] | None, language: Language, around: Around
) -> SaidIn:
    lines = rendered.lines(found, shown, language, around)
    rows = () if heard is None else call_read_back.rows(found, shown, heard, language, around)
    say = Words(found, language)
    return SaidIn(
        language,
        say.word(shown.precedence),
        rendered.head(found, shown, language),
        tuple(SaidLine(*(getattr(each, name) for name in SaidLine.__struct_fields__)) for each in lines),
        tuple(
            SaidRow(each.name, each.label, each.said, each.heard, each.result, each.words) for each in rows
        ),
        rendered.unchecked(found, shown, lines, language),
        say.word("unchecked"),
        say.word("no_permission"),
        call_script.script(found, shown, language),
    )


def _missing(found: Book, code: str | None, fields: dict[str, Any]) -> tuple[str, ...]:
    phrase = None if code is None else found.phrases.get(code)
    if phrase is None:
        return ()
    some = () if any(name in fields for name in phrase.any_of) else phrase.any_of
    return (*(each.name for each in phrase.fields if each.required and each.name not in fields), *some)


ROUTES: Final = (
    Route("GET", "/v1/phrases", ANYBODY, None, BookView, book,
          "The phrase book of the hotline: its codes with their fields, in every language.", present=True),
    Route("POST", "/v1/phrases/said", ANYBODY, SaidAsked, SaidView, said,
          "What a call would say, or says, in each language, with its places as they are read. Nothing is "
          "entered, and nobody is told."),
)  # fmt: skip
"""What of the API is about the phrase book."""
