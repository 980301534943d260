// Holds: stand-downs in force over party, area and activity until a condition.

import { UNREACHED } from '../core/api.js';
import { time } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { t } from '../core/words.js';
import { one } from './holds_one.js';
import { draft } from './holds_put.js';
import { tagOf, untilOf, whomOf, whomShown } from './holds_words.js';

export function show(root, { rest, session }) {
  const [chosen] = rest;
  const officer = session.roles.includes('officer');
  const list = h('ul', { class: 'list', 'aria-label': t('holds.title') });
  const none = h('p', {});
  const stale = h('p', { class: 'tag warn', hidden: true });
  const filter = h('input', { type: 'search', 'aria-label': t('holds.filter'), placeholder: t('holds.filter'), on: { input: () => draw() } });
  const over = h('input', { type: 'checkbox', id: 'holds-over', on: { change: () => draw() } });
  const detail = h('div', { class: 'detail' });
  let state = null;
  root.append(h('h1', {}, t('holds.title')), stale, h('div', { class: 'split' },
    h('div', {},
      h('p', { class: 'actions' }, officer ? h('a', { class: 'button', href: route.to('holds', 'new'), data: { first: '' } }, t('holds.put')) : null, filter),
      h('p', {}, over, ' ', h('label', { for: 'holds-over' }, t('holds.over_too'))), list, none), detail));

  function draw(next = state) {
    state = next;
    if (state === null) return;
    if (state.data === null) {
      stale.hidden = false;
      stale.textContent = t(state.problem.code === UNREACHED ? 'core.unreached' : 'core.status_other');
      return;
    }
    stale.hidden = !state.stale;
    if (state.stale) stale.textContent = t('core.stale', { time: time(state.at, { seconds: true }) });
    const wanted = filter.value.trim().toLowerCase();
    const some = state.data.filter((each) => (over.checked || each.phase === 'in force')
      && `${each.hold} ${each.label ?? ''} ${whomOf(each)} ${each.reason ?? ''}`.toLowerCase().includes(wanted));
    keep(list, some, (each) => each.hold, row);
    none.textContent = some.length === 0 && wanted === '' ? t('holds.none', { time: time(live.past() ?? state.at, { seconds: true }) }) : '';
  }
  function row(each) {
    return h('li', {},
      h('a', { href: route.to('holds', each.hold), 'aria-current': each.hold === chosen ? 'true' : null, data: { focus: 'open' } },
        own(each.mine ? t('holds.this_party') : each.label ?? each.by.slice(0, 10))), ' ', tagOf(each),
      h('div', { class: 'small' }, t('holds.binds'), ': ', whomShown(each)),
      h('div', { class: 'small' }, each.area === null ? t('holds.everywhere') : t('holds.in_area'), ', ', untilOf(each), ' ',
        each.until.met && each.phase === 'in force' ? h('span', { class: 'tag warn' }, t('holds.met')) : null));
  }
  const ending = [live.use('/v1/holds', ['hold.', 'talks.', 'agreement.'], draw, { every: 30_000 })];
  if (chosen === 'new' && officer && live.past() === null) ending.push(draft(detail));
  else if (chosen === undefined || chosen === 'new') fill(detail, h('p', { class: 'soft' }, t('holds.pick')));
  else ending.push(one(detail, chosen, session));
  return () => { for (const each of ending) each?.(); };
}

