"""HPKE (RFC 9180) a second time, with hashlib and libsodium only, to check sealed messages byte by byte.

Base mode, HKDF-SHA256, ChaCha20-Poly1305, with DHKEM(X25519) or ML-KEM-768 + X25519. What the library draws
by chance, the ephemeral keys, are arguments here.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from nacl import bindings

from scripts import ml_kem_768

SUITE = {1: b"HPKE\x00\x20\x00\x01\x00\x03", 2: b"HPKE\x64\x7a\x00\x01\x00\x03"}
X_WING = bytes.fromhex("5c2e2f2f5e5c")
KEM = b"KEM\x00\x20"


class Keys(NamedTuple):
    """What a message is encrypted under."""

    key: bytes
    base_nonce: bytes


class Encapsulated(NamedTuple):
    """A shared secret, and what the recipient needs to have it too."""

    secret: bytes
    enc: bytes


def extract(label: bytes, data: bytes, suite: bytes, salt: bytes = b"") -> bytes:
    """LabeledExtract."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + data, "sha256")


def expand(secret: bytes, label: bytes, info: bytes, length: int, suite: bytes) -> bytes:
    """LabeledExpand, of at most one block."""
    data = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, data + b"\1", "sha256")[:length]


def classic(ephemeral: bytes, recipient: bytes) -> Encapsulated:
    """DHKEM(X25519, HKDF-SHA256)."""
    enc = bindings.crypto_scalarmult_base(ephemeral)
    eae = extract(b"eae_prk", bindings.crypto_scalarmult(ephemeral, recipient), KEM)
    return Encapsulated(expand(eae, b"shared_secret", enc + recipient, 32, KEM), enc)


def hybrid(ephemeral: bytes, coins: bytes, recipient: bytes) -> Encapsulated:
    """ML-KEM-768 + X25519, as X-Wing joins them."""
    lattice, curve = recipient[: ml_kem_768.PUBLIC], recipient[ml_kem_768.PUBLIC :]
    one, lattice_enc = ml_kem_768.encapsulate(lattice, coins)
    curve_enc = bindings.crypto_scalarmult_base(ephemeral)
    other = bindings.crypto_scalarmult(ephemeral, curve)
    secret = hashlib.sha3_256(one + other + curve_enc + curve + X_WING).digest()
    return Encapsulated(secret, lattice_enc + curve_enc)


def hybrid_public(private: bytes) -> bytes:
    """The public key of 32 private bytes."""
    long = hashlib.shake_256(private).digest(96)
    return ml_kem_768.public(long[:64]) + bindings.crypto_scalarmult_base(long[64:])


def schedule(shared: bytes, info: bytes, suite: int) -> Keys:
    """KeySchedule in base mode."""
    name = SUITE[suite]
    context = b"\0" + extract(b"psk_id_hash", b"", name) + extract(b"info_hash", info, name)
    secret = extract(b"secret", b"", name, shared)
    return Keys(expand(secret, b"key", context, 32, name), expand(secret, b"base_nonce", context, 12, name))


def nonce(base: bytes, sequence: int) -> bytes:
    """The nonce of message number `sequence`."""
    return (int.from_bytes(base, "big") ^ sequence).to_bytes(12, "big")


def encrypt(plain: bytes, to: Encapsulated, info: bytes, suite: int) -> bytes:
    """What is sent: enc ‖ ciphertext, without additional data."""
    keys = schedule(to.secret, info, suite)
    return to.enc + bindings.crypto_aead_chacha20poly1305_ietf_encrypt(plain, None, keys.base_nonce, keys.key)
