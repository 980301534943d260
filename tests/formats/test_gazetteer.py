from __future__ import annotations

import importlib.util
import json
import zlib
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import gazetteer

ROOT = Path(__file__).parent.parent.parent
DATA = (files("wideberth.data") / "gazetteer.bin.z").read_bytes()


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_gazetteer", ROOT / "scripts" / "gazetteer.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_towns() -> None:
    towns = gazetteer.read(DATA)
    assert len(DATA) < 1_500_000
    assert len(towns.names) == len(towns.countries) == len(towns.lon) == len(towns.lat) == 69_472
    i = towns.names.index("Deir ez-Zor")
    assert towns.countries[i] == "SY"
    assert (towns.lat[i], towns.lon[i]) == pytest.approx((35.3359, 40.1408), abs=0.01)
    assert towns.population[i] > 100_000
    assert abs(towns.lat).max() <= 90 and abs(towns.lon).max() <= 180


def test_the_script_makes_the_same_bytes_from_any_order() -> None:
    city = {
        "countrycode": "SY",
        "latitude": 33.5102,
        "longitude": 36.29128,
        "name": "Damascus",
        "population": 1,
    }
    other = {**city, "name": " Ḩomş ", "latitude": -1.5, "population": 2_000_000}
    one = script().make(json.dumps({"1": city, "2": other}).encode())
    assert one == script().make(json.dumps({"9": other, "1": city}).encode())
    assert one[:4] == b"\x02\x00\x00\x00"
    assert one[4 : 4 + 8] == (-15000).to_bytes(4, "little", signed=True)[:1] + (335102).to_bytes(4, "little")[
        :1
    ] + (-15000).to_bytes(4, "little", signed=True)[1:2] + (335102).to_bytes(4, "little")[1:2] + bytes(
        [0xFF, 335102 >> 16, 0xFF, 0]
    )
    assert one.endswith("SYSYḨomş\nDamascus".encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"x", DATA[:1000], DATA + b"x", zlib.compress(b"other"), zlib.compress(b"\0" * (10 << 20))],
    ids=["empty", "no zlib", "cut", "longer", "other", "bomb"],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        gazetteer.read(data)
    assert caught.value.code == "gazetteer.hash"


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        gazetteer.read(data)


def test_the_licence_is_told() -> None:
    text = (files("wideberth.data") / "gazetteer.md").read_text(encoding="utf-8")
    assert "GeoNames" in text and "Attribution 4.0" in text
    assert "GeoNames" in gazetteer.ATTRIBUTION
