"""Ways of finding which tracks lose their separation: the product, and BlueSky's state-based detection."""

from __future__ import annotations

import gc
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.watch_traffic import LOOK_AHEAD, NOW, H, States, minima
from wideberth.space.ellipsoid import GEOD
from wideberth.space.units import METRE
from wideberth.watch.closing import closing, compiled
from wideberth.watch.motion import Rows

Pairs = set[tuple[int, int]]
GET = "BlueSky is left out: it is not installed (pip install bluesky-simulator, in a venv of its own)"
OPEN = 0.01
"""Share of the minimum by which a peer's plane may be wrong about a distance; nearer pairs are left out."""
V_METRES = 304.8


def bluesky() -> ModuleType | None:
    """Its compiled detection alone, none of the simulator around it; None where it is absent."""
    found = importlib.util.find_spec("bluesky")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations))) / "traffic" / "asas"
    for file in sorted(folder.glob("cstatebased*.so")):
        spec = importlib.util.spec_from_file_location("cstatebased", file)
        if spec is not None and spec.loader is not None:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    return None


@dataclass
class Run:
    """Seconds of each round, and the pairs of the last."""

    seconds: list[float]
    pairs: Pairs


def timed(what: Callable[[], Any], rounds: int) -> tuple[list[float], Any]:
    """Each round's seconds of this thread (on a quiet machine: as the clock says), and what the last gave."""
    seconds, result = [], None
    for _ in range(rounds):
        gc.collect()
        begin = time.thread_time()
        result = what()
        seconds.append(time.thread_time() - begin)
    return seconds, result


def ours(rows: Rows, states: States, rounds: int) -> Run:
    """The product whole: from rows to findings with their figures."""
    table = minima()
    seconds, found = timed(lambda: closing(rows, states.id, table, NOW, LOOK_AHEAD), rounds)
    number = {name: k for k, name in enumerate(states.id)}
    return Run(seconds, {(number[one.key.track], number[one.key.other]) for one in found})


def search(rows: Rows, rounds: int) -> list[float]:
    """Seconds of its search alone, which gives pairs and figures in an array."""
    table = minima()
    return timed(lambda: compiled(rows, table, NOW, LOOK_AHEAD / 1e3), rounds)[0]


def theirs(module: ModuleType, states: States, rounds: int) -> Run:
    """BlueSky's cstatebased: pairs as it gives them, both ways round; here once each."""
    n = len(states.id)
    traffic = SimpleNamespace(ntraf=n, **vars(states))
    h, v, look = np.full(n, H / METRE), np.full(n, V_METRES), np.full(n, LOOK_AHEAD / 1e3)
    seconds, found = timed(lambda: module.detect(traffic, traffic, h, v, look), rounds)
    number = {name: k for k, name in enumerate(states.id)}
    return Run(seconds, {(min(a, b), max(a, b)) for a, b in ((number[x], number[y]) for x, y in found[0])})


def decided(states: States, pair: tuple[int, int]) -> str:
    """`loss`, `none`, or `open`, by PROJ's geodesics every second and ever finer: independent of both ways.

    Open: within OPEN of a minimum, in the first or last second, or within 1 ft: a plane is not asked.
    """
    i, j = pair
    low, high, result = 0.0, LOOK_AHEAD / 1e3, "none"
    best, worst = np.inf, np.inf
    for count in (601, 101, 101):
        times = np.linspace(low, high, count)
        away = _away(states, i, j, times)
        gap = np.abs(states.alt[i] - states.alt[j] + (states.vs[i] - states.vs[j]) * times)
        # how far both together are from their minima; below 1 where both are too close
        share = np.maximum(away / (H / METRE), gap / V_METRES)
        k = int(np.argmin(share))
        best = min(best, float(share[k]))
        worst = min(worst, float(np.maximum(away / (H / METRE) / (1 + OPEN), gap / (V_METRES + 0.3048))[k]))
        low, high = float(times[max(k - 1, 0)]), float(times[min(k + 1, count - 1)])
    if best < 1 - OPEN:
        result = "loss"
    elif worst < 1 or best < 1:
        result = "open"
    return result


def _away(states: States, i: int, j: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
    ends = []
    for k in (i, j):
        n = len(times)
        there = GEOD.fwd(
            np.full(n, states.lon[k]),
            np.full(n, states.lat[k]),
            np.full(n, states.trk[k]),
            states.gs[k] * times,
        )
        ends.append((there[0], there[1]))
    return np.asarray(GEOD.inv(*ends[0], *ends[1])[2])
