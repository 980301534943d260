// What the views of releases and of passing on have in common: a concern about a release, words of what is asked.

import * as api from '../core/api.js';
import { field } from '../core/form.js';
import { tell } from '../core/dialog.js';
import { link, asked, button, worded } from './told_parts.js';
import { h } from '../core/html.js';
import { t } from '../core/words.js';

const PRECEDENCES = ['routine', 'priority', 'immediate', 'flash'];

/** The button that raises a concern with the other party of a line, about a release that one gave the other on it. */
export const concern = (line, release) => button(t('releases.concern'), async () => {
  const made = await asked(t('releases.concern'), [
    field('text', t('releases.concern_text'), { kind: 'area', required: true }),
    field('assurance', t('releases.concern_assurance'), { required: true }),
    field('precedence', t('releases.precedence'), { kind: 'choice', value: 'routine', choices: PRECEDENCES.map((each) => [each, t(`releases.precedence_${each}`)]) }),
  ], {
    submit: t('releases.concern_raise'),
    before: h('p', { class: 'small soft' }, t('releases.concern_help')),
    send: (values) => api.post(`/v1/lines/${api.part(line)}/received/${api.part(release)}/concern`, values),
  });
  if (made !== null) tell(h('span', {}, t('releases.concern_raised'), ' ', link(t('releases.concern_see'), 'statements', made.statement)));
});

/** What is asked about, in words. */
export const subject = (kind) => worded('onward', 'kind', kind);
