"""Headers in six languages, and what a header row is."""

from __future__ import annotations

import pytest

from wideberth.errors import Invalid
from wideberth.formats.lists import columns, csvtext, header


@pytest.mark.parametrize("language", columns.LANGUAGES)
def test_every_name_of_a_language_is_known_as_what_it_is(language: columns.Language) -> None:
    wrong = [
        (name, meaning, columns.meaning(name))
        for meaning, languages in columns.NAMES.items()
        for name in languages.get(language, ())
        if columns.meaning(name) != meaning
    ]
    assert wrong == []


@pytest.mark.parametrize("language", columns.LANGUAGES)
def test_the_main_columns_have_names_in_every_language(language: columns.Language) -> None:
    short = [m for m in columns.NAMES if language not in columns.NAMES[m]]
    assert set(short) <= {
        "state", "priority", "variant", "pad", "vertical_pad", "time_pad", "frequency_from", "frequency_to",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("LATITUDE", "lat"),
        ("Latitude (WGS84)", "lat"),
        ("  Long. ", "lon"),
        ("radius (m)", "radius"),
        ("Radius_km", "radius"),
        ("Name / الاسم", "name"),
        ("خط العَرْض", "lat"),
        ("إحداثيات", "coordinates"),
        ("Numéro", "id"),
        ("NUMERO", "id"),
        ("Населенный пункт", "admin"),
        ("№", "id"),
        ("lat/lon", "coordinates"),
        ("name / latitude", None),
        ("beds", None),
        ("", None),
    ],
)
def test_headers_as_people_write_them(text: str, meaning: str | None) -> None:
    assert columns.meaning(text) == meaning


def test_units_of_headers() -> None:
    assert [columns.unit(text) for text in ("radius (m)", "radius_km", "радиус, м", "radius")] == [
        "m", "km", "m", None,
    ]  # fmt: skip


def test_tags() -> None:
    assert columns.is_tag("#geo+lat") and columns.is_tag(" #adm1 +name ") and not columns.is_tag("#REF!")
    assert [columns.hxl(t) for t in ("#geo+lat", "#loc+v_x+name", "#affected")] == ["lat", "name", None]


def table(text: str) -> header.Table:
    return header.find(csvtext.read(text.encode()))


def test_titles_above_and_unknown_and_personal_columns_are_told() -> None:
    found = table("My list,,,\n\nname,lat,lon,beds,phone\nA,1,2,3,4\n")
    assert found.header == 3 and [row.number for row in found.rows] == [4]
    assert set(found.columns) == {"name", "lat", "lon"}
    assert found.notes == (
        "rows above the header are not read (1)",
        "columns that are not known are not read: beds",
        "columns of personal data are not read: phone",
    )


def test_tags_name_columns_that_their_headers_do_not() -> None:
    found = table("Site,Breite,Länge\n#loc+name,#geo+lat,#geo+lon\nA,33.5,36.2\n")
    assert {m: c.index for m, c in found.columns.items()} == {"name": 0, "lat": 1, "lon": 2}
    assert found.notes == ("HXL tags say what columns without a known header are (row 2)",)
    assert len(found.rows) == 1


def test_tags_alone_are_a_header() -> None:
    assert set(table("#loc+name,#geo+lat,#geo+lon\nA,33.5,36.2\n").columns) == {"name", "lat", "lon"}


def test_two_columns_for_one_place_are_refused_and_for_a_name_told() -> None:
    with pytest.raises(Invalid) as caught:
        table("lat,latitude,lon\n1,2,3\n")
    assert (caught.value.code, caught.value.path) == ("list.repeated_column", "row 1, column B")
    found = table("name,site name,lat,lon\nA,B,1,2\n")
    assert found.columns["name"].index == 0
    assert found.notes == ("of several columns for one thing the first is read, not: site name",)


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("a,b,33.5,36.2\n", "list.no_header", "row 1"),
        ("x,y1\n1,2\n", "list.no_header", "row 1"),
        ("\n\nid,name,address\n1,2,3\n", "list.no_place", "row 3"),
    ],
)
def test_no_header(text: str, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        table(text)
    assert (caught.value.code, caught.value.path) == (code, path)
