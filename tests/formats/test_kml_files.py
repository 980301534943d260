"""Real KML files: each reads or gives one clear error, and reads once what is missing is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats import kml
from wideberth.formats.reading import Options
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.units import METRE

OPTIONS = Options(file="real.kml", as_of=0)
KML = "{http://www.opengis.net/kml/2.2}"
NOTAM = "kml/notam_areas_2026-W25.kml"
MSI = "navwarn/msi_2026-W29.kml"
ZURICH = "interuss/che__rid__zurich.kml"
SHELTERS = "humanitarian/jerusalem_public_shelters_2025.kml"


@pytest.mark.parametrize(
    ("file", "code", "path"),
    [
        (NOTAM, "geometry.no_radius", 'Placemark "A318/2026" line 380'),
        (
            MSI,
            "geometry.too_few_points",
            'Placemark "HYDROLANT 237/26(54)" line 123, Polygon line 134, rings[0]',
        ),
        (ZURICH, "geometry.no_half_width", 'Placemark "Train" line 327'),
        (SHELTERS, "geometry.no_radius", 'Placemark "678 (644)" line 12'),
    ],
)
def test_one_clear_error(shared: Path, file: str, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        kml.read((shared / "data" / file).read_bytes(), OPTIONS)
    assert (caught.value.code, caught.value.path) == (code, path)


def mended(data: bytes, keep: Callable[[etree._Element], bool] = lambda _: True) -> bytes:
    """The file with a measure on every point and line, without the Polygons that `keep` drops."""
    for shape, key in ((b"<Point>", b"radius_m"), (b"<LineString>", b"half_width_m")):
        measure = b'<ExtendedData><Data name="' + key + b'"><value>100</value></Data></ExtendedData>'
        data = data.replace(shape, measure + shape)
    root = etree.fromstring(data)
    for area in list(root.iter(f"{KML}Polygon")):
        parent = area.getparent()
        if not keep(area) and parent is not None:
            parent.remove(area)
    return etree.tostring(root)


def distinct(area: etree._Element) -> bool:
    """True where the outer ring has three different positions: some warnings draw points as areas."""
    texts = [element.text or "" for element in area.iter(f"{KML}coordinates")]
    return len(set(texts[0].split())) >= 3


def test_shelters_read_once_they_have_a_radius(shared: Path) -> None:
    reading = kml.read(mended((shared / "data" / SHELTERS).read_bytes()), OPTIONS)
    assert len(reading.filed) == 185
    assert reading.filed[0].plan.id == "678 (644)"


def test_flights_over_zurich_read_with_the_heights_they_state(shared: Path) -> None:
    reading = kml.read(mended((shared / "data" / ZURICH).read_bytes()), OPTIONS)
    plans = {(f.plan.id, f.plan.label): f.plan.volumes[0] for f in reading.filed}
    assert len(plans) == 14
    takeoff = plans["real.kml#2", "alt: Takeoff"]  # absolute, 450 m at every vertex
    assert (takeoff.lower, takeoff.upper) == (Altitude("MSL", 450 * METRE), Altitude("MSL", 450 * METRE))
    high = plans["real.kml#3", "alt: High"]  # extruded, absolute, 570 m
    assert (high.lower, high.upper) == (SURFACE, Altitude("MSL", 570 * METRE))


def test_warnings_at_sea_read_without_the_points_drawn_as_areas(shared: Path) -> None:
    data = mended((shared / "data" / MSI).read_bytes(), distinct)
    root = etree.fromstring(data)
    for place in list(root.iter(f"{KML}Placemark")):
        parent = place.getparent()
        if not list(place.iter(f"{KML}Polygon")) and parent is not None:
            parent.remove(place)
    reading = kml.read(etree.tostring(root), OPTIONS)
    assert (len(reading.filed), sum(len(f.plan.volumes) for f in reading.filed)) == (16, 26)


def test_notam_areas_read_without_the_point_drawn_as_an_area(shared: Path) -> None:
    root = etree.fromstring(mended((shared / "data" / NOTAM).read_bytes(), distinct))
    bare = [p for p in root.iter(f"{KML}Placemark") if p.find(f"{KML}Polygon") is None]
    (empty,) = [p for p in bare if p.find(f"{KML}Point") is None]
    assert empty.findtext(f"{KML}name") == "A5879/2025"
    parent = empty.getparent()
    assert parent is not None
    parent.remove(empty)
    reading = kml.read(etree.tostring(root), OPTIONS)
    assert len(reading.filed) == 55
    assert reading.filed[0].plan.id == "A221/2014"
