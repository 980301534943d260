// Live tracks as shapes of the map: whose, how old, and what is lost said in words.

import { lasting } from '../core/format.js';
import { to } from '../core/route.js';
import { coded, t } from '../core/words.js';

const OURS = ['ours', 'own'];

/** As limits of volumes have it: the watch gives a pressure altitude in feet, and its datum is FL. */
const level = (found) => (found?.datum === 'FL' && found.unit === 'ft' ? { value: found.value / 100, unit: 'FL', datum: 'FL' } : found);

/** Shapes of tracks; `now`: ms of the node's clock, by which their age is told. */
export function trackShapes(tracks, now) {
  return tracks.map((each) => {
    const whose = OURS.includes(each.party) ? 'ours' : each.party === '' ? '' : 'theirs';
    const age = Math.max(0, now - Date.parse(each.at));
    const state = coded('map', `track_${each.state}`);
    return {
      id: `track:${each.track}`, kind: 'track', whose, level: 'full', label: each.callsign || each.track, state: each.state,
      start: null, end: null, lower: level(each.altitude), upper: level(each.altitude), geometry: { type: 'Point', coordinates: [each.lon, each.lat] },
      symbol: each.kind, faded: each.state !== 'live', href: to('watch', 'tracks', each.track), said: [each.state === 'live' ? '' : state, t('map.age', { time: lasting(age) }),
        each.doubts.length > 0 ? t('map.doubtful') : ''].filter(Boolean).join(' · '),
    };
  });
}
