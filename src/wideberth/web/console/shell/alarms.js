// What rings now, over every view: the first of it, what to do, by when.

import { h } from '../core/html.js';

/** The bar of alarms. Gives {element, end}. */
export function alarms(_session) {
  return { element: h('section', { class: 'alarms', hidden: true }), end: null };
}
