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
  fill(root, h('h2', {}, t('relay.cells')), h('p', { class: 'small' }, t('relay.cells_mean')), tree, officer ? add : null);

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
    const above = field('above', t('relay.below_cell'), { kind: 'choice', choices: [['', t('relay.top')], ...known.map((each) => [each.name, each.name])] });
    const file = field('key', t('relay.key_file'), { kind: 'file', accept: '.pub', help: t('relay.key_help') });
    fill(add, h('div', { class: 'card' }, h('h3', {}, t('relay.add')), form([name, above, file], {
      submit: t('relay.add'),
      send: async ({ name: role, above: over, key }) => {
        const body = { name: role, above: over === '' ? null : over };
        if (key !== null) {
          try {
            body.key = publicKey(await key.text());
          } catch (error) {
            file.problem(error.message);
            return undefined;
          }
        }
        const found = await api.post('/v1/relay-cells', body);
        await live.again('/v1/relay-cells');
        return found;
      },
    })));
  }
  return live.use('/v1/relay-cells', ['relay.'], ({ data, problem }) => {
    if (data === null) return fill(tree, explained(problem));
    const first = known === null || JSON.stringify(known) !== JSON.stringify(data);
    known = data;
    fill(tree, known.length === 0 ? h('p', {}, t('relay.no_cells')) : branch(null));
    if (first) adding();
    return undefined;
  });
}
