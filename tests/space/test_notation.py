from __future__ import annotations

import csv
import io
import math
import time
from pathlib import Path

import mgrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Proj

from wideberth.errors import Invalid
from wideberth.space.ellipsoid import GEOD
from wideberth.space.notation import read_place
from wideberth.space.place import Place


def away(place: Place, lon: float, lat: float) -> float:
    """Metres."""
    return float(GEOD.inv(place.point[0] / 1e7, place.point[1] / 1e7, lon, lat)[2])


def degrees(place: Place) -> tuple[float, float]:
    return place.point[1] / 1e7, place.point[0] / 1e7


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("33.51, 36.29", "decimal"),
        ("33.51 36.29", "decimal"),
        ("33.51,36.29", "decimal"),
        ("(33.51, 36.29)", "decimal"),
        ("+33.51 +36.29", "decimal"),
        ("33,51; 36,29", "decimal"),
        ("33,51 36,29", "decimal"),
        ("33,51, 36,29", "decimal"),
        ("33,51N 36,29E", "decimal"),
        ("33.51N 36.29E", "decimal"),
        ("N33.51 E36.29", "decimal"),
        ("N 33.51, 36.29 E", "decimal"),
        ("36.29E 33.51N", "decimal"),
        ("36.29° E / 33.51° N", "decimal"),
        ("33.51° 36.29°", "decimal"),
        ("lat 33.51 lon 36.29", "decimal"),
        ("lon: 36.29, lat: 33.51", "decimal"),
        ("Latitude=33.51 Longitude=36.29", "decimal"),
        ("33.51 north 36.29 east", "decimal"),
        ("33.51 degrees N, 36.29 degrees E", "decimal"),
        ("٣٣٫٥١، ٣٦٫٢٩", "decimal"),
        ("٣٣٫٥١ شمالاً ٣٦٫٢٩ شرقاً", "decimal"),
        ("۳۳٫۵۱ ۳۶٫۲۹", "decimal"),
        ("ش 33.51 ق 36.29", "decimal"),
        ("33.51 ش 36.29 شرق", "decimal"),
        ("خط العرض 33.51 خط الطول 36.29", "decimal"),
        ("３３．５１，　３６．２９", "decimal"),
        ("\u200e33.51\u200f, \u206836.29\u2069", "decimal"),
        ("33.51 с.ш. 36.29 в.д.", "decimal"),
        ("33,51 северной широты, 36,29 восточной долготы", "decimal"),
        ("широта 33.51 долгота 36.29", "decimal"),
        ("33,51 пн.ш. 36,29 сх.д.", "decimal"),
        ("33.51° צפון 36.29° מזרח", "decimal"),
        ("33.51 Nord 36.29 Est", "decimal"),
        ("33.51 Nord, 36.29 Ost", "decimal"),
        ("33.51 Norte 36.29 Este", "decimal"),
        ("33°30.6'N 36°17.4'E", "DM"),
        ("33 30.6 N 36 17.4 E", "DM"),
        ("33-30.6N - 36-17.4E", "DM"),
        ("33°30'36\"N 36°17'24\"E", "DMS"),
        ("33°30′36″ N, 36°17′24″ E", "DMS"),
        ("33º30’36’’N 36º17’24’’E", "DMS"),
        ("33°30'36\" 36°17'24\"", "DMS"),
        ("N 33 30 36 E 36 17 24", "DMS"),
        ("33 30 36 36 17 24", "DMS"),
        ("33d30m36s N 36d17m24s E", "DMS"),
        ("33:30:36N 036:17:24E", "DMS"),
        ("33-30-36N 036-17-24E", "DMS"),
        ("33° 30' 36\" North, 36° 17' 24\" East", "DMS"),
        ("33 градуса 30 минут 36 секунд с. ш., 36 градусов 17 минут 24 секунды в. д.", "DMS"),
        ("333036N0361724E", "compact"),
        ("333036N 0361724E", "compact"),
        ("333036N-0361724E", "compact"),
        ("N333036 E0361724", "compact"),
        ("POINT(36.29 33.51)", "decimal"),
        ("+33.51+036.29/", "decimal"),
        ("+33.51+036.29+600/", "decimal"),
        ("geo:33.51,36.29", "map link"),
        ("geo:33.51,36.29,600;crs=wgs84", "map link"),
        ("geo:0,0?q=33.51,36.29(Clinic)", "map link"),
        ("https://www.google.com/maps/place/X/@33.5,36.2,15z/data=!3m1!8m2!3d33.51!4d36.29", "map link"),
        ("https://www.google.com/maps/search/33.51,+36.29?entry=tts", "map link"),
        ("https://maps.google.com/?q=33.51%2C36.29", "map link"),
        ("maps.google.com/maps?q=loc:33.51+36.29", "map link"),
        ("https://www.openstreetmap.org/?mlat=33.51&mlon=36.29#map=15/33.5/36.2", "map link"),
        ("https://maps.apple.com/?ll=33.51,36.29&q=Clinic", "map link"),
        ("https://yandex.ru/maps/?pt=36.29,33.51&z=12", "map link"),
        ("https://yandex.com/maps/?text=33.51%2C36.29", "map link"),
        ("https://waze.com/ul?ll=33.51,36.29&navigate=yes", "map link"),
    ],
)
def test_every_way_to_write_one_place(text: str, notation: str) -> None:
    place = read_place(text)
    assert degrees(place) == (33.51, 36.29)
    assert place.notation == notation
    assert place.notes == ()
    half = {"decimal": 0.005, "map link": 0.005, "DM": 0.05 / 60}.get(notation, 0.5 / 3600)
    far = away(place, 36.29 + half, 33.51 - half)
    assert far <= place.doubt / 10_000 < far * 1.02


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("-33.51 -36.29", -33.51, -36.29),
        ("−33.51, 36.29", -33.51, 36.29),
        ("33.51 -36.29", 33.51, -36.29),
        ("33.51S 36.29W", -33.51, -36.29),
        ("33.51 ю.ш. 36.29 з.д.", -33.51, -36.29),
        ("33.51 جنوب 36.29 غرب", -33.51, -36.29),
        ("33.51 דרום 36.29 מערב", -33.51, -36.29),
        ("33.51 Sud 36.29 O", -33.51, -36.29),
        ("33.51 Süd 36.29 O", -33.51, 36.29),
        ("33,36", 33.0, 36.0),
        ("0, 0", 0.0, 0.0),
        ("-33.51-036.29/", -33.51, -36.29),
        ("S42.5 W71.3", -42.5, -71.3),
        ("S42 W71", -42.0, -71.0),
        ("42S 71W", -42.0, -71.0),
        ("33d30m36s S 36d17m24s W", -33.51, -36.29),
        ("90 180", 90.0, 180.0),
    ],
)
def test_hemispheres(text: str, lat: float, lon: float) -> None:
    assert degrees(read_place(text)) == (lat, lon)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "place.unreadable"),
        ("S-42.5 W71.3", "place.unreadable"),
        ("33.51, 36.29 SK-42.5", "place.unreadable"),
        ("hello", "place.unreadable"),
        ("33.51", "place.unreadable"),
        ("33.51, 36.29, 600", "place.unreadable"),
        ("33.51 - 36.29", "place.unreadable"),
        ("33.5 30 N 36.2 30 E", "place.unreadable"),
        ('33° 36" N 36°E', "place.unreadable"),
        ("33' 36' ", "place.unreadable"),
        ("33-N 36-E", "place.unreadable"),
        ("°33 N °36 E", "place.unreadable"),
        ("1 2 3 4 5", "place.unreadable"),
        ("33,5 36", "place.ambiguous"),
        ("33,51,36,29", "place.ambiguous"),
        ("N 33.51 36.29 E", "place.ambiguous"),
        ("33.51N 36.29", "place.hemisphere"),
        ("33.51N, 36.29N", "place.hemisphere"),
        ("N33.51E, 36.29E", "place.hemisphere"),
        ("N33.51N, E36.29E", "place.hemisphere"),
        ("lat 33.51, 36.29", "place.hemisphere"),
        ("33.51 N 36.29 O", "place.hemisphere"),
        ("33.51 Nord 36.29 O", "place.hemisphere"),
        ("ش 33.51 ش 36.29", "place.hemisphere"),
        ("-33.51S 36.29E", "place.sign"),
        ("[36.29, 33.51]", "place.order"),
        ("99.5 36.29", "place.latitude"),
        ("36.29 190.1", "place.longitude"),
        ("33°61'N 36°E", "place.minutes"),
        ("33300N 0361530E", "place.digits"),
        ("33\u200b51, 36.29", "place.invisible"),
        ("\u202e33.51, 36.29", "place.invisible"),
        ("3" * 3000, "place.too_long"),
        ("500000 3700000", "place.gauss_kruger"),
        ("X=3712345 Y=7512345", "place.gauss_kruger"),
        ("7512345, 3712345", "place.gauss_kruger"),
        ("Gauss-Krüger 3712345 7512345", "place.gauss_kruger"),
        ("33.51, 36.29 NAD27", "place.datum"),
        ("33.51, 36.29 SK-42 ED50", "place.datum"),
        ("37SBU9596 SK-42", "place.datum"),
        ("430LX24 ED50", "place.datum"),
        ("33.51 36.29 SK-95", "place.datum_area"),
        ("37TBU9596", "place.mgrs"),
        ("31VEA0000", "place.mgrs"),
        ("37SBU959", "place.mgrs"),
        ("37SBU 95 961", "place.mgrs"),
        ("37SBU 9 5 9 6", "place.mgrs"),
        ("37SIU9596", "place.mgrs"),
        ("37SSU9596", "place.mgrs"),
        ("61SBU9596", "place.mgrs"),
        ("37OBU9596", "place.mgrs"),
        ("32XMH0000", "place.mgrs"),
        ("37WAS0000", "place.mgrs"),
        ("333051 361724", "place.gauss_kruger"),
        ("33 30 36 17.5N", "place.hemisphere"),
        ("33 30:36 17", "place.unreadable"),
        ("ZIA1234", "place.mgrs"),
        ("37S 500000 3700000", "place.utm"),
        ("37T 500000 3700000", "place.utm"),
        ("UTM 37 500000 3700000", "place.utm"),
        ("37N 50000 3700000", "place.utm"),
        ("37O 500000 3700000", "place.utm"),
        ("37 south 500000 100", "place.utm"),
        ("800LX24", "place.gars"),
        ("430QZ24\u00e9", "place.unreadable"),
        ("GW8V+2X Damascus", "place.plus_code"),
        ("8G5M8VQ2+X", "place.plus_code"),
        ("8G000000+22", "place.plus_code"),
        ("XG5M8VQ2+XX", "place.plus_code"),
        ("geo:33.51", "place.link"),
        ("geo:33.51,36.29;crs=nad27", "place.link"),
        ("geo:33.51,36.29;u=x", "place.link"),
        ("geo:0,0?q=Clinic", "place.link"),
        ("geo:1,2?q=33.51,36.29", "place.link_several"),
        ("https://maps.app.goo.gl/abc", "place.link"),
        ("https://example.org/?q=33.51,36.29", "place.link"),
        ("https://google.com.evil.example/maps?q=33.51,36.29", "place.link"),
        ("https://www.google.com/maps?hl=en", "place.link"),
        ("https://maps.google.com/?q=93.51,36.29", "place.latitude"),
        ("https://www.openstreetmap.org/?mlat=x&mlon=36.29", "place.link"),
        ("https://yandex.ru/maps/?pt=36.29,33.51~36.3,33.6", "place.link_several"),
        ("https://maps.google.com/?q=33.51,36.29&daddr=33.6,36.3", "place.link_several"),
    ],
)
def test_what_is_not_certain_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_place(text, "row 7")
    assert (caught.value.code, caught.value.path) == (code, "row 7")


