// What one does on the map: go to a place, measure, draw a volume or paste one, look at an earlier moment.

import * as api from '../core/api.js';
import { act, dialog, tell } from '../core/dialog.js';
import { field } from '../core/form.js';
import { altitude, length, place, span } from '../core/format.js';
import { h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { placeField, readPlace } from '../core/place.js';
import { go } from '../core/route.js';
import { t } from '../core/words.js';
import { groundOf, volumeOf } from '../map/draw.js';

const DRAFT = 'wideberth.draft'; // a volume in native JSON, for a new plan
const DATUMS = ['ft MSL', 'm MSL', 'FL', 'ft AGL', 'm AGL', 'm HAE', 'SFC', 'UNL'];
const LAST_POINTS = 200; // places of a list that are read

/** Ask for a place, and go there. `found({lat, lon})`. */
export function askPlace(found) {
  return dialog(t('map.go_to'), (close) => {
    const where = placeField('place', t('map.place'), { required: true, autofocus: true });
    const problem = h('div');
    const button = h('button', { class: 'first', type: 'submit' }, t('map.go'));
    return h('form', {
      novalidate: true, on: {
        submit: (event) => {
          event.preventDefault();
          act(button, async () => {
            const at = await where.settled();
            if (at === null) return;
            close(at);
            found(at, where.input.value.trim());
          }, { at: problem });
        },
      },
    }, where.element, problem, h('footer', {}, button));
  }, { name: 'place' });
}

/** A band and a window for a ground that was drawn or pasted; then it goes to a new plan. */
export function askVolume(volume, { may }) {
  return dialog(t('map.volume'), (close) => {
    const lower = limitField('lower', t('map.lower'), volume.lower);
    const upper = limitField('upper', t('map.upper'), volume.upper);
    const start = field('start', t('map.start_utc'), { kind: 'time', value: volume.start });
    const end = field('end', t('map.end_utc'), { kind: 'time', value: volume.end });
    const problem = h('div');
    const button = h('button', { class: 'first', type: 'submit', autofocus: true, disabled: !may }, t('map.new_plan'));
    async function send(event) {
      event.preventDefault();
      const empty = [lower, upper].filter((each) => each.missing());
      if (empty.length > 0) {
        empty[0].focus();
        return;
      }
      await act(button, async () => {
        const made = { ...volume, lower: lower.limit(), upper: upper.limit(), start: start.value(), end: end.value() };
        // the node finds what is wrong with it before anything is left of the drawing
        await api.post('/v1/shapes', { volumes: [made] });
        sessionStorage.setItem(DRAFT, JSON.stringify(made));
        close(made);
        go('plans', 'new');
      }, { at: problem });
    }
    return h('form', { novalidate: true, on: { submit: send } },
      h('p', {}, describe(volume.ground)),
      h('div', { class: 'columns' }, lower.element, upper.element, start.element, end.element),
      h('p', { class: 'small soft' }, t('map.volume_help')), problem,
      may ? null : h('p', { class: 'small' }, t('map.no_plans')),
      h('footer', {}, button));
  }, { name: 'volume', wide: true });
}

function describe(ground) {
  if (ground.type === 'circle') {
    return [t('map.draw_circle_of'), ' ', h('bdi', { dir: 'ltr' }, place(ground.centre[1], ground.centre[0])), ' · ', length(ground.radius_m, { up: true })];
  }
  if (ground.type === 'corridor') return t('map.corridor_of', { n: ground.points.length, width: length(ground.half_width_m, { up: true }) });
  return t('map.area_of', { n: ground.rings[0].length });
}

function limitField(name, label, limit) {
  const made = field(name, label, { kind: 'number', step: 'any', value: ['SFC', 'UNL'].includes(limit.datum) ? '' : String(limit.value) });
  const said = limit.datum === 'FL' ? 'FL' : ['SFC', 'UNL'].includes(limit.datum) ? limit.datum : `${limit.unit} ${limit.datum}`;
  const choices = DATUMS.includes(said) ? DATUMS : [said, ...DATUMS];
  const datum = h('select', { 'aria-label': `${label}: ${t('map.datum')}` }, choices.map((each) => h('option', { value: each, selected: each === said }, each)));
  made.input.after(datum);
  made.element.classList.add('with-datum');
  const look = () => { made.input.disabled = ['SFC', 'UNL'].includes(datum.value); };
  datum.addEventListener('change', look);
  look();
  return {
    element: made.element,
    focus: () => made.input.focus(),
    // nothing, or what is no number, is never a limit of 0
    missing: () => {
      const none = !made.input.disabled && made.value() === null;
      made.problem(none ? t('core.needed') : null);
      return none;
    },
    limit: () => {
      if (['SFC', 'UNL'].includes(datum.value)) return { value: 0, unit: 'm', datum: datum.value };
      const [unit, of] = datum.value === 'FL' ? ['FL', 'FL'] : datum.value.split(' ');
      return { value: made.value(), unit, datum: of };
    },
  };
}

/** Paste volumes: native JSON, a list of places, or any format that the node reads. `found(volumes)`. */
export function askPaste(found) {
  return dialog(t('map.paste'), (close) => {
    const text = field('text', t('map.paste_text'), { kind: 'area', rows: 8, required: true, autofocus: true, ltr: true, help: t('map.paste_help') });
    const width = field('metres', t('map.paste_width'), { kind: 'number', min: 0, help: t('map.paste_width_help') });
    const problem = h('div');
    const button = h('button', { class: 'first', type: 'submit' }, t('map.read'));
    return h('form', {
      novalidate: true, on: {
        submit: (event) => {
          event.preventDefault();
          act(button, async () => {
            const volumes = await readVolumes(text.value(), width.value());
            if (volumes.length === 0) throw new Error(t('map.paste_none'));
            close(volumes);
            found(volumes);
          }, { at: problem });
        },
      },
    }, text.element, width.element, problem, h('footer', {}, button));
  }, { name: 'paste', wide: true });
}

/** The volumes of a text, native. Raises: Problem, Error with words. */
export async function readVolumes(text, metres = null) {
  const said = text.trim();
  if (said.startsWith('<')) return inFile('pasted.kml', said);
  if (said.startsWith('{') || said.startsWith('[')) {
    let json;
    try {
      json = JSON.parse(said);
    } catch {
      throw new Error(t('map.no_json'));
    }
    const listed = [json].flat();
    if (listed.every((each) => each?.ground)) return listed;
    if (listed.every((each) => each?.type in { circle: 1, corridor: 1, polygon: 1 })) return listed.map(volumeOf);
    if (Array.isArray(json.volumes)) return json.volumes;
    if (Array.isArray(json.plans)) return json.plans.flatMap((each) => each.volumes);
    return inFile('pasted.geojson', said);
  }
  return [volumeOf(await listed(said, metres))];
}

async function inFile(name, text) {
  const found = await api.upload(api.asking('/v1/read-plans', { name }), new TextEncoder().encode(text));
  if (found.faults.length > 0 && found.plans.length === 0) throw new Error(`${found.faults[0].path}: ${found.faults[0].wanted}`);
  // what is not on the map of it is said, all at once: one word in passing takes the place of the one before
  const left = found.faults.map((each) => h('span', {}, t('map.paste_left', { what: `${each.path}: ${each.wanted}` })));
  const notes = found.notes.map((each) => own(each, { lang: 'en', dir: 'ltr' }));
  if (left.length + notes.length > 0) tell([...left, ...notes].flatMap((each) => [each, ' ']), left.length > 0 ? 'problem' : 'done');
  return found.plans.flatMap((each) => each.volumes);
}

// `POLYGON ((36.1 33.2, …))` and `LINESTRING (…)` have longitude first; a list of places is read by the node, one a line
async function listed(text, metres) {
  const known = /^(POLYGON|LINESTRING|POINT)\s*Z?\s*\(+([^()]+)\)+\s*$/i.exec(text);
  let points;
  if (known !== null) {
    points = known[2].split(',').map((each) => each.trim().split(/\s+/).slice(0, 2).map(Number));
    if (points.flat().some((each) => !Number.isFinite(each))) throw new Error(t('map.no_places'));
  } else {
    const lines = text.split(/[\n;]+/).map((each) => each.trim()).filter(Boolean);
    if (lines.length === 0 || lines.length > LAST_POINTS) throw new Error(t('map.too_many_places', { most: LAST_POINTS }));
    points = [];
    for (const each of lines) {
      const at = await readPlace(each); // one after the other: a node answers few at once
      points.push([at.lon, at.lat]);
    }
  }
  const line = known !== null && /^line/i.test(known[1]);
  // a route that comes back to where it began keeps its last leg
  const closed = !line && points.length > 3 && String(points[0]) === String(points.at(-1));
  if (closed) points.pop();
  const kind = points.length === 1 ? 'circle' : line || (metres > 0 && !closed) || points.length === 2 ? 'corridor' : 'polygon';
  const ground = groundOf(kind, points, metres);
  if (ground === null) throw new Error(t(kind === 'polygon' ? 'map.no_places' : 'map.needs_width'));
  return ground;
}

/** Look at an earlier moment: all that is shown is as of it. */
export function askPast() {
  return dialog(t('map.as_of'), (close) => {
    const at = field('at', t('map.as_of_utc'), { kind: 'time', required: true, autofocus: true, value: live.past() ?? new Date(live.now() - 3_600_000).toISOString() });
    return h('form', {
      novalidate: true, on: {
        submit: (event) => {
          event.preventDefault();
          const moment = at.value();
          if (at.unread() !== null) {
            at.problem(at.unread());
            at.input.focus();
            return;
          }
          if (moment === null || Date.parse(moment) > live.now()) {
            at.problem(t('map.not_later'));
            return;
          }
          close();
          live.setPast(new Date(moment).toISOString());
        },
      },
    }, h('p', {}, t('map.as_of_help')), at.element,
    h('footer', {}, h('button', { class: 'first', type: 'submit' }, t('map.look')),
      live.past() === null ? null : h('button', { type: 'button', on: { click: () => { close(); live.setPast(null); } } }, t('map.present'))));
  }, { name: 'as-of' });
}

/** What is known of a shape, for people, with the way to the thing itself. */
export function details(shape, words) {
  const { named, state } = words;
  return [
    h('h3', {}, own(shape.label || '—')),
    h('p', { class: 'small' }, named(shape)),
    shape.level === 'full' ? null : h('p', { class: 'small' }, t(`map.level_${shape.level}_means`)),
    h('dl', { class: 'facts small', 'aria-live': shape.kind === 'track' ? 'off' : null },
      shape.party && shape.party !== 'ours' ? [h('dt', {}, t('map.party')), h('dd', {}, own(shape.party))] : null,
      state ? [h('dt', {}, t('map.state')), h('dd', {}, state)] : null,
      shape.start || shape.end ? [h('dt', {}, t('map.column_when')), h('dd', { dir: 'ltr' }, span(shape.start, shape.end))] : null,
      shape.said ? [h('dt', {}, t('map.heard')), h('dd', {}, shape.said)] : null,
      shape.lower || shape.upper ? [h('dt', {}, t('map.band')), h('dd', { dir: 'ltr' }, `${altitude(shape.lower)} – ${altitude(shape.upper)}`)] : null,
      shape.point ? [h('dt', {}, t('map.place')), h('dd', { dir: 'ltr' }, place(shape.at[1], shape.at[0]))] : null),
    shape.href ? h('p', {}, h('a', { class: 'button', href: shape.href }, t('map.open'))) : null,
  ];
}

