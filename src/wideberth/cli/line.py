"""`wideberth line`: the lines of a running node: how they stand, what to do, an officer's word."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from msgspec import structs

from wideberth.cli import as_of, key_asked, line_gate, line_history, line_known, line_words, reached
from wideberth.cli import line_asked as asked
from wideberth.cli.line_asked import SCHEMA, Json, Line, path
from wideberth.cli.say import out, says_yes, show, stopping, tell
from wideberth.errors import Invalid, Refused, shorten
from wideberth.ledger import ids
from wideberth.ledger.ids import KINDS
from wideberth.node.views import LineView, ProofView
from wideberth.store import keyfile

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

LINE_HELP = """\
The lines of a running node to other parties: how each stands, what to do and by when.

LINE is the id of a line, the beginning of it, or what the other party is called here.

\b
Examples:
  wideberth line list
  wideberth line show South
  wideberth line add south.line --pairing-key north.offer.key --address https://south.example:7879
"""
LIST_HELP = """\
List the lines: the state of each in words, what to do, and how soon.

\b
Exit codes: 0 done, 2 bad input, 3 could not (no node answers).
"""
ADD_HELP = """\
Take up a line: what `pair finish` has written, and the key of the own offer.

With --address this node calls the other one there; without, it waits to be called, or people carry files
(wideberth bundle). It is enough that one side can reach the other.

\b
Examples:
  wideberth line add south.line --pairing-key north.offer.key --address https://south.example:7879
  wideberth line add south.line --pairing-key north.offer.key

\b
Exit codes: 0 done, 2 bad input (no line is taken up), 3 could not.
"""
WAIVE_HELP = """\
Do not wait for the other party's answer after a start: sign at once.

That is an officer's word that nothing was lost here, no backup restored. Where that is not certain, wait: if
something was lost, two histories would bear this party's signature.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ADMIT_HELP = """\
Admit a new epoch of a feed of the other party, which lost the end of it for good. Call them first.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
EPOCH_HELP = """\
Go on in a new epoch of an own feed whose end is lost for good; NOTE is the statement that the identity
signed.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
CHECK_HELP = """\
Ask whether the other node is there, and with --desk whether an officer is. Nodes ask by themselves too.

The answer comes by itself: `line show` says how far it got.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ANSWER_HELP = """\
Answer the line checks of the other party that wait for an officer: somebody is there. It says no more.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ALARMS_HELP = """\
Show the alarms of a line; with --out, write their proofs to a file that convinces anybody.

With --seen an officer says that those shown were seen, and what is to be done is in hand: nobody is told of
them any more. They stay in the record, with their proofs, and a feed that is frozen stays so.

\b
Examples:
  wideberth line alarms South --out proofs.json
  wideberth line alarms South --seen

\b
Exit codes: 0 none that nobody has seen, 1 there are such alarms, 2 bad input, 3 could not.
"""

line = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
line.command(short_help="Show or set the outbound gate.", help=line_gate.GATE_HELP)(line_gate.gate)
line.command(short_help="Show what the gate holds.", help=line_gate.HELD_HELP)(line_gate.held)
line.command(short_help="Let held entries go out.", help=line_gate.RELEASE_HELP)(line_gate.release)
line.command(short_help="Let held entries never go out.", help=line_gate.DROP_HELP)(line_gate.drop)
line.command(short_help="Show what was here at a moment.", help=line_known.KNOWN_HELP)(line_known.known)
line.command(short_help="What was told by voice before.", help=line_history.HISTORY_HELP)(
    line_history.history
)

Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
Address = Annotated[
    str | None,
    typer.Option("--address", metavar="URL", help="Where their node listens.", show_default=False),
]


@line.command("list", short_help="List the lines, and what to do.", help=LIST_HELP)
def list_lines(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List the lines. `LIST_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            found = asked.views(client)
        if json:
            answer(found, (), json=True)
        elif found:
            show(line_words.table(found))
        else:
            tell("no line yet; next: wideberth pair offer, and when both have finished, wideberth line add")


@line.command("show", short_help="Show one line at length.")
def show_line(line: Line, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Show a line: its state, what to do, how far each feed is delivered."""
    with stopping():
        with reached.reached(url, data) as client:
            found = asked.view(client, line)
        answer([found], (), json=json)