@pytest.mark.parametrize(
    ("text", "lat", "lon", "doubt"),
    [
        ("37SBU9596", 35.190682, 36.753916, 707.8),
        ("37S BU 95 96", 35.190682, 36.753916, 707.8),
        ("MGRS: 37sbu 95166 97541", 35.199998, 36.749997, 0.73),
        ("37SBU", 34.761554, 36.268589, 70_765),
        ("32VKN0000", 60.329968, 3.572222, 710),
        ("ZAH1234", 89.669489, 160.083594, 712.2),
        ("UTM 37 north 500000 3700000", 33.439395, 39.0, 0.73),
        ("37N 500000 3700000", 33.439395, 39.0, 0.73),
        ("zone 37 north E 500000.0 N 3700000.0", 33.439395, 39.0, 0.1),
        ("37T 500000mE 4500000mN", 40.650857, 39.0, 0.73),
        ("37S 500000 8000000", -18.088709, 39.0, 0.73),
        ("37K 500000 8000000", -18.088709, 39.0, 0.73),
        ("006AG39", -86.958333, -177.291667, 4666),
        ("8FVC9G8F+6X", 47.365563, 8.524938, 8.418),
        ("7FG49QCJ+2VXGJ", 20.3701135, 2.7822354, 0.12),
        ("8F000000+", 40.0, 10.0, 1_436_083),
        ("https://www.google.com/maps/@33.51,36.29,15z", 33.51, 36.29, 4711),
        ("https://www.google.com/maps/@33.51,36.29,800m/data=x", 33.51, 36.29, 1528),
        ("https://www.openstreetmap.org/#map=15/33.51/36.29", 33.51, 36.29, 4711),
        ("https://yandex.ru/maps/?ll=36.29%2C33.51&z=15", 33.51, 36.29, 4711),
        ("https://bing.com/maps?cp=33.51~36.29", 33.51, 36.29, 5728),
        ("geo:33.51,36.29;u=35", 33.51, 36.29, 762.2),
    ],
)
def test_cells_and_their_doubt(text: str, lat: float, lon: float, doubt: float) -> None:
    place = read_place(text)
    assert degrees(place) == pytest.approx((lat, lon), abs=2e-6)
    assert place.doubt / 10_000 == pytest.approx(doubt, rel=0.005, abs=0.02)


