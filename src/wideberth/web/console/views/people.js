// People: one's own account, and for an admin everybody's; who asked for which change.

import * as api from '../core/api.js';
import { act, explained, sure, tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as passkey from '../core/passkey.js';
import { prefer, prefs } from '../core/prefs.js';
import { to } from '../core/route.js';
import { staleNote } from '../core/stale.js';
import { LANGUAGES, coded, t } from '../core/words.js';
import { accounts } from './people_accounts.js';
import { acts } from './people_acts.js';

const PARTS = { me: mine, accounts, acts };
const MAY = { me: null, accounts: ['admin'], acts: ['admin', 'officer'] };

export function show(root, { rest, query, session }) {
  const may = (part) => MAY[part] === null || MAY[part].some((each) => session.roles.includes(each));
  const part = rest[0] in PARTS && may(rest[0]) ? rest[0] : 'me';
  const body = h('div', {});
  root.append(h('h1', {}, t('people.title')),
    h('ul', { class: 'tabs' }, Object.keys(PARTS).filter(may).map((each) => h('li', {},
      h('a', { href: to('people', each), 'aria-current': each === part ? 'page' : null }, t(`people.part_${each}`))))),
    body);
  return PARTS[part](body, { rest: rest.slice(1), query, session });
}

function mine(root, { session }) {
  const list = h('div', { 'aria-live': 'polite' });
  const making = h('div', {});
  root.append(h('div', { class: 'columns' },
    h('div', {}, h('section', { class: 'card' }, h('h2', {}, t('people.account')),
      h('dl', { class: 'facts' },
        h('dt', {}, t('people.name')), h('dd', {}, own(session.name)),
        h('dt', {}, t('people.roles')), h('dd', {}, session.roles.map((each) => coded('people', `role_${each}`)).join(', ')))),
    h('section', { class: 'card' }, h('h2', {}, t('people.password')), h('p', { class: 'small soft' }, t('people.password_words')), password(session))),
    h('section', { class: 'card' }, h('h2', {}, t('people.passkeys')), h('p', { class: 'small soft' }, t('people.passkeys_words')), list, making),
    h('section', { class: 'card' }, h('h2', {}, t('people.preferences')), h('p', { class: 'small soft' }, t('people.preferences_words')), preferences())));

  const end = live.use('/v1/passkeys', [], (state) => {
    const { data, problem } = state;
    if (data === null) {
      fill(list, problem === null ? t('core.loading') : explained(problem));
      return;
    }
    fill(list, staleNote(state),
      data.length === 0 ? h('p', {}, t('people.passkeys_none')) : h('ul', { class: 'list' }, data.map(one)));
  }, { present: true });
  offer();

  function one(each) {
    const remove = h('button', { type: 'button', 'aria-label': t('people.passkey_remove_named', { name: each.name }) }, t('people.passkey_remove'));
    remove.addEventListener('click', async () => {
      if (!await sure(t('people.passkey_remove'), t('people.passkey_remove_sure', { name: each.name }), t('people.passkey_remove'), { danger: true })) return;
      await act(remove, () => api.del(`/v1/passkeys/${api.part(each.passkey)}`), { done: t('people.passkey_removed') });
      await live.again('/v1/passkeys');
    });
    return h('li', { class: 'row' }, h('div', {}, h('strong', {}, own(each.name)),
      h('div', { class: 'small soft' }, t('people.passkey_made', { time: time(each.made, { day: 'always' }) }), ' · ',
        each.used === null ? t('people.passkey_never') : t('people.passkey_used', { time: time(each.used, { day: 'always' }) }))), remove);
  }

  function offer() {
    if (!passkey.able()) {
      fill(making, h('p', { class: 'small' }, t('people.passkeys_unable')));
      return;
    }
    fill(making, h('button', { type: 'button', class: 'first', on: { click: ask } }, t('people.passkey_add')));
  }

  function ask() {
    const problem = h('div', {});
    const made = form([
      field('name', t('people.passkey_name'), { required: true, help: t('people.passkey_name_help'), autofocus: true }),
      field('password', t('people.password_now'), { kind: 'password', required: true, autocomplete: 'current-password' }),
      { element: problem },
    ], {
      submit: t('people.passkey_add'),
      cancel: offer,
      send: async (values) => {
        fill(problem);
        try {
          return await passkey.make(session.name, values.password, values.name);
        } catch (failed) {
          if (!(failed instanceof passkey.PasskeyProblem)) throw failed;
          fill(problem, h('p', { class: 'problem', role: 'alert' }, t(`shell.passkey_${failed.code}`, { address: failed.detail })));
          return undefined;
        }
      },
      done: async () => {
        tell(t('people.passkey_added'));
        offer();
        await live.again('/v1/passkeys');
      },
    });
    fill(making, made);
    made.fields.name.input.focus();
  }
  return end;
}

function preferences() {
  const now = prefs();
  const choice = (name, choices, value) => field(name, t(`people.pref_${name}`), { kind: 'choice', choices, value });
  const fields = [
    choice('language', [['', t('people.language_auto')], ...Object.entries(LANGUAGES)], now.language ?? ''),
    choice('units', ['aviation', 'metric'].map((each) => [each, t(`people.units_${each}`)]), now.units),
    choice('notation', ['dm', 'dms', 'decimal', 'mgrs', 'utm'].map((each) => [each, t(`people.notation_${each}`)]), now.notation),
    choice('light', ['auto', 'day', 'night'].map((each) => [each, t(`people.light_${each}`)]), now.light),
    field('sound', t('people.pref_sound'), { kind: 'check', value: now.sound }),
  ];
  for (const each of fields) {
    each.input.addEventListener('change', () => {
      prefer({ [each.name]: each.value() === '' ? null : each.value() });
      if (each.name !== 'language') tell(t('people.preferred'));
    });
  }
  return h('div', {}, fields.map((each) => each.element));
}

function password(session) {
  const made = form([
    // a keeper of passwords is to know whose it is
    { element: h('input', { type: 'text', autocomplete: 'username', value: session.name, hidden: true, 'aria-hidden': 'true', tabindex: '-1' }) },
    field('password', t('people.password_now'), { kind: 'password', required: true, autocomplete: 'current-password' }),
    field('new', t('people.password_new'), { kind: 'password', required: true, autocomplete: 'new-password', help: t('people.password_help') }),
  ], {
    submit: t('people.password_set'),
    send: (values) => api.put('/v1/password', values),
    done: () => {
      made.reset();
      tell(t('people.password_done'));
    },
  });
  return made;
}
