"""Features that cannot be read, with --keep-good: the others are taken, and half a plan is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runs import AS_OF, plan, run, save
from wideberth.errors import Invalid
from wideberth.formats import geojson, kml
from wideberth.formats.reading import Options
from wideberth.space.ground import Circle, Corridor
from wideberth.space.units import METRE

GOOD = Options("f", 0, keep_good=True)


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def test_a_bad_feature_is_a_fault_and_the_others_are_read() -> None:
    data = collection(plan("A", "a"), plan("A", "b", lower="high"), {"type": "Nothing"}, plan("A", "c"))
    reading = geojson.read(data, GOOD)
    assert [one.plan.id for one in reading.filed] == ["a", "c"]
    assert [(fault.code, fault.path) for fault in reading.faults] == [
        ("geojson.type", "features[2].type"),
        ("altitude.malformed", "features[1].properties.lower"),
    ]
    with pytest.raises(Invalid, match="Feature"):
        geojson.read(data, Options("f", 0))


def test_half_a_plan_is_left_out_whole() -> None:
    for broken in (
        plan("A", "a", lower="high"),
        {"type": "Feature", "properties": {"plan": "a"}, "geometry": None},
    ):
        reading = geojson.read(collection(plan("A", "a"), broken, plan("A", "b")), GOOD)
        assert [one.plan.id for one in reading.filed] == ["b"]
        assert [fault.code for fault in reading.faults][-1] == "plan.incomplete"


def test_a_placemark_that_cannot_be_read_is_a_fault() -> None:
    point = "<Placemark><name>{}</name><Point><coordinates>{}</coordinates></Point></Placemark>"
    data = f"<kml><Document>{point.format('x', '33,34')}{point.format('y', '33')}</Document></kml>".encode()
    reading = kml.read(data, Options("f", 0, keep_good=True, radius=50 * METRE))
    assert [one.plan.id for one in reading.filed] == ["x"]
    assert [fault.code for fault in reading.faults] == ["kml.coordinates"]
    ground = reading.filed[0].plan.volumes[0].ground
    assert isinstance(ground, Circle) and ground.radius == 50 * METRE
    assert any("given the radius asked for, 50 m" in note for note in reading.notes)


def test_a_half_width_asked_for_is_given_to_lines() -> None:
    line = {"type": "LineString", "coordinates": [[33, 34], [34, 34]]}
    data = collection({"type": "Feature", "properties": {}, "geometry": line})
    reading = geojson.read(data, Options("f", 0, half_width=70 * METRE))
    ground = reading.filed[0].plan.volumes[0].ground
    assert isinstance(ground, Corridor) and ground.half_width == 70 * METRE
    with pytest.raises(Invalid, match="or --half-width for all"):
        geojson.read(data, Options("f", 0))


def test_check_takes_the_good_and_still_says_2(tmp_path: Path) -> None:
    ours = save(tmp_path / "a.geojson", plan("A", "a"), plan("A", "b", lower="high"))
    theirs = save(tmp_path / "b.geojson", plan("B", "b"))
    ran = run("check", ours, theirs, "--preset", "crewed", *AS_OF)
    assert (ran.code, "nothing was compared" in ran.out) == (2, True)
    ran = run("check", ours, theirs, "--preset", "crewed", "--keep-good", *AS_OF)
    assert ran.code == 2
    assert "1 conflict between 2 plans" in ran.out
    assert "features[1].properties.lower" in ran.out
    tail = "id,lat,lon\n1,34,33\n2,high,33\n3,34.5,33\n"
    (tmp_path / "list.csv").write_text(tail, encoding="utf-8")
    ran = run("check", str(tmp_path / "list.csv"), theirs, "--preset", "crewed", *AS_OF)
    assert "1 record cannot be read, so none is taken; --keep-good takes the other 2" in " ".join(
        ran.out.split()
    )
    ran = run("convert", ours, "--to", "native", "--keep-good", *AS_OF)
    assert ran.code == 2
    plans = ran.json["plans"]
    assert isinstance(plans, list) and len(plans) == 1


def test_the_radius_is_checked() -> None:
    for text in ("-5m", "6000km", "wide"):
        ran = run("convert", "x.geojson", "--to", "native", "--radius", text)
        assert (ran.code, "--radius" in ran.err) == (2, True)
