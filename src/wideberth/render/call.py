"""One call in a reader's language, from its signed code and fields: as numbered lines, text, or HTML.

The lines are numbered alike in every language, so that two who have no language in common can point at one.
The first says what the code means, then comes one line a field, and last what is said in free words, which
nobody translates. What the book does not know is shown as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats.times import show_time
from wideberth.ledger.canonical import Value
from wideberth.model.agreement import Precedence
from wideberth.model.phrase import LANGUAGES, NAMES, RIGHT_TO_LEFT, Book, Field, Language
from wideberth.render.call_values import NOWHERE, PDI, RLI, Around, Words, html, value

MEANING: Final = "code"
FREE_TEXT: Final = "text"
"""What the first and the last line are called where fields are named."""


class Shown(Struct, frozen=True):
    """A call, and what is known around it.

    `fields` as in the entry; `language` is that of its free text; `sender` is what the party is called here;
    `at_ms` when it was said, on its author's clock.
    """

    code: str | None
    fields: Mapping[str, Value]
    precedence: Precedence
    to: str
    language: str = "en"
    text: str | None = None
    call: str | None = None
    re: str | None = None
    sender: str = ""
    at_ms: int | None = None
    exercise: bool = False


class Line(Struct, frozen=True):
    """A line of a call: its number, the field's name, its label, the value and what explains it.

    `unchecked`: a text in it was not checked by a native officer. `unread`: shown as it came.
    """

    number: int
    name: str
    label: str
    values: tuple[str, ...]
    unchecked: bool = False
    unread: bool = False


def lines(book: Book, call: Shown, language: Language, around: Around = NOWHERE) -> tuple[Line, ...]:
    """The lines of a call, in the order of the book; never raises, whatever the fields hold."""
    say = Words(book, language)
    phrase = None if call.code is None else book.phrases.get(call.code)
    found = [_meaning(book, call, language)]
    ours = () if phrase is None else phrase.fields
    found += [
        _field(book, each, call.fields, language, around)
        for each in ours
        if each.name in call.fields or each.required
    ]
    known = {each.name for each in ours}
    for name, raw in sorted(call.fields.items()):
        if name not in known:
            label = f"{say.foreign(name)} ({say.word('unknown_field')})"
            found.append(Line(0, name, label, (say.foreign(_raw(raw)),), unread=True))
    if call.text is not None:
        of = next((NAMES[each] for each in LANGUAGES if each == call.language), call.language)
        about = say.word("language_of_text").format(language=say.foreign(of))
        found.append(Line(0, FREE_TEXT, say.word("free_text"), (say.foreign(call.text), f"({about})")))
    return tuple(msgspec.structs.replace(each, number=n) for n, each in enumerate(found, 1))


def head(book: Book, call: Shown, language: Language) -> tuple[tuple[str, str], ...]:
    """Label and value of what stands above the lines: to whom, from whom, when, which call it answers."""
    say = Words(book, language)
    found = [(say.word("to"), say.role(call.to))]
    if call.sender:
        found.append((say.word("from"), say.foreign(call.sender)))
    if call.at_ms is not None:
        found.append((say.word("said_at"), say.latin(show_time(call.at_ms))))
    if call.call is not None:
        found.append((say.word("call"), say.latin(shorten(call.call))))
    if call.re is not None:
        found.append((say.word("answers"), say.latin(shorten(call.re))))
    return tuple(found)


def head_html(book: Book, call: Shown, language: Language) -> str:
    """The same as terms and descriptions."""
    some = head(book, call, language)
    return "".join(f"<dt>{html(label)}</dt><dd>{html(what)}</dd>" for label, what in some)


def text(book: Book, call: Shown, language: Language, around: Around = NOWHERE) -> str:
    """The call as plain text; where it runs from right to left, each line says so (U+2067)."""
    say = Words(book, language)
    found = lines(book, call, language, around)
    rows = [say.word("exercise")] if call.exercise else []
    rows.append(f"{say.word(call.precedence)}   {_code(say, call)}")
    rows += [f"{label}: {what}" for label, what in head(book, call, language)]
    for each in found:
        first, *more = each.values
        rows.append(f"{each.number}. {each.label}: {first}")
        rows += [f"   {one}" for one in more]
    if unchecked(book, call, found, language):
        rows.append(f"({say.word('unchecked')})")
    rows.append(say.word("no_permission"))
    if language in RIGHT_TO_LEFT:
        rows = [f"{RLI}{each}{PDI}" for each in rows]
    return "".join(f"{each}\n" for each in rows)


def article(book: Book, call: Shown, language: Language, around: Around = NOWHERE) -> str:
    """The call as an HTML element of its own language and direction."""
    say = Words(book, language)
    found = lines(book, call, language, around)
    above = head_html(book, call, language)
    below = "".join(
        f'<tr><th class="number">{each.number}</th><th class="label">{html(each.label)}</th>'
        f"<td>{cell(each)}</td></tr>"
        for each in found
    )
    mark = f'<p class="exercise">{html(say.word("exercise"))}</p>' if call.exercise else ""
    note = f'<p class="small">{html(say.word("unchecked"))}</p>'
    return (
        f'<article lang="{language}" dir="{direction(language)}">{mark}'
        f"<h1>{html(say.word(call.precedence))} · {html(_code(say, call))}</h1><dl>{above}</dl>"
        f"<table>{below}</table>{note if unchecked(book, call, found, language) else ''}"
        f'<p class="small">{html(say.word("no_permission"))}</p></article>'
    )


def page(book: Book, call: Shown, language: Language, around: Around = NOWHERE) -> str:
    """The call as one HTML page that needs nothing else."""
    return document(call.code or "…", language, article(book, call, language, around))


def document(title: str, language: Language, body: str, style: str = "") -> str:
    """An HTML page, A4, black and white, without script or anything from elsewhere."""
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(shorten(title), quote=False)}</title><style>{STYLE}{style}</style></head>"
        f"<body>{body}</body></html>\n"
    )


def direction(language: Language) -> str:
    """`ltr` or `rtl`."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def unchecked(book: Book, call: Shown, found: tuple[Line, ...], language: Language) -> bool:
    """Whether anything of what is shown was not checked by a native officer."""
    frame = book.doubtful(language, f"word.{call.precedence}", "word.to")
    return frame or any(one.unchecked for one in found)


