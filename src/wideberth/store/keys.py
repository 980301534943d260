"""Where the key of a journal comes from: a passphrase, a file, or the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.store.cipher import KEY

SALT = 16
MOST = 2**20
"""The largest n that is accepted: scrypt takes 128·n·r bytes."""
WANTED = f"{KEY} bytes in lower-case base32 without padding (52 characters)"


class Stretching(Struct, frozen=True, forbid_unknown_fields=True):
    """How a passphrase becomes a key: scrypt (RFC 7914), 128 MiB by default. Kept beside the journal."""

    salt: bytes
    n: int = 2**17
    r: int = 8
    p: int = 1


def stretching() -> Stretching:
    """For a new journal, with a new salt."""
    return Stretching(os.urandom(SALT))


def write_stretching(found: Stretching) -> bytes:
    """The JSON to keep beside the journal; nothing in it is secret."""
    return msgspec.json.encode(found)


def read_stretching(data: bytes) -> Stretching:
    """Raises: Invalid (`journal.key_source`)."""
    try:
        found = msgspec.json.decode(data, type=Stretching)
    except msgspec.MsgspecError as error:
        raise Invalid("journal.key_source", "", str(error), "salt, n, r, p of scrypt, as JSON") from error
    power = found.n > 1 and not found.n & (found.n - 1)
    if len(found.salt) != SALT or not power or found.n > MOST or found.r != 8 or not 1 <= found.p <= 16:
        wanted = f"a salt of {SALT} bytes, n a power of two up to {MOST}, r 8, p 1 to 16"
        raise Invalid("journal.key_source", "", data[:80].decode("utf-8", "replace"), wanted)
    return found


def from_passphrase(passphrase: str, how: Stretching) -> bytes:
    """The key. Raises: Invalid (`journal.key_source`) for an empty passphrase."""
    if not passphrase:
        raise Invalid("journal.key_source", "passphrase", "nothing", "a passphrase")
    return Scrypt(salt=how.salt, length=KEY, n=how.n, r=how.r, p=how.p).derive(passphrase.encode())


def from_file(path: Path) -> bytes:
    """The key that a file holds, as base32, readable by its owner only.

    Raises: Invalid (`journal.key_source`, without what the file holds), OSError.
    """
    if path.stat().st_mode & 0o077:
        raise Invalid("journal.key_source", path.name, "a file that others may open", "mode 600")
    return _key(path.read_bytes().decode("ascii", "replace").strip(), path.name)


def from_environment(environment: Mapping[str, str], name: str) -> bytes:
    """The key that a variable holds, as base32. Raises: Invalid (`journal.key_source`)."""
    return _key(environment.get(name, "").strip(), name)


def _key(text: str, path: str) -> bytes:
    try:
        return ids.unbase32(text, KEY, path)
    except Invalid:
        # the text may be most of a secret: it is in no message, and in no chain of errors
        raise Invalid("journal.key_source", path, "something else", WANTED) from None
