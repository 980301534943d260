"""The phrase book as files: `book.json`, which is ours, and one PO file a language, which translators know.

A PO entry's msgctxt is the key of the text, its msgid the English text. `fuzzy` means that no native officer
has checked it. What is stale (its msgid is not today's English text) is not used: the English text is shown.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

import msgspec
from babel.messages.pofile import PoFileError, read_po
from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.model.agreement import Precedence
from wideberth.model.phrase import LANGUAGES, Book, Field, Flag, Kind, Language, Phrase, Texts

SCHEMA: Final = "wideberth.phrases/1"
LARGEST: Final = 1 << 20
"""Bytes of a file of the book."""
TAKEN: Final = ("code", "text")
"""What the first and the last line of a call are called (render.call): no field is."""


class _Phrase(Struct, forbid_unknown_fields=True):
    code: str
    precedence: Precedence
    flags: tuple[Flag, ...]
    any_of: tuple[str, ...]
    title: str
    text: str
    fields: tuple[Field, ...]


class _Book(Struct, forbid_unknown_fields=True):
    schema: str
    phrases: tuple[_Phrase, ...]
    fields: dict[str, str]
    choices: dict[str, str]
    words: dict[str, str]
    examples: dict[Kind, object]


def read(book: bytes, translations: Mapping[Language, bytes]) -> Book:
    """The book from its files.

    Raises: Invalid (`phrase.book`, `phrase.translation`) with the place in the file.
    """
    if len(book) > LARGEST:
        raise Invalid("phrase.book", "book.json", f"{len(book):,} bytes", f"at most {LARGEST:,}")
    try:
        found = msgspec.json.decode(book, type=_Book)
    except msgspec.DecodeError as error:
        raise Invalid("phrase.book", "book.json", str(error), SCHEMA) from error
    if found.schema != SCHEMA:
        raise Invalid("phrase.book", "book.json", found.schema, SCHEMA)
    phrases = {each.code: _phrase(each, found) for each in found.phrases}
    if len(phrases) != len(found.phrases):
        raise Invalid("phrase.book", "phrases", "a code twice", "each code once")
    english = _english(found)
    texts: dict[Language, Texts] = {"en": english}
    unchecked: dict[Language, frozenset[str]] = {"en": frozenset()}
    for language in LANGUAGES[1:]:
        texts[language], unchecked[language] = _translated(
            translations.get(language, b""), english, f"{language}.po"
        )
    return Book(phrases, texts, unchecked, found.examples)


def _phrase(found: _Phrase, book: _Book) -> Phrase:
    """A phrase whose names all have texts."""
    path = f"phrases.{shorten(found.code, 40)}"
    names = [each.name for each in found.fields]
    for each in found.fields:
        if each.name not in book.fields or each.name in TAKEN or names.count(each.name) > 1:
            raise Invalid("phrase.book", path, each.name, "each field once, with its label under fields")
        if bool(each.choices) is not (each.kind == "choice"):
            raise Invalid("phrase.book", path, each.name, "choices for the kind choice, and for no other")
        for choice in each.choices:
            if choice not in book.choices:
                raise Invalid("phrase.book", path, choice, "a choice with its text under choices")
    for name in found.any_of:
        if name not in names:
            raise Invalid("phrase.book", path, name, "a field of the phrase in any_of")
    return Phrase(
        found.code,
        found.precedence,
        found.title,
        found.text,
        found.fields,
        frozenset(found.flags),
        found.any_of,
    )


def _english(found: _Book) -> Texts:
    """The English texts by their keys."""
    texts: Texts = {}
    for each in found.phrases:
        texts[f"phrase.{each.code}.title"] = each.title
        texts[f"phrase.{each.code}.text"] = each.text
    for area, words in (("field", found.fields), ("choice", found.choices), ("word", found.words)):
        texts |= {f"{area}.{name}": text for name, text in words.items()}
    return texts


def _translated(data: bytes, english: Texts, path: str) -> tuple[Texts, frozenset[str]]:
    """The texts of a PO file that belong to today's English ones, and the keys of those not checked."""
    if len(data) > LARGEST:
        raise Invalid("phrase.translation", path, f"{len(data):,} bytes", f"at most {LARGEST:,}")
    try:
        catalog = read_po(io.BytesIO(data), abort_invalid=True)
    except (PoFileError, ValueError, LookupError) as error:
        raise Invalid("phrase.translation", path, str(error), "a PO file in UTF-8") from error
    texts: Texts = {}
    unchecked = set()
    for message in catalog:
        key = message.context
        if key is None or english.get(key) != message.id:
            continue
        if isinstance(message.string, str) and message.string:
            texts[key] = message.string
            if message.fuzzy:
                unchecked.add(key)
    return texts, frozenset(unchecked)
