"""Does the watch warn of what then happens, how long before, and how often of what does not?

    python bench/watch_quality.py [FILE...] [--minutes 60] [--planted 60] [--zones 60] [--each 2]

Recorded traffic (by default three recordings of the field data: WIDEBERTH_TEST_DATA, else ../shared) is
played through the whole watch, report by report, at the times of the recording: of each file the minutes with
the most reports.

*Planted aircraft* are this party's, made up, and fly straight on, each so that it meets a recorded one at
its place and height. All else that they come near counts too. *Planted zones* are circles of 3 km, 2,000 ft
up and down, where recorded aircraft are to be at some time. What truly happened is worked out from positions
alone, a second at a time, between reports at most 30 s apart; it knows nothing of predictions. Recall is the
share of true losses (entries) at which an alert stood; the lead runs from when that was raised to the loss.
It cannot be longer than the look-ahead, nor than both were known: *of all* is the share of that, at the
median. A loss within 10 s of when both are first known is left out: nobody could be warned of it (*no
chance*).

*All against all*: every recorded aircraft is a party of its own. The clean part are the pairs that by the
recording never were nearer than the minima while both were known; alerts raised about those are given for
each flight-hour (one aircraft that is known for an hour). No share of false ones is given: nobody has
labelled who had to be told.

Exit 1 where a planted aircraft or zone was missed: no alert stood at the loss, nor up to 10 s later.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray

from wideberth.formats import geoidgrid, recording
from wideberth.formats.reading import Options
from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.model.track import Report, Velocity, Whose
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD, to_ecef
from wideberth.space.reference import VerticalReference
from wideberth.space.stated import circle
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume
from wideberth.watch import loops
from wideberth.watch.looking import Looking, Terms
from wideberth.watch.whose import Known
from wideberth.watch.zone import Zone

Array = NDArray[np.float64]
DEFAULT = ("switzerland", "calfire", "elal747")
GAP = 30
"""s between reports beyond which nobody knows where it was."""
GRACE = 10
"""s after two are first known, and after a loss, in which a warning is not asked for, or not yet missed."""
RADIUS = 3_000.0
TALL = 2_000
BEFORE, AFTER = 480, 60
"""s that a planted aircraft flies before and after it meets the other one."""
MINIMA = {"3 NM, 3,000 ft": (3, 3_000), "1 NM, 500 ft": (1, 500)}


class Traffic(NamedTuple):
    """Reports of recorded or planted aircraft, and where each was at every second; NaN: not known."""

    reports: list[Report]
    names: list[str]
    first_ms: int
    places: Array
    """(aircraft, seconds, 3) m."""
    heights: Array
    """(aircraft, seconds) ft."""


class Outcome(NamedTuple):
    """What became of the true losses, or entries, of one run."""

    losses: int
    warned: int
    late: int
    missed: int
    unforeseen: int
    """Of those that were left out."""
    leads: list[float]
    """s."""
    shares: list[float]
    """Of the lead that there could have been."""


def busiest(reports: Sequence[Report], minutes: int) -> list[Report]:
    """The stretch of so many minutes that has the most reports."""
    times = np.array([each.at_ms for each in reports])
    ends = np.searchsorted(times, times + minutes * 60 * SECOND)
    first = int(np.argmax(ends - np.arange(len(times))))
    return list(reports[first : int(ends[first])])


def traffic(reports: Sequence[Report], first_ms: int, seconds: int) -> Traffic:
    """Where those were at every second that reports tell of."""
    by_name: dict[str, list[Report]] = {}
    for each in reports:
        if each.altitude is not None and each.altitude.datum == "FL" and not each.grounded:
            by_name.setdefault(each.id, []).append(each)
    grid = np.arange(seconds, dtype=np.float64)
    places = np.full((len(by_name), seconds, 3), np.nan)
    heights = np.full((len(by_name), seconds), np.nan)
    for k, some in enumerate(by_name.values()):
        at = np.array([(each.at_ms - first_ms) / SECOND for each in some])
        at, kept = np.unique(at, return_index=True)
        lonlat = np.array([some[n].point for n in kept]) / DEGREE
        high = np.array([each.value / FOOT for n in kept if (each := some[n].altitude) is not None])
        xyz = to_ecef(lonlat[:, 0], lonlat[:, 1])
        if len(at) < 2:
            continue
        after = np.clip(np.searchsorted(at, grid), 1, len(at) - 1)
        known = (grid >= at[0]) & (grid <= at[-1]) & (at[after] - at[after - 1] <= GAP)
        for axis in range(3):
            places[k, known, axis] = np.interp(grid[known], at, xyz[:, axis])
        heights[k, known] = np.interp(grid[known], at, high)
    return Traffic(list(reports), list(by_name), first_ms, places, heights)


def planted(real: Traffic, count: int, chance: np.random.Generator) -> list[Report]:
    """Reports of aircraft that each meet a recorded one."""
    made: list[Report] = []
    known = ~np.isnan(real.heights)
    known[:, : min(GAP, known.shape[1])] = False
    aircraft, seconds = np.nonzero(known)
    if not len(aircraft):
        return made
    chosen = chance.choice(len(aircraft), min(count, len(aircraft)), replace=False)
    for n, pick in enumerate(chosen.tolist()):
        k, meet = int(aircraft[pick]), int(seconds[pick])
        lon, lat = _lonlat(real.places[k, meet])
        course, speed = float(chance.uniform(0, 360)), float(chance.uniform(50, 230))
        high = max(1_000.0, float(real.heights[k, meet]) + float(chance.uniform(-1_000, 1_000)))
        begin = max(0, meet - BEFORE)
        for second in range(begin, min(meet + AFTER, known.shape[1])):
            where = GEOD.fwd(lon, lat, course, speed * (second - meet))
            then = GEOD.fwd(lon, lat, course, speed * (second + 1 - meet))
            course_there = GEOD.inv(where[0], where[1], then[0], then[1])[0]
            off = GEOD.fwd(where[0], where[1], float(chance.uniform(0, 360)), float(chance.uniform(0, 30)))
            made.append(
                Report(
                    "planted",
                    f"planted:{n}",
                    real.first_ms + second * SECOND,
                    (round(off[0] * DEGREE), round(off[1] * DEGREE)),
                    40 * METRE,
                    Altitude("FL", round(high) * FOOT),
                    25 * FOOT,
                    Velocity(round(speed * 1_000), round(course_there * DEGREE) % (360 * DEGREE), 0),
                    kind="aircraft",
                )
            )
    return made


def zones(real: Traffic, count: int, chance: np.random.Generator) -> list[Zone]:
    """Circles of this party's where recorded aircraft are at some time."""
    aircraft, seconds = np.nonzero(~np.isnan(real.heights))
    found = []
    for n, pick in enumerate(chance.choice(len(aircraft), min(count, len(aircraft)), replace=False).tolist()):
        k, meet = int(aircraft[pick]), int(seconds[pick])
        lon, lat = _lonlat(real.places[k, meet])
        middle = round(float(real.heights[k, meet]))
        volume = Volume(
            circle(lon, lat, round(RADIUS * METRE)),
            Altitude("FL", (middle - TALL) * FOOT),
            Altitude("FL", (middle + TALL) * FOOT),
        )
        found.append(Zone(f"zone:{n}", "site", "ours", f"zone {n}", (volume,)))
    return found


