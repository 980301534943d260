// One own plan: what it is, what each party was told, what conflicts, what would clear it, and what can be done.

import * as api from '../core/api.js';
import { act, explained, sure, tell } from '../core/dialog.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { go, to } from '../core/route.js';
import { t } from '../core/words.js';
import { conflictShape, mapBox, noticesNear } from './plans_shapes.js';
import {
  activityWords, asOf, blockedWords, changeWords, conflictWords, english, leadTag, levelWords, pastNote, peerName, planName, staleness, standing,
  stateTag, stateWords, tag, volumesTable, when,
} from './plans_words.js';
import { heldBy, overriding } from './plans_override.js';

/** Draw it, and keep it as it is. Gives what ends it. */
export function onePlan(root, id, session) {
  const path = `/v1/plans/${api.part(id)}`;
  const box = h('div', {});
  const map = mapBox(t('plans.map'));
  const problem = h('div', { role: 'alert' });
  let state = { data: null };
  let clears = {};
  let told = null;
  let shownOf = ''; // what the rest was read for
  let missed = false; // it could not all be read: once more when it is heard again
  let ended = false;
  fill(root, box, problem, map.element);
  const may = { plan: session.roles.some((each) => ['officer', 'planner'].includes(each)), officer: session.roles.includes('officer') };

  function draw() {
    if (state.data === null) {
      fill(box, state.problem ? explained(state.problem) : h('p', {}, t('core.loading')));
      return;
    }
    const focus = box.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    fill(box, whole(state.data));
    if (focus !== undefined) box.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  }
  function whole(plan) {
    const live_ = plan.state !== 'ended';
    return [
      staleness(state), h('h2', {}, own(planName(plan)), ' ', stateTag(plan.state)),
      actions(plan), pastNote(),
      h('dl', { class: 'facts' },
        fact('about', [own(activityWords(plan.activity)), plan.callsign ? [' · ', t('plans.callsign'), ' ', own(plan.callsign)] : null]),
        fact('window', when(plan.start, plan.end)), fact('version', String(plan.version)),
        fact('disclosure', plan.disclosure === null ? t('plans.as_agreed') : t('plans.at_most', { level: levelWords(plan.disclosure) })),
        plan.document.note ? fact('note', own(plan.document.note)) : null,
        plan.override ? fact('override', t('plans.overridden', { role: t(`plans.role_${plan.override}`), n: plan.unconfirmed.length })) : null),
      live_ && plan.state === 'accepted' ? blocked(plan) : null,
      live_ ? plan.on.map((each) => onLine(plan, each)) : null,
      live_ && plan.on.length === 0 ? h('p', {}, tag('warn', t('plans.no_line'))) : null,
      live_ ? touched(plan) : null,
      volumesTable(plan.document.volumes, t('plans.volumes', { n: plan.volumes })),
      toldBox(plan),
    ];
  }

  function onLine(plan, on) {
    const name = peerName(on);
    const { kind, words } = standing(on, state.at);
    const ways = clears[on.line];
    return h('section', { class: ['card', kind === 'alarm' ? 'alarm' : kind === 'warn' ? 'warn' : ''], 'aria-label': name },
      h('h3', {}, own(name)),
      h('p', {}, h('strong', {}, words), ' ', leadTag(on.lead)),
      on.checked === 'NOT CHECKED' && on.why ? h('p', {}, t('plans.why'), ' ', english(on.why)) : null,
      on.checked !== 'NOT CHECKED' && on.why ? h('p', { class: 'small' }, english(on.why)) : null,
      h('p', { class: 'small' }, on.told === null ? t('plans.told_nothing_yet', { level: levelWords(on.level) })
        : t('plans.told_version', { n: on.told, level: levelWords(on.level) }),
      on.answer_by ? [' ', t('plans.answer_by', { time: time(on.answer_by) })] : null),
      on.lead === 'too late' && plan.state === 'accepted' ? h('p', {}, h('a', { class: 'button', href: to('calls') }, t('plans.call_now', { name }))) : null,
      on.conflicts.map((each) => h('div', {}, conflictWords(each),
        h('p', {}, each.case ? h('a', { class: 'button', href: to('cases', each.case) }, t('plans.open_case')) : t('plans.no_case'), ' ',
          h('a', { href: to('notices', on.line, each.notice) }, t('plans.their_notice'))))),
      on.cases.filter((each) => !on.conflicts.some((c) => c.case === each)).map((each) => h('p', {},
        h('a', { class: 'button', href: to('cases', each) }, t('plans.open_case'), ' ', own(each.slice(0, 8))))),
      ways === undefined ? null : h('p', {}, t('plans.would_clear'), ' ', ways.length === 0 ? t('plans.nothing_clears')
        : h('ul', {}, ways.map((each) => h('li', {}, changeWords(each))))));
  }

  function blocked(plan) {
    const lines = plan.on.flatMap((on) => on.blocked.map((each) => [own(peerName(on)), ': ', blockedWords(each)]));
    const others = [...plan.holds, ...plan.by_hand].map((each) => english(each));
    const late = plan.on.some((each) => each.lead === 'too late');
    if (late && lines.length + others.length + plan.sites.length === 0) return h('p', {}, tag('warn', t('plans.begins_after_call')));
    if (lines.length + others.length + plan.sites.length === 0) return h('p', {}, tag('good', t('plans.may_begin')), ' ', t('plans.not_permission'));
    return h('section', { class: 'card warn', 'aria-label': t('plans.may_not_begin') },
      h('h3', {}, t('plans.may_not_begin')),
      h('ul', {}, [...lines, ...others].map((each) => h('li', {}, each)), plan.sites.length > 0 ? h('li', {}, t('plans.touches_sites', { n: plan.sites.length })) : null));
  }

  function touched(plan) {
    if (plan.sites.length + plan.policies.length === 0) return null;
    return h('section', { class: 'card' },
      plan.sites.length === 0 ? null : [h('h3', {}, t('plans.sites')), h('ul', {}, plan.sites.map((each) => h('li', {},
        own(each.name || each.row), ' ', tag('alarm', t(`plans.found_${each.found}`)), ' ', t('plans.site_of', { whose: each.label ?? t('core.ours') }))))],
      plan.policies.length === 0 ? null : [h('h3', {}, t('plans.policies')), h('ul', {}, plan.policies.map((each) => h('li', {}, own(each.whose), ': ', own(each.text))))]);
  }

  function toldBox(plan) {
    if (plan.on.every((each) => each.told === null)) return null;
    return h('section', { class: 'card', 'aria-label': t('plans.what_told') },
      h('h3', {}, t('plans.what_told')),
      h('p', { class: 'small soft' }, t('plans.what_told_words')),
      told === null ? h('button', { type: 'button', data: { focus: 'told' }, on: { click: ({ target }) => act(target, readTold, { at: problem }) } }, t('plans.show_told'))
        : told.map(({ on, notice }) => h('div', {}, h('h4', {}, own(peerName(on)), ' ', tag('soft', levelWords(notice.level))),
          notice.volumes.length === 0 ? h('p', {}, t('plans.told_no_volumes')) : volumesTable(notice.volumes, t('plans.told_volumes', { name: peerName(on) })))));
  }
  async function readTold() {
    const of = shownOf;
    const on = state.data.on.filter((each) => each.told !== null);
    const found = await Promise.all(on.map((each) => api.get(asOf(`/v1/lines/${api.part(each.line)}/notices/${api.part(each.notice)}`))));
    if (ended) return;
    if (of !== shownOf) { // it may have been told anew meanwhile
      await readTold();
      return;
    }
    told = on.map((each, n) => ({ on: each, notice: found[n] }));
    draw();
    drawMap();
  }

  function actions(plan) {
    const past = live.past() !== null || state.stale;
    const button = (name, words, does, kind = '') => h('button', {
      type: 'button', class: kind, disabled: past, data: { focus: name }, on: { click: (event) => does(event.target) },
    }, words);
    const found = [];
    if (plan.state === 'accepted' && may.officer) found.push(button('activate', t('plans.activate'), (at) => activate(at, plan), 'first'));
    if (may.plan && plan.state === 'activated') {
      found.push(button('nonconforming', t('plans.to_nonconforming'), (at) => put(at, 'nonconforming')));
      found.push(button('contingent', t('plans.to_contingent'), (at) => put(at, 'contingent')));
    }
    if (may.plan && plan.state === 'nonconforming') {
      found.push(button('activated', t('plans.to_activated'), (at) => put(at, 'activated'), 'first'));
      found.push(button('contingent', t('plans.to_contingent'), (at) => put(at, 'contingent')));
    }
    if (may.plan && plan.state !== 'ended') {
      found.push(h('a', { class: 'button', href: to('plans', id, 'edit'), 'aria-keyshortcuts': 'e' }, t('plans.amend')));
      found.push(button('end', t('plans.end'), (at) => end(at, plan), 'danger'));
    }
    if (may.plan && plan.state !== 'ended') found.push(h('a', { class: 'button', href: to('relay', id) }, t('plans.relay')));
    return h('p', { class: 'actions' }, found);
  }
  async function activate(at, plan) {
    const held = (seen) => seen.on.some((each) => each.blocked.length > 0) || seen.holds.length + seen.by_hand.length + seen.sites.length > 0;
    let override = null;
    // nobody overrides what they have not seen: where something else holds it back by then it is asked again
    let seen = plan;
    while (override === null && held(seen)) {
      const role = await overriding(seen);
      if (role === null || ended) return;
      if (heldBy(seen) === heldBy(state.data)) override = role;
      else seen = state.data;
    }
    const begin = (role) => api.post(`${path}/activate`, { override: role, version: seen.version });
    let said = await act(at, () => begin(override).catch((wrong) => {
      // something that is not shown here holds it back: who overrides it reads it first
      if (override === null && wrong.code === 'plan.blocked') return wrong;
      throw wrong;
    }), { at: problem });
    if (said instanceof api.Problem) {
      const role = ended ? null : await overriding(plan, said.detail);
      if (role === null || ended) return;
      said = await act(at, () => begin(role), { at: problem });
    }
    if (said !== undefined) done(t('plans.begun', { name: planName(plan) }));
  }
  async function put(at, to_) {
    const said = await act(at, () => api.post(`${path}/state`, { to: to_ }), { at: problem });
    if (said !== undefined) done(t('plans.state_said', { state: stateWords(to_) }));
  }
  async function end(at, plan) {
    if (await sure(t('plans.end_sure'), t('plans.end_words', { name: planName(plan) }), t('plans.end'), { danger: true })) put(at, 'ended');
  }
  function done(words) {
    tell(words);
    live.again('/v1/plans');
  }

  async function drawMap() {
    const plan = state.data;
    if (plan === null) return;
    const href = to('plans', id);
    const near = plan.state === 'ended' ? [] : plan.on.flatMap((on) => on.conflicts.map((each) => ({ on, each })));
    const of = shownOf;
    const { some: theirs, whole: all } = await noticesNear(near, asOf);
    if (ended || of !== shownOf) return;
    map.set('plan', [
      { id, kind: 'plan', whose: 'ours', label: planName(plan), state: plan.state, volumes: plan.document.volumes, href },
      ...theirs.map((each) => ({
        id: each.notice, kind: 'notice', whose: 'theirs', level: each.level === 'coarse' ? 'coarse' : 'full', label: each.callsign || each.activity, state: each.state,
        volumes: each.volumes, href: to('notices', each.line, each.notice),
      })),
      ...(told ?? []).filter(({ notice }) => notice.level === 'coarse').map(({ on, notice }) => ({
        id: `told-${on.line}`, kind: 'notice', whose: 'ours', level: 'coarse', label: t('plans.told_to', { name: peerName(on) }), state: notice.state, volumes: notice.volumes, href,
      })),
    ], near.map(({ on, each }) => conflictShape(each, peerName(on), each.case ? to('cases', each.case) : href)), { whole: all });
  }

  async function readClears(plan) {
    const wanted = plan.state !== 'ended' && plan.on.some((each) => each.conflicts.length > 0);
    if (!wanted) return {};
    return api.get(asOf(`${path}/clears`)).catch(() => null);
  }
  const stop = live.use(path, ['plan.', 'notice.', 'case.', 'agreement.', 'hold.', 'site.', 'blind.', 'again'], async (found) => {
    state = found;
    const said = JSON.stringify([found.data, live.past()]);
    const same = found.data === null || (said === shownOf && !missed);
    const again = told !== null;
    // what would clear it, and what was told, are of the version before
    if (!same) [shownOf, clears, told, missed] = [said, {}, null, false];
    draw();
    if (same) return;
    drawMap();
    if (again) readTold().catch(() => {});
    const read = await readClears(found.data);
    if (ended || said !== shownOf) return;
    missed = read === null;
    if (Object.keys(read ?? {}).length === 0) return;
    clears = read;
    draw();
  });
  const edit = may.plan ? key('e', 'plans.amend', () => go('plans', id, 'edit')) : () => {};
  return () => {
    ended = true;
    stop();
    edit();
    map.end();
  };
}

function fact(name, value) {
  return [h('dt', {}, t(`plans.fact_${name}`)), h('dd', {}, value)];
}
