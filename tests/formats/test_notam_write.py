"""Drafts of notices: what they say holds at least the plan, and no more of it than is public."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.notam import read, said, write
from wideberth.formats.notam.qline import read_qline
from wideberth.formats.reading import Options
from wideberth.model.plan import Plan
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Corridor, Edges, Ground, Point, Polygon
from wideberth.space.inside import contains
from wideberth.space.shape import compile_shapes
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Frequencies, Pad, Volume

OPTIONS = Options(file="drafts.txt", as_of=0)
T0 = 1_775_455_200_000  # 2026-04-06T06:00:00Z
HOUR = 3_600_000
BOX: tuple[Point, ...] = ((300_000_000, 300_000_000), (300_000_000, 301_000_000), (302_000_000, 301_000_000))
BOXED = Polygon((BOX,))
ABOVE = 50 * FLIGHT_LEVEL + 1
MANY = tuple((k * DEGREE // 100, k * k * 100) for k in range(300))


def draft(*volumes: Volume) -> str:
    return write.write([Plan("A", "secret", volumes)])[0].decode()


def back(text: str) -> list[Volume]:
    found = read.read(text.encode(), OPTIONS)
    assert found.faults == ()
    return [volume for filed in found.filed for volume in filed.plan.volumes]


def one(volume: Volume) -> Volume:
    (found,) = back(draft(volume))
    return found


CIRCLE = Volume(Circle(BOX[0], 5 * NAUTICAL_MILE), SURFACE, Altitude("FL", 100 * FLIGHT_LEVEL), T0, T0 + HOUR)


def test_a_draft_is_this() -> None:
    assert draft(CIRCLE) == (
        "DRAFT - NOT FOR PROMULGATION UNTIL ISSUED BY AN AIS\n"
        "(____/__ NOTAMN\n"
        "Q) XXXX/QXXXX/IV/BO/W/000/100/3000N03000E006\n"
        "A) XXXX B) 2604060600 C) 2604060700\n"
        "E) AREA WI 9260M RADIUS CENTRED ON 300000.00N 0300000.00E.\n"
        "F) SFC G) FL100)\n"
    )


def test_nothing_but_place_levels_and_times_is_written() -> None:
    plan = Plan(
        "Party", "secret", (CIRCLE,), activity="medevac", label="Convoy", callsign="Zulu", note="Bridge"
    )
    text = write.write([plan])[0].decode().upper()
    for word in ("party", "secret", "medevac", "convoy", "bridge"):
        assert word.upper() not in text
    notes = write.write([Plan("A", "p", (CIRCLE,), review=T0)])[1]
    assert any(note.startswith(write.PUBLIC) for note in notes)
    assert any(note.startswith(write.REVIEW) for note in notes)


@pytest.mark.parametrize(
    ("lower", "upper", "items", "levels"),
    [
        (SURFACE, UNLIMITED, "F) SFC G) UNL", "000/999"),
        (
            Altitude("FL", 50 * FLIGHT_LEVEL + 1),
            Altitude("FL", 50 * FLIGHT_LEVEL + 1),
            "F) FL050 G) FL051",
            "050/051",
        ),
        (
            Altitude("MSL", 100 * METRE),
            Altitude("ALT", 450 * METRE),
            "F) 328FT AMSL G) 1477FT AMSL",
            "003/015",
        ),
        (Altitude("AGL", 100 * METRE), Altitude("AGL", 120 * METRE), "F) 328FT AGL G) 394FT AGL", "000/999"),
        (Altitude("FL", 0), Altitude("FL", 1200 * FLIGHT_LEVEL), "F) FL000 G) UNL", "000/999"),
        (Altitude("FL", 1100 * FLIGHT_LEVEL), UNLIMITED, "F) FL998 G) UNL", "998/999"),
        (SURFACE, SURFACE, "F) SFC G) SFC", "000/000"),
    ],
)
def test_levels_go_outwards(lower: Altitude, upper: Altitude, items: str, levels: str) -> None:
    text = draft(Volume(BOXED, lower, upper, T0, T0 + HOUR))
    assert f"{items})" in text
    assert f"/W/{levels}/" in text


def test_pads_are_taken_in() -> None:
    pad = Pad(100 * METRE, 100 * METRE, 90_000)
    volume = Volume(
        Circle(BOX[0], METRE), Altitude("MSL", 1000 * METRE), Altitude("AGL", 1000 * METRE), T0, T0, None, pad
    )
    found = one(volume)
    assert isinstance(found.ground, Circle)
    assert found.ground.radius >= 101 * METRE
    assert found.lower.value <= 900 * METRE
    assert found.upper.value >= 1100 * METRE
    assert (found.start, found.end) == (T0 - 120_000, T0 + 120_000)
    low = one(Volume(Circle(BOX[0], METRE), Altitude("MSL", 50 * METRE), SURFACE, T0, T0, None, pad))
    assert low.lower == SURFACE
    assert low.upper.datum == "AGL"


def test_windows_make_one_schedule() -> None:
    day = 24 * HOUR
    starts = [T0 + k * day for k in range(4)]
    volumes = [Volume(BOXED, SURFACE, UNLIMITED, t, t + 20 * HOUR + (t == starts[2]) * day) for t in starts]
    text = draft(*volumes)
    assert text.count("NOTAMN") == 1
    assert "D) APR 06 0600-APR 07 0200" in text
    found = back(text)
    for volume in volumes:
        assert any(covers(f.start, f.end, volume) for f in found)


def covers(start: int | None, end: int | None, volume: Volume) -> bool:
    early = start is None or (volume.start is not None and start <= volume.start)
    return early and (end is None or (volume.end is not None and end >= volume.end))


def test_open_and_many_windows_are_notices_of_their_own() -> None:
    assert "B) WIE C) PERM" in draft(Volume(BOXED))
    assert back(draft(Volume(BOXED)))[0].start is None
    day = 24 * HOUR
    many = [Volume(BOXED, SURFACE, UNLIMITED, T0 + k * day, T0 + k * day + HOUR) for k in range(60)]
    assert draft(*many).count("NOTAMN") == 2
    far = [Volume(BOXED, SURFACE, UNLIMITED, T0 + k * 400 * day, T0 + k * 400 * day + HOUR) for k in range(3)]
    assert draft(*far).count("NOTAMN") == 3


@pytest.mark.parametrize(
    "volume",
    [
        Volume(BOXED, SURFACE, Altitude("HAE", METRE), T0, T0),
        Volume(BOXED, Altitude("MSL", -METRE), UNLIMITED, T0, T0),
        Volume(BOXED, SURFACE, UNLIMITED, T0, T0, Frequencies(1, 2)),
        Volume(BOXED, SURFACE, UNLIMITED, 0, T0),
        Volume(
            Polygon((tuple((k * DEGREE // 100, k * k * 100) for k in range(300)),)),
            SURFACE,
            UNLIMITED,
            T0,
            T0,
        ),
    ],
)
def test_what_notices_have_no_words_for(volume: Volume) -> None:
    with pytest.raises(Invalid) as caught:
        draft(volume)
    assert (caught.value.code, caught.value.path) == ("notam.cannot_say", "secret")


def test_areas_that_rounding_undoes_are_circles() -> None:
    tiny = Polygon((((0, 0), (0, 5), (5, 5)),))
    assert isinstance(one(Volume(tiny, SURFACE, UNLIMITED, T0, T0)).ground, Circle)
    speck = Corridor(((0, 0), (0, 5)), METRE)
    assert isinstance(one(Volume(speck, SURFACE, UNLIMITED, T0, T0)).ground, Circle)
    with pytest.raises(Invalid):
        said.q_circle(Polygon((((0, 0), (1200_000_000, 0), (600_000_000, 800_000_000)),)), 0, "x")


def test_holes_are_told() -> None:
    hole = ((300_200_000, 300_800_000), (300_300_000, 300_900_000), (300_300_000, 300_800_000))
    plan = Plan("A", "p", (Volume(Polygon((BOX, hole)), SURFACE, UNLIMITED, T0, T0),))
    text, notes = write.write([plan])
    assert any(note.startswith(said.HOLES) for note in notes)
    assert isinstance(back(text.decode())[0].ground, Polygon)


def test_a_huge_area_has_the_whole_region_in_its_q_line() -> None:
    text = draft(Volume(Circle((0, 0), 1_500 * NAUTICAL_MILE), SURFACE, UNLIMITED, T0, T0))
    assert "0000N00000E999" in text
    assert "2778KM" in text


# --- round trips -----------------------------------------------------------------------------------------

NEAR = st.tuples(st.integers(-5 * 10**6, 5 * 10**6), st.integers(-5 * 10**6, 5 * 10**6))
MIDDLE = st.tuples(st.integers(-1799, 1799), st.integers(-800, 800))


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    lon, lat = (c * DEGREE // 10 for c in draw(MIDDLE))

    def moved(p: tuple[int, int]) -> Point:
        x = lon + p[0]
        return (
            x - 360 * DEGREE if x > 180 * DEGREE else x + 360 * DEGREE if x < -180 * DEGREE else x
        ), lat + p[1]

    size = draw(st.integers(0, 20 * NAUTICAL_MILE))
    kind = draw(st.sampled_from(["circle", "corridor", "polygon"]))
    slack = draw(st.sampled_from([0, 80]))
    if kind == "circle":
        return Circle((lon, lat), size, slack)
    edges: Edges = "lonlat" if draw(st.booleans()) else "geodesic"
    if kind == "corridor":
        points = [moved(p) for p in draw(st.lists(NEAR, min_size=2, max_size=6, unique=True))]
        if draw(st.booleans()):
            points.append(points[0])
            points += points[1:3]
        return Corridor(tuple(points), size, edges, slack)
    count = draw(st.integers(3, 8))
    reach = draw(st.lists(st.integers(10**5, 5 * 10**6), min_size=count, max_size=count))
    turns = np.arange(count) * 2 * np.pi / count
    star = [moved((round(r * np.cos(t)), round(r * np.sin(t)))) for r, t in zip(reach, turns, strict=True)]
    return Polygon((tuple(star),), edges, slack)


def samples(ground: Ground) -> list[tuple[float, float]]:
    """Points on the ground's edge, in degrees."""
    if isinstance(ground, Circle):
        lon, lat = ground.centre[0] / DEGREE, ground.centre[1] / DEGREE
        ends = [GEOD.fwd(lon, lat, turn, ground.radius / METRE)[:2] for turn in range(0, 360, 30)]
        return [(lon, lat), *((float(x), float(y)) for x, y in ends)]
    line = [*ground.rings[0], ground.rings[0][0]] if isinstance(ground, Polygon) else list(ground.points)
    found = []
    for (x1, y1), (x2, y2) in itertools.pairwise(line):
        wide = (x2 - x1 + 180 * DEGREE) % (360 * DEGREE) - 180 * DEGREE
        for share in (0.0, 0.45):
            if ground.edges == "lonlat":
                found.append(((x1 + wide * share) / DEGREE, (y1 + (y2 - y1) * share) / DEGREE))
            else:
                azimuth, _, length = GEOD.inv(x1 / DEGREE, y1 / DEGREE, x2 / DEGREE, y2 / DEGREE)
                x, y, _ = GEOD.fwd(x1 / DEGREE, y1 / DEGREE, azimuth, length * share)
                found.append((float(x), float(y)))
    return found


