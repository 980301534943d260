// What rings now, over every view: the first of it, what to do, by when; all of it on demand.

import * as api from '../core/api.js';
import { act } from '../core/dialog.js';
import { lasting, time } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { hasPost, role, roleWords } from '../core/role.js';
import * as sound from '../core/sound.js';
import * as words from '../core/words.js';
import { coded, lang, t } from '../core/words.js';
import { pageOf, subjectOf } from './subject.js';

const URGENCY = ['flash', 'immediate', 'priority', 'routine'];
const SHOWN = 500; // of the list; the filter finds the rest
const ABOUT_MS = 10_000; // what the first alarm is about is read again so often: when it begins may be another moment by now
const AGAIN_MS = 3_000; // words that could not be loaded are asked for again

/** What sounds and nobody has taken, then by precedence, then the oldest; what is taken comes last. */
export function ordered(rings) {
  const rank = (each) => [each.phase === 'taken', !each.loud, URGENCY.indexOf(each.precedence), each.since];
  return [...rings].sort((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    const at = a.findIndex((each, n) => each !== b[n]);
    return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
  });
}

export const code = (why) => why.replaceAll('.', '_');
const name = (ring) => `${ring.kind} ${ring.line} ${ring.id}`;

/** Take an alarm in the role of whoever is signed in. */
export async function take(ring, session) {
  const who = await role(session);
  if (ring.kind === 'call') await api.post(`/v1/calls/${api.part(ring.id)}/take`, { role: who, language: lang() });
  else if (ring.kind === 'alert') await api.post(`/v1/watch/alerts/${api.part(ring.id)}/take`, { role: who });
  else if (ring.kind === 'duty' && (await hasPost(session))) await api.post('/v1/duty/present');
  else await api.post('/v1/rings/take', { kind: ring.kind, id: ring.id, line: ring.line, role: who });
  await live.again('/v1/rings');
}

/** The bar of alarms. Gives {element, end}. */
export function alarms(session) {
  const element = h('section', { class: 'alarms' });
  const ending = [];
  let ended = false;
  let timer = null;
  // without its words nothing would ring: it is tried until they are there
  const load = () => words.load('rings', 'check').then(() => { if (!ended) begin(element, session, ending); }, () => {
    if (!ended) timer = setTimeout(load, AGAIN_MS);
  });
  fill(element, h('p', { class: 'soft' }, t('core.loading')));
  load();
  return { element, end: () => { ended = true; clearTimeout(timer); sound.ring(false); for (const each of ending) each(); } };
}

