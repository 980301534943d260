"""Keys on disk: one file a key, for its owner only, never written over.

The file is one line of canonical JSON. The seed is sealed under a passphrase (scrypt, then AES-256-GCM-SIV
bound to purpose and public key), or stands there plain where the user said so. The public half has a file of
its own, one line of text that may be shown to anybody:

    wideberth/public/v1 officer 3c733olxz7be6sh2vazcom543s4bitutdp3xpnhtfacgbvfbrk4q

No message holds any part of a seed or passphrase. POSIX only, as the journal's files.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.ledger import canonical, ids, keys, seal
from wideberth.ledger.canonical import Value
from wideberth.store import folders
from wideberth.store import keys as stretched
from wideberth.store.keys import Stretching

Purpose = Literal["identity", "log", "cosign", "seal", "officer", "cell", "pairing"]
PURPOSES: Final = ("identity", "log", "cosign", "seal", "officer", "cell")
PAIRING: Final = "pairing"
"""The purpose of a key that is made for one pairing, and with it (X25519)."""
KIND = "wideberth.key"
PUBLIC = "wideberth/public/v1"
SEALED = b"wideberth/key/v1\n"
MODE, PUBLIC_MODE = 0o600, 0o644
SIZE = 16 * 1024
"""The most bytes of either file."""
PASSPHRASE = 12
"""The fewest characters of a new passphrase."""

UNREADABLE: Final = ("something else", "a key file as it was written: restore a backup")

_NONCE, _TAG = 12, 16
_FIELDS = {
    "seed": ("kind", "public", "purpose", "seed", "v"),
    "sealed": ("kind", "public", "purpose", "scrypt", "sealed", "v"),
}


class Public(Struct, frozen=True):
    """The half of a key that anybody may see: what it is for, and its bytes (seal: 32 or 1,216, else 32)."""

    purpose: Purpose
    key: bytes

    @property
    def text(self) -> str:
        """The line that is handed round, without its newline."""
        return f"{PUBLIC} {self.purpose} {ids.base32(self.key)}"


class Plain(Struct, frozen=True):
    """A key file whose seed (32 bytes) is not sealed."""

    public: Public
    seed: bytes

    def __repr__(self) -> str:
        """Without the seed: what is printed ends in a log."""
        return f"Plain({self.public!r})"


class Sealed(Struct, frozen=True):
    """A key file whose seed is sealed: nonce (12 bytes), ciphertext, tag (16)."""

    public: Public
    how: Stretching
    sealed: bytes


KeyFile: TypeAlias = Plain | Sealed


def public(purpose: Purpose, seed: bytes, suite: int = seal.X25519) -> Public:
    """The public half of a seed (32 bytes); `suite` counts for seal keys. Raises: Invalid (`ledger.key`)."""
    if purpose in ("seal", PAIRING):
        return Public(purpose, seal.prekey(suite, seed).public)
    return Public(purpose, keys.public(seed))


def suite(half: Public) -> int:
    """Of a seal key: its length says it."""
    return seal.X25519 if len(half.key) == keys.KEY else seal.HYBRID


def sealed(half: Public, seed: bytes, passphrase: str, how: Stretching) -> Sealed:
    """The seed under a passphrase. Raises: Invalid (`key.passphrase_source`) for a short one."""
    if len(passphrase) < PASSPHRASE:
        wanted = f"at least {PASSPHRASE} characters; four words that nobody would guess are good"
        raise Invalid("key.passphrase_source", "passphrase", "a shorter one", wanted)
    nonce = os.urandom(_NONCE)
    return Sealed(half, how, nonce + _cipher(passphrase, how).encrypt(nonce, seed, _bound(half)))


def opened(found: KeyFile, passphrase: Callable[[], str]) -> bytes:
    """The seed, which belongs to the public half; `passphrase` is asked only where the seed is sealed.

    Raises: Invalid (`key.passphrase`, `key.public`; `journal.key_source` for an empty passphrase).
    """
    seed = found.seed if isinstance(found, Plain) else _unsealed(found, passphrase())
    if public(found.public.purpose, seed, suite(found.public)) != found.public:
        raise Invalid("key.public", "public", "another key", "the public half of this seed: restore a backup")
    return seed


def write(found: KeyFile) -> bytes:
    """The bytes of a key file."""
    half = found.public
    value: dict[str, Value] = {"kind": KIND, "public": ids.base32(half.key), "purpose": half.purpose, "v": 1}
    if isinstance(found, Plain):
        value["seed"] = ids.base32(found.seed)
    else:
        how = found.how
        value["scrypt"] = {"n": how.n, "p": how.p, "r": how.r, "salt": ids.base32(how.salt)}
        value["sealed"] = ids.base32(found.sealed)
    return canonical.write(value, SIZE) + b"\n"


def read(data: bytes) -> KeyFile:
    """What a key file holds. Raises: Invalid (`key.file`, `key.version`), without what the file holds."""
    try:
        return _read(data.removesuffix(b"\n"))
    except Invalid as error:
        if error.code in ("key.file", "key.version"):
            raise
        # what could not be read may be most of a seed: it is in no message, and in no chain of errors
        raise Invalid("key.file", error.path, *UNREADABLE) from None


def read_public(data: bytes) -> Public:
    """The public half that a key file or a public line holds.

    Raises: Invalid (`key.file`, `key.version`), without what the data holds.
    """
    if data.startswith(b"{"):
        return read(data).public
    parts = data.decode("utf-8", "replace").removesuffix("\n").split(" ")
    if len(parts) != 3 or parts[0] != PUBLIC:
        raise Invalid("key.file", "", "something else", f"a key file, or a line `{PUBLIC} PURPOSE KEY`")
    return _public(parts[1], parts[2])


def save(files: list[tuple[Path, bytes, int]]) -> None:
    """New files with their modes, all of them or none, durable when it returns.

    A file that exists is never written over.
    Raises: Refused (`key.exists`), OSError.
    """
    made: list[Path] = []
    try:
        for path, data, mode in files:
            _create(path, data, mode, made)
        for folder in {path.parent for path in made}:
            folders.sync(folder)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def load(path: Path) -> bytes:
    """The bytes of a key file or public line. Raises: Refused (`key.mode`, `key.link`), OSError.

    What holds a key must be a regular file, no link to one, that nobody but its owner may open.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused("key.link", f"{path} is a link; accepted: the file itself") from error
        raise
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Refused("key.link", f"{path} is no regular file; accepted: a key file")
        data = os.read(handle, SIZE + 1)
    finally:
        os.close(handle)
    if not data.startswith(PUBLIC.encode()):
        check_mode(path, found)
    return data


