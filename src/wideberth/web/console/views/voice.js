// Recognition words: who is that on the telephone? One side asks, the other answers, the first one looks.

import * as api from '../core/api.js';
import { act, explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { time, until } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { staleNote } from '../core/stale.js';
import { coded, t } from '../core/words.js';
import { dayTable } from './voice_table.js';

export async function show(root, { rest }) {
  const lines = await api.get('/v1/lines');
  const ending = [];
  const line = rest[0] ?? lines[0]?.line;
  const box = h('div', {});
  const which = field('line', t('voice.line'), { kind: 'choice', value: line, choices: lines.map((each) => [each.line, each.label ?? each.line.slice(0, 8)]) });
  which.input.addEventListener('change', () => go('words', which.value()));
  fill(root, h('h1', {}, t('voice.title')), h('p', {}, t('voice.what')),
    lines.length === 0 ? h('p', {}, t('voice.no_line')) : [lines.length > 1 ? which.element : h('p', {}, t('voice.with', { party: lines[0].label ?? '' })), box]);
  if (line !== undefined) ending.push(draw(box, line));
  return () => ending.forEach((each) => each());
}

function draw(box, line) {
  const path = `/v1/lines/${api.part(line)}/words`;
  const past = h('p', { class: 'card', hidden: true }, t('voice.in_past'));
  const [old, stand] = [h('div', {}), h('div', { 'aria-live': 'polite' })];
  const ends = [];
  const purpose = field('purpose', t('voice.purpose'), { kind: 'choice', value: 'voice', choices: ['voice', 'unit'].map((each) => [each, coded('voice', `purpose_${each}`)]) });

  function showStand(found) {
    const locked = found.ways.filter((each) => each.stage === 'locked');
    fill(stand,
      found.stopped === null ? null : h('div', { class: 'card alarm', role: 'alert' }, h('h3', {}, t('voice.stopped')),
        h('p', { lang: 'en', dir: 'ltr' }, found.stopped), resume()),
      locked.map((each) => {
        const at = h('div', {});
        const button = h('button', { type: 'button', class: 'danger', on: { click: () => act(button, async () => {
          showStand(await api.post(`${path}/unlock`, { purpose: each.purpose }));
        }, { at }) } }, t('voice.unlock'));
        return h('div', { class: 'card alarm', role: 'alert', data: { locked: each.purpose } }, h('h3', {}, t('voice.locked', { purpose: coded('voice', `purpose_${each.purpose}`) })),
          h('p', {}, t('voice.locked_next')), h('div', { class: 'actions' }, button), at);
      }),
      h('dl', { class: 'facts' },
        h('dt', {}, t('voice.day')), h('dd', {}, own(found.day), ' UTC · ', t('voice.erased', { day: found.since })),
        found.ways.map((each) => [h('dt', {}, coded('voice', `purpose_${each.purpose}`)),
          h('dd', { data: { way: each.purpose } }, each.stage === 'locked' ? t('voice.way_locked') : t('voice.way_open', { n: each.left }))]),
        h('dt', {}, t('voice.asked')), h('dd', {}, t('voice.answered_times', { n: found.answered }))));
  }
  function resume() {
    const day = field('day', t('voice.resume_day'), { kind: 'date', ltr: true, value: new Date(live.now()).toISOString().slice(0, 10) });
    return form([day], { submit: t('voice.resume'), send: async ({ day: said }) => api.post(`${path}/resume`, { day: said }), done: showStand });
  }

  // we ask
  const asked = h('div', { class: 'spoken', 'aria-live': 'assertive' });
  const askAt = h('div', {});
  let challenge = null;
  const ask = h('button', { type: 'button', class: 'first', on: { click: () => act(ask, async () => {
    // what was right of the one before says nothing of this one
    fill(judged);
    challenge = await api.post(`${path}/challenge`, { purpose: purpose.value() });
    fill(judged);
    answer.fields.reply.set('');
    fill(asked, spoken(t('voice.say'), challenge.challenge), h('p', { class: 'until', 'aria-live': 'off' }));
    tick();
    answer.hidden = false;
    answer.fields.reply.input.focus();
  }, { at: askAt }) } }, t('voice.challenge'));
  function tick() {
    box.inert = live.past() !== null;
    past.hidden = !box.inert;
    const at = asked.querySelector('.until');
    if (at === null || challenge === null) return;
    const over = Date.parse(challenge.until) < live.now();
    at.textContent = over ? t('voice.over') : t('voice.until', { time: time(challenge.until), in: until(challenge.until, live.now()) });
  }
  const judged = h('div', { 'aria-live': 'assertive' });
  const answer = form([field('reply', t('voice.reply_heard'), { ltr: true, required: true, help: t('voice.groups_help') })], {
    submit: t('voice.check'),
    // for what it was asked, whatever is chosen by now
    send: async ({ reply }) => {
      const of = challenge;
      fill(judged);
      return { of, found: await api.post(`${path}/check`, { reply, challenge: of.challenge.words, purpose: of.purpose }) };
    },
    done: ({ of, found }) => {
      live.again(path);
      if (of !== challenge) return; // another was asked meanwhile
      fill(judged, h('div', { class: ['card', found.right ? 'right' : 'alarm'], data: { right: String(found.right) } },
        h('p', { class: 'big-words' }, found.right ? `✓ ${t('voice.right')}` : `✗ ${t('voice.wrong')}`),
        h('p', {}, found.right ? t('voice.right_means') : found.left === 0 ? t('voice.wrong_third') : t('voice.wrong_left', { n: found.left }))));
    },
  });
  answer.hidden = true;

  // they ask
  const said = h('div', { class: 'spoken', 'aria-live': 'assertive' });
  const reply = form([field('challenge', t('voice.challenge_heard'), { ltr: true, required: true, help: t('voice.groups_help') })], {
    submit: t('voice.make_reply'),
    send: ({ challenge: heard }) => {
      fill(said); // nobody reads out the reply to another challenge
      return api.post(`${path}/reply`, { challenge: heard, purpose: purpose.value() });
    },
    done: (found) => {
      fill(said, spoken(t('voice.say'), found.reply), h('p', {}, t('voice.then_ask')));
      live.again(path);
    },
  });

  box.before(past);
  fill(box, purpose.element, h('div', { class: 'columns' },
    h('section', { class: 'card', 'aria-labelledby': 'we-ask' }, h('h2', { id: 'we-ask' }, t('voice.we_ask')), h('p', { class: 'small' }, t('voice.we_ask_means')),
      h('div', { class: 'actions' }, ask), askAt, asked, answer, judged),
    h('section', { class: 'card', 'aria-labelledby': 'they-ask' }, h('h2', { id: 'they-ask' }, t('voice.they_ask')), h('p', { class: 'small' }, t('voice.they_ask_means')), reply, said)),
  h('section', { class: 'card', 'aria-labelledby': 'stand' }, h('h2', { id: 'stand' }, t('voice.stand')), old, stand),
  dayTable(path), h('p', { class: 'small' }, t('voice.never')));
  ends.push(live.use(path, ['words.', 'line.'], (state) => {
    fill(old, staleNote(state));
    if (state.data === null) fill(stand, explained(state.problem));
    else showStand(state.data);
  }, { every: 20_000, present: true }));
  tick();
  ends.push(live.whenStanding(tick));
  return () => ends.forEach((each) => each());
}

const LETTERS = 'alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu'.split(' ');

/** Words and digits that mean the same, and the words spelled as ICAO does, for a bad line. */
function spoken(label, found) {
  const spelled = found.words.split('-').map((word) => [...word].map((each) => LETTERS[each.charCodeAt(0) - 97]).join(' ')).join(', ');
  return h('div', { class: 'card' }, h('p', {}, label),
    h('p', { class: 'big-words mono', dir: 'ltr', data: { said: 'words' } }, found.words),
    h('p', { class: 'mono', dir: 'ltr', data: { said: 'digits' } }, found.digits),
    h('p', { class: 'small', dir: 'ltr', lang: 'en' }, spelled));
}
