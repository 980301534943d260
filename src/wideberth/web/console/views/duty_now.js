// What the duty officer's screen lists, from what the node holds: what is active, what begins, who has not said a word.

import { time, until } from '../core/format.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';

const BEGUN = ['activated', 'nonconforming', 'contingent'];
const HOUR_MS = 3_600_000;
const WAITING = ['sent', 'ringing'];

const ms = (value) => (value === null ? null : Date.parse(value));
const begins = (each) => ms(each.start) ?? -Infinity;
const ends = (each) => ms(each.end) ?? Infinity;

/** Own plans and notices of theirs as rows alike; what of the own is told is in `plans` already. */
function both(plans, notices) {
  return [
    ...plans.map((each) => ({
      key: each.plan, mine: true, whose: null, title: each.label || each.callsign || each.plan.slice(0, 10), start: each.start,
      end: each.end, state: each.state, activity: each.activity, href: route.to('plans', each.plan),
      cases: each.on.reduce((sum, one) => sum + one.cases.length, 0), blocked: each.on.some((one) => one.blocked.length > 0) || each.by_hand.length + each.holds.length + each.sites.length > 0,
    })),
    ...notices.filter((each) => !each.mine).map((each) => ({
      key: each.notice, mine: false, whose: each.label, title: each.callsign || each.notice.slice(0, 10), start: each.start,
      end: each.end, state: each.state, activity: each.activity, href: route.to('notices', each.line, each.notice),
      cases: each.cases.length, blocked: false,
    })),
  ];
}

/** What has begun: as its party says, or by its time, of which nobody has said that it began. */
export function active(plans, notices, now) {
  return both(plans, notices)
    .filter((each) => BEGUN.includes(each.state) || (begins(each) <= now && now < ends(each)))
    .map((each) => ({ ...each, begun: BEGUN.includes(each.state) }))
    .sort((one, other) => rank(one) - rank(other) || ends(one) - ends(other));
}

const rank = (each) => ['contingent', 'nonconforming', 'activated', 'accepted'].indexOf(each.state);

/** What begins within the hour, the next first. */
export function next(plans, notices, now) {
  return both(plans, notices)
    .filter((each) => !BEGUN.includes(each.state) && begins(each) > now && begins(each) <= now + HOUR_MS)
    .sort((one, other) => begins(one) - begins(other));
}

/**
 * What nobody has acknowledged: [{key, what, title, to, by (RFC 3339 or null), href, late}], what is due first.
 * Silence is never consent, and none of these is called a conflict.
 */
export function unacknowledged({ plans, calls, relays, told }, now) {
  const found = [];
  for (const plan of plans) {
    for (const on of plan.on) {
      if (on.level === 'none' || on.checked === 'compared' || on.checked === 'compared here only') continue;
      const what = on.told === null ? 'not_told' : on.told < plan.version ? 'older_told' : on.checked === 'NOT CHECKED' ? 'not_checked' : 'not_answered';
      found.push({
        key: `${plan.plan} ${on.line}`, what, title: plan.label || plan.callsign || plan.plan.slice(0, 10), to: on.label,
        by: on.answer_by ?? plan.start, href: route.to('plans', plan.plan),
      });
    }
  }
  for (const call of calls) {
    const untaken = WAITING.includes(call.phase);
    const what = call.mine && !call.told ? 'call_not_told' : untaken ? (call.mine ? 'call_not_taken' : 'call_to_take')
      : call.phase === 'unclear' ? 'call_unclear' : null;
    if (what !== null) found.push({ key: call.call, what, title: call.code ?? call.text ?? '', to: call.label, by: call.at, since: true, href: route.to('calls', call.call), late: call.precedence === 'flash' });
  }
  for (const relay of relays.relays) {
    if (relay.standing && !relay.whole && relay.broken > 0) {
      found.push({ key: relay.relay, what: 'relay_broken', title: relay.title, to: relay.label, by: relay.start, n: relay.broken, href: route.to('relay', relay.relay) });
    }
  }
  for (const each of relays.nobody) {
    found.push({ key: `nobody ${each.notice ?? each.plan}`, what: 'relay_nobody', title: each.title, to: null, by: each.start, href: route.to('relay') });
  }
  for (const list of told) {
    const none = list.statuses.filter((each) => each.status === 'none').length;
    if (none > 0 && list.version > 0) {
      found.push({ key: `${list.line} ${list.list}`, what: list.mine ? 'sites_theirs' : 'sites_ours', title: list.name, to: list.label, by: list.at, since: true, n: none, href: route.to('sites') });
    }
  }
  return found
    .map((each) => ({ ...each, late: each.late ?? (each.since !== true && each.by !== null && Date.parse(each.by) <= now) }))
    .sort((one, other) => other.late - one.late || (ms(one.by) ?? Infinity) - (ms(other.by) ?? Infinity));
}

/** By when, or since when, in words. */
export function due(each, now) {
  if (each.by === null || each.by === undefined) return '';
  return each.since ? t('duty.since', { time: time(each.by, { now }) }) : t('duty.by', { time: time(each.by, { now }), left: until(each.by, now) });
}

/** Why something is listed as not acknowledged. */
export const whatOf = (each) => (each.n === undefined ? coded('duty', `open_${each.what}`) : t(`duty.open_${each.what}`, { n: each.n }));
