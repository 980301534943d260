// What the pages of sites, statements, talks and agreements share.

import * as api from '../core/api.js';
import { explained, tell } from '../core/dialog.js';
import { field } from '../core/form.js';
import { height, place as inNotation, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { t } from '../core/words.js';

/** What people here call the other party of a line (or of anything with `label` and `peer`). */
export const peer = (found) => own(found.label ?? `${String(found.peer ?? found.party ?? found.line).slice(0, 8)}…`);
export const peerText = (found) => found.label ?? `${String(found.peer ?? found.party ?? found.line).slice(0, 8)}…`;

/** Whether whoever is signed in may do what these roles may, now: nothing is done in the past. */
export const may = (session, ...roles) => live.past() === null && roles.some((each) => session.roles.includes(each));

/** Said where nothing can be done because what is shown is past. */
export const pastNote = () => (live.past() === null ? null : h('p', { class: 'tag warn' }, t('sites.past_only')));

/** Whether a problem says that nothing is there for whoever asks; with any other it is not known. */
export const absent = (problem) => [403, 404].includes(problem?.status);

/** What is asked for (a promise), or `instead` where nothing is there for whoever asks; any other problem stays one. */
export const orAbsent = (asked, instead) => asked.catch((problem) => {
  if (absent(problem)) return instead;
  throw problem;
});

/** Said where what is shown is not current. Of what was never read: why, and nothing where it is not there. */
export function staleNote(...states) {
  const old = states.find((each) => each?.stale && (each.at !== null || !absent(each.problem)));
  if (old === undefined) return null;
  if (old.at === null) return explained(old.problem);
  return h('p', { class: 'card warn', role: 'status' }, t('core.stale', { time: time(old.at, { seconds: true, now: live.now() }) }));
}

/** A button. `kind`: first, danger, quiet. */
export function button(text, does, { kind = null, focus = null, disabled = false, label = null } = {}) {
  return h('button', { type: 'button', class: kind, disabled, 'aria-label': label, data: focus === null ? {} : { focus },
    on: { click: (event) => does(event.currentTarget) } }, text);
}

/** Facts: [[word, value]]; what has no value is left out. */
export function facts(rows) {
  return h('dl', { class: 'facts' }, rows.filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([word, value]) => [h('dt', {}, word), h('dd', {}, value)]));
}

/** A table that scrolls by itself. `heads`: words; `rows`: lists of cells, or of {cells, class}. */
export function table(caption, heads, rows) {
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h('table', {}, h('thead', {}, h('tr', {}, heads.map((each) => h('th', { scope: 'col' }, each)))),
      h('tbody', {}, rows.map((each) => {
        const cells = Array.isArray(each) ? each : each.cells;
        return h('tr', { class: each.class ?? null }, cells.map((cell, n) => h(n === 0 ? 'th' : 'td', n === 0 ? { scope: 'row' } : {}, cell)));
      }))));
}

/** A text that counts to the letter. */
export const exact = (text, label) => h('pre', { class: 'exact', tabindex: 0, role: 'region', 'aria-label': label }, text);

/** An English sentence of the node, beside words of the reader's. */
export const english = (text) => (text ? h('span', { class: 'soft small', lang: 'en', dir: 'ltr' }, text) : null);

/** A SHA-256, in groups that are read aloud. */
export const hash = (hex) => h('code', { class: 'hash', dir: 'ltr' }, String(hex).match(/.{1,8}/g)?.join(' ') ?? '');

/**
 * Draw again into `box`, and leave who works in it where they were: what has the focus is found by its `data-focus`,
 * what was opened by its `data-open`, and how far it was scrolled stays.
 */
export function redraw(box, ...children) {
  const focus = document.activeElement;
  const name = box.contains(focus) ? focus.dataset.focus : undefined;
  const open = new Set([...box.querySelectorAll('details[open][data-open]')].map((each) => each.dataset.open));
  const main = box.closest('main');
  const top = main?.scrollTop ?? 0;
  fill(box, children);
  for (const each of box.querySelectorAll('details[data-open]')) if (open.has(each.dataset.open)) each.open = true;
  if (name !== undefined) box.querySelector(`[data-focus="${CSS.escape(name)}"]`)?.focus();
  if (main) main.scrollTop = top;
}

/** A box that leaves out rows: `does(text)` with each change, in small letters. `/` goes to it. */
export function filterBox(label, does) {
  const input = h('input', { type: 'search', 'aria-label': label, placeholder: label, on: { input: () => does(input.value.trim().toLowerCase()) } });
  const end = key('/', 'sites.key_filter', () => input.focus());
  return { element: h('div', { class: 'filter' }, input), end };
}

/** Everything of a page that must end: functions. What comes when it has ended is ended at once. */
export function endings() {
  const held = [];
  let over = false;
  const end = () => held.splice(0).forEach((each) => each?.());
  return {
    add: (...some) => {
      held.push(...some);
      if (over) end();
    },
    end: () => {
      over = true;
      end();
    },
  };
}

/** A choice of one line; `all`: with none chosen as well. */
export function lineField(lines, { label = t('sites.line'), value = '', name = 'line', required = true } = {}) {
  const choices = lines.map((each) => [each.line, peerText(each)]);
  return field(name, label, { kind: 'choice', required, value: value || (choices.length === 1 ? choices[0][0] : ''),
    choices: choices.length === 1 ? choices : [['', t('sites.choose')], ...choices] });
}

