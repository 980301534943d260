// What a draft would come to if it were filed now, beside it: on each line, and at sites, policies and holds; and what
// would clear it, side by side, each with one button.

import { explained } from '../core/dialog.js';
import { altitude, span, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import { to } from '../core/route.js';
import { t } from '../core/words.js';
import { conflictShape, noticesNear } from './plans_shapes.js';
import { atLeast, changeWords, conflictWords, english, leadTag, levelWords, peerName, standing, tag } from './plans_words.js';

/** The box. `apply(document)`: a proposal is taken over; `inTime(seconds)`: it is to begin so much later than now. */
export function checksBox({ map, apply, inTime }) {
  const sum = h('p', { class: 'sum', role: 'status' });
  const box = h('div', {});
  const element = h('section', { class: 'card checks', 'aria-label': t('plans.checks') }, h('h2', {}, t('plans.checks')), sum, box);
  let turn = null; // of what is drawn; none once it is over

  function state(name) {
    element.dataset.state = name;
    if (name !== 'busy') box.removeAttribute('aria-busy');
  }
  function show(found) {
    state('checked');
    const at = Date.parse(found.as_of);
    const stands = found.on.map((on) => ({ on, ...standing({ ...on, ...asFiled(on) }, at) }));
    const held = found.sites.length + found.holds.length + found.by_hand.length;
    const worst = held > 0 || stands.some((each) => each.kind === 'alarm') ? 'alarm' : stands.length === 0 || stands.some((each) => each.kind === 'warn') ? 'warn' : 'good';
    element.classList.toggle('alarm', worst === 'alarm');
    element.classList.toggle('warn', worst === 'warn');
    const conflicts = found.on.reduce((n, each) => n + each.conflicts.length, 0);
    fill(sum, tag(worst, conflicts > 0 ? t('plans.sum_conflicts', { n: conflicts }) : held > 0 ? t('plans.sum_held', { n: held })
      : stands.some((each) => each.kind === 'warn') || stands.length === 0 ? t('plans.sum_not_checked') : t('core.no_known_conflict', { time: time(at, { seconds: true }) })));
    fill(box, found.on.length === 0 ? h('p', {}, t('plans.no_line')) : null, stands.map((each) => onLine(each)),
      found.sites.length === 0 ? null : [h('h3', {}, t('plans.sites')), h('ul', {}, found.sites.map((each) => h('li', {}, own(each.name || each.row), ' ', tag('alarm', t(`plans.found_${each.found}`)), ' ', t('plans.site_of', { whose: each.label ?? t('core.ours') }))))],
      sentences('holds', found.holds), sentences('by_hand', found.by_hand),
      found.policies.length === 0 ? null : [h('h3', {}, t('plans.policies')), h('ul', {}, found.policies.map((each) => h('li', {}, own(each.whose), ': ', own(each.text))))],
      h('p', { class: 'small soft' }, t('plans.checks_words')));
    draw(found);
  }
  function onLine({ on, kind, words }) {
    const name = peerName(on);
    return h('section', { class: ['on-line', kind], 'aria-label': name },
      h('h3', {}, own(name)),
      h('p', {}, h('strong', {}, words), ' ', leadTag(on.lead)),
      on.lead !== null && on.lead !== 'in time' ? h('p', {}, t(on.lead === 'short' ? 'plans.lead_short_words' : 'plans.lead_late_words', { time: atLeast(on.notice_s) }), ' ',
        h('button', { type: 'button', on: { click: () => inTime(on.notice_s) } }, t('plans.begin_in_time'))) : null,
      !on.compared || on.checked === 'NOT CHECKED' ? h('p', {}, t('plans.why'), ' ', english(on.why)) : null,
      h('p', { class: 'small' }, t('plans.would_tell', { name, level: levelWords(on.level) }), on.told === null ? null : [' ', t('plans.told_larger')]),
      on.consent ? h('p', {}, tag('warn', t('plans.needs_consent', { name }))) : null,
      on.conflicts.map((each) => h('div', {}, conflictWords(each), h('p', { class: 'small' }, h('a', { href: to('notices', on.line, each.notice) }, t('plans.their_notice'))))),
      on.conflicts.length === 0 ? null : on.clears.length === 0 ? h('p', {}, t('plans.nothing_clears'))
        : [h('h4', {}, t('plans.would_clear')), h('ul', { class: 'clears' }, on.clears.map((each) => clear(each)))]);
  }
  function clear({ change, after }) {
    const [first] = after.volumes;
    return h('li', { class: 'card' },
      h('strong', {}, changeWords(change)),
      h('div', { class: 'small' }, own(span(first.start, first.end))),
      h('div', { class: 'small' }, own(`${altitude(first.lower)} – ${altitude(first.upper)}`)),
      h('button', { type: 'button', on: { click: () => apply(after) } }, t('plans.apply')));
  }
  function sentences(name, some) {
    return some.length === 0 ? null : [h('h3', {}, t(`plans.check_${name}`)), h('ul', {}, some.map((each) => h('li', {}, english(each))))];
  }
  async function draw(found) {
    const mine = turn = Symbol('draw');
    const near = found.on.flatMap((on) => on.conflicts.map((each) => ({ on, each })));
    const { some: theirs, whole } = await noticesNear(near);
    if (turn !== mine) return;
    map.set('draft', [
      { id: 'draft', kind: 'draft', whose: 'ours', label: draftName(found.document), state: 'draft', volumes: found.document.volumes },
      ...theirs.map((each) => ({
        id: each.notice, kind: 'notice', whose: 'theirs', level: each.level === 'coarse' ? 'coarse' : 'full', label: each.callsign || each.activity, state: each.state, volumes: each.volumes,
      })),
      ...found.on.flatMap((on) => on.clears.map((each, n) => ({ id: `clear-${on.line}-${n}`, kind: 'proposal', whose: 'ours', label: changeWords(each.change), state: '', volumes: each.after.volumes }))),
    ], near.map(({ on, each }) => conflictShape(each, peerName(on), null)), { whole });
  }
  return {
    element, show,
    // what was found is about what stood there before: it is no word about this, and nothing of it is taken over
    busy() {
      if (element.dataset.state === 'busy') return;
      state('busy');
      box.setAttribute('aria-busy', 'true');
      element.classList.remove('alarm', 'warn');
      fill(sum, tag('soft', t('plans.not_checked_yet')));
      for (const each of box.querySelectorAll('button')) each.disabled = true;
    },
    waits(words) {
      state('waits');
      element.classList.remove('alarm', 'warn');
      fill(sum, tag('soft', t('plans.not_checked_yet')));
      fill(box, h('p', {}, words));
    },
    refused(problem, document) {
      state('refused');
      // a node that was not reached, or failed, has refused nothing
      const said = isRefused(problem);
      turn = Symbol('refused');
      element.classList.toggle('alarm', said);
      element.classList.toggle('warn', !said);
      fill(sum, said ? tag('alarm', t('plans.cannot_be_filed')) : tag('warn', t('plans.not_checked_yet')));
      fill(box, explained(problem));
      map.set('draft', [{ id: 'draft', kind: 'draft', whose: 'ours', label: draftName(document), state: 'draft', volumes: document.volumes }]);
    },
    end() {
      turn = null;
    },
  };
}

/** Whether the node has said no to what was asked; else it was not reached, or could not. */
export const isRefused = ({ status }) => status >= 400 && status < 500 && ![401, 429].includes(status);

const draftName = ({ label, callsign }) => label || callsign || t('plans.new_title');

/** A draft is compared here at once; what they say of it comes after it is filed. */
function asFiled(on) {
  return { checked: on.compared && on.checked !== 'NOT CHECKED' ? 'compared' : 'NOT CHECKED', cases: [], blind: null };
}

