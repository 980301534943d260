// Terms are proposed: a draft to begin with or a file, read by the node with its clear errors, then put to the other party.

import * as api from '../core/api.js';
import { act, explained, sure } from '../core/dialog.js';
import { field } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { t } from '../core/words.js';
import { button, endings, facts, hash, lineField, lines, may, pastNote } from './sites_shared.js';
import { pathOf, titled } from './agreements.js';
import { told } from './agreements_one.js';

export function proposed(box, { line, after, session }) {
  const ends = endings();
  if (!may(session, 'officer')) {
    fill(box, h('h2', {}, t('agreements.propose')), pastNote() ?? h('p', {}, t('core.status_403')));
    return ends.end;
  }
  begin(box, line, after).catch((problem) => fill(box, explained(problem)));
  return ends.end;
}

async function begin(box, line, after) {
  const known = await lines();
  const whom = lineField(known, { value: line ?? '' });
  const title = field('title', t('agreements.new_title'), { help: t('agreements.new_title_help') });
  const file = field('file', t('agreements.file'), { kind: 'file', accept: '.toml,text/plain', help: t('agreements.file_help') });
  const text = field('terms', t('agreements.text'), { kind: 'area', rows: 18, ltr: true, help: t('agreements.text_help') });
  text.input.dir = 'ltr';
  text.input.classList.add('mono');
  const problem = h('div', { 'aria-live': 'assertive' });
  const words = h('div', { 'aria-live': 'polite' });
  const propose = button(t('agreements.propose_now'), put, { kind: 'first', disabled: true });
  let read = null;
  let turn = 0; // of what is typed and chosen

  const inForce = async () => {
    const found = whom.value() ? await api.get(pathOf(whom.value())) : { versions: [] };
    return found.versions.find((each) => each.sha256 === after) ?? found.versions.find((each) => each.in_force) ?? null;
  };

  async function draft(at) {
    const mine = turn;
    const made = await act(at, async () => {
      const before = await inForce();
      return api.post('/v1/draft-terms', before === null ? { title: title.value(), line: whom.value() } : { after: before.terms });
    }, { at: problem });
    if (made === undefined || turn !== mine) return; // what was typed meanwhile is not replaced
    changed();
    text.set(made.terms);
    text.input.focus();
  }

  function changed() {
    turn += 1;
    read = null;
    propose.disabled = true;
    fill(words);
  }

  async function look(at) {
    changed();
    const mine = turn;
    const terms = text.value();
    let before = null;
    let where = null;
    const found = await act(at, async () => {
      before = await inForce();
      return api.post('/v1/read-terms', { terms, before: before?.terms ?? null }).catch((failed) => {
        where = failed.path;
        throw failed;
      });
    }, { at: problem });
    if (turn !== mine) {
      fill(problem);
      return;
    }
    if (found === undefined) {
      goTo(text.input, problem, where);
      return;
    }
    read = { terms, found };
    propose.disabled = whom.value() === '';
    fill(words, h('div', { class: 'card' }, facts([[t('agreements.name'), titled(found)], ['SHA-256', hash(found.sha256)]])),
      ...told(found, before));
  }

  async function put(at) {
    if (read === null || read.terms !== text.value()) return;
    if (!await sure(t('agreements.propose'), t('agreements.propose_words'), t('agreements.propose_now'))) return;
    const [to, { terms, found }] = [whom.value(), read];
    const done = await act(at, () => api.post(pathOf(to), { terms }), { at: problem, done: t('agreements.proposed') });
    if (done === undefined) return;
    await live.again('/v1/lines');
    route.go('agreements', to, found.sha256);
  }

  file.input.addEventListener('change', async () => {
    const chosen = file.value();
    if (chosen === null) return;
    changed();
    // what is signed is counted to the byte: a text that is not UTF-8 is refused here, not mended
    try {
      text.set(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await chosen.arrayBuffer()));
      file.problem(null);
    } catch {
      file.problem(t('agreements.not_utf8'));
    }
  });
  text.input.addEventListener('input', changed);
  whom.input.addEventListener('change', changed); // it was compared with what is in force there
  fill(box, h('h2', {}, t('agreements.propose')), h('p', {}, t('agreements.propose_intro')), whom.element,
    h('details', { class: 'card', open: true }, h('summary', {}, t('agreements.begin')), title.element,
      h('p', { class: 'actions' }, button(t('agreements.draft'), draft)), file.element),
    text.element, problem, h('p', { class: 'actions' }, button(t('agreements.look'), look, {}), propose), words);
}

// to the line of a text that an error names, which is said first
function goTo(area, problem, where) {
  const found = /line (\d+)/.exec(where ?? '');
  if (found === null) return;
  problem.prepend(h('p', { class: 'problem' }, h('strong', {}, t('agreements.in_line', { n: Number(found[1]) })), ' ', own(where, { dir: 'ltr', class: 'mono' })));
  const lines = area.value.split('\n');
  const start = lines.slice(0, Number(found[1]) - 1).reduce((sum, each) => sum + each.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[Number(found[1]) - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, Number(found[1]) - 6);
}
