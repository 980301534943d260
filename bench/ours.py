"""The product: whole from plans to results, and by stages."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import numpy as np

from bench.kinds import KINDS
from bench.traffic import Index, Traffic, generate, plans_of
from wideberth.conflict.engine import PLAIN, Engine, engine_for
from wideberth.conflict.find import Found, Search, find
from wideberth.conflict.prepare import lay_out
from wideberth.formats import geoidgrid
from wideberth.model.plan import Plan
from wideberth.space.reference import VerticalReference

Pairs = tuple[Index, Index]
EVERY = 10**9
"""Conflicts listed: all."""


def reference() -> VerticalReference:
    """The default reference; limits that share a datum do not need it."""
    return VerticalReference(geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes()))


def engine(name: str, threads: int) -> Engine:
    """The engine `plain` or `compiled`, the latter on so many threads."""
    if name == "plain":
        return PLAIN
    if threads == 1:
        return engine_for(EVERY)
    from wideberth.conflict.join import compiled  # late, as the product does it

    return compiled(ThreadPoolExecutor(threads).map)


def warm(engine: Engine) -> float:
    """Seconds to load an engine and use it once on little; later calls find it loaded."""
    traffic, against = generate(200, 1, "mixed"), reference()
    begin = time.perf_counter()
    find(plans_of(traffic), KINDS["mixed"].table, against, engine=engine)
    return time.perf_counter() - begin


def whole(traffic: Traffic, engine: Engine) -> Callable[[], Callable[[], Pairs]]:
    """`find` from plans to conflicts; what it returns gives the pairs."""
    plans, against, table = plans_of(traffic), reference(), KINDS[traffic.kind].table

    def run() -> Callable[[], Pairs]:
        found = find(plans, table, against, limit=EVERY, engine=engine)
        return lambda: pairs_of(found, plans)

    return run


def pairs_of(found: Found, plans: tuple[Plan, ...]) -> Pairs:
    """The pairs that `find` reports, as rows of the traffic."""
    begin, total = {}, 0
    for plan in plans:
        begin[plan.key] = total
        total += len(plan.volumes)
    rows = [
        [begin[key] + part for key, part in zip(conflict.plans, conflict.volumes, strict=True)]
        for conflict in found.conflicts
    ]
    i, j = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return np.minimum(i, j), np.maximum(i, j)


def stages(traffic: Traffic, engine: Engine, rounds: int) -> dict[str, list[float]]:
    """The stages of `find` one by one: what each took in seconds, round by round."""
    plans, against, table = plans_of(traffic), reference(), KINDS[traffic.kind].table
    took: dict[str, list[float]] = {"lay out": [], "search": []}
    for _ in range(rounds):
        begin = time.perf_counter()
        rows = lay_out(sorted(plans, key=lambda plan: plan.key))
        assert rows is not None
        middle = time.perf_counter()
        for _close, _done in Search(rows, table, against, engine).steps(own=False):
            pass
        took["lay out"].append(middle - begin)
        took["search"].append(time.perf_counter() - middle)
    return took
