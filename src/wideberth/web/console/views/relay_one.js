// One relay: its tree, with what is broken said three times (mark, words, frame), and what is done with each cell.

import * as api from '../core/api.js';
import { act, dialog, explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { time, until } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { coded, t } from '../core/words.js';
import { seedOf, signed, slipSeed } from './relay_sign.js';
import { slipSheet } from './relay_slip.js';

const HOWS = ['voice', 'radio', 'message', 'paper'];
const RUNGS = ['confirmed', 'unable', 'objection'];
const code = (text) => text.replaceAll(' ', '_');

/** What is handed down: whose, its number, its version, and what its text calls it. */
export function titleOf(each) {
  const kind = each.test ? 'test_of_contact' : each.plan !== null ? 'our_plan' : 'their_notice';
  const number = (each.notice ?? each.plan ?? each.test).slice(2, 8).toUpperCase();
  const called = /^(?:called|callsign): (.+)$/m.exec(each.text ?? '')?.[1];
  return h('span', {}, t(`relay.${kind}`, { party: each.label ?? '' }), ' ', h('bdi', { class: 'mono' }, number), ' · ', t('relay.version', { n: each.version }),
    called === undefined ? null : [' · ', own(called)]);
}

export function oneRelay(root, id, session) {
  const officer = session.roles.includes('officer');
  const path = `/v1/relays/${api.part(id)}`;
  const head = h('div', {});
  const tree = h('div', { class: 'relay-tree' });
  const text = h('div', {});
  let view = null;
  let past = live.past();
  const hows = new Map(); // how each cell will be said to have it: chosen, and not yet said
  fill(root, head, tree, text);

  function clock() {
    const at = head.querySelector('.to-start');
    if (at !== null && view !== null) at.textContent = t('relay.starts', { time: time(view.start), in: until(view.start, live.now()) });
  }
  function draw() {
    const missing = view.duties.filter((each) => !each.confirmed).length;
    fill(head, h('h2', {}, titleOf(view)),
      view.standing ? null : h('p', { class: 'card warn' }, t('relay.not_standing')),
      h('div', { class: ['card', view.whole ? 'whole' : 'alarm'], data: { whole: String(view.whole) }, role: view.whole ? null : 'alert' },
        h('p', { class: 'big-words' }, view.whole ? `✓ ${t('relay.whole_all', { n: view.duties.length })}` : `✗ ${t('relay.broken', { n: view.broken })}`),
        view.whole ? null : h('p', {}, t('relay.missing', { n: missing, all: view.duties.length })),
        h('p', { class: 'to-start', 'aria-live': 'off' })),
      h('p', { class: 'small' }, t('relay.they_learn'), ' ', view.rung === null ? t('relay.rung_none') : coded('relay', `rung_${code(view.rung)}`)));
    clock();
    const focus = tree.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    fill(tree, branch(null));
    if (focus !== undefined) tree.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
    if (text.dataset.sha256 === view.sha256) return;
    text.dataset.sha256 = view.sha256;
    fill(text, h('details', {}, h('summary', {}, t('relay.text')), h('p', { class: 'small' }, t('relay.text_means')),
      h('pre', { class: 'exact', lang: 'en' }, view.text), h('p', { class: 'small' }, 'SHA-256 ', h('code', { dir: 'ltr', class: 'hash' }, view.sha256))));
  }
  function branch(above) {
    const below = view.duties.filter((each) => each.above === above);
    return below.length === 0 ? null : h('ul', { class: 'tree' }, below.map((each) => h('li', { class: each.chain }, cell(each), branch(each.name))));
  }
  function cell(each) {
    const broken = each.chain === 'broken';
    return h('div', { class: ['node', each.chain], data: { cell: each.name, chain: each.chain } },
      broken ? h('div', { class: 'broken-here' }, '✗ ', t('relay.broken_here')) : null,
      h('div', {}, h('span', { 'aria-hidden': 'true' }, each.confirmed ? '✓ ' : '✗ '), h('strong', {}, own(each.name)),
        each.executor ? [' ', h('span', { class: 'tag soft' }, t('relay.executor'))] : null, ' ',
        h('span', { class: ['tag', each.confirmed ? 'good' : broken ? 'alarm' : 'warn'] }, coded('relay', `duty_${code(each.stands)}`)),
        each.chain === 'below' ? [' ', h('span', { class: 'small' }, t('relay.below_break'))] : null),
      h('div', { class: 'small' }, each.how === null ? t('relay.not_handed') : [t('relay.handed_at', { time: time(each.handed) }), ' ', coded('relay', `how_${each.how}`)],
        each.said === null ? null : [' · ', t('relay.said_at', { time: time(each.said) }), ' ', each.by === 'a slip' ? t('relay.by_slip') : t('relay.own_key')],
        each.slip ? [' · ', t('relay.slip_waits')] : null),
      officer && live.past() === null && view.standing ? actions(each) : null);
  }
  function actions(each) {
    const how = field('how', t('relay.how'), { kind: 'choice', value: hows.get(each.cell) ?? HOWS[0], choices: HOWS.map((one) => [one, coded('relay', `how_${one}`)]) });
    how.input.dataset.focus = `how-${each.cell}`;
    how.input.addEventListener('change', () => hows.set(each.cell, how.value()));
    const at = h('div', {});
    const hand = h('button', { type: 'button', data: { focus: `hand-${each.cell}` }, 'aria-label': t('relay.handed_to', { cell: each.name }), on: { click: () => act(hand, async () => {
      await api.post(`${path}/handed`, { cell: each.cell, how: how.value() });
      await live.again('/v1/relays');
    }, { at }) } }, t('relay.handed'));
    const slip = h('button', { type: 'button', data: { focus: `slip-${each.cell}` }, 'aria-label': t('relay.slip_for', { cell: each.name }), on: { click: () => act(slip, async () => {
      const made = await api.post(`${path}/slip`, { cell: each.cell });
      await slipSheet(made, view.text);
      await live.again('/v1/relays');
    }, { at }) } }, t('relay.slip'));
    const confirm = h('button', { type: 'button', class: each.chain === 'broken' && 'first', data: { focus: `confirm-${each.cell}` }, 'aria-label': t('relay.confirm_for', { cell: each.name }), on: { click: () => confirming(each) } }, t('relay.confirm'));
    if (each.confirmed) return h('div', { class: 'actions' }, confirm, at);
    return h('div', { class: 'actions' }, confirm, how.element, hand, slip, at);
  }

  /** What the cell has signed: by the words of its slip, its key, or as a file. */
  function confirming(each) {
    return dialog(t('relay.confirm_for', { cell: each.name }), (close) => {
      const say = field('say', t('relay.says'), { kind: 'choice', choices: RUNGS.map((one) => [one, coded('relay', `say_${one}`)]) });
      const words = field('words', t('relay.words'), { kind: 'area', rows: 3, ltr: true, help: t('relay.words_help') });
      const file = field('file', t('relay.file'), { kind: 'file', accept: '.key,.json', help: t('relay.file_help') });
      const passphrase = field('passphrase', t('relay.passphrase'), { kind: 'password', help: t('relay.passphrase_help') });
      const at = h('div', {});
      const send = h('button', { type: 'submit', class: 'first' }, t('relay.sign'));
      return h('form', { novalidate: true, on: { submit: (event) => {
        event.preventDefault();
        act(send, async () => {
          let made;
          try {
            made = await body(each, say.value(), words.value().trim(), file.value(), passphrase.value());
          } catch (error) {
            // what is wrong with the words or the file is for whoever entered them
            fill(at, h('p', { class: 'problem', role: 'alert' }, error.message));
            return;
          }
          await api.post(`${path}/confirm`, made);
          await live.again('/v1/relays');
          close(true);
        }, { at });
      } } },
      h('details', { open: true }, h('summary', {}, t('relay.text')), h('pre', { class: 'exact', lang: 'en' }, view.text)),
      h('p', {}, t('relay.read_back_first')), h('p', { lang: 'en', dir: 'ltr', class: 'small' }, view.read_back),
      say.element, words.element, file.element, passphrase.element, at, h('footer', {}, send, h('button', { type: 'button', on: { click: () => close() } }, t('core.cancel'))));
    }, { wide: true, name: 'confirm' });
  }
  async function body(each, rung, words, file, passphrase) {
    if (words === '' && file === null) throw new Error(t('relay.words_or_file'));
    if (words !== '') return signed(view, each.cell, rung, live.now(), await slipSeed(words, view.relay, each.cell));
    const said = await file.text();
    if (said.includes('"signature"')) return JSON.parse(said);
    return signed(view, each.cell, rung, live.now(), await seedOf(said, passphrase));
  }

  const ends = [live.use(path, ['relay.'], ({ data, problem, stale, at }) => {
    if (data === null) return fill(head, explained(problem));
    view = data;
    draw();
    if (stale && at !== null) head.prepend(h('p', { class: 'card warn' }, t('core.stale', { time: time(at, { seconds: true }) })));
    return undefined;
  }, { every: 30_000 }), live.whenStanding(() => {
    clock();
    if (live.past() === past) return;
    past = live.past();
    if (view !== null) draw();
  })];
  return () => ends.forEach((each) => each());
}
