// Shapes as the map draws them: features, and the layers of a set of them.
//
// Whose a shape is is said by colour and by the pattern of its edge: ours a solid line, theirs long dashes. What is known
// only coarsely is hatched with short dashes at its edge, what is inferred dotted. So nothing is said by colour alone.

import { coded, t } from '../core/words.js';

const SMALL_PX = 10; // what is smaller on the screen has a dot beside it

/** Colours by whose; alarms, cases and sites have their own. */
export function colour(paint) {
  return ['match', ['get', 'tone'], 'ours', paint.ours, 'theirs', paint.theirs, 'alarm', paint.alarm, 'good', paint.good, 'warn', paint.warn, paint.soft];
}

/** Which colour a shape has. */
export function tone(shape) {
  if (['alert', 'conflict', 'case'].includes(shape.kind)) return 'alarm';
  if (shape.kind === 'hold') return 'warn';
  if (shape.kind === 'site' || shape.kind === 'movement') return 'good';
  return shape.whose === 'ours' || shape.whose === 'theirs' ? shape.whose : 'soft';
}

/** A shape in words, as lists and labels say it: what it is, whose, and how well it is known. */
export function named(shape) {
  const parts = [coded('map', `kind_${shape.kind}`)];
  if (shape.whose !== '') parts.push(coded('map', `whose_${shape.whose}`));
  if (shape.level !== 'full') parts.push(t(`map.level_${shape.level}`));
  return parts.join(' · ');
}

/** When a shape begins and ends, in ms; without bounds ±Infinity. */
export function window_(shape) {
  return [shape.start ? Date.parse(shape.start) : -Infinity, shape.end ? Date.parse(shape.end) : Infinity];
}

/** Whether it is active at a moment (half-open); at no moment in particular all are. */
export function active(shape, at) {
  if (at === null) return true;
  const [start, end] = shape.window ?? window_(shape);
  return start <= at && at < end;
}

/** West, south, east, north of a geometry, in degrees. */
export function bounds(geometry) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (found) => {
    if (typeof found[0] === 'number') {
      west = Math.min(west, found[0]);
      east = Math.max(east, found[0]);
      south = Math.min(south, found[1]);
      north = Math.max(north, found[1]);
    } else for (const each of found) walk(each);
  };
  walk(geometry.coordinates);
  return [west, south, east, north];
}

/** The names of the layers of a set. */
export const layerIds = (name) => ['fill', 'hatch', 'solid', 'dashed', 'rough', 'dot', 'ring', 'symbol'].map((each) => `set-${name}-${each}`);

/** A shape as it is kept: with its bounds, its window and a place for its label. */
export function kept(shape) {
  const box = bounds(shape.geometry);
  const point = shape.geometry.type === 'Point';
  const at = point ? shape.geometry.coordinates : [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  return { ...shape, box, at, point, window: window_(shape) };
}

// at which zoom it is large enough to be seen by itself
function seenFrom([west, south, east, north]) {
  const wide = Math.max(east - west, north - south, 1e-7);
  return Math.min(22, Math.log2((SMALL_PX * 360) / (512 * wide)));
}

/** Features of a set. `id` and `n`: which shape it is, and where it stands in the set. */
export function features(shapes) {
  const found = [];
  shapes.forEach((shape, n) => {
    const properties = {
      n, id: shape.id, kind: shape.kind, whose: shape.whose, level: shape.level, tone: tone(shape), state: shape.state ?? '',
      start: Math.max(shape.window[0], -8.64e15), end: Math.min(shape.window[1], 8.64e15),
      // what is only offered or drafted is not there yet
      rough: shape.level !== 'full' || shape.kind === 'proposal' || shape.kind === 'draft' ? 1 : 0,
      fill: `${shape.level}-${tone(shape)}`, image: shape.image ?? '', faded: shape.faded ? 1 : 0, turn: shape.turn ?? 0,
    };
    found.push({ type: 'Feature', properties, geometry: shape.geometry });
    if (!shape.point) {
      found.push({
        type: 'Feature', properties: { ...properties, dot: seenFrom(shape.box) }, geometry: { type: 'Point', coordinates: shape.at },
      });
    }
  });
  return { type: 'FeatureCollection', features: found };
}

/** What is shown at a moment; null: everything. */
export const during = (at) => (at === null ? true : ['all', ['<=', ['get', 'start'], at], ['>', ['get', 'end'], at]]);

const AREA = ['in', ['geometry-type'], ['literal', ['Polygon', 'MultiPolygon']]];
const POINT = ['==', ['geometry-type'], 'Point'];
const ROUGH = ['==', ['get', 'rough'], 1];
const FULL = ['==', ['get', 'level'], 'full'];
const THEIRS = ['==', ['get', 'whose'], 'theirs'];
const EDGED = ['!=', ['geometry-type'], 'Point'];

/** The layers of a set, the lowest first; `at` as for `during`. */
export function layers(name, paint, at) {
  const source = `set-${name}`;
  const time = during(at);
  const tint = colour(paint);
  const edge = (id, filter, dash) => ({
    id: `${source}-${id}`, type: 'line', source, filter: ['all', EDGED, filter, time], layout: { 'line-join': 'round' },
    paint: { 'line-color': tint, 'line-width': id === 'rough' ? 1.5 : 2, ...(dash === null ? {} : { 'line-dasharray': dash }) },
  });
  return [
    { id: `${source}-fill`, type: 'fill', source, filter: ['all', AREA, FULL, time], paint: { 'fill-color': tint, 'fill-opacity': paint.night ? 0.22 : 0.14, 'fill-antialias': false } },
    { id: `${source}-hatch`, type: 'fill', source, filter: ['all', AREA, ['!', FULL], time], paint: { 'fill-pattern': ['get', 'fill'], 'fill-antialias': false } },
    edge('solid', ['all', ['!', ROUGH], ['!', THEIRS]], null),
    edge('dashed', ['all', ['!', ROUGH], THEIRS], [5, 2.5]),
    edge('rough', ROUGH, [1.5, 1.5]),
    {
      id: `${source}-dot`, type: 'circle', source, filter: ['all', POINT, ['has', 'dot'], ['<', ['zoom'], ['get', 'dot']], time],
      paint: { 'circle-radius': 3.5, 'circle-color': tint, 'circle-stroke-width': 1, 'circle-stroke-color': paint.paper },
    },
    {
      id: `${source}-ring`, type: 'circle', source, filter: ['all', POINT, ['!', ['has', 'dot']], ['==', ['get', 'image'], ''], time],
      paint: {
        'circle-radius': 9, 'circle-radius-transition': { duration: 900 }, 'circle-color': tint, 'circle-opacity': 0.25,
        'circle-stroke-width': 3, 'circle-stroke-color': tint,
      },
    },
    {
      id: `${source}-symbol`, type: 'symbol', source, filter: ['all', POINT, ['!=', ['get', 'image'], ''], time],
      layout: { 'icon-image': ['get', 'image'], 'icon-allow-overlap': true },
      paint: { 'icon-opacity': ['case', ['==', ['get', 'faded'], 1], 0.45, 1] },
    },
  ];
}
