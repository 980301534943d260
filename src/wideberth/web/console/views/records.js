// Records that prove themselves: of a line's feeds, of a case, of an incident; whose copy a leaked file is.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import { t } from '../core/words.js';
import { trace } from './records_trace.js';
import { following, handOver, lineChoices, link, mayAct, quoted, sha256, size } from './told_parts.js';

const SITES = ['officer', 'planner', 'releasing', 'observer'];
const RELEASING = ['officer', 'releasing'];
const STEM = 12; // characters of an id in the name of a file

export function show(root, { rest, query, session }) {
  const has = (some) => session.roles.some((each) => some.includes(each));
  const [what, id] = rest;
  const parts = [
    ['feeds', has(SITES)], ['case', true], ['incident', has(RELEASING)], ['trace', has(RELEASING)], ['verify', true],
  ].filter(([, may]) => may).map(([name]) => name);
  const wanted = parts.includes(what) ? what : parts[0];
  const tabs = h('ul', { class: 'tabs' }, parts.map((each) => h('li', {}, h('a', { href: `#/records/${each}`, 'aria-current': each === wanted ? 'true' : null }, t(`records.${each}`)))));
  const side = h('div', { class: 'card narrow' });
  root.append(h('h1', {}, t('records.title')), h('nav', { class: 'local', 'aria-label': t('records.which') }, tabs), side);
  const still = () => {
    // one at work comes back by itself
    for (const each of side.querySelectorAll('button:not([aria-busy])')) each.disabled = !mayAct();
  };
  const about = following(still);
  const known = Promise.all([api.get('/v1/lines'), api.get('/v1/status')]);
  const draw = { feeds, case: ofCase, incident, trace, verify }[wanted];
  fill(side, h('p', {}, t('core.loading')));
  known.then(([lines, status]) => draw(side, { lines, status, id: id ?? null, query })).then(still).catch((problem) => fill(side, explained(problem)));
  return about.end;
}

/** Whom a reader must know: this party and that of a line. */
const trusted = (status, line) => [status.party, ...(line === undefined ? [] : [line.peer])];

// feeds of a line
function feeds(side, { lines, status }) {
  const at = h('div', {});
  const ticks = h('fieldset', { class: 'ticks' });
  let boxes = [];
  const on = field('line', t('records.line'), { kind: 'choice', choices: lineChoices(lines) });
  const from = field('from', t('records.from_entry'), { kind: 'number', min: 0, help: t('records.from_help') });
  const to = field('to', t('records.to_entry'), { kind: 'number', min: 0, help: t('records.to_help') });
  const line = () => lines.find((each) => each.line === on.value());
  function list() {
    boxes = (line()?.feeds ?? []).map((each) => [each, h('input', { type: 'checkbox', checked: each.kind === 'main' && each.entries > 0, disabled: each.entries === 0, data: { kind: each.kind } })]);
    fill(ticks, h('legend', {}, t('records.feeds_choose')), boxes.map(([each, box]) => h('label', { class: 'tick' }, box,
      h('span', {}, each.mine ? t('records.ours') : t('records.theirs'), ' · ', own(each.kind), ' · ', t('records.entries', { n: each.entries }), ' · ', t('records.confirmed', { n: each.delivered })))));
  }
  on.input.addEventListener('change', list);
  list();
  fill(side, h('h2', {}, t('records.feeds')), h('p', {}, t('records.feeds_help')),
    lines.length === 0 ? h('p', {}, t('records.no_line')) : form([on, { element: ticks }, from, to], {
      submit: t('records.make'),
      send: async () => {
        const named = boxes.filter(([, box]) => box.checked).map(([each]) => each.origin);
        if (named.length === 0) throw new Error(t('records.no_feed'));
        const of = line(); // another may be chosen while it comes
        const data = await api.octets(api.asking(`/v1/lines/${api.part(of.line)}/record`, { feeds: named.join(','), from: from.value(), to: to.value() }));
        await handOver(at, `${of.line.slice(0, STEM)}.record`, data, { trust: trusted(status, of) });
        return true;
      },
    }), at, h('p', { class: 'small soft' }, t('records.warning')),
    h('p', {}, t('records.bundles'), ' ', link(t('records.to_lines'), 'lines')));
}

