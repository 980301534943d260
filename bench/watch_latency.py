"""How soon after a report that makes a loss of separation foreseeable is its alert raised?

    python bench/watch_latency.py [--tracks 10000] [--seconds 10] [--every-ms 100] [--threads] [--json FILE]

Tracks report once a second each, against the clock. Between them, so many times a second (`--planted`), a
new track of another party appears head-on to one that is there, less than a minute from a loss: such a loss
is raised at the first look, so what is measured is the way through the engine and nothing that is waited for
on purpose (others are confirmed over four seconds first). Reports are taken in as they are due, and a look
begins every `--every-ms`, or once the one before is over; with `--threads` the search runs in a thread of its
own while reports go on being taken in. The time runs from when the report was due to when its alert is in
hand.

Planted tracks come near others too; those losses are counted apart. Exit 1 where a planted loss
was not raised; a time never fails a run.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from wideberth.formats import geoidgrid
from wideberth.model.separation import PRESETS
from wideberth.model.track import Report, Velocity, Whose
from wideberth.space.altitude import Altitude
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, METRE, SECOND
from wideberth.watch.alerts import Change
from wideberth.watch.looking import Found, Frame, Looking, Terms, find
from wideberth.watch.whose import Known

START = 1_700_000_000_000
PER_DEGREE = 111_000.0
LAT, LON = 35.0, 33.0
SIDE = 660_000.0
"""m: tracks begin in a square of this side."""
LEFT = 45.0
"""s until a planted loss begins."""
BATCH = 5_000
"""The most reports that are taken in before a look, where they have waited."""
MINIMUM = 5_556.0
"""m: 3 NM, as the preset has it."""
LEVELS = range(50, 420)
"""Flight levels of what is there; what is planted flies with it."""


class Flight(NamedTuple):
    """Something that goes straight on from where it is at the beginning."""

    name: str
    source: str
    east: float
    north: float
    course: float
    speed: float
    level: int

    def report(self, at_ms: int) -> Report:
        """What it says at a time from the beginning on."""
        way = self.speed * at_ms / SECOND
        east = self.east + way * math.sin(self.course)
        lat = LAT + (self.north + way * math.cos(self.course)) / PER_DEGREE
        lon = LON + east / (PER_DEGREE * math.cos(math.radians(lat)))
        course = round(math.degrees(self.course) * DEGREE) % (360 * DEGREE)
        return Report(
            self.source,
            self.name,
            START + at_ms,
            (round(lon * DEGREE), round(lat * DEGREE)),
            doubt=50 * METRE,
            altitude=Altitude("FL", self.level * FLIGHT_LEVEL),
            altitude_doubt=8 * METRE,
            velocity=Velocity(round(self.speed * SECOND), course, 0),
            kind="aircraft",
        )


class Due(NamedTuple):
    """A report, when it is due after the beginning, and the pair that it makes close; empty: none."""

    at_ms: float
    report: Report
    pair: tuple[str, str] | None = None


def planned(tracks: int, seconds: int, planted: int, seed: int) -> tuple[list[Report], list[Due]]:
    """Reports that are there before the clock starts, and those that are due, in their order."""
    chance = np.random.default_rng(seed)
    made = [
        Flight(
            f"icao:{n:06x}",
            "ours",
            float(chance.uniform(-SIDE / 2, SIDE / 2)),
            float(chance.uniform(-SIDE / 2, SIDE / 2)),
            float(chance.uniform(0, 2 * math.pi)),
            float(chance.uniform(60, 250)),
            int(chance.integers(LEVELS.start, LEVELS.stop)),
        )
        for n in range(tracks)
    ]
    before = [each.report(0) for each in made]
    due = [
        Due(at := 1_000 * second + 1_000 * n / tracks, each.report(int(at)))
        for second in range(seconds)
        for n, each in enumerate(made)
    ]
    for n, k in enumerate(chance.choice(tracks, planted * seconds, replace=False).tolist()):
        # in the last second nothing new, so that every look has its time
        at = float(chance.uniform(500, 1_000 * (seconds - 1)))
        met = made[k]
        # both fly at each other: from where it was at the beginning, had it been there
        ahead = MINIMUM + 2 * met.speed * (LEFT + at / SECOND)
        new = Flight(
            f"icao:f{n:05x}",
            "theirs",
            met.east + ahead * math.sin(met.course),
            met.north + ahead * math.cos(met.course),
            (met.course + math.pi) % (2 * math.pi),
            met.speed,
            met.level,
        )
        due.append(Due(at, new.report(int(at)), (met.name, new.name)))
    return before, sorted(due, key=lambda each: each.at_ms)


class Measured(NamedTuple):
    """Milliseconds from due to raised by pair, those of every look, and the seconds that taking in took."""

    raised: dict[tuple[str, str], float]
    looks: list[float]
    taking: float
    late: float
    """How much later than due the last report was taken in, ms at most."""


def run(watch: Looking, due: list[Due], seconds: int, every_ms: float, threads: bool) -> Measured:
    """Play it against the clock."""
    raised: dict[tuple[str, str], float] = {}
    looks: list[float] = []
    taking = late = 0.0
    n, next_ms = 0, 0.0
    begin = time.perf_counter()
    begun = 0.0
    running: tuple[Frame, Future[Found]] | None = None

    def elapsed() -> float:
        return 1_000 * (time.perf_counter() - begin)

    def told(changes: list[Change]) -> None:
        looks.append(elapsed() - begun)
        for each in changes:
            if each.what == "raised":
                raised[each.alert.key.track, each.alert.key.other] = elapsed()

    def over(now: float) -> bool:
        return n == len(due) and now > 1_000 * seconds + 500

    with ThreadPoolExecutor(1) as pool:
        while not over(now := elapsed()) or running is not None:
            batch = n
            while n < len(due) and due[n].at_ms <= now and n - batch < BATCH:
                n += 1
            if n > batch:
                late = max(late, now - due[batch].at_ms)
                watch.take([each.report for each in due[batch:n]], START + int(now))
                taking += elapsed() - now
            if running is not None and running[1].done():
                frame, found = running[0], running[1].result()
                running = None
                told(watch.conclude(frame, found))
            now = elapsed()
            if running is None and now >= next_ms and not over(now):
                begun, next_ms = now, now + every_ms
                if threads:
                    frame = watch.frame(START + int(now))
                    running = frame, pool.submit(find, frame)
                else:
                    told(watch.look(START + int(now)))
            elif n == batch:
                time.sleep(0.000_5)
    return Measured(raised, looks, taking, late)


def main() -> int:
    """Run as the docstring of the module says."""
    parser = argparse.ArgumentParser(description="report to alert", allow_abbrev=False)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--planted", type=int, default=20, help="losses a second")
    parser.add_argument("--every-ms", type=float, default=100.0)
    parser.add_argument("--threads", action="store_true")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}; {asked.tracks:,} reports/s for {asked.seconds} s")

    geoid = geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes())
    known = Known(by_source={"ours": Whose("north", how="source"), "theirs": Whose("south", how="source")})
    terms = Terms(PRESETS["crewed"], VerticalReference(geoid), conforming=False)
    watch = Looking(terms, known)
    before, due = planned(asked.tracks, asked.seconds, asked.planted, asked.seed)
    seconds = timed(lambda: watch.take(before, START))
    print(f"taken in before: {len(before):,} reports in {seconds:.2f} s")
    print(f"first look, compiled code loaded: {timed(lambda: watch.look(START)):.2f} s")

    spent = time.process_time()
    found = run(watch, due, asked.seconds, asked.every_ms, asked.threads)
    spent = time.process_time() - spent
    wanted = {each.pair: each.at_ms for each in due if each.pair is not None}
    took = [found.raised[pair] - at for pair, at in wanted.items() if pair in found.raised]
    missing = len(wanted) - len(took)
    other = len(set(found.raised) - set(wanted))
    p50, p99 = np.percentile(took, [50, 99]) if took else (math.nan, math.nan)
    look50, look99 = np.percentile(found.looks, [50, 99])
    print(f"report to alert: p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {max(took, default=math.nan):.1f} ms")
    print(f"  of {len(wanted)} planted losses; not raised: {missing}; raised between others: {other}")
    print(f"looks: {len(found.looks)}, p50 {look50:.1f} ms, p99 {look99:.1f} ms")
    print(f"taking in: {1e3 * found.taking / len(due):.1f} µs a report; at most {found.late:.0f} ms late")
    print(f"processor: {spent:.1f} s in all; load at the end {os.getloadavg()[0]:.1f}")
    if asked.json:
        record = {
            "p50_ms": p50,
            "p99_ms": p99,
            "missing": missing,
            "looks_ms": found.looks,
            "processor_s": spent,
            "load": load,
            "asked": {key: str(value) for key, value in vars(asked).items()},
        }
        asked.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 1 if missing else 0


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
