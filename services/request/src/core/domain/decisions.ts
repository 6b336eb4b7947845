import { err, ok, type Result } from '@pao/kernel';
import type { RequestEvent } from './decide.ts';
import { decideEscalation, type EscalationDecision, type EscalationRefusal } from './decide-escalation.ts';
import { decideRollback, type RollbackDecision, type RollbackRefusal } from './decide-rollback.ts';
import { isParked } from './escalation.ts';
import { isHandedOver, type Request, type Task } from './request.ts';
import { hasFailed, isRolledBack } from './status.ts';
import type { RequestStatus } from './transitions.ts';
import { waitsAtExecutor } from './waiting.ts';

/** What a person may decide about a request; further decisions have their own rows in the table. */
export type DecisionKind = 'retry' | 'abort' | 'rollback' | EscalationDecision['kind'];

/** What can be decided in each state; a task that waits for its ticket can be completed, too. While a request is aborting its end is decided. */
export const DECISIONS = {
  submitted: ['abort'],
  'awaiting-approval': ['abort'],
  processing: ['abort'],
  failed: ['retry', 'rollback', 'escalate', 'complete-task', 'abort'],
  retrying: ['abort'],
  'rolling-back': ['abort'],
  aborting: [],
  escalating: ['complete-task', 'abort'],
  escalated: ['complete-task', 'resume', 'abort'],
  aborted: [],
  completed: [],
} as const satisfies Record<RequestStatus, readonly DecisionKind[]>;

export type RequestDecision =
  | {
      readonly kind: 'retry';
      readonly at: Date;
      readonly reason: string | null;
      /** Whoever decides has been told that a task may have taken effect, and wants it run again. */
      readonly acknowledgeUnknown: boolean;
    }
  | { readonly kind: 'abort'; readonly at: Date; readonly reason: string | null }
  | RollbackDecision
  | EscalationDecision;

export type DecisionRefusal =
  | { readonly kind: 'not-possible'; readonly status: RequestStatus; readonly possible: readonly DecisionKind[] }
  | { readonly kind: 'acknowledgement-needed'; readonly tasks: readonly Task[] }
  | RollbackRefusal
  | EscalationRefusal;

export const possibleDecisions = (request: Request): readonly DecisionKind[] => {
  const decisions: readonly DecisionKind[] = DECISIONS[request.status];
  // A rollback is itself retried, not begun once more.
  const possible = isRolledBack(request.tasks) ? decisions.filter((kind) => kind !== 'rollback') : decisions;
  const isParkedHere = possible.length > 0 && request.tasks.some((task) => isParked(request, task));
  return isParkedHere && !possible.includes('complete-task') ? ['complete-task', ...possible] : possible;
};

/** What a person's decision does to a request. Pure, as `decide` is for what machines report. */
export const decideByPerson = (
  request: Request,
  decision: RequestDecision,
): Result<readonly RequestEvent[], DecisionRefusal> => {
  const possible = possibleDecisions(request);
  if (!possible.includes(decision.kind)) return err({ kind: 'not-possible', status: request.status, possible });
  switch (decision.kind) {
    case 'abort':
      return ok([
        { kind: 'request-abort', ...said(decision), skipped: skippedByAbort(request).map(({ position }) => position) },
      ]);
    case 'retry':
    case 'rollback': {
      const unknown = mayHaveHappened(request);
      if (unknown.length > 0 && !decision.acknowledgeUnknown)
        return err({ kind: 'acknowledgement-needed', tasks: unknown });
      if (decision.kind === 'rollback') return decideRollback(request, decision);
      const again = tasksToRetry(request).map(({ position }) => position);
      return ok([{ kind: 'request-retry', ...said(decision), again }]);
    }
    default:
      return decideEscalation(request, decision);
  }
};

const said = ({ at, reason }: Pick<RequestDecision, 'at' | 'reason'>) => ({ at, reason });

/** What a retry runs again. */
export const tasksToRetry = ({ tasks }: Request): readonly Task[] => tasks.filter(({ status }) => hasFailed(status));

/** Tasks that may have taken effect although nobody knows: to run them again may have the effect twice. */
export const mayHaveHappened = (request: Request): readonly Task[] =>
  tasksToRetry(request).filter(({ stuck }) => stuck === 'outcome-unknown');

/** Whom an abort has to ask: whatever an executor may be at, or be about to begin. */
export const tasksToCancel = ({ tasks }: Request): readonly Task[] =>
  tasks.filter((task) => task.status === 'queued' || task.status === 'processing' || waitsAtExecutor(task));

/** What is left out when a request ends early; what its executor waits for, or may have begun with, only once that has let go of it. */
export const skippedByAbort = (request: Request): readonly Task[] =>
  request.tasks.filter(
    (task) =>
      (task.status === 'pending' && !isHandedOver(request, task)) ||
      hasFailed(task.status) ||
      (task.status === 'waiting' && !waitsAtExecutor(task)),
  );

/** Whether nobody has decided anything between the two: what differs was reported by machines. */
export const isSameDecision = (before: Request, now: Request): boolean =>
  personal(before.decision) === personal(now.decision) &&
  before.tasks.length === now.tasks.length &&
  before.tasks.every(({ generation }, index) => generation === now.tasks[index]?.generation);

/** That its tickets are open now is nobody's decision. */
const personal = (decision: Request['decision']): Request['decision'] =>
  decision === 'escalated' ? 'escalating' : decision;
