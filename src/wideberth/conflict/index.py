"""Plans that live: add, remove, let time pass, and ask what one plan conflicts with (GEOMETRY decides).

Rows wait in a linear buffer and in packed trees, each up to GROWTH times as large as the one before (a
log-structured merge). Building a tree is a value's `run`, which the caller may do elsewhere, so that
nobody waits for it; without it the answers are the same, and slower. What is certain is decided by
`index_kernels`; the exact code (`find.Search`) decides what is in doubt, and gives all figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wideberth.conflict import columns as c
from wideberth.conflict.engine import PLAIN
from wideberth.conflict.find import MOST, Found, Search, answer
from wideberth.conflict.index_kernels import ask
from wideberth.conflict.index_trees import Cells, boxes_left, plant
from wideberth.conflict.packed import Packer, Picked, Prepared, unpack
from wideberth.conflict.store import LEAST, Room, Store
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.space.ellipsoid import Index
from wideberth.space.reference import VerticalReference

BUFFER = 512
"""Rows that are looked at one by one before a merge is due."""
GROWTH = 8
TREES = 6
STEP = 20_000
"""Pairs that the exact code looks at together, so that memory stays bounded."""
Key = tuple[str, str]
Trees = tuple[Cells, ...]
_BARE = plant(np.zeros((0, c.BOX), dtype=np.int32))


@dataclass(slots=True, eq=False)
class Hits:
    """Pairs of volumes in conflict. `pairs` (n, 3): of each the volume of the plan asked about, the resident
    row in the snapshot's store, and how sure the first look was.
    """

    pairs: Index
    snapshot: Snapshot

    def __len__(self) -> int:
        return len(self.pairs)

    def named(self) -> list[tuple[int, Key, int]]:
        """Of each pair the position in the plan asked about, the other plan's (party, id), and there."""
        store = self.snapshot.store
        plan, part = store.rows[self.pairs[:, 1]][:, [c.PLAN, c.PART]].astype(np.int64).T.tolist()
        return [
            (mine, store.held[p].key, k)
            for mine, p, k in zip(self.pairs[:, 0].tolist(), plan, part, strict=True)
        ]


class Snapshot:
    """All plans resident at one moment; it stays as it is whatever the index does later.

    Rows of `store` from `begin` to `end` are in no tree; `plans` are in it, those removed up to `moment` too.
    """

    __slots__ = ("begin", "end", "moment", "packer", "plans", "store", "trees")

    def __init__(self, packer: Packer, store: Store, trees: Trees, begin: int, moment: int) -> None:
        self.packer = packer
        self.store = store
        self.trees = trees
        self.begin = begin
        self.plans, self.end, _ = store.used
        self.moment = moment

    def __iter__(self) -> Iterator[Plan]:
        alive = np.flatnonzero(self.store.died[: self.plans] > self.moment)
        return (self.store.held[k] for k in alive.tolist())

    def query(self, plan: Plan | Prepared, *, limit: int = MOST) -> Found:
        """The conflicts of one plan, resident or not, with the plans of other parties: what `find` reports
        of it, figures and notes included. Notes tell of fewer plans, because fewer are looked at.

        Args:
            limit: of more conflicts than this only the earliest are listed; all are counted.
        """
        asked = self._prepared(plan)
        hits, _ = self._ask(asked)
        if not len(hits):
            return Found(())
        search, mine, theirs = self._search(asked, hits[:, 0], hits[:, 1])
        i, j = np.minimum(mine, theirs), np.maximum(mine, theirs)
        parts = (slice(k, k + STEP) for k in range(0, len(i), STEP))
        return answer(search, ((search.violations(i[part], j[part]), part.stop) for part in parts), limit)

    def query_pairs(self, plan: Plan | Prepared) -> Hits:
        """As `query`, only which volumes conflict: much faster, because figures are not worked out."""
        asked = self._prepared(plan)
        hits, doubts = self._ask(asked)
        return Hits(self._settled(asked, hits) if doubts else hits, self)

    def _prepared(self, plan: Plan | Prepared) -> Prepared:
        return plan if isinstance(plan, Prepared) else self.packer.prepare([plan])[0]

    def _ask(self, asked: Prepared) -> tuple[Index, int]:
        store, packer = self.store, self.packer
        return ask(
            asked.packed.rows,
            asked.packed.boxes,
            asked.packed.geometry,
            packer.rules,
            packer.datums,
            store.rows,
            store.boxes,
            store.geometry,
            store.died,
            self.trees,
            self.begin,
            self.end,
            self.moment,
        )

    def _settled(self, asked: Prepared, hits: Index) -> Index:
        """The hits that are certain, and of those in doubt what the exact code confirms."""
        keep = hits[:, 2] == c.CLOSE
        doubtful = np.flatnonzero(~keep)
        for part in np.split(doubtful, range(STEP, len(doubtful), STEP)):
            search, mine, theirs = self._search(asked, hits[part, 0], hits[part, 1])
            i, j = np.minimum(mine, theirs), np.maximum(mine, theirs)
            close, size = search.violations(i, j), len(search.rows.plan)
            keep[part] = np.isin(i * size + j, close.i * size + close.j)
        settled: Index = hits[keep]
        return settled

    def _search(self, asked: Prepared, mine: Index, rows: Index) -> tuple[Search, Index, Index]:
        """The exact code over the rows of these pairs, in the order of plans, and the pairs in it."""
        store = self.store
        distinct, number = np.unique(rows, return_inverse=True)
        owners = [store.held[k] for k in store.rows[distinct, c.PLAN].astype(np.int64).tolist()]
        parts = store.rows[distinct, c.PART].tolist()
        order = sorted(range(len(owners)), key=lambda k: (owners[k].key, parts[k]))
        before = sum(owner.key < asked.plan.key for owner in owners)
        ranked = distinct[order]
        named = [owners[k] for k in order]
        own = asked.packed.rows
        laid = unpack(
            [
                Picked(store.rows[ranked[:before]], store.geometry, named[:before]),
                Picked(own, asked.packed.geometry, [asked.plan] * len(own)),
                Picked(store.rows[ranked[before:]], store.geometry, named[before:]),
            ]
        )
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        theirs = rank[number.reshape(-1)]
        theirs += np.where(theirs >= before, len(own), 0)
        search = Search(laid, self.packer.table, self.packer.reference, PLAIN)
        return search, mine + before, theirs


