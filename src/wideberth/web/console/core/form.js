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
    input = h('input', { ...common, type: 'datetime-local', step: 1, dir: 'ltr', value: local(value) });
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
      if (kind === 'time') return input.value === '' ? null : `${input.value.length === 16 ? `${input.value}:00` : input.value}Z`;
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

// a moment as the field wants it: its wall time is UTC, which the label says
function local(value) {
  return value ? new Date(value).toISOString().slice(0, 19) : '';
}

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
