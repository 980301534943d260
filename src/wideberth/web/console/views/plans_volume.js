// A volume as it is typed: what ground, between which altitudes, from when to when, on which frequencies.

import { field } from '../core/form.js';
import { inFeet } from '../core/format.js';
import { fill, h } from '../core/html.js';
import { t } from '../core/words.js';
import { placesField } from './plans_place.js';

const LENGTHS = { m: 1, km: 1_000, NM: 1_852 };
const DATUMS = ['ft MSL', 'm MSL', 'ft AGL', 'm AGL', 'FL', 'ft HAE', 'm HAE', 'SFC', 'UNL'];
const KINDS = ['circle', 'corridor', 'polygon'];
const LEAST = { circle: 1, corridor: 2, polygon: 3 };
const PAD = { h_m: 0, v_m: 0, t_s: 0 };

/** What cannot be read or is not there yet, and in which field. */
export class Missing extends Error {
  constructor(words, at) {
    super(words);
    this.at = at;
  }
}

/** A length in metres, to 0.1 mm, as a node takes it. */
const metres = (value, unit) => Math.round(value * LENGTHS[unit] * 10_000) / 10_000;

/** A length with a unit beside it. */
function lengthField(name, label) {
  const value = field(name, label, { kind: 'number', min: 0, step: 'any', ltr: true });
  const unit = h('select', { 'aria-label': t('plans.unit_of', { what: label }), dir: 'ltr' }, Object.keys(LENGTHS).map((each) => h('option', { value: each }, each)));
  value.element.classList.add('measured');
  value.input.after(unit);
  return {
    element: value.element, problem: value.problem, input: value.input,
    metres: () => (value.value() === null ? null : metres(value.value(), unit.value)),
    set: (found) => {
      const best = found !== 0 && found % 1_852 === 0 ? 'NM' : found >= 1_000 && found % 100 === 0 ? 'km' : 'm';
      unit.value = best;
      value.set(String(found / LENGTHS[best]));
    },
  };
}

/** An altitude: a number, and in what it is counted. */
function altitudeField(name, label) {
  const value = field(name, label, { kind: 'number', step: 'any', ltr: true });
  const datum = h('select', { 'aria-label': t('plans.datum_of', { what: label }), dir: 'ltr' }, DATUMS.map((each) => h('option', { value: each }, each)));
  value.element.classList.add('measured');
  value.input.after(datum);
  const free = () => ['SFC', 'UNL'].includes(datum.value);
  const look = () => { value.input.disabled = free(); };
  datum.addEventListener('change', look);
  return {
    element: value.element, problem: value.problem, input: value.input,
    altitude() {
      const [unit, of] = datum.value.includes(' ') ? datum.value.split(' ') : [datum.value === 'FL' ? 'FL' : 'm', datum.value];
      if (free()) return { value: 0, unit, datum: of };
      if (value.value() === null) throw new Missing(t('plans.needs_altitude'), value);
      return { value: value.value(), unit, datum: of };
    },
    set(said) {
      const found = inFeet(said);
      const wanted = found.datum === 'FL' ? 'FL' : ['SFC', 'UNL'].includes(found.datum) ? found.datum : `${found.unit} ${found.datum}`;
      if (![...datum.options].some((each) => each.value === wanted)) datum.append(h('option', { value: wanted }, wanted));
      datum.value = wanted;
      const flown = found.datum === 'FL' && found.unit !== 'FL' ? found.value / (found.unit === 'ft' ? 100 : 30.48) : found.value;
      value.set(free() ? '' : String(Math.round(flown * 1e6) / 1e6)); // 92.99999999999999 is 93
      look();
    },
  };
}

/**
 * The fields of one volume. `base`: a native volume that they begin with, whose other values stay. Gives {element,
 * volume(): promise of the native volume, set(volume), first()}; `volume` raises Missing. `changed`: called where what
 * is shown changes by itself.
 */
