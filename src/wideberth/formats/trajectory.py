"""Trajectories: timestamped positions as JSON, also gzipped, read as routes that were or will be flown.

Accepted are a list of records, an object of columns (lists, or objects by row as pandas writes them),
and the network remote-identification test files of InterUSS ({"flights": [{"states": […]}]}).
Field names carry their unit; `altitude` alone is what transponders report: pressure altitude in feet.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

import numpy as np

from wideberth.errors import Invalid, shorten
from wideberth.formats import gzipped, jsontext
from wideberth.formats.legs import GAP, Integers, Leg, Tolerances, Track, legs
from wideberth.formats.profile import NO_PARTY
from wideberth.formats.properties import TEXT_LIMIT, check_name, check_text
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.formats.reports import Reports, columns
from wideberth.model.plan import Plan
from wideberth.space.stated import check_width
from wideberth.space.units import FOOT, METRE, SECOND

HALF_WIDTH = 100 * METRE
VERTICAL = 100 * FOOT
TIME = 1 * SECOND
TOP_SPEED = 350.0
"""m/s, about 680 knots: no airliner is faster over the ground, but for a rare jet stream."""


def read(data: bytes, options: Options) -> Reading:
    """The plans of a trajectory file: one a flight, several where an aircraft reappears under another name.

    Raises: Invalid (`trajectory.*`, `gzip.*`, `json.*`, `geometry.*`, `altitude.*`, `time.*`, `text.*`).
    """
    notes: list[str] = []
    tolerances = tolerances_of(options, notes)
    document = jsontext.parse(gzipped.unpack(data) if gzipped.is_gzip(data) else data)
    reports = columns(document, options, notes)
    if reports.doubt:
        tolerances = Tolerances(
            tolerances.half_width, tolerances.vertical, tolerances.time + reports.doubt, tolerances.top_speed
        )
    told: Counter[str] = Counter()
    filed = [
        _filed(name, callsign, rows, reports, tolerances, options, told)
        for name, callsign, rows in _flights(reports, tolerances, options, told)
    ]
    if None in reports.party:
        notes.append(NO_PARTY.format(_default_party(options)))
    return Reading(tuple(filed), (*notes, *told_notes(told, tolerances, options.top_speed is not None)))


def tolerances_of(options: Options, notes: list[str]) -> Tolerances:
    half_width, vertical = options.half_width, options.vertical_tolerance
    time, speed = options.time_tolerance, options.top_speed
    if half_width is None:
        half_width = HALF_WIDTH
        notes.append(f"the half-width of trajectories is not stated, taken as {HALF_WIDTH / METRE:g} m")
    if vertical is None:
        vertical = VERTICAL
        notes.append(f"the vertical tolerance of trajectories is not stated, taken as {VERTICAL / FOOT:g} ft")
    if time is None:
        time = TIME
        notes.append(f"the time tolerance of trajectories is not stated, taken as {TIME / SECOND:g} s")
    if speed is None:
        speed = TOP_SPEED
    check_width(half_width, "half-width")
    if vertical < 0 or time < 0:
        raise Invalid("trajectory.tolerance", "", "a tolerance below 0", "tolerances of 0 or more")
    if not (math.isfinite(speed) and speed > 0):
        raise Invalid("trajectory.top_speed", "", speed, "a top speed above 0 m/s")
    return Tolerances(half_width, vertical, time, speed)


def told_notes(told: Counter[str], tolerances: Tolerances, stated: bool) -> list[str]:
    speed = f"top speed of {tolerances.top_speed:g} m/s{'' if stated else ' (not stated, assumed)'}"
    texts = {
        "duplicate": "repeated reports, taken once",
        "unsorted": "reports out of order of time, sorted",
        "no_altitude": "legs in which a report lacks its altitude, read as SFC to UNL",
        "gap": f"gaps of more than {GAP // SECOND} s without a report, each read as the circle (SFC to UNL)"
        f" that can be reached at the {speed}",
        "fast": f"steps faster than the {speed}, kept as reported",
        "renamed": f"aircraft that reappear after more than {GAP // SECOND} s under another flight name,"
        " read as new plans: nothing is assumed in between",
        "too_long": "aircraft that reappear after so long that they could be anywhere,"
        " read as new plans: nothing is assumed in between",
    }
    return [f"{text}: {told[key]}" for key, text in texts.items() if told[key]]


def _default_party(options: Options) -> str:
    return shorten(options.file, TEXT_LIMIT)


def _flights(
    reports: Reports, tolerances: Tolerances, options: Options, told: Counter[str]
) -> list[tuple[str, str, Integers]]:
    """Plan id, callsign and rows in order of time of every flight."""
    keys: dict[tuple[str | None, str | None], int] = {}
    pairs = zip(reports.party, reports.aircraft, strict=True)
    owner = np.array([keys.setdefault(pair, len(keys)) for pair in pairs], dtype=np.int64)
    by_owner = np.argsort(owner, kind="stable")
    backwards = (np.diff(reports.times[by_owner]) < 0) & (np.diff(owner[by_owner]) == 0)
    told["unsorted"] += int(np.count_nonzero(backwards))
    order = np.lexsort((reports.times, owner))
    order = _without_repeats(order, owner, reports, told)
    borders = np.flatnonzero(np.diff(owner[order])) + 1
    found: list[tuple[str, str, Integers]] = []
    taken: set[tuple[str | None, str]] = set()
    names = list(keys)
    for rows in np.split(order, borders):
        party, aircraft = names[int(owner[rows[0]])]
        parts = _parts(rows, reports, tolerances, told)
        for name, callsign, part in parts:
            base = aircraft or name or f"{PurePath(options.file).name}#1"
            if aircraft and name and len(parts) > 1:
                base = f"{aircraft}/{name}"
            plan_id, n = base, 1
            while (party, plan_id) in taken:
                n += 1
                plan_id = f"{base}#{n}"
            taken.add((party, plan_id))
            found.append((plan_id, callsign, part))
    return found


def _without_repeats(order: Integers, owner: Integers, reports: Reports, told: Counter[str]) -> Integers:
    """The order without reports that say the same as the one before."""
    same = np.ones(len(order) - 1, dtype=bool)
    for column in (owner, reports.times, *reports.points.T, reports.low, reports.known):
        same &= column[order[1:]] == column[order[:-1]]
    told["duplicate"] += int(np.count_nonzero(same))
    kept: Integers = order[np.concatenate([[True], ~same])]
    return kept


def _parts(
    rows: Integers, reports: Reports, tolerances: Tolerances, told: Counter[str]
) -> list[tuple[str | None, str, Integers]]:
    """The flights of one aircraft: name, callsign, rows.

    A new one begins where the name changes over a gap.
    """
    took = np.diff(reports.times[rows])
    names = _filled([reports.flight[row] for row in rows])
    starts = [0]
    for k in np.flatnonzero(took > GAP).tolist():
        if took[k] > tolerances.longest_gap:
            told["too_long"] += 1
        elif names[k] != names[k + 1]:
            told["renamed"] += 1
        else:
            continue
        starts.append(k + 1)
    ends = [*starts[1:], len(rows)]
    return [
        (names[begin], _first(reports.callsign, rows[begin:end]), rows[begin:end])
        for begin, end in zip(starts, ends, strict=True)
    ]


def _filled(names: Sequence[str | None]) -> list[str | None]:
    """Each name, where there is none the one before, at the beginning the first."""
    last = next((name for name in names if name is not None), None)
    filled = []
    for name in names:
        last = name or last
        filled.append(last)
    return filled


def _first(values: Sequence[str | None], rows: Integers) -> str:
    return next((value for row in rows.tolist() if (value := values[row])), "")


def _filed(
    plan_id: str,
    callsign: str,
    rows: Integers,
    reports: Reports,
    tolerances: Tolerances,
    options: Options,
    told: Counter[str],
) -> Filed:
    track = Track(
        times=reports.times[rows],
        points=reports.points[rows],
        slack=reports.slack,
        low=reports.low[rows],
        high=reports.high[rows],
        known=reports.known[rows],
        datum=reports.datum,
        rows=rows,
    )
    first = int(rows[0])
    path = reports.where(first)
    found = legs(track, tolerances, told, f"{path} and later reports of {shorten(plan_id)}")
    party = reports.party[first]
    plan = Plan(
        party=_default_party(options) if party is None else check_name(party, path),
        id=check_name(plan_id, path),
        volumes=tuple(leg.volume for leg in found),
        callsign=check_text(callsign, path),
    )
    return Filed(plan, tuple(_where(leg, reports) for leg in found))


def _where(leg: Leg, reports: Reports) -> str:
    return f"{reports.where(leg.first)}…{reports.where(leg.last)}"
