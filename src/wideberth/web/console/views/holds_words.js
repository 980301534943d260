// Parts of a hold in words.

import { altitude, inFeet, length, place, time } from '../core/format.js';
import { h, own } from '../core/html.js';
import { prefs } from '../core/prefs.js';
import { coded, number, t } from '../core/words.js';

const CODES = { 'in force': 'in_force', lifted: 'lifted', ended: 'ended' };
const KINDS = { 'in force': 'warn', lifted: 'soft', ended: 'soft' };

/** Where it stands, as a mark. */
export const tagOf = (view) => h('span', { class: ['tag', KINDS[view.phase]] }, coded('holds', `tag_${CODES[view.phase]}`));
/** And at length. */
export const phaseOf = (view) => coded('holds', `phase_${CODES[view.phase] ?? view.phase}`);
/** Whom it binds. */
export const whomOf = (view) => view.parties.map((each) => (each.us ? t('holds.this_party') : each.label ?? each.party.slice(0, 10))).join(', ');

/** The same to be shown: each name keeps its own direction. */
export const whomShown = (view) => view.parties.map((each, n) => [n > 0 ? ', ' : null, own(each.us ? t('holds.this_party') : each.label ?? each.party.slice(0, 10))]);

/** What ends it. */
export function untilOf({ until }) {
  if (until.kind === 'time') return t('holds.until_time', { time: time(until.at) });
  if (until.kind === 'talks') return t('holds.until_talks_id', { talks: until.talks.slice(0, 10) });
  return t('holds.until_version', { n: until.version, agreement: until.agreement.slice(0, 10) });
}

/** Where it holds. */
export function whereOf({ area }) {
  if (area === null) return t('holds.everywhere');
  const { ground } = area;
  if (ground.type !== 'circle') return t('holds.in_area');
  return t('holds.around', { place: place(ground.centre[1], ground.centre[0]), length: length(ground.radius_m, { up: true }) });
}

/** From which altitude up to which. */
export const bandOf = ({ area }) => `${edge(area.lower, Math.floor)} – ${edge(area.upper, Math.ceil)}`;

// as the node keeps it, and metres also in the unit that is preferred: never less than it is
function edge(found, round) {
  if (found.datum === 'SFC' || found.datum === 'UNL') return found.datum;
  const feet = found.unit === 'm' && inFeet(found).unit === 'm' && prefs().units !== 'metric' ? ` (${number(round(found.value / 0.3048))} ft)` : '';
  return altitude(found) + feet;
}
