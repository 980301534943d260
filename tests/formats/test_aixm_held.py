"""AIXM: parts that stand elsewhere, times that are not exact, arcs that begin alike."""

from __future__ import annotations

from tests.formats.test_aixm import (
    BAND,
    EPSG,
    airspace,
    component,
    contributor,
    drawn,
    fault_of,
    ground_of,
    linear,
    period,
    ring,
    state,
    string,
    surface,
    take,
    turned,
)
from wideberth.formats import arc
from wideberth.formats.aixm import gml
from wideberth.space.ground import Corridor, Polygon
from wideberth.space.units import DEGREE, METRE

AREA = drawn(surface(linear()))


def test_a_volume_by_reference_is_read_or_refused() -> None:
    held = '<a:theAirspaceVolume xlink:href="#{}"/>'
    named = AREA.replace("<a:AirspaceVolume>", '<a:AirspaceVolume gml:id="v">')
    inside = f"<a:AirspaceGeometryComponent>{held}</a:AirspaceGeometryComponent>"
    second = f"<a:geometryComponent>{inside}</a:geometryComponent>"
    reading = take(airspace(state(component(named), second.format("v"))))
    assert len(reading.filed[0].plan.volumes) == 2
    assert fault_of(airspace(state(component(AREA), second.format("w")))).code == "aixm.reference"
    far = '<a:geometryComponent xlink:href="#elsewhere"/>'
    assert fault_of(airspace(state(component(AREA), far))).code == "aixm.reference"


def test_an_airspace_drawn_from_one_that_draws_nothing_is_refused() -> None:
    empty = airspace(state(kind="TEMPDELTA"), name="empty")
    both = airspace(state(component(AREA), component(contributor("#id-empty"))), name="both")
    assert [fault.code for fault in take(empty, both).faults] == ["aixm.reference", "aixm.geometry"]


def test_patches_of_other_kinds_are_refused() -> None:
    more = surface(linear()).replace("</gml:patches>", "<gml:Triangle/></gml:patches>")
    assert fault_of(airspace(state(component(drawn(more))))).code == "aixm.geometry"


def test_an_end_after_the_time_that_is_stated_is_open() -> None:
    for which, at in (("begin", "before"), ("end", "after")):
        valid = period(end="2026-06-01T00:00:00Z").replace(
            f"<gml:{which}Position>", f'<gml:{which}Position indeterminatePosition="{at}">'
        )
        volume = take(airspace(state(component(AREA), valid=valid))).filed[0].plan.volumes[0]
        assert (volume.start is None, volume.end is None) == (which == "begin", which == "end")


def test_an_arc_that_begins_alike_either_way_is_told_by_its_end() -> None:
    """45 degrees are the same counted from north or from east; only one of the arcs ends at its neighbour."""
    centre = (10.0, 50.0)
    begin, end = (arc.swept(centre, 18_520.0, angle, 1.0).points[0] for angle in (45.0, 315.0))
    line = f"{end[1]} {end[0]} 49.9 9.9 49.9 10.1 {begin[1]} {begin[0]}"
    ground = ground_of(surface(ring(string(line), turned(45, 135))))
    assert isinstance(ground, Polygon)
    assert max(lat for _, lat in ground.rings[0]) / DEGREE > 50.16
    assert min(lat for _, lat in ground.rings[0]) / DEGREE > 49.89
    reading = take(airspace(state(component(drawn(surface(ring(string(line), turned(45, 135))))))))
    assert any(gml.TURNED in note for note in reading.notes)


def test_a_centreline_along_an_arc_holds_the_arc() -> None:
    curve = f'<a:Curve gml:id="c" {EPSG}><gml:segments>{turned(0, 90)}</gml:segments></a:Curve>'
    inside = f'{BAND}<a:width uom="M">100</a:width><a:centreline>{curve}</a:centreline>'
    volume = f"<a:AirspaceVolume>{inside}</a:AirspaceVolume>"
    (found,) = take(airspace(state(component(volume)))).filed[0].plan.volumes
    assert isinstance(found.ground, Corridor)
    assert found.ground.half_width == 50 * METRE
    assert found.ground.slack > METRE // 10
