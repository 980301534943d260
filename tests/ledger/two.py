"""A line of two parties with fixed keys, and entries on it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from wideberth.ledger import certificate, feed, ids, keys, merkle, note
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Certificate, Papers
from wideberth.ledger.ids import Kind, Origin


def seed(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


@cache
def public(name: str) -> bytes:
    return keys.public(seed(name))


@cache
def name_of(identity: bytes) -> str:
    return ids.party(identity)


class Party(NamedTuple):
    label: str

    @property
    def identity(self) -> bytes:
        return public(self.label)

    @property
    def name(self) -> str:
        return name_of(self.identity)

    def seed(self, purpose: str) -> bytes:
        return seed(f"{self.label} {purpose}")

    def key(self, purpose: str) -> bytes:
        return public(f"{self.label} {purpose}")


A, B = Party("north"), Party("south")
GENESIS = ids.genesis(A.identity, B.identity, seed("chance"))
LINE = ids.line(GENESIS)
FIRST, SECOND = sorted((A, B), key=lambda party: party.identity)


def origin(party: Party, kind: Kind = "main", epoch: int = 0) -> Origin:
    return Origin(LINE.id, party.name, kind, epoch)


def entry(
    party: Party, n: int, folded: Mapping[Origin, int] | None = None, kind: Kind = "main", epoch: int = 0
) -> Entry:
    """Entry n of a feed, made without the ones before it."""
    head = feed.Head(origin(party, kind, epoch), merkle.grown(merkle.EMPTY, [bytes(32)] * n))
    written = feed.Written("test.said", 1, folded or {}, 1000 + n)
    return feed.append(head, written, {"said": f"{party.label} {kind} {n}"}, seed(f"salt {n}")[:16]).entry


class Feed(NamedTuple):
    """A feed as its author has it."""

    head: feed.Head
    entries: tuple[Entry, ...]
    nodes: dict[tuple[int, int], bytes]

    @property
    def items(self) -> list[feed.Item]:
        return [feed.Item(each.leaf, each.salt, each.body) for each in self.entries]

    def at(self, level: int, number: int) -> bytes:
        return self.nodes[level, number]


def feed_of(party: Party, size: int, kind: Kind = "main", word: str = "plan") -> Feed:
    head, entries, nodes = feed.Head(origin(party, kind)), [], {}
    for n in range(size):
        written = feed.Written(
            "notice.told", 1, {origin(B if party == A else A): n + 1}, 1_000 * n, seed("terms")
        )
        grown = feed.append(head, written, {"n": n, "word": word}, seed(f"{word} {n}")[:16])
        head = grown.head
        entries.append(grown.entry)
        nodes.update({(node.level, node.number): node.digest for node in grown.nodes})
    return Feed(head, tuple(entries), nodes)


def papers(party: Party, *, log_from: int = 0) -> Papers:
    other = B if party == A else A
    certificates = [
        Certificate(party.key("log"), "log", origin(party, kind), log_from) for kind in ids.KINDS
    ] + [Certificate(party.key("cosign"), "cosign", origin(other, kind), 0) for kind in ids.KINDS]
    return Papers(
        tuple(
            certificate.read_certificate(certificate.certify(each, seed(party.label)), party.identity)
            for each in certificates
        )
    )


def signed(of: Feed | feed.Head, party: Party) -> bytes:
    head = of.head if isinstance(of, Feed) else of
    return note.write(feed.sign(head, party.seed("log")))
