"""What stands where in the flat arrays of the live index.

A row is one volume of one plan, all its figures in one line of float64: every one is an integer far
below 2^53, an open end (±2^61), or metres.
"""

from __future__ import annotations

START, END, PAD_H, PAD_V, PAD_T, BAND_LOW, BAND_HIGH, EMITS, AREA, THIN = range(10)
KIND, PLAN, PART, DATUM_LOW, LIMIT_LOW, DATUM_HIGH, LIMIT_HIGH = range(10, 17)
LEAST_LOW, MOST_LOW, LEAST_HIGH, MOST_HIGH = range(17, 21)
GEOMETRY, PIECES, RADIUS, LOW, HIGH = 21, 22, 23, 24, 27
COLUMNS = 30
"""Columns of a row: window in ms; pads; band in half hertz; three flags; the kind of its activity; the
number of its plan and its position there; both limits, datum and value in 0.1 mm; the range of the lower
and of the upper limit above the ellipsoid, anywhere, in 0.1 mm; where its geometry begins and how many
pieces it has; radius and box in ECEF metres.
"""
ROW, PARTY, BOX = 10, 11, 12
"""Columns of a box after low and high of x, y, z (cm), time (4.096 s) and height (cm): row and party."""
PIECE, BALL, RUN = 8, 4, 8
"""Geometry of a shape, in ECEF metres: its pieces (a, b, half, sag), balls (centre, radius) around each RUN
pieces, and balls around each RUN of those.
"""
FAN = 8
"""Children of a node of a tree."""
FIRST, SIZE, GEOMETRY_FIRST, GEOMETRY_SIZE, OVER = range(5)
"""Columns of a plan: where its rows and its geometry begin, and how many; when (ms) the last of its volumes
ends, pads included.
"""
NEVER = 2**62
"""Stands for when a plan was removed that was not, and for the end of one that has none."""

ANY, NO_RULE = -1.0, -2.0
"""Stand in the table of rules for a minimum that is not compared, and for the end of the rules of a pair."""
SAME, BAROMETRIC, EITHER, RANGES, OPEN = range(5)
"""How two datums compare: as they stand; less the 90 m of QNH; perhaps less them; by ranges; not at all."""
APART, DOUBT, CLOSE = 0, 1, 2
