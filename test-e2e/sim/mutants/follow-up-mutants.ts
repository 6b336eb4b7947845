import type { Mutant } from './mutant.ts';

const EXECUTOR = 'packages/executor-sdk/src';
const STANDING = `${EXECUTOR}/adapters/memory/standing.ts`;
const DOMAIN = 'services/request/src/core/domain';

/** Bugs in how one command brings several tasks. */
export const FOLLOW_UP_MUTANTS: readonly Mutant[] = [
  {
    name: 'who asks for a task whose follow-up has begun hears nothing',
    edits: [
      {
        file: STANDING,
        find: 'if (followedBy) tellEndsOf(followedBy);\n    else if (told)',
        replace: 'if (told)',
      },
      {
        file: STANDING,
        find: 'if (attempt.followedBy) return standing(attempt.followedBy);',
        replace: '',
      },
    ],
  },
  {
    name: 'what was completed before a follow-up is told to nobody',
    edits: [
      {
        file: `${EXECUTOR}/core/domain/task-events.ts`,
        find: '...(completedBefore.length > 0 && { completedBefore: [...completedBefore] })',
        replace: '...(completedBefore.length > 1_000 && { completedBefore: [...completedBefore] })',
      },
    ],
  },
  {
    name: 'an order goes on although it was told of',
    edits: [
      {
        file: `${EXECUTOR}/core/use-cases/follow-ups.ts`,
        find: 'following = undefined;',
        replace: 'left = [...left];',
      },
    ],
  },
  {
    name: 'an abort skips what its executor may have begun with',
    edits: [
      {
        file: `${DOMAIN}/decisions.ts`,
        find: "(task.status === 'pending' && !isHandedOver(request, task)) ||",
        replace: "task.status === 'pending' ||",
      },
    ],
  },
  {
    name: 'an aborted request keeps what its executor has let go of',
    edits: [
      {
        file: `${DOMAIN}/decide.ts`,
        find: "if (request.status !== 'aborting') return [];",
        replace: "if (request.status !== 'completed') return [];",
      },
    ],
  },
  {
    name: 'a follow-up may read what is not there yet',
    edits: [
      {
        file: `${DOMAIN}/follow-ups.ts`,
        find: 'return !readsOf(planned).some((read) => unknown.some((position) => mayGive(plan, position, read)));',
        replace: 'return unknown.length < 1_000 && mayGive.length > 0 && readsOf(planned).length < 1_000;',
      },
    ],
  },
  {
    name: 'a command brings follow-ups while another task is under way',
    edits: [
      {
        file: `${DOMAIN}/follow-ups.ts`,
        find: 'if (request.tasks.some((task) => task !== head && isBeside(request, task))) return [];',
        replace: 'if (request.tasks.some((task) => task === undefined && isBeside(request, task))) return [];',
      },
    ],
  },
  {
    name: 'a follow-up begins although the task before it has failed',
    edits: [
      {
        file: `${EXECUTOR}/core/use-cases/record-end.ts`,
        find: "if (ending.kind === 'ok' && ending.waitsFor === undefined) {\n      const followed = await follow(request, end, completedTask(command, ending, outputs, moment));",
        replace:
          "if (ending.kind !== 'unknown') {\n      const followed = await follow(request, end, completedTask(command, ending as never, outputs, moment));",
      },
    ],
  },
];
