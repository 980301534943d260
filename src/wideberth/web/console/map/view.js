// A map of shapes, for any view: `mapView(element)`. Beside it stands the list of the shapes in view, for whoever does
// not see the map or has no pointer.

import { fill, h, keep, own } from '../core/html.js';
import { span } from '../core/format.js';
import { prefs, prefer } from '../core/prefs.js';
import { load, t } from '../core/words.js';
import * as maplibre from '../vendor/maplibre-gl/dist/maplibre-gl.mjs';
import { basemap, colours, painted, serveTiles, style, world } from './base.js';
import { drawing } from './draw.js';
import { hatch, label, PIXEL_RATIO, symbol } from './marks.js';
import { active, features, kept, layerIds, layers, named, tone } from './shapes.js';

const LABELS = 80; // at a time: the largest first
const LISTED = 100; // shapes of the list; how many more there are is said
const LEVELS = ['coarse', 'inferred'];
const TONES = ['ours', 'theirs', 'alarm', 'good', 'warn', 'soft'];
const EMPTY = { type: 'FeatureCollection', features: [] };
const PULSE_MS = 1_000;

maplibre.setWorkerUrl(new URL('../vendor/maplibre-gl/dist/maplibre-gl-worker.mjs', import.meta.url).href);
let served = false;

function locale() {
  return {
    'Map.Title': t('map.canvas'), 'NavigationControl.ZoomIn': t('map.zoom_in'), 'NavigationControl.ZoomOut': t('map.zoom_out'),
    'NavigationControl.ResetBearing': t('map.north_up'), 'AttributionControl.ToggleAttribution': t('map.attribution'),
    'ScaleControl.Feet': 'ft', 'ScaleControl.Meters': 'm', 'ScaleControl.Kilometers': 'km', 'ScaleControl.NauticalMiles': 'NM',
  };
}

/**
 * A map in an element. `fit`: it goes to the first shapes that it is given; `controls`: zoom, scale and the switch
 * for border lines; `list`: where the list of shapes goes (an element), else under the map.
 *
 * Gives: `set(name, shapes)` other shapes of that name; `fit(shapes)`; `at(ms)` only what is active then (null: all);
 * `pick(does)`: does(shape) when one is chosen; `draw(kind)`: a promise of a volume (native JSON), or null where it was
 * left; `show(name, whether)`; `choose(id)`; `go(lat, lon, zoom)`; `inView()`; `whenMoved(does)`; `map`: MapLibre's own;
 * `end()`.
 */
