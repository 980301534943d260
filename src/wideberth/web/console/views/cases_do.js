// In a case: accepting what the other party offers, and offering a change of one's own.

import { act, dialog, sure } from '../core/dialog.js';
import { Problem } from '../core/api.js';
import { field } from '../core/form.js';
import { fill, h } from '../core/html.js';
import { t } from '../core/words.js';
import { entry } from './cases_change.js';
import { Missing, volumeFields } from './plans_volume.js';
import { changeWords, english, peerName } from './plans_words.js';

const FOR_S = [900, 3_600, 4 * 3_600, 24 * 3_600];
const FOOT_DMM = 3_048;

/** The two notices and the own plan of a case, while they are not read, or could not be. */
export const UNREAD = { ours: null, theirs: null, plan: null };

/**
 * Ask whether it is accepted, saying what that does and what it is not; then `does(anyway)`. What it would conflict
 * with is shown once more. Gives what the node answered; undefined where it was left.
 */
export async function accepting(found, proposal, does, problem) {
  const ours = proposal.notice === found.own;
  const name = peerName(found);
  const yes = await dialog(t('cases.accept_title'), (close) => [
    h('p', {}, h('strong', {}, t(ours ? 'cases.of_our_plan' : 'cases.of_their_plan'), ': ', changeWords(proposal.change))),
    h('ul', {},
      h('li', {}, t(ours ? 'cases.accept_ours' : 'cases.accept_theirs', { name })),
      h('li', {}, t('cases.accept_both')), h('li', {}, t('cases.accept_takes_back')), h('li', {}, h('strong', {}, t('cases.accept_not')))),
    h('footer', {}, h('button', { type: 'button', class: 'first', autofocus: true, on: { click: () => close(true) } }, t('cases.accept')),
      h('button', { type: 'button', on: { click: () => close(null) } }, t('core.cancel'))),
  ], { name: 'accept' });
  if (yes !== true) return undefined;
  const said = await does(false);
  if (said !== undefined || !problem.textContent.includes('case.would_conflict')) return said;
  const anyway = await sure(t('cases.anyway_title'), english(problem.querySelector('[lang=en]')?.textContent ?? ''), t('cases.anyway'), { danger: true });
  return anyway ? does(true) : undefined;
}

/** A change of one's own choice. `send(body)` offers it. Gives true where it was offered. */
export function proposing(found, sides, send) {
  const plan = sides.plan?.document ?? null;
  const theirs = found.notices.find((each) => each !== found.own);
  return dialog(t('cases.propose_own'), (close) => {
    const which = field('which', t('cases.which_plan'), { kind: 'choice', choices: [...(found.own ? [[found.own, t('cases.of_our_plan')]] : []), [theirs, t('cases.of_their_plan')]] });
    const kind = field('change', t('cases.what_change'), { kind: 'choice', choices: ['later', 'earlier', 'higher', 'lower', 'cancel', 'volumes'].map((each) => [each, t(`cases.change_${each}`)]) });
    const by = field('by', t('cases.by_minutes'), { kind: 'number', value: 30, min: 1, step: 'any', ltr: true });
    const long = field('for', t('cases.for_how_long'), { kind: 'choice', value: 3_600, choices: FOR_S.map((each) => [each, t(`cases.for_${each}`)]) });
    const volumes = h('div', {});
    const problem = h('div', { role: 'alert' });
    let fields = [];
    function look() {
      const chosen = kind.value();
      by.element.hidden = ['cancel', 'volumes'].includes(chosen);
      fill(by.element.querySelector('label'), t(['higher', 'lower'].includes(chosen) ? 'cases.by_feet' : 'cases.by_minutes'));
      fill(volumes);
      fields = [];
      if (chosen !== 'volumes') return;
      const known = which.value() === found.own ? plan?.volumes ?? sides.ours?.volumes : sides.theirs?.volumes;
      fields = (known ?? []).map((each, n) => volumeFields(each, { title: t('plans.volume_n', { n: n + 1 }), changed: () => {} }));
      fill(volumes, fields.length === 0 ? t(sides === UNREAD ? 'core.unknown' : 'cases.no_notice') : fields.map((each) => each.element));
    }
    kind.input.addEventListener('change', () => {
      by.set(['higher', 'lower'].includes(kind.value()) ? '1000' : '30');
      look();
    });
    which.input.addEventListener('change', look);
    look();
    async function change() {
      const sign = ['earlier', 'lower'].includes(kind.value()) ? -1 : 1;
      if (kind.value() === 'cancel') return { cancel: true };
      if (kind.value() === 'volumes' && fields.length === 0) throw new Missing(t(sides === UNREAD ? 'core.unknown' : 'cases.no_notice'), kind);
      if (kind.value() === 'volumes') return { volumes: (await Promise.all(fields.map((each) => each.volume()))).map(entry) };
      // less than nothing would be the other way round
      if (!(by.value() > 0)) throw new Missing(by.unread() ?? t('core.needed'), by);
      if (['later', 'earlier'].includes(kind.value())) return { delay_ms: sign * Math.round(by.value() * 60_000) };
      return { lift_dmm: sign * Math.round(by.value() * FOOT_DMM) };
    }
    async function run(event) {
      event.preventDefault();
      const button = event.submitter ?? event.target.querySelector('button.first');
      const said = await act(button, async () => {
        try {
          return await send({ notice: which.value(), change: await change(), for_s: Number(long.value()) });
        } catch (wrong) {
          if (wrong instanceof Problem) throw wrong;
          fill(problem, h('p', { class: 'problem' }, wrong.message));
          wrong.at?.input?.focus();
          return undefined;
        }
      }, { at: problem });
      if (said !== undefined) close(true);
    }
    return h('form', { novalidate: true, on: { submit: run } },
      h('p', {}, t('cases.propose_words', { name: peerName(found) })), which.element, kind.element, by.element, volumes, long.element, problem,
      h('footer', {}, h('button', { class: 'first', type: 'submit' }, t('cases.offer')), h('button', { type: 'button', on: { click: () => close(null) } }, t('core.cancel'))));
  }, { wide: true, name: 'propose' });
}
