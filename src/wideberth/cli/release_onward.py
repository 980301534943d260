"""`wideberth release received|take|ask|askings|consent-text|answer|chain|concern`: what others told us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wideberth.cli import asked as options
from wideberth.cli import desk_asked as asked
from wideberth.cli import exporting, key_asked, line_asked, reached, release_asked, statement_words
from wideberth.cli import release_onward_words as words
from wideberth.cli.desk_asked import Json, path
from wideberth.cli.files import free
from wideberth.cli.meant import NAMED, meant
from wideberth.cli.say import show, stopping, tell
from wideberth.desk.release_said import ANSWERS, SUBJECTS
from wideberth.errors import Invalid, shorten
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.node.onward_views import ChainView, OnwardTextView, OnwardView, ReceivedReleaseView
from wideberth.node.statement_views import StatementView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

RECEIVED: Final = "/v1/received"
ONWARD: Final = "/v1/onward"
ROLE: Final = "releasing officer"
RECEIVED_HELP = """\
What other parties released to this one; with RELEASE, that one at length.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
TAKE_HELP = """\
Take a release of another party's, as a file. Its author is told that an officer has taken it, in which role.

One that is recalled, or whose time is over, is given to nobody.

\b
Examples:
  wideberth release take r-7k3x survey.zip
  wideberth verify survey.zip --trust PARTY

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ASK_HELP = """\
Ask the other party of a line whether something that it told may go to a recipient. WHAT is a release, notice,
sites, statement or talks, and its id on that line. Silence is no consent.

\b
Examples:
  wideberth release ask South release r-7k3x --for Observers --until 2027-02-01T00:00:00Z
  wideberth release ask South release r-7k3x --record 2 --for Observers --until 2027-02-01T00:00:00Z
  wideberth release ask South notice n-5q2a --for Observers --until 2027-02-01T00:00:00Z

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ASKINGS_HELP = """\
List what was asked about passing on, by both parties of each line, and where each asking stands.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
TEXT_HELP = """\
Write the exact text that two officers of this party sign to consent to what the other party asks.

\b
Examples:
  wideberth release consent-text o-9d4f consent.json --until 2027-02-01T00:00:00Z
  wideberth key approve --officer one.key --what release --file consent.json --out one.approval

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ANSWER_HELP = """\
Answer what the other party asks: consent, until a time, by two officers' signatures over the text that
`release consent-text` writes for that time; or decline, which also takes a consent back.

\b
Examples:
  wideberth release answer o-9d4f consent --approval one.approval --approval two.approval
  wideberth release answer o-9d4f decline --reason "not to anybody"

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
CHAIN_HELP = """\
From whom to whom: of an own release each record, whose it is, and by which consent it may go; of one that
another party released to us, which own releases hold something of it.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
CONCERN_HELP = """\
Raise a concern about a release with the other party of the line that it was given on: that it went further,
that it was published. It is open until it is answered.

\b
Examples:
  wideberth release concern r-7k3x --text "A part was published." --assurance "that nobody else has it"

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
Name = Annotated[str, typer.Argument(metavar="RELEASE", help="The release: its id, or the beginning of it.")]
Asking = Annotated[str, typer.Argument(metavar="ASKING", help="The asking: its id, or the beginning of it.")]
OnLine = Annotated[str | None, typer.Option("--line", metavar="LINE", help="Only on this line.")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="Who does it: a role, never a person.")]


def received(
    name: Annotated[
        str | None, typer.Argument(metavar="[RELEASE]", help="That one, at length.", show_default=False)
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List what others released to us. `RECEIVED_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            if name is not None:
                one = _received(client, name)
                after = list(words.following_received(one))
                asked.answer({"received": one}, words.one_received(one), after, json=json)
                return
            found = client.ask("GET", RECEIVED, list[ReceivedReleaseView])
        if json or not found:
            empty = () if json else ("no other party has released anything to this one",)
            asked.answer({"received": found}, empty, (), json=json)
        else:
            show(words.received(found))


def take(
    name: Name,
    to: Annotated[str, typer.Argument(metavar="FILE.zip", help="It is written there.")],
    role: Role = ROLE,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Take a release of another party's. `TAKE_HELP` says the rest."""
    with stopping():
        free(to)
        with reached.reached(url, data) as client:
            known = _received(client, name)
            place = line_asked.path(known.line, "received", known.release)
            content = b"".join(client.fetch("POST", f"{place}/take", {"role": role}))
            exporting.write_bytes(Path(to), content, force=False)
            found = client.ask("GET", place, ReceivedReleaseView)
        tell(f"{shorten(to, 400)} is written.")
        asked.answer({"received": found}, words.one_received(found), (), json=json)


