"""What sets one recipient's copy apart: which words it has, the order of its records, a token in metadata.

All three follow from 32 random bytes, the mark of a release, which its author alone keeps, and the name of
the recipient. HMAC-SHA-256 (RFC 2104) over

    "wideberth/fingerprint/v1" 00 "slot" | "order" | "token" 00 recipient 00 name of the slot, or nothing

is read as a number. To whoever does not know the mark each choice is an even draw among the alternatives,
whatever others were seen: that is all the figures of desk.trace stand on. No coordinate, time, number or name
is ever chosen.
"""

from __future__ import annotations

import hmac
from typing import Final

from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.model.marked import Choose

MARK: Final = 32
"""Bytes of a mark."""
TOKEN: Final = 26
"""Characters of a token: 128 bits in base32."""
_BYTES: Final = 16
"""Bytes of a token."""
_DOMAIN: Final = b"wideberth/fingerprint/v1"


def choose(mark: bytes, recipient: str) -> Choose:
    """The choices of a copy.

    The digest is taken modulo the number of alternatives; of 2²⁵⁶ values that is even to within 2⁻²⁴⁸.

    Raises: Invalid (`trace.mark`).
    """
    head = _head(mark, "slot", recipient)

    def choice(name: str, variants: int) -> int:
        return int.from_bytes(hmac.digest(mark, head + name.encode(), "sha256")) % variants

    return choice


def order(mark: bytes, recipient: str, n: int) -> tuple[int, ...]:
    """In which order a copy has its n records, from 0: each two that follow each other swapped or not.

    One bit for each pair; a last one without a neighbour stays where it is.

    Raises: Invalid (`trace.mark`).
    """
    head = _head(mark, "order", recipient)
    found: list[int] = []
    for first in range(0, n - 1, 2):
        swapped = hmac.digest(mark, head + str(first).encode(), "sha256")[0] & 1
        found += (first + 1, first) if swapped else (first, first + 1)
    return (*found, n - 1) if n % 2 else tuple(found)


def token(mark: bytes, recipient: str) -> str:
    """What the metadata of a copy's files name it by: 26 characters of base32, which say nothing of the mark.

    Raises: Invalid (`trace.mark`).
    """
    return ids.base32(hmac.digest(mark, _head(mark, "token", recipient), "sha256")[:_BYTES])


def _head(mark: bytes, what: str, recipient: str) -> bytes:
    if len(mark) != MARK:
        raise Invalid("trace.mark", "mark", f"{len(mark)} bytes", f"{MARK} random bytes")
    return b"\0".join((_DOMAIN, what.encode(), recipient.encode(), b""))
