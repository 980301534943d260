// Anything else that was said on a manual line: by us or to us, in a code of the phrase book or in a few words.

import * as api from '../core/api.js';
import { act, dialog, explained } from '../core/dialog.js';
import { field } from '../core/form.js';
import { fill, h } from '../core/html.js';
import * as live from '../core/live.js';
import { coded, lang, t } from '../core/words.js';
import { LANGUAGES, PRECEDENCES, book, inMine, said } from './calls_book.js';
import { unreadable } from './calls_compose.js';
import { about, callField, gathered } from './calls_fields.js';
import { sides } from './calls_sides.js';
import { entered } from './manual_say.js';

/** Enter a call on a manual line; of one of ours the script is shown first, to be read out in their language. */
export async function entering(view) {
  const known = await act(h('button'), book);
  if (known === undefined) return null;
  const theirs = LANGUAGES.includes(view.language) ? view.language : 'en';
  return dialog(t('manual.enter_call'), (close) => {
    const mine = field('mine', t('manual.who'), { kind: 'choice', choices: [['we', t('manual.we_said')], ['they', t('manual.they_said_it')]] });
    const code = field('code', t('manual.code'), { kind: 'choice', choices: [['', t('manual.no_code')], ...known.phrases.map((each) => [each.code, `${each.code} · ${inMine(each.titles)}`])] });
    const words = field('words', t('manual.words'), { kind: 'area', rows: 2, help: t('manual.words_help') });
    const precedence = field('precedence', t('calls.precedence'), { kind: 'choice', value: 'routine', choices: PRECEDENCES.map((each) => [each, coded('calls', `precedence_${each}`)]) });
    const read = field('heard', t('manual.was_read_back'), { kind: 'check' });
    const who = entered({ readBack: false, language: view.language });
    const [fields, again, script, at] = Array.from({ length: 4 }, () => h('div', {}));
    const button = h('button', { type: 'submit', class: 'first' }, t('manual.enter'));
    let specs = [];
    let ours = [];
    let heard = [];
    let turn = 0; // of what is looked at

    function draw() {
      const phrase = known.of(code.value());
      specs = phrase?.fields ?? [];
      ours = specs.map((spec) => callField(known, spec, { other: theirs }));
      fill(fields, ours.map((each) => each.element));
      if (phrase !== null) precedence.set(phrase.precedence);
      drawHeard();
      look();
    }
    function drawHeard() {
      read.element.hidden = specs.length === 0;
      heard = read.value() ? specs.map((spec) => callField(known, spec, { required: false })) : [];
      fill(again, heard.length === 0 ? null : [h('h3', {}, t('manual.heard')), heard.map((each) => each.element)]);
    }
    async function look() {
      const mine_ = ++turn;
      // what stands there is not what is to be said any more
      fill(script, code.value() === '' ? null : h('p', {}, t('core.loading')));
      if (code.value() === '') return;
      try {
        const found = await said({ code: code.value(), precedence: precedence.value(), language: lang(), text: words.value().trim() || null, languages: [...new Set([theirs, lang()])], ...gathered(ours) });
        if (mine_ !== turn) return;
        for (const each of ours) each.problem(null);
        unreadable(found, ours);
        fill(script, mine.value() === 'we' ? [h('h3', {}, t('manual.to_say')), h('pre', { class: 'exact script', tabindex: '0', lang: theirs, dir: ['he', 'ar'].includes(theirs) ? 'rtl' : 'ltr' }, found.said[0].script)] : null,
          sides(found, [...new Set([theirs, lang()])]));
      } catch (problem) {
        if (mine_ === turn) fill(script, explained(problem));
      }
    }
    code.input.addEventListener('change', draw);
    read.input.addEventListener('change', drawHeard);
    mine.input.addEventListener('change', look);
    for (const each of [fields, words.element, precedence.element]) each.addEventListener('change', look);
    draw();
    return h('form', { novalidate: true, on: { submit: (event) => {
      event.preventDefault();
      if (!who.whole()) return;
      act(button, async () => {
        const body = { mine: mine.value() === 'we', words: words.value().trim() || inMine(known.of(code.value())?.titles) || '', precedence: precedence.value(), ...who.values() };
        if (code.value() !== '') {
          const sent = await said({ code: code.value(), ...gathered(ours), languages: ['en'] });
          if (unreadable(sent, ours) !== null) return;
          Object.assign(body, { code: code.value(), fields: sent.fields, heard: null });
          if (heard.length > 0) {
            const back = await said({ code: code.value(), ...gathered(heard), languages: ['en'] });
            if (unreadable(back, heard) !== null) return;
            body.heard = back.fields;
          }
        }
        try {
          await api.post(`/v1/manual/${api.part(view.manual)}/calls`, body);
        } catch (problem) {
          const wrong = about(problem, ours);
          if (wrong === null) throw problem;
          wrong.problem(explained(problem));
          return;
        }
        await live.again('/v1/manual');
        close(true);
      }, { at });
    } } }, h('div', { class: 'columns' },
      h('div', {}, mine.element, code.element, fields, words.element, precedence.element, who.elements),
      h('div', {}, script, read.element, again)),
    h('p', { class: 'small' }, t('manual.reported')), at, h('footer', {}, button));
  }, { wide: true, name: 'manual-call' });
}
