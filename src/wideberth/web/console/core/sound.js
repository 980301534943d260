// What is heard: an alarm that goes on, a test of it, and whether the browser lets it sound at all.

import { prefs, whenPreferred } from './prefs.js';

let context = null;
let ringing = null;
const listeners = new Set();

/** on: it would be heard; blocked: the browser waits for a click or key first; off: not wanted. */
export function state() {
  if (!prefs().sound) return 'off';
  return context !== null && context.state === 'running' ? 'on' : 'blocked';
}

/** `does(state)` when it changes. Gives what ends that. */
export function whenSound(does) {
  listeners.add(does);
  return () => listeners.delete(does);
}

function say() {
  for (const each of listeners) each(state());
}

whenPreferred((_, changed) => { if ('sound' in changed) say(); });

/** Ask the browser to let it sound; works within a click or a key only. */
export async function allow() {
  context ??= new AudioContext();
  context.onstatechange = say;
  await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))]);
  say();
  return state();
}

for (const event of ['pointerdown', 'keydown']) {
  document.addEventListener(event, () => { if (state() === 'blocked') allow(); }, { capture: true, passive: true });
}

function tone(frequency, from, lasts) {
  const gain = context.createGain();
  const made = context.createOscillator();
  made.type = 'square';
  made.frequency.value = frequency;
  const at = context.currentTime + from;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + lasts);
  made.connect(gain).connect(context.destination);
  made.start(at);
  made.stop(at + lasts + 0.05);
}

function alarm() {
  if (state() !== 'on') return;
  for (const [n, each] of [880, 660, 880].entries()) tone(each, n * 0.22, 0.2);
}

/** Let it ring until told otherwise: three tones, again and again. */
export function ring(wanted) {
  if (wanted === (ringing !== null)) return;
  if (wanted) {
    alarm();
    ringing = setInterval(alarm, 2_500);
  } else {
    clearInterval(ringing);
    ringing = null;
  }
}

/**
 * The self-test: a quiet tone is made and measured within the machine. Gives heard, silent (the sound went nowhere)
 * or blocked. Whether a loudspeaker is on only ears can say: the page asks.
 */
export async function test() {
  if ((await allow()) !== 'on') return state();
  const meter = context.createAnalyser();
  const made = context.createOscillator();
  const gain = context.createGain();
  gain.gain.value = 0.25;
  made.frequency.value = 880;
  made.connect(gain);
  gain.connect(meter);
  gain.connect(context.destination);
  made.start();
  await new Promise((done) => setTimeout(done, 350));
  const seen = new Float32Array(meter.fftSize);
  meter.getFloatTimeDomainData(seen);
  made.stop();
  return seen.some((each) => Math.abs(each) > 0.01) ? 'heard' : 'silent';
}
