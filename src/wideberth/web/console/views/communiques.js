// Communiqués: what this party says to everybody, alone or with others; its drafts, its public pages, replies.

import * as api from '../core/api.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import { go, to } from '../core/route.js';
import { t } from '../core/words.js';
import { zip } from '../core/zip.js';
import { draft } from './communiques_draft.js';
import { one } from './communiques_one.js';
import { queue } from './communiques_replies.js';
import { aged, following, handOver, link, listed, mayAct, tag, worded } from './told_parts.js';

const TONES = { draft: 'warn', 'signed by some': 'warn', differing: 'alarm', approved: 'warn', published: 'good', withdrawn: 'soft' };
const FIRST = { differing: 0, 'signed by some': 1, draft: 2, approved: 3, published: 4, withdrawn: 5 };

export const phase = (said) => tag(worded('communiques', 'phase', said), TONES[said]);

export const RELEASING = ['officer', 'releasing'];

export function show(root, { rest, session }) {
  const [id, more] = rest;
  const may = session.roles.some((each) => RELEASING.includes(each));
  const side = h('div', {});
  const head = h('div', { class: 'actions' });
  let found = { data: null };
  let waiting = 0;
  const list = listed({
    label: t('communiques.list'), filter: t('told.filter'), empty: t('communiques.none'),
    items: () => found.data && [...found.data].sort((one, other) => FIRST[one.phase] - FIRST[other.phase]).map((each) => ({
      said: `${each.title} ${each.communique} ${each.phase}`, href: to('communiques', each.communique), current: each.communique === id,
      heading: own(each.title || each.communique.slice(0, 10)),
      under: h('div', { class: 'small' }, phase(each.phase), ' ', each.joint ? t('communiques.joint') : t('communiques.alone'),
        each.public === null ? null : [' · ', t('communiques.public_version', { n: each.public })]),
    })),
  });
  root.append(h('h1', {}, t('communiques.title')), head, h('div', { class: 'split' }, list.element, side));
  const about = following(() => drawHead());
  const fresh = () => go('communiques', 'new');
  function drawHead() {
    fill(head, may ? [h('button', { type: 'button', class: 'first', disabled: !mayAct(), on: { click: fresh } }, t('communiques.new')),
      link([t('communiques.replies'), waiting > 0 ? [' ', tag(t('communiques.waiting', { n: waiting }), 'warn')] : null].flat().filter(Boolean), 'communiques', 'replies'),
      link(t('communiques.export'), 'communiques', 'folder')] : null);
  }
  drawHead();
  if (may) about.also(key('n', 'communiques.new', fresh));
  about.use('/v1/communiques', ['communique.', 'entry.delivered', 'talks.'], (state) => {
    list.element.querySelector(':scope > .card')?.remove();
    const words = aged(state);
    if (words !== null) list.element.prepend(words);
    found = state;
    list.draw();
  });
  if (may) {
    about.use('/v1/reply-counts', ['reply.', 'communique.'], ({ data }) => {
      const next = (data ?? []).reduce((sum, each) => sum + each.waiting, 0);
      if (next === waiting) return;
      waiting = next;
      drawHead();
    }, { present: true, every: 60_000 }); // that one waits is told now and then only
  }
  if (id === undefined) side.append(h('div', { class: 'card' }, h('p', {}, t('communiques.about')), h('p', {}, t('communiques.silence'))));
  else if (id === 'new') about.also(draft(side, { current: null }));
  else if (id === 'replies') about.also(queue(side, more ?? null));
  else if (id === 'folder') folder(side);
  else if (more === 'correct') about.also(draft(side, { current: id }));
  else about.also(one(side, id, { may }));
  return about.end;
}

// the public pages as an archive of a folder
function folder(side) {
  const at = h('div', {});
  const made = form([
    field('base', t('communiques.base'), { ltr: true, help: t('communiques.base_help') }),
    field('reply_at', t('communiques.reply_at'), { ltr: true, help: t('communiques.reply_at_help') }),
  ], {
    submit: t('communiques.export_now'),
    send: async (values) => {
      const query = { base: values.base.trim(), reply_at: values.reply_at.trim() };
      const front = await api.get(api.asking('/v1/public-files', query));
      const files = new Map(Object.entries(front.files));
      for (const each of front.communiques) {
        const more = await api.get(api.asking('/v1/public-files', { ...query, communique: each }));
        for (const [path, text] of Object.entries(more.files)) files.set(path, text);
      }
      const data = new Uint8Array(await zip([...files].sort(([one], [other]) => (one < other ? -1 : 1))).arrayBuffer());
      await handOver(at, 'public.zip', data, { command: 'sha256sum public.zip\npython3 -m zipfile -e public.zip public', type: 'application/zip' });
      return { files: files.size };
    },
  });
  side.append(h('section', { class: 'card' }, h('h2', {}, t('communiques.export')), h('p', {}, t('communiques.export_help')), made, at));
}

