// Fields of a call, by the kinds of the phrase book: each gives the value that the entry holds, never converted.

import { field } from '../core/form.js';
import { fill, h } from '../core/html.js';
import * as live from '../core/live.js';
import { read } from '../core/moment.js';
import { coded, lang, t } from '../core/words.js';
import { inMine } from './calls_book.js';

const DATUMS = ['MSL', 'AGL', 'FL', 'ALT', 'HAE', 'SFC', 'UNL'];
let count = 0;

/**
 * A field of a phrase. `label`: of the book, by language; `other`: a second language whose label stands beside.
 * `pick(kind)`: a promise of [[id, words]], for kinds that are chosen from lists. Gives what core/form.js's
 * field gives; `value()` is null where nothing was entered; `text()` of a place what was typed, and `words()`.
 */
export function callField(known, spec, { value = null, other = null, pick = null, required = spec.required } = {}) {
  const label = labelOf(known, spec.name, other);
  const made = (KINDS[spec.kind] ?? plain)(known, spec, { value, label, pick, required });
  made.element.classList.add('call-field', `kind-${spec.kind}`);
  made.kind = spec.kind;
  return made;
}

/** The label in the language that is shown, and beside it in another. */
export function labelOf(known, name, other = null) {
  const texts = known.labels[name];
  if (texts === undefined) return name;
  if (other === null || other === lang()) return inMine(texts);
  return h('span', {}, inMine(texts), ' ', h('bdi', { lang: other, class: 'soft' }, texts[other].text));
}

/** All fields of a phrase: {places, words, fields} as POST /v1/phrases/said takes them. */
export function gathered(fields) {
  const found = { fields: {}, places: {}, words: {} };
  for (const each of fields) {
    if (each.kind === 'place') {
      if (each.text() !== '') found.places[each.name] = each.text();
      if (each.words() !== '') found.words[each.name] = each.words();
    } else if (each.value() !== null) found.fields[each.name] = each.value();
  }
  return found;
}

/** Which of the fields a problem of the node's is about (`fields.place.lat_e7`), if any. */
export function about(problem, fields) {
  const parts = String(problem.path ?? '').split('.');
  return fields.find((each) => parts.includes(each.name)) ?? null;
}

// how

/** One label over some inputs; the first of them is what a problem points at. */
function several(name, label, required, inputs, value, set) {
  const id = `call-field-${++count}`;
  const problem = h('p', { id: `${id}-problem`, class: 'problem small' });
  const element = h('fieldset', { class: 'field', 'aria-describedby': `${id}-problem` },
    h('legend', {}, label, required ? h('span', { 'aria-hidden': 'true' }, ' *') : null),
    h('div', { class: 'parts' }, inputs), problem);
  const [input] = inputs;
  return {
    element, name, value, set,
    input: { get required() { return false; }, get value() { return value(); }, focus: () => input.focus() },
    problem: (text) => {
      fill(problem, text);
      problem.hidden = !text;
      for (const each of inputs) each.toggleAttribute('aria-invalid', Boolean(text));
    },
  };
}

const input = (name, label, more = {}) => h('input', { name, 'aria-label': label, autocomplete: 'off', ...more });

function select(name, label, values, chosen, words = (each) => each) {
  return h('select', { name, 'aria-label': label }, values.map((each) => h('option', { value: each, selected: each === chosen }, words(each))));
}

function altitude(_, spec, { value, label, required }) {
  const number = input(spec.name, t('calls.number'), { type: 'text', inputmode: 'numeric', dir: 'ltr', size: 8 });
  const unit = select(`${spec.name}.unit`, t('calls.unit'), ['ft', 'm', 'FL'], 'ft');
  const datum = select(`${spec.name}.datum`, t('calls.datum'), DATUMS, 'MSL', (each) => `${each}: ${coded('calls', `datum_${each}`)}`);
  const bare = () => ['SFC', 'UNL'].includes(datum.value);
  function agree(event) {
    // a flight level has one datum, and the surface no number
    if (event?.target === datum && datum.value === 'FL') unit.value = 'FL';
    else if (event?.target === datum && unit.value === 'FL') unit.value = 'ft';
    if (event?.target === unit && unit.value === 'FL') datum.value = 'FL';
    else if (event?.target === unit && datum.value === 'FL') datum.value = 'MSL';
    number.disabled = bare();
    unit.disabled = bare();
  }
  unit.addEventListener('change', agree);
  datum.addEventListener('change', agree);
  return begun(several(spec.name, label, required, [number, unit, datum], () => {
    if (bare()) return { datum: datum.value, unit: 'm', value: 0 };
    return number.value.trim() === '' ? null : { datum: datum.value, unit: unit.value, value: whole(number.value) };
  }, (found) => {
    [number.value, unit.value, datum.value] = [found?.value ?? '', found?.unit ?? 'ft', found?.datum ?? 'MSL'];
    agree();
  }), value);
}

