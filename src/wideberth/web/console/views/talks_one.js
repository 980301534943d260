// One meeting: the invitation, and with each other party: its answer, attendance, minutes, and what came of it.

import * as api from '../core/api.js';
import { act, dialog, explained, sure } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { h, own } from '../core/html.js';
import * as live from '../core/live.js';
import * as route from '../core/route.js';
import { coded, t } from '../core/words.js';
import { absent, button, exact, facts, hash, may, orAbsent, pastNote, peer, redraw, sha256, staleNote, tell, when } from './sites_shared.js';
import { invitation, invited, phaseTag } from './talks.js';

const BEFORE = ['proposed', 'another time', 'declined', 'arranged'];
const OFF = [...BEFORE, 'held'];
const ROLES = ['duty officer', 'deputy', 'commander', 'interpreter', 'legal adviser'];

export function oneTalks(box, { id, session }) {
  const path = `/v1/talks/${api.part(id)}`;
  const texts = new Map(); // by SHA-256: what was read, which never changes
  let held = null;
  const draw = () => redraw(box, ...(held.data === null ? [staleNote(held), h('p', {}, absent(held.problem) ? t('talks.gone') : t('core.loading'))] : page(held.data, held)));

  function page(found, state) {
    const officer = may(session, 'officer');
    const phases = found.lines.map((each) => each.phase);
    const open = phases.some((each) => BEFORE.includes(each));
    return [
      h('h2', {}, own(found.title)), staleNote(state), pastNote(),
      facts([[t('talks.begin'), when(found.at, { day: 'always' })], [t('talks.place'), found.place ? own(found.place) : t('talks.place_open')],
        [t('talks.by'), found.mine ? t('talks.us') : own(found.parties.find((each) => each.party === found.by)?.label ?? found.by.slice(0, 8))],
        [t('talks.version'), String(found.version)],
        [t('talks.parties'), found.parties.map((each, n) => [n > 0 ? ', ' : '', each.us ? t('talks.us') : own(each.label ?? each.party.slice(0, 8))])],
        [t('talks.holds'), found.holds.length === 0 ? null : found.holds.map((each) => h('a', { href: route.to('holds', each) }, own(`${each.slice(0, 10)}… `)))]]),
      h('h3', {}, t('talks.agenda')), h('ol', {}, found.agenda.map((each) => h('li', {}, own(each)))),
      officer ? h('p', { class: 'actions' },
        !found.mine && open ? [
          button(t('talks.attend'), (at) => said(at, () => api.post(`${path}/answer`, { answer: 'attend', version: found.version }), t('talks.answered')), { kind: 'first', focus: 'attend' }),
          button(t('talks.other_time'), () => otherTime(found), { focus: 'other' }),
          button(t('talks.decline'), (at) => said(at, () => api.post(`${path}/answer`, { answer: 'decline', version: found.version }), t('talks.answered')), { focus: 'decline' })] : null,
        found.mine && open ? button(t('talks.amend'), () => amended(found), { focus: 'amend' }) : null,
        phases.some((each) => each !== 'called off') ? button(t('talks.attended'), () => attended(), { focus: 'attended', kind: found.mine && phases.includes('arranged') ? 'first' : null }) : null,
        phases.some((each) => ['held', 'minuted', 'differing'].includes(each)) ? button(t('talks.put_minutes'), () => minuted(), { focus: 'minutes', kind: phases.includes('held') ? 'first' : null }) : null,
        phases.some((each) => ['held', 'minuted', 'differing', 'signed'].includes(each)) ? button(t('talks.outcome'), (at) => outcome(at), { focus: 'outcome' }) : null,
        phases.some((each) => OFF.includes(each)) ? button(t('talks.call_off'), (at) => calledOff(at), { focus: 'off' }) : null) : null,
      found.lines.map((each) => onLine(found, each, officer)),
    ];
  }

  function onLine(found, one, officer) {
    return h('section', { class: 'card' }, h('h3', {}, peer(one), ' ', phaseTag(one, found)),
      one.told ? null : h('p', {}, h('span', { class: 'tag warn' }, t('talks.not_told'))),
      h('p', {}, coded('talks', `phase_words_${one.phase.replaceAll(' ', '_')}`)),
      facts([
        [t('talks.answer'), one.answer ? [coded('talks', `reply_${one.answer.answer.replaceAll(' ', '_')}`), one.answer.at ? [' ', when(one.answer.at, { day: 'always' })] : null,
          one.answer.current ? null : [' ', h('span', { class: 'tag warn' }, t('talks.older_version', { version: one.answer.version }))]] : null],
        [t('talks.here_were'), one.attended_here.length > 0 ? own(one.attended_here.join(', ')) : null],
        [t('talks.there_were'), one.attended_there.length > 0 ? own(one.attended_there.join(', ')) : null],
        ...one.outcomes.map((each) => [t(each.mine ? 'talks.outcome_ours' : 'talks.outcome_theirs'), outcomeOf(one, each)])]),
      one.minutes.length === 0 ? null : [h('h4', {}, t('talks.minutes')), h('p', { class: 'small' }, one.agreed ? t('talks.agreed_text') : t('talks.side_by_side')),
        h('div', { class: 'columns' }, one.minutes.map((each) => minutes(one, each, officer)))]);
  }

  function outcomeOf(one, each) {
    return [each.agreement ? h('div', {}, h('a', { href: route.to('agreements', one.line, each.agreement) }, t('talks.terms')), ' ', own(each.terms ?? t('talks.not_known_here'))) : null,
      each.communique ? h('div', {}, h('a', { href: route.to('communiques', each.communique) }, t('talks.communique')), ' ', own(each.stands ?? t('talks.not_known_here'))) : null];
  }

  function minutes(one, each, officer) {
    const both = one.agreed === each.sha256;
    return h('article', { class: ['card', !both && !each.signed_here && 'warn'] },
      h('h5', {}, t(each.mine ? 'talks.our_text' : 'talks.their_text', { n: each.version }), ' ', both ? h('span', { class: 'tag good' }, t('talks.both_signed')) : null),
      facts([[t('talks.put_at'), when(each.at, { seconds: true })], ['SHA-256', hash(each.sha256)],
        [t('talks.signed_by'), [each.signed_here ? t('talks.us') : null, each.signed_here && each.signed_there ? ', ' : null, each.signed_there ? peer(one) : null].filter(Boolean)],
        [t('talks.we_differ'), each.differs_here ? own(each.differs_here) : null], [t('talks.they_differ'), each.differs_there ? own(each.differs_there) : null]]),
      h('details', { data: { open: each.sha256 }, on: { toggle: (event) => event.target.open && read(each.sha256) } },
        h('summary', {}, t('talks.exact_text')), texts.has(each.sha256) ? exact(texts.get(each.sha256), t('talks.exact_text')) : h('p', {}, t('core.loading'))),
      officer && !both ? h('p', { class: 'actions' },
        each.signed_here ? null : button(t('talks.sign'), (at) => signed(at, each), { kind: 'first', focus: `sign-${each.sha256}` }),
        each.mine ? null : button(t('talks.differ'), (at) => differed(at, each), { focus: `differ-${each.sha256}` }),
        button(t('talks.save_text'), (at) => saved(at, each), { kind: 'quiet' })) : h('p', { class: 'actions' }, button(t('talks.save_text'), (at) => saved(at, each), { kind: 'quiet' })));
  }

  async function text(sha256) {
    if (!texts.has(sha256)) texts.set(sha256, (await api.get(api.asking(`${path}/minutes`, { sha256 }))).text);
    return texts.get(sha256);
  }

  async function read(sha256) {
    if (texts.has(sha256)) return;
    try {
      await text(sha256);
      draw();
    } catch (problem) {
      tell(explained(problem), 'problem');
    }
  }

  const saved = (at, each) => act(at, async () => api.save(`minutes-${each.sha256.slice(0, 8)}.txt`, new TextEncoder().encode(await text(each.sha256)), 'text/plain'));

  async function said(at, does, done) {
    if (await act(at, does, { done }) !== undefined) await live.again('/v1/talks');
  }

  async function asked(title, words, fields, submit, send, done, shown = null) {
    const made = await dialog(title, (close) => [words === null ? null : h('p', {}, words), shown, form(fields, { submit, send, done: close, cancel: () => close(null) })].filter((each) => each !== null), { wide: shown !== null });
    if (made === null) return;
    tell(done);
    await live.again('/v1/talks');
  }

  const otherTime = (found) => asked(t('talks.other_time'), t('talks.other_time_words'), [field('at', t('talks.begin'), { kind: 'time', required: true, value: found.at })], t('core.send'),
    ({ at }) => api.post(`${path}/answer`, { answer: 'another time', at, version: found.version }), t('talks.answered'));

  const amended = (found) => asked(t('talks.amend'), t('talks.amend_words'), invitation(found), t('core.send'), (values) => api.put(path, { ...invited(values), version: found.version }), t('talks.amended'));

  function attended() {
    const roles = field('roles', t('talks.roles'), { kind: 'area', required: true, value: ROLES[0], help: t('talks.roles_help') });
    return asked(t('talks.attended'), t('talks.attended_words'), [roles], t('core.send'),
      (values) => api.post(`${path}/attendance`, { roles: values.roles.split('\n').map((each) => each.trim()).filter(Boolean) }), t('talks.attended_done'));
  }

  function minuted() {
    const written = field('text', t('talks.text'), { kind: 'area', rows: 12, help: t('talks.text_help') });
    const file = field('file', t('talks.text_file'), { kind: 'file', accept: '.txt,.md,text/plain', help: t('talks.text_file_help') });
    const sign = field('sign', t('talks.sign_at_once'), { kind: 'check' });
    let put = null;
    return asked(t('talks.put_minutes'), t('talks.minutes_words'), [written, file, sign], t('talks.put_minutes'), async (values, named) => {
      const whole = values.file === null ? values.text : new TextDecoder('utf-8', { fatal: true }).decode(await values.file.arrayBuffer());
      if (whole === '') {
        named.text.problem(t('core.needed'));
        return undefined;
      }
      // the same text is put once, also where only its signature could not be given
      if (put?.whole !== whole) put = { whole, made: await api.post(`${path}/minutes`, { text: whole }) };
      if (!values.sign) return put.made;
      return api.post(`${path}/sign`, { sha256: await sha256(new TextEncoder().encode(whole)) });
    }, t('talks.minutes_done'));
  }

  async function signed(at, each) {
    const whole = await act(at, () => text(each.sha256));
    if (whole === undefined) return;
    at.focus(); // where the dialog comes back to
    await asked(t('talks.sign'), t('talks.sign_words'), [], t('talks.sign_now'), () => api.post(`${path}/sign`, { sha256: each.sha256 }), t('talks.signed'),
      h('div', {}, exact(whole, t('talks.exact_text')), facts([['SHA-256', hash(each.sha256)]])));
  }

  async function differed(at, each) {
    const whole = await act(at, () => text(each.sha256));
    if (whole === undefined) return;
    at.focus(); // where the dialog comes back to
    await asked(t('talks.differ'), t('talks.differ_words'), [field('differences', t('talks.differences'), { kind: 'area', required: true })], t('core.send'),
      ({ differences }) => api.post(`${path}/differ`, { sha256: each.sha256, differences }), t('talks.differ_done'), exact(whole, t('talks.exact_text')));
  }

  async function outcome(at) {
    const on = held.data.lines.map((each) => each.line);
    const read = await act(at, () => Promise.all([
      Promise.all(on.map((line) => orAbsent(api.get(`/v1/lines/${api.part(line)}/agreements`), { versions: [] }))),
      orAbsent(api.get('/v1/communiques'), [])]));
    if (read === undefined) return;
    at.focus();
    const [known, texts_] = read;
    const versions = new Map(known.flatMap((each) => each.versions).map((each) => [each.sha256, `${each.title}, ${each.version}`]));
    const agreement = field('agreement', t('talks.terms'), { kind: 'choice', choices: [['', t('talks.none')], ...versions] });
    const communique = field('communique', t('talks.communique'), { kind: 'choice', choices: [['', t('talks.none')], ...texts_.map((each) => [each.communique, each.title])] });
    await asked(t('talks.outcome'), t('talks.outcome_words'), [agreement, communique], t('core.send'), (values, named) => {
      if (!values.agreement && !values.communique) {
        named.agreement.problem(t('core.needed'));
        return undefined;
      }
      return api.post(`${path}/outcome`, { agreement: values.agreement || null, communique: values.communique || null });
    }, t('talks.outcome_done'));
  }

  async function calledOff(at) {
    if (await sure(t('talks.call_off'), t('talks.call_off_words'), t('talks.call_off'), { danger: true })) await said(at, () => api.post(`${path}/call-off`), t('talks.called_off'));
  }

  return live.use(path, ['talks.', 'agreement.', 'communique.'], (state) => {
    held = state;
    draw();
  });
}
