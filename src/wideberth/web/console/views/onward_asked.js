// May something go further? Asked of the other party, or asked of this one: consented to by two keys, or declined.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { time, until as untilWhen } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { go } from '../core/route.js';
import { t } from '../core/words.js';
import { phase } from './onward.js';
import { subject } from './onward_parts.js';
import { MINUTE_MS } from './releases.js';
import { signing } from './told_sign.js';
import { actions, aged, asked, button, called, facts, following, lineChoices, ltr, mayAct, sha256 } from './told_parts.js';

const KINDS = ['release', 'notice', 'sites', 'statement', 'talks'];
const DAY_MS = 86_400_000;

const when = (value) => ltr(time(value, { now: live.now() }));

/** One asking, drawn into `side`. */
export function asking(side, line, id) {
  const path = `/v1/lines/${api.part(line)}/onward/${api.part(id)}`;
  const head = h('section', { class: 'card' });
  const answer = h('section', { class: 'card', 'aria-labelledby': 'answer' });
  side.append(head, answer);
  let state = null;
  let drawn = null;
  const about = following(() => { drawn = null; draw(); });

  function draw() {
    if (state === null) return;
    const found = state.data;
    if (found === null) {
      fill(head, explained(state.problem));
      return;
    }
    fill(head, aged(state), h('h2', {}, subject(found.kind), ' ', t('releases.to', { name: found.recipient }), ' ', phase(found.phase)),
      h('p', {}, t(`onward.means_${found.phase}`)),
      found.mine && found.phase === 'asked' ? h('p', {}, t('onward.silence')) : null,
      facts([[t('onward.who_asks'), found.mine ? t('onward.we_ask') : [t('onward.they_ask'), ' ', called(found.label, found.line)]],
        [t('onward.what'), [subject(found.kind), ' ', own(found.of), ' ', t('onward.version', { n: found.version })]],
        found.kind !== 'release' ? null : [t('onward.numbers'), found.records.length === 0 ? t('onward.all_records') : h('span', { dir: 'ltr' }, found.records.join(', '))],
        [t('onward.for_whom'), own(found.recipient)], [t('onward.asked_at'), when(found.at)],
        [t('onward.until'), [when(found.until), ' · ', untilWhen(found.until, live.now())]],
        found.reason ? [t('onward.reason'), own(found.reason)] : null,
        found.mine && !found.told ? [t('releases.stands'), t('releases.line_waits')] : null,
        found.answered === null ? null : [t('onward.answered'), [when(found.answered), found.answer_reason ? [' · ', own(found.answer_reason)] : null]],
        found.consent_until === null ? null : [t('onward.consent_until'), when(found.consent_until)],
        found.answer === 'consent' ? [t('releases.signatures'), t('releases.of_needed', { n: found.signatures, needed: found.needed })] : null,
        found.origin === null ? null : [t('onward.stands_in'), h('code', { class: 'long' }, `${found.origin} ${found.entry}`)]]));
    const said = JSON.stringify([found.phase, found.answered, found.mine]);
    if (drawn === said) return;
    drawn = said;
    drawAnswer(found);
  }

  function drawAnswer(found) {
    answer.hidden = found.mine;
    if (found.mine) return;
    const exact = h('div', { 'aria-live': 'polite' });
    const ends = field('until', t('onward.consent_until'), { kind: 'time', value: found.until, required: true });
    let turns = 0;
    // only the text of the time that stands in the field is there to be signed
    async function load() {
      const turn = ++turns;
      const value = ends.value();
      fill(exact, value === null ? null : t('core.loading'));
      if (value === null) return;
      let text;
      try {
        ({ text } = await api.get(api.asking(`${path}/text`, { until: value })));
      } catch (problem) {
        if (turn === turns) fill(exact, explained(problem));
        return;
      }
      const data = new TextEncoder().encode(text);
      const hash = await sha256(data);
      if (turn !== turns) return;
      const shown = () => h('pre', { class: 'exact', tabindex: '0' }, text);
      fill(exact, h('p', {}, t('onward.exact')), shown(), signing({
        what: 'release', sha256: hash, title: t('onward.consent'), name: 'consent.json', shown, exact: async () => data,
        needed: found.needed, submit: t('onward.consent_now'),
        hand: async (approvals) => {
          await api.post(`${path}/consent`, { until: value, approvals });
          await live.again(path, '/v1/onward');
        },
      }));
    }
    ends.input.addEventListener('change', load);
    const decline = (words) => button(words, () => asked(words, [field('reason', t('onward.decline_reason'), { help: t('onward.no_need') })], {
      submit: words,
      send: async ({ reason }) => {
        await api.post(`${path}/decline`, { reason: reason.trim() || null });
        await live.again(path, '/v1/onward');
        return true;
      } }));
    fill(answer, h('h2', { id: 'answer' }, t('onward.answer')),
      found.phase === 'consented' ? actions(decline(t('onward.take_back')))
        : [h('p', {}, t('onward.consent_help')), ends.element, exact, found.phase === 'declined' ? null : actions(decline(t('onward.decline')))]);
    if (found.phase !== 'consented') load();
  }

  about.use(path, ['release.', 'onward.', 'entry.'], (found) => { state = found; draw(); }, { every: MINUTE_MS });
  return about.end;
}

