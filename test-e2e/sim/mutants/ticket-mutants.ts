import type { Mutant } from './mutant.ts';

const TICKETS = 'services/escalation/src/core/domain/tickets';
const LEDGER = `${TICKETS}/ledger.ts`;
const JIRA = 'services/escalation/src/adapters/jira';

/** Bugs in the tickets for what people have to do, and in how they come back. */
export const TICKET_MUTANTS: readonly Mutant[] = [
  {
    name: 'that a ticket is being created is not recorded',
    edits: [
      {
        file: LEDGER,
        find: 'return { handover: withStep(handover, step), step };',
        replace: "return { handover: step.name === 'create' ? handover : withStep(handover, step), step };",
      },
    ],
  },
  {
    name: 'a creation that was left behind is begun again',
    edits: [
      {
        file: LEDGER,
        find: "const isAbandoned = due.state === 'started' && kindOf(due) === 'create';",
        replace: "const isAbandoned = due.state === 'started' && kindOf(due) === 'create' && due.tries > 1_000;",
      },
    ],
  },
  {
    name: 'a ticket that may be there is created again',
    edits: [
      {
        file: LEDGER,
        find: "if (outcome.kind !== 'unknown') return announce(withStep(handover, again(step, outcome, now)));",
        replace: 'if (step.tries < 1_000) return announce(withStep(handover, again(step, outcome, now)));',
      },
    ],
  },
  {
    name: 'a ticket that is not found is created again',
    edits: [
      {
        file: LEDGER,
        find: 'if (next === undefined) return announce(withStep(handover, flagged(step, unknownProblem())));',
        replace:
          "if (next === undefined) return announce(withStep(handover, { ...step, state: 'due', dueAt: now, detail: { again: 2 } }));",
      },
    ],
  },
  {
    name: 'one of several tickets is the one',
    edits: [
      {
        file: LEDGER,
        find: 'if (first && more.length > 0) return announce',
        replace: 'if (first && more.length > 1_000) return announce',
      },
    ],
  },
  {
    name: 'a person need not say that a ticket may be there',
    edits: [
      {
        file: 'services/escalation/src/core/use-cases/mend-ticket.ts',
        find: "if (create?.state !== 'flagged') return undefined;",
        replace: "if (create?.state !== 'void') return undefined;",
      },
    ],
  },
  {
    name: 'links are made without a look',
    edits: [{ file: `${JIRA}/jira-ticket-system.ts`, find: 'if (isThere) return done;', replace: '' }],
  },
  {
    name: 'comments are made without a look',
    edits: [
      {
        file: `${JIRA}/jira-ticket-system.ts`,
        find: 'if (comments.value.some(({ body }) => plainTextOf(body).includes(name))) return done;',
        replace: '',
      },
    ],
  },
  {
    name: 'links wait for nothing and are forgotten',
    edits: [
      {
        file: LEDGER,
        find: 'return ends.every((ticket) => ticket?.issue) ? { ...step, dueAt: now } : step;',
        replace: "return ends.every((ticket) => ticket?.issue) ? { ...step, dueAt: now } : { ...step, state: 'void' };",
      },
    ],
  },
  {
    name: 'that it is not enough is said to nobody',
    edits: [
      {
        file: `${TICKETS}/refuse-hand-back.ts`,
        find: 'withStep(withTicket(handover, open), comment)',
        replace: 'withTicket(handover, open)',
      },
    ],
  },
  {
    name: 'no ticket says that its task may have happened',
    edits: [
      {
        file: 'services/request/src/core/use-cases/escalating-message.ts',
        find: "mayHaveHappened: task.stuck === 'outcome-unknown',",
        replace: 'mayHaveHappened: task.stuck === null && task.generation > 1_000,',
      },
    ],
  },
  {
    name: 'tickets that nobody needs are left open',
    edits: [
      {
        file: `${TICKETS}/withdraw.ts`,
        find: 'return closing(dropped(withTicket(explained, { ...ticket, state, flag: null }), ticket), ticket, now);',
        replace: 'return dropped(withTicket(explained, { ...ticket, state, flag: null }), ticket);',
      },
    ],
  },
  {
    name: 'a ticket whose task was completed by hand is left to people',
    edits: [
      {
        file: `${TICKETS}/withdraw.ts`,
        find: "if (by !== 'ticket') return",
        replace: "if (by === 'automation') return",
      },
    ],
  },
  {
    name: 'the tickets of what was resumed are left open',
    edits: [
      {
        file: 'services/escalation/src/adapters/bus/handle-message.ts',
        find: "await handlers.handover.ended(resumed, 'request-resumed', message.data.tasks);",
        replace: '',
      },
    ],
  },
  {
    name: 'what was written first counts',
    edits: [
      {
        file: `${JIRA}/look.ts`,
        find: 'comments.map(({ body }) => body).toReversed();',
        replace: 'comments.map(({ body }) => body);',
      },
    ],
  },
  {
    name: 'what was declined is done',
    edits: [
      {
        file: `${JIRA}/look.ts`,
        find: "declined.has(resolution.toLowerCase()) ? 'declined' : 'done'",
        replace: "declined.has(resolution) ? 'declined' : 'done'",
      },
    ],
  },
  {
    name: 'that tickets are there is told to nobody',
    edits: [
      {
        file: `${TICKETS}/announce.ts`,
        find: "const events = late.map((ticket): HandoverEvent => ({ kind: 'ticket-opened', ticket }));",
        replace: 'const events: readonly HandoverEvent[] = [];',
      },
    ],
  },
];
