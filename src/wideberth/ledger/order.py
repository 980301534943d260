"""One order for the entries of a line, without clocks (LINE 6), and the fold over it.

An entry says how much of every other feed its author had folded. The order is a function of the *set* of
entries: place repeatedly, among the entries whose `folded` is wholly placed, the least by (identity key's
bytes, urgent before main, epoch, n). A feed is placed in its own order, and an entry counts as having folded
what the entries before it in its feed had: `folded` cannot take back what it said.

An entry that arrives late may come to stand before entries that were placed already; everything from there on
is placed, and folded, again. An entry whose author had not folded all that the same author had placed before
it is disputed: it stands, but it cannot retract anything.

An order can go on from a `Beginning`, which says enough of the entries before it for everything after to be
placed exactly as in the whole order, and for an entry that belongs among them to be noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from wideberth.errors import Invalid, NotTrusted, Stale
from wideberth.ledger.body import Entry, covers
from wideberth.ledger.ids import KINDS, Line, Origin

State = TypeVar("State")


class Placed(NamedTuple):
    """An entry in its place, what it counts as having folded, and whether it is disputed."""

    entry: Entry
    folded: Mapping[Origin, int]
    disputed: bool


class Beginning(NamedTuple):
    """What has to be known of the first entries of an order by who no longer holds them.

    For each feed among them: `sizes`, how many of its entries there are; `folded`, what the last of these
    counts as having folded; `before`, how many of each feed had been placed when that one was.
    """

    sizes: Mapping[Origin, int]
    folded: Mapping[Origin, Mapping[Origin, int]]
    before: Mapping[Origin, Mapping[Origin, int]]


START = Beginning({}, {}, {})
"""Of an order of which everything is held."""


class Order:
    """The entries of a line as they are placed so far, ready for more.

    `placed` is the order after `start`; `add` tells from where it changed. `final`: bodies before the start
    were dropped, so that nothing can begin again. What belongs there is placed after the start then, and is
    disputed, if the start was taken where the order was stable.
    """

    def __init__(self, line: Line, start: Beginning = START, *, final: bool = False) -> None:
        self.line = line
        self.start = start
        self.final = final
        self.placed: list[Placed] = []
        self._held: dict[Origin, dict[int, Entry]] = {}
        # the feeds in the order in which ties between them are broken
        self._feeds: list[Origin] = []
        # where in `placed` the entries of a feed stand, by n from the start on
        self._at: dict[Origin, list[int]] = {}
        for origin in start.sizes:
            self._hold(origin)
        self._feeds.sort(key=self._rank)

    def add(self, entries: Iterable[Entry]) -> int:
        """Hold more entries, in any order; those held already, or before the start, are passed over.

        Returns how many of those placed before kept their place: a fold goes on from the state after them.
        Raises: Invalid (`ledger.stranger` for an entry of another line), NotTrusted (`ledger.equivocation`
        for another entry in the place of one that is held), Stale (`ledger.snapshot_overtaken` for one that
        belongs before a start that is not final: the order begins again with nothing placed). Nothing is held
        then that was not before.
        """
        new = self._new(entries)
        touched = {origin for origin, _ in new}
        for (origin, n), entry in new.items():
            self._hold(origin)[n] = entry
        self._feeds.sort(key=self._rank)
        kept = min((self._enters(origin) for origin in touched), default=len(self.placed))
        self._cut(kept)
        self._place()
        return kept

    def waiting(self) -> list[Entry]:
        """Entries that are held but not placed: something they folded, or that is before them, is missing."""
        return [
            entry
            for origin in self._feeds
            for n, entry in sorted(self._held[origin].items())
            if n >= self._count(origin)
        ]

    def _new(self, entries: Iterable[Entry]) -> dict[tuple[Origin, int], Entry]:
        new: dict[tuple[Origin, int], Entry] = {}
        for entry in entries:
            origin, n = entry.header.origin, entry.header.n
            if origin.line != self.line.id:
                raise Invalid("ledger.stranger", "origin", origin.text, f"a feed of the line {self.line.id}")
            rank = self._rank(origin)
            if n < self.start.sizes.get(origin, 0):
                continue
            known = self._held.get(origin, {}).get(n) or new.get((origin, n))
            if known is None:
                self._check_after_start(entry, rank)
                new[origin, n] = entry
            elif known.leaf != entry.leaf:
                raise NotTrusted("ledger.equivocation", f"two entries {n} of {origin.text}")
        return new

    def _check_after_start(self, entry: Entry, rank: tuple[int, int, int]) -> None:
        """Refuse an entry that could have been placed, and was the least, before the start ended.

        Who could be placed goes on to be: it is enough to look at the last time that a later feed was placed.
        """
        origin, n = entry.header.origin, entry.header.n
        if self.final or n != self.start.sizes.get(origin, 0):
            return  # the one before it is not placed before the start either
        for other, before in self.start.before.items():
            if (
                self._rank(other) > rank
                and before.get(origin, 0) == n
                and covers(before, entry.header.folded)
            ):
                place = f"entry {n} of {origin.text}"
                raise Stale("ledger.snapshot_overtaken", 0, f"{place} stands among those of the snapshot")

    def _hold(self, origin: Origin) -> dict[int, Entry]:
        if origin not in self._held:
            self._held[origin], self._at[origin] = {}, []
            self._feeds.append(origin)
        return self._held[origin]

    def _rank(self, origin: Origin) -> tuple[int, int, int]:
        return self.line.rank(origin.party), KINDS.index(origin.kind), origin.epoch

    def _count(self, origin: Origin) -> int:
        """How many of a feed's entries are placed, the start's included."""
        return self.start.sizes.get(origin, 0) + len(self._at.get(origin, ()))

    def _next(self, origin: Origin) -> Entry | None:
        """The first of a feed's entries that is not placed, where it is held."""
        return self._held[origin].get(self._count(origin))

    def _enters(self, origin: Origin) -> int:
        """Where in the order, as it stands, a feed's next entry belongs; its end, where that waits."""
        entry, end = self._next(origin), len(self.placed)
        if entry is None:
            return end
        at = 0
        for other, size in ((origin, entry.header.n), *entry.header.folded.items()):
            placed, last = self._at.get(other, []), size - self.start.sizes.get(other, 0) - 1
            if last >= len(placed):
                return end
            at = max(at, placed[last] + 1 if last >= 0 else 0)
        mine = self._rank(origin)
        while at < end and self._rank(self.placed[at].entry.header.origin) < mine:
            at += 1
        return at

    def _cut(self, kept: int) -> None:
        for place in reversed(self.placed[kept:]):
            self._at[place.entry.header.origin].pop()
        del self.placed[kept:]

    def _place(self) -> None:
        counts = {origin: self._count(origin) for origin in self._feeds}
        while (entry := self._least(counts)) is not None:
            origin, header = entry.header.origin, entry.header
            said = self._said(origin)
            kept = covers(header.folded, said)
            folded = header.folded if kept else _most(header.folded, said)
            own = {o: n for o, n in counts.items() if o.party == origin.party and o != origin}
            self._at[origin].append(len(self.placed))
            self.placed.append(Placed(entry, folded, not kept or not covers(folded, own)))
            counts[origin] += 1

    def _said(self, origin: Origin) -> Mapping[Origin, int]:
        """What the last entry of a feed that is placed counts as having folded."""
        placed = self._at[origin]
        return self.placed[placed[-1]].folded if placed else self.start.folded.get(origin, {})

    def _least(self, counts: Mapping[Origin, int]) -> Entry | None:
        """The entry to place next, if any can be."""
        for origin in self._feeds:
            entry = self._held[origin].get(counts[origin])
            if entry is not None and covers(counts, entry.header.folded):
                return entry
        return None


