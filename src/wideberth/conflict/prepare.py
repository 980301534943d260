"""Plans laid out for a search: one row a volume, widened, with what every axis needs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wideberth.model.plan import Plan
from wideberth.space.altitude import DATUMS, Altitude
from wideberth.space.ellipsoid import Index
from wideberth.space.shape import Shapes, compile_shapes
from wideberth.space.units import METRE
from wideberth.space.volume import Volume
from wideberth.space.widen import UNBOUNDED, thick_bands, thick_frequencies, thick_windows

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Rows:
    """The volumes of all live plans.

    `plan` and `part` say which volume of which plan a row is; `ground` is its place in `shapes`, which
    hold every distinct ground once; `activity`, `party` and `variant` are numbers that are equal where
    the names are (variant −1: none). Times in ms, pads (n, 3) `h`, `v` in 0.1 mm and `t` in ms, bands
    (n, 2) in half hertz. `limits` (n, 2, 2): of the lower and the upper limit the number of the datum
    in DATUMS and the value in 0.1 mm.
    """

    plans: tuple[Plan, ...]
    volumes: tuple[Volume, ...]
    plan: Index
    part: Index
    ground: Index
    party: Index
    activity: Index
    variant: Index
    activities: tuple[str, ...]
    start: Index
    end: Index
    pads: Index
    limits: Index
    bands: Index
    emits: NDArray[np.bool_]
    shapes: Shapes

    def limit(self, row: int, upper: bool) -> Altitude:
        """The lower or the upper limit of a row."""
        datum, value = self.limits[row, int(upper)].tolist()
        return Altitude(DATUMS[datum], value)


def lay_out(plans: Sequence[Plan]) -> Rows | None:
    """Rows of all volumes; None where there is none."""
    volumes = tuple(volume for plan in plans for volume in plan.volumes)
    if not volumes:
        return None
    count = np.array([len(plan.volumes) for plan in plans], dtype=np.int64)
    plan = np.repeat(np.arange(len(plans)), count)
    activities = sorted({p.activity for p in plans})
    numbers = {name: number for number, name in enumerate(activities)}
    start = [-UNBOUNDED if volume.start is None else volume.start for volume in volumes]
    end = [UNBOUNDED if volume.end is None else volume.end for volume in volumes]
    windows = thick_windows(np.array(start, dtype=np.int64), np.array(end, dtype=np.int64))
    emits = np.array([volume.band is not None for volume in volumes])
    bands = np.zeros((len(volumes), 2), dtype=np.int64)
    for k in np.flatnonzero(emits):
        bands[k] = thick_frequencies(volumes[k]) or 0
    grounds, ground = _distinct([volume.ground for volume in volumes])
    pads, pad = _distinct([volume.pad for volume in volumes])
    limits, limit = _distinct([v.lower for v in volumes] + [v.upper for v in volumes])
    listed = np.array([(DATUMS.index(one.datum), one.value) for one in limits], dtype=np.int64)
    return Rows(
        plans=tuple(plans),
        volumes=volumes,
        plan=plan,
        part=np.arange(len(volumes)) - np.repeat(np.cumsum(count) - count, count),
        ground=ground,
        party=_numbered([p.party for p in plans])[plan],
        activity=np.array([numbers[p.activity] for p in plans])[plan],
        variant=_numbered([None if p.variant_of is None else (p.party, p.variant_of) for p in plans])[plan],
        activities=tuple(activities),
        start=windows[0],
        end=windows[1],
        pads=np.array([(one.h, one.v, one.t) for one in pads], dtype=np.int64)[pad],
        limits=thick_bands(listed[limit].reshape(2, -1, 2).swapaxes(0, 1)),
        bands=bands,
        emits=emits,
        shapes=compile_shapes(grounds),
    )


def _distinct(values: Sequence[T]) -> tuple[list[T], Index]:
    """Each value once, and for each of the values which of them it is."""
    numbers: dict[T, int] = {}
    which = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), np.array(which, dtype=np.int64)


def _numbered(names: Sequence[object]) -> Index:
    """A number for each name, equal where the names are; −1 for None."""
    numbers: dict[object, int] = {}
    return np.array([-1 if name is None else numbers.setdefault(name, len(numbers)) for name in names])


def in_metres(lengths: Index) -> NDArray[np.float64]:
    """0.1 mm to metres."""
    return lengths / METRE
