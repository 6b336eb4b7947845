import type { Mutant } from './mutant.ts';

const DOMAIN = 'services/request/src/core/domain';
const USE_CASES = 'services/request/src/core/use-cases';
const STORE = 'services/request/src/adapters/memory/request-store.ts';

/** Bugs in how requests are decided and stored. */
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
        find: "filter((task) => task.status === 'pending' || hasFailed",
        replace: 'filter((task) => hasFailed',
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
  {
    name: 'the version is not compared when a report is saved',
    edits: [
      {
        file: STORE,
        find: "if (state.handled.has(eventId)) return 'handled';\n    if (state.requests.get(before.id)?.version !== before.version) return 'conflict';",
        replace: "if (state.handled.has(eventId)) return 'handled';",
      },
    ],
  },
  {
    name: 'the version a person saw is not compared',
    edits: [
      {
        file: `${USE_CASES}/decide-request.ts`,
        find: '(version !== undefined && version !== request.version)',
        replace: '(version !== undefined && version > request.version)',
      },
    ],
  },
  {
    name: 'a report of another generation is taken for one of this',
    edits: [
      {
        file: `${DOMAIN}/decide.ts`,
        find: 'if (task.generation !== command.generation)',
        replace: 'if (task.generation < command.generation)',
      },
      { file: STORE, find: "if (state.handled.has(eventId)) return 'handled';", replace: '' },
    ],
  },
  {
    name: 'a submission does not look for an earlier answer',
    edits: [
      {
        file: STORE,
        find: "return 'catalog-changed';\n    const { answer } = submission;\n    if (answer && state.answers.has(keyText(answer.key))) return 'answered';",
        replace: "return 'catalog-changed';\n    const { answer } = submission;",
      },
    ],
  },
  {
    name: 'an idempotency key is everybody’s',
    edits: [
      {
        file: STORE,
        find: '[key.tenantId, key.principal, key.route, key.key]',
        replace: '[key.tenantId, key.route, key.key]',
      },
    ],
  },
  {
    name: 'the first message of a change is not stored',
    edits: [
      { file: STORE, find: '[...state.outbox, ...messages]', replace: '[...state.outbox, ...messages.slice(1)]' },
    ],
  },
  {
    name: 'messages are stored whether or not their change is',
    edits: [
      {
        file: STORE,
        find: "if (state.handled.has(eventId)) return 'handled';",
        replace:
          "state.outbox = [...state.outbox, ...next.messages];\n    if (state.handled.has(eventId)) return 'handled';",
      },
    ],
  },
  {
    name: 'a command is the same for every generation',
    edits: [
      {
        file: `${USE_CASES}/messages.ts`,
        find: 'const attempt = `${task.id}-g${task.generation}`;',
        replace: 'const attempt = `${task.id}-g`;',
      },
    ],
  },
  {
    name: 'a command that is sent again looks like the first',
    edits: [
      {
        file: `${USE_CASES}/messages.ts`,
        find: 'dedupId: resends === 0 ? attempt : `${attempt}-r${resends}`,',
        replace: 'dedupId: resends < 0 ? `${attempt}-r${resends}` : attempt,',
      },
    ],
  },
  {
    name: 'nobody asks after what is under way',
    edits: [{ file: STORE, find: "(status === 'queued' || status === 'processing')", replace: "status === 'queued'" }],
  },
  {
    name: 'nothing is sent again',
    edits: [
      {
        file: `${USE_CASES}/resend-overdue.ts`,
        find: 'if (await resend(task, dependencies)) sent += 1;',
        replace: 'if (sent < 0 && (await resend(task, dependencies))) sent += 1;',
      },
    ],
  },
  {
    name: 'a task is made of the version that is offered now',
    edits: [
      {
        file: `${USE_CASES}/select-documents.ts`,
        find: 'const main = await catalog.pinned(request.catalog);',
        replace: 'const main = (await catalog.offered(request.catalog.id)) ?? (await catalog.pinned(request.catalog));',
      },
    ],
  },
  {
    name: 'a retry is told to nobody',
    edits: [
      {
        file: `${USE_CASES}/decision-messages.ts`,
        find: 'return [retriedMessage(parts, context)];',
        replace: 'return [];',
      },
    ],
  },
  {
    name: 'a failure is told to nobody',
    edits: [
      {
        file: `${USE_CASES}/messages.ts`,
        find: "if (after.status === 'failed') return [failedMessage(after, context)];",
        replace: "if (after.status === 'failed' && before.version === 0) return [failedMessage(after, context)];",
      },
    ],
  },
  {
    name: 'a report is acknowledged before it is stored',
    edits: [
      {
        file: 'services/request/src/adapters/bus/inbox.ts',
        find: 'if (report) await record(report);',
        replace: 'if (report) void record(report).catch(() => {});',
      },
    ],
  },
  {
    name: 'one approved stage is enough',
    edits: [
      {
        file: `${DOMAIN}/evolve-approvals.ts`,
        find: "approvals.every(({ state }) => state === 'approved')",
        replace: "approvals.some(({ state }) => state === 'approved')",
      },
    ],
  },
  {
    name: 'a person may approve twice',
    edits: [
      {
        file: `${DOMAIN}/decide-approval.ts`,
        find: "hasDecided(approval, vote.by) ? { kind: 'decided-before' } : undefined",
        replace: "hasDecided(approval, vote.by) && vote.kind === 'reject' ? { kind: 'decided-before' } : undefined",
      },
    ],
  },
  {
    name: 'people approve their own requests',
    edits: [
      {
        file: `${DOMAIN}/decide-approval.ts`,
        find: "if (isSamePerson(request.requester, vote.by)) return { kind: 'own-request' };",
        replace: '',
      },
    ],
  },
  {
    name: 'people are handed what an executor is at',
    edits: [
      {
        file: `${DOMAIN}/decide-escalation.ts`,
        find: "if (underWay.length > 0) return err({ kind: 'under-way', tasks: underWay });",
        replace: '',
      },
    ],
  },
  {
    name: 'a task that may have happened is given back to the automation',
    edits: [
      {
        file: `${DOMAIN}/escalation.ts`,
        find: 'waitsForPeople(request, task) && !wasTried(task)',
        replace: 'waitsForPeople(request, task)',
      },
      {
        file: `${DOMAIN}/decide-escalation.ts`,
        find: "if (tasks.length > 0) return err({ kind: 'unsettled', tasks });",
        replace: '',
      },
    ],
  },
];
