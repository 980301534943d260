// Agreements: on each line which terms were proposed, who has signed, what is in force.

import * as api from '../core/api.js';
import { h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { endings, may, pastNote, peer, redraw, staleNote } from './sites_shared.js';
import { ofLine } from './agreements_line.js';
import { version } from './agreements_one.js';
import { proposed } from './agreements_new.js';

export function show(root, { rest, query, session }) {
  const ends = endings();
  const side = h('div', {});
  const item = h('div', { class: 'item' });
  root.append(h('h1', {}, t('agreements.title')), h('p', { class: 'card notice' }, t('agreements.no_permission')), h('div', { class: 'split' }, side, item));
  ends.add(list(side, rest, query, session));
  if (rest[0] === 'new') ends.add(proposed(item, { line: query.line ?? null, after: query.after ?? null, session }));
  else if (rest.length > 1) ends.add(version(item, { line: rest[0], sha256: rest[1], before: query.before ?? null, session }));
  else if (rest.length === 1) ends.add(ofLine(item, { line: rest[0], session }));
  else item.append(h('p', { class: 'soft' }, t('agreements.choose')));
  return ends.end;
}

function list(side, rest, query, session) {
  const ends = endings();
  const head = h('div', {});
  const all = h('ul', { class: 'list' });
  side.append(head, h('h2', {}, t('agreements.lines')), all);
  const line = () => (rest[0] === 'new' ? query.line : rest[0]);
  const add = () => { location.hash = `${route.to('agreements', 'new')}${line() ? `?line=${encodeURIComponent(line())}` : ''}`; };
  if (may(session, 'officer')) ends.add(key('n', 'agreements.propose', add));
  ends.add(live.use('/v1/lines', ['agreement.', 'line.'], (state) => {
    redraw(head, staleNote(state), pastNote(), may(session, 'officer') ? h('p', { class: 'actions' }, h('button', { type: 'button', class: 'first', data: { focus: 'new' }, on: { click: add } }, t('agreements.propose'))) : null);
    const found = state.data ?? [];
    keep(all, found.map(({ line: id, label, peer: party, agreement, suspended_by }) => ({ line: id, label, peer: party, agreement, suspended_by })), (each) => each.line, (each) => h('li', {},
      h('a', { href: route.to('agreements', each.line), 'aria-current': each.line === rest[0] ? 'page' : null, data: { focus: 'open' } }, peer(each)),
      h('div', { class: 'small' }, each.suspended_by.length > 0 ? h('span', { class: 'tag alarm' }, t('agreements.suspended'))
        : each.agreement === null ? h('span', { class: 'tag warn' }, t('agreements.none_in_force')) : h('span', { class: 'tag good' }, t('agreements.in_force')))));
    if (state.data && found.length === 0) all.replaceChildren(h('li', { class: 'soft' }, t('core.nothing')));
  }));
  return ends.end;
}

/** Where a version stands, in a word and its colour. */
export function standing(each, found) {
  if (each.in_force) return found.suspended_by.length > 0 ? ['suspended', 'alarm'] : ['in_force', 'good'];
  if (found.phases[each.agreement] === 'ended') return ['ended', 'soft'];
  if (each.ignored !== null) return ['ignored', 'soft'];
  if (each.was_in_force) return ['no_longer', 'soft'];
  return ['not_in_force', 'warn'];
}

export const standingTag = (each, found) => {
  const [word, kind] = standing(each, found);
  return h('span', { class: ['tag', kind] }, coded('agreements', word));
};

export const titled = (each) => [own(each.title), ' · ', t('agreements.version_n', { n: each.version })];

export const pathOf = (line) => `/v1/lines/${api.part(line)}/agreements`;
