// An officer's own key in the browser: read, opened under its passphrase, used once, wiped (docs/keys.md).
//
// Nothing of it is sent anywhere or kept. What is made is what `wideberth key approve` makes, to the byte.

import { gcmsiv } from '../vendor/@noble/ciphers/aes.js';
import { scryptAsync } from '../vendor/@noble/hashes/scrypt.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const KIND = 'wideberth.key';
const TYPE = 'wideberth.approval';
const SIZE = 16 * 1024;
const KEY = 32;
const NONCE = 12;
const TAG = 16;
const SALT = 16;
const SIGNATURE = 64;
const NUMBER = 16; // bytes of an agreement's id
const MOST = 2 ** 20; // the largest n of scrypt, as store/keys.py has it
const PKCS8 = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const WHATS = ['agreement', 'audit', 'lift', 'release'];

/** Why a key or an approval is not taken: `code` has words in words/sign.json. */
export class KeyProblem extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Lower-case base32 without padding. */
export function base32(data) {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of data) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

/** The bytes of such a text, in its one form only; else a problem of the code. */
export function unbase32(text, length, code) {
  if (typeof text !== 'string' || text.length !== Math.ceil((length * 8) / 5)) throw new KeyProblem(code);
  const found = new Uint8Array(length);
  let held = 0;
  let bits = 0;
  let n = 0;
  for (const each of text) {
    const at = ALPHABET.indexOf(each);
    if (at < 0) throw new KeyProblem(code);
    held = (held << 5) | at;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      found[n++] = (held >> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0) throw new KeyProblem(code);
  return found;
}

/** The bytes of hexadecimal digits. */
export function unhex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new KeyProblem('subject');
  return Uint8Array.from(text.match(/../g) ?? [], (each) => parseInt(each, 16));
}

/**
 * What a file holds: {kind: 'key', public, sealed, how} or {kind: 'key', public, seed}, or {kind: 'approval',
 * text, …}. Takes octets.
 */
export function read(octets) {
  if (octets.length > SIZE) throw new KeyProblem('file');
  let text;
  let value;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
    value = JSON.parse(text.replace(/\n$/, ''));
  } catch {
    throw new KeyProblem('file');
  }
  if (value === null || typeof value !== 'object' || `${canonical(value)}` !== text.replace(/\n$/, '')) throw new KeyProblem('file');
  if (value.type === TYPE) return approval(value, text);
  if (value.kind !== KIND) throw new KeyProblem('file');
  if (value.v !== 1) throw new KeyProblem('version');
  if (value.purpose !== 'officer') throw new KeyProblem('purpose');
  const wanted = 'seed' in value ? 'kind public purpose seed v' : 'kind public purpose scrypt sealed v';
  if (Object.keys(value).join(' ') !== wanted) throw new KeyProblem('file');
  const found = { kind: 'key', public: unbase32(value.public, KEY, 'file') };
  if ('seed' in value) return { ...found, seed: unbase32(value.seed, KEY, 'file') };
  const how = value.scrypt;
  if (how === null || typeof how !== 'object' || Object.keys(how).join(' ') !== 'n p r salt') throw new KeyProblem('file');
  const { n, p, r } = how;
  const power = Number.isInteger(n) && n > 1 && n <= MOST && (n & (n - 1)) === 0;
  if (!power || r !== 8 || !Number.isInteger(p) || p < 1 || p > 16) throw new KeyProblem('file');
  const salt = unbase32(how.salt, SALT, 'file');
  return { ...found, sealed: unbase32(value.sealed, NONCE + KEY + TAG, 'file'), how: { n, p, r, salt } };
}

// RFC 8785, as far as such files need it: texts of ASCII, whole numbers, null, objects
function canonical(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

function approval(value, text) {
  if (Object.keys(value).join(' ') !== 'agreement hash key signature type v what' || value.v !== 1) throw new KeyProblem('file');
  if (!WHATS.includes(value.what)) throw new KeyProblem('file');
  unbase32(value.hash, KEY, 'file');
  return {
    kind: 'approval', text: text.endsWith('\n') ? text : `${text}\n`, what: value.what, hash: value.hash, agreement: value.agreement,
    public: unbase32(value.key, KEY, 'file'), signature: unbase32(value.signature, SIGNATURE, 'file'),
  };
}

/** What is approved, checked: {what, hash, agreement} in octets; agreement is null but for an agreement. */
export function subject({ what, sha256, agreement = null }) {
  const hash = unhex(sha256);
  if (!WHATS.includes(what) || hash.length !== KEY || (what === 'agreement') !== (agreement !== null)) throw new KeyProblem('subject');
  return { what, hash, agreement: agreement === null ? null : unbase32(agreement, NUMBER, 'subject') };
}

/** The octets that are signed (ledger/approval.py). */
export function message({ what, hash, agreement }) {
  const words = new TextEncoder();
  if (agreement !== null) return joined(words.encode('wideberth/agreement/v1\n'), agreement, hash);
  return joined(words.encode(`wideberth/approval/v1\n${what}\n`), hash);
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of parts) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

/** The seed of a key file; whoever has it wipes it. `progress(0..1)` meanwhile. */
export async function opened(found, passphrase, progress = () => {}) {
  if (found.seed !== undefined) return found.seed.slice();
  if (passphrase === '') throw new KeyProblem('passphrase_needed');
  const said = new TextEncoder().encode(passphrase.normalize('NFC'));
  const { n, p, r, salt } = found.how;
  let key = null;
  try {
    key = await scryptAsync(said, salt, { N: n, r, p, dkLen: KEY, maxmem: 2 ** 31, onProgress: progress });
    const bound = joined(new TextEncoder().encode('wideberth/key/v1\nofficer\n'), found.public);
    return gcmsiv(key, found.sealed.slice(0, NONCE), bound).decrypt(found.sealed.slice(NONCE));
  } catch (error) {
    if (error instanceof RangeError) throw new KeyProblem('memory');
    throw new KeyProblem('passphrase');
  } finally {
    key?.fill(0);
    said.fill(0);
  }
}

async function verifies(key, signature, data) {
  const held = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', held, signature, data);
}

function able() {
  if (globalThis.crypto?.subtle === undefined) throw new KeyProblem('insecure');
}

/** The approval of a subject by a key file, as text with its newline. */
export async function sign(about, found, passphrase, progress) {
  able();
  const data = message(about);
  const seed = await opened(found, passphrase, progress);
  const whole = joined(Uint8Array.from(PKCS8), seed);
  let signature;
  try {
    const key = await crypto.subtle.importKey('pkcs8', whole, 'Ed25519', false, ['sign']);
    signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key, data));
  } catch {
    throw new KeyProblem('browser');
  } finally {
    seed.fill(0);
    whole.fill(0);
  }
  // signed by the seed, verified by the public half beside it: a file that was changed is found out
  if (!(await verifies(found.public, signature, data))) throw new KeyProblem('public');
  return `${canonical({
    agreement: about.agreement === null ? null : base32(about.agreement), hash: base32(about.hash), key: base32(found.public),
    signature: base32(signature), type: TYPE, v: 1, what: about.what,
  })}\n`;
}

/** An approval that was made elsewhere, where it is one of this subject and its signature holds. */
export async function taken(about, found) {
  able();
  const same = found.what === about.what && found.hash === base32(about.hash)
    && found.agreement === (about.agreement === null ? null : base32(about.agreement));
  if (!same) throw new KeyProblem('other');
  let holds = false;
  try {
    holds = await verifies(found.public, found.signature, message(about));
  } catch {
    throw new KeyProblem('browser');
  }
  if (!holds) throw new KeyProblem('signature');
  return found.text;
}
