// Signing in: a name and a password, or a passkey.

import * as api from '../core/api.js';
import { field, form } from '../core/form.js';
import { act } from '../core/dialog.js';
import { fill, h } from '../core/html.js';
import * as passkey from '../core/passkey.js';
import { prefer } from '../core/prefs.js';
import { LANGUAGES, lang, t } from '../core/words.js';

/** Ask who it is; `done(session)` once somebody is signed in. */
export function signIn(root, done) {
  const over = root.tagName === 'DIALOG'; // a view is behind it, with what was typed there
  fill(root, h(over ? 'div' : 'main', { class: 'sign-in', id: over ? null : 'main' },
    h('h1', {}, 'Wideberth'),
    h('p', {}, t(over ? 'shell.session_ended' : 'shell.sign_in_words')),
    over ? null : h('p', {}, Object.entries(LANGUAGES).map(([code, name]) => h('button', {
      type: 'button', lang: code, class: 'quiet', 'aria-pressed': String(code === lang()), on: { click: () => prefer({ language: code }) },
    }, name))),
    form([
      field('name', t('shell.name'), { required: true, autofocus: true, autocomplete: 'username', ltr: true }),
      field('password', t('shell.password'), { kind: 'password', required: true, autocomplete: 'current-password' }),
    ], {
      submit: t('shell.sign_in'),
      send: ({ name, password }) => api.post('/v1/session', { name, password }),
      done,
    }),
    passkey.able() ? withPasskey(done) : null));
  root.querySelector('input').focus();
}

function withPasskey(done) {
  const problem = h('div', { class: 'problems' });
  const button = h('button', { type: 'button', class: 'passkey', on: { click: run } }, t('shell.passkey'));
  async function run() {
    const found = await act(button, async () => {
      try {
        return await passkey.signIn();
      } catch (failed) {
        if (!(failed instanceof passkey.PasskeyProblem)) throw failed;
        fill(problem, h('p', { class: 'problem', role: 'alert' }, t(`shell.passkey_${failed.code}`, { address: failed.detail })));
        return undefined;
      }
    }, { at: problem });
    if (found !== undefined) done(found);
  }
  return h('div', { class: 'or' }, h('p', { class: 'soft' }, t('shell.passkey_or')), button, problem);
}
