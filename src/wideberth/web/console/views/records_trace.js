// Whose copy of a release a leaked file comes from: figures, and a claim only where chance is next to nothing.

import * as api from '../core/api.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import { number, t } from '../core/words.js';
import { code, english, facts, link, size, table, tag } from './told_parts.js';

const TONES = { this_copy: 'alarm', parts_of_these_copies: 'alarm', no_claim: 'soft' };

/** Draw it into `side`. */
export function trace(side) {
  const at = h('div', { 'aria-live': 'polite' });
  fill(side, h('h2', {}, t('records.trace')), h('p', {}, t('records.trace_help')),
    form([field('file', t('records.trace_file'), { kind: 'file', required: true, help: t('records.trace_kinds') })], {
      submit: t('records.trace_now'),
      send: async ({ file }) => {
        fill(at, h('p', { role: 'status' }, t('records.tracing')));
        try {
          const found = await api.upload(api.asking('/v1/trace', { name: file.name }), file);
          fill(at, shown(found, file));
          return found;
        } catch (problem) {
          fill(at);
          throw problem;
        }
      },
    }), at, h('p', { class: 'small soft' }, t('records.trace_recorded')));
}

function shown(found, file) {
  const verdict = code(found.verdict);
  return h('section', { class: 'card', data: { verdict }, 'aria-labelledby': 'verdict' },
    h('h3', { id: 'verdict' }, tag(t(`records.trace_${verdict}`), TONES[verdict]), found.copies.map((each, n) => [n === 0 ? ' ' : ', ', own(each.recipient)])),
    h('p', {}, t(`records.means_${verdict}`)), english(found.words),
    facts([[t('records.traced_file'), [own(file.name), ' · ', size(file.size)]], [t('records.copies_known'), number(found.known)], [t('records.lines_seen'), number(found.lines)],
      [t('records.claim_below'), chance(found.least)],
      found.tokens.length === 0 ? null : [t('records.tokens'), [found.tokens.map((each) => [own(each.recipient), ' ', link(each.release.slice(0, 10), 'releases', each.release), ' ']), h('div', { class: 'small soft' }, t('records.tokens_help'))]]]),
    found.copies.length === 0 ? null : copies(t('records.named'), found.copies),
    found.nearest.length === 0 ? null : h('details', { open: found.copies.length === 0 }, h('summary', {}, t('records.nearest')), h('p', { class: 'small soft' }, t('records.nearest_help')), copies(t('records.nearest'), found.nearest)),
    h('p', { class: 'card warn' }, t('records.trace_limits')));
}

const copies = (caption, some) => table(caption, [t('records.copy_for'), t('records.release'), t('records.seen'), t('records.agreeing'), t('records.other'), t('records.chance')],
  some.map((each) => [own(each.recipient), link(each.release.slice(0, 10), 'releases', each.release), number(each.seen), number(each.agreeing), number(each.other), chance(each.chance)]));

// a chance as people read one; below the least number that a machine has it is nought
function chance(value) {
  if (value >= 0.1) return t('records.chance_percent', { n: number(value * 100) });
  const power = Math.floor(-Math.log10(Math.max(value, 1e-300)));
  return h('span', { dir: 'ltr' }, power < 3 ? `1 : ${number(Math.floor(1 / value))}` : ['1 : 10', h('sup', {}, String(power))]);
}
