// Ready drafts: what is filled in is a beginning, to be looked at and changed.

const FT = (value) => ({ value, unit: 'ft', datum: 'MSL' });
const SFC = { value: 0, unit: 'm', datum: 'SFC' };
const AGL = (value) => ({ value, unit: 'ft', datum: 'AGL' });
const corridor = (half_width_m) => ({ type: 'corridor', points: [], half_width_m, edges: 'geodesic', slack_m: 0 });
const circle = (radius_m) => ({ type: 'circle', centre: null, radius_m, slack_m: 0 });
const polygon = { type: 'polygon', rings: [[]], edges: 'geodesic', slack_m: 0 };

/** By the key that chooses it, in the order in which they stand: a name of plans.template_…, what it begins with. */
export const TEMPLATES = [
  { name: 'convoy', activity: 'convoy', ground: corridor(500), lower: SFC, upper: AGL(100), hours: 2 },
  { name: 'helicopter', activity: 'transit', ground: corridor(1_852), lower: AGL(0), upper: AGL(1_500), hours: 1 },
  { name: 'hospital', activity: 'hospital-visit', ground: circle(1_000), lower: SFC, upper: AGL(500), hours: 2 },
  { name: 'firing', activity: 'firing', ground: circle(5_000), lower: SFC, upper: FT(20_000), hours: 2 },
  { name: 'exercise', activity: 'exercise', ground: polygon, lower: SFC, upper: FT(10_000), hours: 6 },
  { name: 'spectrum', activity: 'spectrum', ground: circle(20_000), lower: SFC, upper: { value: 0, unit: 'm', datum: 'UNL' }, hours: 4, band: { from_hz: 400_000_000, to_hz: 401_000_000 } },
];
const MINUTES_MS = 5 * 60_000;
const LEAD_MS = 2 * 3_600_000; // until it is known what is agreed

/** The next five minutes at or after a moment (ms), as a node takes it. */
export const rounded = (ms) => new Date(Math.ceil(ms / MINUTES_MS) * MINUTES_MS).toISOString();

/** A draft of a template; `now` ms. What has no place yet has none. */
export function begun(template, now) {
  const start = rounded(now + LEAD_MS);
  const { ground, lower, upper, hours, band = null } = template;
  return {
    label: '', callsign: '', note: '', activity: template.activity,
    volumes: [{ ground, lower, upper, start, end: new Date(Date.parse(start) + hours * 3_600_000).toISOString(), band, pad: { h_m: 0, v_m: 0, t_s: 0 } }],
  };
}

/** A draft with nothing in it but what any plan has. */
export const EMPTY = { name: 'empty', activity: 'unspecified', ground: circle(1_000), lower: SFC, upper: FT(1_000), hours: 1 };
