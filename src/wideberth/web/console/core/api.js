// The node's API (docs/api.md), as whoever is signed in: the browser holds the token, and no script can read it.

/** An error as the node answers it: `code` of docs/errors.md, `detail` for people, and where in the input. */
export class Problem extends Error {
  constructor(status, said) {
    super(said.detail ?? said.title ?? String(status));
    this.status = status;
    this.code = said.code ?? 'api.failed';
    this.detail = said.detail ?? '';
    this.path = said.path ?? null;
    this.found = said.found ?? null;
    this.wanted = said.wanted ?? null;
  }
}

/** The code of the problem that there is where no answer came at all: what was asked may have been done. */
export const UNREACHED = 'console.unreached';

const READ_MS = 30_000; // a node that hangs is as one that is away
const DO_MS = 90_000;

let onSignedOut = () => {};

/** What is done where the node no longer knows who asks. */
export function whenSignedOut(does) {
  onSignedOut = does;
}

const away = () => new Problem(0, { code: UNREACHED, detail: 'the node was not reached' });

async function ask(method, path, { json, octets, signal, within = null } = {}) {
  const headers = {};
  let body;
  if (json !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(json);
  } else if (octets !== undefined) {
    headers['content-type'] = 'application/octet-stream';
    body = octets;
  }
  let answer;
  try {
    const ends = [signal, within === null ? null : AbortSignal.timeout(within)].filter((each) => each);
    answer = await fetch(path, {
      method, headers, body, signal: ends.length > 1 ? AbortSignal.any(ends) : ends[0], credentials: 'same-origin', cache: 'no-store',
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw away();
  }
  if (answer.ok) return answer;
  let said = {};
  try {
    said = await answer.json();
  } catch {
    said = { title: answer.statusText };
  }
  const problem = new Problem(answer.status, said);
  if (answer.status === 401 && path !== '/v1/session') onSignedOut();
  throw problem;
}

const value = async (answer) => (answer.status === 204 ? null : whole(answer.json()));

async function whole(reading) {
  try {
    return await reading;
  } catch (error) {
    // it ended in the middle
    throw error.name === 'AbortError' ? error : away();
  }
}

export const get = async (path, signal) => value(await ask('GET', path, { signal, within: READ_MS }));
export const post = async (path, json = undefined) => value(await ask('POST', path, { json, within: DO_MS }));
export const put = async (path, json) => value(await ask('PUT', path, { json, within: DO_MS }));
export const del = async (path) => value(await ask('DELETE', path, { within: DO_MS }));

/** A file is sent, and JSON answered. */
export const upload = async (path, octets) => value(await ask('POST', path, { octets }));

/** What is answered as octets: a Uint8Array. `json`: asked for by POST with this. */
export async function octets(path, json = undefined) {
  const answer = await ask(json === undefined ? 'GET' : 'POST', path, { json });
  return new Uint8Array(await whole(answer.arrayBuffer()));
}

/** What is answered as text. */
export async function text(path) {
  return whole((await ask('GET', path)).text());
}

/** A part of a path, as it may stand there. */
export const part = encodeURIComponent;

/** A path with what stands after its question mark; null is left out. */
export function asking(path, query) {
  const found = Object.entries(query).filter(([, each]) => each !== null && each !== undefined && each !== '');
  return found.length === 0 ? path : `${path}?${new URLSearchParams(found)}`;
}

/** Hand a file to whoever sits here. */
export function save(name, data, type = 'application/octet-stream') {
  const url = URL.createObjectURL(new Blob([data], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
