from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runs import OURS, TERMS, run

TERMS_WITH_REGION = """\
schema = "wideberth.terms/1"
[area.circle]
lon = 39.0
lat = 35.0
radius = "400km"
[[separation]]
between = ["*", "*"]
preset = "crewed"
[[places]]
name = "Syria"
[places.area]
polygon = [[35.7, 32.3], [42.3, 32.3], [42.3, 37.3], [35.7, 37.3], [35.7, 32.3]]
[[places]]
name = "Old Mill"
lon = 40.14
lat = 35.34
"""


@pytest.fixture
def agreement(tmp_path: Path) -> str:
    (tmp_path / "terms.toml").write_text(TERMS_WITH_REGION, encoding="utf-8")
    return str(tmp_path / "terms.toml")


def test_two_notations_of_one_place() -> None:
    ran = run("place", "37SBU9596", "N 35°11'30\" E 36°45'")
    assert (ran.code, ran.err) == (0, "")
    for text in ("MGRS, ± 708 m", "351126N0364514E", "UTM 37 north 295500 3896500", "434LL41"):
        assert text in ran.out
    assert "6.5 km N (357°) of Ḩamāh, SY" in ran.out
    assert "distance  1 to 2: 373 m, bearing 287°" in ran.out
    assert "none known" in ran.out


def test_two_places_that_should_be_one() -> None:
    ran = run("place", "35.2700, 40.0500", "35.3400, 40.1000")
    assert ran.code == 1
    assert "place 2: the two places are 9.0 km apart" in ran.out
    assert run("place", "35.2700, 40.0500", "35.3400, 40.1000", "--different").code == 0


def test_words_own_position_and_separation(agreement: str) -> None:
    ran = run(
        *(
            "place",
            "35.25, 40.10",
            "--words",
            "3 km south of Deir ez-Zor, near the Old Mill",
            "--own",
            "35.25,40.1",
        ),
        *("--separation", "100m", "--agreement", agreement),
    )
    assert ran.code == 1
    assert "the words say 3 km from Deir ez-Zor, but the place is 10.2 km SSW" in ran.out
    assert "the place is 0 m from your own position" in ran.out
    assert "coarser than the separation of 100 m" in ran.out
    west = run("place", "35.6000, 35.7900", "--words", "in northern Syria", "--agreement", agreement)
    assert (west.code, "its W" in west.out) == (1, True)


def test_json(agreement: str) -> None:
    ran = run("place", "40.0534, 35.2712", "--agreement", agreement, "--json")
    assert ran.code == 1
    found = ran.json
    assert found["schema"] == "wideberth.place/1"
    assert "GeoNames" in str(found["credit"])
    places = found["places"]
    assert isinstance(places, list) and len(places) == 1
    place = places[0]
    assert (place["lat_deg"], place["lon_deg"], place["notation"]) == (40.0534, 35.2712, "decimal")
    assert [doubt["kind"] for doubt in place["doubts"]] == ["outside", "swapped"]
    two = run("place", "-35.25123 -40.10", "-35.25123 -40.10123", "--json").json
    assert two["between"] == [{"from": 0, "to": 1, "distance_m": 111.9, "bearing_deg": 270.0}]


def test_an_area_from_a_file(tmp_path: Path) -> None:
    ring = [[35, 32], [43, 32], [43, 38], [35, 38], [35, 32]]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "party": "A",
            "plan": "area",
            "start": None,
            "end": None,
            "lower": "SFC",
            "upper": "UNL",
        },
    }
    (tmp_path / "area.geojson").write_text(json.dumps(feature), encoding="utf-8")
    assert run("place", "35.0001, 40.0001", "--area", str(tmp_path / "area.geojson")).code == 0
    outside = run("place", "25.0001, 40.0001", "--area", str(tmp_path / "area.geojson"))
    assert (outside.code, "outside the agreed area" in outside.out) == (1, True)
    several = run("place", "25.0001, 40.0001", "--area", OURS)
    assert (several.code, "[place.area]" in several.err) == (2, True)
    assert run("place", "25.0001, 40.0001", "--area", TERMS).code == 2
    assert run("place", "25.0001, 40.0001", "--area", str(tmp_path / "none")).code == 2


def test_a_datum() -> None:
    ran = run("place", "33.5100000, 36.2900000", "--datum", "SK-42")
    assert (ran.code, "converted from SK-42 to WGS84, good to 50 m" in ran.out) == (0, True)
    assert run("place", "33.51, 36.29", "--datum", "unknown").code == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["33.51"], "place.unreadable"),
        (["X=3712345 Y=7512345"], "place.gauss_kruger"),
        (["33.51, 36.29", "--datum", "mars"], "place.datum"),
        (["33.51, 36.29", "--separation", "3"], "length.malformed"),
        (["33.51, 36.29"] * 21, "place.too_many"),
        (["33.51, 36.29", "--sepration"], "place.unreadable"),
    ],
)
def test_bad_input(arguments: list[str], code: str) -> None:
    ran = run("place", *arguments)
    assert (ran.code, f"[{code}]" in ran.err, ran.out) == (2, True, "")
