// What lies under everything: land, coasts, border lines and a graticule (Natural Earth), in the colours of the page;
// over the land the party's own map, where node.toml names one (PMTiles, docs/map.md).

import * as api from '../core/api.js';
import '../vendor/topojson-client/dist/topojson-client.min.js';

const ATLAS = new URL('../vendor/world-atlas/countries-50m.json', import.meta.url);
const PMTILES = new URL('../vendor/pmtiles/dist/pmtiles.js', import.meta.url);
const TILES = '/v1/basemap.pmtiles';
let atlas = null;
let own = null;

/** Land, coast and borders as GeoJSON; read once. */
export function world() {
  atlas ??= fetch(ATLAS).then((answer) => answer.json()).then((found) => {
    const { countries, land } = found.objects;
    const { feature, mesh } = globalThis.topojson;
    return {
      land: feature(found, land),
      coast: mesh(found, countries, (a, b) => a === b),
      borders: mesh(found, countries, (a, b) => a !== b),
    };
  }).catch((error) => {
    atlas = null; // the next map tries again
    throw error;
  });
  return atlas;
}

/** The party's own map, as GET /v1/basemap has it; `kind` null where none is set, or `why` it cannot be read. */
export function basemap() {
  own ??= api.get('/v1/basemap').catch((problem) => {
    own = null;
    return { kind: null, why: problem.message };
  });
  return own;
}

/** The colours of the page as it is now (base.css), for what is painted and not styled. */
export function colours() {
  const found = getComputedStyle(document.documentElement);
  const value = (name) => found.getPropertyValue(`--${name}`).trim();
  const night = document.documentElement.dataset.light === 'night';
  return {
    night,
    water: night ? '#0a1a24' : '#d6e4ea', land: night ? '#1b232a' : '#f6f5f1', coast: night ? '#5b7180' : '#7c8f99',
    grid: night ? '#2a3d49' : '#b9c8d0', border: night ? '#8497a3' : '#6f7a81',
    ink: value('ink'), paper: value('paper'), soft: value('soft'), ours: value('ours'), theirs: value('theirs'),
    alarm: value('alarm'), warn: value('warn'), good: value('good'), focus: value('focus'), line: value('line'),
  };
}

/** A style without anything of ours: what is under the shapes. `tiles`: what `basemap` gave. */
export function style(earth, tiles, paint, borders) {
  const sources = {
    land: { type: 'geojson', data: earth.land, maxzoom: 8 },
    coast: { type: 'geojson', data: { type: 'Feature', properties: {}, geometry: earth.coast }, maxzoom: 8 },
    borders: { type: 'geojson', data: { type: 'Feature', properties: {}, geometry: earth.borders }, maxzoom: 8 },
    graticule: { type: 'geojson', data: graticule(), maxzoom: 4 },
  };
  const layers = [
    { id: 'water', type: 'background', paint: {} },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-antialias': false } },
  ];
  if (tiles !== null) {
    sources.own = {
      type: tiles.kind, tiles: ['wideberth-tiles://{z}/{x}/{y}'], tileSize: 256, minzoom: tiles.min_zoom,
      maxzoom: tiles.max_zoom, bounds: tiles.bounds, attribution: text(tiles.attribution),
    };
    if (tiles.kind === 'raster') layers.push({ id: 'own', type: 'raster', source: 'own', paint: {} });
    else layers.push(...vector(tiles.layers));
  }
  for (const [id, size] of [['grid-10', 10], ['grid-1', 1]]) {
    layers.push({
      id, type: 'line', source: 'graticule', filter: ['==', ['get', 'step'], size], minzoom: size === 1 ? 4.5 : 0,
      paint: { 'line-width': size === 1 ? 0.5 : 1 },
    });
  }
  const visible = { visibility: borders ? 'visible' : 'none' };
  layers.push(
    { id: 'coast', type: 'line', source: 'coast', paint: { 'line-width': 1 } },
    { id: 'borders', type: 'line', source: 'borders', layout: visible, paint: { 'line-width': 1, 'line-dasharray': [4, 2] } },
  );
  const made = { version: 8, sources, layers };
  for (const [id, name, value] of painted(made.layers, paint)) {
    made.layers.find((each) => each.id === id).paint[name] = value;
  }
  return made;
}