function begin(element, session, ending) {
  const officer = session.roles.includes('officer');
  const held = { rings: [], top: null, about: null, of: null, what: null, asked: 0, state: null, sounding: new Set() };
  element.setAttribute('aria-label', t('rings.title'));
  const first = h('div', { class: 'first-alarm' });
  const left = h('span', { class: 'left' });
  const loud = h('p', { class: 'unseen', 'aria-live': 'assertive' });
  const check = h('button', { type: 'button', class: 'danger check', title: t('rings.check_about'), 'aria-keyshortcuts': 'c', on: { click: () => ask(true) } },
    t('rings.check'), h('kbd', { 'aria-hidden': 'true' }, 'c'));
  const taking = h('button', { type: 'button', class: 'first', 'aria-keyshortcuts': 'a', on: { click: () => takeFirst() } },
    t('rings.take'), h('kbd', { 'aria-hidden': 'true' }, 'a'));
  const opening = h('a', { class: 'button' }, t('core.open_it'));
  const more = h('button', { type: 'button', class: 'quiet more', hidden: true, 'aria-expanded': 'false', 'aria-controls': 'all-alarms', on: { click: () => expand() } });
  const list = h('div', { id: 'all-alarms', class: 'all-alarms', hidden: true });
  const filter = h('input', { type: 'search', 'aria-label': t('rings.filter'), placeholder: t('rings.filter'), on: { input: () => drawList() } });
  const rows = h('ul', { class: 'list' });
  list.append(filter, rows);
  fill(element, h('div', { class: 'row' }, first, left, h('div', { class: 'does' }, officer ? [taking, check] : null, opening, more)), list, loud);

  async function ask(ofAlarm) {
    const { openCheck } = await import('../views/check.js');
    await openCheck(session, { ring: held.top, ofAlarm });
  }
  async function takeFirst(ring = held.top, button = taking) {
    if (ring === null || ring.phase !== 'ringing') return;
    const focused = document.activeElement === button;
    await act(button, () => take(ring, session), {
      done: t('rings.taken_told', { what: coded('rings', `do_${code(ring.why)}`) }),
    });
    // what is taken has no such button any more
    if (!focused || document.activeElement !== document.body) return;
    const row = [...rows.children].find((each) => each.dataset.key === name(ring));
    (button === taking ? opening : row?.querySelector('[data-focus=open]'))?.focus();
  }
  function expand(wanted = list.hidden) {
    list.hidden = !wanted;
    more.setAttribute('aria-expanded', String(wanted));
    drawMore();
    drawList();
    if (wanted) filter.focus();
  }
  if (officer) {
    ending.push(key('a', 'rings.take_first', () => takeFirst()));
    ending.push(key('c', 'rings.make_check', () => ask(false)));
  }
  list.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    expand(false);
    more.focus();
  });

  function draw(state) {
    held.state = state;
    if (state.data !== null) held.rings = ordered(state.data);
    held.top = held.rings[0] ?? null;
    const ringing = held.rings.filter((each) => each.phase === 'ringing');
    sound.ring(ringing.some((each) => each.loud));
    element.dataset.loud = String(ringing.some((each) => each.loud));
    element.dataset.ringing = String(ringing.length);
    const { top } = held;
    // only what changed is drawn: the first alarm keeps its buttons under somebody's finger
    const said = JSON.stringify([top, state.stale]);
    if (said !== first.dataset.said) {
      first.dataset.said = said;
      drawFirst(state);
    }
    const sounding = ringing.filter((each) => each.loud);
    const fresh = sounding.find((each) => !held.sounding.has(name(each)));
    held.sounding = new Set(sounding.map(name));
    if (fresh !== undefined) loud.textContent = [coded('rings', `why_${code(fresh.why)}`), coded('rings', `do_${code(fresh.why)}`)].join('. ');
    drawMore();
    if (!list.hidden) drawList();
    tick();
  }

  function drawFirst(state) {
    const { top } = held;
    taking.hidden = top === null || top.phase !== 'ringing';
    opening.hidden = top === null;
    if (top === null) {
      held.about = held.of = null;
      fill(first);
      return;
    }
    opening.href = pageOf(top);
    opening.setAttribute('aria-label', `${t('core.open_it')}: ${coded('rings', `why_${code(top.why)}`)}`);
    if (held.of !== name(top)) held.about = null;
    held.of = name(top);
    const what = held.what = own(held.about?.title.slice(0, 120), { class: 'what' });
    fill(first,
      h('span', { class: ['tag', top.loud && 'alarm'] }, coded('rings', `precedence_${top.precedence}`)), ' ',
      h('strong', {}, coded('rings', `why_${code(top.why)}`)), ' ',
      top.label === null ? null : [own(top.label), ' '], what, ' ',
      h('span', { class: 'do' }, coded('rings', `do_${code(top.why)}`)),
      !state.stale ? null : h('span', { class: 'tag warn' }, t('core.stale', { time: time(state.at, { seconds: true }) })));
    readAbout(false);
  }

  function readAbout(fresh) {
    const { top } = held;
    const turn = held.asked = performance.now();
    subjectOf(top, { fresh }).then((found) => {
      if (held.asked !== turn || held.of !== name(top)) return;
      // what was read before stands where it is not read now
      if (found.failed && held.about !== null) return;
      held.about = found;
      const title = found.title.slice(0, 120);
      if (held.what.textContent !== title) held.what.textContent = title;
      tick();
    });
  }

  function drawMore() {
    const ringing = held.rings.filter((each) => each.phase === 'ringing').length;
    const others = held.rings.length - 1;
    more.hidden = held.rings.length === 0;
    const label = !list.hidden ? t('rings.hide_all') : ringing === 0 ? t('rings.taken_only', { n: held.rings.length })
      : others === 0 ? t('rings.show_all') : t('rings.others', { n: others });
    if (more.textContent !== label) more.textContent = label;
  }

  function drawList() {
    const wanted = filter.value.trim().toLowerCase();
    const text = (ring) => [coded('rings', `why_${code(ring.why)}`), ring.label, ring.id, coded('rings', `precedence_${ring.precedence}`), ring.taken_by].join(' ').toLowerCase();
    const found = held.rings.filter((each) => wanted === '' || text(each).includes(wanted)).slice(0, SHOWN);
    keep(rows, found, name, row);
  }

  function row(ring) {
    const step = ring.steps.at(-1)?.step;
    const button = h('button', { type: 'button', data: { focus: 'take' } }, t('rings.take'));
    button.addEventListener('click', () => takeFirst(ring, button));
    return h('li', {},
      h('span', { class: ['tag', ring.loud && ring.phase === 'ringing' && 'alarm'] }, coded('rings', `precedence_${ring.precedence}`)),
      h('span', {}, coded('rings', `why_${code(ring.why)}`), ring.label === null ? null : [' ', own(ring.label)]),
      h('span', { class: 'soft' }, t('rings.since', { time: time(ring.since, { seconds: true }) })),
      h('span', { class: 'soft' }, ring.phase === 'taken' ? t('rings.taken_by', { who: roleWords(ring.taken_by) })
        : step === undefined ? '' : t('rings.ringing_for', { who: coded('rings', `step_${step}`) })),
      officer && ring.phase === 'ringing' ? button : null,
      h('a', { class: 'button', href: pageOf(ring), data: { focus: 'open' } }, t('core.open_it')));
  }

  function tick() {
    if (held.top !== null && live.standing().current && performance.now() - held.asked > ABOUT_MS) readAbout(true);
    const { top, about, state } = held;
    let said = '';
    const now = live.now();
    if (top === null) {
      if (state !== null) {
        said = state.problem === null && live.standing().current ? t('rings.none', { time: time(now) }) : t('rings.unread');
      }
    } else if (about !== null && about.due !== null) {
      const ms = Date.parse(about.due) - now;
      said = ms >= 0 ? t('rings.left', { time: lasting(ms) }) : t('rings.began', { time: lasting(ms) });
    } else {
      said = t('rings.rang', { time: lasting(now - Date.parse(top.since)) });
    }
    if (top !== null && top.phase === 'ringing') {
      const step = top.steps.at(-1)?.step;
      if (step !== undefined && step !== 'officer') said += ` · ${t('rings.ringing_for', { who: coded('rings', `step_${step}`) })}`;
    } else if (top !== null) said += ` · ${t('rings.taken_by', { who: roleWords(top.taken_by) })}`;
    if (left.textContent !== said) left.textContent = said;
  }

  // what rings now is never that of an earlier moment, whatever else is looked at
  ending.push(live.use('/v1/rings', ['ring.', 'alert.', 'duty.'], draw, { every: 30_000, present: true }));
  ending.push(live.whenStanding(tick));
}
