// Two sheets of paper: what one hands over to the next, and what the watch needs when the node is gone.

import * as api from '../core/api.js';
import { act, explained, tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { coded, t } from '../core/words.js';
import { sheet } from './handover_sheet.js';

const PARTS = { handover, blackout };

export function show(root, { rest, session }) {
  const part = rest[0] in PARTS ? rest[0] : 'handover';
  const body = h('div', {});
  root.append(h('h1', { class: 'no-print' }, t('handover.title')),
    h('ul', { class: 'tabs no-print' }, Object.keys(PARTS).map((each) => h('li', {},
      h('a', { href: to('handover', each), 'aria-current': each === part ? 'page' : null }, t(`handover.part_${each}`))))),
    body);
  return PARTS[part](body, session);
}

function handover(root, session) {
  const shown = h('div', {});
  const giving = h('div', { class: 'no-print' });
  const state = { page: null, duty: null, problem: null, said: null };
  const hash = h('p', { class: 'help' });
  const fresh = h('button', { type: 'button', class: 'first', on: { click: draw } }, t('handover.fresh'));
  root.append(h('p', { class: 'no-print' }, t('handover.words')), h('div', { class: 'actions no-print' }, fresh), giving, shown);
  const ends = [
    live.use('/v1/duty', ['duty.'], ({ data, problem }) => {
      [state.duty, state.problem] = [data, problem];
      give();
    }),
    live.whenStanding(give), // back from an earlier moment
    key('n', 'handover.fresh', draw),
  ];
  draw();

  async function draw() {
    if (fresh.disabled) return;
    state.page = null; // nothing is handed over with a sheet that is not shown
    give();
    const found = await act(fresh, () => api.get('/v1/handover/page'), { at: shown });
    if (found === undefined) return;
    state.page = found;
    fill(shown, sheet(found, t('handover.part_handover'), 'handover'));
    give();
  }

  // only who has a post hands it over; what is typed stays while the sheet is made anew
  function give() {
    const mine = (state.duty ?? []).filter((each) => each.name === session.name).map(({ post }) => post);
    giving.hidden = mine.length > 0 && state.page === null && live.past() === null;
    const words = state.page === null ? '' : t('handover.with_help', { hash: state.page.sha256.slice(0, 16) });
    if (hash.textContent !== words) hash.textContent = words;
    const text = JSON.stringify([state.duty === null ? state.problem?.code ?? null : mine, live.past()]);
    if (text === state.said) return;
    state.said = text;
    if (live.past() !== null) {
      fill(giving, h('p', { class: 'tag warn' }, t('handover.in_the_past')));
      return;
    }
    if (state.duty === null) {
      fill(giving, state.problem === null ? h('p', { class: 'soft' }, t('core.loading')) : explained(state.problem));
      return;
    }
    if (mine.length === 0) {
      fill(giving, h('p', { class: 'soft' }, t('handover.no_post')));
      return;
    }
    const signed = field('with', t('handover.with'), { kind: 'check', value: true });
    hash.id = `${signed.input.id}-help`;
    signed.element.append(hash);
    fill(giving, h('section', { class: 'card' }, h('h2', {}, t('handover.give')),
      h('p', { class: 'small soft' }, t('handover.give_words')),
      form([
        field('post', t('handover.post'), { kind: 'choice', choices: mine.map((post) => [post, coded('handover', `post_${post}`)]), value: mine[0] }),
        field('to', t('handover.to'), { required: true, ltr: true, help: t('handover.to_help') }),
        signed,
      ], {
        submit: t('handover.give'),
        send: async ({ post, to: whom, with: signed_ }) => {
          const posts = await api.post('/v1/duty/hand', { post, to: whom, sheet: signed_ ? state.page.sha256 : null });
          return posts.find((each) => each.post === post)?.name ?? whom;
        },
        done: async (name) => {
          tell(t('handover.given', { name }));
          await live.again('/v1/duty');
        },
      })));
  }
  return () => {
    for (const each of ends) each();
  };
}

function blackout(root) {
  const shown = h('div', {});
  const channels = h('div', {});
  const rows = [];
  const fresh = h('button', { type: 'button', class: 'first', on: { click: draw } }, t('handover.fresh'));
  root.append(h('p', { class: 'no-print' }, t('handover.blackout_words')),
    h('details', { class: 'card no-print' }, h('summary', {}, t('handover.channels')), h('p', { class: 'small soft' }, t('handover.channels_words')), channels,
      h('button', { type: 'button', on: { click: () => add() } }, t('handover.channel_add'))),
    h('div', { class: 'actions no-print' }, fresh), shown);
  let lines = null; // what they are called here; null: not known yet
  const ends = [
    live.use('/v1/lines', ['line.'], ({ data, problem }) => {
      if (problem !== null && data === null && rows.length === 0) fill(channels, explained(problem));
      if (data === null) return;
      if (rows.length === 0) fill(channels);
      lines = data.map((each) => each.label || each.line.slice(0, 8));
      if (rows.length === 0) for (const each of lines) add(each);
    }, { present: true }),
    key('n', 'handover.fresh', draw),
  ];
  draw();

  function add(line = '') {
    const made = {
      line: field('line', t('handover.channel_line'), { value: line }),
      role: field('role', t('handover.channel_role'), { value: 'duty officer', ltr: true }),
      how: field('how', t('handover.channel_how'), { help: t('handover.channel_how_help') }),
    };
    const box = h('div', { class: 'columns' }, Object.values(made).map((each) => each.element));
    rows.push(made);
    channels.append(box);
  }

  async function draw() {
    const named = rows.map((each) => ({ line: each.line.value().trim(), role: each.role.value().trim(), how: each.how.value().trim() }))
      .filter((each) => each.line !== '' && each.role !== '' && each.how !== '');
    const found = await act(fresh, () => api.post('/v1/blackout/page', { channels: named }), { at: shown });
    if (found === undefined) return;
    const strange = named.filter((each) => lines !== null && !lines.includes(each.line));
    fill(shown, strange.length === 0 ? null : h('p', { class: 'problem no-print' }, t('handover.channel_strange'), ' ', strange.map((each) => own(each.line))),
      sheet(found, t('handover.part_blackout'), 'blackout'));
  }
  return () => {
    for (const each of ends) each();
  };
}
