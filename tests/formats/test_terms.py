"""Agreement terms: everything the sample shows, and one clear error for everything else."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.terms import Axis, parse_ground, parse_minimum, read
from wideberth.model.separation import PRESETS, Rule, choose
from wideberth.space.ground import Circle, Polygon
from wideberth.space.reference import Atmosphere, Qnh, Terrain
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE

SCHEMA = 'schema = "wideberth.terms/1"\n'
ROW = '[[separation]]\nbetween = ["a", "b"]\nrules = [{horizontal="3NM", vertical="0", time="any"}]\n'


def terms(text: str) -> bytes:
    return (SCHEMA + text).encode()


def test_the_sample_says_what_its_comments_say() -> None:
    found = read((files("wideberth.data") / "samples" / "terms.toml").read_bytes())
    assert found.title == "South Cyprus exercise area, trial terms"
    assert found.parties == ("Blue Heron", "Red Kite")
    assert found.ground == Terrain(0, 1_952 * METRE, "MSL", known=True)
    assert found.area == Circle((330_000_000, 344_000_000), 80 * NAUTICAL_MILE)
    assert found.qnh == Qnh(1013.0, found.area)
    assert found.atmosphere == Atmosphere()
    assert [place.name for place in found.places] == ["Limassol", "Akamas", "Cape Greco"]
    assert found.places[0].point == (330_444_000, 346_743_000)
    assert found.table.source == 'agreement "South Cyprus exercise area, trial terms"'
    crewed = choose(found.table, "crewed", "crewed").row.rules
    assert crewed == (Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 180_000),)
    assert choose(found.table, "escort", "crewed").row.rules == (Rule(10 * NAUTICAL_MILE, "any", 3_600_000),)
    assert choose(found.table, "drone", "drone").row.rules == PRESETS["drone"].rows[0].rules
    assert choose(found.table, "radar", "radar").row.rules[0].f == 1_000_000
    assert choose(found.table, "drone", "radar").fallback


def test_the_least_that_terms_can_say() -> None:
    found = read(terms(ROW))
    assert found.table.rows[0].rules == (Rule(3 * NAUTICAL_MILE, 0, "any"),)
    assert found.table.source == "agreement"
    assert (found.area, found.qnh, found.parties, found.places) == (None, None, (), ())
    assert not found.ground.known


def test_a_pair_is_unordered_and_everything_can_be_everyone() -> None:
    text = ROW.replace('["a", "b"]', '["b", "a"]') + ROW.replace('["a", "b"]', '["*", "*"]').replace(
        "3NM", "1NM"
    )
    found = read(terms(text))
    assert [row.between for row in found.table.rows] == [("a", "b"), ("*", "*")]
    assert choose(found.table, "x", "y").row.rules[0].h == NAUTICAL_MILE


def test_and_also_is_a_second_rule() -> None:
    text = (
        '[[separation]]\nbetween = ["a", "a"]\n'
        'rules = [{horizontal="3NM", vertical="3000ft", time="5min"},'
        ' {horizontal="1NM", vertical="any", time=0, frequency="0"}]\n'
    )
    assert read(terms(text)).table.rows[0].rules[1] == Rule(NAUTICAL_MILE, "any", 0, 0)


def test_area_as_a_polygon_and_a_qnh_of_its_own() -> None:
    text = (
        ROW + "[area]\npolygon = [[32, 34], [33, 34], [33, 35], [32, 34]]\n"
        '[qnh]\n[qnh.area]\ncircle = {lon = 32.5, lat = 34.2, radius = "10km"}\n'
        '[atmosphere]\npressure_hpa = [990, 1030]\nisa_deviation_c = [-5, 20.5]\naltimetry = "60m"\n'
    )
    found = read(terms(text))
    assert isinstance(found.area, Polygon) and found.area.edges == "lonlat"
    assert len(found.area.rings[0]) == 3
    assert found.qnh == Qnh(None, Circle((325_000_000, 342_000_000), 10_000 * METRE))
    assert found.atmosphere == Atmosphere(990.0, 1030.0, -5.0, 20.5, 60 * METRE)


def test_ground_above_the_ellipsoid() -> None:
    found = read(terms('ground = ["-430m", "3000ft", "HAE"]\n' + ROW))
    assert found.ground == Terrain(-430 * METRE, 3_000 * FOOT, "HAE", known=True)


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("", "separation.missing", "separation"),
        ("titel = 'x'\n" + ROW, "terms.unknown_key", "titel"),
        ("title = 5\n" + ROW, "terms.type", "title"),
        ("parties = 'us'\n" + ROW, "terms.type", "parties"),
        ("parties = ['us', 5]\n" + ROW, "terms.type", "parties[1]"),
        ("parties = ['us', 'us']\n" + ROW, "terms.repeated", "parties"),
        ("parties = ['']\n" + ROW, "text.empty", "parties[0]"),
        ("separation = 5\n", "terms.type", "separation"),
        ("separation = [5]\n", "terms.type", "separation[0]"),
        (ROW + ROW, "separation.repeated", "separation[1]"),
        (ROW.replace('["a", "b"]', '["a"]'), "separation.between", "separation[0].between"),
        (ROW.replace('["a", "b"]', '["a", "*"]'), "separation.between", "separation[0].between"),
        (ROW.replace('between = ["a", "b"]', ""), "separation.between", "separation[0].between"),
        (ROW + 'preset = "drone"\n', "separation.rules", "separation[0]"),
        (ROW.replace("rules =", "rule ="), "terms.unknown_key", "separation[0].rule"),
        ('[[separation]]\nbetween = ["a", "b"]\n', "separation.rules", "separation[0]"),
        ('[[separation]]\nbetween = ["a", "b"]\nrules = []\n', "separation.rules", "separation[0].rules"),
        (
            '[[separation]]\nbetween = ["a", "b"]\npreset = "jet"\n',
            "separation.preset",
            "separation[0].preset",
        ),
        (ROW.replace('time="any"', ""), "terms.malformed", ""),
        (ROW.replace(', time="any"', ""), "separation.missing", "separation[0].rules[0].time"),
        (ROW.replace("3NM", "3"), "length.malformed", "separation[0].rules[0].horizontal"),
        (ROW.replace('"3NM"', "3"), "separation.minimum", "separation[0].rules[0].horizontal"),
        (ROW.replace('"0"', "false"), "separation.minimum", "separation[0].rules[0].vertical"),
        (ROW.replace("3NM", "-3NM"), "separation.minimum", "separation[0].rules[0].horizontal"),
        (ROW.replace("3NM", "20001km"), "separation.minimum", "separation[0].rules[0].horizontal"),
        (ROW.replace("3NM", "3 parsec"), "length.unknown_unit", "separation[0].rules[0].horizontal"),
        (ROW.replace("any", "5 parsec"), "duration.unknown_unit", "separation[0].rules[0].time"),
        ("ground = ['1m']\n" + ROW, "terms.ground", "ground"),
        ("ground = [1, 2]\n" + ROW, "terms.ground", "ground"),
        ("ground = ['9m', '1m']\n" + ROW, "terms.ground", "ground"),
        ("ground = ['1m', '9m', 'FL']\n" + ROW, "terms.ground", "ground"),
        ("area = 5\n" + ROW, "terms.type", "area"),
        (ROW + "[area]\n", "terms.area", "area"),
        (ROW + "[area]\npolygon = 5\n", "terms.area", "area.polygon"),
        (ROW + "[area]\npolygon = [[1,2],[3,4],[5,5],[6,7]]\n", "geometry.open_ring", "area.polygon[0]"),
        (ROW + "[area]\nedges='rhumb'\npolygon = []\n", "terms.area", "area.edges"),
        (ROW + "[area]\ncircle = {lon=1, lat=2}\n", "terms.missing", "area.circle.radius"),
        (ROW + "[area]\ncircle = {lon=1, lat=92, radius='1km'}\n", "geometry.latitude", "area.circle"),
        (ROW + "[area]\ncircle = {lat=2, radius='1km'}\n", "geometry.not_a_number", "area.circle"),
        (ROW + "[qnh]\nhpa = 29.92\n", "terms.range", "qnh.hpa"),
        (ROW + "[qnh]\nhpa = nan\n", "terms.range", "qnh.hpa"),
        (ROW + "[qnh]\nhpa = true\n", "terms.type", "qnh.hpa"),
        (ROW + "[atmosphere]\npressure_hpa = [1040, 990]\n", "terms.range", "atmosphere.pressure_hpa"),
        (ROW + "[atmosphere]\npressure_hpa = 1013\n", "terms.type", "atmosphere.pressure_hpa"),
        (ROW + "[atmosphere]\naltimetry = '2km'\n", "terms.range", "atmosphere.altimetry"),
        (ROW + "[[places]]\nlon = 1\nlat = 2\n", "terms.missing", "places[0].name"),
        (ROW + "[[places]]\nname = 'x'\nlat = 2\n", "geometry.not_a_number", "places[0]"),
        ("schema = 'twice'\n", "terms.malformed", ""),
        ("a = " + "[" * 5_000, "terms.malformed", ""),
        ("a = " + "9" * 5_000, "terms.malformed", ""),
    ],
)
def test_whatever_is_wrong_is_told_with_its_place(text: str, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(terms(text))
    assert (caught.value.code, caught.value.path) == (code, path)


def test_another_schema_bytes_that_are_no_text_and_a_file_too_large() -> None:
    for data, code in (
        (b'schema = "wideberth.terms/2"', "terms.schema"),
        (ROW.encode(), "terms.schema"),
        (b"title = '\xff'", "terms.encoding"),
        (b"#" * (1 << 20) + b"#", "terms.too_large"),
    ):
        with pytest.raises(Invalid) as caught:
            read(data)
        assert caught.value.code == code


def test_the_path_of_the_file_stands_first() -> None:
    with pytest.raises(Invalid) as caught:
        read(terms("titel = 'x'"), "terms.toml")
    assert caught.value.path == "terms.toml.titel"


@pytest.mark.parametrize(
    ("text", "low", "high", "datum"),
    [
        ("400m..900m", 400 * METRE, 900 * METRE, "MSL"),
        ("-430m .. 1200m HAE", -430 * METRE, 1_200 * METRE, "HAE"),
        ("0.5m..2.5m MSL", 5_000, 25_000, "MSL"),
    ],
)
def test_ground_on_the_command_line(text: str, low: int, high: int, datum: str) -> None:
    found = parse_ground(text, "--ground")
    assert (found.low, found.high, found.datum, found.known) == (low, high, datum, True)


@pytest.mark.parametrize(
    "text", ["", "..", "400m", "400m..", "400m..900m AGL", "1..2", "900m..400m", "1m...2m"]
)
def test_ground_that_is_none(text: str) -> None:
    with pytest.raises(Invalid):
        parse_ground(text, "--ground")


@given(st.integers(0, 10**7), st.sampled_from(["m", "ft", "NM"]))
def test_a_minimum_is_read_exactly(value: int, unit: str) -> None:
    size = {"m": METRE, "ft": FOOT, "NM": NAUTICAL_MILE}[unit]
    if value * size <= 20_000_000 * METRE:
        assert parse_minimum("horizontal", f"{value}{unit}", "") == value * size


def test_a_minimum_off_the_grid_is_rounded_up() -> None:
    assert parse_minimum("horizontal", "0.00001m", "") == 1


@given(st.sampled_from(["horizontal", "vertical", "time", "frequency"]), st.text())
def test_any_text_is_a_minimum_or_invalid(axis: Axis, text: str) -> None:
    try:
        assert parse_minimum(axis, text, "x") == "any" or int(parse_minimum(axis, text, "x")) >= 0
    except Invalid as error:
        assert error.path == "x"


@given(st.text(alphabet='[]{}="\n,.#abschem0 '))
def test_any_document_is_terms_or_invalid(text: str) -> None:
    with pytest.raises(Invalid):
        read(terms(text.replace("schema", "")))


def test_a_place_may_be_a_region() -> None:
    ring = "[[35, 32], [43, 32], [43, 38], [35, 38], [35, 32]]"
    found = read(terms(ROW + f"[[places]]\nname = 'Syria'\narea = {{ polygon = {ring} }}\n"))
    (place,) = found.places
    assert place.point == (390_000_000, 350_000_000)
    assert place.area is not None
    text = ROW + f"[[places]]\nname = 'Syria'\nlon = 38\nlat = 35\narea = {{ polygon = {ring} }}\n"
    assert read(terms(text)).places[0].point == (380_000_000, 350_000_000)
