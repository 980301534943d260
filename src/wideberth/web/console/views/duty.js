// The duty officer's screen: now, the next hour, who has not acknowledged, the lines, holds, who is on duty.

import * as api from '../core/api.js';
import { act, sure, tell } from '../core/dialog.js';
import { time, until } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { active, due, next, unacknowledged, whatOf } from './duty_now.js';
import { toDo } from './lines_state.js';

const SITES = ['observer', 'officer', 'planner', 'releasing'];
const EMPTY = { relays: [], nobody: [] };
const PAGE = 500; // so many a node lists at a time
const WHOLE = 20; // plans that begin next, of which it is read what holds them back

export function show(root, { session }) {
  const may = (...roles) => roles.some((each) => session.roles.includes(each));
  const data = { plans: null, cases: null, calls: null, relays: null, told: null, lines: null, holds: null, duty: null, presence: null, alerts: null };
  const states = new Map();
  const notices = new Map();
  const ending = [];
  const head = h('div', { class: 'headline' });
  const cards = {};
  const card = (name, href) => {
    const count = h('span', { class: 'tag' });
    const list = h('ul', { class: 'list', 'aria-label': t(`duty.${name}`) });
    const none = h('p', { class: 'soft' });
    cards[name] = { count, list, none };
    return h('section', { class: ['card', name] },
      h('h2', {}, href === null ? t(`duty.${name}`) : h('a', { href }, t(`duty.${name}`)), ' ', count),
      h('div', { class: 'within', tabindex: '0', role: 'group', 'aria-label': t(`duty.${name}`) }, list, none));
  };
  const watch = h('section', { class: 'card watchers' });
  const grid = h('div', { class: 'now-grid' },
    card('active', route.to('plans')), card('open', null), watch, card('lines', route.to('lines')),
    card('next', route.to('plans')), card('cases', route.to('cases')), card('holds', route.to('holds')));
  root.append(h('h1', {}, t('shell.view_duty')), head, grid);

  const keeping = (path, on, name, options) => ending.push(live.use(path, on, (state) => {
    states.set(name, state);
    data[name] = state.data;
    draw();
  }, options));
  keeping('/v1/plans?over=no', ['plan.', 'case.', 'entry.shown', 'blind.'], 'plans', { every: 60_000 });
  keeping('/v1/cases?over=no', ['case.'], 'cases');
  keeping('/v1/calls', ['call.', 'ring.'], 'calls');
  keeping('/v1/lines', ['line.', 'entry.', 'agreement.', 'alarm.', 'clock.', 'gate.'], 'lines', { every: 15_000 });
  keeping('/v1/holds?over=no', ['hold.', 'talks.'], 'holds');
  keeping('/v1/duty', ['duty.'], 'duty');
  keeping('/v1/duty/presence', ['duty.', 'ring.'], 'presence', { present: true, every: 30_000 });
  // what this role may not see is none; what is not read yet is not known
  if (may('officer', 'planner')) keeping('/v1/relays', ['relay.', 'plan.', 'notice.'], 'relays', { every: 60_000 });
  else data.relays = EMPTY;
  if (!may(...SITES)) [data.told, data.alerts] = [[], []];
  else {
    keeping('/v1/told-sites', ['site.'], 'told');
    keeping('/v1/watch/alerts', ['alert.'], 'alerts', { every: 10_000 });
  }

  // the notices of each line, as lines come and go
  const ofLines = new Map();
  function follow() {
    for (const [line, end] of [...ofLines]) {
      if (data.lines === null || data.lines.some((each) => each.line === line)) continue;
      end();
      for (const some of [ofLines, notices, states]) some.delete(line);
    }
    for (const each of data.lines ?? []) {
      if (ofLines.has(each.line)) continue;
      ofLines.set(each.line, live.use(`/v1/lines/${api.part(each.line)}/notices?over=no`, ['notice.', 'plan.', 'case.'], (state) => {
        states.set(each.line, state);
        if (state.data === null) notices.delete(each.line);
        else notices.set(each.line, state.data.map((one) => ({ ...one, label: each.label ?? each.line.slice(0, 8) })));
        draw();
      }));
    }
  }

  // what holds a plan back is said of one plan, and not in the list: those that begin next are read one by one
  const wholes = new Map();
  function look(begin) {
    const wanted = new Set(begin.filter((each) => each.mine).slice(0, WHOLE).map((each) => each.key));
    for (const [plan, { end }] of [...wholes]) {
      if (wanted.has(plan)) continue;
      end();
      wholes.delete(plan);
    }
    for (const plan of wanted) {
      if (wholes.has(plan)) continue;
      const one = { data: null, end: () => {} };
      wholes.set(plan, one);
      one.end = live.use(`/v1/plans/${api.part(plan)}`, ['plan.', 'case.', 'hold.', 'notice.', 'line.', 'site.', 'manual.'], (state) => {
        one.data = state.data;
        draw();
      }, { every: 60_000 });
    }
  }

  let waiting = false;
  let turn = 0;
  function draw() {
    if (waiting) return;
    waiting = true; // what comes together is drawn once
    queueMicrotask(() => {
      waiting = false;
      follow();
      drawAll();
    });
  }
  const moment = () => (live.past() === null ? live.now() : Date.parse(live.past()));
  // `whole`: all that it is made from was read; else nothing says that there is no more
  const put = (name, items, key, row, none, { alarm = false, whole = true } = {}) => {
    const { count, list, none: empty } = cards[name];
    count.textContent = items === null || (!whole && items.length === 0) ? '' : `${items.length}${whole ? '' : '+'}`;
    count.className = ['tag', alarm && items?.length > 0 ? 'warn' : 'soft'].filter(Boolean).join(' ');
    keep(list, (items ?? []).slice(0, 100), key, row);
    empty.textContent = items === null || !whole ? t('core.loading') : items.length === 0 ? none : items.length > 100 ? t('duty.more', { n: items.length - 100 }) : '';
  };

  function drawAll() {
    const now = moment();
    const told = [...notices.values()].flat();
    look(next(data.plans ?? [], [], now));
    const plans = (data.plans ?? []).map((each) => wholes.get(each.plan)?.data ?? each);
    const whole = data.plans !== null && data.lines !== null && data.lines.every((each) => notices.has(each.line));
    put('active', active(plans, told, now), (each) => each.key, (each) => item(each, activeTime(each, now)), t('duty.none_active'), { whole });
    put('next', next(plans, told, now), (each) => each.key, (each) => item(each, h('time', { class: 'until', data: { at: each.start } }, until(each.start, now))), t('duty.none_next'), { whole });
    const unsaid = unacknowledged({ plans, calls: data.calls ?? [], relays: data.relays ?? EMPTY, told: data.told ?? [] }, now);
    put('open', unsaid, (each) => each.key, (each) => h('li', { class: each.late && 'late' },
      h('a', { href: each.href }, own(each.title)), each.to === null ? null : [' · ', own(each.to)], ' ',
      h('span', {}, whatOf(each)), ' ', h('span', { class: 'soft', data: { by: JSON.stringify([each.by, each.since === true]) } }, due(each, now))), t('duty.none_open'),
    { alarm: true, whole: ['plans', 'calls', 'relays', 'told'].every((each) => data[each] !== null) });
    const alerts = (data.alerts ?? []).map((each) => ({ alert: each.alert, kind: each.kind, callsign: each.callsign, precedence: each.precedence, taken: each.acknowledged !== null }));
    put('cases', [...(data.cases ?? []).map(({ case: id, phase, label, plan_label: plan, callsign, own: notice }) => ({ case: id, phase, label, plan, callsign, notice })), ...alerts],
      (each) => each.case ?? each.alert, caseRow, t('duty.none_cases'), { alarm: true, whole: data.cases !== null && data.alerts !== null });
    put('lines', data.lines?.map(lineOf) ?? null, (each) => each.line, lineRow, t('duty.none_lines'));
    put('holds', data.holds?.map(({ hold, mine, label, until: ends, activities, area, lines }) => ({ hold, mine, label, kind: ends.kind, at: ends.at, met: ends.met, activities, all: area === null, told: lines.every((one) => one.told && (!mine || one.delivered)) })) ?? null,
      (each) => each.hold, holdRow, t('duty.none_holds'));
    drawHead(unsaid, now);
    drawWatch();
  }

  // what has no known conflict is said as of when it was read, and with what was not compared
  function drawHead(unsaid, now) {
    const state = states.get('cases');
    const all = ['plans', 'cases', 'alerts'].every((each) => data[each] !== null);
    const full = ['plans', 'cases'].some((each) => data[each]?.length >= PAGE) || [...notices.values()].some((each) => each.length >= PAGE);
    const stale = [...states.values()].filter((each) => each.stale);
    const open = data.cases?.length ?? null;
    const alarms = (data.alerts ?? []).filter((each) => each.acknowledged === null).length;
    const unsure = unsaid.filter((each) => ['not_told', 'older_told', 'not_checked', 'not_answered'].includes(each.what)).length;
    const words = [
      open > 0 ? h('a', { class: 'open-cases', href: route.to('cases') }, t('duty.cases_open', { n: open }))
        : !all ? h('span', {}, t('core.loading'))
          : h('strong', { class: 'no-conflict' }, t('core.no_known_conflict', { time: time(stale.length > 0 || !live.standing().current ? state.at : now, { seconds: false }) })),
      alarms === 0 ? null : h('a', { class: 'open-cases', href: route.to('watch') }, t('duty.alerts_open', { n: alarms })),
      full ? h('span', { class: 'tag warn' }, t('duty.first_only', { n: PAGE })) : null,
      unsure === 0 ? null : h('span', { class: 'tag warn' }, t('duty.not_compared', { n: unsure })),
      stale.length === 0 ? null : h('span', { class: 'tag alarm' }, t('core.stale', { time: time(Math.min(...stale.map((each) => each.at ?? Infinity).filter(Number.isFinite), now), { seconds: true }) })),
    ];
    const said = words.map((each) => each?.textContent).join('|');
    if (head.dataset.said !== said) {
      head.dataset.said = said;
      fill(head, words);
    }
  }

  function drawWatch() {
    const { duty, presence } = data;
    if (duty === null) {
      delete watch.dataset.said;
      fill(watch, h('h2', {}, t('duty.watchers')), h('p', { class: 'soft' }, t(states.get('duty')?.problem ? 'core.unknown' : 'core.loading')));
      return;
    }
    const stale = states.get('duty').stale;
    const said = JSON.stringify([duty, presence, live.past(), stale]);
    if (watch.dataset.said === said) return;
    watch.dataset.said = said;
    const mine = duty.find((each) => each.name === session.name);
    const present = live.past() === null;
    const due = presence === null || presence.due === null || !present ? null : h('span', { class: ['due', presence.phase !== 'present' && 'tag alarm'] },
      h('span', { data: { due: presence.due } }, t('duty.presence_due', { time: time(presence.due), left: until(presence.due, live.now()) })));
    fill(watch, h('h2', {}, t('duty.watchers')),
      h('dl', { class: 'facts' }, duty.flatMap((each) => [
        h('dt', {}, t(`duty.post_${each.post}`)),
        h('dd', {}, each.name === null ? h('span', { class: each.post === 'officer' ? 'tag warn' : 'soft' }, t('duty.nobody')) : [own(each.name), ' ', h('span', { class: 'soft' }, t('duty.since', { time: time(each.since) }))],
          ' ', officerMay() && present && each.name !== session.name && mine === undefined ? takeButton(each, stale) : null)])),
      presence === null || !present ? null : h('p', { class: 'small' }, coded('duty', `presence_${presence.phase}`), ' ', due),
      h('p', { class: 'actions' },
        mine !== undefined && present && officerMay() ? hereButton() : null,
        mine !== undefined && present && officerMay() ? h('a', { class: 'button', href: route.to('handover') }, t('duty.hand_over')) : null));
  }
  const officerMay = () => may('officer');

  function hereButton() {
    const button = h('button', { type: 'button', class: 'first' }, t('duty.here'));
    button.addEventListener('click', () => act(button, async () => {
      await api.post('/v1/duty/present');
      await live.again('/v1/duty', '/v1/rings');
    }, { done: t('duty.here_done') }));
    return button;
  }

  function takeButton({ post, name }, stale) {
    const button = h('button', { type: 'button', disabled: stale }, t(name === null ? 'duty.take' : 'duty.relieve'));
    button.setAttribute('aria-label', `${button.textContent}: ${t(`duty.post_${post}`)}`);
    button.addEventListener('click', async () => {
      if (name !== null && !(await sure(t('duty.relieve'), t('duty.relieve_sure', { name, post: t(`duty.post_${post}`) }), t('duty.relieve'), { danger: true }))) return;
      // whoever has come on meanwhile is not relieved unseen
      if ((data.duty?.find((each) => each.post === post)?.name ?? null) !== name) {
        tell(t('duty.changed_meanwhile'), 'problem');
        return;
      }
      await act(button, async () => {
        await api.post('/v1/duty/take', { post, relieve: name !== null });
        await live.again('/v1/duty', '/v1/rings');
      }, { done: t('duty.taken') });
    });
    return button;
  }

  ending.push(live.whenStanding(() => {
    const now = moment();
    for (const each of grid.querySelectorAll('[data-at]')) each.textContent = until(each.dataset.at, now);
    for (const each of grid.querySelectorAll('[data-due]')) each.textContent = t('duty.presence_due', { time: time(each.dataset.due), left: until(each.dataset.due, live.now()) });
    for (const each of grid.querySelectorAll('[data-by]')) {
      const [by, since] = JSON.parse(each.dataset.by);
      const said = due({ by, since }, now);
      if (each.textContent !== said) each.textContent = said;
    }
    if (Math.floor(now / 15_000) !== turn) {
      turn = Math.floor(now / 15_000); // time passes: what was next is active
      draw();
    }
  }));
  return () => { for (const each of [...ending, ...ofLines.values(), ...[...wholes.values()].map(({ end }) => end)]) each(); };
}

