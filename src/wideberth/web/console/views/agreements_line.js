// The agreements of one line: versions, and what is done about the one in force: suspend, resume, end.

import * as api from '../core/api.js';
import { act, sure } from '../core/dialog.js';
import { h } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { t } from '../core/words.js';
import { absent, button, endings, english, may, peer, redraw, staleNote } from './sites_shared.js';
import { pathOf, standingTag, titled } from './agreements.js';

export function ofLine(box, { line, session }) {
  const ends = endings();
  const states = {};

  function draw() {
    const found = states.all?.data;
    const of = states.lines?.data?.find((each) => each.line === line);
    // who has suspended them is said, and undone, only once it is known which party is which
    if (!found || of === undefined) {
      const none = absent(states.all?.problem) || (of === undefined && states.lines?.data && !states.lines.stale);
      redraw(box, staleNote(states.all, states.lines), h('p', {}, t(none ? 'agreements.no_line' : 'core.loading')));
      return;
    }
    const versions = [...found.versions].sort((a, b) => Number(b.in_force) - Number(a.in_force) || b.version - a.version);
    redraw(box, h('h2', {}, peer(of)), staleNote(states.all, states.lines),
      found.suspended_by.length === 0 ? null : h('div', { class: 'card alarm' }, h('strong', {}, t('agreements.suspended_by'), ' ',
        found.suspended_by.map((each, n) => [n > 0 ? ', ' : '', each === of.peer ? peer(of) : t('agreements.us')])), h('p', {}, t('agreements.goes_on'))),
      versions.some((each) => each.in_force) ? null : h('p', { class: 'card warn' }, t('agreements.nothing_in_force')),
      actions(found, of), versions.length === 0 ? h('p', {}, t('agreements.nothing_proposed')) : versions.map((each) => card(found, each)),
      found.told.length === 0 ? null : h('div', { class: 'card' }, h('h3', {}, t('agreements.was_ignored')), h('ul', {}, found.told.map((each) => h('li', {}, english(each))))));
  }

  function card(found, each) {
    const waits = !each.in_force && !each.was_in_force && each.ignored === null && found.phases[each.agreement] !== 'ended';
    return h('article', { class: ['card', waits && 'warn'] },
      h('h3', {}, h('a', { href: route.to('agreements', line, each.sha256), data: { focus: `v-${each.sha256}` } }, titled(each)), ' ', standingTag(each, found)),
      each.ignored === null ? null : english(each.ignored),
      h('ul', {}, each.signers.map((one) => h('li', {}, peer(one), ': ', t('agreements.signatures_n', { n: one.signatures }),
        one.missing > 0 ? [' · ', h('span', { class: 'tag warn' }, t('agreements.missing_n', { n: one.missing }))] : [' · ', h('span', { class: 'tag good' }, t('agreements.enough'))]))),
      each.elsewhere ? english(each.elsewhere) : null,
      waits ? h('p', { class: 'actions' }, h('a', { class: 'button first', href: route.to('agreements', line, each.sha256) }, t('agreements.read_and_sign'))) : null);
  }

  function actions(found, of) {
    if (!may(session, 'officer')) return null;
    const number = (phases) => Object.entries(found.phases).find(([, phase]) => phases.includes(phase))?.[0];
    const on = number(['in force', 'suspended']);
    const inForce = found.versions.find((each) => each.in_force) ?? null;
    const ours = found.suspended_by.some((each) => each !== of.peer);
    const says = (what, title, words, done) => async (at) => {
      if (!await sure(title, words, title, { danger: what !== 'resume' })) return;
      const made = await act(at, () => api.post(`${pathOf(line)}/${api.part(on)}/${what}`), { done });
      if (made !== undefined) await live.again(`/v1/lines`);
    };
    const name = of.label ?? of.peer.slice(0, 8);
    return h('p', { class: 'actions' },
      on && ours ? button(t('agreements.resume'), says('resume', t('agreements.resume'), t('agreements.resume_words'), t('agreements.resumed')), { kind: 'first', focus: 'resume' }) : null,
      h('a', { class: 'button', href: `${route.to('agreements', 'new')}?line=${encodeURIComponent(line)}${inForce ? `&after=${inForce.sha256}` : ''}` }, t(inForce ? 'agreements.next_version' : 'agreements.propose')),
      on && !ours ? button(t('agreements.suspend'), says('suspend', t('agreements.suspend'), t('agreements.suspend_words'), t('agreements.suspended_done')), { focus: 'suspend' }) : null,
      on ? button(t('agreements.end'), says('end', t('agreements.end'), t('agreements.end_words', { peer: name }), t('agreements.ended_done')), { focus: 'end' }) : null);
  }

  ends.add(live.use(pathOf(line), ['agreement.'], (state) => { states.all = state; draw(); }),
    live.use('/v1/lines', ['agreement.', 'line.'], (state) => { states.lines = state; draw(); }));
  return ends.end;
}
