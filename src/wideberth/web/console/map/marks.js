// Pictures that the map paints with: hatching, labels, symbols of tracks. Labels are drawn by the browser itself, so
// that every script is shaped right without fonts from elsewhere.

import '../vendor/milsymbol/dist/milsymbol.js';

const RATIO = 2; // pictures are drawn twice as fine
const FONT = '600 13px system-ui, "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif';
const WIDEST = 220;

function canvas(width, height) {
  const made = document.createElement('canvas');
  made.width = Math.max(1, Math.ceil(width * RATIO));
  made.height = Math.max(1, Math.ceil(height * RATIO));
  const pen = made.getContext('2d', { willReadFrequently: true });
  pen.scale(RATIO, RATIO);
  return [pen, () => pen.getImageData(0, 0, made.width, made.height)];
}

/** Hatching by level: coarse ones are hatched, inferred ones dotted. Repeats without a seam. */
export function hatch(level, colour) {
  const size = 12;
  const [pen, done] = canvas(size, size);
  pen.strokeStyle = pen.fillStyle = colour;
  pen.globalAlpha = 0.75;
  pen.lineWidth = 1.5;
  if (level === 'coarse') {
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
      pen.stroke();
    }
  } else {
    for (const [x, y] of [[3, 3], [9, 9]]) {
      pen.beginPath();
      pen.arc(x, y, 1.4, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  return done();
}

const ruler = document.createElement('canvas').getContext('2d');

function shortened(text) {
  ruler.font = FONT;
  if (ruler.measureText(text).width <= WIDEST) return text;
  const letters = [...text];
  while (letters.length > 1 && ruler.measureText(`${letters.join('')}…`).width > WIDEST) letters.pop();
  return `${letters.join('')}…`;
}

/** A label: lines of text on a ground of the page's own colour; the second line is smaller. */
export function label(lines, { ink, paper, edge, dashed = false, faded = false }) {
  ruler.font = FONT;
  const shown = lines.filter((each) => each !== '').map(shortened);
  const width = Math.max(...shown.map((each) => ruler.measureText(each).width)) + 12;
  const height = 17 * shown.length + 4;
  const [pen, done] = canvas(width, height);
  pen.globalAlpha = faded ? 0.6 : 0.92;
  pen.fillStyle = paper;
  pen.strokeStyle = edge;
  pen.lineWidth = 1.5;
  if (dashed) pen.setLineDash([4, 3]);
  pen.beginPath();
  pen.roundRect(1, 1, width - 2, height - 2, 4);
  pen.fill();
  pen.stroke();
  pen.globalAlpha = faded ? 0.75 : 1;
  pen.fillStyle = ink;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.font = FONT;
  shown.forEach((each, n) => pen.fillText(each, width / 2, 10.5 + 17 * n));
  return done();
}

// dimension and kind of a unit, as APP-6 / MIL-STD-2525 has them: who it is follows from `side` alone
const DIMENSION = { aircraft: 'A', vessel: 'S', vehicle: 'G' };
// own ones as own, those of the other party as neutral, nobody's as unknown; there is no other word for anybody
const SIDE = { ours: 'F', theirs: 'N', '': 'U' };

/** The symbol of a track, as an image; `state`: live, stale or lost. */
export function symbol(kind, whose, state, night) {
  const made = new globalThis.ms.Symbol(`S${SIDE[whose] ?? 'U'}${DIMENSION[kind] ?? 'Z'}P-----------`, {
    size: 20, strokeWidth: 5, outlineWidth: 5, outlineColor: night ? '#0c1217' : '#ffffff', colorMode: night ? 'Medium' : 'Light',
    ...(state === 'lost' ? { monoColor: night ? '#9aa7b0' : '#5c6a73' } : {}),
  });
  const drawn = made.asCanvas(RATIO);
  return drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height);
}

export const PIXEL_RATIO = RATIO;
