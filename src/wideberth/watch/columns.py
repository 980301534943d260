"""What stands where in the flat rows of tracks: one line of float64 a track, for the compiled loops.

Every figure is metres, seconds or an integer far below 2^53; earth-centred coordinates are of the ellipsoid's
surface, heights stand apart.
"""

from __future__ import annotations

from typing import Final

AT: Final = 0
"""POSIX ms of the report that the row is made of."""
X, EAST, SOUTH, UP = 1, 4, 7, 10
"""First of three columns each: where it was (m); unit vectors along its course, to the right of that, and
out of the ellipsoid.
"""
SPEED: Final = 13
"""m/s along the course."""
CURVE: Final = 14
"""m: the radius of the ellipsoid along the course."""
TURN: Final = 15
"""rad/s, clockwise positive; 0 straight on."""
DOUBT, DRIFT = 16, 17
"""m that it may have been away at AT, and m/s by which that grows from then on."""
DATUM, LOW, HIGH = 18, 19, 20
"""Number of the datum in DATUMS (NO_ALTITUDE: none), and the band at AT in it with its doubts: 0.1 mm."""
HAE_LOW, HAE_HIGH = 21, 22
"""The same above the ellipsoid, anywhere that it may come within a look-ahead: 0.1 mm."""
CLIMB, CLIMB_DRIFT = 23, 24
"""0.1 mm/s upwards, and by how much the band grows to either side: 0.1 mm/s."""
PARTY, ACTIVITY = 25, 26
"""Numbers, equal where the names are; ACTIVITY is an index into the table of rules."""
LIVE: Final = 27
"""1 where it is to be compared, else 0."""
HAE_DRIFT: Final = 28
"""0.1 mm/s by which the band above the ellipsoid grows to either side: CLIMB_DRIFT, and what climbing by a
barometer may be more or less than it shows.
"""
COLUMNS: Final = 29

NO_ALTITUDE: Final = -1.0
ANY, NO_RULE = -1.0, -2.0
"""In the table of rules: a minimum that is not compared, and the end of the rules of a pair."""
