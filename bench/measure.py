"""One way of finding the pairs, measured in a process of its own: seconds, memory, pairs.

Called by the benchmarks, which read what it writes: `OUT.json` and `OUT.npy` (the pairs).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from bench import ours
from bench.traffic import Index, Traffic
from bench.ways import WAYS, Run, Way

ROOT = Path(__file__).resolve().parent.parent
PREPARING = 900.0
"""Seconds that what is not timed may take before a process is given up."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` of every round; `memory` in bytes above what the prepared input took, None where another
    process has it; `stages` in seconds, round by round; `loading` seconds to load compiled code, once.
    `problem` says why there is nothing else.
    """

    way: str
    threads: int
    seconds: tuple[float, ...] = ()
    memory: int | None = None
    stages: dict[str, list[float]] = field(default_factory=dict)
    loading: float = 0.0
    problem: str = ""

    @property
    def middle(self) -> float:
        """The median of all rounds."""
        return median(self.seconds)

    def stage(self, name: str) -> float:
        """The median of one stage."""
        return median(self.stages[name])


def measure(
    way: str, held: Path, scratch: Path, *, rounds: int, cap: float, threads: int = 1
) -> tuple[Measured, Index]:
    """Run one way in a fresh process on the traffic in `held`; its pairs (n, 2), the lower row first.

    Args:
        rounds: at most; no new one begins once `cap` seconds have been spent.
        threads: the product may use; all peers use one.
    """
    out = scratch / f"{way}-{threads}"
    given = [way, str(held), str(out), "--rounds", str(rounds), "--cap", str(cap)]
    given += ["--threads", str(threads)]
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    none = np.zeros((0, 2), dtype=np.int64)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.measure", *given],
            env={**os.environ, **one, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=PREPARING + 2 * cap,
        )
    except subprocess.TimeoutExpired:
        return Measured(way, threads, problem=f"stopped, not done after {cap:g} s"), none
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        return Measured(way, threads, problem=f"failed: {last}"), none
    told = json.loads(out.with_suffix(".json").read_text())
    told["seconds"] = tuple(told["seconds"])
    pairs: Index = np.load(out.with_suffix(".npy"))
    return Measured(**told), pairs


def reset_peak() -> bool:
    """Let the peak of memory begin anew; False where the system cannot."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def peak() -> int:
    """The most memory in bytes that this process has held (since `reset_peak`)."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def prepared(way: Way, traffic: Traffic, scratch: Path) -> Run:
    """A peer ready to be timed."""
    if way.prepare is None:
        raise ValueError(f"{way.title} is no peer")
    return way.prepare(traffic, scratch)


def main(arguments: list[str]) -> int:
    """Measure and write; 0, or Python's own exit code of an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("held", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cap", type=float, default=120.0)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args(arguments)
    way, traffic = WAYS[asked.way], Traffic.load(asked.held)
    engine = ours.engine(way.engine, asked.threads) if way.engine else None
    loading = ours.warm(engine) if engine else 0.0
    with tempfile.TemporaryDirectory(dir=asked.out.parent) as folder:
        run = ours.whole(traffic, engine) if engine else prepared(way, traffic, Path(folder))
        gc.collect()
        fresh = reset_peak()
        before, took = peak(), []
        begin = time.perf_counter()
        result = run()
        took.append(time.perf_counter() - begin)
        memory = peak() - before if way.here and fresh else None
        while len(took) < asked.rounds and sum(took) < asked.cap:
            begin = time.perf_counter()
            result = run()
            took.append(time.perf_counter() - begin)
        i, j = result()
    stages = ours.stages(traffic, engine, len(took)) if engine else {}
    told = Measured(asked.way, asked.threads, tuple(took), memory, stages, loading)
    np.save(asked.out.with_suffix(".npy"), np.stack([i, j], -1))
    asked.out.with_suffix(".json").write_text(json.dumps(asdict(told)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
