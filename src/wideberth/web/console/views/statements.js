// What the parties state to each other: declarations, policies, concerns, claim queries.

import { h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { endings, filterBox, may, pastNote, peer, redraw, staleNote, when } from './sites_shared.js';
import { made } from './statements_new.js';
import { statement } from './statements_one.js';

const ON = ['declaration.', 'concern.', 'claim.', 'entry.delivered'];
const AGAIN_MS = 30_000; // that an answer is overdue, or has expired, is no event
const NEW = ['claim', 'concern', 'declaration', 'policy'];

export function show(root, { rest, query, session }) {
  const ends = endings();
  const side = h('div', {});
  const item = h('div', { class: 'item' });
  root.append(h('h1', {}, t('statements.title')), h('div', { class: 'split' }, side, item));
  ends.add(list(side, rest, query, session));
  if (rest[0] === 'new') ends.add(made(item, { kind: NEW.includes(rest[1]) ? rest[1] : 'claim', query, session }));
  else if (rest.length > 1) ends.add(statement(item, { line: rest[0], id: rest[1], whose: query.whose ?? null, session }));
  else item.append(h('p', { class: 'card' }, t('statements.words')), h('p', { class: 'soft' }, t('statements.choose')));
  return ends.end;
}

/** Whether it waits for this party: theirs that nobody here has said anything to, or own ones with an answer to judge. */
export function waiting(each) {
  if (each.mine) return each.kind === 'concern' && each.phase === 'answered';
  if (each.kind === 'claim') return ['stated', 'acknowledged', 'answer expired'].includes(each.phase) && each.withdrawn === null;
  if (each.kind === 'concern') return ['stated', 'acknowledged', 'still open'].includes(each.phase);
  return each.phase === 'stated';
}

function list(side, rest, query, session) {
  const ends = endings();
  const head = h('div', {});
  const now = h('ul', { class: 'list' });
  const others = h('ul', { class: 'list' });
  const over = h('input', { type: 'checkbox', id: 'statements-over', on: { change: () => draw() } });
  let state = null;
  let wanted = '';
  const filter = filterBox(t('statements.filter'), (text) => { wanted = text; draw(); });
  side.append(head, filter.element, h('p', {}, over, ' ', h('label', { for: 'statements-over' }, t('statements.with_over'))),
    h('h2', {}, t('statements.waits_for_us')), now, h('h2', {}, t('statements.others')), others);
  ends.add(filter.end);
  if (may(session, 'officer')) ends.add(key('n', 'statements.new_claim', () => route.go('statements', 'new', 'claim')));

  function draw() {
    redraw(head, staleNote(state), pastNote(), may(session, 'officer') ? h('p', { class: 'actions' },
      NEW.map((each, n) => h('a', { class: ['button', n === 0 && 'first'], href: route.to('statements', 'new', each) }, coded('statements', `new_${each}`)))) : null);
    if (!state?.data) return; // what could not be read is not nothing
    const ended = (each) => ['withdrawn', 'expired'].includes(each.phase);
    const fit = state.data.filter((each) => (over.checked || !ended(each))
      && `${each.text} ${each.label ?? ''} ${coded('statements', `kind_${each.kind}`)}`.toLowerCase().includes(wanted));
    const urgent = fit.filter(waiting);
    fillList(now, urgent, rest, query, t('statements.none_waits'));
    fillList(others, fit.filter((each) => !waiting(each)), rest, query, t('core.nothing'));
  }
  ends.add(live.use('/v1/statements', ON, (found) => { state = found; draw(); }, { every: AGAIN_MS }));
  return ends.end;
}

function fillList(box, some, rest, query, none) {
  keep(box, some, (each) => `${each.line} ${each.statement} ${each.mine}`, (each) => {
    const whose = each.mine ? 'ours' : 'theirs';
    const current = each.statement === rest[1] && each.line === rest[0] && (query.whose ?? whose) === whose;
    return h('li', {},
      h('a', { href: `${route.to('statements', each.line, each.statement)}?whose=${whose}`, 'aria-current': current ? 'page' : null, data: { focus: 'open' } },
        h('strong', {}, coded('statements', `kind_${each.kind}`)), ': ', own(each.text.slice(0, 120))),
      h('div', { class: 'small' }, t(each.mine ? 'statements.to' : 'statements.from'), ' ', peer(each), ' · ', phaseTag(each),
        each.overdue ? [' ', h('span', { class: 'tag alarm' }, t('statements.overdue'), ' ', when(each.overdue))] : each.by && waiting(each) ? [' ', t('statements.by'), ' ', when(each.by)] : null));
  });
  if (some.length === 0) box.replaceChildren(h('li', { class: 'soft' }, none));
}

export function phaseTag(each) {
  const open = ['stated', 'still open', 'answered'].includes(each.phase);
  return h('span', { class: ['tag', open ? 'warn' : 'soft'] }, coded('statements', `phase_${each.phase.replaceAll(' ', '_')}`));
}
