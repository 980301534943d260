"""A journal as it was: the first entries of its feeds, in memory. It can be read, and takes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

from wideberth.errors import Invalid, Refused
from wideberth.ledger import merkle
from wideberth.store import whole
from wideberth.store.journal import Head, Record

REFUSED = "what was known at an earlier moment is looked at, and cannot be changed; accepted: without as_of"


class Early:
    """See journal.Journal for its verbs. What writes is Refused (`node.as_of`)."""

    def __init__(self, records: Mapping[str, Sequence[Record]]) -> None:
        """`records`: of each feed the first so many, as the journal that was verified gave them."""
        self._records = {feed: tuple(some) for feed, some in records.items() if some}
        self._heads = {feed: _head(feed, some) for feed, some in self._records.items()}

    def append(self, *_: object, **__: object) -> NoReturn:
        """Raises: Refused (`node.as_of`)."""
        raise refused()

    def drop(self, *_: object, **__: object) -> NoReturn:
        """Raises: Refused (`node.as_of`)."""
        raise refused()

    def read(self, feed: str, start: int = 0) -> Iterator[Record]:
        """See journal.Journal."""
        return iter(self._records.get(feed, ())[max(start, 0) :])

    def tree(self, feed: str, size: int) -> merkle.Tree:
        """See journal.Journal."""
        some = self._records.get(feed, ())
        if not 0 <= size <= len(some):
            raise Invalid("ledger.size", "", size, f"at most {len(some)}, the size of {feed}")
        return _tree(some[:size])

    def heads(self) -> Mapping[str, Head]:
        """See journal.Journal."""
        return dict(self._heads)

    def close(self) -> None:
        """What it holds is forgotten."""
        self._records.clear()


def refused() -> Refused:
    """What is said of every change of what was."""
    return Refused("node.as_of", REFUSED)


def _head(feed: str, some: Sequence[Record]) -> Head:
    notes = [each.note for each in some if each.note is not None]
    dropped = sum(each.item.dropped for each in some)
    return Head(feed, _tree(some), notes[-1] if notes else None, notes=len(notes), dropped=dropped)


def _tree(some: Sequence[Record]) -> merkle.Tree:
    return whole.grown(merkle.EMPTY, [merkle.leaf_hash(each.item.leaf) for each in some])[0]