function bearing(_, spec, { value, label, required }) {
  const number = input(spec.name, t('calls.degrees'), { type: 'text', inputmode: 'numeric', dir: 'ltr', size: 4, placeholder: '000' });
  const north = select(`${spec.name}.north`, t('calls.north'), ['true', 'magnetic'], 'true', (each) => coded('calls', `north_${each}`));
  return begun(several(spec.name, label, required, [number, north],
    () => (number.value.trim() === '' ? null : { deg: whole(number.value), north: north.value }),
    (found) => { [number.value, north.value] = [found?.deg ?? '', found?.north ?? 'true']; }), value);
}

function measured(units, chosen, read, write) {
  return (_, spec, { value, label, required }) => {
    const number = input(spec.name, t('calls.number'), { type: 'text', inputmode: 'decimal', dir: 'ltr', size: 8 });
    const unit = select(`${spec.name}.unit`, t('calls.unit'), units, chosen);
    return begun(several(spec.name, label, required, [number, unit],
      () => (number.value.trim() === '' ? null : read(number.value, unit.value)),
      (found) => { [number.value, unit.value] = found === null ? ['', chosen] : write(found); }), value);
  };
}

/** Decimal digits times a power of ten, exactly; what is no number goes to the node as it is, which refuses it. */
function scaled(text, digits) {
  const found = /^(\d{1,13})(?:[.,](\d+))?$/.exec(text.trim());
  if (found === null || (found[2] ?? '').replace(/0+$/, '').length > digits) return text;
  return Number(found[1] + (found[2] ?? '').padEnd(digits, '0').slice(0, digits));
}

const whole = (text) => (/^-?\d{1,9}$/.test(String(text).trim()) ? Number(text) : text);
const POWERS = { Hz: 0, kHz: 3, MHz: 6, GHz: 9 };
const THOUSANDS = /^\d{1,3},\d{3}$/; // one and a half to one reader, fifteen hundred to another: the node refuses it
const LONG = { min: 60_000, h: 3_600_000, s: 1_000 };

const distance = measured(['NM', 'km', 'm', 'ft'], 'km', (text, unit) => ({ unit, value_e3: THOUSANDS.test(text.trim()) ? text : scaled(text, 3) }),
  (found) => [String(found.value_e3 / 1_000), found.unit]);
const frequency = measured(['MHz', 'kHz', 'GHz', 'Hz'], 'MHz', (text, unit) => ({ hz: scaled(text, POWERS[unit]) }),
  (found) => [String(found.hz / 1e6), 'MHz']);
const duration = measured(['min', 'h', 's'], 'min', (text, unit) => {
  const thousandths = scaled(text, 3);
  return { ms: typeof thousandths === 'number' ? (thousandths * LONG[unit]) / 1_000 : text };
}, (found) => (found.ms % 60_000 === 0 ? [String(found.ms / 60_000), 'min'] : [String(found.ms / 1_000), 's']));

function time(_, spec, { value, label, required }) {
  const at = input(spec.name, t('calls.time_utc'), { type: 'text', dir: 'ltr', size: 18, placeholder: '2026-01-31 14:05Z' });
  const now = h('button', { type: 'button', class: 'quiet', on: { click: () => { at.value = shown(live.now()); at.dispatchEvent(new Event('input', { bubbles: true })); } } }, t('calls.now'));
  const made = begun(several(spec.name, label, required, [at, now],
    () => (at.value.trim() === '' ? null : { at_ms: moment(at.value.trim()) }),
    (found) => { at.value = found === null ? '' : shown(found.at_ms, found.at_ms % 60_000 !== 0); }), value);
  made.element.append(h('p', { class: 'help' }, t('calls.time_help')));
  return made;
}

const shown = (ms, fine = false) => `${new Date(ms).toISOString().slice(0, fine ? 19 : 16).replace('T', ' ')}Z`;

/** UTC as people type it: a date and time, the time of day that is nearest, or minutes from now; else as it is, to be refused. */
function moment(text) {
  const later = /^\+(\d{1,4})$/.exec(text);
  if (later !== null) return Math.floor(live.now() / 60_000 + Number(later[1])) * 60_000;
  return read(text, live.now()) ?? text;
}

