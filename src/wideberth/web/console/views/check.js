// The CHECK call, in two actions from anywhere: `c`, then Enter. What will be said is all there, filled in.

import * as api from '../core/api.js';
import { act, dialog, explained, tell } from '../core/dialog.js';
import { field } from '../core/form.js';
import { lasting, place as written, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { roleWords } from '../core/role.js';
import * as route from '../core/route.js';
import { staleNote } from '../core/stale.js';
import * as words from '../core/words.js';
import { coded, lang, t } from '../core/words.js';
import { subjectOf, subjectShown } from '../shell/subject.js';

const WHAT = ['', 'our_unit', 'our_aircraft', 'our_vessel', 'our_convoy', 'protected_site'];
const ROLES = ['duty officer', 'deputy', 'commander'];
const VOICE_MS = 60_000; // flash: so long nobody there has taken it, and it is to be said by voice
const ENGLISH = 'You are near us, or at our position. Stop now, check, and answer.';
const MARK = /\bsure ([0-9a-f]{8})\b/;
let open = false;

/**
 * Open it, filled in. `ring`: the first alarm; `ofAlarm`: it is about that, whatever page is shown. `line`, `alert`,
 * `place` ({lat, lon}) and `fields` of the phrase say otherwise.
 */
export async function openCheck(session, { line = null, alert = null, place = null, fields = {}, ring = null, ofAlarm = false } = {}) {
  if (open) return;
  open = true;
  try {
    const [lines, shown, rung] = await Promise.all([
      api.get('/v1/lines'),
      ofAlarm ? null : subjectShown(),
      alert !== null ? subjectOf({ kind: 'alert', id: alert, line: null }, { fresh: true }) : ring === null ? null : subjectOf(ring, { fresh: true }),
      words.load('check', 'rings', 'core', 'lines'),
    ]);
    const about = [
      place === null ? null : { key: 'given', place, line, title: '' },
      shown?.place ? { ...shown, key: 'shown', said: t('check.about_shown', { what: shown.title || coded('shell', `view_${route.parsed().name}`) }) } : null,
      rung === null ? null : {
        ...rung, key: 'ring', line: rung.line ?? ring?.line ?? null,
        said: t('check.about_ring', { what: ring === null ? rung.title : `${coded('rings', `why_${ring.why.replaceAll('.', '_')}`)} ${rung.title}` }),
      },
    ].filter((each) => each !== null);
    await asked(session, lines, about, line, fields);
  } catch (problem) {
    if (!(problem instanceof api.Problem)) throw problem;
    tell(explained(problem), 'problem');
  } finally {
    open = false;
  }
}

async function asked(session, lines, about, wanted, fields) {
  // without terms there may be a line all the same; one with terms goes first
  const some = [...lines].sort((one, other) => (one.agreement === null) - (other.agreement === null));
  const placing = await import('../core/place.js').catch(() => null);
  const call = await dialog(t('check.title'), (close) => [draft(some, about, wanted, fields, placing, close)], { name: 'check' });
  if (call === null) return;
  await dialog(t('check.sent'), (close) => [clock(call, close)], { name: 'check-sent' });
}

function draft(lines, about, wanted, more, placing, close) {
  if (lines.length === 0) return h('p', { class: 'problem' }, t('check.no_line'));
  const knownLine = (each) => {
    const said = wanted ?? each?.line ?? null;
    return lines.find((one) => one.line === said || (said?.label && one.label === said.label));
  };
  const lineOf = (each) => (knownLine(each) ?? lines[0]).line;
  let chosen = about.find((each) => each.place) ?? null;
  let sure = null;
  let picked = false; // somebody has chosen to whom
  let given = null; // {text, at}: the place that was filled in
  const line = field('line', t('check.line'), {
    kind: 'choice', value: lineOf(chosen ?? about[0]), choices: lines.map((each) => [each.line, each.label ?? each.line.slice(0, 8)]),
  });
  const subject = field('about', t('check.about'), {
    kind: 'choice', value: chosen?.key ?? '', choices: [...about.filter((each) => each.place && each.said).map((each) => [each.key, each.said]), ['', t('check.about_other')]],
  });
  const where = placing === null
    ? plainPlace(t('check.place')) : placing.placeField('place', t('check.place'), { help: t('check.place_help'), required: true, changed: () => sayPlace() });
  const what = field('what', t('check.what'), {
    kind: 'choice', value: more.what ?? '', choices: WHAT.map((each) => [each, t(`check.what_${each || 'none'}`)]),
  });
  const to = field('to', t('check.to'), { kind: 'choice', value: 'duty officer', choices: ROLES.map((each) => [each, roleWords(each)]) });
  const warning = h('p', { class: 'problem' });
  const problems = h('div', { class: 'problems', 'aria-live': 'assertive' });
  const button = h('button', { type: 'submit', class: 'danger send' }, t('check.send'));
  const at = own('', { class: 'mono at' });
  const said = h('div', { class: 'said-text' },
    h('h3', {}, t('check.will_be_said')),
    h('p', { class: 'big' }, t('check.said'), ' ', at),
    lang() === 'en' ? null : h('p', { lang: 'en', dir: 'ltr' }, ENGLISH));
  // what was filled in is exact, and known before the node has read it
  const read = () => (given !== null && where.input.value === given.text ? given.at : where.place());
  const sayPlace = () => {
    const found = read();
    at.textContent = found === null ? '' : written(found.lat, found.lon);
  };

  const put = (each) => {
    given = each === null ? null : { text: `${each.place.lat.toFixed(7)}, ${each.place.lon.toFixed(7)}`, at: each.place };
    where.set(given?.text ?? '');
    sayPlace();
  };
  const warn = () => {
    const found = lines.find((each) => each.line === line.value());
    const guessed = !picked && lines.length > 1 && knownLine(chosen ?? about[0]) === undefined;
    fill(warning, guessed ? [t('check.line_unsure'), ' '] : null,
      found.health === 'live' ? null : t('check.line_silent', { health: coded('lines', `health_${found.health}`) }));
    return guessed;
  };
  put(chosen);
  const guessed = warn();
  line.input.addEventListener('change', () => {
    picked = true;
    warn();
  });
  subject.input.addEventListener('change', () => {
    chosen = about.find((each) => each.key === subject.value()) ?? null;
    put(chosen);
    if (chosen === null) where.input.focus();
    else line.set(lineOf(chosen));
    picked = false;
    warn();
  });

  const made = h('form', { novalidate: true, class: 'check-form', on: { submit: send } },
    said, subject.input.options.length > 1 ? subject.element : null, where.element,
    h('div', { class: 'columns' }, line.element, to.element, what.element), warning, problems,
    h('footer', {}, button, h('button', { type: 'button', on: { click: () => close() } }, t('core.cancel'))));
  // whose it is was found out by nobody: it goes to none of several unlooked at
  (chosen === null ? where.input : guessed ? line.input : button).setAttribute('autofocus', '');
  if (chosen === null) where.problem(t('check.place_needed'));
  made.addEventListener('input', () => {
    again(null);
    sayPlace();
  });
  made.addEventListener('change', sayPlace);

  // what is changed is asked about anew: who has seen the doubts has seen them of the place before
  function again(mark) {
    sure = mark;
    button.textContent = mark === null ? t('check.send') : t('check.send_anyway');
    if (mark === null) problems.replaceChildren();
  }

  async function send(event) {
    event.preventDefault();
    where.problem(null);
    const text = where.input.value.trim();
    const found = read() ?? (await where.settled?.()) ?? null;
    if (found === null) {
      where.problem(t(text === '' ? 'check.place_needed' : 'check.place_unread'));
      where.input.focus();
      return;
    }
    const place = { lat_e7: Math.round(found.lat * 1e7), lon_e7: Math.round(found.lon * 1e7), notation: null, words: null };
    const { what: _what, ...rest } = more; // as it stands in the form, and not as it was filled in
    const fields = { ...rest, place, ...(what.value() === '' ? {} : { what: what.value() }) };
    const call = await act(button, async () => {
      try {
        return await api.post(`/v1/lines/${api.part(line.value())}/calls`, {
          to: to.value(), code: 'CHECK', fields, precedence: 'flash', language: lang(), sure,
        });
      } catch (problem) {
        const mark = problem.code === 'call.doubts' ? MARK.exec(problem.detail) : null;
        if (mark === null) throw problem;
        again(mark[1]);
        fill(problems, h('div', { class: 'card warn' }, h('strong', {}, t('check.doubts')),
          h('p', { lang: 'en', dir: 'ltr' }, problem.detail.replace(/; accepted:.*$/, ''))));
        return undefined;
      }
    }, { at: sure === null ? problems : null });
    if (call !== undefined) close(call);
    else button.focus();
  }
  return made;
}

/** A place as text, where the field that takes any notation is not there: degrees alone. */
function plainPlace(label) {
  const made = field('place', label, { help: t('check.place_help'), required: true, ltr: true });
  made.place = () => {
    const found = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(made.value());
    if (found === null) return null;
    const [lat, lon] = [Number(found[1]), Number(found[2])];
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
  };
  return made;
}

/** How far a call of ours has come, until it is closed: who has it, and when voice is next. */
export function clock(call, close) {
  const status = h('p', { class: 'clock-words big', role: 'status' });
  const stale = h('div', {});
  const steps = h('ol', { class: 'ladder' });
  const since = h('p', { class: 'soft' });
  const sent = performance.now();
  let view = call;
  const ended = [];
  const box = h('div', { class: 'check-clock' },
    h('p', {}, own(call.label ?? ''), ' · ', h('span', { class: 'mono' }, own(placeOf(call))), ' · ', time(call.at, { seconds: true })),
    stale, status, steps, since, h('p', { class: 'soft' }, t('check.never_permission')),
    h('footer', { class: 'actions' },
      h('a', { class: 'button', href: route.to('calls', call.call), on: { click: () => close() } }, t('check.open_call')),
      h('button', { type: 'button', class: 'first', autofocus: true, on: { click: () => close() } }, t('core.close'))));

  function draw(state) {
    if (state.data !== null) view = state.data;
    fill(stale, staleNote(state));
    const rows = [
      [view.told, t('check.step_said'), time(view.at, { seconds: true })],
      [view.delivered, t('check.step_delivered'), null],
      [view.rang.length > 0, t('check.step_rings'), view.rang.map(({ step, at }) => `${coded('rings', `step_${step}`)} ${time(at, { seconds: true })}`).join(', ')],
      [view.taken_by !== null, t('check.step_taken'), view.taken_by === null ? null : `${roleWords(view.taken_by)} ${time(view.taken_at, { seconds: true })}`],
      [view.read_back !== null && view.differs.length === 0, t(view.differs.length > 0 ? 'check.step_differs' : 'check.step_read_back'), null],
      ...view.answers.map((each) => [true, t('check.answered', { answer: coded('check', `answer_${each.answer}`) }), time(each.at, { seconds: true })]),
    ];
    fill(steps, rows.map(([done, text, more]) => h('li', { class: done ? 'done' : 'open' },
      h('span', { class: 'mark', 'aria-hidden': 'true' }, done ? '✓' : '…'), ' ', h('span', {}, text),
      more ? [' ', h('span', { class: 'soft' }, own(more))] : null,
      h('span', { class: 'unseen' }, done ? t('core.yes') : t('core.no')))));
    tick();
  }
  function tick() {
    if (!box.isConnected && performance.now() - sent > 1_000) {
      for (const each of ended) each();
      return;
    }
    const passed = Math.max(performance.now() - sent, live.now() - Date.parse(call.at), 0);
    const waits = view.taken_by === null && view.answers.length === 0 && view.read_back === null;
    let [step, said] = ['', ''];
    if (!view.told) [step, said] = ['not_told', t('check.not_told')];
    else if (waits) [step, said] = passed < VOICE_MS ? ['voice_in', t('check.voice_in', { time: lasting(VOICE_MS - passed) })] : ['voice_now', t('check.voice_now')];
    else if (view.read_back === null && view.answers.length === 0) [step, said] = ['taken', t('check.taken_not_read', { role: roleWords(view.taken_by) })];
    // read aloud once for each step, and not each second of it
    status.setAttribute('aria-live', status.dataset.step === step ? 'off' : 'polite');
    status.dataset.step = step;
    status.dataset.late = String(!view.told || (waits && passed >= VOICE_MS));
    if (status.textContent !== said) status.textContent = said;
    since.textContent = t('check.elapsed', { time: lasting(passed) });
  }
  ended.push(live.use(`/v1/calls/${api.part(call.call)}`, ['call.', 'entry.', 'ring.'], draw, { every: 2_000 }), live.whenStanding(tick));
  return box;
}

const placeOf = ({ fields }) => written(fields.place.lat_e7 / 1e7, fields.place.lon_e7 / 1e7);
