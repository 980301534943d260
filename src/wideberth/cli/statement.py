"""`wideberth say`: declarations, policies, concerns and claim queries, and what is said to them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wideberth.cli import asked as options
from wideberth.cli import desk_asked, reached
from wideberth.cli import statement_asked as asked
from wideberth.cli import statement_words as words
from wideberth.cli.desk_asked import now
from wideberth.cli.desk_words import peer
from wideberth.cli.line import confirm
from wideberth.cli.load import load
from wideberth.cli.plan import Yes
from wideberth.cli.say import out, show, stopping, tell
from wideberth.cli.statement_asked import Despite, Json, Name, OnLine, Role, To
from wideberth.errors import Invalid, shorten
from wideberth.formats import native
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time
from wideberth.node.statement_views import StatementView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SAY_HELP = """\
What the parties state to each other. A declaration is a standing position with its legal basis; a policy one
about an area; a concern a worry with the assurance that is requested; a claim query asks "is this yours?".

Each is acknowledged, which says that somebody has read it, and nothing else. Nothing said means nothing: it
is never consent, and to a claim query never a no.

\b
Examples:
  wideberth say declare "Our assistance continues." --basis "By request of the state, 2015."
  wideberth say policy "No drones." --basis "Own law 12" --area coast.geojson --rank 1
  wideberth say concern "It may travel on." --assurance "That it stays with you." --priority priority
  wideberth say claim "a column of 500" --place "35.3367, 40.1408"
  wideberth say answer d-3vq2 --no
"""
DECLARE_HELP = """\
State a position, with the legal basis that you state for it. --amends ID: the next version of an own one.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
POLICY_HELP = """\
State a policy: a declaration about an area, with a rank among your own (1 comes first). It is shown to
whoever files a plan that touches it, here and at the other party; whatever may touch it counts.

FILE is any file of plans; all of its areas, altitudes and hours are the policy's.

\b
Exit codes: 0 done, 2 bad input or the area lies elsewhere than is expected, 3 could not.
"""
CLAIM_HELP = """\
Ask whether something is theirs: a place and a time, a notice, or a track. The answer is yes, no or unknown,
in a role, signed, and it expires. No answer is shown as no answer, since when: never as a no.

The place is held against the words, your own position and the area of the agreement first; what gives reason
to ask again is refused, unless --despite.

\b
Exit codes: 0 done, 2 bad input or doubts, 3 could not.
"""
ANSWER_HELP = """\
Answer a statement of theirs: to a claim query --yes, --no or --unknown; to a concern --assurance and --text;
to a declaration or policy --text, which changes nothing of it.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

say = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Text = Annotated[str, typer.Argument(metavar="TEXT", help="What is stated.", show_default=False)]
Basis = Annotated[
    str, typer.Option("--basis", metavar="TEXT", help="The legal basis, as you state it.", show_default=False)
]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="In force from then; else now.")]
Expires = Annotated[
    str | None, typer.Option("--expires", metavar="TIME", help="In force until then; else until withdrawn.")
]
Amends = Annotated[
    str | None, typer.Option("--amends", metavar="STATEMENT", help="The next version of this one.")
]
By = Annotated[str | None, typer.Option("--by", metavar="TIME", help="When an answer is due.")]


class Priority(StrEnum):
    """How pressing a concern is."""

    flash = "flash"
    immediate = "immediate"
    priority = "priority"
    routine = "routine"


class Given(StrEnum):
    """Whether the assurance that a concern requests is given."""

    yes = "yes"
    no = "no"
    partly = "partly"


@say.command(short_help="State a position.", help=DECLARE_HELP)
def declare(
    text: Text,
    basis: Basis,
    to: To = None,
    start: From = None,
    expires: Expires = None,
    amends: Amends = None,
    role: Role = "officer",
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """State a position. `DECLARE_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        body = _declared(client, (text, basis), to, (start, expires), amends, options.zone(tz))
        _made(client, "/v1/declarations", {**body, "role": role}, json=json)


@say.command(short_help="State a policy over an area.", help=POLICY_HELP)
def policy(
    text: Text,
    basis: Basis,
    area: Annotated[str, typer.Option("--area", metavar="FILE", help="Where it holds.", show_default=False)],
    rank: Annotated[int, typer.Option("--rank", min=1, metavar="N", help="Among your own policies.")] = 1,
    activity: Annotated[
        list[str] | None, typer.Option("--activity", metavar="NAME", help="Only of this; else of all.")
    ] = None,
    to: To = None,
    start: From = None,
    expires: Expires = None,
    amends: Amends = None,
    role: Role = "officer",
    despite: Despite = False,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """State a policy. `POLICY_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        body = _declared(client, (text, basis), to, (start, expires), amends, options.zone(tz))
        found: dict[str, Any] = {"volumes": _volumes(area, parse_time(now(client))), "rank": rank}
        if activity:
            found["activities"] = activity
        _made(
            client, "/v1/declarations", {**body, "area": found, "role": role, "despite": despite}, json=json
        )


