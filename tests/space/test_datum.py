from __future__ import annotations

import pytest
from pyproj import Transformer

from wideberth.errors import Invalid
from wideberth.space.datum import SHIFTS, known_datum
from wideberth.space.ellipsoid import GEOD
from wideberth.space.notation import read_place
from wideberth.space.place import Place


def metres(one: Place, lon: float, lat: float) -> float:
    return float(GEOD.inv(one.point[0] / 1e7, one.point[1] / 1e7, lon, lat)[2])


@pytest.mark.parametrize(
    ("text", "name", "apart"),
    [
        ("33.5100000, 36.2900000 SK-42", "SK-42", (111, 130)),
        ("СК-42: 33.5100000, 36.2900000", "SK-42", (111, 130)),
        ("33.5100000, 36.2900000 (Pulkovo 1942)", "SK-42", (111, 130)),
        ("33.5100000, 36.2900000 datum ED50", "ED50", (111, 135)),
        ("55.7500000, 37.6200000 CK-95", "SK-95", (100, 135)),
        ("50.0000000, 10.0000000 European Datum 1950", "ED50", (100, 140)),
        ("39.0000000, 33.0000000 ED50", "ED50", (90, 135)),
    ],
)
def test_a_named_datum_is_converted(text: str, name: str, apart: tuple[int, int]) -> None:
    place = read_place(text)
    plain = read_place(text.translate({ord(c): None for c in "()"}).split(": ")[-1][:22])
    assert place.datum == name
    assert apart[0] < metres(place, plain.point[0] / 1e7, plain.point[1] / 1e7) < apart[1]
    assert place.doubt >= plain.doubt + 5 * 10_000
    assert place.notes and place.notes[0].startswith(f"converted from {name}")


@pytest.mark.parametrize(
    ("name", "code", "lon", "lat"),
    [
        ("SK-42", 15865, 37.6, 55.7),
        ("SK-95", 5043, 60.0, 60.0),
        ("ED50", 1133, 2.0, 48.0),
        ("ED50", 1784, 33.0, 39.0),
    ],
)
def test_conversions_are_those_of_epsg(name: str, code: int, lon: float, lat: float) -> None:
    x, y = Transformer.from_pipeline(f"EPSG:{code}").transform(lat, lon)[::-1]
    assert metres(read_place(f"{lat:.7f}, {lon:.7f}", datum=name), x, y) < 0.02


@pytest.mark.parametrize("code", [1267, 1291, 1807, 1334, 1679, 1290, 6899, 1254])
def test_other_transformations_of_sk42_are_within_the_doubt(code: int) -> None:
    transformer = Transformer.from_pipeline(f"EPSG:{code}")
    box = {1291: (67, 48), 1807: (48, 40), 1334: (25, 58.5), 1679: (24, 55), 1290: (24, 57), 6899: (25, 58.5)}
    lon, lat = box.get(code, (37.6, 55.7))
    y, x = transformer.transform(lat, lon)
    assert metres(read_place(f"{lat:.7f}, {lon:.7f} SK-42"), x, y) < SHIFTS["SK-42"][0].doubt / 10_000


def test_an_unknown_datum_adds_200_metres_and_is_told() -> None:
    for place in (
        read_place("33.5100000, 36.2900000", datum="unknown"),
        read_place("33.51, 36.29 datum unknown"),
    ):
        assert place.datum == "unknown"
        assert "200 m" in place.notes[0]
        assert place.doubt >= 2_000_000


def test_datums_that_agree_with_wgs84() -> None:
    for name in ("ETRS89", "NAD83", "PZ-90.11", "ITRF2014", "ПЗ-90"):
        place = read_place(f"33.5100000, 36.2900000 {name}")
        assert (place.point, place.datum) == ((362_900_000, 335_100_000), "as WGS84")
        assert place.doubt >= 50_000
    for name in ("WGS84", "WGS 84", "WGS-1984", "EPSG:4326"):
        assert read_place(f"33.51, 36.29 {name}") == read_place("33.51, 36.29")


def test_the_text_goes_before_the_option() -> None:
    assert read_place("33.51, 36.29 WGS84", datum="SK-42").datum == "WGS84"
    assert read_place("33.51, 36.29", datum="sk-42").datum == "SK-42"
    assert read_place("geo:33.51,36.29", datum="WGS84").datum == "WGS84"
    assert read_place("37SBU9596", datum="ED50").datum == "ED50"


@pytest.mark.parametrize("name", ["mars", "", "SK-42 x", "EPSG:28406", "WGS84 ED50"])
def test_datums_that_are_not_known(name: str) -> None:
    with pytest.raises(Invalid, match="SK-42"):
        known_datum(name)


def test_a_datum_holds_where_it_is_used() -> None:
    for text in ("-33.5, 151.2 ED50", "33.5, 36.3 SK-95"):
        with pytest.raises(Invalid) as caught:
            read_place(text)
        assert caught.value.code == "place.datum_area"


def test_links_are_on_wgs84() -> None:
    with pytest.raises(Invalid) as caught:
        read_place("geo:33.51,36.29", datum="SK-42")
    assert caught.value.code == "place.datum"