export function volumeFields(base, { title, remove = null, draw = null, changed }) {
  const kind = field('kind', t('plans.shape'), { kind: 'choice', choices: KINDS.map((each) => [each, t(`plans.ground_${each}`)]) });
  const one = placesField(t('plans.centre'), { many: false, help: t('plans.place_help') });
  const line = placesField(t('plans.route'), { many: true, help: t('plans.places_help') });
  const ring = placesField(t('plans.corners'), { many: true, help: t('plans.places_help') });
  const places = { circle: one, corridor: line, polygon: ring };
  const radius = lengthField('radius', t('plans.radius'));
  const width = lengthField('half_width', t('plans.half_width'));
  const lower = altitudeField('lower', t('plans.lower'));
  const upper = altitudeField('upper', t('plans.upper'));
  const start = field('start', t('plans.start'), { kind: 'time', help: t('plans.time_help') });
  const end = field('end', t('plans.end_time'), { kind: 'time' });
  const from = field('from_mhz', t('plans.from_mhz'), { kind: 'number', min: 0, step: 'any', ltr: true });
  const to = field('to_mhz', t('plans.to_mhz'), { kind: 'number', min: 0, step: 'any', ltr: true });
  const ground = h('div', {});
  const spectrum = h('div', { class: 'pair' }, from.element, to.element);
  const element = h('fieldset', { class: 'volume card' },
    h('legend', {}, title), kind.element, ground,
    h('div', { class: 'pair' }, lower.element, upper.element),
    h('div', { class: 'pair' }, start.element, end.element), spectrum,
    h('p', { class: 'actions' },
      draw === null ? null : h('button', { type: 'button', on: { click: async () => {
        const found = await draw(kind.value());
        if (found?.ground) setGround(found.ground);
        if (found) changed();
      } } }, t('plans.draw')),
      remove === null ? null : h('button', { type: 'button', class: 'quiet', on: { click: remove } }, t('plans.remove_volume'))));
  let kept = base;

  function look() {
    const chosen = kind.value();
    fill(ground, places[chosen].element, chosen === 'circle' ? radius.element : chosen === 'corridor' ? width.element : null);
  }
  kind.input.addEventListener('change', look);

  function setGround(found) {
    kind.set(found.type);
    if (found.type === 'circle') {
      one.set(found.centre === null ? [] : [found.centre]);
      radius.set(found.radius_m);
    } else if (found.type === 'corridor') {
      line.set(found.points);
      width.set(found.half_width_m);
    } else ring.set(found.rings[0] ?? []);
    kept = { ...kept, ground: found };
    look();
  }

  async function readGround() {
    const chosen = kind.value();
    const before = kept.ground?.type === chosen ? kept.ground : {};
    let found;
    try {
      found = await places[chosen].places();
    } catch (problem) {
      throw new Missing(problem.message, places[chosen]);
    }
    if (found.length < LEAST[chosen]) throw new Missing(t(`plans.needs_${chosen}`), places[chosen]);
    const slack_m = before.slack_m ?? 0;
    const edges = before.edges ?? 'geodesic';
    if (chosen === 'polygon') return { type: chosen, rings: [unclosed(found), ...(before.rings ?? []).slice(1)], edges, slack_m };
    const wide = (chosen === 'circle' ? radius : width).metres();
    if (wide === null) throw new Missing(t('plans.needs_length'), chosen === 'circle' ? radius : width);
    if (chosen === 'circle') return { type: chosen, centre: found[0], radius_m: wide, slack_m };
    return { type: chosen, points: found, half_width_m: wide, edges, slack_m };
  }

  function band() {
    // what is no number is not the same as no frequency
    for (const each of [from, to]) if (each.unread() !== null) throw new Missing(each.unread(), each);
    if (from.value() === null && to.value() === null) return null;
    if (from.value() === null || to.value() === null) throw new Missing(t('plans.needs_band'), from.value() === null ? from : to);
    return { from_hz: Math.round(from.value() * 1e6), to_hz: Math.round(to.value() * 1e6) };
  }

  function set(found) {
    kept = found;
    setGround(found.ground);
    lower.set(found.lower);
    upper.set(found.upper);
    start.set(found.start);
    end.set(found.end);
    from.set(found.band ? String(found.band.from_hz / 1e6) : '');
    to.set(found.band ? String(found.band.to_hz / 1e6) : '');
    spectrum.hidden = !found.band;
  }
  /** A moment as it was, where the field shows the same second. */
  const moment = (shown, before) => (shown !== null && before && shown.slice(0, 19) === new Date(before).toISOString().slice(0, 19) ? before : shown);

  set(base);
  return {
    element, set, setGround,
    first: () => places[kind.value()].input,
    times: { start, end },
    async volume() {
      // what the field cannot read is no time, though a browser may find one in it: of this machine's zone, month first
      for (const each of [start, end]) if (each.unread() !== null) throw new Missing(t('plans.needs_time'), each);
      const found = {
        ground: await readGround(), lower: lower.altitude(), upper: upper.altitude(), start: moment(start.value(), kept.start), end: moment(end.value(), kept.end),
        band: band(), pad: kept.pad ?? PAD,
      };
      if (found.start !== null && found.end !== null && Date.parse(found.start) >= Date.parse(found.end)) throw new Missing(t('plans.needs_window'), end);
      return found;
    },
    rename: (words) => { element.querySelector('legend').textContent = words; },
  };
}

// a ring is not closed by a repeated corner
function unclosed(points) {
  const [first, last] = [points[0], points.at(-1)];
  return points.length > 3 && first[0] === last[0] && first[1] === last[1] ? points.slice(0, -1) : points;
}

/** A volume of a shape that a map or a file has drawn (GeoJSON), for what may be missing there. */
export function volumeOf({ geometry, ground = null, lower, upper, start, end, radius_m: radius = 1_000 }, given) {
  const found = ground ?? groundOf(geometry, radius) ?? given.ground;
  return { ...given, ground: found, lower: lower ?? given.lower, upper: upper ?? given.upper, start: start ?? given.start, end: end ?? given.end };
}

function groundOf(geometry, radius) {
  if (geometry?.type === 'Point') return { type: 'circle', centre: geometry.coordinates.slice(0, 2).map(exact), radius_m: radius, slack_m: 0 };
  const points = (some) => some.map((each) => each.slice(0, 2).map(exact));
  if (geometry?.type === 'LineString') return { type: 'corridor', points: points(geometry.coordinates), half_width_m: radius, edges: 'geodesic', slack_m: 0 };
  if (geometry?.type === 'Polygon') return { type: 'polygon', rings: geometry.coordinates.map((each) => unclosed(points(each))), edges: 'geodesic', slack_m: 0 };
  return null;
}

const exact = (value) => Math.round(value * 1e7) / 1e7;

