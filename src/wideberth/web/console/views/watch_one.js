// One alert: what it is about, how near they come, what to do and by when.

import * as api from '../core/api.js';
import { act, explained, tell } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { height, lasting, length, place, time, until } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { prefs } from '../core/prefs.js';
import { to } from '../core/route.js';
import { staleNote } from '../core/stale.js';
import { coded, t } from '../core/words.js';

const OURS = 'ours';
const BACK_MS = 60_000; // ASTM F3548-21: a unit outside its plan is back within so much
const POSTS = { officer: 'duty officer', deputy: 'deputy', commander: 'commander' };

/** Whose something is, in words; `name` before it. */
export function who(name, party) {
  const whose = party === '' ? t('watch.nobodys') : party === OURS ? t('core.ours') : own(party);
  return name === '' ? whose : [own(name), ' (', whose, ')'];
}

/** What stands in an element with data-age or data-until, as of now. */
export function aged(root) {
  const now = live.now();
  for (const each of root.querySelectorAll('[data-age]')) each.textContent = lasting(Math.max(0, now - Date.parse(each.dataset.age)));
  for (const each of root.querySelectorAll('[data-until]')) each.textContent = until(each.dataset.until, now);
}

/** Facts [[name, what]], of which only what is another is drawn anew: a link stays under whoever is about to follow it. */
export function factsIn(box, rows) {
  const made = h('dl', { class: 'facts' }, rows.map(([name, text]) => [h('dt', {}, t(`watch.fact_${name}`)), h('dd', {}, text)]));
  const names = (of) => [...of.querySelectorAll('dt')].map((each) => each.textContent).join('\n');
  if (box.childElementCount === 0 || names(box) !== names(made)) {
    fill(box, made);
    return;
  }
  const now = [...made.querySelectorAll('dd')];
  [...box.querySelectorAll('dd')].forEach((each, n) => { if (!each.isEqualNode(now[n])) each.replaceWith(now[n]); });
}

/** What to do about an alert (cli/watch_words.py says the same). */
export function nextStep(each) {
  const name = each.callsign || each.track;
  const other = each.other_name || each.other;
  const at = Date.parse(each.at) <= live.now() ? t('watch.at_once') : t('watch.before', { time: time(each.at, { seconds: true }) });
  const said = (what, more = {}) => t(`watch.${what}`, { name, other, at, ...more });
  const others = [each.party, each.other_party].filter((one) => one !== '' && one !== OURS);
  const named = (one) => (one === OURS ? t('core.ours') : one);
  switch (each.kind) {
    case 'closing':
      if (each.party === '' || each.other_party === '') return said('next_closing_whose');
      return others.length === 1 ? said('next_closing', { party: others[0] }) : said('next_closing_both', { one: named(each.party), two: named(each.other_party) });
    case 'entry':
      if (each.party === OURS) return said('next_entry_ours');
      return each.party === '' ? said('next_entry_nobody') : said('next_entry', { party: each.party });
    case 'unplanned':
      return each.other === '' ? said('next_unplanned') : said('next_unplanned_in');
    case 'nonconforming':
      return said('next_nonconforming', { at: time(Date.parse(each.first) + BACK_MS, { seconds: true }) });
    case 'contingent':
      return said('next_contingent');
    case 'lost':
      return said('next_lost', { place: place(each.lat, each.lon), at: each.heard === null ? t('core.unknown') : time(each.heard, { seconds: true }) });
    default:
      return each.party === '' ? said('next_doubtful_nobody') : said('next_doubtful', { party: each.party === OURS ? t('core.ours') : each.party });
  }
}

