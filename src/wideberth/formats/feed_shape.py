"""What is published, as map programs draw it: each volume as a polygon that holds it, and words beside it.

Map programs know no circle and no corridor. So a ground is drawn as a polygon with edges straight in
longitude and latitude that holds it with its horizontal pad; what rounding may still miss is stated as
`pad_m`. Windows are drawn with their pads. What is written can be read again (formats.kml, formats.geojson):
the volumes that come back hold those that were given.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct, structs

from wideberth.errors import Invalid, Refused
from wideberth.formats.properties import stated
from wideberth.formats.times import show_time, to_rfc3339
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.model.published import KINDS, PERMITS, Level, Published
from wideberth.model.site import NOTICE
from wideberth.space.altitude import Altitude, show
from wideberth.space.ellipsoid import GEOD
from wideberth.space.flatten import CORNERS, circumscribed, to_lonlat
from wideberth.space.ground import Circle, Ground, Point, Polygon
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, FOOT, METRE
from wideberth.space.volume import YEARS, Pad, Volume

MOST: Final = 50_000
"""Volumes of a feed."""
KEEP_MS: Final = 300_000
"""How long a feed as a whole is believed: an older one may have missed a change (a judgement)."""
NOBODY: Final = "nobody's"
HOLDS: Final[dict[Level, str]] = {
    "coarse": "Coarse: only what is this party's own, in the cells of a public grid. What other parties do is"
    " not in it.",
    "full": "In full, for this party's own people; what other parties do is in it as far as they told.",
}
LEFT_OUT: Final = "NOT SHOWN: {:,} volumes that no map can draw, too near a pole: see the node itself."
_PLAIN: Final = 100_000 * METRE
_HIGH: Final = 80 * DEGREE
_ROOM: Final = METRE
"""Grown so much more than is to be held: edges made straight may cut off half of it."""


class Feed(Struct, frozen=True):
    """All that is given at once: what is published, at which level, as of when (POSIX ms)."""

    items: tuple[Published, ...]
    level: Level
    as_of: int
    kinds: tuple[str, ...] = tuple(KINDS)
    """Which kinds were asked for."""
    exercise: str = ""
    """What is said over all of it, of a node of an exercise."""


class Drawn(NamedTuple):
    """A volume of something that is published.

    Attributes:
        item: what.
        id: unique in the feed, and the same each time.
        volume: as it is drawn, edges straight in longitude and latitude.
    """

    item: Published
    id: str
    volume: Volume


def drawn(feed: Feed) -> tuple[list[Drawn], int]:
    """The volumes of a feed as they are drawn, and how many cannot be. Raises: Refused (`feed.too_many`)."""
    total = sum(len(each.volumes) for each in feed.items)
    if total > MOST:
        words = (
            f"{total:,} volumes are too many for one feed; accepted: up to {MOST:,}, so fewer kinds (what)"
        )
        raise Refused("feed.too_many", words)
    found = []
    for item in feed.items:
        for k, volume in enumerate(item.volumes):
            try:
                # a spot with its doubt is shown as a spot
                spot = item.kind == "alert" and isinstance(volume.ground, Circle)
                shown = volume if spot else as_polygon(volume)
            except Invalid:
                continue
            found.append(Drawn(item, f"{item.uid}-{k}", _whole_window(shown)))
    return found, total - len(found)


def as_polygon(volume: Volume) -> Volume:
    """The volume with a polygon that holds its ground and horizontal pad, where there is one.

    What is too large to be drawn so stays a circle or a corridor: it is shown as a point or a line, and how
    far it reaches is stated.

    Raises: Invalid (as flatten.to_lonlat).
    """
    ground, pad = volume.ground, volume.pad
    if isinstance(ground, Polygon) and pad.h + ground.slack <= _ROOM:
        return structs.replace(volume, ground=to_lonlat(ground))
    try:
        made = _held(ground, pad.h + ground.slack)
    except Invalid:
        return structs.replace(volume, ground=to_lonlat(ground))
    return structs.replace(volume, ground=made, pad=Pad(0, pad.v, pad.t))


@lru_cache(maxsize=20_000)
def _held(ground: Ground, margin: int) -> Ground:
    """A polygon that holds what is within a margin (0.1 mm) of the ground. Raises: as circumscribed."""
    if isinstance(ground, Circle) and ground.radius + margin <= _PLAIN and abs(ground.centre[1]) <= _HIGH:
        return _around(ground.centre, ground.radius + margin)
    made = to_lonlat(circumscribed(structs.replace(ground, slack=margin + _ROOM)))
    return structs.replace(made, slack=max(0, made.slack - _ROOM))


def _around(centre: Point, radius: int) -> Polygon:
    """A polygon around a circle that is neither large nor near a pole: lists have thousands of those.

    Its corners are 1 % and a metre further away than where they would be in the plane. What an edge between
    two of them loses is less: on the ellipsoid some 1e-4 of the radius, where it is straight in longitude and
    latitude instead of a geodesic 2 m at 80° (GEOMETRY, Ground), by rounding 8 mm.
    """
    away = (radius / METRE / np.cos(np.pi / CORNERS)) * 1.01 + 1.0
    bearing = np.arange(CORNERS) * (-360.0 / CORNERS)
    lon, lat = (np.full(CORNERS, each / DEGREE) for each in centre)
    x, y, _ = GEOD.fwd(lon, lat, bearing, np.full(CORNERS, away))
    ring = np.round(np.stack([x, y], -1) * DEGREE).astype(np.int64).tolist()
    return Polygon((tuple((east, north) for east, north in ring),), "lonlat")


def _whole_window(volume: Volume) -> Volume:
    """The volume with its time pad in its window; what leaves the years that can be written is unbounded."""
    t = volume.pad.t
    start = None if volume.start is None or volume.start - t < YEARS[0] else volume.start - t
    end = None if volume.end is None or volume.end + t > YEARS[1] else volume.end + t
    return structs.replace(volume, start=start, end=end, pad=structs.replace(volume.pad, t=0))


def properties(found: Drawn, feed: Feed) -> dict[str, object]:
    """What stands beside a volume: the profile's own keys, by which it is read again, and what people see."""
    item = found.item
    plan = Plan(item.party or NOBODY, item.uid, (), item.activity or UNSPECIFIED, label=item.name)
    said = stated(plan, found.volume)
    # of what has none the profile would state one
    del said["state"]
    beside: dict[str, str] = {
        "state": item.state,
        "kind": item.kind,
        "level": item.level,
        "words": item.words,
        "limits": limits(found.volume),
        "grade": item.grade or "",
        "notice": item.notice,
        "as_of": to_rfc3339(feed.as_of),
        "stale": to_rfc3339(item.stale_ms),
    }
    return said | {key: value for key, value in beside.items() if value}


