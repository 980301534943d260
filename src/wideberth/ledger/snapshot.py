"""The state after the first entries of the order, and what is needed to go on from there (LINE 17).

As bytes, hashed as a whole; the hash is what a `snapshot` entry carries:

    wideberth/snapshot/v1 ‖ newline ‖ canonical JSON ‖ newline ‖ state

The state is opaque here, and may be large. A snapshot is loaded only where hash and heads match: then it is
the state that its party entered into the record, of exactly the entries that the journal holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta, Struct

from wideberth.errors import Invalid, NotTrusted, Stale
from wideberth.ledger import canonical, entries, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Mark, Taken
from wideberth.ledger.ids import Origin
from wideberth.ledger.order import Beginning

HEADING = b"wideberth/snapshot/v1\n"
SIZE = 1024 * 1024
"""Bytes of the JSON."""
WANTED = "a snapshot, version 1, as the record has it"


class Snapshot(Struct, frozen=True):
    """The state after the entries that `start` is of.

    `roots` are those of its feeds' trees at `start.sizes`; `rules` names the version of the rules that made
    the state.
    """

    line: str
    start: Beginning
    roots: dict[Origin, bytes]
    rules: str
    state: bytes

    @property
    def heads(self) -> dict[Origin, Mark]:
        """What it covers."""
        return {origin: Mark(size, self.roots[origin]) for origin, size in self.start.sizes.items()}


class _Feed(Struct, forbid_unknown_fields=True):
    """A feed as it is written; `before` and `folded` have a number for each feed, in the feeds' order."""

    before: list[Annotated[int, Meta(ge=0)]]
    folded: list[Annotated[int, Meta(ge=0)]]
    origin: str
    root: str
    size: Annotated[int, Meta(ge=1)]


class _Written(Struct, forbid_unknown_fields=True):
    """The JSON of a snapshot."""

    feeds: Annotated[list[_Feed], Meta(min_length=1)]
    line: str
    rules: str
    v: Literal[1]


def write(snapshot: Snapshot) -> bytes:
    """The bytes of a snapshot. Raises: Invalid (`ledger.snapshot`, and as canonical.write)."""
    sizes, folded, before = snapshot.start
    order = sorted(sizes, key=lambda origin: origin.text)
    feeds = [
        _Feed(
            before=[before[origin].get(other, 0) for other in order],
            folded=[folded[origin].get(other, 0) for other in order],
            origin=origin.text,
            root=ids.base32(snapshot.roots[origin]),
            size=sizes[origin],
        )
        for origin in order
    ]
    value = msgspec.to_builtins(_Written(feeds, snapshot.line, snapshot.rules, 1))
    data = HEADING + canonical.write(cast("Value", value), SIZE) + b"\n" + snapshot.state
    read(data)
    return data


def read(data: bytes) -> Snapshot:
    """The snapshot that these bytes are; whether to believe it, says `load`.

    Raises: Invalid (`ledger.snapshot`, `ledger.origin`, `ledger.base32`, and as canonical.accept).
    """
    end = data.find(b"\n", len(HEADING), len(HEADING) + SIZE + 1)
    if not data.startswith(HEADING) or end < 0:
        found = data[: len(HEADING)].decode("utf-8", "replace")
        raise Invalid("ledger.snapshot", "line 1", found, HEADING.decode().strip())
    value = canonical.accept(data[len(HEADING) : end], SIZE)
    try:
        written = msgspec.convert(value, _Written)
    except msgspec.ValidationError as error:
        raise Invalid("ledger.snapshot", "line 2", str(error), WANTED) from error
    order = [ids.origin(each.origin, f"feeds[{i}].origin") for i, each in enumerate(written.feeds)]
    texts = [each.origin for each in written.feeds]
    if texts != sorted(set(texts)) or {origin.line for origin in order} != {written.line}:
        raise Invalid("ledger.snapshot", "feeds", texts, f"feeds of the line {written.line}, sorted")
    start = Beginning(
        {origin: each.size for origin, each in zip(order, written.feeds, strict=True)},
        {origin: _counts(each.folded, order) for origin, each in zip(order, written.feeds, strict=True)},
        {origin: _counts(each.before, order) for origin, each in zip(order, written.feeds, strict=True)},
    )
    _check_start(start)
    roots = {
        origin: ids.unbase32(each.root, ids.HASH, "root")
        for origin, each in zip(order, written.feeds, strict=True)
    }
    return Snapshot(written.line, start, roots, written.rules, data[end + 1 :])


def enter(data: bytes) -> Taken:
    """What to enter about a snapshot, given its bytes. Raises: as `read`."""
    snapshot = read(data)
    return Taken(snapshot.heads, snapshot.rules, hashlib.sha256(data).digest())


def load(
    data: bytes, taken: Taken, roots: Mapping[tuple[str, int], bytes], rules: Collection[str]
) -> Snapshot:
    """The snapshot of an entry, if it is that and of these feeds.

    Args:
        data: its bytes. taken: the entry that this party made of it. roots: by (feed, size), what the journal
        has. rules: those whose state this program can go on from.

    Raises: NotTrusted (`ledger.snapshot_altered` where it is not what was entered, `ledger.snapshot_heads`
    where the journal holds something else), Stale (`ledger.snapshot_rules` where other rules made it: the
    fold begins again from the start), Invalid (as `read`).
    """
    if hashlib.sha256(data).digest() != taken.state:
        raise NotTrusted("ledger.snapshot_altered", "not the snapshot that was entered")
    found = read(data)
    if (found.heads, found.rules) != (taken.heads, taken.rules):
        raise NotTrusted("ledger.snapshot_altered", "the entry says other heads or rules than the snapshot")
    for origin, mark in found.heads.items():
        if roots.get((origin.text, mark.size)) != mark.root:
            held = f"{origin.text} with {mark.size} entries"
            raise NotTrusted("ledger.snapshot_heads", f"the journal does not hold what it is of: {held}")
    if found.rules not in rules:
        raise Stale("ledger.snapshot_rules", 0, f"made by the rules {found.rules}, not {', '.join(rules)}")
    return found


def droppable(
    taken: Taken, held: Iterable[Entry], closed: Callable[[Entry], bool]
) -> tuple[tuple[Origin, int], ...]:
    """The entries, by feed and n, whose salt and body may be dropped.

    Only what a snapshot covers that is entered, and only of closed nouns, which the caller knows. What the
    record itself entered stays, but for parts: keys, lines and epochs are needed for as long as the headers.
    """
    return tuple(
        (each.header.origin, each.header.n)
        for each in held
        if each.header.origin in taken.heads
        and each.header.n < taken.heads[each.header.origin].size
        and each.header.type not in entries.KEPT
        and closed(each)
    )


def _counts(sizes: Sequence[int], order: Sequence[Origin]) -> dict[Origin, int]:
    if len(sizes) != len(order):
        raise Invalid("ledger.snapshot", "feeds", f"{len(sizes)} numbers", f"{len(order)}, one for each feed")
    return {origin: size for origin, size in zip(order, sizes, strict=True) if size}


def _check_start(start: Beginning) -> None:
    """Refuse what no order can begin with."""
    for origin, size in start.sizes.items():
        folded, before = start.folded[origin], start.before[origin]
        good = before.get(origin, 0) == size - 1 and origin not in folded
        good = good and all(n <= before.get(other, 0) for other, n in folded.items())
        if not good or any(n > start.sizes[other] for other, n in before.items()):
            raise Invalid("ledger.snapshot", "feeds", origin.text, "sizes that the order can have had")
