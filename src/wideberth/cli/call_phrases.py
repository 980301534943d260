"""`wideberth call phrases`: the phrase book, without a node: its codes, each in every language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, cast

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from wideberth.cli import call_asked, exporting
from wideberth.cli.say import out, show, stopping, tell
from wideberth.errors import Invalid
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import LANGUAGES, Book, Field, Language, Phrase
from wideberth.node.phrases import shipped
from wideberth.render import call_script, call_sides, call_table
from wideberth.render.call import Shown
from wideberth.render.call_values import wrapped

PHRASES_HELP = """\
The phrase book of the hotline: its codes, or one of them as the other side would read it.

A code is shown with made-up values, side by side in the languages asked for (all four without --lang).

\b
Examples:
  wideberth call phrases
  wideberth call phrases CHECK
  wideberth call phrases DELAY-REQUEST --lang en --lang ar --html delay.html
  wideberth call phrases CHECK --voice --lang ru

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SCHEMA: Final = "wideberth.phrases/1"
TITLE: Final = 34
"""Columns of a title in the list."""

Code = Annotated[
    str | None, typer.Argument(metavar="CODE", help="A code, such as CHECK.", show_default=False)
]
Lang = Annotated[
    list[str] | None, typer.Option("--lang", metavar="en|ru|he|ar", help="A language; may be given again.")
]
Voice = Annotated[bool, typer.Option("--voice", help="As it is said over a bad line, digit by digit.")]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Side by side as a page (HTML).")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


def phrases(
    code: Code = None,
    lang: Lang = None,
    voice: Voice = False,
    html: Html = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show the phrase book. `PHRASES_HELP` says the rest."""
    with stopping():
        book = shipped()
        languages = tuple(call_asked.language(each) for each in dict.fromkeys(lang or ()))
        if code is None:
            if html is not None or voice:
                raise Invalid("phrase.code", "CODE", "nothing", "a code, for --html or --voice")
            found = tuple(book.phrases.values())
            if json:
                out(_json(book, found, languages or LANGUAGES))
            else:
                show(_list(book, found, (languages or LANGUAGES)[0]))
            return
        phrase = call_asked.phrase(book, code)
        call = sample(book, phrase)
        several = languages or LANGUAGES
        if html is not None:
            exporting.write_page(html, call_sides.page(book, call, several), force=force)
            tell(f"written: {html}")
        if json:
            out(_json(book, (phrase,), several))
        elif voice:
            out(call_script.script(book, call, several[0]).encode("utf-8"))
        elif html is None:
            show(call_table.table(book, call, several))


def sample(book: Book, phrase: Phrase) -> Shown:
    """A call of this code with made-up values: of a choice the first."""
    fields = {each.name: _example(book, each) for each in phrase.fields}
    return Shown(phrase.code, fields, phrase.precedence, "officer")


def _example(book: Book, field: Field) -> Value:
    return field.choices[0] if field.kind == "choice" else cast("Value", book.examples[field.kind])


def _list(book: Book, found: tuple[Phrase, ...], language: Language) -> Table:
    """The codes; fields that are needed with a star."""
    table = Table(title="Phrase book", title_justify="left")
    for name in ("code", "precedence", "says", "fields (* needed)"):
        table.add_column(name)
    for each in found:
        fields = " ".join(f"{one.name}{'*' if one.required else ''}" for one in each.fields)
        title = "\n".join(wrapped(book.word(f"phrase.{each.code}.title", language), TITLE, language))
        table.add_row(each.code, each.precedence, Text(title), fields)
    return table


def _json(book: Book, found: tuple[Phrase, ...], languages: tuple[Language, ...]) -> bytes:
    """The codes with their fields and texts, and which texts no native officer has checked."""
    listed = [
        {
            "code": each.code,
            "precedence": each.precedence,
            "flags": sorted(each.flags),
            "any_of": each.any_of,
            "fields": [msgspec.structs.asdict(one) for one in each.fields],
            "texts": {language: _texts(book, each, language) for language in languages},
        }
        for each in found
    ]
    answer = {"schema": SCHEMA, "phrases": listed}
    return msgspec.json.format(msgspec.json.encode(answer), indent=2) + b"\n"


def _texts(book: Book, phrase: Phrase, language: Language) -> dict[str, object]:
    keys = [f"phrase.{phrase.code}.{part}" for part in ("title", "text")]
    title, text = (book.word(key, language) for key in keys)
    return {"title": title, "text": text, "checked": not book.doubtful(language, *keys)}
