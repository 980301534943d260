"""Drafts of navigational warnings: public-safe, and read back they hold at least what was there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.made_plans import plans
from tests.space.geodesy import GEOD
from tests.space.test_flatten import edge_points
from wideberth.errors import Invalid
from wideberth.formats.format import Writing
from wideberth.formats.navwarn.read import read
from wideberth.formats.navwarn.write import AROUND, BANDS, DRAFT, EMPTY, HOLES, LEVELS, write
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time
from wideberth.model.plan import Plan
from wideberth.space.gap import gaps
from wideberth.space.geoid import Geoid
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE
from wideberth.space.volume import Frequencies, Pad, Volume

NOW = parse_time("2026-07-17T10:16:30Z")
START, END = parse_time("2026-07-20T22:45:30Z"), parse_time("2026-07-21T00:55:10Z")


@pytest.fixture(scope="module")
def writing(geoid: Geoid) -> Writing:
    return Writing(VerticalReference(geoid), NOW)


def drafted(writing: Writing, *volumes: Volume) -> tuple[str, tuple[str, ...]]:
    plan = Plan("PARTY", "NAME", volumes, "ACT", label="LABEL", callsign="CALL", note="NOTE")
    data, notes = write([plan], writing)
    return data.decode(), notes


def back(text: str) -> tuple[Volume, ...]:
    reading = read(text.encode(), Options(file="d.txt", as_of=NOW))
    assert reading.faults == ()
    return tuple(volume for filed in reading.filed for volume in filed.plan.volumes)


def holds(found: tuple[Volume, ...], ground: Ground, pad: int) -> bool:
    """Every point around the boundary of a ground, its pad away from it, is in one of the volumes."""
    bare = ground.half_width if isinstance(ground, Corridor) else 0
    points = edge_points(ground)
    points = points[:: max(1, len(points) // 40)]
    away = (bare + ground.slack + pad) / METRE
    bearings = np.tile(np.arange(0.0, 360.0, 45.0), len(points))
    x, y = np.repeat(points[:, 0], 8), np.repeat(points[:, 1], 8)
    lon, lat, _ = GEOD.fwd(x, y, bearings, np.full(len(x), away))
    grid = [circle(round((a + 180) % 360 - 180, 7), round(b, 7), 0) for a, b in zip(lon, lat, strict=True)]
    held = np.zeros(len(grid), dtype=bool)
    for volume in found:
        shapes = compile_shapes([volume.ground, *grid])
        shapes.radius[1:] = 0.0
        n = len(grid)
        lower = gaps(shapes, np.zeros(n, dtype=np.int64), np.arange(1, n + 1), np.full(n, 1e8)).lower
        held |= lower <= volume.pad.h / METRE + 0.05
    return bool(held.all())


def test_a_draft_says_place_and_time_and_nothing_else(writing: Writing) -> None:
    box = polygon([[(60.0, 25.0), (60.0, 26.0), (61.0, 26.0), (61.0, 25.0)]], "geodesic", closed=False)
    text, notes = drafted(writing, Volume(box, start=START, end=END))
    assert text == (
        f"{DRAFT}\n\n"
        "171016Z JUL 2026\n"
        "NAVIGATIONAL WARNING DRAFT 1/26.\n"
        "1. HAZARDOUS OPERATIONS 202245Z JUL 2026 TO 210056Z JUL 2026\n"
        "   IN AREA BOUND BY\n"
        "   25-00.00N 060-00.00E, 26-00.00N 060-00.00E,\n"
        "   26-00.00N 061-00.00E, 25-00.00N 061-00.00E.\n"
        "2. CANCEL THIS MSG 210156Z JUL 2026.\n"
    )
    assert notes == (f"{LEVELS} (NAME)",)
    (volume,) = back(text)
    assert volume.ground == box
    assert (volume.start, volume.end) == (START - 30_000, END + 50_000)


def test_nothing_of_the_party_is_in_a_draft(writing: Writing) -> None:
    text, notes = drafted(writing, Volume(Circle((0, 0), 1), band=Frequencies(1, 2)))
    assert not any(word in text for word in ("PARTY", "NAME", "ACT.", "LABEL", "CALL", "NOTE"))
    assert "WITHIN 0.01 MILES OF\n   00-00.00N 000-00.00E" in text
    assert f"{BANDS} (NAME)" in notes


def test_open_times(writing: Writing) -> None:
    spot = Circle((600_000_000, 250_000_000), NAUTICAL_MILE)
    for start, end in ((None, None), (START, None), (None, END)):
        text, _ = drafted(writing, Volume(spot, start=start, end=end))
        (volume,) = back(text)
        assert (volume.start is None) == (start is None)
        assert (volume.end is None) == (end is None)
        assert ("CANCEL THIS MSG" in text) == (end is not None)


def test_pads_become_margins(writing: Writing) -> None:
    box = polygon([[(60.0, 25.0), (60.0, 26.0), (61.0, 26.0), (61.0, 25.0)]], "geodesic", closed=False)
    text, _ = drafted(writing, Volume(box, start=START, end=END, pad=Pad(h=1_000 * METRE, t=3_600_000)))
    assert "WITHIN 0.54 MILES OF TRACKLINE JOINING" in text
    found = back(text)
    assert holds(found, box, 1_000 * METRE)
    assert not holds(found, box, 1_100 * METRE)
    assert {volume.start for volume in found} == {parse_time("2026-07-20T21:45:00Z")}


def test_shapes_that_no_list_can_say(writing: Writing) -> None:
    tiny = polygon([[(60.0, 25.0), (60.0, 25.00001), (60.00001, 25.00001)]], "geodesic", closed=False)
    round_line = [(60 + n / 3_000, 25.0) for n in range(2_000)]
    many = corridor(round_line, METRE, "geodesic")
    for ground in (tiny, many):
        text, notes = drafted(writing, Volume(ground))
        assert any(note.startswith(AROUND) for note in notes)
        found = back(text)
        assert isinstance(found[0].ground, Circle)
        assert holds(found, ground, 0)


def test_a_hole_is_written_full(writing: Writing) -> None:
    ring = [(60.0, 25.0), (60.0, 26.0), (61.0, 26.0), (61.0, 25.0)]
    hole = [(60.2, 25.2), (60.2, 25.4), (60.4, 25.4)]
    text, notes = drafted(writing, Volume(polygon([ring, hole], "geodesic", closed=False)))
    assert any(note.startswith(HOLES) for note in notes)
    (volume,) = back(text)
    assert isinstance(volume.ground, Polygon) and len(volume.ground.rings) == 1


def test_many_areas_and_many_times(writing: Writing) -> None:
    spots = [Circle((n * DEGREE, 0), NAUTICAL_MILE) for n in range(30)]
    text, _ = drafted(writing, *(Volume(spot, start=START, end=END) for spot in spots))
    assert text.count("NAVIGATIONAL WARNING DRAFT") == 2
    assert {volume.ground for volume in back(text)} == set(spots)
    times = [START + n * 86_400_000 for n in range(120)]
    text, _ = drafted(writing, *(Volume(spots[1], start=time, end=time + 3_600_000) for time in times))
    assert sorted({volume.start for volume in back(text) if volume.start}) == [
        time - 30_000 for time in times
    ]


def test_too_large_and_empty(writing: Writing) -> None:
    long = corridor([(lon / 10, 0.1 * (lon % 2)) for lon in range(-1700, 1700)], METRE, "lonlat")
    with pytest.raises(Invalid) as caught:
        drafted(writing, Volume(long))
    assert caught.value.code == "navwarn.too_large"
    _, notes = write([Plan("A", "none", ())], writing)
    assert notes == (f"{EMPTY} (none)",)


@given(plans(), st.data())
@settings(max_examples=25)
def test_what_is_read_back_holds_what_was_there(made: Plan, data: st.DataObject) -> None:
    volume = data.draw(st.sampled_from(made.volumes))
    start, end = data.draw(st.tuples(*[st.none() | st.integers(NOW - 10**10, NOW + 10**10)] * 2))
    if start is not None and end is not None and end < start:
        start, end = end, start
    pad = Pad(h=min(volume.pad.h, 10_000 * METRE), t=min(volume.pad.t, 10**9))
    one = Volume(volume.ground, start=start, end=end, pad=pad)
    try:
        text, _ = write([Plan("P", "x", (one,))], Writing(VERTICAL, NOW))
    except Invalid as error:
        assert error.code == "navwarn.too_large"
        return
    size = one.ground.radius if isinstance(one.ground, Circle) else getattr(one.ground, "half_width", 0)
    if size > 4_900_000 * METRE:
        return  # the sum with its pad may be more than a circle may have
    found = back(text.decode())
    for each in found:
        assert (each.lower.datum, each.upper.datum) == ("SFC", "UNL")
        assert each.start is None or (start is not None and each.start <= start - pad.t)
        assert each.end is None or (end is not None and each.end >= end + pad.t)
    if size < 2_000_000 * METRE:
        assert holds(found, one.ground, pad.h)


VERTICAL = VerticalReference(Geoid(np.zeros((721, 1440), dtype=np.int16)))
