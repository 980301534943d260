"""`wideberth blind audit`: whether one cell was in the set that a party was bound to, asked over a line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from wideberth.cli import asked as options
from wideberth.cli import blind_asked, blind_audit_words, call_asked, key_asked, line_asked, reached
from wideberth.cli import desk_asked as asked
from wideberth.cli.desk_asked import Json, asking
from wideberth.cli.files import free
from wideberth.cli.say import stopping, tell
from wideberth.errors import Invalid, shorten
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.node.blind_audit_views import AuditTextView, AuditView

AUDIT_HELP = """\
After an incident: was one cell in the set that the other party was bound to in a run of the blind check?

Two officers ask and two of the other party agree, all over the same text; then its node answers with a proof,
which shows nothing of any other cell. It speaks of the set, and of no plan that was not put into it. Each
answer costs one of the audits that a day may have.

\b
Examples:
  wideberth blind audit text South b-7k3x --place "35.19 36.75" --altitude "450m MSL" \\
    --at 2027-02-01T06:10:00Z --case 3vq2 --out question.json
  wideberth key approve --officer one.key --what audit --file question.json --out one.approval
  wideberth blind audit ask question.json --approval one.approval --approval two.approval
  wideberth blind audit list South

\b
And the party that is asked:
  wideberth blind audit show North 5f3a --text question.json
  wideberth key approve --officer one.key --what audit --file question.json --out one.approval
  wideberth blind audit agree North 5f3a --approval one.approval --approval two.approval
"""
TEXT_HELP = """\
Write the text that two officers sign to ask: about a run, a round of it, and one cell, for a case or a call.

The cell is named by its term, or by what happened: a place, an altitude (MSL or HAE) and a time. It is a cell
of the level of the round, and the answer says no more than that: whether a plan, grown as agreed, is in it.
Ask about round 0 first: in later rounds only what is in cells that matched before is in the set.

\b
Examples:
  wideberth blind audit text South b-7k3x --place "35.19 36.75" --altitude "450m MSL" \\
    --at 2027-02-01T06:10:00Z --call k-3vq2 --out question.json
  wideberth blind audit text South b-7k3x --cell 0c0000… --case 3vq2 --round 0 --out question.json

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ASK_HELP = """\
Ask what a text says, by the signatures of two officers, each by a key of their own.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
AGREE_HELP = """\
Agree to a question of the other party's, by the signatures of two officers over the same text. The node then
answers by itself: whether the cell was in its set, and the proof.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
Name = Annotated[str, typer.Argument(metavar="AUDIT", help="The audit: its id, or the beginning of it.")]
Approvals = Annotated[
    list[str],
    typer.Option("--approval", metavar="FILE", help="What an officer has signed; once for each."),
]
OptionalLine = Annotated[str | None, typer.Argument(metavar="LINE", help="One line; else all.")]
_FIELDS: Final = ("run", "round", "cell", "case", "call")

audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=AUDIT_HELP)


@audit.command("list", short_help="List audits.")
def list_audits(
    line: OptionalLine = None, url: reached.Url = None, data: reached.Data = None, json: Json = False
) -> None:
    """List the audits of a line, or of all, the newest first."""
    with stopping():
        with reached.reached(url, data) as client:
            lines = line_asked.views(client)
            some = lines if line is None else [line_asked.chosen(lines, line)]
            found = [each for one in some for each in blind_asked.audits(client, one.line)]
        texts = [text for each in found for text in blind_audit_words.brief(each)] or ["no audit"]
        following = [text for each in found for text in blind_audit_words.following(each)]
        asked.answer({"audits": found}, texts, following, json=json)


