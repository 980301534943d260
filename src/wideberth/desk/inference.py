"""What a recipient could infer from all that it was told: figures for the officer who tells more.

Every telling holds the truth, so the truth lies in what the tellings of one record have in common. Nothing is
ever said larger than that: where it is not certain what a recipient makes of it, the smaller figure counts.
That a recipient forgets, or does not compare, is never assumed; what its declared allies were told counts as
told to it (the caller passes theirs as well).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct, structs

from wideberth.desk.inferred import Cell, Known, Same, Telling, ground, known, linked, same
from wideberth.model.agreement import Step
from wideberth.space import regions
from wideberth.space.coarse import Grid, coarse
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume

_LAYER = 5_000 * FOOT
_MINUTE = 60 * SECOND
_HOUR = 60 * _MINUTE
STEPS_H: Final = tuple(each * NAUTICAL_MILE for each in (1, 2, 5, 10, 20, 40, 60, 120))
"""Steps on the ground that are suggested, 0.1 mm: 1, 2, 5, 10, 20, 40, 60 and 120 NM."""
STEPS_T: Final = (15 * _MINUTE, 30 * _MINUTE, *(each * _HOUR for each in (1, 2, 3, 6, 12, 24, 48, 168)))
"""Steps of time that are suggested, ms: 15 and 30 min, 1, 2, 3, 6, 12, 24 and 48 h, 7 days."""


Outcome = Literal["as it is", "coarser", "unless the same", "no grid helps"]
_TRIES: Final[tuple[tuple[Outcome, bool], ...]] = (("coarser", True), ("unless the same", False))


class Told(Struct, frozen=True):
    """One record, as it was told once or is about to be.

    Attributes:
        recipient: to whom, by name.
        at_ms: when, POSIX ms.
        key: of the record; the same record has the same key, whatever became of it. Opaque here.
        volumes: as told, at least one.
        level: whether they are the true ones or the cells of a grid.
        grid: of which, where coarse.
    """

    recipient: str
    at_ms: int
    key: str
    volumes: tuple[Volume, ...]
    level: Literal["full", "coarse"] = "full"
    grid: Step | None = None


class Place(Struct, frozen=True):
    """What is known of one record.

    Attributes:
        key: of the record.
        now: whether this release tells of it.
        told: how often it was told, this release included.
        exact: whether its true volumes were told, or are by this release.
        before: where it is, as known before this release; None: nothing of it was told.
        after: the same after this release.
        moment: the smallest ground on which it is at one moment, and between which moments; after.
        seam: from south to north and from west to east, 0.1 mm, of what all its cells have in common: there
            it is, if it is small and has not moved. 0 is an edge or a corner. None: they have nothing in
            common, or it was told exactly.
        others: how many other records could be the same place: ground in common, and times that touch.
        same: the first of those by their keys, NAMED at most.
        linked: the smallest part of it that is left if some of those are the same; None: there are none.
    """

    key: str
    now: bool
    told: int
    exact: bool
    before: Cell | None
    after: Cell
    moment: Cell
    seam: tuple[int, int] | None
    others: int
    same: tuple[str, ...]
    linked: Cell | None


class Totals(Struct, frozen=True):
    """Of all places together.

    Attributes:
        records: how many; no more places than that are known.
        places: how many at least, if all that could be the same are.
        repeats: tellings of a record that was told already, and records that could be one told already.
        earliest, latest: of all windows, POSIX ms; None: not bounded, or nothing was told.
        shortest: the shortest window of a record, ms; None: none is bounded.
        smallest_m2: the smallest ground of a record, square metres; None: nothing was told.
    """

    records: int
    places: int
    repeats: int
    earliest: int | None
    latest: int | None
    shortest: int | None
    smallest_m2: int | None


class Meter(Struct, frozen=True):
    """What all tellings say together; `places` in the order of their keys, those of this release first."""

    before: Totals
    after: Totals
    places: tuple[Place, ...]


class Wanted(Struct, frozen=True):
    """How little may be known.

    Attributes:
        extent: no ground shorter or narrower, 0.1 mm, nor smaller than its square.
        window: no window shorter, ms.
    """

    extent: int
    window: int


class Suggestion(Struct, frozen=True):
    """What would keep a release within what is wanted.

    Attributes:
        outcome: `as it is`: nothing need be changed. `coarser`: all of it on `grid`. `unless the same`: on
            `grid`, if no other record that could be the same is. `no grid helps`: what is known already, or
            what the last of the steps would tell, is less than that.
        grid: the smallest steps that do it; None where none is needed, or none does.
        meter: what would then be known; of the release as it is where no grid helps.
        short: keys of the places of this release that are known better than wanted all the same: if others
            are the same, or, where no grid helps, on the largest steps too.
    """

    outcome: Outcome
    grid: Step | None
    meter: Meter
    short: tuple[str, ...] = ()


def measure(earlier: Sequence[Told], now: Sequence[Told]) -> Meter:
    """What could be inferred from what was told before, and from that and this release.

    Args:
        earlier: to this recipient and to those that are taken to know what it knows, in any order.
        now: this release.
    """
    first, last = _by_key(earlier), _by_key([*earlier, *now])
    before = {key: _known(told) for key, told in first.items()}
    after = {key: _known(told) for key, told in last.items()}
    alike = same(after)
    others, shares = alike.others(), linked(after, alike)
    releasing = {each.key for each in now}
    places = tuple(
        Place(
            key,
            key in releasing,
            len(last[key]),
            any(each.level == "full" for each in last[key]),
            before[key].cell if key in before else None,
            after[key].cell,
            after[key].moment,
            after[key].seam,
            *others[key],
            shares.get(key),
        )
        for key in sorted(after, key=lambda key: (key not in releasing, key))
    )
    formerly = _totals(before, _places(same(before)), len(earlier))
    return Meter(formerly, _totals(after, _places(alike), len(earlier) + len(now)), places)


def _places(alike: Same) -> int:
    """How many at least: as many as there are groups that hang together."""
    return len(alike.groups())


def _by_key(told: Iterable[Told]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        found[each.key].append(each)
    return found


def _known(told: Sequence[Told]) -> Known:
    return known(tuple(dict.fromkeys(Telling(each.volumes, each.grid) for each in told)))


def _totals(every: Mapping[str, Known], places: int, tellings: int) -> Totals:
    cells = [each.cell for each in every.values()]
    windows = [each.window for each in cells if each.window is not None]
    return Totals(
        len(cells),
        places,
        tellings - places,
        _bound(min, [each.from_ms for each in cells]),
        _bound(max, [each.until_ms for each in cells]),
        min(windows, default=None),
        min((each.area_m2 for each in cells), default=None),
    )


def _bound(pick: Callable[[Iterable[int]], int], limits: Sequence[int | None]) -> int | None:
    """The least or the greatest; None where one is not bounded, or there is none."""
    found = [each for each in limits if each is not None]
    return pick(found) if found and len(found) == len(limits) else None


def suggest(
    earlier: Sequence[Told], now: Sequence[Told], true: Mapping[str, tuple[Volume, ...]], wanted: Wanted
) -> Suggestion:
    """The smallest steps of STEPS_H and STEPS_T on which this release leaves as much unknown as is wanted.

    All of the release is set to one grid, no finer than any that it has. Steps on the ground come first: the
    smallest that does, then the smallest of time with it.

    Args:
        earlier, now: as in `measure`.
        true: the true volumes by key, of which views are made; what is not here is set to a grid as told.
        wanted: what the officer asks for.
    """
    as_it_is = measure(earlier, now)
    if not _short(as_it_is, wanted, true, others=True):
        return Suggestion("as it is", None, as_it_is)
    tries = _Tries(earlier, now, true, wanted)
    for outcome, others in _TRIES:
        if not others and not _short(as_it_is, wanted, true, others=False):
            return Suggestion(outcome, None, as_it_is, _short(as_it_is, wanted, true, others=True))
        grid = tries.smallest(_least(now), others=others)
        if grid is not None:
            made = tries.meters[grid]
            return Suggestion(outcome, grid, made, _short(made, wanted, true, others=True))
    return Suggestion("no grid helps", None, as_it_is, tries.left(_least(now)))


class _Tries:
    """Grids that were tried, and what would be known of a release on each of those that could do."""

    def __init__(
        self,
        earlier: Sequence[Told],
        now: Sequence[Told],
        true: Mapping[str, tuple[Volume, ...]],
        wanted: Wanted,
    ) -> None:
        self._earlier, self._now, self._true, self._wanted = earlier, now, true, wanted
        self._by_key = _by_key(earlier)
        self._failed: set[Step] = set()
        self.meters: dict[Step, Meter] = {}

    def smallest(self, least: Step, others: bool) -> Step | None:
        """The smallest steps that do: on the ground first, then of time."""
        for h in (each for each in STEPS_H if each >= least.h):
            steps = [Step(h, least.v, t) for t in STEPS_T if t >= least.t]
            if steps and self._does(steps[-1], others):
                return next(each for each in steps if self._does(each, others))
        return None

    def left(self, least: Step) -> tuple[str, ...]:
        """Keys of what is known better than wanted even on the largest steps."""
        last = Step(max(STEPS_H[-1], least.h), least.v, max(STEPS_T[-1], least.t))
        return tuple(sorted({each.key for each in self._now if self._too_well(_on(each, last, self._true))}))

    def _does(self, grid: Step, others: bool) -> bool:
        if grid in self._failed:
            return False
        if grid not in self.meters:
            made = []
            for each in self._now:
                made.append(_on(each, grid, self._true))
                # one that is known too well by itself is enough, and most grids fail by the first
                if self._too_well(made[-1]):
                    self._failed.add(grid)
                    return False
            self.meters[grid] = measure(self._earlier, made)
        return not _short(self.meters[grid], self._wanted, self._true, others=others)

    def _too_well(self, told: Told) -> bool:
        """Whether a record, told so, is known better than wanted by itself."""
        found = _known([*self._by_key.get(told.key, ()), told])
        return _better([found.cell, found.moment], found.seam, self._wanted, self._true.get(told.key))


def _short(
    meter: Meter, wanted: Wanted, true: Mapping[str, tuple[Volume, ...]], others: bool
) -> tuple[str, ...]:
    """Keys of this release that would be known better than wanted; `others`: also if another is the same."""
    return tuple(
        place.key
        for place in meter.places
        if place.now
        and (
            _better([place.after, place.moment], place.seam, wanted, true.get(place.key))
            or (others and place.linked is not None and _less(place.linked, wanted))
        )
    )


def _better(
    cells: Iterable[Cell], seam: tuple[int, int] | None, wanted: Wanted, true: tuple[Volume, ...] | None
) -> bool:
    """Whether a record is known better than wanted by what was told of it alone."""
    if any(_less(each, wanted) for each in cells):
        return True
    if seam is None or min(seam) >= wanted.extent:
        return False
    # what is large lies across edges anyway: that it does tells nothing of where it ends
    large = 0 if true is None else max(regions.extents(ground(tuple(each.ground for each in true))))
    return large < wanted.extent


def _less(cell: Cell, wanted: Wanted) -> bool:
    small = min(cell.north_south, cell.east_west) < wanted.extent
    return (
        small
        or cell.area_m2 < int((wanted.extent / METRE) ** 2)
        or (cell.window is not None and cell.window < wanted.window)
    )


def _least(now: Sequence[Told]) -> Step:
    """The largest steps that any record of a release has; 0 and one layer where none has any."""
    grids = [each.grid for each in now if each.grid is not None]
    return Step(
        max((each.h for each in grids), default=0),
        max((each.v for each in grids), default=_LAYER),
        max((each.t for each in grids), default=0),
    )


def _on(told: Told, grid: Step, true: Mapping[str, tuple[Volume, ...]]) -> Told:
    """A record as it would be told on a grid."""
    made = coarse(true.get(told.key, told.volumes), Grid(grid.h, grid.v, grid.t))
    return structs.replace(told, volumes=made, level="coarse", grid=grid)
