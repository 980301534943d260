"""`wideberth call`: the hotline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wideberth.cli import call_asked as asked
from wideberth.cli import call_fields, call_words, exporting, line_asked, reached
from wideberth.cli.call_asked import CallName, Json, Lang, Role
from wideberth.cli.call_phrases import PHRASES_HELP, phrases
from wideberth.cli.say import out, show, stopping, tell
from wideberth.errors import Invalid
from wideberth.links.node_url import part
from wideberth.model.agreement import PRECEDENCES
from wideberth.model.call import ANSWERS
from wideberth.node.phrases import shipped
from wideberth.node.room_views import CalledView
from wideberth.render import call_script, call_sides, call_table
from wideberth.space.notation import read_place

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

CALL_HELP = """\
The hotline: calls in coded phrases that each side reads in its own language. To a role, never to a person.

A call that nobody takes climbs by itself: to the deputy, the whole watch, the commander, the next channel.
No answer to a call is permission, and silence is no answer.

\b
Examples:
  wideberth call phrases CHECK
  wideberth call make South CHECK place="35.19, 36.75" what=our_convoy
  wideberth call list
  wideberth call take k-3vq2 --role "duty officer"
  wideberth call read-back k-3vq2 --role "duty officer" place="35.19, 36.75" what=our_convoy
"""
MAKE_HELP = """\
Call the other party: a code of the phrase book with its fields, free text with --text, or both.

Fields are name=value, as people write them: place="35.19, 36.75", altitude="1500 ft MSL", begins=+30min,
radius="2 NM". The words of a place stand beside it (place.words="north of the bridge"), so does a callsign in
Latin letters (callsign.latin=HERON1). A place that gives reason to ask again is not sent: say another one, or
--sure with the mark that is shown.

\b
Exit codes: 0 said, 2 bad input or a doubtful place, 3 could not.
"""
READ_BACK_HELP = """\
Say the fields of a call again, as they were understood. They are compared with what was said, field by field,
and both sides see what is not the same.

\b
Exit codes: 0 the same, 1 not the same, 2 bad input, 3 could not.
"""
ANSWER_HELP = """\
Say something to a call of theirs: relayed, "executor confirmed", "no objection stated", objection, unclear,
unable. With unclear name what was not understood: --field place. No answer is ever permission.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SIDES_HELP = """\
A call side by side in two languages or more, line by line, for whoever interprets: each line is ticked as it
is spoken (--spoken), and what is not understood is marked (--not-understood) and answered so.

\b
Example:
  wideberth call sides k-3vq2 --lang en --lang ar --spoken place --html call.html

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

LIST_HELP = """\
List the newest calls of all lines: what is not told yet first, then the newest first.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SHOW_HELP = """\
Show a call in a language (--lang): what it says, how far it has come, what gives reason to ask.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
TAKE_HELP = """\
Say that a person has a call of theirs before them. It climbs no further; that is no answer.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
END_HELP = """\
Say that of an own call nothing more is needed.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SCRIPT_HELP = """\
Print what is said of a call over a telephone or radio, digit by digit, and what is to be read back.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

call = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
call.command("phrases", short_help="The phrase book, and a code in every language.", help=PHRASES_HELP)(
    phrases
)

Fields = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME=VALUE]...", help="Fields of the code.", show_default=False),
]