const activeTime = (each, now) => (each.end === null ? h('span', {}, t('core.unbounded')) : h('span', {}, t('duty.to', { time: time(each.end, { now }) })));

function item(each, when) {
  const odd = each.state === 'contingent' || each.state === 'nonconforming';
  return h('li', { class: odd && 'late' },
    h('span', { class: ['whose', each.mine ? 'ours' : 'theirs'] }, each.mine ? t('core.ours') : own(each.whose)), ' ',
    h('a', { href: each.href }, own(each.title)), ' ',
    h('span', { class: ['tag', odd ? 'alarm' : each.begun === false ? 'warn' : 'soft'] }, coded('duty', each.begun === false ? 'state_not_said' : `state_${each.state}`)), ' ',
    each.cases > 0 ? [h('span', { class: 'tag alarm' }, t('duty.cases_of', { n: each.cases })), ' '] : null,
    each.blocked ? [h('span', { class: 'tag warn' }, t('duty.blocked')), ' '] : null, when);
}

function caseRow(each) {
  if (each.alert !== undefined) {
    return h('li', { class: each.taken ? '' : 'late' }, h('a', { href: route.to('watch', 'alerts', each.alert) }, coded('rings', `why_alert_${each.kind}`)), ' ', own(each.callsign), ' ',
      h('span', { class: 'tag soft' }, coded('rings', `precedence_${each.precedence}`)), ' ', each.taken ? h('span', { class: 'soft' }, t('duty.alert_taken')) : null);
  }
  return h('li', {}, h('a', { href: route.to('cases', each.case) }, own(each.plan || each.notice?.slice(0, 10) || each.case.slice(0, 8))), ' – ',
    own(each.callsign ?? ''), ' ', own(each.label ?? ''), ' ', h('span', { class: 'tag warn' }, coded('duty', `phase_${each.phase}`)));
}

