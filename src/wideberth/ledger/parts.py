"""Terms and other bytes too large for one body, cut into `part` entries bound by SHA-256 (LINE 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger.entries import Part

PART = 40_000
"""Bytes of every part but the last: 64,000 characters of base32, so that a body holds them."""
WHOLE = 16 * 1024 * 1024
"""Bytes that may be cut into parts."""
PARTS = -(-WHOLE // PART)


def split(data: bytes) -> tuple[Part, ...]:
    """The parts of some bytes, for one `part` entry each. Raises: Invalid (`ledger.part`)."""
    if not 0 < len(data) <= WHOLE:
        raise Invalid("ledger.part", "", f"{len(data):,} bytes", f"1 to {WHOLE:,} bytes")
    digest, of = hashlib.sha256(data).digest(), -(-len(data) // PART)
    return tuple(Part(digest, i, of, data[i * PART : (i + 1) * PART]) for i in range(of))


def join(parts: Iterable[Part]) -> bytes:
    """The bytes that these parts make, in whatever order and however often they came.

    Raises: Invalid (`ledger.part` for a part of another length, of something else, or in two versions;
    `ledger.parts_missing`), NotTrusted (`ledger.parts_hash` where together they are something else).
    """
    held: dict[int, Part] = {}
    for part in parts:
        first = next(iter(held.values()), part)
        if (part.sha256, part.of) != (first.sha256, first.of) or held.setdefault(part.i, part) != part:
            raise Invalid("ledger.part", f"part {part.i}", part.sha256.hex(), "parts of one thing, each once")
        last = part.i == part.of - 1
        if part.of > PARTS or not 0 < len(part.data) <= PART or not (last or len(part.data) == PART):
            wanted = f"{PART:,} bytes in each but the last, at most {PARTS} parts"
            raise Invalid("ledger.part", f"part {part.i}", f"{len(part.data):,} bytes, of {part.of}", wanted)
    of = next(iter(held.values())).of if held else 1
    missing = [i for i in range(of) if i not in held]
    if missing:
        raise Invalid("ledger.parts_missing", "", f"{len(held)} of {of}", f"also part {missing[0]}")
    data = b"".join(held[i].data for i in range(of))
    if hashlib.sha256(data).digest() != held[0].sha256:
        raise NotTrusted("ledger.parts_hash", "these parts do not make what they say they are parts of")
    return data
