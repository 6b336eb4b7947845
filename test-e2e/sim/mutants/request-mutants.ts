import type { Mutant } from './mutant.ts';

const DOMAIN = 'services/request/src/core/domain';

/** Bugs in what becomes of a request and its tasks, and in the audit of it. */
export const REQUEST_MUTANTS: readonly Mutant[] = [
  {
    name: 'a retry keeps the generation',
    edits: [
      {
        file: `${DOMAIN}/evolve.ts`,
        find: 'generation: task.generation + 1,',
        replace: 'generation: task.generation,',
      },
    ],
  },
  {
    name: 'a retry runs everything again',
    edits: [
      {
        file: `${DOMAIN}/evolve.ts`,
        find: 'event.again.includes(task.position) ? again(task) : task',
        replace: 'event.again.length > 0 ? again(task) : task',
      },
    ],
  },
  {
    name: 'a retry needs no acknowledgement',
    edits: [
      {
        file: `${DOMAIN}/decisions.ts`,
        find: 'unknown.length > 0 && !decision.acknowledgeUnknown',
        replace: 'unknown.length > 1_000 && !decision.acknowledgeUnknown',
      },
    ],
  },
  {
    name: 'a task does not wait for what it depends on',
    edits: [
      {
        file: `${DOMAIN}/decide.ts`,
        find: 'task.dependsOn.every((position) => isOver(taskAt(request, position).status))',
        replace: 'task.dependsOn.every((position) => taskAt(request, position) !== undefined || isOver(task.status))',
      },
    ],
  },
  {
    name: 'a task waits only until what it depends on has begun',
    edits: [
      {
        file: `${DOMAIN}/decide.ts`,
        find: 'task.dependsOn.every((position) => isOver(taskAt(request, position).status))',
        replace:
          "task.dependsOn.every((position) => isOver(taskAt(request, position).status) || taskAt(request, position).status === 'processing')",
      },
    ],
  },
  {
    name: 'a failed request goes on with its other tasks',
    edits: [
      {
        file: `${DOMAIN}/decide.ts`,
        find: '  isRunning(request.status) &&\n',
        replace: '  (isRunning(request.status) || true) &&\n',
      },
    ],
  },
  {
    name: 'a stuck task does not stop its request',
    edits: [
      {
        file: `${DOMAIN}/status.ts`,
        find: "=> status === 'failed' || status === 'stuck';",
        replace: "=> status === 'failed';",
      },
    ],
  },
  {
    name: 'an abort does not wait for what is under way',
    edits: [
      {
        file: `${DOMAIN}/status.ts`,
        find: "tasks.some(({ status }) => isLeft(status)) ? 'aborting' : 'aborted'",
        replace: "tasks.some(({ status }) => status === 'processing') ? 'aborting' : 'aborted'",
      },
    ],
  },
  {
    name: 'an abort leaves pending tasks as they are',
    edits: [
      {
        file: `${DOMAIN}/decisions.ts`,
        find: "(task.status === 'pending' && !isHandedOver(request, task)) ||",
        replace: "(task.status === 'pending' && isHandedOver(request, task)) ||",
      },
    ],
  },
  {
    name: 'a condition that says no is ignored',
    edits: [
      {
        file: `${DOMAIN}/settle-conditions.ts`,
        find: 'if (verdict.ok && verdict.value) return progress;',
        replace: 'if (verdict.ok) return progress;',
      },
    ],
  },
  {
    name: 'a row of the audit is missing',
    edits: [
      {
        file: `${DOMAIN}/audit.ts`,
        find: 'changes: [...changes, ...rows]',
        replace: 'changes: [...changes, ...rows.slice(0, 1)]',
      },
    ],
  },
  {
    name: 'the head of the audit is not moved on',
    edits: [
      { file: `${DOMAIN}/audit.ts`, find: '{ ...request, audit: head, updatedAt', replace: '{ ...request, updatedAt' },
    ],
  },
  {
    name: 'the audit is no chain',
    edits: [
      {
        file: 'contracts/src/audit/chain.ts',
        find: '  JSON.stringify([\n    previous,',
        replace: '  JSON.stringify([\n    previous.slice(0, 0),',
      },
    ],
  },
];
