// Something is stated: a claim query, a concern, a declaration, a policy of an area.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { button, endings, english, ground, lines, linesField, mapIn, may, octetsOf, pastNote, placeField, readPlace, roleField, tell } from './sites_shared.js';

const PRECEDENCES = ['routine', 'priority', 'immediate', 'flash'];
const POSTED = { claim: '/v1/claims', concern: '/v1/concerns', declaration: '/v1/declarations', policy: '/v1/declarations' };
const DOUBTFUL = 'statement.doubtful';

export function made(box, { kind, query, session }) {
  const ends = endings();
  if (!may(session, 'officer')) {
    fill(box, h('h2', {}, coded('statements', `new_${kind}`)), pastNote() ?? h('p', {}, t('core.status_403')));
    return ends.end;
  }
  begin(box, kind, query, session, ends).catch((problem) => fill(box, explained(problem)));
  return ends.end;
}

async function begin(box, kind, query, session, ends) {
  const known = await lines();
  const before = query.amends ? await api.get(api.asking(`/v1/lines/${api.part(query.line)}/statements/${api.part(query.amends)}`, { whose: 'ours' })) : null;
  const to = linesField(known, { label: t('statements.to_whom'), chosen: query.line ? [query.line] : null });
  const role = await roleField(session);
  const despite = field('despite', t('statements.despite'), { kind: 'check' });
  despite.element.hidden = true;
  const place = kind === 'policy' ? await areaField(before, ends) : null;
  const fields = [to, ...await { claim: claimed, concern: concerned, declaration: declared, policy: declared }[kind](query, before), ...(place === null ? [] : [place]), role, despite];
  const made_ = form(fields, { submit: coded('statements', `send_${kind}`), send: async (values, named) => {
    if (values.lines.length === 0) {
      named.lines.problem(t('core.needed'));
      return undefined;
    }
    const body = { ...values };
    if (!['claim', 'declaration', 'policy'].includes(kind)) delete body.despite;
    for (const each of Object.keys(body)) if (body[each] === '' || body[each] === null) delete body[each];
    if (before !== null) body.amends = before.statement;
    if (place !== null) {
      body.area = await place.area();
      if (body.area === null) return undefined;
      for (const each of place.inner) delete body[each];
    }
    try {
      return await api.post(POSTED[kind], body);
    } catch (problem) {
      if (problem.code === DOUBTFUL) despite.element.hidden = false;
      throw problem;
    }
  }, done: async (found) => {
    tell(coded('statements', `sent_${kind}`));
    await live.again('/v1/statements');
    location.hash = `${route.to('statements', found[0].line, found[0].statement)}?whose=ours`;
  } });
  // who has asked about one place has not asked about another
  made_.addEventListener('input', (event) => { if (event.target !== despite.input) despite.set(false); });
  fill(box, h('h2', {}, before === null ? coded('statements', `new_${kind}`) : t('statements.amend')), h('p', {}, coded('statements', `what_${kind}`)), made_);
  made_.querySelector('textarea, input:not([type=checkbox])')?.focus();
}

async function claimed(query) {
  return [
    field('description', t('statements.what_seen'), { required: true, value: query.description ?? '', help: t('statements.what_seen_help') }),
    await placeField('place', t('statements.place'), { value: query.place ?? '' }),
    field('words', t('statements.place_words'), { help: t('statements.place_words_help') }),
    field('at', t('statements.seen_at'), { kind: 'time', help: t('statements.seen_at_help') }),
    field('notice', t('statements.notice'), { ltr: true, value: query.notice ?? '', help: t('statements.instead') }),
    field('track', t('statements.track'), { ltr: true, value: query.track ?? '', help: t('statements.instead') }),
    await placeField('own', t('sites.own_position'), { help: t('sites.own_position_help') }),
    field('by', t('statements.answer_by'), { kind: 'time', help: t('statements.claim_by_help') }),
  ];
}

function concerned() {
  return [
    field('text', t('statements.worry'), { kind: 'area', required: true }),
    field('assurance', t('statements.assurance_requested'), { kind: 'area', rows: 2, required: true }),
    field('precedence', t('statements.precedence'), { kind: 'choice', value: 'routine', choices: PRECEDENCES.map((each) => [each, coded('statements', `precedence_${each}`)]) }),
    field('by', t('statements.answer_by'), { kind: 'time', help: t('statements.concern_by_help') }),
  ];
}

function declared(_, before) {
  return [
    field('text', t('statements.position'), { kind: 'area', required: true, value: before?.text ?? '' }),
    field('basis', t('statements.basis'), { required: true, value: before?.basis ?? '', help: t('statements.basis_help') }),
    field('start', t('statements.from_when'), { kind: 'time', help: t('statements.now_if_empty'), value: before?.start ?? '' }),
    field('expires', t('statements.expires'), { kind: 'time', help: t('statements.never_if_empty'), value: before?.expires ?? '' }),
  ];
}

const LEVELS = /^\s*(-?\d+(?:\.\d+)?)\s*(ft|m)\s*(MSL|AGL|HAE|ALT)\s*$/i;

