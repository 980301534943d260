// A plan before it is filed, or its next version: typed, from a template, from a file, or drawn on the map. What it
// would come to is shown as it is written; nothing is entered, and nobody is told, until it is filed.

import * as api from '../core/api.js';
import { act, explained, tell } from '../core/dialog.js';
import { field } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { go, to } from '../core/route.js';
import { t } from '../core/words.js';
import { checksBox, isRefused } from './plans_checks.js';
import { importBox } from './plans_import.js';
import { mapBox } from './plans_shapes.js';
import { begun, EMPTY, rounded, TEMPLATES } from './plans_templates.js';
import { Missing, volumeFields, volumeOf } from './plans_volume.js';
import { planName } from './plans_words.js';

const DRAWN = 'wideberth.draft'; // what the map has drawn, to begin with
const PAUSE_MS = 500; // after the last key, until it is checked
const AGAIN_MS = 3_000; // until it is asked again, where the node was not reached
const LEVELS = ['full', 'coarse', 'conflict-only', 'none'];

/** Draw it; `of`: the plan whose next version it is, null for a new one. Gives what ends it. */
export async function draftView(root, { session, of, query }) {
  const ends = [];
  const heading = h('h1', {}, of === null ? t('plans.new_title') : t('plans.amend_title'));
  root.append(heading);
  const no = live.past() !== null ? 'plans.in_the_past' : session.roles.some((each) => each === 'officer' || each === 'planner') ? null : 'core.status_403';
  if (no !== null) {
    root.append(h('p', { class: 'tag warn' }, t(no)));
    return () => {};
  }
  const known = of === null ? null : await api.get(`/v1/plans/${api.part(of)}`).catch((problem) => {
    root.append(explained(problem));
    return undefined;
  });
  if (known === undefined) return () => {};
  if (known !== null) root.append(h('p', {}, h('a', { href: to('plans', of) }, own(planName(known)))));

  const about = {
    activity: field('activity', t('plans.activity'), { help: t('plans.activity_help'), ltr: true, required: true }),
    callsign: field('callsign', t('plans.callsign'), { help: t('plans.callsign_help') }),
    label: field('label', t('plans.label'), { help: t('plans.label_help') }),
    note: field('note', t('plans.fact_note'), { kind: 'area', rows: 2 }),
    disclosure: field('disclosure', t('plans.disclosure'), {
      kind: 'choice', choices: [['', t('plans.as_agreed')], ...LEVELS.map((each) => [each, t('plans.at_most', { level: t(`plans.level_${each.replace('-', '_')}`) })])],
      help: t('plans.disclosure_help'),
    }),
  };
  const activities = h('datalist', { id: 'plan-activities' }, [...new Set(TEMPLATES.map((each) => each.activity))].map((each) => h('option', { value: each })));
  about.activity.input.setAttribute('list', activities.id);
  const volumes = h('div', {});
  const problem = h('div', { role: 'alert' });
  const map = mapBox(t('plans.map'));
  const checks = checksBox({ map, apply, inTime });
  const file = h('button', { class: 'first', type: 'submit', 'aria-keyshortcuts': 'Control+Enter' }, t(of === null ? 'plans.file_it' : 'plans.file_version'), ' ', h('kbd', { 'aria-hidden': 'true' }, 'Ctrl+Enter'));
  const form = h('form', { class: 'draft', novalidate: true, on: { submit, input: changed } },
    h('div', { class: 'pair' }, about.activity.element, about.callsign.element), activities,
    volumes, h('p', {}, h('button', { type: 'button', on: { click: () => { add(empty()); changed(); } } }, t('plans.add_volume'))),
    h('details', {}, h('summary', {}, t('plans.more_fields')), about.label.element, about.note.element, about.disclosure.element),
    problem, h('footer', {}, file, h('a', { class: 'button', href: of === null ? to('plans') : to('plans', of) }, t('core.cancel'))));
  // what a colleague or a case has changed meanwhile is not undone unseen
  const newer = h('p', { class: 'card alarm', role: 'alert', hidden: true }, t('plans.newer'), ' ',
    h('button', { type: 'button', on: { click: () => go('plans', of) } }, t('plans.look_at_newer')));
  const box = h('div', { class: 'draft-columns' }, form, h('div', { class: 'draft-side' }, checks.element, map.element));
  let fields = []; // of each volume
  let kept = {}; // what the fields do not show
  let moved = false; // somebody chose when it begins
  let filing = false;
  let newest = known?.version ?? null;
  let ended = false;
  let turn = null;
  let timer = null;

  const empty = () => begun(EMPTY, live.now()).volumes[0];
  function add(volume) {
    const made = volumeFields(volume, {
      title: t('plans.volume_n', { n: fields.length + 1 }),
      remove: () => { if (fields.length > 1) { fields = fields.filter((each) => each !== made); redraw(); changed(); } },
      draw: (kind) => map.draw(kind), changed,
    });
    for (const each of Object.values(made.times)) each.input.addEventListener('input', () => { moved = true; });
    fields.push(made);
    redraw();
  }
  function redraw() {
    fields.forEach((each, n) => each.rename(t('plans.volume_n', { n: n + 1 })));
    fill(volumes, fields.map((each) => each.element));
  }
  /** Show a document (native JSON, without what a node gives). */
  function put(document, disclosure) {
    kept = document;
    for (const name of ['activity', 'callsign', 'label', 'note']) about[name].set(document[name] ?? '');
    if (disclosure !== undefined) about.disclosure.set(disclosure ?? '');
    fields = [];
    fill(volumes);
    for (const each of document.volumes) add(each);
    say(null);
    changed();
  }
  /** The document as it stands. Raises: Missing. */
  async function read() {
    const found = [];
    for (const each of fields) found.push(await each.volume());
    const activity = about.activity.value().trim();
    if (activity === '') throw new Missing(t('plans.needs_activity'), about.activity);
    const said = Object.fromEntries(['callsign', 'label', 'note'].map((each) => [each, about[each].value().trim()]));
    const { priority = 0, variant_of = null, review = null } = kept;
    return { ...said, activity, priority, variant_of, review, volumes: found };
  }
  const level = () => about.disclosure.value() || null;

  function changed() {
    if (ended) return;
    turn = null; // what is on its way is about what stood there before
    checks.busy();
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE_MS);
  }
  async function check() {
    const mine = turn = Symbol('check');
    let document;
    try {
      document = await read();
    } catch (missing) {
      if (turn === mine) checks.waits(missing.message);
      return;
    }
    let found;
    try {
      [found] = await api.post('/v1/plan-checks', { plans: [document], disclosure: level(), ...(of === null ? {} : { of }) });
    } catch (refused) {
      if (turn !== mine) return;
      checks.refused(refused, document);
      if (!isRefused(refused)) again();
      return;
    }
    if (turn !== mine) return;
    checks.show(found);
    if (!moved && of === null) early(found);
  }
  function again() {
    timer = setTimeout(() => (live.standing().current ? check() : again()), AGAIN_MS);
  }
  /** A draft that nobody has given a time begins early enough to be told in time, as agreed. */
  function early(found) {
    const late = found.on.filter((each) => each.lead !== null && each.lead !== 'in time');
    if (late.length > 0) inTime(Math.max(...late.map((each) => each.notice_s)));
  }
  function inTime(notice_s) {
    moved = true;
    const begins = rounded(live.now() + notice_s * 1_000 + 120_000);
    const before = Math.min(...fields.map((each) => Date.parse(each.times.start.value() ?? '')).filter(Number.isFinite));
    if (!Number.isFinite(before)) return;
    const by = Date.parse(begins) - before;
    for (const { times } of fields) {
      for (const each of Object.values(times)) if (Number.isFinite(Date.parse(each.value() ?? ''))) each.set(new Date(Date.parse(each.value()) + by).toISOString());
    }
    changed();
  }
  function apply(after) {
    moved = true;
    // what it is called may have been typed since
    const said = Object.fromEntries(['activity', 'callsign', 'label', 'note'].map((each) => [each, about[each].value()]));
    put({ ...kept, ...after, ...said }, undefined);
    tell(t('plans.applied'));
    heading.scrollIntoView?.();
  }

  function say(found) {
    fill(problem, found);
  }
  async function submit(event) {
    event?.preventDefault();
    for (const each of Object.values(about)) each.problem(null);
    let document;
    try {
      document = await read();
    } catch (missing) {
      if (!(missing instanceof Missing)) throw missing;
      missing.at.problem?.(missing.message);
      missing.at.input.focus();
      return;
    }
    filing = true; // the version that comes then is our own
    const found = await act(file, () => (of === null ? api.post('/v1/plans', { plans: [document], disclosure: level() }).then(([one]) => one)
      : api.put(`/v1/plans/${api.part(of)}`, { plan: document, disclosure: level(), version: known.version })), { at: problem });
    filing = false;
    if (found === undefined) {
      look();
      return;
    }
    file.disabled = true; // until the page of it is there: it is filed once
    tell(t(of === null ? 'plans.filed' : 'plans.filed_version', { name: planName(found) }));
    live.again('/v1/plans', '/v1/cases');
    go('plans', found.plan);
  }

  const choose = (template) => {
    moved = false;
    put(begun(template, live.now()), null);
    fields[0].first().focus();
  };
  if (of === null) {
    root.append(h('div', { class: 'templates', role: 'group', 'aria-label': t('plans.templates') }, h('span', { class: 'soft' }, t('plans.templates')), ' ',
      TEMPLATES.map((each, n) => h('button', { type: 'button', 'aria-keyshortcuts': String(n + 1), on: { click: () => choose(each) } }, t(`plans.template_${each.name}`), ' ', h('kbd', { 'aria-hidden': 'true' }, String(n + 1))))));
    TEMPLATES.forEach((each, n) => ends.push(key(String(n + 1), `plans.template_${each.name}`, () => choose(each))));
    root.append(importBox({ open: (document) => { moved = true; put(document, null); fields[0].first().focus(); }, ends }));
  }
  root.append(newer, box);
  if (of !== null) {
    ends.push(live.use(`/v1/plans/${api.part(of)}`, ['plan.', 'case.'], ({ data }) => {
      newest = data?.version ?? newest;
      if (!filing) look();
    }));
  }
  ends.push(key('Control+Enter', 'plans.file_it', submit, { anywhere: true }), checks.end, map.end, () => {
    ended = true;
    turn = null;
    clearTimeout(timer);
  });
  begin();

  function look() {
    if (known === null || newest === known.version) return;
    newer.hidden = false;
    file.disabled = true;
  }

  function begin() {
    if (known !== null) {
      moved = true;
      put(known.document, known.disclosure);
      return;
    }
    const template = TEMPLATES.find((each) => each.name === query?.template);
    const drawn = taken();
    if (drawn === null) {
      put(begun(template ?? EMPTY, live.now()), null);
      return;
    }
    moved = Boolean(drawn.start);
    put({ ...begun(template ?? EMPTY, live.now()), volumes: [volumeOf(drawn, empty())] }, null);
  }
  return () => ends.forEach((each) => each());
}

/** What the map has left, once. */
function taken() {
  try {
    const found = JSON.parse(sessionStorage.getItem(DRAWN));
    sessionStorage.removeItem(DRAWN);
    return found?.geometry || found?.ground ? found : null;
  } catch {
    return null;
  }
}
