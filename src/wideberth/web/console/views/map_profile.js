// Altitude over time of what is in view: each volume a box. Only what is counted from the same datum stands in one
// picture; what is counted from two is told beside it, and never drawn.

import { altitude, span } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import { prefs } from '../core/prefs.js';
import { number, t } from '../core/words.js';
import { colours } from '../map/base.js';
import { named, tone } from '../map/shapes.js';
import uPlot from '../vendor/uplot/dist/uPlot.esm.js';

const DATUMS = ['FL', 'MSL', 'ALT', 'HAE', 'AGL'];
const MOST = 400; // boxes of a picture
const FOOT = 0.3048;
const HOUR = 3_600;

/** From which datum the limits of a shape are counted: one of DATUMS, '' for none (SFC to UNL), null for two. */
export function datumOf({ lower, upper }) {
  const found = new Set([lower, upper].filter((each) => each !== null && !['SFC', 'UNL'].includes(each.datum)).map(({ datum }) => datum));
  return found.size === 0 ? '' : found.size === 1 ? [...found][0] : null;
}

/** A limit on the axis of its datum: flight levels in FL, all else in feet or metres as preferred; null: open. */
export function onAxis(limit, datum) {
  if (limit === null || ['SFC', 'UNL'].includes(limit.datum)) return null;
  const metres = limit.unit === 'm' ? limit.value : limit.unit === 'ft' ? limit.value * FOOT : limit.value * 100 * FOOT;
  if (datum === 'FL') return metres / FOOT / 100;
  return prefs().units === 'metric' ? metres : metres / FOOT;
}

const unitOf = (datum) => (datum === 'FL' ? 'FL' : prefs().units === 'metric' ? 'm' : 'ft');

