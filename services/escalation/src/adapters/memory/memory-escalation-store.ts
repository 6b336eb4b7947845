import {
  closeEscalation,
  type Escalation,
  isAnsweredBy,
  isOutlivedBy,
  isOvertakenBy,
  isSettledBy,
  isSupersededBy,
  openEscalation,
  type RequestRetried,
  type RequestSettled,
  type RequestStopped,
  type TaskFailure,
} from '../../core/domain/escalation.ts';
import type { EscalationStore, ListPosition, ListQuery } from '../../core/ports/escalation-store.ts';

interface Evidence {
  readonly failure: TaskFailure;
  readonly settled: RequestSettled | null;
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

const settle = (item: Evidence, settled: RequestSettled): Evidence =>
  item.failure.requestId === settled.requestId && item.settled === null ? { ...item, settled } : item;

/** Holds escalations for as long as the process lives: for tests. */
export const createMemoryEscalationStore = (
  group: (id: string, stopped: RequestStopped) => void = () => {},
): EscalationStore & { readonly all: () => readonly Escalation[] } => {
  const handled = new Set<string>();
  let escalations: readonly Escalation[] = [];
  let evidence: readonly Evidence[] = [];
  let retries: readonly RequestRetried[] = [];

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
    const retried = retries.find((retry) => isOutlivedBy(stopped, retry));
    if (retried) return closeEscalation(escalation, 'request-retried', retried.retriedAt);
    const settled = evidence.find((item) => item.settled && sameAttempt(item, stopped))?.settled;
    return settled ? closeEscalation(escalation, settled.by, settled.at) : escalation;
  };

  return {
    all: () => escalations,
    open: async (eventId, id, stopped) => {
      if (!isNew(eventId) || known(stopped)) return;
      const added = judged(id, stopped);
      escalations = escalations
        .map((older) =>
          isSupersededBy(older, stopped) ? closeEscalation(older, 'superseded', stopped.failedAt) : older,
        )
        .concat(added);
      group(id, stopped);
    },
    recordTaskFailure: async (eventId, failure) => {
      if (isNew(eventId)) evidence = [...evidence, { failure, settled: null }];
    },
    settle: async (settled) => {
      escalations = escalations.map((escalation) =>
        isSettledBy(escalation, settled) ? closeEscalation(escalation, settled.by, settled.at) : escalation,
      );
      evidence = evidence.map((item) => settle(item, settled));
      // What was handed over is held elsewhere.
      return true;
    },
    isSettled: async (requestId) =>
      evidence.some(({ failure, settled }) => failure.requestId === requestId && settled !== null),
    resume: async (retried) => {
      escalations = escalations.map((escalation) =>
        isAnsweredBy(escalation, retried)
          ? closeEscalation(escalation, 'request-retried', retried.retriedAt)
          : escalation,
      );
      retries = [...retries, retried];
    },
    list: async (query) =>
      escalations
        .filter((escalation) => matches(escalation, query))
        .toSorted(newestFirst)
        .slice(0, query.limit + 1),
  };
};
