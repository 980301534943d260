"""A read-back beside what was said, line by line, and how far a call has come, in a reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, structs

from wideberth.desk.phrases import Result, compare
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import RIGHT_TO_LEFT, Book, Language
from wideberth.render.call import FREE_TEXT, MEANING, Shown, lines
from wideberth.render.call_values import NOWHERE, PDI, RLI, Around, Words


class Row(Struct, frozen=True):
    """A field: its number and label in the call, what was said and heard of it, and what that comes to.

    `said` or `heard` is empty where there was nothing.
    """

    number: int | None
    name: str
    label: str
    said: tuple[str, ...]
    heard: tuple[str, ...]
    result: Result
    words: str


def rows(
    book: Book,
    call: Shown,
    heard: Mapping[str, Value],
    language: Language,
    around: Around = NOWHERE,
) -> tuple[Row, ...]:
    """Said and heard, in the order of the call's lines; what was never said comes last."""
    say = Words(book, language)
    ours = {each.name: each for each in lines(book, call, language, around)}
    again = structs.replace(call, fields=heard, text=None)
    theirs = {each.name: each for each in lines(book, again, language, around)}
    results = {each.name: each.result for each in compare(call.fields, heard)}
    order = [*ours, *(name for name in theirs if name not in ours)]
    return tuple(
        Row(
            ours[name].number if name in ours else None,
            name,
            ours[name].label if name in ours else theirs[name].label,
            ours[name].values if name in call.fields else (),
            theirs[name].values if name in heard else (),
            results[name],
            say.word(results[name]),
        )
        for name in order
        if name in results and name not in (MEANING, FREE_TEXT)
    )


def text(
    book: Book, call: Shown, heard: Mapping[str, Value], language: Language, around: Around = NOWHERE
) -> str:
    """Field by field; what is the same in one line, what differs in two."""
    say = Words(book, language)
    found = []
    for each in rows(book, call, heard, language, around):
        number = "" if each.number is None else f"{each.number}. "
        found.append(f"{number}{each.label}: {each.words}")
        if each.result != "matched":
            found += [f"   {say.word('said')}: {one}" for one in each.said[:1]]
            found += [f"   {say.word('read_back')}: {one}" for one in each.heard[:1]]
    if language in RIGHT_TO_LEFT:
        found = [f"{RLI}{each}{PDI}" for each in found]
    return "".join(f"{each}\n" for each in found)


def rung(book: Book, how: str, language: Language, *, by_us: bool = False) -> str:
    """How far a call has come: a phase, an answer, delivered or seen; `by_us`: reported on a manual line."""
    say = Words(book, language)
    said = say.word(how.replace(" ", "_"))
    return f"{said} ({say.word('reported_by_us')})" if by_us else said
