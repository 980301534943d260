// Own plans: each with what is known of it on every line, and one at length.

import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { go, to } from '../core/route.js';
import { t } from '../core/words.js';
import { activityWords, firstOnly, planName, staleness, standing, stateTag, tag, when } from './plans_words.js';

export const mayPlan = (session) => session.roles.some((each) => each === 'officer' || each === 'planner');

export async function show(root, { rest, query, session }) {
  const [id, what] = rest;
  if (id === 'new' || what === 'edit') {
    const { draftView } = await import('./plans_new.js');
    return draftView(root, { session, of: id === 'new' ? null : id, query });
  }
  const list = h('div', { class: 'plan-list' });
  const one = h('div', { class: 'plan-one' });
  const ended = id === undefined ? [] : [await single(one, id, session)];
  root.append(...heading(session), h('div', { class: 'split' }, list, one));
  ended.push(listed(list, id, query.over === 'yes'));
  if (id === undefined) fill(one, h('p', { class: 'soft' }, t('plans.choose_one')));
  if (mayPlan(session)) ended.push(key('n', 'plans.new', () => go('plans', 'new')));
  return () => ended.forEach((each) => each?.());
}

function heading(session) {
  return [h('h1', {}, t('plans.title')),
    mayPlan(session) ? h('p', { class: 'actions' }, h('a', { class: 'button', href: to('plans', 'new'), 'aria-keyshortcuts': 'n' }, t('plans.new'), ' ', h('kbd', { 'aria-hidden': 'true' }, 'n'))) : null,
  ].filter(Boolean);
}

async function single(root, id, session) {
  const { onePlan } = await import('./plans_one.js');
  return onePlan(root, id, session);
}

/** The list, with what is over only where it is wanted. Gives what ends it. */
function listed(root, chosen, over) {
  const words = h('input', { type: 'search', id: 'plans-filter', autocomplete: 'off', dir: 'auto' });
  const every = h('input', { type: 'checkbox', id: 'plans-over', checked: over });
  const stale = h('div', {});
  const count = h('p', { class: 'small soft', role: 'status' });
  const rows = h('ul', { class: 'list plans' });
  let state = { data: null };
  let end = null;
  fill(root,
    h('div', { class: 'field' }, h('label', { for: 'plans-filter' }, t('plans.filter')), words),
    h('div', { class: 'field check' }, every, h('label', { for: 'plans-over' }, t('plans.over_too'))),
    stale, count, rows);
  function draw() {
    fill(stale, staleness(state));
    if (state.data === null) {
      fill(count, state.problem ? t('core.status_other') : t('core.loading'));
      fill(rows); // those of another moment, or of before, are not these
      return;
    }
    const wanted = words.value.trim().toLowerCase();
    const found = state.data.filter((each) => [each.label, each.callsign, each.activity, each.plan].some((text) => text.toLowerCase().includes(wanted)));
    fill(count, t('plans.count', { n: found.length }), firstOnly(state.data));
    keep(rows, found.map((each) => ({ ...each, here: each.plan === chosen })), (each) => each.plan, (each) => row(each, state.at));
  }
  function read() {
    end?.();
    end = live.use(every.checked ? '/v1/plans' : '/v1/plans?over=no', ['plan.', 'notice.', 'case.', 'agreement.', 'hold.', 'site.', 'blind.', 'again'], (found) => {
      state = found;
      draw();
    });
  }
  words.addEventListener('input', draw);
  every.addEventListener('change', read);
  const slash = key('/', 'plans.filter', () => words.focus());
  read();
  return () => {
    end?.();
    slash();
  };
}

function row(plan, asOf) {
  const told = plan.state === 'ended' ? [] : plan.on.map((each) => ({ each, ...standing(each, asOf) }));
  const held = plan.sites.length + plan.holds.length + plan.by_hand.length;
  return h('li', {},
    h('a', { href: to('plans', plan.plan), 'aria-current': plan.here ? 'true' : null, data: { focus: 'open' } }, own(planName(plan))), ' ', stateTag(plan.state),
    h('div', { class: 'small' }, own(activityWords(plan.activity)), plan.callsign ? [' · ', own(plan.callsign)] : null, ' · ', when(plan.start, plan.end)),
    told.map(({ each, kind, words }) => h('div', { class: 'small' }, tag(kind, words), each.lead === 'too late' && plan.state === 'accepted' ? [' ', tag('alarm', t('plans.lead_too_late'))] : null)),
    plan.state !== 'ended' && plan.on.length === 0 ? h('div', { class: 'small' }, tag('warn', t('plans.no_line'))) : null,
    plan.state !== 'ended' && held > 0 ? h('div', { class: 'small' }, tag('alarm', t('plans.held_too', { n: held }))) : null);
}
