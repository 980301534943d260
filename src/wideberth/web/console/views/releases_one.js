// One release: what comes next, its exact copy, what could be inferred from it, how it has left, by whose word.

import * as api from '../core/api.js';
import { act, dialog, explained, sure } from '../core/dialog.js';
import { field } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { has, t } from '../core/words.js';
import { concern } from './onward_parts.js';
import { copy } from './releases_copy.js';
import { meter } from './releases_meter.js';
import { MINUTE_MS, phase } from './releases.js';
import { signing } from './told_sign.js';
import { actions, aged, asked, button, code, english, facts, following, handOver, link, ltr, short, table, tag, worded } from './told_parts.js';

const HOURS = [1, 4, 24, 72, 168, 720];
const MORE = { draft: true, approved: true };

const when = (value) => ltr(time(value, { now: live.now() }));

/** Draw it into `side`. Gives what ends it. */
export function one(side, id, session) {
  const path = `/v1/releases/${api.part(id)}`;
  const head = h('section', { class: 'card' });
  const next = h('section', { class: 'card', 'aria-labelledby': 'next' });
  const after = h('div', {});
  const left = h('section', { class: 'card' });
  const exact = h('section', { class: 'card', 'aria-labelledby': 'copy' });
  const known = h('section', { class: 'card', 'aria-labelledby': 'meter' });
  const chain = h('section', { class: 'card', 'aria-labelledby': 'chain' });
  side.append(head, next, left, exact, known, chain);
  let state = null;
  let recipients = null;
  let line = null;
  let shown = null;
  let measured = null;
  let offered = null;
  let answered = false; // whom this party releases to was asked for
  const about = following(() => draw());

  function draw() {
    if (state === null) return;
    const found = state.data;
    if (found === null) {
      fill(head, explained(state.problem));
      for (const each of [next, left, exact, known, chain]) each.hidden = true;
      return;
    }
    for (const each of [next, exact, known, chain]) each.hidden = false;
    fill(head, aged(state), h('h2', {}, own(found.title), ' ', phase(found.phase), ' ', found.exercise ? tag(t('releases.exercise'), 'warn') : null),
      h('p', {}, t(`releases.means_${found.phase}`)),
      facts([[t('releases.for_whom'), own(found.recipient)], [t('releases.made'), when(found.made)], [t('releases.id'), h('code', { class: 'long' }, found.release)],
        [t('releases.signatures'), t('releases.of_needed', { n: found.signatures, needed: found.needed })],
        found.recalled === null ? null : [t('releases.recalled'), when(found.recalled)],
        [t('releases.caveats'), h('ul', { class: 'plain' }, caveats(found.caveats).map((each) => h('li', {}, each)))]]));
    line = recipients?.find((each) => each.recipient === found.recipient)?.line ?? null;
    drawNext(found);
    drawLeft(found);
    if (shown !== found.index) {
      shown = found.index;
      copy(exact, path, found);
    }
    // what could be inferred is another where more was told meanwhile, to its recipient or to an ally
    const told = JSON.stringify([found.index, MORE[found.phase] === true, recipients]);
    if (answered && measured !== told) {
      measured = told;
      meter(known, path, found, MORE[found.phase] === true);
    }
  }

  function drawNext(found) {
    // a button that is at work stays, so that nothing is sent twice
    const said = JSON.stringify([found.phase, found.index, found.signatures, found.title, found.deliveries, found.recall_told, recipients === null, line, live.past()]);
    if (said === offered) return;
    offered = said;
    const box = [];
    if (found.phase === 'draft') {
      box.push(h('p', {}, t('releases.look_first')), signing({
        what: 'release', sha256: found.index, title: t('releases.approve'), name: 'release.json', submit: t('releases.approve_now'),
        shown: () => h('div', {}, h('p', {}, t('releases.signing_this', { title: found.title, name: found.recipient }))),
        exact: () => api.octets(`${path}/files/release.json`), needed: found.needed,
        hand: (approvals) => doing('approvals', { approvals }),
      }), actions(h('button', { type: 'button', on: { click: () => go('releases', id, 'amend') } }, t('releases.amend')), withdraw()));
    } else if (found.phase === 'approved') {
      box.push(h('p', {}, t('releases.deliver_help')), deliver(found, true), actions(withdraw()));
    } else if (found.phase === 'delivered' || found.phase === 'received') {
      box.push(deliver(found, false), actions(found.phase === 'delivered' ? button(t('releases.receipt'), receipt) : null, recall(found), worry(found)));
    } else if (found.phase === 'recalled') {
      box.push(found.deliveries.some((each) => each.way !== 'line') ? h('p', {}, t('releases.hand_notice')) : null,
        found.recall_told || !found.deliveries.some((each) => each.way === 'line') ? null : h('p', { class: 'card warn' }, t('releases.recall_untold')),
        actions(button(t('releases.notice'), notice, { kind: 'first' }), button(t('releases.receipt'), receipt), worry(found)));
    } else if (found.phase === 'expired') box.push(actions(recall(found)));
    else box.push(h('p', {}, t('releases.nothing_next')));
    fill(next, h('h2', { id: 'next' }, t('releases.next')), box, after);
  }

  async function doing(what, body = undefined) {
    await api.post(`${path}/${what}`, body);
    await live.again(path, '/v1/releases');
  }

  const withdraw = () => button(t('releases.withdraw'), async () => {
    if (await sure(t('releases.withdraw'), t('releases.withdraw_sure'), t('releases.withdraw'))) await doing('withdraw');
  });

  function deliver(found, first) {
    if (recipients === null) return h('p', {}, t('core.loading')); // whether there is a line to it
    const kind = (one) => (first && one ? 'first' : '');
    return actions(
      line === null ? null : button(t('releases.send'), () => doing('send', {}), { kind: kind(true), done: t('releases.sent') }),
      button(t('releases.save'), async () => {
        const { party } = await api.get('/v1/status');
        const data = await api.octets(`${path}/file`, {});
        await handOver(after, `${found.release.slice(0, 10)}.zip`, data, { trust: [party], type: 'application/zip' });
        await live.again(path, '/v1/releases');
      }, { kind: kind(line === null) }),
      button(t('releases.link'), askLink));
  }

  async function askLink() {
    const made = await asked(t('releases.link'), [field('hours', t('releases.link_lasts'), {
      kind: 'choice', value: '24', choices: HOURS.map((each) => [String(each), t('releases.hours', { n: each })]), help: t('releases.link_help') })], {
      submit: t('releases.link_make'),
      send: ({ hours }) => api.post(`${path}/link`, { until: new Date(live.now() + Number(hours) * 3_600_000).toISOString() }),
    });
    if (made === null) return;
    live.again(path);
    const text = made.url ?? made.path;
    await dialog(t('releases.link_once'), (close) => [
      h('p', { class: 'card warn' }, t('releases.link_warning')),
      h('pre', { class: 'exact', tabindex: '0', data: { link: '' } }, text),
      made.url === null ? h('p', {}, t('releases.link_no_public')) : null,
      h('p', {}, t('releases.link_until', { time: when(made.until) })),
      h('footer', {}, h('button', { type: 'button', class: 'first', on: { click: (event) => act(event.target, () => navigator.clipboard.writeText(text), { done: t('told.copied') }) } }, t('told.copy')),
        h('button', { type: 'button', on: { click: () => close() } }, t('core.close'))),
    ], { wide: true });
  }

  const receipt = () => asked(t('releases.receipt'), [
    field('role', t('releases.receipt_role'), { required: true, help: t('releases.receipt_help') }),
    field('at', t('releases.receipt_at'), { kind: 'time', help: t('releases.receipt_now') }),
  ], { submit: t('releases.receipt'), send: async ({ role, at }) => { await doing('receipt', { role, at }); return true; } });

  const recall = (found) => button(t('releases.recall'), () => asked(t('releases.recall'), [
    field('reason', t('releases.recall_reason'), { help: t('releases.recall_help') }),
  ], { submit: t('releases.recall_now'), send: async ({ reason }) => { await doing('recall', { reason: reason.trim() || null }); return true; } }), { kind: 'danger' });

  async function notice() {
    const found = await api.get(`${path}/notice`);
    fill(after, h('h3', {}, t('releases.notice')), h('pre', { class: 'exact', lang: 'en', tabindex: '0' }, found.text),
      h('button', { type: 'button', on: { click: () => api.save(`${id.slice(0, 10)}-recalled.txt`, found.text, 'text/plain') } }, t('told.save')));
  }

  function worry(found) {
    const on = found.deliveries.find((each) => each.way === 'line');
    return on === undefined || !session.roles.includes('officer') ? null : concern(on.line, found.release);
  }

  function drawLeft(found) {
    const rows = [...found.deliveries.map((each) => [when(each.at), t(`releases.way_${each.way}`), own(each.role), stands(each)]),
      ...found.receipts.map((each) => [when(each.at), t('releases.has_it'), own(each.role), each.by_hand ? t('releases.by_hand_entered') : t(`releases.receipt_${each.way}`)])];
    left.hidden = rows.length === 0;
    fill(left, h('h2', {}, t('releases.left_title')), rows.length === 0 ? null
      : table(t('releases.left_title'), [t('told.when'), t('releases.way'), t('told.role'), t('releases.stands')], rows));
  }

  about.use(path, ['release.', 'entry.delivered'], (found) => { state = found; draw(); }, { every: MINUTE_MS });
  about.use('/v1/recipients', ['release.'], ({ data }) => {
    recipients = data;
    answered = true;
    draw();
  });
  about.use(`${path}/chain`, ['release.', 'onward.', 'entry.'], (found) => chained(chain, found), { every: MINUTE_MS });
  return about.end;
}

