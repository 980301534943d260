// A case on a manual line: what is offered, told and accepted by voice, mail or paper; all as reported by us.

import * as api from '../core/api.js';
import { act, dialog, explained, sure } from '../core/dialog.js';
import { field } from '../core/form.js';
import { height, lasting, span, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { coded, t } from '../core/words.js';
import { said } from './manual_one.js';
import { entered, hearing, telling } from './manual_say.js';
import { redraw } from './sites_shared.js';

const LIVE = ['open', 'accepted'];
const TINY_M = 1e-6; // whole feet stay whole: 7 ft are 2.1336 m, and not 6.99… ft

/** A change in words. */
export function change(found) {
  if (found.cancel) return t('manual.change_cancel');
  if (found.delay_ms !== undefined && found.delay_ms !== null) return t(found.delay_ms > 0 ? 'manual.change_later' : 'manual.change_earlier', { time: lasting(found.delay_ms) });
  if (found.lift_dmm !== undefined && found.lift_dmm !== null) return t(found.lift_dmm > 0 ? 'manual.change_higher' : 'manual.change_lower', { height: height(Math.abs(found.lift_dmm) / 10_000 + TINY_M) });
  return t('manual.change_area', { n: found.volumes?.length ?? 0 });
}

export function oneCase(root, manual, id, session) {
  const officer = session.roles.includes('officer');
  const path = `/v1/manual/${api.part(manual)}/cases/${api.part(id)}`;
  const box = h('div', {});
  fill(root, box);
  let language = null; // of the manual line, once it is known
  const may = () => officer && live.past() === null;
  const enter = (body) => api.post(`${path}/said`, body);
  const spoken = () => act(h('button'), async () => {
    language ??= (await api.get(`/v1/manual/${api.part(manual)}`)).language;
    return language;
  });

  const button = (words, does, kind = null) => h('button', { type: 'button', class: kind, on: { click: does } }, words);
  const tell = (words, what, n) => button(words, async () => {
    const inIt = await spoken();
    if (inIt === undefined) return;
    await telling(words, api.asking(`${path}/script`, { said: what, proposal: n }), inIt,
      (values, sha256) => accepting({ ...values, said: what, mine: true, sha256, proposal: n }));
  });
  const hear = (words, what, n, kind = null) => button(words, async () => {
    const inIt = await spoken();
    if (inIt === undefined) return;
    await hearing(words, null, inIt, (values) => accepting({ ...values, said: what, mine: false, proposal: n }), { readBack: true });
  }, kind);
  // what would make another conflict is entered only by who says so
  async function accepting(body) {
    try {
      return await enter(body);
    } catch (problem) {
      if (body.said !== 'accept' || problem.code !== 'case.would_conflict') throw problem;
      if (!await sure(t('manual.anyway'), t('manual.anyway_means'), t('manual.anyway_yes'), { danger: true })) throw problem;
      return enter({ ...body, anyway: true });
    }
  }

  function draw(view, stale, at) {
    const name = [own(view.label || view.plan.slice(0, 12)), ' ↔ ', own(view.their_label || view.theirs.slice(0, 12))];
    redraw(box, h('p', {}, h('a', { href: to('manual', manual), data: { focus: 'back' } }, t('manual.back'))),
      stale && at !== null ? h('p', { class: 'card warn' }, t('core.stale', { time: time(at, { seconds: true }) })) : null,
      h('h2', {}, name), h('p', {}, h('span', { class: ['tag', view.phase === 'closed' ? 'good' : 'warn'], data: { phase: view.phase } }, coded('manual', `case_${view.phase}`)), ' ', coded('manual', `case_means_${view.phase}`),
        ' · ', h('span', { class: 'tag' }, t('manual.reported_by_us'))),
      view.found === null ? h('p', {}, t('manual.no_conflict_now')) : h('p', { class: 'card alarm' }, coded('manual', `found_${view.found}`), ' · ', span(view.start, view.end)),
      view.may_tell ? null : h('p', { class: 'card warn' }, t('manual.nothing_told')),
      h('dl', { class: 'facts' }, h('dt', {}, t('manual.our_plan')), h('dd', {}, own(view.label || view.plan), ' · ', t('manual.version', { n: view.version })),
        h('dt', {}, t('manual.their_plan')), h('dd', {}, own(view.their_label || view.theirs), ' · ', t('manual.version', { n: view.their_version })),
        h('dt', {}, t('manual.reference')), h('dd', {}, own(view.reference))),
      may() && view.may_tell ? h('div', { class: 'actions' }, view.phase === 'closed' ? tell(t('manual.tell_closed'), 'closed', null) : tell(t('manual.tell_conflict'), 'told', null)) : null,
      h('h3', {}, t('manual.proposals')), view.proposals.length === 0 ? h('p', {}, t('manual.no_proposals')) : h('ul', { class: 'list' }, view.proposals.map(offer)),
      may() && view.phase !== 'closed' ? proposing(view) : null,
      h('details', { data: { open: 'said' } }, h('summary', {}, t('manual.all_said', { n: view.said.length })), said(view.said)));
  }
  function offer(each) {
    const open = LIVE.includes(each.status) && may();
    return h('li', { data: { proposal: each.n } }, h('strong', {}, `${each.n}. `, t(each.mine ? 'manual.we_offer' : 'manual.they_offer'), ': ', t(each.ours ? 'manual.our_plan' : 'manual.their_plan'), ' ', change(each.change)), ' ',
      h('span', { class: ['tag', each.status === 'final' ? 'good' : 'warn'], data: { status: each.status } }, coded('manual', `status_${each.status}`)),
      h('div', { class: 'small' }, coded('manual', `status_means_${each.status}`), each.mine && !each.told ? [' · ', h('strong', {}, t('manual.offer_untold'))] : null),
      open ? h('div', { class: 'actions' }, each.mine
        ? [tell(t('manual.tell_offer'), 'told', each.n), hear(t('manual.they_accept'), 'accept', each.n, 'first'), hear(t('manual.they_decline'), 'decline', each.n), tell(t('manual.we_retract'), 'retract', each.n)]
        : [tell(t('manual.we_accept'), 'accept', each.n), tell(t('manual.we_decline'), 'decline', each.n), hear(t('manual.they_retract'), 'retract', each.n)]) : null);
  }
  function proposing(view) {
    return h('div', { class: 'card' }, h('h3', {}, t('manual.propose')), ['ours', 'theirs'].map((side) => (view.clears[side] === undefined ? null : h('div', {}, h('p', { class: 'small' }, t(side === 'ours' ? 'manual.clears_ours' : 'manual.clears_theirs')),
      view.clears[side].length === 0 ? h('p', {}, t('manual.clears_nothing')) : h('div', { class: 'actions' }, view.clears[side].map((each) => {
        const at = h('span', {});
        const made = button(change(each), () => act(made, async () => {
          await api.post(`${path}/propose`, { change: each, mine: true, ours: side === 'ours' });
          await live.again('/v1/manual');
        }, { at }));
        made.dataset.clears = side;
        return [made, at];
      }))))), h('div', { class: 'actions' }, button(t('manual.propose_other'), () => other())));
  }
  /** Any change in steps, by us or by them, of either plan. */
  async function other() {
    const inIt = await spoken();
    if (inIt === undefined) return;
    await dialog(t('manual.propose_other'), (close) => {
      const by = field('by', t('manual.who_offers'), { kind: 'choice', choices: [['we', t('manual.we_offer')], ['they', t('manual.they_offer')]] });
      const whose = field('whose', t('manual.whose_plan'), { kind: 'choice', choices: [['ours', t('manual.our_plan')], ['theirs', t('manual.their_plan')]] });
      const what = field('what', t('manual.change'), { kind: 'choice', choices: ['later', 'earlier', 'higher', 'lower', 'cancel'].map((each) => [each, coded('manual', `kind_${each}`)]) });
      const size = field('size', t('manual.size'), { kind: 'number', value: 15, help: t('manual.size_help') });
      const who = entered({ language: inIt });
      const theirs = h('div', { hidden: true }, who.elements);
      const at = h('div', {});
      const send = h('button', { type: 'submit', class: 'first' }, t('manual.enter'));
      by.input.addEventListener('change', () => { theirs.hidden = by.value() === 'we'; });
      what.input.addEventListener('change', () => {
        size.element.hidden = what.value() === 'cancel';
        size.set(['higher', 'lower'].includes(what.value()) ? 500 : 15);
      });
      return h('form', { novalidate: true, on: { submit: (event) => {
        event.preventDefault();
        const mine = by.value() === 'we';
        if (!mine && !who.whole()) return;
        const n = size.value();
        size.problem(what.value() === 'cancel' || n > 0 ? null : t('core.needed'));
        if (what.value() !== 'cancel' && !(n > 0)) {
          size.input.focus();
          return;
        }
        const changes = { later: { delay_ms: n * 60_000 }, earlier: { delay_ms: -n * 60_000 }, higher: { lift_dmm: n * 3_048 }, lower: { lift_dmm: -n * 3_048 }, cancel: { cancel: true } };
        act(send, async () => {
          await api.post(`${path}/propose`, { change: changes[what.value()], mine, ours: whose.value() === 'ours', ...(mine ? {} : who.values()) });
          await live.again('/v1/manual');
          close(true);
        }, { at });
      } } }, by.element, whose.element, what.element, size.element, theirs, at, h('footer', {}, send));
    });
  }
  return live.use(path, ['plan.'], ({ data, problem, stale, at }) => (data === null ? fill(box, explained(problem)) : draw(data, stale, at)), { every: 30_000 });
}
