"""`wideberth agreement` on a line of a running node: propose, hand in signatures, suspend, resume, end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from wideberth.cli import as_of, line_words, reached
from wideberth.cli import key_asked as asked
from wideberth.cli.agreement_sign import SCHEMA, Json, Terms, read
from wideberth.cli.line_asked import Line, path, view
from wideberth.cli.say import out, says_yes, stopping, tell
from wideberth.errors import Invalid, Refused, shorten
from wideberth.ledger import approval
from wideberth.links.node_url import part
from wideberth.model.agreement import Phase
from wideberth.node.views import AgreementsView, LineView, VersionView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

PROPOSE_HELP = """\
Put terms to the other party of a line, byte by byte. Nothing is in force by that.

\b
Examples:
  wideberth agreement propose South terms.toml

\b
Exit codes: 0 done, 2 bad input, 3 could not (no node answers).
"""
STATUS_HELP = """\
Say which terms were proposed on a line, who has signed, what is missing, and what is in force.

\b
Examples:
  wideberth agreement status South

\b
Exit codes: 0 one is in force, 1 none is, 2 bad input, 3 could not.
"""
SUBMIT_HELP = """\
Hand in officers' signatures (`agreement sign` makes them) over terms that are proposed on a line.

\b
Examples:
  wideberth agreement submit South officer-1.approval officer-2.approval

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SUSPEND_HELP = """\
Suspend the agreement in force on a line, at once and without a reason. Calls go through all the same.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
RESUME_HELP = """\
Take the own suspension back. Only who has suspended can.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
END_HELP = """\
End the agreement of a line for good; the next one has an id of its own.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""


def propose(
    line: Line,
    terms: Terms,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Put terms to the other party. `PROPOSE_HELP` says the rest."""
    with stopping():
        found = read(terms)
        with reached.reached(url, data) as client:
            on = view(client, line)
            body = {"terms": found.data.decode()}
            client.ask("POST", path(on.line, "agreements"), None, body)
            following = [
                f"Compare the SHA-256 with {line_words.peer(on)} by voice.",
                f"Two officers of each party sign it: wideberth agreement sign {shorten(terms, 400)}",
                "Hand in what they have signed: wideberth agreement submit",
            ]
            _answer(client, on, following, json=json)