/** How a delivery stands, in words. */
function stands(each) {
  if (each.way === 'line') return each.delivered ? t('releases.line_delivered') : each.told ? t('releases.line_told') : t('releases.line_waits');
  if (each.way === 'link') return [t(`releases.link_${each.link}`), ' ', each.until ? t('releases.link_until', { time: when(each.until) }) : ''];
  return h('code', { class: 'long', title: each.sha256 }, `SHA-256 ${each.sha256.slice(0, 16)}…`);
}

/** Caveats in words. */
export function caveats(found) {
  return [
    found.release_to.length === 0 ? t('releases.nobody_else') : t('releases.also_for', { name: found.release_to.join(', ') }),
    !found.onward ? t('releases.never_onward') : found.originator_control ? t('releases.onward_consent') : t('releases.onward_free'),
    found.expires === null ? t('releases.until_recall') : t('releases.until_time', { time: when(found.expires) }),
  ];
}

// from whom each record came, by whose word it goes
function chained(box, state) {
  const heading = h('h2', { id: 'chain' }, t('releases.chain'));
  const found = state.data;
  if (found === null) {
    fill(box, heading, explained(state.problem));
    return;
  }
  fill(box, heading, aged(state), h('p', { class: 'small soft' }, t('releases.chain_help')), table(t('releases.chain'),
    [t('releases.record'), t('releases.whose'), t('releases.told_as'), t('releases.may')],
    found.records.map((each) => [[String(each.number), '. ', own(each.title || worded('releases', 'record', each.kind))],
      each.ours ? t('releases.ours') : own(each.said_by || each.label || each.originator.slice(0, 8)),
      each.ours ? '–' : [own(each.label ?? ''), ' ', own(each.told)],
      [tag(each.may ? t('releases.may_go') : t('releases.may_not'), each.may ? 'good' : 'alarm'),
        each.code !== null && has(`releases.code_${code(each.code)}`) ? h('p', { class: 'small' }, t(`releases.code_${code(each.code)}`)) : null, each.ours ? null : english(each.words),
        each.consent === null ? null : h('p', { class: 'small' }, link(t('releases.consent'), 'onward', 'asked', each.consent.line, each.consent.asked), ' ', short(each.consent.asked))]])));
}
