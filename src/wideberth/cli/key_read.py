"""`wideberth key check` and `key roster`: what papers say, and who may sign by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli.say import show, stopping
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import approval, certificate, ids
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.certificate import Paper
from wideberth.ledger.roster import Officer, roster

CHECK_HELP = """\
Say what papers are, and whether the identity has signed them.

A certificate or revocation that another key signed, or that was altered, is refused. Of an approval the
signature is checked; whether its key counts, `key roster` says.

\b
Examples:
  wideberth key check officer-2.cert --identity north.key.pub

\b
Exit codes: 0 all are good, 2 at least one is not, 3 could not.
"""
ROSTER_HELP = """\
Say which officers may sign at entry N of a feed, by these papers, and whether approvals among them suffice.

A lift of a hold, a release to a third party and an agreement need two keys that count. That two keys are two
people is what the party says of itself.

\b
Examples:
  wideberth key roster *.cert *.revoked --identity north.key.pub --feed LINE/main/0 --at 120
  wideberth key roster *.cert one.approval two.approval --identity north.key.pub --feed LINE/main/0 --at 120

\b
Exit codes: 0 done, 2 bad input or a paper that cannot be trusted, 3 could not.
"""

Files = Annotated[
    list[str],
    typer.Argument(metavar="PAPER...", help="Certificates, revocations, approvals.", show_default=False),
]


def check(files: Files, identity: asked.IdentityPublic, json: asked.Json = False) -> None:
    """Say what papers are. `CHECK_HELP` says the rest."""
    with stopping():
        key = asked.half(identity, "identity").key
        rows = [
            shown.approval(file, found) if isinstance(found, Approval) else shown.paper(file, found, key)
            for file, found in _read(files, key).items()
        ]
        shown.answer({"papers": rows}, rows, (), json=json)


def list_officers(
    files: Files,
    identity: asked.IdentityPublic,
    feed: Annotated[
        str, typer.Option("--feed", metavar="FEED", help="A feed of the party's own.", show_default=False)
    ],
    at: Annotated[
        int, typer.Option("--at", metavar="N", min=0, help="The entry they sign in.", show_default=False)
    ],
    json: asked.Json = False,
) -> None:
    """Say which officers may sign. `ROSTER_HELP` says the rest."""
    with stopping():
        key = asked.half(identity, "identity").key
        origin = asked.feed(feed, "--feed", ids.party(key))
        if origin.party != ids.party(key):
            raise Invalid("key.entry", "--feed", origin.text, "a feed of the party whose identity it is")
        found = _read(files, key)
        papers = certificate.papers(each for each in found.values() if not isinstance(each, Approval))
        officers = roster(origin, at, papers)
        given = tuple(each for each in found.values() if isinstance(each, Approval))
        approvals = [
            _approved(subject, approval.approvers(subject, given, origin, at, papers))
            for subject in dict.fromkeys(each.subject for each in given)
        ]
        party = {**shown.party(key), "feed": origin.text, "at": at}
        valid = sum(each.standing == "valid" for each in officers.values())
        listed = [shown.officer(each) for each in officers.values()]
        rows = {**party, "officers": listed, "may_sign": valid, "approvals": approvals}
        if not json and officers:
            show(_table(officers))
        counted = f"{valid} of {len(officers)} may sign at entry {at}; two are needed. {CLAIM}"
        shown.answer(rows, [party, *map(_in_words, approvals)], [counted], json=json)


CLAIM = "That two keys are two people is the party's own claim."


def _read(files: Iterable[str], identity: bytes) -> Mapping[str, Paper | Approval]:
    """Every paper, or the first error, which names its file."""
    found: dict[str, Paper | Approval] = {}
    for file in files:
        data = asked.read_paper(file)
        with asked.naming(file):
            found[file] = _approval(data) if data.startswith(b"{") else certificate.read(data, identity)
    return found


def _approval(data: bytes) -> Approval:
    found = approval.read(data.removesuffix(b"\n"))
    if not approval.verifies(found):
        raise NotTrusted("key.approval", "the key that it names has not signed this")
    return found


def _approved(subject: Subject, keys: frozenset[bytes]) -> shown.Row:
    return {
        "what": "approval",
        "of": subject.what,
        "sha256": subject.hash.hex(),
        "agreement": None if subject.agreement is None else ids.base32(subject.agreement),
        "approved": len(keys) >= approval.NEEDED,
        "keys": sorted(map(ids.base32, keys)),
    }


def _in_words(row: shown.Row) -> shown.Row:
    """The same for a table."""
    enough = "approved" if row["approved"] else "NOT APPROVED"
    counted = f"{enough}: signed by {len(row['keys'])} that count, {approval.NEEDED} are needed"
    return {**row, "approved": counted, "keys": "\n".join(row["keys"])}


def _table(officers: Mapping[bytes, Officer]) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left")
    for name in ("role", "standing", "from"):
        table.add_column(name, overflow="fold")
    table.add_column("key", no_wrap=True)
    for key, each in officers.items():
        until = "" if each.last_n is None else f", revoked from {each.last_n}"
        why = each.standing if each.why in (None, "revoked") else f"{each.standing}: {_why(each)}"
        table.add_row(Text(each.role), why, f"{each.from_n}{until}", Text(ids.base32(key)[: shown.LONGEST]))
    return table


def _why(officer: Officer) -> str:
    return f"kind {officer.kind}" if officer.why == "another kind" else str(officer.why)
