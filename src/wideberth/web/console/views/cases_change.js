// A proposed change of volumes: as they would be after it (to be drawn), and volumes as entries have them.

const UNIT_DMM = { m: 10_000, ft: 3_048, FL: 304_800 };
const E7 = 10_000_000;
const DMM = 10_000;

const shifted = (moment, ms) => (moment === null ? null : new Date(Date.parse(moment) + ms).toISOString());
const lifted = (limit, dmm) => (['SFC', 'UNL'].includes(limit.datum) ? limit : { ...limit, value: limit.value + dmm / UNIT_DMM[limit.unit] });

/** Native volumes after a change; none where the plan would not be flown. */
export function afterChange(volumes, change) {
  if ('cancel' in change) return [];
  if ('volumes' in change) return change.volumes.map(native);
  return volumes.map((each) => ('delay_ms' in change
    ? { ...each, start: shifted(each.start, change.delay_ms), end: shifted(each.end, change.delay_ms) }
    : { ...each, lower: lifted(each.lower, change.lift_dmm), upper: lifted(each.upper, change.lift_dmm) }));
}

const degrees = ([lon, lat]) => [lon / E7, lat / E7];
const sevenths = ([lon, lat]) => [Math.round(lon * E7), Math.round(lat * E7)];
const moment = (ms) => (ms === null ? null : new Date(ms).toISOString());
const limit = ({ datum, value_dmm: value }) => (datum === 'FL' ? { value: value / UNIT_DMM.FL, unit: 'FL', datum } : { value: value / DMM, unit: 'm', datum });

/** An entry's volume in native JSON. */
function native(found) {
  const { ground } = found;
  const slack_m = ground.slack_dmm / DMM;
  const made = ground.type === 'circle' ? { type: 'circle', centre: degrees(ground.centre_e7), radius_m: ground.radius_dmm / DMM, slack_m }
    : ground.type === 'corridor' ? { type: 'corridor', points: ground.points_e7.map(degrees), half_width_m: ground.half_width_dmm / DMM, edges: ground.edges, slack_m }
      : { type: 'polygon', rings: ground.rings_e7.map((ring) => ring.map(degrees)), edges: ground.edges, slack_m };
  return {
    ground: made, lower: limit(found.lower), upper: limit(found.upper), start: moment(found.start_ms), end: moment(found.end_ms), band: found.band,
    pad: { h_m: found.pad.h_dmm / DMM, v_m: found.pad.v_dmm / DMM, t_s: found.pad.t_ms / 1_000 },
  };
}

const ms = (at) => (at === null ? null : Date.parse(at));
const dmm = (metres) => Math.round(metres * DMM);
const written = ({ value, unit, datum }) => ({ datum, value_dmm: ['SFC', 'UNL'].includes(datum) ? 0 : Math.round(value * UNIT_DMM[unit]) });

/** A native volume as an entry has it. */
export function entry(found) {
  const { ground } = found;
  const slack_dmm = dmm(ground.slack_m);
  const made = ground.type === 'circle' ? { type: 'circle', centre_e7: sevenths(ground.centre), radius_dmm: dmm(ground.radius_m), slack_dmm }
    : ground.type === 'corridor' ? { type: 'corridor', points_e7: ground.points.map(sevenths), half_width_dmm: dmm(ground.half_width_m), edges: ground.edges, slack_dmm }
      : { type: 'polygon', rings_e7: ground.rings.map((ring) => ring.map(sevenths)), edges: ground.edges, slack_dmm };
  return {
    ground: made, lower: written(found.lower), upper: written(found.upper), start_ms: ms(found.start), end_ms: ms(found.end), band: found.band,
    pad: { h_dmm: dmm(found.pad.h_m), v_dmm: dmm(found.pad.v_m), t_ms: Math.round(found.pad.t_s * 1_000) },
  };
}
