import { advance, begin } from '../domain/audit.ts';
import { decideDueApproval } from '../domain/decide-approval.ts';
import { approvalMessages } from './approval-messages.ts';
import { teamsToTell } from './concerned-teams.ts';
import type { ApprovalDependencies } from './decide-approval.ts';
import { outcomeMessages } from './messages.ts';

const ACTOR = 'approvals';
const BATCH = 100;

/**
 * Reminds of approvals that have waited for long, and ends requests whose approval nobody gave in time. Returns how many requests it
 * changed. Of several replicas at once one stores it; the others find another version.
 */
export const checkApprovals =
  (dependencies: ApprovalDependencies) =>
  async (signal: AbortSignal): Promise<number> => {
    const { approvals, now } = dependencies;
    let changed = 0;
    while (!signal.aborted) {
      const due = await approvals.due({ at: now(), limit: BATCH });
      let moved = 0;
      for (const requestId of due) if (!signal.aborted && (await checkOne(requestId, dependencies))) moved += 1;
      changed += moved;
      // What others were faster with, or what can't be moved, is not asked for again at once.
      if (due.length < BATCH || moved === 0) return changed;
    }
    return changed;
  };

const checkOne = async (requestId: string, dependencies: ApprovalDependencies): Promise<boolean> => {
  const { store, commits, now, digest, newId, sealer, callbacks } = dependencies;
  const before = await store.find(requestId);
  if (!before) return false;
  const at = now();
  const events = decideDueApproval(before, at);
  if (events.length === 0) return false;
  const { correlationId, traceId } = before;
  const progress = advance(begin(before), events, { cause: { actor: ACTOR, at, correlationId, traceId }, digest });
  const request = { ...progress.request, version: before.version + 1 };
  const teams = await teamsToTell(before, request, dependencies);
  const context = { newId, at, traceparent: undefined, sealer, callbacks, teams };
  const messages = [...approvalMessages(request, events, context), ...outcomeMessages(before, request, context)];
  const version = { ...progress, request, messages };
  if ((await store.saveDecision(before, version)) !== 'saved') return false;
  commits.committed(version);
  return true;
};
