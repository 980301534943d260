"""The keys that a node has in use: the only place where their private halves are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from wideberth.errors import Refused
from wideberth.ledger import seal
from wideberth.ledger.seal import Prekey
from wideberth.line.state import Seeds
from wideberth.store import keyfile
from wideberth.store.keyfile import Purpose


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


def load(paths: Iterable[Path], passphrase: Callable[[Path], str]) -> Keys:
    """The keys in these files: one log, one cosign, and at least one seal key, newest last.

    `passphrase` is asked only for a file whose seed is sealed.
    Raises: Refused (`key.needed`, `key.two_in_force`, and as keyfile.load), Invalid (as keyfile.read and
    keyfile.opened), OSError.
    """
    found: dict[Purpose, list[Private]] = {}
    for path in paths:
        file = keyfile.read(keyfile.load(path))
        seed = keyfile.opened(file, lambda path=path: passphrase(path))  # type: ignore[misc]  # a default binds it
        found.setdefault(file.public.purpose, []).append(Private(keyfile.suite(file.public), seed))
    for purpose in ("log", "cosign", "seal"):
        if purpose not in found:
            raise Refused("key.needed", f"no {purpose} key; accepted: one log, one cosign, a seal key")
        if purpose != "seal" and len(found[purpose]) > 1:
            raise Refused("key.two_in_force", f"two {purpose} keys; accepted: the one in force")
    return Keys(Seeds(found["log"][0].seed, found["cosign"][0].seed), tuple(found["seal"]))
