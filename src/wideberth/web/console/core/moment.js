// A moment as people type it. Always UTC, and never in an order of day and month that two people read differently.

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WHOLE = /^(\d{4})-(\d{2})-(\d{2})[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*Z?$/i;
const CLOCK = /^(\d{2}|\d(?=:)):?(\d{2})(?::(\d{2}))?\s*Z?$/i;
const GROUP = /^(\d{2})(\d{2})(\d{2})\s*Z\s*([A-Z]{3})\s*(\d{2})$/i; // date-time group: 281430Z NOV 26
const AHEAD = /^\+\s*(\d{1,4})\s*(min|m|h|d)$/i;
const UNIT_MS = { min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DAY_MS = 86_400_000;

/**
 * What is read (ms since 1970), or null where it cannot be. `now`: a time of day alone is the one nearest to it, and
 * `+2h` is ahead of it.
 */
export function read(text, now) {
  const said = text.trim();
  const ahead = AHEAD.exec(said);
  if (ahead !== null) return Math.floor(now / 1_000) * 1_000 + Number(ahead[1]) * UNIT_MS[ahead[2].toLowerCase()];
  const whole = WHOLE.exec(said);
  if (whole !== null) return at(whole.slice(1));
  const group = GROUP.exec(said);
  if (group !== null) {
    const month = MONTHS.indexOf(group[4].toUpperCase()) + 1;
    return at([2_000 + Number(group[5]), month, group[1], group[2], group[3], 0]);
  }
  const clock = CLOCK.exec(said);
  if (clock === null) return null;
  const today = new Date(now).toISOString().slice(0, 10).split('-');
  const found = at([...today, ...clock.slice(1)]);
  if (found === null) return null;
  return [found - DAY_MS, found, found + DAY_MS].reduce((a, b) => (Math.abs(b - now) < Math.abs(a - now) ? b : a));
}

// a day or an hour that does not exist is no moment
function at(parts) {
  const [year, month, day, hour, minute, second] = parts.map((each) => Number(each ?? 0));
  const found = Date.UTC(year, month - 1, day, hour, minute, second);
  const again = new Date(found);
  const same = again.getUTCFullYear() === year && again.getUTCMonth() === month - 1 && again.getUTCDate() === day
    && again.getUTCHours() === hour && again.getUTCMinutes() === minute && again.getUTCSeconds() === second;
  return same ? found : null;
}

/** A moment as the field has it: 2026-11-28 14:30, with seconds where there are any. */
export function write(value) {
  if (value === null || value === undefined || value === '') return '';
  const text = new Date(value).toISOString();
  return text.slice(0, 16).replace('T', ' ') + (text.slice(17, 19) === '00' ? '' : text.slice(16, 19));
}

/** The same as RFC 3339. */
export const rfc = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
