// The party's own cells: roles below roles, each with a key of its own or answering by slips.

import * as live from '../core/live.js';
import * as api from '../core/api.js';
import { act, explained, sure } from '../core/dialog.js';
import { field, form } from '../core/form.js';
import { fill, h, own } from '../core/html.js';
import { t } from '../core/words.js';
import { publicKey } from './relay_sign.js';

export function cells(root, session) {
  const officer = session.roles.includes('officer');
  const tree = h('div', {});
  const add = h('div', {});
  let known = null;
  let over = null; // the field that says below which cell a new one is
  let past = live.past();
  fill(root, h('h2', {}, t('relay.cells')), h('p', { class: 'small' }, t('relay.cells_mean')), tree, officer ? add : null);
  add.hidden = past !== null;

  function branch(above) {
    const below = known.filter((each) => each.above === above);
    if (below.length === 0) return null;
    return h('ul', { class: 'tree' }, below.map((each) => h('li', {}, h('div', { class: 'node', data: { cell: each.name } }, h('strong', {}, own(each.name)), ' ',
      h('span', { class: 'tag soft' }, each.key === null ? t('relay.by_slip') : t('relay.own_key')),
      officer && live.past() === null && !known.some((one) => one.above === each.name) ? [' ', remove(each)] : null), branch(each.name))));
  }
  function remove(each) {
    const button = h('button', { type: 'button', class: 'quiet small', 'aria-label': t('relay.remove_cell', { cell: each.name }), on: { click: async () => {
      if (!await sure(t('relay.remove'), t('relay.remove_means', { cell: each.name }), t('relay.remove'), { danger: true })) return;
      await act(button, async () => { await api.del(`/v1/relay-cells/${api.part(each.cell)}`); await live.again('/v1/relay-cells'); });
    } } }, t('relay.remove'));
    return button;
  }
  function adding() {
    const name = field('name', t('relay.cell_role'), { required: true, help: t('relay.cell_role_help') });
    const above = field('above', t('relay.below_cell'), { kind: 'choice', choices: [] });
    over = above;
    const file = field('key', t('relay.key_file'), { kind: 'file', accept: '.pub', help: t('relay.key_help') });
    fill(add, h('div', { class: 'card' }, h('h3', {}, t('relay.add')), form([name, above, file], {
      submit: t('relay.add'),
      send: async ({ name: role, above: top, key }) => {
        const body = { name: role, above: top === '' ? null : top };
        if (key !== null) {
          try {
            body.key = publicKey(await key.text());
          } catch (error) {
            file.problem(error.message);
            return undefined;
          }
        }
        const found = await api.post('/v1/relay-cells', body);
        // before anything of the next one can be typed
        for (const each of [name, above]) each.set('');
        file.input.value = '';
        name.input.focus();
        await live.again('/v1/relay-cells');
        return found;
      },
    })));
  }
  // somebody may be adding one, while another does: what is typed and chosen stays
  function choosing() {
    const chosen = over.value();
    fill(over.input, [['', t('relay.top')], ...known.map((each) => [each.name, each.name])].map(([value, words]) => h('option', { value }, words)));
    over.set(known.some((each) => each.name === chosen) ? chosen : '');
  }
  function draw() {
    fill(tree, known.length === 0 ? h('p', {}, t('relay.no_cells')) : branch(null));
  }
  const ends = [live.whenStanding(() => {
    if (live.past() === past) return;
    past = live.past();
    add.hidden = past !== null;
    if (known !== null) draw();
  }), live.use('/v1/relay-cells', ['relay.'], ({ data, problem }) => {
    if (data === null) return fill(tree, explained(problem));
    known = data;
    draw();
    if (over === null) adding();
    choosing();
    return undefined;
  })];
  return () => ends.forEach((each) => each());
}
