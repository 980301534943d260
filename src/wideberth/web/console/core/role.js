// In which role whoever is signed in speaks: the post on duty, in the words that go on the line; never a name.

import * as api from './api.js';
import { has, t } from './words.js';

const WORDS = { officer: 'duty officer', deputy: 'deputy', commander: 'commander' };

/** The role, as it goes on the record; whoever has no post speaks as the duty officer's desk. */
export async function role(session) {
  let posts = [];
  try {
    posts = await api.get('/v1/duty');
  } catch (problem) {
    // whoever may not see the posts has none; where they were not read, no role is put on the record
    if (problem.status !== 403 && problem.status !== 404) throw problem;
  }
  return WORDS[posts.find((each) => each.name === session.name)?.post] ?? WORDS.officer;
}

/** Whether whoever is signed in has a post on duty: their sign of presence counts. */
export async function hasPost(session) {
  const posts = await api.get('/v1/duty');
  return posts.some((each) => each.name === session.name);
}

/** A role in the chosen language, where it is one of ours (words/rings.json); else as it was said. */
export function roleWords(said) {
  const key = `rings.role_${String(said ?? '').replaceAll(' ', '_')}`;
  return has(key) ? t(key) : String(said ?? '');
}