def missed(ground: Ground, pad: int, volumes: list[Volume]) -> float:
    """The furthest in metres that a sample of the ground with its pad lies outside all volumes read."""
    need = pad + (ground.half_width if isinstance(ground, Corridor) else 0)
    worst = 0.0
    for lon, lat in samples(ground):
        point = Circle((round(((lon + 180) % 360 - 180) * DEGREE), round(lat * DEGREE)), 0)
        best = float("inf")
        for volume in volumes:
            shapes = compile_shapes([point, volume.ground])
            if need and isinstance(volume.ground, Polygon):
                continue
            if isinstance(volume.ground, Polygon) and contains(shapes, 1, shapes.a[:1])[0]:
                best = 0.0
                break
            gap = gaps(shapes, np.array([0]), np.array([1]), np.array([1.0]))
            own = volume.ground.half_width if isinstance(volume.ground, Corridor) else 0
            own = volume.ground.radius if isinstance(volume.ground, Circle) else own
            # from the line or centre itself: its width must reach as far as is needed beyond the sample
            line = float(gap.lower[0]) - volume.pad.h / METRE + max(0, need - own) / METRE
            best = min(best, line)
        worst = max(worst, best)
    return worst


@given(grounds(), st.integers(0, 2000 * METRE))
@settings(max_examples=25)
def test_what_is_read_back_holds_the_ground(ground: Ground, pad: int) -> None:
    volume = Volume(ground, SURFACE, UNLIMITED, T0, T0 + HOUR, None, Pad(pad))
    text = draft(volume)
    found = back(text)
    assert missed(ground, pad, found) <= 0.02
    for line in re.findall(r"Q\) (.*)", text):
        circle = read_qline(line, "").circle()
        if circle is not None and text.count("NOTAMN") == 1:
            assert missed(ground, pad, [Volume(circle)]) <= 0


