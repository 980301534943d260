"""`wideberth talks`: meetings with other parties, their minutes, and what came of them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wideberth.cli import asked as options
from wideberth.cli import desk_asked as asked
from wideberth.cli import line_asked, reached, talks_words
from wideberth.cli.desk_asked import Json, asking, path
from wideberth.cli.files import free, read_bytes
from wideberth.cli.key_asked import naming
from wideberth.cli.meant import FEWEST, NAMED, meant
from wideberth.cli.say import out, show, stopping, tell
from wideberth.errors import Invalid, shorten
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.model.talks import REPLIES, Reply
from wideberth.node.talks_views import MinutesTextView, TalksView
from wideberth.node.views import NodeView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

TALKS: Final = "/v1/talks"
TALKS_HELP = """\
Talks: an invitation with an agenda, who was there, minutes that both sign or differ from, and what came of
them. A hold may wait for talks.

Who has not answered has agreed to nothing. A text is the minutes of both when both have signed that very
text; until then each party's text and differences stand side by side.

\b
Examples:
  wideberth talks propose South --title "Survey hours" --agenda "hours" --at 2027-02-01T09:00:00Z
  wideberth talks answer t-3vq2 attend
  wideberth talks attend t-3vq2 --role commander --role interpreter
  wideberth talks minutes t-3vq2 minutes.txt
  wideberth talks sign t-3vq2 5f3a
"""
ANSWER_HELP = f"""\
Say whether this party comes, to the newest version of an invitation: {", ".join(REPLIES)} (with --at).

\b
Examples:
  wideberth talks answer t-3vq2 attend
  wideberth talks answer t-3vq2 "another time" --at 2027-02-02T09:00:00Z

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
MINUTES_HELP = """\
Put a text of the minutes: a file in UTF-8. With --sign this party signs it at once.

A text is the minutes of both when both have signed that very text. Roles, never persons.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SIGN_HELP = """\
Take a text for the minutes: TEXT is the beginning of its SHA-256. What both have signed is not taken back.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
DIFFER_HELP = """\
Say where this party differs from a text of the other's. Both stand on record, side by side.

\b
Examples:
  wideberth talks differ t-3vq2 5f3a --words "Item 2 was left open."

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
Name = Annotated[str, typer.Argument(metavar="TALKS", help="The talks: their id, or the beginning of it.")]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="The text: its SHA-256, or the beginning of it.")]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help="What they are called.")]
Agenda = Annotated[list[str], typer.Option("--agenda", metavar="TEXT", help="An item; again for more.")]
At = Annotated[str, typer.Option("--at", metavar="RFC3339", help="When they begin.")]
Place = Annotated[str | None, typer.Option("--place", metavar="TEXT", help="Where, in words.")]

talks = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@talks.command("list", short_help="List talks.")
def list_talks(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List all talks, those that begin last first."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", TALKS, list[TalksView])
        if json or not found:
            asked.answer({"talks": found}, () if json else ("no talks",), (), json=json)
        else:
            show(talks_words.table(found))


@talks.command("show", short_help="Show talks at length.")
def show_talks(name: Name, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Show talks: who was invited, who was there, each text of the minutes and who has signed it."""
    with stopping():
        with reached.reached(url, data) as client:
            found = one(client, name)
        _answer(found, json=json)


