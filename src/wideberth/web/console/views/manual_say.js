// What is told word for word, and what is entered of it: to which role, when, and how it was read back.

import * as api from '../core/api.js';
import { act, dialog, explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { fill, h } from '../core/html.js';
import * as live from '../core/live.js';
import { LANGUAGES, coded, t } from '../core/words.js';
import { printOnly } from './voice_table.js';

const FORMS = ['voice', 'e-mail', 'form'];
const READ_BACKS = ['matched', 'differed', 'none'];

/** The fields that all entries have: the role at the far end, the read-back, when it was, in which language. */
export function entered({ readBack = true, language = 'en' } = {}) {
  const role = field('role', t('manual.role'), { required: true, help: t('manual.role_help'), value: '' });
  const back = field('read_back', t('manual.read_back'), { kind: 'choice', value: 'none', choices: READ_BACKS.map((each) => [each, coded('manual', `read_back_${each}`)]) });
  const at = field('at', t('manual.when'), { kind: 'time', help: t('manual.when_help') });
  const spoken = field('language', t('manual.spoken'), { kind: 'choice', value: language, choices: Object.entries(LANGUAGES) });
  const all = readBack ? [role, back, at, spoken] : [role, at, spoken];
  return {
    fields: all,
    elements: [role.element, readBack ? back.element : null, h('details', {}, h('summary', {}, t('manual.when_and_how')), at.element, spoken.element)],
    values: () => ({ role: role.value().trim(), at: at.value(), language: spoken.value(), ...(readBack ? { read_back: back.value() } : {}) }),
    whole: () => {
      role.problem(role.value().trim() === '' ? t('core.needed') : null);
      if (role.value().trim() === '') role.input.focus();
      return role.value().trim() !== '';
    },
  };
}

/**
 * Tell it: the script from `path` in a form that is chosen, with its SHA-256, then what is entered.
 * `send(values, sha256)` enters it.
 */
export function telling(title, path, language, send) {
  return dialog(title, (close) => {
    const which = field('form', t('manual.form'), { kind: 'choice', choices: [['', t('manual.form_channel')], ...FORMS.map((each) => [each, coded('manual', `form_${each.replace('-', '')}`)])] });
    const box = h('div', { 'aria-live': 'polite' });
    const said = entered({ language });
    const at = h('div', {});
    const button = h('button', { type: 'submit', class: 'first', disabled: true }, t('manual.told'));
    const [route, query] = path.split('?');
    let script = null;
    let turn = 0;
    async function read() {
      const mine = ++turn;
      script = null; // what stood there is another form of it
      button.disabled = true;
      fill(box, h('p', {}, t('core.loading')));
      try {
        const found = await api.get(api.asking(route, { ...Object.fromEntries(new URLSearchParams(query ?? '')), form: which.value() }));
        if (mine !== turn) return;
        script = found;
        fill(box, text(script), h('p', { class: 'small' }, 'SHA-256 ', h('code', { dir: 'ltr', class: 'hash' }, script.sha256)));
      } catch (problem) {
        if (mine !== turn) return;
        fill(box, explained(problem));
      }
      button.disabled = script === null;
    }
    which.input.addEventListener('change', read);
    read();
    return h('form', { novalidate: true, on: { submit: (event) => {
      event.preventDefault();
      if (!said.whole() || script === null) return;
      act(button, async () => {
        await send(said.values(), script.sha256);
        await live.again('/v1/manual');
        close(true);
      }, { at });
    } } }, which.element, box, h('h3', {}, t('manual.when_told')), said.elements, at,
    h('footer', {}, button, h('button', { type: 'button', on: { click: () => close() } }, t('core.cancel'))));
  }, { wide: true, name: 'telling' });
}

/** A script as it is said, or as a page to be printed. */
function text(script) {
  if (script.form !== 'form') {
    const pre = h('pre', { class: 'exact script', lang: 'en', tabindex: '0' }, script.text);
    return [pre, h('div', { class: 'actions' }, h('button', { type: 'button', on: { click: () => printOnly(pre) } }, t('core.print')))];
  }
  return [h('p', {}, t('manual.form_page')), h('div', { class: 'actions' },
    h('button', { type: 'button', on: { click: () => api.save('notice.html', script.text, 'text/html') } }, t('manual.form_save'))),
  h('pre', { class: 'exact script', lang: 'en', tabindex: '0' }, plain(script.text))];
}

/** Enter what the far end said: one of `choices` ([[value, words]]), by a role. */
export function hearing(title, choices, language, send, { readBack = false } = {}) {
  return dialog(title, (close) => {
    const what = choices === null ? null : field('answer', t('manual.they_said'), { kind: 'choice', choices, required: true });
    const said = entered({ readBack, language });
    const at = h('div', {});
    const button = h('button', { type: 'submit', class: 'first' }, t('manual.enter'));
    return h('form', { novalidate: true, on: { submit: (event) => {
      event.preventDefault();
      if (!said.whole()) return;
      act(button, async () => {
        await send(said.values(), what?.value() ?? null);
        await live.again('/v1/manual');
        close(true);
      }, { at });
    } } }, what?.element ?? null, said.elements, h('p', { class: 'small' }, t('manual.for_ever')), at,
    h('footer', {}, button, h('button', { type: 'button', on: { click: () => close() } }, t('core.cancel'))));
  }, { name: 'hearing' });
}

/** The words of a page, line by line; its styles, which this page's policy would refuse, are left out. */
function plain(page) {
  const bare = page.replace(/<style[\s\S]*?<\/style>/gi, '').replace(/ style="[^"]*"/g, '').replace(/<\/(p|tr|h\d|div|li|dt|dd|td|th)>/gi, '$&\n');
  return new DOMParser().parseFromString(bare, 'text/html').body.textContent.replace(/\n\s*\n+/g, '\n').trim();
}
