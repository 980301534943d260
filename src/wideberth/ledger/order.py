"""One order for the entries of a line, without clocks (LINE 6), and the fold over it.

An entry says how much of every other feed its author had folded. The order is a function of the *set* of
entries: place repeatedly, among the entries whose `folded` is wholly placed, the least by (identity key's
bytes, urgent before main, epoch, n). A feed is placed in its own order, and an entry counts as having folded
what the entries before it in its feed had: `folded` cannot take back what it said.

An entry that arrives late may come to stand before entries that were placed already; everything from there on
is placed, and folded, again. An entry whose author had not folded all that the same author had placed before
it is disputed: it stands, but it cannot retract anything.
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


class Order:
    """The entries of a line as they are placed so far, ready for more.

    `placed` is the order; `add` tells from where it changed.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.placed: list[Placed] = []
        self._held: dict[Origin, dict[int, Entry]] = {}
        # the feeds in the order in which ties between them are broken
        self._feeds: list[Origin] = []
        # where in `placed` the entries of a feed stand, by n
        self._at: dict[Origin, list[int]] = {}

    def add(self, entries: Iterable[Entry]) -> int:
        """Hold more entries, in any order; those held already are passed over.

        Returns how many of those placed before kept their place: a fold goes on from the state after them.
        Raises: Invalid (`ledger.stranger` for an entry of another line), NotTrusted (`ledger.equivocation`
        for another entry in the place of one that is held). Nothing is held then that was not before.
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
            if n >= len(self._at[origin])
        ]

    def _new(self, entries: Iterable[Entry]) -> dict[tuple[Origin, int], Entry]:
        new: dict[tuple[Origin, int], Entry] = {}
        for entry in entries:
            origin, n = entry.header.origin, entry.header.n
            if origin.line != self.line.id:
                raise Invalid("ledger.stranger", "origin", origin.text, f"a feed of the line {self.line.id}")
            self.line.rank(origin.party)
            known = self._held.get(origin, {}).get(n) or new.get((origin, n))
            if known is None:
                new[origin, n] = entry
            elif known.leaf != entry.leaf:
                raise NotTrusted("ledger.equivocation", f"two entries {n} of {origin.text}")
        return new

    def _hold(self, origin: Origin) -> dict[int, Entry]:
        if origin not in self._held:
            self._held[origin], self._at[origin] = {}, []
            self._feeds.append(origin)
        return self._held[origin]

    def _rank(self, origin: Origin) -> tuple[int, int, int]:
        return self.line.rank(origin.party), KINDS.index(origin.kind), origin.epoch

    def _next(self, origin: Origin) -> Entry | None:
        """The first of a feed's entries that is not placed, where it is held."""
        return self._held[origin].get(len(self._at[origin]))

    def _enters(self, origin: Origin) -> int:
        """Where in the order, as it stands, a feed's next entry belongs; its end, where that waits."""
        entry, end = self._next(origin), len(self.placed)
        needed = [(origin, len(self._at[origin]))]
        needed += entry.header.folded.items() if entry else [(origin, end + 1)]
        at = 0
        for other, size in needed:
            placed = self._at.get(other, [])
            if size > len(placed):
                return end
            at = max(at, placed[size - 1] + 1 if size else 0)
        mine = self._rank(origin)
        while at < end and self._rank(self.placed[at].entry.header.origin) < mine:
            at += 1
        return at

    def _cut(self, kept: int) -> None:
        for place in reversed(self.placed[kept:]):
            self._at[place.entry.header.origin].pop()
        del self.placed[kept:]

    def _place(self) -> None:
        while (entry := self._least()) is not None:
            origin = entry.header.origin
            before = self._at[origin]
            said = self.placed[before[-1]].folded if before else {}
            folded = {**said, **{o: max(n, said.get(o, 0)) for o, n in entry.header.folded.items()}}
            own = {o: len(at) for o, at in self._at.items() if o.party == origin.party and o != origin}
            disputed = not covers(entry.header.folded, said) or not covers(folded, own)
            before.append(len(self.placed))
            self.placed.append(Placed(entry, folded, disputed))

    def _least(self) -> Entry | None:
        for origin in self._feeds:
            entry = self._next(origin)
            if entry is not None and all(
                size <= len(self._at.get(other, ())) for other, size in entry.header.folded.items()
            ):
                return entry
        return None


def place(line: Line, entries: Iterable[Entry]) -> tuple[Placed, ...]:
    """The entries in their order, without those that wait. Raises: as Order.add."""
    order = Order(line)
    order.add(entries)
    return tuple(order.placed)


def fold(placed: Iterable[Placed], evolve: Callable[[State, Placed], State], state: State) -> State:
    """The state after these entries. `evolve` knows no clock, float, geometry or chance."""
    for each in placed:
        state = evolve(state, each)
    return state


def heads(placed: Iterable[Placed]) -> dict[Origin, int]:
    """How many entries of each feed are among them: what a snapshot names."""
    found: dict[Origin, int] = {}
    for each in placed:
        origin = each.entry.header.origin
        found[origin] = found.get(origin, 0) + 1
    return found


def resume(placed: Sequence[Placed], snapshot: Mapping[Origin, int]) -> Sequence[Placed]:
    """The entries after a snapshot with these heads, for a fold that goes on from its state.

    Raises: Stale (`ledger.snapshot_overtaken`) where an entry has come to stand among those that the snapshot
    covers, or some of those are missing: the fold begins again from the start (size 0).
    """
    covered = sum(snapshot.values())
    if heads(placed[:covered]) != {origin: size for origin, size in snapshot.items() if size}:
        raise Stale("ledger.snapshot_overtaken", 0, "an entry stands among those that the snapshot covers")
    return placed[covered:]