def status(line: Line, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Say how the agreements of a line stand. `STATUS_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        found = _answer(client, view(client, line), (), json=json)
        if not any(each.in_force for each in found.versions):
            raise typer.Exit(1)


def submit(
    line: Line,
    approvals: Annotated[
        list[str],
        typer.Argument(metavar="APPROVAL...", help="What officers have signed.", show_default=False),
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Hand in signatures. `SUBMIT_HELP` says the rest."""
    with stopping():
        sha256, texts = _approvals(approvals)
        with reached.reached(url, data) as client:
            on = view(client, line)
            place = path(on.line, "agreements", part(sha256), "signatures")
            client.ask("POST", place, None, {"approvals": texts})
            _answer(client, on, (), json=json)


def suspend(line: Line, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Suspend what is in force. `SUSPEND_HELP` says the rest."""
    _say(line, "suspend", ("in force", "suspended"), url, data, json=json)


def resume(line: Line, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Take the own suspension back. `RESUME_HELP` says the rest."""
    _say(line, "resume", ("suspended",), url, data, json=json)


def end(
    line: Line,
    url: reached.Url = None,
    data: reached.Data = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    json: Json = False,
) -> None:
    """End it for good. `END_HELP` says the rest."""
    _say(line, "end", ("in force", "suspended"), url, data, json=json, yes=yes)


def words(found: AgreementsView) -> Iterator[str]:
    """How the agreements of a line stand, for people."""
    if not found.versions:
        yield "no terms are proposed on this line"
    for each in found.versions:
        yield f"{shorten(each.title, 100)}, version {each.version}: {_standing(each, found)}"
        yield f"  agreement {each.agreement}"
        yield f"  SHA-256   {each.sha256}"
        for one in each.signers:
            signed = "signed by two officers or more"
            missing = f"NOT SIGNED: {one.missing} more of its officers needed"
            yield f"  {shorten(one.label, 60)}: {missing if one.missing else signed}"
    yield from (f"ignored: {shorten(each, 400)}" for each in found.told)


def _standing(each: VersionView, found: AgreementsView) -> str:
    if each.in_force and found.suspended_by:
        return "SUSPENDED"
    if each.in_force:
        return "IN FORCE"
    if each.ignored is not None:
        return f"never in force: {shorten(each.ignored, 300)}"
    if each.was_in_force:
        return "no longer in force"
    return (
        "NOT IN FORCE: signatures are missing" if any(one.missing for one in each.signers) else "NOT IN FORCE"
    )


def _say(
    line: str,
    what: str,
    phases: tuple[Phase, ...],
    url: str | None,
    data: str | None,
    *,
    json: bool,
    yes: bool = True,
) -> None:
    with stopping(), reached.reached(url, data) as client:
        on = view(client, line)
        found = _agreements(client, on)
        number = next((number for number, phase in found.phases.items() if phase in phases), None)
        if number is None:
            raise Refused(
                "agreement.none_in_force",
                f"no agreement on this line is {' or '.join(phases)}: agreement status",
            )
        if not yes and not says_yes(f"End the agreement with {line_words.peer(on)} for good?"):
            raise Refused("agreement.not_confirmed", "nothing was changed; accepted: y, or --yes")
        client.ask("POST", path(on.line, "agreements", part(number), what))
        _answer(client, on, (), json=json)


def _approvals(files: Sequence[str]) -> tuple[str, list[str]]:
    """SHA-256 of the terms that all of these are over, and their texts.

    Raises: Invalid (`agreement.approvals`, and as approval.read).
    """
    hashes, texts = [], []
    for file in files:
        data = asked.read_paper(file).removesuffix(b"\n")
        with asked.naming(file):
            found = approval.read(data)
            if found.subject.what != "agreement":
                raise Invalid(
                    "agreement.approvals", "", f"of a {found.subject.what}", "a signature over terms"
                )
        hashes.append(found.subject.hash.hex())
        texts.append(data.decode())
    if len(set(hashes)) != 1:
        shown = f"over {len(set(hashes))} different texts"
        raise Invalid(
            "agreement.approvals", "APPROVAL", shown, "signatures over the same terms, byte by byte"
        )
    return hashes[0], texts


def _agreements(client: Client, on: LineView) -> AgreementsView:
    return client.ask("GET", path(on.line, "agreements"), AgreementsView)


def _answer(client: Client, on: LineView, following: Sequence[str], *, json: bool) -> AgreementsView:
    found = _agreements(client, on)
    name = line_words.peer(on)
    lines = [*following, *_following(found, name, on.line[: line_words.SHORT])]
    if json:
        whole = {"schema": SCHEMA, **as_of.said(), **msgspec.to_builtins(found), "next": lines}
        out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
    else:
        out("".join(f"{each}\n" for each in words(found)).encode())
    for each in lines:
        tell(shorten(each, 2_000))
    return found


def _following(found: AgreementsView, name: str, line: str) -> Iterator[str]:
    """What to do next about it."""
    if found.suspended_by:
        own = "Whoever has suspended it resumes:"
        yield f"{own} wideberth agreement resume {line}. Until then keep apart as agreed, and show nothing."
    for each in found.versions:
        if not each.was_in_force and not each.in_force and each.ignored is None:
            missing = ", ".join(shorten(one.label, 60) for one in each.signers if one.missing)
            if missing:
                yield f"Version {each.version} waits for officers of: {missing}."
    if not found.versions:
        yield f"next: wideberth agreement propose {line} TERMS, when you and {name} agree on a text"
