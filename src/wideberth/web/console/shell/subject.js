// What an alarm, or the page that is shown, is about: what it is called, where it is, by when, and on which page.

import * as api from '../core/api.js';
import * as route from '../core/route.js';

const NOTICES = ['notice.inside', 'notice.late', 'plan.late'];
const KEPT_MS = 10_000; // so long what was read of a thing is used again
const known = new Map();

// a plan of ours, or a notice of theirs, that was handed down to nobody: there is no relay of it yet
const withNobody = (ring) => ring.kind.startsWith('relay') && !ring.id.startsWith('r-');

/** Where an alarm is worked: the address of its page. */
export function pageOf(ring) {
  if (ring.kind.startsWith('call')) return route.to('calls', ring.id);
  if (NOTICES.includes(ring.kind)) return route.to('notices', ring.line, ring.id);
  if (ring.kind === 'claim' || ring.kind === 'concern') return route.to('statements', ring.line, ring.id);
  if (ring.kind === 'alert') return route.to('watch', 'alerts', ring.id);
  if (ring.kind === 'hold') return route.to('holds', ring.id);
  if (withNobody(ring)) return route.to('relay'); // where it is handed down
  if (ring.kind.startsWith('relay')) return route.to('relay', ring.id);
  if (ring.kind === 'asked') return route.to('onward', 'asked', ring.line, ring.id);
  return route.to('duty');
}

const READ = {
  call: (id) => api.get(`/v1/calls/${api.part(id)}`),
  alert: (id) => api.get(`/v1/watch/alerts/${api.part(id)}`),
  notice: (id, line) => api.get(`/v1/lines/${api.part(line)}/notices/${api.part(id)}`),
  statement: (id, line) => api.get(`/v1/lines/${api.part(line)}/statements/${api.part(id)}`),
  plan: (id) => api.get(`/v1/plans/${api.part(id)}`),
  case: (id) => api.get(`/v1/cases/${api.part(id)}`),
  hold: (id) => api.get(`/v1/holds/${api.part(id)}`),
  relay: (id) => api.get(`/v1/relays/${api.part(id)}`),
  track: async (id) => (await api.get('/v1/watch/tracks')).find((each) => each.track === id),
};

function nounOf(ring) {
  if (ring.kind.startsWith('call')) return 'call';
  if (NOTICES.includes(ring.kind)) return 'notice';
  if (ring.kind === 'claim' || ring.kind === 'concern') return 'statement';
  if (withNobody(ring)) return ring.line === null ? 'plan' : 'notice';
  if (ring.kind.startsWith('relay')) return 'relay';
  return ring.kind in READ ? ring.kind : null;
}

/** Of an alarm: {title, place ({lat, lon} or null), due (RFC 3339 or null), line, noun}; never refused: `failed` where it was not read. `fresh`: read now. */
export const subjectOf = (ring, { fresh = false } = {}) => subject(nounOf(ring), ring.id, ring.line, fresh);

/** Of the page that is shown, where it shows one thing; null where it shows none. */
export async function subjectShown() {
  const { name, rest } = route.parsed();
  const nouns = { calls: 'call', cases: 'case', plans: 'plan', holds: 'hold', relay: 'relay' };
  if (name === 'notices') return rest.length < 2 ? null : subject('notice', rest[1], rest[0]);
  if (name === 'watch') return rest.length < 2 ? null : subject(rest[0] === 'alerts' ? 'alert' : 'track', rest[1], null);
  // a word such as new is no id
  if (nouns[name] === undefined || rest.length === 0 || rest[0].length < 8) return null;
  return subject(nouns[name], rest[0], null);
}

async function subject(noun, id, line, fresh = true) {
  const nothing = { title: '', place: null, due: null, line, noun };
  if (noun === null || (line === null && (noun === 'notice' || noun === 'statement'))) return nothing;
  const key = `${noun} ${line} ${id}`;
  const held = known.get(key);
  if (!fresh && held !== undefined && performance.now() - held.at < KEPT_MS) return held.found;
  if (known.size > 500) known.clear();
  const found = READ[noun](id, line).then((view) => read(noun, view, line)).catch(() => ({ ...nothing, failed: true }));
  known.set(key, { at: performance.now(), found });
  return found;
}

