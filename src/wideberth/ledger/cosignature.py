"""C2SP tlog-cosignature v1 (c2sp.org/tlog-cosignature): "as of this time, this is the newest I hold".

On a line it says: I durably hold every leaf, and its salt and body, to this size. It says nothing about
people.
"""

from __future__ import annotations

from typing import NamedTuple

from wideberth.ledger import keys

TIMES = 2**63 - 1
"""The latest time, in seconds POSIX, that the format allows."""
TIME = 8
"""Bytes of the time before the signature."""


class Timed(NamedTuple):
    """The two parts of a cosignature: when, in s POSIX UTC, and the 64 bytes over `message`."""

    time_s: int
    signature: bytes


def message(text: str, time_s: int) -> bytes:
    """What is signed: two lines before the whole text of the checkpoint."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def sign(seed: bytes, text: str, time_s: int) -> bytes:
    """The bytes of a cosignature over a checkpoint's text: big-endian time, then the Ed25519 signature."""
    return time_s.to_bytes(TIME, "big") + keys.sign(seed, message(text, time_s))


def split(data: bytes) -> Timed | None:
    """The parts of a cosignature; None where it has another length or a time the format does not allow."""
    time_s = int.from_bytes(data[:TIME], "big")
    if len(data) != TIME + keys.SIGNATURE or time_s > TIMES:
        return None
    return Timed(time_s, data[TIME:])


def verifies(key: bytes, text: str, data: bytes) -> bool:
    """Whether the bytes are this key's cosignature over a checkpoint's text."""
    timed = split(data)
    return timed is not None and keys.verifies(key, message(text, timed.time_s), timed.signature)
