// One row of an own list: its place in every notation, its verification by two persons, its review, who held it since
// when, and what is known of people beside it.

import * as api from '../core/api.js';
import { act, dialog, explained, sure } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { length, place as inNotation } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import {
  absent, button, endings, english, facts, ground, hash, mapIn, may, octetsOf, placeField, readPlace, redraw, sha256, shapesOf, staleNote, tell, when,
} from './sites_shared.js';
import { AGAIN_MS, dueTag, gradeTag, stageTag } from './sites_own.js';
import { held, people } from './sites_beside.js';

const DAY_MS = 86_400_000;
const NOTED = 5; // volumes whose places stand in every notation
const LEAST_M = 500; // what is kept clear of a site is no less: so far from it is another place

export function ownRow(box, { list, row, session }) {
  const ends = endings();
  const head = h('div', {});
  const where = h('div', {});
  const map = h('div', { class: 'small-map' });
  const beside = h('div', {});
  box.append(head, where, map, beside);
  const path = `/v1/sites/${api.part(list)}`;
  let shown = null;

  ends.add(live.use(path, ['site.'], (state) => {
    const found = state.data?.rows.find((each) => each.row.id === row) ?? null;
    if (found === null) {
      const gone = state.data?.list.gone[row];
      redraw(head, staleNote(state), h('p', {}, state.data === null && !absent(state.problem) ? t('core.loading') : gone ? t('sites.row_gone', { version: gone }) : t('sites.list_gone')));
      if (gone && beside.childElementCount === 0) ends.add(held(beside, list, row), people(beside, { list, row, session }));
      return;
    }
    const { row: said } = found;
    redraw(head, h('p', {}, h('a', { href: route.to('sites', 'own', list) }, '← ', own(state.data.list.name))),
      h('h2', {}, own(said.id), ' ', own(said.name)), staleNote(state),
      h('p', {}, gradeTag(found.grade), ' ', stageTag(found.stage), found.old ? [' ', dueTag(found.review)] : null),
      h('p', {}, coded('sites', `stage_words_${found.stage}`)),
      facts([[t('sites.what'), said.of ? own(said.of) : coded('sites', `kind_${said.kind}`)], [t('sites.source'), said.source ? own(said.source) : t('sites.not_stated')],
        [t('sites.picture'), said.photo_sha256 ? hash(said.photo_sha256) : t('sites.no_picture')],
        [t('sites.review'), [when(found.review, { day: 'always' }) ?? t('sites.not_stated'), found.seen ? [' · ', t('sites.seen_by'), ' ', coded('sites', `role_${found.seen.by}`), ' ', when(found.seen.at)] : null]],
        [t('sites.version'), [String(found.version), ' · ', t('sites.entry', { n: found.entry }), ' · ', when(found.at)]],
        ...found.verified.map((each) => [t('sites.verified_by'), [coded('sites', `role_${each.by}`), ' · ', when(each.at), ' · ', t('sites.entry', { n: each.entry })]])]),
      found.old ? h('p', {}, english(found.old)) : null,
      may(session, 'officer', 'planner') ? h('p', { class: 'actions' },
        found.stage === 'verified' ? null : button(t(found.stage === 'once' ? 'sites.verify_second' : 'sites.verify'), () => verify(list, found), { kind: 'first', focus: 'verify' }),
        button(t('sites.revalidate'), () => revalidate(list, found), { focus: 'revalidate' }),
        button(t('sites.add_picture'), () => picture(state.data.list, found), { focus: 'picture' }),
        button(t('sites.withdraw'), (at) => withdraw(at, state.data.list, found), { focus: 'withdraw' })) : null);
    if (shown === found.version) return;
    if (beside.childElementCount === 0) ends.add(held(beside, list, row), people(beside, { list, row, session }));
    shown = found.version;
    places(where, said);
    draw(map, said).then(ends.add);
  }, { every: AGAIN_MS }));
  return ends.end;
}

/** The places of a row: all of them at once, the first in every notation that there is as soon as that is known. */
function places(box, said) {
  fill(box, h('h3', {}, t('sites.where')), said.volumes.map((volume, n) => {
    const more = h('div', {});
    if (n < NOTED) notations(volume).then((found) => fill(more, found));
    return [h('p', {}, ground(volume)), more];
  }));
}

async function notations(volume) {
  if (volume.ground.type !== 'circle') return null;
  const [lon, lat] = volume.ground.centre;
  try {
    const { all, nearest } = await readPlace(`${lat}, ${lon}`);
    return [facts(Object.entries(all).map(([name, text]) => [coded('sites', `notation_${name}`), own(text, { dir: 'ltr', class: 'mono' })])),
      nearest ? h('p', { class: 'small' }, t('sites.nearest'), ' ', h('span', { lang: 'en', dir: 'ltr' }, nearest)) : null];
  } catch {
    return h('p', {}, own(inNotation(lat, lon), { dir: 'ltr', class: 'mono' }));
  }
}

