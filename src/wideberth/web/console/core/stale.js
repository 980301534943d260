// That what is shown is old, wherever a part of a page is read by itself.

import { time } from './format.js';
import { h } from './html.js';
import { t } from './words.js';

/** A note for a state of live.use that is not current; else null. */
export function staleNote(state) {
  return state.stale && state.data !== null ? h('p', { class: 'problem', role: 'status' }, t('core.stale', { time: time(state.at, { seconds: true }) })) : null;
}
