// A file becomes an edition of an own list: read by the node, its difference and doubts shown, then taken.

import * as api from '../core/api.js';
import { act } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { button, endings, english, grounds, mapIn, may, octetsOf, pastNote, placeField, shapesOf, table, tell } from './sites_shared.js';

const DRAWN = 300; // rows of which outlines are drawn
const ACCEPT = '.csv,.tsv,.xlsx,.ods,.kml,.kmz,.geojson';

export function imported(box, { name, session }) {
  const ends = endings();
  if (!may(session, 'officer', 'planner')) {
    fill(box, h('h2', {}, t('sites.import')), pastNote() ?? h('p', {}, t('core.status_403')));
    return ends.end;
  }
  const result = h('div', { 'aria-live': 'polite' });
  box.append(h('h2', {}, t('sites.import')), h('p', {}, t('sites.import_words')));
  begin(box, result, name, ends);
  return ends.end;
}

async function begin(box, result, name, ends) {
  const names = h('datalist', { id: 'sites-names' });
  api.get('/v1/sites').then((all) => fill(names, all.map((each) => h('option', { value: each.name }))), () => {});
  const list = field('list', t('sites.list_name'), { required: true, value: name, help: t('sites.list_name_help') });
  list.input.setAttribute('list', names.id);
  const file = field('file', t('sites.file'), { kind: 'file', required: true, accept: ACCEPT, help: t('sites.file_help') });
  const own_ = await placeField('own', t('sites.own_position'), { help: t('sites.own_position_help') });
  const more = [
    field('country', t('sites.country'), { help: t('sites.country_help'), ltr: true }), own_,
    field('radius', t('sites.radius'), { help: t('sites.radius_help'), ltr: true }),
    field('half_width', t('sites.half_width'), { help: t('sites.half_width_help'), ltr: true }),
    field('tz', t('sites.zone'), { help: t('sites.zone_help'), ltr: true }),
  ];
  const made = form([list, file, ...more], { submit: t('sites.read_file'), send: async (values) => {
    const named = values.list.trim();
    const query = { name: values.file.name, list: named, country: values.country.trim(), own: values.own.trim(), radius: values.radius.trim(), half_width: values.half_width.trim(), tz: values.tz.trim() };
    const found = await api.upload(api.asking('/v1/read-sites', query), await octetsOf(values.file));
    return { named, found }; // it was read as an edition of that list, whatever the field says by now
  }, done: ({ named, found }) => shown(result, named, found, ends) });
  const details = h('details', { class: 'card' }, h('summary', {}, t('sites.more_checks')), more.map((each) => each.element));
  file.element.after(details);
  box.append(names, made, result);
  list.input.focus();
}

