// What went wrong once, played on two nodes of an exercise: what happened, each step, and the twins that must fail.

import * as api from '../core/api.js';
import { act, explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { staleNote } from '../core/stale.js';
import { coded, number, t } from '../core/words.js';

const PLAYERS = ['admin', 'officer'];
const outcomes = new Map(); // by drill, for as long as the page is open

export function show(root, { rest: [wanted], session }) {
  const list = h('ul', { class: 'list', 'aria-label': t('drills.title') });
  const item = h('div', {});
  const note = h('div', {});
  const filter = field('filter', t('drills.filter'), {});
  let all = [];
  let shown = '';
  root.append(h('h1', {}, t('drills.title')), h('p', { class: 'soft' }, t('drills.words')),
    h('div', { class: 'split' }, h('section', {}, filter.element, note, list), item));
  filter.input.addEventListener('input', draw);
  const off = key('/', 'drills.filter', () => filter.input.focus());
  const end = live.use('/v1/drills', [], (state) => {
    const { data, problem } = state;
    fill(note, staleNote(state));
    if (data === null) {
      fill(list, h('li', {}, problem === null ? t('core.loading') : explained(problem)));
      return;
    }
    all = data;
    draw();
    const found = all.find((each) => each.drill === wanted);
    // one that is being played stays: what comes of it is shown there
    const said = JSON.stringify(found ?? null);
    if (said === shown) return;
    shown = said;
    if (found === undefined) fill(item, h('p', { class: 'soft' }, t('drills.choose')));
    else one(item, found, session, draw);
  }, { present: true });

  function draw() {
    const said = filter.value().trim().toLowerCase();
    fill(list, all.filter((each) => [each.drill, title(each), each.happened].some((text) => text.toLowerCase().includes(said))).map((each) => h('li', {},
      h('a', { href: to('drills', each.drill), 'aria-current': each.drill === wanted ? 'true' : null }, title(each)), ' ', verdict(outcomes.get(each.drill)))));
  }
  return () => {
    end();
    off();
  };
}

const title = (each) => coded('drills', `name_${each.drill.replaceAll('-', '_')}`);

function verdict(found) {
  if (found === undefined) return null;
  return h('span', { class: ['tag', found.passed ? 'good' : 'alarm'] }, t(found.passed ? 'drills.passed' : 'drills.not_passed'));
}

// `tell()`: it was played
function one(root, drill, session, tell) {
  const result = h('div', { 'aria-live': 'polite' });
  const english = (text) => h('p', { lang: 'en', dir: 'ltr' }, text);
  const twins = field('twins', t('drills.twins'), { kind: 'check', value: true, help: t('drills.twins_help') });
  const button = h('button', { type: 'button', class: 'first' }, t('drills.play'));
  const may = session.roles.some((each) => PLAYERS.includes(each));
  button.addEventListener('click', async () => {
    const found = await act(button, () => {
      fill(result, h('p', { role: 'status' }, t('drills.playing')));
      return api.post(`/v1/drills/${api.part(drill.drill)}/play`, { twins: twins.value() });
    }, { at: result });
    if (found === undefined) return;
    outcomes.set(drill.drill, found);
    tell();
    drawn(found);
  });
  fill(root, h('section', { class: 'card' }, h('h2', {}, title(drill)), h('p', { class: 'small soft' }, own(drill.where)),
    h('h3', {}, t('drills.happened')), english(drill.happened),
    h('h3', {}, t('drills.shows')), english(drill.shows),
    h('h3', {}, t('drills.twins_title')),
    h('ul', {}, drill.twins.map((each) => h('li', {}, t('drills.twin', { safeguard: each.safeguard, step: each.must_fail_at })))),
    may ? [twins.element, h('div', { class: 'actions' }, button)] : h('p', { class: 'soft' }, t('drills.may_not')),
    h('p', { class: 'small soft' }, t('drills.live'), ' ', h('code', { class: 'nowrap', dir: 'ltr' }, `wideberth drill run ${drill.drill} --live`)), result));
  const before = outcomes.get(drill.drill);
  if (before !== undefined) drawn(before);

  function drawn(found) {
    fill(result, h('h3', {}, verdict(found), ' ', t('drills.took', { time: number(found.seconds, 1) })),
      h('ol', { class: 'steps' }, found.steps.map((each) => h('li', { class: each.passed ? '' : 'failed' },
        h('div', {}, h('span', { class: ['tag', each.passed ? 'good' : 'alarm'] }, t(each.passed ? 'drills.step_passed' : 'drills.step_failed')), ' ',
          own(`${each.at.slice(11, 19)}Z`, { class: 'mono' }), ' ', h('strong', { class: 'step', lang: 'en', dir: 'ltr' }, each.title)),
        h('ul', { class: 'small', lang: 'en', dir: 'ltr' }, each.said.map((line) => h('li', {}, line)))))),
      found.twins.length === 0 ? null : [h('h3', {}, t('drills.twins_title')), h('ul', {}, found.twins.map(twin))]);
  }

  function twin(each) {
    const right = each.failed_at === each.must_fail_at;
    return h('li', {}, h('span', { class: ['tag', right ? 'good' : 'alarm'] }, t(right ? 'drills.twin_right' : 'drills.twin_wrong')), ' ',
      each.failed_at === null ? t('drills.twin_passed', { safeguard: each.safeguard }) : t('drills.twin_failed', { safeguard: each.safeguard, step: each.failed_at }),
      each.why === null ? null : h('div', { class: 'small soft', lang: 'en', dir: 'ltr' }, each.why));
  }
}
