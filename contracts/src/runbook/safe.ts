import type { RunbookPage } from './page.ts';

type Safe = RunbookPage['safe'];

const BY_HAND: Safe = {
  'complete-task': 'Yes, when somebody made it by hand: give its outputs.',
  escalate: 'Yes: people get a ticket for what is left.',
  abort: 'Yes: what the completed tasks made stays and has to be taken back by hand.',
};

export const NOTHING_HAPPENED = 'Nothing: it was not sent to the target, or the target refused it.';
export const PERHAPS_HAPPENED =
  'The effect itself. Nobody knows: the target had the call. What it made carries a name that starts with `pao-<task id>-g<generation>`.';

/** Nothing took effect: once the cause is gone it may simply run again. */
export const safeAgain = (when: string): Safe => ({ retry: when, ...BY_HAND });

/** It may have taken effect: look before anything else. */
export const SAFE_ONCE_CHECKED: Safe = {
  retry: 'Only once you have looked and it is **not** there, with `--acknowledge-unknown`; else it may be made twice.',
  'complete-task': 'Yes, when it is there: give its outputs.',
  escalate: 'Yes: the ticket says that it may have happened.',
  abort: 'Yes, but look first: what was made stays, and nobody else will look for it.',
};

export const LOOK_AT_TARGET =
  'Whether it is there: look at the target for that name, or for what the evidence of the failure says.';
