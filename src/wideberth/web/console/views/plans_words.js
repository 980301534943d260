// Plans, notices and cases in words: what is known, what is not, and by when. "NOT CHECKED" is said where nothing was
// compared, and "no known conflict, as of" where nothing was found.

import * as api from '../core/api.js';
import { altitude, height, inFeet, length, place, span, time } from '../core/format.js';
import { h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { coded, has, number, t } from '../core/words.js';

/** A code of the node as it stands in a key of words: `conflict-only`, `in time`. */
export const keyOf = (code) => String(code).toLowerCase().replaceAll(/[ -]/g, '_');
const said = (kind, code) => (code === null || code === undefined ? '' : has(`plans.${kind}_${keyOf(code)}`)
  ? coded('plans', `${kind}_${keyOf(code)}`) : String(code));

export const stateWords = (code) => said('state', code);
export const levelWords = (code) => said('level', code);
export const leadWords = (code) => said('lead', code);
export const foundWords = (code) => said('found', code);
export const phaseWords = (code) => said('phase', code);
export const statusWords = (code) => said('status', code);
export const activityWords = (code) => said('activity', code);

/** What people call a plan. */
export const planName = ({ label, plan_label: other, plan, callsign }) => label || other || callsign || `${plan ?? ''}`.slice(0, 10);

/** What people call the other party. */
export const peerName = ({ label, peer }) => label || `${peer ?? ''}`.slice(0, 8);

/** A word with its sign; colour never says it alone. */
export const tag = (kind, words) => h('span', { class: ['tag', kind] }, words);

const STATE_TAG = { accepted: 'soft', activated: 'good', nonconforming: 'alarm', contingent: 'alarm', ended: 'soft' };
export const stateTag = (state) => tag(STATE_TAG[state] ?? 'soft', stateWords(state));
const PHASE_TAG = { open: 'alarm', proposed: 'warn', countered: 'warn', accepted: 'warn', final: 'good', escalated: 'alarm', closed: 'soft' };
export const phaseTag = (phase) => tag(PHASE_TAG[phase] ?? 'soft', phaseWords(phase));
const LEAD_TAG = { 'in time': 'good', short: 'warn', 'too late': 'alarm' };
export const leadTag = (lead) => (lead === null ? null : tag(LEAD_TAG[lead] ?? 'soft', leadWords(lead)));

/** A sentence of the node, which is English. */
export const english = (text, props = {}) => h('span', { lang: 'en', dir: 'ltr', ...props }, text);

/** From when to when. */
export const when = (start, end) => h('span', { class: 'when' }, own(span(start, end)));

const UNITS_MS = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1_000]];

/** A duration (ms), nothing of it left out: two parties agree on it. */
function exactly(ms) {
  let left = Math.abs(ms);
  const found = UNITS_MS.map(([name, each]) => {
    const n = name === 's' ? left / each : Math.floor(left / each);
    left -= n * each;
    return n === 0 ? null : `${number(n, 3)} ${t(`core.unit_${name}`)}`;
  }).filter((each) => each !== null);
  return found.join(' ') || `0 ${t('core.unit_s')}`;
}

/** A time that is needed or agreed (seconds), never said shorter than it is. */
export const atLeast = (seconds) => exactly(Math.max(0, seconds < 3_600 ? Math.ceil(seconds) : Math.ceil(seconds / 60) * 60) * 1_000);

/** Half the width of something, or its radius: never said smaller than it is, to the 0.1 mm that a node keeps. */
const wideAs = (metres) => length(Math.max(0, metres - 4e-5), { up: true });

/** A change that is proposed, in words. */
export function changeWords(change) {
  if ('delay_ms' in change) {
    return t(change.delay_ms >= 0 ? 'plans.change_later' : 'plans.change_earlier', { time: exactly(change.delay_ms) });
  }
  if ('lift_dmm' in change) {
    const { value, unit } = inFeet({ value: Math.abs(change.lift_dmm) / 10_000, unit: 'm' });
    return t(change.lift_dmm >= 0 ? 'plans.change_higher' : 'plans.change_lower', { by: `${number(value, 4)} ${unit}` });
  }
  return t('cancel' in change ? 'plans.change_cancel' : 'plans.change_volumes');
}

/** How far apart two are, and how far they should be. */
export function gapWords({ gap_m: gap, required_m: required, gap_v_m: gapV, required_v_m: requiredV }) {
  const found = [];
  if (gap !== null && gap !== undefined && required) found.push(t('plans.gap_across', { gap: length(gap), required: length(required, { up: true }) }));
  if (gapV !== null && gapV !== undefined && requiredV) found.push(t('plans.gap_up', { gap: height(gapV), required: height(requiredV, { up: true }) }));
  return found.length > 0 ? found.join('; ') : t('plans.gap_unknown');
}

/** A conflict: how, when, how far apart, where. `link`: where it leads. */
export function conflictWords(conflict) {
  return h('dl', { class: 'facts conflict' },
    h('dt', {}, t('plans.conflict_how')), h('dd', {}, tag('alarm', foundWords(conflict.found))),
    h('dt', {}, t('plans.conflict_when')), h('dd', {}, conflict.start === null && conflict.end === null ? t('core.unknown') : when(conflict.start, conflict.end)),
    h('dt', {}, t('plans.conflict_gap')), h('dd', {}, gapWords(conflict)),
    conflict.near === null ? null : [h('dt', {}, t('plans.conflict_where')), h('dd', {}, own(place(conflict.near[1], conflict.near[0])))]);
}

