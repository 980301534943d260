"""GeoJSON written and read again: the same plans, or ones that hold them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.formats.made_plans import grounds, plans
from wideberth.errors import Invalid
from wideberth.formats import geojson
from wideberth.formats.geojson import wound
from wideberth.formats.reading import Options
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Pad, Volume
from wideberth.space.within import within

OPTIONS = Options(file="a.geojson", as_of=0)


def listed_right(plan: Plan) -> Plan:
    """The plan with outer rings counter-clockwise and holes clockwise, as RFC 7946 wants them written."""
    made = []
    for volume in plan.volumes:
        ground = volume.ground
        if isinstance(ground, Polygon):
            rings = tuple(wound(ring, left=r == 0) for r, ring in enumerate(ground.rings))
            ground = structs.replace(ground, rings=rings)
        made.append(structs.replace(volume, ground=ground))
    return structs.replace(plan, volumes=tuple(made))


@settings(max_examples=100)
@given(
    st.lists(
        plans(grounds(edges="lonlat", slack=False)), min_size=1, max_size=3, unique_by=lambda plan: plan.key
    )
)
def test_round_trip(made: list[Plan]) -> None:
    data, notes = geojson.write(made)
    assert notes == ()
    reading = geojson.read(data, OPTIONS)
    assert [one.plan for one in reading.filed] == [listed_right(plan) for plan in made]
    # and what is read is written as it was
    assert geojson.write([one.plan for one in reading.filed]) == (data, ())


@settings(max_examples=60)
@given(plans(grounds(edges="geodesic")))
def test_what_is_converted_holds_the_original(made: Plan) -> None:
    data, notes = geojson.write([made])
    (one,) = geojson.read(data, OPTIONS).filed
    for before, after in zip(made.volumes, one.plan.volumes, strict=True):
        assert after.ground.slack == 0
        assert after.pad.h >= before.pad.h + before.ground.slack
        assert structs.replace(after, ground=before.ground, pad=before.pad) == before
    grown = any(v.ground.slack or not isinstance(v.ground, Circle) for v in made.volumes)
    assert bool(notes) == grown


def test_a_feature_as_it_is_written() -> None:
    volume = Volume(
        Polygon((((0, 0), (0, 12_345_678), (12_345_678, 0)),), "lonlat"),
        Altitude("MSL/ALT", 1000 * METRE),
        Altitude("FL", 100 * 100 * 3048),
        1_795_428_000_000,
    )
    data, notes = geojson.write([Plan("north", "p1", (volume,))])
    assert notes == ()
    assert data.endswith(b"\n]}\n")
    assert json.loads(data) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "party": "north",
                    "plan": "p1",
                    "state": "accepted",
                    "start": "2026-11-23T10:00:00.000Z",
                    "lower": {"value": 1000, "unit": "m", "datum": "MSL/ALT"},
                    "upper": {"value": 100, "unit": "FL", "datum": "FL"},
                },
                "geometry": {
                    "type": "Polygon",
                    # counter-clockwise and closed
                    "coordinates": [[[0, 0], [1.2345678, 0], [0, 1.2345678], [0, 0]]],
                },
            }
        ],
    }


def written(*grounds_: Circle | Corridor | Polygon) -> tuple[list[Any], tuple[str, ...]]:
    """The features of one plan with these grounds, and the notes."""
    data, notes = geojson.write(
        [Plan("north", "p1", tuple(Volume(ground, pad=Pad(5)) for ground in grounds_))]
    )
    return json.loads(data)["features"], notes


def test_slack_becomes_pad_and_is_told() -> None:
    (circle, exact), notes = written(Circle((1, 2), 7, slack=80), Circle((1, 2), 7))
    assert circle["properties"]["pad_m"] == 0.0085
    assert exact["properties"]["pad_m"] == 0.0005
    assert notes == (f"{geojson.SLACK} (plan p1 of north, volume 0)",)


def test_geodesic_edges_get_vertices_and_pad() -> None:
    long = Corridor(((0, 50 * DEGREE), (10 * DEGREE, 50 * DEGREE)), 100 * METRE, "geodesic")
    (line,), notes = written(long)
    assert len(line["geometry"]["coordinates"]) > 50
    assert max(lat for _, lat in line["geometry"]["coordinates"]) > 50.1  # the great circle bulges north
    assert 0.0005 < line["properties"]["pad_m"] < 1
    assert [note.split(" (")[0] for note in notes] == [geojson.GEODESIC, geojson.SLACK]
    area = Polygon((((0, 0), (5 * DEGREE, 40 * DEGREE), (10 * DEGREE, 0)),), "geodesic")
    data, _ = geojson.write([Plan("a", "b", (Volume(area),))])
    back = geojson.read(data, OPTIONS).filed[0].plan.volumes[0]
    inner = Polygon((((DEGREE, DEGREE), (5 * DEGREE, 39 * DEGREE), (9 * DEGREE, DEGREE)),), "geodesic")
    assert isinstance(back.ground, Polygon)
    assert within(inner, back.ground)


def test_rings_around_a_pole_stay_as_they_are() -> None:
    ring = tuple((lon * DEGREE, 85 * DEGREE) for lon in range(-180, 180, 30))
    for one in (ring, ring[::-1]):
        assert wound(one, left=True) == wound(one, left=False) == one
    data, _ = geojson.write([Plan("a", "b", (Volume(Polygon((ring,), "lonlat")),))])
    assert geojson.read(data, OPTIONS).filed[0].plan.volumes[0].ground == Polygon((ring,), "lonlat")


def test_rings_over_the_antimeridian_are_wound_by_their_short_edges() -> None:
    east = ((1_795_000_000, 0), (-1_795_000_000, 0), (-1_795_000_000, DEGREE), (1_795_000_000, DEGREE))
    assert wound(east, left=True) == east
    assert wound(east, left=False) == (east[0], *east[:0:-1])
    band = ((-180 * DEGREE, 0), (180 * DEGREE, 0), (180 * DEGREE, DEGREE), (-180 * DEGREE, DEGREE))
    assert wound(band, left=True) == band
    assert wound(band, left=False) == (band[0], *band[:0:-1])


def test_an_edge_that_needs_wrap_is_told() -> None:
    far = Corridor(((170 * DEGREE, 0), (-170 * DEGREE, 0)), METRE, "lonlat")
    data, notes = geojson.write([Plan("a", "b", (Volume(far),))])
    assert notes == (f"{geojson.WRAPPED} (plan b of a, volume 0)",)
    with pytest.raises(Invalid) as caught:
        geojson.read(data, OPTIONS)
    assert caught.value.code == "geometry.ambiguous_edge"
    back = geojson.read(data, Options(file="a", as_of=0, wrap=True)).filed[0].plan
    assert back.volumes[0].ground == far
    near = Corridor(((1_795_000_000, 0), (-170 * DEGREE, 0)), METRE, "lonlat")
    assert written(near)[1] == ()


def test_nothing_to_write() -> None:
    with pytest.raises(Invalid) as caught:
        geojson.write([])
    assert caught.value.code == "geojson.empty"