@call.command(short_help="Call the other party.", help=MAKE_HELP)
def make(
    line: line_asked.Line,
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="A code: call phrases.", show_default=False)
    ] = None,
    fields: Fields = None,
    to: Annotated[
        str, typer.Option("--to", metavar="ROLE", help="The role that is called.")
    ] = "duty officer",
    text: Annotated[str | None, typer.Option("--text", help="Free text; nobody translates it.")] = None,
    precedence: Annotated[
        str | None, typer.Option("--precedence", metavar="|".join(PRECEDENCES), help="If not the code's own.")
    ] = None,
    lang: Lang = "en",
    re: Annotated[str | None, typer.Option("--re", metavar="CALL", help="The call that it answers.")] = None,
    own: Annotated[
        str | None,
        typer.Option("--own", metavar="PLACE", help="Where you are, told to nobody: no place should be it."),
    ] = None,
    sure: Annotated[
        str | None, typer.Option("--sure", metavar="MARK", help="Say it although its place is doubtful.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Call the other party. `MAKE_HELP` says the rest."""
    with stopping():
        book = shipped()
        with reached.reached(url, data) as client:
            where = line_asked.view(client, line).line
            phrase = None if code is None else asked.phrase(book, code)
            said: dict[str, Any] = {"to": to, "text": text, "language": asked.language(lang), "sure": sure}
            if phrase is not None:
                now_ms = asked.now_ms(client)
                said |= {"code": phrase.code, "fields": call_fields.read(phrase, fields or (), now_ms)}
            elif fields:
                raise Invalid("call.argument", "FIELD", fields[0], "a code before it, or --text")
            said["precedence"] = precedence or (phrase.precedence if phrase else "routine")
            if re is not None:
                said["re"] = asked.call(client, re).call
            if own is not None:
                lon, lat = read_place(own, "--own").point
                said["own"] = {"lat_e7": lat, "lon_e7": lon}
            found = client.ask("POST", line_asked.path(where, "calls"), CalledView, said)
        _answer(found, lang, json=json)


@call.command("list", short_help="List the newest calls.", help=LIST_HELP)
def list_calls(
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="Only of this line.", show_default=False)
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List the newest calls of all lines. `LIST_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            where = None if line is None else line_asked.view(client, line).line
            found = asked.calls(client, where)
        if json or not found:
            asked.answer(found, () if json else ("no call",), (), json=json)
        else:
            show(call_words.table(found, shipped()))


@call.command("show", short_help="Show one call, and how far it has come.", help=SHOW_HELP)
def show_call(
    name: CallName,
    lang: Lang = "en",
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show a call in a language (--lang). `SHOW_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            found = asked.call(client, name)
        _answer(found, lang, json=json)


@call.command(short_help="Take a call: it climbs no further.", help=TAKE_HELP)
def take(
    name: CallName,
    role: Role,
    lang: Lang = "en",
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say that a person has a call of theirs before them. `TAKE_HELP` says the rest."""
    _do(name, "take", {"role": role}, lang, url, data, json=json)


@call.command("read-back", short_help="Say the fields again; they are compared.", help=READ_BACK_HELP)
def read_back(
    name: CallName,
    role: Role,
    fields: Fields = None,
    lang: Lang = "en",
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say the fields again. `READ_BACK_HELP` says the rest."""
    with stopping():
        book = shipped()
        with reached.reached(url, data) as client:
            known = asked.call(client, name)
            phrase = None if known.code is None else book.phrases.get(known.code)
            if phrase is None and fields:
                raise Invalid("call.argument", "FIELD", fields[0], "nothing: the book does not have its code")
            given = {} if phrase is None else call_fields.read(phrase, fields or (), asked.now_ms(client))
            said = {"fields": given, "role": role}
            found = client.ask("POST", f"{asked.CALLS}/{part(known.call)}/read-back", CalledView, said)
        _answer(found, lang, json=json)
        if found.differs:
            raise typer.Exit(1)


@call.command(short_help="Say something to a call of theirs.", help=ANSWER_HELP)
def answer(
    name: CallName,
    said: Annotated[str, typer.Argument(metavar="ANSWER", help=", ".join(ANSWERS) + ".")],
    role: Role,
    field: Annotated[
        list[str] | None, typer.Option("--field", metavar="NAME", help="A field that was not understood.")
    ] = None,
    lang: Lang = "en",
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say something to a call of theirs. `ANSWER_HELP` says the rest."""
    if said not in ANSWERS:
        with stopping():
            raise Invalid("call.argument", "ANSWER", said, ", ".join(ANSWERS))
    body = {"answer": said, "role": role, "fields": field or []}
    _do(name, "answer", body, lang, url, data, json=json)


@call.command(short_help="Say that an own call needs nothing more.", help=END_HELP)
def end(
    name: CallName,
    lang: Lang = "en",
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say that of an own call nothing more is needed. `END_HELP` says the rest."""
    _do(name, "end", None, lang, url, data, json=json)


@call.command(short_help="What to say over a voice channel, digit by digit.", help=SCRIPT_HELP)
def script(
    name: CallName,
    lang: Lang = "en",
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Print what is said of a call over a voice channel. `SCRIPT_HELP` says the rest."""
    with stopping():
        book = shipped()
        with reached.reached(url, data) as client:
            found = asked.call(client, name)
        out(call_script.script(book, call_words.shown(found), asked.language(lang)).encode("utf-8"))


@call.command(short_help="A call side by side in several languages.", help=SIDES_HELP)
def sides(
    name: CallName,
    lang: Annotated[
        list[str] | None,
        typer.Option("--lang", metavar="en|ru|he|ar", help="A language; may be given again."),
    ] = None,
    spoken: Annotated[
        list[str] | None, typer.Option("--spoken", metavar="NAME", help="A line that was spoken.")
    ] = None,
    not_understood: Annotated[
        list[str] | None,
        typer.Option("--not-understood", metavar="NAME", help="One that was not understood."),
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", help="With --not-understood: answer unclear, as this role.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="As a page (HTML).")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """A call side by side. `SIDES_HELP` says the rest."""
    with stopping():
        book = shipped()
        languages = [asked.language(each) for each in dict.fromkeys(lang or ("en", "ru", "he", "ar"))]
        with reached.reached(url, data) as client:
            found = asked.call(client, name)
            ticks = call_words.ticks(found, spoken or (), not_understood or ())
            if not_understood and role is not None:
                said = {"answer": "unclear", "role": role, "fields": not_understood}
                found = client.ask("POST", f"{asked.CALLS}/{part(found.call)}/answer", CalledView, said)
        shown = call_words.shown(found)
        if html is not None:
            page = call_sides.page(book, shown, languages, ticks)
            exporting.write_page(html, page, force=force)
            tell(f"written: {html}")
        else:
            show(call_table.table(book, shown, languages, ticks))


def _do(
    name: str,
    what: str,
    body: dict[str, Any] | None,
    lang: str,
    url: str | None,
    data: str | None,
    *,
    json: bool,
) -> None:
    with stopping():
        language = asked.language(lang)
        if what == "take":
            body = {**(body or {}), "language": language}
        with reached.reached(url, data) as client:
            known = asked.call(client, name, mine=what == "end")
            found = _asked_of(client, known.call, what, body)
        _answer(found, lang, json=json)


def _asked_of(client: Client, name: str, what: str, body: dict[str, Any] | None) -> CalledView:
    return client.ask("POST", f"{asked.CALLS}/{part(name)}/{what}", CalledView, body)


def _answer(found: CalledView, lang: str, *, json: bool) -> None:
    language = asked.language(lang)
    lines = () if json else call_words.call(found, shipped(), language)
    asked.answer([found], lines, call_words.following(found), json=json)