@talks.command(short_help="Invite other parties.")
def propose(
    lines: Annotated[
        list[str], typer.Argument(metavar="LINE...", help="Whom: by their lines.", show_default=False)
    ],
    title: Title,
    agenda: Agenda,
    at: At,
    place: Place = None,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Invite the other parties of these lines to talks."""
    with stopping():
        body = _invitation(title, agenda, at, place, tz)
        with reached.reached(url, data) as client:
            known = line_asked.views(client)
            others = [line_asked.chosen(known, each).peer for each in lines]
            me = client.ask("GET", "/v1/status", NodeView).party
            body["parties"] = [me, *dict.fromkeys(others)]
            found = client.ask("POST", TALKS, TalksView, body)
        _answer(found, json=json)


@talks.command(short_help="Give own talks their next version.")
def amend(
    name: Name,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Another title.")] = None,
    agenda: Annotated[
        list[str] | None, typer.Option("--agenda", metavar="TEXT", help="Another agenda: its items.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="RFC3339", help="Another time.")] = None,
    place: Place = None,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Give own talks their next version; what is not said stays. Whoever had answered answers again."""
    with stopping(), reached.reached(url, data) as client:
        known = one(client, name)
        body = _invitation(
            title or known.title, agenda or list(known.agenda), at or known.at, place or known.place, tz
        )
        body["version"] = known.version  # what a colleague has changed meanwhile is not undone
        _answer(client.ask("PUT", path(TALKS, known.talks), TalksView, body), json=json)


@talks.command(short_help="Say whether this party comes.", help=ANSWER_HELP)
def answer(
    name: Name,
    reply: Annotated[str, typer.Argument(metavar="ANSWER", help=f"{', '.join(REPLIES)}.")],
    at: Annotated[str | None, typer.Option("--at", metavar="RFC3339", help="With: another time.")] = None,
    tz: options.Zone = None,
    version: Annotated[
        int | None,
        typer.Option(
            "--version", metavar="N", help="The version that was read: refused if there is a newer."
        ),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Answer an invitation. `ANSWER_HELP` says the rest."""
    with stopping():
        body: dict[str, Any] = {
            "answer": _reply(reply),
            "at": None if at is None else _time(at, tz),
            "version": version,
        }
        _do(name, "answer", body, url, data, json=json)


@talks.command(short_help="Say who is there.")
def attend(
    name: Name,
    role: Annotated[
        list[str], typer.Option("--role", metavar="ROLE", help="A role that is there; again for more.")
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say that they are held, and which roles of this party's are there. Roles, never persons."""
    with stopping():
        _do(name, "attendance", {"roles": role}, url, data, json=json)


@talks.command(short_help="Put a text of the minutes.", help=MINUTES_HELP)
def minutes(
    name: Name,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The text, in UTF-8.", show_default=False)],
    sign_it: Annotated[bool, typer.Option("--sign", help="Sign it at once.")] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Put a text of the minutes. `MINUTES_HELP` says the rest."""
    with stopping():
        with naming(file):
            text = _decoded(read_bytes(file))
        with reached.reached(url, data) as client:
            known = one(client, name)
            found = client.ask("POST", path(TALKS, known.talks, "minutes"), TalksView, {"text": text})
            if sign_it:
                body = {"sha256": hashlib.sha256(text.encode()).hexdigest()}
                found = client.ask("POST", path(TALKS, known.talks, "sign"), TalksView, body)
        _answer(found, json=json)


@talks.command(short_help="Write a text of the minutes to a file.")
def text(
    name: Name,
    which: Text,
    output: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Where to; never over a file.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Write a text of the minutes as its author put it, to a file or to standard output."""
    with stopping():
        free(output)
        with reached.reached(url, data) as client:
            known = one(client, name)
            where = asking(path(TALKS, known.talks, "minutes"), {"sha256": _which(known, which)})
            found = client.ask("GET", where, MinutesTextView)
        if output is None:
            out(found.text.encode())
        else:
            Path(output).write_bytes(found.text.encode())
            tell(f"{shorten(output, 400)} is written, SHA-256 {found.sha256}.")


@talks.command(short_help="Take a text for the minutes.", help=SIGN_HELP)
def sign(
    name: Name,
    which: Text,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Sign a text. `SIGN_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        known = one(client, name)
        body = {"sha256": _which(known, which)}
        _answer(client.ask("POST", path(TALKS, known.talks, "sign"), TalksView, body), json=json)


@talks.command(short_help="Say where this party differs.", help=DIFFER_HELP)
def differ(
    name: Name,
    which: Text,
    words: Annotated[str, typer.Option("--words", metavar="TEXT", help="Where, and how.")],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Differ from a text. `DIFFER_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        known = one(client, name)
        body = {"sha256": _which(known, which), "differences": words}
        _answer(client.ask("POST", path(TALKS, known.talks, "differ"), TalksView, body), json=json)


@talks.command(short_help="Say what came of them.")
def outcome(
    name: Name,
    agreement: Annotated[
        str | None, typer.Option("--agreement", metavar="SHA256", help="Terms, by their SHA-256.")
    ] = None,
    communique: Annotated[
        str | None, typer.Option("--communique", metavar="ID", help="A communiqué, by its id.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say what came of talks: a version of an agreement, a communiqué, or both."""
    with stopping():
        _do(name, "outcome", {"agreement": agreement, "communique": communique}, url, data, json=json)


@talks.command("call-off", short_help="Call talks off.")
def call_off(name: Name, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Say that talks do not take place."""
    with stopping():
        _do(name, "call-off", None, url, data, json=json)


def one(client: Client, name: str) -> TalksView:
    """The talks that are meant, whole. Raises: Invalid (`talks.none`, `talks.several`), as Client.ask."""
    known = client.ask("GET", TALKS, list[TalksView])
    found = [known[n] for n in meant([(each.talks, each.title) for each in known], name)]
    if len(found) > 1:
        named = "; ".join(each.talks for each in found[:NAMED])
        raise Invalid("talks.several", "TALKS", name, f"one of these: {named}")
    if not found:
        raise Invalid("talks.none", "TALKS", name, "talks of this node: wideberth talks list")
    return client.ask("GET", path(TALKS, found[0].talks), TalksView)


def _do(
    name: str, what: str, body: dict[str, Any] | None, url: str | None, data: str | None, *, json: bool
) -> None:
    with reached.reached(url, data) as client:
        known = one(client, name)
        found = client.ask("POST", path(TALKS, known.talks, what), TalksView, body)
    _answer(found, json=json)


def _which(found: TalksView, which: str) -> str:
    """The SHA-256 of the text that is meant. Raises: Invalid (`talks.text`)."""
    known = dict.fromkeys(each.sha256 for on in found.lines for each in on.minutes)
    plain = which.casefold()
    some = [each for each in known if len(plain) >= FEWEST and each.startswith(plain)]
    if len(some) != 1:
        named = ", ".join(each[: talks_words.SHORT] for each in some or known) or "none yet"
        raise Invalid("talks.text", "TEXT", which, f"one of these, by 4 characters or more: {named}")
    return some[0]


def _reply(found: str) -> Reply:
    plain = found.casefold().replace("-", " ")
    for each in REPLIES:
        if plain == each:
            return each
    raise Invalid("talks.answer", "ANSWER", found, ", ".join(REPLIES))


def _invitation(
    title: str, agenda: list[str], at: str, place: str | None, zone: str | None
) -> dict[str, Any]:
    return {"title": title, "agenda": agenda, "at": _time(at, zone), "place": place}


def _time(at: str, zone: str | None) -> str:
    return to_rfc3339(parse_time(at, "--at", options.zone(zone)))


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Invalid("talks.encoding", "", "bytes that are no UTF-8", "a text in UTF-8") from error


def _answer(found: TalksView, *, json: bool) -> None:
    asked.answer({"talks": found}, talks_words.talks(found), list(talks_words.following(found)), json=json)
