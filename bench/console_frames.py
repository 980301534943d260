"""Frames a second of the console's map with thousands of volumes, beside a bare MapLibre page with the same.

    python bench/console_frames.py
    python bench/console_frames.py --volumes 1000 --rounds 5 --json frames.json

Both pages are served from here to Debian's Chromium with WebGL in software, at 1280×720, and make the same
gestures: pans and zooms of fixed length, over the same volumes. *Bare* is MapLibre as anybody would set it
up: the same land, one fill layer and one line layer; no labels, patterns, list, graticule or border lines.
*Ours* is map/view.js with all of that. The two are measured in turn; the median round counts. It fails where
a page holds another number of volumes than there are, never by a time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from bench import report
from wideberth.formats import drawn
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.units import DEGREE, METRE
from wideberth.web import console_files

FLAGS: Final = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
SIZE: Final = {"width": 1280, "height": 720}
TARGET: Final = 0.5
"""Ours is to draw at least so many of the bare page's frames."""
PAGE: Final = """<!doctype html><html lang="en" dir="ltr" data-light="day"><head><meta charset="utf-8">
<link rel="stylesheet" href="/console/style/base.css"><link rel="stylesheet" href="/console/style/parts.css">
<link rel="stylesheet" href="/console/vendor/maplibre-gl/dist/maplibre-gl.css">
<link rel="stylesheet" href="/console/style/map.css"><link rel="stylesheet" href="/bench.css">
</head><body><div id="map"></div><script type="module" src="/{name}.js"></script></body></html>"""
CSS: Final = """#map { position: fixed; inset: 0; }
#map .map-frame { position: absolute; inset: 0; block-size: auto; }
#map .map-list { position: absolute; inset-block: 0; inset-inline-end: 0; inline-size: 240px; z-index: 4;
max-block-size: none; background: var(--paper); }"""
OURS: Final = """
import { mapView } from '/console/map/view.js';
const shapes = await (await fetch('/shapes.json')).json();
const view = await mapView(document.getElementById('map'), { fit: false });
view.map.jumpTo({ center: [36.5, 33.5], zoom: 7 });
for (const kind of ['plan', 'notice']) view.set(kind, shapes.filter((each) => each.kind === kind));
window.count = () => view.inView().length;
window.drawing = view.map;
window.step = async (ms) => { view.at(ms); await new Promise((done) => view.map.once('idle', done)); };
"""
BARE: Final = """
import * as maplibre from '/console/vendor/maplibre-gl/dist/maplibre-gl.mjs';
import '/console/vendor/topojson-client/dist/topojson-client.min.js';
maplibre.setWorkerUrl('/console/vendor/maplibre-gl/dist/maplibre-gl-worker.mjs');
const shapes = await (await fetch('/shapes.json')).json();
const atlas = await (await fetch('/console/vendor/world-atlas/countries-50m.json')).json();
const features = shapes.map(({ whose, geometry }) => ({ type: 'Feature', properties: { whose }, geometry }));
const colour = ['match', ['get', 'whose'], 'ours', '#0b5172', '#8a3d00'];
const map = new maplibre.Map({
  container: 'map', center: [36.5, 33.5], zoom: 7, attributionControl: false, fadeDuration: 0,
  style: { version: 8, sources: {
    land: { type: 'geojson', data: topojson.feature(atlas, atlas.objects.land) },
    shapes: { type: 'geojson', data: { type: 'FeatureCollection', features } },
  }, layers: [
    { id: 'water', type: 'background', paint: { 'background-color': '#d6e4ea' } },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': '#f6f5f1' } },
    { id: 'fill', type: 'fill', source: 'shapes',
      paint: { 'fill-color': colour, 'fill-opacity': 0.14 } },
    { id: 'line', type: 'line', source: 'shapes', paint: { 'line-color': colour, 'line-width': 2 } },
  ] },
});
window.count = () => features.length;
window.drawing = map;
"""
GESTURES: Final = """async () => {
  const map = window.drawing;
  const quiet = () => map.loaded() && !map.isMoving();
  const idle = () => new Promise((done) => (quiet() ? done() : map.once('idle', done)));
  await idle();
  let frames = 0;
  let longest = 0;
  let last = null;
  const drawn = () => {
    const now = performance.now();
    if (last !== null) longest = Math.max(longest, now - last);
    last = now;
    frames += 1;
  };
  const moves = [
    ['panBy', [260, 120]], ['zoomTo', 8.2], ['panBy', [-300, -160]],
    ['zoomTo', 6.4], ['panBy', [180, -140]], ['zoomTo', 7],
  ];
  let spent = 0;
  for (const [name, value] of moves) {
    last = null;
    map.on('render', drawn);
    const began = performance.now();
    map[name](value, { duration: 1500, essential: true, easing: (x) => x });
    await new Promise((done) => map.once('moveend', done));
    spent += performance.now() - began;
    map.off('render', drawn);
    await idle();
  }
  map.jumpTo({ center: [36.5, 33.5], zoom: 7 });
  await idle();
  return { frames, seconds: spent / 1000, longest_ms: longest, shapes: window.count() };
}"""


