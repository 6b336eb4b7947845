import type { RunbookPages } from './page.ts';
import { LOOK_AT_TARGET, NOTHING_HAPPENED, PERHAPS_HAPPENED, SAFE_ONCE_CHECKED, safeAgain } from './safe.ts';

/** What executors of other teams come to by themselves, beside codes of their own. */
export const executorPages: RunbookPages = {
  ACTION_BROKE_OFF: {
    area: 'target',
    title: 'The action broke off',
    meaning: 'The code of the action type threw an error that says nothing of whether its effect happened.',
    mayHaveHappened: PERHAPS_HAPPENED,
    check: [
      LOOK_AT_TARGET,
      'The message and the log of the task; the executor of the pool has the rest in its own log.',
    ],
    safe: SAFE_ONCE_CHECKED,
    owner: 'platform team',
  },
  ACTION_TIMED_OUT: {
    area: 'target',
    title: 'The action did not end in its time',
    meaning: 'The code of the action type had not come to an end when the time that the document gives was over.',
    mayHaveHappened: PERHAPS_HAPPENED,
    check: [
      LOOK_AT_TARGET,
      '`timeout` of the action in the document.',
      'Whether the target is slow or does not answer.',
    ],
    safe: SAFE_ONCE_CHECKED,
    owner: 'platform team',
  },
  ACTION_FAILED: {
    area: 'target',
    title: 'The action failed',
    meaning: 'The action type says that its effect did not happen, with a code that is none; the message tells why.',
    mayHaveHappened: NOTHING_HAPPENED,
    check: ['The message of the failure.', 'The action type: its codes are in capitals, with `_` between words.'],
    safe: safeAgain('Once what the message names is put right.'),
    owner: 'platform team',
  },
};
