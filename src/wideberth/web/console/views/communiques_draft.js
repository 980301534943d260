// A communiqué drawn up, or its next version: its text in up to four languages, with whom, where to keep clear.

import * as api from '../core/api.js';
import { act, explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { span } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { LANGUAGES, lang, t } from '../core/words.js';
import { ltr, mayAct, ownPlans } from './told_parts.js';

const CODES = Object.keys(LANGUAGES);

/** Fields for a text in each language. `before`: texts as they stand. Gives {elements, value()}; the first counts. */
export function texts(before = []) {
  const first = before[0]?.language ?? (CODES.includes(lang()) ? lang() : 'en');
  const counts = field('counts', t('communiques.counts'), { kind: 'choice', value: first, choices: CODES.map((each) => [each, LANGUAGES[each]]), help: t('communiques.counts_help') });
  const each = CODES.map((code) => {
    const found = before.find((one) => one.language === code);
    const title = field(`title-${code}`, t('communiques.heading_in', { name: LANGUAGES[code] }), { value: found?.title ?? '' });
    const body = field(`body-${code}`, t('communiques.body_in', { name: LANGUAGES[code] }), { kind: 'area', rows: 6, value: found?.body ?? '', help: t('communiques.body_help') });
    for (const one of [title, body]) {
      one.input.lang = code;
      one.input.dir = code === 'he' || code === 'ar' ? 'rtl' : 'ltr';
    }
    return { code, title, body, element: h('details', { open: code === first || found !== undefined, data: { language: code } }, h('summary', {}, own(LANGUAGES[code])), title.element, body.element) };
  });
  counts.input.addEventListener('change', () => { each.find((one) => one.code === counts.value()).element.open = true; });
  return {
    elements: [counts, ...each.map((one) => ({ element: one.element }))],
    value: () => {
      const said = each.filter((one) => one.title.value().trim() !== '' || one.body.value().trim() !== '')
        .map((one) => ({ language: one.code, title: one.title.value().trim(), body: one.body.value().trim() }));
      return said.sort((one, other) => (other.language === counts.value()) - (one.language === counts.value()));
    },
  };
}

/** Draw the form into `side`. `current`: the communiqué of which this is the next version. Gives what ends it. */
export function draft(side, { current }) {
  const box = h('section', { class: 'card', 'aria-labelledby': 'draft' },
    h('h2', { id: 'draft' }, current === null ? t('communiques.new') : t('communiques.correct')), h('p', {}, t('core.loading')));
  side.append(box);
  let ended = false;
  let map = null;
  begin(box, current, (found) => {
    map = found;
    if (ended) map?.end(); // it came when this was over
  }).catch((problem) => { if (!ended) fill(box, explained(problem)); });
  return () => {
    ended = true;
    map?.end();
  };
}

async function begin(box, current, onMap) {
  const [lines, plans, before] = await Promise.all([api.get('/v1/lines'), ownPlans(), current === null ? null : api.get(`/v1/communiques/${api.part(current)}`)]);
  const newest = before?.versions[0] ?? null;
  const said = texts(newest?.texts ?? []);
  const parties = before !== null ? [] : [...new Map(lines.map((each) => [each.peer, each])).values()]
    .map((each) => [each.peer, field(`with-${each.peer}`, each.label ?? each.peer.slice(0, 8), { kind: 'check' })]);
  const replies = field('replies', t('communiques.take_replies'), { kind: 'check', value: newest?.replies ?? true });
  const why = before === null ? null : field('correction', t('communiques.correction'), { value: '', help: t('communiques.correction_help') });
  const area = volumes([...(newest?.volumes ?? [])], plans, onMap);
  fill(box, box.firstChild, h('p', {}, t('communiques.draft_help')), form([
    ...said.elements,
    ...(parties.length === 0 ? [] : [{ element: h('fieldset', { class: 'ticks' }, h('legend', {}, t('communiques.with')), parties.map(([, each]) => each.element), h('p', { class: 'help' }, t('communiques.with_help'))) }]),
    { element: area.element }, replies, ...(why === null ? [] : [why]),
  ], {
    submit: current === null ? t('communiques.draw_up') : t('communiques.put_next'),
    cancel: () => (current === null ? go('communiques') : go('communiques', current)),
    send: async () => {
      if (!mayAct()) throw new Error(t('told.past'));
      const body = { texts: said.value(), volumes: area.value(), replies: replies.value() };
      if (body.texts.length === 0) throw new Error(t('communiques.no_text'));
      if (current !== null) {
        return api.put(`/v1/communiques/${api.part(current)}`, { ...body, correction: why.value().trim(), before: newest.sha256 });
      }
      return api.post('/v1/communiques', { ...body, parties: parties.filter(([, each]) => each.value()).map(([party]) => party) });
    },
    done: (found) => {
      live.again('/v1/communiques');
      if (box.isConnected) go('communiques', found.communique); // whoever has gone on stays where they are
    },
  }));
}

// where and when the public is asked to keep clear: of an own plan, of a file, or drawn on the map
function volumes(some, plans, onMap) {
  const list = h('ul', { class: 'list' });
  const problem = h('div', { 'aria-live': 'polite' });
  const plan = field('plan', t('communiques.of_plan'), { kind: 'choice', choices: [['', t('communiques.choose')], ...plans.map((each) => [each.plan, each.label || each.callsign || each.activity])] });
  const file = field('file', t('communiques.of_file'), { kind: 'file', help: t('communiques.of_file_help') });
  const shown = h('div', { class: 'drawing-map' });
  const drawing = h('button', { type: 'button', on: { click: () => act(drawing, draw, { at: problem }) } }, t('communiques.draw'));
  let reading = 0;
  function add(more) {
    some.push(...more);
    fill(list, some.length === 0 ? h('li', { class: 'soft' }, t('communiques.no_area')) : some.map((each) => h('li', {},
      ltr(span(each.start, each.end, { now: live.now() })), ' ', h('button', { type: 'button', class: 'quiet', on: { click: () => {
        some.splice(some.indexOf(each), 1);
        add([]);
      } } }, t('told.leave_out')))));
  }
  async function take(read) {
    fill(problem);
    reading += 1;
    try {
      add(await read());
    } catch (error) {
      fill(problem, explained(error));
    } finally {
      reading -= 1;
    }
  }
  plan.input.addEventListener('change', () => {
    const wanted = plan.value();
    if (wanted === '') return;
    plan.set('');
    take(async () => (await api.get(`/v1/plans/${api.part(wanted)}`)).document.volumes);
  });
  file.input.addEventListener('change', () => {
    const given = file.value();
    if (given === null) return;
    file.input.value = '';
    take(async () => {
      const found = await api.upload(api.asking('/v1/read-plans', { name: given.name }), given);
      for (const each of found.faults) problem.append(h('p', { class: 'problem', lang: 'en', dir: 'ltr' }, each.message));
      return found.plans.flatMap((each) => each.volumes);
    });
  });
  async function draw() {
    const { mapView } = await import('../map/view.js');
    const map = await mapView(shown);
    onMap(map);
    const found = await map.draw('polygon');
    if (found !== null) add([found]);
    map.end();
    onMap(null);
    fill(shown);
  }
  add([]);
  return { element: h('fieldset', {}, h('legend', {}, t('communiques.area')), h('p', { class: 'help' }, t('communiques.area_help')), list, plan.element, file.element, h('div', { class: 'actions' }, drawing), shown, problem), value: () => {
    if (reading > 0) throw new Error(t('core.loading')); // an area that was chosen is not left out
    return some;
  } };
}