export async function mapView(element, { fit = true, controls = true, list = null } = {}) {
  await load('map');
  const [earth, beneath] = await Promise.all([world(), basemap()]);
  const tiles = beneath.kind === null ? null : beneath;
  if (tiles !== null && !served) {
    await serveTiles(maplibre);
    served = true;
  }
  let paint = colours();
  const box = h('div', { class: 'map-box', dir: 'ltr', data: { idle: 'no' } });
  const listed = list ?? h('div', { class: 'map-list' });
  const over = h('div', { class: 'map-over' });
  fill(element, h('div', { class: 'map-frame' }, box, over), list === null ? listed : null);
  const map = new maplibre.MapLibreMap({
    container: box, style: style(earth, tiles, paint, prefs().borders !== false), center: [20, 30], zoom: 1.3, maxZoom: 19,
    attributionControl: false, pitchWithRotate: false, dragRotate: false, touchPitch: false, locale: locale(),
    renderWorldCopies: true, fadeDuration: 0, maxPitch: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibre.AttributionControl({ compact: true, customAttribution: `<bdi dir="${document.documentElement.dir}">${t('map.borders_note')}</bdi>` }), 'bottom-right');
  if (controls) {
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-left');
    map.addControl(new maplibre.ScaleControl({ unit: prefs().units === 'metric' ? 'metric' : 'nautical' }), 'bottom-left');
  }

  const sets = new Map(); // by name: {shapes, hidden}
  const pickers = new Set();
  const movers = new Set();
  const made = new Set(); // pictures of labels
  let at = null;
  let fitted = !fit;
  let chosen = null;
  let ended = false;
  const busy = () => { box.dataset.idle = 'no'; };
  map.on('idle', () => { box.dataset.idle = 'yes'; });
  for (const each of ['movestart', 'dataloading', 'resize']) map.on(each, busy);
  map.on('error', ({ error }) => { if (error?.name !== 'AbortError') console.warn(String(error?.message ?? error)); });
  await new Promise((done) => map.once('load', done));
  map.getCanvas().setAttribute('aria-label', t('map.canvas'));

  function hatches() {
    for (const level of LEVELS) {
      for (const each of TONES) {
        const name = `${level}-${each}`;
        if (map.hasImage(name)) map.removeImage(name);
        map.addImage(name, hatch(level, paint[each]), { pixelRatio: PIXEL_RATIO });
      }
    }
  }
  hatches();
  map.addSource('labels', { type: 'geojson', data: EMPTY });
  map.addLayer({
    id: 'labels', type: 'symbol', source: 'labels',
    layout: {
      'icon-image': ['get', 'image'], 'icon-allow-overlap': false, 'symbol-sort-key': ['get', 'rank'], 'icon-padding': 2,
      'icon-anchor': ['case', ['==', ['get', 'below'], 1], 'top', 'center'],
      'icon-offset': ['case', ['==', ['get', 'below'], 1], ['literal', [0, 16]], ['literal', [0, 0]]],
    },
  });

  const first = () => (map.getLayer('labels') ? 'labels' : undefined);

  function symbols(shapes) {
    for (const each of shapes) {
      if (!each.symbol) continue;
      each.image = `symbol-${each.symbol}-${each.whose}-${each.state}-${paint.night}`;
      if (!map.hasImage(each.image)) map.addImage(each.image, symbol(each.symbol, each.whose, each.state, paint.night), { pixelRatio: PIXEL_RATIO });
    }
  }

  function set(name, shapes) {
    if (ended) return;
    const found = shapes.filter((each) => each.geometry).map(kept);
    symbols(found);
    const was = sets.get(name);
    sets.set(name, { shapes: found, hidden: was?.hidden ?? false });
    const source = map.getSource(`set-${name}`);
    busy();
    if (source === undefined) {
      map.addSource(`set-${name}`, { type: 'geojson', data: features(found), maxzoom: 16, tolerance: 0.4, buffer: 32 });
      for (const each of layers(name, paint, at)) map.addLayer(each, first());
    } else source.setData(features(found));
    if (!fitted && found.length > 0) {
      fitted = true;
      fitTo(found);
    }
    look();
  }

  function fitTo(shapes = [...sets.values()].flatMap((each) => each.shapes)) {
    const boxes = shapes.map((each) => each.box ?? kept(each).box).filter((each) => each.every(Number.isFinite));
    if (boxes.length === 0) return;
    // shapes beside ±180° stay together: each goes to the turn of the globe that is nearest to the first
    const [anchor] = boxes[0];
    const moved = boxes.map(([w, s, e, n]) => {
      const turn = 360 * Math.round((anchor - w) / 360);
      return [w + turn, s, e + turn, n];
    });
    const [w, s, e, n] = moved.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
    map.fitBounds([[w, Math.max(s, -85)], [e, Math.min(n, 85)]], { padding: 48, maxZoom: 12, animate: false });
  }

  function inView() {
    const view = map.getBounds();
    const [west, east, south, north] = [view.getWest(), view.getEast(), view.getSouth(), view.getNorth()];
    const found = [];
    for (const [name, { shapes, hidden }] of sets) {
      if (hidden) continue;
      for (const each of shapes) {
        if (!active(each, at) || each.box[3] < south || each.box[1] > north) continue;
        const turn = 360 * Math.round(((west + east) / 2 - each.at[0]) / 360);
        if (each.box[2] + turn >= west && each.box[0] + turn <= east) found.push({ ...each, set: name, turned: turn });
      }
    }
    const rank = (each) => (each.id === chosen ? -2e9 : each.point ? -1e9 : -(each.box[2] - each.box[0]) * (each.box[3] - each.box[1]));
    return found.sort((a, b) => rank(a) - rank(b));
  }

  let looking = null;
  function look() {
    looking ??= requestAnimationFrame(() => {
      looking = null;
      if (!ended) seen();
    });
  }

  function seen() {
    const found = inView();
    const wanted = found.slice(0, LABELS);
    for (const name of made) {
      if (made.size < 4 * LABELS) break;
      map.removeImage(name);
      made.delete(name);
    }
    const points = wanted.map((each, n) => {
      const lines = [each.label || named(each), each.label ? [each.level === 'full' ? '' : t(`map.level_${each.level}`), each.said ?? ''].filter(Boolean).join(' · ') : ''];
      const image = `label-${JSON.stringify([lines, tone(each), each.level, each.faded ?? false, paint.night])}`;
      if (!map.hasImage(image)) {
        map.addImage(image, label(lines, {
          ink: paint.ink, paper: paint.paper, edge: paint[tone(each)], dashed: each.level !== 'full', faded: each.faded,
        }), { pixelRatio: PIXEL_RATIO });
      }
      made.add(image);
      return {
        type: 'Feature', properties: { image, rank: n, below: each.point ? 1 : 0 },
        geometry: { type: 'Point', coordinates: [each.at[0] + each.turned, each.at[1]] },
      };
    });
    map.getSource('labels').setData({ type: 'FeatureCollection', features: points });
    listing(found);
    for (const each of movers) each(found);
  }

  const heading = h('h3', {});
  const none = h('div', {});
  const rows = h('ul', { class: 'list' });
  const more = h('div', {});
  let latest = new Map(); // what is listed, by its key there
  fill(listed, heading, none, rows, more);
  let said = '';
  function listing(found) {
    const items = found.slice(0, LISTED);
    const now = JSON.stringify([found.length, chosen, items.map((each) => [each.id, each.label, each.said, each.level, each.start, each.end])]);
    if (now === said) return;
    said = now;
    // an id may stand there twice: two conflicts with one notice
    const times = new Map();
    const entries = items.map((each) => {
      const name = `${each.set}:${each.id}`;
      times.set(name, (times.get(name) ?? 0) + 1);
      return [`${name}:${times.get(name)}`, each];
    });
    latest = new Map(entries);
    heading.textContent = t('map.in_view', { n: found.length });
    fill(none, found.length === 0 ? h('p', { class: 'soft small' }, t('map.none_in_view')) : null);
    // ages change each second: what somebody is about to press stays
    keep(rows, entries.map(([key, { id, label: name, kind, whose, level, start, end }]) => ({ key, id, label: name, kind, whose, level, start, end, pressed: id === chosen })),
      (each) => each.key, (each) => {
        const button = h('button', {
          type: 'button', class: ['quiet', 'map-item', `tone-${tone(each)}`, each.level !== 'full' && 'rough'], data: { id: each.id, focus: 'b' },
          'aria-pressed': each.pressed ? 'true' : 'false', on: { click: () => picked(latest.get(each.key)) },
        }, own(each.label || '—'), ' ', h('span', { class: 'small soft' }, named(each),
          each.start === null && each.end === null ? '' : [' · ', h('span', { dir: 'ltr' }, span(each.start, each.end))], h('span', { class: 'map-said' })));
        return h('li', {}, button);
      });
    items.forEach((each, n) => { rows.children[n].querySelector('.map-said').textContent = each.said ? ` · ${each.said}` : ''; });
    fill(more, found.length > LISTED ? h('p', { class: 'small' }, t('map.more_in_view', { n: found.length - LISTED })) : null);
  }

  function picked(shape) {
    chosen = shape.id;
    look();
    if (pickers.size > 0) for (const each of pickers) each(shape);
    else if (shape.href) location.hash = shape.href.replace(/^#?/, '#');
  }

  function under(point) {
    const names = [...sets.keys()].filter((each) => !sets.get(each).hidden);
    const known = names.flatMap(layerIds);
    const around = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
    const found = new Map();
    for (const each of map.queryRenderedFeatures(around, { layers: known })) {
      const some = sets.get(each.source.replace('set-', ''))?.shapes ?? [];
      // what is painted may be older than what there is by now
      const shape = some[each.properties.n]?.id === each.properties.id ? some[each.properties.n] : some.find(({ id }) => id === each.properties.id);
      if (shape) found.set(shape.id, shape);
    }
    // the smallest first: what lies in something else can still be had
    return [...found.values()].sort((a, b) => Number(b.point) - Number(a.point)
      || (a.box[2] - a.box[0]) * (a.box[3] - a.box[1]) - (b.box[2] - b.box[0]) * (b.box[3] - b.box[1]));
  }

  const draw = drawing({ map, box, over, paint: () => paint });
  map.on('click', ({ point }) => {
    if (draw.busy()) return;
    const found = under(point);
    if (found.length > 0) picked(found[(found.findIndex((each) => each.id === chosen) + 1) % found.length]);
  });
  map.on('mousemove', ({ point }) => {
    if (!draw.busy()) map.getCanvas().style.cursor = under(point).length > 0 ? 'pointer' : '';
  });
  map.on('moveend', look);

  function repaint() {
    paint = colours();
    for (const [id, property, value] of painted(map.getStyle().layers, paint)) map.setPaintProperty(id, property, value);
    hatches();
    for (const name of made) map.removeImage(name);
    made.clear();
    for (const [name, { shapes }] of sets) {
      symbols(shapes);
      if (shapes.some((each) => each.symbol)) map.getSource(`set-${name}`).setData(features(shapes));
      for (const each of layers(name, paint, at)) {
        for (const [property, value] of Object.entries(each.paint)) map.setPaintProperty(each.id, property, value);
      }
    }
    look();
  }
  const lit = new MutationObserver(repaint);
  lit.observe(document.documentElement, { attributes: true, attributeFilter: ['data-light'] });

  // what calls for somebody breathes, where motion is wanted
  let wide = false;
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const pulse = setInterval(() => {
    if (still.matches || document.hidden || map.isMoving()) return;
    wide = !wide;
    for (const [name, { shapes }] of sets) {
      if (shapes.some(({ kind }) => kind === 'alert')) map.setPaintProperty(`set-${name}-ring`, 'circle-radius', wide ? 13 : 9);
    }
  }, PULSE_MS);

  if (controls) over.append(bordersSwitch(map));
  if (beneath.why) over.append(h('p', { class: 'small problem' }, t('map.own_failed'), ' ', own(beneath.why, { lang: 'en', dir: 'ltr' })));
  // a picture of the map goes round without what stands above it
  if (document.querySelector('#app > .exercise') !== null) over.append(h('strong', { class: 'map-exercise' }, t('map.exercise')));
  const sized = new ResizeObserver(() => map.resize());
  sized.observe(box);
  look();

  return {
    set, inView, map,
    fit: (shapes) => fitTo(shapes),
    at: (ms) => {
      at = ms;
      busy();
      for (const name of sets.keys()) {
        for (const each of layers(name, paint, at)) map.setFilter(each.id, each.filter);
      }
      look();
    },
    pick: (does) => {
      pickers.add(does);
      return () => pickers.delete(does);
    },
    show: (name, whether) => {
      const found = sets.get(name);
      if (found === undefined) return;
      found.hidden = !whether;
      busy();
      for (const id of layerIds(name)) map.setLayoutProperty(id, 'visibility', whether ? 'visible' : 'none');
      look();
    },
    choose: (id) => {
      chosen = id;
      look();
    },
    go: (lat, lon, zoom = Math.max(map.getZoom(), 8)) => map.jumpTo({ center: [lon, lat], zoom }),
    whenMoved: (does) => {
      movers.add(does);
      return () => movers.delete(does);
    },
    draw: (kind) => draw.begin(kind),
    end: () => {
      if (ended) return;
      ended = true;
      draw.leave();
      lit.disconnect();
      sized.disconnect();
      clearInterval(pulse);
      map.remove();
    },
  };
}

function bordersSwitch(map) {
  const input = h('input', {
    type: 'checkbox', checked: prefs().borders !== false,
    on: {
      change: () => {
        prefer({ borders: input.checked });
        map.setLayoutProperty('borders', 'visibility', input.checked ? 'visible' : 'none');
        for (const { id, metadata } of map.getStyle().layers) {
          if (metadata?.own === 'border') map.setLayoutProperty(id, 'visibility', input.checked ? 'visible' : 'none');
        }
      },
    },
  });
  return h('label', { class: 'map-borders small' }, input, ' ', t('map.borders'));
}

