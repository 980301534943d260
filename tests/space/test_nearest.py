from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.formats import gazetteer
from wideberth.space.ellipsoid import GEOD
from wideberth.space.nearest import Towns, between, compass, named, nearest
from wideberth.space.notation import read_place


@pytest.fixture(scope="module")
def towns() -> Towns:
    return gazetteer.read((files("wideberth.data") / "gazetteer.bin.z").read_bytes())


@pytest.mark.parametrize(
    ("text", "name", "country", "metres", "way"),
    [
        ("33.51, 36.29", "Damascus", "SY", 123, "WSW"),
        ("35.25, 40.10", "Deir ez-Zor", "SY", 10_233, "SSW"),
        ("35.5, 35.6", "Latakia", "SY", 17_000, "WSW"),
        ("-33.44, -70.65", "Santiago", "CL", 1_800, "N"),
    ],
)
def test_known_towns(towns: Towns, text: str, name: str, country: str, metres: float, way: str) -> None:
    near = nearest(towns, read_place(text).point)
    assert (near.name, near.country) == (name, country)
    assert near.distance == pytest.approx(metres, rel=0.2)
    if name == "Deir ez-Zor":
        assert compass(near.bearing) == way


@settings(max_examples=20)
@given(st.integers(-1_800_000_000, 1_800_000_000), st.integers(-900_000_000, 900_000_000))
def test_no_town_is_nearer(towns: Towns, lon: int, lat: int) -> None:
    near = nearest(towns, (lon, lat))
    n = len(towns.names)
    all_of_them = GEOD.inv(towns.lon, towns.lat, np.full(n, lon / 1e7), np.full(n, lat / 1e7))[2]
    assert near.distance == pytest.approx(float(np.min(all_of_them)), abs=0.01)


def test_towns_by_name(towns: Towns) -> None:
    found = named(towns, ["damascus", "DEIR EZ-ZOR"], read_place("35.25, 40.10").point, 500_000)
    assert [each.name for each in found] == ["Deir ez-Zor", "Damascus"]
    assert named(towns, ["damascus"], read_place("35.25, 40.10").point, 1_000) == []


def test_bearings() -> None:
    assert between((0, 0), (0, 10_000_000)) == pytest.approx((110_574.4, 0), abs=0.1)
    assert between((0, 0), (-10_000_000, 0))[1] == pytest.approx(270)
    assert [compass(bearing) for bearing in (0, 11, 12, 45, 180, 350, 359.9)] == [
        "N",
        "N",
        "NNE",
        "NE",
        "S",
        "N",
        "N",
    ]
