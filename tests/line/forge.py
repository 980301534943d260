"""An author that signs whatever it is told to, in the name of A and of a start of its node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.ledger.two import A, Party, origin, seed
from tests.line.two import WALL_MS
from wideberth.ledger import body, checkpoint, feed, merkle, note
from wideberth.ledger.canonical import Value
from wideberth.ledger.feed import Head, Written
from wideberth.ledger.ids import Kind, Origin
from wideberth.ledger.seal import Content


class Author:
    def __init__(
        self, session: bytes, kind: Kind = "main", epoch: int = 0, party: Party = A, word: str = "forged"
    ) -> None:
        self.session, self.party, self.word = session, party, word
        self.head = Head(origin(party, kind, epoch))
        self.contents: list[Content] = []

    def say(
        self,
        of_type: str = "test.said",
        value: Value = None,
        *,
        v: int = 1,
        at_ms: int = WALL_MS,
        folded: Mapping[Origin, int] | None = None,
    ) -> Content:
        """A good entry."""
        said: Value = {"said": self.word} if value is None else value
        grown = feed.append(
            Head(self.head.origin, self.head.tree),
            Written(of_type, v, folded or {}, at_ms),
            said,
            seed(f"{self.word} {self.head.size}")[:16],
        )
        return self.raw(grown.entry.leaf, grown.entry.salt, grown.entry.body)

    def raw(self, leaf: bytes, salt: bytes, data: bytes) -> Content:
        """Anything, under a good checkpoint."""
        tree = merkle.grown(self.head.tree, [merkle.leaf_hash(leaf)])
        self.head = Head(self.head.origin, tree)
        made = Content(leaf, salt, data, self.note(), self.session)
        self.contents.append(made)
        return made

    def bound(self, data: bytes, **changes: Any) -> Content:
        """A good header of a body that may be none."""
        salt = seed(f"bound {self.head.size}")[:16]
        header = body.Header(
            v=1,
            type="test.said",
            origin=self.head.origin,
            n=self.head.size,
            folded={},
            at_ms=WALL_MS,
            agreement=None,
            body_c=body.commit(salt, data),
        )
        values = {name: getattr(header, name) for name in header.__struct_fields__}
        return self.raw(body.write(body.Header(**{**values, **changes})), salt, data)

    def note(self) -> bytes:
        return note.write(
            checkpoint.sign(checkpoint.of(self.head.origin.text, self.head.tree), self.party.seed("log"))
        )
