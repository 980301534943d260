"""`wideberth agreement sign` and `check`: officers' signatures over terms, and whether they suffice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli.say import NOT_VERIFIED, stopping
from wideberth.errors import Invalid, NotTrusted
from wideberth.formats import agreement
from wideberth.formats.agreement import Signed
from wideberth.ledger import approval, certificate, ids, quints
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Paper, Papers
from wideberth.ledger.roster import Officer, roster
from wideberth.store import keyfile

SCHEMA = "wideberth.agreement.answer/1"
CLAIM = "That two keys are two people is the party's own claim."
SIGN_HELP = """\
Sign terms, as an officer: their exact bytes.

The whole text and its SHA-256 are shown first. It is in force on a line when two officers of each of its two
parties have signed the same bytes.

\b
Examples:
  wideberth agreement sign terms.toml --officer officer-1.key --out terms.approval-1

\b
Exit codes: 0 done, 2 bad input (nothing is signed or written), 3 could not.
"""
CHECK_HELP = """\
Say who has signed terms on a line, and what is missing.

Papers are officers' certificates, revocations, and approvals. Each party whose identity is given needs two
officers whose keys count at entry N of its feed.

\b
Examples:
  wideberth agreement check terms.toml *.cert *.approval-* --identity north.key.pub \\
    --identity south.key.pub --feed LINE/main/0 --at 7

\b
Exit codes: 0 signed by all of these parties, 1 not yet, 2 bad input or a paper that cannot be trusted,
3 could not.
"""

Terms = Annotated[str, typer.Argument(metavar="TERMS", help="The file of the terms.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


class Given(NamedTuple):
    """What the files hold: approvals, and papers by the name of the party that signed them."""

    approvals: Mapping[str, Approval]
    papers: Mapping[str, Papers]


def read(path: str) -> Signed:
    """The terms in a file. Raises: Invalid, its path beginning with the file."""
    data = asked.read_paper(path)
    with asked.naming(path):
        return agreement.read(data)


def named(file: str, signed: Signed) -> shown.Row:
    """Which agreement and version a file is."""
    found = signed.agreement
    return {
        "file": file,
        "title": found.terms.title,
        "agreement": ids.base32(found.id),
        "version": found.version,
        "previous": None if found.previous is None else found.previous.hex(),
        "sha256": signed.hash.hex(),
        "bytes": len(signed.data),
    }


def in_words(party: str) -> str:
    """The eight words of a party, from its name."""
    return quints.words(ids.unbase32(party, ids.HASH, "party")[: quints.IDENTITY])


def sign(
    terms: Terms,
    officer: Annotated[
        str, typer.Option("--officer", metavar="FILE", help="The officer's key file.", show_default=False)
    ],
    output: asked.Out,
    passphrase_file: asked.PassphraseFile = None,
    yes: asked.Yes = False,
    json: Json = False,
) -> None:
    """Sign terms. `SIGN_HELP` says the rest."""
    with stopping():
        found = read(terms)
        held = asked.key_file(officer, "officer")
        asked.confirm(_whole(found), None, yes=yes)
        made = approval.sign(found.subject, asked.seed(officer, held, passphrase_file))
        keyfile.save([(Path(output), approval.write(made) + b"\n", keyfile.PUBLIC_MODE)])
        row = shown.approval(output, made)
        following = [
            f"{output} counts together with the approval of a second officer: send it along with theirs."
        ]
        shown.answer({"approvals": [row]}, [row], following, json=json, schema=SCHEMA)


def check(
    terms: Terms,
    identity: Annotated[
        list[str],
        typer.Option(
            "--identity",
            metavar="PUB",
            help="The public half of a party's identity: a file, or its line. Once for each party.",
            show_default=False,
        ),
    ],
    feed: Annotated[
        str,
        typer.Option(
            "--feed", metavar="LINE/main/0", help="The feed of each in which it signs.", show_default=False
        ),
    ],
    at: Annotated[
        int, typer.Option("--at", metavar="N", min=0, help="The entry they sign in.", show_default=False)
    ],
    papers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PAPER]...", help="Certificates, revocations, approvals.", show_default=False
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Say who has signed. `CHECK_HELP` says the rest."""
    with stopping():
        found = read(terms)
        keys = {ids.party(key): key for key in (asked.half(each, "identity").key for each in identity)}
        _check_parties(found, keys)
        given = _given(papers or (), keys)
        parties = [_party(found, name, given, feed, at) for name in keys]
        others = [each.label for each in found.agreement.parties if each.name not in keys]
        whole = all(each["signed"] for each in parties)
        counted = {key for each in parties for key in each["keys"]}
        unused = [
            {"file": file, "why": _why_not(found, each, given, feed, at)}
            for file, each in given.approvals.items()
            if ids.base32(each.key) not in counted or each.subject != found.subject
        ]
        row = named(terms, found)
        rows = {
            "agreement": row,
            "signed": whole,
            "parties": parties,
            "not_counted": unused,
            "not_asked": others,
        }
        tables = [row, *map(_in_words, parties), *unused]
        shown.answer(rows, tables, _following(whole, others), json=json, schema=SCHEMA)
        if not whole:
            raise typer.Exit(NOT_VERIFIED)