@audit.command("show", short_help="Show one audit; write its text.")
def show(
    line: line_asked.Line,
    name: Name,
    text: Annotated[
        str | None, typer.Option("--text", metavar="FILE", help="Write the text that officers sign.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show an audit: what is asked, who has signed, what was answered, and what is proven by it here."""
    with stopping():
        free(text)
        with reached.reached(url, data) as client:
            of = line_asked.view(client, line).line
            found = blind_asked.audit(blind_asked.audits(client, of), name)
        if text is not None:
            _write(text, found.text)
        _answer(found, json=json)


@audit.command("text", short_help="Write the text of a question.", help=TEXT_HELP)
def write_text(
    line: line_asked.Line,
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run: its id, or the beginning of it.")],
    output: key_asked.Out,
    cell: Annotated[
        str | None, typer.Option("--cell", metavar="TERM", help="The cell by its term, hexadecimal.")
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", metavar="PLACE", help="Or where something happened.")
    ] = None,
    altitude: Annotated[
        str | None, typer.Option("--altitude", metavar="450m MSL", help="With --place: how high.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="RFC3339", help="With --place: when.")] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="CASE", help="The case it is for.")] = None,
    call: Annotated[str | None, typer.Option("--call", metavar="CALL", help="Or the call.")] = None,
    number: Annotated[int, typer.Option("--round", min=0, metavar="N", help="Of which round.")] = 0,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Write what two officers sign. `TEXT_HELP` says the rest."""
    with stopping():
        free(output)
        spot = (place, altitude, at)
        if (None in spot) if cell is None else any(spot):
            wanted = "--cell, or --place with --altitude and --at"
            raise Invalid("blind.term", "--cell", "none of them whole", wanted)
        when = None if at is None else to_rfc3339(parse_time(at, "--at", options.zone(tz)))
        with reached.reached(url, data) as client:
            of = line_asked.view(client, line).line
            which = {
                "run": blind_asked.run(blind_asked.runs(client, of), run).session,
                "round": str(number),
                "cell": cell,
                "place": place,
                "altitude": altitude,
                "at": when,
                "case": None if case is None else asked.case(client, case, of).case,
                "call": None if call is None else call_asked.call(client, call).call,
            }
            where = asking(line_asked.path(of, "blind", "question"), which)
            found = client.ask("GET", where, AuditTextView)
        _write(output, found.text)
        following = [
            f"Two officers sign it: wideberth key approve --what audit --file {shorten(output, 200)}",
            f"Then: wideberth blind audit ask {shorten(output, 200)} --approval FILE --approval FILE",
        ]
        asked.answer({"question": found}, blind_audit_words.question(found), following, json=json)


@audit.command("ask", short_help="Ask, by two officers' signatures.", help=ASK_HELP)
def ask(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The text, as `text` wrote it.")],
    approvals: Approvals,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Ask. `ASK_HELP` says the rest."""
    with stopping():
        with key_asked.naming(file):
            said = _question(key_asked.read_paper(file))
        texts = [key_asked.read_paper(each).decode() for each in approvals]
        with reached.reached(url, data) as client:
            at = line_asked.path(line_asked.view(client, said["line"]).line, "blind", "audits")
            body = {"approvals": texts, **{name: said[name] for name in _FIELDS}}
            found = client.ask("POST", at, AuditView, body)
        _answer(found, json=json)


@audit.command("agree", short_help="Agree to a question, by two officers' signatures.", help=AGREE_HELP)
def agree(
    line: line_asked.Line,
    name: Name,
    approvals: Approvals,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Agree. `AGREE_HELP` says the rest."""
    with stopping():
        texts = [key_asked.read_paper(each).decode() for each in approvals]
        with reached.reached(url, data) as client:
            of = line_asked.view(client, line).line
            known = blind_asked.audit(blind_asked.audits(client, of), name)
            at = line_asked.path(of, "blind", "audits", known.audit, "agree")
            found = client.ask("POST", at, AuditView, {"approvals": texts})
        _answer(found, json=json)


def _question(data: bytes) -> dict[str, Any]:
    """What a text asks. Raises: Invalid (`blind.question`)."""
    try:
        said = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = {}
    said["run"] = said.get("session")
    if not all(name in said for name in _FIELDS) or not isinstance(said.get("line"), str):
        raise Invalid("blind.question", "", f"{len(data):,} bytes", "the text that `blind audit text` wrote")
    return said


def _write(file: str, text: str) -> None:
    Path(file).write_bytes(text.encode())
    tell(f"{shorten(file, 400)} is written.")


def _answer(found: AuditView, *, json: bool) -> None:
    following = list(blind_audit_words.following(found))
    asked.answer({"audit": found}, blind_audit_words.audit(found), following, json=json)
