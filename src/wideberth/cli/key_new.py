"""`wideberth key new` and `key show`: a key in a file, and what a file holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import key_asked as asked
from wideberth.cli import key_shown as shown
from wideberth.cli.say import stopping
from wideberth.errors import Invalid
from wideberth.ledger import keys, seal
from wideberth.store import keyfile
from wideberth.store.keyfile import KeyFile, Purpose

NEW_HELP = """\
Make a key: a file for its owner only, and beside it FILE.pub, its public half.

PURPOSE is identity, log, cosign, seal, officer or cell; a key has one purpose for ever. The private half is
sealed under a passphrase. No file is ever written over.

\b
Examples:
  wideberth key new identity --out north.key
  wideberth key new officer --out officer-2.key
  wideberth key new log --out log.key --no-passphrase

\b
Exit codes: 0 done, 2 bad input (nothing is written), 3 could not.
"""
SHOW_HELP = """\
Show what files of keys hold: purpose, public half, and for an identity its party and words.

Takes key files and their public halves. Asks for no passphrase, and never shows a private half.

\b
Examples:
  wideberth key show north.key
  wideberth key show *.pub --json

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

CERTIFY = "It counts for nothing until the identity certifies it: wideberth key certify --key {pub} …"
NEXT = {
    "identity": (
        "Keep {file} off the network, and a copy of it in another safe place: nothing replaces it.",
        "Give {pub} to the other party, and compare the eight words by voice before they rely on it.",
    ),
    "log": (CERTIFY,),
    "cosign": (CERTIFY,),
    "seal": (CERTIFY,),
    "officer": (
        "Whoever holds {file} signs as this officer: one person, and nobody else.",
        CERTIFY,
    ),
    "cell": ("Name it to the node: wideberth relay cell add ROLE --key {pub}",),
}


def new(
    purpose: Annotated[
        str,
        typer.Argument(
            metavar="PURPOSE",
            help=", ".join(keyfile.PURPOSES) + ".",
            show_default=False,
            autocompletion=lambda: list(keyfile.PURPOSES),
        ),
    ],
    output: asked.Out,
    suite: Annotated[
        int, typer.Option(help="Of a seal key: 1 is X25519, 2 is ML-KEM-768 with X25519.")
    ] = seal.X25519,
    passphrase_file: asked.PassphraseFile = None,
    no_passphrase: asked.NoPassphrase = False,
    json: asked.Json = False,
) -> None:
    """Make a key. `NEW_HELP` says the rest."""
    with stopping():
        seed = os.urandom(keys.KEY)
        half = keyfile.public(_purpose(purpose), seed, _suite(suite, purpose))
        made = asked.new_file(half, seed, passphrase_file, plain=no_passphrase)
        keyfile.save(new_files(output, made))
        row = shown.key(output, half, shown.private(made))
        shown.answer({"keys": [row]}, [row], following(output, made), json=json)


def show(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Key files, public halves.", show_default=False),
    ],
    json: asked.Json = False,
) -> None:
    """Show what files of keys hold. `SHOW_HELP` says the rest."""
    with stopping():
        rows = [_row(file) for file in files]
        shown.answer({"keys": rows}, rows, (), json=json)


def new_files(output: str, made: KeyFile) -> list[tuple[Path, bytes, int]]:
    """A key file, and its public half beside it."""
    line = f"{made.public.text}\n".encode()
    return [
        (Path(output), keyfile.write(made), keyfile.MODE),
        (Path(f"{output}.pub"), line, keyfile.PUBLIC_MODE),
    ]


def following(output: str, made: KeyFile) -> list[str]:
    """What to do with a new key."""
    lines = [line.format(file=output, pub=f"{output}.pub") for line in NEXT[made.public.purpose]]
    if isinstance(made, keyfile.Plain):
        lines.insert(0, f"{output} is NOT SEALED: whoever reads the file can sign with it.")
    return lines


def _row(file: str) -> shown.Row:
    with asked.naming(file):
        data = keyfile.load(Path(file))
        if data.startswith(keyfile.PUBLIC.encode()):
            return shown.key(file, keyfile.read_public(data), "absent")
        found = keyfile.read(data)
        return shown.key(file, found.public, shown.private(found))


def _purpose(text: str) -> Purpose:
    for purpose in keyfile.PURPOSES:
        if text == purpose:
            return purpose
    raise Invalid("key.purpose", "PURPOSE", text, ", ".join(keyfile.PURPOSES))


def _suite(suite: int, purpose: str) -> int:
    if suite not in (seal.X25519, seal.HYBRID) or (suite != seal.X25519 and purpose != "seal"):
        raise Invalid("key.suite", "--suite", suite, "1 or 2, for a seal key")
    return suite