class Raised(NamedTuple):
    """An alert: from when to when it stood (ms)."""

    pair: tuple[str, str]
    from_ms: int
    to_ms: float


def play(reports: Sequence[Report], watch: Looking, each_s: int) -> tuple[list[Raised], float]:
    """Every alert about closings and entries, and the seconds that it took."""
    begin = time.perf_counter()
    stood: list[Raised] = []
    standing: dict[str, Raised] = {}
    ordered = sorted(reports, key=lambda each: each.at_ms)
    n, now_ms = 0, ordered[0].at_ms
    while n < len(ordered):
        now_ms += each_s * SECOND
        batch = n
        while n < len(ordered) and ordered[n].at_ms <= now_ms:
            n += 1
        for report in ordered[batch:n]:
            watch.take([report], report.at_ms)
        for change in watch.look(now_ms):
            key = change.alert.key
            if key.kind not in ("closing", "entry"):
                continue
            if change.what == "raised":
                standing[change.alert.id] = Raised((key.track, key.other), now_ms, np.inf)
            elif change.what == "cleared" and change.alert.id in standing:
                stood.append(standing.pop(change.alert.id)._replace(to_ms=float(now_ms)))
    return stood + list(standing.values()), time.perf_counter() - begin


def first_true(close: NDArray[np.bool_], known: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The second at which two were first known, and that at which they were first too close."""
    if not close.any():
        return None
    return int(np.argmax(known)), int(np.argmax(close))


def judged(
    truth: dict[tuple[str, str], tuple[int, int]], stood: Sequence[Raised], first_ms: int, look_ahead_s: int
) -> Outcome:
    """What stood before what truly happened."""
    by_pair: dict[tuple[str, str], list[Raised]] = {}
    for each in stood:
        by_pair.setdefault(each.pair, []).append(each)
    losses = warned = late = missed = unforeseen = 0
    leads, shares = [], []
    for pair, (known, lost) in truth.items():
        if lost - known < GRACE:
            unforeseen += 1
            continue
        losses += 1
        at_ms = first_ms + lost * SECOND
        there = [each for each in by_pair.get(pair, ()) if each.from_ms <= at_ms <= each.to_ms]
        if there:
            warned += 1
            lead = (at_ms - min(each.from_ms for each in there)) / SECOND
            leads.append(lead)
            shares.append(min(1.0, lead / min(look_ahead_s, lost - known)))
        elif any(0 < each.from_ms - at_ms <= GRACE * SECOND for each in by_pair.get(pair, ())):
            late += 1
        else:
            missed += 1
    return Outcome(losses, warned, late, missed, unforeseen, leads, shares)


def closings(one: Traffic, two: Traffic, minima: tuple[int, int]) -> dict[tuple[str, str], tuple[int, int]]:
    """When pairs of two lots of aircraft (of one: each pair once) were first known, and first too close."""
    h, v = minima[0] * NAUTICAL_MILE / METRE, minima[1]
    found = {}
    for i, name in enumerate(one.names):
        start = i + 1 if one is two else 0
        if start >= len(two.names):
            break
        away = np.linalg.norm(two.places[start:] - one.places[i], axis=2)
        above = np.abs(two.heights[start:] - one.heights[i])
        known = ~np.isnan(above)
        close = (away < h) & (above < v)
        for j in np.flatnonzero(close.any(axis=1)).tolist():
            true = first_true(close[j], known[j])
            if true is not None:
                other = two.names[start + j]
                found[min(name, other), max(name, other)] = true
    return found


def entries(real: Traffic, some: Sequence[Zone]) -> dict[tuple[str, str], tuple[int, int]]:
    """When aircraft were first known, and first in a zone."""
    found = {}
    for zone in some:
        (volume,) = zone.volumes
        centre = to_ecef(*(np.array(c / DEGREE) for c in volume.ground.centre))  # type: ignore[union-attr]  # a circle
        inside = np.linalg.norm(real.places - centre, axis=2) < RADIUS
        inside &= (real.heights > volume.lower.value / FOOT) & (real.heights < volume.upper.value / FOOT)
        for k in np.flatnonzero(inside.any(axis=1)).tolist():
            true = first_true(inside[k], ~np.isnan(real.heights[k]))
            if true is not None:
                found[real.names[k], zone.id] = true
    return found


def table(minima: tuple[int, int]) -> SeparationTable:
    """One rule for every pair."""
    rule = Rule(minima[0] * NAUTICAL_MILE, minima[1] * 100 * FOOT // 100, 0)
    return SeparationTable((Row(("*", "*"), (rule,)),), "bench")


def shown(what: str, found: Outcome) -> str:
    """One line of the table."""
    recall = f"{100 * found.warned / found.losses:6.1f} %" if found.losses else "       –"
    leads = sorted(found.leads)
    lead = (
        f"{np.median(leads):6.0f} s {np.percentile(leads, 10):6.0f} s {leads[0]:6.0f} s"
        f" {100 * float(np.median(found.shares)):5.0f} %"
        if leads
        else ""
    )
    return (
        f"{what:34} {found.losses:6} {recall} {found.late:5} {found.missed:7} {found.unforeseen:9}   {lead}"
    )


def measured(
    reports: list[Report], asked: argparse.Namespace, reference: VerticalReference
) -> dict[str, object]:
    """All that is measured of one recording; lines are printed as they come."""
    chance = np.random.default_rng(asked.seed)
    first_ms = reports[0].at_ms
    seconds = (reports[-1].at_ms - first_ms) // SECOND + 1
    real = traffic(reports, first_ms, seconds)
    hours = float(np.count_nonzero(~np.isnan(real.heights))) / 3_600
    print(
        f"  {len(reports):,} reports of {len(real.names)} aircraft, {hours:.1f} flight-hours that are known"
    )
    record: dict[str, object] = {"reports": len(reports), "hours": hours}
    print(
        f"  {'':34} {'losses':>6} {'recall':>8} {'late':>5} {'missed':>7} {'no chance':>9}"
        f"   {'median':>8} {'tenth':>8} {'worst':>8} {'of all':>7}"
    )
    ahead_ms = asked.look_ahead * SECOND
    ours = Known("ours", by_source={"planted": Whose("ours", how="source")})
    missed = 0

    made = planted(real, asked.planted, chance)
    for words, minima in MINIMA.items():
        terms = Terms(table(minima), reference, ahead_ms, "ours", conforming=False)
        stood, took = play([*reports, *made], Looking(terms, ours), asked.each)
        true = closings(traffic(made, first_ms, seconds), real, minima)
        found = judged(true, stood, first_ms, asked.look_ahead)
        print("  " + shown(f"planted aircraft, {words}", found), flush=True)
        record[f"planted {words}"] = {**found._asdict(), "seconds": took}
        missed += found.missed

    some = zones(real, asked.zones, chance)
    terms = Terms(table((0, 0)), reference, ahead_ms, "ours", conforming=False)
    stood, took = play(reports, Looking(terms, ours, some), asked.each)
    true = entries(real, some)
    found = judged(true, stood, first_ms, asked.look_ahead)
    print("  " + shown(f"planted zones, {RADIUS / 1_000:g} km", found), flush=True)
    other = [each for each in stood if each.pair not in true]
    print(
        f"    raised about zones that were not entered: {len(other)}, {len(other) / hours:.2f} a flight-hour"
    )
    record["zones"] = {**found._asdict(), "seconds": took, "not entered": len(other)}
    missed += found.missed

    for words, minima in MINIMA.items():
        terms = Terms(table(minima), reference, ahead_ms, every=True, conforming=False)
        stood, took = play(reports, Looking(terms, Known()), asked.each)
        true = closings(real, real, minima)
        found = judged(true, stood, first_ms, asked.look_ahead)
        print("  " + shown(f"all against all, {words}", found), flush=True)
        other = [each for each in stood if each.pair not in true]
        print(
            f"    raised about pairs that were never so near: {len(other)},"
            f" {len(other) / hours:.2f} a flight-hour; played in {took:.0f} s"
        )
        record[f"all {words}"] = {**found._asdict(), "seconds": took, "never near": len(other)}
    record["missed"] = missed
    return record


def _lonlat(xyz: Array) -> tuple[float, float]:
    from wideberth.space.ellipsoid import to_lonlat

    lon, lat = to_lonlat(xyz).tolist()
    return lon, lat


def main() -> int:
    """Run as the docstring of the module says."""
    parser = argparse.ArgumentParser(description="warnings in time", allow_abbrev=False)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--planted", type=int, default=60)
    parser.add_argument("--zones", type=int, default=60)
    parser.add_argument("--each", type=int, default=2, help="seconds from one look to the next")
    parser.add_argument("--look-ahead", type=int, default=300, help="seconds")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    folder = Path(os.environ.get("WIDEBERTH_TEST_DATA", Path(__file__).parents[1] / ".." / "shared"))
    paths = asked.files or [folder / "data" / "adsb" / f"{name}.json.gz" for name in DEFAULT]
    geoid = geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes())
    print("loading the compiled loops; the very first time that takes up to a minute", file=sys.stderr)
    loops.load(VerticalReference(geoid))
    record: dict[str, object] = {"load": os.getloadavg()[0]}
    missed = 0
    for path in paths:
        reports = recording.read(path.read_bytes(), "recorded", Options(path.name, 0)).reports
        print(f"{path.name}: the busiest {asked.minutes} minutes, a look each {asked.each} s")
        found = measured(busiest(reports, asked.minutes), asked, VerticalReference(geoid))
        record[path.name] = found
        missed += int(str(found["missed"]))
    if asked.json:
        asked.json.write_text(json.dumps(record, indent=1, default=float) + "\n", encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
