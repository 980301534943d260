// The outbound gate of a line: its setting, and what it holds, with the exact text of each.

import * as api from '../core/api.js';
import { act, sure, tell } from '../core/dialog.js';
import { time } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import * as live from '../core/live.js';
import { coded, t } from '../core/words.js';

const SETTINGS = ['off', 'always', 'two-person'];

/** Give {element, end}. */
export function gate(path, peer, session) {
  const officer = session.roles.includes('officer');
  const setting = h('div', {});
  const list = h('ul', { class: 'list held-list' });
  const none = h('p', { class: 'soft' });
  const element = h('section', { class: 'card' }, h('h2', {}, t('lines.gate')), setting,
    officer ? [h('h3', {}, t('lines.held')), list, none] : null);
  const now = h('div', {});
  const choice = h('select', { 'aria-label': t('lines.gate') }, SETTINGS.map((each) => h('option', { value: each }, coded('lines', `gate_${each}`))));
  const button = h('button', { type: 'button', disabled: live.past() !== null }, t('lines.gate_set'));
  let was = null; // the setting that was shown last
  button.addEventListener('click', async () => {
    const wanted = choice.value;
    const found = await act(button, () => api.put(`${path}/gate`, { gate: wanted }));
    if (found === undefined) return;
    if (found.gate === wanted) tell(t('lines.gate_done'));
    await live.again(path);
  });

  // what is chosen stays chosen, whatever comes into the gate meanwhile
  function drawSetting({ data }) {
    if (data === null) return;
    if (was === null || choice.value === was) choice.value = data.gate;
    was = data.gate;
    fill(now, h('p', {}, h('strong', {}, coded('lines', `gate_${data.gate}`))),
      Object.entries(data.asked).map(([to, n]) => h('p', { class: 'tag warn' }, t('lines.gate_half', { n, setting: coded('lines', `gate_${to}`) }))));
    if (setting.childElementCount === 0) fill(setting, now, officer ? h('p', { class: 'actions' }, choice, button) : null);
  }

  function drawHeld({ data }) {
    keep(list, data ?? [], (each) => each.n, row);
    none.textContent = data !== null && data.length === 0 ? t('lines.none_held') : '';
  }

  function row(each) {
    const judged = (what, words, kind, done) => {
      const button = h('button', { type: 'button', class: kind, disabled: live.past() !== null, data: { focus: what } }, words);
      button.addEventListener('click', async () => {
        if (what === 'drop' && !(await sure(words, t('lines.drop_sure', { peer }), words, { danger: true }))) return;
        await act(button, async () => {
          await api.post(`${path}/held/${what}`, { entries: [{ n: each.n, sha256: each.sha256 }] });
          await live.again(path);
        }, { done });
      });
      return button;
    };
    return h('li', {},
      h('strong', {}, own(`${each.n} ${each.type}`)), ' ', h('span', { class: 'soft' }, coded('lines', `held_stage_${each.stage}`) === `held_stage_${each.stage}` ? each.stage : t(`lines.held_stage_${each.stage}`, { time: time(each.since, { seconds: true }) })),
      each.needed > 1 ? [' · ', t('lines.held_seen', { n: each.seen, needed: each.needed })] : null,
      h('p', { class: 'small' }, t('lines.exact_text'), ' · SHA-256 ', h('code', { dir: 'ltr' }, each.sha256.slice(0, 16))),
      h('pre', { class: 'exact', tabindex: '0', role: 'group', 'aria-label': t('lines.exact_text') }, plain(each.text)),
      each.part === null ? null : h('pre', { class: 'exact', tabindex: '0', role: 'group', 'aria-label': t('lines.held_part') }, plain(each.part)),
      each.stage === 'held' ? h('p', { class: 'actions' }, judged('release', t('lines.release'), 'first', t('lines.released')), judged('drop', t('lines.drop'), null, t('lines.dropped'))) : null);
  }
  const ending = [live.use(`${path}/gate`, ['gate.', 'entry.', 'line.'], drawSetting)];
  if (officer) ending.push(live.use(`${path}/held`, ['gate.', 'entry.', 'line.'], drawHeld));
  return { element, end: () => { for (const each of ending) each(); } };
}

/** JSON with what does not print, or would turn the order of others, written as its escape: nothing hides in it. */
function plain(text) {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (each) => (each === '\n' ? each
    : Array.from({ length: each.length }, (_, n) => `\\u${each.charCodeAt(n).toString(16).padStart(4, '0')}`).join('')));
}
