"""Plans of QGroundControl: simple and complex items, home, fence and rally points."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import mission, qgc_plan
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import METRE
from wideberth.space.volume import Volume

OPTIONS = Options(file="a/farm.plan", as_of=0, half_width=50 * METRE, vertical_tolerance=10 * METRE)


def item(command: int, *params: float | None, frame: int = 3, number: int = 1) -> dict[str, Any]:
    return {
        "type": "SimpleItem",
        "autoContinue": True,
        "command": command,
        "doJumpId": number,
        "frame": frame,
        "params": list(params),
    }


def waypoint(lat: float, lon: float, height: float | None, **more: int) -> dict[str, Any]:
    return item(16, 0, 0, 0, None, lat, lon, height, **more)


LAND = item(21, 0, 0, 0, None, 48.0, 24.0, 0)


def document(*items: dict[str, Any], home: object = (48.0, 24.0, 200.0), **more: Any) -> dict[str, Any]:
    task = {"cruiseSpeed": 15, "items": list(items), "plannedHomePosition": home, "vehicleType": 2}
    plan = {"fileType": "Plan", "groundStation": "QGroundControl", "mission": task, "version": 1}
    made: dict[str, Any] = json.loads(json.dumps({**plan, **more}))
    return made


def read(plan: dict[str, Any], options: Options = OPTIONS) -> Reading:
    return qgc_plan.read(json.dumps(plan).encode(), options)


def volumes(plan: dict[str, Any]) -> tuple[Volume, ...]:
    (filed,) = read(plan).filed
    assert len(filed.where) == len(filed.plan.volumes)
    return filed.plan.volumes


def refusal(plan: dict[str, Any]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(plan)
    return caught.value


def msl(metres: float) -> Altitude:
    return Altitude("MSL", round(metres * METRE))


def points(volume: Volume) -> tuple[tuple[int, int], ...]:
    assert isinstance(volume.ground, Corridor)
    return volume.ground.points


def told(reading: Reading, note: str) -> bool:
    return any(one.startswith(note) for one in reading.notes)


def test_a_simple_mission() -> None:
    reading = read(
        document(
            item(22, 15, 0, 0, None, 48.0, 24.0, 50),
            waypoint(48.01, 24.0, 50),
            item(206, 25, 0, 1, 0, 0, 0, 0, frame=2),
            waypoint(48.01, 24.02, 50),
            item(20, 0, 0, 0, 0, 0, 0, 0, frame=2),
        )
    )
    (filed,) = reading.filed
    start, cruise, back = filed.plan.volumes
    # a multirotor goes straight up, whatever the angle of take-off says
    assert start == Volume(Circle((240_000_000, 480_000_000), 50 * METRE), SURFACE, msl(260))
    assert points(cruise) == (
        (240_000_000, 480_000_000),
        (240_000_000, 480_100_000),
        (240_200_000, 480_100_000),
    )
    assert (cruise.lower, cruise.upper) == (msl(240), msl(260))
    assert points(back) == ((240_200_000, 480_100_000), (240_000_000, 480_000_000))
    assert (back.lower, back.upper) == (SURFACE, msl(310))
    assert (filed.plan.id, filed.plan.party) == ("farm.plan", "a/farm.plan")
    assert filed.where[1] == "mission.items[0]…mission.items[3]"


def test_the_executed_height_counts_not_the_shown_one() -> None:
    # height above terrain, which the program turned into one above sea level
    shown = {
        **waypoint(48.01, 24.0, 431.5, frame=0),
        "Altitude": 50,
        "AltitudeMode": 3,
        "AMSLAltAboveTerrain": 431.5,
    }
    assert volumes(document(shown, LAND))[0].upper == msl(441.5)
    lost = {**waypoint(48.01, 24.0, None, frame=0), "Altitude": 50, "AltitudeMode": 3}
    reading = read(document(lost, LAND))
    assert reading.filed[0].plan.volumes[0].upper == UNLIMITED
    assert told(reading, mission.NO_HEIGHT)


def test_a_fixed_wing_take_off_and_a_home_without_height() -> None:
    plan = document(
        item(22, 0, 0, 0, None, None, None, 50), waypoint(48.02, 24.0, 50), home=[48.0, 24.0, None]
    )
    plan["mission"]["vehicleType"] = 1
    reading = read(plan)
    first = reading.filed[0].plan.volumes[0]
    assert isinstance(first.ground, Corridor)
    assert first.ground.half_width == (50 + 500) * METRE
    assert (first.lower, first.upper) == (SURFACE, Altitude("AGL", 60 * METRE))
    assert told(reading, mission.SPREAD)
    assert told(reading, mission.NO_HOME_HEIGHT)
    assert told(read(document(waypoint(48.02, 24.0, 50), home=None)), mission.NO_HOME)


def test_surveys_and_corridor_scans_are_their_items() -> None:
    parts = [waypoint(48.01, 24 + k / 1000, 60, number=2 + k) for k in range(3)]
    survey: dict[str, Any] = {
        "type": "ComplexItem",
        "complexItemType": "survey",
        "polygon": [[48, 24], [48.1, 24], [48.1, 24.1]],
        "TransectStyleComplexItem": {"Items": parts, "version": 2},
    }
    for kind in ("survey", "CorridorScan"):
        made = volumes(document({**survey, "complexItemType": kind}, LAND))
        assert made == volumes(document(*parts, LAND))
        assert (240_020_000, 480_100_000) in points(made[1])
    nested = {**survey, "TransectStyleComplexItem": {"Items": [survey]}}
    assert refusal(document(nested)).code == "qgc.item"
    empty = {**survey, "TransectStyleComplexItem": {"Items": []}}
    error = refusal(document(empty))
    assert (error.code, error.path) == ("qgc.item", "mission.items[0].complexItemType")


def test_a_structure_scan_goes_around_at_its_distance() -> None:
    square = [[48.0, 24.0], [48.001, 24.0], [48.001, 24.0015], [48.0, 24.0015]]
    scan = {
        "type": "ComplexItem",
        "complexItemType": "StructureScan",
        "polygon": square,
        "EntranceAltitude": 80,
        "ScanBottomAlt": 5,
        "StructureHeight": 60,
        "Layers": 3,
        "CameraCalc": {"DistanceToSurface": 20},
    }
    made = volumes(document(scan, LAND))
    grounds = [v.ground for v in made]
    # at a right angle the way passes its corner at the distance times the square root of 2
    widths = {g.half_width / METRE for g in grounds if isinstance(g, Corridor)}
    assert max(widths) == pytest.approx(50 + 20 * 2**0.5, abs=0.01)
    assert made[0].lower == SURFACE
    assert max(v.upper.value for v in made) == msl(200 + 80 + 60 + 10).value
    assert any(v.lower == msl(200 + 5 - 10) for v in made)
    old = {**scan, "Altitude": 50, "altitudeRelative": False}
    del old["EntranceAltitude"], old["ScanBottomAlt"]
    assert max(v.upper.value for v in volumes(document(old, LAND))) == msl(120).value
    for key in ("StructureHeight", "CameraCalc"):
        assert refusal(document({**scan, key: None})).code == "qgc.type"
    assert refusal(document({**scan, "EntranceAltitude": None, "ScanBottomAlt": None})).code == "qgc.type"
    assert refusal(document({**scan, "CameraCalc": {}})).code == "qgc.type"
    assert refusal(document({**scan, "polygon": square[:2]})).code == "geometry.too_few_points"


def test_a_landing_pattern_circles_and_comes_down() -> None:
    pattern = {
        "type": "ComplexItem",
        "complexItemType": "fwLandingPattern",
        "altitudesAreRelative": True,
        "landCoordinate": [48.0, 24.0, 0],
        "landingApproachCoordinate": [48.01, 24.0, 40],
        "loiterRadius": 75,
    }
    made = volumes(document(waypoint(48.02, 24.0, 40), pattern))
    down = made[-1]
    assert points(down) == ((240_000_000, 480_100_000), (240_000_000, 480_000_000))
    assert isinstance(down.ground, Corridor)
    assert down.ground.half_width == 125 * METRE
    assert (down.lower, down.upper) == (SURFACE, msl(250))
    older = {
        **pattern,
        "loiterCoordinate": [48.01, 24.0, 240],
        "altitudesAreRelative": False,
    }
    del older["landingApproachCoordinate"]
    assert volumes(document(waypoint(48.02, 24.0, 240, frame=0), older))[-1].upper == msl(250)
    assert refusal(document({**pattern, "landCoordinate": None})).code == "mission.position"


def test_old_items_state_their_coordinate_apart() -> None:
    old = {
        "type": "missionItem",
        "id": 1,
        "command": 16,
        "frame": 3,
        "coordinate": [48.01, 24.0, 50],
        "param1": 0,
        "param2": 0,
        "param3": 0,
        "param4": 0,
    }
    plan = {"fileType": "Mission", "items": [old], "plannedHomePosition": {"coordinate": [48.0, 24.0, 200]}}
    assert volumes(plan) == volumes(document(waypoint(48.01, 24.0, 50)))
    short = {**item(16, 0, 0, 0, 0), "coordinate": [48.01, 24.0, 50]}
    assert volumes(document(short)) == volumes(document(waypoint(48.01, 24.0, 50)))


def test_rally_points_are_ways_home_too(monkeypatch: pytest.MonkeyPatch) -> None:
    rally = {"points": [[48.05, 24.05, 30]], "version": 2}
    reading = read(document(waypoint(48.01, 24.0, 50), rallyPoints=rally))
    ways = [points(v) for v in reading.filed[0].plan.volumes]
    assert ((240_000_000, 480_100_000), (240_500_000, 480_500_000)) in ways
    assert ((240_000_000, 480_100_000), (240_000_000, 480_000_000)) in ways
    assert told(reading, mission.RALLIED)
    monkeypatch.setattr(mission, "LEG_LIMIT", 1)
    assert refusal(document(waypoint(48.01, 24.0, 50), rallyPoints=rally)).code == "mission.too_many"
    half = {"points": [[48.05]]}
    assert refusal(document(waypoint(48.01, 24.0, 50), rallyPoints=half)).code == "mission.position"


FENCE: dict[str, Any] = {
    "version": 2,
    "polygons": [
        {"inclusion": True, "polygon": [[48.0, 24.0], [48.1, 24.0], [48.1, 24.2]]},
        {"inclusion": False, "polygon": [[48.0, 24.0], [48.1, 24.0], [48.1, 24.2]]},
    ],
    "circles": [
        {"inclusion": True, "circle": {"center": [48.5, 24.5], "radius": 150.25}},
        {"inclusion": False, "circle": {"center": [48.5, 24.5], "radius": 50}},
    ],
}


def test_a_fence_counts_where_there_is_no_mission() -> None:
    reading = read(document(geoFence=FENCE))
    area, round_ = reading.filed[0].plan.volumes
    assert isinstance(area.ground, Polygon)
    assert area.ground.rings == (
        ((240_000_000, 480_000_000), (240_000_000, 481_000_000), (242_000_000, 481_000_000)),
    )
    assert round_.ground == Circle((245_000_000, 485_000_000), 1_502_500)
    assert (area.lower, area.upper, area.start, area.end) == (SURFACE, UNLIMITED, None, None)
    assert told(reading, qgc_plan.ONLY_FENCE)
    assert told(reading, qgc_plan.EXCLUSION)
    assert told(read(document(waypoint(48.01, 24.0, 50), geoFence=FENCE)), qgc_plan.FENCE)
    assert not told(read(document(waypoint(48.01, 24.0, 50), geoFence={"circles": []})), qgc_plan.FENCE)
    assert refusal(document()).code == "mission.empty"
    bad = copy.deepcopy(FENCE)
    for radius in (None, -5, "5"):
        bad["circles"][0]["circle"]["radius"] = radius
        assert refusal(document(geoFence=bad)).code in ("qgc.type", "geometry.radius")
    bad["circles"][0]["circle"] = {"center": [48.5], "radius": 5}
    assert refusal(document(geoFence=bad)).code == "mission.position"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"type": "Item"}, "qgc.item", "mission.items[0].type"),
        ({"command": "16"}, "qgc.type", "mission.items[0].command"),
        ({"frame": None}, "qgc.type", "mission.items[0].frame"),
        ({"doJumpId": True}, "qgc.type", "mission.items[0].doJumpId"),
        ({"params": 5}, "qgc.type", "mission.items[0].params"),
        ({"params": [0, 0, 0, 0, "48", 24, 50]}, "qgc.type", "mission.items[0].params[4]"),
        ({"params": [0, 0, 0, 0, 98, 24, 50]}, "geometry.latitude", "mission.items[0]"),
        ({"type": "ComplexItem", "complexItemType": "orbit"}, "qgc.item", "mission.items[0].complexItemType"),
    ],
)
def test_what_is_refused(change: dict[str, Any], code: str, path: str) -> None:
    error = refusal(document({**waypoint(48.01, 24.0, 50), **change}))
    assert (error.code, error.path) == (code, path)


def test_other_documents_and_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal({"type": "FeatureCollection"}).code == "qgc.not_a_plan"
    with pytest.raises(Invalid) as caught:
        qgc_plan.read(b"[]", OPTIONS)
    assert caught.value.code == "qgc.not_a_plan"
    assert refusal({"fileType": "Plan", "mission": 5}).code == "qgc.type"
    monkeypatch.setattr(qgc_plan, "ITEM_LIMIT", 2)
    assert refusal(document(*[waypoint(48.01, 24.0, 50)] * 3)).code == "mission.too_many"


def test_the_format_is_known() -> None:
    data = json.dumps(document(LAND)).encode()
    for name in ("x.plan", "x.json", "x.mission"):
        assert recognise(name, data).read is qgc_plan.read


anything = st.recursive(
    st.sampled_from(
        [None, True, 0, 16, 48.01, 24.0, -1, 10**15, 1e300, "", "a", "SimpleItem", "StructureScan"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "circle"]), inner, max_size=2)
    ),
    max_leaves=5,
)
FULL = document(
    waypoint(48.01, 24.0, 50),
    {"type": "ComplexItem", "complexItemType": "survey", "TransectStyleComplexItem": {"Items": [LAND]}},
    geoFence=FENCE,
    rallyPoints={"points": [[48.05, 24.05, 30]]},
)


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _places(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            found += _places(inner, (*path, i))
    return found


@given(st.sampled_from(_places(FULL)[1:]), anything)
def test_anything_is_a_plan_or_one_error(place: tuple[str | int, ...], value: object) -> None:
    plan = copy.deepcopy(FULL)
    inner: Any = plan
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    try:
        assert read(plan).filed
    except Invalid as error:
        assert error.code.split(".")[0] in ("qgc", "mission", "geometry", "altitude", "json")
