// One line: what to do, its feeds, checks, alarms; the rest of it in parts of their own.

import * as api from '../core/api.js';
import { act, explained, sure } from '../core/dialog.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { role, roleWords } from '../core/role.js';
import * as route from '../core/route.js';
import { coded, number, t } from '../core/words.js';
import { EVENTS, agreed, alarmWords, peerOf, toDo } from './lines_state.js';
import { gate } from './lines_gate.js';
import { bundles, history, known, papers, readdress } from './lines_more.js';

/** Draw a line into `root`, and keep it as it is. Gives what ends that. */
export function one(root, line, session) {
  const path = `/v1/lines/${api.part(line)}`;
  const officer = session.roles.includes('officer');
  const admin = session.roles.includes('admin');
  const head = h('section', { class: 'card' });
  const checks = h('section', { class: 'card' });
  const alarms = h('section', { class: 'card' });
  const feeds = h('section', { class: 'card' });
  const repair = h('section', { class: 'card' });
  const parts = h('div', {});
  const stale = h('div', { class: 'tag warn', hidden: true });
  const ending = [];
  let view = null;
  let drawn = null; // as of which moment the rest is drawn
  let ofParts = [];
  fill(root, stale, head, checks, alarms, feeds, repair, parts);

  /** A button that does one thing to this line, asking once where `ask()` says what. */
  function doing(words, does, { done = t('lines.saved'), ask = null, kind = null, disabled = false } = {}) {
    const button = h('button', { type: 'button', class: kind, disabled: disabled || live.past() !== null, title: live.past() === null ? null : t('lines.past_no') }, words);
    button.addEventListener('click', async () => {
      if (ask !== null && !(await sure(words, ask(), words, { danger: true }))) return;
      await act(button, async () => {
        await does();
        await live.again(path, '/v1/lines');
      }, { done });
    });
    return button;
  }
  const post = (what, body) => api.post(`${path}/${what}`, body);

  function draw(state) {
    if (state.data !== null) view = state.data;
    stale.hidden = !state.stale;
    if (state.stale && state.at === null) fill(stale, explained(state.problem));
    else if (state.stale) fill(stale, t('core.stale', { time: time(state.at, { seconds: true }) }));
    if (view === null) return;
    drawHead();
    drawChecks();
    drawAlarms();
    drawFeeds();
    drawRepair();
    if (drawn !== String(live.past())) {
      drawn = String(live.past());
      for (const each of ofParts) each();
      const peer = peerOf(view);
      const made = [gate(path, peer, session), bundles(path, view, session), admin ? readdress(path, view) : null,
        officer ? papers(path) : null, history(path, session), known(line)].filter((each) => each !== null);
      fill(parts, made.map((each) => each.element));
      ofParts = made.map((each) => each.end).filter(Boolean);
    }
  }

  function drawHead() {
    const doings = toDo(view);
    once(head, [view.health, view.why, view.stage, view.address, doings, agreed(view), view.label, live.past()], () => [
      h('h2', {}, own(peerOf(view)), ' ', h('span', { class: ['tag', { live: 'good', null: 'soft' }[view.health] ?? 'alarm'] }, coded('lines', `health_${view.health}`)), ' ',
        h('span', { class: ['tag', agreed(view) === 'yes' ? 'good' : 'warn'] }, t(`lines.agreed_${agreed(view)}`))),
      view.health === 'live' || view.health === null ? null : h('p', { lang: 'en', dir: 'ltr' }, view.why),
      h('h3', {}, t('lines.to_do')),
      doings.length === 0 ? h('p', {}, t('lines.nothing_to_do')) : h('ul', { class: 'list' }, doings.map((each) => h('li', {},
        h('span', { class: ['tag', each.by === 'now' ? 'alarm' : each.by === 'soon' ? 'warn' : 'soft'] }, t(`lines.by_${each.by}`)), ' ', each.words))),
      h('dl', { class: 'facts' },
        h('dt', {}, t('lines.signing')), h('dd', {}, coded('lines', `stage_${view.stage}`)),
        h('dt', {}, t('lines.address')), h('dd', {}, view.address === null ? t('lines.address_none') : h('code', { dir: 'ltr' }, view.address)),
        h('dt', {}, t('lines.in_words')), h('dd', {}, own(view.words, { dir: 'ltr' })),
        h('dt', {}, t('lines.id')), h('dd', {}, h('code', { dir: 'ltr' }, view.line))),
      h('p', { class: 'actions' }, h('a', { class: 'button', href: route.to('agreements', view.line) }, t('lines.see_agreements')),
        h('a', { class: 'button', href: route.to('calls') }, t('lines.see_calls')), h('a', { class: 'button', href: route.to('records') }, t('lines.see_records')))]);
  }

  function drawChecks() {
    const waits = view.checks.some((each) => !each.mine && each.stage !== 'desk');
    once(checks, [view.checks, live.past()], () => [
      h('h2', {}, t('lines.checks')),
      view.checks.length === 0 ? h('p', { class: 'soft' }, t('lines.never_checked')) : h('ul', { class: 'list' }, view.checks.map((each) => h('li', {},
        t(each.mine ? 'lines.check_ours' : 'lines.check_theirs', { time: time(each.at, { seconds: true }) }), ': ',
        h('strong', {}, t(`lines.answer_${each.stage}`)), each.role === null ? null : [' (', own(roleWords(each.role)), ')'],
        each.desk && each.stage !== 'desk' ? [' · ', t('lines.wants_desk')] : null))),
      officer ? h('p', { class: 'actions' },
        waits ? doing(t('lines.answer_checks'), async () => post('checked', { role: await role(session) }), { done: t('lines.answered'), kind: 'first' }) : null,
        doing(t('lines.check_desk'), () => post('check', { desk: true }), { done: t('lines.check_asked') }),
        doing(t('lines.check_node'), () => post('check', { desk: false }), { done: t('lines.check_asked') })) : null]);
  }

  function drawAlarms() {
    once(alarms, [view.alarms, live.past()], () => [
      h('h2', {}, t('lines.alarms')),
      view.alarms.length === 0 ? h('p', { class: 'soft' }, t('lines.no_alarm')) : [
        h('ul', { class: 'list' }, view.alarms.map((each) => h('li', {},
          h('span', { class: ['tag', each.seen ? 'soft' : 'alarm'] }, t(each.seen ? 'lines.alarm_seen' : 'lines.alarm_unseen')), ' ',
          h('code', { dir: 'ltr' }, each.code), ' ', alarmWords(each.code, peerOf(view)),
          h('p', { class: 'small soft', lang: 'en', dir: 'ltr' }, each.words)))),
        h('p', { class: 'actions' },
          // so many and no more: one that comes meanwhile was not seen
          officer && view.alarms.some((each) => !each.seen) ? doing(t('lines.mark_seen'), () => post('alarms/seen', { alarms: view.alarms.length }), { kind: 'first' }) : null,
          doing(t('lines.save_proofs'), async () => api.save('proofs.json', JSON.stringify({ schema: 'wideberth.line/1', line, alarms: await api.get(`${path}/alarms`) }, null, 2), 'application/json')))]]);
  }

  function drawFeeds() {
    once(feeds, view.feeds, () => [
      h('h2', {}, t('lines.feeds')),
      h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': t('lines.feeds') }, h('table', {},
        h('thead', {}, h('tr', {}, [t('lines.whose'), t('lines.feed'), t('lines.entries'), t('lines.delivered'), t('lines.root')].map((each) => h('th', { scope: 'col' }, each)))),
        h('tbody', {}, view.feeds.map((each) => h('tr', {},
          h('td', {}, each.mine ? t('core.ours') : t('core.theirs')), h('td', {}, coded('lines', `feed_${each.kind}`), each.frozen ? [' ', h('span', { class: 'tag alarm' }, t('lines.frozen'))] : null),
          h('td', {}, number(each.entries)), h('td', {}, number(each.delivered)), h('td', {}, h('code', { class: 'small', dir: 'ltr', title: each.root }, each.root.slice(0, 16))))))))]);
  }

  function drawRepair() {
    const peer = peerOf(view);
    once(repair, [view.stage, view.candidates, view.clock_steady, live.past()], () => {
      if (!officer) return [h('h2', {}, t('lines.repair')), h('p', {}, coded('lines', `stage_${view.stage}`))];
      return [
        h('h2', {}, t('lines.repair')),
        h('p', { class: 'actions' },
          doing(t('lines.waive'), () => post('waive'), { ask: () => t('lines.waive_sure', { peer }), disabled: view.stage !== 'asking' }),
          view.candidates.map((feed) => doing(t('lines.admit'), () => post('admit', { origin: feed }), { ask: () => t('lines.admit_sure', { peer, feed }) })),
          doing(t('lines.clock_confirm'), () => api.post('/v1/clock/confirm'), { ask: () => t('lines.clock_sure', { time: time(live.now(), { seconds: true }) }), done: t('lines.clock_done') })),
        epoch()];
    });
  }

  function epoch() {
    const kind = h('select', { 'aria-label': t('lines.epoch_kind') }, ['main', 'urgent'].map((each) => h('option', { value: each }, t(`lines.feed_${each}`))));
    const note = h('input', { type: 'file', 'aria-label': t('lines.epoch_note') });
    const button = doing(t('lines.epoch'), async () => {
      if (note.files[0] === undefined) throw new Error(t('core.needed'));
      await post('epoch', { kind: kind.value, note: await note.files[0].text() });
    });
    return h('details', {}, h('summary', {}, t('lines.epoch')), h('p', { class: 'help' }, t('lines.epoch_note')), h('p', { class: 'actions' }, kind, note, button));
  }
  ending.push(live.use(path, EVENTS, draw, { every: 10_000 }));
  return () => { for (const each of [...ending, ...ofParts]) each(); };
}

/** Draw anew only where what it shows has changed: who types or points there is left alone. */
export function once(element, shown, draws) {
  const said = JSON.stringify(shown);
  if (element.dataset.said === said) return;
  element.dataset.said = said;
  fill(element, draws());
}
