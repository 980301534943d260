"""The plans of both parties of a line that may be compared here, under what the two have agreed.

Own plans are in it as the other party may learn of them (desk.releases.compared), so that no answer shows
more. A proposal that may still count is in it beside the plan that it changes (LINE 10).
"""

from __future__ import annotations

from concurrent.futures import Executor

from msgspec import Struct, structs

from wideberth.conflict.index import LiveIndex, Merged
from wideberth.conflict.packed import Prepared
from wideberth.conflict.result import Conflict
from wideberth.desk.cutover import Binding
from wideberth.model.case import Found
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS
from wideberth.space.geoid import Geoid
from wideberth.space.ground import Circle
from wideberth.space.reference import VerticalReference
from wideberth.space.volume import Volume

TOGETHER = 2_000
"""Plans that are laid out in one go."""
LISTED = 200
"""Conflicts of one plan that are looked at for their figures, the earliest; all others are still found."""
_PROPOSED = "+"
Key = tuple[str, str]
"""Party, and notice; of a proposal with its name after it."""


class Meeting(Struct, frozen=True):
    """Two notices that conflict: how, the earliest conflict between them, and which volumes of each do.

    `first` is None where there are so many that its figures were not worked out. `mine` are those of the
    notice that was asked about.
    """

    found: Found
    first: Conflict | None
    mine: tuple[int, ...]
    theirs: tuple[int, ...] = ()


class Compared:
    """The index of one line. Own plans and the peer's by (party, notice). For one caller at a time."""

    def __init__(self, bound: Binding, geoid: Geoid, merges: Executor) -> None:
        """`merges` builds what makes later questions fast, in the background."""
        self.reference = VerticalReference(geoid, bound.ground, bound.qnh, bound.atmosphere)
        self.bound = bound
        self._index = LiveIndex(bound.table, self.reference)
        self._merges = merges
        self._merging = False
        self._done: list[Merged] = []
        self._proposed: dict[Key, set[str]] = {}
        self._plans: dict[Key, Plan] = {}
        self._over: dict[Key, tuple[Volume, ...]] = {}
        self.moved: set[str] = set()
        """Notices of which something is held that was not when `meetings` was asked last, or no more."""
        self._fresh: dict[Key, Plan] = {}
        self._prepared: dict[Key, Prepared] = {}

    def __len__(self) -> int:
        self.laid()
        return len(self._index)

    def put(self, party: str, notice: str, of: Plan, volumes: tuple[Volume, ...]) -> None:
        """A plan in its newest version, by its notice; without volumes it leaves."""
        key = party, notice
        if self._over.get(key) == volumes and of.state != "ended":
            return  # it left, and is the same since
        self._over.pop(key, None)
        if volumes and of.state != "ended":
            self._add(structs.replace(of, party=party, id=notice, volumes=volumes, variant_of=None))
        else:
            self._remove(key)

    def propose(self, party: str, notice: str, changes: dict[str, Plan]) -> None:
        """The changed plans of the proposals that may still count for a notice, by a name of each."""
        known = self._proposed.pop((party, notice), set())
        for gone in known - set(changes):
            self._remove((party, notice + _PROPOSED + gone))
        for name, plan in changes.items():
            self._add(structs.replace(plan, party=party, id=notice + _PROPOSED + name, variant_of=None))
        if changes:
            self._proposed[party, notice] = set(changes)

    def expire(self, now_ms: int) -> set[str]:
        """Let plans leave that no plan yet to come can meet: their notices."""
        self.laid()
        gone = self._index.expire(now_ms)
        for key in gone:
            self._prepared.pop(key, None)
            left = self._plans.pop(key, None)
            if left is not None and _PROPOSED not in key[1]:
                self._over[key] = left.volumes
        notices = {notice.split(_PROPOSED)[0] for _, notice in gone}
        self.moved |= notices
        return notices

    def over(self, party: str, notice: str) -> bool:
        """Whether it has left because it lies so far back."""
        return (party, notice) in self._over

    def meetings(self, party: str, notice: str) -> dict[str, Meeting]:
        """The notices of the other party that a resident one, or a proposal for it, conflicts with."""
        found: dict[str, Meeting] = {}
        self.moved.discard(notice)
        for name in (
            notice,
            *(notice + _PROPOSED + each for each in self._proposed.get((party, notice), ())),
        ):
            plan = self._plans.get((party, name))
            if plan is not None:
                self._meet(plan, found)
        return found

    def meetings_of(self, plan: Plan) -> dict[str, Meeting]:
        """The notices of the other party that a plan conflicts with, resident or not."""
        found: dict[str, Meeting] = {}
        if plan.volumes:
            self._meet(plan, found)
        return found

    def _meet(self, plan: Plan, found: dict[str, Meeting]) -> None:
        self.laid()
        prepared = self._prepared.get(plan.key)
        if prepared is None or prepared.plan is not plan:
            prepared = self._index.prepare(plan)
        pairs = self._index.query_pairs(prepared).named()
        if not pairs:
            return
        for each in self._index.query(prepared, limit=LISTED).conflicts:
            other, mine, theirs = _sides(each, plan.party)
            _note(found, other, Meeting(_how(each), each, (mine,), (theirs,)))
        for mine, (_, other), theirs in pairs:
            meeting = Meeting("overlap", None, (mine,), (theirs,))
            _note(found, other.split(_PROPOSED)[0], meeting, known=True)

    def meets(self, plan: Plan, party: str, notice: str) -> frozenset[str]:
        """The notices of the other party that a changed plan of this one would conflict with."""
        self.laid()
        asked = structs.replace(plan, party=party, id=notice)
        pairs = self._index.query_pairs(asked).named()
        return frozenset(other.split(_PROPOSED)[0] for _, (_, other), _ in pairs)

    def laid(self) -> None:
        """Take in what was put: many at once are laid out much faster. Until `rest` they stay laid out."""
        keys = list(self._fresh)
        for i in range(0, len(keys), TOGETHER):
            some = keys[i : i + TOGETHER]
            plans = [self._fresh[key] for key in some]
            for key, prepared in zip(some, self._index.prepare_all(plans), strict=True):
                self._index.add(prepared)
                self._prepared[key] = prepared
            self._merge()
        self._fresh.clear()

    def rest(self) -> None:
        """What was laid out for questions is given back."""
        self._prepared.clear()

    def _add(self, plan: Plan) -> None:
        if self._plans.get(plan.key) != plan:
            self._plans[plan.key] = self._fresh[plan.key] = plan
            self.moved.add(plan.id.split(_PROPOSED)[0])

    def _remove(self, key: Key) -> None:
        self._index.remove(key)
        if self._plans.pop(key, None) is not None:
            self.moved.add(key[1].split(_PROPOSED)[0])
        self._fresh.pop(key, None)
        self._prepared.pop(key, None)

    def _merge(self) -> None:
        """One merge at a time, elsewhere; it is installed by whoever comes next."""
        while self._done:
            self._index.install(self._done.pop())
            self._merging = False
        if not self._merging and (due := self._index.merge_due()) is not None:
            self._merging = True
            # a list takes what another thread appends
            self._merges.submit(lambda: self._done.append(due.run()))


