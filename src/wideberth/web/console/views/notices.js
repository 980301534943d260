// What was told on the lines, by both parties: a list of each, and one at length.

import * as api from '../core/api.js';
import { act, explained, sure, tell } from '../core/dialog.js';
import { lasting, time } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { t } from '../core/words.js';
import { mapBox } from './plans_shapes.js';
import {
  activityWords, atLeast, firstOnly, keyOf, leadTag, levelWords, pastNote, peerName, planName, staleness, stateTag, tag, volumesTable, when,
} from './plans_words.js';

const EVENTS = ['notice.', 'plan.', 'case.', 'agreement.', 'again'];

export function show(root, { rest, session }) {
  const [line, id] = rest;
  const list = h('div', {});
  const one = h('div', {});
  root.append(h('h1', {}, t('notices.title')), h('div', { class: 'split' }, list, one));
  const ends = [listed(list, line, id)];
  if (id === undefined) fill(one, h('p', { class: 'soft' }, t('notices.choose_one')));
  else ends.push(oneNotice(one, line, id, session));
  return () => ends.forEach((each) => each());
}

function listed(root, chosenLine, chosen) {
  const words = h('input', { type: 'search', id: 'notices-filter', autocomplete: 'off', dir: 'auto' });
  const whose = h('select', { id: 'notices-whose' }, ['both', 'theirs', 'ours'].map((each) => h('option', { value: each }, t(`notices.whose_${each}`))));
  const over = h('input', { type: 'checkbox', id: 'notices-over' });
  const stale = h('div', {});
  const count = h('p', { class: 'small soft', role: 'status' });
  const rows = h('ul', { class: 'list notices' });
  const read = new Map(); // by line: {line, state, end}
  fill(root,
    h('div', { class: 'field' }, h('label', { for: 'notices-filter' }, t('plans.filter')), words),
    h('div', { class: 'field' }, h('label', { for: 'notices-whose' }, t('notices.whose')), whose),
    h('div', { class: 'field check' }, over, h('label', { for: 'notices-over' }, t('plans.over_too'))),
    stale, count, rows);
  let lines = null;
  let trouble = null; // where the lines could not be read
  function draw() {
    if (lines === null) {
      fill(count, trouble === null ? t('core.loading') : explained(trouble));
      fill(rows);
      return;
    }
    const all = [...read.values()];
    fill(stale, all.map(({ state }) => (state === null ? null : staleness(state))).find((each) => each !== null));
    if (lines.length === 0) {
      fill(count, t('plans.no_line'));
      return;
    }
    const some = all.flatMap(({ line, state }) => (state?.data ?? []).map((each) => ({ ...each, peer_label: peerName(line) })));
    const text = words.value.trim().toLowerCase();
    const found = some
      .filter((each) => whose.value === 'both' || each.mine === (whose.value === 'ours'))
      .filter((each) => [each.callsign, each.activity, each.notice, each.peer_label].some((part) => (part ?? '').toLowerCase().includes(text)))
      .sort((one, other) => (one.start ?? '').localeCompare(other.start ?? ''));
    const missing = all.filter(({ state }) => state === null || state.data === null);
    fill(count, missing.length === 0 ? t('notices.count', { n: found.length }) : t(missing.some(({ state }) => state?.problem) ? 'core.status_other' : 'core.loading'),
      all.map(({ state }) => firstOnly(state?.data ?? [])).find((each) => each !== null));
    keep(rows, found.map((each) => ({ ...each, here: each.notice === chosen && each.line === chosenLine })), (each) => `${each.line} ${each.notice}`, row);
  }
  function listen() {
    for (const each of read.values()) each.end();
    read.clear();
    for (const line of lines ?? []) {
      const held = { line: { label: line.label, peer: line.peer }, state: null, end: () => {} };
      read.set(line.line, held);
      const path = `/v1/lines/${api.part(line.line)}/notices`;
      held.end = live.use(over.checked ? path : `${path}?over=no`, EVENTS, (state) => {
        held.state = state;
        draw();
      });
    }
    draw();
  }
  words.addEventListener('input', draw);
  whose.addEventListener('change', draw);
  over.addEventListener('change', listen);
  const slash = key('/', 'plans.filter', () => words.focus());
  const end = live.use('/v1/lines', ['line.', 'again'], ({ data, problem }) => {
    trouble = problem;
    if (data === null) {
      draw();
      return;
    }
    const found = data.map(({ line, label, peer }) => ({ line, label, peer }));
    if (JSON.stringify(found) === JSON.stringify(lines)) return;
    lines = found;
    listen();
  });
  return () => {
    end();
    slash();
    for (const each of read.values()) each.end();
  };
}

function row(found) {
  const checked = found.checked ? 'compared' : found.why === null ? 'waiting' : 'not';
  return h('li', {},
    h('a', { href: to('notices', found.line, found.notice), 'aria-current': found.here ? 'true' : null, data: { focus: 'open' } },
      own(found.callsign || activityWords(found.activity) || found.notice.slice(0, 10))), ' ',
    tag(found.mine ? 'ours' : 'theirs', found.mine ? t('notices.ours') : t('notices.of', { name: found.peer_label })), ' ', stateTag(found.state),
    h('div', { class: 'small' }, found.activity ? [own(activityWords(found.activity)), ' · '] : null, tag('soft', levelWords(found.level)), ' · ',
      found.level === 'conflict-only' ? t('notices.no_window') : when(found.start, found.end)),
    h('div', { class: 'small' }, tag(checked === 'compared' ? 'soft' : 'warn', t(`notices.${found.mine ? 'they' : 'we'}_${checked}`)),
      found.cases.length > 0 ? [' ', tag('alarm', t('notices.cases', { n: found.cases.length }))] : null));
}