/**
 * What a plan comes to on a line in one sentence, and how it looks: {kind, words}. `on`: of the node; `asOf`: of what
 * was read (ms).
 */
export function standing(on, asOf) {
  const name = peerName(on);
  const moment = time(asOf, { seconds: true, day: 'other', now: live.now() });
  if (on.cases?.length > 0 || on.conflicts?.length > 0) return { kind: 'alarm', words: t('plans.stands_conflict', { name }) };
  if (on.blind === 'matched') return { kind: 'alarm', words: t('plans.stands_blind', { name }) };
  if (on.checked === 'NOT CHECKED' || on.compared === false) return { kind: 'warn', words: t('plans.stands_not_checked', { name }) };
  if (on.checked === 'not answered yet') return { kind: 'warn', words: t('plans.stands_waiting', { name, time: moment }) };
  return { kind: 'good', words: t('plans.stands_clear', { name, time: moment }) };
}

const BLOCKED = [
  [/^it has not been told yet as it is agreed now/, 'agreed'],
  [/^it has not been told yet|^the other party has not been told/, 'not_told'],
  [/^the other party has told a notice of its own/, 'id'],
  [/^its newest version has not been told/, 'newest'],
  [/^they were told a newer version/, 'backup'],
  [/^the other party says that it does not compare/, 'not_compared'],
  [/^the other party has not said that it has compared/, 'unanswered'],
  [/^not everything that the other party has entered/, 'behind'],
  [/^case (\S+) is open/, 'case'],
  [/^their answer was signed with a key/, 'revoked'],
  [/^it is in an area and hours that are allotted/, 'consent'],
  [/^it is in conflict with their notice (\S+)/, 'conflict'],
];

/** Why a plan may not begin: the node's sentence in the language that was chosen, where it is known here. */
export function blockedWords(sentence) {
  const found = BLOCKED.find(([pattern]) => pattern.test(sentence));
  if (found === undefined) return english(sentence);
  const [pattern, code] = found;
  const which = pattern.exec(sentence)[1];
  const words = coded('plans', `blocked_${code}`);
  return code === 'case' ? [words, ' ', h('a', { href: to('cases', which) }, own(which.slice(0, 8)))] : words;
}

/** A volume in one line: what ground, from where to where, when. */
export function volumeWords(volume) {
  const ground = volume.ground;
  const kind = t(`plans.ground_${ground.type}`);
  const at = ground.type === 'circle' ? place(ground.centre[1], ground.centre[0])
    : ground.type === 'corridor' ? t('plans.points', { n: ground.points.length }) : t('plans.points', { n: ground.rings[0].length });
  const wide = ground.type === 'circle' ? wideAs(ground.radius_m) : ground.type === 'corridor' ? t('plans.either_side', { width: wideAs(ground.half_width_m) }) : '';
  return { kind, at, wide };
}

/** The volumes of a plan or a notice, as a table. */
export function volumesTable(volumes, caption) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption },
    h('table', { class: 'volumes' },
      h('caption', { class: 'small soft' }, caption),
      h('thead', {}, h('tr', {}, ['shape', 'where', 'band', 'window'].map((each) => h('th', { scope: 'col' }, coded('plans', `column_${each}`))))),
      h('tbody', {}, volumes.map((each) => {
        const { kind, at, wide } = volumeWords(each);
        return h('tr', {},
          h('td', {}, kind), h('td', {}, own(at), wide ? [h('br'), own(wide)] : null),
          h('td', {}, own(`${altitude(each.lower)} – ${altitude(each.upper)}`), each.band ? [h('br'), own(bandWords(each.band))] : null),
          h('td', {}, when(each.start, each.end)));
      }))));
}

/** Frequencies, in MHz. */
export const bandWords = (band) => `${number(band.from_hz / 1e6, 6)} – ${number(band.to_hz / 1e6, 6)} MHz`;

/** A sentence where what is shown is not current. */
export function staleness(state) {
  if (!state.stale) return null;
  return h('p', { class: 'tag warn', role: 'status' }, t('core.stale', { time: state.at === null ? '' : time(state.at, { seconds: true }) }));
}

const PAGE = 500; // so many a node lists at a time (docs/api.md)

/** Where there are more than are listed: that they are not here, and not found by the filter either. */
export const firstOnly = (some) => (some.length < PAGE ? null : [' ', h('strong', { class: 'tag warn' }, t('plans.first_only', { n: PAGE }))]);

/** A reason why nothing can be done here: the past is shown. */
export const pastNote = () => (live.past() === null ? null : h('p', { class: 'tag warn' }, t('plans.in_the_past')));

/** The address of a view where a line is told of as well: a name, ids. */
export const link = (view, id, text, props = {}) => h('a', { href: to(view, ...[id].flat()), ...props }, text);

/** A path as of the moment that is shown. */
export const asOf = (path) => (live.past() === null ? path : api.asking(path, { as_of: live.past() }));
