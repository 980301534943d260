from __future__ import annotations

import pytest

from wideberth.space.doubts import doubts
from wideberth.space.ground import Circle, Polygon
from wideberth.space.notation import read_place
from wideberth.space.stated import polygon
from wideberth.space.words import Named, disagreements, middle

SYRIA = polygon(
    [[(35.7, 35.9), (35.9, 34.6), (36.6, 34.2), (35.7, 32.7), (38.8, 33.4), (41.0, 34.4), (41.4, 36.5),
      (42.3, 37.2), (38.2, 36.9), (36.7, 36.8), (36.2, 35.9)]],
    "geodesic",
    closed=False,
)  # fmt: skip
BOX = polygon([[(35, 32), (43, 32), (43, 38), (35, 38)]], "geodesic", closed=False)
SOUTH = polygon([[(35, -38), (43, -38), (43, -32), (35, -32)]], "geodesic", closed=False)
ZOR = Named("Deir ez-Zor", (401_400_000, 353_400_000))
HOMS = Named("Homs", (367_100_000, 347_300_000))
NORTH = Named("Syria", middle(BOX), BOX)
ROUND = Named("the Ring", (367_100_000, 347_300_000), Circle((367_100_000, 347_300_000), 200_000_000))


def kinds(text: str, **held: object) -> list[str]:
    return [doubt.kind for doubt in doubts(read_place(text), **held)]  # type: ignore[arg-type] # by name


def test_deir_ez_zor_2016_the_place_told_was_9_km_wrong() -> None:
    told, meant = read_place("35.2700, 40.0500"), read_place("37SFV 0950 1080")
    (doubt,) = doubts(told, second=meant)
    assert doubt.kind == "apart"
    assert "the two places are" in doubt.text and " km apart" in doubt.text
    (doubt,) = doubts(told, words="3 km south of Deir ez-Zor", named=[ZOR])[:1]
    assert doubt.kind == "words"
    assert "11.3 km SW of Deir ez-Zor" in doubt.text
    (doubt,) = doubts(told, words="At Deir ez-Zor", named=[ZOR])
    assert "the words say at Deir ez-Zor" in doubt.text


def test_latakia_2018_northern_syria_for_a_place_in_the_west() -> None:
    (doubt,) = doubts(read_place("35.6000, 35.7900"), words="in northern Syria", named=[NORTH])
    assert doubt.kind == "words"
    assert doubt.text == "the words say the N of Syria, but the place is in its W"
    assert kinds("37.5000, 39.0000", words="northern Syria", named=[NORTH]) == []


def test_kandahar_2001_the_own_position_was_sent() -> None:
    assert kinds("31.6258, 65.7372", own=read_place("31.6260, 65.7370")) == ["own_position"]
    assert kinds("31.6358, 65.7372", own=read_place("31.6260, 65.7370")) == []


def test_nothing_is_doubted_without_reason() -> None:
    assert (
        kinds("35.2712, 40.0534", area=BOX, separation=50_000_000, own=read_place("33.5112, 36.2912")) == []
    )
    assert kinds("35.2712, 40.0534", second=read_place("35.2713, 40.0533")) == []
    assert kinds("35.2712, 40.0534", words="11 km south-west of Deir ez-Zor", named=[ZOR]) == []


def test_exchanged_axes_and_signs() -> None:
    assert kinds("40.0534, 35.2712", area=BOX) == ["outside", "swapped"]
    assert kinds("-35.2712, 40.0534", area=BOX) == ["outside", "sign"]
    assert kinds("35.2712, -40.0534", area=BOX) == ["outside", "sign"]
    assert kinds("-35.2712, -40.0534", area=BOX) == ["outside", "sign"]
    assert kinds("35.2712, 40.0534", area=SOUTH) == ["outside", "sign"]
    other = read_place("35.2713, 40.0533")
    assert kinds("40.0534, 35.2712", second=other) == ["swapped", "apart"]
    assert kinds("-35.2712, 40.0534", second=other) == ["sign", "apart"]
    assert kinds("35.2712, 140.0534", second=other) == ["apart"]
    assert kinds("36.0712, 36.0712", second=other) == ["apart"]


