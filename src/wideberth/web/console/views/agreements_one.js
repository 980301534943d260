// One version of terms: its exact text, what it says and changes in words, who has signed, and signing it.

import * as api from '../core/api.js';
import { act, dialog } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, lang, t } from '../core/words.js';
import { absent, button, endings, english, exact, facts, hash, may, pastNote, peer, redraw, staleNote, table, tell } from './sites_shared.js';
import { pathOf, standingTag, titled } from './agreements.js';

export function version(box, { line, sha256, before, session }) {
  const ends = endings();
  const head = h('div', {});
  const words = h('div', {});
  box.append(head, words);
  let of = null;
  let other = null;

  ends.add(live.use(pathOf(line), ['agreement.'], (state) => {
    const found = state.data;
    const each = found?.versions.find((one) => one.sha256 === sha256) ?? null;
    if (each === null) {
      redraw(head, staleNote(state), h('p', {}, found === null && !absent(state.problem) ? t('core.loading') : t('agreements.no_version')));
      return;
    }
    const open = !each.in_force && !each.was_in_force && each.ignored === null && found.phases[each.agreement] !== 'ended';
    redraw(head, h('p', {}, h('a', { href: route.to('agreements', line) }, t('agreements.back'))), h('h2', {}, titled(each), ' ', standingTag(each, found)), staleNote(state), pastNote(),
      each.ignored === null ? null : h('div', { class: 'card warn' }, t('agreements.ignored_words'), ' ', english(each.ignored)),
      h('div', { class: 'card' }, h('strong', {}, 'SHA-256'), ' ', hash(each.sha256), h('p', { class: 'small' }, t('agreements.by_voice'))),
      h('h3', {}, t('agreements.signed')), h('ul', {}, each.signers.map((one) => h('li', {}, peer(one), ': ', t('agreements.signatures_n', { n: one.signatures }), ' · ',
        one.missing > 0 ? h('span', { class: 'tag warn' }, t('agreements.missing_n', { n: one.missing })) : h('span', { class: 'tag good' }, t('agreements.enough'))))),
      each.elsewhere ? english(each.elsewhere) : null,
      may(session, 'officer') && open ? h('p', { class: 'actions' }, button(t('agreements.sign'), (at) => signed(at, each), { kind: 'first', focus: 'sign' }),
        button(t('agreements.hand_in'), () => handedIn(each), { focus: 'hand' })) : null,
      h('p', { class: 'actions' }, button(t('agreements.save'), () => api.save(`terms-${each.version}.toml`, new TextEncoder().encode(each.terms), 'application/toml'), { focus: 'save' }), compare(found, each)),
      h('details', { data: { open: 'text' } }, h('summary', {}, t('agreements.exact_text')), exact(each.terms, t('agreements.exact_text'))));
    const against = found.versions.find((one) => one.sha256 === (before ?? each.previous)) ?? null;
    if (of !== each.sha256 || other !== against?.sha256) {
      of = each.sha256;
      other = against?.sha256;
      said(words, each.terms, against, () => of === each.sha256 && other === against?.sha256).then((read) => {
        if (read === null && of === each.sha256) of = null; // what could not be read is read again
      });
    }
  }));

  function compare(found, each) {
    const some = found.versions.filter((one) => one.sha256 !== sha256);
    if (some.length === 0) return null;
    const choice = h('select', { 'aria-label': t('agreements.compare'), data: { focus: 'compare' }, on: { change: (event) => {
      location.hash = `${route.to('agreements', line, sha256)}?before=${event.target.value}`;
    } } }, h('option', { value: '' }, t('agreements.compare')), some.map((one) => h('option', { value: one.sha256, selected: one.sha256 === (before ?? each.previous) }, `${one.title}, ${t('agreements.version_n', { n: one.version })}`)));
    return choice;
  }

  async function signed(at, each) {
    const shown = h('div', {}, h('p', {}, titled(each)), exact(each.terms, t('agreements.exact_text')));
    const approval = await approvedBy(each, shown);
    if (approval === null || approval === undefined) return;
    await act(at, () => hand(each, [approval]));
  }

  async function handedIn(each) {
    const files = field('files', t('agreements.approval_files'), { kind: 'file', required: true, multiple: true, help: t('agreements.approval_help') });
    await dialog(t('agreements.hand_in'), (close) => [h('p', {}, t('agreements.hand_in_words')),
      form([files], { submit: t('agreements.hand_in'), cancel: () => close(null), done: close, send: async (values) => {
        const approvals = await Promise.all(values.files.map((one) => one.text()));
        return hand(each, approvals);
      } })]);
  }

  async function hand(each, approvals) {
    const done = await api.post(`${pathOf(line)}/${api.part(each.sha256)}/signatures`, { approvals: approvals.map((one) => one.replace(/\n$/, '')) });
    tell(done.versions.find((one) => one.sha256 === each.sha256)?.in_force ? t('agreements.now_in_force') : t('agreements.handed_in'));
    await live.again('/v1/lines');
    return done;
  }
  return ends.end;
}

/** An officer's approval of these terms: with the own key in the browser, or null where it cannot be had here. */
async function approvedBy(each, shown) {
  let approve;
  try {
    ({ approve } = await import('../core/sign.js'));
  } catch {
    tell(t('agreements.no_signing'), 'problem');
    return null;
  }
  return approve({ what: 'agreement', sha256: each.sha256, agreement: each.agreement, title: t('agreements.sign'), shown });
}

/** What terms say, and change from another text, in words; `still()`: whether they are what is shown by now. */
async function said(box, terms, against, still) {
  const found = await act(h('button'), () => api.post('/v1/read-terms', { terms, before: against?.terms ?? null }), { at: box });
  if (found !== undefined && still()) redraw(box, ...told(found, against));
  return found ?? null;
}

export function told(found, against) {
  return [
    against === null ? null : h('section', {}, h('h3', {}, t('agreements.changes', { n: found.changes.length })),
      found.same === false ? h('p', { class: 'card warn' }, t('agreements.two_agreements')) : found.follows ? null : h('p', { class: 'card warn' }, t('agreements.does_not_follow')),
      found.changes.length === 0 ? h('p', {}, t('agreements.no_change')) : table(t('agreements.changes', { n: found.changes.length }),
        [t('agreements.subject'), t('agreements.before'), t('agreements.after'), t('agreements.effect')],
        found.changes.map((each) => [words(each), english(each.before), english(each.after), h('span', { class: ['tag', ['looser', 'wider'].includes(each.effect) ? 'warn' : 'good'] }, coded('agreements', `effect_${each.effect}`))]))),
    h('section', {}, h('h3', {}, t('agreements.says')),
      facts([[t('agreements.parties'), found.parties.map((each, n) => [n > 0 ? ', ' : '', own(each.label)])], [t('agreements.number'), own(found.agreement, { class: 'mono' })]]),
      table(t('agreements.says'), [t('agreements.subject'), t('agreements.value')], found.items.map((each) => [words(each), english(each.value)]))),
  ];
}

// the key in the reader's language, and beside it the node's own words where they say more
function words(each) {
  if (lang() === 'en') return h('span', {}, each.words.charAt(0).toUpperCase() + each.words.slice(1));
  const more = each.words.replaceAll(' ', '_') !== each.what;
  return [coded('agreements', `what_${each.what}`), more ? h('div', {}, english(each.words)) : null];
}
