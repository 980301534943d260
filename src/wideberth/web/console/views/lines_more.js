// Of a line, what is needed seldom: files that people carry, papers, its address, what was told by hand before.

import * as api from '../core/api.js';
import { act, tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { roleWords } from '../core/role.js';
import { coded, t } from '../core/words.js';
import { peerOf } from './lines_state.js';

const SAID = ['confirmed', 'disputed', 'not known'];
const part = (title, ...children) => h('details', { class: 'card' }, h('summary', {}, h('h2', {}, title)), ...children);

/** A bundle for the other party, and one of theirs. */
export function bundles(path, view, session) {
  if (live.past() !== null || !session.roles.some((each) => each === 'officer' || each === 'admin')) return null;
  const peer = peerOf(view);
  const came = h('div', { role: 'status' });
  const out = h('button', { type: 'button' }, t('lines.bundle_out'));
  out.addEventListener('click', () => act(out, async () => {
    const found = await write(`${path}/bundles/out`);
    api.save(`${new Date(live.now()).toISOString().slice(0, 16).replace(/[-:T]/g, '')}.bundle`, found);
    tell(t('lines.bundle_out_done', { peer }));
  }));
  const into = form([field('bundle', t('lines.bundle_in'), { kind: 'file', required: true })], {
    submit: t('lines.bundle_take'),
    send: async ({ bundle }) => api.upload(`${path}/bundles/in`, new Uint8Array(await bundle.arrayBuffer())),
    done: async (took) => {
      fill(came, h('p', {}, h('strong', {}, t('lines.bundle_took', took))),
        took.missing > 0 ? h('p', {}, t('lines.bundle_missing')) : null, took.unopened > 0 ? h('p', {}, t('lines.bundle_unopened')) : null);
      await live.again('/v1/');
    },
  });
  return { element: part(t('lines.bundles'), h('p', { class: 'actions' }, out), into, came) };
}

// no body at all: the node takes none here
async function write(path) {
  const away = () => { throw new api.Problem(0, { code: api.UNREACHED }); };
  const answer = await fetch(path, { method: 'POST', credentials: 'same-origin', cache: 'no-store' }).catch(away);
  if (!answer.ok) throw new api.Problem(answer.status, await answer.json().catch(() => ({})));
  return new Uint8Array(await answer.arrayBuffer().catch(away));
}

/** Where their node is called (an admin). */
export function readdress(path, view) {
  if (live.past() !== null) return null;
  let was = view.address ?? '';
  const known = field('address', t('lines.address'), { value: was, help: t('lines.address_help'), ltr: true });
  // another admin's stands here too, where nobody has typed
  const end = live.use(path, [], ({ data }) => {
    if (data === null || (data.address ?? '') === was) return;
    if (known.value() === was) known.set(data.address ?? '');
    was = data.address ?? '';
  });
  const made = form([known], {
    submit: t('core.save'),
    send: ({ address }) => api.put(`${path}/address`, { address: address.trim() === '' ? null : address.trim() }),
    done: async () => {
      tell(t('lines.saved'));
      await live.again('/v1/lines');
    },
  });
  return { element: part(t('lines.address'), made), end };
}

/** Certificates and revocations. */
export function papers(path) {
  if (live.past() !== null) return null;
  const made = form([field('papers', t('lines.papers_files'), { kind: 'file', multiple: true, required: true })], {
    submit: t('lines.papers_send'),
    send: async ({ papers: files }) => api.post(`${path}/papers`, { papers: await Promise.all(files.map((each) => each.text())) }),
    done: async () => {
      tell(t('lines.papers_done'));
      await live.again('/v1/lines');
    },
  });
  return { element: part(t('lines.papers'), made) };
}

/** What either party told by voice before there was a line, and whether it was so. */
export function history(path, session) {
  const box = h('div', {});
  const element = part(t('lines.history'), box);
  const end = live.use(`${path}/history`, ['line.', 'entry.'], ({ data }) => {
    if (data === null || box.dataset.said === JSON.stringify(data)) return;
    box.dataset.said = JSON.stringify(data);
    fill(box, data.length === 0 ? h('p', { class: 'soft' }, t('lines.history_none')) : data.map((each) => entry(each)));
  });

  function entry(each) {
    const mine = !each.mine && session.roles.includes('officer');
    const choices = each.rows.map((row, n) => h('select', { 'aria-label': t('lines.history_row', { n: n + 1, words: row.what ?? row.answer ?? '' }) },
      SAID.map((said) => h('option', { value: said }, coded('lines', `history_${said.replace(' ', '_')}`)))));
    const role = h('input', { value: 'duty officer', 'aria-label': t('lines.history_role') });
    const button = h('button', { type: 'button', class: 'first', disabled: live.past() !== null }, t('lines.history_say'));
    button.addEventListener('click', () => act(button, async () => {
      await api.post(`${path}/history`, { origin: each.origin, n: each.n, rows: choices.map((one) => one.value), role: role.value });
      await live.again(path);
    }, { done: t('lines.saved') }));
    return h('div', { class: 'card' },
      h('h3', {}, each.mine ? t('core.ours') : t('core.theirs'), ' ', own(String(each.n)), each.role === null ? null : [' · ', t('lines.history_said', { role: roleWords(each.role) })]),
      h('ul', { class: 'list' }, each.rows.map((row, n) => h('li', {}, time(row.claimed), ' ', own(row.role), ': ', own(row.what ?? row.answer ?? ''), ' ',
        h('span', { class: 'soft', lang: 'en', dir: 'ltr' }, row.shown), ' ', mine ? choices[n] : null))),
      mine ? h('p', { class: 'actions' }, role, button) : null);
  }
  return { element, end };
}

/** What was here of a line at the moment that is looked at. */
export function known(line) {
  const box = h('div', {});
  const element = part(t('lines.known'), box);
  if (live.past() === null) return null;
  const end = live.use('/v1/known', [], ({ data }) => {
    const found = data?.lines.find((each) => each.line === line);
    if (found === undefined) return;
    fill(box, h('p', {}, t('lines.known_certain', { n: found.entries, more: found.unshown })),
      h('ul', { class: 'list' }, found.newest.map((each) => h('li', {}, t('lines.known_may', {
        type: each.type, said: time(each.said, { seconds: true }), shown: each.shown === null ? t('lines.known_not') : time(each.shown, { seconds: true }),
      })))));
  });
  return { element, end };
}
