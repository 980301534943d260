// Dialogs, what is said in passing, and doing something once with its end shown.

import { Problem, UNREACHED } from './api.js';
import { fill, h } from './html.js';
import { has, t } from './words.js';

/**
 * A dialog over everything. `draw(close)` gives its content; `close(value)` ends it. Gives a promise of the value;
 * null where it was left (Escape). What had the focus has it again.
 */
export function dialog(title, draw, { wide = false, name = '' } = {}) {
  return new Promise((done) => {
    const before = document.activeElement;
    const id = `dialog-${Math.random().toString(36).slice(2)}`;
    let value = null;
    const close = (found = null) => {
      value = found;
      box.close();
    };
    const box = h('dialog', { class: wide && 'wide', 'aria-labelledby': id, data: { dialog: name } },
      h('header', {}, h('h2', { id }, title),
        h('button', { class: 'quiet', type: 'button', 'aria-label': t('core.close'), on: { click: () => close() } }, '✕')));
    box.append(...[draw(close)].flat());
    box.addEventListener('close', () => {
      if (box.contains(said)) document.body.append(said);
      box.remove();
      // whoever has gone on to something else meanwhile is not taken away from there
      if (document.activeElement === null || document.activeElement === document.body) {
        // what had it may have been drawn anew
        (before?.isConnected ? before : document.getElementById('main'))?.focus({ preventScroll: true });
      }
      done(value);
    });
    document.body.append(box);
    box.showModal();
    (box.querySelector('[autofocus]') ?? box.querySelector('input, select, textarea, button:not(.quiet)'))?.focus();
  });
}

/** A question with two answers; `danger`: the first one cannot be taken back. Gives a promise of true or false. */
export async function sure(title, text, yes, { danger = false } = {}) {
  const found = await dialog(title, (close) => [
    h('p', {}, text),
    h('footer', {},
      h('button', { class: danger ? 'danger' : 'first', type: 'button', autofocus: true, on: { click: () => close(true) } }, yes),
      h('button', { type: 'button', on: { click: () => close(null) } }, t('core.cancel'))),
  ]);
  return found === true;
}

const said = h('div', { id: 'said', role: 'status', 'aria-live': 'polite' });
document.body.append(said);

// within the dialog that is open, if one is: what lies behind it is neither seen nor read out
function speak(made) {
  const over = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
  if (said.parentElement !== over) over.append(said);
  fill(said, made);
}

/** Say something in passing; `kind`: done, problem. It stays until the next, or 8 s. */
export function tell(text, kind = 'done') {
  const made = h('p', { class: kind }, text);
  speak(made);
  setTimeout(() => made.remove(), kind === 'problem' ? 20_000 : 8_000);
}

/** A problem in words: what happened in the language that was chosen, and the node's own sentence, which is English. */
export function explained(problem) {
  if (!(problem instanceof Problem)) return h('div', { class: 'problem' }, String(problem?.message ?? problem));
  const kind = problem.code === UNREACHED ? 'unreached' : `status_${problem.status}`;
  const heading = has(`core.${kind}`) ? t(`core.${kind}`) : t('core.status_other');
  return h('div', { class: 'problem', role: 'alert' },
    h('strong', {}, heading),
    problem.code === UNREACHED ? null : [
      h('p', { lang: 'en', dir: 'ltr' }, problem.detail),
      h('p', { class: 'small' }, h('code', {}, problem.code)),
    ]);
}

/**
 * Do something once: the button waits meanwhile, and a problem is shown at `at` (else, or where that has gone, in
 * passing). Gives what `does` gave, or undefined where it could not be done.
 */
export async function act(button, does, { at = null, done = null } = {}) {
  // a view may have enabled it again meanwhile
  if (button.disabled || button.getAttribute('aria-busy') === 'true') return undefined;
  const focused = document.activeElement === button;
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  at?.replaceChildren();
  try {
    const found = await does();
    if (done !== null) tell(done);
    return found;
  } catch (problem) {
    // a dialog that was left, or a view that is over, hides no failure
    if (at !== null && at.isConnected) at.replaceChildren(explained(problem));
    else speak(explained(problem));
    if (!(problem instanceof Problem)) console.error(problem);
    return undefined;
  } finally {
    button.disabled = false;
    button.removeAttribute('aria-busy');
    if (focused && document.activeElement === document.body) button.focus({ preventScroll: true });
  }
}
