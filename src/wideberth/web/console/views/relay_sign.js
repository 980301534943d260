// What a cell signs, in the browser: by the sixteen words of its slip, or by its own key (docs/relay.md).

import { t } from '../core/words.js';

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aiou';
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]); // RFC 8410, of an Ed25519 seed
const text = (said) => new TextEncoder().encode(said);

export function base32(bytes) {
  let [out, bits, held] = ['', 0, 0];
  for (const each of bytes) {
    held = (held << 8) | each;
    for (bits += 8; bits >= 5; bits -= 5) out += ALPHABET[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? out : out + ALPHABET[(held << (5 - bits)) & 31];
}

export function unbase32(said) {
  const out = [];
  let [bits, held] = [0, 0];
  for (const each of said) {
    const value = ALPHABET.indexOf(each);
    if (value < 0) throw new Error(t('relay.not_base32'));
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  return Uint8Array.from(out);
}

/** The 32 bytes that the words of a slip stand for. */
export function unwords(said) {
  const words = said.toLowerCase().replace(/-/g, ' ').trim().split(/\s+/);
  if (words.length !== 16) throw new Error(t('relay.sixteen', { n: words.length }));
  return Uint8Array.from(words.flatMap((word, n) => {
    const found = [...word].map((each, k) => (k % 2 === 0 ? CONSONANTS : VOWELS).indexOf(each));
    if (found.length !== 5 || found.includes(-1)) throw new Error(t('relay.no_word', { n: n + 1 }));
    const number = (found[0] << 12) | (found[1] << 10) | (found[2] << 6) | (found[3] << 4) | found[4];
    return [number >> 8, number & 255];
  }));
}

const raw = (id) => unbase32(id.slice(2));

/** The seed with which the holder of a slip signs: for this relay and cell, and for nothing else. */
export async function slipSeed(words, relay, cell) {
  const secret = await crypto.subtle.importKey('raw', unwords(words), 'HKDF', false, ['deriveBits']);
  const salt = Uint8Array.from([...raw(relay), ...raw(cell)]);
  const info = text('wideberth/relay-slip/v1\n');
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, secret, 256));
}

/** The seed in a cell's key file, opened with its passphrase where it is sealed. Both stay in this page. */
export async function seedOf(file, passphrase) {
  let found;
  try {
    found = JSON.parse(file);
  } catch {
    throw new Error(t('relay.no_key'));
  }
  if (found.kind !== 'wideberth.key' || found.purpose !== 'cell') throw new Error(t('relay.no_key'));
  if (typeof found.seed === 'string') return unbase32(found.seed);
  if (passphrase === '') throw new Error(t('relay.sealed'));
  const [{ scryptAsync }, { gcmsiv }] = await Promise.all([import('../vendor/@noble/hashes/scrypt.js'), import('../vendor/@noble/ciphers/aes.js')]);
  const { n, p, r, salt } = found.scrypt;
  if (!(Number.isInteger(n) && n <= 2 ** 20 && r === 8 && p <= 16)) throw new Error(t('relay.no_key'));
  const key = await scryptAsync(text(passphrase.normalize('NFC')), unbase32(salt), { N: n, r, p, dkLen: 32, maxmem: 2 ** 31 });
  const bound = Uint8Array.from([...text('wideberth/key/v1\ncell\n'), ...unbase32(found.public)]);
  const sealed = unbase32(found.sealed);
  try {
    return gcmsiv(key, sealed.slice(0, 12), bound).decrypt(sealed.slice(12));
  } catch {
    throw new Error(t('relay.passphrase_wrong'));
  } finally {
    key.fill(0);
  }
}

/** The key in the public half of a cell's key file. */
export function publicKey(file) {
  const found = /^wideberth\/public\/v1 cell ([a-z2-7]{52})\s*$/.exec(file);
  if (found === null) throw new Error(t('relay.no_public'));
  return found[1];
}

/** The body of a confirmation: `rung` of exactly this text, signed with this seed now. */
export async function signed(relay, cell, rung, atMs, seed) {
  const key = await crypto.subtle.importKey('pkcs8', Uint8Array.from([...PKCS8, ...seed]), 'Ed25519', true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', key);
  const half = Uint8Array.from(atob(x.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text(relay.text)));
  const message = Uint8Array.from([...text('wideberth/relay/v1\n'), ...raw(relay.relay), ...raw(cell), ...text(`${rung}\n${atMs}\n`), ...digest]);
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key, message));
  return { cell, rung, at: new Date(atMs).toISOString(), sha256: base32(digest), key: base32(half), signature: base32(signature) };
}
