// What a person prefers is kept with the account: read when somebody signs in, written when it changes.

import * as api from './api.js';
import { prefer, prefs, whenPreferred } from './prefs.js';

const KEPT = ['language', 'units', 'notation', 'light', 'sound'];
let whose = null;
let sending = false;
let again = false; // something has changed since

/** Take over what the account prefers; what it never said stays as it is here. */
export async function load(session) {
  const before = prefs();
  let found;
  try {
    found = await api.get('/v1/preferences');
  } catch {
    return; // no reason not to sign in; what the account prefers is not known, so nothing is written over it
  }
  whose = session.name;
  const chosen = (name) => prefs()[name] !== before[name]; // meanwhile, here
  const said = Object.entries(found).filter(([name, value]) => KEPT.includes(name) && value !== null && prefs()[name] !== value && !chosen(name));
  const late = KEPT.some(chosen);
  if (said.length > 0) prefer(Object.fromEntries(said), 'account');
  if (late) keep();
}

/** Nobody is signed in: changes stay in this browser. */
export function forget() {
  whose = null;
}

whenPreferred((_all, changed, from) => {
  if (from !== 'here' || whose === null || !Object.keys(changed).some((each) => KEPT.includes(each))) return;
  keep();
});

// one after the other, and the last as it is then: what is sent side by side may come in another order
async function keep() {
  again = true;
  if (sending) return;
  sending = true;
  while (again && whose !== null) {
    again = false;
    await api.put('/v1/preferences', Object.fromEntries(KEPT.map((name) => [name, prefs()[name]]))).catch(() => {});
  }
  sending = false;
}
