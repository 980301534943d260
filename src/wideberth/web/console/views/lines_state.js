// How a line stands, and what to do about it, by when: as `wideberth line` says it, in the chosen language.

import { time } from '../core/format.js';
import { has, t } from '../core/words.js';

/** Beginnings of the events after which a line is read again. */
export const EVENTS = ['line.', 'entry.', 'agreement.', 'alarm.', 'clock.', 'gate.'];
const SOON = ['now', 'soon', 'when_you_can'];

/** What people call the other party; without a label the first of its words. */
export const peerOf = (view) => view.label ?? `${view.words.split('-').slice(0, 3).join('-')}-…`;

/** Whether terms count on it: yes, no, suspended. */
export const agreed = (view) => (view.agreement === null ? 'no' : view.suspended_by.length > 0 ? 'suspended' : 'yes');

/** What to do about an alarm of a line. */
export function alarmWords(code, peer) {
  const key = `lines.alarm_${code.replaceAll('.', '_')}`;
  return has(key) ? t(key, { peer }) : t('lines.alarm_other', { peer });
}

/** What an officer has to do about a line: [{by, words}], the most pressing first. */
export function toDo(view) {
  const peer = peerOf(view);
  const found = [];
  const add = (by, words) => found.push({ by, words });
  if (view.health === 'silent') add('now', t('lines.do_silent', { peer }));
  if (view.health === 'late') add('soon', t('lines.do_late', { peer }));
  if (!view.clock_steady) add('now', t('lines.do_clock'));
  if (view.stage === 'asking') add('soon', t('lines.do_asking', { peer }));
  if (view.stage === 'regaining') add('soon', t('lines.do_regaining', { peer }));
  for (const code of new Set(view.alarms.filter((each) => !each.seen).map((each) => each.code))) {
    add('now', t('lines.do_alarm', { code, what: alarmWords(code, peer) }));
  }
  for (const _ of view.candidates) add('soon', t('lines.do_candidate', { peer }));
  if (view.suspended_by.length > 0) add('soon', t('lines.do_suspended'));
  else if (view.agreement === null) add('when_you_can', t('lines.do_terms'));
  for (const check of view.checks) {
    if (!check.mine && check.desk && check.stage !== 'desk') add('now', t('lines.do_answer', { peer, time: time(check.at) }));
  }
  if (view.held > 0) add('soon', t('lines.do_held', { n: view.held }));
  if (view.not_told > view.held) add('when_you_can', t('lines.do_waits', { n: view.not_told - view.held }));
  return found.sort((one, other) => SOON.indexOf(one.by) - SOON.indexOf(other.by));
}
