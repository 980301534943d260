"""Plans for tests, briefly."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from wideberth.model.plan import Plan
from wideberth.model.separation import Minimum, Row, Rule, SeparationTable
from wideberth.space.altitude import Altitude, parse_altitude
from wideberth.space.ground import Edges, Ground
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Frequencies, Pad, Volume

HOUR = 3_600 * SECOND
CREWED = Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 300 * SECOND)
HERE = circle(33.0, 35.0, 1_000 * METRE)


def every(*rules: Rule) -> SeparationTable:
    return SeparationTable((Row(("*", "*"), rules),), "test")


def apart(h: Minimum = 0, v: Minimum = 0, t: Minimum = 0, f: Minimum | None = None) -> SeparationTable:
    return every(Rule(h, v, t, f))


def volume(
    ground: Ground = HERE,
    lower: str | Altitude = "SFC",
    upper: str | Altitude = "UNL",
    start: int | None = 0,
    end: int | None = HOUR,
    **more: Any,
) -> Volume:
    low = parse_altitude(lower) if isinstance(lower, str) else lower
    high = parse_altitude(upper) if isinstance(upper, str) else upper
    return Volume(ground, low, high, start, end, **more)


def plan(party: str, *volumes: Volume, name: str = "1", **more: Any) -> Plan:
    return Plan(party, name, volumes, **more)


heights = st.integers(0, 12).map(lambda k: Altitude("FL", k * 2_000 * FOOT))


@st.composite
def grounds(draw: st.DrawFn, lon: float = 33.0, lat: float = 35.0, spread: float = 0.3) -> Ground:
    """Circles, corridors and triangles within a few tens of kilometres of a place."""

    def point() -> tuple[float, float]:
        x, y = (draw(st.integers(-1000, 1000)) / 1000 * spread for _ in range(2))
        return round((lon + x + 180) % 360 - 180, 7), round(lat + y, 7)

    kind = draw(st.sampled_from(["circle", "corridor", "polygon"]))
    if kind == "circle":
        return circle(*point(), draw(st.integers(0, 5_000)) * METRE)
    ends = point(), point()
    if ends[0] == ends[1]:
        return circle(*ends[0], 0)
    if kind == "corridor":
        return corridor(ends, draw(st.integers(0, 1_000)) * METRE, draw(edges), wrap=True)
    (x1, y1), (x2, y2) = ends
    third = (
        round((x1 + (y2 - y1) / 2 + 180) % 360 - 180, 7),
        round(y1 - (x2 - x1) / 2 if abs(x2 - x1) < 2 else y1, 7),
    )
    if len({ends[0], ends[1], third}) < 3 or x1 == x2 == third[0] or y1 == y2 == third[1]:
        return circle(*ends[0], 0)
    return polygon([[ends[0], ends[1], third, ends[0]]], draw(edges), wrap=True)


EDGES: tuple[Edges, ...] = ("lonlat", "geodesic")
edges = st.sampled_from(EDGES)


@st.composite
def volumes(draw: st.DrawFn, lon: float = 33.0, lat: float = 35.0, spread: float = 0.3) -> Volume:
    """Volumes that often nearly meet."""
    low, high = sorted((draw(heights), draw(heights)))
    start = draw(st.one_of(st.none(), st.integers(0, 6).map(lambda k: k * 300 * SECOND)))
    length = draw(st.one_of(st.none(), st.integers(0, 6).map(lambda k: k * 100 * SECOND)))
    end = None if length is None else (start or 0) + length
    band = draw(
        st.one_of(st.none(), st.integers(0, 5).map(lambda k: Frequencies(k * 10**6, (k + 1) * 10**6)))
    )
    pad = draw(st.sampled_from([Pad(), Pad(500 * METRE, 100 * METRE, 60 * SECOND)]))
    return Volume(draw(grounds(lon, lat, spread)), low, high, start, end, band, pad)


def shifted(value: Volume, by: int) -> Volume:
    """The same volume some ms later."""
    return replace(
        value,
        start=None if value.start is None else value.start + by,
        end=None if value.end is None else value.end + by,
    )
