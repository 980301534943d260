// A hold is put: whom it binds, until what, where, which activities.

import * as api from '../core/api.js';
import { explained, sure, tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { t } from '../core/words.js';
import { peerOf } from './lines_state.js';
import { orAbsent } from './sites_shared.js';

const UNITS = [['ft MSL', 'ft MSL'], ['ft AGL', 'ft AGL'], ['FL', 'FL'], ['m MSL', 'm MSL'], ['m AGL', 'm AGL'], ['m HAE', 'm HAE']];
const KM = 1_000;

/** Draw the form into `root`. */
export function draft(root) {
  const ending = [];
  fill(root, h('p', { class: 'soft' }, t('core.loading')));
  Promise.all([api.get('/v1/status'), api.get('/v1/lines'), orAbsent(api.get('/v1/talks'), []), import('../core/place.js').catch(() => null)])
    .then(async ([status, lines, talks, placing]) => {
      const agreements = (await Promise.all(lines.map((each) => orAbsent(api.get(`/v1/lines/${api.part(each.line)}/agreements`), null)))).filter(Boolean);
      make(root, status, lines, talks, agreements, placing, ending);
    }).catch((problem) => fill(root, explained(problem)));
  return () => {
    ending.over = true;
    for (const each of ending) each();
  };
}

function make(root, status, lines, talks, agreements, placing, ending) {
  const parties = [[status.party, t('holds.this_party')], ...lines.map((each) => [each.peer, peerOf(each)])];
  const whom = parties.map(([value, words]) => field(`party_${value}`, words, { kind: 'check', value: value === status.party }));
  const terms = agreements.flatMap(({ phases, versions }) => Object.keys(phases).map((id) => [id, versions.find((each) => each.agreement === id)?.title ?? id.slice(0, 10)]));
  const begun = new Map(terms);
  const kinds = [['at', t('holds.kind_at')], talks.length > 0 ? ['talks', t('holds.kind_talks')] : null, begun.size > 0 ? ['version', t('holds.kind_version')] : null].filter(Boolean);
  const kind = field('kind', t('holds.until_kind'), { kind: 'choice', value: 'at', choices: kinds });
  const at = field('at', t('holds.at'), { kind: 'time', value: new Date(live.now() + 24 * 3_600_000).toISOString() });
  // of what is not asked for nothing is wrong: it would be said where nobody sees it
  const { unread } = at;
  at.unread = () => (kind.value() === 'at' ? unread() : null);
  const which = field('talks', t('holds.talks'), { kind: 'choice', choices: talks.map((each) => [each.talks, each.title ?? each.talks]) });
  const agreement = field('agreement', t('holds.agreement'), { kind: 'choice', choices: [...begun] });
  const version = field('version', t('holds.version'), { kind: 'number', min: 1, step: 1 });
  // the one after all that were in force: with an earlier one its condition would be met at once
  const next = () => version.set(1 + Math.max(0, ...agreements.flatMap(({ versions }) => versions)
    .filter((each) => each.agreement === agreement.value() && (each.in_force || each.was_in_force)).map((each) => each.version)));
  agreement.input.addEventListener('change', next);
  next();
  const begins = field('begins', t('holds.begins'), { kind: 'time' });
  const area = field('area', t('holds.area_kind'), { kind: 'choice', value: 'none', choices: [['none', t('holds.area_none')], ['around', t('holds.area_around')], ['drawn', t('holds.area_drawn')]] });
  const where = placing === null ? degrees() : placing.placeField('place', t('holds.place'), {});
  const radius = field('radius', t('holds.radius'), { kind: 'number', min: 0.01, step: 'any', value: 20 });
  const lower = field('lower', t('holds.lower'), { kind: 'number', step: 'any' });
  const upper = field('upper', t('holds.upper'), { kind: 'number', step: 'any' });
  const unit = field('unit', t('holds.unit'), { kind: 'choice', choices: UNITS });
  const activities = field('activities', t('holds.activities'), {});
  const reason = field('reason', t('holds.say_reason'), {});
  const map = h('div', { class: 'hold-map', hidden: true });
  let drawn = null;

  const group = h('fieldset', { 'aria-describedby': 'whom-problem' }, h('legend', {}, t('holds.whom')), whom.map((each) => each.element), h('p', { id: 'whom-problem', class: 'problem', role: 'alert' }));
  function shown() {
    at.element.hidden = kind.value() !== 'at';
    which.element.hidden = kind.value() !== 'talks';
    agreement.element.hidden = version.element.hidden = kind.value() !== 'version';
    where.element.hidden = radius.element.hidden = area.value() !== 'around';
    band.hidden = area.value() === 'none';
    map.hidden = area.value() !== 'drawn';
    if (area.value() === 'drawn' && map.childElementCount === 0) draws();
  }
  async function draws() {
    const view = await import('../map/view.js').catch(() => null);
    if (view === null) {
      area.set('around');
      shown();
      return;
    }
    const canvas = h('div', { class: 'hold-canvas' });
    const note = h('p', { role: 'status' });
    let made = null;
    fill(map, canvas, h('p', { class: 'actions' }, h('button', { type: 'button', on: { click: again } }, t('holds.draw')), note));
    try {
      made = await view.mapView(canvas, { fit: true });
    } catch (problem) {
      console.warn(problem);
      note.textContent = t('core.status_other');
      return;
    }
    if (ending.over) made.end();
    else ending.push(() => made.end());
    async function again() {
      if (made === null) return;
      drawn = await made.draw('polygon');
      note.textContent = drawn === null ? '' : t('holds.drawn');
    }
  }
  const band = h('div', { class: 'columns' }, lower.element, upper.element, unit.element);
  kind.input.addEventListener('change', shown);
  area.input.addEventListener('change', shown);

  async function ground() {
    if (area.value() === 'drawn') return drawn?.ground ?? null;
    const found = where.place() ?? (await where.settled?.()) ?? null;
    if (found === null) return null;
    if (!(radius.value() > 0)) throw new api.Problem(400, { code: 'console.radius', path: 'radius', detail: t('core.needed') });
    return { type: 'circle', centre: [round(found.lon), round(found.lat)], radius_m: radius.value() * KM, slack_m: 0 };
  }
  // a volume as the native JSON has it, without times: it begins at the ground and has no end unless it says less
  async function volume() {
    if (area.value() === 'none') return null;
    const said = await ground();
    if (said === null) throw new api.Problem(400, { code: 'console.place', path: area.value() === 'drawn' ? 'area' : 'place', detail: t('core.needed') });
    const words = unit.value() === 'FL' ? ['FL', 'FL'] : unit.value().split(' ');
    const edge = (value, open) => (value === null ? { datum: open, unit: 'm', value: 0 } : { value, unit: words[0], datum: words[1] });
    return { ground: said, lower: edge(lower.value(), 'SFC'), upper: edge(upper.value(), 'UNL'), start: null, end: null, ...EMPTY };
  }

  const made = form([{ element: group }, kind, at, which, agreement, version, begins, area, where, radius, { element: map }, { element: band }, lower, upper, unit, activities, reason]
    .map((each) => ([lower, upper, unit].includes(each) ? { ...each, element: h('span', { hidden: true }) } : each)), {
    submit: t('holds.put_now'),
    cancel: () => route.go('holds'),
    send: async () => {
      const some = parties.filter((_, n) => whom[n].value()).map(([value]) => value);
      group.querySelector('#whom-problem').textContent = some.length === 0 ? t('holds.whom_needed') : '';
      if (some.length === 0) return undefined;
      const until = kind.value() === 'at' ? { at: at.value() } : kind.value() === 'talks' ? { talks: which.value() } : { agreement: agreement.value(), version: version.value() };
      const body = {
        parties: some, until, begins: begins.value(), area: await volume(), reason: reason.value().trim() || null,
        activities: activities.value().trim() === '' ? null : activities.value().split(',').map((each) => each.trim()).filter(Boolean),
      };
      if (!(await sure(t('holds.put'), t('holds.put_sure'), t('holds.put_now'), { danger: true }))) return undefined;
      return api.post('/v1/holds', body);
    },
    done: async (found) => {
      tell(t('holds.put_done'));
      await live.again('/v1/holds');
      route.go('holds', found.hold);
    },
  });
  shown();
  fill(root, h('section', { class: 'card' }, h('h2', {}, t('holds.put')), made));
}

const EMPTY = { band: null, pad: { h_m: 0, v_m: 0, t_s: 0 } };
const round = (value) => Math.round(value * 1e7) / 1e7;

/** A place in degrees, where the field that takes any notation is not there. */
function degrees() {
  const made = field('place', t('holds.place'), { ltr: true });
  made.place = () => {
    const found = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(made.value());
    return found === null ? null : { lat: Number(found[1]), lon: Number(found[2]) };
  };
  return made;
}
