// The console begins: who is signed in, in which language; then the frame that stays, and the view within it.

import * as api from './core/api.js';
import * as live from './core/live.js';
import { prefs, whenPreferred } from './core/prefs.js';
import * as kept from './core/prefs_kept.js';
import { act, explained } from './core/dialog.js';
import { fill, h } from './core/html.js';
import * as route from './core/route.js';
import * as words from './core/words.js';
import './views.js';
import { frame, leave } from './shell/frame.js';
import { signIn } from './shell/sign_in.js';

const app = document.getElementById('app');
let session = null;
let main = null;

function preferredLanguage() {
  const wanted = [prefs().language, ...navigator.languages.map((each) => each.slice(0, 2))];
  return wanted.find((each) => each !== null && each in words.LANGUAGES) ?? 'en';
}

function light() {
  const { light: wanted } = prefs();
  const dark = wanted === 'night' || (wanted === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.light = dark ? 'night' : 'day';
}

async function begin() {
  light();
  words.setLanguage(preferredLanguage());
  await words.load('core', 'shell');
  try {
    session = await api.get('/v1/session');
    await kept.load(session);
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    session = null;
  }
  draw();
}

function draw() {
  main = null;
  if (session === null) {
    live.stop();
    leave();
    route.leave();
    kept.forget();
    signIn(app, async (found) => {
      session = found; // first: another language draws all anew
      await kept.load(found);
      draw();
    });
    return;
  }
  live.start();
  main = frame(app, session, signOut);
  show({ focus: false });
}

/** The view; where somebody prefers a grid, once that can be written. */
async function show(options) {
  const at = main;
  if (['mgrs', 'utm'].includes(prefs().notation)) {
    await import('./core/place.js').then(({ loadGrids }) => loadGrids()).catch(console.error); // degrees stand instead
    if (main !== at) return;
  }
  route.show(at, session, options);
}

async function signOut(event) {
  const left = await act(event.currentTarget, async () => {
    await api.del('/v1/session').catch((problem) => { if (problem.status !== 401) throw problem; });
    return true;
  });
  // only the node ends a session: whoever sat down here next would still be this officer
  if (left !== true) return;
  session = null;
  draw();
}

api.whenSignedOut(() => {
  if (session === null || document.querySelector('.sign-in') !== null) return;
  live.pause();
  // over everything, other dialogs too: what was typed is still there afterwards
  const over = h('dialog', { class: 'sign-in-over', 'aria-label': words.t('shell.sign_in') });
  over.addEventListener('cancel', (event) => event.preventDefault());
  let done = false;
  over.addEventListener('close', () => !done && over.showModal());
  document.body.append(over);
  over.showModal();
  signIn(over, (found) => {
    done = true;
    over.close();
    // what was said in passing meanwhile
    document.body.append(...over.querySelectorAll('#said'));
    over.remove();
    if (found.name !== session.name) {
      location.reload();
      return;
    }
    Object.assign(session, found);
    live.restart();
  });
});

window.addEventListener('hashchange', () => main !== null && show());
words.whenLanguage(() => app.childElementCount > 0 && draw());
whenPreferred((_, changed) => {
  if ('language' in changed) words.setLanguage(preferredLanguage());
  if ('light' in changed) light();
  if (('units' in changed || 'notation' in changed) && main !== null) show({ focus: false });
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', light);

begin().catch((problem) => {
  console.error(problem);
  fill(app, h('main', { class: 'failed' },
    h('h1', {}, 'Wideberth'),
    words.has('core.again') ? explained(problem) : h('p', {}, 'The node was not reached.'),
    h('button', { type: 'button', on: { click: () => location.reload() } }, words.has('core.again') ? words.t('core.again') : 'Try again')));
});

