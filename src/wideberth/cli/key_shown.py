"""How keys, papers and officers are shown: as rows of a table, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from rich.table import Table
from rich.text import Text

from wideberth.cli.key_asked import SCHEMA
from wideberth.cli.say import out, show, tell
from wideberth.errors import shorten
from wideberth.ledger import ids, quints
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Certificate, Paper
from wideberth.ledger.roster import Officer
from wideberth.store import keyfile
from wideberth.store.keyfile import Public

Row = dict[str, Any]
Private = Literal["sealed", "plain", "absent"]
PRIVATE: Mapping[Private, str] = {
    "sealed": "sealed under a passphrase",
    "plain": "NOT SEALED",
    "absent": "not in this file",
}
LONGEST = 52
"""Characters of a key that a table shows; a longer one is in its file and in the JSON."""


def key(file: str, half: Public, private: Private) -> Row:
    """A key; `private` says how its private half is kept in this file."""
    found: Row = {
        "file": _name(file),
        "purpose": half.purpose,
        "private": private,
        "public": ids.base32(half.key),
    }
    if half.purpose == "seal":
        found["suite"] = keyfile.suite(half)
    if half.purpose == "identity":
        found |= party(half.key)
    return found


def party(identity: bytes) -> Row:
    """The party of an identity, by name and by words."""
    return {"party": ids.party(identity), "words": quints.identity(identity)}


def private(found: keyfile.KeyFile) -> Private:
    """How a private half is kept."""
    return "sealed" if isinstance(found, keyfile.Sealed) else "plain"


def paper(file: str, found: Paper, identity: bytes) -> Row:
    """A certificate or revocation."""
    row: Row = {"file": _name(file), "key": ids.base32(found.key)}
    if isinstance(found, Certificate):
        row |= {
            "what": "certificate",
            "purpose": found.purpose,
            "feed": found.origin.text,
            "from_n": found.from_n,
        }
        row |= {} if found.kind is None else {"kind": found.kind, "role": found.role}
    else:
        row |= {"what": "revocation", "last_n": {origin.text: n for origin, n in found.last_n.items()}}
    return row | party(identity)


def approval(file: str, found: Approval) -> Row:
    """An officer's approval."""
    subject = found.subject
    row: Row = {"file": _name(file), "what": "approval", "of": subject.what, "sha256": subject.hash.hex()}
    if subject.agreement is not None:
        row["agreement"] = ids.base32(subject.agreement)
    return row | {"key": ids.base32(found.key)}


def officer(found: Officer) -> Row:
    """A key on the roster."""
    return {
        "role": found.role,
        "standing": found.standing,
        "why": found.why,
        "from_n": found.from_n,
        "last_n": found.last_n,
        "kind": found.kind,
        "key": ids.base32(found.key),
    }


def answer(
    rows: Mapping[str, Any],
    tables: Sequence[Row],
    following: Sequence[str],
    *,
    json: bool,
    schema: str = SCHEMA,
) -> None:
    """The answer on standard output, as JSON or as tables; on standard error, what to do next."""
    # a name of a file may hold anything
    lines = [shorten(line, 2_000) for line in following]
    if json:
        data = {"schema": schema, **rows, "next": lines}
        out(msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n")
    else:
        for row in tables:
            show(_table(row))
    for line in lines:
        tell(line)


def _name(file: str) -> str:
    return shorten(file, 400)


def _table(row: Row) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in row.items():
        if isinstance(value, Mapping):
            for feed, n in value.items():
                table.add_row(f"{name} {n}", Text(feed))
        elif value is not None:
            table.add_row(name, Text(_cell(name, value)))
    table.add_row("", "")
    return table


def _cell(name: str, value: Any) -> str:
    if name == "private":
        return PRIVATE[value]
    return f"{value[:LONGEST]}…" if name == "public" and len(value) > LONGEST else str(value)
