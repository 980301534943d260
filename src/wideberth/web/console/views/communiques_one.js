// One communiqué: its newest version and who has signed it, where a party differs, its public page, its history.

import * as api from '../core/api.js';
import { dialog, explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { altitude, span, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { LANGUAGES, t } from '../core/words.js';
import { phase } from './communiques.js';
import { texts } from './communiques_draft.js';
import { signing } from './told_sign.js';
import { actions, aged, asked, button, called, code, facts, following, link, ltr, table, tag } from './told_parts.js';

const FORMATS = { notam: 'txt', navwarn: 'txt', cap: 'xml' };

const when = (value) => ltr(time(value, { now: live.now() }));

export function one(side, id, { may }) {
  const path = `/v1/communiques/${api.part(id)}`;
  const head = h('section', { class: 'card' });
  const next = h('section', { class: 'card', 'aria-labelledby': 'next' });
  const says = h('section', { class: 'card', 'aria-labelledby': 'says' });
  const drafts = h('section', { class: 'card', 'aria-labelledby': 'drafts' });
  const history = h('section', { class: 'card', 'aria-labelledby': 'history' });
  side.append(head, next, says, drafts, history);
  let state = null;
  const drawn = new Map(); // by part: what it was drawn from
  const about = following(() => draw());

  // a part is drawn anew where what it shows has changed: what is open there, or at work, stays
  function once(part, from, make) {
    const said = JSON.stringify([from, live.past()]);
    if (drawn.get(part) === said) return;
    drawn.set(part, said);
    make();
  }

  function draw() {
    if (state === null) return;
    const found = state.data;
    if (found === null) {
      fill(head, explained(state.problem));
      for (const each of [next, says, drafts, history]) each.hidden = true;
      return;
    }
    const newest = found.versions[0];
    fill(head, aged(state), h('h2', {}, own(found.title || t('communiques.not_here')), ' ', phase(found.phase), ' ', newest.exercise ? tag(t('communiques.exercise'), 'warn') : null),
      h('p', {}, t(`communiques.means_${code(found.phase)}`)),
      facts([[t('communiques.version'), String(newest.version)], [t('communiques.put_by'), [newest.mine ? t('communiques.us') : t('communiques.them'), ' · ', when(newest.at)]],
        [t('communiques.public'), found.public === null ? t('communiques.not_public') : t('communiques.public_version', { n: found.public })],
        [t('communiques.replies'), newest.replies ? t('communiques.replies_yes') : t('communiques.replies_no')],
        [t('communiques.id'), h('code', { class: 'long' }, found.communique)], ['SHA-256', h('code', { class: 'long' }, newest.sha256)],
        newest.mine && !newest.told ? [t('communiques.stands'), t('communiques.not_told')] : null,
        found.talks.length === 0 ? null : [t('communiques.talks'), found.talks.map((each) => [link(each.slice(0, 10), 'talks', each), ' '])]]),
      table(t('communiques.parties'), [t('communiques.party'), t('communiques.signatures'), t('communiques.differs'), t('communiques.their_page')],
        newest.parties.map((each) => [each.us ? t('communiques.us') : called(each.label, each.party),
          h('span', {}, each.signatures >= each.needed ? tag(t('communiques.has_signed'), 'good') : tag(t('communiques.not_signed'), 'warn'), ' ', h('span', { dir: 'ltr' }, `${each.signatures}/${each.needed}`)),
          each.differs === null ? '–' : [own(each.differs), h('div', { class: 'small soft' }, when(each.differs_at)), instead(each.instead)],
          each.page === null ? '–' : [t(`communiques.page_${each.page}`), h('div', { class: 'small soft' }, when(each.page_at), each.page_why ? [' · ', own(each.page_why)] : null)]])));
    next.hidden = !may;
    if (may) once(next, [newest, found.public, found.title, found.versions.map((each) => [each.sha256, each.phase])], () => drawNext(found, newest));
    says.hidden = false;
    once(says, newest, () => fill(says, h('h2', { id: 'says' }, t('communiques.says')), newest.readable ? [newest.correction ? h('p', {}, t('communiques.corrects'), ' ', own(newest.correction)) : null, shown(newest.texts), areas(newest.volumes), exact(newest)] : h('p', {}, t('communiques.not_here'))));
    drafts.hidden = found.public === null || !may;
    if (!drafts.hidden) once(drafts, [found.public, found.versions.map((each) => each.sha256)], () => notices(drafts, path, id));
    history.hidden = found.versions.length < 2;
    once(history, found.versions.slice(1), () => fill(history, h('h2', { id: 'history' }, t('communiques.history')), found.versions.slice(1).map((each) => h('details', {},
      h('summary', {}, t('communiques.version_n', { n: each.version }), ' ', phase(each.phase), ' ', when(each.at)), shown(each.texts), areas(each.volumes), exact(each)))));
  }

  function drawNext(found, newest) {
    const us = newest.parties.find((each) => each.us);
    const signed = us !== undefined && us.signatures >= us.needed;
    const open = ['draft', 'signed by some', 'differing'].includes(newest.phase);
    const signable = open && newest.readable && !signed;
    const joint = newest.parties.length > 1;
    fill(next, h('h2', { id: 'next' }, t('communiques.next')),
      newest.phase === 'approved' ? actions(button(t('communiques.publish'), () => doing('publish', { sha256: newest.sha256 }), { kind: 'first', done: t('communiques.is_published') })) : null,
      open && signed ? h('p', {}, t('communiques.wait_for_others')) : null,
      signable ? signing({
        what: 'release', sha256: newest.sha256, title: t('communiques.sign'), name: 'statement.json', submit: t('communiques.sign_now'),
        shown: () => h('div', {}, h('p', {}, t('communiques.signing_this', { title: found.title, n: newest.version })),
          newest.correction ? h('p', {}, t('communiques.corrects'), ' ', own(newest.correction)) : null, shown(newest.texts), areas(newest.volumes)),
        exact: async () => new TextEncoder().encode((await text(newest.sha256)).text), needed: us?.needed ?? 2,
        hand: (approvals) => doing('sign', { sha256: newest.sha256, approvals }),
      }) : null,
      actions(
        newest.phase === 'withdrawn' ? button(t('communiques.publish_again'), () => doing('publish', { sha256: whole(found)?.sha256 ?? null })) : null,
        joint && open && !signed ? button(t('communiques.differ'), () => differ(newest)) : null,
        newest.phase === 'withdrawn' ? null : h('button', { type: 'button', on: { click: () => go('communiques', id, 'correct') } }, open ? t('communiques.next_version') : t('communiques.correct')),
        newest.phase === 'withdrawn' && found.public === null ? null : button(found.public === null ? t('communiques.withdraw_draft') : t('communiques.withdraw'), () => withdraw(found), { kind: found.public === null ? '' : 'danger' }),
        found.public === null ? null : link(t('communiques.its_replies'), 'communiques', 'replies', id)));
  }

  async function doing(what, body) {
    await api.post(`${path}/${what}`, body);
    await live.again(path, '/v1/communiques');
  }

  const text = (sha) => api.get(api.asking(`${path}/text`, { sha256: sha }));

  const withdraw = (found) => asked(found.public === null ? t('communiques.withdraw_draft') : t('communiques.withdraw'), [
    field('why', t('communiques.why'), { help: t('communiques.why_help') }),
  ], { submit: t('communiques.withdraw_now'), send: async ({ why }) => { await doing('withdraw', { why: why.trim() || null, sha256: standing(found)?.sha256 ?? null }); return true; } });

  const differ = (newest) => dialog(t('communiques.differ'), (close) => {
    const instead = texts(newest.texts);
    const words = field('differences', t('communiques.differences'), { kind: 'area', required: true, autofocus: true });
    return [h('p', { class: 'small soft' }, t('communiques.differ_help')), form([words, { element: h('details', {}, h('summary', {}, t('communiques.instead')), instead.elements.map((each) => each.element)) }], {
      submit: t('communiques.differ_now'), cancel: () => close(null), done: close,
      send: async () => {
        const said = instead.value();
        const same = JSON.stringify(said) === JSON.stringify(newest.texts.map(({ language, title, body }) => ({ language, title, body })));
        await doing('differ', { sha256: newest.sha256, differences: words.value(), texts: same ? [] : said });
        return true;
      } })];
  }, { wide: true });

  // the exact text, read when it is opened
  function exact(version) {
    const box = h('details', { on: { toggle: () => {
      if (box.open && box.childElementCount === 1) text(version.sha256).then((found) => box.append(h('pre', { class: 'exact tall', tabindex: '0' }, found.text)), (problem) => box.append(explained(problem)));
    } } }, h('summary', {}, t('communiques.exact')));
    return box;
  }

  about.use(path, ['communique.', 'entry.delivered', 'talks.'], (found) => { state = found; draw(); });
  return about.end;
}

// the version that was looked at, and not one that came since: the newest that all have signed; the one that is public
const whole = (found) => found.versions.find((each) => each.parties.every((one) => one.signatures >= one.needed));
const standing = (found) => (found.public === null ? found.versions[0] : found.versions.find((each) => each.phase === 'published'));

/** Texts, each in its own language and direction. */
function shown(some) {
  return h('div', { class: 'texts' }, some.map((each, n) => h('article', { lang: each.language, dir: each.language === 'he' || each.language === 'ar' ? 'rtl' : 'ltr' },
    h('p', { class: 'small soft' }, LANGUAGES[each.language], n === 0 ? [' · ', h('span', { lang: document.documentElement.lang }, t('communiques.this_counts'))] : null),
    h('h3', {}, each.title), each.body.split('\n\n').map((one) => h('p', {}, one)))));
}

const instead = (some) => (some.length === 0 ? null : h('details', {}, h('summary', {}, t('communiques.instead')), shown(some)));

function areas(some) {
  if (some.length === 0) return null;
  return [h('h3', {}, t('communiques.area')), h('ul', {}, some.map((each) => h('li', {}, ltr(span(each.start, each.end, { now: live.now() })), ' · ',
    h('span', { dir: 'ltr' }, `${altitude(each.lower)} – ${altitude(each.upper)}`))))];
}

// drafts for those who issue notices
function notices(box, path, id) {
  const at = h('div', { 'aria-live': 'polite' });
  fill(box, h('h2', { id: 'drafts' }, t('communiques.drafts')), h('p', { class: 'small soft' }, t('communiques.drafts_help')),
    h('div', { class: 'actions' }, Object.keys(FORMATS).map((format) => button(t(`communiques.draft_${format}`), async () => {
      const found = await api.get(api.asking(`${path}/notice`, { format }));
      fill(at, found.notes.map((each) => h('p', { class: 'small', lang: 'en', dir: 'ltr' }, each)), h('pre', { class: 'exact tall', tabindex: '0', lang: 'en' }, found.text),
        h('button', { type: 'button', on: { click: () => api.save(`${id.slice(0, 10)}-${format}.${FORMATS[format]}`, found.text, 'text/plain') } }, t('told.save')));
    }, { at }))), at);
}