@dataclass(frozen=True, slots=True)
class Merge:
    """A tree to be built of the buffer and of smaller trees; of nothing but what is in here, so anywhere."""

    snapshot: Snapshot
    level: int

    def run(self) -> Merged:
        """Build it: the long part."""
        now, level = self.snapshot, self.level
        store = now.store
        size = now.end - now.begin + sum(int(tree[0, 0]) for tree in now.trees[: level + 1])
        boxes, at = np.empty((size, c.BOX), dtype=np.int32), 0
        for tree in now.trees[: level + 1]:
            at = boxes_left(tree, store.rows, store.died, now.moment, boxes, at)
        fresh = store.boxes[now.begin : now.end]
        alive = store.died[store.rows[now.begin : now.end, c.PLAN].astype(np.int64)] > now.moment
        count = int(alive.sum())
        boxes[at : at + count] = fresh[alive]
        tree = plant(boxes[: at + count])
        return Merged(now, store, (*(_BARE,) * level, tree, *now.trees[level + 1 :]), now.end, None)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A new store to be filled with the living alone, with room to grow, and one tree of them."""

    snapshot: Snapshot
    room: Room

    def run(self) -> Merged:
        """Fill it: the long part."""
        now = self.snapshot
        store = Store(self.room)
        kept = now.store.copy(store, 0, now.plans, now.moment)
        size = store.used.rows
        tree = plant(store.boxes[:size])
        level = next(k for k in range(TREES) if size <= BUFFER * GROWTH ** (k + 1) or k == TREES - 1)
        trees = [_BARE] * TREES
        trees[level] = tree
        return Merged(now, store, tuple(trees), size, kept)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge or a renewal made, ready to be installed."""

    snapshot: Snapshot
    store: Store
    trees: Trees
    begin: int
    kept: Index | None


