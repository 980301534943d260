// What is shown, kept as it is at the node: read again whenever the node says that it has changed.
//
// The node's events (docs/api.md, Events) come as one stream that goes on where it left off. A comment comes every
// 15 s of quiet, so silence means that the node is gone: then nothing is shown as current.

import * as api from './api.js';
import * as stream from './stream.js';

const QUIET_MS = 20_000; // after so long without a sign what is shown is no longer called current
const DEAD_MS = 45_000; // after so long by either clock the stream is begun anew
const AGAIN_MS = 3_000; // what could not be read, or may not be current, is read again after so long
const CLOCK_MS = 300_000; // the node's clock is asked for so often
const JUMP_MS = 1_000; // a clock of ours that is set by more is compared with the node's at once
const TOGETHER_MS = 120; // changes that come together are read once

const held = new Map(); // by path
const listeners = new Set();
const hearing = new Set();
let last = null; // the id of the newest event: START-N
let heardAt = null; // when the node was last heard: by the clock that runs evenly, and by the one that is set
let begunAt = 0;
let gone = false; // it was looked for since, and not there
let paused = false; // nobody is signed in: nothing is asked for
let faded = false; // what is shown has been said to be not current
let running = null;
let ticking = null;
let offset = 0; // the node's clock less ours, ms
let clockAt = null; // when it was compared
let asOf = null;

const both = () => ({ even: performance.now(), set: Date.now() });

/** How long since then, ms. While a machine sleeps the even clock may stand still, so the longer one counts. */
function since(then) {
  return Math.max(performance.now() - then.even, Date.now() - then.set);
}

/** The node's clock, as far as it is known here (ms since 1970). */
export const now = () => Date.now() + offset;

/** How far this machine's clock is from the node's, ms; positive where the node's is ahead. */
export const drift = () => offset;

/** Whether what is shown is current, and the moment as of which it is (ms of the node's clock; null: never). */
export function standing() {
  const current = heardAt !== null && !gone && since(heardAt) < QUIET_MS;
  return { current, asOf: heardAt === null ? null : now() - since(heardAt), past: asOf };
}

/** The moment as of which all is shown (RFC 3339); null: as it is. Everything is read again, and not current until then. */
export function setPast(moment) {
  asOf = moment;
  for (const each of held.values()) {
    // what is there yet is of another moment
    if (!each.present && each.state !== null && !each.state.stale) change(each, { ...each.state, stale: true });
    load(each);
  }
  say();
}

export const past = () => asOf;

/** `does()` whenever what `standing` says may have changed. Gives what ends that. */
export function whenStanding(does) {
  listeners.add(does);
  return () => listeners.delete(does);
}

/** `does(event)` for each event as it comes: {what, line, noun, words, loud …}. Gives what ends that. */
export function whenHappened(does) {
  hearing.add(does);
  return () => hearing.delete(does);
}

function say() {
  for (const each of [...listeners]) safely(each);
}

// one who fails keeps nothing from the others
function safely(does, ...told) {
  try {
    does(...told);
  } catch (error) {
    console.error(error);
  }
}

/**
 * Keep a path read: `does({data, problem, at, stale})` at once where it is known, and whenever it has changed.
 * `on`: beginnings of the events after which it is read again ('case.', 'plan.'); `every`: ms after which it is
 * in any case; `present`: it is not asked for as of an earlier moment. Gives what ends that.
 */
export function use(path, on, does, { every = null, present = false } = {}) {
  let found = held.get(path);
  if (found === undefined) {
    found = { path, on: new Set(), every, present, who: new Set(), state: null, said: '', timer: null, soon: false, asked: 0, shown: 0 };
    held.set(path, found);
  }
  for (const each of on) found.on.add(each);
  if (every !== null) found.every = Math.min(every, found.every ?? every);
  found.who.add(does);
  if (found.state !== null) does(found.state);
  load(found);
  return () => {
    found.who.delete(does);
    if (found.who.size === 0) {
      clearTimeout(found.timer);
      if (held.get(path) === found) held.delete(path);
    }
  };
}

/** Read a path, or all that begin so, again: after something was done. */
export async function again(...beginnings) {
  await Promise.all([...held.values()].filter((each) => beginnings.some((b) => each.path.startsWith(b))).map(load));
}

