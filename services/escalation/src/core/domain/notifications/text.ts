import type { Facts } from './subscription.ts';

const TITLES = {
  failed: 'Request failed',
  'approval-wanted': 'Approval wanted',
  'approval-reminder': 'An approval still waits',
  'approval-decided': 'Approval decided',
  escalated: 'Request handed to people',
  'handed-back': 'Task completed by people',
  completed: 'Request completed',
  aborted: 'Request aborted',
  test: 'Test of a notification',
} as const satisfies Record<Facts['event'], string>;

export const titleOf = ({ event, request }: Facts): string => `${TITLES[event]}: ${request.name}`;

/** What is worth a line each. */
export const linesOf = (facts: Facts): readonly (readonly [label: string, value: string])[] => {
  const { failure } = facts;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Item', facts.catalog.id],
    ['Requested by', facts.requestedBy],
    ['Approval', facts.approval],
    ['Decision', facts.decision],
    ['Decided by', facts.decidedBy],
    ['Comment', facts.comment],
    ['Failure', failure && `${failure.code}: ${failure.message}`],
    ['Stuck', facts.stuck],
    ['Lapses', facts.expiresAt],
    ['At', facts.occurredAt],
  ];
  return lines.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value] as const]));
};
