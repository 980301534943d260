// Beside a row of an own list: who held it since when, and what is known of people, kept apart until a day.

import * as api from '../core/api.js';
import { act, dialog, sure } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { coded, t } from '../core/words.js';
import { button, facts, may, peer, redraw, staleNote, table, tell, when } from './sites_shared.js';

const DAY_MS = 86_400_000;

/** Who held a row since when. */
export function held(box, list, row) {
  const part = h('section', { class: 'card' });
  box.append(part);
  return live.use(api.asking(`/v1/sites/${api.part(list)}/held`, { row }), ['site.', 'entry.delivered'], (state) => {
    const told = (state.data?.recipients ?? []).filter((each) => each.versions.length > 0);
    redraw(part, h('h3', {}, t('sites.held')), staleNote(state), state.data === null ? null : told.length === 0 ? h('p', { class: 'soft' }, t('sites.never_told'))
      : told.map((each) => [h('h4', {}, peer(each)), table(t('sites.held'),
        [t('sites.version'), t('sites.told_at'), t('sites.delivered'), t('sites.said_there'), t('sites.withdrawn_by')], each.versions.map((one) => [
          [String(one.version), h('div', { class: 'small mono', dir: 'ltr' }, t('sites.entry_of', { n: one.entry, origin: one.origin.slice(0, 12) }))],
          when(one.sent, { seconds: true }), when(one.delivered, { seconds: true }) ?? h('span', { class: 'tag warn' }, t('sites.no_receipt')),
          [coded('sites', `short_${one.status.status}`), one.status.at ? [h('div', { class: 'small' }, when(one.status.at, { seconds: true }), ' · ', t('sites.entry', { n: one.status.entry }))] : null],
          one.until === null ? '–' : [String(one.until), ' · ', when(one.until_at)],
        ]))]));
  });
}

/** What is known of people: kept, read and erased; never in a list, a feed or an export. */
export function people(box, { list, row, session }) {
  const path = api.asking(`/v1/sites/${api.part(list)}/person`, { row });
  const said = h('div', { 'aria-live': 'polite' });
  const part = h('section', { class: 'card' }, h('h3', {}, t('sites.people')), h('p', { class: 'small' }, t('sites.people_words')),
    h('p', { class: 'actions' },
      may(session, 'officer', 'releasing') ? button(t('sites.person_read'), read) : null,
      may(session, 'officer', 'planner') ? button(t('sites.person_keep'), keep) : null,
      may(session, 'officer', 'planner', 'admin') ? button(t('sites.person_erase'), erase) : null), said);
  box.append(part);

  async function read(at) {
    const found = await act(at, () => api.get(path).catch((problem) => {
      if (problem.code !== 'site.no_person') throw problem;
      return null;
    }), { at: said });
    if (found === undefined) return;
    fill(said, found === null ? h('p', {}, t('sites.no_person')) : [facts(Object.entries(found.fields).map(([name, text]) => [own(name), own(text)])),
      h('p', { class: 'small' }, t('sites.erased_on'), ' ', when(found.erased, { day: 'always' }))]);
  }

  async function keep() {
    const text = field('fields', t('sites.person_fields'), { kind: 'area', required: true, help: t('sites.person_help') });
    const until = field('until', t('sites.person_until'), { kind: 'time', required: true, value: live.now() + 90 * DAY_MS, help: t('sites.person_until_help') });
    const done = await dialog(t('sites.person_keep'), (close) => form([text, until], { submit: t('sites.person_keep_now'), cancel: () => close(null), done: close,
      send: (values, fields) => {
        const named = pairs(values.fields);
        if (named === null) {
          fields.fields.problem(t('sites.person_lines'));
          return undefined;
        }
        return api.post(`/v1/sites/${api.part(list)}/person`, { row, fields: named, until: values.until });
      } }));
    if (done === null) return;
    fill(said);
    tell(t('sites.person_kept'));
  }

  async function erase(at) {
    if (!await sure(t('sites.person_erase'), t('sites.person_erase_words'), t('sites.person_erase'), { danger: true })) return;
    if (await act(at, async () => (await api.del(path)) ?? true, { at: said, done: t('sites.person_erased') })) fill(said);
  }
  return () => {};
}

// lines of `what: text`, each once; null where one is something else
function pairs(text) {
  const found = {};
  for (const line of text.split('\n').map((each) => each.trim()).filter(Boolean)) {
    const at = line.indexOf(':');
    const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (at < 1 || value === '' || name in found) return null;
    found[name] = value;
  }
  return found;
}

