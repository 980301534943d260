// Keys for everything. A single letter acts only where nobody is typing and no dialog is open.

const held = []; // the newest first
let waiting = null; // the first of two letters, such as g in g p
let waited = null; // until it is the first no more

/** Whether whoever sits here is typing into something. */
function typing(target) {
  return target.closest?.('input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]') !== null;
}

/**
 * A key: `press` is 'c', 'g p' (one after the other), '?', 'Escape', 'Control+Enter'. `words`: the key of words.js
 * that says what it does. `anywhere`: while somebody types, too, but not beneath a dialog. Gives what ends it.
 */
export function key(press, words, does, { anywhere = false } = {}) {
  const made = { press, words, does, anywhere };
  held.unshift(made);
  return () => {
    const at = held.indexOf(made);
    if (at >= 0) held.splice(at, 1);
  };
}

/** All keys that count now, for the page that lists them: [{press, words}]. */
export function keys() {
  const seen = new Set();
  return held.filter(({ press }) => !seen.has(press) && seen.add(press)).map(({ press, words }) => ({ press, words }));
}

function named(event) {
  const before = `${event.ctrlKey || event.metaKey ? 'Control+' : ''}${event.altKey ? 'Alt+' : ''}`;
  return before + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

// the letter of the key itself where the keyboard is set to letters that are not Latin
function latin(event) {
  const code = /^Key([A-Z])$/.exec(event.code);
  return code !== null && event.key.length === 1 && !/[a-z]/i.test(event.key) ? code[1].toLowerCase() : null;
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  // whoever leans on a letter does it once: the next alarm is another one
  if (event.repeat && (event.key === 'Enter' || /^\p{L}$/u.test(event.key))) return;
  const over = document.querySelector('dialog[open]') !== null;
  const busy = over || typing(event.target);
  const names = [named(event)];
  const letter = latin(event);
  if (letter !== null && !event.ctrlKey && !event.altKey && !event.metaKey) names.push(letter);
  const wanted = waiting === null ? names : names.map((each) => `${waiting} ${each}`);
  const found = held.find(({ press, anywhere }) => wanted.includes(press) && (anywhere ? !over : !busy));
  clearTimeout(waited);
  waiting = null;
  if (found !== undefined) {
    event.preventDefault();
    found.does(event);
  } else if (!busy && names.some((each) => held.some(({ press }) => press.startsWith(`${each} `)))) {
    waiting = names.at(-1);
    waited = setTimeout(() => { waiting = null; }, 1_500);
  }
});
