"""Texts that are said to everybody, in several languages: nothing in them is hidden, and nobody is found.

What the reader does not see (control and format characters, bidirectional controls, blanks of other kinds,
selectors, tags, characters of private use, piles of marks) is refused: it could make a text say something
else on a screen than it says in its bytes. Written out, because the record is for ever (canonical.seen).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wideberth.desk import nobody
from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.ledger.canonical import Value
from wideberth.model.communique import LANGUAGES, Text

TITLE: Final = 200
BODY: Final = 100_000
"""Characters of a body."""
MARKS: Final = 4
"""Marks that may stand on one letter, pointed Hebrew and vocalised Arabic included."""
_PRIVATE: Final = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_PILED: Final = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    r"\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    r"\ufe20-\ufe2f]{" + str(MARKS + 1) + "}"
)
_FIELDS: Final = ("body", "language", "title")


def write_texts(texts: Sequence[Text]) -> list[Value]:
    """The value of texts."""
    return [{"body": each.body, "language": each.language, "title": each.title} for each in texts]


def read_texts(found: Value) -> tuple[Text, ...]:
    """Texts, each in a language of its own. Raises: Invalid (`communique.entry`)."""
    if not isinstance(found, list) or not 0 < len(found) <= len(LANGUAGES):
        raise Invalid("communique.entry", "texts", found, f"1 to {len(LANGUAGES)} texts")
    texts = tuple(_text(each) for each in found)
    languages = [each.language for each in texts]
    if len(set(languages)) != len(languages):
        raise Invalid("communique.entry", "texts", languages, "each language once")
    return texts


def line(found: Value, path: str, most: int) -> str:
    """One line, all of it to be seen. Raises: Invalid (`communique.entry`)."""
    if not isinstance(found, str) or (hidden := _hidden(found)) or not canonical.seen(found, most):
        shown = found if not isinstance(found, str) else hidden or f"{len(found):,} characters, or a space"
        wanted = f"one line of 1 to {most} characters, all to be seen, without a space at an end"
        raise Invalid("communique.entry", path, shown, wanted)
    _nobody(found, path)
    return found


def checked_text(found: object, path: str, most: int) -> str:
    """Lines, all of them to be seen, with empty ones only between them.

    Raises: Invalid (`communique.entry`).
    """
    if not isinstance(found, str) or not 0 < len(found) <= most:
        shown = f"{len(found):,} characters" if isinstance(found, str) else found
        raise Invalid("communique.entry", path, shown, f"a text of 1 to {most:,} characters")
    lines = found.split("\n")
    if not lines[0] or not lines[-1]:
        raise Invalid("communique.entry", path, "an empty line at an end", "a text that begins and ends")
    for n, each in enumerate(lines, 1):
        hidden = _hidden(each)
        if each and (hidden or not canonical.seen(each, most)):
            wanted = "characters that are all seen, no space at an end of a line"
            where = f"{path}, line {n}"
            raise Invalid("communique.entry", where, hidden or "a space at an end", wanted)
    _nobody(found, path)
    return found


def _hidden(text: str) -> str | None:
    """The first character that is not seen, or that hides others, by its number: not as it is."""
    plain = canonical.seen(f"({text})", len(text) + 2) and not _PRIVATE.search(text)
    if plain and not _PILED.search(text):
        return None
    for n, each in enumerate(text, 1):
        if each != " " and (not canonical.seen(each, 1) or _PRIVATE.match(each)):
            return f"U+{ord(each):04X} as character {n}"
    piled = _PILED.search(text)
    return None if piled is None else f"more than {MARKS} marks on character {piled.start()}"


def _nobody(text: str, path: str) -> None:
    if nobody.reached_by(text):
        raise Invalid("communique.entry", path, nobody.FOUND, "a text in which nobody can be found")


def _text(found: Value) -> Text:
    if not isinstance(found, dict) or tuple(sorted(found)) != _FIELDS:
        raise Invalid("communique.entry", "texts", found, f"objects of {', '.join(_FIELDS)}")
    language = found["language"]
    if language not in LANGUAGES:
        raise Invalid("communique.entry", "texts.language", language, ", ".join(LANGUAGES))
    title = line(found["title"], "texts.title", TITLE)
    return Text(str(language), title, checked_text(found["body"], "texts.body", BODY))
