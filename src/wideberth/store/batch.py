"""What a batch would write, or what dropping would, decided before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec import Struct, field, structs

from wideberth.errors import Refused, Stale
from wideberth.ledger import merkle
from wideberth.ledger.feed import Item
from wideberth.store import whole
from wideberth.store.journal import Head, Step

Stored = Callable[[str, int], bytes | None]
"""The checkpoint that is held for a size of a feed."""
Held = Callable[[str, int], Item]
"""Entry n of a feed."""


class Writes(Struct):
    """Rows to write in one transaction, and the heads they lead to."""

    heads: dict[str, Head] = field(default_factory=dict)
    entries: dict[tuple[str, int], Item] = field(default_factory=dict)
    notes: dict[tuple[str, int], bytes] = field(default_factory=dict)
    dropped: dict[tuple[str, int], Item] = field(default_factory=dict)
    """As they were; what takes their place is as long as they are."""

    def add(self, more: Writes) -> None:
        """Those of another batch, decided after these."""
        self.heads |= more.heads
        self.entries |= more.entries
        self.notes |= more.notes
        self.dropped |= more.dropped


def decide(batch: Sequence[Step], heads: Mapping[str, Head], stored: Stored) -> Writes:
    """What a batch writes.

    Raises: Stale (`journal.stale`), Refused (`journal.entry`, `journal.note`).
    """
    found = Writes()
    for step in batch:
        head = found.heads.get(step.feed) or heads.get(step.feed) or Head(step.feed)
        if step.expected != head.size:
            raise Stale(
                "journal.stale", head.size, f"{step.feed} has {head.size} entries, not {step.expected}"
            )
        for n, item in enumerate(step.items, start=head.size):
            if not whole.bound(step.feed, n, item):
                raise Refused("journal.entry", f"not entry {n} of {step.feed}, or not with this body")
            found.entries[step.feed, n] = item
        leaves = [merkle.leaf_hash(item.leaf) for item in step.items]
        tree, _ = whole.grown(head.tree, leaves)
        head = structs.replace(
            head, tree=tree, dropped=head.dropped + sum(item.dropped for item in step.items)
        )
        if step.note is not None:
            head = _noted(head, step.note, found, stored)
        found.heads[step.feed] = head
    return found


def drop(entries: Mapping[str, Collection[int]], heads: Mapping[str, Head], held: Held) -> Writes:
    """What dropping the salts and bodies of entries writes. Raises: Refused (`journal.entry`)."""
    found = Writes()
    for feed, numbers in entries.items():
        head = heads.get(feed) or Head(feed)
        for n in sorted(set(numbers)):
            if not 0 <= n < head.size:
                raise Refused("journal.entry", f"entry {n} of {feed} is not held; it has {head.size}")
            item = held(feed, n)
            if not item.dropped:
                found.dropped[feed, n] = item
                head = structs.replace(head, dropped=head.dropped + 1)
                found.heads[feed] = head
    return found


def _noted(head: Head, data: bytes, found: Writes, stored: Stored) -> Head:
    note, said = whole.checkpoint_of(head.feed, data)
    place = head.feed, said.size
    before = found.notes.get(place) or stored(*place)
    if before is not None:
        held, _ = whole.checkpoint_of(head.feed, before)
        if note.text != held.text or not set(held.signatures) <= set(note.signatures):
            raise Refused("journal.note", f"less than what is held at {said.size} entries of {head.feed}")
    elif said != head.checkpoint:
        raise Refused("journal.note", f"not the checkpoint of the {head.size} entries of {head.feed}")
    found.notes[place] = data
    newest, signed = _size(head.note), _size(head.cosigned)
    return structs.replace(
        head,
        note=data if said.size >= newest else head.note,
        cosigned=data if said.size >= signed and len(note.signatures) > 1 else head.cosigned,
        notes=head.notes + (before is None),
    )


def _size(data: bytes | None) -> int:
    """The size that a checkpoint states, on its second line; 0 without one."""
    return int(data.split(b"\n", 2)[1]) if data else 0
