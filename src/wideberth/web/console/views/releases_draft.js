// A release drawn up, or drawn up anew: for whom, which records, each how exactly, under which caveats.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { t } from '../core/words.js';
import { picker } from './releases_pick.js';
import { mayAct } from './told_parts.js';

const METRE_PER_MILE = 1852;
const METRE_PER_FOOT = 0.3048;
const drawn = new Map(); // by release: its index and the records that were chosen here, to be ticked again where it is drawn up anew

/** Draw it into `side`. `amended`: the draft that is drawn up anew. Gives what ends it. */
export function draft(side, { amended = null, query = {} }) {
  const box = h('section', { class: 'card', 'aria-labelledby': 'draft' },
    h('h2', { id: 'draft' }, amended === null ? t('releases.new') : t('releases.amend')), h('p', {}, t('core.loading')));
  side.append(box);
  let ended = false;
  begin(box, amended, query).catch((problem) => { if (!ended) fill(box, explained(problem)); });
  return () => { ended = true; };
}

async function begin(box, amended, query) {
  const [recipients, before] = await Promise.all([
    api.get('/v1/recipients'), amended === null ? null : api.get(`/v1/releases/${api.part(amended)}`)]);
  const heading = box.firstChild;
  if (recipients.length === 0) {
    fill(box, heading, h('p', {}, t('releases.no_recipients')), h('a', { href: '#/releases' }, t('releases.add_recipient')));
    return;
  }
  // what somebody else has drawn up since is not what was chosen here
  const mine = before === null ? undefined : drawn.get(amended);
  const ticked = mine?.index === before?.index ? mine?.records ?? [] : [];
  const cells = before?.records.find((each) => each.grid !== null)?.grid ?? null;
  const picked = await picker({ ticked, received: query.received ?? null, line: query.line ?? null });
  const title = field('title', t('releases.name'), { required: true, value: before?.title ?? '' });
  const whom = before === null
    ? choice('recipient', t('releases.for_whom'), recipients.map((each) => each.recipient), recipients.length === 1 ? [recipients[0].recipient] : [])
    : null;
  const grid = {
    h: field('h', t('releases.grid_h'), { kind: 'number', value: query.h ?? (cells === null ? 10 : up(cells.h_m / METRE_PER_MILE)), min: 0.1, step: 'any' }),
    v: field('v', t('releases.grid_v'), { kind: 'number', value: query.v ?? (cells === null ? 5000 : up(cells.v_m / METRE_PER_FOOT)), min: 33, step: 'any' }),
    t: field('t', t('releases.grid_t'), { kind: 'number', value: query.t ?? (cells === null ? 1 : up(cells.t_s / 3_600)), min: 0.02, step: 'any' }),
  };
  const caveats = before?.caveats ?? { release_to: [], originator_control: true, onward: false, expires: null };
  const also = choice('also', t('releases.release_to'), [...new Set([...recipients.map((each) => each.recipient), ...caveats.release_to])], caveats.release_to);
  const onward = field('onward', t('releases.may_onward'), { kind: 'check', value: caveats.onward });
  const control = field('control', t('releases.control'), { kind: 'check', value: caveats.originator_control, help: t('releases.control_help') });
  const expires = field('expires', t('releases.expires'), { kind: 'time', value: caveats.expires, help: t('releases.expires_help') });
  let sent = [];
  const made = form([
    whom ?? { element: h('p', {}, t('releases.to', { name: before.recipient })) }, title,
    { element: h('fieldset', { class: 'picking' }, h('legend', {}, t('releases.records')), h('p', { class: 'help' }, t('releases.records_help')),
      before !== null && ticked.length === 0 ? h('p', { class: 'card warn' }, t('releases.choose_again')) : null, picked.element) },
    { element: h('fieldset', {}, h('legend', {}, t('releases.grid')), h('p', { class: 'help' }, t('releases.grid_help')),
      h('div', { class: 'fields-row' }, grid.h.element, grid.v.element, grid.t.element)) },
    { element: h('fieldset', {}, h('legend', {}, t('releases.caveats')), also.element, onward.element, control.element, expires.element) },
  ], {
    submit: before === null ? t('releases.draw_up') : t('releases.draw_up_anew'),
    cancel: () => (amended === null ? go('releases') : go('releases', amended)),
    send: async () => {
      if (!mayAct()) throw new Error(t('told.past'));
      const wanted = {
        h_m: grid.h.value() * METRE_PER_MILE, v_m: grid.v.value() * METRE_PER_FOOT, t_s: Math.ceil(grid.t.value() * 3_600),
      };
      sent = picked.value();
      const records = sent.map((each) => ({ ...each, grid: each.level === 'coarse' ? wanted : null }));
      if (records.length === 0) throw new Error(t('releases.no_records'));
      const body = {
        title: title.value().trim(), records,
        caveats: { release_to: also.value(), onward: onward.value(), originator_control: control.value(), expires: expires.value() },
      };
      if (before !== null) {
        return [await api.put(`/v1/releases/${api.part(amended)}`, { ...body, before: before.index })];
      }
      if (whom.value().length === 0) throw new Error(t('releases.no_whom'));
      return api.post('/v1/releases', { ...body, recipients: whom.value() });
    },
    done: (found) => {
      for (const each of found) drawn.set(each.release, { index: each.index, records: sent });
      live.again('/v1/releases');
      if (box.isConnected) go('releases', found[0].release); // whoever has gone on stays where they are
    },
  });
  fill(box, heading, h('p', {}, t('releases.nothing_leaves')), made);
}

/** A size of cells as a field has it: never smaller than it is. */
export const up = (value) => Math.ceil(value * 100 - 1e-6) / 100;

// names to be ticked
function choice(name, label, names, ticked) {
  const boxes = names.map((each) => field(`${name}-${each}`, each, { kind: 'check', value: ticked.includes(each) }));
  return {
    element: h('fieldset', { class: 'ticks' }, h('legend', {}, label), boxes.map((each) => each.element)),
    value: () => names.filter((_, n) => boxes[n].value()),
  };
}
