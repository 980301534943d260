// One call: what it says in any of four languages, how far it has come, and what is to be done now.

import * as api from '../core/api.js';
import { act, explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { time, until } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { LANGUAGES as NAMES, coded, lang, t } from '../core/words.js';
import { LANGUAGES, ROLES, inMine, myRole, roleOf, saidOf, titleOf } from './calls_book.js';
import { compose, doubtList, notations, theirLanguage, unreadable } from './calls_compose.js';
import { about, callField, gathered } from './calls_fields.js';
import { chooser, phaseTag, sides } from './calls_sides.js';

const ANSWERS = ['relayed', 'executor confirmed', 'no objection stated', 'objection', 'unclear', 'unable'];
const AFTER_UNCLEAR = ['objection', 'unclear', 'unable'];
const WAITING = ['sent', 'ringing'];
const AGAIN_MS = 3_000; // what it says could not be read: it is tried again after so long
const code = (text) => text.replaceAll(' ', '_');

/** Draw it into `root` and keep it current; gives what ends that. */
export function oneCall(root, id, session, known) {
  const path = `/v1/calls/${api.part(id)}`;
  const officer = session.roles.includes('officer');
  const old = h('div', {});
  const head = h('header', {});
  const next = h('div', { class: 'next' });
  const words = h('div', { class: 'in-words' });
  const clock = h('div', { class: 'clock-of-call' });
  const then = h('div', { class: 'then' });
  const facts = h('div', {});
  const ticks = new Set();
  let call = null;
  let role = 'officer';
  let as = null; // where the role is chosen, and whether somebody has
  let chosen = false;
  let typed = { for: null, card: null }; // the read-back that is being written
  let view = null;
  let languages = null;
  let said = '';
  let turn = 0;
  let retry = null;
  let ended = false;
  let drawn = '';
  // what it says stands before what is said to it; only taking it comes first
  fill(root, old, head, next, words, then, clock, facts);

  function showWords() {
    const choose = (some) => { languages = some; showWords(); };
    const script = h('pre', { class: 'exact script', lang: languages[0], dir: ['he', 'ar'].includes(languages[0]) ? 'rtl' : 'ltr' },
      view.said.find((each) => each.language === languages[0]).script);
    const paper = h('button', { type: 'button', on: { click: () => act(paper, print) } }, t('calls.print_sides'));
    fill(words, chooser(languages, choose), sides(view, languages, { head: true, ticks }), notations(view),
      h('details', { class: 'voice' }, h('summary', {}, t('calls.script', { language: NAMES[languages[0]] })), script),
      h('div', { class: 'actions' }, paper));
  }
  async function print() {
    const found = await saidOf(call, { languages, page: true });
    api.save(`${call.code ?? 'call'}-${call.call.slice(0, 10)}.html`, found.page, 'text/html');
  }
  async function read() {
    const wanted = JSON.stringify([call.code, call.fields, call.text, call.at]);
    if (wanted === said) return;
    const mine = ++turn;
    const found = await saidOf(call);
    const theirs = languages !== null ? null : call.mine ? theirLanguage(await api.get(api.asking('/v1/calls', { line: call.line })), call.line) : call.language;
    if (mine !== turn) return;
    said = wanted;
    view = found;
    if (languages === null) {
      languages = [...new Set([lang(), LANGUAGES.includes(theirs) ? theirs : null, 'en'].filter(Boolean))].slice(0, 2);
    }
    showWords();
  }
  function reading() {
    clearTimeout(retry);
    read().catch((error) => {
      if (ended) return;
      said = '';
      fill(words, explained(error));
      retry = setTimeout(reading, AGAIN_MS);
    });
  }
  function clocks() {
    if (call === null) return;
    fill(clock, call.rang.length === 0 && call.climbs.length === 0 ? null : [h('h3', {}, t('calls.rings')), h('ol', { class: 'steps' },
      call.rang.map((each) => h('li', { class: 'rang' }, '✓ ', coded('calls', `step_${each.step}`), ' · ', h('bdi', {}, time(each.at, { seconds: true })))),
      call.climbs.map((each) => h('li', { class: 'soft' }, coded('calls', `step_${each.step}`), ' · ', h('bdi', {}, time(each.at, { seconds: true })), ' · ',
        h('strong', {}, until(each.at, live.now())))))],
    call.due === null ? null : h('p', { class: Date.parse(call.due) < live.now() && 'problem' }, t('calls.due', { time: time(call.due, { seconds: true }), in: until(call.due, live.now()) })));
  }
  function draw() {
    fill(head, h('h2', {}, h('span', { class: ['tag', call.precedence === 'flash' && 'alarm', call.precedence === 'immediate' && 'warn'] }, coded('calls', `precedence_${call.precedence}`)), ' ',
      call.code === null ? null : [h('code', { dir: 'ltr' }, call.code), ' · '], titleOf(known, call)),
    h('p', {}, call.mine ? t('calls.to_party', { party: call.label ?? '' }) : t('calls.from_party', { party: call.label ?? '' }), ' · ', roleOf(call.to), ' · ',
      h('bdi', {}, time(call.at, { seconds: true })), ' · ', phaseTag(call),
      call.mine && call.told && !call.delivered ? [' ', h('span', { class: 'tag warn' }, t('calls.not_delivered'))] : null),
    h('p', { class: 'small' }, call.told ? coded('calls', `means_${code(call.phase)}`) : t('calls.not_told_next')),
    Object.keys(call.unread).length === 0 ? null : h('div', { class: 'card warn' }, h('strong', {}, t('calls.unread')),
      h('ul', {}, Object.entries(call.unread).map(([name, why]) => h('li', {}, own(name), ': ', h('span', { lang: 'en', dir: 'ltr' }, why))))));
    fill(facts, doubted(), answered(), links());
    clocks();
    drawSteps();
  }
  function drawSteps() {
    // what somebody is typing stays, as long as nothing that it is about is different
    const phase = WAITING.includes(call.phase) ? 'waiting' : call.phase;
    const now = JSON.stringify([phase, call.told, call.read_back, call.differs, call.answers, live.past()]);
    if (now === drawn) return;
    drawn = now;
    const focus = document.activeElement;
    as = field('role', t('calls.my_role'), { kind: 'choice', value: role, choices: ROLES.map((each) => [each, coded('calls', `role_${each}`)]) });
    as.input.addEventListener('change', () => {
      role = as.value();
      chosen = true;
    });
    const [first, rest] = steps(as.element);
    // whoever said it sees at once what is not the same there
    const differs = call.mine && call.differs.length > 0;
    fill(next, first, differs ? compared() : null);
    fill(then, differs ? null : compared(), rest);
    if (document.activeElement !== focus && then.contains(focus)) focus.focus();
  }

  // what is to be done

  /** What comes first, and what comes after one has read it. */
  function steps(as) {
    if (live.past() !== null) return [h('p', { class: 'card' }, t('calls.in_the_past')), null];
    if (!officer || call.phase === 'ended') return [null, null];
    if (call.mine) return [ours(), null];
    const waits = WAITING.includes(call.phase);
    const cards = [waits ? null : as];
    if (known.of(call.code) !== null && !(call.read_back !== null && call.differs.length === 0)) cards.push(writing());
    cards.push(answers());
    return [waits ? take(as) : null, cards];
  }
  async function done(what, body) {
    const found = await api.post(`${path}/${what}`, body);
    await live.again('/v1/calls', path, '/v1/rings');
    return found;
  }
  function take(as) {
    const at = h('div', {});
    const button = h('button', { class: ['big', call.precedence === 'flash' ? 'danger' : 'first'], type: 'button', data: { primary: '' },
      on: { click: () => act(button, () => done('take', { role, language: lang() }), { at }) } }, t('calls.take'));
    return h('div', { class: ['card', call.precedence === 'flash' ? 'alarm' : 'warn'] }, h('p', {}, t('calls.take_means')),
      h('div', { class: 'row' }, button, as), at);
  }
  // somebody else has taken it, or answered: what is being typed here stays
  function writing() {
    const about = JSON.stringify([call.code, call.fields, call.read_back]);
    if (typed.for !== about) typed = { for: about, card: readBack() };
    return typed.card;
  }
  function readBack() {
    const phrase = known.of(call.code);
    const specs = (phrase?.fields ?? []).filter((each) => each.name in call.fields);
    const fields = specs.map((spec) => callField(known, spec, { other: LANGUAGES.includes(call.language) ? call.language : null, required: false }));
    const at = h('div', { role: 'status' });
    const button = h('button', { class: 'first', type: 'submit' }, t('calls.read_back'));
    return h('form', { class: 'card read-back', novalidate: true, on: { submit: (event) => {
      event.preventDefault();
      for (const each of fields) each.problem(null);
      act(button, async () => {
        const { fields: plain, places, words: heardWords } = gathered(fields);
        try {
          const read = await saidOf(call, { heard: plain, heard_places: places, words: heardWords, languages: [lang()] });
          const unread = unreadable(read, fields);
          if (unread !== null) unread.input.focus();
          else await done('read-back', { fields: read.heard, role });
        } catch (problem) {
          const wrong = about(problem, fields);
          if (wrong === null) throw problem;
          wrong.problem(explained(problem));
          wrong.input.focus();
        }
      }, { at });
    } } },
    h('h3', {}, t('calls.read_back_title')), h('p', { class: 'small' }, t('calls.read_back_means')),
    fields.map((each) => each.element), h('div', { class: 'row' }, button), at);
  }
  function answers() {
    const at = h('div', {});
    const allowed = call.phase === 'unclear' ? AFTER_UNCLEAR : ANSWERS;
    const missed = Object.keys(call.fields).map((name) => {
      const made = field(`missed-${name}`, inMine(known.labels[name]) || name, { kind: 'check' });
      return { name, made };
    });
    const button = (answer) => {
      const made = h('button', { type: 'button', data: { answer }, on: { click: () => act(made, () => done('answer', {
        answer, role, fields: answer === 'unclear' ? missed.filter((each) => each.made.value()).map((each) => each.name) : [],
      }), { at }) } }, coded('calls', `answer_${code(answer)}`));
      return made;
    };
    const reply = h('button', { type: 'button', on: { click: () => compose(session, { line: call.line, re: call.call }) } }, t('calls.reply'));
    return h('div', { class: 'card answers' }, h('h3', {}, t('calls.answer')),
      h('p', { class: 'small' }, call.phase === 'unclear' ? t('calls.until_read_right') : t('calls.no_permission')),
      h('div', { class: 'row' }, allowed.map(button)),
      missed.length === 0 ? null : h('details', {}, h('summary', {}, t('calls.not_understood')), h('p', { class: 'small' }, t('calls.not_understood_help')), missed.map((each) => each.made.element)), at,
      h('div', { class: 'actions' }, reply));
  }
  function ours() {
    const at = h('div', {});
    const end = h('button', { type: 'button', on: { click: () => act(end, () => done('end'), { at }) } }, t('calls.end'));
    const again = h('button', { type: 'button', class: call.phase === 'unclear' && 'first', on: { click: () => compose(session, { line: call.line, code: call.code, fields: call.fields, re: call.re }) } }, t('calls.again'));
    const say = !call.told ? t('calls.not_told_next') : WAITING.includes(call.phase) ? t(call.precedence === 'flash' ? 'calls.wait_flash' : 'calls.wait')
      : call.phase === 'unclear' ? t('calls.say_again_next') : t('calls.end_when');
    return h('div', { class: ['card', (!call.told || call.phase === 'unclear') && 'warn'] }, h('p', {}, say), h('div', { class: 'actions' }, again, call.told ? end : null), at);
  }

  // what is known

  function doubted() {
    return call.doubts.length === 0 ? null : h('div', { class: 'card warn' }, h('h3', {}, t('calls.doubtful')), doubtList(call.doubts));
  }
  function answered() {
    const taken = call.taken_by === null ? [] : [h('li', {}, t('calls.taken_by', { time: time(call.taken_at, { seconds: true }) }), ' ', roleOf(call.taken_by))];
    const said_ = call.answers.map((each) => h('li', {}, h('strong', {}, coded('calls', `answer_${code(each.answer)}`)), ' · ', roleOf(each.role), ' · ', h('bdi', {}, time(each.at, { seconds: true })),
      each.fields.length === 0 ? null : [' · ', t('calls.not_understood'), ': ', each.fields.map((name) => inMine(known.labels[name]) || name).join(', ')]));
    return taken.length + said_.length === 0 ? null : h('div', { class: 'card' }, h('h3', {}, t('calls.said_to_it')), h('ul', { class: 'list' }, taken, said_));
  }
  /** What was said and what was read back, field by field. */
  function compared() {
    if (call.read_back === null) return null;
    const box = h('div', { class: ['card', 'compared', call.differs.length > 0 && 'alarm'], 'aria-live': 'polite' });
    saidOf(call, { heard: call.read_back, languages: [lang()] }).then((found) => fill(box,
      h('h3', {}, call.differs.length === 0 ? t('calls.same') : t('calls.differs', { n: call.differs.length })),
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('calls.read_back_title') }, h('table', {},
        h('thead', {}, h('tr', {}, ['field', 'said', 'heard', 'result'].map((each) => h('th', { scope: 'col' }, t(`calls.column_${each}`))))),
        h('tbody', {}, found.said[0].compared.map((each) => h('tr', { data: { result: each.result } },
          h('th', { scope: 'row' }, each.label), h('td', {}, lines(each.said)), h('td', {}, lines(each.heard)),
          h('td', {}, h('span', { class: ['tag', each.result === 'matched' ? 'good' : 'alarm'] }, each.result === 'matched' ? '✓ ' : '≠ ', each.words)))))))),
    (problem) => fill(box, explained(problem)));
    return box;
  }
  const lines = (values) => values.map((each, n) => h('div', { class: n > 0 && 'small soft' }, each));
  function links() {
    return h('p', { class: 'small soft' }, t('calls.id'), ' ', own(call.call),
      call.re === null ? null : [' · ', h('a', { href: to('calls', call.re) }, t('calls.answers', { call: call.re.slice(0, 10) }))]);
  }

  const ends = [live.use(path, ['call.', 'ring.', 'line.'], ({ data, problem, at, stale }) => {
    if (data === null) return fill(head, explained(problem));
    call = data;
    draw();
    fill(old, stale && at !== null ? h('p', { class: 'card warn' }, t('core.stale', { time: time(at, { seconds: true }) })) : null);
    reading();
    return undefined;
  }, { every: 10_000 }), live.whenStanding(() => {
    clocks();
    if (call !== null) drawSteps(); // nothing is done in the past, though the call is the same there
  }), () => {
    ended = true;
    clearTimeout(retry);
  }];
  myRole(session).then((found) => {
    if (chosen) return;
    role = found;
    as?.set(found);
  });
  return () => ends.forEach((each) => each());
}
