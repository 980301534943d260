"""The roster: which officers' keys count at an entry (LINE 19). It is what the certificates say, and no more.

Two valid keys are two keys. That two people hold them is what the party says of itself.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from wideberth.ledger import certificate
from wideberth.ledger.certificate import Certificate, Papers, Standing
from wideberth.ledger.ids import Origin

Why = Literal["revoked", "not yet", "another kind", "two uses"]


class Officer(NamedTuple):
    """A key on the roster of a feed.

    `from_n` is the first entry that it is certified for, `last_n` the first for which it is revoked, or None;
    `why` says why it does not count, where `standing` is not "valid".
    """

    key: bytes
    role: str
    kind: str
    from_n: int
    last_n: int | None
    standing: Standing
    why: Why | None


def roster(origin: Origin, n: int, papers: Papers) -> dict[bytes, Officer]:
    """Every officer's key that is certified for a feed, and its standing at entry `n`; sorted by key.

    A key that is certified several times has the role of the newest certificate that has begun.
    """
    standings = certificate.standings("officer", origin, n, papers)
    by_key: dict[bytes, list[Certificate]] = {}
    for each in papers.certificates:
        if each.purpose == "officer" and each.origin == origin:
            by_key.setdefault(each.key, []).append(each)
    return {
        key: _officer(by_key[key], n, standings.get(key, "unknown"), _last(key, origin, papers))
        for key in sorted(by_key)
    }


def _officer(certified: list[Certificate], n: int, standing: Standing, last_n: int | None) -> Officer:
    begun = [each for each in certified if each.from_n <= n]
    named = max(begun or certified, key=lambda each: (each.from_n, each.role or "", each.kind or ""))
    why: Why | None = None
    if standing == "disputed":
        why = "two uses" if last_n is None or n < last_n else "revoked"
    elif standing == "unknown":
        why = "another kind" if begun else "not yet"
    since = min(each.from_n for each in certified)
    return Officer(named.key, named.role or "", named.kind or "", since, last_n, standing, why)


def _last(key: bytes, origin: Origin, papers: Papers) -> int | None:
    revoked = [each.last_n.get(origin, 0) for each in papers.revocations if each.key == key]
    return min(revoked, default=None)
