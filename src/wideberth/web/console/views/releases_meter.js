// What a recipient could infer: figures before and after, each place drawn to scale, and the smallest grid that helps.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { height, lasting, length, span, time } from '../core/format.js';
import { fill, h, own, svg } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { number, t } from '../core/words.js';
import { up } from './releases_draft.js';
import { code, facts, ltr, mayAct, table } from './told_parts.js';

const METRE_PER_MILE = 1852;
const METRE_PER_FOOT = 0.3048;
const SIDE = 96; // of a picture, in its own units
const MOST = 60; // places that are drawn: the rest is in the node's own text

const moment = (value, { records }) => (records === 0 ? t('core.unknown') : value === null ? t('core.unbounded') : ltr(time(value, { now: live.now() })));

/** Square metres as people read them: km² from a tenth on. */
const area = (m2) => (m2 === null ? t('core.unknown') : m2 < 100_000 ? ltr(`${number(m2)} m²`) : ltr(`${number(m2 / 1e6, 2)} km²`));

/** Draw it into `box`. `path`: of the release; `amends`: whether it can still be drawn up anew. */
export function meter(box, path, release, amends) {
  const made = h('div', { 'aria-live': 'polite' });
  let asked = 0;
  async function load(wanted = { extent: '', window: '' }) {
    const turn = ++asked;
    const found = await api.get(api.asking(`${path}/meter`, wanted));
    if (turn === asked) fill(made, drawn(found, release, amends));
    return found;
  }
  const asking = form([
    field('extent', t('releases.no_ground'), { ltr: true, value: '10NM' }),
    field('window', t('releases.no_window'), { ltr: true, value: '1h' }),
  ], { submit: t('releases.measure'), send: (values) => load({ extent: values.extent.trim(), window: values.window.trim() }) });
  fill(box, h('h2', { id: 'meter' }, t('releases.meter')), h('p', { class: 'small soft' }, t('releases.meter_help')), made,
    h('details', {}, h('summary', {}, t('releases.other_wish')), asking));
  fill(made, h('p', {}, t('core.loading')));
  load().catch((problem) => { if (asked === 1) fill(made, explained(problem)); });
}

function drawn(found, release, amends) {
  const { before, after } = found;
  const figures = [
    [t('releases.records_known'), number(before.records), number(after.records)],
    [t('releases.places_least'), number(before.places), number(after.places)],
    [t('releases.repeats'), number(before.repeats), number(after.repeats)],
    [t('releases.earliest'), moment(before.earliest, before), moment(after.earliest, after)],
    [t('releases.latest'), moment(before.latest, before), moment(after.latest, after)],
    [t('releases.shortest'), lasts(before.shortest_s), h('strong', {}, lasts(after.shortest_s))],
    [t('releases.smallest'), area(before.smallest_m2), h('strong', {}, area(after.smallest_m2))],
  ];
  const places = [...found.places].sort((one, other) => (one.number === null) - (other.number === null) || one.after.area_m2 - other.after.area_m2).slice(0, MOST);
  const tight = places.find((each) => each.number !== null) ?? places[0];
  const widest = Math.max(found.wanted_m, ...places.flatMap((each) => [each.after, each.before].filter(Boolean)
    .flatMap((cell) => [cell.east_west_m, cell.north_south_m])));
  return [
    facts([[t('releases.known_to'), own(found.recipients.join(', '))]]),
    suggested(found, release, amends),
    tight === undefined ? null : h('p', {}, h('strong', {}, t('releases.tightest')), ' ', named(tight, release), ' · ', extent(tight.after), ' · ', area(tight.after.area_m2), ' · ', ltr(span(from(tight.after), tight.after.until, { now: live.now() }))),
    [h('h3', {}, t('releases.figures')), table(t('releases.figures'), [t('releases.figure'), t('releases.before'), t('releases.after')], figures)],
    places.length === 0 ? null : [h('h3', {}, t('releases.places')),
      h('p', { class: 'small soft' }, t('releases.picture_help', { length: length(found.wanted_m) })),
      h('ul', { class: 'places' }, places.map((each) => h('li', { class: each === tight && 'tightest' }, picture(each, found.wanted_m, widest), told(each, release))))],
    h('details', {}, h('summary', {}, t('releases.in_lines')), h('pre', { class: 'exact', lang: 'en', tabindex: '0' }, found.text)),
  ];
}

