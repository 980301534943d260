// A day table on paper, for units without a device: shown as it is printed, and kept nowhere here.

import * as api from '../core/api.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { t } from '../core/words.js';

export function dayTable(path) {
  const shown = h('div', { class: 'day-table' });
  const day = field('day', t('voice.table_day'), { kind: 'date', ltr: true, value: new Date(live.now()).toISOString().slice(0, 10), required: true });
  const number = field('table', t('voice.table_number'), { kind: 'number', value: 1, min: 1, max: 99, required: true, help: t('voice.table_number_help') });
  const make = form([day, number], {
    submit: t('voice.table_make'),
    send: ({ day: on, table }) => api.post(`${path}/table`, { day: on, table }),
    done: (found) => { fill(shown, sheet(found)); shown.querySelector('h3').focus(); },
  });
  return h('section', { class: 'card', 'aria-labelledby': 'day-table' }, h('h2', { id: 'day-table' }, t('voice.table')), h('p', { class: 'small' }, t('voice.table_means')), make, shown);
}

function sheet(found) {
  const print = h('button', { type: 'button', class: 'first', on: { click: () => printOnly(print.closest('.sheet')) } }, t('core.print'));
  return h('div', { class: 'sheet' }, found.exercise ? h('p', { class: 'exercise' }, t('shell.exercise')) : null,
    h('h3', { tabindex: '-1' }, t('voice.table_title', { table: found.table, day: found.day }), ' · ', own(found.peer)),
    h('p', { class: 'small' }, t('voice.table_how')),
    h('div', { class: 'columns' }, half(t('voice.asked_by_us'), found.asked_by_us), half(t('voice.asked_by_them'), found.asked_by_them)),
    h('p', { class: 'small' }, t('voice.table_never')),
    h('div', { class: 'actions' }, print, h('button', { type: 'button', on: { click: (event) => event.target.closest('.sheet').remove() } }, t('voice.table_away'))));
}

function half(title, rows) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title }, h('table', {},
    h('caption', {}, title),
    h('thead', {}, h('tr', {}, ['row', 'challenge', 'reply', 'used'].map((each) => h('th', { scope: 'col' }, t(`voice.column_${each}`))))),
    h('tbody', {}, rows.map((each) => h('tr', {}, h('th', { scope: 'row' }, String(each.n)),
      [each.challenge, each.reply].map((said) => h('td', { class: 'mono', dir: 'ltr' }, said.words, h('br'), said.digits)), h('td', {}, '☐'))))));
}

/** Print this and nothing else of the page. */
export function printOnly(element) {
  document.body.classList.add('printing');
  element.classList.add('printed');
  window.addEventListener('afterprint', () => {
    document.body.classList.remove('printing');
    element.classList.remove('printed');
  }, { once: true });
  window.print();
}
