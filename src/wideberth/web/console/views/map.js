// The map: all that is known here, over time and altitude.

import { explained, tell } from '../core/dialog.js';
import { fill, h, own } from '../core/html.js';
import { place, time } from '../core/format.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { loadGrids } from '../core/place.js';
import { coded, t } from '../core/words.js';
import { kept, named } from '../map/shapes.js';
import { mapView } from '../map/view.js';
import { profile } from './map_profile.js';
import { timeBar } from './map_time.js';
import { askPaste, askPast, askPlace, askVolume, details } from './map_tools.js';
import { trackShapes } from './map_tracks.js';

const KINDS = ['plan', 'notice', 'case', 'site', 'movement', 'policy', 'allotment', 'hold', 'track', 'alert'];
const EVENTS = ['plan.', 'notice.', 'case.', 'site.', 'hold.', 'agreement.', 'declaration.', 'alert.', 'line.', 'entry.shown'];
const TRACK_MS = 1_000;
const AGE_MS = 5_000; // how old a track is is told anew, although nothing is heard of it
const AGAIN_MS = 60_000; // what begins or ends is read again, although nothing happened
const HIDDEN = 'wideberth.map.hidden';
const PLANNING = ['officer', 'planner'];
const DAY_MIN = 1_440;

/** Whether an allotment counts at a moment: minutes of the day in UTC, from and until. */
export function inHours(hours, at) {
  if (hours === null || hours === undefined || at === null) return true;
  const [from, until] = hours;
  const minute = Math.floor(at / 60_000) % DAY_MIN;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

function hidden() {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(HIDDEN) ?? '[]'));
  } catch {
    return new Set();
  }
}

