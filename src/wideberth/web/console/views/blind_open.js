// An own run opened for an arbiter: its seed, its plans and all messages, by two officers, as a file.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { fill, h } from '../core/html.js';
import { t } from '../core/words.js';
import { signing } from './told_sign.js';
import { facts, following, handOver, link, sha256 } from './told_parts.js';

export function opening(side, line, run) {
  const path = `/v1/lines/${api.part(line)}/blind/runs/${api.part(run)}`;
  const box = h('section', { class: 'card', 'aria-labelledby': 'open' }, h('h2', { id: 'open' }, t('blind.open_title')), h('p', {}, t('core.loading')));
  const at = h('div', {});
  side.append(box);
  let ended = false;
  let draw = () => {};
  const about = following(() => draw());
  async function begin() {
    const { text } = await api.get(`${path}/opening`);
    const data = new TextEncoder().encode(text);
    const shown = () => h('pre', { class: 'exact', tabindex: '0' }, text);
    const hash = await sha256(data);
    if (ended) return;
    const heading = box.firstChild;
    draw = () => fill(box, heading, h('p', { class: 'card warn' }, t('blind.open_warning')), h('p', {}, t('blind.open_help')),
      facts([[t('blind.run'), h('code', { class: 'long' }, run)]]), h('p', {}, t('blind.exact')), shown(),
      signing({
        what: 'audit', sha256: hash, title: t('blind.open_title'), name: 'opening.json', shown, exact: async () => data, submit: t('blind.open_now'),
        hand: async (approvals) => {
          const file = await api.octets(`${path}/open`, { approvals });
          await handOver(at, 'run.opened', file, { command: 'wideberth blind arbiter run.opened' });
        },
      }), at, link(t('blind.back'), 'blind', line));
    draw();
  }
  begin().catch((problem) => { if (!ended) fill(box, explained(problem), link(t('blind.back'), 'blind', line)); });
  return () => {
    ended = true;
    about.end();
  };
}