def cell(line: Line) -> str:
    """The value of a line as HTML, with what explains it below."""
    first, *more = line.values
    return f"<b>{html(first)}</b>{''.join(f'<br><span>{html(each)}</span>' for each in more)}"


def _code(say: Words, call: Shown) -> str:
    if call.code is None:
        return say.word("only_free_text")
    return say.foreign(call.code) if call.code not in say.book.phrases else say.latin(call.code)


def _meaning(book: Book, call: Shown, language: Language) -> Line:
    """What the code means, or that this book does not have it."""
    say = Words(book, language)
    label = say.word("meaning")
    if call.code is None:
        return Line(0, MEANING, label, (say.word("only_free_text"),))
    if call.code not in book.phrases:
        words = say.word("unknown_code").format(code=say.foreign(call.code))
        return Line(0, MEANING, label, (words,), unread=True)
    keys = [f"phrase.{call.code}.{part}" for part in ("title", "text")]
    said = tuple(book.word(key, language) for key in keys)
    return Line(0, MEANING, label, said, book.doubtful(language, *keys))


def _field(book: Book, field: Field, fields: Mapping[str, Value], language: Language, around: Around) -> Line:
    say = Words(book, language)
    label = book.word(f"field.{field.name}", language)
    keys = [f"field.{field.name}"]
    if field.name not in fields:
        return Line(0, field.name, label, (say.word("needed"),), book.doubtful(language, *keys), unread=True)
    raw = fields[field.name]
    try:
        shown = value(book, field, raw, language, around)
    except Invalid:
        found = (say.foreign(_raw(raw)), f"({say.word('not_read')})")
        return Line(0, field.name, label, found, book.doubtful(language, *keys), unread=True)
    if field.kind == "choice":
        keys.append(f"choice.{raw}")
    return Line(0, field.name, label, shown, book.doubtful(language, *keys))


def _raw(found: Value) -> str:
    """A value as it came, as JSON."""
    return msgspec.json.encode(found).decode()


STYLE: Final = """
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { font: 11pt/1.4 "Noto Sans", "DejaVu Sans", "Liberation Sans", Arial, sans-serif; color: #000;
  background: #fff; margin: 4mm }
h1 { font-size: 15pt; margin: 0 0 2mm } p { margin: 1.5mm 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .5mm 4mm; margin: 0 0 3mm }
dt { font-weight: 600 } dd { margin: 0; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; border: 1.2pt solid #000; table-layout: fixed }
tr { break-inside: avoid }
th, td { border: .5pt solid #555; padding: 1.2mm 2mm; text-align: start; vertical-align: top;
  overflow-wrap: anywhere }
th { font-weight: 600 } td span { font-size: 9pt; color: #222 }
.number { width: 10mm } .label { width: 48mm } .tick { width: 25mm; font-size: 8.5pt; overflow-wrap: normal }
.exercise { font-size: 16pt; font-weight: 700; border: 2pt solid #000; text-align: center }
.small { font-size: 9pt } .box { font-size: 13pt; text-align: center }
.sides { font-size: 9.5pt } .sides dl { grid-template-columns: 1fr; gap: 0; margin: 0 }
.sides dt { font-size: 8.5pt; font-weight: 400 } .sides dd { font-weight: 600 }
.sides td span { font-size: 8.5pt }
"""
WIDE: Final = "@page { size: A4 landscape }"
"""For more than two columns of text."""
