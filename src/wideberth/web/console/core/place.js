// Places in any notation: grids for format.js, and a field that shows how the node reads what is typed.

import * as api from './api.js';
import { field } from './form.js';
import { grids } from './format.js';
import { fill, h, own } from './html.js';
import { explained } from './dialog.js';
import { prefs } from './prefs.js';
import { coded, load, t } from './words.js';

const WAIT_MS = 350; // after the last letter
const NOTATIONS = { dm: 'DM', dms: 'DMS', decimal: 'decimal', mgrs: 'MGRS', utm: 'UTM' };
let loading = null;
await load('place'); // whoever imports this has its words

/** Fills `format.grids` with MGRS and UTM; once. Near the poles, and where it could not be loaded, degrees stand instead. */
export function loadGrids() {
  loading ??= import('../vendor/mgrs/dist/mgrs.esm.js').then(({ forward }) => {
    grids.mgrs = (lat, lon) => (beyond(lat) ? degrees(lat, lon) : spaced(forward([lon, lat], 5)));
    grids.utm = (lat, lon) => (beyond(lat) ? degrees(lat, lon) : utm(lat, lon));
  }).catch((error) => {
    loading = null; // the next who asks tries again
    console.error(error);
  });
  return loading;
}

const beyond = (lat) => lat > 84 || lat < -80;
const degrees = (lat, lon) => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;

function spaced(reference) {
  const found = /^(\d{1,2}[A-Z])([A-Z]{2})(\d{5})(\d{5})$/.exec(reference);
  // the zone in two figures, as the node writes it
  return found === null ? reference : found.slice(1).join(' ').replace(/^(\d)(?=[A-Z])/, '0$1');
}

// Norway and Svalbard have zones of their own
function zoneOf(lat, lon) {
  const east = ((((lon + 180) % 360) + 360) % 360) - 180;
  if (lat >= 56 && lat < 64 && east >= 3 && east < 12) return 32;
  if (lat >= 72 && east >= 0 && east < 42) return east < 9 ? 31 : east < 21 ? 33 : east < 33 ? 35 : 37;
  return Math.min(60, Math.floor((east + 180) / 6) + 1);
}

// transverse Mercator by Krüger's series (n to the third power): under 1 mm within a zone
function utm(lat, lon) {
  const [a, f, k0] = [6_378_137, 1 / 298.257223563, 0.9996];
  const n = f / (2 - f);
  const radius = (a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
  const alpha = [n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16, (13 * n ** 2) / 48 - (3 * n ** 3) / 5, (61 * n ** 3) / 240];
  const zone = zoneOf(lat, lon);
  const turn = ((((lon - (6 * zone - 183)) + 540) % 360) + 360) % 360 - 180;
  const [phi, lambda] = [(lat * Math.PI) / 180, (turn * Math.PI) / 180];
  const c = (2 * Math.sqrt(n)) / (1 + n);
  const tau = Math.sinh(Math.atanh(Math.sin(phi)) - c * Math.atanh(c * Math.sin(phi)));
  const [xi, eta] = [Math.atan2(tau, Math.cos(lambda)), Math.asinh(Math.sin(lambda) / Math.hypot(tau, Math.cos(lambda)))];
  let [east, north] = [eta, xi];
  alpha.forEach((each, j) => {
    const m = 2 * (j + 1);
    east += each * Math.cos(m * xi) * Math.sinh(m * eta);
    north += each * Math.sin(m * xi) * Math.cosh(m * eta);
  });
  const south = lat < 0;
  const metres = [500_000 + k0 * radius * east, (south ? 10_000_000 : 0) + k0 * radius * north].map(Math.round);
  // as the node writes and reads it
  return `UTM ${zone} ${south ? 'south' : 'north'} ${metres.join(' ')}`;
}

/** How the node reads a place: {lat, lon, notation, all, nearest, doubts}. Problems as the API has them. */
export const readPlace = (text, signal) => api.get(api.asking('/v1/place', { text }), signal);

/** What was read, for people: in the preferred notation and another, the nearest town, and the doubts. */
export function readAs(found) {
  const wanted = NOTATIONS[prefs().notation] ?? 'DM';
  const names = [...new Set([wanted, 'DM', 'MGRS'])].filter((each) => found.all[each] !== undefined).slice(0, 2);
  return [
    h('span', {}, t('place.read_as'), ' ', names.map((each, n) => [n > 0 ? ' · ' : null, own(found.all[each], { dir: 'ltr' })])),
    found.nearest ? h('span', { class: 'soft' }, ' · ', own(found.nearest, { lang: 'en', dir: 'ltr' })) : null,
    found.doubts.map((each) => h('p', { class: 'doubt' }, h('strong', {}, coded('place', `doubt_${each.kind}`)), ' ', own(each.text, { lang: 'en', dir: 'ltr' }))),
  ];
}

/**
 * A field for a place in any notation, as `core/form.js` makes fields. It shows how the node reads it as one types.
 * `place()`: {lat, lon}, or null while nothing, or nothing that can be read, stands in it; `settled()`: the same once
 * the node has answered; `put(lat, lon)`: another place; `changed`: called with each place that was read, or null.
 */
export function placeField(name, label, { help = null, required = false, value = '', autofocus = false, changed = () => {} } = {}) {
  const made = field(name, label, { help: help ?? t('place.help'), required, value, autofocus, ltr: true });
  const said = h('div', { class: 'read small', role: 'status', 'aria-live': 'polite' });
  made.element.insertBefore(said, made.element.querySelector('.problem'));
  let timer = null;
  let asked = null;
  let control = null;
  let found = null;
  function start() {
    clearTimeout(timer);
    control?.abort();
    const text = made.input.value.trim();
    found = null;
    if (text === '') {
      fill(said);
      made.problem(null);
      asked = Promise.resolve(null);
      changed(null);
      return;
    }
    control = new AbortController();
    const { signal } = control;
    asked = new Promise((done) => {
      timer = setTimeout(done, WAIT_MS);
      signal.addEventListener('abort', done); // whoever waits goes on with what is typed since
    }).then(() => (signal.aborted ? asked : readPlace(text, signal))).then((answer) => {
      if (signal.aborted) return asked;
      found = answer;
      made.problem(null);
      fill(said, readAs(answer));
      changed({ lat: answer.lat, lon: answer.lon });
      return found;
    }).catch((problem) => {
      if (signal.aborted) return asked;
      fill(said);
      made.problem(explained(problem));
      changed(null);
      return null;
    });
  }
  made.input.addEventListener('input', start);
  const set = made.set;
  if (value !== '') start();
  return Object.assign(made, {
    place: () => (found === null ? null : { lat: found.lat, lon: found.lon }),
    notation: () => (found === null ? null : made.input.value.trim()),
    settled: async () => {
      await asked;
      return found === null ? null : { lat: found.lat, lon: found.lon };
    },
    set: (text) => {
      set(text);
      start();
    },
    put: (lat, lon) => {
      set(`${lat.toFixed(6)}, ${lon.toFixed(6)}`);
      start();
    },
  });
}

