"""What is taken for granted of things of a kind. Judgements all, with what they go by.

How often each is heard at least: ADS-B positions twice a second in the air, and every 5 s standing on the
ground (RTCA DO-260B); remote identification of drones once a second (ASTM F3411); AIS under way every 2 to
10 s (class A) or 30 s (class B), at anchor every 3 min (ITU-R M.1371, annex 1); vehicles by whatever their
tracker is set to. So an aircraft is stale after some thirty positions that did not come, a vessel after one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from wideberth.model.track import Kind, Report
from wideberth.space.altitude import LIMIT
from wideberth.space.units import DEGREE, METRE, SECOND

State = Literal["live", "stale", "lost"]
MINUTE: Final = 60 * SECOND


class Judged(Struct, frozen=True):
    """Of one kind.

    Attributes:
        stale_ms, lost_ms: age of the newest position from which a track is stale, or lost.
        top: mm/s; nothing of the kind is faster.
        spare: mm/s by which it may be faster between two reports than 1.3 times what they say.
        doubt: 0.1 mm; no position is believed to be nearer than this.
        climb: mm/s, up or down, where nothing tells how it climbs.
        baseline_ms: two positions nearer in time tell no speed.
        bends: slowest and fastest turn that is believed to go on, 1e-7 degrees a second; (0, 0): none.
        tall: 0.1 mm above or below the surface, for what is on it; None: it flies.
    """

    stale_ms: int
    lost_ms: int
    top: int
    spare: int
    doubt: int
    climb: int
    baseline_ms: int
    bends: tuple[int, int]
    tall: int | None = None


JUDGED: Final[dict[Kind, Judged]] = {
    # top: the fastest combat aircraft that carry a transponder; doubt: ADS-B of a good receiver, NACp 8
    "aircraft": Judged(
        15 * SECOND,
        MINUTE,
        top=700_000,
        spare=30_000,
        doubt=50 * METRE,
        climb=10_000,
        baseline_ms=5 * SECOND,
        bends=(3_000_000, 120_000_000),
    ),
    # doubt: the antenna is anywhere on a hull; tall: masts; top: fast ferries and patrol boats do 30 m/s
    "vessel": Judged(
        3 * MINUTE,
        10 * MINUTE,
        top=60_000,
        spare=5_000,
        doubt=100 * METRE,
        climb=0,
        baseline_ms=20 * SECOND,
        bends=(500_000, 30_000_000),
        tall=80 * METRE,
    ),
    # a road bends, and no vehicle turns for minutes on end
    "vehicle": Judged(
        MINUTE,
        5 * MINUTE,
        top=100_000,
        spare=15_000,
        doubt=20 * METRE,
        climb=0,
        baseline_ms=10 * SECOND,
        bends=(0, 0),
        tall=20 * METRE,
    ),
    "unknown": Judged(
        MINUTE,
        5 * MINUTE,
        top=700_000,
        spare=30_000,
        doubt=50 * METRE,
        climb=10_000,
        baseline_ms=5 * SECOND,
        bends=(3_000_000, 120_000_000),
    ),
}
ON_GROUND: Final = 20 * METRE
"""An aircraft on the ground, above and below it."""
LANDED: Final = 300 * METRE
"""How far the last altitude heard in the air may be from that of the ground: a minute of a usual approach."""
ALTITUDE: Final = 5 * METRE
"""No altitude is believed to be nearer: half of 25 feet, and what a report is late."""
DRIFT: Final = 2_000
"""mm/s; with a hundredth of the speed, what a reported velocity may be wrong by (ADS-B, NACv 2: 3 m/s)."""
CLIMB_DRIFT: Final = 1_000
"""mm/s; with a tenth of the rate, the same of a reported climb (64 ft/min is 0.3 m/s)."""
STALE: Final = 3
"""What is stale drifts by so many times as much: it may have turned since."""
LEAP: Final = 200
"""m/s, up or down; where an altitude changes faster, and by LEAST_LEAP more, the one before holds as well,
until AGREED reports have the new one.
"""
LEAST_LEAP: Final = 150 * METRE
AGREED: Final = 3
"""So many reports in a row make a place, or an altitude, the one that is believed."""
LATE: Final = 5 * SECOND
"""A position may be older than its report says: receivers stamp what they pass on. Seen: up to 7 s."""
AHEAD: Final = 5 * SECOND
"""From how far in the future a report may be before its clock is said to be wrong."""
BACK: Final = 30 * SECOND
"""The same of a source whose times go back: less is the order of the network."""
REMEMBERED: Final = 10 * SECOND
"""For so long a velocity holds that later reports no longer tell; one more m/s of drift for every second."""
HEIGHT_REMEMBERED: Final = 30 * SECOND
"""The same of an altitude; 30 m more to either side for every second."""
DOUBTED: Final = MINUTE
"""A track is doubted for so long after what gave rise to it."""
KEPT: Final = 30 * MINUTE
"""A lost track is forgotten after so long; one of this party's own after a day."""
KEPT_OWN: Final = 24 * 60 * MINUTE
MOST_DOUBT: Final = 100_000 * METRE
"""A position in more doubt says nothing."""
LATEST: Final = 2**52
_NAMES: Final[dict[str, Kind]] = {"icao": "aircraft", "mmsi": "vessel"}
"""What a public number is of, where nothing else says it."""


def plausible(report: Report) -> bool:
    """Whether a report says where something is, in figures that can be."""
    lon, lat = report.point
    velocity = report.velocity
    return (
        -180 * DEGREE <= lon <= 180 * DEGREE
        and -90 * DEGREE <= lat <= 90 * DEGREE
        and 0 < report.at_ms < LATEST
        and 0 <= report.doubt <= MOST_DOUBT
        and 0 < len(report.id) <= 200
        and (report.altitude is None or abs(report.altitude.value) <= LIMIT)
        and 0 <= report.altitude_doubt <= LIMIT
        and (velocity is None or (velocity.speed >= 0 and 0 <= velocity.course < 360 * DEGREE))
        and (velocity is None or velocity.climb is None or abs(velocity.climb) <= LIMIT)
    )


def state(kind: Kind, age: int) -> State:
    """Of a track whose newest position is so old (ms)."""
    known = JUDGED[kind]
    return "lost" if age > known.lost_ms else "stale" if age > known.stale_ms else "live"


def kind_of(report: Report, by_source: Mapping[str, Kind]) -> Kind:
    """As the report says, else its source, else the number it goes by."""
    if report.kind != "unknown":
        return report.kind
    return by_source.get(report.source) or _NAMES.get(report.id.partition(":")[0], "unknown")
