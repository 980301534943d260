"""What a journal holds of one line, for its start."""

from __future__ import annotations

from collections.abc import Iterator

from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Origin
from wideberth.line.messages import Held
from wideberth.node import moved, papers
from wideberth.node.private import Private
from wideberth.store.journal import Journal


def feeds(journal: Journal, line: str) -> tuple[Held, ...]:
    """All feeds of a line. Raises: as Journal.read."""
    # with hundreds of lines there are thousands of names, and each line looks at all of them
    origins = (ids.origin(name) for name in journal.heads() if line in name)
    return tuple(_held(journal, origin) for origin in origins if origin.line == line)


def notes(held: tuple[Held, ...]) -> Iterator[bytes]:
    """The certificates and revocations in these feeds."""
    for item in (item for each in held for item in each.items):
        # most entries hold none, and are not parsed for it
        if papers.MARK in item.leaf:
            found = papers.said(Entry(item.leaf, body.read(item.leaf), item.salt, item.body))
            yield from [] if found is None else [found]


def moved_here(private: Private, held: tuple[Held, ...]) -> bool:
    """Whether a line starts for the first time after a move, which loses nothing: the peer does not know."""
    lines = {each.origin.line for each in held}
    last = next((each for each in reversed(private.moves) if each.line in lines), None)
    own = [each for each in held if each.origin.party == private.head.origin.party]
    return last is not None and not any(
        last.move.encode() in item.body for each in own for item in each.items if moved.MARK in item.leaf
    )


def _held(journal: Journal, origin: Origin) -> Held:
    records = list(journal.read(origin.text))
    found = {each.n + 1: each.note for each in records if each.note is not None}
    return Held(origin, tuple(each.item for each in records), found)
