// A sheet as the node made it, to be read, printed and kept: this very page, whose SHA-256 stands beside it.

import * as api from '../core/api.js';
import { h, own } from '../core/html.js';
import { lang, t } from '../core/words.js';

const STYLE = /<style>([^<]*)<\/style>/g;

/** The sheet in a box of its own: its style does not reach out of it, nor ours in. */
export function sheet(found, title, name) {
  const host = h('div', { class: 'sheet', lang: 'en', dir: 'ltr', role: 'region', 'aria-label': title, tabindex: '0' });
  // the policy of this page lets no style stand within a text: it is taken out, and given to the box
  const text = [...found.page.matchAll(STYLE)].map((each) => each[1]).join('\n');
  const page = new DOMParser().parseFromString(found.page.replace(STYLE, ''), 'text/html');
  const style = new CSSStyleSheet();
  style.replaceSync(text.replace(/@page\s*\{(?:[^{}]|\{[^{}]*\})*\}/g, '').replace(/(^|[\s,}])(body|html)(?=[\s,{])/g, '$1.body'));
  const inside = host.attachShadow({ mode: 'open' });
  inside.adoptedStyleSheets = [style];
  const body = h('div', { class: 'body' });
  body.append(...[...page.body.childNodes].map((each) => document.importNode(each, true)));
  for (const each of body.querySelectorAll('script, style, link')) each.remove();
  inside.append(body);
  return h('section', {},
    h('div', { class: 'actions no-print' },
      h('button', { type: 'button', class: 'first', on: { click: () => globalThis.print() } }, t('handover.print')),
      h('button', { type: 'button', on: { click: () => api.save(`${name}-${found.as_of.replace(/[:]/g, '')}.html`, found.page, 'text/html;charset=utf-8') } }, t('handover.save')),
      h('span', { class: 'small' }, t('handover.as_of', { time: found.as_of }), lang() === 'en' ? null : [' · ', t('handover.english')])),
    h('p', { class: 'small sheet-hash' }, 'SHA-256 ', own(found.sha256, { class: 'mono' })),
    host);
}