/** The profile. `picked(shape)`: a box was chosen. Gives {element, show(shapes, at, now), end()}. */
export function profile({ picked }) {
  const heading = h('h2', {}, t('map.profile'));
  const choice = h('select', { 'aria-label': t('map.datum'), on: { change: () => { wanted = choice.value; draw(); } } });
  const told = h('p', { class: 'small soft' });
  const box = h('div', { class: 'map-plot', dir: 'ltr' });
  const rows = h('tbody');
  const table = h('details', { class: 'small' }, h('summary', {}, t('map.as_table')),
    h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, ['what', 'from', 'to', 'when'].map((each) => h('th', { scope: 'col' }, t(`map.column_${each}`))))), rows)));
  const element = h('section', { class: 'map-profile', 'aria-label': t('map.profile') }, h('header', {}, heading, choice, told, table), box);
  let [wanted, shapes, at, now, chosen] = [null, [], null, 0, null];
  let plot = null;
  let drawn = []; // boxes in pixels, for whoever clicks

  function show(some, moment, present, selected = null) {
    [shapes, at, now, chosen] = [some.filter((each) => each.lower !== null || each.upper !== null).filter(({ kind }) => kind !== 'track'), moment, present, selected];
    draw();
  }

  function draw() {
    const by = new Map(DATUMS.map((each) => [each, []]));
    let open = 0;
    let mixed = 0;
    for (const each of shapes) {
      const datum = datumOf(each);
      if (datum === null) mixed += 1;
      else if (datum === '') open += 1; // from the ground up without end: it would cover all else
      else by.get(datum)?.push(each);
    }
    const some = DATUMS.filter((each) => by.get(each).length > 0);
    if (!some.includes(wanted)) wanted = some.sort((a, b) => by.get(b).length - by.get(a).length)[0] ?? 'AGL';
    const offered = (some.length > 0 ? some : ['AGL']).map((each) => [each, t('map.datum_of', { datum: each, n: by.get(each).length })]);
    // somebody may have it open
    if (choice.dataset.said !== JSON.stringify(offered)) {
      choice.dataset.said = JSON.stringify(offered);
      fill(choice, offered.map(([each, words]) => h('option', { value: each }, words)));
    }
    choice.value = wanted;
    choice.hidden = some.length < 2;
    const boxes = by.get(wanted);
    const others = some.filter((each) => each !== wanted).reduce((sum, each) => sum + by.get(each).length, 0);
    fill(told, [
      t('map.counted_from', { datum: wanted, unit: unitOf(wanted) }),
      others > 0 ? t('map.other_datum', { n: others }) : null,
      open > 0 ? t('map.all_heights', { n: open }) : null,
      mixed > 0 ? t('map.two_datums', { n: mixed }) : null,
      boxes.length > MOST ? t('map.not_drawn', { n: boxes.length - MOST }) : null,
      shapes.length === 0 ? t('map.no_heights') : null,
    ].filter(Boolean).join(' '));
    element.dataset.datum = wanted;
    element.dataset.boxes = String(Math.min(boxes.length, MOST));
    paint(boxes.slice(0, MOST));
    fill(rows, shapes.slice(0, MOST).map((each) => h('tr', {}, h('td', {}, own(each.label || '—'), ' ', h('span', { class: 'soft' }, named(each))),
      h('td', { dir: 'ltr' }, altitude(each.lower)), h('td', { dir: 'ltr' }, altitude(each.upper)), h('td', { dir: 'ltr' }, span(each.start, each.end)))));
  }

  function paint(boxes) {
    plot?.destroy();
    const ink = colours();
    const width = Math.max(box.clientWidth, 300);
    const tops = boxes.flatMap((each) => [onAxis(each.lower, wanted), onAxis(each.upper, wanted)]).filter((each) => each !== null);
    const top = Math.max(...tops, wanted === 'FL' ? 50 : prefs().units === 'metric' ? 300 : 1_000) * 1.1;
    const bottom = Math.min(0, ...tops);
    const [first, last] = range(boxes);
    const font = '12px system-ui, "Noto Sans", sans-serif';
    const axis = { stroke: ink.ink, font, grid: { stroke: ink.line, width: 1 }, ticks: { stroke: ink.line, width: 1 } };
    plot = new uPlot({
      width, height: Math.max(90, box.clientHeight || 130), legend: { show: false }, cursor: { show: false }, padding: [6, 8, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
      scales: { x: { time: true, range: () => [first, last] }, y: { range: () => [bottom, top] } },
      axes: [{ ...axis, size: 26, values: (_, ticks) => ticks.map((each) => clock(each)) },
        { ...axis, size: 58, values: (_, ticks) => ticks.map((each) => (wanted === 'FL' ? `FL${number(each).replace(/\D/g, '').padStart(3, '0')}` : number(each))) }],
      series: [{}, { show: false }], hooks: { draw: [(self) => fillIn(self, boxes, ink)] },
    }, [[first, last], [null, null]], box);
    plot.root.querySelector('canvas').setAttribute('role', 'img');
    plot.root.querySelector('canvas').setAttribute('aria-label', t('map.profile_of', { n: boxes.length, datum: wanted, unit: unitOf(wanted) }));
  }

  function fillIn(self, boxes, ink) {
    const { ctx, bbox } = self;
    const ratio = devicePixelRatio || 1;
    drawn = [];
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const each of boxes) {
      const [low, high] = [onAxis(each.lower, wanted), onAxis(each.upper, wanted)];
      const x0 = each.window[0] === -Infinity ? bbox.left - 4 : self.valToPos(each.window[0] / 1_000, 'x', true);
      const x1 = each.window[1] === Infinity ? bbox.left + bbox.width + 4 : self.valToPos(each.window[1] / 1_000, 'x', true);
      const y0 = low === null ? bbox.top + bbox.height + 4 : self.valToPos(low, 'y', true);
      const y1 = high === null ? bbox.top - 4 : self.valToPos(high, 'y', true);
      const rough = each.level !== 'full';
      ctx.globalAlpha = each.id === chosen ? 0.4 : 0.16;
      ctx.fillStyle = ink[tone(each)];
      ctx.fillRect(x0, y1, Math.max(2, x1 - x0), Math.max(2, y0 - y1));
      ctx.globalAlpha = 1;
      ctx.strokeStyle = ink[tone(each)];
      ctx.lineWidth = (each.id === chosen ? 3 : 1.5) * ratio;
      ctx.setLineDash(rough ? [2 * ratio, 2 * ratio] : each.whose === 'theirs' ? [6 * ratio, 3 * ratio] : []);
      ctx.strokeRect(x0, y1, Math.max(2, x1 - x0), Math.max(2, y0 - y1));
      drawn.push({ shape: each, x0: x0 / ratio, x1: x1 / ratio, y0: y1 / ratio, y1: y0 / ratio });
    }
    if (boxes.length <= 25) {
      ctx.setLineDash([]);
      ctx.fillStyle = ink.ink;
      ctx.font = `600 ${12 * ratio}px system-ui, "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif`;
      ctx.textBaseline = 'top';
      ctx.textAlign = 'left';
      for (const { shape, x0, x1, y0 } of drawn) {
        const from = Math.max(x0 * ratio, bbox.left) + 4 * ratio;
        const room = Math.min(x1 * ratio, bbox.left + bbox.width) - from - 4 * ratio;
        if (shape.label && ctx.measureText(shape.label).width <= room) ctx.fillText(shape.label, from, Math.max(y0 * ratio, bbox.top) + 3 * ratio);
      }
    }
    for (const [moment, colour, dash] of [[now, ink.soft, [3, 3]], [at, ink.focus, []]]) {
      if (moment === null) continue;
      const x = self.valToPos(moment / 1_000, 'x', true);
      ctx.strokeStyle = colour;
      ctx.lineWidth = 2 * ratio;
      ctx.setLineDash(dash.map((each) => each * ratio));
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  // from the first to the last of what is bounded, and the moment that is looked at, within a day about it
  function range(boxes) {
    const middle = (at ?? now) / 1_000;
    const some = boxes.flatMap(({ window }) => window).filter(Number.isFinite).map((each) => each / 1_000).filter((each) => Math.abs(each - middle) < 24 * HOUR);
    return [Math.min(middle - HOUR, ...some) - 600, Math.max(middle + HOUR, ...some) + 600];
  }

  const clicked = ({ clientX, clientY }) => {
    const canvas = plot?.root.querySelector('canvas').getBoundingClientRect();
    if (canvas === undefined) return;
    const [x, y] = [clientX - canvas.left, clientY - canvas.top];
    const found = drawn.filter((each) => x >= each.x0 && x <= each.x1 && y >= each.y0 && y <= each.y1)
      .sort((a, b) => (a.x1 - a.x0) * (a.y1 - a.y0) - (b.x1 - b.x0) * (b.y1 - b.y0))[0];
    if (found !== undefined) picked(found.shape);
  };
  box.addEventListener('click', clicked);
  let width = 0;
  const sized = new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    draw();
  });
  sized.observe(box);
  const lit = new MutationObserver(draw);
  lit.observe(document.documentElement, { attributes: true, attributeFilter: ['data-light'] });
  return {
    element, show,
    end: () => {
      sized.disconnect();
      lit.disconnect();
      plot?.destroy();
    },
  };
}

const clock = (seconds) => {
  const text = new Date(seconds * 1_000).toISOString();
  return text.slice(11, 16) === '00:00' ? text.slice(5, 10) : `${text.slice(11, 16)}Z`;
};
