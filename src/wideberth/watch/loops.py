"""The compiled loops of the watch: whether they are loaded, and loading them.

On a machine that is new to them they are compiled first, which takes up to a minute. A warning must not wait
for that: until they are loaded the plain code looks, but for so many tracks that it could not keep up. Both
find the same.
"""

from __future__ import annotations

from typing import Final

from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume
from wideberth.watch import closing, entering
from wideberth.watch.columns import LIVE
from wideberth.watch.motion import Heights, Moving, empty, write
from wideberth.watch.zone import Zone

AHEAD_MS: Final = 60_000


def load(reference: VerticalReference) -> None:
    """Load them, and compile them where that was never done here; from then on they serve small looks too."""
    rows, heights = empty(2), Heights(reference)
    for k in (0, 1):
        place = ((33 + k) * DEGREE, 34 * DEGREE)
        write(rows, k, Moving(0, place, METRE, altitude=Altitude("MSL", 0), party=k + 1), heights)
    rows[:, LIVE] = 1.0
    rule = Rule(METRE, METRE, 0)
    table = closing.rules_table(SeparationTable((Row(("*", "*"), (rule,)),), "loading"), [""])
    closing.compiled(rows, table, 0, AHEAD_MS / 1_000)
    volume = Volume(Circle((33 * DEGREE, 34 * DEGREE), METRE))
    zones = entering.Zones([Zone("z", "plan", "", "loading", (volume,))], {}, reference)
    zones.compiled(rows, 0, AHEAD_MS)
    closing.loaded()
    entering.loaded()
