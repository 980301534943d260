"""The map: what there is over time, drawing, pasting, measuring, an earlier moment, tracks."""

from __future__ import annotations

import json
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from playwright.sync_api import Browser, Page, expect

from tests.console.mapped import IDLE, MINUTE, accessible, filed, shown
from tests.console.seen import TABLET, Seen, opened
from tests.console.two import Two, until
from wideberth.formats import drawn
from wideberth.formats.times import to_rfc3339
from wideberth.model import alert, case, plan, site
from wideberth.node import map_shapes
from wideberth.node.clock import SYSTEM
from wideberth.space.echo import echo
from wideberth.space.ground import ROUNDING, Circle, Corridor
from wideberth.space.place import Place
from wideberth.space.units import DEGREE, METRE

WORDS = Path(__file__).parents[2] / "src/wideberth/web/console/words/map.json"
DRAFT = "JSON.parse(sessionStorage.getItem('wideberth.draft'))"


@pytest.fixture(scope="module")
def start(nodes: Two) -> int:
    """When the first plan begins, once all that is to be seen is there (ms)."""
    return filed(nodes)


def names(page: Page) -> list[str]:
    """Of the list beside the map."""
    return [str(each.text_content()) for each in page.locator(".map-item > bdi").all()]


def active(page: Page) -> str:
    return str(page.get_attribute(".map-time", "data-at"))


def plans_open(desk: Seen) -> None:
    """The view of plans has taken over what was drawn."""
    desk.page.wait_for_function("() => location.hash === '#/plans/new'")
    desk.page.wait_for_selector("main[data-shown=plans]")


def test_what_is_active_when(desk: Seen, start: int) -> None:
    page = shown(desk)
    assert names(page) == ["Central hospital"]  # nothing has begun, and it has no times
    expect(page.locator(".map-standing")).to_contain_text("that is no permission")
    desk.press(".")
    page.wait_for_function(
        "() => document.querySelector('.map-list').textContent.includes('Survey of the east')"
    )
    assert active(page) == to_rfc3339(start)
    assert set(names(page)) == {"Central hospital", "Survey of the east", "Relief convoy"}
    # half-open: at its end it is over
    page.get_by_role("button", name="To the next start or end").click()
    assert active(page) == to_rfc3339(start + 10 * MINUTE)
    page.wait_for_function("() => document.querySelector('.map-list').textContent.includes('كركي')")
    expect(page.locator(".map-list")).to_contain_text("Case · of both")
    for _ in range(2):
        desk.press(".")
    assert active(page) == to_rfc3339(start + 60 * MINUTE) or active(page) == to_rfc3339(start + 90 * MINUTE)
    page.wait_for_function(
        "() => !document.querySelector('.map-list').textContent.includes('Survey of the east')"
    )
    # the slider by its own keys: a minute
    before = active(page)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    assert active(page) > before
    desk.press("0")
    assert page.get_attribute(".map-time", "data-now") == "true"
    page.get_by_label("All times").check()
    page.wait_for_function("() => document.querySelectorAll('.map-item').length === 7")
    page.wait_for_selector(IDLE)
    desk.shot("map-all-times")
    accessible(page)


def test_one_is_looked_at_and_opened(desk: Seen, start: int) -> None:
    del start
    page = shown(desk)
    page.get_by_label("All times").check()
    item = page.locator(".map-item", has_text="Relief convoy")
    item.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-chosen")).to_contain_text("SFC – FL 40")
    expect(page.locator(".map-chosen")).to_contain_text("accepted")
    link = page.locator(".map-chosen a")
    assert str(link.get_attribute("href")).startswith("#/plans/p-")
    # by the pointer on the map too: the smallest of what lies there
    page.locator(".map-chosen").evaluate("each => each.replaceChildren()")
    page.wait_for_selector(IDLE)
    box = page.locator(".map-box").bounding_box()
    assert box is not None
    where = page.evaluate(
        """() => { const all = [...document.querySelectorAll('.map-item')]; return all.length }"""
    )
    assert where == 7
    page.get_by_label("Own plans").uncheck()
    page.wait_for_function("() => !document.querySelector('.map-list').textContent.includes('Relief convoy')")
    page.get_by_label("Own plans").check()
    page.wait_for_function("() => document.querySelector('.map-list').textContent.includes('Relief convoy')")
    page.get_by_label("Border lines").uncheck()
    assert page.evaluate("JSON.parse(localStorage.getItem('wideberth.preferences')).borders") is False
    page.get_by_label("Border lines").check()


