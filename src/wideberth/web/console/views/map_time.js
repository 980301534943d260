// The time of the map: now ± 24 h, played, moved by keys, or to the next moment at which something begins or ends.

import { field } from '../core/form.js';
import { time, until } from '../core/format.js';
import { fill, h } from '../core/html.js';
import * as live from '../core/live.js';
import { t } from '../core/words.js';

const SPAN_MIN = 24 * 60;
const MINUTE = 60_000;
const PLAY_MS = 250; // between two steps of playing
const STEP_MIN = 5; // of one step
const FOLLOW_MS = 15_000;

/**
 * The bar. `changed(ms | null)`: another moment, null: all times. `moments()`: when something begins or ends (ms).
 * Gives {element, at(), previous(), next(), play(), now(), end()}.
 */
export function timeBar({ changed, moments }) {
  let base = present();
  let offset = 0; // minutes from the present
  let exact = null; // a moment that is no whole minute from it
  let all = false;
  let playing = null;
  const slider = h('input', {
    type: 'range', min: -SPAN_MIN, max: SPAN_MIN, step: 1, value: '0', class: 'map-slider', 'aria-label': t('map.active_at'),
    on: { input: () => to(Number(slider.value)) },
  });
  const said = h('output', { class: 'map-at', 'aria-live': 'off' });
  const playButton = h('button', { type: 'button', on: { click: () => play() } });
  const every = field('all', t('map.all_times'), { kind: 'check' });
  every.element.classList.add('small');
  every.input.addEventListener('change', () => {
    all = every.value();
    stop();
    told();
  });
  const step = (words, does, mark) => h('button', { type: 'button', title: words, 'aria-label': words, on: { click: does } }, mark);
  const nowButton = h('button', { type: 'button', on: { click: () => now() } }, t('map.now'));
  const element = h('div', { class: 'map-time', role: 'group', 'aria-label': t('map.active_at') },
    playButton, h('div', { class: 'map-steps', dir: 'ltr' }, step(t('map.key_previous'), () => previous(), h('span', { dir: 'ltr' }, '|◀')), h('div', { class: 'map-slide', dir: 'ltr' }, slider,
      h('div', { class: 'map-ticks', 'aria-hidden': 'true' }, [-24, -12, 0, 12, 24].map((each) => h('span', { dir: 'ltr' }, each === 0 ? '0' : `${each > 0 ? '+' : '−'}${Math.abs(each)} h`)))),
    step(t('map.key_next'), () => next(), h('span', { dir: 'ltr' }, '▶|'))), nowButton, said, every.element);

  function present() {
    const past = live.past();
    return past === null ? live.now() : Date.parse(past);
  }
  const at = () => (all ? null : exact ?? base + offset * MINUTE);

  function told() {
    const moment = at();
    slider.disabled = all;
    slider.value = String(offset);
    const words = moment === null ? t('map.all_times') : `${t('map.active_at')} ${time(moment, { now: present() })}`;
    const far = moment === null || (offset === 0 && exact === null) ? (moment === null ? '' : t('map.is_now')) : until(moment, base);
    fill(said, h('strong', { dir: 'auto' }, words), ' ', h('span', { class: 'small soft' }, far));
    slider.setAttribute('aria-valuetext', `${words} ${far}`);
    element.dataset.at = moment === null ? 'all' : new Date(moment).toISOString();
    element.dataset.now = String(offset === 0 && exact === null && !all);
    changed(moment);
  }

  function to(minutes, moment = null) {
    offset = Math.max(-SPAN_MIN, Math.min(SPAN_MIN, Math.round(minutes)));
    exact = moment;
    if (all) {
      all = false;
      every.set(false);
    }
    told();
  }

  function now() {
    stop();
    base = present();
    to(0);
  }

  function jump(way) {
    const moment = at() ?? base;
    const [first, last] = [base - SPAN_MIN * MINUTE, base + SPAN_MIN * MINUTE];
    const some = moments().filter((each) => each >= first && each <= last && (way > 0 ? each > moment : each < moment));
    if (some.length === 0) {
      fill(said, h('strong', {}, t(way > 0 ? 'map.none_later' : 'map.none_earlier')));
      return;
    }
    const found = way > 0 ? Math.min(...some) : Math.max(...some);
    stop();
    to((found - base) / MINUTE, found);
  }
  const previous = () => jump(-1);
  const next = () => jump(1);

  function stop() {
    clearInterval(playing);
    playing = null;
    fill(playButton, `▶ ${t('map.play')}`);
    playButton.setAttribute('aria-pressed', 'false');
  }

  function play() {
    if (playing !== null) {
      stop();
      return;
    }
    fill(playButton, `❚❚ ${t('map.pause')}`);
    playButton.setAttribute('aria-pressed', 'true');
    playing = setInterval(() => {
      if (offset >= SPAN_MIN) stop();
      else to(offset + STEP_MIN);
    }, PLAY_MS);
  }

  // where it stands at the present it goes on with it
  const follow = setInterval(() => {
    if (playing !== null) return;
    const before = at();
    const follows = offset === 0 && exact === null;
    if (follows) {
      base = present();
      if (!all) told();
    } else if (Math.abs(present() - base) > MINUTE && before !== null) {
      base = present();
      offset = Math.round((before - base) / MINUTE);
      exact = before;
      if (Math.abs(offset) > SPAN_MIN) now();
      else told();
    }
  }, FOLLOW_MS);
  stop();
  fill(said);
  return {
    element, at, previous, next, play, now, begin: told,
    end: () => {
      clearInterval(follow);
      clearInterval(playing);
    },
  };
}
