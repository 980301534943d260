// Everybody's accounts, for an admin: roles, passwords, tokens, and who may sign in at all.

import * as api from '../core/api.js';
import { act, explained, sure, tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import * as live from '../core/live.js';
import { key } from '../core/keys.js';
import { go, to } from '../core/route.js';
import { staleNote } from '../core/stale.js';
import { coded, t } from '../core/words.js';

const ROLES = ['admin', 'interpreter', 'observer', 'officer', 'planner', 'releasing'];
const EVERY_MS = 15_000; // another admin may be at work
const NEW = 'new';
const DAYS = 30; // that a token lasts

export function accounts(root, { rest: [wanted], session }) {
  const filter = field('filter', t('people.filter'), {});
  const list = h('ul', { class: 'list', 'aria-label': t('people.part_accounts') });
  const note = h('div', {});
  const item = h('div', {});
  const state = { all: null, duty: [], shown: null, item: null };
  root.append(h('div', { class: 'split' },
    h('section', {}, h('p', {}, h('button', { type: 'button', class: 'first', on: { click: add } }, t('people.add'))), filter.element, note, list),
    item));
  filter.input.addEventListener('input', draw);
  const ends = [
    live.use('/v1/users', [], (found) => {
      fill(note, found.problem === null ? null : explained(found.problem), staleNote(found));
      if (found.data === null) return;
      state.all = found.data;
      draw();
    }, { every: EVERY_MS, present: true }),
    live.use('/v1/duty', ['duty.'], ({ data }) => {
      state.duty = data ?? [];
      draw();
    }),
    key('n', 'people.add', add),
    key('/', 'people.filter', () => filter.input.focus()),
  ];

  const posts = (name) => state.duty.filter((each) => each.name === name).map((each) => coded('people', `post_${each.post}`));

  function draw() {
    if (state.all === null) return;
    const said = filter.value().trim().toLowerCase();
    keep(list, state.all.filter((each) => each.name.toLowerCase().includes(said)).map((each) => ({ ...each, posts: posts(each.name), here: each.name === wanted })),
      (each) => each.name, row);
    const found = state.all.find((each) => each.name === wanted);
    if (state.shown === NEW) return; // what is typed there stays, whatever else changes
    if (state.item !== null && found !== undefined) {
      state.item.update(found, posts(wanted));
      return;
    }
    const shown = wanted === undefined ? 'choose' : found === undefined ? 'gone' : 'one';
    if (shown === state.shown) return;
    state.shown = shown;
    over();
    if (shown === 'choose') fill(item, h('p', { class: 'soft' }, t('people.choose')));
    else if (shown === 'gone') fill(item, h('p', {}, t('people.gone')));
    else state.item = one(item, found, posts(wanted), session);
  }

  function row(each) {
    return h('li', {}, h('a', { href: to('people', 'accounts', each.name), 'aria-current': each.here ? 'true' : null, data: { focus: 'a' } }, own(each.name)), ' ',
      each.enabled ? null : h('span', { class: 'tag warn' }, t('people.disabled')), ' ',
      each.posts.map((post) => h('span', { class: 'tag good' }, t('people.on_duty', { post }))),
      h('div', { class: 'small soft' }, each.roles.map((role) => coded('people', `role_${role}`)).join(', ')));
  }

  function over() {
    state.item?.end();
    state.item = null;
  }

  function add() {
    if (state.shown === NEW) {
      item.querySelector('input')?.focus();
      return;
    }
    over();
    state.shown = NEW;
    const roles = roleFields([]);
    const made = form([
      field('name', t('people.name'), { required: true, ltr: true, help: t('people.name_help'), autofocus: true }),
      field('password', t('people.password_first'), { kind: 'password', required: true, autocomplete: 'new-password', help: t('people.password_help') }),
      roles,
    ], {
      submit: t('people.add'),
      cancel: () => { state.shown = null; draw(); },
      send: ({ name, password }) => api.post('/v1/users', { name, password, roles: roles.chosen() }),
      done: async (found) => {
        tell(t('people.added', { name: found.name }));
        await live.again('/v1/users');
        if (root.isConnected) go('people', 'accounts', found.name); // whoever has gone on stays where they are
      },
    });
    fill(item, h('section', { class: 'card' }, h('h2', {}, t('people.add')), made));
    made.fields.name.input.focus();
  }
  return () => {
    over();
    for (const each of ends) each();
  };
}

function roleFields(now) {
  const boxes = ROLES.map((role) => [role, field(`role_${role}`, t(`people.role_${role}`), { kind: 'check', value: now.includes(role), help: t(`people.may_${role}`) })]);
  return {
    element: h('fieldset', {}, h('legend', {}, t('people.roles')), boxes.map(([, each]) => each.element)),
    chosen: () => boxes.filter(([, each]) => each.value()).map(([role]) => role),
    set: (next) => { for (const [role, each] of boxes) each.set(next.includes(role)); },
  };
}

// Gives `update(user, posts)` for what has changed since, and `end()`: what is typed, and a token that is shown once, stay
function one(root, user, posts, session) {
  let now = user;
  const head = h('section', { class: 'card' });
  const path = `/v1/users/${api.part(user.name)}`;
  const again = () => live.again('/v1/users');
  const self = user.name === session.name;
  const roles = roleFields(user.roles);
  const shown = h('div', { 'aria-live': 'assertive' });
  const tokens = h('div', {});
  const access = h('button', { type: 'button' });
  access.addEventListener('click', async () => {
    const enabled = !now.enabled; // as the button said when it was pressed
    const words = t('people.disable_sure', { name: user.name });
    if (!enabled && !await sure(t('people.disable'), words, t('people.disable'), { danger: true })) return;
    await act(access, () => api.put(`${path}/enabled`, { enabled }), { done: t(enabled ? 'people.enabled_done' : 'people.disabled_done') });
    await again();
  });
  const remove = h('button', { type: 'button', class: 'danger' }, t('people.delete'));
  remove.addEventListener('click', async () => {
    if (!await sure(t('people.delete'), t('people.delete_sure', { name: user.name }), t('people.delete'), { danger: true })) return;
    const done = await act(remove, async () => { await api.del(path); return true; }, { done: t('people.deleted', { name: user.name }) });
    if (done !== true) return;
    end(); // of what is gone nothing is asked any more
    await again();
    if (root.isConnected) go('people', 'accounts');
  });
  const password = form([
    field('password', t('people.password_new'), { kind: 'password', required: true, autocomplete: 'new-password', help: t('people.password_help') }),
  ], {
    submit: t('people.password_set'),
    send: async ({ password: said }) => { await api.put(`${path}/password`, { password: said }); return true; },
    done: () => {
      password.reset();
      tell(t('people.password_admin_done', { name: user.name }));
    },
  });
  fill(root,
    head,
    h('section', { class: 'card' }, h('h2', {}, t('people.roles')), form([roles], {
      submit: t('people.roles_set'),
      send: async () => {
        const [base, wanted] = [now.roles, roles.chosen()];
        const found = (await api.get('/v1/users')).find((each) => each.name === user.name);
        if (found !== undefined && differ(found.roles, base)) {
          roles.set(found.roles);
          now = { ...now, roles: found.roles };
          throw new Error(t('people.roles_changed'));
        }
        return api.put(`${path}/roles`, { roles: wanted });
      },
      done: async (found) => {
        now = found;
        tell(t('people.roles_done'));
        await again();
      },
    })),
    h('section', { class: 'card' }, h('h2', {}, t('people.password_other')), h('p', { class: 'small soft' }, t(self ? 'people.password_self' : 'people.password_other_words')), self ? null : password),
    h('section', { class: 'card' }, h('h2', {}, t('people.tokens')), h('p', { class: 'small soft' }, t('people.tokens_words')), shown, tokens, tokenForm()));

  function tokenForm() {
    const made = form([
      field('token', t('people.token_name'), { required: true, help: t('people.token_help') }),
      field('days', t('people.token_days'), { kind: 'number', value: DAYS, min: 1, max: 400 }),
    ], {
      submit: t('people.token_add'),
      send: (values) => api.post(`${path}/tokens`, values.days === null ? { token: values.token } : values),
      done: async (found) => {
        made.reset();
        made.fields.days.set(DAYS);
        const copy = h('button', { type: 'button', on: { click: () => act(copy, () => navigator.clipboard.writeText(found.token), { done: t('people.copied') }) } }, t('people.copy'));
        fill(shown, h('div', { class: 'card warn' }, h('p', {}, t('people.token_once', { time: time(found.expires, { day: 'always' }) })),
          h('p', {}, h('code', { class: 'exact', dir: 'ltr' }, found.token)), copy, ' ',
          h('button', { type: 'button', on: { click: () => fill(shown) } }, t('people.token_hide'))));
        await live.again(`${path}/tokens`);
      },
    });
    return made;
  }

  const end = live.use(`${path}/tokens`, [], (state) => {
    const { data, problem } = state;
    if (data === null) fill(tokens, problem === null ? t('core.loading') : explained(problem));
    else if (data.length === 0) fill(tokens, staleNote(state), h('p', {}, t('people.tokens_none')));
    else {
      fill(tokens, staleNote(state), h('div', { class: 'scroll' }, h('table', {},
        h('thead', {}, h('tr', {}, ['token', 'token_made', 'token_used', 'token_ends'].map((each) => h('th', { scope: 'col' }, t(`people.${each}`))), h('td', {}))),
        h('tbody', {}, data.map(token)))));
    }
  }, { every: 60_000, present: true });
  update(user, posts);
  return { end, update };

  function update(next, on) {
    // ticks that nobody has touched are as they are at the node
    if (differ(next.roles, now.roles) && !differ(roles.chosen(), now.roles)) {
      roles.set(next.roles);
      now = next;
    } else now = { ...next, roles: now.roles };
    access.textContent = t(now.enabled ? 'people.disable' : 'people.enable');
    access.className = now.enabled ? 'danger' : 'first';
    const here = head.contains(document.activeElement) ? document.activeElement : null;
    fill(head, h('h2', {}, own(user.name)),
      h('p', {}, now.enabled ? t('people.enabled') : h('strong', {}, t('people.disabled')), ' · ', t('people.made', { time: time(now.made, { day: 'always' }) })),
      on.length > 0 ? h('p', {}, on.map((post) => t('people.on_duty', { post })).join(', ')) : null,
      h('div', { class: 'actions' }, access, remove));
    here?.focus();
  }

  function token(each) {
    const stop = h('button', { type: 'button', 'aria-label': t('people.token_end_named', { name: each.name }) }, t('people.token_end'));
    stop.addEventListener('click', async () => {
      await act(stop, () => api.del(`${path}/tokens/${api.part(each.name)}`), { done: t('people.token_ended') });
      await live.again(`${path}/tokens`);
    });
    const over = Date.parse(each.expires) <= live.now();
    return h('tr', {}, h('th', { scope: 'row' }, own(each.name)), h('td', {}, time(each.made)),
      h('td', {}, each.used === null ? t('people.token_never') : time(each.used)),
      h('td', {}, time(each.expires, { day: 'always' }), over ? [' ', h('span', { class: 'tag warn' }, t('people.token_over'))] : null), h('td', {}, stop));
  }
}

const differ = (some, others) => [...some].sort().join() !== [...others].sort().join();
