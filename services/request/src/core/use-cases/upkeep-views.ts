import type { AttentionFinding, LeadTimeSummary as LeadTimeSummaryView } from '@pao/contracts';
import { ATTENTION } from '../domain/attention.ts';
import type { ListedFinding } from '../ports/attention.ts';
import type { LeadTimeSummary } from '../ports/lead-times.ts';

/** A finding in the shape of the API, as old as it is now. */
export const findingView = (
  { kind, subject, requestId, message, since, foundAt }: ListedFinding,
  now: Date,
): AttentionFinding => ({
  kind,
  subject,
  requestId,
  message,
  advice: ATTENTION[kind],
  since: since.toISOString(),
  ageSeconds: Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1_000)),
  foundAt: foundAt.toISOString(),
});

export const leadTimeSummaryView = ({ key, count, segments }: LeadTimeSummary): LeadTimeSummaryView => ({
  key,
  count,
  ...segments,
});