function shown(box, name, found, ends) {
  const taken = new Map(found.rows.map((each) => [each.row.id, !each.doubts.some((one) => one.serious)]));
  const gone = new Set();
  const persons = found.rows.filter((each) => Object.keys(each.people).length > 0);
  const until = field('until', t('sites.contacts_until'), { kind: 'time', help: t('sites.contacts_help') });
  const partly = field('partly', t('sites.keep_good'), { kind: 'check' });
  const problem = h('div', {});
  const said = h('p', { 'aria-live': 'polite' });
  const take = button(t('sites.take'), run, { kind: 'first' });
  const count = (how) => found.rows.filter((each) => each.how === how).length;
  const map = h('div', { class: 'small-map' });
  let busy = false;
  const left = () => found.faults.length > 0 || [...taken.values()].includes(false);

  function update() {
    const n = [...taken.values()].filter(Boolean).length;
    fill(said, t('sites.would_take', { n }), gone.size > 0 ? [' ', t('sites.would_withdraw', { n: gone.size })] : null);
    partly.element.hidden = !left();
    // once is enough, whatever is ticked meanwhile
    take.disabled = busy || (n === 0 && gone.size === 0) || (left() && !partly.value());
  }
  partly.input.addEventListener('change', update);

  async function run(at) {
    const rows = found.rows.filter((each) => taken.get(each.row.id)).map((each) => each.row);
    until.problem(persons.length > 0 ? until.unread() : null);
    if (persons.length > 0 && until.unread() !== null) {
      until.input.focus(); // before anything is entered
      return;
    }
    const day = persons.length > 0 ? until.value() : null;
    busy = true;
    const done = await act(at, async () => {
      const edition = await api.post('/v1/sites', { name, rows, withdrawn: [...gone] });
      let kept = 0;
      for (const each of day === null ? [] : persons.filter((one) => taken.get(one.row.id))) {
        await api.post(`/v1/sites/${api.part(edition.list.list)}/person`, { row: each.row.id, fields: each.people, until: day });
        kept += 1;
      }
      return { edition, kept };
    }, { at: problem });
    busy = false;
    update();
    await live.again('/v1/sites');
    if (done === undefined) return;
    const { edition, kept } = done;
    tell(t('sites.taken', { version: edition.list.version, added: edition.added.length, changed: edition.changed.length, same: edition.same, gone: edition.gone.length }));
    if (kept > 0) tell(t('sites.kept_apart', { n: kept }));
    route.go('sites', 'own', edition.list.list);
  }

  fill(box, h('h3', {}, t('sites.found')),
    h('p', {}, t('sites.difference', { added: count('added'), changed: count('changed'), same: count('same'), missing: found.missing.length })),
    found.faults.length === 0 ? null : h('div', { class: 'card alarm' }, h('h4', {}, t('sites.unreadable_n', { n: found.faults.length })),
      h('ul', {}, found.faults.slice(0, 200).map((each) => h('li', {}, own(each.where), ': ', english(each.words), ' ', h('code', {}, each.code))))),
    table(t('sites.rows'), [t('sites.take_row'), t('sites.how'), t('sites.what'), t('sites.where'), t('sites.doubts')], found.rows.map((each) => tableRow(each, taken, update))),
    map, found.rows.length > DRAWN ? h('p', { class: 'small' }, t('sites.map_first', { n: DRAWN, all: found.rows.length })) : null,
    found.missing.length === 0 ? null : h('fieldset', { class: 'card warn' }, h('legend', {}, t('sites.missing_words')),
      found.missing.map((row) => h('label', { class: 'pick' }, h('input', { type: 'checkbox', on: { change: (event) => {
        if (event.target.checked) gone.add(row);
        else gone.delete(row);
        update();
      } } }), ' ', t('sites.withdraw_row'), ' ', own(row)))),
    found.notes.length === 0 ? null : h('details', {}, h('summary', {}, t('sites.taken_for_granted', { n: found.notes.length })), h('ul', {}, found.notes.map((each) => h('li', {}, english(each))))),
    persons.length === 0 ? null : h('div', { class: 'card' }, h('p', {}, t('sites.people_found', { n: persons.length })), until.element),
    said, partly.element, problem, h('p', { class: 'actions' }, take, h('span', { class: 'small' }, t('sites.next_verify'))));
  update();
  box.scrollIntoView?.({ block: 'start' });
  shapesOf(found.rows.slice(0, DRAWN).map(({ row }) => ({ id: row.id, kind: row.kind, label: row.name || row.id, volumes: row.volumes })))
    .then(async (shapes) => {
      map.hidden = shapes.length === 0;
      if (shapes.length > 0) ends.add(await mapIn(map, shapes));
    });
}

function tableRow(each, taken, update) {
  const serious = each.doubts.some((one) => one.serious);
  const { row } = each;
  return { class: serious ? 'doubted' : '', cells: [
    h('label', { class: 'pick' }, h('input', { type: 'checkbox', checked: taken.get(row.id), on: { change: (event) => {
      taken.set(row.id, event.target.checked);
      update();
    } } }), ' ', own(row.id), ' ', own(row.name)),
    h('span', { class: ['tag', { added: 'good', changed: 'warn', same: 'soft' }[each.how]] }, coded('sites', `how_${each.how}`)),
    row.of ? own(row.of) : coded('sites', `kind_${row.kind}`),
    grounds(row.volumes),
    each.doubts.map((one) => h('div', {}, h('span', { class: ['tag', one.serious ? 'alarm' : 'soft'] }, coded('sites', `doubt_${one.kind}`)), ' ', english(one.text))).concat(serious ? [h('div', { class: 'small' }, t('sites.despite'))] : []),
  ] };
}
