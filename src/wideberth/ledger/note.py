"""C2SP signed notes (c2sp.org/signed-note): a text, and below it who signed it.

Types of signature that are verified: 0x01 Ed25519 over the text, 0x04 a timed cosignature. A key of another
type may sign beside them (there is room for ML-DSA, 0x06); its line is kept and ignored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import cosignature, ids, keys

SIZE = 1024 * 1024
"""Bytes of a note."""
SIGNATURES = 100
"""Lines below a note; the specification asks for at least 16."""
SHORT = 2048
"""Bytes of a note, such as a checkpoint, that is kept as it was read: one covers many entries."""
NOTES = 64
"""So many of them."""
ED25519 = 0x01
COSIGNATURE = 0x04
ID = 4
"""Bytes of a key id."""

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")
_MARK = "— "
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")
WANTED = "a signed note: text, an empty line, lines of signatures (c2sp.org/signed-note)"


class Verifier(Struct, frozen=True):
    """A key that is known: its name, the type of its signatures, and its 32 public bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ type ‖ key)[:4]."""
        return _key_id(self.name, self.kind, self.public)


class Signature(NamedTuple):
    """One line below a note."""

    name: str
    key_id: bytes
    data: bytes


class Note(NamedTuple):
    """The text with its last newline, and the signatures in their order."""

    text: str
    signatures: tuple[Signature, ...]


class Verified(NamedTuple):
    """A signature that verified; `time_s` (s POSIX UTC) where it is a cosignature."""

    verifier: Verifier
    time_s: int | None


def parse(data: bytes) -> Note:
    """The parts of a note, none of them verified. Raises: Invalid (`ledger.note`, `ledger.base64`)."""
    if len(data) > SIZE:
        raise Invalid("ledger.note", "", f"{len(data):,} bytes", f"at most {SIZE:,} bytes")
    return _short(data) if len(data) <= SHORT else _parsed(data)


def _parsed(data: bytes) -> Note:
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("ledger.note", f"byte {error.start}", "bytes that are not UTF-8", "UTF-8") from error
    if control := _CONTROLS.search(whole):
        raise Invalid("ledger.note", "", control[0], "no control character but the newline")
    end = whole.rfind("\n\n")
    if end < 0 or not whole.endswith("\n"):
        # whatever it is instead may be a secret, given by mistake: no part of it is in the message
        raise Invalid("ledger.note", "", "something else", WANTED)
    lines = whole[end + 2 :].split("\n")[:-1]
    if not 0 < len(lines) <= SIGNATURES:
        raise Invalid("ledger.note", "", f"{len(lines)} signatures", f"1 to {SIGNATURES} lines of signatures")
    return Note(whole[: end + 1], tuple(_signature(each) for each in lines))


_short = lru_cache(maxsize=NOTES)(_parsed)


def write(note: Note) -> bytes:
    """The bytes of a note."""
    lines = [f"{_MARK}{each.name} {ids.base64(each.key_id + each.data)}\n" for each in note.signatures]
    return "".join((note.text, "\n", *lines)).encode()


def sign(text: str, name: str, seed: bytes) -> Note:
    """A note over a text that ends with a newline, signed with one Ed25519 key.

    Raises: Invalid (`ledger.note`, `ledger.key_name`, `ledger.key`).
    """
    if not text.endswith("\n") or _CONTROLS.search(text):
        raise Invalid(
            "ledger.note", "", text[-40:], "a text that ends with a newline, without control characters"
        )
    verifier = Verifier(checked_name(name), ED25519, keys.public(seed))
    return Note(text, (Signature(name, verifier.key_id, keys.sign(seed, text.encode())),))


def cosign(note: Note, name: str, seed: bytes, time_s: int) -> Note:
    """The note with one more line: a cosignature of `time_s` (s POSIX UTC) over its text.

    Raises: Invalid (`ledger.key_name`, `ledger.key`, `ledger.time`).
    """
    if not 0 <= time_s <= cosignature.TIMES:
        raise Invalid("ledger.time", "", time_s, "seconds from 0 to 2^63 - 1")
    verifier = Verifier(checked_name(name), COSIGNATURE, keys.public(seed))
    line = Signature(name, verifier.key_id, cosignature.sign(seed, note.text, time_s))
    return Note(note.text, (*note.signatures, line))


def verify(note: Note, known: Iterable[Verifier]) -> tuple[Verified, ...]:
    """The signatures of known keys, each verified; lines of other keys are ignored.

    An id has 4 bytes, so that a second key with the id of the first is soon found by whoever wants one: a
    line is good if any known key of its name and id made it.

    Raises: NotTrusted (`ledger.signature` where one of a known key is not good: the whole note is refused;
    `ledger.unsigned` where no known key signed).
    """
    by_id: dict[tuple[str, bytes], list[Verifier]] = {}
    for verifier in dict.fromkeys(known):
        by_id.setdefault((verifier.name, verifier.key_id), []).append(verifier)
    found = []
    for line in note.signatures:
        signers = by_id.get((line.name, line.key_id), [])
        good = [each for signer in signers if (each := _verified(note.text, signer, line.data))]
        if signers and not good:
            raise NotTrusted("ledger.signature", f"the signature of {line.name} does not verify")
        found += good
    if not found:
        raise NotTrusted("ledger.unsigned", "no known key has signed this")
    return tuple(found)


def read_vkey(text: str) -> Verifier:
    """A key as C2SP writes it, `name+id+base64`.

    Raises: Invalid (`ledger.vkey`, `ledger.key_name`, `ledger.base64`).
    """
    parts = _VKEY.fullmatch(text)
    data = ids.unbase64(parts[3], "key") if parts else b""
    if not parts or data[0] not in (ED25519, COSIGNATURE) or len(data) != 1 + keys.KEY:
        raise Invalid("ledger.vkey", "", text, "name+id+key of an Ed25519 key (type 1) or cosigner (type 4)")
    verifier = Verifier(checked_name(parts[1]), data[0], data[1:])
    if verifier.key_id.hex() != parts[2]:
        raise Invalid("ledger.vkey", "id", parts[2], "the id that belongs to this name and key")
    return verifier


def write_vkey(verifier: Verifier) -> str:
    """`name+id+base64(type ‖ key)`."""
    return f"{verifier.name}+{verifier.key_id.hex()}+{ids.base64(bytes([verifier.kind]) + verifier.public)}"


def checked_name(name: str) -> str:
    """A key name: not empty, no space of any kind, no plus. Raises: Invalid (`ledger.key_name`)."""
    if not _NAME.fullmatch(name):
        raise Invalid("ledger.key_name", "", name, "a name without spaces and plus signs")
    return name


@lru_cache(maxsize=256)
def _key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:ID]


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK):
        raise Invalid("ledger.note", "", line, WANTED)
    data = ids.unbase64(encoded, "signature")
    if len(data) <= ID:
        raise Invalid("ledger.note", "signature", encoded, "a key id of 4 bytes and a signature")
    return Signature(checked_name(name), data[:ID], data[ID:])


def _verified(text: str, verifier: Verifier, data: bytes) -> Verified | None:
    timed = cosignature.split(data) if verifier.kind == COSIGNATURE else None
    if timed is not None:
        good = cosignature.verifies(verifier.public, text, data)
    else:
        good = verifier.kind == ED25519 and keys.verifies(verifier.public, text.encode(), data)
    return Verified(verifier, timed.time_s if timed else None) if good else None
