// What is shown, kept as it is at the node: read again whenever the node says that it has changed.
//
// The node's events (docs/api.md, Events) come as one stream that goes on where it left off. A comment comes every
// 15 s of quiet, so silence means that the node is gone: then nothing is shown as current.

import * as api from './api.js';

const QUIET_MS = 20_000; // after so long without a sign what is shown is no longer called current
const DEAD_MS = 45_000; // after so long the stream is given up and begun anew
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000];
const TOGETHER_MS = 120; // changes that come together are read once

const held = new Map(); // by path
const listeners = new Set();
const hearing = new Set();
let last = null;
let heardAt = 0;
let running = null;
let offset = 0; // the node's clock less ours, ms
let asOf = null;

/** The node's clock, as far as it is known here (ms since 1970). */
export const now = () => Date.now() + offset;

/** How far this machine's clock is from the node's, ms; positive where the node's is ahead. */
export const drift = () => offset;

/** Whether what is shown is current, and the moment as of which it is (ms of the node's clock; null: never). */
export function standing() {
  const current = heardAt > 0 && performance.now() - heardAt < QUIET_MS;
  return { current, asOf: heardAt === 0 ? null : now() - (performance.now() - heardAt), past: asOf };
}

/** The moment as of which all is shown (RFC 3339); null: as it is. Everything is read again. */
export function setPast(moment) {
  asOf = moment;
  for (const each of held.values()) load(each);
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
  for (const each of listeners) each();
}

/**
 * Keep a path read: `does({data, problem, at, stale})` at once where it is known, and whenever it has changed.
 * `on`: beginnings of the events after which it is read again ('case.', 'plan.'); `every`: ms after which it is
 * in any case; `present`: it is not asked for as of an earlier moment. Gives what ends that.
 */
export function use(path, on, does, { every = null, present = false } = {}) {
  let found = held.get(path);
  if (found === undefined) {
    found = { path, on: new Set(), every, present, who: new Set(), state: null, said: '', timer: null, asked: 0 };
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
      held.delete(path);
    }
  };
}

/** Read a path, or all that begin so, again: after something was done. */
export async function again(...beginnings) {
  await Promise.all([...held.values()].filter((each) => beginnings.some((b) => each.path.startsWith(b))).map(load));
}

async function load(found) {
  clearTimeout(found.timer);
  const turn = ++found.asked;
  const path = asOf === null || found.present ? found.path : api.asking(...split(found.path, { as_of: asOf }));
  let state;
  try {
    const data = await api.get(path);
    state = { data, problem: null, at: now(), stale: false };
  } catch (problem) {
    state = { data: found.state?.data ?? null, problem, at: found.state?.at ?? null, stale: true };
  }
  if (turn !== found.asked || !held.has(found.path)) return;
  if (found.every !== null || state.stale) {
    clearTimeout(found.timer);
    found.timer = setTimeout(() => load(found), state.stale ? 3_000 : found.every);
  }
  const said = JSON.stringify([state.data, state.problem?.code ?? null]);
  const same = said === found.said && found.state !== null;
  found.state = state;
  found.said = said;
  if (same) return;
  for (const each of found.who) each(state);
}

function split(path, more) {
  const [before, query] = path.split('?');
  return [before, { ...Object.fromEntries(new URLSearchParams(query ?? '')), ...more }];
}

function soon(found) {
  clearTimeout(found.timer);
  found.timer = setTimeout(() => load(found), TOGETHER_MS);
}

function happened(event) {
  for (const found of held.values()) {
    const touched = event.what === 'again' || [...found.on].some((each) => event.what.startsWith(each));
    if (touched) soon(found);
  }
  for (const each of hearing) each(event);
}

/** Begin to listen, until `stop`. */
export function start() {
  stop();
  const control = new AbortController();
  running = control;
  listen(control.signal);
  const look = setInterval(say, 1_000);
  control.signal.addEventListener('abort', () => clearInterval(look));
}

export function stop() {
  running?.abort();
  running = null;
  heardAt = 0;
}

async function listen(signal) {
  let failed = 0;
  while (!signal.aborted) {
    try {
      await setClock();
      await read(signal);
      failed = 0;
    } catch (error) {
      if (signal.aborted) return;
      failed += error?.heard ? -failed : 1;
    }
    say();
    await new Promise((done) => setTimeout(done, PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)]));
  }
}

async function setClock() {
  const before = Date.now();
  const status = await api.get('/v1/status');
  const after = Date.now();
  offset = Math.round(Date.parse(status.now) - (before + after) / 2);
}

async function read(signal) {
  const whole = new AbortController();
  const end = () => whole.abort();
  signal.addEventListener('abort', end);
  let alarm = setTimeout(end, DEAD_MS);
  let any = false;
  try {
    const headers = last === null ? {} : { 'last-event-id': last };
    const answer = await fetch('/v1/events', {
      headers, signal: whole.signal, credentials: 'same-origin', cache: 'no-store',
    });
    if (answer.status === 401) api.get('/v1/status').catch(() => {}); // says that nobody is signed in
    if (!answer.ok) throw new Error(String(answer.status));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    heard();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      any = true;
      heard();
      clearTimeout(alarm);
      alarm = setTimeout(end, DEAD_MS);
      rest += value;
      const blocks = rest.split('\n\n');
      rest = blocks.pop();
      blocks.forEach(block);
    }
  } catch (error) {
    throw Object.assign(new Error(error.message), { heard: any });
  } finally {
    clearTimeout(alarm);
    signal.removeEventListener('abort', end);
  }
}

function heard() {
  const was = standing().current;
  heardAt = performance.now();
  if (!was) say();
}

function block(text) {
  const fields = {};
  for (const line of text.split('\n')) {
    const cut = line.indexOf(': ');
    if (cut > 0) fields[line.slice(0, cut)] = line.slice(cut + 2);
  }
  if (fields.event === undefined) return;
  last = fields.id ?? last;
  happened({ ...JSON.parse(fields.data ?? '{}'), what: fields.event });
}
