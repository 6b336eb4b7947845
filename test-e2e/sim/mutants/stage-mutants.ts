import type { Mutant } from './mutant.ts';

const SDK = 'packages/executor-sdk/src';
const PARKED = `${SDK}/adapters/memory/parked-tasks.ts`;
const STORE = `${SDK}/adapters/memory/store.ts`;

/** Bugs in actions of several steps, and in tasks that wait without a worker. */
export const STAGE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a later step is not recorded as begun',
    edits: [
      {
        file: STORE,
        find: 'attempts.set(attemptName(key), stored);',
        replace: 'new Map().set(attemptName(key), stored);',
      },
    ],
  },
  {
    name: 'who has lost a look goes on all the same',
    edits: [
      {
        file: PARKED,
        find: "if (row === undefined) return findNext(store, next) ?? 'lost';",
        replace: 'if (row === undefined) return findNext(store, next) ?? insertNext(store, next);',
      },
    ],
  },
  {
    name: 'what was parked goes on after its abort',
    edits: [
      {
        file: PARKED,
        find: 'if (row === undefined) return false;\n      parked.delete(parkName(task));',
        replace: 'if (row === undefined) return false;',
      },
    ],
  },
  {
    name: 'what waits is never woken',
    edits: [{ file: STORE, find: 'wakeAt: elapsed() + wakeInMs };', replace: 'wakeAt: Number.POSITIVE_INFINITY };' }],
  },
  {
    name: 'a wait has no end',
    edits: [
      {
        file: `${SDK}/core/use-cases/look-at-parked.ts`,
        find: 'const late = task.answer === undefined && claimedAt.getTime() >= until.getTime();',
        replace: 'const late = task.answer === undefined && claimedAt.getTime() < 0 * until.getTime();',
      },
    ],
  },
  {
    name: 'a retry begins with the first step again',
    edits: [
      {
        file: `${SDK}/core/use-cases/begin-task.ts`,
        find: 'continues && command.generation > 1 ?',
        replace: 'continues && command.generation > 1_000 ?',
      },
    ],
  },
  {
    name: 'whatever a person says is agreement',
    edits: [
      {
        file: 'services/request/src/core/use-cases/decide-task.ts',
        find: '    approved: vote.approved,\n    by:',
        replace: '    approved: true,\n    by:',
      },
    ],
  },
  {
    name: 'a step that went on is sent again when its command comes again',
    edits: [
      {
        file: `${SDK}/adapters/memory/standing.ts`,
        find: 'return rival && answerFor(rival);',
        replace: 'return rival?.goneOn ? undefined : rival && answerFor(rival);',
      },
    ],
  },
];
