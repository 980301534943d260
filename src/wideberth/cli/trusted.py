"""Whom the reader of a record or release knows: `--trust`, and `--paper`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, TypeAlias

import typer

from wideberth.cli.files import read_bytes
from wideberth.errors import Invalid
from wideberth.ledger.record import Anchor
from wideberth.store import keyfile

Trust: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--trust",
        metavar="PARTY",
        help="A party's name or identity key (52 characters), or a file of them, one a line.",
    ),
]
Papers: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--paper",
        metavar="FILE",
        help="A certificate or revocation that came another way, such as by mail.",
    ),
]
_NAME = re.compile("[a-z2-7]{52}")


def anchors(trust: Sequence[str]) -> tuple[Anchor, ...]:
    """Those named, and those in files; also in the public half of an identity, as `wideberth key` writes it.

    Raises: Invalid (`verify.trust`, and as read_bytes).
    """
    return tuple(_anchors(trust))


def _anchors(trust: Sequence[str]) -> Iterator[Anchor]:
    for text in trust:
        if _NAME.fullmatch(text):
            yield Anchor(text)
            continue
        lines = read(text).decode("utf-8", "replace").splitlines()
        for number, line in enumerate(lines, start=1):
            name, _, label = line.strip().removeprefix(f"{keyfile.PUBLIC} identity ").partition(" ")
            if not name or name.startswith("#"):
                continue
            if not _NAME.fullmatch(name):
                wanted = "a party's name or identity key (52 characters), and what you call it"
                # it may be a secret, given by mistake: the number of the line says enough
                raise Invalid("verify.trust", f"{text}: line {number}", "something else", wanted)
            yield Anchor(name, label.strip())


def read(path: str) -> bytes:
    """A small file. Raises: Invalid (`file.*`), with its name."""
    try:
        return read_bytes(path)
    except Invalid as error:
        raise error.under(path) from error
