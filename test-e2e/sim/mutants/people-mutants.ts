import type { Mutant } from './mutant.ts';

const DOMAIN = 'services/request/src/core/domain';

/** Bugs in what people agree to, and in what they are handed. */
export const PEOPLE_MUTANTS: readonly Mutant[] = [
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