const from = (cell) => cell.from_ ?? cell.from ?? null;
const lasts = (s) => (s === null ? t('core.unknown') : lasting(s * 1_000));
const extent = (cell) => t('releases.extent', { ns: length(cell.north_south_m), ew: length(cell.east_west_m) });

function named(place, release) {
  if (place.number === null) return t('releases.earlier_only');
  const record = release.records.find((each) => each.number === place.number);
  return [t('releases.record_n', { n: place.number }), ' ', record?.title ? own(record.title) : null];
}

function suggested(found, release, amends) {
  const words = t(`releases.outcome_${code(found.outcome)}`, { length: length(found.wanted_m), time: lasting(found.wanted_s * 1_000) });
  const { grid } = found;
  const cells = grid === null ? null : [length(grid.h_m, { up: true }), height(grid.v_m, { up: true }), lasting(grid.t_s * 1_000)].join(' · ');
  const again = () => {
    location.hash = `#/releases/${encodeURIComponent(release.release)}/amend?${new URLSearchParams({
      h: up(grid.h_m / METRE_PER_MILE), v: up(grid.v_m / METRE_PER_FOOT), t: up(grid.t_s / 3_600) })}`;
  };
  return h('div', { class: ['card', found.outcome === 'as it is' ? '' : 'warn'] },
    h('p', {}, h('strong', {}, t('releases.suggestion')), ' ', words),
    cells === null ? null : h('p', {}, t('releases.grid_named'), ' ', h('span', { dir: 'ltr' }, cells)),
    grid !== null && amends && release.phase === 'draft' ? h('button', { type: 'button', disabled: !mayAct(), on: { click: again } }, t('releases.with_grid')) : null,
    found.outcome === 'no grid helps' && amends && release.phase === 'draft' ? h('button', { type: 'button', disabled: !mayAct(), on: { click: () => go('releases', release.release, 'amend') } }, t('releases.amend')) : null);
}

// what is known of one place, in words
function told(place, release) {
  return h('div', {}, h('strong', {}, named(place, release)), facts([
    [t('releases.before'), place.before === null ? t('releases.nothing_told') : cell(place.before)],
    [t('releases.after'), cell(place.after)],
    [t('releases.told_times'), number(place.told)],
    [t('releases.same_as'), number(place.same)],
    place.exact ? [t('releases.how_told'), t('releases.exactly')] : null]));
}

const cell = (found) => [h('span', {}, extent(found)), ', ', area(found.area_m2), ', ',
  found.height_m === null ? t('releases.any_height') : ltr(height(found.height_m)), ', ', h('span', {}, ltr(span(from(found), found.until, { now: live.now() })))];

// before (broken line), after (filled), and the ground that is not to be known better (dotted), to one scale
function picture(place, wanted, widest) {
  const scale = (SIDE - 8) / widest;
  const box = (ew, ns, more) => {
    const [x, y] = [Math.max(ew * scale, 1.5), Math.max(ns * scale, 1.5)];
    return svg('rect', { x: (SIDE - x) / 2, y: (SIDE - y) / 2, width: x, height: y, ...more });
  };
  return svg('svg', { viewBox: `0 0 ${SIDE} ${SIDE}`, class: 'place-picture', 'aria-hidden': 'true' },
    box(place.after.east_west_m, place.after.north_south_m, { class: 'after' }),
    place.before === null ? null : box(place.before.east_west_m, place.before.north_south_m, { class: 'before' }),
    box(wanted, wanted, { class: 'wanted' }));
}