function oneNotice(root, line, id, session) {
  const path = `/v1/lines/${api.part(line)}/notices/${api.part(id)}`;
  const officer = session.roles.includes('officer');
  const box = h('div', {});
  const problem = h('div', { role: 'alert' });
  const map = mapBox(t('plans.map'));
  let state = { data: null };
  let inside = []; // null: it could not be read
  let ended = false;
  let drawn = '';
  fill(root, box, problem, map.element);
  function draw() {
    if (state.data === null) {
      fill(box, state.problem ? explained(state.problem) : h('p', {}, t('core.loading')));
      return;
    }
    const found = state.data;
    const focus = box.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    fill(box, staleness(state), h('h2', {}, own(found.callsign || activityWords(found.activity) || found.notice.slice(0, 10)), ' ', stateTag(found.state)), pastNote(),
      inside === null ? h('p', { class: 'card alarm' }, t('notices.inside_unread')) : inside.length === 0 ? null : h('section', { class: 'card alarm', 'aria-label': t('notices.inside') }, h('h3', {}, t('notices.inside')),
        h('p', {}, t('notices.inside_words')),
        h('ul', {}, inside.map((each) => h('li', {}, h('a', { href: to('plans', each.plan), data: { focus: `inside_${each.plan}` } }, own(planName(each))), ' ',
          tag(each.can_clear ? 'warn' : 'alarm', t(each.can_clear ? 'notices.can_clear' : 'notices.cannot_clear', { left: minutes(each.left_s), needs: atLeast(each.needs_s) })))))),
      found.cases.map((each) => h('p', {}, h('a', { class: 'button', href: to('cases', each), data: { focus: `case_${each}` } }, t('plans.open_case'), ' ', own(each.slice(0, 8))))),
      h('dl', { class: 'facts' },
        fact('whose', found.mine ? (found.plan === null ? t('notices.ours') : h('a', { href: to('plans', found.plan) }, t('notices.own_plan'))) : t('core.theirs')),
        fact('told', [levelWords(found.level), found.simplified ? [' · ', t('notices.simplified')] : null]),
        fact('about', [own(activityWords(found.activity) || t('core.unknown')), found.callsign ? [' · ', own(found.callsign)] : null]),
        fact('window', found.level === 'conflict-only' ? t('notices.no_window') : when(found.start, found.end)),
        fact('told_at', [own(time(found.at, { seconds: true })), ' ', leadTag(found.lead), ' · ', t('notices.version', { n: found.version })]),
        fact('compared', [tag(found.checked ? 'soft' : 'warn', t(`notices.${found.mine ? 'they' : 'we'}_${found.checked ? 'compared' : found.why === null ? 'waiting' : 'not'}`)),
          found.why === null ? null : [' ', t(`notices.why_${found.why}`)]]),
        fact('consent', found.consented ? t('notices.consented') : t('notices.not_consented')),
        found.override ? fact('override', t('plans.overridden', { role: t(`plans.role_${found.override}`), n: found.unconfirmed.length })) : null,
        ['ours', 'theirs'].map((side) => fact(`passed_${side}`, t(`notices.passed_${found.passed[side] ? keyOf(found.passed[side]) : 'nothing'}`)))),
      consent(found),
      found.volumes.length === 0 ? h('p', {}, t('notices.no_volumes'))
        : [found.level === 'coarse' ? h('p', { class: 'tag warn' }, t('notices.coarse_words')) : null, volumesTable(found.volumes, t('plans.volumes', { n: found.volumes.length }))],
      found.policies.length === 0 ? null : [h('h3', {}, t('plans.policies')), h('ul', {}, found.policies.map((each) => h('li', {}, own(each.whose), ': ', own(each.text))))]);
    if (focus !== undefined) box.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  }
  function consent(found) {
    if (found.mine || found.consented || !officer || found.state === 'ended') return null;
    return h('p', { class: 'actions' }, h('button', {
      type: 'button', disabled: live.past() !== null || state.stale, data: { focus: 'consent' }, on: { click: async ({ target }) => {
        if (!await sure(t('notices.consent'), t('notices.consent_words'), t('notices.consent')) || ended) return;
        // to what was looked at, or not at all
        const version = String(found.version);
        if (await act(target, () => api.post(api.asking(`${path}/consent`, { version })), { at: problem }) !== undefined) {
          tell(t('notices.consent_said'));
          live.again(path);
        }
      } },
    }, t('notices.consent')));
  }
  const stop = live.use(path, EVENTS, (found) => {
    state = found;
    draw();
    const said = JSON.stringify(found.data === null ? null : [found.data.volumes, found.data.state, found.data.level, found.data.callsign, found.data.activity]);
    if (found.data === null || said === drawn) return;
    drawn = said;
    map.set('notice', [{
      id, kind: 'notice', whose: found.data.mine ? 'ours' : 'theirs', level: found.data.level === 'coarse' ? 'coarse' : 'full', label: found.data.callsign || found.data.activity,
      state: found.data.state, volumes: found.data.volumes,
    }]);
  });
  const stopInside = live.use(`${path}/inside`, EVENTS, ({ data, problem: wrong }) => {
    inside = data ?? (wrong !== null && [403, 404].includes(wrong.status) ? [] : null);
    if (state.data !== null) draw();
  }, { every: 15_000 });
  return () => {
    ended = true;
    stop();
    stopInside();
    map.end();
  };
}

const minutes = (s) => lasting(Math.max(0, s) * 1_000);
const fact = (name, value) => [h('dt', {}, t(`notices.fact_${name}`)), h('dd', {}, value)];
