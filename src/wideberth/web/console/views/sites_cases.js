// Own plans, and notices of others, that come too near to a site. The own party's matter: nobody else is told.

import * as api from '../core/api.js';
import { field, form } from '../core/form.js';
import { length, place, time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { english, may, octetsOf, redraw, staleNote, table, when } from './sites_shared.js';

export function cases(box, { plan, session }) {
  const known = h('div', {});
  box.append(known);
  if (may(session, 'officer', 'planner')) box.append(checking());
  return live.use(api.asking('/v1/site-cases', { plan }), ['site.', 'plan.', 'notice.'], (state) => {
    const found = state.data ?? [];
    redraw(known, h('h2', {}, t('sites.cases_title')), h('p', { class: 'small' }, t('sites.cases_words')), staleNote(state),
      state.data === null ? null : found.length === 0 ? h('p', {}, t('sites.no_case'))
        : table(t('sites.cases_title'), [t('sites.site'), t('sites.plan_of'), t('sites.near'), t('sites.hours'), t('sites.where')], found.map(row)));
  });
}

// which sites the plans of a file come too near to; nothing is entered
function checking() {
  const found = h('div', { 'aria-live': 'polite' });
  const file = field('file', t('sites.plans_file'), { kind: 'file', required: true, help: t('sites.plans_file_help') });
  return h('section', { class: 'card' }, h('h3', {}, t('sites.check_file')),
    form([file], { submit: t('sites.check_now'), send: async (values) => {
      fill(found); // what another file came to
      const at = live.now();
      const read = await api.upload(api.asking('/v1/read-plans', { name: values.file.name }), await octetsOf(values.file));
      const each = await Promise.all(read.plans.map(async (one) => ({ one, touches: await api.post('/v1/site-touches', { volumes: one.volumes, activity: one.activity }) })));
      return { at, read, each };
    }, done: ({ at, read, each }) => {
      const some = each.flatMap(({ one, touches }) => touches.map((touch) => ({ ...touch, named: one.label || one.id })));
      fill(found, read.faults.length > 0 ? h('p', { class: 'problem' }, t('sites.not_checked', { n: read.faults.length }), ' ', english(read.faults[0].words ?? read.faults[0].detail ?? '')) : null,
        some.length === 0 ? h('p', {}, t('sites.no_touch', { n: read.plans.length, time: time(at) }))
          : table(t('sites.check_file'), [t('sites.site'), t('sites.plan_of'), t('sites.near'), t('sites.hours'), t('sites.where')], some.map(row)));
    } }), found, h('p', {}, h('a', { class: 'button', href: route.to('plans') }, t('sites.check_draft'))));
}

function row(each) {
  const notice = each.plan?.startsWith('n-');
  return { class: each.found === 'overlap' ? 'alarm' : '', cells: [
    [own(each.name || each.row), h('div', { class: 'small' }, coded('sites', `kind_${each.kind}`), ' · ', coded('sites', `grade_${each.grade}`), ' · ',
      each.of === '' ? t('sites.own_list') : [t('sites.told_by'), ' ', own(each.label ?? each.of.slice(0, 8))]),
    each.old ? h('div', { class: 'tag warn' }, t('sites.old')) : null, each.old ? h('div', {}, english(each.old)) : null],
    each.plan === null ? own(each.named ?? '–') : h('a', { href: notice ? route.to('notices', each.plan) : route.to('plans', each.plan) },
      t(notice ? 'sites.a_notice' : 'sites.a_plan'), ' ', own(`${each.plan.slice(0, 10)}…`, { class: 'mono' })),
    [h('span', { class: each.found === 'overlap' ? 'tag alarm' : 'tag warn' }, coded('sites', `found_${each.found}`)),
      h('div', { class: 'small' }, t('sites.gap', { gap: length(each.gap_m), kept: length(each.required_m, { up: true }) }))],
    each.start === null && each.end === null ? t('core.unbounded') : [when(each.start) ?? t('core.unbounded'), ' – ', when(each.end) ?? t('core.unbounded')],
    own(place(each.near[1], each.near[0]), { dir: 'ltr', class: 'mono' }),
  ] };
}
