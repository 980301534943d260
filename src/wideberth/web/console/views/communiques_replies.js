// Replies of the public: those that wait for a person, those that everybody reads, those that were refused.

import * as api from '../core/api.js';
import { field } from '../core/form.js';
import { fill, h, keep, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { coded, LANGUAGES, t } from '../core/words.js';
import { actions, aged, asked, button, code, facts, following, mayAct, table } from './told_parts.js';

const STATES = ['waiting', 'shown', 'refused'];
const REASONS = ['advertising', 'danger', 'insult', 'off-topic', 'personal', 'repeated', 'unreadable'];
const PAGE = 500; // replies of one answer

/** Draw the queue into `side`; `communique`: of one only. Gives what ends it. */
export function queue(side, communique) {
  const head = h('section', { class: 'card', 'aria-labelledby': 'replies' });
  const list = h('ul', { class: 'list replies', 'aria-label': t('communiques.replies') });
  const note = h('div', { 'aria-live': 'polite' });
  let stateShown = 'waiting';
  let end = () => {};
  let titles = new Map();
  let state = null; // of the list
  const about = following(() => drawList());
  const states = STATES.map((each) => h('button', { type: 'button', 'aria-pressed': String(each === stateShown), data: { state: each }, on: { click: () => follow(each) } }, t(`communiques.state_${each}`)));
  const heading = h('h2', { id: 'replies' });
  const counted = h('div', {});

  const path = () => api.asking('/v1/replies', { state: stateShown, communique });
  function follow(wanted) {
    end();
    stateShown = wanted;
    for (const each of states) each.setAttribute('aria-pressed', String(each.dataset.state === wanted));
    // those that stand otherwise are not shown under this name
    state = null;
    drawList();
    end = live.use(path(), ['reply.', 'communique.'], (found) => {
      state = found;
      drawList();
    }, { present: true, every: 60_000 });
  }

  function drawList() {
    const found = state?.data ?? [];
    fill(note, state === null ? t('core.loading') : aged(state),
      state !== null && state.data !== null && found.length === 0 ? h('p', { class: 'soft' }, t(`communiques.no_${stateShown}`)) : null,
      found.length >= PAGE ? h('p', {}, t('communiques.more_replies', { n: PAGE })) : null);
    keep(list, found.map((each) => ({ ...each, title: titles.get(each.communique) ?? null, may: mayAct() })), (each) => each.reply, draw);
  }

  function draw(each) {
    return h('li', {}, h('blockquote', { class: 'reply', lang: each.language || null, dir: 'auto' }, each.text.split('\n').map((one) => h('p', {}, one))),
      facts([[t('communiques.to'), own(each.title ?? each.communique.slice(0, 10))], [t('communiques.name'), each.name ? own(each.name) : t('communiques.nobody_said')],
        [t('communiques.language'), each.language ? (LANGUAGES[each.language] ?? own(each.language)) : t('communiques.nobody_said')], [t('communiques.day'), h('span', { dir: 'ltr' }, each.day)],
        each.why === null ? null : [t('communiques.refused_for'), coded('communiques', `reason_${code(each.why)}`)], each.erased === null ? null : [t('communiques.erased'), h('span', { dir: 'ltr' }, each.erased)]]),
      actions(each.state === 'shown' ? null : button(t('communiques.let_through'), () => done(each, 'let-through'), { kind: 'first' }),
        each.state === 'refused' ? null : button(t('communiques.refuse'), () => asked(t('communiques.refuse'), [
          field('why', t('communiques.refuse_why'), { kind: 'choice', value: 'off-topic', choices: REASONS.map((one) => [one, t(`communiques.reason_${code(one)}`)]) }),
        ], { submit: t('communiques.refuse_now'), before: h('p', { class: 'small soft' }, t('communiques.refuse_help')), send: async ({ why }) => { await done(each, 'refuse', { why }); return true; } }))));
  }

  async function done(each, what, body) {
    await api.post(`/v1/replies/${api.part(each.reply)}/${what}`, body);
    await live.again('/v1/replies', '/v1/reply-counts');
  }

  function drawHead() {
    fill(heading, t('communiques.replies'), communique === null ? null : [' · ', own(titles.get(communique) ?? '')]);
  }

  function drawCounts(known) {
    const counts = known.data ?? [];
    fill(counted, aged(known), counts.length === 0 ? null : table(t('communiques.counts_title'), [t('communiques.to'), ...STATES.map((each) => t(`communiques.state_${each}`))],
      counts.map((each) => [h('a', { href: to('communiques', 'replies', each.communique) }, own(titles.get(each.communique) ?? each.communique.slice(0, 10))), ...STATES.map((one) => String(each[one]))])));
  }

  fill(head, heading, h('p', { class: 'small soft' }, t('communiques.replies_help')),
    h('div', { class: 'actions', role: 'group', 'aria-label': t('communiques.which_replies') }, states), counted);
  side.append(head, note, list);
  let counts = null;
  about.use('/v1/communiques', ['communique.'], ({ data }) => {
    titles = new Map((data ?? []).map((each) => [each.communique, each.title]));
    drawHead();
    drawList();
    if (counts !== null) drawCounts(counts);
  });
  about.use('/v1/reply-counts', ['reply.', 'communique.'], (found) => { counts = found; drawCounts(found); }, { present: true });
  drawHead();
  follow('waiting');
  return () => {
    end();
    about.end();
  };
}
