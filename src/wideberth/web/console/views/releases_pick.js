// Which records go into a release: what this node has that may be released, to be ticked, each with its level.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { span, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { t } from '../core/words.js';
import { ltr, ownPlans, worded } from './told_parts.js';

const when = (value) => ltr(time(value, { now: live.now() }));

/**
 * Everything that can be chosen. `ticked`: what was chosen before, as `value()` gave it; `received` with `line`: a
 * release of another party's that is chosen. Gives {element, value()}: records as the API takes them, without grids;
 * value() raises an Error in words where it is not known which rows are meant.
 */
export async function picker({ ticked, received, line }) {
  const [plans, sites, statements, talks, lines, releases] = await Promise.all([
    ownPlans(), ...['/v1/sites', '/v1/statements', '/v1/talks', '/v1/lines', '/v1/received'].map((path) => api.get(path))]);
  const told = (await Promise.all(lines.map(async (each) => {
    const [notices, lists] = await Promise.all([
      api.get(`/v1/lines/${each.line}/notices`), api.get(`/v1/lines/${each.line}/sites`)]);
    return { line: each, notices: notices.filter((one) => !one.mine), lists: lists.filter((one) => !one.mine && one.in_force !== null) };
  })));
  const before = (kind, of, at) => ticked.find((each) => each.kind === kind && each.of === of && (each.line ?? null) === at) ?? null;
  const groups = [
    ['plans', plans.map((each) => ({
      kind: 'plan', of: each.plan, line: null, levels: true, name: each.label || each.callsign || each.activity,
      under: [worded('releases', 'state', each.state), ' · ', ltr(span(each.start, each.end, { now: live.now() }))],
    }))],
    ['sites', sites.map((each) => ({
      kind: 'sites', of: each.list, line: null, levels: true, name: each.name, rows: () => ownRows(each.list),
      under: t('releases.rows', { n: each.rows }),
    }))],
    ['their_notices', told.flatMap(({ line: on, notices }) => notices.map((each) => ({
      kind: 'notice', of: each.notice, line: on.line, levels: true, name: each.callsign || each.activity || each.notice.slice(0, 10),
      under: [own(on.label ?? ''), ' · ', ltr(span(each.start, each.end, { now: live.now() }))],
    })))],
    ['their_sites', told.flatMap(({ line: on, lists }) => lists.map((each) => ({
      kind: 'sites', of: each.list, line: on.line, levels: true, name: each.name, under: own(on.label ?? ''),
      rows: async () => each.rows.map((row) => [row.id, row.name || row.callsign || row.id]),
    })))],
    ['statements', [...new Map(statements.filter((each) => each.kind !== 'claim').map((each) => [each.statement, each])).values()].map((each) => ({
      kind: 'statement', of: each.statement, line: each.mine ? null : each.line, levels: each.kind === 'policy',
      name: each.text.slice(0, 80), under: [worded('releases', 'kind', each.kind), ' · ', each.mine ? t('releases.ours') : own(each.label ?? '')],
    }))],
    ['talks', talks.filter((each) => each.lines.some((on) => on.agreed)).map((each) => ({
      kind: 'talks', of: each.talks, line: null, levels: false, name: each.title, under: when(each.at),
    }))],
    ['received', releases.filter((each) => each.standing === 'here').map((each) => ({
      kind: 'release', of: each.release, line: each.line, levels: true, start: 'full', name: each.title,
      chosen: each.release === received && each.line === line,
      under: [t('releases.from', { name: each.label ?? each.by.slice(0, 8) }), ' · ', when(each.at)], numbers: true,
    }))],
  ];
  const all = [];
  const parts = groups.map(([name, things]) => {
    const items = things.map((thing) => item(thing, before(thing.kind, thing.of, thing.line)));
    all.push(...items);
    const open = items.some((each) => each.ticked()) || (name === 'plans' && things.length > 0);
    return h('details', { open }, h('summary', {}, t(`releases.group_${name}`), ' ', h('span', { class: 'soft' }, `(${things.length})`)),
      items.length === 0 ? h('p', { class: 'soft' }, t('core.nothing')) : h('ul', { class: 'list' }, items.map((each) => each.element)));
  });
  const filter = h('input', { type: 'search', 'aria-label': t('told.filter'), placeholder: t('told.filter'), on: { input: () => {
    const wanted = filter.value.trim().toLowerCase();
    // what goes is never out of sight
    for (const each of all) each.element.hidden = !each.ticked() && !each.said.toLowerCase().includes(wanted);
    for (const each of parts) if (wanted !== '') each.open = true;
  } } });
  return { element: h('div', {}, filter, parts), value: () => all.filter((each) => each.ticked()).map((each) => each.value()) };
}

let count = 0;

// one thing: ticked or not, at which level, and of a list which rows
function item(thing, before) {
  const id = `pick-${++count}`;
  const tick = h('input', { type: 'checkbox', id, checked: before !== null || thing.chosen === true, on: { change: changed } });
  const level = h('select', { 'aria-label': t('releases.level_of', { name: thing.name }) }, ['coarse', 'full'].map((each) => h('option', {
    value: each, selected: each === (before?.level ?? thing.start ?? 'coarse') }, t(`releases.level_${each}`))));
  const numbers = thing.numbers ? h('input', { type: 'text', inputmode: 'numeric', dir: 'ltr', value: before?.rows?.join(', ') ?? '', placeholder: t('releases.all_records'), 'aria-label': t('releases.numbers') }) : null;
  const more = h('div', { class: 'rows' });
  const rows = new Map();
  let loading = false;
  let read = false;
  function changed() {
    level.hidden = !(tick.checked && thing.levels);
    more.hidden = !tick.checked;
    if (tick.checked && thing.rows && !read && !loading) load();
  }
  async function load() {
    loading = true;
    fill(more, t('core.loading'));
    let found;
    try {
      found = await thing.rows();
    } catch (problem) {
      fill(more, explained(problem), h('button', { type: 'button', on: { click: load } }, t('core.again')));
      return;
    } finally {
      loading = false;
    }
    read = true;
    const wanted = before?.rows ?? [];
    for (const [row] of found) rows.set(row, h('input', { type: 'checkbox', checked: wanted.length === 0 || wanted.includes(row) }));
    fill(more, found.map(([row, name]) => h('label', { class: 'tick' }, rows.get(row), own(name))));
  }
  if (numbers !== null) fill(more, h('label', {}, t('releases.numbers'), ' ', numbers));
  changed();
  const chosenRows = () => {
    if (numbers !== null) return numbers.value.split(/[\s,;]+/).filter(Boolean);
    if (!thing.rows) return [];
    if (!read) throw new Error(t('releases.rows_unread'));
    // each by its name: none would mean all, and a row that came since was not seen
    const some = [...rows].filter(([, box]) => box.checked).map(([row]) => row);
    if (some.length === 0) throw new Error(t('releases.no_rows'));
    return some;
  };
  return {
    said: `${thing.name} ${thing.of}`,
    element: h('li', {}, h('div', { class: 'pick' }, tick, h('label', { for: id }, own(thing.name)), h('span', { class: 'small soft' }, thing.under), level), more),
    ticked: () => tick.checked,
    value: () => ({ kind: thing.kind, of: thing.of, line: thing.line, rows: chosenRows(), level: thing.levels ? level.value : 'full' }),
  };
}

async function ownRows(list) {
  const found = await api.get(`/v1/sites/${api.part(list)}`);
  return found.rows.map(({ row }) => [row.id, row.name || row.callsign || row.id]);
}
