// What was told by hand before a line: offered there, and said by an officer of each row whether it was so.

import * as api from '../core/api.js';
import { act, explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { coded, t } from '../core/words.js';
import { ROLES, myRole, roleOf } from './calls_book.js';
import { said } from './manual_one.js';

const SAYS = ['confirmed', 'disputed', 'not known'];

export function history(root, session) {
  const ends = [];
  const box = h('div', {});
  let over = false;
  fill(root, h('h2', {}, t('manual.history')), h('p', { class: 'small' }, t('manual.history_means')), box);
  Promise.all([api.get('/v1/lines'), myRole(session)]).then(([lines, role]) => {
    if (over) return;
    if (lines.length === 0) fill(box, h('p', {}, t('manual.no_line')));
    for (const line of lines) {
      const of = h('section', {});
      box.append(of);
      ends.push(live.use(`/v1/lines/${api.part(line.line)}/history`, ['line.', 'manual.'], ({ data, problem, stale, at }) => fill(of, h('h3', {}, own(line.label ?? line.line.slice(0, 8))),
        stale && at !== null ? h('p', { class: 'card warn' }, t('core.stale', { time: time(at, { seconds: true }) })) : null,
        data === null ? explained(problem) : data.length === 0 ? h('p', {}, t('manual.no_history')) : data.map((each) => entry(line, each, role))), { every: 15_000 }));
    }
  }, (problem) => fill(box, explained(problem)));
  return () => {
    over = true;
    ends.forEach((each) => each());
  };

  function entry(line, each, role) {
    const open = !each.mine && session.roles.includes('officer') && live.past() === null;
    return h('div', { class: 'card', data: { entry: each.n } }, h('p', {}, t(each.mine ? 'manual.history_ours' : 'manual.history_theirs', { n: each.n }),
      each.role === null ? null : [' · ', t('manual.history_by'), ' ', roleOf(each.role)]), said(each.rows), open ? confirm(line, each, role) : null);
  }
  function confirm(line, each, role) {
    const rows = each.rows.map((row, n) => field(`row-${n}`, t('manual.row', { n: n + 1 }), { kind: 'choice', value: 'confirmed', choices: SAYS.map((one) => [one, coded('manual', `says_${one.replace(' ', '_')}`)]) }));
    const as = field('role', t('calls.my_role'), { kind: 'choice', value: role, choices: ROLES.map((one) => [one, coded('calls', `role_${one}`)]) });
    const at = h('div', {});
    const button = h('button', { type: 'button', class: each.role === null && 'first', on: { click: () => act(button, async () => {
      await api.post(`/v1/lines/${api.part(line.line)}/history`, { origin: each.origin, n: each.n, rows: rows.map((one) => one.value()), role: as.value() });
      await live.again('/v1/lines/');
    }, { at }) } }, t('manual.confirm_rows'));
    return h('details', { open: each.role === null }, h('summary', {}, t('manual.was_it_so')), h('p', { class: 'small' }, t('manual.confirm_means')), rows.map((one) => one.element), as.element, at, h('div', { class: 'actions' }, button));
  }
}
