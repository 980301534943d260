// Signing in: a name and a password, or a passkey.

import * as api from '../core/api.js';
import { field, form } from '../core/form.js';
import { fill, h } from '../core/html.js';
import { prefer } from '../core/prefs.js';
import { LANGUAGES, lang, t } from '../core/words.js';

/** Ask who it is; `done(session)` once somebody is signed in. */
export function signIn(root, done) {
  const over = root.tagName === 'DIALOG'; // a view is behind it, with what was typed there
  fill(root, h(over ? 'div' : 'main', { class: 'sign-in', id: over ? null : 'main' },
    h('h1', {}, 'Wideberth'),
    h('p', {}, t('shell.sign_in_words')),
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
    })));
  root.querySelector('input').focus();
}