// SFC, UNL, FL100, 5000 ft MSL; null: something else
function level(text) {
  const plain = text.trim().toUpperCase();
  if (plain === 'SFC' || plain === 'UNL') return { value: 0, unit: 'm', datum: plain };
  const flight = /^FL\s*(\d{1,3})$/.exec(plain);
  if (flight !== null) return { value: Number(flight[1]), unit: 'FL', datum: 'FL' };
  const found = LEVELS.exec(text);
  return found === null ? null : { value: Number(found[1]), unit: found[2].toLowerCase(), datum: found[3].toUpperCase() };
}

/** Where a policy holds: round a place, drawn on the map, or from a file. `area()`: as the API has it; null: a problem is said. */
async function areaField(before, ends) {
  const way = field('way', t('statements.area'), { kind: 'choice', choices: [...(before?.area ? ['kept'] : []), 'circle', 'drawn', 'file'].map((each) => [each, coded('statements', `way_${each}`)]) });
  const centre = await placeField('centre', t('statements.centre'));
  const radius = field('radius_m', t('statements.radius_m'), { kind: 'number', value: 5_000, min: 1 });
  const file = field('area_file', t('statements.area_file'), { kind: 'file', help: t('statements.area_file_help') });
  const lower = field('lower', t('statements.lower'), { value: 'SFC', ltr: true, help: t('statements.level_help') });
  const upper = field('upper', t('statements.upper'), { value: 'UNL', ltr: true });
  const rank = field('rank', t('statements.rank'), { kind: 'number', value: before?.area?.rank ?? 1, min: 1, help: t('statements.rank_help') });
  const activities = field('activities', t('statements.activities'), { ltr: true, value: before?.area?.activities?.join(', ') ?? '', help: t('statements.activities_help') });
  const problem = h('div', { 'aria-live': 'assertive' });
  const said = h('p', { class: 'small', 'aria-live': 'polite' });
  const map = h('div', { class: 'small-map' });
  let drawing = null;
  let drawn = null;
  const draw = button(t('statements.draw'), async () => {
    if (drawing === null) return;
    drawn = await drawing.draw('polygon');
    fill(said, drawn === null ? null : ground(drawn));
    element.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const parts = { circle: [centre, radius], drawn: [{ element: h('div', {}, draw, map) }], file: [file], kept: [] };
  const limits = [lower, upper];
  function update() {
    fill(said);
    for (const [name, some] of Object.entries(parts)) for (const each of some) each.element.hidden = name !== way.value();
    for (const each of limits) each.element.hidden = ['file', 'kept'].includes(way.value());
    if (way.value() === 'drawn' && drawing === null) mapIn(map, [], { draw: (found) => { drawing = found; } }).then(ends.add);
  }
  way.input.addEventListener('change', update);
  const inner = ['way', 'centre', 'radius_m', 'area_file', 'lower', 'upper', 'rank', 'activities'];
  const element = h('fieldset', {}, h('legend', {}, t('statements.area')), way.element, Object.values(parts).flat().map((each) => each.element), said,
    limits.map((each) => each.element), rank.element, activities.element, problem);
  update();

  async function volumes() {
    if (way.value() === 'kept') return before.area.volumes;
    if (way.value() === 'file') return fromFile(file.value());
    const [low, high] = [level(lower.value()), level(upper.value())];
    if (low === null) lower.problem(t('statements.level_wrong'));
    if (high === null) upper.problem(t('statements.level_wrong'));
    if (low === null || high === null) return null;
    const bounds = { lower: low, upper: high };
    if (way.value() === 'drawn') {
      if (drawn === null) fill(problem, t('statements.not_drawn'));
      return drawn === null ? null : [{ ...drawn, ...bounds }];
    }
    if (!centre.input.value.trim() || !(radius.value() > 0)) {
      (centre.input.value.trim() ? radius : centre).problem(t('core.needed'));
      return null;
    }
    const at = await readPlace(centre.input.value.trim());
    const pad = { h_m: 0, v_m: 0, t_s: 0 };
    return [{ ground: { type: 'circle', centre: [at.lon, at.lat], radius_m: radius.value(), slack_m: 0 }, ...bounds, start: null, end: null, band: null, pad }];
  }

  async function fromFile(found) {
    if (found === null) {
      file.problem(t('core.needed'));
      return null;
    }
    const text = await found.text();
    const read = /^\s*\{[\s\S]*"wideberth\.plans\/1"/.test(text) ? JSON.parse(text)
      : await api.upload(api.asking('/v1/read-plans', { name: found.name }), await octetsOf(found));
    if (read.faults?.length > 0) {
      // an area of what is left would be smaller than was meant
      file.problem([own(read.faults[0].path ?? ''), ' ', english(read.faults[0].words ?? read.faults[0].detail ?? '')]);
      return null;
    }
    const some = read.plans.flatMap((each) => each.volumes);
    fill(said, own(found.name), ': ', t('statements.volumes_n', { n: some.length }));
    return some;
  }

  return {
    name: 'area', element, inner,
    input: { required: false, focus: () => way.input.focus() },
    value: () => null,
    problem: (text) => fill(problem, text),
    area: async () => {
      for (const each of [centre, radius, file, lower, upper]) each.problem(null);
      fill(problem);
      const found = await volumes();
      if (found === null) return null;
      const named = activities.value().split(',').map((each) => each.trim()).filter(Boolean);
      return { volumes: found, rank: rank.value() ?? 1, activities: named.length === 0 ? null : named };
    },
  };
}