class LiveIndex:
    """Resident plans by (party, id), under one separation table and one vertical reference.

    It starts no thread and reads no clock. One caller at a time may change it; snapshots may be asked
    by any number at the same time, also while it changes.
    """

    def __init__(self, table: SeparationTable, reference: VerticalReference) -> None:
        self._packer = Packer(table, reference)
        self._store = Store(Room(*LEAST))
        self._trees: Trees = (_BARE,) * TREES
        self._begin = 0
        self._moment = 0
        self._serial: dict[Key, int] = {}
        self._next = 0
        self._rows = 0
        self._geometry = 0
        self._pad_t = 0

    def __len__(self) -> int:
        """Resident plans."""
        return len(self._serial)

    def __contains__(self, key: Key) -> bool:
        return key in self._serial

    def __iter__(self) -> Iterator[Plan]:
        return iter(self.snapshot())

    @property
    def volumes(self) -> int:
        """Resident volumes."""
        return self._rows

    def prepare(self, plan: Plan) -> Prepared:
        """Lay a plan out, once: for `add`, `query` and `query_pairs` of this index and its snapshots."""
        return self._packer.prepare([plan])[0]

    def prepare_all(self, plans: Sequence[Plan]) -> list[Prepared]:
        """As `prepare`, of many plans: much faster than one by one."""
        return self._packer.prepare(plans)

    def add(self, plan: Plan | Prepared) -> None:
        """Take a plan in, in the place of the version with its (party, id) that was there, if any.

        A plan that has ended is not taken in; the version that was there leaves.
        """
        prepared = plan if isinstance(plan, Prepared) else self._packer.prepare([plan])[0]
        key = prepared.plan.key
        if not self._store.fits(self._store.after(prepared)):
            self.install(self._renewal(prepared).run())
        self.remove(key)
        if prepared.plan.state == "ended":
            return
        self._store.add(prepared, self._next)
        self._serial[key] = self._next
        self._next += 1
        self._rows += len(prepared.packed.rows)
        self._geometry += len(prepared.packed.geometry)
        self._pad_t = max(self._pad_t, prepared.pad_t)

    def remove(self, key: Key) -> bool:
        """Let the plan of that (party, id) leave; False where there was none."""
        serial = self._serial.pop(key, None)
        if serial is None:
            return False
        self._moment += 1
        rows, geometry = self._store.remove(serial, self._moment)
        self._rows -= rows
        self._geometry -= geometry
        return True

    def expire(self, now: int) -> list[Key]:
        """Let plans leave that no plan yet to come can conflict with, and name them.

        Their last volume ended more than the largest time minimum, its pad, and the largest pad of any plan
        so far before `now` (POSIX ms). Where a minimum is "any", or a plan has no end, it stays.
        """
        if self._packer.reach.t is None:
            return []
        store, plans = self._store, self._store.used.plans
        over = store.plans[:plans, c.OVER] + (self._packer.reach.t + self._pad_t) < now
        gone = np.flatnonzero(over & (store.died[:plans] == c.NEVER))
        keys = [store.held[k].key for k in gone.tolist()]
        for key in keys:
            self.remove(key)
        return keys

    def snapshot(self) -> Snapshot:
        """All resident plans as they are now, for good."""
        return Snapshot(self._packer, self._store, self._trees, self._begin, self._moment)

    def query(self, plan: Plan | Prepared, *, limit: int = MOST) -> Found:
        """As `Snapshot.query`, now."""
        return self.snapshot().query(plan, limit=limit)

    def query_pairs(self, plan: Plan | Prepared) -> Hits:
        """As `Snapshot.query_pairs`, now."""
        return self.snapshot().query_pairs(plan)

    def merge_due(self) -> Merge | Renewal | None:
        """What would make queries faster or give memory back, if anything: to be `run`, anywhere, and
        the outcome installed.
        """
        rows = self._store.used.rows
        if self._store.crowded or (rows > LEAST[1] and rows > 4 * self._rows):
            return self._renewal(None)
        size = rows - self._begin
        if size < BUFFER:
            return None
        now = self.snapshot()
        for level, tree in enumerate(now.trees):
            size += int(tree[0, 0])
            if size <= BUFFER * GROWTH ** (level + 1):
                return Merge(now, level)
        return Merge(now, TREES - 1)

    def install(self, merged: Merged) -> bool:
        """Use what a merge made; plans added or removed since it began are respected. False, and nothing is
        done, where another merge was installed in the meantime.
        """
        then, store = merged.snapshot, merged.store
        if then.store is not self._store or then.trees is not self._trees:
            return False
        if merged.kept is not None:
            old = self._store
            old.copy(store, then.plans, old.used.plans, self._moment)
            died = np.flatnonzero(
                (old.died[: then.plans] > then.moment) & (old.died[: then.plans] <= self._moment)
            )
            store.died[merged.kept.searchsorted(died)] = old.died[died]
        self._store, self._trees, self._begin = store, merged.trees, merged.begin
        return True

    def _renewal(self, coming: Prepared | None) -> Renewal:
        """A store with room for twice the living, for all that fits into the present one, and for a plan."""
        used, room = self._store.used, self._store.room
        living = Room(len(self._serial), self._rows, self._geometry)
        added = self._store.after(coming) if coming is not None else used
        return Renewal(
            self.snapshot(),
            Room(
                *(
                    max(least, 2 * alive + whole - filled + more - filled)
                    for least, alive, whole, filled, more in zip(
                        LEAST, living, room, used, added, strict=True
                    )
                )
            ),
        )