def grounds(count: int, seed: int = 7) -> Iterator[Ground]:
    """Circles, corridors and areas within some 200 km, as plans have them."""
    chance = random.Random(seed)

    def point(lon: float, lat: float, reach: float) -> tuple[int, int]:
        x, y = (each + chance.uniform(-reach, reach) for each in (lon, lat))
        return round(x * DEGREE), round(y * DEGREE)

    for n in range(count):
        lon, lat = point(36.5, 33.5, 1.35)
        x, y = lon / DEGREE, lat / DEGREE
        if n % 5 < 2:
            yield Circle((lon, lat), round(chance.uniform(500, 8_000)) * METRE)
        elif n % 5 < 4:
            yield Corridor(
                ((lon, lat), point(x, y, 0.2), point(x, y, 0.3)), round(chance.uniform(300, 2_000)) * METRE
            )
        else:
            wide, high = (round(chance.uniform(0.01, 0.12) * DEGREE) for _ in range(2))
            yield Polygon((((lon, lat), (lon + wide, lat), (lon + wide, lat + high), (lon, lat + high)),))


def shapes(count: int) -> list[dict[str, Any]]:
    """As GET /v1/map has them: half ours, half theirs, a quarter of theirs coarse."""
    found = []
    for n, ground in enumerate(grounds(count)):
        ours = n % 2 == 0
        found.append(
            {
                "id": f"{n}",
                "kind": "plan" if ours else "notice",
                "whose": "ours" if ours else "theirs",
                "level": "coarse" if n % 8 == 1 else "full",
                "label": f"plan {n}",
                "state": "accepted",
                "start": f"2027-01-15T{n % 24:02}:00:00.000Z",
                "end": f"2027-01-16T{n % 24:02}:00:00.000Z",
                "lower": None,
                "upper": None,
                "geometry": drawn.geometry(ground),
            }
        )
    return found


@contextmanager
def served(data: bytes) -> Iterator[str]:
    """Both pages, the console's files and the volumes; gives the address."""
    made = {
        "/shapes.json": (data, "application/json"),
        "/v1/basemap": (b'{"kind": null}', "application/json"),
        "/bench.css": (CSS.encode(), "text/css"),
        "/ours.js": (OURS.encode(), "text/javascript"),
        "/bare.js": (BARE.encode(), "text/javascript"),
        "/ours": (PAGE.replace("{name}", "ours").encode(), "text/html"),
        "/bare": (PAGE.replace("{name}", "bare").encode(), "text/html"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/console/")
            if name in console_files.names():
                file = console_files._file(name)
                body, media = file.data, file.media
            elif self.path in made:
                body, media = made[self.path]
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("content-type", media)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # a page may have left by now
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()


def measured(browser: Browser, url: str, name: str) -> dict[str, float]:
    """One page, from empty to the end of its gestures."""
    page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]  # a dict of sizes
    try:
        page.goto(f"{url}/{name}")
        page.wait_for_function("window.drawing !== undefined", timeout=120_000)
        page.set_default_timeout(300_000)
        found: dict[str, float] = page.evaluate(GESTURES)
        if name == "ours":
            begin = "const t = performance.now(); await window.step(Date.parse('2027-01-15T12:30:00Z'));"
            found["step_ms"] = page.evaluate(f"async () => {{ {begin} return performance.now() - t; }}")
        found["fps"] = found["frames"] / found["seconds"]
        return found
    finally:
        page.context.close()


def main() -> None:
    """Measure both, and say so."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--volumes", type=lambda text: int(float(text)), default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no chromium on this machine (Debian's package chromium): nothing is measured")
        return
    data = json.dumps(shapes(asked.volumes)).encode()
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{load}; {asked.volumes:,} volumes, {len(data) / 1e6:.1f} MB")
    rounds: dict[str, list[dict[str, float]]] = {"bare": [], "ours": []}
    with served(data) as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for n in range(asked.rounds):
            for name, found in rounds.items():
                report.progress(f"round {n + 1}, {name}")
                found.append(measured(browser, url, name))
        browser.close()
    told = {name: _row(name, found) for name, found in rounds.items()}
    step = median(each["step_ms"] for each in rounds["ours"])
    ratio = told["ours"] / told["bare"]
    print(f"ours / bare: {ratio:.2f}× the frames; one step of the time slider, drawn: {step:,.0f} ms")
    print(report.bound("frames of ours to those of the bare page", "×", ratio, least=TARGET))
    if asked.json:
        asked.json.write_text(
            json.dumps({"volumes": asked.volumes, "rounds": rounds, "ratio": ratio}, indent=1)
        )
    wrong = [each["shapes"] for found in rounds.values() for each in found if each["shapes"] != asked.volumes]
    if wrong:
        print(f"FAILED: {wrong} volumes drawn of {asked.volumes:,}")
        sys.exit(1)


def _row(name: str, found: list[dict[str, float]]) -> float:
    fps = median(each["fps"] for each in found)
    longest = median(each["longest_ms"] for each in found)
    each = ", ".join(f"{one['fps']:.1f}" for one in found)
    print(f"{name:<5} {fps:6.1f} frames a second (rounds: {each}), the longest gap {longest:,.0f} ms")
    return fps


if __name__ == "__main__":
    main()
