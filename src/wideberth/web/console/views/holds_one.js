// One hold: whom it binds, where it stands on each line, what lies in it; and how two officers lift it.

import * as api from '../core/api.js';
import { act, explained, sure } from '../core/dialog.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { roleWords } from '../core/role.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { bandOf, phaseOf, tagOf, untilOf, whereOf, whomShown } from './holds_words.js';

/** Draw a hold into `root`, and keep it as it is. Gives what ends that. */
export function one(root, hold, session) {
  const path = `/v1/holds/${api.part(hold)}`;
  const facts = h('div', {});
  const lifting = h('section', { class: 'card lift', hidden: true });
  const approvals = []; // texts, each of another key
  fill(root, facts, lifting);
  let said = '';
  let lift = ''; // what is drawn of it
  const end = live.use(path, ['hold.', 'talks.', 'agreement.', 'plan.', 'entry.'], ({ data, problem }) => {
    if (data === null) {
      if (problem !== null) fill(facts, explained(problem));
      return;
    }
    if (said === JSON.stringify([data, live.past()])) return;
    said = JSON.stringify([data, live.past()]);
    drawFacts(facts, data);
    const may = data.mine && data.phase === 'in force' && session.roles.includes('officer') && live.past() === null;
    lifting.hidden = !may;
    // whoever signs or chooses files there is not disturbed by what changes elsewhere
    const wanted = JSON.stringify([data.lift_text, data.until]);
    if (may && lift !== wanted) {
      lift = wanted;
      drawLift(lifting, data, path, approvals);
    }
  }, { every: 30_000 });
  return end;
}

function drawFacts(root, view) {
  const peer = (each) => each.label ?? each.line.slice(0, 8);
  fill(root, h('section', { class: ['card', view.phase === 'in force' && 'warn'] },
    h('h2', {}, own(view.mine ? t('holds.this_party') : view.label ?? view.by.slice(0, 10)), ' ', tagOf(view)),
    h('p', {}, h('strong', {}, phaseOf(view)), view.phase === 'in force' ? null : [' ', t('holds.no_permission')]),
    h('dl', { class: 'facts' },
      h('dt', {}, t('holds.binds')), h('dd', {}, whomShown(view)),
      h('dt', {}, t('holds.stops')), h('dd', {}, view.activities === null ? t('holds.all_activities') : own(view.activities.join(', '))),
      h('dt', {}, t('holds.where')), h('dd', {}, own(whereOf(view))),
      view.area === null ? null : [h('dt', {}, t('holds.altitudes')), h('dd', {}, own(bandOf(view), { dir: 'ltr' }))],
      h('dt', {}, t('holds.from')), h('dd', {}, time(view.begins, { seconds: true })),
      h('dt', {}, t('holds.until')), h('dd', {}, untilOf(view), ' ', view.until.kind === 'time' ? null
        : h('span', { class: ['tag', view.until.met && view.phase === 'in force' ? 'warn' : 'soft'] }, view.until.met ? t('holds.met') : t('holds.not_met'))),
      view.reason === null ? null : [h('dt', {}, t('holds.reason')), h('dd', {}, own(view.reason))]),
    h('h3', {}, t('holds.on_lines')),
    h('ul', { class: 'list' }, view.lines.map((each) => h('li', {}, own(peer(each)), ': ', coded('holds', `tag_${each.phase.replace(' ', '_')}`), ' ',
      !each.told ? h('strong', { class: 'tag alarm' }, t('holds.say_by_voice', { peer: peer(each) }))
        : view.mine ? h('span', { class: ['tag', each.delivered ? 'good' : 'alarm'] }, t(each.delivered ? 'holds.delivered' : 'holds.not_delivered')) : null,
      each.lifted !== null ? [' ', t('holds.lifted_at', { time: time(each.lifted, { seconds: true }), n: each.signatures })]
        : each.signatures > 0 ? [' ', h('span', { class: 'tag warn' }, t('holds.half_lifted', { n: each.signatures, needed: each.needed }))] : null))),
    h('h3', {}, t('holds.inside')),
    view.inside.length === 0 ? h('p', { class: 'soft' }, t('holds.none_inside')) : h('ul', { class: 'list' }, view.inside.map((each) => h('li', {},
      h('a', { href: route.to('plans', each.plan) }, own(each.label || each.plan.slice(0, 10))), ': ',
      h('span', { class: each.state === 'accepted' ? '' : 'tag alarm' }, t(each.state === 'accepted' ? 'holds.may_not_begin' : 'holds.has_begun'))))),
    view.mine ? [h('h3', {}, t('holds.theirs_inside')),
      view.theirs.length === 0 ? h('p', { class: 'soft' }, t('holds.none_inside')) : h('ul', { class: 'list' }, view.theirs.map((each) => h('li', {},
        own(each.label ?? ''), ' ', own(each.callsign || each.notice.slice(0, 10)), ': ',
        h('span', { class: each.state === 'accepted' ? '' : 'tag alarm' }, t(each.state === 'accepted' ? 'holds.not_begun' : 'holds.theirs_begun')),
        each.override ? [' ', t('holds.override', { role: roleWords(each.override) })] : null)))] : null,
    h('p', { class: 'small soft' }, h('code', { dir: 'ltr' }, view.hold))));
}