def ask(
    line: Annotated[str, typer.Argument(metavar="LINE", help="Whose it is: by the line.")],
    kind: Annotated[str, typer.Argument(metavar="WHAT", help=", ".join(SUBJECTS))],
    of: Annotated[str, typer.Argument(metavar="ID", help="Its id on that line.")],
    recipient: Annotated[str, typer.Option("--for", metavar="NAME", help="To whom it would go.")],
    until: Annotated[
        str, typer.Option("--until", metavar="RFC3339", help="Until when consent is asked for.")
    ],
    record: Annotated[
        list[int] | None,
        typer.Option("--record", metavar="N", help="Only this record of a release; again for more."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="If you want to say any.")
    ] = None,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Ask whether something may go further. `ASK_HELP` says the rest."""
    with stopping():
        if kind not in SUBJECTS:
            raise Invalid("onward.what", "WHAT", kind, ", ".join(SUBJECTS))
        until = to_rfc3339(parse_time(until, "--until", options.zone(tz)))
        with reached.reached(url, data) as client:
            found_line = line_asked.view(client, line)
            whole = _received(client, of, found_line.line).release if kind == "release" else of
            body: dict[str, Any] = {
                "kind": kind, "of": whole, "recipient": recipient, "until": until,
                "records": record or [], "reason": reason,
            }  # fmt: skip
            found = client.ask("POST", line_asked.path(found_line.line, "onward"), OnwardView, body)
        _answer(found, json=json)


def askings(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List what was asked about passing on, by both parties of each line."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", ONWARD, list[OnwardView])
        if json or not found:
            asked.answer({"askings": found}, () if json else ("nothing was asked",), (), json=json)
        else:
            show(words.askings(found))


def consent_text(
    name: Asking,
    to: Annotated[str, typer.Argument(metavar="FILE", help="The text is written there.")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="RFC3339", help="Until when; else as it is asked for.")
    ] = None,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Write what two officers sign. `TEXT_HELP` says the rest."""
    with stopping():
        free(to)
        ends = None if until is None else to_rfc3339(parse_time(until, "--until", options.zone(tz)))
        with reached.reached(url, data) as client:
            known = _asking(client, name)
            place = f"{_at(known)}/text?until={ends or known.until}"
            found = client.ask("GET", place, OnwardTextView)
        Path(to).write_bytes(found.text.encode())
        tell(f"{shorten(to, 400)} is written: consent until {ends or known.until}.")


def answer(
    name: Asking,
    said: Annotated[str, typer.Argument(metavar="ANSWER", help="consent, or decline.")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="RFC3339", help="Until when; else as it is asked for.")
    ] = None,
    approvals: Annotated[
        list[str] | None,
        typer.Option("--approval", metavar="FILE", help="What an officer has signed; once for each."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Of a refusal, if you want to say any.")
    ] = None,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Answer an asking. `ANSWER_HELP` says the rest."""
    with stopping():
        if said not in ANSWERS:
            raise Invalid("onward.answer", "ANSWER", said, ", ".join(ANSWERS))
        body: dict[str, Any] = {"reason": reason}
        if said == "consent":
            texts = [key_asked.read_paper(each).decode() for each in approvals or ()]
            ends = None if until is None else to_rfc3339(parse_time(until, "--until", options.zone(tz)))
            body = {"approvals": texts, "until": ends}
        with reached.reached(url, data) as client:
            known = _asking(client, name)
            if "until" in body:
                body["until"] = body["until"] or known.until
            found = client.ask("POST", f"{_at(known)}/{said}", OnwardView, body)
        _answer(found, json=json)


def chain(name: Name, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Show from whom to whom. `CHAIN_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            theirs = client.ask("GET", RECEIVED, list[ReceivedReleaseView])
            some = [theirs[n] for n in meant([(each.release, each.title) for each in theirs], name)]
            if len(some) == 1:
                place = path(release_asked.RELEASES, some[0].release, "chain") + f"?line={some[0].line}"
            else:
                known = release_asked.one(client, name)
                place = path(release_asked.RELEASES, known.release, "chain")
            found = client.ask("GET", place, ChainView)
        asked.answer({"chain": found}, words.chain(found), (), json=json)


def concern(
    name: Name,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What is feared.")],
    assurance: Annotated[str, typer.Option("--assurance", metavar="TEXT", help="What is to be assured.")],
    precedence: Annotated[
        str, typer.Option("--precedence", metavar="NAME", help="flash, immediate, priority or routine.")
    ] = "routine",
    line: OnLine = None,
    role: Role = ROLE,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Raise a concern about a release. `CONCERN_HELP` says the rest."""
    with stopping():
        body = {"text": text, "assurance": assurance, "precedence": precedence, "role": role}
        with reached.reached(url, data) as client:
            where, release = _given(client, name, line)
            place = f"{line_asked.path(where, 'received', release)}/concern"
            found = client.ask("POST", place, StatementView, body)
        asked.answer({"statement": found}, statement_words.lines(found), (), json=json)


COMMANDS: Final[tuple[tuple[Callable[..., None], str, str], ...]] = (
    (received, "What others released to us.", RECEIVED_HELP),
    (take, "Take a release of another party's, as a file.", TAKE_HELP),
    (ask, "Ask whether something may go further.", ASK_HELP),
    (askings, "What was asked about passing on.", ASKINGS_HELP),
    (consent_text, "Write what two officers sign to consent.", TEXT_HELP),
    (answer, "Consent, or decline.", ANSWER_HELP),
    (chain, "From whom to whom, and by which consent.", CHAIN_HELP),
    (concern, "Raise a concern about a release.", CONCERN_HELP),
)
"""Commands under `release`: what each is in a line, and at length."""


def _received(client: Client, text: str, line: str | None = None) -> ReceivedReleaseView:
    """The one that is meant. Raises: Invalid (`release.none`, `release.several`), and as Client.ask."""
    known = client.ask("GET", RECEIVED, list[ReceivedReleaseView])
    known = [each for each in known if line in (None, each.line)]
    found = [known[n] for n in meant([(each.release, each.title) for each in known], text)]
    if len(found) > 1:
        named = "; ".join(f"{each.release} (from {each.label or each.by})" for each in found[:NAMED])
        raise Invalid("release.several", "RELEASE", text, f"one of these: {named}")
    if not found:
        wanted = "one that another party released to us: wideberth release received"
        raise Invalid("release.none", "RELEASE", text, wanted)
    return found[0]


def _asking(client: Client, text: str) -> OnwardView:
    """The one that is meant. Raises: Invalid (`onward.none`, `onward.several`), and as Client.ask."""
    known = client.ask("GET", ONWARD, list[OnwardView])
    found = [known[n] for n in meant([(each.asked, None) for each in known], text)]
    if len(found) > 1:
        named = "; ".join(each.asked for each in found[:NAMED])
        raise Invalid("onward.several", "ASKING", text, f"one of these: {named}")
    if not found:
        raise Invalid("onward.none", "ASKING", text, "an asking of this node: wideberth release askings")
    return found[0]


def _given(client: Client, text: str, line: str | None) -> tuple[str, str]:
    """The line that a release of either party was given on, and its id."""
    where = None if line is None else line_asked.view(client, line).line
    known = client.ask("GET", RECEIVED, list[ReceivedReleaseView])
    known = [each for each in known if where in (None, each.line)]
    found = [known[n] for n in meant([(each.release, each.title) for each in known], text)]
    if len(found) == 1:
        return found[0].line, found[0].release
    own = release_asked.one(client, text)
    lines = [each.line for each in own.deliveries if each.line is not None and where in (None, each.line)]
    if not lines:
        wanted = "one that was given on a line: else say it another way"
        raise Invalid("release.none", "RELEASE", text, wanted)
    return lines[0], own.release


def _at(known: OnwardView) -> str:
    return line_asked.path(known.line, "onward", known.asked)


def _answer(found: OnwardView, *, json: bool) -> None:
    asked.answer({"asking": found}, words.asking(found), list(words.following_asking(found)), json=json)