/** Some lines, each with a box. Gives {element, name, input, value(), problem()} as a field. */
export function linesField(lines, { name = 'lines', label = t('sites.lines'), chosen = null } = {}) {
  const boxes = lines.map((each) => field(`line-${each.line}`, peerText(each),
    { kind: 'check', value: chosen === null ? lines.length === 1 : chosen.includes(each.line) }));
  const problem = h('p', { class: 'problem small', role: 'alert' });
  return {
    name,
    element: h('fieldset', {}, h('legend', {}, label), boxes.map((each) => each.element), problem),
    input: { required: false, focus: () => boxes[0]?.input.focus() },
    value: () => lines.filter((_, n) => boxes[n].value()).map((each) => each.line),
    problem: (text) => fill(problem, text),
  };
}

/** A field for a place in any notation; with the node's reading of it where `core/place.js` is there. */
export async function placeField(name, label, options = {}) {
  try {
    const module = await import('../core/place.js');
    return module.placeField(name, label, options);
  } catch {
    return field(name, label, { ltr: true, ...options });
  }
}

const DECIMAL = /^\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*$/;

/** How a text is read as a place: {lat, lon, all, nearest, doubts}; by the node, or of decimal degrees alone. */
export async function readPlace(text) {
  try {
    return await api.get(api.asking('/v1/place', { text }));
  } catch (problem) {
    const found = DECIMAL.exec(text);
    if (problem.status !== 404 || found === null) throw problem;
    const [lat, lon] = [Number(found[1]), Number(found[2])];
    return { lat, lon, all: { decimal: `${lat}, ${lon}` }, nearest: '', doubts: [] };
  }
}

const maps = new WeakMap(); // by box: {end} of the newest

/** A map with these shapes, where maps can be drawn, instead of the one that was there. Gives what ends it. */
export async function mapIn(box, shapes, { draw = null } = {}) {
  maps.get(box)?.end();
  const mine = { over: false, end: () => { mine.over = true; } };
  maps.set(box, mine);
  try {
    const { mapView } = await import('../map/view.js');
    if (mine.over) return mine.end;
    // each in a part of its own: one that comes late is not drawn over the newest
    const part = h('div', {});
    fill(box, part);
    const map = await mapView(part, { fit: true });
    if (mine.over) {
      map.end();
      return () => {};
    }
    mine.end = () => {
      if (!mine.over) map.end();
      mine.over = true;
    };
    map.set('here', shapes);
    map.fit(shapes);
    draw?.(map);
  } catch (problem) {
    if (!(problem instanceof TypeError)) console.warn(problem);
    if (!mine.over) box.hidden = true;
  }
  return () => mine.end();
}

/** Shapes of [{volumes (native JSON), id, kind, whose, label …}], as maps draw them; none where they cannot be made. */
export async function shapesOf(some) {
  const flat = some.flatMap(({ volumes, ...about }) => volumes.map((volume, n) => ({ about, volume, n })));
  if (flat.length === 0) return [];
  try {
    const made = await api.post('/v1/shapes', { volumes: flat.map(({ volume }) => volume) });
    return made.map((each, n) => ({ level: 'full', state: '', whose: 'ours', ...flat[n].about, id: `${flat[n].about.id}-${flat[n].n}`, ...each }));
  } catch {
    return [];
  }
}

/** Where a volume is, in words: a circle, or what it is. */
export function ground(found) {
  const at = found.ground;
  if (at.type === 'circle') return [t('sites.circle', { metres: Math.ceil(at.radius_m) }), ' ', own(inNotation(at.centre[1], at.centre[0]), { dir: 'ltr', class: 'mono' })];
  return t(at.type === 'corridor' ? 'sites.corridor' : 'sites.polygon', { n: (at.points ?? at.rings[0]).length });
}

/** Where volumes are: the first `most`, and how many more there are. */
export const grounds = (volumes, most = 3) => [volumes.slice(0, most).map((each) => h('div', {}, ground(each))),
  volumes.length > most ? h('div', { class: 'small' }, t('sites.more_volumes', { n: volumes.length - most })) : null];

/** A file that somebody chose, as octets. */
export const octetsOf = async (file) => new Uint8Array(await file.arrayBuffer());

export async function sha256(octets) {
  const found = new Uint8Array(await crypto.subtle.digest('SHA-256', octets));
  return [...found].map((each) => each.toString(16).padStart(2, '0')).join('');
}

/** The lines there are, once. */
export const lines = () => api.get('/v1/lines');

export { tell, height };

/** A moment; nothing where there is none. */
export const when = (value, options = {}) => (value === null || value === undefined ? null : h('time', { dir: 'ltr' }, time(value, { now: live.now(), ...options })));

const POSTS = { officer: 'duty officer', deputy: 'deputy', commander: 'commander' };

/** In which role somebody speaks: the post on duty, else as an officer; it goes on record, and never a name. */
export async function roleField(session) {
  let role = 'officer';
  try {
    const post = (await api.get('/v1/duty')).find((each) => each.name === session.name)?.post;
    role = POSTS[post] ?? role;
  } catch {
    // whoever has no post speaks as an officer
  }
  return field('role', t('sites.role'), { value: role, help: t('sites.role_help'), required: true });
}
