// Two officers sign one exact text, each by a key of their own; what they have signed is kept here until both have,
// and then handed in together. Nothing of a key is kept.

import * as api from '../core/api.js';
import { act, explained, tell } from '../core/dialog.js';
import { fill, h, own } from '../core/html.js';
import { t } from '../core/words.js';
import { actions, mayAct, sha256 as hashed } from './told_parts.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const collected = new Map(); // by what and SHA-256: approvals as texts; it lasts as long as the page

function base32(hex) {
  let bits = '';
  for (let n = 0; n < hex.length; n += 2) bits += Number.parseInt(hex.slice(n, n + 2), 16).toString(2).padStart(8, '0');
  let found = '';
  for (let n = 0; n < bits.length; n += 5) found += ALPHABET[Number.parseInt(bits.slice(n, n + 5).padEnd(5, '0'), 2)];
  return found;
}

/** What an approval says, as far as it can be read here; the node verifies it. Raises an Error in words. */
function read(text, what, sha256) {
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    throw new Error(t('told.no_approval'));
  }
  if (said?.type !== 'wideberth.approval') throw new Error(t('told.no_approval'));
  if (said.what !== what || said.hash !== base32(sha256)) throw new Error(t('told.other_text'));
  return said;
}

/**
 * The signing of one text. `what`, `sha256`, `title`, `shown()` (a node) as core/sign.js has them; `name` and
 * `exact()`: the file that is signed, and its octets; `hand(approvals)` gives them to the node.
 */
export function signing({ what, sha256, title, shown, name, exact, hand, needed = 2, submit = t('told.hand_in') }) {
  const id = `${what} ${sha256}`;
  const box = h('section', { class: 'signing', 'aria-label': t('told.two_officers') });
  const problem = h('div', { 'aria-live': 'polite' });
  const some = () => collected.get(id) ?? [];

  function add(text) {
    const said = read(text, what, sha256);
    if (some().some((each) => JSON.parse(each).key === said.key)) throw new Error(t('told.same_key'));
    collected.set(id, [...some(), text]);
    fill(problem);
    draw();
  }

  async function byKey() {
    let module;
    try {
      module = await import('../core/sign.js');
    } catch {
      tell(t('told.no_sign'), 'problem');
      return;
    }
    const found = await module.approve({ what, sha256, agreement: null, title, shown: shown() });
    if (found !== null) attempt(() => add(found));
  }

  async function load(event) {
    const files = [...event.target.files];
    event.target.value = ''; // at once: another may be chosen while they are read
    for (const each of files) {
      try {
        add(await each.text());
      } catch (error) {
        fill(problem, explained(error));
      }
    }
  }

  function attempt(does) {
    try {
      does();
    } catch (error) {
      fill(problem, explained(error));
    }
  }

  function draw() {
    const found = some();
    const here = box.contains(document.activeElement);
    const sign = h('button', { type: 'button', class: found.length < needed && 'first', on: { click: () => act(sign, byKey) } }, t('told.sign_here'));
    const file = h('input', { type: 'file', multiple: true, class: 'approval', disabled: !mayAct(), on: { change: load } });
    const save = h('button', { type: 'button', on: { click: () => act(save, async () => {
      const data = await exact();
      // what is signed elsewhere is what is shown here, and not what came since
      if ((await hashed(data)) !== sha256) throw new Error(t('told.changed_since'));
      api.save(name, data, 'application/json');
    }, { at: problem }) } }, t('told.save_exact', { name }));
    const give = h('button', { type: 'button', class: 'first', on: { click: () => act(give, async () => {
      await hand(found);
      collected.delete(id);
    }, { at: problem }) } }, submit);
    fill(box,
      h('h3', {}, t('told.two_officers')),
      h('p', { class: 'small' }, t('told.signs_hash'), ' ', h('code', { class: 'long' }, sha256)),
      h('p', { role: 'status' }, t('told.collected', { n: found.length, needed })),
      h('ul', { class: 'list' }, found.map((each) => h('li', {}, t('told.by_key'), ' ', own(JSON.parse(each).key.slice(0, 16)), ' ',
        h('button', { type: 'button', class: 'quiet', on: { click: () => {
          collected.set(id, some().filter((one) => one !== each));
          draw();
        } } }, t('told.leave_out'))))),
      actions(found.length >= needed ? give : null, sign,
        h('label', { class: 'button' }, t('told.load_approval'), file), save),
      problem);
    if (here) box.querySelector('button.first')?.focus();
  }
  draw();
  return box;
}
