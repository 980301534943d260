// Plans of a file, or pasted: read by the node in any of its formats, looked at one by one, then filed or opened.

import * as api from '../core/api.js';
import { act, explained, tell } from '../core/dialog.js';
import { field } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { t } from '../core/words.js';
import { activityWords, english, levelWords, planName, standing, tag, when } from './plans_words.js';

const LEVELS = ['full', 'coarse', 'conflict-only', 'none'];
const TOGETHER = 250; // plans that are checked, and filed, in one request

/** The box: a file is dropped or chosen, or text pasted. `open(document)`: one of them is to be changed first. */
export function importBox({ open, ends }) {
  const chosen = field('import', t('plans.import_file'), { kind: 'file' });
  const name = field('import_name', t('plans.import_as'), { kind: 'choice', choices: [['pasted.geojson', 'GeoJSON'], ['pasted.kml', 'KML'], ['pasted.txt', t('plans.import_text')], ['pasted.json', 'JSON'], ['pasted.csv', 'CSV'], ['pasted.xml', 'XML']] });
  const text = field('import_text', t('plans.import_paste'), { kind: 'area', rows: 4, ltr: true });
  const zone = field('import_zone', t('plans.import_zone'), { help: t('plans.import_zone_help'), ltr: true });
  const width = field('import_width', t('plans.import_width'), { help: t('plans.import_width_help'), ltr: true });
  const found = h('div', {});
  const problem = h('div', {});
  const read = h('button', { type: 'button', on: { click: () => take() } }, t('plans.import_read'));
  const drop = h('div', { class: 'drop' }, chosen.element, h('p', { class: 'small soft' }, t('plans.import_drop')));
  const element = h('details', { class: 'card import' }, h('summary', {}, t('plans.import')),
    drop, h('div', { class: 'pair' }, text.element, h('div', {}, name.element, read)),
    h('details', {}, h('summary', {}, t('plans.import_how')), h('div', { class: 'pair' }, zone.element, width.element)), problem, found);
  chosen.input.addEventListener('change', () => { if (chosen.value() !== null) take(chosen.value()); });
  for (const event of ['dragover', 'drop']) {
    drop.addEventListener(event, (happened) => {
      happened.preventDefault();
      if (event === 'drop' && happened.dataTransfer.files.length > 0) take(happened.dataTransfer.files[0]);
    });
  }
  let ended = false;
  ends.push(() => { ended = true; });

  async function take(file = null) {
    const octets = file === null ? new TextEncoder().encode(text.value()) : await file.arrayBuffer();
    const asked = { name: file?.name ?? name.value(), tz: zone.value().trim(), half_width: width.value().trim() };
    const said = await act(read, () => api.upload(api.asking('/v1/read-plans', asked), octets), { at: problem });
    if (said !== undefined && !ended) shown(said, asked.name);
  }

  function shown(said, file) {
    const party = said.parties.length > 1 ? field('import_party', t('plans.import_party'), {
      kind: 'choice', choices: [['', t('plans.import_party_choose')], ...said.parties.map((each) => [each, each])], help: t('plans.import_party_help'),
    }) : null;
    const most = field('import_disclosure', t('plans.disclosure'), { kind: 'choice', choices: [['', t('plans.as_agreed')], ...LEVELS.map((each) => [each, t('plans.at_most', { level: levelWords(each) })])] });
    const level = () => most.value() || null;
    const rows = h('ul', { class: 'list imported' });
    const trouble = h('div', { role: 'alert' });
    const button = h('button', { class: 'first', type: 'button', on: { click: () => fileAll() } });
    const wanted = () => said.plans.filter((each) => !done.has(each) && (party === null || each.party === party.value()));
    let checked = new Map();
    let turn = null;
    let filing = false;
    const done = new Set(); // those that are filed: never twice
    fill(found,
      h('p', { role: 'status' }, h('strong', {}, t('plans.import_found', { n: said.plans.length, file, format: said.format }))),
      said.faults.length === 0 ? null : [h('h3', {}, t('plans.import_faults', { n: said.faults.length })),
        h('ul', {}, said.faults.slice(0, 50).map((each) => h('li', { class: 'small', lang: 'en', dir: 'ltr' }, h('code', {}, each.code), ` ${each.path}: ${each.words}`)))],
      said.notes.length === 0 ? null : h('details', {}, h('summary', {}, t('plans.import_notes', { n: said.notes.length })), h('ul', {}, said.notes.map((each) => h('li', {}, english(each))))),
      party?.element, most.element, trouble, rows, h('p', { class: 'actions' }, button));
    for (const each of [party, most]) each?.input.addEventListener('change', look);
    look();

    async function look() {
      const mine = turn = Symbol('look');
      const most_ = level();
      checked = new Map();
      trouble.replaceChildren();
      draw();
      const some = wanted();
      for (let n = 0; n < some.length && !ended; n += TOGETHER) {
        const part = some.slice(n, n + TOGETHER);
        try {
          const drafts = await api.post('/v1/plan-checks', { plans: part.map(named), disclosure: most_ });
          if (turn !== mine) return;
          part.forEach((each, k) => checked.set(each, drafts[k]));
        } catch (refused) {
          if (turn !== mine) return;
          fill(trouble, explained(refused));
        }
      }
      draw();
    }
    function draw() {
      const some = wanted();
      fill(button, t('plans.import_file_all', { n: some.length }));
      button.disabled = filing || some.length === 0;
      fill(rows, some.slice(0, 200).map((each) => {
        const draft = checked.get(each);
        const stands = draft?.on.map((on) => ({ on, ...standing({ ...on, checked: on.compared && on.checked !== 'NOT CHECKED' ? 'compared' : 'NOT CHECKED', cases: [] }, Date.parse(draft.as_of)) })) ?? [];
        return h('li', {}, h('strong', {}, own(planName({ ...each, plan: each.id }))), ' · ', own(activityWords(each.activity)), draft ? [' · ', when(draft.start, draft.end)] : null,
          ' ', h('button', { type: 'button', class: 'quiet', on: { click: () => { element.open = false; open(named(each)); } } }, t('plans.import_open')),
          stands.map(({ on, kind, words }) => h('div', { class: 'small' }, tag(kind, words), on.lead === 'too late' ? [' ', tag('alarm', t('plans.lead_too_late'))] : null)));
      }), some.length > 200 ? h('li', { class: 'soft' }, t('plans.import_more', { n: some.length - 200 })) : null);
    }
    async function fileAll() {
      if (filing) return;
      const some = wanted();
      const most_ = level(); // as it was when it was asked for, for all of them
      filing = true;
      const filed = await act(button, async () => {
        const views = [];
        for (let n = 0; n < some.length; n += TOGETHER) {
          const part = some.slice(n, n + TOGETHER);
          views.push(...await api.post('/v1/plans', { plans: part.map(named), disclosure: most_ }));
          for (const each of part) done.add(each);
        }
        return views;
      }, { at: trouble });
      filing = false;
      if (filed === undefined) {
        if (done.size > 0) trouble.append(h('p', {}, t('plans.import_partly', { n: done.size })));
        draw();
        return;
      }
      tell(t('plans.import_filed', { n: filed.length }));
      live.again('/v1/plans', '/v1/cases');
      if (ended) return;
      if (filed.length === 1) go('plans', filed[0].plan);
      else go('plans');
    }
  }
  return element;
}

/** As it is filed: what the file calls it is its label, and the node gives the rest. */
function named(document) {
  const { party: _party, id, state: _state, ...rest } = document;
  return { ...rest, label: rest.label || id };
}
