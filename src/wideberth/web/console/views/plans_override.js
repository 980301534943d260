// Beginning a plan although something holds it back: by whoever has a post, with what that is not.

import * as api from '../core/api.js';
import { dialog } from '../core/dialog.js';
import { h, own } from '../core/html.js';
import { t } from '../core/words.js';
import { blockedWords, english, peerName } from './plans_words.js';

/** What holds a plan back, as it is read: to see whether that is still what somebody was asked about. */
export const heldBy = (plan) => JSON.stringify([plan.on.map((on) => [on.line, on.blocked]), plan.holds, plan.by_hand, plan.sites]);

/**
 * Asks as whom. `refused`: what the node has said, where something held it back that was not shown. Gives a promise of
 * officer, commander, or null where it was left.
 */
export async function overriding(plan, refused = null) {
  const duty = await api.get('/v1/duty').catch(() => []);
  const holders = new Map(duty.map((each) => [each.post, each.name ?? '']));
  const why = refused !== null ? [english(refused)] : [
    ...plan.on.flatMap((on) => on.blocked.map((each) => [own(peerName(on)), ': ', blockedWords(each)])),
    ...[...plan.holds, ...plan.by_hand].map((each) => english(each)),
    ...(plan.sites.length > 0 ? [t('plans.touches_sites', { n: plan.sites.length })] : []),
  ];
  return dialog(t('plans.override_title'), (close) => [
    h('p', {}, t('plans.override_held')),
    h('ul', {}, why.map((each) => h('li', {}, each))),
    h('p', {}, h('strong', {}, t('plans.override_words'))),
    h('p', { class: 'small' }, t('plans.override_not')),
    h('footer', {},
      ['officer', 'commander'].map((role) => h('button', { type: 'button', class: 'danger', on: { click: () => close(role) } },
        t(`plans.override_as_${role}`), holders.get(role) ? [' (', own(holders.get(role)), ')'] : null)),
      h('button', { type: 'button', autofocus: true, on: { click: () => close(null) } }, t('core.cancel'))),
  ], { name: 'override' });
}
