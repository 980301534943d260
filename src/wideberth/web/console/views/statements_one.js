// One statement: what it says, where it stands, what was said to it, and what can be said now.

import * as api from '../core/api.js';
import { act, dialog, sure } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { place as inNotation } from '../core/format.js';
import { h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { absent, button, endings, english, facts, ground, mapIn, may, peer, pastNote, redraw, roleField, shapesOf, staleNote, tell, when } from './sites_shared.js';
import { phaseTag } from './statements.js';

const HOUR_MS = 3_600_000;
const ANSWERS = ['no', 'yes', 'unknown'];
const ASSURANCES = ['yes', 'partly', 'no'];

export function statement(box, { line, id, whose, session }) {
  const ends = endings();
  const head = h('div', {});
  const map = h('div', { class: 'small-map' });
  box.append(head, map);
  const path = `/v1/lines/${api.part(line)}/statements/${api.part(id)}`;
  let drawn;
  ends.add(live.use(api.asking(path, { whose }), ['declaration.', 'concern.', 'claim.', 'entry.delivered'], (state) => {
    const found = state.data;
    if (found === null) {
      redraw(head, staleNote(state), h('p', {}, absent(state.problem) ? t('statements.gone') : t('core.loading')));
      return;
    }
    redraw(head, ...drawn_(found, state, path, session));
    if (drawn !== found.version) {
      drawn = found.version;
      where(map, found).then((end) => ends.add(end));
    }
  }, { every: 60_000 }));
  return ends.end;
}

function drawn_(found, state, path, session) {
  const { kind, mine } = found;
  return [
    h('h2', {}, coded('statements', `kind_${kind}`), ' ', h('span', { class: 'soft' }, t(mine ? 'statements.to' : 'statements.from'), ' ', peer(found))),
    staleNote(state), pastNote(),
    h('p', {}, phaseTag(found), found.overdue ? [' ', h('span', { class: 'tag alarm' }, t('statements.overdue'), ' ', when(found.overdue))] : null),
    h('blockquote', { class: 'card said', dir: 'auto' }, found.text),
    h('p', {}, coded('statements', `phase_words_${found.phase.replaceAll(' ', '_')}`)),
    actions(found, path, session),
    found.silence ? h('p', { class: 'tag soft' }, coded('statements', `silence_${kind}`)) : null,
    facts([
      [t('statements.basis'), found.basis ? own(found.basis) : null],
      [t('statements.assurance_requested'), found.assurance ? own(found.assurance) : null],
      [t('statements.precedence'), found.precedence ? coded('statements', `precedence_${found.precedence}`) : null],
      [t('statements.answer_by'), when(found.by)],
      [t('statements.reminders'), found.reminders > 0 ? String(found.reminders) : null],
      [t('statements.holds'), found.start ? [when(found.start), ' – ', when(found.expires) ?? t('statements.until_withdrawn')] : null],
      [t('statements.version'), found.version === null ? null : String(found.version)],
      [t('statements.said'), found.said ? [when(found.said.at), ' · ', own(found.said.role), ' · ', t('sites.entry', { n: found.said.entry })] : null],
      [t('statements.delivered'), mine ? when(found.delivered) ?? h('span', { class: 'tag warn' }, t('statements.not_delivered')) : null],
      [t('statements.acknowledged'), found.acknowledged ? [when(found.acknowledged.at), ' · ', own(found.acknowledged.role)] : t('statements.nobody')],
      [t('statements.withdrawn'), found.withdrawn ? [when(found.withdrawn.at), ' · ', own(found.withdrawn.role)] : null],
      [t('statements.waits'), found.waits > 0 ? h('span', { class: 'tag warn' }, t('statements.not_told', { n: found.waits })) : null],
    ]),
    subject(found.what), area(found.area),
    found.doubts.length === 0 ? null : h('div', { class: 'card warn' }, h('strong', {}, t('statements.doubts')), h('ul', {}, found.doubts.map((each) => h('li', {}, english(each))))),
    h('h3', {}, t('statements.replies')), found.replies.length === 0 ? h('p', { class: 'soft' }, coded('statements', `silence_${kind}`)) : found.replies.map((each) => reply(found, each)),
  ];
}

function reply(found, each) {
  const side = found.mine ? 'theirs' : 'ours';
  const words = found.kind === 'claim' ? coded('statements', `answer_${side}_${each.answer}`) : found.kind === 'concern' ? coded('statements', `assurance_${each.answer}`) : null;
  return h('div', { class: ['card', each.expired && 'warn'] },
    words === null ? null : h('strong', {}, words),
    each.expired ? h('p', {}, h('span', { class: 'tag warn' }, t('statements.answer_expired'))) : null,
    each.text ? h('blockquote', { dir: 'auto' }, each.text) : null,
    h('p', { class: 'small' }, when(each.said.at, { seconds: true }), ' · ', own(each.said.role), ' · ', t('sites.entry', { n: each.said.entry }),
      each.expires ? [' · ', t('statements.stands_until'), ' ', when(each.expires)] : null,
      found.judged === each.said.entry ? [' · ', t('statements.judged')] : null));
}

function subject(what) {
  if (!what) return null;
  const { place } = what;
  return h('section', {}, h('h3', {}, t('statements.about')), facts([
    [t('statements.seen_at'), when(what.at, { seconds: true })],
    [t('statements.notice'), what.notice ? own(what.notice, { class: 'mono' }) : null],
    [t('statements.track'), what.track ? own(what.track, { class: 'mono' }) : null],
    ...(place === null ? [] : [
      [t('statements.place'), own(inNotation(place.lat_deg, place.lon_deg), { dir: 'ltr', class: 'mono' })],
      [t('statements.as_stated'), place.stated ? [own(place.stated), ` (${place.notation}, ${place.datum})`] : null],
      [t('statements.place_words'), place.words ? own(place.words) : null],
      [t('statements.doubt'), place.doubt_m > 0 ? own(`± ${Math.ceil(place.doubt_m)} m`, { dir: 'ltr' }) : null],
      ...Object.entries(place.echo).map(([name, text]) => [coded('sites', `notation_${name}`), own(text, { dir: 'ltr', class: 'mono' })]),
      [t('sites.nearest'), place.nearest ? english(place.nearest) : null],
    ]),
  ]));
}

function area(found) {
  if (!found) return null;
  return h('section', {}, h('h3', {}, t('statements.area')), facts([
    [t('statements.rank'), String(found.rank)], [t('statements.activities'), found.activities === null ? t('statements.all_activities') : own(found.activities.join(', '))]]),
  h('ul', {}, found.volumes.map((each) => h('li', {}, ground(each), ' · ', limit(each.lower), ' – ', limit(each.upper),
    each.start || each.end ? [' · ', when(each.start) ?? t('core.unbounded'), ' – ', when(each.end) ?? t('core.unbounded')] : null))));
}

export const limit = ({ value, unit, datum }) => h('span', { dir: 'ltr' }, ['SFC', 'UNL'].includes(datum) ? datum : unit === 'FL' ? `FL${value}` : `${value} ${unit} ${datum}`);

async function where(box, found) {
  let shapes = [];
  const about = { id: found.statement, kind: 'policy', whose: found.mine ? 'ours' : 'theirs', label: found.text.slice(0, 40) };
  if (found.area) shapes = await shapesOf([{ ...about, volumes: found.area.volumes }]);
  else if (found.what?.place) {
    const { lat_deg, lon_deg } = found.what.place;
    shapes = [{ ...about, kind: 'track', level: 'full', state: '', start: null, end: null, lower: null, upper: null, geometry: { type: 'Point', coordinates: [lon_deg, lat_deg] } }];
  }
  box.hidden = shapes.length === 0;
  return shapes.length === 0 ? () => {} : mapIn(box, shapes);
}

function actions(found, path, session) {
  if (!may(session, 'officer') || found.phase === 'withdrawn') return null;
  const { kind, mine } = found;
  const newest = found.replies.at(-1);
  const made = [];
  if (!mine) {
    if (kind === 'claim') made.push(...ANSWERS.map((each, n) => button(coded('statements', `say_${each}`), () => claimed(found, path, session, each), { kind: n === 0 ? 'first' : null, focus: `say-${each}` })));
    else if (kind === 'concern') made.push(button(t('statements.answer_concern'), () => assured(found, path, session), { kind: 'first', focus: 'answer' }));
    if (found.acknowledged === null) {
      made.push(button(t('statements.acknowledge'), (at) => said(at, found, () => api.post(`${path}/acknowledge`, {}), t('statements.acknowledged_done')),
        { kind: made.length === 0 ? 'first' : null, focus: 'acknowledge' }));
    }
    if (kind === 'declaration' || kind === 'policy') made.push(button(t('statements.respond'), () => responded(found, path, session), { focus: 'respond' }));
  } else {
    if (kind === 'concern' && newest) {
      made.push(
        ['answered', 'still open'].includes(found.phase) ? button(t('statements.accept'), (at) => said(at, found, () => api.post(`${path}/accept`, { answer: newest.said.entry }), t('statements.accepted')), { kind: 'first', focus: 'accept' }) : null,
        ['answered', 'accepted as answered'].includes(found.phase) ? button(t('statements.keep_open'), () => kept(found, path, session, newest), { focus: 'keep' }) : null);
    }
    if (kind === 'declaration' || kind === 'policy') {
      made.push(h('a', { class: 'button', href: `${route.to('statements', 'new', kind)}?amends=${encodeURIComponent(found.statement)}&line=${encodeURIComponent(found.line)}` }, t('statements.amend')));
    }
    made.push(button(t('statements.withdraw'), (at) => withdrawn(at, found, path), { focus: 'withdraw' }));
  }
  return h('p', { class: 'actions' }, made);
}

async function said(at, found, does, done) {
  if (await act(at, does, { done }) !== undefined) await refreshed(found);
}

const refreshed = (found) => live.again('/v1/statements', `/v1/lines/${api.part(found.line)}/statements`);

async function asked(found, title, words, fields, submit, send, done) {
  const made = await dialog(title, (close) => [words === null ? null : h('p', {}, words), form(fields, { submit, send, done: close, cancel: () => close(null) })].filter((each) => each !== null));
  if (made === null) return;
  tell(done);
  await refreshed(found);
}

async function claimed(found, path, session, answer) {
  const fields = [field('expires', t('statements.stands_until'), { kind: 'time', value: live.now() + HOUR_MS, required: true, help: t('statements.expires_help') }),
    field('text', t('statements.text_if_any')), await roleField(session)];
  await asked(found, coded('statements', `answer_ours_${answer}`), t('statements.claim_answer_words'), fields, coded('statements', `say_${answer}`),
    ({ text, ...more }) => api.post(`${path}/answer`, { answer, ...more, text: text || null }), t('statements.answered_done'));
}

async function assured(found, path, session) {
  const fields = [field('assurance', t('statements.assurance'), { kind: 'choice', choices: ASSURANCES.map((each) => [each, coded('statements', `assurance_${each}`)]) }),
    field('text', t('statements.text'), { kind: 'area', required: true }), await roleField(session)];
  await asked(found, t('statements.answer_concern'), t('statements.assurance_words'), fields, t('core.send'), (values) => api.post(`${path}/answer`, values), t('statements.answered_done'));
}

async function responded(found, path, session) {
  const fields = [field('text', t('statements.text'), { kind: 'area', required: true }), await roleField(session)];
  await asked(found, t('statements.respond'), t('statements.respond_words'), fields, t('core.send'), (values) => api.post(`${path}/answer`, values), t('statements.answered_done'));
}

async function kept(found, path, session, newest) {
  const fields = [field('by', t('statements.next_by'), { kind: 'time', help: t('statements.next_by_help') }), await roleField(session)];
  await asked(found, t('statements.keep_open'), t('statements.keep_words'), fields, t('statements.keep_open'),
    ({ by, role }) => api.post(`${path}/keep-open`, { answer: newest.said.entry, by, role }), t('statements.kept_open'));
}

async function withdrawn(at, found, path) {
  if (!await sure(t('statements.withdraw'), t('statements.withdraw_words'), t('statements.withdraw'), { danger: true })) return;
  await said(at, found, () => api.post(`${path}/withdraw`, {}), t('statements.withdrawn_done'));
}
