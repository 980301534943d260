// The duty officer's screen.

import { h } from '../core/html.js';
import { t } from '../core/words.js';

export function show(root) {
  root.append(h('h1', {}, t('shell.view_duty')));
}