async function draw(box, said) {
  const shapes = await shapesOf([{ id: said.id, kind: said.kind, whose: 'ours', label: said.name || said.id, volumes: said.volumes }]);
  box.hidden = shapes.length === 0;
  return shapes.length === 0 ? () => {} : mapIn(box, shapes);
}

/**
 * The place is verified by one person. It is shown, and asked for anew: what is typed from another source must be the
 * place, else nothing is entered.
 */
async function verify(list, found) {
  const { row, version } = found;
  const at = row.volumes[0].ground;
  const round = at.type === 'circle' && row.volumes.length === 1;
  const where = h('div', {});
  const map = h('div', { class: 'small-map' });
  const typed = round ? await placeField('place', t('sites.place_anew'), { required: true, help: t('sites.place_anew_help') }) : null;
  const sworn = field('sworn', t('sites.verified_myself'), { kind: 'check' });
  places(where, row);
  const ends = endings();
  draw(map, row).then(ends.add);
  const done = await dialog(t('sites.verify_title', { row: row.id, name: row.name }), (close) => [
    found.stage === 'once' ? h('p', { class: 'card' }, t('sites.once_already')) : null,
    where, map,
    form([typed, sworn].filter((each) => each !== null), { submit: t('sites.verify_now'), cancel: () => close(null), done: close, send: async (values, fields) => {
      if (!values.sworn) {
        fields.sworn.problem(t('sites.must_confirm'));
        return undefined;
      }
      if (round) {
        const read = await readAnew(values.place, fields.place);
        if (read === null) return undefined;
        const far = metres([read.lon, read.lat], at.centre);
        if (far > Math.max(LEAST_M, at.radius_m)) {
          fields.place.problem(t('sites.elsewhere', { far: length(far), from: length(Math.max(LEAST_M, at.radius_m)) }));
          return undefined;
        }
      }
      return api.post(`/v1/sites/${api.part(list)}/verify`, { row: row.id, version });
    } }),
  ].filter((each) => each !== null), { wide: true, name: 'verify' });
  ends.end();
  if (done === null) return;
  tell(coded('sites', `stage_words_${done.stage}`));
  await live.again('/v1/sites');
}

async function readAnew(text, at) {
  try {
    return await readPlace(text);
  } catch (problem) {
    at.problem(explained(problem));
    return null;
  }
}

// on a sphere: it tells one place from another, and is no separation
function metres([lon, lat], [lon2, lat2]) {
  const turn = Math.PI / 180;
  const a = Math.sin(((lat2 - lat) * turn) / 2) ** 2 + Math.cos(lat * turn) * Math.cos(lat2 * turn) * Math.sin(((lon2 - lon) * turn) / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.sqrt(Math.min(1, a)));
}

async function revalidate(list, { row, version }) {
  const until = field('review', t('sites.next_review'), { kind: 'time', required: true, value: live.now() + 180 * DAY_MS });
  const done = await dialog(t('sites.revalidate_title', { row: row.id, name: row.name }), (close) => [
    h('p', {}, t('sites.revalidate_words')),
    form([until], { submit: t('sites.revalidate_now'), cancel: () => close(null), done: close,
      send: ({ review }) => api.post(`/v1/sites/${api.part(list)}/revalidate`, { row: row.id, version, review }) }),
  ]);
  if (done === null) return;
  tell(t('sites.revalidated'));
  await live.again('/v1/sites');
}

// an edition names no version: what another has entered meanwhile is not put back to what was shown here
async function unchanged(list, { row, version }) {
  const found = (await api.get(`/v1/sites/${api.part(list.list)}`)).rows.find((each) => each.row.id === row.id);
  if (found?.version !== version) throw new Error(t('sites.row_changed'));
}

async function picture(list, found) {
  const { row } = found;
  const file = field('photo', t('sites.picture_file'), { kind: 'file', required: true, help: t('sites.picture_help') });
  const done = await dialog(t('sites.add_picture'), (close) => [
    h('p', {}, t('sites.picture_words')),
    form([file], { submit: t('sites.picture_now'), cancel: () => close(null), done: close, send: async ({ photo }) => {
      const photo_sha256 = await sha256(await octetsOf(photo));
      await unchanged(list, found);
      return api.post('/v1/sites', { name: list.name, rows: [{ ...row, photo_sha256 }] });
    } }),
  ]);
  if (done === null) return;
  tell(t('sites.picture_kept'));
  await live.again('/v1/sites');
}

async function withdraw(at, list, found) {
  const { row } = found;
  if (!await sure(t('sites.withdraw_title', { row: row.id, name: row.name }), t('sites.withdraw_words'), t('sites.withdraw'), { danger: true })) return;
  const done = await act(at, async () => {
    await unchanged(list, found);
    return api.post('/v1/sites', { name: list.name, rows: [], withdrawn: [row.id] });
  }, { done: t('sites.withdrawn') });
  if (done !== undefined) await live.again('/v1/sites');
}
