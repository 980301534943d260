"""The map: what an account may see as shapes, the geometry that is drawn, places, and the party's own map."""

from __future__ import annotations

import gzip
import json
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.story import desks, test_watch, whole
from tests.web.reached import ROLES, Reached
from wideberth.formats import drawn, native
from wideberth.formats.times import to_rfc3339
from wideberth.model.hold import Area, Hold, Moment
from wideberth.model.plan import Plan
from wideberth.model.site import Listed
from wideberth.node import map_shapes
from wideberth.node.filings import Given
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume
from wideberth.web import basemap

SEES = {"observer", "officer", "planner", "releasing"}
MAP = "/v1/map"
TILES = "/v1/basemap.pmtiles"


def shapes(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["shapes"]
    return found


def filed(api: Reached, **more: Any) -> str:
    volume = desks.circle(34.1, 31.7, desks.START)
    plan = Plan("", "", (volume,), "survey", label="Survey", callsign="heron 1", **more)
    return api.node.desk.submit([Given(plan)])[0].plan


def test_own_plans_are_whole(api: Reached) -> None:
    plan = filed(api)
    [found] = shapes(api.ask("GET", MAP, "interpreter"))
    assert (found["id"], found["kind"], found["whose"], found["level"]) == (
        f"plan:{plan}:0",
        "plan",
        "ours",
        "full",
    )
    assert (found["label"], found["state"], found["href"]) == ("Survey", "accepted", f"#/plans/{plan}")
    assert found["start"] == to_rfc3339(desks.START)
    assert found["lower"] == {"value": 304.8, "unit": "m", "datum": "MSL"}
    area = shapely.geometry.shape(found["geometry"])
    assert area.is_valid
    assert area.contains(shapely.Point(34.1, 31.7))
    api.node.desk.state(plan, "ended")
    assert shapes(api.ask("GET", MAP, "officer")) == []


@pytest.mark.parametrize("level", ["full", "coarse"])
def test_what_was_told_is_as_it_was_told(api: Reached, level: str) -> None:
    desks.agree(api.two, desks.terms(api.two, {"*": level}))
    volume = desks.circle(34.1, 31.7, desks.START)
    api.two.other.desk.submit([desks.given(volume)])
    whole.settle(api.two)
    [found] = shapes(api.ask("GET", f"{MAP}?what=notice", "observer"))
    assert (found["whose"], found["level"]) == ("theirs", level)
    true = shapely.geometry.shape(drawn.geometry(volume.ground))
    area = shapely.geometry.shape(found["geometry"])
    assert area.buffer(1e-5).contains(true)
    assert (area.area > 3 * true.area) == (level == "coarse")


def test_a_case_whose_other_plan_is_not_shown_is_inferred(api: Reached) -> None:
    desks.agree(api.two, desks.terms(api.two, {"*": "full"}))
    api.two.other.desk.submit([desks.given(desks.circle(34.1, 31.7, desks.START))])
    whole.settle(api.two)
    filed(api)
    whole.settle(api.two)
    [case] = shapes(api.ask("GET", f"{MAP}?what=case", "observer"))
    assert (case["level"], case["whose"], case["geometry"]["type"]) == ("full", "both", "Point")
    assert case["start"] == to_rfc3339(desks.START)
    [view] = api.node.desk.cases()
    hidden = structs.replace(view, conflict=None)
    notices: dict[str, Any] = {}
    [inferred] = map_shapes.of_case(api.node, hidden, notices)
    assert (inferred.level, inferred.geometry["type"]) == ("inferred", "Polygon")
    gone = structs.replace(hidden, plan=None)
    assert list(map_shapes.of_case(api.node, gone, notices)) == []


def test_sites_and_alerts_are_for_whoever_may_read_lists(api: Reached) -> None:
    place = Volume(Circle((341_000_000, 317_000_000), 300 * METRE))
    row = Listed("h1", "site", "Hospital", (place,), "hospital", source="x")
    api.node.sites.edition("Health", [row], [])
    test_watch.agreed(api.two)
    test_watch.claims(api.two, api.node)
    test_watch.closing(api.two, api.node, seconds=6)
    for role in ROLES:
        answer = api.ask("GET", f"{MAP}?what=site,alert", role)
        found = {each["kind"] for each in shapes(answer)}
        if role in SEES:
            assert found == {"site", "alert"}
            assert answer.json()["missing"] == []
        else:
            assert found == set()
            assert answer.json()["missing"] == ["site", "alert"]
            assert b"HERON1" not in answer.content and b"Hospital" not in answer.content
    alerts = shapes(api.ask("GET", f"{MAP}?what=alert", "officer"))
    assert {each["state"] for each in alerts} <= {"closing", "unplanned"}
    assert all(each["geometry"]["type"] == "Point" for each in alerts)


def test_holds_with_an_area_are_on_it(api: Reached) -> None:
    desks.agree(api.two, desks.terms(api.two, {"*": "full"}))
    now = api.two.time.wall_ms
    area = Area(
        Circle((340_000_000, 317_000_000), 9_000 * METRE), Altitude("SFC", 0), Altitude("FL", 100 * 304_800)
    )
    parties = (api.node.party, api.two.other.party)
    api.node.room.holds.put(Hold("", parties, now, Moment(now + 3_600_000), None, area, "stand down"))
    api.node.room.holds.put(Hold("", parties, now, Moment(now + 3_600_000)))
    [found] = shapes(api.ask("GET", f"{MAP}?what=hold", "observer"))
    assert (found["label"], found["whose"], found["upper"]["datum"]) == ("stand down", "ours", "FL")


def test_it_is_of_an_earlier_moment_too(api: Reached) -> None:
    before = to_rfc3339(api.two.time.wall_ms)
    api.two.time.pass_ms(1_000)
    filed(api)
    assert shapes(api.ask("GET", f"{MAP}?as_of={before}", "observer")) == []
    assert len(shapes(api.ask("GET", MAP, "observer"))) == 1


def test_what_has_been_over_for_a_day_is_not_on_it(api: Reached) -> None:
    filed(api)
    api.two.time.pass_ms(desks.START - api.two.time.wall_ms + desks.HOUR_MS + map_shapes.KEEP_MS - 1)
    assert len(shapes(api.ask("GET", MAP, "observer"))) == 1
    api.two.time.pass_ms(1)
    assert shapes(api.ask("GET", MAP, "observer")) == []


def test_too_many_are_refused_and_never_cut(api: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_shapes, "MOST", 1)
    filed(api)
    assert len(shapes(api.ask("GET", MAP, "observer"))) == 1
    filed(api)
    assert api.code("GET", MAP, "observer") == (409, "map.too_many")


def test_what_is_left_out_is_not_counted(api: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    filed(api)
    api.two.time.pass_ms(desks.START - api.two.time.wall_ms + desks.HOUR_MS + map_shapes.KEEP_MS)
    monkeypatch.setattr(map_shapes, "MOST", 0)
    assert shapes(api.ask("GET", MAP, "observer")) == []


def test_what_is_no_question_is_refused(api: Reached) -> None:
    for asked in ("what=", "what=plan,", "what=track", "level=full"):
        assert api.code("GET", f"{MAP}?{asked}", "observer") == (400, "api.query")


def test_volumes_are_drawn_one_each(api: Reached) -> None:
    some = [
        desks.circle(34.1, 31.7, desks.START),
        Volume(Corridor(((340_000_000, 310_000_000), (341_000_000, 311_000_000)), 500 * METRE)),
    ]
    documents = [native.volume_to_json(each) for each in some]
    answer = api.ask("POST", "/v1/shapes", "interpreter", json={"volumes": documents})
    assert answer.status_code == 200, answer.text
    first, second = answer.json()
    assert (first["start"], second["start"]) == (to_rfc3339(desks.START), None)
    assert first["geometry"] == drawn.geometry(some[0].ground)
    assert second["upper"] == {"value": 0, "unit": "m", "datum": "UNL"}
    assert api.code("POST", "/v1/shapes", "officer", json={"volumes": []}) == (400, "map.volumes")
    bad = [{**documents[0], "start": "tomorrow"}]
    assert (
        api.ask("POST", "/v1/shapes", "officer", json={"volumes": bad}).json()["path"] == "volumes[0].start"
    )


def test_a_place_is_read_in_any_notation(api: Reached) -> None:
    answer = api.ask("GET", "/v1/place?text=37SBU9596", "interpreter").json()
    assert set(answer["all"]) == {"decimal", "DM", "DMS", "compact", "MGRS", "UTM", "GARS"}
    assert answer["notation"] == "MGRS"
    assert "coarse" not in [each["kind"] for each in answer["doubts"]]
    for text in (answer["all"]["UTM"], answer["all"]["DMS"]):
        again = api.ask("GET", "/v1/place", "observer", params={"text": text}).json()
        assert abs(again["lat"] - answer["lat"]) < 0.02
    assert "zero" in [
        each["kind"] for each in api.ask("GET", "/v1/place?text=0,0", "observer").json()["doubts"]
    ]
    assert api.ask("GET", "/v1/place?text=nowhere", "observer").status_code == 400
    for asked in ("", "?text=", f"?text={'1' * 201}"):
        assert api.code("GET", f"/v1/place{asked}", "observer") == (400, "api.query")


# geometry

LON = st.integers(-180 * DEGREE, 180 * DEGREE)
LAT = st.integers(-89 * DEGREE, 89 * DEGREE)


@settings(deadline=None)
@given(LON, LAT, st.integers(1, 500_000), st.integers(0, 359))
def test_a_circle_that_is_drawn_holds_the_circle(lon: int, lat: int, radius_m: int, bearing: int) -> None:
    found = drawn.geometry(Circle((lon, lat), radius_m * METRE))
    [ring] = found["coordinates"]
    assert ring[0] == ring[-1]
    # no jump of longitude, however it lies: but along a pole
    steps = [abs(a[0] - b[0]) for a, b in pairwise(ring) if abs(a[1]) < 90 and abs(b[1]) < 90]
    assert all(each <= 180 for each in steps)
    if radius_m < 5 or radius_m > 200_000 or abs(lat) > 75 * DEGREE:
        return  # edges straight on the map are none on the ground there
    x, y, _ = GEOD.fwd(lon / DEGREE, lat / DEGREE, bearing, radius_m * 0.998)
    area = shapely.Polygon(ring)
    assert any(area.contains(shapely.Point(x + turn, y)) for turn in (-360, 0, 360))


def test_a_shape_over_180_degrees_is_one(api: Reached) -> None:
    del api
    ring = tuple((lon * DEGREE, lat * DEGREE) for lon, lat in ((179, 10), (-179, 10), (-179, 12), (179, 12)))
    found = shapely.geometry.shape(drawn.geometry(Polygon((ring,))))
    assert found.is_valid
    assert 3.9 < found.area < 4.1
    pole = drawn.geometry(Circle((0, 89 * DEGREE), 400_000 * METRE))["coordinates"][0]
    assert max(lat for _, lat in pole) == 90
    beyond = tuple(
        (lon * DEGREE // 10, lat * DEGREE // 10)
        for lon, lat in ((-1795, 105), (-1795, 115), (-1794, 115), (-1794, 105))
    )
    holed = shapely.geometry.shape(drawn.geometry(Polygon((ring, beyond))))
    assert holed.is_valid and 0.05 < found.area - holed.area < 0.15
    hole = tuple((lon * DEGREE, lat * DEGREE) for lon, lat in ((10, 10), (14, 10), (14, 14), (10, 14)))
    inner = tuple((lon * DEGREE, lat * DEGREE) for lon, lat in ((11, 11), (12, 11), (12, 12), (11, 12)))
    assert len(drawn.geometry(Polygon((hole, inner)))["coordinates"]) == 2


# the party's own map


def tiles(*, kind: int = 2, meta: bytes = b"{}", packed: bool = False, size: int = 600) -> bytes:
    """A PMTiles file: header, metadata, and bytes that stand for tiles."""
    if packed:
        meta = gzip.compress(meta)
    head = bytearray(127)
    head[:8] = b"PMTiles\x03"
    struct.pack_into("<QQQQQQQQ", head, 8, 127, 0, 127, len(meta), 0, 0, 127 + len(meta), size)
    head[97], head[98], head[99], head[100], head[101] = (2 if packed else 1), 1, kind, 0, 14
    struct.pack_into("<iiii", head, 102, 350_000_000, 320_000_000, 380_000_000, 370_000_000)
    return bytes(head) + meta + bytes(n % 251 for n in range(size))


def named(api: Reached, path: Path | str) -> None:
    api.node.settings = structs.replace(api.node.settings, basemap=str(path))


def test_the_own_map_is_described(api: Reached, tmp_path: Path) -> None:
    assert api.ask("GET", "/v1/basemap", "interpreter").json()["kind"] is None
    assert api.code("GET", TILES, "observer", headers={"range": "bytes=0-9"}) == (404, "basemap.none")
    file = tmp_path / "own.pmtiles"
    meta = {
        "attribution": '<a href="https://example.org">Us &amp; them</a>',
        "vector_layers": [{"id": "water"}, {"id": 7}, {"no": "id"}, {"id": "x y"}],
    }
    file.write_bytes(tiles(kind=1, meta=json.dumps(meta).encode(), packed=True))
    named(api, file)
    found = api.ask("GET", "/v1/basemap", "interpreter").json()
    assert (found["kind"], found["min_zoom"], found["max_zoom"]) == ("vector", 0, 14)
    assert found["bounds"] == [35.0, 32.0, 38.0, 37.0]
    assert found["layers"] == ["water"]
    assert "<" not in found["attribution"] and "Us" in found["attribution"]
    spoilt = bytearray(tiles(meta=b"{}" * 40, packed=True))
    spoilt[127 + 10 : 127 + 14] = b"\xff" * 4
    far = bytearray(tiles())
    far[24:32] = b"\xff" * 8
    plain = [tiles(meta=each) for each in (b"no json", b"[1]", b"[" * 90_000)]
    for data in (*plain, bytes(spoilt), bytes(far)):
        file.write_bytes(data)
        found = api.ask("GET", "/v1/basemap", "interpreter").json()
        assert (found["kind"], found["layers"]) == ("raster", [])


def test_what_is_no_map_is_said(api: Reached, tmp_path: Path) -> None:
    file = tmp_path / "own.pmtiles"
    named(api, file)
    found = api.ask("GET", "/v1/basemap", "observer").json()
    assert found["kind"] is None and found["why"]
    assert api.code("GET", TILES, "observer", headers={"range": "bytes=0-9"}) == (404, "basemap.none")
    for data in (b"", b"PMTiles\x02" + bytes(200), tiles(kind=9)):
        file.write_bytes(data)
        assert api.ask("GET", "/v1/basemap", "observer").json()["kind"] is None
        assert api.code("GET", TILES, "observer", headers={"range": "bytes=0-9"}) == (409, "basemap.format")


def test_ranges_of_it_are_given(api: Reached) -> None:
    data = tiles()
    (api.node.path / "own.pmtiles").write_bytes(data)
    named(api, "own.pmtiles")  # from the data directory
    for first, last in ((0, 0), (0, 126), (5, 400), (100, 10**9), (len(data) - 1, len(data))):
        answer = api.ask("GET", TILES, "interpreter", headers={"range": f"bytes={first}-{last}"})
        assert answer.status_code == 206
        assert answer.content == data[first : last + 1]
        end = min(last, len(data) - 1)
        assert answer.headers["content-range"] == f"bytes {first}-{end}/{len(data)}"
        assert answer.headers["cache-control"] == "no-store"
    wrong = (
        "",
        "bytes=-5",
        "bytes=5-",
        "bytes=9-3",
        f"bytes={len(data)}-{len(data) + 1}",
        "bytes=0-1,5-6",
        "x",
    )
    for said in wrong:
        headers = {"range": said} if said else {}
        assert api.code("GET", TILES, "observer", headers=headers) == (400, "basemap.range"), said


def test_no_more_than_a_piece_at_a_time(api: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basemap, "PIECE", 64)
    (api.node.path / "own.pmtiles").write_bytes(tiles())
    named(api, "own.pmtiles")
    assert api.ask("GET", TILES, "observer", headers={"range": "bytes=0-63"}).status_code == 206
    assert api.code("GET", TILES, "observer", headers={"range": "bytes=0-64"}) == (400, "basemap.range")
