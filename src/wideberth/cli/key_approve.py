"""`wideberth key approve`: an officer's signature over one exact hash."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, cast

import typer

from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli.say import stopping
from wideberth.errors import Invalid, shorten
from wideberth.ledger import approval, ids
from wideberth.ledger.approval import Subject, What
from wideberth.store import keyfile

APPROVE_HELP = """\
Approve, as an officer, the terms of an agreement, the lift of a hold, a release, or the audit of a blind
check: sign its exact hash.

What is signed is shown first. An approval counts where two officers of the party have approved the same.

\b
Examples:
  wideberth key approve --officer officer-2.key --what lift --file lift.json --out lift.approval-2
  wideberth key approve --officer officer-2.key --what agreement --agreement ID --file terms.toml \\
    --out terms.approval-2

\b
Exit codes: 0 done, 2 bad input (nothing is signed or written), 3 could not.
"""

_HEX = re.compile("[0-9a-f]{64}")


def approve(
    officer: Annotated[
        str, typer.Option("--officer", metavar="FILE", help="The officer's key file.", show_default=False)
    ],
    what: Annotated[
        str,
        typer.Option("--what", metavar="WHAT", help=f"{', '.join(approval.WHATS)}.", show_default=False),
    ],
    output: asked.Out,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="The exact bytes that are approved.")
    ] = None,
    digest: Annotated[
        str | None,
        typer.Option("--hash", metavar="SHA256", help="Their SHA-256 instead: 64 hex digits, or base32."),
    ] = None,
    agreement: Annotated[
        str | None, typer.Option("--agreement", metavar="ID", help="Of an agreement: its id, in base32.")
    ] = None,
    passphrase_file: asked.PassphraseFile = None,
    yes: asked.Yes = False,
    json: asked.Json = False,
) -> None:
    """Approve one exact hash. `APPROVE_HELP` says the rest."""
    with stopping():
        if (file is None) is (digest is None):
            raise Invalid("key.subject", "--file", "both or neither", "one of --file and --hash")
        data = None if file is None else asked.read_paper(file)
        known = _hash(digest or "") if data is None else hashlib.sha256(data).digest()
        subject = _subject(what, known, agreement)
        held = asked.key_file(officer, "officer")
        named = "" if data is None else f"\nof {shorten(file, 400)}, {len(data):,} bytes"
        asked.confirm(_words(subject) + named, None, yes=yes)
        made = approval.sign(subject, asked.seed(officer, held, passphrase_file))
        keyfile.save([(Path(output), approval.write(made) + b"\n", keyfile.PUBLIC_MODE)])
        row = shown.approval(output, made)
        following = (
            f"{output} counts together with the approval of a second officer: send it along with theirs."
        )
        shown.answer({"approvals": [row]}, [row], [following], json=json)


def _subject(what: str, digest: bytes, agreement: str | None) -> Subject:
    number = None if agreement is None else ids.unbase32(agreement, approval.AGREEMENT_ID, "--agreement")
    subject = Subject(cast("What", what), digest, number)
    approval.message(subject)
    return subject


def _hash(text: str) -> bytes:
    return bytes.fromhex(text) if _HEX.fullmatch(text) else ids.unbase32(text, ids.HASH, "--hash")


def _words(subject: Subject) -> str:
    """The three parts of what is signed."""
    heading = approval.APPROVAL if subject.agreement is None else approval.AGREEMENT
    named = subject.what if subject.agreement is None else f"agreement {ids.base32(subject.agreement)}"
    return f"{heading.decode()}{named}\nSHA-256 {subject.hash.hex()}"
