"""What an identity key signs: a note of two lines under the party's name, what it is and canonical JSON."""

from __future__ import annotations

from collections.abc import Mapping

from wideberth.errors import Invalid
from wideberth.ledger import canonical, ids, keys, note
from wideberth.ledger.canonical import Value
from wideberth.ledger.note import Verifier

SIZE = 64 * 1024
"""Bytes of the JSON."""


def sign(heading: str, value: Mapping[str, Value], identity_seed: bytes) -> bytes:
    """The signed note. Raises: Invalid (`ledger.key`, and as canonical.write)."""
    name = ids.cosigner(ids.party(keys.public(identity_seed)))
    text = f"{heading}\n{canonical.write(dict(value), SIZE).decode()}\n"
    return note.write(note.sign(text, name, identity_seed))


def read(data: bytes, heading: str, identity: bytes) -> dict[str, Value]:
    """What a note with this heading says, signed with this identity key.

    Raises: Invalid (`ledger.statement` for another heading; and as note.parse and canonical.accept),
    NotTrusted (`ledger.signature`, `ledger.unsigned`).
    """
    found = note.parse(data)
    note.verify(found, [Verifier(ids.cosigner(ids.party(identity)), note.ED25519, identity)])
    first, _, rest = found.text.partition("\n")
    if first != heading or not rest.endswith("\n"):
        raise Invalid("ledger.statement", "line 1", first, f"{heading}, and a line of JSON")
    return canonical.accept(rest[:-1].encode(), SIZE)