/** What is painted how: [layer, property, value], for a style, or one that is there already. */
export function painted(layers, paint) {
  const found = [
    ['water', 'background-color', paint.water], ['land', 'fill-color', paint.land], ['coast', 'line-color', paint.coast],
    ['borders', 'line-color', paint.border], ['grid-10', 'line-color', paint.grid], ['grid-1', 'line-color', paint.grid],
  ];
  for (const { id, type, metadata } of layers) {
    if (id === 'own') found.push([id, 'raster-brightness-max', paint.night ? 0.45 : 1]);
    if (metadata?.own === undefined) continue;
    const colour = metadata.own === 'water' ? paint.water : metadata.own === 'border' ? paint.border : paint.coast;
    found.push([id, `${type}-color`, colour]);
    if (type === 'fill' && metadata.own !== 'water') found.push([id, 'fill-opacity', 0.12]);
  }
  return found;
}

// a map of tiles of lines and areas has its own names for what is in it: the usual ones are known, the rest is thin lines
function vector(names) {
  const made = [];
  for (const name of names) {
    const of = { source: 'own', 'source-layer': name };
    if (/^water|ocean|lake/.test(name)) {
      made.push({ ...of, id: `own-${name}`, type: 'fill', filter: ['==', ['geometry-type'], 'Polygon'], metadata: { own: 'water' }, paint: {} });
    } else if (/boundar|admin|border/.test(name)) {
      made.push({ ...of, id: `own-${name}`, type: 'line', metadata: { own: 'border' }, paint: { 'line-width': 1, 'line-dasharray': [4, 2] } });
    } else if (/build|landuse|landcover|urban/.test(name)) {
      made.push({ ...of, id: `own-${name}`, type: 'fill', filter: ['==', ['geometry-type'], 'Polygon'], metadata: { own: 'area' }, paint: {} });
    } else if (!/^earth|land$|place|label|poi|name/.test(name)) {
      made.push({ ...of, id: `own-${name}`, type: 'line', metadata: { own: 'line' }, paint: { 'line-width': 0.75, 'line-opacity': 0.7 } });
    }
  }
  return made;
}

function graticule() {
  const features = [];
  const add = (step, coordinates) => features.push({ type: 'Feature', properties: { step }, geometry: { type: 'LineString', coordinates } });
  for (const step of [10, 1]) {
    for (let lon = -180; lon <= 180; lon += step) if (step === 10 || lon % 10 !== 0) add(step, [[lon, -85], [lon, 85]]);
    for (let lat = -80; lat <= 80; lat += step) {
      if (step === 10 || lat % 10 !== 0) add(step, [[-180, lat], [0, lat], [180, lat]]);
    }
  }
  return { type: 'FeatureCollection', features };
}

// what a file says of itself is text, and no markup
function text(said) {
  const named = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return String(said ?? '').replace(/[&<>"]/g, (each) => named[each]);
}

/** The protocol by which tiles of the own map are read: ranges of one file of the node's. */
export async function serveTiles(maplibre) {
  if (globalThis.pmtiles === undefined) {
    await new Promise((done, failed) => {
      const script = document.createElement('script');
      script.src = PMTILES;
      script.addEventListener('load', done);
      script.addEventListener('error', failed);
      document.head.append(script);
    });
  }
  const archive = new globalThis.pmtiles.PMTiles(new URL(TILES, location.href).href);
  maplibre.addProtocol('wideberth-tiles', async ({ url }, { signal }) => {
    const [z, x, y] = url.replace('wideberth-tiles://', '').split('/').map(Number);
    const found = await archive.getZxy(z, x, y, signal);
    return { data: found?.data ?? new ArrayBuffer(0) };
  });
}
