// One case: both notices side by side, how they conflict, what was proposed, and what closes it.

import * as api from '../core/api.js';
import { act, explained, sure, tell } from '../core/dialog.js';
import { time, until } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { has, t } from '../core/words.js';
import { EVENTS, next } from './cases.js';
import { afterChange } from './cases_change.js';
import { accepting, proposing, UNREAD } from './cases_do.js';
import { conflictShape, mapBox } from './plans_shapes.js';
import {
  activityWords, asOf, changeWords, conflictWords, foundWords, levelWords, pastNote, peerName, phaseTag, phaseWords, staleness, stateTag, statusWords, tag,
  volumesTable, when,
} from './plans_words.js';

const AGAIN_MS = 3_000; // what could not be read is read again after so long

const volumesOf = ({ ours, theirs, plan }) => JSON.stringify([ours?.volumes, theirs?.volumes, plan?.document?.volumes]);

/** Draw it, and keep it as it is. Gives what ends it. */
export function oneCase(root, id, session) {
  const path = `/v1/cases/${api.part(id)}`;
  const officer = session.roles.includes('officer');
  const box = h('div', {});
  const problem = h('div', { role: 'alert' });
  const map = mapBox(t('plans.map'));
  const history = h('section', { class: 'card', 'aria-label': t('cases.acts') });
  let state = { data: null };
  let sides = UNREAD;
  let reading = Promise.resolve(UNREAD);
  let drawn = '';
  let sidesOf = ''; // what the sides were read for
  let timer = null;
  let ended = false;
  fill(root, box, problem, map.element, history);
  history.hidden = true;

  function draw() {
    if (state.data === null) {
      fill(box, state.problem ? explained(state.problem) : h('p', {}, t('core.loading')));
      return;
    }
    const focus = box.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    fill(box, whole(state.data));
    if (focus !== undefined) box.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  }
  const still = () => live.past() !== null || state.stale;
  const button = (name, words, does, kind = '') => h('button', { type: 'button', class: kind, disabled: still(), data: { focus: name }, on: { click: (event) => does(event.target) } }, words);

  function whole(found) {
    const name = peerName(found);
    const todo = next(found);
    const open = found.proposals.filter((each) => each.status === 'open' || (each.status === 'accepted' && !each.final));
    const over = found.proposals.filter((each) => !open.includes(each));
    return [
      staleness(state),
      h('h2', {}, own(found.plan_label || found.plan?.slice(0, 10) || found.case.slice(0, 8)), ' – ', own(found.callsign || activityWords(found.activity) || t('cases.hidden_plan')), ' ', phaseTag(found.phase)),
      h('p', {}, h('strong', {}, t(`cases.words_${found.phase}`))), pastNote(),
      todo === 'none' ? null : h('p', { class: 'todo' }, tag(todo === 'answer' || todo === 'propose' ? 'alarm' : 'warn', t(`cases.next_${todo}`)),
        found.conflict?.start ? [' ', h('span', { data: { until: found.conflict.start } }, until(found.conflict.start, live.now()))] : null),
      found.conflict === null ? h('p', {}, t(found.phase === 'closed' ? 'cases.no_conflict_now' : 'cases.no_figures')) : conflictWords(found.conflict),
      h('p', { class: 'small' }, t('cases.found_by'), ' ', Object.entries(found.finds).map(([party, what], n) => [n > 0 ? ', ' : '', t(party === found.peer ? 'cases.by_them' : 'cases.by_us'), ' ', foundWords(what)]),
        Object.entries(found.escalated).map(([party, role]) => [' · ', t(party === found.peer ? 'cases.escalated_by_them' : 'cases.escalated_by_us', { role: t(`cases.role_${role}`) })])),
      open.length === 0 ? null : [h('h3', {}, t('cases.proposals')), h('div', { class: 'columns proposals' }, open.map((each) => proposal(found, each)))],
      found.phase === 'closed' || open.length > 0 ? null : clears(found),
      buttons(found, name),
      found.phase === 'closed' || open.length === 0 ? null : clears(found),
      h('h3', {}, t('cases.both')), h('div', { class: 'columns sides' }, side(found, 'ours', t('cases.our_notice')), side(found, 'theirs', t('cases.their_notice', { name }))),
      over.length === 0 ? null : h('details', {}, h('summary', {}, t('cases.before', { n: over.length })), h('ul', {}, over.map((each) => h('li', {},
        t(each.mine ? 'cases.we_offered' : 'cases.they_offered', { name }), ' ', whose(found, each.notice), ': ', changeWords(each.change), ' · ', statusWords(each.status), ' · ', own(time(each.until)))))),
    ];
  }

  function buttons(found, name) {
    const made = [];
    if (officer && found.phase !== 'closed') {
      made.push(button('propose', t('cases.propose_own'), (at) => propose(at, found)));
      for (const role of ['deputy', 'commander']) made.push(button(`escalate_${role}`, t(`cases.escalate_${role}`), (at) => escalate(at, role)));
      made.push(button('check', t('cases.check'), () => check(found), 'danger'), button('call', t('cases.call', { name }), () => call(found)));
    }
    made.push(button('record', t('cases.record'), (at) => record(at)));
    return h('p', { class: 'actions' }, made);
  }

  function whose(found, notice) {
    return t(notice === found.own ? 'cases.of_our_plan' : 'cases.of_their_plan');
  }

  function proposal(found, each) {
    const mayAccept = officer && !each.mine && each.status === 'open';
    const mayRetract = officer && each.mine && !each.final;
    const key = `${each.origin}-${each.n}`;
    return h('section', { class: ['card', mayAccept ? 'alarm' : ''], 'aria-label': t(each.mine ? 'cases.we_offered' : 'cases.they_offered', { name: peerName(found) }) },
      h('h4', {}, t(each.mine ? 'cases.we_offered' : 'cases.they_offered', { name: peerName(found) })),
      h('p', {}, whose(found, each.notice), ': ', h('strong', {}, changeWords(each.change))),
      outcome(found, each.notice, each.change),
      h('p', { class: 'small' }, statusWords(each.status), each.status === 'open' ? [' · ', t('cases.until', { time: time(each.until) })] : null, each.status === 'accepted' && !each.final ? [' · ', t('cases.not_final')] : null),
      mayAccept ? button(`accept_${key}`, t('cases.accept'), (at) => accept(at, found, each), 'first') : null,
      mayRetract ? button(`retract_${key}`, t('cases.retract'), (at) => retract(at, each)) : null);
  }

  /** From when to when, and how high, it would be. */
  function outcome(found, notice, change) {
    const known = notice === found.own ? sides.plan?.document?.volumes ?? sides.ours?.volumes : sides.theirs?.volumes;
    if (sidesOf !== drawn) return null; // of the volumes before, or not read yet
    if (!known || known.length === 0 || 'cancel' in change) return null;
    const after = afterChange(known, change);
    const starts = after.map((each) => each.start);
    const ends = after.map((each) => each.end);
    return h('p', { class: 'small' }, t('cases.then'), ' ', when(starts.includes(null) ? null : starts.sort()[0], ends.includes(null) ? null : ends.sort().at(-1)));
  }

  function clears(found) {
    const some = Object.entries(found.clears).flatMap(([notice, changes]) => changes.map((change) => ({ notice, change })));
    return [h('h3', {}, t('cases.would_clear')), some.length === 0 ? h('p', {}, t('plans.nothing_clears'))
      : h('div', { class: 'columns clears' }, some.map(({ notice, change }) => h('section', { class: 'card' },
        h('p', {}, whose(found, notice), ': ', h('strong', {}, changeWords(change))), outcome(found, notice, change),
        officer ? button(`clear_${notice}_${JSON.stringify(change)}`, t('cases.propose_this'), (at) => offer(at, found, notice, change)) : null)))];
  }

  function side(found, which, title) {
    const notice = sides[which];
    return h('section', { class: ['card', which], 'aria-label': title }, h('h4', {}, title),
      notice === null ? h('p', { class: 'soft' }, t(sides === UNREAD ? 'core.loading' : 'cases.no_notice')) : [
        h('p', {}, own(notice.callsign || activityWords(notice.activity)), ' ', stateTag(notice.state), ' ', tag('soft', levelWords(notice.level))),
        h('p', { class: 'small' }, own(activityWords(notice.activity)), ' · ', when(notice.start, notice.end)),
        h('p', { class: 'small' }, which === 'ours' && found.plan ? h('a', { href: to('plans', found.plan) }, t('cases.open_plan')) : h('a', { href: to('notices', found.line, notice.notice) }, t('plans.their_notice'))),
        notice.volumes.length === 0 ? h('p', { class: 'small' }, t('cases.no_volumes')) : volumesTable(notice.volumes, t('plans.volumes', { n: notice.volumes.length }))]);
  }

  // what is done

  async function accept(at, found, each) {
    const said = await accepting(found, each, (anyway) => act(at, () => api.post(`${path}/accept`, { origin: each.origin, n: each.n, anyway }), { at: problem }), problem);
    if (said) done(t('cases.accepted_said'));
  }
  async function offer(at, found, notice, change, seconds = 3_600) {
    const said = await act(at, () => api.post(`${path}/propose`, { notice, change, for_s: seconds }), { at: problem });
    if (said !== undefined) done(t('cases.offered', { name: peerName(found) }));
  }
  async function propose(at, found) {
    const seen = await act(at, () => reading, { at: problem });
    if (seen === undefined || ended) return;
    const said = await proposing(found, seen, async (body) => {
      // volumes that were made from others would undo what has changed in them since
      if ('volumes' in body.change && volumesOf(await reading) !== volumesOf(seen)) throw new Error(t('cases.changed_meanwhile'));
      return api.post(`${path}/propose`, body);
    });
    if (said) done(t('cases.offered', { name: peerName(found) }));
  }
  async function retract(at, each) {
    if (await act(at, () => api.post(`${path}/retract`, { origin: each.origin, n: each.n }), { at: problem }) !== undefined) done(t('cases.retracted'));
  }
  async function escalate(at, role) {
    if (!await sure(t(`cases.escalate_${role}`), t('cases.escalate_words'), t(`cases.escalate_${role}`))) return;
    if (await act(at, () => api.post(`${path}/escalate`, { to: role }), { at: problem }) !== undefined) done(t('cases.escalated'));
  }
  async function record(at) {
    const found = await act(at, () => api.octets(`${path}/record`), { at: problem });
    if (found === undefined) return;
    api.save(`case-${id.slice(0, 8)}.record`, found);
    tell(t('cases.record_saved', { name: `case-${id.slice(0, 8)}.record` }));
  }
  function check(found) {
    import('./check.js').then(({ openCheck }) => openCheck(session, { line: found.line })).catch(() => { location.hash = to('calls'); });
  }
  function call(found) {
    import('./calls_compose.js').then(({ compose }) => compose(session, { line: found.line })).catch(() => { location.hash = to('calls'); });
  }
  function done(words) {
    tell(words);
    live.again('/v1/cases', '/v1/plans');
  }

  // what it is about

  async function readSides(found) {
    const [one, other] = found.notices;
    const theirs = one === found.own ? other : one;
    const read = (place) => api.get(asOf(place)).catch((wrong) => {
      if ([403, 404].includes(wrong.status)) return null; // there is none, or not for this role
      throw wrong;
    });
    const notice = (name) => read(`/v1/lines/${api.part(found.line)}/notices/${api.part(name)}`);
    try {
      const [mine, told, plan] = await Promise.all([found.own === null ? null : notice(found.own), notice(theirs),
        found.plan === null ? null : read(`/v1/plans/${api.part(found.plan)}`)]);
      return { ours: mine, theirs: told, plan };
    } catch {
      return UNREAD;
    }
  }
  async function readActs() {
    if (live.past() !== null || !session.roles.some((each) => ['officer', 'admin'].includes(each))) return;
    const of = drawn;
    const acts = await api.get(api.asking('/v1/acts', { noun: id })).catch(() => null);
    if (acts === null || of !== drawn) return;
    history.hidden = acts.length === 0;
    fill(history, h('h3', {}, t('cases.acts')), h('ul', { class: 'small' }, acts.map((each) => {
      const code = `cases.act_${each.what.replace('.', '_')}`;
      return h('li', {}, own(time(each.at, { seconds: true })), ' · ', own(each.name ?? t('cases.deleted')), ' · ', has(code) ? t(code) : each.what);
    })));
  }
  function drawMap(found) {
    const plan = sides.plan?.document?.volumes ?? sides.ours?.volumes ?? [];
    const open = found.proposals.filter((each) => each.status === 'open' || (each.status === 'accepted' && !each.final));
    const wanted = [...open.map((each) => ({ ...each, key: `${each.origin}-${each.n}` })),
      ...Object.entries(found.clears).flatMap(([notice, some]) => some.map((change, n) => ({ notice, change, key: `${notice}-${n}` })))];
    map.set('case', [
      { id: 'ours', kind: 'plan', whose: 'ours', label: found.plan_label ?? '', state: sides.ours?.state ?? '', volumes: plan, href: found.plan ? to('plans', found.plan) : undefined },
      sides.theirs?.volumes ? {
        id: 'theirs', kind: 'notice', whose: 'theirs', level: sides.theirs.level === 'coarse' ? 'coarse' : 'full', label: sides.theirs.callsign || sides.theirs.activity, state: sides.theirs.state,
        volumes: sides.theirs.volumes, href: to('notices', found.line, sides.theirs.notice),
      } : { id: 'theirs', kind: 'notice', volumes: [] },
      ...wanted.map(({ notice, change, key }) => ({
        id: `proposal-${key}`, kind: 'proposal', whose: notice === found.own ? 'ours' : 'theirs', label: changeWords(change), state: '',
        volumes: afterChange(notice === found.own ? plan : sides.theirs?.volumes ?? [], change),
      })),
    ], [conflictShape(found.conflict, phaseWords(found.phase), to('cases', id))]);
  }
  const stop = live.use(path, EVENTS, (found) => {
    state = found;
    const said = JSON.stringify([found.data, live.past()]);
    const same = found.data === null || said === drawn;
    if (!same) drawn = said;
    draw();
    if (same) return;
    readActs();
    readOn(found.data, said);
  });
  async function readOn(found, said) {
    clearTimeout(timer);
    reading = readSides(found);
    const read = await reading;
    if (drawn !== said || ended) return;
    if (read === UNREAD) readAgain(found, said);
    sides = read;
    sidesOf = said;
    draw();
    drawMap(found);
  }
  function readAgain(found, said) {
    timer = setTimeout(() => (live.standing().current ? readOn(found, said) : readAgain(found, said)), AGAIN_MS);
  }
  const clock = setInterval(() => {
    for (const each of box.querySelectorAll('[data-until]')) each.textContent = until(each.dataset.until, live.now());
  }, 1_000);
  return () => {
    ended = true;
    stop();
    clearTimeout(timer);
    clearInterval(clock);
    map.end();
  };
}
