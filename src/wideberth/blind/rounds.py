"""The own side of a round: its key, its masked set, and what it is bound to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import structs

from wideberth.blind import psi
from wideberth.blind.messages import Commit
from wideberth.blind.psi import Spread


class Round(NamedTuple):
    """The element of term k is `masked[32 * place[k]:]`; term 0 is the sentinel, and `terms` come after."""

    secret: bytes
    commit: Commit
    masked: bytes
    place: Sequence[int]
    terms: int


def begin(sentinel: bytes, terms: Sequence[bytes], seed: bytes, blank: Commit, spread: Spread) -> Round:
    """A round over these terms, filled up with pads; not signed yet.

    Args:
        sentinel: the term that both have.
        terms: of the own cells.
        seed: of the run (32 bytes).
        blank: the commitment, without what comes of the set and the key.
        spread: map, or a thread pool's.
    """
    chance = seed, blank.session, blank.role, blank.round
    size = psi.bucket(len(terms) + 1)
    every = [sentinel, *terms, *psi.pads(*chance, size - len(terms) - 1)]
    context = psi.context(blank.session, blank.round)
    secret = psi.secret(*chance)
    masked, place = psi.mask(psi.points(every, context, spread), secret, spread)
    commit = structs.replace(
        blank,
        n=size,
        key=psi.public(secret),
        masked=hashlib.sha256(masked).digest(),
        proof=psi.prove_key(secret, context + blank.role.encode()),
    )
    return Round(secret, commit, masked, place, len(terms))
