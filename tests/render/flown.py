"""Encounters that were made up: two aircraft that pass each other, and one that crosses a hospital."""

from __future__ import annotations

from wideberth.model.track import Whose
from wideberth.space.altitude import Altitude, Datum
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume
from wideberth.watch.alerts import Alert, identity
from wideberth.watch.encounter import Encounter, Way
from wideberth.watch.findings import Finding, Key
from wideberth.watch.trail import Spot
from wideberth.watch.zone import Zone

BEGIN = 1_790_000_000_000 // 60_000 * 60_000
HOSPITAL = Zone(
    "z1",
    "site",
    "",
    "Field hospital 3",
    (
        Volume(
            Circle((333_500_000, 343_600_000), 3_000 * METRE),
            Altitude("SFC"),
            Altitude("FL", 160 * FLIGHT_LEVEL),
        ),
    ),
)


def way(
    track: str,
    callsign: str,
    party: str,
    lon: float = 33.0,
    lat: float = 34.3,
    course: float = 80.0,
    speed: float = 180.0,
    level: float = 150.0,
    climb: float = 0.0,
    datum: Datum = "FL",
    spots: int = 110,
) -> Way:
    """A report each 4 s, straight on."""
    made = []
    for k in range(spots):
        x, y, _ = GEOD.fwd(lon, lat, course, speed * 4 * k)
        value = round(level * FLIGHT_LEVEL + climb * METRE * 4 * k)
        made.append(Spot(BEGIN + k * 4_000, (round(x * 1e7), round(y * 1e7)), Altitude(datum, value)))
    return Way(track, callsign, "aircraft", Whose(party, how="source"), tuple(made))


def closing(*, lat: float = 34.10, datum: Datum = "FL") -> Encounter:
    """HERON 21 and KITE 7, which begins at a latitude; raised after a minute, cleared after seven."""
    one = way("icao:4b1815", "HERON 21", "Blue Heron")
    other = way("icao:738065", "KITE 7", "Red Kite", 33.55, lat, 340.0, 150.0, 164.0, climb=-1.2, datum=datum)
    key = Key("closing", one.track, other.track)
    finding = Finding(
        key,
        BEGIN + 200_000,
        (334_000_000, 343_000_000),
        closest_ms=BEGIN + 220_000,
        h=NAUTICAL_MILE,
        v=500 * FOOT,
        required_h=3 * NAUTICAL_MILE,
        required_v=3_000 * FOOT,
    )
    return Encounter(_alert(key, finding, cleared=True), (one, other), None, BEGIN, BEGIN + 420_000)


def entry() -> Encounter:
    """HERON 21 crosses the hospital, which is kept clear by a mile; not over yet."""
    one = way("icao:4b1815", "HERON 21", "Blue Heron")
    key = Key("entry", one.track, HOSPITAL.id)
    finding = Finding(
        key,
        BEGIN + 150_000,
        (334_000_000, 343_000_000),
        h=0,
        required_h=NAUTICAL_MILE,
        required_v=0,
        code="site",
    )
    return Encounter(_alert(key, finding, cleared=False), (one,), HOSPITAL, BEGIN, BEGIN + 300_000)


def _alert(key: Key, finding: Finding, *, cleared: bool) -> Alert:
    return Alert(
        id=identity(key, BEGIN + 60_000),
        key=key,
        phase="cleared" if cleared else "raised",
        first_ms=BEGIN + 60_000,
        last_ms=BEGIN + 300_000,
        finding=finding,
        worst=finding,
        told=finding,
        told_ms=BEGIN + 64_000,
        judged_ms=BEGIN + 300_000,
        raised_ms=BEGIN + 64_000,
        cleared_ms=BEGIN + 420_000 if cleared else None,
        why="absent" if cleared else None,
        whose=Whose("Blue Heron"),
        other=Whose("Red Kite") if cleared else None,
        callsign="HERON 21",
        acknowledged_by="deputy" if cleared else None,
        acknowledged_ms=BEGIN + 80_000 if cleared else None,
    )
