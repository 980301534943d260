// Lists of sites and movements: own ones, and those that others have told.

import * as api from '../core/api.js';
import { act } from '../core/dialog.js';
import { h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, lang, t } from '../core/words.js';
import { endings, filterBox, may, pastNote, peer, redraw, staleNote } from './sites_shared.js';
import { cases } from './sites_cases.js';
import { imported } from './sites_import.js';
import { ownList } from './sites_own.js';
import { ownRow } from './sites_row.js';
import { toldList } from './sites_told.js';

const KINDS = ['site', 'movement'];
const AGAIN_MS = 60_000;

export function show(root, { rest, query, session }) {
  const ends = endings();
  const side = h('div', {});
  const item = h('div', { class: 'item' });
  root.append(h('h1', {}, t('sites.title')), h('p', { class: 'card notice' }, t('sites.notice')), h('div', { class: 'split' }, side, item));
  ends.add(list(side, rest, session));
  const [what, ...more] = rest;
  if (what === 'own' && more.length > 1) ends.add(ownRow(item, { list: more[0], row: more[1], session }));
  else if (what === 'own') ends.add(ownList(item, { list: more[0], session }));
  else if (what === 'told') ends.add(toldList(item, { line: more[0], list: more[1], session }));
  else if (what === 'import') ends.add(imported(item, { name: query.list ?? '', session }));
  else ends.add(cases(item, { plan: query.plan ?? null, session }));
  return ends.end;
}

function list(side, rest, session) {
  const ends = endings();
  const head = h('div', {});
  const mine = h('ul', { class: 'list' });
  const theirs = h('ul', { class: 'list' });
  let wanted = '';
  const states = {};
  const filter = filterBox(t('sites.filter_lists'), (text) => { wanted = text; draw(); });
  side.append(head, filter.element, h('h2', {}, t('sites.own_lists')), mine, h('h2', {}, t('sites.told_here')), theirs, templates());
  ends.add(filter.end);
  if (may(session, 'officer', 'planner')) ends.add(key('n', 'sites.import', () => route.go('sites', 'import')));

  function draw() {
    redraw(head, staleNote(...Object.values(states)), pastNote(), h('p', { class: 'actions' },
      may(session, 'officer', 'planner') ? h('a', { class: 'button first', href: route.to('sites', 'import') }, t('sites.import')) : null,
      h('a', { class: 'button', href: route.to('sites') }, states.cases?.data ? t('sites.cases', { n: states.cases.data.length }) : t('sites.cases_title'))));
    const fits = (each) => each.name.toLowerCase().includes(wanted);
    const lists = (states.own?.data ?? []).filter(fits);
    const told = (states.told?.data ?? []).filter((each) => !each.mine && fits(each));
    keep(mine, lists, (each) => each.list, (each) => line(route.to('sites', 'own', each.list), each.list === rest[1], each.name,
      [t('sites.rows_n', { n: each.rows }), ' · ', t('sites.verified_n', { n: each.verified }),
        each.old > 0 ? [' · ', h('span', { class: 'tag warn' }, t('sites.old_n', { n: each.old }))] : null]));
    keep(theirs, told, (each) => `${each.line} ${each.list}`, (each) => line(route.to('sites', 'told', each.line, each.list), each.list === rest[2], each.name,
      [t('sites.told_by'), ' ', peer(each), ' · ', t('sites.rows_n', { n: each.rows.length }), ' · ', summary(each),
        each.unread ? [' ', h('span', { class: 'tag alarm' }, t('sites.unread'))] : null,
        each.old ? [' ', h('span', { class: 'tag warn' }, t('sites.old'))] : null]));
    // what could not be read is not nothing; and where a word is looked for, it is the word that nothing fits
    if (states.own?.data && lists.length === 0) mine.replaceChildren(h('li', { class: 'soft' }, t(wanted === '' ? 'sites.no_list' : 'core.nothing')));
    if (states.told?.data && told.length === 0) theirs.replaceChildren(h('li', { class: 'soft' }, t(wanted === '' ? 'sites.nothing_told' : 'core.nothing')));
  }
  const take = (name) => (state) => {
    states[name] = state;
    draw();
  };
  // a day of review passes without an event
  ends.add(live.use('/v1/sites', ['site.'], take('own'), { every: AGAIN_MS }), live.use('/v1/told-sites', ['site.', 'entry.delivered'], take('told'), { every: AGAIN_MS }),
    live.use('/v1/site-cases', ['site.', 'plan.', 'notice.'], take('cases')));
  return ends.end;
}

function summary(told) {
  const open = (told.counts.none ?? 0) + (told.counts.received ?? 0);
  return open > 0 ? h('span', { class: 'tag warn' }, t('sites.open_n', { n: open })) : t('sites.all_answered');
}

function line(to, current, name, more) {
  return h('li', {}, h('a', { href: to, 'aria-current': current ? 'page' : null, data: { focus: 'open' } }, own(name)), h('div', { class: 'small' }, more));
}

function templates() {
  const path = (kind) => api.asking('/v1/site-template', { kind, language: lang(), ending: 'xlsx' });
  return h('section', {}, h('h2', {}, t('sites.templates')), h('p', { class: 'small' }, t('sites.templates_words')),
    h('p', { class: 'actions' }, KINDS.map((kind) => h('button', { type: 'button', on: { click: (event) => act(event.currentTarget, async () => {
      api.save(`${kind}-${lang()}.xlsx`, await api.octets(path(kind)), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    }) } }, coded('sites', `template_${kind}`)))));
}

