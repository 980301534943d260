"""The phrase book: codes with typed fields, and what each text of it is in each language. Nouns only.

A call carries a code and its fields; whoever reads it has them in their own language. Which values a field
may have is in desk.phrases, how they are shown in render.call.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from wideberth.model.agreement import Precedence

Language = Literal["en", "ru", "he", "ar"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ru", "he", "ar")
RIGHT_TO_LEFT: Final[frozenset[Language]] = frozenset({"he", "ar"})
NAMES: Final[dict[Language, str]] = {"en": "English", "ru": "Русский", "he": "עברית", "ar": "العربية"}
"""What speakers of each call it."""

Kind = Literal[
    "altitude",
    "bearing",
    "call",
    "callsign",
    "case",
    "choice",
    "count",
    "distance",
    "duration",
    "frequency",
    "hold",
    "notice",
    "place",
    "role",
    "site",
    "time",
    "yes_no",
]
KINDS: Final[dict[Kind, str]] = {
    "altitude": '{"datum", "unit", "value"}: a whole number of m, ft or FL above a datum',
    "bearing": '{"deg", "north"}: whole degrees from 0 to 359, from true or magnetic north',
    "call": "the id of a call",
    "callsign": '{"latin", "name"}: a name as its owner writes it, and in Latin letters or null',
    "case": "the id of a case",
    "choice": "one of the words that the book lists",
    "count": "a whole number from 0 to 9,999",
    "distance": '{"unit", "value_e3"}: thousandths of m, km, NM or ft',
    "duration": '{"ms"}: up to 31 days',
    "frequency": '{"hz"}: up to 3 THz',
    "hold": "the id of a hold",
    "notice": "the id of a notice",
    "place": '{"lat_e7", "lon_e7", "notation", "words"}: on WGS84; as entered, and in words, or null',
    "role": "a role, never a person",
    "site": "what a list calls the site",
    "time": '{"at_ms"}: POSIX ms, UTC',
    "yes_no": "true or false",
}
"""The kinds of fields, and what the value of each is in an entry."""

Flag = Literal["answer", "place", "voice"]
FLAGS: Final[dict[Flag, str]] = {
    "answer": "it answers a call",
    "place": "it names a place, which is to be looked at again before it is sent",
    "voice": "it is to be said by voice too",
}


class Field(Struct, frozen=True):
    """A field of a phrase; its label is the book's by its name. `choices` of the kind choice."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()


class Phrase(Struct, frozen=True):
    """A coded message. `title` and `text` in English; of the fields `any_of` one at least is needed."""

    code: str
    precedence: Precedence
    title: str
    text: str
    fields: tuple[Field, ...]
    flags: frozenset[Flag] = frozenset()
    any_of: tuple[str, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((each for each in self.fields if each.name == name), None)


Texts: TypeAlias = dict[str, str]
"""By the key of a text, such as `phrase.CHECK.title`, `field.place`, `choice.yes`, `word.to`."""


class Book(Struct, frozen=True):
    """The phrases by code in the order of the book, all texts by language, and those still `unchecked`.

    `unchecked`: the keys of texts in that language that no native officer has checked. `examples` is a value
    for each kind, for pages that show the book.
    """

    phrases: dict[str, Phrase]
    texts: dict[Language, Texts]
    unchecked: dict[Language, frozenset[str]]
    examples: dict[Kind, object]

    def word(self, key: str, language: Language) -> str:
        """A text of the book; the English one where there is no other, and the key where there is none."""
        return self.texts[language].get(key) or self.texts["en"].get(key) or key

    def doubtful(self, language: Language, *keys: str) -> bool:
        """Whether one of these texts was not checked by a native officer, or is missing in the language."""
        return any(key in self.unchecked[language] or key not in self.texts[language] for key in keys)


def table(book: Book) -> str:
    """The codes as a table in Markdown, for docs/phrases.md; fields that are needed in bold."""
    rows = ["| code | precedence | what it says | fields |", "|---|---|---|---|"]
    for each in book.phrases.values():
        fields = ", ".join(f"**{one.name}**" if one.required else one.name for one in each.fields)
        some = f"; one of {' or '.join(each.any_of)}" if each.any_of else ""
        rows.append(f"| `{each.code}` | {each.precedence} | {each.text} | {fields}{some} |")
    return "\n".join(rows) + "\n"


def kinds() -> str:
    """The kinds of fields as a table in Markdown, for docs/phrases.md."""
    rows = ["| kind | in an entry |", "|---|---|"]
    return "\n".join([*rows, *(f"| {kind} | {what} |" for kind, what in KINDS.items())]) + "\n"