@say.command(short_help="Put a worry, and request an assurance.")
def concern(
    text: Text,
    assurance: Annotated[
        str, typer.Option("--assurance", metavar="TEXT", help="What is requested.", show_default=False)
    ],
    priority: Annotated[Priority, typer.Option("--priority", help="How pressing it is.")] = Priority.routine,
    by: By = None,
    to: To = None,
    role: Role = "officer",
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Put a worry to the other party, with the assurance that is requested. It stays until it is answered."""
    with stopping(), reached.reached(url, data) as client:
        body: dict[str, Any] = {"lines": asked.lines(client, to), "text": text, "role": role}
        body |= {
            "assurance": assurance,
            "precedence": priority.value,
            "by": asked.moment(by, "--by", options.zone(tz)),
        }
        _made(client, "/v1/concerns", body, json=json)


@say.command(short_help="Ask: is this yours?", help=CLAIM_HELP)
def claim(
    description: Annotated[str, typer.Argument(metavar="TEXT", help="What was seen.", show_default=False)],
    place: Annotated[str | None, typer.Option("--place", metavar="TEXT", help="Where.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When; else now.")] = None,
    said: Annotated[
        str | None,
        typer.Option("--words", metavar="TEXT", help='What was said of the place: "12 km south of X".'),
    ] = None,
    notice: Annotated[str | None, typer.Option("--notice", metavar="ID", help="A notice.")] = None,
    track: Annotated[str | None, typer.Option("--track", metavar="TEXT", help="A track.")] = None,
    own: Annotated[str | None, typer.Option("--own", metavar="TEXT", help="Your own position.")] = None,
    by: By = None,
    to: To = None,
    role: Role = "officer",
    despite: Despite = False,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Ask whether something is theirs. `CLAIM_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        zone = options.zone(tz)
        body = {
            "lines": asked.lines(client, to),
            "description": description,
            "at": asked.moment(at, "--at", zone),
            "place": place,
            "words": said,
            "notice": notice,
            "track": track,
            "by": asked.moment(by, "--by", zone),
            "own": own,
            "role": role,
            "despite": despite,
        }
        _made(client, "/v1/claims", body, json=json)


@say.command(short_help="Say that somebody has read one.")
def acknowledge(
    name: Name,
    line: OnLine = None,
    role: Role = "officer",
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say that somebody has read a statement of theirs. It says nothing else, and is no answer."""
    with stopping(), reached.reached(url, data) as client:
        _act(client, asked.one(client, name, line, mine=False), "acknowledge", {"role": role}, json=json)


@say.command(short_help="Answer a statement of theirs.", help=ANSWER_HELP)
def answer(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="It is ours.")] = False,
    no: Annotated[bool, typer.Option("--no", help="It is not ours.")] = False,
    unknown: Annotated[bool, typer.Option("--unknown", help="We do not know.")] = False,
    assurance: Annotated[
        Given | None, typer.Option("--assurance", help="Whether what is requested is assured.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="In words.")] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="TIME", help="Until when it stands; else for an hour.")
    ] = None,
    line: OnLine = None,
    role: Role = "officer",
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Answer a statement of theirs. `ANSWER_HELP` says the rest."""
    with stopping():
        said = [word for word, wanted in (("yes", yes), ("no", no), ("unknown", unknown)) if wanted]
        if len(said) > 1:
            raise Invalid("statement.answer", "--yes", ", ".join(said), "one of --yes, --no, --unknown")
        body = {"answer": said[0] if said else None, "text": text, "role": role}
        body |= {
            "assurance": None if assurance is None else assurance.value,
            "expires": asked.moment(expires, "--expires", options.zone(tz)),
        }
        with reached.reached(url, data) as client:
            _act(client, asked.one(client, name, line, mine=False), "answer", body, json=json)


@say.command(short_help="Take the answer to a concern as one.")
def accept(
    name: Name,
    line: OnLine = None,
    role: Role = "officer",
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Take the newest answer to an own concern as one. Another answer of theirs opens it again."""
    with stopping(), reached.reached(url, data) as client:
        found = asked.one(client, name, line, mine=True)
        _act(client, found, "accept", {"answer": _newest(found), "role": role}, json=json)


@say.command("still-open", short_help="Say that a concern is still open.")
def still_open(
    name: Name,
    by: By = None,
    line: OnLine = None,
    role: Role = "officer",
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say that an own concern is still open with the answer that was given, and wait for another."""
    with stopping(), reached.reached(url, data) as client:
        found = asked.one(client, name, line, mine=True)
        body = {"answer": _newest(found), "by": asked.moment(by, "--by", options.zone(tz)), "role": role}
        _act(client, found, "keep-open", body, json=json)


@say.command(short_help="Take an own statement back.")
def withdraw(
    name: Name,
    line: OnLine = None,
    role: Role = "officer",
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take an own statement back: on each line on which it stands, or with --line on that one."""
    with stopping(), reached.reached(url, data) as client:
        found = asked.several(client, name, line, mine=True)
        some = [each for each in found if each.phase != "withdrawn"] or found
        on = ", ".join(peer(each.label, each.peer) for each in some)
        confirm(f"Take back to {on}: {shorten(some[0].text, 100)}?", yes=yes)
        _answer(
            client,
            [
                client.ask("POST", asked.path(each, "withdraw"), StatementView, {"role": role})
                for each in some
            ],
            json=json,
        )


@say.command("list", short_help="List what was stated.")
def list_statements(
    line: OnLine = None,
    every: desk_asked.Every = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List what both parties have stated; with --all also what is withdrawn, expired, or accepted."""
    with stopping():
        with reached.reached(url, data) as client:
            over = ("withdrawn", "expired", "accepted as answered")
            found = [each for each in asked.statements(client, line) if every or each.phase not in over]
            at = now(client)
        if json:
            asked.answer(found, at, (), (), json=True)
        elif found:
            show(words.table(found))
            tell(f"as of {at}")
        else:
            out(f"nothing stands, as of {at}\n".encode())


@say.command("show", short_help="Show one at length.")
def show_statement(
    name: Name,
    line: OnLine = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show a statement on each line on which it stands: what was said to it, and what was not."""
    with stopping(), reached.reached(url, data) as client:
        some = asked.several(client, name, line, mine=None)
        _answer(client, [asked.whole(client, each) for each in some], json=json)


def _declared(
    client: Client,
    texts: tuple[str, str],
    to: list[str] | None,
    times: tuple[str | None, str | None],
    amends: str | None,
    zone: str | None,
) -> dict[str, Any]:
    body: dict[str, Any] = {"text": texts[0], "basis": texts[1]}
    body |= {
        "start": asked.moment(times[0], "--from", zone),
        "expires": asked.moment(times[1], "--expires", zone),
    }
    if amends is None:
        return {**body, "lines": asked.lines(client, to)}
    known = asked.several(client, amends, None, mine=True)
    lines = asked.lines(client, to) if to else [each.line for each in known if each.phase != "withdrawn"]
    return {**body, "lines": lines or [known[0].line], "amends": known[0].statement}


def _volumes(file: str, now_ms: int) -> list[dict[str, Any]]:
    """All volumes of a file. Raises: Invalid (as its reader, `statement.area`)."""
    loaded = load([file], Options(file=file, as_of=now_ms), lambda *_: None)
    if loaded.refused:
        raise loaded.refused[0][1].under(shorten(file, 400))
    for note in loaded.notes:
        tell(note)
    found = [native.volume_to_json(each) for _, one in loaded.filed for each in one.plan.volumes]
    if not found:
        raise Invalid("statement.area", "--area", shorten(file, 400), "a file with an area")
    return found


def _newest(found: StatementView) -> int | None:
    return found.replies[-1].said.entry if found.replies else None


def _made(client: Client, place: str, body: dict[str, Any], *, json: bool) -> None:
    _answer(client, client.ask("POST", place, list[StatementView], body), json=json)


def _act(client: Client, of: StatementView, what: str, body: dict[str, Any], *, json: bool) -> None:
    _answer(client, [client.ask("POST", asked.path(of, what), StatementView, body)], json=json)


def _answer(client: Client, found: list[StatementView], *, json: bool) -> None:
    texts = [line for each in found for line in (*words.lines(each), "")][:-1]
    following = list(dict.fromkeys(one for each in found for one in words.following(each)))
    at = now(client)
    asked.answer(found, at, [*texts, f"as of        {at}"], following, json=json)
