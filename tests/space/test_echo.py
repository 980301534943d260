from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.space.echo import NOTATIONS, echo, echoes
from wideberth.space.ellipsoid import GEOD
from wideberth.space.notation import read_place
from wideberth.space.place import Place

POINTS = st.tuples(st.integers(-1_799_999_999, 1_800_000_000), st.integers(-900_000_000, 900_000_000))


def test_known_answers() -> None:
    assert echoes(read_place("33.51, 36.29")) == {
        "decimal": "33.51, 36.29",
        "DM": "33°30.6'N 36°17.4'E",
        "DMS": "33°30'36\"N 36°17'24\"E",
        "compact": "333036N0361724E",
        "MGRS": "37SBT4811",
        "UTM": "UTM 37 north 248273 3711116",
        "GARS": "433LH47",
    }
    assert echoes(read_place("33°00'S 70°30'W"))["compact"] == "3300S07030W"
    assert "UTM" not in echoes(read_place("89.9N 10E"))
    assert echo(read_place("89.9N 10E"), "GARS") == "381QZ14"
    assert echo(read_place("90 180"), "GARS") == "001QZ"


@pytest.mark.parametrize(
    "text",
    ["37SBU9596", "37SBU", "37SBU9516697541", "430LX24", "430LX2", "430LX", "333036N0361530E", "3330N03615E",
     "33.51, 36.29", "33.5123456, 36.2912345", "33, 36", "33°30'36.5\"S 36°17'24.5\"W",
     "UTM 37 north 500000 3700000"],
)  # fmt: skip
def test_a_place_comes_back_as_it_was_written(text: str) -> None:
    place = read_place(text)
    name = {"430L": "GARS", "3330": "compact"}.get(text[:4], place.notation)
    assert text in (echo(place, notation) for notation in NOTATIONS if notation == name)


@given(POINTS, st.integers(80, 10**9), st.sampled_from(NOTATIONS))
def test_what_is_written_reads_back_within_the_doubts(
    point: tuple[int, int], doubt: int, notation: str
) -> None:
    place = Place(point, doubt, "decimal")
    text = echoes(place).get(notation)
    if text is None:
        assert notation == "UTM" and not -800_000_000 <= point[1] < 840_000_000
        return
    again = read_place(text)
    away = GEOD.inv(point[0] / 1e7, point[1] / 1e7, again.point[0] / 1e7, again.point[1] / 1e7)[2] * 10_000
    # GEOTRANS rounds to the metre before we cut digits
    assert away <= again.doubt + 15_000
    finest = {
        "decimal": 100,
        "DM": 250,
        "DMS": 300,
        "compact": 300,
        "MGRS": 8_000,
        "UTM": 8_000,
        "GARS": 10**9,
    }
    assert again.doubt <= max(doubt * 1.1 + 100, finest[notation]) or notation == "compact"