def _whole(found: Signed) -> str:
    """The three parts of what is signed, and all of what the hash is of."""
    heading = approval.AGREEMENT.decode()
    number = ids.base32(found.agreement.id)
    hashed = f"SHA-256 {found.hash.hex()}\nof these {len(found.data):,} bytes:"
    return f"{heading}agreement {number}\n{hashed}\n\n{found.data.decode()}"


def _check_parties(found: Signed, keys: Mapping[str, bytes]) -> None:
    parties = {each.name for each in found.agreement.parties}
    for name in keys:
        if name not in parties:
            wanted = "the identities of parties that the terms name"
            raise Invalid("agreement.stranger", "--identity", f"{name} ({in_words(name)})", wanted)
    if len(keys) < 2:
        raise Invalid(
            "agreement.stranger", "--identity", "one party", "the identities of both parties of the line"
        )


def _given(files: Sequence[str], keys: Mapping[str, bytes]) -> Given:
    approvals: dict[str, Approval] = {}
    papers: dict[str, list[Paper]] = {name: [] for name in keys}
    for file in files:
        data = asked.read_paper(file)
        with asked.naming(file):
            if data.startswith(b"{"):
                approvals[file] = _approval(data)
            else:
                name, paper = _paper(data, keys)
                papers[name].append(paper)
    return Given(approvals, {name: certificate.papers(each) for name, each in papers.items()})


def _approval(data: bytes) -> Approval:
    found = approval.read(data.removesuffix(b"\n"))
    if not approval.verifies(found):
        raise NotTrusted("key.approval", "the key that it names has not signed this")
    return found


def _paper(data: bytes, keys: Mapping[str, bytes]) -> tuple[str, Paper]:
    """Whose paper it is: whoever signed it."""
    *first, last = keys.items()
    for name, key in first:
        try:
            return name, certificate.read(data, key)
        except NotTrusted:
            continue
    return last[0], certificate.read(data, last[1])


def _roster(name: str, given: Given, feed: str, at: int) -> Mapping[bytes, Officer]:
    return roster(asked.feed(feed, "--feed", name), at, given.papers[name])


def _party(found: Signed, name: str, given: Given, feed: str, at: int) -> shown.Row:
    origin = asked.feed(feed, "--feed", name)
    if origin.party != name:
        raise Invalid("agreement.feed", "--feed", feed, "LINE/main/0, for the feed of each party")
    signers = approval.approvers(found.subject, given.approvals.values(), origin, at, given.papers[name])
    officers = _roster(name, given, feed, at)
    return {
        "party": found.agreement.label(name),
        "words": in_words(name),
        "signed": len(signers) >= approval.NEEDED,
        "keys": sorted(map(ids.base32, signers)),
        "roles": sorted(officers[key].role for key in signers),
        "missing": max(0, approval.NEEDED - len(signers)),
    }


def _in_words(row: shown.Row) -> shown.Row:
    """The same for a table."""
    missing = f"NOT SIGNED: {row['missing']} more of its officers needed"
    signed = "signed by two officers or more" if row["signed"] else missing
    return {
        **row,
        "signed": signed,
        "keys": "\n".join(row["keys"]),
        "roles": ", ".join(row["roles"]),
        "missing": None,
    }


def _why_not(found: Signed, each: Approval, given: Given, feed: str, at: int) -> str:
    subject = each.subject
    if subject.what != "agreement":
        return f"it approves something else: a {subject.what}"
    if subject.agreement != found.agreement.id:
        return "it is for another agreement"
    if subject.hash != found.hash:
        return f"it is for other terms, SHA-256 {subject.hash.hex()}: another version, or altered bytes"
    for name in given.papers:
        officer = _roster(name, given, feed, at).get(each.key)
        if officer is not None:
            return f"its key does not count at entry {at}: {officer.why}"
    return "its key is on nobody's roster"


def _following(whole: bool, others: Sequence[str]) -> list[str]:
    lines = []
    if others:
        lines.append(
            f"Nothing is known of {', '.join(others)}: on the lines to them nothing is agreed by this."
        )
    lines.append(f"{'Signed by all of them.' if whole else 'NOT IN FORCE: signatures are missing.'} {CLAIM}")
    if whole:
        lines.append("It is in force on their line if it names the version in force before it.")
    return lines
