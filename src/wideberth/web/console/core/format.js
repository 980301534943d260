// Times, lengths and places as people read them. Times are UTC and say so; a unit is always beside its number.

import { now as atNode } from './live.js';
import { prefs } from './prefs.js';
import { number, t } from './words.js';

const METRE_PER_FOOT = 0.3048;
const METRE_PER_MILE = 1852;

const two = (value) => String(value).padStart(2, '0');

/** A moment (RFC 3339 text, Date or ms): `14:05Z`; `seconds`: `14:05:12Z`. Another day is said too. */
export function time(value, { seconds = false, day = 'other', now = atNode() } = {}) {
  if (value === null || value === undefined) return t('core.unbounded');
  const at = new Date(value);
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${seconds ? `:${two(at.getUTCSeconds())}` : ''}Z`;
  const date = at.toISOString().slice(0, 10);
  if (day === 'never' || (day === 'other' && date === new Date(now).toISOString().slice(0, 10))) return clock;
  return `${date} ${clock}`;
}

/** From when to when: the day is said once. */
export function span(start, end, options = {}) {
  const same = start && end && String(start).slice(0, 10) === String(end).slice(0, 10);
  return `${time(start, options)} – ${time(end, same ? { ...options, day: 'never' } : options)}`;
}

/** A duration in ms, never more than two units: `2 h 05 min`, `4 min 30 s`, `12 s`. */
export function lasting(ms) {
  const s = Math.floor(Math.abs(ms) / 1_000);
  if (s < 60) return `${s} ${t('core.unit_s')}`;
  if (s < 3_600) return `${Math.floor(s / 60)} ${t('core.unit_min')} ${two(s % 60)} ${t('core.unit_s')}`;
  if (s < 86_400) return `${Math.floor(s / 3_600)} ${t('core.unit_h')} ${two(Math.floor((s % 3_600) / 60))} ${t('core.unit_min')}`;
  return `${Math.floor(s / 86_400)} ${t('core.unit_d')} ${Math.floor((s % 86_400) / 3_600)} ${t('core.unit_h')}`;
}

/** How long until a moment, or since: `in 4 min 30 s`, `2 min 10 s ago`. */
export function until(value, now) {
  const ms = new Date(value) - now;
  return t(ms >= 0 ? 'core.in_time' : 'core.ago', { time: lasting(ms) });
}

/** A horizontal length in metres; rounded down (`up`: up), so that no gap is shown larger than it is. */
export function length(metres, { up = false } = {}) {
  if (metres === null || metres === undefined) return t('core.unknown');
  const round = up ? Math.ceil : Math.floor;
  const metric = prefs().units === 'metric';
  if (metres < (metric ? 1_000 : METRE_PER_MILE / 10)) return `${number(round(metres))} m`;
  const unit = metric ? 1_000 : METRE_PER_MILE;
  return `${number(round((metres / unit) * 100) / 100, 2)} ${metric ? 'km' : 'NM'}`;
}

/** A vertical distance in metres. */
export function height(metres, { up = false } = {}) {
  if (metres === null || metres === undefined) return t('core.unknown');
  const round = up ? Math.ceil : Math.floor;
  return prefs().units === 'metric' ? `${number(round(metres))} m` : `${number(round(metres / METRE_PER_FOOT))} ft`;
}

/** Metres that are whole feet, in feet, where aviation's units are preferred: exact, for a node keeps no unit. */
export function inFeet(found) {
  const feet = found.value / METRE_PER_FOOT;
  const whole = found.unit === 'm' && found.value !== 0 && Math.abs(feet - Math.round(feet)) < 1e-6;
  return whole && prefs().units !== 'metric' ? { ...found, value: Math.round(feet), unit: 'ft' } : found;
}

/** An altitude as it was said ({value, unit, datum}): not rounded (beyond 1 mm); the datum is always there. */
export function altitude(found) {
  if (found === null || found === undefined) return t('core.unbounded');
  if (found.datum === 'SFC' || found.datum === 'UNL') return found.datum;
  if (found.datum === 'FL' || found.unit === 'FL') return `FL ${number(found.value)}`;
  const { value, unit, datum } = inFeet(found);
  return `${number(value, 3)} ${unit ?? ''} ${datum ?? ''}`.trim();
}

/** A place (degrees) in the preferred notation; MGRS and UTM as `core/place.js` gives them, if it was loaded. */
export function place(lat, lon) {
  if (lat === null || lat === undefined) return t('core.unknown');
  const notation = prefs().notation;
  if (notation === 'decimal') return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
  if (grids[notation]) return grids[notation](lat, lon);
  return `${sexagesimal(lat, 2, 'NS', notation === 'dms')} ${sexagesimal(lon, 3, 'EW', notation === 'dms')}`;
}

/** Notations that need more than arithmetic: by name, a function of latitude and longitude. */
export const grids = {};

function sexagesimal(value, width, sides, seconds) {
  const scale = seconds ? 36_000 : 6_000; // tenths of a second, hundredths of a minute
  let units = Math.round(Math.abs(value) * scale);
  const side = sides[value < 0 ? 1 : 0];
  const per = scale / 60;
  const degrees = Math.floor(units / scale);
  units -= degrees * scale;
  const minutes = Math.floor(units / per);
  const rest = units - minutes * per;
  const whole = String(degrees).padStart(width, '0');
  if (seconds) return `${whole}°${two(minutes)}′${(rest / 10).toFixed(1).padStart(4, '0')}″${side}`;
  return `${whole}°${two(minutes)}.${two(rest)}′${side}`;
}