async function load(found) {
  clearTimeout(found.timer);
  found.timer = null;
  found.soon = false;
  if (paused) return;
  const turn = ++found.asked;
  const of = found.present ? null : asOf;
  const path = of === null ? found.path : api.asking(...split(found.path, { as_of: of }));
  let state;
  try {
    const data = await api.get(path);
    // where nothing is heard of changes it may be another already
    state = { data, problem: null, at: now(), stale: faded, of };
  } catch (problem) {
    // what was known at another moment says nothing of this one
    const before = found.state?.of === of ? found.state : null;
    state = { data: before?.data ?? null, problem, at: before?.at ?? null, stale: true, of };
  }
  // whoever used it may have gone, and another come
  if (held.get(found.path) !== found || of !== (found.present ? null : asOf)) return;
  // asked for again meanwhile: this is shown all the same, or nothing ever would be while much happens
  const newest = turn === found.asked;
  if (turn < found.shown || (!newest && state.problem !== null)) return;
  found.shown = turn;
  // where a change was heard of meanwhile it is read again sooner
  if (newest && found.timer === null && (found.every !== null || state.stale)) {
    found.timer = setTimeout(() => load(found), state.stale ? AGAIN_MS : found.every);
  }
  change(found, state);
}

function change(found, state) {
  const said = JSON.stringify([state.data, state.problem?.code ?? null, state.stale]);
  const same = said === found.said && found.state !== null;
  found.state = state;
  found.said = said;
  if (same) return;
  for (const each of [...found.who]) safely(each, state);
}

function split(path, more) {
  const [before, query] = path.split('?');
  return [before, { ...Object.fromEntries(new URLSearchParams(query ?? '')), ...more }];
}

function soon(found) {
  if (found.soon) return; // one after the other puts it off no further
  found.soon = true;
  clearTimeout(found.timer);
  found.timer = setTimeout(() => load(found), TOGETHER_MS);
}

function happened(event) {
  for (const found of held.values()) {
    const touched = event.what === 'again' || [...found.on].some((each) => event.what.startsWith(each));
    if (touched) soon(found);
  }
  for (const each of [...hearing]) safely(each, event);
}

/** Begin to listen, until `stop`; who listens already goes on. */
export function start() {
  if (running !== null) return;
  const control = new AbortController();
  running = control;
  begunAt = performance.now();
  stream.follow({
    last: () => last, prepare: setClock, current: () => standing().current, heard, block, gone: lost,
    out: () => api.get('/v1/status').catch(() => {}), // says that nobody is signed in
  }, control.signal);
  ticking ??= setInterval(look, 1_000);
}

export function stop() {
  running?.abort();
  running = null;
  clearInterval(ticking);
  ticking = heardAt = asOf = null;
  paused = gone = faded = false;
}

/** Ask for nothing until `restart`: the session has ended. What is shown is not current meanwhile. */
export function pause() {
  paused = true;
  running?.abort();
  running = null;
  lost();
}

/** Go on where it was: somebody has signed in again. */
export function restart() {
  paused = false;
  start();
  for (const each of held.values()) load(each);
}

function lost() {
  gone = true;
  look();
}

function look() {
  const { current } = standing();
  const waited = heardAt !== null || gone || performance.now() - begunAt > QUIET_MS;
  if (!current && waited && !faded) fade();
  if (heardAt !== null && since(heardAt) > DEAD_MS) stream.renew();
  if (clockAt !== null && current) {
    const jumped = Math.abs((Date.now() - clockAt.set) - (performance.now() - clockAt.even)) > JUMP_MS;
    if (jumped || since(clockAt) > CLOCK_MS) setClock().catch(() => {});
  }
  say();
}

// what is on the page may not be so any more: each view hears of it, and reads again until the node is back
function fade() {
  faded = true;
  for (const found of held.values()) {
    if (found.state === null || found.state.stale) continue;
    change(found, { ...found.state, stale: true });
    if (found.soon) continue;
    clearTimeout(found.timer);
    found.timer = setTimeout(() => load(found), AGAIN_MS);
  }
}

async function setClock() {
  const before = Date.now();
  const status = await api.get('/v1/status');
  const after = Date.now();
  clockAt = both();
  offset = Math.round(Date.parse(status.now) - (before + after) / 2);
}

function heard() {
  const was = standing().current;
  heardAt = both();
  gone = false;
  if (was) return;
  if (faded) {
    faded = false;
    for (const each of held.values()) load(each);
  }
  say();
}

function block(text) {
  const fields = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ');
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 2);
  }
  if (fields.event === undefined) return;
  const lost = fields.event !== 'again' && missing(last, fields.id);
  last = fields.id ?? last;
  // whatever did not arrive: all is read again
  if (lost) happened({ what: 'again' });
  happened({ ...JSON.parse(fields.data ?? '{}'), what: fields.event });
}

// events of one start of a node are numbered without a gap
function missing(before, id) {
  const [start, n] = (before ?? '').split('-');
  const [same, next] = (id ?? '').split('-');
  return start !== '' && start === same && Number(next) !== Number(n) + 1;
}
