"""The plans of both parties of a line that may be compared here, under what the two have agreed.

Own plans are in it as the other party may learn of them (desk.releases.compared), so that no answer shows
more. A proposal that may still count is in it beside the plan that it changes (LINE 10).
"""

from __future__ import annotations

from concurrent.futures import Executor, Future

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
        self._merging: Future[Merged] | None = None
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
        notices = {_notice(name) for _, name in gone}
        self.moved |= notices
        return notices

    def over(self, party: str, notice: str) -> bool:
        """Whether it has left because it lies so far back."""
        return (party, notice) in self._over

    def standing(self, party: str, notice: str, other: str) -> Meeting | None:
        """How a resident notice conflicts with one of the other party's, whatever is proposed for either."""
        found: dict[str, Meeting] = {}
        plan = self._plans.get((party, notice))
        if plan is not None:
            self._meet(plan, found, proposed=False)
        return found.get(other)

    def proposed(self, *keys: Key) -> bool:
        """Whether anything is proposed for one of these, each a party and a notice of its."""
        return any(key in self._proposed for key in keys)

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

    def _meet(self, plan: Plan, found: dict[str, Meeting], *, proposed: bool = True) -> None:
        """`proposed`: also with what is proposed for the others."""
        self.laid()
        prepared = self._prepared.get(plan.key)
        if prepared is None or prepared.plan is not plan:
            prepared = self._index.prepare(plan)
        pairs = self._index.query_pairs(prepared).named()
        if not pairs:
            return
        listed = self._index.query(prepared, limit=LISTED).conflicts
        looked = set()
        for each in listed:
            other, mine, theirs = _sides(each, plan.party)
            looked.add((mine, other, theirs))
            if proposed or _PROPOSED not in other:
                _note(found, _notice(other), Meeting(_how(each), each, (mine,), (theirs,)))
        for mine, (_, other), theirs in pairs:
            if (mine, other, theirs) in looked or not (proposed or _PROPOSED not in other):
                continue
            # its figures are not known: it may be an overlap, which is the worse of the two
            _note(found, _notice(other), Meeting("overlap", None, (mine,), (theirs,)))

    def meets(self, plan: Plan, party: str, notice: str) -> frozenset[str]:
        """The notices of the other party that a changed plan of this one would conflict with."""
        self.laid()
        asked = structs.replace(plan, party=party, id=notice)
        pairs = self._index.query_pairs(asked).named()
        return frozenset(_notice(other) for _, (_, other), _ in pairs)

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
        if self._merging is not None and self._merging.done():
            # one that failed made nothing: all is still found, more slowly, and it is tried again
            if not self._merging.cancelled() and self._merging.exception() is None:
                self._index.install(self._merging.result())
            self._merging = None
        if self._merging is None and (due := self._index.merge_due()) is not None:
            self._merging = self._merges.submit(due.run)


def keep(
    meetings: dict[str, dict[str, Meeting]],
    met_by: dict[str, set[str]],
    notice: str,
    met: dict[str, Meeting],
    *,
    own: bool,
) -> None:
    """Write down the conflicts of a notice as they stand now, an own one or one of the other party's.

    Args:
        meetings: by own notices, then by theirs; is changed.
        met_by: the own ones of each of theirs; is changed.
        met: as `Compared.meetings` has found.
    """
    if own:
        for theirs in set(meetings.pop(notice, {})) - set(met):
            met_by[theirs].discard(notice)
        if met:
            meetings[notice] = dict(met)
        for theirs in met:
            met_by.setdefault(theirs, set()).add(notice)
        return
    for mine in met_by.pop(notice, set()) - set(met):
        meetings.get(mine, {}).pop(notice, None)
    for mine, meeting in met.items():
        turned = structs.replace(meeting, mine=meeting.theirs, theirs=meeting.mine)
        meetings.setdefault(mine, {})[notice] = turned
    if met:
        met_by[notice] = set(met)


def _notice(name: str) -> str:
    """Of what a plan in the index is; of a proposal the notice that it is for."""
    return name.split(_PROPOSED, maxsplit=1)[0]


def _sides(conflict: Conflict, party: str) -> tuple[str, int, int]:
    """The other plan in the index, and which volume of this one and of that one it is."""
    own = 0 if conflict.plans[0][0] == party else 1
    return conflict.plans[1 - own][1], conflict.volumes[own], conflict.volumes[1 - own]


def _how(conflict: Conflict) -> Found:
    """Overlap where no axis is apart; an axis that is not compared is taken as if it were not."""
    gap = conflict.gap
    return "close" if any(each is not None and each > 0 for each in (gap.h, gap.v, gap.t)) else "overlap"


def _note(found: dict[str, Meeting], other: str, meeting: Meeting) -> None:
    before = found.get(other)
    if before is None:
        found[other] = meeting
        return
    worse: Found = "overlap" if "overlap" in (before.found, meeting.found) else before.found
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
