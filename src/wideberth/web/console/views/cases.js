// Cases of all lines, those that begin first first; and one at length.

import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import { until } from '../core/format.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { t } from '../core/words.js';
import { activityWords, firstOnly, foundWords, gapWords, peerName, phaseTag, staleness, tag, when } from './plans_words.js';

export const EVENTS = ['case.', 'plan.', 'notice.', 'agreement.', 'again'];

export async function show(root, { rest, session }) {
  const [id] = rest;
  const list = h('div', {});
  const one = h('div', {});
  root.append(h('h1', {}, t('cases.title')), h('div', { class: 'split' }, list, one));
  const ends = [listed(list, id)];
  if (id === undefined) fill(one, h('p', { class: 'soft' }, t('cases.choose_one')));
  else {
    const { oneCase } = await import('./cases_one.js');
    ends.push(oneCase(one, id, session));
  }
  return () => ends.forEach((each) => each());
}

/** What somebody here has to do about a case: answer, propose, wait; none where it is over. */
export function next(found) {
  const open = found.proposals.filter((each) => each.status === 'open');
  if (found.phase === 'closed') return 'none';
  if (open.some((each) => !each.mine)) return 'answer';
  if (open.some((each) => each.mine)) return 'wait';
  if (found.phase === 'accepted' || found.phase === 'final') return 'settling';
  return 'propose';
}

function listed(root, chosen) {
  const words = h('input', { type: 'search', id: 'cases-filter', autocomplete: 'off', dir: 'auto' });
  const over = h('input', { type: 'checkbox', id: 'cases-over' });
  const stale = h('div', {});
  const count = h('p', { class: 'small soft', role: 'status' });
  const rows = h('ul', { class: 'list cases' });
  let state = { data: null };
  let end = null;
  fill(root,
    h('div', { class: 'field' }, h('label', { for: 'cases-filter' }, t('plans.filter')), words),
    h('div', { class: 'field check' }, over, h('label', { for: 'cases-over' }, t('cases.over_too'))),
    stale, count, rows, h('p', { class: 'small' }, t('cases.manual'), ' ', h('a', { href: to('manual') }, t('cases.manual_link'))));
  function draw() {
    fill(stale, staleness(state));
    if (state.data === null) {
      fill(count, state.problem ? t('core.status_other') : t('core.loading'));
      fill(rows); // those of another moment, or of before, are not these
      return;
    }
    const text = words.value.trim().toLowerCase();
    const found = state.data
      .filter((each) => [each.plan_label, each.callsign, each.activity, each.case, each.label].some((part) => (part ?? '').toLowerCase().includes(text)))
      .sort((one, other) => urgency(one).localeCompare(urgency(other)));
    fill(count, t('cases.count', { n: found.length }), firstOnly(state.data));
    keep(rows, found.map((each) => ({ ...each, here: each.case === chosen })), (each) => each.case, row);
  }
  function read() {
    end?.();
    end = live.use(over.checked ? '/v1/cases' : '/v1/cases?over=no', EVENTS, (found) => {
      state = found;
      draw();
    });
  }
  words.addEventListener('input', draw);
  over.addEventListener('change', read);
  const slash = key('/', 'plans.filter', () => words.focus());
  // how long is left changes by itself
  const clock = setInterval(() => {
    for (const each of rows.querySelectorAll('[data-until]')) each.textContent = until(each.dataset.until, live.now());
  }, 1_000);
  read();
  return () => {
    end?.();
    slash();
    clearInterval(clock);
  };
}

// closed ones last; without a known start it may be now
const urgency = (found) => `${found.phase === 'closed' ? 1 : 0}${found.conflict?.start ?? ''}`;

function row(found) {
  const todo = next(found);
  const start = found.conflict?.start ?? null;
  return h('li', {},
    h('a', { href: to('cases', found.case), 'aria-current': found.here ? 'true' : null, data: { focus: 'open' } },
      own(found.plan_label || found.plan?.slice(0, 10) || found.case.slice(0, 8)), ' – ', own(found.callsign || activityWords(found.activity) || t('cases.hidden_plan'))), ' ', phaseTag(found.phase),
    h('div', { class: 'small' }, own(peerName(found)), found.conflict === null ? null : [' · ', tag('alarm', foundWords(found.conflict.found)), ' ', gapWords(found.conflict)]),
    start === null ? null : h('div', { class: 'small' }, when(found.conflict.start, found.conflict.end), ' · ', h('span', { class: 'left', data: { until: start } }, until(start, live.now()))),
    todo === 'none' ? null : h('div', { class: 'small' }, h('strong', {}, t(`cases.next_${todo}`))));
}