function lineOf(view) {
  const check = view.checks.filter((each) => each.mine).at(-1) ?? null;
  return {
    line: view.line, label: view.label, health: view.health, held: view.held, waits: view.not_told - view.held, steady: view.clock_steady, stage: view.stage,
    agreed: view.agreement === null ? 'no' : view.suspended_by.length > 0 ? 'suspended' : 'yes', check, first: toDo(view)[0] ?? null,
  };
}

function lineRow(each) {
  const bad = each.health !== 'live';
  return h('li', { class: bad && 'late' },
    h('a', { href: route.to('lines', each.line) }, own(each.label ?? each.line.slice(0, 8))), ' ',
    h('span', { class: ['tag', each.health === 'live' ? 'good' : 'alarm'] }, coded('lines', `health_${each.health}`)), ' ',
    each.agreed === 'yes' ? null : [h('span', { class: 'tag warn' }, t(`lines.agreed_${each.agreed}`)), ' '],
    each.held > 0 ? [h('span', { class: 'tag warn' }, t('lines.held_n', { n: each.held })), ' '] : null,
    each.waits > 0 ? [h('span', { class: 'tag warn' }, t('lines.waits_n', { n: each.waits })), ' '] : null,
    h('span', { class: 'soft' }, each.check === null ? t('lines.never_checked') : t(`lines.checked_${each.check.stage}`, { time: time(each.check.at) })),
    each.first === null ? null : h('div', { class: 'small' }, each.first.words));
}

function holdRow(each) {
  return h('li', {}, h('a', { href: route.to('holds', each.hold) }, own(each.mine ? t('core.ours') : each.label ?? t('core.theirs'))), ' ',
    h('span', {}, each.all ? t('holds.everywhere') : t('holds.in_area')), ', ', each.activities === null ? t('holds.all_activities') : own(each.activities.join(', ')), ' ',
    h('span', { class: 'soft' }, each.kind === 'time' ? t('holds.until_time', { time: time(each.at) }) : t(`holds.until_${each.kind}`)), ' ',
    each.met ? h('span', { class: 'tag warn' }, t('holds.met')) : null, each.told ? null : h('span', { class: 'tag alarm' }, t('holds.not_delivered')));
}

