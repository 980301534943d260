// Forms: each field with its label, its help, and its own problem beside it.

import { Problem } from './api.js';
import { act, explained } from './dialog.js';
import { until } from './format.js';
import { fill, h } from './html.js';
import { now } from './live.js';
import * as moment from './moment.js';
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
    // no picker of the system's: it would put day and month, and twelve hours or 24, as it likes
    input = h('input', {
      ...common, type: 'text', class: 'moment', dir: 'ltr', autocomplete: 'off', spellcheck: 'false', placeholder: '2026-11-28 14:30', value: moment.write(value),
      'aria-describedby': `${id}-read ${common['aria-describedby']}`, on: { input: () => said() },
    });
  } else {
    input = h('input', { ...common, type: kind, autocomplete, accept, min, max, step, multiple, ...(kind === 'file' ? {} : { value }) });
  }
  const problem = h('p', { id: `${id}-problem`, class: 'problem small' });
  const words = h('label', { for: id }, label, required ? h('span', { 'aria-hidden': 'true' }, ' *') : null);
  const element = h('div', { class: ['field', kind] }, kind === 'check' ? [input, words] : [words, input],
    kind === 'time' ? h('p', { id: `${id}-read`, class: 'help read', 'aria-live': 'polite' }) : null,
    help === null ? null : h('p', { id: `${id}-help`, class: 'help' }, help), problem);
  // how a time is read stands below it: nobody has to guess
  const unread = () => {
    if (kind === 'number') return input.validity.badInput ? t('core.number_unread') : null;
    return kind === 'time' && input.value.trim() !== '' && reading() === null ? t('core.time_unread') : null;
  };
  // read once, when it is typed: +2h is what was shown then, however long the form stays open
  let typed = { text: null, found: null };
  function reading() {
    if (typed.text !== input.value) typed = { text: input.value, found: moment.read(input.value, now()) };
    return typed.found;
  }
  function said() {
    const found = reading();
    const words = found === null ? unread() ?? t('core.time_how') : `= ${moment.write(found)}Z, ${until(found, now())}`;
    element.querySelector('.read').textContent = words;
  }
  if (kind === 'time') said();
  return {
    element, name, input, unread,
    value: () => {
      if (kind === 'check') return input.checked;
      if (kind === 'number') return input.value === '' ? null : Number(input.value);
      if (kind === 'time') {
        const found = reading();
        // what cannot be read goes to the node as it is, which says so: it never counts as nothing
        return input.value.trim() === '' ? null : found === null ? input.value : moment.rfc(found);
      }
      if (kind === 'file') return multiple ? [...input.files] : input.files[0] ?? null;
      if (multiple) return [...input.selectedOptions].map((each) => each.value);
      return input.value;
    },
    set: (next) => {
      if (kind === 'check') input.checked = next;
      else if (kind === 'time') {
        input.value = moment.write(next);
        said();
      } else input.value = next ?? '';
    },
    problem: (text) => {
      fill(problem, text);
      if (text === null || text === '') input.removeAttribute('aria-invalid');
      else input.setAttribute('aria-invalid', 'true');
    },
  };
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
    // of what is hidden nobody could see what is wrong
    const wrong = Object.values(named).filter((each) => each.unread?.() && each.element.closest('[hidden]') === null);
    for (const each of wrong) each.problem(each.unread());
    if (empty.length + wrong.length > 0) {
      [...empty, ...wrong][0].input.focus();
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