def _sides(conflict: Conflict, party: str) -> tuple[str, int, int]:
    """The other notice, and which volume of this one and of that one it is."""
    own = 0 if conflict.plans[0][0] == party else 1
    other = conflict.plans[1 - own][1].split(_PROPOSED)[0]
    return other, conflict.volumes[own], conflict.volumes[1 - own]


def _how(conflict: Conflict) -> Found:
    """Overlap where no axis is apart; an axis that is not compared is taken as if it were not."""
    gap = conflict.gap
    return "close" if any(each is not None and each > 0 for each in (gap.h, gap.v, gap.t)) else "overlap"


def _note(found: dict[str, Meeting], other: str, meeting: Meeting, *, known: bool = False) -> None:
    """`known`: of another look at the same: only what it adds counts."""
    before = found.get(other)
    if before is None:
        found[other] = meeting
        return
    worse = "overlap" if not known and "overlap" in (before.found, meeting.found) else before.found
    mine, theirs = (
        tuple(sorted({*one, *two}))
        for one, two in ((before.mine, meeting.mine), (before.theirs, meeting.theirs))
    )
    found[other] = Meeting(worse, before.first, mine, theirs)


def warm(geoid: Geoid) -> None:
    """Have the loops of an index compiled, or loaded, before the first plan waits for it: seconds, once."""
    index = LiveIndex(PRESETS["crewed"], VerticalReference(geoid))
    for party in ("a", "b"):
        index.add(Plan(party, "warm", (Volume(Circle((0, 0), 0), start=0, end=1),)))
    index.query_pairs(next(iter(index)))
