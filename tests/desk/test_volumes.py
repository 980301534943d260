"""Volumes in entries: each there and back exactly, and what a peer may write is checked as a file is."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings

from tests.formats import made_plans
from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE
from wideberth.space.volume import Frequencies, Pad, Volume

SQUARE = ((0, 0), (DEGREE, 0), (DEGREE, DEGREE), (0, DEGREE))
GROUNDS = (
    Circle((-180 * DEGREE, -90 * DEGREE), 5, 80),
    Corridor(((1, 2), (DEGREE, 3)), 10_000, "lonlat", 80),
    Polygon((SQUARE,), "geodesic"),
)


@settings(max_examples=150, deadline=None)
@given(made_plans.volumes())
def test_there_and_back(volume: Volume) -> None:
    data = canonical.write(volumes.write(volume), canonical.BODY)
    assert volumes.read(canonical.accept(data, canonical.BODY)) == volume


def test_several() -> None:
    some = tuple(
        Volume(each, Altitude("SFC"), Altitude("FL", 3_048_000), 1, 2, Frequencies(1, 2), Pad(1, 2, 3))
        for each in GROUNDS
    )
    assert volumes.read_all(volumes.write_all(some)) == some
    assert volumes.read(volumes.write(some[1])) == some[1]


def written(kind: int = 0) -> dict[str, Any]:
    made: dict[str, Any] = volumes.write(Volume(GROUNDS[kind], band=Frequencies(1, 2)))
    return copy.deepcopy(made)


@pytest.mark.parametrize(
    ("kind", "keys", "found", "code"),
    [
        (0, ("ground", "type"), "ellipse", "volume.entry"),
        (0, ("ground", "radius_dmm"), -1, "volume.entry"),
        (0, ("ground", "radius_dmm"), 1.5, "volume.entry"),
        (0, ("ground", "centre_e7"), [0], "volume.entry"),
        (0, ("ground", "centre_e7"), [0, 91 * DEGREE], "geometry.latitude"),
        (0, ("ground", "centre_e7"), [0, 181 * DEGREE], "volume.entry"),
        (0, ("ground", "centre_e7"), [True, 0], "volume.entry"),
        (0, ("ground", "slack_dmm"), None, "volume.entry"),
        (0, ("ground", "more"), 1, "volume.entry"),
        (0, ("ground",), 3, "volume.entry"),
        (0, ("lower", "datum"), "WGS", "volume.entry"),
        (0, ("lower", "value_dmm"), 5, "volume.entry"),
        (0, ("lower",), {"datum": "HAE", "value_dmm": 10**12}, "altitude.range"),
        (0, ("upper",), {"datum": "AGL", "value_dmm": -1}, "altitude.upside_down"),
        (0, ("start_ms",), "now", "volume.entry"),
        (0, ("end_ms",), 2**53 - 1, "time.range"),
        (0, ("band", "from_hz"), -1, "volume.entry"),
        (0, ("band", "from_hz"), 3, "frequency.backwards"),
        (0, ("pad", "h_dmm"), -1, "volume.entry"),
        (1, ("ground", "points_e7"), [[0, 0]], "geometry.too_few_points"),
        (1, ("ground", "points_e7"), "x", "volume.entry"),
        (1, ("ground", "edges"), "loxodrome", "volume.entry"),
        (2, ("ground", "rings_e7"), {}, "volume.entry"),
        (2, ("ground", "rings_e7"), [], "geometry.empty"),
        (2, ("ground", "rings_e7"), [[[0, 0], [9, 9], [9, 0], [0, 9]]], "geometry.self_intersection"),
    ],
)
def test_what_is_none_is_refused(kind: int, keys: tuple[str, ...], found: Any, code: str) -> None:
    value = written(kind)
    inside = value
    for key in keys[:-1]:
        inside = inside[key]
    inside[keys[-1]] = found
    with pytest.raises(Invalid) as caught:
        volumes.read(value)
    assert caught.value.code == code


@pytest.mark.parametrize("found", [[], {}, [written()] * (volumes.MOST + 1)])
def test_a_list_is_needed_and_has_an_end(found: Any) -> None:
    with pytest.raises(Invalid) as caught:
        volumes.read_all(found)
    assert caught.value.code == "volume.entry"
