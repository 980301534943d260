// Audits: whether one cell was in the set to which the other party was bound in a run. Two officers ask, two agree.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { span, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { t } from '../core/words.js';
import { box } from './blind.js';
import { signing } from './told_sign.js';
import { aged, code, english, facts, following, link, ltr, short, tag } from './told_parts.js';

const TONES = { 'not asked': 'soft', asked: 'warn', agreed: 'warn', answered: 'good' };
const PROVEN = { present: 'alarm', absent: 'good', lie: 'alarm', unproven: 'warn' };

const when = (value) => ltr(time(value, { now: live.now() }));

/** Draw them into `side`; `id`: a run that a question is about, or an audit that is shown. Gives what ends it. */
export function audits(side, line, { id, query, session }) {
  const path = `/v1/lines/${api.part(line)}/blind`;
  const officer = session.roles.includes('officer');
  const list = h('section', { class: 'card', 'aria-labelledby': 'audits' });
  const asking = h('section', { class: 'card', 'aria-labelledby': 'question' });
  side.append(link(t('blind.back'), 'blind', line), asking, list);
  asking.hidden = !officer;
  let state = null;
  const about = following(() => draw());
  function draw() {
    if (state === null) return;
    const found = state.data ?? [];
    fill(list, h('h2', { id: 'audits' }, t('blind.audits')), aged(state), state.data === null ? null : found.length === 0 ? h('p', { class: 'soft' }, t('blind.no_audits'))
      : [...found].sort((one, other) => due(other) - due(one)).map((each) => shown(each)));
  }
  about.use(`${path}/audits`, ['blind.', 'entry.arrived', 'ring.'], (found) => {
    state = found;
    draw();
  });
  if (officer) question(asking, path, line, id, query).catch((problem) => fill(asking, explained(problem)));

  function shown(found) {
    return h('article', { class: ['card', due(found) && 'alarm'], data: { audit: found.audit } },
      h('h3', {}, found.mine ? t('blind.we_ask') : t('blind.they_ask'), ' ', tag(t(`blind.audit_${code(found.phase)}`), TONES[found.phase])),
      found.proven === null ? null : h('p', {}, tag(t(`blind.proven_${found.proven}`), PROVEN[found.proven]), ' ', t(`blind.proves_${found.proven}`), found.round > 0 ? [' ', t('blind.later_round')] : null),
      found.proven === null ? h('p', {}, t(`blind.audit_means_${code(found.phase)}`)) : english(found.proof),
      facts([[t('blind.run'), short(found.run)], [t('blind.round'), String(found.round)],
        [t('blind.where'), found.where === null ? t('core.unknown') : h('span', { dir: 'ltr' }, box(found.where))],
        found.where === null ? null : [t('blind.when'), ltr(span(found.where.start, found.where.end, { now: live.now() }))],
        [t('blind.about_what'), [t(`blind.kind_${found.kind}`), ' ', link(own(found.about.slice(0, 10)), found.kind === 'case' ? 'cases' : 'calls', found.about)]],
        [t('blind.asked'), when(found.asked)], found.agreed === null ? null : [t('blind.agreed_at'), when(found.agreed)], found.answered === null ? null : [t('blind.answered'), when(found.answered)],
        [t('blind.signatures'), t('blind.of_needed', { asks: found.asks, agrees: found.agrees, needed: found.needed })]]),
      due(found) && officer ? [h('p', {}, t('blind.exact')), exact(found.text), signing({
        what: 'audit', sha256: found.audit, title: t('blind.agree'), name: 'question.json', submit: t('blind.agree_now'), needed: found.needed,
        shown: () => exact(found.text), exact: async () => new TextEncoder().encode(found.text),
        hand: async (approvals) => {
          await api.post(`${path}/audits/${found.audit}/agree`, { approvals });
          await live.again(`${path}/audits`);
        },
      })] : null);
  }
  return about.end;
}

const exact = (text) => h('pre', { class: 'exact', tabindex: '0' }, text);

/** Whether this party is to agree. */
const due = (each) => !each.mine && each.phase === 'asked';

// a question: written by the node, signed by two officers here, then asked
async function question(at, path, line, run, query) {
  const [runs, cases, calls] = await Promise.all([api.get(`${path}/runs`), api.get('/v1/cases'), api.get('/v1/calls')]);
  const over = runs.filter((each) => each.over !== null);
  if (over.length === 0) {
    fill(at, h('h2', { id: 'question' }, t('blind.ask_title')), h('p', { class: 'soft' }, t('blind.no_runs')));
    return;
  }
  const about = [...cases.filter((each) => each.line === line).map((each) => [`case ${each.case}`, `${t('blind.kind_case')} ${each.plan_label ?? ''} ${each.case.slice(0, 8)}`]),
    ...calls.filter((each) => each.line === line).map((each) => [`call ${each.call}`, `${t('blind.kind_call')} ${each.call.slice(0, 10)}`])];
  const signed = h('div', { 'aria-live': 'polite' });
  const fields = [
    field('run', t('blind.run'), { kind: 'choice', value: run ?? over[0].session, choices: over.map((each) => [each.session, `${when(each.began)} ${each.session.slice(0, 10)}`]) }),
    field('round', t('blind.round'), { kind: 'number', value: 0, min: 0, max: 16, step: 1, help: t('blind.round_help') }),
    field('place', t('blind.place'), { ltr: true, value: query.place ?? '', required: true, help: t('blind.place_help') }),
    field('altitude', t('blind.altitude'), { ltr: true, required: true, help: t('blind.altitude_help') }),
    field('at', t('blind.at'), { kind: 'time', required: true, value: query.at ?? null }),
    field('about', t('blind.about_what'), { kind: 'choice', required: true, choices: about, help: about.length === 0 ? t('blind.no_incident') : null }),
  ];
  fill(at, h('details', { open: over.some((each) => each.session === run) }, h('summary', {}, h('h2', { id: 'question' }, t('blind.ask_title'))), h('p', {}, t('blind.ask_help')), form(fields, {
    submit: t('blind.write_question'),
    send: async (values) => {
      const [kind, id] = values.about.split(' ');
      const found = await api.get(api.asking(`${path}/question`, { run: values.run, round: values.round ?? 0, place: values.place, altitude: values.altitude, at: values.at, [kind]: id }));
      fill(signed, h('h3', {}, t('blind.question')), facts([[t('blind.where'), h('span', { dir: 'ltr' }, box(found.where))], [t('blind.when'), ltr(span(found.where.start, found.where.end, { now: live.now() }))]]),
        exact(found.text), signing({
          what: 'audit', sha256: found.audit, title: t('blind.ask_title'), name: 'question.json', submit: t('blind.ask_now'),
          shown: () => exact(found.text), exact: async () => new TextEncoder().encode(found.text),
          hand: async (approvals) => {
            await api.post(`${path}/audits`, { run: found.run, round: found.round, cell: found.where.cell, approvals, [kind]: id });
            fill(signed);
            await live.again(`${path}/audits`);
          },
        }));
      return found;
    },
  }), signed));
}
