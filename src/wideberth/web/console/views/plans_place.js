// Places as they are typed or pasted, one in a line, in any notation: at once where they can be read only one way, else
// as the node reads them.

import * as api from '../core/api.js';
import { place } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import { t } from '../core/words.js';

const PLAIN = /^\s*([+-]?\d{1,2}(?:\.\d+)?)\s*°?\s*(?:[,;]\s*|\s+)([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*$/;
const PART = String.raw`(\d{1,3})(?:\s*°\s*|\s+)(?:(\d{1,2}(?:\.\d+)?)(?:\s*['′]\s*|\s+|(?=[NSEW]))(?:(\d{1,2}(?:\.\d+)?)\s*["″]?\s*)?)?`;
const SIDED = new RegExp(String.raw`^\s*${PART}([NS])[\s,]*${PART}([EW])\s*$`, 'i');
const asked = new Map(); // by text: what the node said
let without = false; // this node reads no places

/** {lat, lon} of a text that can be read only one way here; null else. */
export function plain(text) {
  const found = PLAIN.exec(text);
  if (found !== null) return within(Number(found[1]), Number(found[2]));
  const sided = SIDED.exec(text);
  if (sided === null) return null;
  // more than 59, or minutes with a fraction and seconds too, is a slip: the node says what it makes of it
  const odd = (from) => Number(sided[from] ?? 0) >= 60 || Number(sided[from + 1] ?? 0) >= 60 || (sided[from + 1] !== undefined && sided[from].includes('.'));
  if (odd(2) || odd(6)) return null;
  const value = (from, side) => (Number(sided[from]) + Number(sided[from + 1] ?? 0) / 60 + Number(sided[from + 2] ?? 0) / 3600) * ('SWsw'.includes(side) ? -1 : 1);
  return within(value(1, sided[4]), value(5, sided[8]));
}

function within(lat, lon) {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat: round(lat), lon: round(lon) } : null;
}

const round = (value) => Math.round(value * 1e7) / 1e7;

/** As the node reads it: {lat, lon, nearest, doubts}; {problem} where it cannot. */
function told(text) {
  if (!asked.has(text)) {
    if (asked.size > 500) asked.clear();
    asked.set(text, without ? Promise.resolve({}) : api.get(api.asking('/v1/place', { text })).then(
      (found) => ({ ...found, lat: round(found.lat), lon: round(found.lon) }),
      (problem) => {
        if (problem.status === 404 && problem.code === 'api.not_found') without = true;
        if (problem.status !== 400) asked.delete(text);
        return { problem };
      },
    ));
  }
  return asked.get(text);
}

/** One place: {lat, lon} or {problem}. */
async function read(text) {
  return plain(text) ?? await told(text);
}

/**
 * A field of places. `many`: one in each line. Gives {element, input, places(): promise of [[lon, lat]], set(places),
 * problem(text)}; `places` raises {field: this} where one cannot be read.
 */
export function placesField(label, { many, help }) {
  const id = `places-${Math.random().toString(36).slice(2)}`;
  const input = h(many ? 'textarea' : 'input', {
    id, dir: 'ltr', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': `${id}-help ${id}-read ${id}-problem`, ...(many ? { rows: 4 } : { type: 'text' }),
  });
  const shown = h('div', { id: `${id}-read`, class: 'small read', 'aria-live': 'polite' });
  const problem = h('p', { id: `${id}-problem`, class: 'problem small' });
  const element = h('div', { class: 'field places' }, h('label', { for: id }, label), input, h('p', { id: `${id}-help`, class: 'help' }, help), shown, problem);
  const lines = () => input.value.split(many ? /\n|;/ : /\n/).map((each) => each.trim()).filter((each) => each !== '');
  let turn = null;
  let exact = null; // the places as they were given, until something is typed
  async function show() {
    const mine = turn = Symbol('read');
    const texts = lines();
    const found = await Promise.all(texts.map(read));
    if (turn !== mine) return;
    fill(shown, found.filter((each) => each.lat !== undefined).map((each) => h('div', {}, '→ ', own(place(each.lat, each.lon)))));
    if (without) return;
    const more = await Promise.all(texts.map(told));
    if (turn !== mine) return;
    fill(shown, found.map((each, n) => (each.lat === undefined ? null : h('div', {}, '→ ', own(place(each.lat, each.lon)),
      typeof more[n].nearest === 'string' ? [' · ', own(more[n].nearest)] : null,
      (more[n].doubts ?? []).map((doubt) => h('div', { class: 'doubt' }, h('strong', {}, t('plans.doubt')), ' ', own(doubt.text, { lang: 'en', dir: 'ltr' })))))));
  }
  let timer = null;
  input.addEventListener('input', () => {
    exact = null;
    say(null);
    clearTimeout(timer);
    timer = setTimeout(show, 400);
  });
  function say(text) {
    fill(problem, text);
    if (text === null) input.removeAttribute('aria-invalid');
    else input.setAttribute('aria-invalid', 'true');
  }
  return {
    element, input, problem: say,
    async places() {
      if (exact !== null) return exact;
      const texts = lines();
      const found = await Promise.all(texts.map(read));
      const wrong = found.findIndex((each) => each.lat === undefined);
      if (wrong >= 0) throw Object.assign(new Error(t('plans.place_unread', { text: texts[wrong] })), { at: this });
      return found.map(({ lat, lon }) => [lon, lat]);
    },
    set(places) {
      input.value = places.map(([lon, lat]) => `${lat}, ${lon}`).join('\n');
      exact = places;
      say(null);
      show();
    },
  };
}
