// Volumes on the map. A node draws them (POST /v1/shapes); where there is no map, the lists say the same.

import * as api from '../core/api.js';
import { fill, h } from '../core/html.js';
import { t } from '../core/words.js';

let known = new Map(); // by the text of a volume: what the node has drawn

/** The native volumes as {geometry, start, end, lower, upper}, each once asked; null where it cannot be drawn. */
async function drawn(volumes) {
  if (known.size > 2_000) known = new Map();
  const held = known; // whoever waits for an answer keeps what was known when it was asked for
  const missing = volumes.filter((each) => !held.has(JSON.stringify(each)));
  if (missing.length > 0) {
    const found = await api.post('/v1/shapes', { volumes: missing });
    missing.forEach((each, n) => held.set(JSON.stringify(each), found[n]));
  }
  return volumes.map((each) => held.get(JSON.stringify(each)) ?? null);
}

/**
 * Shapes for map/view.js. `some`: [{id, kind, whose, level, label, state, volumes, href}]; each gives one shape for
 * each of its volumes.
 */
export async function shapesOf(some) {
  const found = await drawn(some.flatMap((each) => each.volumes));
  let n = 0;
  return some.flatMap(({ volumes, id, kind, whose = 'ours', level = 'full', label = '', state = '', href }) => volumes.map((_, k) => {
    const at = found[n++];
    return at === null ? null : {
      id: `${id}-${k}`, kind, whose, level, label, state, href, start: at.start, end: at.end, lower: at.lower, upper: at.upper, geometry: at.geometry,
    };
  })).filter((each) => each !== null);
}

/**
 * The notices of theirs that something is in conflict with. `near`: [{on, each}]; `asked(path)`: the path as it is asked
 * for. Gives {some, whole}; not whole: one of them could not be read.
 */
export async function noticesNear(near, asked = (path) => path) {
  let whole = true;
  const some = await Promise.all(near.map(({ on, each }) => api.get(asked(`/v1/lines/${api.part(on.line)}/notices/${api.part(each.notice)}`)).catch((problem) => {
    whole &&= [403, 404].includes(problem.status);
    return null;
  })));
  return { some: some.filter((each) => each?.volumes), whole };
}

/** Where two are in conflict, as a shape. */
export function conflictShape(conflict, label, href) {
  if (!conflict?.near) return null;
  return {
    id: `conflict-${conflict.notice}`, kind: 'conflict', whose: 'both', level: 'full', label, state: conflict.found, start: conflict.start, end: conflict.end,
    lower: null, upper: null, href, geometry: { type: 'Point', coordinates: conflict.near },
  };
}

/**
 * A map in a box that is made when it is first needed. Gives {element, set(name, some, points), draw(kind), end}; where
 * there is no map, it says so once and everything else goes on.
 */
export function mapBox(label) {
  const inner = h('div', { class: 'map-here' });
  const note = h('p', { class: 'soft small' });
  const element = h('section', { class: 'card plan-map', 'aria-label': label }, inner, note);
  let making = null;
  let ended = false;
  let fitted = '';
  let turns = {};
  function made() {
    making ??= import('../map/view.js').then(async ({ mapView }) => {
      const view = await mapView(inner);
      if (ended) view.end();
      return ended ? null : view;
    }).catch(() => {
      inner.remove();
      fill(note, t('plans.no_map'));
      return null;
    });
    return making;
  }
  return {
    element,
    async set(name, some, points = [], { fit = true, whole = true } = {}) {
      const turn = turns[name] = Symbol(name);
      const view = await made();
      if (view === null || turns[name] !== turn) return;
      try {
        const shapes = [...await shapesOf(some), ...points.filter((each) => each !== null)];
        if (ended || turns[name] !== turn) return;
        view.set(name, shapes);
        // who moves the map is not taken back each time that a figure is typed
        const where = JSON.stringify(shapes.map((each) => each.geometry));
        if (fit && where !== fitted) view.fit();
        fitted = where;
        fill(note, whole ? null : h('span', { class: 'problem' }, t('plans.not_all_read')));
      } catch {
        if (ended || turns[name] !== turn) return;
        fill(note, t('plans.not_drawn'));
      }
    },
    async draw(kind) {
      const view = await made();
      return view === null ? null : view.draw(kind);
    },
    end() {
      ended = true;
      making?.then((view) => view?.end());
      turns = {};
    },
  };
}
