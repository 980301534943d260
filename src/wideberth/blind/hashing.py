"""Hashing to ristretto255 elements and scalars: RFC 9380 5.3.1 with SHA-512, RFC 9497 4.1.

A context names what is hashed for; what is hashed under two contexts has nothing in common.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from wideberth.blind import group

BLOCK = 128
"""Bytes that SHA-512 takes at a time."""
DIGEST = 64

_PADDED = hashlib.sha512(bytes(BLOCK))


def expand(message: bytes, dst: bytes, length: int) -> bytes:
    """expand_message_xmd of RFC 9380 5.3.1 with SHA-512: `length` uniform bytes.

    Args:
        message: any bytes.
        dst: the domain separation tag, of at most 255 bytes.
        length: at most 255 × 64.

    Raises: OverflowError for a tag or length beyond that.
    """
    tail = dst + len(dst).to_bytes(1)
    state = _PADDED.copy()
    state.update(message + length.to_bytes(2) + b"\0" + tail)
    first = state.digest()
    block = hashlib.sha512(first + b"\x01" + tail).digest()
    if length <= DIGEST:
        return block[:length]
    blocks = [block]
    for i in range(2, -(-length // DIGEST) + 1):
        mixed = int.from_bytes(first) ^ int.from_bytes(blocks[-1])
        blocks.append(hashlib.sha512(mixed.to_bytes(DIGEST) + i.to_bytes(1) + tail).digest())
    return b"".join(blocks)[:length]


def to_group(messages: Iterable[bytes], dst: bytes) -> bytes:
    """hash_to_ristretto255 of RFC 9380 appendix B under this tag: 32 bytes a message, in order."""
    return group.from_hashes(b"".join([expand(message, dst, group.UNIFORM) for message in messages]))


def to_scalar(message: bytes, dst: bytes) -> bytes:
    """HashToScalar of RFC 9497 4.1 under this tag: 64 uniform bytes, little-endian, modulo the order."""
    return group.scalar(group.number(expand(message, dst, DIGEST)))


def hash_to_group(messages: Iterable[bytes], context: bytes) -> bytes:
    """HashToGroup of RFC 9497 4.1 (ristretto255, SHA-512): 32 bytes a message, in order."""
    return to_group(messages, b"HashToGroup-" + context)


def hash_to_scalar(message: bytes, context: bytes) -> bytes:
    """HashToScalar of RFC 9497 4.1 (ristretto255, SHA-512): 32 bytes."""
    return to_scalar(message, b"HashToScalar-" + context)
