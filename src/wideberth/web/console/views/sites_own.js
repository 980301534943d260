// One own list: its rows, to whom it was told, what they say of it.

import * as api from '../core/api.js';
import { act, dialog } from '../core/dialog.js';
import { form } from '../core/form.js';
import { h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { absent, button, endings, english, facts, filterBox, lineField, lines, may, peer, peerText, redraw, staleNote, table, tell, when } from './sites_shared.js';

const ODD = ['objection', 'unclear'];
const SHOWN = 500;
export const AGAIN_MS = 30_000;

export function ownList(box, { list, session }) {
  const ends = endings();
  const head = h('div', {});
  const rows = h('div', {});
  let wanted = '';
  let open = false;
  const states = {};
  const filter = filterBox(t('sites.filter_rows'), (text) => { wanted = text; drawRows(); });
  box.append(head, filter.element, rows);
  ends.add(filter.end);

  function draw() {
    const found = states.rows?.data;
    if (!found) {
      redraw(head, staleNote(states.rows), absent(states.rows?.problem) ? h('p', { class: 'problem' }, t('sites.list_gone')) : h('p', {}, t('core.loading')));
      return;
    }
    const of = found.list;
    const told = (states.told?.data ?? []).filter((each) => each.mine && each.own === list);
    redraw(head, h('h2', {}, own(of.name)), staleNote(states.rows, states.told),
      facts([[t('sites.version'), [String(of.version), ' · ', when(of.at)]], [t('sites.rows'), t('sites.rows_n', { n: of.rows })],
        [t('sites.verified'), t('sites.verified_n', { n: of.verified })],
        [t('sites.gone'), Object.keys(of.gone).length === 0 ? null
          : Object.entries(of.gone).map(([row, version], n) => [n > 0 ? ', ' : '', own(row), ` (${t('sites.in_version', { version })})`])]]),
      h('p', { class: 'actions' },
        may(session, 'officer', 'releasing') ? button(t('sites.send'), (at) => send(of, at), { kind: 'first', focus: 'send' }) : null,
        may(session, 'officer', 'planner') ? h('a', { class: 'button', href: `${route.to('sites', 'import')}?list=${encodeURIComponent(of.name)}` }, t('sites.next_edition')) : null,
        told.length === 0 ? null : button(t('sites.status_file'), () => statusFile(of, told, found.rows), { focus: 'status' })),
      h('h3', {}, t('sites.told_to')), !states.told?.data ? h('p', {}, t('core.loading')) : told.length === 0 ? h('p', { class: 'soft' }, t('sites.never_told')) : told.map(recipient));
    drawRows();
  }

  function drawRows() {
    if (!states.rows?.data) return;
    const found = states.rows.data.rows.filter(({ row, stage }) => `${row.id} ${row.name} ${row.of} ${coded('sites', `stage_${stage}`)}`.toLowerCase().includes(wanted));
    const whole = open ? found : found.slice(0, SHOWN);
    redraw(rows, h('h3', {}, t('sites.rows')), found.length === 0 ? h('p', {}, t('sites.no_row'))
      : table(t('sites.rows'), [t('sites.row'), t('sites.what'), t('sites.grade'), t('sites.verification'), t('sites.review')], whole.map((each) => line(list, each))),
    found.length > whole.length ? button(t('sites.show_all', { n: found.length }), () => { open = true; drawRows(); }) : null);
  }

  // no event says that a row was verified, or that its day is past
  ends.add(live.use(`/v1/sites/${api.part(list)}`, ['site.'], (state) => { states.rows = state; draw(); }, { every: AGAIN_MS }),
    live.use('/v1/told-sites', ['site.', 'entry.delivered'], (state) => { states.told = state; draw(); }));
  return ends.end;
}

export const stageTag = (stage) => h('span', { class: ['tag', { verified: 'good', once: 'warn', stated: 'soft' }[stage]] }, coded('sites', `stage_${stage}`));
/** Why a row is to be looked at again: its day is past, or it has none. */
export const dueTag = (review) => h('span', { class: 'tag warn' }, t(review === null ? 'sites.no_review' : 'sites.due'));
export const gradeTag = (grade) => h('span', { class: ['tag', grade === 'verified' ? 'good' : 'soft'] }, coded('sites', `grade_${grade}`));

function line(list, { row, grade, stage, review, old }) {
  return [
    [h('a', { href: route.to('sites', 'own', list, row.id), data: { focus: `row-${row.id}` } }, own(row.id), ' ', own(row.name))],
    row.of ? own(row.of) : coded('sites', `kind_${row.kind}`),
    gradeTag(grade), stageTag(stage),
    [when(review, { day: 'always' }), old ? [' ', dueTag(review)] : null],
  ];
}

function recipient(told) {
  const odd = told.statuses.filter((each) => ODD.includes(each.status));
  return h('div', { class: ['card', odd.length > 0 && 'warn'] },
    h('strong', {}, peer(told)), ' · ',
    told.version === 0 ? t('sites.nothing_told_yet') : [t('sites.sent', { version: told.version }), ' ', when(told.at), ' · ',
      told.delivered === null ? h('span', { class: 'tag warn' }, t('sites.not_delivered')) : [t('sites.delivered'), ' ', when(told.delivered)]],
    told.waiting ? [' · ', h('span', { class: 'tag warn' }, t('sites.waits', { version: told.waiting }))] : null,
    h('ul', { class: 'counts' }, Object.entries(told.counts).filter(([, n]) => n > 0)
      .map(([status, n]) => h('li', {}, t('sites.rows_n', { n }), ': ', coded('sites', `status_${status}`)))),
    odd.length === 0 ? null : h('p', {}, odd.map((each, n) => [n > 0 ? ', ' : '', own(each.row), ': ', coded('sites', `short_${each.status}`)])),
    told.old ? english(told.old) : null);
}

async function send(of, at) {
  const known = await act(at, lines);
  if (known === undefined) return;
  at.focus(); // where the dialog comes back to
  const done = await dialog(t('sites.send_title', { name: of.name }), (close) => [
    h('p', {}, t('sites.send_words', { n: of.rows })),
    h('p', { class: 'small' }, t('sites.send_not')),
    form([lineField(known)], { submit: t('sites.send_now'), cancel: () => close(null), done: close,
      send: ({ line }) => api.post(`/v1/lines/${api.part(line)}/sites/${api.part(of.list)}/send`) }),
  ]);
  if (done === null) return;
  tell(t('sites.sent_done', { peer: peerText(done) }));
  await live.again('/v1/told-sites');
}

// one line for each row and recipient; a text that a spreadsheet would take for a formula is only a text
function statusFile(of, told, rows) {
  const names = new Map(rows.map(({ row }) => [row.id, row.name]));
  const cell = (text) => `"${String(text ?? '').replace(/^([=+\-@\t\r])/, "'$1").replaceAll('"', '""')}"`;
  const heads = ['row', 'name', 'recipient', 'version', 'sent', 'delivered', 'status', 'said at', 'entry'];
  const made = [[t('sites.notice')], heads];
  for (const each of told) {
    for (const one of each.statuses) {
      made.push([one.row, names.get(one.row), peerText(each), each.version, each.at, each.delivered ?? t('sites.not_delivered'),
        coded('sites', `status_${one.status}`), one.at, one.entry === null ? '' : `${one.entry} / ${one.origin}`]);
    }
  }
  api.save(`${of.name}-status.csv`, `\ufeff${made.map((each) => each.map(cell).join(',')).join('\r\n')}\r\n`, 'text/csv');
}

