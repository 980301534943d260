// What stays around every view: exercise and past banners, time and its age, the menu, the alarms.

import * as live from '../core/live.js';
import { fill, h, own } from '../core/html.js';
import { key } from '../core/keys.js';
import { prefer, prefs, whenPreferred } from '../core/prefs.js';
import * as route from '../core/route.js';
import * as sound from '../core/sound.js';
import { time, lasting } from '../core/format.js';
import { LANGUAGES, lang, t } from '../core/words.js';
import { alarms } from './alarms.js';

const GROUPS = ['now', 'plan', 'others', 'told', 'desk'];
const SKEW_MS = 5_000; // F3548: clocks within 5 s
let ending = [];

/** End what goes on in it: nobody is signed in any more. */
export function leave() {
  for (const each of ending) each();
  ending = [];
}

/** Draw it, and give the element where a view goes. */
export function frame(app, session, signOut) {
  leave();
  const main = h('main', { id: 'main', tabindex: '-1' });
  const mayI = (roles) => roles === null || roles.some((each) => session.roles.includes(each));
  const shown = route.all().filter(({ roles }) => mayI(roles));
  const menu = h('nav', { 'aria-label': t('shell.menu') }, GROUPS.map((group) => h('ul', {},
    shown.filter((each) => each.group === group).map((each) => h('li', {},
      h('a', { href: route.to(each.name), data: { to: each.name }, 'aria-keyshortcuts': each.key.replace(' ', ' then ') },
        t(`shell.view_${each.name}`), h('kbd', { 'aria-hidden': 'true' }, each.key)))))));
  const mark = () => {
    const { name } = route.parsed();
    for (const each of menu.querySelectorAll('a')) {
      if (each.dataset.to === name) each.setAttribute('aria-current', 'page');
      else each.removeAttribute('aria-current');
    }
  };
  mark();
  window.addEventListener('hashchange', mark);
  ending.push(() => window.removeEventListener('hashchange', mark));
  for (const each of shown) ending.push(key(each.key, `shell.view_${each.name}`, () => route.go(each.name)));

  const toggle = h('button', { class: 'menu-button', type: 'button', 'aria-expanded': 'false', on: { click: () => open() } }, '☰');
  toggle.setAttribute('aria-label', t('shell.menu'));
  function open(wanted = !menu.classList.contains('open')) {
    menu.classList.toggle('open', wanted);
    toggle.setAttribute('aria-expanded', String(wanted));
  }
  menu.addEventListener('click', () => open(false));

  fill(app,
    h('a', { class: 'skip', href: '#main', on: { click: (event) => { event.preventDefault(); main.focus(); } } }, t('shell.skip')),
    session.exercise ? h('div', { class: 'exercise', role: 'note' }, t('shell.exercise')) : null,
    pastBanner(),
    h('header', { class: 'bar' }, toggle,
      h('a', { class: 'brand', href: route.to('duty') }, own(session.node || 'Wideberth')),
      clock(), soundButton(), languages(), lightButton(),
      h('span', { class: 'who' }, own(session.name)),
      h('button', { type: 'button', class: 'quiet', on: { click: signOut } }, t('shell.sign_out'))),
    alarmsIn(session), h('div', { class: 'body' }, menu, main));
  return main;
}

function alarmsIn(session) {
  const found = alarms(session);
  if (found.end) ending.push(found.end);
  return found.element;
}

function clock() {
  const at = h('time', { class: 'clock', dir: 'ltr' });
  const age = h('span', { class: 'age' });
  // a reader of screens hears of it when it changes, and not each second how old it is
  const heard = h('span', { class: 'unseen', role: 'status' });
  const skew = h('span', { class: 'skew' });
  function draw() {
    const { current, asOf, past } = live.standing();
    at.textContent = time(live.now(), { seconds: true, day: 'never' });
    const key = past !== null ? 'past' : current ? 'current' : asOf === null ? 'never' : 'stale';
    age.className = `age ${key}`;
    const words = key === 'stale'
      ? t('shell.age_stale', { time: time(asOf, { seconds: true }), ago: lasting(live.now() - asOf) })
      : t(`shell.age_${key}`, { time: past === null ? '' : time(past, { seconds: true, day: 'always' }) });
    if (age.dataset.words !== words) age.textContent = age.dataset.words = words;
    if (heard.dataset.key !== key) {
      heard.dataset.key = key;
      heard.textContent = words;
    }
    document.body.dataset.standing = key;
    const far = Math.abs(live.drift()) > SKEW_MS;
    skew.textContent = far ? t('shell.skew', { time: lasting(live.drift()) }) : '';
  }
  draw();
  ending.push(live.whenStanding(draw));
  return h('div', { class: 'time' }, at, age, heard, skew);
}

function soundButton() {
  const button = h('button', { type: 'button', class: 'sound quiet', on: { click: run } });
  async function run() {
    if (sound.state() === 'off') prefer({ sound: true });
    const found = await sound.test();
    button.dataset.test = found;
    draw();
  }
  function draw() {
    const state = sound.state();
    // the browser lets it sound, and the test heard nothing
    const silent = state === 'on' && button.dataset.test === 'silent';
    button.dataset.state = silent ? 'blocked' : state;
    button.textContent = t(silent ? 'shell.sound_silent' : `shell.sound_${state}`);
    button.title = t('shell.sound_test');
  }
  draw();
  ending.push(sound.whenSound(draw));
  return button;
}

function languages() {
  return h('select', { class: 'languages', 'aria-label': t('shell.language'), on: { change: (event) => prefer({ language: event.target.value }) } },
    Object.entries(LANGUAGES).map(([code, name]) => h('option', { value: code, lang: code, selected: code === lang() }, name)));
}

function lightButton() {
  const next = { auto: 'day', day: 'night', night: 'auto' };
  const button = h('button', { type: 'button', class: 'quiet', on: { click: () => prefer({ light: next[prefs().light] }) } });
  function draw() {
    button.textContent = t(`shell.light_${prefs().light}`);
  }
  draw();
  ending.push(whenPreferred(draw)); // it is chosen under People too
  return button;
}

function pastBanner() {
  const box = h('div', { class: 'past', role: 'note' });
  function draw() {
    const moment = live.past();
    box.hidden = moment === null;
    if (box.dataset.moment === String(moment)) return;
    box.dataset.moment = String(moment);
    fill(box, moment === null ? null : [
      t('shell.past', { time: time(moment, { seconds: true, day: 'always' }) }), ' ',
      h('button', { type: 'button', on: { click: () => live.setPast(null) } }, t('shell.to_present')),
    ]);
  }
  draw();
  ending.push(live.whenStanding(draw));
  return box;
}