def test_a_circle_is_drawn_by_keyboard_and_becomes_a_draft(desk: Seen, start: int) -> None:
    del start
    page = shown(desk)
    desk.press("/")
    page.get_by_role("dialog").get_by_label("Place").fill("37SBU9596")
    expect(page.locator(".read")).to_contain_text("Read as")
    accessible(page)
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".map-list")).to_contain_text("37SBU9596")
    page.get_by_role("button", name="Draw a circle").click()
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Space")
    expect(page.locator(".map-draw")).to_contain_text("\u20681\u2069 point")
    page.get_by_label("Radius, m").fill("2500")
    desk.shot("map-draw")
    accessible(page)
    page.get_by_role("button", name="Done").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Circle")
    dialog.get_by_label("Upper limit", exact=True).wait_for()
    dialog.get_by_label("Upper limit: Counted from").select_option("FL")
    dialog.get_by_label("Upper limit", exact=True).fill("80")
    desk.shot("map-volume")
    accessible(page)
    page.get_by_role("button", name="New plan from it").click()
    plans_open(desk)
    expect(page.get_by_label("Radius", exact=True)).to_have_value("2.5")  # km
    expect(page.get_by_label("Shape", exact=True)).to_have_value("circle")
    expect(page.get_by_label("Upper limit", exact=True)).to_have_value("80")
    assert page.evaluate(DRAFT) is None  # it is taken over once


def test_an_area_is_drawn_by_pointer_and_left(desk: Seen) -> None:
    page = shown(desk)
    desk.press("n")
    box = page.locator(".map-box").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dx, dy in ((-160, -40), (-30, -50), (-20, 60)):
        page.mouse.click(x + dx, y + dy)
    expect(page.locator(".map-draw")).to_contain_text("\u20683\u2069 points")
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Area of \u20683\u2069 corners")
    page.keyboard.press("Escape")
    desk.press("n")
    page.keyboard.press("Escape")
    expect(page.locator(".map-draw")).to_have_count(0)
    assert page.evaluate(DRAFT) is None


