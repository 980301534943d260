"""Airspace files as others publish them: what is read of them, and what a reader kept by others reads."""

from __future__ import annotations

import re
from pathlib import Path

import openair as oracle
import pytest
from openair.types import Airspace

from wideberth.formats import arc, registry
from wideberth.formats.openair import areas, shape
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import Plan
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Polygon
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE

CZECH = "openair_CZ_national_2026.txt"
GERMAN = "openair_DE_military_low_flying_2025.txt"


def take(shared: Path, file: str, name: str) -> Reading:
    data = (shared / "data" / "airspace" / file).read_bytes()
    known = registry.recognise(file, data)
    assert known.name == name
    assert known.read is not None
    return known.read(data, Options(file=file, as_of=0))


@pytest.fixture(scope="module")
def czech(shared: Path) -> Reading:
    return take(shared, CZECH, "openair")


@pytest.fixture(scope="module")
def theirs(shared: Path) -> dict[str, Airspace]:
    """What the oracle reads, area by area and without remarks: as a whole it refuses the file."""
    text = (shared / "data" / "airspace" / CZECH).read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="already defined"):
        oracle.parse_string(text)
    found: dict[str, Airspace] = {}
    for block in re.split(r"(?m)^(?=AC )", text):
        if "\nAN " in block:
            for area in oracle.parse_string(re.sub(r" *\*.*", "", block)):
                found[str(area["name"])] = area
    return found


def test_every_area_is_read_or_refused_with_its_place(czech: Reading, theirs: dict[str, Airspace]) -> None:
    assert len(czech.filed) == 269
    assert [(fault.code, fault.path) for fault in czech.faults] == [
        ("geometry.self_intersection", '"LKTRA96 TROUBKY 136.175" line 4534, line 4540')
    ]
    ours = {filed.plan.id.partition(" (2)")[0] for filed in czech.filed} | {"LKTRA96 TROUBKY 136.175"}
    assert {" ".join(name.split()) for name in theirs} <= ours
    assert sum(shape.CROSSES in note for note in czech.notes) == 1


def limit(found: object) -> Altitude:
    assert isinstance(found, dict)
    value = found.get("val", 0)
    match found["type"]:
        case "Gnd":
            return SURFACE
        case "Unlimited":
            return UNLIMITED
        case "FeetAgl":
            return Altitude("AGL", value * FOOT) if value else SURFACE
        case "FeetAmsl":
            return Altitude("MSL/ALT", value * FOOT)
    assert found["type"] == "FlightLevel"
    return Altitude("FL", value * 100 * FOOT)


def test_limits_and_shapes_agree_with_the_oracle(czech: Reading, theirs: dict[str, Airspace]) -> None:
    plans = {filed.plan.id: filed.plan for filed in czech.filed}
    compared = 0
    for name, area in theirs.items():
        plan = plans.get(" ".join(name.split()))
        if plan is None or f"{plan.id} (2)" in plans:
            continue
        volume = plan.volumes[0]
        assert (volume.lower, volume.upper) == (limit(area["lowerBound"]), limit(area["upperBound"]))
        _same_ground(plan, area)
        compared += 1
    assert compared > 250


def _same_ground(plan: Plan, area: Airspace) -> None:
    ground, geometry = plan.volumes[0].ground, area["geom"]
    if geometry["type"] == "Circle":
        assert isinstance(ground, Circle)
        assert ground.radius == pytest.approx(geometry["radius"] * NAUTICAL_MILE, abs=1_000)
        assert _close(ground.centre, geometry["centerpoint"]["lng"], geometry["centerpoint"]["lat"])
        return
    assert isinstance(ground, Polygon)
    ring = set(ground.rings[0])
    for segment in geometry["segments"]:
        if segment["type"] == "Point":
            # where a crossing was mended a vertex may be gone, but not further than the slack
            near = any(_close(point, segment["lng"], segment["lat"]) for point in ring)
            assert near or _within(ground, segment["lng"], segment["lat"])
        elif segment["type"] == "Arc":
            centre = segment["centerpoint"]["lng"], segment["centerpoint"]["lat"]
            radius = arc.distance(centre, (segment["start"]["lng"], segment["start"]["lat"]))
            on_it = [p for p in ring if abs(_away(centre, p) - radius) * METRE <= ground.slack + 10_000]
            assert len(on_it) > 2


