"""`wideberth agreement`: terms as files: what they say, what a version changes, who signed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import agreement_line, agreement_sign
from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli.agreement_sign import SCHEMA, Json, Terms, named, read
from wideberth.cli.say import CONFLICTS, out, stopping
from wideberth.desk.differences import differences, items
from wideberth.errors import Invalid
from wideberth.formats import agreement_draft
from wideberth.ledger import approval, ids
from wideberth.model.agreement import Party
from wideberth.render import agreement as words
from wideberth.store import keyfile

AGREEMENT_HELP = """\
Agreements: draft the terms, read them, compare versions, sign them, and see who has signed: without a node.
On a line of a node that runs: propose, status, submit, suspend, resume, end.

\b
Examples:
  wideberth agreement draft --title "Trial" --party "Blue Heron=north.key.pub" \\
    --party "Red Kite=south.key.pub" --out terms.toml
  wideberth agreement diff terms.toml terms-2.toml
  wideberth agreement sign terms.toml --officer officer-1.key --out terms.approval-1
  wideberth agreement propose South terms.toml
"""
DRAFT_HELP = """\
Write the text of an agreement, complete and explained, to be changed; or of the version after one.

Nothing in it is agreed until two officers of every party of a line have signed its exact bytes.

\b
Examples:
  wideberth agreement draft --title "Trial" --party "Blue Heron=north.key.pub" \\
    --party "Red Kite=south.key.pub" --out terms.toml
  wideberth agreement draft --after terms.toml --out terms-2.toml

\b
Exit codes: 0 done, 2 bad input (nothing is written), 3 could not.
"""
SHOW_HELP = """\
Say in plain words what terms say, and their SHA-256.

\b
Examples:
  wideberth agreement show terms.toml

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
DIFF_HELP = """\
Say in plain words what a version changes: what becomes stricter, what looser, and for whom.

\b
Examples:
  wideberth agreement diff terms.toml terms-2.toml

\b
Exit codes: 0 no change, 1 changes, 2 bad input, 3 could not.
"""


def draft(
    output: asked.Out,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What it is called.")] = None,
    party: Annotated[
        list[str] | None,
        typer.Option(
            "--party",
            metavar="LABEL=PUB",
            help="A party: what people call it, and the public half of its identity (a file) or its name.",
        ),
    ] = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="FILE", help="The version that this one is to follow.")
    ] = None,
    json: Json = False,
) -> None:
    """Write terms to be changed. `DRAFT_HELP` says the rest."""
    with stopping():
        if (after is None) is (title is None) or (after is not None and party):
            raise Invalid("agreement.draft", "", "both or neither", "--title and --party, or --after")
        if after is None:
            parties = [_party(each) for each in party or ()]
            number = secrets.token_bytes(approval.AGREEMENT_ID)
            data = agreement_draft.draft(number, title or "", parties)
        else:
            before = read(after)
            with asked.naming(after):
                data = agreement_draft.following(before)
        keyfile.save([(Path(output), data, keyfile.PUBLIC_MODE)])
        following = [f"Change {output} to what is meant; then `wideberth agreement show {output}`."]
        row = named(output, read(output))
        shown.answer({"agreement": row}, [row], following, json=json, schema=SCHEMA)


def show(terms: Terms, json: Json = False) -> None:
    """Say what terms say. `SHOW_HELP` says the rest."""
    with stopping():
        found = read(terms)
        row = named(terms, found)
        parties = [_known(each) for each in found.agreement.parties]
        said = [each for each in items(found.agreement) if each.what not in ("id", "version", "parties")]
        if json:
            rows = {"agreement": row, "parties": parties, "terms": [words.item(each) for each in said]}
            shown.answer(rows, (), (), json=True, schema=SCHEMA)
        else:
            told = {words.subject(each): words.value(each.after, each.kind) for each in said}
            shown.answer({}, [row, *parties, told], (), json=False)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The earlier version.", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The later version.", show_default=False)],
    json: Json = False,
) -> None:
    """Say what changes. `DIFF_HELP` says the rest."""
    with stopping():
        before, after = read(old), read(new)
        found = differences(before.agreement, after.agreement)
        notes = _lineage(before.hash, before.agreement.id == after.agreement.id, after.agreement.previous)
        if json:
            rows = {
                "old": named(old, before),
                "new": named(new, after),
                "changes": list(map(words.document, found)),
            }
            shown.answer(rows, (), notes, json=True, schema=SCHEMA)
        else:
            lines = [words.sentence(each) for each in found] or ["The terms are the same."]
            out("".join(f"{line}\n" for line in lines).encode("utf-8"))
            shown.answer({}, (), notes, json=False)
        if found:
            raise typer.Exit(CONFLICTS)


def _lineage(before: bytes, same: bool, previous: bytes | None) -> Sequence[str]:
    if not same:
        return ["These are two agreements, not two versions of one: their ids differ."]
    if previous != before:
        return [
            "The later does not name the earlier as the one before it: while that is in force, it is ignored."
        ]
    return []


def _party(text: str) -> Party:
    label, _, of = text.rpartition("=")
    if not label or not of:
        raise Invalid("agreement.party", "--party", text, "LABEL=PUB, for example Blue Heron=north.key.pub")
    if len(of) == len(ids.base32(bytes(ids.HASH))) and not Path(of).exists():
        ids.unbase32(of, ids.HASH, "--party")
        return Party(of, label)
    return Party(ids.party(asked.half(of, "identity").key), label)


def _known(party: Party) -> shown.Row:
    return {"party": party.label, "name": party.name, "words": agreement_sign.in_words(party.name)}


agreements = typer.Typer(help=AGREEMENT_HELP, no_args_is_help=True, rich_markup_mode=None)
agreements.command("draft", short_help="Write terms to be changed.", help=DRAFT_HELP)(draft)
agreements.command("show", short_help="Say what terms say.", help=SHOW_HELP)(show)
agreements.command("diff", short_help="Say what a version changes.", help=DIFF_HELP)(diff)
agreements.command("sign", short_help="Sign terms, as an officer.", help=agreement_sign.SIGN_HELP)(
    agreement_sign.sign
)
agreements.command("check", short_help="Say who has signed.", help=agreement_sign.CHECK_HELP)(
    agreement_sign.check
)
for verb, short, said, command in (
    ("propose", "Put terms to the other party.", agreement_line.PROPOSE_HELP, agreement_line.propose),
    ("status", "Say what is signed and in force.", agreement_line.STATUS_HELP, agreement_line.status),
    ("submit", "Hand in signatures.", agreement_line.SUBMIT_HELP, agreement_line.submit),
    ("suspend", "Suspend what is in force.", agreement_line.SUSPEND_HELP, agreement_line.suspend),
    ("resume", "Take the own suspension back.", agreement_line.RESUME_HELP, agreement_line.resume),
    ("end", "End it for good.", agreement_line.END_HELP, agreement_line.end),
):
    agreements.command(verb, short_help=short, help=said)(command)
