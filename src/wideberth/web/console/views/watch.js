// Live tracks: alerts and what to do about each, what is heard and how old it is, and where it comes from.

import { explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { lasting, length, place, time } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { staleNote } from '../core/stale.js';
import { coded, number, t } from '../core/words.js';
import { alertItem, aged, nextStep, who } from './watch_one.js';
import { trackItem } from './watch_track.js';

const READERS = ['observer', 'officer', 'planner', 'releasing'];
const TRACKS_MS = 2_000;
const KNOT = 0.514444;
const MOST = 500; // tracks that are listed

export function show(root, { rest: [part, wanted], session }) {
  const mayAlerts = session.roles.some((each) => READERS.includes(each));
  const state = { alerts: null, tracks: null, sources: null, watch: null, lines: [], found: null };
  const item = h('div', { class: 'watch-item' });
  const head = h('div', { class: 'watch-head', role: 'status' });
  const [alertsOld, tracksOld, sourcesOld] = [h('div', {}), h('div', {}), h('div', {})];
  const alerts = h('ul', { class: 'list', 'aria-label': t('watch.alerts') });
  const over = field('over', t('watch.over'), { kind: 'check' });
  const filter = field('filter', t('watch.filter'), {});
  const tracks = h('tbody', {});
  const sources = h('div', {});
  const count = h('p', { class: 'small soft' });
  const table = h('div', { class: 'scroll', hidden: true }, h('table', {},
    h('thead', {}, h('tr', {}, ['track', 'whose', 'age', 'where', 'altitude', 'moves', 'plan', 'from'].map((each) => h('th', { scope: 'col' }, t(`watch.col_${each}`))))),
    tracks));
  root.append(h('h1', {}, t('watch.title')), head, item,
    h('section', { class: 'card' }, h('h2', {}, t('watch.alerts')), mayAlerts ? [over.element, alertsOld, alerts] : h('p', {}, t('watch.alerts_not'))),
    h('section', { class: 'card' }, h('h2', {}, t('watch.tracks')), filter.element, tracksOld, count, table),
    h('section', { class: 'card' }, h('h2', {}, t('watch.sources')), sourcesOld, sources));

  let endAlerts = null;
  const ends = [
    live.use('/v1/watch', ['alert.', 'track.'], (found) => { state.watch = found.data; state.found = found; draw(); }, { every: 5_000, present: true }),
    live.use('/v1/lines', ['line.'], ({ data }) => { state.lines = data ?? state.lines; }),
    live.use('/v1/watch/tracks', ['alert.', 'track.'], (found) => { state.tracks = found; draw(); }, { every: TRACKS_MS, present: true }),
    live.use('/v1/watch/sources', ['alert.'], (found) => { state.sources = found; draw(); }, { every: 5_000, present: true }),
    live.whenStanding(() => aged(root)),
    key('/', 'watch.filter', () => filter.input.focus()),
  ];
  filter.input.addEventListener('input', draw);
  over.input.addEventListener('change', listen);
  if (mayAlerts) listen();
  let endItem = null;
  if (part === 'alerts' && wanted !== undefined && mayAlerts) endItem = alertItem(item, wanted, { session, lines: () => state.lines });
  else if (part === 'tracks' && wanted !== undefined) endItem = trackItem(item, wanted, { session, lines: () => state.lines });

  function listen() {
    endAlerts?.();
    endAlerts = live.use(over.value() ? '/v1/watch/alerts?over=yes' : '/v1/watch/alerts', ['alert.', 'track.'], (found) => {
      state.alerts = found;
      draw();
    }, { every: 2_000 });
  }

  // what could not be read again says so where it stands, once
  function noted(at, found) {
    const said = found?.stale && found.data !== null ? `${found.at} ${found.problem?.code ?? ''}` : '';
    if ((at.dataset.said ?? '') === said) return;
    at.dataset.said = said;
    fill(at, said === '' ? null : staleNote(found), said === '' || found.problem === null ? null : explained(found.problem));
  }

  function draw() {
    headline();
    noted(alertsOld, state.alerts);
    noted(tracksOld, state.tracks);
    noted(sourcesOld, state.sources);
    if (state.alerts !== null) {
      const { data, problem } = state.alerts;
      if (data === null) fill(alerts, h('li', {}, problem === null ? t('core.loading') : explained(problem)));
      else if (data.length === 0) fill(alerts, h('li', {}, t('watch.alerts_none')));
      else keep(alerts, data.map(({ last: _, heard: __, other_heard: ___, ...each }) => each), (each) => each.alert, alertRow);
    }
    if (state.tracks?.data) drawTracks(state.tracks.data);
    else if (state.tracks?.problem) fill(count, explained(state.tracks.problem));
    if (state.sources?.data) drawSources(state.sources.data);
    else if (state.sources?.problem) fill(sources, explained(state.sources.problem));
    aged(root);
  }

  function headline() {
    if (state.watch === null) {
      if (state.found?.problem) fill(head, explained(state.found.problem));
      return;
    }
    const { open, waiting, tracks: heard, look_ahead_s: ahead, compared, dropped } = state.watch;
    const { stale, at } = state.found;
    // lost ones are not heard; and as of when it was read, where it cannot be read now
    const live_ = (state.tracks?.data ?? []).filter((each) => each.state === 'live').length;
    const known = state.tracks?.data ? live_ : heard;
    const said = waiting > 0 ? t('watch.head_waiting', { n: waiting }) : open > 0 ? t('watch.head_open', { n: open })
      : known === 0 ? t('watch.head_nothing') : t('core.no_known_conflict', { time: time(stale ? at : live.now(), { seconds: true }) });
    const text = JSON.stringify([waiting, open, heard, known === 0, dropped, stale, stale ? at : null]);
    if (head.dataset.said === text) {
      // the time goes on, and is not read out each time
      head.querySelector('.watch-said').textContent = said;
      return;
    }
    head.dataset.said = text;
    fill(head, staleNote(state.found),
      h('p', { class: waiting > 0 ? 'watch-waiting' : '' }, h('strong', { class: 'watch-said', 'aria-live': waiting + open === 0 ? 'off' : null }, said)),
      h('p', { class: 'small soft' }, heard === 0 ? null : t('watch.head_facts', { tracks: heard, ahead: lasting(ahead * 1_000) }), ' ',
        h('span', { lang: 'en', dir: 'ltr' }, compared)),
      dropped > 0 ? h('p', { class: 'problem' }, t('watch.head_dropped', { n: dropped })) : null);
  }

  function alertRow(each) {
    const loud = each.phase === 'raised' && each.acknowledged === null;
    return h('li', { class: loud ? 'card alarm' : '' },
      h('a', { href: to('watch', 'alerts', each.alert), 'aria-current': each.alert === wanted ? 'true' : null, data: { focus: 'a' } }, coded('watch', `kind_${each.kind}`)), ' ',
      h('span', { class: ['tag', loud ? 'alarm' : each.phase === 'cleared' ? 'soft' : 'warn'] }, coded('watch', `phase_${each.phase}`)), ' ',
      each.acknowledged === null ? null : h('span', { class: 'tag good' }, t('watch.taken_by', { role: each.acknowledged_by })),
      h('div', {}, who(each.callsign || each.track, each.party), each.other === '' ? null : [' – ', who(each.other_name || each.other, each.other_party)]),
      each.phase === 'cleared' ? h('div', { class: 'small soft' }, coded('watch', `why_${each.why}`))
        : h('div', {}, h('strong', {}, t('watch.next')), ' ', nextStep(each), ' · ', h('span', { class: 'small', data: { until: each.at } })));
  }

  function drawTracks(all) {
    const said = filter.value().trim().toLowerCase();
    const found = all.filter((each) => said === '' || [each.track, each.callsign, each.party, each.plan, ...each.sources].some((one) => one.toLowerCase().includes(said)));
    const states = ['live', 'stale', 'lost'].map((each) => `${coded('watch', `state_${each}`)} ${number(all.filter((one) => one.state === each).length)}`);
    table.hidden = all.length === 0;
    fill(count, all.length === 0 ? t('watch.tracks_none') : states.join(' · '),
      found.length > MOST ? h('strong', { class: 'problem' }, ' ', t('watch.tracks_more', { n: found.length - MOST })) : null);
    keep(tracks, found.slice(0, MOST), (each) => each.track, trackRow);
  }

  function trackRow(each) {
    const moves = [each.speed_m_s === null ? null : `${number(each.speed_m_s / KNOT)} kt`, each.course_deg === null ? null : `${String(Math.round(each.course_deg) % 360).padStart(3, '0')}°`];
    return h('tr', { class: each.state },
      h('th', { scope: 'row' }, h('a', { href: to('watch', 'tracks', each.track), 'aria-current': each.track === wanted ? 'true' : null, data: { focus: 'a' } }, own(each.callsign || each.track)),
        h('div', { class: 'small soft' }, coded('watch', `track_${each.kind}`), each.callsign === '' ? null : [' ', own(each.track, { class: 'mono' })])),
      h('td', {}, who('', each.party), h('div', { class: 'small soft' }, coded('watch', `how_${each.how}`))),
      h('td', {}, h('span', { class: ['tag', each.state === 'live' ? 'good' : each.state === 'stale' ? 'warn' : 'alarm'] }, coded('watch', `state_${each.state}`)), ' ',
        h('span', { data: { age: each.at } }),
        each.doubts.map((one) => h('div', { class: 'small problem' }, coded('watch', `doubt_${one}`)))),
      h('td', {}, own(place(each.lat, each.lon)), h('div', { class: 'small soft' }, `± ${length(each.doubt_m, { up: true })}`)),
      h('td', {}, each.altitude === null ? t('watch.not_said') : own(`${number(each.altitude.value)} ${each.altitude.unit} ${each.altitude.datum}`)),
      h('td', {}, own(moves.filter((one) => one !== null).join(', '))),
      h('td', {}, own(each.plan.slice(0, 14), { title: each.plan })),
      h('td', {}, own(each.sources.join(', '))));
  }

  function drawSources(all) {
    if (all.length === 0) {
      fill(sources, h('p', {}, t('watch.sources_none')));
      return;
    }
    const row = (each) => h('tr', {}, h('th', { scope: 'row' }, own(each.name), h('div', { class: 'small soft' }, own(each.url, { class: 'mono' }))),
      h('td', {}, h('span', { class: ['tag', each.state === 'live' ? 'good' : each.state === 'file' ? 'soft' : 'alarm'] }, coded('watch', `source_${each.state}`)),
        each.words === '' ? null : h('div', { class: 'small', lang: 'en', dir: 'ltr' }, each.words)),
      h('td', {}, each.heard === null ? t('watch.never') : h('span', { data: { age: each.heard } })),
      h('td', {}, number(each.reports)), h('td', {}, number(each.faults)), h('td', {}, number(each.dropped)));
    fill(sources, h('div', { class: 'scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['source', 'health', 'heard', 'reports', 'faults', 'dropped'].map((each) => h('th', { scope: 'col' }, t(`watch.col_${each}`))))),
      h('tbody', {}, all.map(row)))));
  }

  return () => {
    endAlerts?.();
    endItem?.();
    for (const each of ends) each();
  };
}
