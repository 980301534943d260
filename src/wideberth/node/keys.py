"""The keys that a node has in use: the only place where their private halves are.

In the folder keys/ of its data directory each key has a private and a public file:

    log.sealed, log.pub           made here, under the key of the journal; the next one is log-2.sealed
    log.key, log.key.pub          made by `wideberth key new`, without a passphrase

The number at the end of a name says which key of a purpose is newer, and nothing else does. A sealed file
opens only under its own name: who can rename files cannot put an old key in force again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from wideberth.errors import Refused
from wideberth.ledger import keys, seal
from wideberth.ledger.seal import Prekey
from wideberth.line.state import Seeds
from wideberth.store import keyfile
from wideberth.store.cipher import Cipher
from wideberth.store.keyfile import KeyFile, Plain, Public, Purpose

PURPOSES: Final[tuple[Purpose, ...]] = ("log", "cosign", "seal")
"""What a node needs a key for."""
SEALED: Final = ".sealed"
PUBLIC: Final = ".pub"
SUITE: Final = seal.X25519

_NAME = re.compile(r"(?P<stem>[^.]*?)(?:-(?P<number>[0-9]{1,6}))?\..*")


class Private(NamedTuple):
    """A key that others seal to, with its private half (32 bytes)."""

    suite: int
    seed: bytes

    def __repr__(self) -> str:
        """Without the seed: what is printed ends in a log."""
        return f"Private({self.suite})"

    @property
    def public(self) -> Prekey:
        """What others seal to."""
        return seal.prekey(self.suite, self.seed)


class Keys(NamedTuple):
    """Seeds for checkpoints, statuses and cosignatures, and the certified keys to be sealed to, newest last.

    The last is told to the peer when no daily prekey can be; the others open what was sealed to them.
    """

    seeds: Seeds
    seals: tuple[Private, ...]

    def __repr__(self) -> str:
        """Without any seed."""
        return f"Keys({self.seals!r})"


def make(folder: Path, sealing: Cipher) -> tuple[Public, ...]:
    """A first key of each purpose, all of them or none, durable when this returns; their public halves.

    `sealing` is the journal's (Kept.sealing). Raises: Refused (`key.exists`), OSError.
    """
    return _made(folder, sealing, [(purpose, purpose) for purpose in PURPOSES])


def add(folder: Path, sealing: Cipher, purpose: Purpose) -> Public:
    """One more key, newer than all of its purpose; its public half. It signs when it is certified.

    Raises: as `make`, and as `publics`.
    """
    newest = max((_number(path) for path, half in _halves(folder) if half.purpose == purpose), default=0)
    name = f"{purpose}-{newest + 1}" if newest else purpose
    return _made(folder, sealing, [(purpose, name)])[0]


def open_keys(folder: Path, sealing: Cipher) -> Keys:
    """All keys of a node, newest last: those made here, and those of key files without a passphrase.

    What is for another purpose (an identity that nobody has taken away yet) is passed over.
    Raises: Refused (`key.needed`, `key.sealed_here`, `key.no_passphrase`, and as keyfile.load), Invalid (as
    keyfile.read and keyfile.opened), OSError.
    """
    found: dict[Purpose, list[Private]] = {purpose: [] for purpose in PURPOSES}
    for path in private(folder):
        file = _unsealed(path, sealing) if path.suffix == SEALED else keyfile.read(keyfile.load(path))
        if file.public.purpose in found:
            seed = keyfile.opened(file, _nobody(path))
            found[file.public.purpose].append(Private(keyfile.suite(file.public), seed))
    for purpose, some in found.items():
        if not some:
            words = f"no {purpose} key in {folder}; accepted: log, cosign and seal keys, as node init makes"
            raise Refused("key.needed", words)
    logs, cosigns = ([each.seed for each in found[purpose]] for purpose in PURPOSES[:2])
    seeds = Seeds(logs[-1], cosigns[-1], tuple(logs[:-1]), tuple(cosigns[:-1]))
    return Keys(seeds, tuple(found["seal"]))


def private(folder: Path) -> list[Path]:
    """The files that hold a private half, the newest of a purpose last. Raises: OSError."""
    return _ordered(folder, SEALED, ".key")


def publics(folder: Path) -> dict[Purpose, Public]:
    """The public half of the newest key of each purpose, for certificates.

    Raises: Invalid (as keyfile.read_public), Refused (as keyfile.load), OSError.
    """
    return {half.purpose: half for _, half in _halves(folder)}


def _halves(folder: Path) -> list[tuple[Path, Public]]:
    found = [(path, keyfile.read_public(keyfile.load(path))) for path in _ordered(folder, PUBLIC)]
    return [(path, half) for path, half in found if half.purpose in PURPOSES]


def _made(folder: Path, sealing: Cipher, names: Iterable[tuple[Purpose, str]]) -> tuple[Public, ...]:
    files, halves = [], []
    for purpose, name in names:
        seed = os.urandom(keys.KEY)
        half = keyfile.public(purpose, seed, SUITE)
        private = f"{name}{SEALED}"
        data = sealing.seal(keyfile.write(Plain(half, seed)), _place(private))
        files.append((folder / private, data, keyfile.MODE))
        files.append((folder / f"{name}{PUBLIC}", f"{half.text}\n".encode(), keyfile.PUBLIC_MODE))
        halves.append(half)
    keyfile.save(files)
    return tuple(halves)


def _unsealed(path: Path, sealing: Cipher) -> KeyFile:
    data = sealing.open(keyfile.load(path), _place(path.name))
    if data is None:
        raise Refused(
            "key.sealed_here",
            f"{path} does not open under the key of this journal and this name; accepted: a backup of the "
            "whole directory, or a new key (wideberth node key) that the identity certifies",
        )
    return keyfile.read(data)


def _nobody(path: Path) -> Callable[[], str]:
    """A node starts without anybody: there is nobody to ask for a passphrase."""

    def ask() -> str:
        raise Refused(
            "key.no_passphrase", f"{path} has a passphrase; accepted: one made with --no-passphrase"
        )

    return ask


def _ordered(folder: Path, *suffixes: str) -> list[Path]:
    found = [each for each in folder.iterdir() if each.suffix in suffixes]
    return sorted(found, key=lambda path: (_number(path), path.name))


def _number(path: Path) -> int:
    match = _NAME.fullmatch(path.name)
    return int(match["number"] or 1) if match else 1


def _place(name: str) -> bytes:
    return b"key\n" + name.encode()
