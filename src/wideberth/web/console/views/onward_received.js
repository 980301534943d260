// One release of another party's: whether it may be used, its file, who may have it further.

import * as api from '../core/api.js';
import { explained } from '../core/dialog.js';
import { time } from '../core/format.js';
import { fill, h, own } from '../core/html.js';
import * as live from '../core/live.js';
import { to } from '../core/route.js';
import { t } from '../core/words.js';
import { standing } from './onward.js';
import { concern } from './onward_parts.js';
import { caveats } from './releases_one.js';
import { MINUTE_MS, phase } from './releases.js';
import { actions, aged, button, called, code, facts, following, handOver, ltr, short, size, table } from './told_parts.js';

const when = (value) => ltr(time(value, { now: live.now() }));

export function received(side, line, id, session) {
  const path = `/v1/lines/${api.part(line)}/received/${api.part(id)}`;
  const head = h('section', { class: 'card' });
  const taken = h('div', {});
  const further = h('section', { class: 'card', 'aria-labelledby': 'further' });
  side.append(head, taken, further);
  let state = null;
  const about = following(() => draw());

  function draw() {
    if (state === null) return;
    const found = state.data;
    if (found === null) {
      fill(head, explained(state.problem));
      return;
    }
    const usable = found.standing === 'here';
    fill(head, aged(state), h('h2', {}, own(found.title), ' ', standing(found.standing)),
      h('p', usable ? {} : { class: 'problem' }, t(`onward.means_${code(found.standing)}`)),
      found.taken !== null && !usable ? h('p', { class: 'card alarm' }, t('onward.tell_people')) : null,
      facts([[t('onward.from'), called(found.label, found.by)], [t('onward.told_at'), when(found.at)], [t('releases.id'), h('code', { class: 'long' }, found.release)],
        [t('releases.signatures'), t('releases.of_needed', { n: found.signatures, needed: found.needed })],
        ['SHA-256', h('code', { class: 'long' }, found.sha256)], [t('told.size'), size(found.size)],
        found.taken === null ? null : [t('onward.taken'), [when(found.taken), ' · ', own(found.role)]],
        found.recalled === null ? null : [t('releases.recalled'), [when(found.recalled), found.reason ? [' · ', own(found.reason)] : null]],
        [t('releases.caveats'), h('ul', { class: 'plain' }, caveats(found.caveats).map((each) => h('li', {}, each)))]]),
      actions(
        usable ? button(t('onward.take'), async () => {
          const data = await api.octets(`${path}/take`, {});
          await handOver(taken, `${found.release.slice(0, 10)}.zip`, data, { trust: [found.by], type: 'application/zip' });
          await live.again(path, '/v1/received');
        }, { kind: found.taken === null ? 'first' : '' }) : null,
        usable && found.caveats.onward ? h('a', { class: 'button', href: `#/onward/ask?${new URLSearchParams({ line, kind: 'release', of: id })}` }, t('onward.ask_this')) : null,
        usable ? h('a', { class: 'button', href: `#/releases/new?${new URLSearchParams({ line, received: id })}` }, t('onward.pass_on')) : null,
        session.roles.includes('officer') ? concern(line, id) : null),
      usable ? h('p', { class: 'small soft' }, t('onward.take_help')) : null);
  }

  function chained(known) {
    const heading = h('h2', { id: 'further' }, t('onward.further'));
    const found = known.data;
    if (found === null) fill(further, heading, explained(known.problem));
    else {
      fill(further, heading, aged(known), found.further.length === 0 ? h('p', {}, t('onward.nothing_further'))
        : table(t('onward.further'), [t('onward.own_release'), t('releases.for_whom'), t('releases.stands'), t('onward.numbers')],
          found.further.map((each) => [h('a', { href: to('releases', each.release) }, short(each.release)), own(each.recipient), phase(each.phase), h('span', { dir: 'ltr' }, each.numbers.join(', '))])));
    }
  }

  about.use(path, ['release.', 'onward.', 'entry.arrived'], (found) => { state = found; draw(); }, { every: MINUTE_MS });
  about.use(`/v1/releases/${api.part(id)}/chain?line=${api.part(line)}`, ['release.', 'onward.', 'entry.arrived'], chained);
  return about.end;
}

