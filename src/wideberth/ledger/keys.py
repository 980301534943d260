"""Ed25519 (RFC 8032), signed and verified by libsodium alone.

Libraries differ on edge-case signatures (small-order points, encodings that are not canonical); libsodium's
is the strictest rule. What one part accepts another must not refuse, so there is one verifier, and it is
here.
"""

from __future__ import annotations

from functools import lru_cache

from nacl import bindings, exceptions

from wideberth.errors import Invalid

KEY = 32
"""Bytes of a seed and of a public key."""
SIGNATURE = 64
SHORT = 1024
"""Bytes of a message, such as a checkpoint, whose answer is kept: the same ones come with every status."""
KEPT = 128
"""So many of them."""


def public(seed: bytes) -> bytes:
    """The public key of a 32-byte seed. Raises: Invalid (`ledger.key`)."""
    return _pair(seed)[0]


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte signature; the same for the same seed and message. Raises: Invalid (`ledger.key`)."""
    return bindings.crypto_sign(message, _pair(seed)[1])[:SIGNATURE]


def verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is good; False for anything that is no key or no signature."""
    if len(key) != KEY or len(signature) != SIGNATURE:
        return False
    return _known(key, message, signature) if len(message) <= SHORT else _good(key, message, signature)


def _good(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        bindings.crypto_sign_open(signature + message, key)
    except exceptions.BadSignatureError:
        return False
    return True


_known = lru_cache(maxsize=KEPT)(_good)


@lru_cache(maxsize=4)
def _pair(seed: bytes) -> tuple[bytes, bytes]:
    """Both halves, kept for the few seeds that a node signs with all the time, which it holds anyway."""
    if len(seed) != KEY:
        raise Invalid("ledger.key", "", f"{len(seed)} bytes", f"a seed of {KEY} bytes")
    public, secret = bindings.crypto_sign_seed_keypair(seed)
    return public, secret