def _close(point: tuple[int, int], lon: float, lat: float) -> bool:
    return max(abs(point[0] - lon * DEGREE), abs(point[1] - lat * DEGREE)) <= 2


def _away(centre: tuple[float, float], point: tuple[int, int]) -> float:
    return arc.distance(centre, (point[0] / DEGREE, point[1] / DEGREE))


def _within(ground: Polygon, lon: float, lat: float) -> bool:
    return min(_away((lon, lat), point) for point in ground.rings[0]) * METRE <= ground.slack


def test_a_file_with_a_centre_written_as_a_point(shared: Path) -> None:
    reading = take(shared, GERMAN, "openair")
    assert reading.faults == ()
    (filed,) = reading.filed
    assert (filed.plan.id, filed.plan.activity) == ("LFA7 - Bayern", "MTA")
    written, meant = filed.plan.volumes
    assert (written.lower, written.upper) == (Altitude("AGL", 250 * FOOT), Altitude("AGL", 1_500 * FOOT))
    assert isinstance(written.ground, Polygon)
    assert isinstance(meant.ground, Polygon)
    roth = (110_988_333, 492_180_000)
    assert roth in written.ground.rings[0]
    assert roth not in meant.ground.rings[0]
    told = "\n".join(reading.notes)
    assert shape.MISPLACED in told
    assert shape.DISTANCES in told
    assert areas.NOT_READ not in told
    (area,) = oracle.parse_string((shared / "data" / "airspace" / GERMAN).read_text(encoding="utf-8"))
    _same_ground(filed.plan, area)


def test_a_zone_of_ed269(shared: Path) -> None:
    reading = take(shared, "uas_zones_CH_ed269.json", "ed269")
    (filed,) = reading.filed
    assert (filed.plan.id, filed.plan.label, filed.plan.activity) == (
        "LSXX",
        "LSXX City Sample",
        "REQ_AUTHORISATION",
    )
    (volume,) = filed.plan.volumes
    assert isinstance(volume.ground, Polygon)
    assert volume.ground.rings[0][0] == (61_664_857, 462_170_245)
    assert (volume.lower, volume.upper, volume.start, volume.end) == (Altitude("AGL"), UNLIMITED, None, None)


def test_stacked_layers(shared: Path) -> None:
    reading = take(shared, "airspace_LFBOTMA.json", "traffic-airspace")
    assert [filed.plan.id for filed in reading.filed] == [
        "SIV TOULOUSE FL000-FL065",
        "SIV TOULOUSE FL065-FL115",
        "SIV TOULOUSE FL115-FL145",
    ]
    assert [filed.plan.volumes[0].upper.value // (100 * FOOT) for filed in reading.filed] == [65, 115, 145]


def test_an_outline(shared: Path) -> None:
    reading = take(shared, "fir_bluesky_LCCC.txt", "outline")
    (filed,) = reading.filed
    ground = filed.plan.volumes[0].ground
    assert isinstance(ground, Polygon)
    assert len(ground.rings[0]) == 152
    assert ground.rings[0][-1] == (339_833_336, 318_333_339)


@pytest.mark.parametrize("file", ["fir_vatspy_east_med.geojson", "fir_eurocontrol_2015_LL_LC.geojson"])
def test_other_geojson_is_left_to_its_reader(shared: Path, file: str) -> None:
    data = (shared / "data" / "airspace" / file).read_bytes()
    assert registry.recognise(file, data).name == "geojson"


def test_no_other_text_is_taken_for_airspace(shared: Path) -> None:
    texts = sorted((shared / "data" / "notam").rglob("*.txt"))
    assert texts
    for path in texts:
        try:
            found = registry.recognise(path.name, path.read_bytes()).name
        except Exception as error:  # noqa: BLE001 - no reader of this format here: refused
            assert "unknown_format" in getattr(error, "code", "")
        else:
            assert found not in ("openair", "outline")