@line.command(short_help="Take up a line.", help=ADD_HELP)
def add(
    paired: Annotated[
        str, typer.Argument(metavar="FILE", help="What `pair finish` has written.", show_default=False)
    ],
    pairing_key: Annotated[
        str,
        typer.Option(
            "--pairing-key", metavar="FILE", help="The key of the own offer (.offer.key).", show_default=False
        ),
    ],
    address: Address = None,
    passphrase_file: key_asked.PassphraseFile = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Take up a line. `ADD_HELP` says the rest."""
    with stopping():
        text = _text(paired)
        held = key_asked.key_file(pairing_key, keyfile.PAIRING)
        with reached.reached(url, data) as client:
            seed = key_asked.seed(pairing_key, held, passphrase_file)
            body = {"paired": text, "pairing_key": ids.base32(seed), "address": address}
            found = client.ask("POST", "/v1/lines", LineView, body)
        following = [
            f"The node keeps what it needs. Put {pairing_key} away, or destroy it: nobody needs it any more."
        ]
        answer([found], following, json=json)


@line.command(short_help="Say where their node is called.")
def address(
    line: Line,
    to: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL]", help="Where their node listens; nothing: do not call.", show_default=False
        ),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say where the other party's node is called: https://host:7879, or http:// to this machine only."""
    with stopping():
        with reached.reached(url, data) as client:
            known = asked.view(client, line)
            found = client.ask("PUT", path(known.line, "address"), LineView, {"address": to})
        answer([found], (), json=json)


@line.command(short_help="Sign without waiting for their answer.", help=WAIVE_HELP)
def waive(
    line: Line, url: reached.Url = None, data: reached.Data = None, yes: Yes = False, json: Json = False
) -> None:
    """Do not wait for the peer. `WAIVE_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        found = asked.view(client, line)
        confirm(
            f"Is it certain that nothing was lost here? Then {line_words.peer(found)} is not waited for.",
            yes=yes,
        )
        _word(client, found.line, "waive", None, json=json)


@line.command(short_help="Admit a new epoch of theirs.", help=ADMIT_HELP)
def admit(
    line: Line,
    feed: Annotated[str, typer.Argument(metavar="FEED", help="As `line show` names it.", show_default=False)],
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Admit a new epoch. `ADMIT_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        found = asked.view(client, line)
        confirm(
            f"Has {line_words.peer(found)} said by voice that they go on in {shorten(feed, 200)}?", yes=yes
        )
        _word(client, found.line, "admit", {"origin": feed}, json=json)


@line.command(short_help="Go on in a new epoch of an own feed.", help=EPOCH_HELP)
def epoch(
    line: Line,
    note: Annotated[
        str, typer.Argument(metavar="NOTE", help="The signed statement, a file.", show_default=False)
    ],
    kind: Annotated[
        str, typer.Option("--feed", metavar="KIND", help=f"{' or '.join(KINDS)}.", show_default=False)
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Go on in a new epoch. `EPOCH_HELP` says the rest."""
    with stopping():
        text = _text(note)
        with reached.reached(url, data) as client:
            found = asked.view(client, line)
            _word(client, found.line, "epoch", {"kind": kind, "note": text}, json=json)


@line.command("confirm-clock", short_help="Say that this machine's time is right.")
def confirm_clock(
    url: reached.Url = None, data: reached.Data = None, yes: Yes = False, json: Json = False
) -> None:
    """Say that the time of the node's machine is right as it is now, after it has jumped. Signing goes on."""
    with stopping(), reached.reached(url, data) as client:
        confirm("Did you compare the time of the node's machine with a clock that you trust?", yes=yes)
        client.ask("POST", "/v1/clock/confirm")
        answer(asked.views(client), (), json=json)


@line.command(short_help="Hand in certificates or revocations.")
def papers(
    line: Line,
    files: Annotated[
        list[str], typer.Argument(metavar="PAPER...", help="Signed by the identity.", show_default=False)
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter own certificates and revocations, and pass them to the other party."""
    with stopping():
        texts = [_text(each) for each in files]
        with reached.reached(url, data) as client:
            found = asked.view(client, line)
            client.ask("POST", path(found.line, "papers"), None, {"papers": texts})
            answer([asked.view(client, found.line)], [f"{len(texts)} handed in."], json=json)


@line.command(short_help="Ask whether they are there.", help=CHECK_HELP)
def check(
    line: Line,
    desk: Annotated[
        bool, typer.Option("--desk", help="An officer's answer is wanted, not only the node's.")
    ] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Ask whether the other party is there. `CHECK_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        found = asked.view(client, line)
        _word(client, found.line, "check", {"desk": desk}, json=json)


@line.command("answer", short_help="Answer their line checks.", help=ANSWER_HELP)
def answer_checks(
    line: Line,
    role: Annotated[
        str,
        typer.Option("--role", metavar="ROLE", help="Never a name: duty officer.", show_default=False),
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Answer line checks. `ANSWER_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        found = asked.view(client, line)
        _word(client, found.line, "checked", {"role": role}, json=json)


@line.command(short_help="Show alarms, and write their proofs.", help=ALARMS_HELP)
def alarms(
    line: Line,
    output: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Where the proofs go; never over a file.")
    ] = None,
    seen: Annotated[bool, typer.Option("--seen", help="Say that these were seen (an officer).")] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show the alarms of a line. `ALARMS_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            known = asked.view(client, line)
            place = path(known.line, "alarms")
            found = client.ask("GET", place, list[ProofView])
            if seen and found:
                # so many and no more: one that comes meanwhile was not seen
                client.ask("POST", f"{place}/seen", None, {"alarms": len(found)})
                found = [structs.replace(each, seen=True) for each in found]
        document: dict[str, Any] = {"schema": SCHEMA, **as_of.said(), "line": known.line, "alarms": found}
        if output is not None:
            keyfile.save([(Path(output), _pretty(document), 0o600)])
        if json:
            out(_pretty(document))
        else:
            lines = [f"{each.code}: {shorten(each.words, 400)}{_seen(each)}" for each in found] or [
                "no alarm"
            ]
            out("".join(f"{each}\n" for each in lines).encode())
        new = [each for each in found if not each.seen]
        for each in new:
            tell(f"{each.code}: {line_words.about(each, line_words.peer(known))}")
        if new:
            raise typer.Exit(1)


def answer(found: Sequence[LineView], following: Sequence[str], *, json: bool) -> None:
    """Lines on standard output, as JSON or in words; on standard error what to do next."""
    if json:
        rows = [
            {
                **msgspec.to_builtins(each),
                "state": line_words.state(each),
                "to_do": [one._asdict() for one in line_words.to_do(each)],
            }
            for each in found
        ]
        out(_pretty({"schema": SCHEMA, **as_of.said(), "lines": rows, "next": list(following)}))
    else:
        texts = ["".join(f"{shorten(one, 1_000)}\n" for one in line_words.lines(each)) for each in found]
        out("\n".join(texts).encode())
    for each in following:
        tell(shorten(each, 2_000))


def confirm(question: str, *, yes: bool) -> None:
    """Wait for an officer's yes. Raises: Refused (`line.not_confirmed`)."""
    if not yes and not says_yes(question):
        raise Refused("line.not_confirmed", "nothing was done; accepted: y, or --yes")


def _word(client: Client, line: str, what: str, body: object, *, json: bool) -> None:
    client.ask("POST", path(line, what), None, body)
    answer([asked.view(client, line)], (), json=json)


def _seen(alarm: ProofView) -> str:
    return " (seen)" if alarm.seen else ""


def _text(file: str) -> str:
    """A file of text that the node is to read. Raises: Invalid (`file.*`)."""
    data = key_asked.read_paper(file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("file.not_text", shorten(file, 400), "bytes that are not UTF-8", "UTF-8") from None


def _pretty(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