def test_the_edge_of_the_area() -> None:
    assert kinds("35.01, 35.001", area=BOX) == ["outside"]
    (doubt,) = doubts(read_place("35.01, 35.001"), area=BOX)
    assert "may lie outside" in doubt.text


def test_what_the_place_itself_says() -> None:
    assert kinds("0, 0") == ["zero"]
    assert kinds("33, 36") == ["whole_degree"]
    assert kinds("33.0001, 36") == []
    assert kinds("33.51, 36.29 unknown") == ["datum"]
    assert kinds("https://www.google.com/maps/@33.51,36.29,15z") == ["not_a_pin"]
    assert kinds("33.51, 36.29", separation=1_000_000) == ["coarse"]


@pytest.mark.parametrize(
    ("words", "text", "agree"),
    [
        ("north of Homs", "34.8345, 36.7134", True),
        ("north of Homs", "34.6345, 36.7134", False),
        ("to the NE of Homs", "34.8345, 36.8634", True),
        ("NNE of homs", "34.8345, 36.7434", True),
        ("NNE of Homs", "34.7345, 36.8634", False),
        ("North-West of Homs", "34.6345, 36.8634", False),
        ("north of Homs", "34.73, 36.71", True),
        ("12 km north of Homs", "34.8345, 36.7134", True),
        ("12 km north of Homs", "34.9345, 36.7134", False),
        ("12,5 km from the Ring", "34.8345, 36.7134", True),
        ("12 km from Homs", "34.8345, 36.7134", True),
        ("40 NM from Homs", "34.8345, 36.7134", False),
        ("near Homs", "34.7545, 36.7134", True),
        ("near Homs", "34.9545, 36.7134", False),
        ("in the Ring", "34.7545, 36.7134", True),
        ("in the Ring", "34.9745, 36.7134", False),
        ("northern Homs", "34.7545, 36.7134", True),
        ("northern Homs", "34.9545, 36.7134", False),
        ("southern part of Syria", "33.0345, 39.1134", True),
        ("southern Syria", "35.0345, 39.1134", False),
        ("north of Syria", "39.0345, 39.1134", True),
        ("northern Syria", "39.0345, 39.1134", False),
        ("eastern the Ring", "34.7345, 36.8134", True),
    ],
)
def test_words_against_geometry(words: str, text: str, agree: bool) -> None:
    ring = Named("Ring", ROUND.point, ROUND.area)
    found = disagreements(read_place(text), words, [HOMS, NORTH, ring])
    assert found is not None
    assert (found == []) == agree


def test_words_that_cannot_be_compared() -> None:
    assert kinds("34.8345, 36.7134", words="by the old mill", named=[HOMS]) == ["words_unchecked"]
    assert kinds("34.8345, 36.7134", words="north of Homsk", named=[HOMS]) == ["words_unchecked"]
    assert kinds("34.8345, 36.7134", words="Homs", named=[HOMS, Named(" ", (0, 0))]) == ["words_unchecked"]
    assert kinds("34.8345, 36.7134", words="  ", named=[HOMS]) == []


def test_a_region_across_180_degrees() -> None:
    area = polygon([[(170, -10), (-170, -10), (-170, 10), (170, 10)]], "geodesic", closed=False)
    assert isinstance(area, Polygon)
    assert middle(area) in ((1_800_000_000, 0), (-1_800_000_000, 0))
    region = Named("Pacific", middle(area), area)
    assert disagreements(read_place("0.1234, -172.1234"), "eastern Pacific", [region]) == []
    assert disagreements(read_place("0.1234, 172.1234"), "eastern Pacific", [region]) != []


def test_syria_as_it_is() -> None:
    region = Named("Syria", middle(SYRIA), SYRIA)
    assert kinds("35.4500, 35.9500", words="northern Syria", named=[region]) == ["words"]
    assert kinds("36.5500, 38.5000", words="northern Syria", named=[region]) == []
