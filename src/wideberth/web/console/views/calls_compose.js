// A new call: a phrase by code or words in any language, its fields, and what will be said, before it is.

import * as api from '../core/api.js';
import { act, dialog, explained, tell } from '../core/dialog.js';
import { field } from '../core/form.js';
import { span } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { LANGUAGES as NAMES, coded, lang, load, t } from '../core/words.js';
import { LANGUAGES, PRECEDENCES, RIGHT_TO_LEFT, ROLES, book, inMine, said } from './calls_book.js';
import { about, callField, gathered } from './calls_fields.js';
import { chooser, sides } from './calls_sides.js';

const PAUSE_MS = 300;
let opening = false;

/**
 * Write a call in a dialog: `line`, `code`, `fields` (values as entries hold them) and `re` (the call that it
 * answers) where they are known. Gives a promise of the call that was made, or null; what keeps it closed is said.
 */
export async function compose(session, { line = null, code = null, fields = {}, re = null } = {}) {
  if (opening) return null;
  opening = true;
  let read;
  try {
    [, ...read] = await Promise.all([load('calls'), book(), api.get('/v1/lines'), api.get('/v1/calls')]);
  } catch (problem) {
    tell(explained(problem), 'problem');
    return null;
  } finally {
    opening = false;
  }
  const [known, lines, before] = read;
  const made = await dialog(t('calls.new'), (close) => {
    const box = h('div', { class: 'compose' });
    const state = { known, lines, before, line: line ?? lines[0]?.line ?? null, re, close, box };
    if (lines.length === 0) fill(box, h('p', {}, t('calls.no_line')));
    else if (code !== null) write(state, code, fields);
    else pick(state);
    return box;
  }, { wide: true, name: 'compose' });
  if (made !== null) go('calls', made.call);
  return made;
}

/** The language in which the other party has last spoken here, if it has. */
export function theirLanguage(before, line) {
  const last = before.find((each) => !each.mine && each.line === line)?.language;
  return LANGUAGES.includes(last) ? last : null;
}

function languagesOf(state) {
  const first = [lang(), theirLanguage(state.before, state.line), 'en'].filter(Boolean);
  return [...new Set(first)].slice(0, 2);
}

// the phrase

function pick(state) {
  const { known, box } = state;
  const search = field('search', t('calls.search'), { autofocus: true, help: t('calls.search_help') });
  const found = h('div', { class: 'phrases', role: 'list' });
  const count = h('p', { role: 'status', class: 'small soft' });
  const draw = () => {
    const tokens = search.value().toLowerCase().split(/\s+/).filter(Boolean);
    const some = known.phrases.filter((each) => tokens.every((token) => words(each).includes(token)));
    count.textContent = t('calls.found', { n: some.length });
    fill(found, PRECEDENCES.map((precedence) => {
      const of = some.filter((each) => each.precedence === precedence);
      return of.length === 0 ? null : h('section', { role: 'listitem' },
        h('h3', {}, h('span', { class: ['tag', precedence === 'flash' && 'alarm', precedence === 'immediate' && 'warn'] }, coded('calls', `precedence_${precedence}`))),
        h('div', { class: 'phrase-list' }, of.map((each) => phraseButton(state, each))));
    }));
  };
  search.input.addEventListener('input', draw);
  search.input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    found.querySelector('button')?.click();
  });
  draw();
  fill(box, search.element, count, found, h('footer', {},
    h('button', { type: 'button', on: { click: () => write(state, null, {}) } }, t('calls.free_text_alone'))));
  search.input.focus();
}

function words(phrase) {
  const texts = LANGUAGES.flatMap((each) => [phrase.titles[each].text, phrase.texts[each].text]);
  return [phrase.code, phrase.code.replace(/-/g, ' '), ...texts].join(' ').toLowerCase();
}

/** The phrase in four languages: one's own first, then the other party's. */
function phraseButton(state, phrase) {
  const order = [...new Set([...languagesOf(state), ...LANGUAGES])];
  return h('button', { type: 'button', class: 'phrase', data: { code: phrase.code }, on: { click: () => write(state, phrase.code, {}) } },
    h('code', { dir: 'ltr' }, phrase.code),
    order.map((each, n) => h('span', { lang: each, dir: RIGHT_TO_LEFT.has(each) ? 'rtl' : 'ltr', class: n === 0 ? 'mine' : 'small' },
      n === 0 ? h('strong', {}, phrase.titles[each].text) : phrase.titles[each].text,
      n === 0 ? [' ', h('span', { class: 'small' }, phrase.texts[each].text)] : null)));
}

