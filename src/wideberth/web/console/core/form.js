// Forms: each field with its label, its help, and its own problem beside it.

import { Problem } from './api.js';
import { act, explained } from './dialog.js';
import { fill, h } from './html.js';
import { t } from './words.js';

let count = 0;

/**
 * A field. `kind`: text, password, number, area, choice, check, time (UTC), file. `choices`: [[value, label]].
 * Gives {element, name, value(), set(value), problem(text or null)}.
 */
export function field(name, label, {
  kind = 'text', value = '', help = null, required = false, choices = [], rows = 4, autofocus = false,
  autocomplete = 'off', ltr = false, accept = null, min = null, max = null, step = null, multiple = false,
} = {}) {
  const id = `field-${++count}`;
  const common = {
    id, name, required, autofocus, 'aria-describedby': `${id}-help ${id}-problem`, dir: ltr ? 'ltr' : kind === 'text' || kind === 'area' ? 'auto' : null,
  };
  let input;
  if (kind === 'area') input = h('textarea', { ...common, rows, value, spellcheck: 'false' });
  else if (kind === 'choice') {
    input = h('select', { ...common, multiple }, choices.map(([each, words]) => h('option', { value: each, selected: each === value }, words)));
  } else if (kind === 'check') input = h('input', { ...common, type: 'checkbox', checked: Boolean(value) });
  else if (kind === 'time') {
    // text, not the browser's own field: that shows local dates, in halves of a day, whatever is asked of it
    input = h('input', { ...common, type: 'text', class: 'moment', autocomplete: 'off', spellcheck: 'false', dir: 'ltr', placeholder: '2026-11-30 14:05Z', value: local(value) });
  } else {
    input = h('input', { ...common, type: kind, autocomplete, accept, min, max, step, multiple, ...(kind === 'file' ? {} : { value }) });
  }
  const problem = h('p', { id: `${id}-problem`, class: 'problem small' });
  const words = h('label', { for: id }, label, required ? h('span', { 'aria-hidden': 'true' }, ' *') : null);
  const element = h('div', { class: ['field', kind] }, kind === 'check' ? [input, words] : [words, input],
    help === null ? null : h('p', { id: `${id}-help`, class: 'help' }, help), problem);
  return {
    element, name, input,
    value: () => {
      if (kind === 'check') return input.checked;
      if (kind === 'number') return input.value === '' ? null : Number(input.value);
      if (kind === 'time') return moment(input.value);
      if (kind === 'file') return multiple ? [...input.files] : input.files[0] ?? null;
      if (multiple) return [...input.selectedOptions].map((each) => each.value);
      return input.value;
    },
    set: (next) => {
      if (kind === 'check') input.checked = next;
      else input.value = kind === 'time' ? local(next) : next ?? '';
    },
    problem: (text) => {
      fill(problem, text);
      if (text === null || text === '') input.removeAttribute('aria-invalid');
      else input.setAttribute('aria-invalid', 'true');
    },
  };
}

// a moment as the field shows it, in UTC
function local(value) {
  return value ? `${new Date(value).toISOString().slice(0, 19).replace('T', ' ').replace(/:00$/, '')}Z` : '';
}

const MONTHS = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';
const SPANS_MS = { m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment (RFC 3339) as it is typed, always UTC: `2026-11-30 14:05Z`, with seconds; `14:05`, the next one; `+2h`,
 * `+30min` from now; `301405ZNOV26`. Null of nothing; what cannot be read stays as it is, and the node refuses it.
 */
export function moment(text, now = Date.now()) {
  const said = text.trim().toUpperCase();
  if (said === '') return null;
  const whole = /^(\d{4}-\d\d-\d\d)[T ]+(\d\d:\d\d)(:\d\d(?:\.\d+)?)?\s*Z?$/.exec(said);
  if (whole !== null) return `${whole[1]}T${whole[2]}${whole[3] ?? ':00'}Z`;
  const after = /^\+(\d+)\s*(M|MIN|H|D)$/.exec(said);
  if (after !== null) return at(Math.ceil(now / 60_000) * 60_000 + Number(after[1]) * SPANS_MS[after[2].toLowerCase()]);
  const clock = /^([01]\d|2[0-3]):?([0-5]\d)\s*Z?$/.exec(said);
  if (clock !== null) {
    const found = Date.parse(`${new Date(now).toISOString().slice(0, 10)}T${clock[1]}:${clock[2]}:00Z`);
    return at(found < now ? found + SPANS_MS.d : found);
  }
  const group = /^(\d\d)([01]\d|2[0-3])([0-5]\d)\s*Z\s*([A-Z]{3})\s*(\d\d)$/.exec(said);
  const month = group === null ? -1 : MONTHS.indexOf(group[4]) / 3;
  if (Number.isInteger(month) && month >= 0) return `20${group[5]}-${String(month + 1).padStart(2, '0')}-${group[1]}T${group[2]}:${group[3]}:00Z`;
  return text;
}

const at = (ms) => new Date(ms).toISOString();

/**
 * A form. `send(values, fields)` does it; what the node finds wrong stands at its field, or above the button.
 * `done(found)` afterwards. Gives the element, which has `fields` by name.
 */
export function form(fields, { submit, send, done = () => {}, more = [], cancel = null }) {
  const named = Object.fromEntries(fields.filter((each) => each.name !== undefined).map((each) => [each.name, each]));
  const problem = h('div', { class: 'problems' });
  const button = h('button', { class: 'first', type: 'submit' }, submit);
  const made = h('form', { novalidate: true, on: { submit: run } },
    fields.map((each) => each.element ?? each), problem,
    h('footer', {}, button, more, cancel === null ? null : h('button', { type: 'button', on: { click: cancel } }, t('core.cancel'))));
  async function run(event) {
    event.preventDefault();
    for (const each of Object.values(named)) each.problem(null);
    const empty = Object.values(named).filter((each) => each.input.required && !each.input.value);
    for (const each of empty) each.problem(t('core.needed'));
    if (empty.length > 0) {
      empty[0].input.focus();
      return;
    }
    const values = Object.fromEntries(Object.values(named).map((each) => [each.name, each.value()]));
    let failed = null;
    const found = await act(button, async () => {
      try {
        return await send(values, named);
      } catch (error) {
        failed = error;
        const at = error instanceof Problem && error.path !== null ? named[error.path] : undefined;
        if (at === undefined) throw error;
        at.problem(explained(error));
        at.input.focus();
        return undefined;
      }
    }, { at: problem });
    if (failed === null && found !== undefined) done(found);
  }
  made.fields = named;
  return made;
}
