// One track: what is known of it, and an officer's word on whose it is.

import * as api from '../core/api.js';
import { act, explained, tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { length, place, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { staleNote } from '../core/stale.js';
import { coded, number, t } from '../core/words.js';
import { aged, factsIn, who } from './watch_one.js';

/** A track. Gives what ends it. */
export function trackItem(root, id, { session, lines }) {
  const title = h('h2', { id: 'track-title' }, own(id));
  const [old, known] = [h('div', {}), h('div', {})];
  const claiming = h('div', {});
  const state = { claim: null, plans: [], track: null, past: live.past() };
  fill(root, h('section', { class: 'card warn', 'aria-labelledby': 'track-title' },
    h('div', { class: 'row' }, title, h('a', { href: to('watch') }, t('core.close'))), old, known, claiming));
  const ends = [
    live.use('/v1/watch/tracks', ['alert.', 'track.'], (found) => {
      const { data, problem } = found;
      state.track = data?.find((each) => each.track === id) ?? null;
      fill(old, staleNote(found));
      if (data === null) fill(known, problem === null ? t('core.loading') : explained(problem));
      else if (state.track === null) fill(known, h('p', {}, t('watch.track_gone')));
      else draw(state.track);
      aged(root);
    }, { every: 2_000, present: true }),
  ];
  if (session.roles.includes('officer')) {
    ends.push(live.use('/v1/plans?over=no', ['plan.'], ({ data }) => { state.plans = data ?? state.plans; claim(); }));
    ends.push(live.use('/v1/lines', ['line.'], () => claim()));
    ends.push(live.whenStanding(() => {
      if (live.past() === state.past) return;
      state.past = live.past();
      claim();
    }));
  }

  function draw(each) {
    const name = each.callsign || each.track;
    if (title.textContent !== name) title.replaceChildren(own(name));
    if (known.querySelector('dl') === null) fill(known);
    const rows = [
      ['track', own(each.track, { class: 'mono' })],
      ['whose', [who('', each.party), ' · ', coded('watch', `how_${each.how}`)]],
      ['state', [coded('watch', `state_${each.state}`), ' · ', h('span', { data: { age: each.at } })]],
      ['where', own(`${place(each.lat, each.lon)} ± ${length(each.doubt_m, { up: true })}`)],
      ['position_at', time(each.at, { seconds: true })],
      ['climb', each.climb_m_s === null ? null : own(`${number(each.climb_m_s, 1)} m/s`)],
      ['plan', each.plan === '' ? null : planned(each)],
      ['sources', own(each.sources.join(', '))],
      ['doubts', each.doubts.length === 0 ? null : each.doubts.map((one) => h('div', { class: 'problem' }, coded('watch', `doubt_${one}`)))],
    ].filter(([, text]) => text !== null);
    factsIn(known, rows);
  }

  // an own plan, or what another party has told of one
  function planned(each) {
    if (each.plan.startsWith('p-')) return h('a', { href: to('plans', each.plan) }, own(each.plan));
    const line = lines().find((one) => each.party === (one.label || one.peer));
    return line === undefined ? own(each.plan) : h('a', { href: to('notices', line.line, each.plan) }, own(each.plan));
  }

  // drawn anew only where the choices have changed: somebody may be choosing
  function claim() {
    const named = lines().map((each) => each.label || each.peer);
    const past = live.past() !== null;
    const text = JSON.stringify([named, state.plans.map((each) => each.plan), past]);
    if (text === state.claim) return;
    state.claim = text;
    const before = claiming.querySelector('form')?.fields;
    const party = field('party', t('watch.claim_party'), {
      kind: 'choice', required: true,
      choices: [['', '–'], ['own', t('core.ours')], ...named.map((each) => [each, each]), ['nobody', t('watch.claim_nobody')]],
    });
    const plan = field('plan', t('watch.claim_plan'), {
      kind: 'choice', choices: [['', '–'], ...state.plans.map((each) => [each.plan, each.label || each.callsign || each.plan])],
    });
    for (const [made, was] of [[party, before?.party], [plan, before?.plan]]) {
      if (was && [...made.input.options].some((each) => each.value === was.value())) made.set(was.value());
    }
    plan.element.hidden = party.value() !== 'own';
    party.input.addEventListener('change', () => { plan.element.hidden = party.value() !== 'own'; });
    const withdraw = h('button', { type: 'button' }, t('watch.claim_withdraw'));
    withdraw.addEventListener('click', () => act(withdraw, async () => {
      await api.post('/v1/watch/tracks/claim', { track: id });
      await live.again('/v1/watch');
    }, { done: t('watch.claim_withdrawn') }));
    fill(claiming, h('h3', {}, t('watch.claim')), h('p', { class: 'small soft' }, t('watch.claim_words')), form([party, plan], {
      submit: t('watch.claim_say'),
      more: [withdraw],
      send: async (values) => {
        await api.post('/v1/watch/tracks/claim', { track: id, party: values.party, plan: values.party === 'own' ? values.plan : '' });
        return true;
      },
      done: async () => {
        tell(t('watch.claim_done'));
        await live.again('/v1/watch');
      },
    }));
    if (past) for (const each of claiming.querySelectorAll('button, select')) each.disabled = true;
  }

  return () => {
    for (const each of ends) each();
  };
}
