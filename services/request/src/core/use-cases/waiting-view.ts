import type { WaitingFor as WaitingForView } from '@pao/contracts';
import type { WaitingFor } from '../domain/waiting.ts';

/** What a task waits for, without what makes it long. */
export const waitingSummary = ({ kind, what, url, since, until, decision }: WaitingFor): WaitingForView => ({
  kind,
  what,
  ...(url !== null && { url }),
  since: since.toISOString(),
  until: until.toISOString(),
  ...(decision && { decision: decisionView(decision) }),
});

export const waitingView = (waitingFor: WaitingFor): WaitingForView => ({
  ...waitingSummary(waitingFor),
  ...(waitingFor.details !== null && { details: waitingFor.details }),
});

const decisionView = ({ approved, by, reason, at }: NonNullable<WaitingFor['decision']>) => ({
  approved,
  by,
  ...(reason !== null && { reason }),
  at: at.toISOString(),
});
