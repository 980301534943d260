// What the views about what is told further have in common: the past, codes, facts, files that are handed over.

import * as api from '../core/api.js';
import { act, dialog, explained } from '../core/dialog.js';
import { form } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { coded, number, t } from '../core/words.js';

/** A code of the node's as a key of words has it: `signed by some` is `signed_by_some`. */
export const code = (said) => String(said ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '_');

/** The words of a code: of the area, after a beginning. */
export const worded = (area, beginning, said) => {
  const key = `${beginning}_${code(said)}`;
  const found = coded(area, key);
  return found === key ? String(said ?? '') : found;
};

/** A code as a tag; its tone says how it looks, its words what it is. */
export const tag = (words, tone = 'soft') => h('span', { class: ['tag', tone] }, words);

/** The node's own sentence, which is English, small and beside words of ours. */
export const english = (text) => (text ? h('p', { class: 'small soft', lang: 'en', dir: 'ltr' }, text) : null);

/** Facts in two columns: [[what, said]]; what is null is left out. */
export function facts(rows, more = {}) {
  return h('dl', { class: 'facts', ...more }, rows.filter((each) => each !== null && each[1] !== null && each[1] !== '')
    .map(([what, said]) => [h('dt', {}, what), h('dd', {}, said)]));
}

/** A table with a head: names, and rows of cells. Scrolls within itself; `caption` says what it is. */
export function table(caption, names, rows) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption },
    h('table', {}, h('caption', { class: 'small soft' }, caption),
      h('thead', {}, h('tr', {}, names.map((each) => h('th', { scope: 'col' }, each)))),
      h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((each, n) => (n === 0
        ? h('th', { scope: 'row' }, each) : h('td', {}, each))))))));
}

/** What the state of live.use has to be said of: that it is old, or that it could not be read. */
export function aged(state) {
  if (!state.stale) return null;
  if (state.data === null) return h('div', { class: 'card' }, explained(state.problem));
  return h('p', { class: 'card warn', role: 'status' }, t('core.stale', { time: time(state.at, { seconds: true, now: live.now() }) }));
}

/** Whether something may be done now: not in the past. */
export const mayAct = () => live.past() === null;

/** Buttons; in the past they do nothing, and it is said. */
export function actions(...children) {
  const made = h('div', { class: 'actions' }, children);
  if (mayAct()) return made;
  for (const each of made.querySelectorAll('button')) each.disabled = true;
  made.append(h('p', { class: 'soft' }, t('told.past')));
  return made;
}

/** A button that does something once. `then` is read again afterwards. */
export function button(words, does, { kind = '', at = null, done = null } = {}) {
  const made = h('button', { type: 'button', class: kind, on: { click: () => act(made, does, { at, done }) } }, words);
  return made;
}

/** A dialog that is a form; gives what `send` gave, or null. */
export function asked(title, fields, { submit, send, before = null }) {
  return dialog(title, (close) => [before, form(fields, { submit, send, done: close, cancel: () => close(null) })]);
}

/** Several that are followed, and ended together; drawn again when the moment as of which all is shown changes. */
export function following(draw) {
  const ends = [];
  let moment = live.past();
  ends.push(live.whenStanding(() => {
    if (live.past() === moment) return;
    moment = live.past();
    draw();
  }));
  return {
    use: (...args) => ends.push(live.use(...args)),
    also: (end) => ends.push(end),
    end: () => ends.forEach((each) => each()),
  };
}

/** A list beside what was chosen of it. `items()` gives them, null where they are not known; it is drawn anew when told. */
export function listed({ label, filter, empty, items }) {
  const box = h('ul', { class: 'list' });
  const asking = h('input', { type: 'search', 'aria-label': filter, placeholder: filter, data: { filter: '' }, on: { input: () => draw() } });
  function draw() {
    const wanted = asking.value.trim().toLowerCase();
    const all = items();
    const found = (all ?? []).filter((each) => each.said.toLowerCase().includes(wanted));
    const none = all === null ? t('core.unknown') : all.length === 0 ? empty : t('told.no_match');
    // who is on one of them stays there
    const at = box.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    fill(box, found.length === 0 ? h('li', { class: 'soft' }, none) : found.map(({ href, current, heading, under }) => h('li', {},
      h('a', { href, 'aria-current': current ? 'true' : null }, heading), under)));
    if (at !== null) [...box.querySelectorAll('a')].find((each) => each.getAttribute('href') === at)?.focus();
  }
  fill(box, h('li', { class: 'soft' }, t('core.loading')));
  return { element: h('section', { 'aria-label': label }, asking, box), draw };
}

/** SHA-256 of octets, hexadecimal. */
export async function sha256(data) {
  const found = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return [...found].map((each) => each.toString(16).padStart(2, '0')).join('');
}

/** A name as a shell takes it: a file's name is its sender's, and is never a command. */
export const quoted = (name) => (/^[\w.+][\w.+-]*$/.test(name) ? name : `'${(name.startsWith('-') ? `./${name}` : name).replaceAll("'", "'\\''")}'`);

/**
 * Save a file, and say what it is: its name, size, SHA-256, and the command that checks it. Draws into `at`.
 * `trust`: whose identities its reader must know.
 */
export async function handOver(at, name, data, { command = null, trust = [], type } = {}) {
  api.save(name, data, type);
  const hash = await sha256(data);
  const said = command ?? ['wideberth verify', quoted(name), ...trust.flatMap((each) => ['--trust', each])].join(' ');
  fill(at, h('div', { class: 'card handed', role: 'status' },
    h('p', {}, t('told.saved', { name })),
    facts([[t('told.size'), t('told.bytes', { n: data.length })], ['SHA-256', h('code', { class: 'long' }, hash)]]),
    h('p', {}, t('told.check_with')), h('pre', { class: 'exact', tabindex: '0' }, said)));
}

/** A link within the console. */
export const link = (words, ...place) => h('a', { href: to(...place) }, words);

/** A party as it is called here, else the beginning of its identity. */
export const called = (label, party) => own(label || `${String(party).slice(0, 8)}…`);

/** The beginning of an id, as people read it. */
export const short = (id) => own(String(id).slice(0, 10), { title: id });

/** A text that runs from left to right within any sentence: a time, a number with its unit. */
export const ltr = (text) => `\u2066${text}\u2069`;

/** A number of octets. */
export const size = (n) => ltr(`${number(n)} B`);

/** The names of lines, as choices of a field: [[line, label]]. */
export const lineChoices = (lines) => lines.map((each) => [each.line, each.label ?? each.peer.slice(0, 8)]);

/** All own plans that are not over: the node gives them 500 at a time. */
export async function ownPlans() {
  const found = [];
  for (;;) {
    const some = await api.get(api.asking('/v1/plans', { over: 'no', after: found.at(-1)?.plan }));
    found.push(...some);
    if (some.length < 500) return found;
  }
}
