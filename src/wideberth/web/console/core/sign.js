// Two persons, each by the own key: what is signed is shown, then signed here, in this browser.

import { dialog } from './dialog.js';
import { field } from './form.js';
import { fill, h, own } from './html.js';
import { KeyProblem, base32, read, sign, subject, taken } from './keyfile.js';
import * as words from './words.js';

const { t, coded } = words;

/**
 * Ask an officer for the approval of one exact hash. `what`: agreement, lift, release or audit; `sha256`: hex;
 * `agreement`: its id (base32), for an agreement only; `title`: of the dialog; `shown`: a node, what is signed.
 * Gives a promise of the approval as text, as `wideberth key approve` writes it; null where it was left.
 */
export async function approve({ what, sha256, agreement = null, title, shown = null }) {
  await words.load('sign');
  const about = subject({ what, sha256, agreement });
  const held = { found: null };
  const made = await dialog(title, (close) => [
    shown === null ? null : h('div', { class: 'sign-shown' }, shown),
    h('dl', { class: 'facts' },
      h('dt', {}, t('sign.what')), h('dd', {}, coded('sign', `what_${what}`)),
      agreement === null ? null : [h('dt', {}, t('sign.agreement')), h('dd', {}, h('code', { dir: 'ltr' }, agreement))],
      h('dt', {}, 'SHA-256'), h('dd', {}, h('code', { class: 'sign-hash', dir: 'ltr' }, sha256.match(/.{1,8}/g).join(' ')))),
    h('p', { class: 'small soft' }, t('sign.words')),
    asked(about, held, close),
  ].filter((each) => each !== null), { wide: true, name: 'sign' });
  // a seed that stood plain in the file
  held.found?.seed?.fill(0);
  return made;
}

function asked(about, held, close) {
  const file = field('key', t('sign.key'), { kind: 'file', help: t('sign.key_help'), required: true });
  const passphrase = field('passphrase', t('sign.passphrase'), { kind: 'password', ltr: true });
  const whose = h('p', { class: 'small', 'aria-live': 'polite' });
  const progress = h('progress', { max: 1, value: 0, hidden: true, 'aria-label': t('sign.opening') });
  const button = h('button', { class: 'first', type: 'submit', disabled: true }, t('sign.sign'));
  passphrase.element.hidden = true;

  async function chosen() {
    held.found?.seed?.fill(0);
    held.found = null;
    file.problem(null);
    passphrase.problem(null);
    fill(whose);
    passphrase.element.hidden = true;
    button.disabled = true;
    const given = file.value();
    if (given === null) return;
    try {
      const octets = new Uint8Array(await given.arrayBuffer());
      if (file.value() !== given) return; // another was chosen meanwhile
      held.found = read(octets);
    } catch (problem) {
      if (file.value() === given) said(file, problem);
      return;
    }
    const { found } = held;
    const made = found.kind === 'approval';
    fill(whose, t(made ? 'sign.is_approval' : 'sign.is_key'), ' ', own(base32(found.public), { class: 'mono' }));
    passphrase.element.hidden = found.sealed === undefined;
    button.textContent = t(made ? 'sign.use' : 'sign.sign');
    button.disabled = false;
    if (!passphrase.element.hidden) passphrase.input.focus();
  }

  async function run(event) {
    event.preventDefault();
    const { found } = held;
    if (found === null || button.disabled) return;
    for (const each of [file, passphrase]) each.problem(null);
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    progress.hidden = found.sealed === undefined;
    try {
      close(found.kind === 'approval' ? await taken(about, found)
        : await sign(about, found, passphrase.value(), (part) => { progress.value = part; }));
      passphrase.set('');
    } catch (problem) {
      const here = problem instanceof KeyProblem && problem.code.startsWith('passphrase');
      said(here ? passphrase : file, problem);
      if (here) passphrase.input.select();
    } finally {
      progress.hidden = true;
      button.disabled = held.found === null;
      button.removeAttribute('aria-busy');
    }
  }

  file.input.addEventListener('change', chosen);
  return h('form', { novalidate: true, on: { submit: run } }, file.element, whose, passphrase.element, progress,
    h('footer', {}, button, h('button', { type: 'button', on: { click: () => close() } }, t('core.cancel'))));
}

function said(at, problem) {
  if (!(problem instanceof KeyProblem)) console.error(problem);
  at.problem(h('span', { role: 'alert' }, t(`sign.problem_${problem instanceof KeyProblem ? problem.code : 'file'}`)));
}
