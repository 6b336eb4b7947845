import type { RunbookPages } from './page.ts';
import { NOTHING_HAPPENED, safeAgain } from './safe.ts';

/** Secrets that documents name and that the executor could not have. Found before anything is sent. */
export const secretPages: RunbookPages = {
  SECRET_DENIED: {
    area: 'task',
    title: 'A credential is not given to the executor',
    meaning:
      'The store of secrets refuses the secret to the executor, or the executor may not give it to documents. Nothing was sent.',
    check: [
      'What the store says: the policy of the role or token that the executor uses.',
      '`PAO_SECRETS_ALLOW` of the executor.',
    ],
    owner: 'operator',
    mayHaveHappened: NOTHING_HAPPENED,
    safe: safeAgain('Once the executor may read it.'),
  },
  SECRET_UNUSABLE: {
    area: 'task',
    title: 'A reference to a credential leads to nothing usable',
    meaning:
      'The reference is not written as its store wants it, or what lies there is no text, no JSON with such a member, or too large. Nothing was sent.',
    check: ['The reference in the document.', 'The secret in its store.'],
    owner: 'platform team',
    mayHaveHappened: NOTHING_HAPPENED,
    safe: safeAgain('Once the reference or the secret is put right.'),
  },
};
