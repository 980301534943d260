"""Two parties talking on a line, made fast: entries as real ones are, signed in runs of five."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from wideberth.ledger import checkpoint, ids, merkle, note
from wideberth.ledger.body import COMMITMENT
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Origin
from wideberth.store.journal import Head, Step

RUN = 5
"""Entries of a feed one after another, each run under one checkpoint."""
SEED = bytes(32)
BODY = 256
LINE = ids.line(ids.genesis(b"a" * 32, b"b" * 32, bytes(32)))
FEEDS = tuple(Origin(LINE.id, party, kind, 0) for party in LINE.parties for kind in ids.KINDS)


class Talk:
    """Each feed says RUN entries in its turn, having folded all that was said before."""

    def __init__(self) -> None:
        self.heads = {origin: Head(origin.text) for origin in FEEDS}

    @property
    def sizes(self) -> dict[Origin, int]:
        """How much was said in each feed."""
        return {origin: head.size for origin, head in self.heads.items() if head.size}

    def batches(self, entries: int, each: int) -> Iterator[list[Step]]:
        """Batches of `each` entries, together at least so many."""
        for _ in range(0, entries, each):
            yield [step for _ in range(0, each, len(FEEDS) * RUN) for step in self._round()]

    def say(self, origin: Origin, made: Iterable[Item]) -> Step:
        """What was made outside is the next of a feed, and signed."""
        head, items = self.heads[origin], tuple(made)
        tree = merkle.grown(head.tree, [merkle.leaf_hash(item.leaf) for item in items])
        self.heads[origin] = Head(head.feed, tree)
        signed = checkpoint.sign(self.heads[origin].checkpoint, SEED)
        return Step(head.feed, head.size, items, note.write(signed))

    def _round(self) -> Iterator[Step]:
        for origin in FEEDS:
            begin = self.heads[origin].size
            others = sorted((o.text, size) for o, size in self.sizes.items() if o != origin)
            folded = ",".join(f'"{name}":{size}' for name, size in others)
            yield self.say(origin, (entry(origin.text, n, folded) for n in range(begin, begin + RUN)))


def entry(of: str, n: int, folded: str) -> Item:
    """An entry with BODY bytes of body."""
    salt, body = n.to_bytes(16, "big"), b'{"said":"%s"}' % (b"%d" % n).rjust(BODY - 11, b".")
    commitment = ids.base32(hashlib.sha256(COMMITMENT + salt + body).digest())
    leaf = (
        f'{{"agreement":null,"at_ms":{1_900_000_000_000 + n},"body_c":"{commitment}","folded":{{{folded}}},'
        f'"n":{n},"origin":"{of}","type":"notice.told","v":1}}'
    )
    return Item(leaf.encode(), salt, body)
