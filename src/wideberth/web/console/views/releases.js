// Releases: which there are and where each stands, whom this party releases to, one of them at length, a new one.

import * as api from '../core/api.js';
import { field, form } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { go, to } from '../core/route.js';
import { t } from '../core/words.js';
import { draft } from './releases_draft.js';
import { one } from './releases_one.js';
import { aged, following, link, listed, ltr, mayAct, table, tag, worded } from './told_parts.js';

export const TONES = { draft: 'warn', approved: 'warn', received: 'good', recalled: 'alarm', expired: 'soft', delivered: 'soft', withdrawn: 'soft' };

export const MINUTE_MS = 60_000;

export const phase = (said) => tag(worded('releases', 'phase', said), TONES[said]);

export function show(root, { rest, query, session }) {
  const id = rest[0] ?? null;
  const side = h('div', {});
  let found = { data: null };
  const list = listed({
    label: t('releases.list'), filter: t('told.filter'), empty: t('releases.none'),
    items: () => found.data && found.data.map((each) => ({
      said: `${each.title} ${each.recipient} ${each.release} ${each.phase}`,
      href: to('releases', each.release), current: each.release === id, heading: own(each.title),
      under: h('div', { class: 'small' }, phase(each.phase), ' ', t('releases.to', { name: each.recipient }), ' · ',
        ltr(time(each.made, { now: live.now() }))),
    })),
  });
  const head = h('div', { class: 'actions' });
  root.append(h('h1', {}, t('releases.title')), head, h('div', { class: 'split' }, list.element, side));
  const about = following(() => drawHead());
  const fresh = () => go('releases', 'new');
  function drawHead() {
    fill(head, h('button', { type: 'button', class: 'first', disabled: !mayAct(), on: { click: fresh } }, t('releases.new')),
      link(t('releases.recipients'), 'releases'), link(t('releases.onward'), 'onward'), link(t('releases.trace'), 'records', 'trace'));
  }
  drawHead();
  about.also(key('n', 'releases.new', fresh));
  about.use('/v1/releases', ['release.'], (state) => {
    found = state;
    list.element.querySelector(':scope > .card')?.remove();
    const words = aged(state);
    if (words !== null) list.element.prepend(words);
    list.draw();
  }, { every: MINUTE_MS }); // that a time is over is told by nobody
  if (id === null) about.also(recipients(side));
  else if (id === 'new') about.also(draft(side, { query }));
  else if (rest[1] === 'amend') about.also(draft(side, { amended: id, query }));
  else about.also(one(side, id, session));
  return about.end;
}

// whom this party releases to: what is known of them, and one more
function recipients(side) {
  const shown = h('section', { class: 'card', 'aria-labelledby': 'recipients' });
  const adding = h('section', { class: 'card', 'aria-labelledby': 'recipient-new' });
  side.append(shown, adding);
  let some = null;
  function draw() {
    if (some.data === null) {
      fill(shown, h('h2', { id: 'recipients' }, t('releases.recipients')), aged(some));
      return;
    }
    const rows = some.data.map((each) => [own(each.recipient),
      each.line ? t('releases.by_line') : t('releases.by_hand'),
      each.allies.length > 0 ? [t('releases.allies_known'), ' ', each.allies.map((ally, n) => [n > 0 ? ', ' : '', own(ally)])] : t('releases.no_allies'),
      String(each.releases)]);
    fill(shown, h('h2', { id: 'recipients' }, t('releases.recipients')), aged(some),
      rows.length === 0 ? h('p', {}, t('releases.no_recipients'))
        : table(t('releases.recipients'), [t('releases.recipient'), t('releases.reached'), t('releases.knows'), t('releases.left')], rows));
  }
  // made once: what is typed and chosen there stays, whoever adds another meanwhile
  const made = form([
    field('recipient', t('releases.recipient_name'), { required: true, help: t('releases.recipient_help') }),
    field('party', t('releases.recipient_line'), { kind: 'choice', choices: [['', t('releases.no_line')]] }),
    field('allies', t('releases.allies'), { kind: 'choice', multiple: true, help: t('releases.allies_help') }),
  ], {
    submit: t('releases.add_recipient'),
    send: async (values) => {
      if (!mayAct()) throw new Error(t('told.past'));
      return api.post('/v1/recipients', { recipient: values.recipient.trim(), party: values.party || null, allies: values.allies });
    },
    done: () => {
      made.reset();
      live.again('/v1/recipients');
    },
  });
  fill(adding, h('h2', { id: 'recipient-new' }, t('releases.new_recipient')), made);
  const ends = [
    live.use('/v1/recipients', ['release.'], (state) => {
      some = state;
      draw();
      const names = (state.data ?? []).map((each) => each.recipient);
      offer(made.fields.allies, names.map((each) => [each, each]));
      made.fields.allies.element.hidden = names.length === 0;
    }),
    live.use('/v1/lines', ['line.opened'], ({ data }) => {
      offer(made.fields.party, [['', t('releases.no_line')], ...(data ?? []).map((each) => [each.peer, each.label ?? each.peer.slice(0, 8)])]);
    }),
  ];
  return () => ends.forEach((each) => each());
}

// other choices for a field; what was chosen of them stays
function offer({ input }, choices) {
  const chosen = new Set([...input.selectedOptions].map((each) => each.value));
  fill(input, choices.map(([value, words]) => h('option', { value, selected: chosen.has(value) }, words)));
}