def place(line: Line, entries: Iterable[Entry], start: Beginning = START) -> tuple[Placed, ...]:
    """The entries in their order after `start`, without those that wait. Raises: as Order.add."""
    order = Order(line, start)
    order.add(entries)
    return tuple(order.placed)


def fold(placed: Iterable[Placed], evolve: Callable[[State, Placed], State], state: State) -> State:
    """The state after these entries. `evolve` knows no clock, float, geometry or chance."""
    for each in placed:
        state = evolve(state, each)
    return state


def beginning(placed: Sequence[Placed], start: Beginning = START) -> Beginning:
    """What has to be kept of these entries, the first ones after `start`, to go on without them."""
    sizes, folded, before = dict(start.sizes), dict(start.folded), dict(start.before)
    last = {each.entry.header.origin: i for i, each in enumerate(placed)}
    for i, each in enumerate(placed):
        origin = each.entry.header.origin
        if last[origin] == i:
            folded[origin], before[origin] = each.folded, dict(sizes)
        sizes[origin] = sizes.get(origin, 0) + 1
    return Beginning(sizes, folded, before)


def stable(line: Line, placed: Sequence[Placed]) -> int:
    """How many of these entries no honest entry can come before any more: up to the first party's last one.

    An honest author covers all that it folded before, and all its own entries. So whatever the party with the
    lesser key (whose entries go first in a tie) may still say comes after its last entry here; and after that
    stand only entries of the other, whose own next ones come later still. What the other may still say comes
    after its own last entry; only entries of the first can stand after that, and those go first in a tie.
    This is where to take a snapshot.
    """
    first = line.parties[0]
    return max((i for i, p in enumerate(placed, start=1) if p.entry.header.origin.party == first), default=0)


def _most(one: Mapping[Origin, int], other: Mapping[Origin, int]) -> dict[Origin, int]:
    """As much of every feed as either has."""
    return {**one, **{origin: max(size, one.get(origin, 0)) for origin, size in other.items()}}
