// Distances, bearings and areas on the WGS84 ellipsoid, for drawing and measuring. What decides anything is computed by
// the node, never here.

const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const RAD = Math.PI / 180;
const AUTHALIC = 6_371_007.181; // a sphere of the same surface

/** Distance in metres and bearing in degrees from one [lon, lat] to another (Vincenty; where it fails, on a sphere). */
export function inverse([lon1, lat1], [lon2, lat2]) {
  const u1 = Math.atan((1 - F) * Math.tan(lat1 * RAD));
  const u2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  const l = ((((lon2 - lon1 + 540) % 360) + 360) % 360 - 180) * RAD;
  let lambda = l;
  for (let n = 0; n < 100; n += 1) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    if (sinSigma === 0) return { metres: 0, bearing: 0 };
    const cosSigma = s1 * s2 + c1 * c2 * cl;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (c1 * c2 * sl) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const cos2M = cos2Alpha === 0 ? 0 : cosSigma - (2 * s1 * s2) / cos2Alpha;
    const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const before = lambda;
    lambda = l + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * (cos2M + c * cosSigma * (2 * cos2M * cos2M - 1)));
    if (Math.abs(lambda - before) < 1e-12) {
      const k = (cos2Alpha * (A * A - B * B)) / (B * B);
      const a = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
      const b = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
      const delta = b * sinSigma * (cos2M + (b / 4) * (cosSigma * (2 * cos2M * cos2M - 1)
        - (b / 6) * cos2M * (4 * sinSigma * sinSigma - 3) * (4 * cos2M * cos2M - 3)));
      const bearing = Math.atan2(c2 * sl, c1 * s2 - s1 * c2 * cl) / RAD;
      return { metres: B * a * (sigma - delta), bearing: (bearing + 360) % 360 };
    }
  }
  const cos = Math.sin(lat1 * RAD) * Math.sin(lat2 * RAD) + Math.cos(lat1 * RAD) * Math.cos(lat2 * RAD) * Math.cos(l);
  return { metres: AUTHALIC * Math.acos(Math.max(-1, Math.min(1, cos))), bearing: 0 };
}

/** Where one comes to from [lon, lat] over so many metres at a bearing (Vincenty). */
export function direct([lon, lat], bearing, metres) {
  const alpha = bearing * RAD;
  const u1 = Math.atan((1 - F) * Math.tan(lat * RAD));
  const [su, cu, sa, ca] = [Math.sin(u1), Math.cos(u1), Math.sin(alpha), Math.cos(alpha)];
  const sigma1 = Math.atan2(Math.tan(u1), ca);
  const sinAlpha = cu * sa;
  const cos2Alpha = 1 - sinAlpha * sinAlpha;
  const k = (cos2Alpha * (A * A - B * B)) / (B * B);
  const a = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
  const b = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
  let sigma = metres / (B * a);
  let cos2M = 0;
  for (let n = 0; n < 100; n += 1) {
    cos2M = Math.cos(2 * sigma1 + sigma);
    const [ss, cs] = [Math.sin(sigma), Math.cos(sigma)];
    const delta = b * ss * (cos2M + (b / 4) * (cs * (2 * cos2M * cos2M - 1) - (b / 6) * cos2M * (4 * ss * ss - 3) * (4 * cos2M * cos2M - 3)));
    const next = metres / (B * a) + delta;
    if (Math.abs(next - sigma) < 1e-12) break;
    sigma = next;
  }
  const [ss, cs] = [Math.sin(sigma), Math.cos(sigma)];
  const x = su * ss - cu * cs * ca;
  const lat2 = Math.atan2(su * cs + cu * ss * ca, (1 - F) * Math.hypot(sinAlpha, x));
  const lambda = Math.atan2(ss * sa, cu * cs - su * ss * ca);
  const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
  const l = lambda - (1 - c) * F * sinAlpha * (sigma + c * ss * (cos2M + c * cs * (2 * cos2M * cos2M - 1)));
  return [lon + l / RAD, lat2 / RAD];
}

/** A ring of [lon, lat] about a centre. */
export function circle(centre, metres, corners = 72) {
  return Array.from({ length: corners + 1 }, (_, n) => direct(centre, (360 * (n % corners)) / corners, metres));
}

/** The area within a ring of [lon, lat], in m², to about 1 % (on a sphere of the same surface). */
export function area(ring) {
  const e2 = F * (2 - F);
  const e = Math.sqrt(e2);
  const q = (lat) => {
    const s = Math.sin(lat * RAD);
    return (1 - e2) * (s / (1 - e2 * s * s) - Math.log((1 - e * s) / (1 + e * s)) / (2 * e));
  };
  const whole = q(90);
  let sum = 0;
  ring.forEach(([lon1, lat1], n) => {
    const [lon2, lat2] = ring[(n + 1) % ring.length];
    const turn = ((((lon2 - lon1 + 540) % 360) + 360) % 360 - 180) * RAD;
    const [b1, b2] = [Math.asin(q(lat1) / whole), Math.asin(q(lat2) / whole)];
    sum += 2 * Math.atan2(Math.tan(turn / 2) * (Math.tan(b1 / 2) + Math.tan(b2 / 2)), 1 + Math.tan(b1 / 2) * Math.tan(b2 / 2));
  });
  return Math.abs(sum) * AUTHALIC * AUTHALIC;
}
