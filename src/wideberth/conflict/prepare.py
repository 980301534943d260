"""Plans laid out for a search: one row a volume, widened, with what every axis needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.shape import Index, Shapes, compile_shapes
from wideberth.space.units import METRE
from wideberth.space.volume import Volume
from wideberth.space.widen import thick_band, thick_frequencies, thick_window


@dataclass(frozen=True, slots=True)
class Rows:
    """The volumes of all live plans.

    `plan` and `part` say which volume of which plan a row is; `activity`, `party` and `variant` are
    numbers that are equal where the names are (variant −1: none). Times in ms, pads `h`, `v` in
    0.1 mm and `t` in ms, bands in half hertz.
    """

    plans: tuple[Plan, ...]
    volumes: tuple[Volume, ...]
    plan: Index
    part: Index
    party: Index
    activity: Index
    variant: Index
    activities: tuple[str, ...]
    start: Index
    end: Index
    pads: Index
    limits: tuple[tuple[Altitude, Altitude], ...]
    bands: Index
    emits: NDArray[np.bool_]
    shapes: Shapes


def lay_out(plans: Sequence[Plan]) -> Rows | None:
    """Rows of all volumes; None where there is none."""
    held = [(p, k, volume) for p, plan in enumerate(plans) for k, volume in enumerate(plan.volumes)]
    if not held:
        return None
    volumes = tuple(volume for _, _, volume in held)
    plan = np.array([p for p, _, _ in held])
    activities = sorted({p.activity for p in plans})
    numbers = {name: number for number, name in enumerate(activities)}
    windows = np.array([thick_window(volume) for volume in volumes], dtype=np.int64)
    bands = [thick_frequencies(volume) for volume in volumes]
    return Rows(
        plans=tuple(plans),
        volumes=volumes,
        plan=plan,
        part=np.array([k for _, k, _ in held]),
        party=_numbered([p.party for p in plans])[plan],
        activity=np.array([numbers[p.activity] for p in plans])[plan],
        variant=_numbered([None if p.variant_of is None else (p.party, p.variant_of) for p in plans])[plan],
        activities=tuple(activities),
        start=windows[:, 0],
        end=windows[:, 1],
        pads=np.array([(volume.pad.h, volume.pad.v, volume.pad.t) for volume in volumes], dtype=np.int64),
        limits=tuple(thick_band(volume) for volume in volumes),
        bands=np.array([band or (0, 0) for band in bands], dtype=np.int64),
        emits=np.array([band is not None for band in bands]),
        shapes=compile_shapes([volume.ground for volume in volumes]),
    )


def _numbered(names: Sequence[object]) -> Index:
    """A number for each name, equal where the names are; −1 for None."""
    numbers: dict[object, int] = {}
    return np.array([-1 if name is None else numbers.setdefault(name, len(numbers)) for name in names])


def in_metres(lengths: Index) -> NDArray[np.float64]:
    """0.1 mm to metres."""
    return lengths / METRE