/** An alert at length. Gives what ends it. */
export function alertItem(root, id, { session, lines }) {
  const path = `/v1/watch/alerts/${api.part(id)}`;
  const officer = session.roles.includes('officer');
  const drawn = h('div', {});
  const title = h('h2', { id: 'alert-title', tabindex: '-1' });
  const [old, step, todo, known] = [h('div', {}), h('div', {}), h('div', {}), h('div', {})];
  const card = h('section', { class: 'card', 'aria-labelledby': 'alert-title' },
    h('div', { class: 'row' }, title, h('a', { href: to('watch') }, t('core.close'))), old, step, todo, drawn, known);
  let shown = null; // the alert as it was read last
  let roleField = null;
  let role = POSTS.officer;
  let said = '';
  let done = '';
  const ends = [
    live.use('/v1/duty', ['duty.'], ({ data }) => {
      const post = (data ?? []).find((each) => each.name === session.name)?.post;
      const before = role;
      role = POSTS[post] ?? role;
      // it may come after the field was drawn; what somebody has typed there stays
      if (roleField !== null && roleField.value() === before) roleField.set(role);
    }),
    live.use(path, ['alert.', 'track.'], (state) => {
      const { data, problem, stale } = state;
      if (data === null) {
        fill(root, h('section', { class: 'card' }, problem === null ? t('core.loading') : explained(problem)));
        return;
      }
      const text = JSON.stringify([data, stale, problem?.code ?? null]);
      if (text === said) return;
      said = text;
      shown = data;
      draw(data, state);
      aged(root);
    }, { every: 2_000 }),
    live.whenStanding(() => { if (shown !== null) steps(shown); }),
  ];

  function draw(each, state) {
    const open = each.phase !== 'cleared';
    card.className = `card ${open && each.acknowledged === null ? 'alarm' : 'warn'}`;
    const kind = coded('watch', `kind_${each.kind}`);
    if (title.textContent !== kind) title.textContent = kind;
    fill(old, staleNote(state));
    fill(step, open ? h('p', { class: 'watch-next' }, h('strong', {}, t('watch.next')), ' ', nextStep(each), ' · ', h('span', { data: { until: each.at } })) : h('p', {}, coded('watch', `why_${each.why}`)));
    steps(each);
    factsIn(known, facts(each));
    if (card.parentElement !== root) fill(root, card);
  }

  // figures change each second or two: what somebody is about to press, or types, stays where it is
  function steps(each) {
    const open = each.phase !== 'cleared';
    const text = JSON.stringify([open, each.acknowledged, each.acknowledged_by, live.past()]);
    if (text === done) return;
    done = text;
    const focused = todo.contains(document.activeElement);
    roleField = null;
    fill(todo, open ? actions(each) : h('div', { class: 'actions' }, pictureButton(each)));
    if (focused) title.focus();
  }

  function actions(each) {
    const past = live.past() !== null;
    const check = h('button', { type: 'button', class: 'danger', disabled: past }, t('watch.check'));
    check.addEventListener('click', () => act(check, () => openCheck(shown)));
    roleField = field('role', t('watch.role'), { value: role, required: true, ltr: true, help: t('watch.role_help') });
    const take = each.acknowledged !== null ? h('p', {}, t('watch.taken', { role: each.acknowledged_by, time: time(each.acknowledged, { seconds: true }) })) : form([roleField], {
      submit: t('watch.take'),
      send: (values) => api.post(`${path}/take`, values),
      done: async () => {
        tell(t('watch.take_done'));
        await live.again('/v1/watch');
        if (document.activeElement === document.body) title.focus();
      },
    });
    if (past && each.acknowledged === null) for (const one of take.querySelectorAll('button, input')) one.disabled = true;
    return h('div', { class: 'watch-actions' }, officer ? check : null, officer ? take : h('p', { class: 'soft' }, t('watch.officer_only')), pictureButton(each),
      past ? h('p', { class: 'soft' }, t('watch.in_past')) : null);
  }

  async function openCheck(each) {
    // a line that nobody has named is called by its party
    const all = lines().length > 0 ? lines() : await api.get('/v1/lines');
    const line = all.find((one) => [each.party, each.other_party].includes(one.label || one.peer));
    let module;
    try {
      module = await import('./check.js');
    } catch {
      tell(t('watch.check_missing'), 'problem');
      return;
    }
    await module.openCheck(session, { line: line?.line ?? null, alert: each.alert, place: { lat: each.lat, lon: each.lon }, fields: {} });
  }

  function pictureButton(each) {
    const button = h('button', { type: 'button' }, t('watch.picture'));
    button.addEventListener('click', () => act(button, async () => {
      const data = await api.octets(api.asking(`/v1/watch/alerts/${api.part(each.alert)}/picture`, { units: prefs().units }));
      const url = URL.createObjectURL(new Blob([data], { type: 'image/svg+xml' }));
      const name = `${each.alert.slice(0, 10)}.svg`;
      const image = h('img', { class: 'watch-picture', src: url, alt: t('watch.picture_alt', { name: each.callsign || each.track, other: each.other_name || each.other || '–' }) });
      image.addEventListener('load', () => URL.revokeObjectURL(url));
      fill(drawn, h('figure', {}, image, h('figcaption', {}, h('button', { type: 'button', on: { click: () => api.save(name, data, 'image/svg+xml') } }, t('watch.picture_save')), ' ',
        h('button', { type: 'button', on: { click: () => fill(drawn) } }, t('core.close')))));
    }));
    return button;
  }

  return () => {
    for (const each of ends) each();
  };
}

function gap(is, required, shown) {
  if (is === null && required === null) return null;
  return t('watch.gap', { is: is === null ? t('core.unknown') : shown(is), required: required === null ? t('core.unknown') : shown(required, { up: true }) });
}

function facts(each) {
  const called = each.called.map((one) => h('div', {}, own(one.line), ': ', one.call === null ? h('span', { lang: 'en', dir: 'ltr' }, one.why) : h('a', { href: to('calls', one.call) }, t('watch.called_call'))));
  return [
    ['who', who(each.callsign || each.track, each.party)],
    ['with', each.other === '' ? null : who(each.other_name || each.other, each.other_party)],
    ['phase', `${coded('watch', `phase_${each.phase}`)} · ${coded('watch', `precedence_${each.precedence}`)}`],
    ['at', [time(each.at, { seconds: true }), ' ', own(place(each.lat, each.lon))]],
    ['closest', each.closest === null ? null : time(each.closest, { seconds: true })],
    ['gap', gap(each.gap_m, each.required_m, length)],
    ['level', gap(each.gap_v_m, each.required_v_m, height)],
    ['heard', each.heard === null ? null : h('span', { data: { age: each.heard } })],
    ['other_heard', each.other_heard === null ? null : h('span', { data: { age: each.other_heard } })],
    ['doubt', each.kind === 'doubtful' && each.code !== '' ? coded('watch', `doubt_${each.code}`) : null],
    ['only', each.nominal ? null : t('watch.only_doubt')],
    ['turning', each.turning ? t('watch.turning') : null],
    ['first', time(each.first, { seconds: true })],
    ['raised', each.raised === null ? t('watch.not_yet') : time(each.raised, { seconds: true })],
    ['called', called.length === 0 ? null : called],
    ['id', own(each.alert, { class: 'mono' })],
  ].filter(([, text]) => text !== null);
}
