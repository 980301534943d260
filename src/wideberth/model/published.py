"""What a node publishes on maps: zones to keep clear, and alerts. Nouns only.

What may be published, and how much of it, is in node.published; how it is written is each format's matter
(KML, GeoJSON, Cursor on Target).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from msgspec import Struct

from wideberth.model import alert
from wideberth.model.site import Grade
from wideberth.space.ground import Point
from wideberth.space.volume import Volume

Level = Literal["full", "coarse"]
LEVELS: Final[tuple[Level, ...]] = ("full", "coarse")

Kind = Literal["plan", "notice", "site", "movement", "policy", "alert"]
KINDS: Final[dict[Kind, str]] = {
    "plan": "a plan of ours",
    "notice": "a plan of another party's, as far as it told us",
    "site": "a protected place",
    "movement": "a protected movement",
    "policy": "an area about which a party has stated a policy",
    "alert": "an alert of the watch over live tracks",
}

PERMITS: Final = (
    "Nothing here is a permission, and where nothing is shown there is no more than no known conflict, as of"
    " the time that is stated."
)
"""With everything that is published."""


class Published(Struct, frozen=True, kw_only=True):
    """One thing to show on a map.

    Attributes:
        uid: the same for the same thing whenever it is published at this level, and nothing can be read off
            it.
        level: how much is shown of it: at `coarse` a function of the cells of the public grid alone.
        party: whose: `ours`, or what a line is called; empty: nobody's.
        name: a short name; at `coarse` no word that anybody chose.
        words: what else there is to know, a line.
        notice: what is to stand beside it wherever it is shown (model.site.NOTICE); empty: nothing.
        volumes: at least one, none that is over; to be kept clear with their pads. Of an alert the place
            where it is so, as wide as its doubt, or the cell of that.
        start_ms: POSIX ms from when on it holds; None: already.
        stale_ms: POSIX ms after which it is not to be believed: its end, or, where it has none, a day on, and
            of an alert minutes; it is to be published again before that.
        activity, state: of a plan; empty: not told.
        grade: of a site.
    """

    uid: str
    kind: Kind
    level: Level
    party: str
    name: str
    words: str
    volumes: tuple[Volume, ...]
    start_ms: int | None
    stale_ms: int
    notice: str = ""
    activity: str = ""
    state: str = ""
    grade: Grade | None = None


class Warned(NamedTuple):
    """An alert that is raised or held, as far as a map needs it.

    Attributes:
        id: of the alert.
        point: (lon, lat) in 1e-7 degrees where it is so at the earliest.
        doubt: 0.1 mm around it.
        at_ms: POSIX ms when it is so at the earliest.
        name: the callsigns or ids of what it is about.
        words: what is about to be so, and when, a line; empty: what its kind means, and `at_ms`.
    """

    id: str
    kind: alert.Kind
    point: Point
    doubt: int
    at_ms: int
    name: str
    words: str
