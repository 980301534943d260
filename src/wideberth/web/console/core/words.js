// The console's words, in four languages: words/AREA.json, each entry with en, ru, he, ar.

export const LANGUAGES = { en: 'English', ru: 'Русский', he: 'עברית', ar: 'العربية' };
const RIGHT_TO_LEFT = new Set(['he', 'ar']);
const known = new Map();
const loading = new Map();
let language = 'en';
const listeners = new Set();

/** The words of areas, once loaded; whoever shows them waits for this first. */
export function load(...areas) {
  return Promise.all(areas.map((area) => {
    if (!loading.has(area)) {
      const url = new URL(`../words/${area}.json`, import.meta.url);
      loading.set(area, fetch(url).then((answer) => answer.json()).then((found) => {
        for (const [key, each] of Object.entries(found)) known.set(`${area}.${key}`, each);
      }).catch((error) => {
        loading.delete(area); // the next who asks tries again
        throw error;
      }));
    }
    return loading.get(area);
  }));
}

export const lang = () => language;
export const direction = () => (RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr');

/** Another language; all views are drawn anew by whoever listens. */
export function setLanguage(next) {
  language = next in LANGUAGES ? next : 'en';
  document.documentElement.lang = language;
  document.documentElement.dir = direction();
  for (const each of listeners) each();
}

export function whenLanguage(does) {
  listeners.add(does);
  return () => listeners.delete(does);
}

/** Whether there are such words. */
export const has = (key) => known.has(key);

/**
 * The words of a key ('duty.title'), with {names} in them replaced. Where an entry counts (it has forms such as
 * one, few, other), `n` says which. A key without words is shown as it is: a test looks for that.
 */
export function t(key, values = {}) {
  const found = known.get(key);
  if (found === undefined) return key;
  let said = found[language] ?? found.en;
  if (typeof said === 'object') {
    said = said[new Intl.PluralRules(language).select(values.n ?? 0)] ?? said.other;
  }
  return said.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    // numbers, names and ids keep their own direction within the sentence
    return `\u2068${typeof value === 'number' ? number(value) : value}\u2069`;
  });
}

/** The words for a code that the node gives: `t(area.code)` where there are such, else the code itself. */
export const coded = (area, code) => (has(`${area}.${code}`) ? t(`${area}.${code}`) : String(code ?? ''));

/** A number in digits that all can read aloud the same: Latin ones, grouped as the language does. */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(`${language}-u-nu-latn`, {
    maximumFractionDigits: digits, minimumFractionDigits: 0,
  }).format(value);
}
