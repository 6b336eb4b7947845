import type { ErrorDetail } from '@pao/contracts';
import { type ApiError, apiError } from '@pao/http';
import type { DecisionKind } from '../../core/domain/decisions.ts';
import type { Task } from '../../core/domain/request.ts';
import type { DecideCommand, DecideError } from '../../core/use-cases/decide-request.ts';
import { checkOf } from '../../core/use-cases/decision-views.ts';
import type { PlanUnavailable } from '../../core/use-cases/plan-rollback.ts';

export const notFound = (id: string): ApiError =>
  apiError({ code: 'NOT_FOUND', message: `There is no request ${id}.` });

const listed = (possible: readonly DecisionKind[]): string =>
  possible.length === 0 ? 'Nothing can be decided about it now.' : `Possible now: ${possible.join(', ')}.`;

const stateDetails = (status: string, possible: readonly DecisionKind[]): ErrorDetail[] => [
  { field: 'status', issue: status },
  ...possible.map((decision) => ({ field: 'possible', issue: decision })),
];

const NAMES: Readonly<Record<DecisionKind, string>> = {
  retry: 'A retry',
  abort: 'An abort',
  rollback: 'A rollback',
  escalate: 'An escalation',
  resume: 'A resume',
  'complete-task': 'To complete a task by hand',
};

export const notPossible = (kind: DecisionKind, status: string, possible: readonly DecisionKind[]): ApiError =>
  apiError({
    code: 'CONFLICT',
    message: `${NAMES[kind]} is not possible: the request is ${status}. ${listed(possible)}`,
    details: stateDetails(status, possible),
  });

const acknowledgementNeeded = (kind: DecisionKind, tasks: readonly Task[]): ApiError =>
  apiError({
    code: 'CONFLICT',
    message:
      kind === 'rollback'
        ? `What may have happened would stay: ${tasks.map(nameOf).join(', ')}. Check the target first, then roll back with acknowledgeUnknown: true.`
        : `What may have happened already would be done again: ${tasks.map(nameOf).join(', ')}. Check the target first, then retry with acknowledgeUnknown: true.`,
    details: tasks.map((task) => ({
      field: `tasks.${task.position}`,
      issue: [task.failure?.message, checkOf(task)].filter(Boolean).join(' '),
    })),
  });

const underWay = (kind: DecisionKind, tasks: readonly Task[]): ApiError =>
  apiError({
    code: 'CONFLICT',
    message:
      kind === 'rollback'
        ? `Nothing is undone while an executor is at the request: ${tasks.map(nameOf).join(', ')}. Wait for its end, then roll back.`
        : `What an executor is at can't be handed to people: ${tasks.map(nameOf).join(', ')}. Wait for its end, then escalate.`,
    details: tasks.map(({ position, status }) => ({ field: `tasks.${position}`, issue: status })),
  });

const unsettled = (tasks: readonly Task[]): ApiError =>
  apiError({
    code: 'CONFLICT',
    message: `People still have to complete what had failed: ${tasks.map(nameOf).join(', ')}. Close its tickets, or complete it by hand; then resume.`,
    details: tasks.map(({ position, ticket }) => ({
      field: `tasks.${position}`,
      issue: ticket ? `ticket ${ticket.key}, ${ticket.url}` : 'has no ticket yet',
    })),
  });

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const nameOf = ({ position, name }: Task): string => `task ${position} (${name})`;

export const planUnavailable = ({ failure }: PlanUnavailable): ApiError =>
  apiError({ code: 'UNAVAILABLE', message: failure.message });

/** Why a decision was not carried out, as the caller is told. */
export const decisionError = (error: DecideError, { requestId, wish }: DecideCommand): ApiError => {
  switch (error.kind) {
    case 'not-found':
      return notFound(requestId);
    case 'not-yours':
      return apiError({
        code: 'FORBIDDEN',
        message:
          'Only who asked for a request, their teams, operators and admins decide about it. Ask one of them, or an operator.',
      });
    case 'other-body':
      return apiError({
        code: 'IDEMPOTENCY_MISMATCH',
        message: 'This Idempotency-Key was used with another body or request. Take a new key for another decision.',
      });
    case 'changed':
      return apiError({
        code: 'CONFLICT',
        message: `The request has changed meanwhile: it is ${error.status} now, in version ${error.version}. ${listed(error.possible)}`,
        details: [...stateDetails(error.status, error.possible), { field: 'version', issue: String(error.version) }],
      });
    case 'not-possible':
      return notPossible(wish.kind, error.status, error.possible);
    case 'acknowledgement-needed':
      return acknowledgementNeeded(wish.kind, error.tasks);
    case 'under-way':
      return underWay(wish.kind, error.tasks);
    case 'nothing-to-undo':
      return apiError({
        code: 'CONFLICT',
        message:
          'Nothing that the request has done can be undone here: GET /requests/{id}/rollback says what stays and why. Abort it instead.',
      });
    case 'unsettled':
      return unsettled(error.tasks);
    case 'unknown-task':
      return apiError({
        code: 'NOT_FOUND',
        message: `The request ${requestId} has no task ${wish.kind === 'complete-task' ? wish.taskId : ''}.`,
      });
    case 'not-open':
      return apiError({
        code: 'CONFLICT',
        message: `${capital(nameOf(error.task))} can't be completed by hand: it is ${error.task.status}. That is for tasks that failed, are stuck or wait for people.`,
        details: [{ field: `tasks.${error.task.position}`, issue: error.task.status }],
      });
    case 'outputs-refused':
      return apiError({
        code: 'VALIDATION_FAILED',
        message: 'These outputs are not what later tasks need, so nothing was stored.',
        details: [...error.problems],
      });
    case 'plan-unavailable':
      return planUnavailable(error);
    default:
      return error satisfies never;
  }
};
