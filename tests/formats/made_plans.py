"""Plans of every shape, datum and bound, for the tests of all codecs."""

from __future__ import annotations

import math
from typing import Literal

from hypothesis import assume
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.properties import check_name, check_text
from wideberth.model.plan import STATES, UNSPECIFIED, Plan
from wideberth.space import ground, stated
from wideberth.space.altitude import DATUMS, LIMIT, SURFACE, UNLIMITED, Altitude, check_order
from wideberth.space.ground import Circle, Edges, Ground
from wideberth.space.stated import MAX_RADIUS
from wideberth.space.units import DEGREE, FLIGHT_LEVEL
from wideberth.space.volume import HIGHEST, YEARS, Frequencies, Pad, Volume, check_volume

LONGEST = 10**12
"""0.1 mm; below the largest pad that a file may state, so that a slack can be added to it."""


def _named(text: str) -> bool:
    try:
        check_name(text, "")
    except Invalid:
        return False
    return True


def _clean(text: str) -> bool:
    try:
        check_text(text, "")
    except Invalid:
        return False
    return True


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(_named)
texts = st.text(st.characters(codec="utf-8"), max_size=12).filter(_clean)
instants = st.none() | st.integers(*YEARS)
lengths = st.integers(0, 10_000_000) | st.integers(0, LONGEST)
radii = st.integers(0, 10_000_000) | st.integers(0, MAX_RADIUS)
longitudes = st.integers(-180 * DEGREE, 180 * DEGREE)
latitudes = st.integers(-80 * DEGREE, 80 * DEGREE)


@st.composite
def altitudes(draw: st.DrawFn) -> Altitude:
    datum = draw(st.sampled_from(DATUMS))
    if datum in ("SFC", "UNL"):
        return SURFACE if datum == "SFC" else UNLIMITED
    if datum == "FL" and draw(st.booleans()):
        return Altitude("FL", draw(st.integers(-10, 600)) * FLIGHT_LEVEL)
    return Altitude(datum, draw(st.integers(-LIMIT, LIMIT)))


def ordered(lower: Altitude, upper: Altitude) -> tuple[Altitude, Altitude]:
    """The two limits the right way up, whichever that is."""
    for pair in ((lower, upper), (upper, lower)):
        try:
            check_order(*pair)
        except Invalid:
            continue
        return pair
    return SURFACE, UNLIMITED


def _wrapped(lon: int) -> int:
    return (lon + 180 * DEGREE) % (360 * DEGREE) - 180 * DEGREE


@st.composite
def stars(draw: st.DrawFn) -> list[list[tuple[float, float]]]:
    """Rings around a centre, in degrees: never crossing themselves; sometimes a hole, sometimes over 180°."""
    lon, lat = draw(longitudes), draw(latitudes)
    corners = draw(st.integers(3, 9))
    turn = draw(st.floats(0, 6))
    sizes = [draw(st.integers(DEGREE // 50, DEGREE // 2)) for _ in range(corners)]
    direction = draw(st.sampled_from((1, -1)))
    rings = []
    for share in (1, 4) if draw(st.booleans()) else (1,):
        ring = []
        for k, size in enumerate(sizes):
            angle = turn + direction * 2 * math.pi * k / corners
            ring.append(
                (
                    _wrapped(lon + round(size / share * math.cos(angle))) / DEGREE,
                    (lat + round(size / share * math.sin(angle))) / DEGREE,
                )
            )
        rings.append(ring)
        direction = draw(st.sampled_from((1, -1)))
    return rings[:1] if direction == -1 and draw(st.booleans()) else rings


@st.composite
def grounds(draw: st.DrawFn, edges: Edges | None = None, slack: bool = True) -> Ground:
    """Any ground; of one kind of edges where stated; without slack where not wanted."""
    kind = draw(st.sampled_from(("circle", "corridor", "polygon")))
    lost = draw(st.integers(0, 20_000)) if slack else 0
    joined: Edges = draw(st.sampled_from(_EDGES)) if edges is None else edges
    try:
        if kind == "circle":
            lat = draw(st.integers(-90 * DEGREE, 90 * DEGREE))
            return Circle((draw(longitudes), lat), draw(radii), lost)
        if kind == "corridor":
            lon, lat = draw(longitudes), draw(latitudes)
            steps = draw(
                st.lists(st.tuples(st.integers(-_STEP, _STEP), st.integers(-_STEP, _STEP)), min_size=2)
            )
            line = [(_wrapped(lon + x) / DEGREE, (lat + y) / DEGREE) for x, y in steps]
            corridor = stated.corridor(line, draw(radii), joined)
            return ground.Corridor(corridor.points, corridor.half_width, joined, lost)
        area = stated.polygon(draw(stars()), joined, closed=False)
        return ground.Polygon(area.rings, joined, lost)
    except Invalid:
        assume(False)
        raise


_EDGES: tuple[Literal["geodesic", "lonlat"], ...] = ("geodesic", "lonlat")
_STEP = DEGREE // 4


@st.composite
def volumes(draw: st.DrawFn, shape: st.SearchStrategy[Ground] | None = None) -> Volume:
    lower, upper = draw(altitudes()), draw(altitudes())
    bounds = sorted(draw(st.tuples(st.integers(0, HIGHEST), st.integers(0, HIGHEST))))
    start, end = draw(instants), draw(instants)
    if start is not None and end is not None and end < start:
        start, end = end, start
    lower, upper = ordered(lower, upper)
    volume = Volume(
        draw(grounds() if shape is None else shape),
        lower,
        upper,
        start,
        end,
        draw(st.sampled_from((None, Frequencies(*bounds)))),
        draw(st.builds(Pad, lengths, lengths, st.integers(0, 10**12))),
    )
    try:
        return check_volume(volume)
    except Invalid:
        assume(False)
        raise


@st.composite
def plans(draw: st.DrawFn, shape: st.SearchStrategy[Ground] | None = None) -> Plan:
    return Plan(
        party=draw(names),
        id=draw(names),
        volumes=tuple(draw(st.lists(volumes(shape), min_size=1, max_size=3))),
        activity=draw(st.just(UNSPECIFIED) | names),
        state=draw(st.sampled_from(STATES)),
        priority=draw(st.integers(-(2**31) + 1, 2**31 - 1)),
        label=draw(texts),
        callsign=draw(texts),
        note=draw(texts),
        variant_of=draw(st.none() | names),
        review=draw(instants),
    )
