"""The compiled loops against plain ones, on small cases.

The same file is run again uncompiled (NUMBA_DISABLE_JIT=1): that is how every branch is seen.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conflict.sample import CREWED, apart, every, grounds, plan, volume, volumes
from wideberth.conflict.engine import PLAIN
from wideberth.conflict.join import COMPILED, compiled
from wideberth.conflict.kernels import RUN
from wideberth.conflict.pairs import Reach, reach_of
from wideberth.conflict.prepare import Rows, lay_out
from wideberth.model.separation import SeparationTable
from wideberth.space.gap import least
from wideberth.space.ground import Ground
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume

LONG = corridor([(10, 40), (13, 41), (13, 44)], 1_000 * METRE, "geodesic")
WIDE = polygon([[(10, 40), (14, 40), (14, 43), (10, 43), (10, 40)]], "geodesic")


def measured(shapes_of: list[Ground], reach: float) -> None:
    shapes = compile_shapes(shapes_of)
    i, j = np.triu_indices(len(shapes_of), 1)
    limits = np.full(len(i), reach)
    plain, plain_ends = least(shapes, i, j, limits)
    fast, fast_ends = COMPILED.least(shapes, i, j, limits)
    known = plain <= reach
    assert np.allclose(plain[known], fast[known], atol=1e-6, rtol=0)
    assert (fast[~known] > reach).all()
    away = np.linalg.norm(fast_ends[known, 0] - fast_ends[known, 1], axis=1)
    assert np.allclose(away, np.linalg.norm(plain_ends[known, 0] - plain_ends[known, 1], axis=1), atol=0.2)


@given(st.lists(grounds(), min_size=2, max_size=5), st.sampled_from([1_000.0, 100_000.0, 1e7]))
def test_nearest_pieces_are_those_that_the_plain_way_finds(parts: list[Ground], reach: float) -> None:
    measured(parts, reach)


def test_nearest_pieces_of_shapes_of_many_runs() -> None:
    assert np.diff(compile_shapes([LONG, WIDE]).first).min() > RUN * RUN
    measured([LONG, WIDE, circle(12, 41.5, METRE), circle(30, -20, METRE)], 1e7)
    measured([LONG, WIDE, circle(14.2, 41.5, METRE), circle(30, -20, METRE)], 20_000.0)


def pairs_of(rows: Rows, reach: Reach, own: bool, engine: object = COMPILED) -> set[tuple[int, int]]:
    chosen = PLAIN if engine is PLAIN else COMPILED
    found: list[tuple[int, int]] = []
    for i, j, _ in chosen.candidates(rows, reach, own):
        found += zip(np.minimum(i, j).tolist(), np.maximum(i, j).tolist(), strict=True)
    assert len(found) == len(set(found)), "a pair is told once"
    return set(found)


def near(rows: Rows, reach: Reach, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of the plain candidates those that no axis rules out, each looked at by itself."""
    kept = set()
    for i, j in pairs:
        pads = rows.pads[i] + rows.pads[j]
        late = max(rows.start[i] - rows.end[j], rows.start[j] - rows.end[i])
        p, q = rows.ground[i], rows.ground[j]
        boxes = np.maximum(rows.shapes.low[p] - rows.shapes.high[q], rows.shapes.low[q] - rows.shapes.high[p])
        if reach.t is not None and late >= reach.t + pads[2]:
            continue
        if reach.h is not None and boxes.max() > (reach.h + pads[0]) / METRE:
            continue
        low, high = rows.limits[[i, j], 0], rows.limits[[i, j], 1]
        same = len({*low[:, 0].tolist(), *high[:, 0].tolist()}) == 1
        gap = max(low[0, 1] - high[1, 1], low[1, 1] - high[0, 1])
        if reach.v is not None and same and gap >= reach.v + pads[1] + 90 * METRE:
            continue
        kept.add((i, j))
    return kept


@given(st.lists(volumes(), min_size=2, max_size=12), st.booleans(), st.data())
def test_no_pair_is_lost_in_cells(parts: list[Volume], own: bool, data: st.DataObject) -> None:
    parties = data.draw(st.lists(st.sampled_from("aabc"), min_size=len(parts), max_size=len(parts)))
    table = data.draw(st.sampled_from([every(CREWED), apart(), apart("any", 0, 0), apart(0, "any", "any")]))
    rows = lay_out([plan(p, v, name=str(k)) for k, (p, v) in enumerate(zip(parties, parts, strict=True))])
    assert rows is not None
    reach = reach_of(table)
    fast, plain = pairs_of(rows, reach, own), pairs_of(rows, reach, own, PLAIN)
    assert near(rows, reach, plain) <= fast
    assert all(rows.plan[i] != rows.plan[j] for i, j in fast)
    assert own or all(rows.party[i] != rows.party[j] for i, j in fast)


def of_every_size(count: int) -> Rows:
    """Circles of 50 m to 400 km about one place, in two parties and a few others, one after another."""
    radii = [50 * METRE * 4 ** (k % 7) for k in range(count)]
    parties = ["a", "a", "b", "b", "c", "d", "e", "f", "g", "h"]
    rows = lay_out(
        [
            plan(
                parties[k % 10],
                volume(
                    circle(33 + k % 17 * 0.05, 35, radius), start=k * 40 * SECOND, end=(k * 40 + 900) * SECOND
                ),
                name=str(k),
            )
            for k, radius in enumerate(radii)
        ]
    )
    assert rows is not None
    return rows


@pytest.mark.parametrize("table", [every(CREWED), apart(), apart("any", 0, 0)])
def test_shapes_of_every_size_meet(table: SeparationTable) -> None:
    rows, reach = of_every_size(90), reach_of(table)
    plain = near(rows, reach, pairs_of(rows, reach, False, PLAIN))
    assert plain <= pairs_of(rows, reach, False)
    assert len(plain) > 100


def test_a_step_that_is_full_goes_on_where_it_stopped() -> None:
    crowd = [plan("a" if k < 20 else "b", volume(start=k, end=10**9 + k), name=str(k)) for k in range(40)]
    rows = lay_out(crowd)
    assert rows is not None
    whole = pairs_of(rows, Reach(0, None, 0), False)
    assert len(whole) == 400
    for room in (1, 7, 399, 400):
        found: list[tuple[int, int]] = []
        for i, j, _ in compiled(room=room).candidates(rows, Reach(0, None, 0), False):
            found += zip(np.minimum(i, j).tolist(), np.maximum(i, j).tolist(), strict=True)
        assert len(found) == 400 and set(found) == whole