// its fields

function write(state, code, values) {
  const { known, box } = state;
  const phrase = code === null ? null : known.of(code);
  let languages = languagesOf(state);
  let sure = null;
  const line = field('line', t('calls.line'), { kind: 'choice', value: state.line ?? '', choices: state.lines.map((each) => [each.line, each.label ?? each.line.slice(0, 8)]) });
  const to = field('to', t('calls.to_role'), { kind: 'choice', value: 'officer', choices: ROLES.map((each) => [each, coded('calls', `role_${each}`)]), help: t('calls.never_person') });
  const precedence = field('precedence', t('calls.precedence'), { kind: 'choice', value: phrase?.precedence ?? 'routine', choices: PRECEDENCES.map((each) => [each, coded('calls', `precedence_${each}`)]) });
  const text = field('text', t('calls.free_text'), { kind: 'area', rows: 2, help: t('calls.free_text_help'), required: phrase === null });
  const language = field('language', t('calls.text_language'), { kind: 'choice', value: lang(), choices: Object.entries(NAMES) });
  const other = theirLanguage(state.before, state.line);
  const own_ = (phrase?.fields ?? []).map((spec) => callField(known, spec, { value: values[spec.name] ?? null, other, pick: (kind) => picked(kind, line.value()) }));
  const [needed, more] = [own_.filter((each, n) => wanted(phrase, phrase.fields[n], values)), own_.filter((each, n) => !wanted(phrase, phrase.fields[n], values))];
  const preview = h('div', { class: 'preview', 'aria-live': 'polite' });
  const doubts = h('div', { class: 'doubts' });
  const problems = h('div', { class: 'problems' });
  const send = h('button', { type: 'submit', class: phrase?.precedence === 'flash' ? 'danger' : 'first' });
  const nameIt = () => {
    const to_ = state.lines.find((each) => each.line === line.value());
    fill(send, t('calls.send_to', { party: to_?.label ?? '', precedence: coded('calls', `precedence_${precedence.value()}`) }));
  };
  const asked = () => ({
    code, precedence: precedence.value(), to: to.value(), language: language.value(),
    text: text.value().trim() || null, re: state.re, line: line.value(), ...gathered(own_),
  });

  let turn = 0;
  async function look() {
    const mine = ++turn;
    try {
      const found = await said({ ...asked(), languages: [...new Set([...languages, 'en'])] });
      if (mine !== turn) return;
      for (const each of own_) each.problem(null);
      unreadable(found, own_);
      fill(preview, h('h3', {}, t('calls.preview')), sides(found, languages), notations(found));
    } catch (problem) {
      if (mine !== turn) return;
      const at = about(problem, own_);
      if (at === null) fill(preview, explained(problem));
      else at.problem(explained(problem));
    }
  }
  let timer = null;
  const soon = () => {
    clearTimeout(timer);
    sure = null;
    fill(doubts);
    timer = setTimeout(look, PAUSE_MS);
  };

  async function run(event) {
    event.preventDefault();
    for (const each of own_) each.problem(null);
    await act(send, async () => {
      const wantedNow = asked();
      const found = await said({ ...wantedNow, languages: ['en'] }).catch((problem) => failed(problem));
      if (found === undefined) return;
      if (found.problems.length > 0) {
        const at = unreadable(found, own_);
        at?.element.closest('details')?.setAttribute('open', '');
        at?.input.focus();
        return;
      }
      if (found.mark !== null && found.mark !== sure) {
        doubted(found);
        return;
      }
      const { places, words: _, line: on, ...rest } = wantedNow;
      try {
        const call = await api.post(`/v1/lines/${api.part(on)}/calls`, { ...rest, fields: found.fields, sure });
        await live.again('/v1/calls');
        state.close(call);
      } catch (problem) {
        failed(problem);
      }
    }, { at: problems });
  }
  function failed(problem) {
    const at = about(problem, own_);
    if (at === null) throw problem;
    at.problem(explained(problem));
    at.element.closest('details')?.setAttribute('open', '');
    at.input.focus();
    return undefined;
  }
  // a doubtful place is said only by who has seen why: the mark names exactly these doubts
  function doubted(found) {
    const again = h('button', { type: 'button', class: 'danger', on: { click: () => { sure = found.mark; form.requestSubmit(); } } }, t('calls.sure'));
    fill(doubts, h('div', { class: 'card warn', role: 'alert' }, h('h3', {}, t('calls.doubtful')),
      doubtList(found.doubts), h('p', {}, t('calls.doubtful_next')), h('div', { class: 'actions' }, again)));
    again.focus();
  }

  const form = h('form', { novalidate: true, class: 'call-form', on: { submit: run, input: soon, change: soon } },
    h('div', { class: 'columns' },
      h('div', {},
        phrase === null ? null : h('p', {}, inMine(phrase.texts)),
        needed.map((each) => each.element),
        more.length === 0 ? null : h('details', {}, h('summary', {}, t('calls.more_fields', { n: more.length })), more.map((each) => each.element)),
        phrase === null ? [text.element, language.element] : h('details', {}, h('summary', {}, t('calls.free_text')), text.element, language.element),
        h('div', { class: 'columns narrow' }, line.element, to.element, precedence.element)),
      h('div', {}, chooser(languages, (next) => { languages = next; look(); }), preview)),
    h('footer', {}, doubts, problems, send,
      h('button', { type: 'button', on: { click: () => pick(state) } }, t('calls.other_phrase')),
      h('span', { class: 'small soft' }, t('calls.no_permission'))));
  line.input.addEventListener('change', () => {
    // another phrase goes to whom this one would have gone, and what is offered is of this line alone
    state.line = line.value();
    for (const each of own_) each.relist?.();
    nameIt();
  });
  precedence.input.addEventListener('change', nameIt);
  nameIt();
  fill(box, h('h3', {}, code === null ? t('calls.free_text_alone') : [h('code', { dir: 'ltr' }, code), ' · ', phrase === null ? '' : inMine(phrase.titles)],
    state.re === null ? null : h('span', { class: 'small soft' }, ' ', t('calls.answers', { call: state.re.slice(0, 10) }))), form);
  look();
  (box.querySelector('.call-field input') ?? text.input).focus();
}

