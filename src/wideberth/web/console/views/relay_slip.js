// A slip for a cell without a node: its secret is shown this once, to be printed or read out.

import { save } from '../core/api.js';
import { dialog } from '../core/dialog.js';
import { h, own } from '../core/html.js';
import { t } from '../core/words.js';
import { printOnly } from './voice_table.js';

/** Show it until it is put away; `text` is what is handed down. */
export function slipSheet(slip, text) {
  return dialog(t('relay.slip_for', { cell: slip.name }), (close) => {
    const sheet = h('div', { class: 'sheet slip' },
      h('p', {}, h('strong', {}, own(slip.name))),
      h('pre', { class: 'exact', lang: 'en' }, text),
      code(slip),
      slip.url === null ? h('p', {}, t('relay.no_page')) : h('p', { dir: 'ltr', class: 'mono small url' }, slip.url),
      h('p', {}, t('relay.slip_words')), h('p', { class: 'mono words', dir: 'ltr' }, slip.words),
      h('p', { class: 'small' }, t('relay.never')));
    return [h('p', { class: 'card warn' }, t('relay.slip_once')), sheet, h('footer', {},
      h('button', { type: 'button', class: 'first', on: { click: () => printOnly(sheet) } }, t('core.print')),
      h('button', { type: 'button', on: { click: () => save(`slip-${slip.relay.slice(0, 8)}.html`, slip.html, 'text/html') } }, t('relay.slip_save')),
      h('button', { type: 'button', on: { click: () => close(true) } }, t('relay.slip_away')))];
  }, { wide: true, name: 'slip' });
}

/** The QR code that the node has drawn on the slip; its styles would be refused by this page's policy. */
function code(slip) {
  if (slip.url === null) return null;
  const bare = slip.html.replace(/<style[\s\S]*?<\/style>/gi, '').replace(/ style="[^"]*"/g, '');
  const found = new DOMParser().parseFromString(bare, 'text/html').querySelector('svg');
  if (found === null) return null;
  const made = document.importNode(found, true);
  made.setAttribute('class', 'qr');
  made.setAttribute('role', 'img');
  made.setAttribute('aria-label', t('relay.qr'));
  return made;
}
