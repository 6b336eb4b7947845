import { decideTask } from '@pao/contracts';
import { type ApiError, apiError, bodyFingerprint, type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import type { DecideTaskCommand, DecideTaskError } from '../../core/use-cases/decide-task.ts';
import type { DecidedView } from '../../core/use-cases/decision-views.ts';

type DecideTask = (command: DecideTaskCommand) => Promise<Result<DecidedView, DecideTaskError>>;

const conflict = (message: string, field: string, issue: string): ApiError =>
  apiError({ code: 'CONFLICT', message, details: [{ field, issue }] });

const errorOf = (error: DecideTaskError, { requestId, taskId }: DecideTaskCommand): ApiError => {
  switch (error.kind) {
    case 'not-found':
      return apiError({ code: 'NOT_FOUND', message: `There is no request ${requestId}.` });
    case 'unknown-task':
      return apiError({ code: 'NOT_FOUND', message: `The request ${requestId} has no task ${taskId}.` });
    case 'own-request':
      return apiError({ code: 'FORBIDDEN', message: 'Nobody decides about what their own request would do.' });
    case 'not-approver':
      return apiError({
        code: 'FORBIDDEN',
        message: 'Approvers, the team that owns the item, operators and admins decide about what a task would do.',
      });
    case 'other-body':
      return apiError({
        code: 'IDEMPOTENCY_MISMATCH',
        message: 'This Idempotency-Key was used with another body or task. Take a new key for another decision.',
      });
    case 'changed':
      return conflict(
        `The request has changed meanwhile: it is in version ${error.version} now. Look at the task again.`,
        'version',
        String(error.version),
      );
    case 'not-waiting':
      return conflict(
        `Nothing is to be decided about the task: it is ${error.task.status}, and does not wait for an approval.`,
        'status',
        error.task.status,
      );
    case 'decided-before':
      return conflict(`${error.by} has decided about it already; its executor goes on.`, 'decision', error.by);
    default:
      return error satisfies never;
  }
};

/** What people decide of what one task would do. */
export const taskDecisionRoute = (decide: DecideTask): Route =>
  route(decideTask, async ({ params, body, identity, idempotencyKey, correlationId }) => {
    const { subject: id, email, teams, roles, tenant } = identity;
    const command: DecideTaskCommand = {
      requestId: params.id,
      taskId: params.taskId,
      tenantId: tenant,
      approved: body.approved,
      reason: body.reason ?? null,
      by: { id, email, teams, roles },
      context: { correlationId, traceId: currentTraceId(), traceparent: currentTraceparent() },
      ...(body.version !== undefined && { version: body.version }),
      ...(idempotencyKey !== undefined && {
        idempotency: { key: idempotencyKey, fingerprint: bodyFingerprint({ ...params, ...body }) },
      }),
    };
    const decided = await decide(command);
    return decided.ok ? { data: decided.value } : errorOf(decided.error, command);
  });
