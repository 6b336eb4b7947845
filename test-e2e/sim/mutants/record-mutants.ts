import type { Mutant } from './mutant.ts';

const DOMAIN = 'services/request/src/core/domain';
const USE_CASES = 'services/request/src/core/use-cases';
const STORE = 'services/request/src/adapters/memory/request-store.ts';

/** Bugs in what is stored of a request, and in what others are told of it. */
export const RECORD_MUTANTS: readonly Mutant[] = [
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
        find: 'return task.generation === generation ? ok(task)',
        replace: 'return task.generation >= generation ? ok(task)',
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
    edits: [
      {
        file: STORE,
        find: "(task.status === 'queued' || task.status === 'processing' ||",
        replace: "(task.status === 'queued' ||",
      },
    ],
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
];
