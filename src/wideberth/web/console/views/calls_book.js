// The phrase book of the hotline, read once; what a call says in each language; whom it can be said to.

import * as api from '../core/api.js';
import { own } from '../core/html.js';
import { coded, lang } from '../core/words.js';

export const LANGUAGES = ['en', 'ru', 'he', 'ar'];
export const RIGHT_TO_LEFT = new Set(['he', 'ar']);
export const PRECEDENCES = ['flash', 'immediate', 'priority', 'routine'];
export const ROLES = ['officer', 'deputy', 'watch', 'commander', 'interpreter'];

let reading = null;

/** The book: {phrases, labels, choices, of(code)}. */
export function book() {
  reading ??= api.get('/v1/phrases').then((found) => {
    const byCode = new Map(found.phrases.map((each) => [each.code, each]));
    return { ...found, of: (code) => byCode.get(code) ?? null };
  }).catch((problem) => {
    reading = null;
    throw problem;
  });
  return reading;
}

/** What a call says, or would say: fields, said (by language), notations, doubts, missing. */
export const said = (asked) => api.post('/v1/phrases/said', asked);

/** The same of a call as the node gives it. */
export const saidOf = (call, more = {}) => said({
  code: call.code, fields: call.fields, precedence: call.precedence, to: call.to, language: call.language,
  text: call.text, re: call.re, line: call.line, call: call.call, at: call.at,
  sender: call.mine ? '' : call.label ?? '', ...more,
});

/** A text of the book, {en: {text, checked}, …}, in the language that is shown. */
export const inMine = (texts) => texts?.[lang()]?.text ?? texts?.en?.text ?? '';

/** What a code says, in a few words; of free text its beginning. */
export function titleOf(known, call) {
  if (call.code === null) return own(call.text ?? '');
  const phrase = known.of(call.code);
  return phrase === null ? own(call.code) : inMine(phrase.titles);
}

/** A role in words; one that somebody wrote as it is. */
export function roleOf(role) {
  const known = role === 'duty officer' ? 'officer' : role;
  return ROLES.includes(known) ? coded('calls', `role_${known}`) : own(role);
}

/** The role in which whoever sits here speaks: the post that they hold, else officer. */
export async function myRole(session) {
  try {
    const posts = await api.get('/v1/duty');
    return posts.find((each) => each.name === session.name)?.post ?? 'officer';
  } catch {
    return 'officer';
  }
}
