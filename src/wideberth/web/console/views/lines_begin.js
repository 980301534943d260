// A line is begun: the line file, and the key of the own offer, opened here under its passphrase.

import * as api from '../core/api.js';
import { tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { h } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { t } from '../core/words.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const SEED = 32;
const NONCE = 12;

/** The form. */
export function begin() {
  const made = form([
    field('paired', t('lines.begin_paired'), { kind: 'file', required: true }),
    field('pairing_key', t('lines.begin_key'), { kind: 'file', required: true }),
    field('passphrase', t('lines.begin_passphrase'), { kind: 'password' }),
    field('address', t('lines.address'), { help: t('lines.address_help'), ltr: true }),
  ], {
    submit: t('lines.begin'),
    send: async ({ paired, pairing_key: key, passphrase, address }) => api.post('/v1/lines', {
      paired: await paired.text(), pairing_key: await seed(await key.text(), passphrase), address: address.trim() || null,
    }),
    done: async (found) => {
      tell(t('lines.begin_done'));
      await live.again('/v1/lines');
      route.go('lines', found.line);
    },
  });
  return h('section', { class: 'card' }, h('h2', {}, t('lines.begin')), h('p', {}, t('lines.begin_words')), made);
}

/** The seed of a pairing key file (docs/keys.md) in base32; what is sealed is opened. Refused: an Error in words. */
async function seed(text, passphrase) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    found = null;
  }
  if (found?.kind !== 'wideberth.key' || found.purpose !== 'pairing') throw new Error(t('lines.key_file'));
  if (typeof found.seed === 'string') return found.seed;
  // what takes long to load, only where it is needed
  const [{ gcmsiv }, { scryptAsync }] = await Promise.all([import('../vendor/@noble/ciphers/aes.js'), import('../vendor/@noble/hashes/scrypt.js')]);
  try {
    const { n, p, r, salt } = found.scrypt;
    const words = new TextEncoder();
    const key = await scryptAsync(words.encode(passphrase.normalize('NFC')), unbase32(salt), { N: n, r, p, dkLen: SEED, maxmem: 2 ** 31 });
    const publicHalf = unbase32(found.public);
    const heading = words.encode('wideberth/key/v1\npairing\n');
    const bound = new Uint8Array(heading.length + publicHalf.length);
    bound.set(heading);
    bound.set(publicHalf, heading.length);
    const sealed = unbase32(found.sealed);
    const opened = gcmsiv(key, sealed.slice(0, NONCE), bound).decrypt(sealed.slice(NONCE));
    key.fill(0);
    return base32(opened);
  } catch {
    throw new Error(t('lines.key_passphrase'));
  }
}

function unbase32(text) {
  let bits = '';
  for (const each of text) bits += ALPHABET.indexOf(each).toString(2).padStart(5, '0');
  return Uint8Array.from(bits.match(/.{8}/g), (each) => parseInt(each, 2));
}

function base32(data) {
  const bits = [...data].map((each) => each.toString(2).padStart(8, '0')).join('');
  return bits.match(/.{1,5}/g).map((each) => ALPHABET[parseInt(each.padEnd(5, '0'), 2)]).join('');
}