def described(feed: Feed, missing: int) -> tuple[str, ...]:
    """What stands over a feed. `missing`: how many volumes are not drawn."""
    kinds = ", ".join(feed.kinds) or "nothing"
    return (
        *([feed.exercise] if feed.exercise else []),
        PERMITS,
        f"As of {show_time(feed.as_of)}; not to be believed after {show_time(feed.as_of + KEEP_MS)}.",
        HOLDS[feed.level],
        f"What was asked for: {kinds}.",
        NOTICE,
        *([LEFT_OUT.format(missing)] if missing else []),
    )


def limits(volume: Volume) -> str:
    """Altitudes, with their pad, and times of what is drawn, as text."""
    low, high = (
        _limit(each, volume.pad.v, up=up) for each, up in ((volume.lower, False), (volume.upper, True))
    )
    begin = "" if volume.start is None else f"from {show_time(volume.start)} "
    until = "until further notice" if volume.end is None else f"to {show_time(volume.end)}"
    return f"{low} to {high}, {begin}{until}"


def _limit(limit: Altitude, pad: int, *, up: bool) -> str:
    """A limit with the pad, outwards to a whole metre where it is no whole flight level or foot."""
    if limit.datum == "UNL" or (limit.datum == "SFC" and not (up and pad)):
        return limit.datum
    value = limit.value + (pad if up else -pad)
    if limit.datum == "FL" and value >= 0 and value % FLIGHT_LEVEL == 0:
        return show(Altitude("FL", value))
    if value % FOOT == 0:
        return show(Altitude("AGL" if limit.datum == "SFC" else limit.datum, value))
    value = (-(-value // METRE) if up else value // METRE) * METRE
    return show(Altitude("AGL" if limit.datum == "SFC" else limit.datum, value), metric=True)
