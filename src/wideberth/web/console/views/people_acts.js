// Who asked for which change: the newest first.

import * as api from '../core/api.js';
import { act, explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { staleNote } from '../core/stale.js';
import { coded, t } from '../core/words.js';

const PAGE = 500;
const EVERY_MS = 10_000;

export function acts(root, { query }) {
  const noun = field('noun', t('people.acts_noun'), { value: query.noun ?? '', ltr: true, help: t('people.acts_noun_help') });
  const filter = field('filter', t('people.acts_filter'), {});
  const body = h('tbody', {});
  const note = h('div', { 'aria-live': 'polite' });
  const more = h('button', { type: 'button', hidden: true, on: { click: older } }, t('people.acts_older'));
  let first = [];
  let rest = [];
  let end = null;
  let full = false;
  let wanted = ''; // the noun of what is listed
  let known = false;
  root.append(h('p', { class: 'soft' }, t('people.acts_words')),
    h('div', { class: 'columns' }, filter.element, noun.element), note,
    h('div', { class: 'scroll' }, h('table', {},
      h('caption', { class: 'small soft' }, t('people.part_acts')),
      h('thead', {}, h('tr', {}, ['when', 'who', 'what', 'line', 'noun', 'done'].map((each) => h('th', { scope: 'col' }, t(`people.act_${each}`))))),
      body)), more);
  filter.input.addEventListener('input', draw);
  noun.input.addEventListener('change', read);
  const off = key('/', 'people.acts_filter', () => filter.input.focus());

  function read() {
    end?.();
    first = [];
    rest = [];
    full = known = false;
    wanted = noun.value().trim();
    draw();
    end = live.use(api.asking('/v1/acts', { noun: wanted }), [''], (state) => {
      const { data, problem } = state;
      fill(note, problem === null ? null : explained(problem), staleNote(state));
      if (data === null) return;
      // what new ones have pushed off the first page is kept; where more came than a page has, all is begun anew
      const least = data.at(-1)?.n ?? 0;
      if (data.length === PAGE && known && first.every((each) => each.n < least)) rest = [];
      else if (rest.length > 0) rest = [...first.filter((each) => each.n < least), ...rest];
      if (rest.length === 0) full = data.length === PAGE;
      first = data;
      known = true;
      draw();
    }, { every: EVERY_MS, present: true });
  }

  async function older() {
    const [of, after] = [wanted, [...first, ...rest].at(-1)?.n];
    const found = await act(more, () => api.get(api.asking('/v1/acts', { noun: of, before: after })));
    // another noun was asked for since, or the list was begun anew
    if (found === undefined || of !== wanted || [...first, ...rest].at(-1)?.n !== after) return;
    rest.push(...found);
    full = found.length === PAGE;
    draw();
  }

  function draw() {
    const said = filter.value().trim().toLowerCase();
    const seen = new Set();
    const all = [...first, ...rest].filter((each) => !seen.has(each.n) && seen.add(each.n));
    const shown = all.filter((each) => said === '' || [each.name ?? '', each.what, words(each.what), each.line ?? '', each.noun ?? ''].some((one) => one.toLowerCase().includes(said)));
    if (shown.length > 0) keep(body, shown, (each) => each.n, row);
    else fill(body, h('tr', {}, h('td', { colspan: 6 }, t(!known ? 'core.loading' : all.length > 0 ? 'people.no_match' : 'people.acts_none'))));
    more.hidden = !full;
  }

  function row(each) {
    return h('tr', {}, h('td', {}, time(each.at, { seconds: true })), h('td', {}, each.name === null ? t('people.act_deleted') : own(each.name)),
      h('td', {}, words(each.what), ' ', h('code', { class: 'small soft', dir: 'ltr' }, each.what)),
      h('td', {}, each.line === null ? '' : h('a', { href: to('lines', each.line), title: each.line, data: { focus: 'line' } }, own(each.line.slice(0, 8), { class: 'mono' }))),
      h('td', {}, each.noun === null ? '' : own(each.noun.length > 14 ? `${each.noun.slice(0, 12)}…` : each.noun, { class: 'mono', title: each.noun })),
      h('td', {}, each.done ? t('people.act_is_done') : h('span', { class: 'tag warn' }, t('people.act_not_known'))));
  }

  read();
  return () => {
    end?.();
    off();
  };
}

/** A word of the list: what it is about, and what was done. */
function words(what) {
  const [noun, ...verb] = what.split('.');
  return `${coded('people', `about_${noun}`)}: ${coded('people', `verb_${verb.join('.')}`)}`;
}