def test_a_map_without_a_pin_is_told() -> None:
    assert "its middle was taken" in read_place("https://www.google.com/maps/@33.51,36.29,15z").notes[0]


LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@given(st.floats(-79.99, 83.99), st.floats(-180, 179.99), st.integers(0, 5))
def test_mgrs_agrees_with_geotrans(lat: float, lon: float, digits: int) -> None:
    text = mgrs.MGRS().toMGRS(lat, lon, MGRSPrecision=digits)
    place = read_place(text)
    assert away(place, lon, lat) <= place.doubt / 10_000 + 1.5  # GEOTRANS rounds at its edges
    if -1e-5 < lat < 0:
        return  # GEOTRANS rounds this over the equator, and does not read what it then writes
    y, x = mgrs.MGRS().toLatLon(text)
    assert away(place, x, y) < 0.05


@given(st.integers(1, 60), st.floats(-79.9, 83.9).map(lambda lat: round(lat, 7)), st.floats(-3, 3))
def test_utm_agrees_with_proj(zone: int, lat: float, off: float) -> None:
    lon = zone * 6 - 183 + off
    east, north = Proj(proj="utm", zone=zone, south=lat < 0, ellps="WGS84")(lon, lat)
    place = read_place(f"UTM {zone} {'north' if lat >= 0 else 'south'} {east:.2f} {north:.2f}")
    assert away(place, lon, lat) <= place.doubt / 10_000 < 0.03
    letter = "CDEFGHJKLMNPQRSTUVWX"[min(19, math.floor((lat + 80) / 8))]
    if letter != "S":
        assert read_place(f"{zone}{letter} {east:.2f} {north:.2f}").point == place.point


