// Manual lines: the far end is a telephone, e-mail, radio or paper, and all of it is reported by us.

import * as live from '../core/live.js';
import * as api from '../core/api.js';
import { dialog, explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { time } from '../core/format.js';
import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import { go, to } from '../core/route.js';
import { LANGUAGES, coded, t } from '../core/words.js';
import { oneCase } from './manual_case.js';
import { history } from './manual_history.js';
import { oneManual } from './manual_one.js';

export const AGAIN_MS = 15_000; // no event says that something was entered by hand
const CHANNELS = ['telephone', 'e-mail', 'radio', 'paper'];
const PRESETS = ['crewed', 'drone', 'convoy', 'maritime', 'spectrum'];

export async function show(root, { rest, session }) {
  const ending = [];
  const officer = session.roles.includes('officer');
  const [id, of] = rest;
  const list = h('ul', { class: 'list', 'aria-label': t('manual.title') });
  const wrong = h('div', {});
  const one = h('section', { class: 'one', 'aria-label': t('manual.one') });
  const open = h('button', { type: 'button', class: 'first', 'aria-keyshortcuts': 'n', on: { click: () => begin() } }, t('manual.open'));
  const begin = () => {
    if (officer && live.past() === null) opening();
  };
  fill(root, h('h1', {}, t('manual.title')), h('p', { class: 'small' }, t('manual.reported')), h('div', { class: 'split' },
    h('div', {}, officer ? h('div', { class: 'actions' }, open) : null, wrong, list,
      h('p', {}, h('a', { href: to('manual', 'history'), 'aria-current': id === 'history' ? 'true' : null }, t('manual.history')))), one));
  ending.push(live.use('/v1/manual', ['line.', 'plan.'], ({ data, problem, at, stale }) => {
    open.disabled = live.past() !== null;
    fill(wrong, data === null ? explained(problem) : stale && at !== null ? h('p', { class: 'card warn' }, t('core.stale', { time: time(at, { seconds: true }) })) : null);
    if (data === null) return; // what could not be read is not nothing
    keep(list, data, (each) => each.manual, (each) => h('li', {},
      h('a', { data: { focus: 'open' }, href: to('manual', each.manual), 'aria-current': each.manual === id ? 'true' : null }, own(each.label)),
      h('div', { class: 'small' }, coded('manual', `channel_${each.channel.replace('-', '')}`), ' · ', LANGUAGES[each.language] ?? own(each.language), ' · ',
        t('manual.not_told_count', { n: each.reached.filter((one_) => one_.rung === 'not told').length }))));
    if (data.length === 0) fill(list, h('li', {}, t('manual.none')));
  }, { every: AGAIN_MS }));
  ending.push(key('n', 'manual.open', begin));
  if (id === 'history') ending.push(history(one, session));
  else if (id !== undefined && of !== undefined) ending.push(oneCase(one, id, of, session));
  else if (id !== undefined) ending.push(oneManual(one, id, session));
  else fill(one, h('p', { class: 'soft' }, t('manual.choose')));
  return () => ending.forEach((each) => each());
}

function opening() {
  return dialog(t('manual.open'), (close) => form([
    field('label', t('manual.label'), { required: true, help: t('manual.label_help') }),
    field('channel', t('manual.channel'), { kind: 'choice', choices: CHANNELS.map((each) => [each, coded('manual', `channel_${each.replace('-', '')}`)]) }),
    field('language', t('manual.language'), { kind: 'choice', value: 'en', choices: Object.entries(LANGUAGES) }),
    field('level', t('manual.level'), { kind: 'choice', value: 'coarse', choices: ['coarse', 'full'].map((each) => [each, coded('manual', `level_${each}`)]) }),
    field('preset', t('manual.preset'), { kind: 'choice', value: 'crewed', choices: PRESETS.map((each) => [each, coded('manual', `preset_${each}`)]) }),
  ], {
    submit: t('manual.open'),
    send: (said) => api.post('/v1/manual', said),
    done: async (found) => {
      close();
      await live.again('/v1/manual');
      go('manual', found.manual);
    },
  }));
}