def test_distance_bearing_and_area_are_measured(desk: Seen) -> None:
    page = shown(desk)
    desk.press("/")
    page.get_by_role("dialog").get_by_label("Place").fill("33.5, 36.3")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.locator("dialog")).to_have_count(0)
    desk.press("m")
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Space")
    page.evaluate("history.replaceState(null, '', location.href)")
    for key in ("ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
        page.keyboard.press("Space")
    page.wait_for_selector("[data-measured]")
    said = page.inner_text(".map-draw")
    assert "°" in said and "NM" in said and "about" in said
    # by the functions themselves, against the ellipsoid
    found = page.evaluate(
        """async () => {
            const { inverse, direct, area } = await import('/console/map/sphere.js');
            const to = direct([36.3, 33.5], 60, 100000);
            const square = [[36, 33], [37, 33], [37, 34], [36, 34]];
            return [inverse([36.3, 33.5], to), area(square), inverse([179.5, 10], [-179.5, 10]).metres];
        }"""
    )
    assert abs(found[0]["metres"] - 100_000) < 0.01 and abs(found[0]["bearing"] - 60) < 1e-6
    assert abs(found[1] / 10_300_000_000 - 1) < 0.02
    assert abs(found[2] - 109_639.4) < 1


@pytest.mark.parametrize(
    ("text", "width", "kind"),
    [
        ("33.5, 36.3\n33.6, 36.3\n33.6, 36.5", "", "polygon"),
        ("37SBU9596", "900", "circle"),
        ("33°30'N 036°18'E; 33°40'N 036°28'E", "500", "corridor"),
        ("POLYGON ((36 33, 37 33, 37 34, 36 33))", "", "polygon"),
        ("LINESTRING (36 33, 37 33)", "700", "corridor"),
    ],
)
def test_what_is_pasted_is_read(desk: Seen, text: str, width: str, kind: str) -> None:
    found = desk.page.evaluate(
        "async ([text, width]) => (await import('/console/views/map_tools.js')).readVolumes(text, width)",
        [text, float(width) if width else None],
    )
    [volume] = found
    assert volume["ground"]["type"] == kind
    [shape] = desk.ask("POST", "/v1/shapes", {"volumes": found})
    assert shape["geometry"]["type"] == "Polygon"


def test_a_route_that_comes_back_keeps_its_last_leg(desk: Seen) -> None:
    [volume] = desk.page.evaluate(
        "async (text) => (await import('/console/views/map_tools.js')).readVolumes(text, 700)",
        "LINESTRING (36 33, 37 33, 37 34, 36 33)",
    )
    assert (volume["ground"]["type"], len(volume["ground"]["points"])) == ("corridor", 4)


def test_pasting_says_what_is_wrong_and_draws_what_is_right(desk: Seen) -> None:
    page = shown(desk)
    page.get_by_role("button", name="Paste").click()
    page.get_by_label("Volumes or places").fill("33.5, 36.3\nnowhere at all")
    desk.allowed += ["400", "half-width"]
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    page.get_by_label("Volumes or places").fill("LINESTRING (36 33, 37 33)")
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("needs a radius or a half-width")
    accessible(page)
    page.get_by_label("Radius or half-width, m").fill("800")
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Corridor of \u20682\u2069 points")


def test_an_earlier_moment_is_looked_at(desk: Seen, nodes: Two, start: int) -> None:
    page = shown(desk)
    page.get_by_role("button", name="As of …").click()
    page.get_by_label("Moment (UTC)").fill(to_rfc3339(start - 45 * MINUTE)[:19])
    page.get_by_role("button", name="Look").click()
    page.wait_for_selector("body[data-standing=past]")
    expect(page.locator("[data-count=plan]")).to_have_text("(0)")
    page.wait_for_selector(".map-here[data-tracks=hidden]")
    desk.shot("map-past")
    accessible(page)
    page.get_by_role("button", name="As of …").click()
    page.get_by_role("button", name="Back to the present").click()
    expect(page.locator("[data-count=plan]")).to_have_text(f"({len(nodes.north.side.plans())})")


def reported(desk: Seen, name: str, lon: float, lat: float, age_ms: int = 0) -> None:
    """A track, as a program pushes it."""
    at = to_rfc3339(SYSTEM.now() - age_ms)
    said = {
        "at": at,
        "callsign": name.upper(),
        "id": f"gps:{name}",
        "kind": "aircraft",
        "lat_deg": lat,
        "lon_deg": lon,
    }
    desk.page.evaluate(
        """said => fetch('/v1/watch/reports', {
            method: 'POST', body: said, headers: {'content-type': 'application/octet-stream'},
        }).then(async (a) => { if (!a.ok) throw new Error(await a.text()); })""",
        json.dumps({"schema": "wideberth.reports/1"}) + "\n" + json.dumps(said) + "\n",
    )


def test_tracks_say_how_old_they_are(desk: Seen, start: int) -> None:
    del start
    page = shown(desk)
    reported(desk, "one", 36.4, 33.4)
    expect(page.locator("[data-count=track]")).to_have_text("(1)", timeout=30_000)
    expect(page.locator(".map-list")).to_contain_text("Track")
    expect(page.locator(".map-list")).to_contain_text("old")
    page.wait_for_selector(IDLE)
    desk.shot("map-tracks")
    # at another moment they were elsewhere
    desk.press(".")
    expect(page.locator("[data-count=track]")).to_have_text("(0)")
    desk.press("0")
    expect(page.locator("[data-count=track]")).to_have_text("(1)")
    told = page.evaluate(
        """async () => {
            const { trackShapes } = await import('/console/views/map_tracks.js');
            const track = {
                track: 't', callsign: '', party: '', state: 'lost', at: '2027-01-01T00:00:00Z', lon: 1,
                lat: 2, altitude: null, kind: 'vessel', doubts: ['jump'],
            };
            return trackShapes([track], Date.parse('2027-01-01T00:05:00Z'));
        }"""
    )
    assert told[0]["faded"] and "contact lost" in told[0]["said"] and "5 min" in told[0]["said"]
    assert "doubtful" in told[0]["said"]
    level = page.evaluate(
        """async () => {
            const { trackShapes } = await import('/console/views/map_tracks.js');
            const altitude = { value: 35000, unit: 'ft', datum: 'FL' };
            const track = {
                track: 't', callsign: '', party: '', state: 'live', at: '2027-01-01T00:00:00Z', lon: 1,
                lat: 2, altitude, kind: 'aircraft', doubts: [],
            };
            return trackShapes([track], Date.parse('2027-01-01T00:05:00Z'))[0].lower;
        }"""
    )
    assert level == {"value": 350, "unit": "FL", "datum": "FL"}


@pytest.mark.parametrize(("code", "size"), [("ar", None), ("ru", TABLET)])
def test_it_is_there_in_other_languages(
    chromium: Browser, nodes: Two, tmp_path: Path, start: int, code: str, size: dict[str, int] | None
) -> None:
    del start
    more = {} if size is None else {"size": size}
    with opened(chromium, nodes.north, tmp_path, **more) as seen:
        seen.sign_in()
        seen.page.evaluate("document.documentElement.dataset.light = 'night'")
        seen.language(code)
        page = shown(seen)
        page.locator(".map-time input[type=checkbox]").check()
        page.wait_for_selector(IDLE)
        page.locator(".map-item").nth(1).click()
        page.wait_for_function("() => document.querySelector('.map-chosen').childElementCount > 0")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        seen.shot(f"map-{code}", whole=size is not None)
        accessible(page)


def test_every_state_has_words() -> None:
    known = json.loads(WORDS.read_text())
    kinds = (*map_shapes.KINDS, "conflict", "proposal", "track", "draft")
    states = {*plan.STATES, *site.GRADES, *alert.KINDS, "in force", "live", "stale", "lost"}
    states |= set(case.PHASES)
    assert [each for each in states if f"state_{each.replace(' ', '_')}" not in known] == []
    assert [each for each in kinds if f"kind_{each}" not in known] == []


def test_grids_are_the_nodes_own(desk: Seen) -> None:
    chance = random.Random(12)
    points = [(chance.uniform(-79.9, 83.9), chance.uniform(-180, 180)) for _ in range(150)]
    points += [(60.1, 5.2), (78.2, 15.6), (0.0, 0.0), (-33.9, 151.2), (33.5, 36.3)]
    found = desk.page.evaluate(
        """async (points) => {
            await (await import('/console/core/place.js')).loadGrids();
            const { grids } = await import('/console/core/format.js');
            return points.map(([lat, lon]) => [grids.mgrs(lat, lon), grids.utm(lat, lon)]);
        }""",
        points,
    )
    for (lat, lon), (mgrs, utm) in zip(points, found, strict=True):
        where = Place((round(lon * DEGREE), round(lat * DEGREE)), ROUNDING, "decimal")
        said, grid = echo(where, "UTM"), echo(where, "MGRS")
        assert said is not None and grid is not None
        theirs, ours = said.split(), utm.split()
        assert theirs[:3] == ours[:3], (lat, lon)
        assert all(abs(int(a) - int(b)) <= 1 for a, b in zip(theirs[3:], ours[3:], strict=True)), (lat, lon)
        ours = mgrs.replace(" ", "")
        assert grid[:-10] == ours[:-10], (lat, lon)
        assert all(abs(int(grid[k:][:5]) - int(ours[k:][:5])) <= 1 for k in (-10, -5)), (lat, lon)


def picture() -> bytes:
    """A PNG of 256 × 256 in one colour."""

    def piece(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\x40\x90\x50" * 256) * 256
    head = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + piece(b"IHDR", head)
        + piece(b"IDAT", zlib.compress(rows))
        + piece(b"IEND", b"")
    )


def archive() -> bytes:
    """A PMTiles file with the one tile of zoom 0."""
    tile, meta = picture(), json.dumps({"attribution": "Survey <b>of ours</b>"}).encode()

    def number(value: int) -> bytes:
        out = bytearray()
        while value >= 0x80:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes(out) + bytes([value])

    root = b"".join(map(number, (1, 0, 1, len(tile), 1)))
    head = bytearray(127)
    head[:8] = b"PMTiles\x03"
    at = 127 + len(root)
    struct.pack_into("<11Q", head, 8, 127, len(root), at, len(meta), 0, 0, at + len(meta), len(tile), 1, 1, 1)
    head[96], head[97], head[98], head[99], head[100], head[101] = 1, 1, 1, 2, 0, 0
    struct.pack_into("<iiii", head, 102, -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)
    return bytes(head) + root + meta + tile


def test_the_own_map_lies_under_it(desk: Seen, nodes: Two) -> None:
    node = nodes.north.node
    (node.path / "own.pmtiles").write_bytes(archive())
    node.settings = structs.replace(node.settings, basemap="own.pmtiles")
    try:
        asked: list[int] = []
        desk.page.on(
            "response", lambda found: asked.append(found.status) if "basemap.pmtiles" in found.url else None
        )
        page = shown(desk)
        until(lambda: bool(page.evaluate("1")) and 206 in asked)
        expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("Survey of ours")
        page.wait_for_selector(IDLE)
        desk.shot("map-own")
    finally:
        node.settings = structs.replace(node.settings, basemap="")


def test_many_are_drawn(desk: Seen) -> None:
    """Thousands at once: the list says how many more there are."""
    chance = random.Random(3)
    some: list[dict[str, Any]] = []
    for n in range(2_000):
        at = round(chance.uniform(36, 38) * DEGREE), round(chance.uniform(32, 34) * DEGREE)
        ground = Circle(at, 900 * METRE) if n % 2 else Corridor((at, (at[0] + 400_000, at[1])), 300 * METRE)
        some.append(
            {"id": str(n), "kind": "plan", "whose": "ours", "level": "full", "label": str(n), "state": "",
             "start": None, "end": None, "lower": None, "upper": None, "geometry": drawn.geometry(ground)}
        )  # fmt: skip
    page = desk.page
    page.evaluate(
        """async (shapes) => {
            const { mapView } = await import('/console/map/view.js');
            const box = document.createElement('div');
            document.querySelector('main').append(box);
            const view = await mapView(box);
            view.set('plan', shapes);
            window.drawing = view;
        }""",
        some,
    )
    page.wait_for_selector(IDLE)
    assert page.evaluate("window.drawing.inView().length") == 2_000
    expect(page.locator(".map-list")).to_contain_text("\u20681,900\u2069 more")
    page.evaluate("window.drawing.end()")
