// The node's stream of events, read by one window for all windows of this browser: a browser keeps six connections
// to a node, each stream takes one for good, and six windows would leave none to ask anything by.

const NAME = 'wideberth.events';
const DEAD_MS = 45_000; // after so long without a sign a stream is given up and begun anew
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000];

let cut = null;

/** End the stream that is open here; it is begun anew. */
export const renew = () => cut?.();

/**
 * Listen until `signal`. `to` has: `last()`, the id of the newest event, or null; `prepare()`, done before a stream is
 * begun, which fails where the node is away; `current()`; and what is told: `heard()` for each sign, `block(text)` for
 * each event, `gone()` where the node was looked for and not there, `out()` where nobody is signed in.
 */
export async function follow(to, signal) {
  if (!navigator.locks) {
    await lead(to, signal);
    return;
  }
  const others = new BroadcastChannel(NAME);
  signal.addEventListener('abort', () => others.close());
  const say = (what) => { if (!signal.aborted) others.postMessage(what); };
  let leading = false;
  others.onmessage = ({ data }) => {
    if (leading) {
      if (data.ask && to.current()) say({ sign: true });
      return;
    }
    if (data.sign) to.heard();
    if (data.block !== undefined) to.block(data.block);
    if (data.gone) to.gone();
  };
  const both = {
    ...to,
    heard: () => { say({ sign: true }); to.heard(); },
    block: (text) => { say({ block: text }); to.block(text); },
    gone: () => { say({ gone: true }); to.gone(); },
  };
  say({ ask: true });
  to.prepare().catch(() => {});
  try {
    // whoever waits here is next when the window that reads is closed, and goes on from the last event that both had
    await navigator.locks.request(NAME, { signal }, async () => {
      leading = true;
      await lead(both, signal);
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function lead(to, signal) {
  let failed = 0;
  while (!signal.aborted) {
    try {
      await to.prepare();
      await read(to, signal);
      failed = 0;
    } catch (error) {
      if (signal.aborted) return;
      failed = error?.heard ? 0 : failed + 1;
      if (!error?.heard) to.gone();
    }
    await new Promise((done) => setTimeout(done, PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)]));
  }
}

async function read(to, signal) {
  const whole = new AbortController();
  const end = () => whole.abort();
  cut = end;
  signal.addEventListener('abort', end);
  let alarm = setTimeout(end, DEAD_MS);
  let any = false;
  try {
    const last = to.last();
    const answer = await fetch('/v1/events', {
      headers: last === null ? {} : { 'last-event-id': last }, signal: whole.signal, credentials: 'same-origin', cache: 'no-store',
    });
    if (answer.status === 401) to.out();
    if (!answer.ok) throw new Error(String(answer.status));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    to.heard();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      any = true;
      to.heard();
      clearTimeout(alarm);
      alarm = setTimeout(end, DEAD_MS);
      rest += value;
      const blocks = rest.split('\n\n');
      rest = blocks.pop();
      for (const each of blocks) to.block(each);
    }
  } catch (error) {
    throw Object.assign(new Error(error.message), { heard: any });
  } finally {
    clearTimeout(alarm);
    if (cut === end) cut = null;
    signal.removeEventListener('abort', end);
  }
}
