"""Sealing an entry to its recipient (LINE 4): RFC 9180 HPKE, base mode, one message a seal.

    version (1 byte) ‖ suite (1) ‖ prekey id (16) ‖ routing tag (16) ‖ enc ‖ ciphertext

Suite 1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. Suite 2: the same with ML-KEM-768 +
X25519 (KEM 0x647a). The outer 34 bytes, the line and the recipient are bound by HPKE's `info`; HPKE's `aad`
is empty, because the library offers none in public. The plaintext is padded with zeros to 256·2^k bytes, so
that a relay learns little from sizes.

The ephemeral key of each seal is drawn by the library, which takes none from outside: `seal` is the one
function of this floor that never gives the same bytes twice.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import body, canonical, ids

VERSION = 1
X25519 = 1
HYBRID = 2
PREKEY = 16
"""Bytes of a prekey's id."""
TAG = 16
"""Random bytes by which a relay tells messages apart."""
SESSION = 16
"""Random bytes of one start of the sender's node."""
OUTER = 2 + PREKEY + TAG
BLOCK = 256
PADDED = BLOCK << 9
"""The largest plaintext: 128 KiB."""
PRIVATE = 32
"""Bytes of a private prekey, in both suites."""
INFO = b"wideberth/seal/v1\n"
PREKEY_ID = b"wideberth/prekey/v1\n"

_LENGTH = 4
_ML_KEM_SEED = 64
_ML_KEM_PUBLIC = 1184
_X25519 = 32
_AEAD_TAG = 16
_PUBLIC = {X25519: _X25519, HYBRID: _ML_KEM_PUBLIC + _X25519}
_KEMS = {X25519: hpke.KEM.X25519, HYBRID: hpke.KEM.MLKEM768_X25519}
_SUITES = {
    suite: hpke.Suite(kem, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305) for suite, kem in _KEMS.items()
}
SEALED = OUTER + max(kem.enc_length() for kem in _KEMS.values()) + PADDED + _AEAD_TAG
"""The most bytes of a sealed message."""


class Prekey(NamedTuple):
    """A public key to seal to: 32 bytes in suite 1, 1,216 (ML-KEM-768, then X25519) in suite 2."""

    suite: int
    public: bytes

    @property
    def id(self) -> bytes:
        """SHA-256("wideberth/prekey/v1" ‖ newline ‖ suite ‖ key)[:16]."""
        return hashlib.sha256(PREKEY_ID + bytes([self.suite]) + self.public).digest()[:PREKEY]


class Key(NamedTuple):
    """A private prekey as the library holds it, with the id of its public half."""

    suite: int
    id: bytes
    held: x25519.X25519PrivateKey | hpke.MLKEM768X25519PrivateKey


class Outer(NamedTuple):
    """What stands outside a sealed message, for anybody to read."""

    suite: int
    prekey: bytes
    tag: bytes


class Content(NamedTuple):
    """What is sealed: the header's bytes, the salt, the body, and a checkpoint (a note) of the feed.

    Salt and body are both empty where they were dropped: history that is served to a party that lost it.
    `session` is of which start of the sender's node this is: 16 random bytes, or nothing. Without a leaf, the
    note is not a checkpoint but a status (line/status.py), or with a body a side message (line/side.py).
    """

    leaf: bytes
    salt: bytes
    body: bytes
    checkpoint: bytes
    session: bytes = b""


def prekey(suite: int, private: bytes) -> Prekey:
    """The public half of a private prekey.

    In suite 2 the 32 bytes are expanded as X-Wing does: SHAKE256 to 64 bytes for ML-KEM-768 and 32 for
    X25519.
    Raises: Invalid (`ledger.suite`, `ledger.key`).
    """
    key = _private(suite, private)
    if isinstance(key, x25519.X25519PrivateKey):
        return Prekey(suite, key.public_key().public_bytes_raw())
    ml_kem, classic = _halves(private)
    public = ml_kem.public_key().public_bytes_raw() + classic.public_key().public_bytes_raw()
    return Prekey(suite, public)


def read(suite: int, private: bytes) -> Key:
    """A private prekey, to open many messages with. Raises: Invalid (`ledger.suite`, `ledger.key`)."""
    return Key(suite, prekey(suite, private).id, _private(suite, private))


def seal(content: Content, to: Prekey, tag: bytes, line: str, recipient: str) -> bytes:
    """The sealed message.

    Args:
        content: what to seal.
        to: the recipient's prekey.
        tag: 16 random bytes for routing.
        line: id of the line.
        recipient: name of the party it is for.

    Raises: Invalid (`ledger.suite`, `ledger.key`, `ledger.seal`, `ledger.base32`, `ledger.salt`).
    """
    if len(tag) != TAG:
        raise Invalid("ledger.seal", "tag", f"{len(tag)} bytes", f"{TAG} random bytes")
    key = _public(to)
    outer = bytes([VERSION, to.suite]) + to.id + tag
    try:
        sealed = _SUITES[to.suite].encrypt(pad(content), key, _info(outer, line, recipient))
    except ValueError as error:  # a point of small order, which no honest party has for a key
        raise Invalid("ledger.key", "prekey", to.public.hex(), "a key that can be sealed to") from error
    return outer + sealed


def outer(sealed: bytes) -> Outer:
    """What stands outside. Raises: Invalid (`ledger.seal`, `ledger.suite`)."""
    if not OUTER < len(sealed) <= SEALED or sealed[0] != VERSION:
        raise Invalid("ledger.seal", "", sealed[:OUTER].hex(), f"a sealed message, version {VERSION}")
    found = Outer(sealed[1], sealed[2 : 2 + PREKEY], sealed[2 + PREKEY : OUTER])
    inner = len(sealed) - OUTER - _kem(found.suite).enc_length() - _AEAD_TAG
    if inner < BLOCK or inner & (inner - 1):
        raise Invalid("ledger.seal", "", f"{len(sealed):,} bytes", f"{BLOCK}·2^k bytes, sealed")
    return found


