"""Two parties that pair, with fixed values, and their papers."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from wideberth.ledger import certificate, keys, seal
from wideberth.ledger.certificate import Certificate
from wideberth.ledger.ids import Line, party
from wideberth.line import pairing
from wideberth.line.pairing import Hello, Met
from wideberth.line.pairing_step import Mine


def seed(name: str) -> bytes:
    return hashlib.sha256(f"pairing {name}".encode()).digest()


class End(NamedTuple):
    """A party at one end; `draw` tells its pairings apart."""

    label: str
    draw: str = "first"

    @property
    def identity(self) -> bytes:
        return keys.public(seed(self.label))

    @property
    def private(self) -> bytes:
        return seed(f"{self.label} private {self.draw}")

    @property
    def hello(self) -> Hello:
        return pairing.hello(self.identity, self.private, seed(f"{self.label} chance {self.draw}"))

    @property
    def mine(self) -> Mine:
        return Mine(self.hello, self.private)

    def key(self, purpose: str) -> bytes:
        seed_of_it = seed(f"{self.label} {purpose}")
        return seal.prekey(1, seed_of_it).public if purpose == "seal" else keys.public(seed_of_it)

    def certificates(self, line: Line) -> list[Certificate]:
        wanted = pairing.needed(line, party(self.identity))
        return [Certificate(self.key(purpose), purpose, origin, 0) for purpose, origin in wanted]

    def papers(self, line: Line) -> list[bytes]:
        return [certificate.certify(each, seed(self.label)) for each in self.certificates(line)]


NORTH, SOUTH, STRANGER = End("north"), End("south"), End("stranger")
MET = pairing.meet(NORTH.hello, SOUTH.hello, "file")
LINE = MET.line


def met(one: End, other: End) -> Met:
    return pairing.meet(one.hello, other.hello, "online")
