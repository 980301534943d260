// Talks: invitations, who comes, minutes, and what came of them.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h, keep, own } from '../core/html.js';
import { key } from '../core/keys.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { endings, filterBox, lines, linesField, may, pastNote, peer, redraw, staleNote, tell, when } from './sites_shared.js';
import { oneTalks } from './talks_one.js';

const OVER = ['signed', 'called off'];

export function show(root, { rest, query, session }) {
  const ends = endings();
  const side = h('div', {});
  const item = h('div', { class: 'item' });
  root.append(h('h1', {}, t('talks.title')), h('div', { class: 'split' }, side, item));
  ends.add(list(side, rest, session));
  if (rest[0] === 'new') begin(item, query, session).catch((problem) => fill(item, explained(problem)));
  else if (rest[0] !== undefined) ends.add(oneTalks(item, { id: rest[0], session }));
  else item.append(h('p', { class: 'card' }, t('talks.words')), h('p', { class: 'soft' }, t('talks.choose')));
  return ends.end;
}

function list(side, rest, session) {
  const ends = endings();
  const head = h('div', {});
  const all = h('ul', { class: 'list' });
  let state = null;
  let wanted = '';
  const filter = filterBox(t('talks.filter'), (text) => { wanted = text; draw(); });
  side.append(head, filter.element, all);
  ends.add(filter.end);
  if (may(session, 'officer')) ends.add(key('n', 'talks.invite', () => route.go('talks', 'new')));
  function draw() {
    redraw(head, staleNote(state), pastNote(), may(session, 'officer') ? h('p', { class: 'actions' }, h('a', { class: 'button first', href: route.to('talks', 'new') }, t('talks.invite'))) : null);
    const fit = (state?.data ?? []).filter((each) => `${each.title} ${each.agenda.join(' ')}`.toLowerCase().includes(wanted));
    const open = (each) => each.lines.some((one) => !OVER.includes(one.phase));
    fit.sort((a, b) => Number(open(b)) - Number(open(a)) || b.at.localeCompare(a.at));
    keep(all, fit, (each) => each.talks, (each) => h('li', {},
      h('a', { href: route.to('talks', each.talks), 'aria-current': each.talks === rest[0] ? 'page' : null, data: { focus: 'open' } }, own(each.title)),
      h('div', { class: 'small' }, when(each.at, { day: 'always' })),
      each.lines.map((one) => h('div', { class: 'small' }, peer(one), ' ', phaseTag(one, each)))));
    if (state?.data && fit.length === 0) all.replaceChildren(h('li', { class: 'soft' }, t('core.nothing')));
  }
  ends.add(live.use('/v1/talks', ['talks.'], (found) => { state = found; draw(); }));
  return ends.end;
}

/** Where talks stand on a line; alarming where it waits for this party. */
export function phaseTag(one, talks) {
  const ours = (!talks.mine && one.phase === 'proposed') || (talks.mine && one.phase === 'another time') || (one.phase === 'minuted' && one.minutes.some((each) => !each.signed_here));
  return h('span', { class: ['tag', ours ? 'warn' : 'soft'] }, coded('talks', `phase_${one.phase.replaceAll(' ', '_')}`));
}

/** The fields of an invitation; filled in from one for its next version. */
export function invitation(found = null) {
  return [
    field('title', t('talks.what'), { required: true, value: found?.title ?? '' }),
    field('agenda', t('talks.agenda'), { kind: 'area', required: true, value: found?.agenda.join('\n') ?? '', help: t('talks.agenda_help') }),
    field('at', t('talks.begin'), { kind: 'time', required: true, value: found?.at ?? '' }),
    field('place', t('talks.place'), { value: found?.place ?? '', help: t('talks.place_help') }),
  ];
}

/** What the form says, as the API takes it. */
export const invited = ({ title, agenda, at, place }) => ({ title, agenda: agenda.split('\n').map((each) => each.trim()).filter(Boolean), at, place: place || null });

async function begin(box, query, session) {
  if (!may(session, 'officer')) {
    fill(box, h('h2', {}, t('talks.invite')), pastNote() ?? h('p', {}, t('core.status_403')));
    return;
  }
  const known = await lines();
  const whom = linesField(known, { label: t('talks.whom'), chosen: query.line ? [query.line] : null });
  fill(box, h('h2', {}, t('talks.invite')), h('p', {}, t('talks.invite_words')), form([whom, ...invitation()], { submit: t('talks.invite_now'),
    send: async (values, named) => {
      if (values.lines.length === 0) {
        named.lines.problem(t('core.needed'));
        return undefined;
      }
      const me = (await api.get('/v1/status')).party;
      const parties = [me, ...known.filter((each) => values.lines.includes(each.line)).map((each) => each.peer)];
      return api.post('/v1/talks', { ...invited(values), parties });
    },
    done: async (made) => {
      tell(t('talks.invited'));
      await live.again('/v1/talks');
      route.go('talks', made.talks);
    } }));
}
