// A copy exactly as it would leave: each of its files; the page is drawn as a browser draws it, within a border.

import * as api from '../core/api.js';
import { act, explained } from '../core/dialog.js';
import { fill, h, own } from '../core/html.js';
import { t } from '../core/words.js';
import { size } from './told_parts.js';

const TEXTS = /\.(txt|json|geojson|csv)$/;

/** Draw it into `box`. `found`: the release, with its files. */
export function copy(box, path, found) {
  const shown = h('div', { class: 'copy', 'aria-live': 'polite' });
  const first = found.files.find((each) => each.file === 'release.txt') ?? found.files[0];
  const rows = found.files.map((each) => {
    const look = h('button', { type: 'button', 'aria-pressed': 'false', data: { file: each.file }, on: { click: () => act(look, () => open(each, look)) } }, own(each.file));
    const save = h('button', { type: 'button', class: 'quiet', 'aria-label': t('releases.save_file', { name: each.file }),
      on: { click: () => act(save, async () => api.save(each.file, await api.octets(`${path}/files/${api.part(each.file)}`))) } }, t('told.save'));
    return { each, look, element: h('li', {}, look, ' ', h('span', { class: 'small soft' }, size(each.size)), save) };
  });
  let asked = 0;
  // what stands there is always the file whose button is pressed, or why it is not
  async function open(file, look) {
    const turn = ++asked;
    for (const each of rows) each.look.setAttribute('aria-pressed', String(each.look === look));
    fill(shown, h('p', {}, t('core.loading')));
    let data;
    try {
      data = await api.octets(`${path}/files/${api.part(file.file)}`);
    } catch (problem) {
      if (turn === asked) fill(shown, explained(problem));
      return;
    }
    if (turn !== asked) return;
    if (file.file.endsWith('.html')) fill(shown, page(data));
    else if (TEXTS.test(file.file)) fill(shown, h('pre', { class: 'exact tall', tabindex: '0', lang: 'en' }, new TextDecoder().decode(data)));
    else fill(shown, h('p', {}, t('releases.not_drawn', { name: file.file })));
  }
  fill(box, h('h2', { id: 'copy' }, t('releases.copy')), h('p', { class: 'small soft' }, t('releases.copy_help')),
    h('ul', { class: 'files' }, rows.map((each) => each.element)), shown);
  const begins = rows.find(({ each }) => each === first);
  if (begins !== undefined) open(first, begins.look);
}

/**
 * A page of a copy within this one: read by the browser without running or fetching anything, in a tree of its own
 * with its own style. What could act or load is left out; a page of a release has no such thing.
 */
function page(data) {
  // its style is taken out first: the policy of this page lets none stand in a document, not even in one that is read
  const styles = [];
  const text = new TextDecoder().decode(data).replace(/<style>([^<]*)<\/style>/g, (_, said) => {
    styles.push(said);
    return '';
  });
  const read = new DOMParser().parseFromString(text, 'text/html');
  for (const each of read.querySelectorAll('script, style, link, iframe, object, embed, base, form')) each.remove();
  for (const each of read.querySelectorAll('*')) {
    for (const { name } of [...each.attributes]) if (/^(on|style$|src|href$|xlink)/.test(name)) each.removeAttribute(name);
  }
  const host = h('div', { class: 'page', role: 'group', 'aria-label': t('releases.page'), tabindex: '0', lang: 'en', dir: 'ltr' });
  const inside = host.attachShadow({ mode: 'open' });
  const style = new CSSStyleSheet();
  // its body is this box: what its style says of the body holds of that
  style.replaceSync(styles.join('\n').replace(/\bbody\b/g, '.body'));
  inside.adoptedStyleSheets = [style];
  const body = h('div', { class: 'body' });
  // headings of the page stand below those of the console
  body.append(...document.importNode(read.body, true).childNodes);
  inside.append(body);
  return host;
}
