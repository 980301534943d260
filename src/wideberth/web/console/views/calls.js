// The hotline: calls of all lines, what is not told yet first; one of them beside.

import * as live from '../core/live.js';
import { explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { time, until } from '../core/format.js';
import { fill, h, keep } from '../core/html.js';
import { key } from '../core/keys.js';
import { to } from '../core/route.js';
import { coded, t } from '../core/words.js';
import { book, titleOf } from './calls_book.js';
import { phaseTag } from './calls_sides.js';
import { compose } from './calls_compose.js';
import { oneCall } from './calls_one.js';

const URGENCY = { flash: 0, immediate: 1, priority: 2, routine: 3 };
const WAITING = ['sent', 'ringing'];
const EVENTS = ['call.', 'ring.', 'line.'];

export async function show(root, { rest, session }) {
  const known = await book();
  const ending = [];
  const officer = session.roles.includes('officer');
  const [id] = rest;
  const list = h('ul', { class: 'list calls-list', 'aria-label': t('calls.title') });
  const say = h('p', { role: 'status', class: 'small soft' });
  const wrong = h('div', {});
  const filter = field('filter', t('calls.filter'), { kind: 'text' });
  filter.input.dataset.filter = '';
  const open = field('open', t('calls.open_only'), { kind: 'check' });
  const one = h('section', { class: 'one', 'aria-label': t('calls.one') });
  const create = h('button', { class: 'first', type: 'button', 'aria-keyshortcuts': 'n', on: { click: () => begin() } }, t('calls.new'));
  let found = null; // not known yet
  let past = live.past();

  function begin() {
    if (officer && live.past() === null) compose(session);
  }
  // how long ago, and how long until: the row itself stays under whoever is about to open it
  function tick() {
    if (live.past() !== past) {
      past = live.past();
      draw();
    }
    for (const each of list.querySelectorAll('[data-ago]')) each.textContent = until(each.dataset.ago, live.now());
    for (const each of list.querySelectorAll('[data-due]')) each.textContent = nextOf(each.dataset.step, each.dataset.due);
  }
  function draw() {
    create.disabled = !officer || live.past() !== null;
    if (found === null) return;
    const wanted = filter.value().toLowerCase();
    const some = sorted(found).filter((each) => (!open.value() || each.phase !== 'ended') && matches(known, each, wanted));
    keep(list, some.map((each) => ({ ...each, chosen: each.call === id })), (each) => `${each.call} ${each.mine}`, (each) => row(known, each));
    const words = some.length === 0 ? t('calls.none') : t('calls.count', { n: some.length });
    if (say.textContent !== words) say.textContent = words;
  }
  fill(root, h('h1', {}, t('calls.title')), h('div', { class: 'split' },
    h('div', {},
      h('div', { class: 'actions' }, officer ? create : null, open.element), filter.element, wrong, say, list),
    one));
  say.textContent = t('core.loading');
  draw();
  filter.input.addEventListener('input', draw);
  open.input.addEventListener('change', draw);
  ending.push(live.use('/v1/calls', EVENTS, ({ data, problem, at, stale }) => {
    found = data;
    if (data === null) say.textContent = '';
    fill(wrong, data === null ? explained(problem) : null,
      stale && at !== null ? h('p', { class: 'card warn' }, t('core.stale', { time: time(at, { seconds: true }) })) : null);
    draw();
  }, { every: 20_000 }));
  ending.push(live.whenStanding(tick));
  ending.push(key('n', 'calls.new', begin));
  ending.push(key('/', 'calls.filter', () => filter.input.focus()));
  if (id !== undefined) ending.push(oneCall(one, id, session, known));
  else fill(one, h('p', { class: 'soft' }, t('calls.choose')));
  return () => ending.forEach((each) => each());
}

/** Not told first, then what waits for somebody by urgency, then the newest. */
function sorted(found) {
  const rank = (each) => (!each.told ? 0 : WAITING.includes(each.phase) ? 1 + URGENCY[each.precedence] : 5 + (each.phase === 'ended' ? 1 : 0));
  return [...found].sort((a, b) => rank(a) - rank(b) || Date.parse(b.at) - Date.parse(a.at));
}

function matches(known, each, wanted) {
  if (wanted === '') return true;
  const phrase = known.of(each.code);
  const titles = phrase === null ? '' : Object.values(phrase.titles).map(({ text }) => text).join(' ');
  return [each.call, each.code, each.label, each.text, each.phase, titles].join(' ').toLowerCase().includes(wanted);
}

function row(known, each) {
  const due = each.climbs[0]?.at ?? each.due;
  return h('li', { class: ['call-row', each.precedence, !each.told && 'not-told'] },
    h('a', { href: to('calls', each.call), 'aria-current': each.chosen ? 'true' : null, data: { focus: each.call } },
      h('span', { class: ['tag', each.precedence === 'flash' && 'alarm', each.precedence === 'immediate' && 'warn'] }, coded('calls', `precedence_${each.precedence}`)), ' ',
      h('span', {}, titleOf(known, each))),
    h('div', { class: 'small' }, each.mine ? t('calls.to_party', { party: each.label ?? '' }) : t('calls.from_party', { party: each.label ?? '' }),
      ' · ', h('bdi', {}, time(each.at)), ' · ', h('span', { data: { ago: each.at } }, until(each.at, live.now()))),
    h('div', { class: 'small' }, phaseTag(each),
      each.doubts.length > 0 ? [' ', h('span', { class: 'tag warn' }, t('calls.place_doubtful'))] : null,
      due !== null && due !== undefined && WAITING.includes(each.phase) ? [' ', h('span', { class: 'soft', data: { due, step: each.climbs[0]?.step ?? '' } },
        nextOf(each.climbs[0]?.step ?? '', due))] : null));
}

const nextOf = (step, due) => (step === '' ? t('calls.rings_at_home', { in: until(due, live.now()) })
  : t('calls.next_step', { step: coded('calls', `step_${step}`), in: until(due, live.now()) }));
