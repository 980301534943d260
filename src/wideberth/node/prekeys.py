"""Keys of a day, to which the peer of a line seals (LINE 4): a new one daily, each erased after three.

The public half is an entry of the own main feed; the peer is told its id when it has confirmed that entry.
The private halves stand in one sealed file. Until the peer can know a prekey, and when all are erased, it
seals to the certified seal key: a line that was silent for a week, or a node that came back with an old disk,
still opens what it is sent.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import body, certificate, ids, keys, seal
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.seal import Key, Prekey
from wideberth.line.state import State
from wideberth.node import files
from wideberth.node.keys import Private
from wideberth.store.cipher import Cipher

TYPE: Final = "prekey"
V: Final = 1
KNOWN: Known = {(TYPE, V): frozenset({"crit", "key", "suite"})}
DAY_MS = 24 * 60 * 60_000
KEEP_MS = 3 * DAY_MS
"""For couriers as agreed, at most 14 days."""

_LENGTHS = {seal.X25519: keys.KEY, seal.HYBRID: 1216}


class Made(Struct, frozen=True):
    """A prekey: when it was made (ms POSIX UTC), its suite and private half."""

    made_ms: int
    suite: int
    seed: bytes

    def __repr__(self) -> str:
        """Without the seed."""
        return f"Made({self.made_ms}, {self.suite})"

    @property
    def private(self) -> Private:
        """The key."""
        return Private(self.suite, self.seed)


class Prekeys:
    """Those of one line, oldest first.

    A file that does not open counts as none: everything can be sealed again to a key that is there.
    """

    def __init__(self, path: Path, sealing: Cipher, line: str, keep_ms: int = KEEP_MS) -> None:
        """`sealing` is the journal's (Kept.sealing). Raises: OSError."""
        self._path, self._sealing, self._place = path, sealing, b"prekeys\n" + line.encode()
        self.keep_ms = keep_ms
        data = sealing.open(path.read_bytes(), self._place) if path.exists() else None
        self.made = [] if data is None else msgspec.msgpack.decode(data, type=list[Made])
        self.by_id = _by_id(self.made)

    def renew(self, now_ms: int, suite: int) -> Prekey:
        """The public half of today's: made where there is none, and durable then. Raises: OSError."""
        if not self.made or not 0 <= now_ms - self.made[-1].made_ms < DAY_MS:
            self._keep([*self.made, Made(now_ms, suite, secrets.token_bytes(seal.PRIVATE))])
        return self.made[-1].private.public

    def erase(self, now_ms: int) -> None:
        """Those whose time is over are gone from the file; of another time, too, once a clock was wrong.

        Raises: OSError.
        """
        left = [each for each in self.made if -DAY_MS < now_ms - each.made_ms < self.keep_ms]
        if len(left) < len(self.made):
            self._keep(left)

    def daily(self, now_ms: int, suite: int | None) -> tuple[Prekey | None, OSError | None]:
        """Today's, where a suite is given, and what is over erased; and what the disk did not do.

        Nothing is lost by that: the older ones stay, and the next time it is tried again.
        """
        today, failed = None, None
        try:
            today = None if suite is None else self.renew(now_ms, suite)
        except OSError as error:
            failed = error
        try:
            self.erase(now_ms)
        except OSError as error:
            failed = error
        return today, failed

    def _keep(self, made: list[Made]) -> None:
        data = self._sealing.seal(msgspec.msgpack.encode(made), self._place)
        files.replace(self._path, [data], scrub=True)
        self.made = made
        self.by_id = _by_id(made)


def _by_id(made: list[Made]) -> dict[bytes, Key]:
    found = [seal.read(each.suite, each.seed) for each in made]
    return {each.id: each for each in found}


def certified(state: State) -> list[Prekey]:
    """What can be sealed to without any prekey: the peer's seal keys that count now, newest last."""
    own, papers = state.newest(state.peer, "main"), state.papers[state.peer]
    standings = certificate.standings("seal", own.origin, own.size, papers)
    found = [
        each.key
        for each in sorted(papers.certificates, key=lambda each: each.from_n)
        if each.purpose == "seal" and standings.get(each.key) == "valid"
    ]
    return [Prekey(seal.X25519 if len(key) == keys.KEY else seal.HYBRID, key) for key in found]


def write(prekey: Prekey) -> dict[str, Value]:
    """The body of its entry."""
    return {"key": ids.base32(prekey.public), "suite": prekey.suite}


def read(entry: Entry) -> Prekey | None:
    """The prekey that an entry says; None where it says none that can be sealed to."""
    if (entry.header.type, entry.header.v) != (TYPE, V) or not entry.body:
        return None
    try:
        value = body.value(entry)
        suite = value.get("suite")
        if not body.understood(entry, KNOWN) or not isinstance(suite, int) or suite not in _LENGTHS:
            return None
        return Prekey(suite, ids.unbase32(value.get("key"), _LENGTHS[suite], "key"))
    except Invalid:
        return None
