// The lines: how each stands, what to do, by when; one of them at length; a new one begun.

import { UNREACHED } from '../core/api.js';
import { h, keep, fill, own } from '../core/html.js';
import { time } from '../core/format.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { EVENTS, agreed, peerOf, toDo } from './lines_state.js';
import { one } from './lines_one.js';
import { begin } from './lines_begin.js';

export function show(root, { rest, session }) {
  const [chosen] = rest;
  const list = h('ul', { class: 'list lines-list', 'aria-label': t('lines.title') });
  const none = h('p', { class: 'soft' });
  const stale = h('p', { class: 'tag warn', hidden: true });
  const filter = h('input', { type: 'search', 'aria-label': t('lines.filter'), placeholder: t('lines.filter'), on: { input: () => draw() } });
  const admin = session.roles.includes('admin');
  const detail = h('div', { class: 'detail' });
  let found = null;
  root.append(h('h1', {}, t('lines.title')), stale, h('div', { class: 'split' },
    h('div', {}, h('p', { class: 'actions' }, filter, admin ? h('a', { class: 'button', href: route.to('lines', 'begin') }, t('lines.begin')) : null), list, none), detail));

  function draw(state = null) {
    if (state !== null) {
      found = state.data;
      stale.hidden = !state.stale;
      if (state.stale) stale.textContent = state.at !== null ? t('core.stale', { time: time(state.at, { seconds: true }) })
        : t(state.problem.code === UNREACHED ? 'core.unreached' : 'core.status_other');
    }
    const wanted = filter.value.trim().toLowerCase();
    const some = (found ?? []).filter((each) => `${peerOf(each)} ${each.line} ${each.words}`.toLowerCase().includes(wanted));
    keep(list, some, (each) => each.line, row);
    none.textContent = found !== null && found.length === 0 ? t('lines.none') : '';
  }
  function row(each) {
    const first = toDo(each)[0];
    return h('li', {},
      h('a', { href: route.to('lines', each.line), 'aria-current': each.line === chosen ? 'true' : null, data: { focus: 'open' } }, own(peerOf(each))), ' ',
      h('span', { class: ['tag', { live: 'good', null: 'soft' }[each.health] ?? 'alarm'] }, coded('lines', `health_${each.health}`)), ' ',
      agreed(each) === 'yes' ? null : h('span', { class: 'tag warn' }, t(`lines.agreed_${agreed(each)}`)),
      first === undefined ? null : h('div', { class: 'small' }, h('strong', {}, t(`lines.by_${first.by}`), ': '), first.words));
  }
  const ending = [live.use('/v1/lines', EVENTS, draw, { every: 15_000 })];
  if (chosen === 'begin' && admin && live.past() === null) fill(detail, begin());
  else if (chosen === undefined || chosen === 'begin') fill(detail, h('p', { class: 'soft' }, t('lines.pick')));
  else ending.push(one(detail, chosen, session));
  return () => { for (const each of ending) each(); };
}