def unseal(sealed: bytes, private: bytes | Key, line: str, recipient: str) -> Content:
    """The content of a sealed message.

    Args:
        sealed: the message.
        private: the private prekey that its outer part names; a Key, for who opens many.
        line: id of the line it came on.
        recipient: the party that it must be for.

    Raises: Invalid (`ledger.seal`, `ledger.suite`, `ledger.key`, `ledger.base32`), NotTrusted
    (`ledger.prekey` where it is sealed to another key, `ledger.unsealed` where it does not open).
    """
    found = outer(sealed)
    key = private if isinstance(private, Key) else read(found.suite, private)
    if (key.suite, key.id) != (found.suite, found.prekey):
        raise NotTrusted("ledger.prekey", f"sealed to another key: {found.prekey.hex()}")
    info = _info(sealed[:OUTER], line, recipient)
    try:
        padded = _SUITES[found.suite].decrypt(sealed[OUTER:], key.held, info)
    except (InvalidTag, ValueError) as error:
        raise NotTrusted("ledger.unsealed", "altered, or sealed for another line or recipient") from error
    return unpad(padded)


def pad(content: Content) -> bytes:
    """Salt, then leaf, body, checkpoint and session, each after its length (4 bytes, big-endian), then zeros.

    A dropped body has length 0, which no real one has, and a salt of zeros. No session is nothing, not even a
    length.
    Raises: Invalid (`ledger.seal`, `ledger.salt`) where it is larger than an entry can be, or has a salt and
    no body.
    """
    if len(content.salt) != (body.SALT if content.body else 0):
        wanted = f"{body.SALT} random bytes with a body, none without one"
        raise Invalid("ledger.salt", "salt", f"{len(content.salt)} bytes", wanted)
    parts = [content.leaf, content.body, content.checkpoint, content.session]
    if not content.session:
        parts.pop()
    data = (content.salt or bytes(body.SALT)) + b"".join(
        len(part).to_bytes(_LENGTH, "big") + part for part in parts
    )
    unfit = len(content.session) not in (0, SESSION)
    if (
        unfit
        or len(content.leaf) > canonical.HEADER
        or len(content.body) > canonical.BODY
        or len(data) > PADDED
    ):
        raise Invalid(
            "ledger.seal", "", f"{len(data):,} bytes", f"a header, a body, a note: {PADDED:,} bytes"
        )
    return data.ljust(max(BLOCK, 1 << (len(data) - 1).bit_length()), b"\0")


def unpad(data: bytes) -> Content:
    """What `pad` put together, and nothing that it would not. Raises: Invalid (`ledger.seal`)."""
    at, parts = body.SALT, []
    for _ in range(4):  # where there is no session, the zeros read as its length
        length = int.from_bytes(data[at : at + _LENGTH], "big")
        at += _LENGTH + length
        parts.append(data[at - length : at])
    leaf, inner, checkpoint, session = parts
    content = Content(leaf, data[: body.SALT] if inner else b"", inner, checkpoint, session)
    if pad(content) != data:
        wanted = "salt, header, body, checkpoint, session, then zeros"
        raise Invalid("ledger.seal", "", f"{len(data):,} bytes", wanted)
    return content


def _info(outer_part: bytes, line: str, recipient: str) -> bytes:
    names = ids.unbase32(line, ids.HASH, "line") + ids.unbase32(recipient, ids.HASH, "recipient")
    return INFO + outer_part + names


def _kem(suite: int) -> hpke.KEM:
    if suite not in _KEMS:
        raise Invalid("ledger.suite", "", suite, "suite 1 (X25519) or 2 (ML-KEM-768 + X25519)")
    return _KEMS[suite]


def _private(suite: int, private: bytes) -> x25519.X25519PrivateKey | hpke.MLKEM768X25519PrivateKey:
    _kem(suite)
    if len(private) != PRIVATE:
        raise Invalid("ledger.key", "", f"{len(private)} bytes", f"a private prekey of {PRIVATE} bytes")
    if suite == X25519:
        return x25519.X25519PrivateKey.from_private_bytes(private)
    return hpke.MLKEM768X25519PrivateKey(*_halves(private))


def _halves(private: bytes) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
    long = hashlib.shake_256(private).digest(_ML_KEM_SEED + _X25519)
    ml_kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(long[:_ML_KEM_SEED])
    return ml_kem, x25519.X25519PrivateKey.from_private_bytes(long[_ML_KEM_SEED:])


def _public(to: Prekey) -> x25519.X25519PublicKey | hpke.MLKEM768X25519PublicKey:
    _kem(to.suite)
    if len(to.public) != _PUBLIC[to.suite]:
        wanted = f"{_PUBLIC[to.suite]:,} bytes in suite {to.suite}"
        raise Invalid("ledger.key", "prekey", f"{len(to.public):,} bytes", wanted)
    if to.suite == X25519:
        return x25519.X25519PublicKey.from_public_bytes(to.public)
    ml_kem, classic = to.public[:_ML_KEM_PUBLIC], to.public[_ML_KEM_PUBLIC:]
    try:
        lattice = mlkem.MLKEM768PublicKey.from_public_bytes(ml_kem)
    except ValueError as error:
        raise Invalid("ledger.key", "prekey", ml_kem.hex(), "an ML-KEM-768 key") from error
    return hpke.MLKEM768X25519PublicKey(lattice, x25519.X25519PublicKey.from_public_bytes(classic))