// of a case
async function ofCase(side, { lines, status, id }) {
  const at = h('div', {});
  const cases = await api.get('/v1/cases');
  const which = field('case', t('records.case_which'), { kind: 'choice', value: id ?? cases[0]?.case, choices: cases.map((each) => [each.case, `${each.plan_label || each.callsign || each.activity || each.case.slice(0, 8)} – ${each.label ?? each.peer.slice(0, 8)} (${each.case.slice(0, 8)})`]) });
  const headers = field('headers', t('records.headers'), { kind: 'check', value: true, help: t('records.headers_help') });
  fill(side, h('h2', {}, t('records.case')), h('p', {}, t('records.case_help')),
    cases.length === 0 ? h('p', {}, t('records.no_case')) : form([which, headers], {
      submit: t('records.make'),
      send: async (values) => {
        const data = await api.octets(api.asking(`/v1/cases/${api.part(values.case)}/record`, { headers: values.headers ? null : 'no' }));
        const line = lines.find((each) => each.line === cases.find((one) => one.case === values.case)?.line);
        await handOver(at, `case-${values.case.slice(0, STEM)}.record`, data, { trust: trusted(status, line) });
        return true;
      },
    }), at, h('p', { class: 'small soft' }, t('records.case_page')));
}

// of an incident: what was said about one id, and who held it
async function incident(side, { lines, status, id, query }) {
  const at = h('div', {});
  const known = await ids();
  const names = h('datalist', { id: 'incident-ids' }, known.map(([one, words]) => h('option', { value: one }, words)));
  const about = field('about', t('records.about'), { ltr: true, required: true, value: id ?? query.about ?? '', help: t('records.about_help') });
  about.input.setAttribute('list', 'incident-ids');
  const from = field('from', t('records.from_time'), { kind: 'time' });
  const to = field('to', t('records.to_time'), { kind: 'time' });
  const on = field('line', t('records.on_line'), { kind: 'choice', choices: [['', t('records.all_lines')], ...lineChoices(lines)] });
  fill(side, h('h2', {}, t('records.incident')), h('p', {}, t('records.incident_help')), names, form([about, from, to, on], {
    submit: t('records.make_pack'),
    send: async (values) => {
      const data = await api.octets(api.asking('/v1/incident', { about: values.about.trim(), from: values.from, to: values.to, line: values.line }));
      const trust = [status.party, ...lines.filter((each) => values.line === '' || each.line === values.line).map((each) => each.peer)];
      await handOver(at, 'incident.zip', data, {
        type: 'application/zip',
        command: `python3 -m zipfile -e incident.zip pack\nfor each in pack/records/*.record; do wideberth verify "$each"${trust.map((each) => ` --trust ${each}`).join('')}; done`,
      });
      return true;
    },
  }), at, h('p', { class: 'small soft' }, t('records.incident_recorded')));
}

async function ids() {
  const some = await Promise.allSettled(['/v1/calls', '/v1/cases', '/v1/plans', '/v1/holds', '/v1/sites'].map((path) => api.get(path)));
  const said = ['call', 'case', 'plan', 'hold', 'list'];
  return some.flatMap((each, n) => (each.status === 'fulfilled' && Array.isArray(each.value) ? each.value.map((one) => [one[said[n]], one.label ?? one.name ?? one.code ?? said[n]]) : []))
    .filter(([one]) => one !== undefined).slice(0, 500);
}

// how somebody checks a file, and what its hash is
function verify(side, { lines, status }) {
  const file = field('file', t('records.file'), { kind: 'file' });
  const at = h('div', { 'aria-live': 'polite' });
  let turns = 0;
  file.input.addEventListener('change', async () => {
    const turn = ++turns;
    const found = file.value();
    fill(at, found === null ? null : t('core.loading'));
    if (found === null) return;
    let hash;
    try {
      hash = await sha256(await found.arrayBuffer());
    } catch (problem) {
      if (turn === turns) fill(at, explained(problem));
      return;
    }
    if (turn !== turns) return; // of another file, which was chosen since
    const command = ['wideberth verify', quoted(found.name), ...trusted(status).concat(lines.map((each) => each.peer)).flatMap((each) => ['--trust', each])].join(' ');
    fill(at, h('p', {}, own(found.name), ' · ', size(found.size)), h('p', {}, 'SHA-256 ', h('code', { class: 'long' }, hash)), h('pre', { class: 'exact', tabindex: '0' }, command));
  });
  fill(side, h('h2', {}, t('records.verify')), h('p', {}, t('records.verify_help')), h('p', {}, t('records.verify_trust')),
    h('ul', {}, [[t('records.us'), status.party], ...lines.map((each) => [each.label ?? '', each.peer])].map(([name, party]) => h('li', {}, own(name), ' ', h('code', { class: 'long' }, party)))),
    file.element, at,
    h('h3', {}, t('records.answers')), h('dl', { class: 'facts' }, ['verified', 'disputed', 'not_anchored', 'not_verified'].map((each) => [h('dt', { lang: 'en', dir: 'ltr' }, VERDICTS[each]), h('dd', {}, t(`records.verdict_${each}`))])),
    h('p', { class: 'small soft' }, t('records.verify_here')));
}

// as the command prints them
const VERDICTS = { verified: 'VERIFIED', disputed: 'SIGNED, BUT DISPUTED', not_anchored: 'INTERNALLY CONSISTENT, NOT ANCHORED', not_verified: 'NOT VERIFIED' };

