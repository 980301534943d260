"""The two recordings of src/wideberth/data/samples, made: of parties, aircraft and flights that do not exist.

`PYTHONPATH=src python tests/cli/sample_tracks.py` writes them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.space.ellipsoid import GEOD

SAMPLES = Path(__file__).parents[2] / "src" / "wideberth" / "data" / "samples"
BEGIN = parse_time("2026-11-24T08:20:00Z")
LASTS, EVERY = 600, 5
HEAD = "timestamp,icao24,callsign,latitude,longitude,altitude_ft,groundspeed_kt,track,vertical_rate_ft_min"


class Flight(NamedTuple):
    """Where it begins, and what it changes when: (second, degrees a second, feet a minute)."""

    icao24: str
    callsign: str
    lon: float
    lat: float
    course: float
    knots: float
    feet: float
    changes: Sequence[tuple[int, float, float]] = ()


# addresses of no state
HERON = (
    Flight("f00011", "HERON 11", 32.73, 34.309, 70.0, 175, 15_500, [(400, -1.5, 0), (440, 0.0, 0)]),
    Flight("f00012", "HERON 12", 32.60, 34.05, 90.0, 140, 8_000),
)
KITE = (
    Flight("f00021", "KITE 3", 33.205, 34.095, 332.0, 240, 18_600, [(60, 0.0, -600), (360, 0.0, 0)]),
    Flight("f00022", "KITE 8", 33.20, 34.44, 251.0, 260, 24_500),
)
FILES = {"tracks-blue-heron.csv": HERON, "tracks-red-kite.csv": KITE}


def rows(flight: Flight) -> list[tuple[int, str]]:
    """(second, line) of each report."""
    lon, lat, course, feet = flight.lon, flight.lat, flight.course, flight.feet
    turn = climb = 0.0
    changes = {second: (by, rate) for second, by, rate in flight.changes}
    found = []
    for second in range(LASTS + 1):
        turn, climb = changes.get(second, (turn, climb))
        if second % EVERY == 0:
            at = to_rfc3339(BEGIN + second * 1_000).replace(".000", "")
            cells = (
                at,
                flight.icao24,
                flight.callsign,
                f"{lat:.5f}",
                f"{lon:.5f}",
                f"{round(feet / 25) * 25}",
                f"{flight.knots:.0f}",
                f"{course % 360:.1f}",
                f"{climb:.0f}",
            )
            found.append((second, ",".join(cells)))
        lon, lat, _ = GEOD.fwd(lon, lat, course, flight.knots * 1_852 / 3_600)
        course, feet = course + turn, feet + climb / 60
    return found


def recording(flights: Sequence[Flight]) -> bytes:
    """The file: all reports in the order of time."""
    lines = sorted((row for flight in flights for row in rows(flight)), key=lambda row: row[0])
    return "\n".join([HEAD, *(line for _, line in lines), ""]).encode()


if __name__ == "__main__":
    for name, flights in FILES.items():
        (SAMPLES / name).write_bytes(recording(flights))
