// Drawing a ground on the map: points by pointer, or at the cross in the middle by keyboard. Gives a volume as the
// native JSON has it, from the surface up and without times: whoever asked for it sets those.

import { field } from '../core/form.js';
import { length, place } from '../core/format.js';
import { fill, h } from '../core/html.js';
import { prefs } from '../core/prefs.js';
import { number, t } from '../core/words.js';
import { area, circle, inverse } from './sphere.js';

const MILE = 1852;
const DIGITS = 1e7;
const NO_PAD = { h_m: 0, v_m: 0, t_s: 0 };
const MOST = 500; // points that a hand sets
const RADIUS = { circle: '5000', corridor: '1000' }; // m, to begin with

const exact = (degrees) => Math.round(degrees * DIGITS) / DIGITS;
const turned = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;
const position = ([lon, lat]) => [exact(turned(lon)), exact(lat)];
// up, so that nothing is drawn smaller than it is
const tenths = (metres) => Math.ceil(metres * 10 - 1e-6) / 10;

/** A volume with a ground: unbounded in height and time, without pads. */
export function volumeOf(ground) {
  return {
    ground, lower: { value: 0, unit: 'm', datum: 'SFC' }, upper: { value: 0, unit: 'm', datum: 'UNL' },
    start: null, end: null, band: null, pad: NO_PAD,
  };
}

/** The ground of what was drawn; null where there is not enough of it. */
export function groundOf(kind, points, metres) {
  if (kind === 'circle') {
    return points.length < 1 || !(metres > 0) ? null : { type: 'circle', centre: position(points[0]), radius_m: tenths(metres), slack_m: 0 };
  }
  if (kind === 'corridor') {
    return points.length < 2 || !(metres > 0) ? null
      : { type: 'corridor', points: points.map(position), half_width_m: tenths(metres), edges: 'geodesic', slack_m: 0 };
  }
  if (kind === 'measure') return null;
  return points.length < 3 ? null : { type: 'polygon', rings: [points.map(position)], edges: 'geodesic', slack_m: 0 };
}

