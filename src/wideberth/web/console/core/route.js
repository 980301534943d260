// Which view is shown: what stands after the # of the address, such as #/cases/ID?line=….

import { fill, h } from './html.js';
import * as words from './words.js';

const views = new Map(); // by name: {load, words, roles, nav}
let current = null;

/**
 * A view: `name` as it stands in the address; `module`: its file in views/; `areas`: of words that it needs.
 * The module has `show(root, {rest, query, session})`, which may give what ends it.
 */
export function view(name, { module, areas = [name], key = null, roles = null, group }) {
  views.set(name, { name, module, areas, key, roles, group });
}

export const all = () => [...views.values()];

export function parsed(hash = location.hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const [name, ...rest] = path.split('/').map(decoded);
  return { name: views.has(name) ? name : 'duty', rest, query: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // an address that somebody has cut
  }
}

/** Go somewhere: go('cases', id). */
export function go(name, ...rest) {
  location.hash = `#/${[name, ...rest].map(encodeURIComponent).join('/')}`;
}

/** An address within the console, for a link. */
export const to = (name, ...rest) => `#/${[name, ...rest].map(encodeURIComponent).join('/')}`;

/** End the view that is shown: nobody is signed in any more. */
export async function leave() {
  const before = current;
  current = null;
  await ended(before);
}

// one that cannot end keeps nobody on its page
async function ended(before) {
  try {
    await before?.end?.();
  } catch (error) {
    console.error(error);
  }
}

/** Show in `root` what the address says. `session`: who is signed in. */
export async function show(root, session, { focus = true } = {}) {
  const asked = parsed();
  const found = views.get(asked.name);
  const turn = Symbol(asked.name);
  const before = current;
  current = { turn, name: asked.name };
  await ended(before);
  if (current?.turn !== turn) return;
  root.dataset.view = asked.name;
  const box = h('div', { class: ['view', `view-${asked.name}`] });
  fill(root, box);
  try {
    const [module] = await Promise.all([import(`../views/${found.module}.js`), words.load(...found.areas)]);
    if (current?.turn !== turn) return;
    const end = await module.show(box, { ...asked, session });
    if (current?.turn !== turn) {
      await ended({ end });
      return;
    }
    current.end = end;
    const heading = box.querySelector('h1');
    document.title = `${heading?.textContent ?? ''} · ${session.node || 'Wideberth'}`;
    if (focus && heading !== null && !root.contains(document.activeElement)) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
  } catch (error) {
    console.error(error);
    if (current?.turn !== turn) return;
    fill(box, h('h1', {}, words.t('core.view_failed')), h('p', { lang: 'en', dir: 'ltr' }, String(error.message ?? error)),
      h('button', { type: 'button', on: { click: () => show(root, session) } }, words.t('core.again')));
  }
  root.dataset.shown = asked.name;
}
