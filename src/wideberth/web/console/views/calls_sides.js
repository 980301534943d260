// A call in several languages side by side: each line has its number, the same in every language.

import { h } from '../core/html.js';
import { LANGUAGES as NAMES, coded, t } from '../core/words.js';
import { RIGHT_TO_LEFT } from './calls_book.js';

const directed = (language) => ({ lang: language, dir: RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr' });

/**
 * The lines of a call as `said` gives them, in these languages, beside each other. `ticks`: names of lines that
 * were spoken, for who interprets; they are kept here and nowhere else.
 */
export function sides(view, languages, { head = false, ticks = null } = {}) {
  const some = languages.map((each) => view.said.find(({ language }) => language === each)).filter(Boolean);
  if (some.length === 0) return h('p', {}, t('core.nothing'));
  const rows = some[0].lines.map((line, n) => h('tr', { class: line.unread && 'unread', data: { line: line.name } },
    h('th', { scope: 'row', class: 'line-number' }, String(line.number), ticks === null ? null : tick(line, ticks)),
    some.map((each) => h('td', directed(each.language), cell(each.lines[n])))));
  return h('div', { class: 'sides scroll', tabindex: '0', role: 'region', 'aria-label': t('calls.sides'), data: { columns: some.length } },
    h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, h('span', { class: 'away' }, t('calls.line_number'))),
        some.map((each) => h('th', { scope: 'col', ...directed(each.language) }, NAMES[each.language], ' · ', each.precedence)))),
      h('tbody', {},
        rows,
        head ? h('tr', {}, h('td', {}), some.map((each) => h('td', directed(each.language), h('dl', { class: 'facts' },
          each.head.map(([label, what]) => [h('dt', {}, label), h('dd', {}, what)]))))) : null,
        h('tr', { class: 'small soft' }, h('td', {}), some.map((each) => h('td', directed(each.language),
          each.unchecked ? h('p', {}, h('strong', {}, each.unchecked_words)) : null, h('p', {}, each.no_permission)))))));
}

function tick(line, ticks) {
  const box = h('input', { type: 'checkbox', checked: ticks.has(line.name), 'aria-label': t('calls.spoken', { n: line.number }), title: t('calls.spoken', { n: line.number }) });
  box.addEventListener('change', () => (box.checked ? ticks.add(line.name) : ticks.delete(line.name)));
  return box;
}

function cell(line) {
  const [first, ...more] = line.values;
  return [h('div', { class: 'label' }, line.label), h('div', { class: 'said' }, first),
    more.map((each) => h('div', { class: 'small soft' }, each))];
}

/** Buttons that say which languages are shown; `does(languages)` when they change. */
export function chooser(chosen, does) {
  const shown = new Set(chosen);
  return h('div', { class: 'language-choice', role: 'group', 'aria-label': t('calls.languages') },
    Object.entries(NAMES).map(([code, name]) => {
      const button = h('button', { type: 'button', lang: code, 'aria-pressed': String(shown.has(code)), on: { click: () => {
        if (shown.has(code) && shown.size > 1) shown.delete(code);
        else shown.add(code);
        button.setAttribute('aria-pressed', String(shown.has(code)));
        does([...chosen.filter((each) => shown.has(each)), ...[...shown].filter((each) => !chosen.includes(each))]);
      } } }, name);
      return button;
    }));
}

/** How far a call has come, in a tag. */
export function phaseTag(call) {
  if (!call.told) return h('span', { class: 'tag alarm' }, t('calls.not_told'));
  const kind = ['sent', 'ringing', 'unclear', 'objection', 'unable'].includes(call.phase) ? 'warn' : call.phase === 'ended' ? 'soft' : 'good';
  return h('span', { class: ['tag', kind], data: { phase: call.phase } }, coded('calls', `phase_${call.phase.replaceAll(' ', '_')}`));
}
