// The relay tree: what is handed down to the party's own cells, and where it is broken.

import * as live from '../core/live.js';
import * as api from '../core/api.js';
import { act, dialog, explained, tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { span, time, until } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import { go, to } from '../core/route.js';
import { t } from '../core/words.js';
import { cells } from './relay_cells.js';
import { oneRelay, titleOf } from './relay_one.js';

const EVENTS = ['relay.', 'notice.', 'plan.'];

export async function show(root, { rest, session }) {
  const ending = [];
  const officer = session.roles.includes('officer');
  const [id] = rest;
  const list = h('ul', { class: 'list', 'aria-label': t('relay.handed_down') });
  const nobody = h('div', {});
  const wrong = h('div', {});
  const one = h('section', { class: 'one', 'aria-label': t('relay.tree') });
  const open = h('button', { type: 'button', class: 'first', 'aria-keyshortcuts': 'n', on: { click: () => handDown() } }, t('relay.open'));
  const test = h('button', { type: 'button', on: { click: () => testContact() } }, t('relay.test'));
  let data = null; // not known yet
  let past = live.past();
  let beginning = false;

  const may = () => officer && live.past() === null;
  function handDown() {
    begin(opening);
  }
  function testContact() {
    begin(testing);
  }
  function begin(what) {
    if (beginning || !may()) return;
    beginning = true;
    what().catch((problem) => tell(explained(problem), 'problem')).finally(() => { beginning = false; });
  }
  // how long until: within an alert, but not read out each second
  const starts = (each) => h('span', { 'aria-live': 'off', data: { start: each.start } }, startsAt(each.start));
  function tick() {
    for (const each of [...nobody.querySelectorAll('[data-start]'), ...list.querySelectorAll('[data-start]')]) each.textContent = startsAt(each.dataset.start);
    if (live.past() === past) return;
    past = live.past();
    draw();
  }
  function draw() {
    open.disabled = test.disabled = !may();
    if (data === null) return;
    fill(nobody, data.nobody.map((each) => {
      const button = h('button', { type: 'button', class: 'first', disabled: !may(), on: { click: () => { if (may()) act(button, async () => handed(await api.post('/v1/relays', subject(each)))); } } }, t('relay.open_this'));
      return h('div', { class: 'card alarm', role: 'alert', data: { nobody: each.plan ?? each.notice } }, h('strong', {}, t('relay.nobody')),
        h('p', {}, titleOf(each)), h('p', {}, starts(each)), officer ? button : null);
    }));
    if (data.relays.length === 0) fill(list, h('li', {}, t('relay.none')));
    else {
      keep(list, data.relays, (each) => each.relay, (each) => h('li', {},
        h('a', { href: to('relay', each.relay), 'aria-current': each.relay === id ? 'true' : null, data: { focus: each.relay } }, titleOf(each)),
        h('div', { class: 'small' }, standTag(each), ' ', starts(each))));
    }
  }
  fill(root, h('h1', {}, t('relay.title')), h('p', { class: 'small' }, t('relay.silence')), h('div', { class: 'split' },
    h('div', {}, officer ? h('div', { class: 'actions' }, open, test) : null, wrong, nobody, list,
      h('p', {}, h('a', { href: to('relay', 'cells'), 'aria-current': id === 'cells' ? 'true' : null }, t('relay.cells')))), one));
  fill(list, h('li', {}, t('core.loading')));
  ending.push(live.use('/v1/relays', EVENTS, ({ data: found, problem, at, stale }) => {
    if (found !== null) data = found;
    else fill(list);
    fill(wrong, found === null ? explained(problem) : stale && at !== null ? h('p', { class: 'card warn' }, t('core.stale', { time: time(at, { seconds: true }) })) : null);
    draw();
  }, { every: 30_000 }));
  ending.push(live.whenStanding(tick));
  ending.push(key('n', 'relay.open', () => handDown()));
  if (id === undefined || id === 'cells') ending.push(cells(one, session));
  else ending.push(oneRelay(one, id, session));
  return () => ending.forEach((each) => each());
}

const startsAt = (start) => t('relay.starts', { time: time(start), in: until(start, live.now()) });

function standTag(each) {
  return each.whole ? h('span', { class: 'tag good' }, '✓ ', t('relay.whole'))
    : h('span', { class: 'tag alarm' }, '✗ ', t('relay.broken', { n: each.broken }));
}

const subject = (each) => (each.plan === null ? { line: each.line, notice: each.notice } : { plan: each.plan });

async function handed(found) {
  await live.again('/v1/relays');
  go('relay', found.relay);
  return found;
}

/** Choose a plan of ours or a notice of theirs, and the cells. */
async function opening() {
  const [plans, lines, known] = await Promise.all([api.get('/v1/plans?over=no'), api.get('/v1/lines'), api.get('/v1/relay-cells')]);
  const notices = (await Promise.all(lines.map(async (line) => (await api.get(`/v1/lines/${api.part(line.line)}/notices?over=no`))
    .filter((each) => !each.mine).map((each) => ({ ...each, party: line.label ?? '' }))))).flat();
  await dialog(t('relay.open'), (close) => {
    const choices = [
      ...plans.map((each) => [`plan ${each.plan}`, `${t('relay.our_plan')}: ${each.label || each.callsign || each.plan.slice(0, 10)} · ${span(each.start, each.end)}`]),
      ...notices.map((each) => [`${each.line} ${each.notice}`, `${t('relay.their_notice', { party: each.party })}: ${each.callsign || each.activity || each.notice.slice(0, 10)} · ${span(each.start, each.end)}`]),
    ];
    if (choices.length === 0) return h('p', {}, t('relay.nothing_to_open'));
    if (known.length === 0) return h('p', {}, t('relay.no_cells'), ' ', h('a', { href: to('relay', 'cells'), on: { click: () => close() } }, t('relay.cells')));
    const what = field('what', t('relay.what'), { kind: 'choice', choices, required: true });
    const some = cellChecks(known);
    return form([what, some.field], {
      submit: t('relay.open'),
      send: ({ what: chosen }) => {
        const [first, second] = chosen.split(' ');
        return api.post('/v1/relays', { ...(first === 'plan' ? { plan: second } : { line: first, notice: second }), cells: some.chosen() });
      },
      done: (found) => { close(); handed(found); },
    });
  });
}

async function testing() {
  const known = await api.get('/v1/relay-cells');
  await dialog(t('relay.test'), (close) => {
    if (known.length === 0) return h('p', {}, t('relay.no_cells'));
    const minutes = field('minutes', t('relay.minutes'), { kind: 'number', value: 15, min: 1, max: 1440, required: true });
    const some = cellChecks(known);
    return [h('p', {}, t('relay.test_means')), form([minutes, some.field], {
      submit: t('relay.test_begin'),
      send: ({ minutes: within }) => api.post('/v1/relay-tests', { minutes: within, cells: some.chosen() }),
      done: (found) => { close(); handed(found); },
    })];
  });
}

function cellChecks(known) {
  const boxes = known.map((each) => ({ name: each.name, made: field(`cell-${each.cell}`, own(each.name), { kind: 'check' }) }));
  return {
    field: h('div', {}, h('details', {}, h('summary', {}, t('relay.only_some')), h('p', { class: 'small' }, t('relay.only_some_means')), boxes.map((each) => each.made.element))),
    chosen: () => boxes.filter((each) => each.made.value()).map((each) => each.name),
  };
}
