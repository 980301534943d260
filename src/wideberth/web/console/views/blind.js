// The blind check: how it stands on each line, its runs, and what can be asked of the other party's set afterwards.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { lasting, span, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { number, t } from '../core/words.js';
import { audits } from './blind_audits.js';
import { opening } from './blind_open.js';
import { aged, called, code, english, facts, following, link, ltr, short, table, tag, worded } from './told_parts.js';

const EVENTS = ['blind.', 'agreement.', 'gate.', 'plan.', 'case.'];

const when = (value) => ltr(time(value, { now: live.now() }));

/** As it is by the clock that runs here: a node that is away says nobody that the time of a run is over. */
function current(found) {
  const over = live.past() === null && found.standing !== null && Date.parse(found.standing.end) <= live.now();
  return over ? { ...found, now: 'not clear' } : found;
}

/** How it stands in one word, unmistakably. */
function stand(found) {
  const now = code(found.now);
  return h('strong', { class: ['blind-now', now], data: { now } }, t(`blind.now_${now}`));
}

export function show(root, { rest, query, session }) {
  const [line, what, id] = rest;
  const side = h('div', {});
  const list = h('ul', { class: 'list', 'aria-label': t('blind.lines') });
  const old = h('div', {});
  root.append(h('h1', {}, t('blind.title')), h('div', { class: 'split' }, h('section', {}, old, list, h('p', { class: 'small soft' }, t('blind.never_permission'))), side));
  const about = following(() => {});
  let state = null;
  let drawn = '';
  function draw() {
    fill(old, aged(state));
    const found = (state.data ?? []).map(current);
    drawn = JSON.stringify(found);
    fill(list, found.length === 0 && state.data !== null ? h('li', { class: 'soft' }, t('blind.no_lines')) : found.map((each) => h('li', {},
      h('a', { href: to('blind', each.line), 'aria-current': each.line === line ? 'true' : null }, called(each.label, each.peer)), ' ',
      stand(each), h('div', { class: 'small' }, until(each)))));
  }
  about.use('/v1/blind', EVENTS, (found) => { state = found; draw(); }, { every: 30_000 });
  about.also(live.whenStanding(() => { if (state !== null && JSON.stringify((state.data ?? []).map(current)) !== drawn) draw(); }));
  if (line === undefined) side.append(h('div', { class: 'card' }, h('p', {}, t('blind.about')), h('p', {}, t('blind.silence'))));
  else if (what === 'open' && id) about.also(opening(side, line, id));
  else if (what === 'audit') about.also(audits(side, line, { id: id ?? null, query, session }));
  else about.also(one(side, line, session));
  return about.end;
}

// as of when, until when; of what is not checked, when it will be
function until(found) {
  if (found.now !== 'not clear' && found.standing !== null) return t('blind.as_of_until', { from: when(found.standing.start), until: when(found.standing.end) });
  if (!found.agreed) return t('blind.not_agreed');
  return found.next === null ? '' : t('blind.next_at', { time: when(found.next) });
}

