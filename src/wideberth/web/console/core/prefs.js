// What the person at this browser prefers; kept here, and with the account where somebody is signed in.

const KEY = 'wideberth.preferences';
const DEFAULTS = {
  language: null, // null: as the browser says
  units: 'aviation', // or metric
  notation: 'dm', // dm, dms, decimal, mgrs, utm
  light: 'auto', // day, night, auto
  sound: true,
};
const listeners = new Set();
let held = { ...DEFAULTS };

try {
  held = { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
} catch {
  // what cannot be read is as if it were not there
}

export const prefs = () => held;

/** Change some; `from`: 'account' where they come from there. */
export function prefer(changed, from = 'here') {
  held = { ...held, ...changed };
  try {
    localStorage.setItem(KEY, JSON.stringify(held));
  } catch {
    // a browser that keeps nothing still shows what was chosen
  }
  for (const each of listeners) each(held, changed, from);
}

/** `does(all, changed, from)` after each change. Gives what ends that. */
export function whenPreferred(does) {
  listeners.add(does);
  return () => listeners.delete(does);
}
