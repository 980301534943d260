"""What a journal does, in five verbs. It keeps what the ledger makes and holds no key of any feed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from wideberth.ledger import checkpoint, merkle
from wideberth.ledger.checkpoint import Checkpoint
from wideberth.ledger.feed import Item


class Step(Struct, frozen=True):
    """What happens to one feed in a batch: entries from `expected` on, and a signed checkpoint.

    `feed` is the origin's text. An item whose body another party has dropped is kept as it is. `note` is a
    checkpoint at the size that the items lead to; or, to add cosignatures, at a size for which one is held,
    with all the signatures that one has.
    """

    feed: str
    expected: int
    items: tuple[Item, ...] = ()
    note: bytes | None = None


class Record(Struct, frozen=True):
    """Entry `n` of a feed, and the signed checkpoint of size n + 1, where one is held."""

    n: int
    item: Item
    note: bytes | None


class Head(Struct, frozen=True):
    """How far a feed has come.

    `note` is the newest checkpoint that is held, `cosigned` the newest with more signatures than its
    author's; `notes` counts the sizes for which one is held, `dropped` the entries without a body.
    """

    feed: str
    tree: merkle.Tree = merkle.EMPTY
    note: bytes | None = None
    cosigned: bytes | None = None
    notes: int = 0
    dropped: int = 0

    @property
    def size(self) -> int:
        """The number of entries; the `n` of the next."""
        return self.tree.size

    @property
    def checkpoint(self) -> Checkpoint:
        """What there is to sign about it."""
        return checkpoint.of(self.feed, self.tree)


class Journal(Protocol):
    """The record of a node."""

    def append(self, batch: Sequence[Step]) -> None:
        """All steps, or none; durable when it returns. Many threads may call it: they share commits.

        Raises: Stale (`journal.stale`, with the size that a feed has), Refused (`journal.entry`,
        `journal.note`; `journal.broken` where a commit failed: whether that batch was kept is known when the
        journal is opened again).
        """
        ...

    def read(self, feed: str, start: int = 0) -> Iterator[Record]:
        """The entries of a feed from `start` on, in order; none of a feed that is not held.

        Raises: Refused (`journal.altered`, `journal.lost`, `journal.damaged`).
        """
        ...

    def drop(self, entries: Mapping[str, Collection[int]]) -> None:
        """Drop salt and body of entries, by feed and n, for ever: all of them, or none; durable as an append.

        Their headers stay, and with them every proof. What was dropped before is passed over. Each is read
        first, while appends wait: drop some thousands at a time.
        Raises: Refused (`journal.entry` for one that is not held; `journal.residue` where they are dropped,
        but traces stay until it is called again or the journal is closed; `journal.broken`; as `read`).
        """
        ...

    def tree(self, feed: str, size: int) -> merkle.Tree:
        """The tree of the first `size` entries of a feed, for a snapshot or an older checkpoint.

        At most BLOCK - 1 entries (see whole) are read for it, and those appended since it was last asked.
        Raises: Invalid (`ledger.size`), Refused (as `read`).
        """
        ...

    def heads(self) -> Mapping[str, Head]:
        """Every feed that is held."""
        ...

    def close(self) -> None:
        """Give back what it holds; nothing is accepted afterwards."""
        ...