/** The form that asks. `query`: line, kind, of, where they are known. */
export function ask(side, query) {
  const box = h('section', { class: 'card', 'aria-labelledby': 'ask' }, h('h2', { id: 'ask' }, t('onward.ask')), h('p', {}, t('core.loading')));
  side.append(box);
  let ended = false;
  begin(box, query).catch((problem) => { if (!ended) fill(box, explained(problem)); });
  return () => { ended = true; };
}

async function begin(box, query) {
  const [lines, recipients] = await Promise.all([api.get('/v1/lines'), api.get('/v1/recipients')]);
  const on = field('line', t('onward.whose'), { kind: 'choice', choices: lineChoices(lines), value: query.line ?? lines[0]?.line, required: true });
  const kind = field('kind', t('onward.what'), { kind: 'choice', choices: KINDS.map((each) => [each, subject(each)]), value: query.kind ?? 'release' });
  const of = field('of', t('onward.which'), { kind: 'choice', choices: [], required: true });
  const records = field('records', t('onward.numbers'), { ltr: true, help: t('onward.numbers_help') });
  const whom = field('recipient', t('onward.for_whom'), { kind: 'choice', choices: recipients.map((each) => [each.recipient, each.recipient]), required: true,
    help: recipients.length === 0 ? t('releases.no_recipients') : t('onward.for_whom_help') });
  const until = field('until', t('onward.until'), { kind: 'time', value: new Date(live.now() + DAY_MS).toISOString(), required: true });
  const reason = field('reason', t('onward.reason'), { help: t('onward.no_need') });
  let turns = 0;
  async function fillOf() {
    const turn = ++turns;
    records.element.hidden = kind.value() !== 'release';
    fill(of.input); // what stood there is of another kind, or another line's
    of.problem(t('core.loading'));
    let found;
    try {
      found = await things(kind.value(), on.value());
    } catch (problem) {
      if (turn === turns) of.problem(explained(problem));
      return;
    }
    if (turn !== turns) return;
    fill(of.input, found.map(([id, words]) => h('option', { value: id, selected: id === query.of }, words)));
    of.problem(found.length === 0 ? t('onward.nothing_told') : null);
  }
  for (const each of [on, kind]) each.input.addEventListener('change', fillOf);
  await fillOf();
  fill(box, box.firstChild, h('p', {}, t('onward.silence')), form([on, kind, of, records, whom, until, reason], {
    submit: t('onward.ask_now'),
    send: async (values) => {
      if (!mayAct()) throw new Error(t('told.past'));
      return api.post(`/v1/lines/${api.part(values.line)}/onward`, {
        kind: values.kind, of: values.of, recipient: values.recipient, until: values.until, reason: values.reason.trim() || null,
        records: values.kind === 'release' ? values.records.split(/[\s,;]+/).filter(Boolean).map(Number) : [],
      });
    },
    done: (found) => {
      live.again('/v1/onward');
      if (box.isConnected) go('onward', 'asked', found.line, found.asked); // whoever has gone on stays where they are
    },
    cancel: () => go('onward'),
  }));
}

// what the other party has told on a line, of a kind: [[id, words]]
async function things(kind, line) {
  if (!line) return [];
  const at = `/v1/lines/${api.part(line)}`;
  if (kind === 'release') return (await api.get(`/v1/received?line=${api.part(line)}`)).map((each) => [each.release, `${each.title} (${when(each.at)})`]);
  if (kind === 'notice') return (await api.get(`${at}/notices`)).filter((each) => !each.mine).map((each) => [each.notice, `${each.callsign || each.activity} ${each.notice.slice(0, 10)}`]);
  if (kind === 'sites') return (await api.get(`${at}/sites`)).filter((each) => !each.mine).map((each) => [each.list, each.name]);
  if (kind === 'statement') return (await api.get(`${at}/statements`)).filter((each) => !each.mine).map((each) => [each.statement, each.text.slice(0, 60)]);
  return (await api.get('/v1/talks')).filter((each) => each.lines.some((one) => one.line === line)).map((each) => [each.talks, each.title]);
}
