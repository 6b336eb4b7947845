import type { Mutant } from './mutant.ts';

const MEMORY = 'services/request/src/adapters/memory/quotas.ts';
const DOMAIN = 'services/request/src/core/domain/quota.ts';

/** Bugs in what is counted of quotas. */
export const QUOTA_MUTANTS: readonly Mutant[] = [
  {
    name: 'what stands is not counted',
    edits: [
      {
        file: MEMORY,
        find: 'return takeUnits(quotas, usedBy(state',
        replace: 'return takeUnits(quotas, new Map() ?? usedBy(state',
      },
    ],
  },
  {
    name: 'an abort gives nothing back',
    edits: [
      {
        file: DOMAIN,
        find: "status === 'aborted' ? 'released' : 'reserved'",
        replace: "status === 'aborting' ? 'released' : 'reserved'",
      },
    ],
  },
  {
    name: 'what failed is given back',
    edits: [
      {
        file: DOMAIN,
        find: "status === 'aborted' ? 'released' : 'reserved'",
        replace: "status === 'aborted' || status === 'failed' ? 'released' : 'reserved'",
      },
    ],
  },
  {
    name: 'what is completed does not count any more',
    edits: [
      {
        file: DOMAIN,
        find: "if (status === 'completed') return 'committed';",
        replace: "if (status === 'completed') return 'released';",
      },
    ],
  },
  {
    name: 'the limit is one more',
    edits: [
      {
        file: DOMAIN,
        find: 'wouldExceed: before.wouldExceed || after > max',
        replace: 'wouldExceed: before.wouldExceed || after > max + 1',
      },
    ],
  },
];