export async function show(root, { session, query = {} }) {
  const may = session.roles.some((each) => PLANNING.includes(each));
  const ends = [];
  const off = hidden();
  const frame = h('div', { class: 'map-here' });
  const list = h('div', { class: 'map-list', role: 'region', 'aria-label': t('map.shapes') });
  const chosen = h('section', { class: 'map-chosen', 'aria-live': 'polite' });
  const standing = h('p', { class: 'map-standing small', role: 'status' });
  const cursor = h('p', { class: 'map-cursor small', dir: 'ltr' });
  const layers = h('fieldset', { class: 'map-layers' }, h('legend', {}, t('map.layers')));
  const bars = h('div', { class: 'map-below' });
  const tools = h('div', { class: 'map-tools', role: 'toolbar', 'aria-label': t('map.tools') });
  fill(root, h('header', { class: 'map-head' }, h('h1', {}, t('shell.view_map')), tools, standing),
    h('div', { class: 'map-view' }, h('div', { class: 'map-main' }, frame, bars), h('aside', { class: 'map-side' }, layers, chosen, list)));
  await loadGrids();

  const view = await mapView(frame, { list });
  ends.push(() => view.end());
  if (!root.isConnected) {
    view.end();
    return () => {};
  }
  frame.querySelector('.map-frame').append(cursor);
  const byKind = new Map(KINDS.map((each) => [each, []]));
  let at = null;
  let selected = null;
  let inView = [];

  const heights = profile({ picked: pick });
  ends.push(heights.end);
  const bar = timeBar({
    changed: (moment) => {
      at = moment;
      view.at(moment);
      view.set('allotment', byKind.get('allotment').filter((each) => inHours(each.hours, moment)));
      tracksShown();
      again();
    },
    moments: () => [...byKind.values()].flat().flatMap((each) => [each.start, each.end]).filter(Boolean).map((each) => Date.parse(each)),
  });
  ends.push(bar.end);
  bars.append(bar.element, heights.element);

  // what is in view, whenever it is

  const present = () => (live.past() === null ? live.now() : Date.parse(live.past()));
  let waiting = null;
  function again() {
    waiting ??= setTimeout(() => {
      waiting = null;
      heights.show(inView, at, present(), selected);
    }, 60);
  }
  ends.push(() => clearTimeout(waiting));
  let before = '';
  ends.push(view.whenMoved((found) => {
    inView = found.filter(({ kind }) => kind !== 'track');
    // tracks move each second: the heights of the rest stay as they are
    const ids = inView.map(({ id, end }) => id + end).join();
    if (ids === before) return;
    before = ids;
    again();
  }));
  function pick(shape) {
    if (selected === shape.id && shape.href && chosen.childElementCount > 0) {
      location.hash = shape.href;
      return;
    }
    selected = shape.id;
    view.choose(shape.id);
    chosen.dataset.id = shape.id;
    fill(chosen, details(shape, { named, state: said(shape) }));
    again();
  }
  ends.push(view.pick(pick));
  const said = (shape) => (shape.state ? coded('map', `state_${shape.state.replaceAll(' ', '_')}`) : '');

  // layers

  function layer(kind) {
    const input = h('input', {
      type: 'checkbox', checked: !off.has(kind), on: {
        change: () => {
          if (input.checked) off.delete(kind);
          else off.add(kind);
          sessionStorage.setItem(HIDDEN, JSON.stringify([...off]));
          view.show(kind, input.checked);
        },
      },
    });
    const count = h('span', { class: 'soft', data: { count: kind } });
    layers.append(h('label', { class: ['small', `key-${kind}`] }, input, ' ', coded('map', `layer_${kind}`), ' ', count));
  }
  KINDS.forEach(layer);
  layers.append(h('p', { class: 'map-key small soft' }, h('span', { class: 'key ours' }, t('map.whose_ours')), h('span', { class: 'key theirs' }, t('map.whose_theirs')),
    h('span', { class: 'key coarse' }, t('map.level_coarse')), h('span', { class: 'key inferred' }, t('map.level_inferred'))));

  function put(kind, shapes) {
    byKind.set(kind, shapes);
    view.set(kind, kind === 'allotment' ? shapes.filter((each) => inHours(each.hours, at)) : shapes);
    view.show(kind, !off.has(kind));
    counted(kind, shapes.length);
    retold();
  }
  const counted = (kind, n) => fill(layers.querySelector(`[data-count=${kind}]`), `(${n})`);

  // what is told of the chosen one goes on with it; where it is gone, that is said
  function retold() {
    const before = chosen.querySelector('dl');
    const kind = selected?.split(':')[0];
    if (before === null || chosen.dataset.id !== selected || !byKind.has(kind)) return;
    const shape = byKind.get(kind).find(({ id }) => id === selected);
    const gone = chosen.querySelector('.map-gone');
    if (shape === undefined) {
      if (gone === null) before.before(h('p', { class: 'small problem map-gone' }, t('map.gone', { time: time(live.now(), { seconds: true }) })));
      return;
    }
    gone?.remove();
    const made = details(kept(shape), { named, state: said(shape) }).find((each) => each?.tagName === 'DL');
    if (!made.isEqualNode(before)) before.replaceWith(made);
  }

  // what there is

  let tracks = null; // not known
  let told = 0; // when their ages were
  function tracksShown() {
    // where they are now: at another moment they were elsewhere
    const now = live.past() === null && bar.element.dataset.now === 'true';
    const some = tracks !== null && now ? trackShapes(tracks, live.now()) : [];
    told = performance.now();
    if (some.length > 0 || byKind.get('track').length > 0) put('track', some);
    counted('track', tracks === null && now ? t('core.unknown') : some.length);
    frame.dataset.tracks = now ? 'shown' : 'hidden';
  }
  let first = true;
  ends.push(live.use('/v1/map', EVENTS, ({ data, problem, at: read, stale }) => {
    if (data === null) {
      fill(standing, problem === null ? '' : h('strong', { class: 'problem' }, `${t('map.failed')} `), problem === null ? '' : h('span', { lang: 'en', dir: 'ltr' }, problem.detail));
      return;
    }
    for (const kind of KINDS) if (kind !== 'track') put(kind, data.shapes.filter((each) => each.kind === kind));
    for (const kind of data.missing) counted(kind, '–'); // not for this account: none is known, and nothing is said
    fill(standing, stale ? h('strong', { class: 'problem' }, t('core.stale', { time: time(read, { seconds: true }) }), ' ') : null,
      t('map.as_known', { time: time(data.as_of, { seconds: true, now: live.now() }), n: data.shapes.length }),
      data.missing.length > 0 ? ` ${t('map.not_for_you')}` : '', ` ${t('map.no_permission')}`);
    frame.dataset.read = String(read);
    if (!first) return;
    first = false;
    if (query.at) {
      const found = query.at.split(',').map(Number);
      if (found.length === 2 && found.every(Number.isFinite)) view.go(found[0], found[1]);
    } else view.fit();
    if (query.shape) {
      const found = [...byKind.values()].flat().find((each) => each.id === query.shape);
      if (found) view.fit([found]);
    }
    frame.dataset.ready = 'yes';
  }, { every: AGAIN_MS }));
  ends.push(live.use('/v1/watch/tracks', ['alert.'], ({ data, stale }) => {
    tracks = stale ? null : data;
    tracksShown();
  }, { every: TRACK_MS, present: true }));

  // what one does

  const moved = (event) => fill(cursor, own(t('map.pointer')), ' ', own(place(event.lngLat.lat, wrapped(event.lngLat.lng)), { dir: 'ltr' }));
  view.map.on('mousemove', moved);
  const centred = () => {
    const { lat, lng } = view.map.getCenter();
    fill(cursor, own(t('map.middle')), ' ', own(place(lat, wrapped(lng)), { dir: 'ltr' }));
  };
  view.map.on('move', centred);
  centred();

  async function draw(kind) {
    const volume = await view.draw(kind);
    if (volume !== null) await offer([volume]);
  }
  const offer = (volumes) => offered(volumes).catch((problem) => tell(explained(problem), 'problem'));
  async function offered(volumes) {
    if (volumes.length === 0) return;
    const drawn = await import('../core/api.js').then(({ post }) => post('/v1/shapes', { volumes }));
    const shapes = drawn.map((each, n) => ({ id: `draft:${n}`, kind: 'draft', whose: 'ours', level: 'full', label: t('map.kind_draft'), state: '', ...each }));
    view.set('draft', shapes);
    view.fit(shapes);
    if (volumes.length === 1) {
      await askVolume(volumes[0], { may: may && live.past() === null });
      view.set('draft', []);
    } else {
      fill(chosen, h('p', {}, t('map.pasted', { n: volumes.length })), volumes.slice(0, 20).map((each, n) => h('p', {},
        h('button', { type: 'button', on: { click: () => askVolume(each, { may: may && live.past() === null }) } }, t('map.volume_n', { n: n + 1 })))));
    }
  }
  const toPlace = () => askPlace(({ lat, lon }, text) => {
    view.set('place', [{ id: 'place', kind: 'draft', whose: '', level: 'full', label: text, state: '', start: null, end: null, lower: null, upper: null, geometry: { type: 'Point', coordinates: [lon, lat] } }]);
    view.go(lat, lon, Math.max(view.map.getZoom(), 9));
  });
  const button = (words, does, press = null, about = {}) => h('button', { type: 'button', ...about, on: { click: does } }, words,
    press === null ? null : [' ', h('kbd', { 'aria-hidden': 'true' }, press)]);
  tools.append(
    button(t('map.go_to'), toPlace, '/'),
    button(t('map.draw_measure'), () => view.draw('measure'), 'm'),
    button(t('map.draw_polygon'), () => draw('polygon'), may ? 'n' : null), button(t('map.draw_circle'), () => draw('circle')),
    button(t('map.draw_corridor'), () => draw('corridor')), button(t('map.paste'), () => askPaste(offer)),
    button(t('map.show_all'), () => view.fit(), 'f'), button(t('map.as_of_short'), askPast));
  ends.push(key('/', 'map.go_to', toPlace), key('m', 'map.draw_measure', () => view.draw('measure')), key('n', 'map.draw_polygon', () => draw('polygon')),
    key('f', 'map.show_all', () => view.fit()), key('.', 'map.key_next', bar.next), key(',', 'map.key_previous', bar.previous),
    key('p', 'map.play', bar.play), key('0', 'map.now', bar.now));
  put('track', []);
  tracksShown();
  let seenAs = live.past();
  ends.push(live.whenStanding(() => {
    if (live.past() === seenAs) {
      if (tracks !== null && tracks.length > 0 && performance.now() - told >= AGE_MS) tracksShown();
      return;
    }
    // another moment is the present one now: tracks are known of the true one only
    seenAs = live.past();
    bar.now();
    tracksShown();
  }));
  bar.begin();

  return () => {
    for (const each of ends) each();
  };
}

const wrapped = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;
