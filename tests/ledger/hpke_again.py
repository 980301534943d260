"""HPKE (RFC 9180) a second time, with hashlib and libsodium only: base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305.

The ephemeral key is an argument, so that a sealed message can be computed again byte for byte.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from nacl import bindings

SUITE = b"HPKE\x00\x20\x00\x01\x00\x03"
KEM = b"KEM\x00\x20"


class Keys(NamedTuple):
    key: bytes
    base_nonce: bytes


def extract(salt: bytes, label: bytes, data: bytes, suite: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + data, "sha256")


def expand(secret: bytes, label: bytes, info: bytes, length: int, suite: bytes) -> bytes:
    data = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    found, block = b"", b""
    for i in range(1, -(-length // 32) + 1):
        block = hmac.digest(secret, block + data + bytes([i]), "sha256")
        found += block
    return found[:length]


def shared_secret(secret: bytes, peer: bytes, enc: bytes, recipient: bytes) -> bytes:
    """DHKEM: from one side's private key and the other's public one."""
    eae = extract(b"", b"eae_prk", bindings.crypto_scalarmult(secret, peer), KEM)
    return expand(eae, b"shared_secret", enc + recipient, 32, KEM)


def schedule(shared: bytes, info: bytes) -> Keys:
    context = b"\0" + extract(b"", b"psk_id_hash", b"", SUITE) + extract(b"", b"info_hash", info, SUITE)
    secret = extract(shared, b"secret", b"", SUITE)
    return Keys(expand(secret, b"key", context, 32, SUITE), expand(secret, b"base_nonce", context, 12, SUITE))


def nonce(base: bytes, sequence: int) -> bytes:
    return (int.from_bytes(base, "big") ^ sequence).to_bytes(12, "big")


def seal(plain: bytes, recipient: bytes, ephemeral: bytes, info: bytes) -> bytes:
    """enc ‖ ciphertext, without additional data."""
    enc = bindings.crypto_scalarmult_base(ephemeral)
    keys = schedule(shared_secret(ephemeral, recipient, enc, recipient), info)
    return enc + bindings.crypto_aead_chacha20poly1305_ietf_encrypt(plain, None, keys.base_nonce, keys.key)


def public(secret: bytes) -> bytes:
    return bindings.crypto_scalarmult_base(secret)


def prekey_id(suite: int, key: bytes) -> bytes:
    return hashlib.sha256(b"wideberth/prekey/v1\n" + bytes([suite]) + key).digest()[:16]
