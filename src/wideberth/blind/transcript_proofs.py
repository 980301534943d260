"""The proofs of a transcript, verified from docs/blind.md ("Hashing", "Proofs") and RFC 9497 2.2 alone.

The other verifier of them is blind.proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from wideberth.blind import group

Proof = tuple[bytes, bytes]
"""c and s."""


def scalars(proof: bytes) -> Proof | None:
    """The two scalars of a proof, if they are that."""
    c, s = proof[:32], proof[32:]
    below = max(int.from_bytes(c, "little"), int.from_bytes(s, "little")) < group.ORDER
    return (c, s) if below and len(proof) == 64 else None


def key_proven(key: bytes, proof: Proof, context: bytes) -> bool:
    """Whether the proof of a COMMIT holds. Raises: NotTrusted (`blind.element`)."""
    c, s = proof
    t = group.add(group.base(s), group.multiply(c, key))
    return _to_scalar(_sized(key) + _sized(t) + b"KnownKey", context) == c


def evaluation_proven(key: bytes, c_list: bytes, d_list: bytes, proof: Proof, context: bytes) -> bool:
    """VerifyProof of RFC 9497 2.2.2, with ComputeComposites of 2.2.1. Raises: NotTrusted."""
    seed = _sized(hashlib.sha512(_sized(key) + _sized(b"Seed-" + context)).digest())
    weights = b"".join(
        _to_scalar(seed + i.to_bytes(2, "big") + _sized(one) + _sized(other) + b"Composite", context)
        for i, (one, other) in enumerate(zip(split(c_list), split(d_list), strict=True))
    )
    m, z = group.combine(weights, c_list), group.combine(weights, d_list)
    c, s = proof
    t2 = group.add(group.base(s), group.multiply(c, key))
    t3 = group.add(group.multiply(s, m), group.multiply(c, z))
    told = b"".join(map(_sized, (key, m, z, t2, t3)))
    return _to_scalar(told + b"Challenge", context) == c


def _to_scalar(data: bytes, context: bytes) -> bytes:
    """HashToScalar: expand_message_xmd of RFC 9380 5.3.1 to 64 bytes, which is one block of SHA-512."""
    tag = b"HashToScalar-" + context
    tag += len(tag).to_bytes(1, "big")
    first = hashlib.sha512(bytes(128) + data + (64).to_bytes(2, "big") + b"\x00" + tag).digest()
    block = hashlib.sha512(first + b"\x01" + tag).digest()
    return (int.from_bytes(block, "little") % group.ORDER).to_bytes(32, "little")


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def split(points: bytes) -> Iterator[bytes]:
    return (points[at : at + 32] for at in range(0, len(points), 32))