/** Whether a field is shown at once: needed, one of those of which one is, or filled in. */
function wanted(phrase, spec, values) {
  return spec.required || phrase.any_of.includes(spec.name) || values[spec.name] !== undefined;
}

/** Say at each field what of it cannot be read; gives the first such field. */
export function unreadable(view, fields) {
  let first = null;
  for (const each of view.problems) {
    const at = fields.find(({ name }) => name === each.field);
    at?.problem([t('calls.place_unread'), ' ', h('span', { lang: 'en', dir: 'ltr' }, each.words)]);
    first ??= at ?? null;
  }
  return first;
}

/** Every place in every notation. */
export function notations(view) {
  return Object.entries(view.notations).map(([name, all]) => {
    const line = view.said[0].lines.find((each) => each.name === name);
    return h('details', { class: 'notations' }, h('summary', {}, t('calls.all_notations'), ': ', line?.label ?? name),
      h('dl', { class: 'facts' }, Object.entries(all).filter(([, text]) => text !== null).map(([notation, text]) => [
        h('dt', {}, notation), h('dd', { dir: 'ltr', class: 'mono' }, own(text))])));
  });
}

/** Doubts about places: their kind in words, and the node's own sentence. */
export function doubtList(doubts) {
  return h('ul', {}, doubts.map((each) => h('li', {}, h('strong', {}, coded('calls', `doubt_${each.kind}`)),
    h('div', { lang: 'en', dir: 'ltr', class: 'small' }, each.words))));
}

const cut = (id) => id.slice(0, 10);

/** What a field of a kind may name on a line: [[id, words]]. */
async function picked(kind, line) {
  if (kind === 'notice') {
    const found = await api.get(`/v1/lines/${api.part(line)}/notices?over=no`);
    return found.map((each) => [each.notice, [each.callsign, each.label, span(each.start, each.end), cut(each.notice)].filter(Boolean).join(' · ')]);
  }
  if (kind === 'hold') return (await api.get('/v1/holds')).map((each) => [each.hold, cut(each.hold)]);
  if (kind === 'case') return (await api.get(api.asking('/v1/cases', { line, over: 'no' }))).map((each) => [each.case, `${cut(each.case)} · ${each.phase ?? ''}`]);
  if (kind === 'call') return (await api.get(api.asking('/v1/calls', { line }))).map((each) => [each.call, `${each.code ?? ''} · ${cut(each.call)}`]);
  if (kind === 'site') {
    const told = await api.get(`/v1/lines/${api.part(line)}/sites`);
    return told.flatMap((each) => (each.rows ?? []).map((row) => [row.name ?? row.id ?? '', row.id ?? '']));
  }
  return [];
}
