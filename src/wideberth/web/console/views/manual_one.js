// One manual line: how far each plan got, what they told, what was said, all as reported by us.

import * as api from '../core/api.js';
import { act, dialog, explained, sure } from '../core/dialog.js';
import { field } from '../core/form.js';
import { span, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { LANGUAGES, coded, t } from '../core/words.js';
import { entering } from './manual_call.js';
import { hearing, telling } from './manual_say.js';
import { redraw } from './sites_shared.js';

const ANSWERS = ['acknowledged', 'no objection stated', 'objection', 'unclear: send again', 'unable'];
const NEED_IT_RIGHT = ['acknowledged', 'no objection stated'];
const AGAIN_MS = 15_000;
export const code = (text) => text.replace(/[: ]+/g, '_').replace(/-/g, '');

export function oneManual(root, id, session) {
  const officer = session.roles.includes('officer');
  const path = `/v1/manual/${api.part(id)}`;
  const [head, plans, met, cases, theirs, calls, rows] = Array.from({ length: 7 }, () => h('div', {}));
  let view = null;
  fill(root, head, plans, met, cases, theirs, calls, rows);
  const may = () => officer && live.past() === null;

  function draw() {
    redraw(head, h('h2', {}, own(view.label)), h('p', {}, coded('manual', `channel_${code(view.channel)}`), ' · ', LANGUAGES[view.language] ?? own(view.language), ' · ',
      coded('manual', `level_${view.level}`), ' · ', coded('manual', `preset_${view.preset}`)),
    view.line === null ? may() ? h('div', { class: 'actions' }, h('button', { type: 'button', data: { focus: 'joined' }, on: { click: () => joining() } }, t('manual.joined'))) : null
      : h('p', { class: 'card' }, t('manual.has_joined'), ' ', h('a', { href: to('manual', 'history') }, t('manual.history'))));
    redraw(plans, h('h3', {}, t('manual.our_plans')), view.reached.length === 0 ? h('p', {}, t('manual.no_plans')) : h('ul', { class: 'list' }, view.reached.map(reached)),
      view.more > 0 ? h('p', { class: 'small' }, t('manual.more', { n: view.more })) : null);
    redraw(theirs, h('h3', {}, t('manual.their_plans')), view.theirs.length === 0 ? h('p', {}, t('manual.nothing_theirs')) : h('ul', { class: 'list' }, view.theirs.map((each) => h('li', {},
      h('strong', {}, own(each.label || each.activity)), ' · ', own(each.callsign), ' · ', coded('manual', `state_${each.state}`),
      h('div', { class: 'small' }, t('manual.version', { n: each.version }), ' · ', t('manual.as_said'), ' ', own(each.by), ', ', h('bdi', {}, time(each.claimed)), ' · ', own(each.plan.slice(0, 12)))))),
    may() ? h('div', { class: 'actions' }, h('button', { type: 'button', data: { focus: 'plans' }, on: { click: () => planning() } }, t('manual.enter_plans'))) : null);
    redraw(calls, h('h3', {}, t('manual.calls')), may() ? h('div', { class: 'actions' }, h('button', { type: 'button', data: { focus: 'call' }, on: { click: () => entering(view) } }, t('manual.enter_call'))) : null,
      h('ul', { class: 'list' }, [...view.calls].reverse().map((each) => h('li', {}, h('span', { class: 'tag' }, coded('calls', `precedence_${each.precedence}`)), ' ',
        t(each.mine ? 'manual.we' : 'manual.they'), ' (', own(each.role), '): ', own(each.words), each.code === null ? null : [' ', h('code', { dir: 'ltr' }, each.code)],
        each.code === null ? null : each.heard === null ? [' · ', t('manual.not_read_back')] : each.differs.length === 0 ? [' · ', t('calls.same')]
          : [' · ', h('span', { class: 'tag alarm' }, t('calls.differs', { n: each.differs.length })), ' ', each.differs.join(', ')],
        h('div', { class: 'small' }, when(each))))));
    redraw(rows, h('details', { data: { open: 'said' } }, h('summary', {}, t('manual.all_said', { n: view.rows.length })), said(view.rows)));
  }
  function reached(each) {
    const bad = ['not told', 'objection', 'unclear: send again', 'unable'].includes(each.rung);
    const language = view.language;
    return h('li', { data: { plan: each.plan } }, h('strong', {}, own(each.label || each.reference)), ' · ', t('manual.notice', { reference: each.reference, n: each.version }), ' ',
      h('span', { class: ['tag', bad ? 'warn' : 'good'], data: { rung: each.rung } }, coded('manual', `rung_${code(each.rung)}`)),
      h('div', { class: 'small' }, coded('manual', `rung_means_${code(each.rung)}`), each.last === null ? null : [' · ', h('bdi', {}, time(each.last)), ' · ', t('manual.reported_by_us')],
        each.told !== null && each.told !== each.version ? [' · ', h('strong', {}, t('manual.older_told', { n: each.told }))] : null),
      may() ? h('div', { class: 'actions' },
        h('button', { type: 'button', class: each.rung === 'not told' && 'first', data: { focus: `tell-${each.plan}` }, 'aria-label': `${t('manual.tell')}: ${each.label}`, on: { click: () => telling(t('manual.tell'), `${path}/plans/${api.part(each.plan)}/script`, language,
          ({ role, ...values }, sha256) => api.post(`${path}/plans/${api.part(each.plan)}/told`, { ...values, to: role, sha256 })) } }, t('manual.tell')),
        each.told === null ? null : h('button', { type: 'button', data: { focus: `answer-${each.plan}` }, 'aria-label': `${t('manual.answer')}: ${each.label}`, on: { click: () => hearing(t('manual.answer'),
          ANSWERS.filter((one) => each.rung !== 'unclear: send again' || !NEED_IT_RIGHT.includes(one)).map((one) => [one, coded('manual', `rung_${code(one)}`)]), language,
          ({ role, ...values }, answer) => api.post(`${path}/plans/${api.part(each.plan)}/answer`, { ...values, by: role, answer, version: each.told })) } }, t('manual.answer'))) : null);
  }
  async function joining() {
    const lines = await act(h('button'), () => api.get('/v1/lines'));
    if (lines === undefined) return;
    await dialog(t('manual.joined'), (close) => {
      if (lines.length === 0) return h('p', {}, t('manual.no_line'));
      const line = field('line', t('manual.line'), { kind: 'choice', choices: lines.map((each) => [each.line, each.label ?? each.line.slice(0, 8)]) });
      const at = h('div', {});
      const button = h('button', { type: 'button', class: 'first', on: { click: async () => {
        if (!await sure(t('manual.joined'), t('manual.joined_sure'), t('manual.joined_yes'))) return;
        await act(button, async () => { await api.post(`${path}/joined`, { line: line.value() }); await live.again('/v1/manual'); close(true); }, { at });
      } } }, t('manual.joined_yes'));
      return [h('p', {}, t('manual.joined_means')), line.element, at, h('footer', {}, button)];
    });
  }
  function planning() {
    return dialog(t('manual.enter_plans'), (close) => {
      const file = field('file', t('manual.plan_file'), { kind: 'file', required: true, help: t('manual.plan_file_help') });
      const amend = field('amend', t('manual.amend'), { kind: 'choice', choices: [['', t('manual.new_plans')], ...view.theirs.map((each) => [each.plan, each.label || each.plan.slice(0, 12)])] });
      const by = field('by', t('manual.role'), { required: true, help: t('manual.role_help') });
      const when_ = field('at', t('manual.when'), { kind: 'time', help: t('manual.when_help') });
      const at = h('div', {});
      const send = h('button', { type: 'submit', class: 'first' }, t('manual.enter'));
      return h('form', { novalidate: true, on: { submit: (event) => {
        event.preventDefault();
        act(send, async () => {
          const chosen = file.value();
          file.problem(chosen === null ? t('core.needed') : null);
          by.problem(by.value().trim() === '' ? t('core.needed') : null);
          if (chosen === null || by.value().trim() === '') return;
          const found = await native(chosen);
          if (found.faults.length > 0) {
            file.problem(found.faults.map((each) => h('span', { lang: 'en', dir: 'ltr' }, each.words ?? each.message ?? each.code, ' ')));
            return;
          }
          await api.post(`${path}/plans`, { plans: found.plans, by: by.value().trim(), at: when_.value(), amend: amend.value() || null });
          await live.again('/v1/manual');
          close(true);
        }, { at });
      } } }, file.element, amend.element, by.element, when_.element, h('p', { class: 'small' }, t('manual.for_ever')), at, h('footer', {}, send));
    }, { name: 'plans' });
  }

  const ends = [
    live.use(path, ['line.', 'plan.'], ({ data, problem, stale, at }) => {
      if (data === null) return fill(head, explained(problem));
      view = data;
      draw();
      if (stale && at !== null) head.prepend(h('p', { class: 'card warn' }, t('core.stale', { time: time(at, { seconds: true }) })));
      return undefined;
    }, { every: AGAIN_MS }),
    live.use(`${path}/conflicts`, ['plan.'], ({ data, problem }) => fill(met, h('h3', {}, t('manual.conflicts')), data === null ? explained(problem) : result(data)), { every: 60_000 }),
    live.use(`${path}/cases`, ['plan.'], ({ data, problem }) => fill(cases, h('h3', {}, t('manual.cases')), data === null ? explained(problem)
      : data.length === 0 ? h('p', {}, t('manual.no_cases')) : h('ul', { class: 'list' }, data.map((each) => h('li', {},
        h('a', { href: to('manual', id, each.case) }, own(each.label || each.plan.slice(0, 12)), ' ↔ ', own(each.their_label || each.theirs.slice(0, 12))), ' ',
        h('span', { class: ['tag', each.phase === 'closed' ? 'good' : 'warn'] }, coded('manual', `case_${each.phase}`)))))), { every: 60_000 }),
  ];
  return () => ends.forEach((each) => each());

  function result(found) {
    if (found.theirs === 0) return h('p', { class: 'card warn' }, t('manual.not_checked'));
    if (found.found.length === 0) return h('p', {}, t('core.no_known_conflict', { time: time(found.as_of, { seconds: true }) }), ' · ', coded('manual', `preset_${found.preset}`));
    return h('div', { class: 'card alarm' }, h('strong', {}, t('manual.met', { n: found.found.length, time: time(found.as_of, { seconds: true }) })), h('ul', {}, found.found.map((each) => h('li', {},
      h('a', { href: to('manual', id, each.case) }, own(each.label || each.plan.slice(0, 12)), ' ↔ ', own(each.their_label || each.theirs.slice(0, 12))), ': ',
      coded('manual', `found_${each.found}`), ' · ', span(each.start, each.end), each.in_truth ? null : [' · ', t('manual.only_seen')]))));
  }
}

/** When it was, as was claimed, and when it was entered. */
export const when = (each) => t('manual.claimed', { time: time(each.claimed), entered: time(each.entered) });

/** What was told and answered, in the order in which it was entered. */
export function said(some) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('manual.said') }, h('table', {},
    h('thead', {}, h('tr', {}, ['notice', 'what', 'role', 'when', 'shown'].map((each) => h('th', { scope: 'col' }, t(`manual.column_${each}`))))),
    h('tbody', {}, some.map((each) => h('tr', {},
      h('td', {}, h('bdi', { class: 'mono' }, each.notice.slice(2, 8).toUpperCase()), ' ', String(each.version)),
      h('td', {}, each.answer === null ? [h('span', { lang: 'en', dir: 'ltr' }, each.what ?? ''), ' · ', coded('manual', `read_back_${each.read_back}`)] : coded('manual', `rung_${code(each.answer)}`)),
      h('td', {}, own(each.role)), h('td', {}, when(each)), h('td', {}, h('span', { class: 'tag' }, coded('manual', `shown_${code(each.shown)}`))))))));
}

/** The text of a native document: as it is, or read by the node from any other format; `faults` where it cannot be. */
async function native(file) {
  const text = await file.text();
  if (text.includes('"wideberth.plans/1"')) return { plans: text, faults: [] };
  const found = await api.upload(api.asking('/v1/read-plans', { name: file.name }), await file.arrayBuffer());
  return { plans: JSON.stringify({ schema: 'wideberth.plans/1', plans: found.plans }), faults: found.faults ?? [] };
}
