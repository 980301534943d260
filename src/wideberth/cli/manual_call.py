"""`wideberth manual call`: what is said by voice or mail, in a code of the phrase book or in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wideberth.cli import call_asked, call_fields, manual_asked, reached
from wideberth.cli.manual_asked import At, Json, Line
from wideberth.cli.say import in_exercise, out, show, stopping, tell
from wideberth.errors import Invalid
from wideberth.formats.times import to_rfc3339
from wideberth.ledger.canonical import Value
from wideberth.model.agreement import PRECEDENCES
from wideberth.model.phrase import LANGUAGES, Language, Phrase
from wideberth.node.manual_views import ManualView
from wideberth.node.phrases import shipped
from wideberth.render import call_script, call_table
from wideberth.render.call import Shown

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

CALL_HELP = """\
Enter what was said on a manual line, by us or by them (--theirs): in a few words, in a code of the phrase
book with its fields, or both.

With --script nothing is entered: it prints what to say, in the language of the far end, digit by digit, and
both languages side by side. What they read back is entered with --heard, by field, and compared by machine.
All of it is reported by us.

\b
Examples:
  wideberth manual call "Harbour office" "call back at noon" --role clerk --theirs
  wideberth manual call "Harbour office" --code CHECK --field place="35.19, 36.75" --script
  wideberth manual call "Harbour office" --code CHECK --field place="35.19, 36.75" --role clerk \\
      --at 2026-11-23T10:00:00Z --heard place="35.19, 36.75"

\b
Exit codes: 0 done, 1 read back otherwise, 2 bad input, 3 could not.
"""
Some = list[str] | None


def call(
    line: Line,
    words: Annotated[
        str | None, typer.Argument(metavar="[WORDS]", help="In a few words.", show_default=False)
    ] = None,
    role: Annotated[
        str | None,
        typer.Option("--role", metavar="ROLE", help="At the far end, never a name.", show_default=False),
    ] = None,
    code: Annotated[
        str | None, typer.Option("--code", metavar="CODE", help="A code of the phrase book: call phrases.")
    ] = None,
    field: Annotated[Some, typer.Option("--field", metavar="NAME=VALUE", help="A field of the code.")] = None,
    heard: Annotated[
        Some, typer.Option("--heard", metavar="NAME=VALUE", help="A field as they read it back.")
    ] = None,
    script: Annotated[bool, typer.Option("--script", help="Print what to say, and enter nothing.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="They said it; else we did.")] = False,
    precedence: Annotated[
        str | None, typer.Option("--precedence", help=f"{', '.join(PRECEDENCES)}; else the code's own.")
    ] = None,
    lang: call_asked.Lang = "en",
    at: At = None,
    language: manual_asked.Language = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter a call. `CALL_HELP` says the rest."""
    with stopping():
        phrase = None if code is None else call_asked.phrase(shipped(), code)
        if precedence is not None and precedence not in PRECEDENCES:
            raise Invalid("manual.entry", "--precedence", precedence, ", ".join(PRECEDENCES))
        if phrase is None and (field or heard or script):
            raise Invalid("call.argument", "--code", "nothing", "a code, where there are fields or a script")
        ours = call_asked.language(lang)
        with reached.reached(url, data) as client:
            known = manual_asked.chosen(manual_asked.manuals(client), line)
            said = _fields(client, phrase, field)
            if phrase is not None and script:
                to = role or "duty officer"
                now_ms = call_asked.now_ms(client)
                _script(
                    Shown(
                        phrase.code,
                        said,
                        phrase.precedence,
                        to,
                        text=words,
                        at_ms=now_ms,
                        exercise=in_exercise(),
                    ),
                    known,
                    ours,
                )
                return
            body: dict[str, Any] = {
                "mine": not theirs,
                "words": words or (phrase.title if phrase else ""),
                "role": role or "",
                "precedence": precedence or (phrase.precedence if phrase else "routine"),
                "at": at,
                "language": language,
                "code": None if phrase is None else phrase.code,
                "fields": said,
                "heard": None if heard is None else _fields(client, phrase, heard),
            }
            after = client.ask("POST", manual_asked.path(known.manual, "calls"), ManualView, body)
        manual_asked.answer([after], json=json)
        if after.calls[-1].differs:
            tell("They read it back otherwise: say it again.")
            raise typer.Exit(1)


def _fields(client: Client, phrase: Phrase | None, given: Some) -> dict[str, Value]:
    return {} if phrase is None else call_fields.read(phrase, given or (), call_asked.now_ms(client))


def _script(said: Shown, line: ManualView, ours: Language) -> None:
    """What to say in the far end's language, and both side by side."""
    book = shipped()
    there: Language = next((each for each in LANGUAGES if each == line.language), "en")
    out(call_script.script(book, said, there).encode("utf-8"))
    show(call_table.table(book, said, tuple(dict.fromkeys((there, ours)))))
    tell(
        f"As of {to_rfc3339(said.at_ms or 0)}. Enter it when it was said: the same command without --script."
    )
