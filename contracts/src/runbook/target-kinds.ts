import type { RunbookPage } from './page.ts';
import { LOOK_AT_TARGET, NOTHING_HAPPENED, PERHAPS_HAPPENED, SAFE_ONCE_CHECKED, safeAgain } from './safe.ts';

/** What a page about a target says itself; who has to act is mostly the team that offers it. */
export type Told = Pick<RunbookPage, 'title' | 'meaning' | 'check'> & Partial<Pick<RunbookPage, 'owner'>>;

/** Nothing was sent, or the target refused it. */
export const definite = (told: Told, when: string): RunbookPage => ({
  area: 'target',
  mayHaveHappened: NOTHING_HAPPENED,
  safe: safeAgain(when),
  owner: 'platform team',
  ...told,
});

/** The first byte may have left, and no answer says what came of it. */
export const unknown = ({ check, ...told }: Told): RunbookPage => ({
  area: 'target',
  mayHaveHappened: PERHAPS_HAPPENED,
  check: [LOOK_AT_TARGET, ...check],
  safe: SAFE_ONCE_CHECKED,
  owner: 'platform team',
  ...told,
});
