// A list that another party has told: its rows, what gives reason to ask again, and what is said of each row here.

import * as api from '../core/api.js';
import { act } from '../core/dialog.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { coded, t } from '../core/words.js';
import { absent, button, endings, english, facts, filterBox, grounds, mapIn, may, peer, redraw, shapesOf, staleNote, table, tell, when } from './sites_shared.js';
import { gradeTag } from './sites_own.js';

const SAID = ['acknowledged', 'no_objection_stated', 'objection', 'unclear', 'received'];
const WIDE = 300; // rows of which outlines are drawn
const AGAIN_MS = 60_000; // that a list has become old is no event

export function toldList(box, { line, list, session }) {
  const ends = endings();
  const head = h('div', {});
  const rows = h('div', {});
  const map = h('div', { class: 'small-map' });
  const chosen = new Map(); // by row: what it said when it was chosen
  const problem = h('div', { class: 'answer-problem' }); // the same one, whatever is drawn anew around it
  let wanted = '';
  let found = null;
  let drawn = null;
  const filter = filterBox(t('sites.filter_rows'), (text) => { wanted = text; drawRows(); });
  box.append(head, filter.element, rows, map);
  ends.add(filter.end);
  const may_ = () => may(session, 'officer');

  function draw(state) {
    found = state.data?.find((each) => !each.mine && each.list === list) ?? null;
    if (found === null) {
      redraw(head, staleNote(state), h('p', {}, state.data === null && !absent(state.problem) ? t('core.loading') : t('sites.list_gone')));
      fill(rows);
      map.hidden = true;
      drawn = null;
      return;
    }
    // what is told otherwise by now was not chosen
    const told = new Map(found.rows.map((each) => [each.id, JSON.stringify(each)]));
    for (const [row, said] of chosen) if (told.get(row) !== said) chosen.delete(row);
    const stated = found.in_force !== null && found.in_force !== found.version;
    redraw(head, h('h2', {}, own(found.name)), staleNote(state),
      found.unread ? h('div', { class: 'card alarm', role: 'alert' }, h('strong', {}, t('sites.unread_words', { version: found.version })), ' ', english(found.unread),
        stated ? h('p', {}, t('sites.in_force', { version: found.in_force })) : h('p', {}, t('sites.none_in_force'))) : null,
      found.old ? h('div', { class: 'card warn' }, h('strong', {}, t('sites.old_list')), ' ', english(found.old)) : null,
      facts([[t('sites.told_by'), peer(found)], [t('sites.version'), [String(found.version), ' · ', when(found.at)]],
        [t('sites.rows'), [t('sites.rows_n', { n: found.rows.length }), found.rows.length > WIDE ? h('div', { class: 'small' }, t('sites.map_first', { n: WIDE, all: found.rows.length })) : null]],
        [t('sites.said_here'), Object.entries(found.counts).filter(([, n]) => n > 0).map(([status, n]) => h('div', {}, t('sites.rows_n', { n }), ': ', coded('sites', `status_${status}`)))]]),
      h('div', { class: 'card' },
        may_() ? [h('p', { class: 'actions' }, button(t('sites.acknowledge_all'), (at) => answer(at, { all: 'acknowledged' }), { kind: 'first', focus: 'all' }),
          choice, button(t('sites.say_of_rows'), (at) => answer(at, { rows: Object.fromEntries([...chosen.keys()].map((each) => [each, choice.value])) }), { focus: 'rows', disabled: chosen.size === 0 })),
        h('p', { class: 'small', 'aria-live': 'polite' }, t('sites.chosen_n', { n: chosen.size }))] : null,
        h('p', { class: 'small' }, t('sites.never_permission')), problem),
      found.doubts.length === 0 ? null : h('details', { class: 'card warn', open: true, data: { open: 'doubts' } },
        h('summary', {}, t('sites.doubts_n', { n: found.doubts.length })),
        h('ul', {}, found.doubts.slice(0, 200).map((each) => h('li', {}, own(each.field), ': ', english(each.words))))));
    drawRows();
    if (drawn !== found.version) {
      drawn = found.version;
      drawMap(found);
    }
  }

  const choice = h('select', { 'aria-label': t('sites.which_status'), data: { focus: 'status' } }, SAID.map((each) => h('option', { value: each }, coded('sites', `short_${each}`))));

  async function answer(at, said) {
    const sent = [...chosen.keys()]; // what is chosen while the answer is on its way stays chosen
    const done = await act(at, () => api.post(`/v1/lines/${api.part(line)}/sites/${api.part(list)}/status`, { version: found.version, ...said }),
      { at: problem });
    if (done === undefined) return;
    for (const each of sent) chosen.delete(each);
    drawRows();
    count();
    tell(t('sites.answered'));
    await live.again(`/v1/lines/${api.part(line)}/sites`, '/v1/told-sites');
  }

  function drawRows() {
    if (found === null) return;
    const said = new Map(found.statuses.map((each) => [each.row, each]));
    const fit = found.rows.filter((each) => `${each.id} ${each.name} ${each.of}`.toLowerCase().includes(wanted));
    redraw(rows, fit.length === 0 ? h('p', {}, t('sites.no_row')) : table(t('sites.rows'),
      [t('sites.row'), t('sites.what'), t('sites.where'), t('sites.grade'), t('sites.review'), t('sites.said_here')], fit.map((each) => {
        const one = said.get(each.id);
        return [
          h('label', { class: 'pick' }, may_() ? h('input', { type: 'checkbox', checked: chosen.has(each.id), data: { focus: `pick-${each.id}` },
            on: { change: (event) => pick(each, event.target.checked) } }) : null, ' ', own(each.id), ' ', own(each.name)),
          each.of ? own(each.of) : coded('sites', `kind_${each.kind}`),
          grounds(each.volumes),
          gradeTag(each.grade), when(each.review, { day: 'always' }) ?? t('sites.not_stated'),
          [h('span', { class: ['tag', ['objection', 'unclear'].includes(one?.status) ? 'warn' : 'soft'] }, coded('sites', `short_${one?.status ?? 'none'}`)), ' ', when(one?.at)],
        ];
      })));
  }

  function pick(row, on) {
    if (on) chosen.set(row.id, JSON.stringify(row));
    else chosen.delete(row.id);
    count();
  }

  function count() {
    const say = head.querySelector('[data-focus=rows]');
    if (say === null) return;
    say.disabled = chosen.size === 0;
    head.querySelector('[aria-live=polite]').textContent = t('sites.chosen_n', { n: chosen.size });
  }

  async function drawMap(of) {
    const shapes = await shapesOf(of.rows.slice(0, WIDE).map((each) => ({ id: each.id, kind: 'site', whose: 'theirs', label: each.name || each.id, volumes: each.volumes })));
    if (found?.version !== of.version) return;
    map.hidden = shapes.length === 0;
    if (shapes.length > 0) ends.add(await mapIn(map, shapes));
  }

  ends.add(live.use(`/v1/lines/${api.part(line)}/sites`, ['site.', 'line.'], draw, { every: AGAIN_MS }));
  return ends.end;
}

