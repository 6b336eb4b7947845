import {
  closeEscalation,
  type Escalation,
  isOvertakenBy,
  isSettledBy,
  isSupersededBy,
  openEscalation,
  type RequestSettled,
  type RequestStopped,
  type TaskFailure,
} from '../../core/domain/escalation.ts';
import type { EscalationStore, ListPosition, ListQuery } from '../../core/ports/escalation-store.ts';

interface Evidence {
  readonly failure: TaskFailure;
  readonly settledAt: Date | null;
}

const newestFirst = (a: ListPosition, b: ListPosition): number =>
  b.failedAt.getTime() - a.failedAt.getTime() || (a.id < b.id ? 1 : -1);

const matches = (escalation: Escalation, { tenantId, status, requestId, after }: ListQuery): boolean =>
  escalation.tenantId === tenantId &&
  (status === undefined || escalation.status === status) &&
  (requestId === undefined || escalation.requestId === requestId) &&
  (after === undefined || newestFirst(escalation, after) > 0);

const sameAttempt = ({ failure }: Evidence, { requestId, task }: RequestStopped): boolean =>
  failure.requestId === requestId && failure.taskId === task.id && failure.generation === task.generation;

const settledAt = (item: Evidence, { requestId, completedAt }: RequestSettled): Evidence =>
  item.failure.requestId === requestId && item.settledAt === null ? { ...item, settledAt: completedAt } : item;

/** Holds escalations for as long as the process lives: for tests. */
export const createMemoryEscalationStore = (): EscalationStore => {
  const handled = new Set<string>();
  let escalations: readonly Escalation[] = [];
  let evidence: readonly Evidence[] = [];

  const isNew = (eventId: string): boolean => !handled.has(eventId) && Boolean(handled.add(eventId));

  const known = ({ requestId, task }: RequestStopped): boolean =>
    escalations.some(
      (other) =>
        other.requestId === requestId && other.task.id === task.id && other.task.generation === task.generation,
    );

  const judged = (id: string, stopped: RequestStopped): Escalation => {
    const escalation = openEscalation(id, stopped);
    const later = escalations.find((other) => isOvertakenBy(stopped, other));
    if (later) return closeEscalation(escalation, 'superseded', later.failedAt);
    const settled = evidence.find((item) => item.settledAt && sameAttempt(item, stopped));
    return settled?.settledAt ? closeEscalation(escalation, 'request-completed', settled.settledAt) : escalation;
  };

  return {
    open: async (eventId, id, stopped) => {
      if (!isNew(eventId) || known(stopped)) return;
      const added = judged(id, stopped);
      escalations = escalations
        .map((older) =>
          isSupersededBy(older, stopped) ? closeEscalation(older, 'superseded', stopped.failedAt) : older,
        )
        .concat(added);
    },
    recordTaskFailure: async (eventId, failure) => {
      if (isNew(eventId)) evidence = [...evidence, { failure, settledAt: null }];
    },
    settle: async (settled) => {
      escalations = escalations.map((escalation) =>
        isSettledBy(escalation, settled)
          ? closeEscalation(escalation, 'request-completed', settled.completedAt)
          : escalation,
      );
      evidence = evidence.map((item) => settledAt(item, settled));
    },
    list: async (query) =>
      escalations
        .filter((escalation) => matches(escalation, query))
        .toSorted(newestFirst)
        .slice(0, query.limit + 1),
  };
};
