"""The product's live index, driven as a node would: merges run on a second thread, and are installed between
two operations. Plans are laid out before, as they are once when they arrive.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from msgspec.structs import replace

from bench import ours
from bench.kinds import KINDS
from bench.operations import Operations
from bench.traffic import Index, Traffic, generate, plans_of, single
from wideberth.conflict.index import LiveIndex, Merged
from wideberth.model.plan import Plan

LOOK = 32
"""Additions after which it is asked anew whether a merge is due."""
Key = tuple[str, str]


class Ours:
    """`wideberth.conflict.index` of plans of one volume each."""

    def __init__(self, traffic: Traffic, wanted: Operations) -> None:
        plans = versions(traffic, wanted)
        self._keys = [plan.key for plan in plans]
        self._index = LiveIndex(KINDS[traffic.kind].table, ours.reference())
        self._prepared = self._index.prepare_all(plans)
        self._held: dict[Key, int] = {}
        self._pool = ThreadPoolExecutor(1)
        self._merging: Future[Merged] | None = None
        self._added = 0

    def fill(self, rows: Index) -> None:
        """Hold these, all at once; merges are waited for."""
        for row in rows.tolist():
            self._held[self._keys[row]] = row
            self._index.add(self._prepared[row])
            self._added += 1
            if self._added % LOOK == 0:
                self._merge_here()

    def add(self, row: int) -> None:
        """Hold one more."""
        self._held[self._keys[row]] = row
        self._index.add(self._prepared[row])
        self._added += 1
        if self._merging is not None:
            self._install()
        elif self._added % LOOK == 0:
            self._begin()

    def remove(self, row: int) -> None:
        """Let one go."""
        key = self._keys[row]
        del self._held[key]
        self._index.remove(key)

    def replace(self, old: int, new: int) -> None:
        """Hold a new version in place of an old one: the same key."""
        assert self._keys[old] == self._keys[new]
        self.add(new)

    def ask(self, row: int) -> list[int]:
        """Rows held that conflict with this one."""
        held = self._held
        return [held[key] for _, key, _ in self._index.query_pairs(self._prepared[row]).named()]

    def close(self) -> None:
        """Let go of everything; the second thread ends."""
        self._pool.shutdown()

    def _begin(self) -> None:
        due = self._index.merge_due()
        if due is not None:
            self._merging = self._pool.submit(due.run)

    def _install(self) -> None:
        assert self._merging is not None
        if self._merging.done():
            self._index.install(self._merging.result())
            self._merging = None

    def _merge_here(self) -> None:
        due = self._index.merge_due()
        if due is not None:
            self._index.install(due.run())


def versions(traffic: Traffic, wanted: Operations) -> list[Plan]:
    """A plan for every row; rows that are versions of one plan have its (party, id)."""
    return [
        replace(plan, id=f"plan-{name:07d}")
        for plan, name in zip(plans_of(single(traffic)), wanted.name.tolist(), strict=True)
    ]


def warm() -> None:
    """Load all that is compiled, by using it once on little."""
    plans = plans_of(single(generate(1_200, 1, "mixed")))
    index = LiveIndex(KINDS["mixed"].table, ours.reference())
    prepared = index.prepare_all(plans)
    for one in prepared[:1_100]:
        index.add(one)
        if (due := index.merge_due()) is not None:
            index.install(due.run())
    for one in prepared:
        index.query_pairs(one).named()
