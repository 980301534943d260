"""The phrase book that ships: whole in every language, and what is wrong with one that is not."""

from __future__ import annotations

import io
import json
import re
from importlib.resources import files
from typing import Any

import pytest
from babel.messages.pofile import read_po

from wideberth.errors import Invalid
from wideberth.formats import phrases
from wideberth.model.agreement import PRECEDENCES
from wideberth.model.phrase import KINDS, LANGUAGES, Language
from wideberth.node.phrases import shipped

FOLDER = files("wideberth.data") / "phrases"
RAW = (FOLDER / "book.json").read_bytes()
PO: dict[Language, bytes] = {each: (FOLDER / f"{each}.po").read_bytes() for each in LANGUAGES[1:]}
BOOK = shipped()
ASKED = """CHECK LINE-CHECK STRAY-ENTRY DELAY-REQUEST AREA-OCCUPIED INTEND-OPERATE CEASING PASSAGE EMISSIONS
CLAIM-QUERY HOLD-IN-FORCE HOLD-LIFTED PLACE-CORRECTION UNABLE SAY-AGAIN BREAK-OFF STOPPED NOT-OURS PASSED-ON
START-DELAYED"""
HOLE = re.compile(r"\{\w+\}")


def test_the_codes_that_were_asked_for_are_there() -> None:
    assert set(ASKED.split()) <= set(BOOK.phrases)
    assert {each.precedence for each in BOOK.phrases.values()} == set(PRECEDENCES)
    kinds = {one.kind for each in BOOK.phrases.values() for one in each.fields}
    assert kinds == set(KINDS)
    assert set(BOOK.examples) == kinds - {"choice"}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_is_there_in_every_language(language: Language) -> None:
    texts, english = BOOK.texts[language], BOOK.texts["en"]
    assert texts.keys() == english.keys()
    for key, text in texts.items():
        assert sorted(HOLE.findall(text)) == sorted(HOLE.findall(english[key])), key
        assert text == " ".join(text.split()), key


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_file_has_no_text_twice_and_none_that_is_not_asked_for(language: Language) -> None:
    catalog = read_po(io.BytesIO(PO[language]))
    found = [message.context for message in catalog if message.id]
    assert len(found) == len(set(found)) == len(BOOK.texts["en"])
    assert {message.context: message.id for message in catalog if message.id} == BOOK.texts["en"]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_what_no_native_officer_has_checked_is_marked(language: Language) -> None:
    assert BOOK.unchecked[language] == set(BOOK.texts["en"])
    assert BOOK.doubtful(language, "phrase.CHECK.text")
    assert not BOOK.doubtful("en", "phrase.CHECK.text")
    checked = PO[language].replace(b'#, fuzzy\nmsgctxt "phrase.CHECK.text"', b'msgctxt "phrase.CHECK.text"')
    book = phrases.read(RAW, {**PO, language: checked})
    assert not book.doubtful(language, "phrase.CHECK.text")
    assert book.doubtful(language, "phrase.CHECK.text", "phrase.CHECK.title")


def test_what_is_never_said_is_not_in_the_book() -> None:
    never = re.compile(
        r"\b(targets?|strikes?|engage\w*|enem\w+|friendly|threat\w*|safe\w*|allowed|permitted)\b",
        re.IGNORECASE,
    )
    assert [text for text in BOOK.texts["en"].values() if never.search(text)] == []


def test_what_was_written_for_another_text_is_not_used() -> None:
    changed = RAW.replace(b'"Stop and check"', b'"Stop, and check"')
    book = phrases.read(changed, PO)
    assert book.word("phrase.CHECK.title", "ru") == "Stop, and check"
    assert book.doubtful("ru", "phrase.CHECK.title")
    assert book.word("nothing.of.it", "ru") == "nothing.of.it"


def test_what_is_not_translated_yet_is_shown_in_english() -> None:
    empty = re.sub(rb'(msgctxt "word.to"\nmsgid "To"\nmsgstr) "[^"]+"', rb'\1 ""', PO["ru"])
    assert empty != PO["ru"]
    book = phrases.read(RAW, {**PO, "ru": empty})
    assert book.word("word.to", "ru") == "To"
    assert book.doubtful("ru", "word.to")


def _changed(change: str) -> bytes:
    book: Any = json.loads(RAW)
    first = book["phrases"][0]
    match change:
        case "schema":
            book["schema"] = "wideberth.phrases/2"
        case "unknown":
            book["more"] = 1
        case "twice":
            book["phrases"].append(first)
        case "label":
            del book["fields"]["place"]
        case "field":
            first["fields"].append(first["fields"][0])
        case "taken":
            first["fields"][0]["name"] = "text"
            book["fields"]["text"] = "Text"
        case "choice":
            first["fields"][0]["choices"] = ["yes"]
        case "text":
            first["fields"][3]["choices"] = ["nobody_knows"]
        case "some":
            first["any_of"] = ["nothing"]
    return json.dumps(book).encode()


@pytest.mark.parametrize(
    "change", ["schema", "unknown", "twice", "label", "field", "taken", "choice", "text", "some"]
)
def test_a_book_that_is_not_whole_is_refused(change: str) -> None:
    with pytest.raises(Invalid) as caught:
        phrases.read(_changed(change), PO)
    assert caught.value.code == "phrase.book"


@pytest.mark.parametrize("data", [b"\xff\xfe", b'msgid "a', b'msgid "a"\nnonsense', b"#" * (1 << 21)])
def test_a_translation_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        phrases.read(RAW, {**PO, "he": data})
    assert caught.value.code == "phrase.translation"
    assert caught.value.path == "he.po"


def test_a_book_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(Invalid) as caught:
        phrases.read(b" " * (1 << 21), PO)
    assert caught.value.code == "phrase.book"