function one(side, line, session) {
  const path = `/v1/lines/${api.part(line)}/blind`;
  const head = h('section', { class: 'card' });
  const met = h('section', { class: 'card', 'aria-labelledby': 'met' });
  const runs = h('section', { class: 'card', 'aria-labelledby': 'runs' });
  side.append(head, met, runs);
  let cases = [];
  let known = null;
  const opened = (each) => cases.filter((one) => one.line === line && one.phase !== 'closed' && each.plans.some((plan) => plan.plan === one.plan));
  const about = following(() => {});
  let state = null;
  let drawn = null; // the word that is shown
  function draw() {
    if (state.data === null) {
      fill(head, explained(state.problem));
      return;
    }
    const found = current(state.data);
    drawn = found.now;
    head.className = `card ${found.now === 'clear' ? '' : 'alarm'}`;
    fill(head, aged(state), h('h2', {}, called(found.label, found.peer)), h('p', { class: 'blind-big', role: 'status' }, stand(found), ' ', until(found)),
      h('p', {}, t(`blind.do_${found.agreed ? code(found.now) : 'not_agreed'}`)), english(found.words),
      found.doing === null ? null : h('p', { class: 'card warn', role: 'status' }, t('blind.doing', { n: found.doing.round, of: found.doing.rounds })),
      facts([[t('blind.mode'), found.mode === null ? t('blind.not_agreed') : t(`blind.mode_${found.mode}`)],
        found.interval_s === null ? null : [t('blind.interval'), lasting(found.interval_s * 1_000)], found.horizon_s === null ? null : [t('blind.horizon'), lasting(found.horizon_s * 1_000)],
        found.next === null ? null : [t('blind.next'), when(found.next)],
        [t('blind.spent'), found.allowed === null ? number(found.spent) : t('blind.spent_of', { n: found.spent, of: found.allowed })]]),
      h('div', { class: 'actions' }, link(t('blind.audits'), 'blind', line, 'audit'), link(t('blind.agreement'), 'agreements')));
    known = found.standing;
    drawMet(known);
  }
  about.use(path, EVENTS, (found) => { state = found; draw(); }, { every: 30_000 });
  about.also(live.whenStanding(() => { if (drawn !== null && state.data !== null && current(state.data).now !== drawn) draw(); }));
  about.use('/v1/cases', ['case.'], ({ data }) => {
    cases = data ?? [];
    if (known !== null) drawMet(known);
  });
  about.use(`${path}/runs`, EVENTS, (state) => drawRuns(state));

  function drawMet(run) {
    met.hidden = run === null || (run.met.length === 0 && run.left_out.length === 0);
    if (met.hidden) return;
    fill(met, run.met.length === 0 ? null : [h('h2', { id: 'met' }, t('blind.met')), h('p', { class: 'small soft' }, t('blind.met_help')),
      run.met.map((each) => h('div', { class: 'card alarm' },
        facts([[t('blind.own_plans'), each.plans.length === 0 ? '–' : each.plans.map((plan) => [link(own(plan.label || plan.plan.slice(0, 10)), 'plans', plan.plan), ' '])],
          [t('blind.their_notices'), each.notices.length === 0 ? t('blind.not_said') : each.notices.map((notice) => [short(notice), ' '])],
          [t('blind.where'), h('span', { dir: 'ltr' }, box(each))], [t('blind.when'), ltr(span(each.start, each.end, { now: live.now() }))], [t('blind.cells'), number(each.cells)]]),
        h('div', { class: 'actions' }, opened(each).map((one) => link([t('blind.case_of'), ' ', own(one.plan_label || one.case.slice(0, 8))], 'cases', one.case)),
          opened(each).length === 0 ? link(t('blind.cases'), 'cases') : null)))],
      run.left_out.length === 0 ? null : [h('h2', run.met.length === 0 ? { id: 'met' } : {}, t('blind.left_out')), h('p', { class: 'problem' }, t('blind.left_out_help')),
        h('ul', {}, run.left_out.map((each) => h('li', {}, link(own(each.label || each.plan.slice(0, 10)), 'plans', each.plan))))]);
  }

  function drawRuns(state) {
    const found = state.data ?? [];
    fill(runs, h('h2', { id: 'runs' }, t('blind.runs')), aged(state), state.data === null ? null : found.length === 0 ? h('p', { class: 'soft' }, t('blind.no_runs'))
      : table(t('blind.runs'), [t('blind.began'), t('blind.outcome'), t('blind.theirs'), t('blind.set'), t('blind.matches'), t('blind.why'), t('blind.do')],
        found.map((each) => [[when(each.began), h('div', { class: 'small soft' }, short(each.session))],
          [result(each.over === null ? null : each.outcome), each.over !== null && !each.stands && each.outcome !== 'not clear' ? h('div', { class: 'small problem' }, t('blind.stands_not')) : null],
          result(each.theirs), t('blind.plans', { n: each.plans }), each.count === null ? '–' : number(each.count),
          each.why === '' ? '–' : worded('blind', 'why', each.why),
          each.over === null ? '–' : [link(t('blind.ask'), 'blind', line, 'audit', each.session), session.roles.includes('officer') ? [' · ', link(t('blind.open'), 'blind', line, 'open', each.session)] : null]])));
  }
  return about.end;
}

const result = (said) => (said === null ? t('blind.under_way') : tag(t(`blind.now_${code(said)}`), said === 'clear' ? 'good' : 'alarm'));

/** A box in words: its edges in degrees, its heights in metres above the ellipsoid; never smaller than it is. */
export const box = ({ area: [west, south, east, north], lower_m: lower, upper_m: upper }) =>
  `${down(south)}, ${down(west)} – ${up(north)}, ${up(east)} · ${upper === null ? `${Math.floor(lower)} m HAE – UNL` : `${Math.floor(lower)} – ${Math.ceil(upper)} m HAE`}`;

const EDGE = 1e4; // four digits: some 10 m
const LEAST = 1e-3; // of a last digit: what a binary fraction is off
const down = (value) => (Math.floor(value * EDGE + LEAST) / EDGE).toFixed(4);
const up = (value) => (Math.ceil(value * EDGE - LEAST) / EDGE).toFixed(4);
