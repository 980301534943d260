"""Recorded positions as reports of tracks, in order of time: what a watch replays.

Read are our own lines (`report_lines`), trajectories as JSON, also gzipped (`reports`), CSV with the same
names as a header, and GeoJSON: points with a time, and lines with `coordTimes`. Speeds are knots or m/s
by the name of their column, courses degrees from true north.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from wideberth.formats import adsb, gzipped, jsontext, recorded_rows, report_lines, reports
from wideberth.formats.reading import Options
from wideberth.formats.reports import Table
from wideberth.formats.trajectory import HALF_WIDTH, VERTICAL
from wideberth.model.track import Doubt, Kind, Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.units import DEGREE, SECOND

KNOT: Final = 1_852_000 / 3_600
FOOT_MINUTE: Final = 304.8 / 60
"""mm/s."""
SPEEDS: Final = {
    "speed_m_s": 1_000.0,
    "groundspeed": KNOT,
    "groundspeed_kt": KNOT,
    "speed_kt": KNOT,
    "gs": KNOT,
}
COURSES: Final = {"course_deg": 1.0, "track": 1.0, "course": 1.0}
CLIMBS: Final = {"climb_m_s": 1_000.0, "vertical_rate": FOOT_MINUTE, "vertical_rate_ft_min": FOOT_MINUTE}
"""mm/s of one of the column."""
SHIPS: Final = "mmsi"
HEARD: Final = "last_position"
"""When the position was heard, where the time of a row is another."""
GROUNDED: Final = ("onground", "grounded", "on_ground")
MORE: Final = frozenset((*SPEEDS, *COURSES, *CLIMBS, *GROUNDED, SHIPS, HEARD, "squawk", "kind"))
OLDEST: Final = 300 * SECOND
"""ms by which `last_position` may be before the time of its row."""
FASTEST: Final = 12_000_000
"""mm/s: what says that it is faster says no speed."""
KINDS: Final[tuple[Kind, ...]] = ("aircraft", "vessel", "vehicle")

NO_DOUBT = "what positions may be wrong by is not stated, taken as {:g} m, and as far as it goes in {:g} s"


class Recording(NamedTuple):
    """Reports in order of time, and what must be told of how they were read."""

    reports: list[Report]
    notes: tuple[str, ...] = ()


def read(data: bytes, source: str, options: Options) -> Recording:
    """The reports of a recorded file, of `source` where it names no party (as `party` of a row).

    Raises: Invalid (`report.*`, `trajectory.*`, `recording.*`, `gzip.*`, `json.*`, `file.*`, `geometry.*`,
    `altitude.*`, `time.*`).
    """
    if gzipped.is_gzip(data):
        data = gzipped.unpack(data)
    if report_lines.is_ours(data):
        found = report_lines.read(data, source)
        return Recording(sorted(found, key=_time))
    notes: list[str] = []
    document = jsontext.parse(data) if _is_json(data) else recorded_rows.of_csv(data)
    if isinstance(document, dict) and document.get("type") in ("FeatureCollection", "Feature"):
        document = recorded_rows.of_geojson(document, notes)
    made = _reports(reports.table(document, MORE), source, options, notes)
    return Recording(sorted(made, key=_time), tuple(notes))


def _time(report: Report) -> int:
    return report.at_ms


def _is_json(data: bytes) -> bool:
    return data[:1_024].lstrip()[:1] in (b"{", b"[")


def _reports(table: Table, source: str, options: Options, notes: list[str]) -> list[Report]:
    ships = SHIPS in table.held and not any(name in table.held for name in reports.AIRCRAFT)
    if ships:
        # what a row is of, under the name by which it is read
        table = table._replace(held={**table.held, reports.AIRCRAFT[0]: table.held[SHIPS]})
    read = reports.of_table(table, options, notes)
    velocity = _velocities(table)
    heard, squawk = _column(table, HEARD), _column(table, "squawk")
    grounded = next((table.held[name] for name in GROUNDED if name in table.held), None)
    kinds = _column(table, "kind")
    contained = HALF_WIDTH if options.half_width is None else options.half_width
    stated = options.half_width is not None
    if not stated:
        notes.append(NO_DOUBT.format(HALF_WIDTH / 10_000, adsb.LATE / SECOND))
    vertical = options.vertical_tolerance
    if vertical is None:
        vertical = adsb.STEP // 2 if read.datum == "FL" else VERTICAL
    points, times = read.points.tolist(), read.times.tolist()
    low, high, known = read.low.tolist(), read.high.tolist(), read.known.tolist()
    found: list[Report] = []
    for k, row in enumerate(read.rows.tolist()):
        party = read.party[k]
        where = party or source
        name, kind = _id(read.aircraft[k], ships, where)
        said = kinds[row] if kinds is not None else None
        moving = velocity(row)
        on_ground = grounded is not None and grounded[row] in (True, 1, "true", "1")
        altitude = Altitude(read.datum, low[k]) if known[k] else None
        if on_ground:
            altitude = SURFACE
        found.append(
            Report(
                where,
                name,
                _heard(times[k], heard[row] if heard is not None else None),
                (points[k][0], points[k][1]),
                # what the user states holds at the time stated
                (contained if stated else adsb.doubt_of(contained, moving)) + read.slack,
                altitude,
                0 if altitude is None or on_ground else vertical + high[k] - low[k],
                moving,
                callsign=read.callsign[k] or "",
                kind=next((each for each in KINDS if each == said), kind),
                grounded=on_ground,
                doubts=_doubts(squawk[row] if squawk is not None else None),
            )
        )
    return found


def _id(name: str | None, ship: bool, source: str) -> tuple[str, Kind]:
    """The id of what a row is of, and what that is as far as the id says it."""
    if name is None:
        return f"{source}:1", "unknown"
    if ship:
        return f"mmsi:{name}", "vessel"
    plain = name.lower()
    if len(plain) == 6 and all(letter in "0123456789abcdef" for letter in plain):
        return f"icao:{plain}", "aircraft"
    return f"{source}:{name}", "unknown"


def _column(table: Table, name: str) -> Sequence[object] | None:
    return table.held.get(name)


def _velocities(table: Table) -> Callable[[int], Velocity | None]:
    """What a row says of how it moves; None where its speed or its course is not there."""

    def one(names: Mapping[str, float]) -> tuple[Sequence[object] | None, float]:
        name = next((each for each in names if each in table.held), None)
        return (None, 0.0) if name is None else (table.held[name], names[name])

    speeds, courses, climbs = one(SPEEDS), one(COURSES), one(CLIMBS)

    def of(row: int) -> Velocity | None:
        speed, course, climb = (_figure(column, row, by) for column, by in (speeds, courses, climbs))
        if speed is None or course is None or not 0 <= speed <= FASTEST:
            return None
        upwards = None if climb is None or abs(climb) > FASTEST else round(climb)
        return Velocity(round(speed), round(course % 360 * DEGREE) % (360 * DEGREE), upwards)

    return of


def _figure(column: Sequence[object] | None, row: int, by: float) -> float | None:
    value = None if column is None else column[row]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        return None
    return value * by


def _heard(at_ms: int, said: object) -> int:
    """When a position was heard, where that is a little before the time of its row."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 < said < 1e15:
        return at_ms
    heard = round(said if said >= reports.MILLISECONDS_FROM else said * SECOND)
    return heard if 0 <= at_ms - heard <= OLDEST else at_ms


def _doubts(squawk: object) -> tuple[Doubt, ...]:
    # a file of numbers has lost the zeros in front
    code = f"{squawk:04d}" if isinstance(squawk, int) and not isinstance(squawk, bool) else str(squawk)
    return ("emergency",) if code in adsb.EMERGENCY_CODES else ()
