// What others released to this party, and what may go further: askings of both sides, and their answers.

import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { go, to } from '../core/route.js';
import { t } from '../core/words.js';
import { ask, asking } from './onward_asked.js';
import { subject } from './onward_parts.js';
import { received } from './onward_received.js';
import { MINUTE_MS } from './releases.js';
import { aged, called, following, link, listed, ltr, mayAct, tag, worded } from './told_parts.js';

const TONES = { here: 'good', expired: 'soft', RECALLED: 'alarm', 'not signed': 'alarm', 'not whole': 'alarm' };
const ASKED = { asked: 'warn', consented: 'good', declined: 'soft', lapsed: 'alarm' };

export const standing = (said) => tag(worded('onward', 'standing', said), TONES[said]);
export const phase = (said) => tag(worded('onward', 'phase', said), ASKED[said]);

const when = (value) => ltr(time(value, { now: live.now() }));

export function show(root, { rest, query, session }) {
  const [what, line, id] = rest;
  const side = h('div', {});
  const head = h('div', { class: 'actions' });
  let releases = { data: null };
  let askings = { data: null };
  const got = listed({
    label: t('onward.received'), filter: t('told.filter'), empty: t('onward.none_received'),
    items: () => releases.data && releases.data.map((each) => ({
      said: `${each.title} ${each.label ?? ''} ${each.release}`, href: to('onward', 'release', each.line, each.release), current: each.release === id,
      heading: own(each.title), under: h('div', { class: 'small' }, standing(each.standing), ' ', called(each.label, each.by), ' · ', when(each.at),
        each.taken === null && each.standing === 'here' ? [' · ', h('strong', {}, t('onward.not_taken'))] : null),
    })),
  });
  const put = listed({
    label: t('onward.askings'), filter: t('told.filter'), empty: t('onward.none_asked'),
    items: () => askings.data && [...askings.data].sort((one, other) => due(other) - due(one)).map((each) => ({
      said: `${each.recipient} ${each.label ?? ''} ${each.of} ${each.asked}`, href: to('onward', 'asked', each.line, each.asked), current: each.asked === id,
      heading: [subject(each.kind), ' ', t('releases.to', { name: each.recipient })],
      under: h('div', { class: 'small' }, due(each) ? tag(t('onward.answer_due'), 'alarm') : phase(each.phase), ' ',
        each.mine ? t('onward.we_ask') : t('onward.they_ask'), ' · ', called(each.label, each.line), ' · ', when(each.at)),
    })),
  });
  const fresh = () => go('onward', 'ask');
  root.append(h('h1', {}, t('onward.title')), head, h('div', { class: 'split' },
    h('div', {}, h('h2', {}, t('onward.askings')), put.element, h('h2', { class: 'later' }, t('onward.received')), got.element), side));
  const about = following(() => drawHead());
  function drawHead() {
    fill(head, h('button', { type: 'button', class: 'first', disabled: !mayAct(), on: { click: fresh } }, t('onward.ask')), link(t('onward.releases'), 'releases'));
  }
  drawHead();
  about.also(key('n', 'onward.ask', fresh));
  const events = ['release.', 'onward.', 'entry.arrived', 'ring.'];
  about.use('/v1/received', events, (state) => { aging(got.element, state); releases = state; got.draw(); }, { every: MINUTE_MS }); // that a time is over is told by nobody
  about.use('/v1/onward', events, (state) => { aging(put.element, state); askings = state; put.draw(); }, { every: MINUTE_MS });
  if (what === 'release' && id) about.also(received(side, line, id, session));
  else if (what === 'asked' && id) about.also(asking(side, line, id));
  else if (what === 'ask') about.also(ask(side, query));
  else side.append(h('div', { class: 'card' }, h('p', {}, t('onward.about')), h('p', {}, t('onward.silence'))));
  return about.end;
}

/** Whether this party is to answer it. */
const due = (each) => !each.mine && each.phase === 'asked' && Date.parse(each.until) > live.now();

function aging(element, state) {
  element.querySelector(':scope > .card')?.remove();
  const words = aged(state);
  if (words !== null) element.prepend(words);
}