ALTITUDES = st.builds(
    Altitude, st.sampled_from(["FL", "MSL", "ALT", "AGL", "MSL/ALT"]), st.integers(0, 20_000 * METRE)
)


@given(
    ALTITUDES,
    st.integers(0, 5000 * METRE),
    st.integers(0, 10**10),
    st.integers(0, 10**9),
    st.integers(0, 10**6),
)
def test_what_is_read_back_holds_levels_and_times(
    lower: Altitude, higher: int, begin: int, length: int, pad: int
) -> None:
    upper = Altitude(lower.datum, lower.value + higher)
    volume = Volume(BOXED, lower, upper, T0 + begin, T0 + begin + length, None, Pad(0, 0, pad))
    (found,) = back(draft(volume))
    assert found.start is not None
    assert found.end is not None
    assert found.start <= T0 + begin - pad
    assert found.end >= T0 + begin + length + pad
    assert found.lower.value <= lower.value
    assert found.upper.value >= upper.value
    same = {"MSL": "MSL/ALT", "ALT": "MSL/ALT"}.get(lower.datum, lower.datum)
    assert {found.lower.datum, found.upper.datum} == {same}
    assert found.upper.value - upper.value <= 100 * FOOT


def test_real_notices_written_and_read_again(shared: Path) -> None:
    data = (shared / "data/notam/world_2026-W17.csv").read_bytes()
    plans = [filed.plan for filed in read.read_archive(data, OPTIONS).filed]
    text, _ = write.write(plans)
    again = read.read(text, OPTIONS)
    assert again.faults == ()
    assert len(again.filed) >= len(plans)
    assert text.decode().count(write.DRAFT) == len(again.filed)
