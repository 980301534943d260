// Every view there is, in the order of the menu: where it is, which words it needs, who may see it.

import { view } from './core/route.js';

const OFFICER = ['officer'];
const RELEASING = ['officer', 'releasing'];

view('duty', { module: 'duty', key: 'g d', group: 'now', areas: ['duty', 'rings', 'check', 'lines', 'holds'] });
view('map', { module: 'map', key: 'g m', group: 'now', areas: ['map'] });
view('calls', { module: 'calls', key: 'g c', group: 'now', areas: ['calls'] });
view('cases', { module: 'cases', key: 'g k', group: 'now', areas: ['cases', 'plans'] });
view('watch', { module: 'watch', key: 'g w', group: 'now', areas: ['watch'] });
view('plans', { module: 'plans', key: 'g p', group: 'plan', areas: ['plans'] });
view('notices', { module: 'notices', key: 'g n', group: 'plan', areas: ['plans', 'notices'] });
view('holds', { module: 'holds', key: 'g h', group: 'plan', areas: ['holds'] });
view('relay', { module: 'relay', key: 'g r', group: 'plan', areas: ['relay'], roles: ['officer', 'planner'] });
view('sites', { module: 'sites', key: 'g s', group: 'plan', areas: ['sites'], roles: ['observer', 'officer', 'planner', 'releasing'] });
view('lines', { module: 'lines', key: 'g l', group: 'others', areas: ['lines'] });
view('manual', { module: 'manual', key: 'g o', group: 'others', areas: ['manual', 'calls'] });
view('words', { module: 'voice', key: 'g v', group: 'others', areas: ['voice'], roles: OFFICER });
view('statements', { module: 'statements', key: 'g y', group: 'others', areas: ['statements', 'sites'] });
view('agreements', { module: 'agreements', key: 'g a', group: 'others', areas: ['agreements', 'sites'] });
view('talks', { module: 'talks', key: 'g t', group: 'others', areas: ['talks', 'sites'] });
view('blind', { module: 'blind', key: 'g b', group: 'others', areas: ['blind', 'told'] });
view('releases', { module: 'releases', key: 'g e', group: 'told', areas: ['releases', 'told'], roles: RELEASING });
view('onward', { module: 'onward', key: 'g f', group: 'told', areas: ['releases', 'onward', 'told'], roles: RELEASING });
view('communiques', { module: 'communiques', key: 'g q', group: 'told', areas: ['communiques', 'told'] });
view('records', { module: 'records', key: 'g x', group: 'told', areas: ['records', 'told'] });
view('handover', { module: 'handover', key: 'g u', group: 'desk', areas: ['handover'], roles: OFFICER });
view('drills', { module: 'drills', key: 'g i', group: 'desk', areas: ['drills'] });
view('people', { module: 'people', key: 'g j', group: 'desk', areas: ['people'] });
view('help', { module: 'help', key: '?', group: 'desk', areas: ['help'] });