async function read(noun, view, line) {
  const made = { title: '', place: null, due: null, line: view.line ?? line, noun };
  if (noun === 'call') {
    const place = Object.values(view.fields).find((each) => each !== null && typeof each === 'object' && 'lat_e7' in each);
    return { ...made, title: [view.code, view.text].filter(Boolean).join(': '), place: place === undefined ? null : e7(place) };
  }
  if (noun === 'track') return { ...made, line: { label: view.party || null }, title: view.callsign || view.track, place: { lat: view.lat, lon: view.lon } };
  if (noun === 'alert') {
    const title = [view.callsign || view.track, view.other_name || view.other].filter(Boolean).join(' – ');
    return { ...made, line: lineOf(view), title, place: { lat: view.lat, lon: view.lon }, due: view.at };
  }
  if (noun === 'notice') {
    const title = [view.callsign, view.activity].filter(Boolean).join(', ');
    return { ...made, title, place: middle(view.volumes?.[0]?.ground), due: view.start };
  }
  if (noun === 'plan') {
    const on = view.on.find((each) => each.cases.length > 0) ?? view.on[0];
    const near = view.on.flatMap((each) => each.conflicts).find((each) => each.near !== null)?.near;
    const place = near ? { lat: near[1], lon: near[0] } : middle(view.document?.volumes?.[0]?.ground);
    return { ...made, line: on?.line ?? null, title: view.label || view.callsign, place, due: view.start };
  }
  if (noun === 'case') {
    const near = view.conflict?.near;
    const title = [view.plan_label, view.callsign].filter(Boolean).join(' – ');
    if (near) return { ...made, title, place: { lat: near[1], lon: near[0] }, due: view.conflict.start };
    const own = view.plan === null ? null : await subject('plan', view.plan, null);
    return { ...made, title, place: own?.place ?? null, due: view.conflict?.start ?? null };
  }
  if (noun === 'hold') return { ...made, line: view.lines[0]?.line ?? null, title: view.reason ?? '', place: middle(view.area?.ground) };
  if (noun === 'relay') {
    const of = view.notice !== null ? await subject('notice', view.notice, view.line)
      : view.plan !== null ? await subject('plan', view.plan, null) : null;
    return { ...made, title: view.title, place: of?.place ?? null, due: view.start };
  }
  const said = view.said?.text ?? view.what?.description ?? '';
  return { ...made, title: String(view.text ?? said ?? ''), place: null };
}

const e7 = ({ lat_e7: lat, lon_e7: lon }) => ({ lat: lat / 1e7, lon: lon / 1e7 });

// an alert says what the other party is called, and lines are found by that when the call is made
const lineOf = (view) => ({ label: [view.other_party, view.party].find((each) => each && each !== 'own') ?? null });

/** The middle of a ground as the native JSON has it; of a route the middle of its points. */
function middle(ground) {
  if (ground === undefined || ground === null) return null;
  if (ground.type === 'circle') return { lat: ground.centre[1], lon: ground.centre[0] };
  const points = ground.type === 'corridor' ? ground.points : ground.rings[0];
  if (ground.type === 'corridor') {
    const [lon, lat] = points[Math.floor(points.length / 2)];
    return { lat, lon };
  }
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const half = (some) => (Math.min(...some) + Math.max(...some)) / 2;
  // over the antimeridian the short way round
  if (Math.max(...lons) - Math.min(...lons) > 180) {
    const turned = half(lons.map((lon) => (lon < 0 ? lon + 360 : lon)));
    return { lat: half(lats), lon: turned > 180 ? turned - 360 : turned };
  }
  return { lat: half(lats), lon: half(lons) };
}