function drawLift(root, view, path, approvals) {
  const count = h('p', { role: 'status' });
  const files = h('input', { type: 'file', multiple: true, id: 'lift-files' });
  const problems = h('div', { class: 'problems' });
  const lift = h('button', { type: 'button', class: 'danger' }, t('holds.lift_now'));
  const sign = h('button', { type: 'button', class: 'first' }, t('holds.sign_here'));
  const save = h('button', { type: 'button', on: { click: () => api.save('lift.json', view.lift_text, 'application/json') } }, t('holds.lift_text'));
  const draw = () => {
    count.textContent = t('holds.approvals_n', { n: approvals.length });
    lift.disabled = approvals.length < 2;
  };
  const add = (text) => {
    const key = keyOf(text);
    if (!approvals.some((each) => keyOf(each) === key)) approvals.push(text);
    draw();
  };
  files.addEventListener('change', async () => {
    for (const each of files.files) add(await each.text());
  });
  sign.addEventListener('click', () => act(sign, async () => {
    const signing = await import('../core/sign.js').catch(() => null);
    if (signing === null) throw new Error(t('holds.sign_missing'));
    const text = await signing.approve({ what: 'lift', sha256: await sha256(view.lift_text), agreement: null, title: t('holds.lift'), shown: h('pre', { class: 'exact' }, view.lift_text) });
    if (text !== null) add(text);
  }, { at: problems }));
  lift.addEventListener('click', async () => {
    if (!(await sure(t('holds.lift'), t('holds.no_permission'), t('holds.lift_now'), { danger: true }))) return;
    await act(lift, async () => {
      await api.post(`${path}/lift`, { approvals });
      approvals.length = 0;
      await live.again('/v1/holds');
    }, { at: problems, done: t('holds.lift_done') });
    draw();
  });
  fill(root, h('h2', {}, t('holds.lift')), h('p', {}, t('holds.lift_words')),
    view.until.met || view.until.kind === 'time' ? null : h('p', { class: 'tag warn' }, t('holds.lift_early')),
    h('pre', { class: 'exact', tabindex: '0', role: 'group', 'aria-label': t('holds.lift_text') }, view.lift_text),
    h('p', { class: 'actions' }, sign, save), h('p', {}, h('label', { for: 'lift-files' }, t('holds.approval_files')), ' ', files), count, problems,
    h('p', { class: 'actions' }, lift));
  draw();
}

function keyOf(text) {
  try {
    return JSON.parse(text).key;
  } catch {
    return text;
  }
}

async function sha256(text) {
  const found = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...found].map((each) => each.toString(16).padStart(2, '0')).join('');
}