/** The tool of one map: `begin(kind)`, `busy()`, `leave()`. Kinds: polygon, circle, corridor, and measure. */
export function drawing({ map, box, over, paint }) {
  let now = null;
  const empty = { type: 'FeatureCollection', features: [] };

  function layersThere() {
    if (map.getSource('drawn') !== undefined) return;
    map.addSource('drawn', { type: 'geojson', data: empty });
    const tint = paint().focus;
    map.addLayer({ id: 'drawn-fill', type: 'fill', source: 'drawn', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': tint, 'fill-opacity': 0.15 } });
    map.addLayer({ id: 'drawn-line', type: 'line', source: 'drawn', paint: { 'line-color': tint, 'line-width': 2.5, 'line-dasharray': [2, 1] } });
    map.addLayer({
      id: 'drawn-point', type: 'circle', source: 'drawn', filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 4.5, 'circle-color': paint().paper, 'circle-stroke-color': tint, 'circle-stroke-width': 2.5 },
    });
  }

  function shown() {
    const { kind, points } = now;
    const features = points.map((each) => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: each } }));
    const line = now.hover !== null && kind !== 'circle' ? [...points, now.hover] : points;
    if (kind === 'circle' && points.length > 0 && now.metres > 0) {
      features.push({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [circle(points[0], now.metres)] } });
    } else if (kind === 'polygon' && line.length > 2) {
      features.push({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[...line, line[0]]] } });
    } else if (line.length > 1) {
      features.push({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line } });
      if (kind === 'corridor' && now.metres > 0) {
        for (const each of points) features.push({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [circle(each, now.metres, 36)] } });
      }
    }
    map.getSource('drawn')?.setData({ type: 'FeatureCollection', features });
    now.changed();
  }

  function add(point) {
    if (now.points.length >= MOST) return;
    if (now.kind === 'circle' && now.points.length === 1) {
      now.metres = inverse(now.points[0], point).metres;
      now.width.set(String(tenths(now.metres)));
    } else now.points.push(point);
    now.hover = null;
    shown();
  }

  function begin(kind) {
    leave();
    return new Promise((done) => {
      const label = kind === 'circle' ? t('map.radius_m') : t('map.half_width_m');
      const width = field('metres', label, { kind: 'number', min: 1, value: RADIUS[kind] ?? '' });
      const said = h('p', { class: 'small', role: 'status' });
      const finish = h('button', { type: 'button', class: 'first', on: { click: end } }, t('map.done'));
      const before = document.activeElement;
      now = { kind, points: [], hover: null, metres: Number(RADIUS[kind] ?? 0), width, changed, done, before };
      width.input.addEventListener('input', () => {
        now.metres = width.value() ?? 0;
        shown();
      });
      const bar = h('div', { class: 'map-draw', role: 'group', 'aria-label': t(`map.draw_${kind}`), dir: document.documentElement.dir },
        h('strong', {}, t(`map.draw_${kind}`)), h('p', { class: 'small' }, t(`map.draw_${kind}_how`)), said,
        kind === 'circle' || kind === 'corridor' ? width.element : null,
        h('div', { class: 'actions' }, kind === 'measure' ? null : finish,
          h('button', { type: 'button', on: { click: () => add(centre()) } }, t('map.point_here')),
          h('button', { type: 'button', on: { click: back } }, t('map.point_back')),
          h('button', { type: 'button', on: { click: leave } }, kind === 'measure' ? t('core.close') : t('core.cancel'))));
      now.bar = bar;
      over.append(bar);
      box.classList.add('drawing');
      layersThere();
      map.doubleClickZoom.disable();
      map.getCanvas().style.cursor = 'crosshair';
      map.on('click', clicked);
      map.on('mousemove', moved);
      box.addEventListener('keydown', typed);
      bar.addEventListener('keydown', typed);
      map.getCanvas().focus();
      changed();

      function changed() {
        const ground = groundOf(now.kind, now.points, now.metres);
        finish.disabled = ground === null;
        const last = now.points.at(-1);
        fill(said, t('map.points', { n: now.points.length }), last === undefined ? null : [' · ', h('bdi', { dir: 'ltr' }, place(last[1], turned(last[0])))],
          now.kind === 'circle' && now.metres > 0 ? ` · ${length(now.metres, { up: true })}` : null,
          now.kind === 'measure' ? measured() : null);
      }

      function end() {
        const ground = groundOf(now.kind, now.points, now.metres);
        if (ground !== null) close(volumeOf(ground));
      }
      now.end = end;
    });
  }

  // the whole way, the last leg, and what the points enclose
  function measured() {
    const some = now.hover === null ? now.points : [...now.points, now.hover];
    if (some.length < 2) return null;
    const legs = some.slice(1).map((each, n) => inverse(some[n], each));
    const last = legs.at(-1);
    const whole = legs.reduce((sum, { metres }) => sum + metres, 0);
    const bearing = String(Math.round(last.bearing) % 360).padStart(3, '0');
    return h('dl', { class: 'facts small', data: { measured: String(Math.round(whole)) } },
      h('dt', {}, t('map.leg')), h('dd', { dir: 'ltr' }, `${length(last.metres)} · ${bearing}°`),
      h('dt', {}, t('map.whole_way')), h('dd', { dir: 'ltr' }, length(whole)),
      some.length < 3 ? null : [h('dt', {}, t('map.enclosed')), h('dd', { dir: 'ltr' }, t('map.about', { area: square(area(some)) }))]);
  }

  const centre = () => {
    const { lng, lat } = map.getCenter();
    return [lng, lat];
  };
  const clicked = ({ lngLat }) => add([lngLat.lng, lngLat.lat]);
  const moved = ({ lngLat }) => {
    if (now.points.length === 0) return;
    now.hover = [lngLat.lng, lngLat.lat];
    shown();
  };

  function back() {
    now.points.pop();
    now.hover = null;
    shown();
  }

  function typed(event) {
    const onMap = box.contains(event.target);
    if (event.key === 'Escape') leave();
    else if (event.key === 'Enter' && onMap) now.end();
    else if (event.key === ' ' && onMap) add(centre());
    else if (event.key === 'Backspace' && onMap) back();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function close(volume) {
    const { bar, done, before } = now;
    now = null;
    map.off('click', clicked);
    map.off('mousemove', moved);
    box.removeEventListener('keydown', typed);
    bar.remove();
    box.classList.remove('drawing');
    map.getSource('drawn')?.setData(empty);
    map.getCanvas().style.cursor = '';
    // the click that ended it is no double click on the map
    setTimeout(() => map.doubleClickZoom?.enable(), 400);
    before?.focus?.();
    done(volume);
  }

  function leave() {
    if (now !== null) close(null);
  }

  return { begin, leave, busy: () => now !== null };
}

// an area in the unit of lengths that is preferred
function square(m2) {
  const [unit, name] = prefs().units === 'metric' ? [1e6, 'km²'] : [MILE ** 2, 'NM²'];
  return m2 < unit / 10 ? `${number(m2)} m²` : `${number(m2 / unit, 2)} ${name}`;
}
