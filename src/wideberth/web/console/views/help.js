// What each view is for, all keys, and what is never said.

import { h } from '../core/html.js';
import { keys } from '../core/keys.js';
import * as route from '../core/route.js';
import { has, t } from '../core/words.js';

// keys that count elsewhere, or that are the browser's own
const ELSEWHERE = [
  ['c', 'help.key_check'], ['a', 'help.key_alarm'], ['n', 'help.key_new'], ['/', 'help.key_filter'],
  ['Escape', 'help.key_escape'], ['Tab', 'help.key_tab'],
];

export function show(root, { session }) {
  const mayI = (roles) => roles === null || roles.some((each) => session.roles.includes(each));
  root.append(
    h('h1', {}, t('help.title')),
    h('section', { class: 'card' },
      h('h2', {}, t('help.never')),
      h('ul', {}, ['permission', 'clear', 'silence', 'list'].map((each) => h('li', {}, t(`help.never_${each}`))))),
    h('section', { class: 'card' }, h('h2', {}, t('help.current')), h('p', {}, t('help.current_text'))),
    h('section', { class: 'card' },
      h('h2', {}, t('help.views')),
      h('div', { class: 'scroll' }, h('table', {}, h('tbody', {},
        route.all().filter(({ roles }) => mayI(roles)).map(({ name, key }) => h('tr', {},
          h('th', { scope: 'row' }, h('a', { href: route.to(name) }, t(`shell.view_${name}`))),
          h('td', {}, press(key)),
          h('td', {}, t(`help.view_${name}`)))))))),
    h('section', { class: 'card' },
      h('h2', {}, t('help.keys')),
      h('p', {}, t('help.keys_intro')),
      h('div', { class: 'scroll' }, h('table', {},
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('help.key')), h('th', { scope: 'col' }, t('help.does')))),
        h('tbody', {}, all().map(([each, words]) => h('tr', {}, h('td', {}, press(each)), h('td', {}, t(words)))))))),
    h('section', { class: 'card' },
      h('h2', {}, t('help.manual')),
      h('p', {}, t('help.manual_text', { command: 'wideberth' }))));
}

// those of views have a table of their own
function all() {
  const views = new Set(route.all().map(({ key }) => key));
  const named = new Set(ELSEWHERE.map(([each]) => each));
  const others = keys().filter((each) => !views.has(each.press) && !named.has(each.press) && has(each.words));
  return [...ELSEWHERE, ...others.map((each) => [each.press, each.words])];
}

function press(key) {
  return (key ?? '').split(' ').flatMap((each, n) => [n > 0 ? ' ' : null, h('kbd', { dir: 'ltr' }, each)]);
}