def check_mode(path: Path, found: os.stat_result) -> None:
    """Refuse a secret that others may open. Raises: Refused (`key.mode`)."""
    if found.st_mode & 0o077:
        raise Refused(
            "key.mode",
            f"others may open {path}; accepted: mode 600 (chmod 600), and a new key if somebody has read it",
        )


def _read(data: bytes) -> KeyFile:
    value = canonical.accept(data, SIZE)
    if value.get("kind") == KIND and value.get("v") != 1:
        raise Invalid("key.version", "v", value.get("v"), "version 1; a newer program reads newer files")
    fields = _FIELDS["seed" if "seed" in value else "sealed"]
    if tuple(value) != fields or value["kind"] != KIND:
        raise Invalid("key.file", "", *UNREADABLE)
    half = _public(value["purpose"], value["public"])
    if "seed" in value:
        return Plain(half, ids.unbase32(value["seed"], keys.KEY, "seed"))
    length = _NONCE + keys.KEY + _TAG
    return Sealed(half, _stretching(value["scrypt"]), ids.unbase32(value["sealed"], length, "sealed"))


def _public(purpose: object, text: object) -> Public:
    lengths = (keys.KEY, len(seal.prekey(seal.HYBRID, bytes(seal.PRIVATE)).public))
    length = len(text) * 5 // 8 if isinstance(text, str) else 0
    if purpose not in (*PURPOSES, PAIRING) or length not in (lengths if purpose == "seal" else lengths[:1]):
        raise Invalid("key.file", "public", "another purpose or length", f"a key for {', '.join(PURPOSES)}")
    return Public(purpose, ids.unbase32(text, length, "public"))


def _stretching(found: Value) -> Stretching:
    if not isinstance(found, dict) or tuple(found) != ("n", "p", "r", "salt"):
        raise Invalid("key.file", "scrypt", *UNREADABLE)
    n, p, r = (x if isinstance(x := found[name], int) else 0 for name in ("n", "p", "r"))
    how = Stretching(ids.unbase32(found["salt"], stretched.SALT, "scrypt.salt"), n, r, p)
    return stretched.read_stretching(stretched.write_stretching(how))


def _cipher(passphrase: str, how: Stretching) -> AESGCMSIV:
    # one keyboard writes é as one character, another as two
    return AESGCMSIV(stretched.from_passphrase(unicodedata.normalize("NFC", passphrase), how))


def _unsealed(found: Sealed, passphrase: str) -> bytes:
    nonce, rest = found.sealed[:_NONCE], found.sealed[_NONCE:]
    try:
        return _cipher(passphrase, found.how).decrypt(nonce, rest, _bound(found.public))
    except InvalidTag:
        wanted = "the one that it was sealed under, and the file as it was written"
        raise Invalid("key.passphrase", "passphrase", "one that does not open the key", wanted) from None


def _bound(half: Public) -> bytes:
    return SEALED + half.purpose.encode() + b"\n" + half.key


def _create(path: Path, data: bytes, mode: int, made: list[Path]) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError as error:
        raise Refused(
            "key.exists", f"{path} exists and is never written over; accepted: another name"
        ) from error
    made.append(path)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