@given(st.integers(1, 720), st.integers(0, 359), st.integers(1, 4), st.integers(1, 9))
def test_gars_cells_nest(column: int, row: int, quarter: int, key: int) -> None:
    text = f"{column:03}{LETTERS[row // 24]}{LETTERS[row % 24]}"
    large, middle, small = (read_place(text + more) for more in ("", f"{quarter}", f"{quarter}{key}"))
    lon, lat = (column - 1) / 2 - 180 + 0.25, row / 2 - 90 + 0.25
    assert away(large, lon, lat) < 0.02
    assert away(large, *reversed(degrees(middle))) < large.doubt / 10_000
    assert away(middle, *reversed(degrees(small))) < middle.doubt / 10_000
    assert (degrees(middle)[0] > lat) == (quarter <= 2)
    assert (degrees(small)[0] > degrees(middle)[0] + 0.01) == (key <= 3)


def test_positions_of_a_real_file(shared: Path) -> None:
    text = (shared / "data" / "cot" / "esri_testLL2MGRS.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 22
    for _, _, lon, lat in rows:
        place = read_place(f"{lat}, {lon}")
        assert away(place, float(lon), float(lat)) < 0.01
        assert place.doubt < 100
        reference = mgrs.MGRS().toMGRS(float(lat), float(lon))
        assert away(read_place(reference), float(lon), float(lat)) < 1.5


@given(st.text(max_size=60))
def test_anything_is_a_place_or_one_error(text: str) -> None:
    try:
        place = read_place(text)
    except Invalid as error:
        assert error.code.startswith("place.")
    else:
        assert abs(place.point[0]) <= 1_800_000_000 and abs(place.point[1]) <= 900_000_000


@given(
    st.lists(
        st.sampled_from(
            [
                *"0123456789NSEWOXYU°'\",.;:-+/ ()[]?=&#!@%~ش",
                "33",
                "36.5",
                " ",
                "SK-42",
                "geo:",
                "37SBU",
                "UTM",
            ]
        ),
        max_size=30,
    )
)
def test_anything_like_a_place_is_one_or_an_error(parts: list[str]) -> None:
    test_anything_is_a_place_or_one_error.hypothesis.inner_test("".join(parts))  # type: ignore[attr-defined] # added by hypothesis


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 900,
        "1," * 900,
        "(" * 1900,
        "33.51N " * 200,
        "https://" + "a." * 900,
        "geo:1,1" + ";a=" * 600,
        "https://www.google.com/maps/" + "!3d1!4d1" * 200,
        "%41" * 600,
        "37SBU" + "1 " * 900,
    ],
)
def test_long_texts_end_soon(text: str) -> None:
    began = time.process_time()
    try:
        read_place(text[:1990] + "?")
    except Invalid as error:
        assert error.code.startswith("place.")
    assert time.process_time() - began < 1