function place(_, spec, { value, label, required }) {
  const at = input(spec.name, t('calls.place_any'), { type: 'text', dir: 'ltr', class: 'grow', spellcheck: 'false' });
  const words = input(`${spec.name}.words`, t('calls.place_words'), { type: 'text', dir: 'auto', class: 'grow', placeholder: t('calls.place_words') });
  const made = begun(several(spec.name, label, required, [at, words],
    () => (at.value.trim() === '' ? null : at.value.trim()),
    (found) => {
      at.value = found === null ? '' : typeof found === 'string' ? found : `${degrees(found.lat_e7)}, ${degrees(found.lon_e7)}`;
      words.value = found?.words ?? '';
    }), value);
  made.element.append(h('p', { class: 'help' }, t('calls.place_help')));
  made.text = () => at.value.trim();
  made.words = () => words.value.trim();
  return made;
}

/** 1e-7 degrees as they are read back to the very same point. */
function degrees(e7) {
  const digits = String(Math.abs(e7)).padStart(8, '0');
  return `${e7 < 0 ? '-' : ''}${digits.slice(0, -7)}.${digits.slice(-7)}`;
}

function callsign(_, spec, { value, label, required }) {
  const name = input(spec.name, t('calls.callsign'), { type: 'text', dir: 'auto', size: 14 });
  const latin = input(`${spec.name}.latin`, t('calls.latin'), { type: 'text', dir: 'ltr', size: 14, placeholder: t('calls.latin') });
  return begun(several(spec.name, label, required, [name, latin],
    () => (name.value.trim() === '' ? null : { latin: latin.value.trim() || null, name: name.value.trim() }),
    (found) => { [name.value, latin.value] = [found?.name ?? '', found?.latin ?? '']; }), value);
}

function single(spec, made, value, read = (text) => (text.trim() === '' ? null : text.trim())) {
  if (value !== null) made.set(String(value));
  return { ...made, value: () => read(made.value()) };
}

// what is needed is said by the node with its name, so that nothing is refused twice in two ways
const plain = (_, spec, { value, label, required }) => {
  const made = field(spec.name, h('span', {}, label, required ? ' *' : ''), {});
  return single(spec, made, value);
};

function counted(_, spec, { value, label, required }) {
  return single(spec, field(spec.name, h('span', {}, label, required ? ' *' : ''), { ltr: true }), value,
    (text) => (text.trim() === '' ? null : whole(text)));
}

function choice(known, spec, { value, label, required }) {
  const choices = [['', '—'], ...spec.choices.map((each) => [each, inMine(known.choices[each])])];
  return single(spec, field(spec.name, h('span', {}, label, required ? ' *' : ''), { kind: 'choice', choices }), value);
}

function yesNo(known, spec, { value, label, required }) {
  const choices = [['', '—'], ...['yes', 'no'].map((each) => [each, inMine(known.choices[each])])];
  const made = field(spec.name, h('span', {}, label, required ? ' *' : ''), { kind: 'choice', choices });
  return single(spec, made, value === null ? null : value ? 'yes' : 'no', (text) => (text === '' ? null : text === 'yes'));
}

/** One of a list; what is not on it is typed. */
function listed(_, spec, { value, label, pick, required }) {
  const id = `call-list-${++count}`;
  const list = h('datalist', { id });
  const made = field(spec.name, h('span', {}, label, required ? ' *' : ''), { help: pick === null ? null : t('calls.pick_help') });
  made.input.setAttribute('list', id);
  made.element.append(list);
  let offered = [];
  let turn = 0;
  async function relist() {
    const mine = ++turn;
    // what was chosen of another line's means nothing on this one, and is not told there
    if (offered.includes(made.value().trim())) made.set('');
    offered = [];
    fill(list);
    const found = await pick(spec.kind).catch(() => []);
    if (mine !== turn) return;
    offered = found.map(([each]) => each);
    fill(list, found.map(([each, words]) => h('option', { value: each, label: words })));
  }
  if (pick !== null) relist();
  return Object.assign(single(spec, made, value), pick === null ? {} : { relist });
}

const KINDS = {
  altitude, bearing, callsign, choice, distance, duration, frequency, place, time,
  count: counted, yes_no: yesNo, notice: listed, hold: listed, case: listed, call: listed, site: listed,
};

function begun(made, value) {
  if (value !== null) made.set(value);
  return made;
}
